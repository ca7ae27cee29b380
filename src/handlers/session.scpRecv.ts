import { NotUtf8, remoteBytes } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import { defaultIdleTimeout, limits } from "../protocol/limits.ts";
import { receiveToFile, receiveToMemory } from "../ssh/scp-receive.ts";
import { handler } from "./handler.ts";

export default handler("session.scpRecv", async (params, { daemon, call }) => {
  const session = daemon.sessions.get(params.session);
  const { source, dest, encoding, idleTimeout = defaultIdleTimeout } = params;
  if (dest !== undefined) {
    return { bytes: await receiveToFile(session, { source, dest, idleTimeout }, call) };
  }
  const maxSize = params.maxOutput ?? limits.maxOutput;
  const { chunks, size } = await receiveToMemory(session, { source, idleTimeout, maxSize }, call);
  try {
    const data = remoteBytes(chunks, encoding);
    return { data, encoding: data.encoding, bytes: size };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const data = remoteBytes(chunks, "base64");
    throw new Failure("NotUtf8", "the file is not valid UTF-8", {
      data,
      encoding: data.encoding,
      bytes: size,
    });
  }
});
