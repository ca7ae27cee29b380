import type { Socket } from "node:net";
import type { Params } from "../../protocol/methods.ts";
import { methods } from "../../protocol/methods.ts";
import { mark, preambleAnswer } from "./preamble.ts";

/** Who a client is, and where it runs. */
export type Preamble = Pick<Params<"initialize">, "processId" | "environment">;

/** Bytes of a preamble; the environment of a process is a few kilobytes. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Reads and answers the preamble, if there is one; what comes behind it stays to be read.
 *
 * @returns undefined where the client connected itself, without one
 * @throws {Error} where it is malformed, or the client goes before it has sent anything
 */
export async function readPreamble(socket: Socket): Promise<Preamble | undefined> {
  const chunks: Buffer[] = [await nextChunk(socket)];
  if (chunks[0]?.[0] !== mark) {
    socket.unshift(chunks[0]);
    return undefined;
  }
  while (!chunks.at(-1)?.includes("\n")) {
    chunks.push(await nextChunk(socket));
    if (chunks.reduce((sum, { length }) => sum + length, 0) > maxBytes) {
      throw new Error("its preamble is too long");
    }
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf("\n");
  const params = methods.initialize.params();
  const { processId, ...environment } = JSON.parse(bytes.toString("utf8", 1, end)) as Preamble;
  const told = params.parse({ processId, environment });
  socket.write(preambleAnswer);
  if (end + 1 < bytes.length) socket.unshift(bytes.subarray(end + 1));
  return told;
}

function nextChunk(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      socket.off("readable", look).off("end", gone).off("close", gone);
      settle();
    };
    const gone = () => done(() => reject(new Error("the client has gone")));
    const look = () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk) done(() => resolve(chunk));
    };
    socket.on("readable", look).on("end", gone).on("close", gone);
    look();
  });
}
