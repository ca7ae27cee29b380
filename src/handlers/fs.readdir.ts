import { Failure } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import type { Entry } from "../ssh/files/support/remote-files.ts";
import { EntryStream } from "./support/entry-stream.ts";
import { handler } from "./support/handler.ts";
import { invalidParam } from "../protocol/invalid-param.ts";
import { entryFields } from "./support/name-fields.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

/** Entries granted where the call's `window` doesn't say. */
const defaultWindow = 10_000;
/** Bytes that an entry takes in a reply, about, besides its name. */
const entrySize = 150;

export default handler("fs.readdir", async (params, context) => {
  const path = pathOf(params, context);
  const { session, stream, token, window = defaultWindow } = params;
  const { scope, client, call } = context;
  if (!stream) {
    return useFiles(session, context, async (files) => {
      const entries: ReturnType<typeof entryFields>[] = [];
      let size = 0;
      const take = (found: Entry[]) => {
        // Copied: a name is a view of a packet, which it would keep in memory.
        for (const each of found) entries.push(entryFields(each));
        size += found.reduce((sum, { name }) => sum + name.length + entrySize, 0);
        if (size <= limits.maxOutput) return client.room();
        const { maxOutput } = limits;
        throw new Failure(
          "OutputTooLarge",
          "there are too many entries for one reply: take them as they come (stream)",
          {
            maxOutput,
          },
        );
      };
      await files.readdir(path, take, call);
      return { entries };
    });
  }
  if (token === undefined) throw invalidParam("token", "is missing: stream needs one");
  const listing = new EntryStream(token, window, client);
  scope.calls.add(token, { stream: listing });
  try {
    await useFiles(session, context, (files) =>
      files.readdir(path, (entries) => call.race(listing.send(entries)), call),
    );
    return { count: listing.count };
  } finally {
    scope.calls.delete(token);
  }
});
