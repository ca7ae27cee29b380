import { localPath } from "../ssh/support/client-environment.ts";
import { NotUtf8, notUtf8, remoteBytes } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import { defaultIdleTimeout, limits, maxRemotePath } from "../protocol/limits.ts";
import type { Progress } from "../ssh/files/support/progress.ts";
import { receiveToFile, receiveToMemory } from "../ssh/files/scp/receive.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { withProgress } from "./support/transfer-progress.ts";

export default handler("session.scpRecv", async (params, { binary, scope, client, call }) => {
  const { sourceEncoding } = params;
  const source = inputText("source", params.source, sourceEncoding, maxRemotePath, binary);
  const held = scope.sessions.get(params.session);
  const { dest, maxOutput, idleTimeout = defaultIdleTimeout, workDoneToken } = params;
  const reported = <T>(transfer: (progress: Progress | undefined) => Promise<T>) =>
    withProgress("scpRecv", workDoneToken, client, transfer);
  if (dest !== undefined) {
    const { umask } = scope;
    const options = { source, dest: localPath(dest), umask, idleTimeout, maxSize: maxOutput };
    const bytes = await reported((progress) =>
      held.use(call, (session) => receiveToFile(session, { ...options, progress }, call)),
    );
    return { bytes };
  }
  const maxSize = maxOutput ?? limits.maxOutput;
  const { room } = client;
  const { chunks, size } = await reported((progress) =>
    held.use(call, (session) =>
      receiveToMemory(session, { source, idleTimeout, maxSize, room, progress }, call),
    ),
  );
  try {
    const data = remoteBytes(chunks, params.encoding ?? client.defaultEncoding);
    return { data, encoding: data.encoding, bytes: size };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const data = remoteBytes(chunks, "base64");
    throw new Failure("NotUtf8", notUtf8("the file"), {
      data,
      encoding: data.encoding,
      bytes: size,
    });
  }
});
