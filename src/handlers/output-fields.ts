import { NotUtf8, remoteBytes } from "../protocol/bytes.ts";
import type { Encoding } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import type { Params } from "../protocol/methods.ts";
import type { StreamName } from "../ssh/channels/channel.ts";
import type { OutputCollector } from "../ssh/exec/output-collector.ts";
import type { Token } from "./command-table.ts";
import type { Client } from "./client.ts";

/** Output in the fields of session.exec's result, which its errors have too. @throws {NotUtf8} */
export function collectedOutput(
  { stdout, stderr }: OutputCollector,
  streams: Params<"session.exec">["streams"],
  encoding?: Encoding,
) {
  if (streams !== "separate") {
    const all = remoteBytes([...stdout, ...stderr], encoding);
    return { output: all, encoding: all.encoding };
  }
  const out = remoteBytes(stdout, encoding);
  const err = remoteBytes(stderr, encoding);
  return { stdout: out, stdoutEncoding: out.encoding, stderr: err, stderrEncoding: err.encoding };
}

/** Sends output in `session/output` notifications, numbered. */
export function outputSender(token: Token, encoding: Encoding | undefined, client: Client) {
  let seq = 0;
  return async (stream: StreamName, bytes: Uint8Array): Promise<void> => {
    const data = encoded(bytes, encoding);
    const piece = { token, seq: seq++, stream, data, encoding: data.encoding };
    await client.notify("session/output", piece);
  };
}

function encoded(bytes: Uint8Array, encoding: Encoding | undefined) {
  try {
    return remoteBytes([bytes], encoding);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    throw new Failure("NotUtf8", "the output is not UTF-8");
  }
}
