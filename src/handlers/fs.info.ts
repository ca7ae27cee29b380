import { handler } from "./support/handler.ts";
import { nameText } from "./support/name-fields.ts";
import { useFiles } from "./support/remote-files.ts";

export default handler("fs.info", ({ session }, context) =>
  useFiles(session, context, async (files) => {
    const { extensions, home } = await files.info(context.call);
    if (!home) return { via: files.via, extensions, home: null };
    const { text, ...encoding } = nameText(home);
    return { via: files.via, extensions, home: text, ...encoding };
  }),
);
