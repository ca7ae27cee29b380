import { filesOf } from "../../ssh/files/session-files.ts";
import type { RemoteFiles } from "../../ssh/files/support/remote-files.ts";
import type { Session } from "../../ssh/connection/session.ts";
import type { Encoding } from "../../protocol/bytes.ts";
import type { Context } from "./handler.ts";
import { destPath } from "./input-bytes.ts";

/** Does something with a session's files. @throws {Failure} as session-files.ts says */
export function useFiles<T>(
  session: number,
  { scope, call }: Context,
  work: (files: RemoteFiles, session: Session) => Promise<T>,
): Promise<T> {
  const held = scope.sessions.get(session);
  return held.use(call, (current) => filesOf(current).use(call, (files) => work(files, current)));
}

/** As {@link useFiles}, for a method whose result is `true`. */
export async function doWithFiles(
  session: number,
  context: Context,
  work: (files: RemoteFiles) => Promise<unknown>,
): Promise<true> {
  await useFiles(session, context, work);
  return true;
}

interface PathParams {
  readonly path: string | number[];
  readonly pathEncoding?: Encoding | undefined;
}

/** The remote path of a call that has one. @throws {Failure} InvalidParams */
export function pathOf({ path, pathEncoding }: PathParams, { binary }: Context): Buffer {
  return destPath("path", path, pathEncoding, binary);
}

interface FromToParams {
  readonly from: string | number[];
  readonly fromEncoding?: Encoding | undefined;
  readonly to: string | number[];
  readonly toEncoding?: Encoding | undefined;
}

/** The remote paths of a call that has two. @throws {Failure} InvalidParams */
export function fromAndTo(params: FromToParams, { binary }: Context): [Buffer, Buffer] {
  return [
    destPath("from", params.from, params.fromEncoding, binary),
    destPath("to", params.to, params.toEncoding, binary),
  ];
}
