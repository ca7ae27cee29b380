import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { ProgressParams, SessionScpRecvResult } from "../rpc/contract.ts";
import { patienceFor } from "../daemon/daemon.ts";
import type { CallOptions } from "../daemon/daemon.ts";
import { utf8 } from "../rpc/lines.ts";
import { bytesOf, readBytes, textParams } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";
import type { CallableSession } from "../daemon/session-call.ts";

/** How far a transfer is. */
export interface Progress {
  /** Bytes transferred so far. */
  readonly bytes: number;
  /** Bytes in all, as far as that is known by now. */
  readonly total: number;
  /** Only with `fs.get` and `fs.put`: files done, and files found so far. */
  readonly files?: number;
  readonly totalFiles?: number;
}

export interface TransferOptions {
  /** Seconds for the whole transfer. Default: no limit. */
  timeout?: number | undefined;
  /** Seconds without a byte after which the transfer fails with Timeout, more than 0. Default: 30. */
  idleTimeout?: number | undefined;
  /** Called at most ten times a second. If it throws, the transfer is cancelled and rejects with that. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** When aborted, the transfer is given up; the old file stays as it was. */
  signal?: AbortSignal | undefined;
}

export interface PutOptions extends TransferOptions {
  /**
   * The permission bits of a new file, 0 to 0o777, from which the remote umask is taken. Default:
   * those of the local file, else 0o644.
   */
  mode?: number | undefined;
}

export interface ReadOptions<
  E extends "utf8" | undefined = "utf8" | undefined,
> extends TransferOptions {
  /** `"utf8"` for text. Default: a Buffer. */
  encoding?: E | undefined;
  /** The largest file to take, in bytes, 1 to 268435456; a larger one is OutputTooLarge. Default: 268435456. */
  maxOutput?: number | undefined;
}

/** A path of this machine. */
export type LocalPath = string | URL;

/** `session.scpRecv` into a file, or through one into a stream. */
export async function get(
  session: CallableSession,
  remote: Bytes,
  local: LocalPath | Writable,
  options: TransferOptions,
): Promise<{ bytes: number }> {
  if (!isPath(local)) {
    return withTemporaryFile(async (file) => {
      const result = await get(session, remote, file, options);
      await pipeline(createReadStream(file), local, streamOptions(options));
      return result;
    });
  }
  const params = { ...textParams("source", remote), dest: localPath(local) };
  const { result } = await transfer(session, "session.scpRecv", params, options);
  return { bytes: (result as SessionScpRecvResult).bytes };
}

/** `session.scpSendfile` of a file, or through one of a stream; `session.scpSend` of bytes. */
export async function put(
  session: CallableSession,
  local: LocalPath | Uint8Array | Readable,
  remote: Bytes,
  options: PutOptions,
): Promise<void> {
  const { mode, ...rest } = options;
  const dest = { ...textParams("dest", remote), mode };
  if (local instanceof Uint8Array) {
    const payload = { param: "data", encodingParam: "encoding", bytes: bytesOf(local, "data") };
    await transfer(session, "session.scpSend", dest, rest, payload);
  } else if (isPath(local)) {
    const params = { source: localPath(local), ...dest };
    await transfer(session, "session.scpSendfile", params, rest);
  } else {
    // SCP sends a file's size before its bytes.
    await withTemporaryFile(async (file) => {
      await pipeline(local, createWriteStream(file), streamOptions(options));
      await put(session, file, remote, { ...rest, mode: mode ?? 0o644 });
    });
  }
}

/** `session.scpRecv` into memory. */
export async function readFile(
  session: CallableSession,
  remote: Bytes,
  { encoding, maxOutput, ...options }: ReadOptions,
): Promise<Buffer | string> {
  const params = { ...textParams("source", remote), maxOutput };
  const { result, binary } = await transfer(session, "session.scpRecv", params, options);
  const { data, encoding: carried } = result as { data: unknown; encoding: string };
  const bytes = readBytes(data, carried, binary);
  return encoding === undefined ? bytes : utf8(bytes, "the file");
}

/** A transfer with progress that can be cancelled. */
export async function transfer(
  session: CallableSession,
  method: string,
  params: object,
  { onProgress, signal, ...times }: TransferOptions,
  payload?: CallOptions["payload"],
) {
  const handle = session.usableHandle();
  const { daemon } = session;
  const id = daemon.newToken();
  const broken = new AbortController();
  let failure: { error: unknown } | undefined;
  const options: CallOptions = {
    id,
    payload,
    patience: patienceFor(times.timeout),
    signal: signal ? AbortSignal.any([signal, broken.signal]) : broken.signal,
    onNotification(_, notice) {
      const { value } = notice as unknown as ProgressParams;
      const { total, files, totalFiles } = value;
      const bytes = value.kind === "begin" ? 0 : value.bytes;
      const counts = files !== undefined && totalFiles !== undefined && { files, totalFiles };
      try {
        if (!failure) onProgress?.({ bytes, total, ...counts });
      } catch (error) {
        failure = { error };
        broken.abort(error);
      }
    },
  };
  const token = onProgress && { workDoneToken: id };
  try {
    return await daemon.call(method, { session: handle, ...params, ...times, ...token }, options);
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

async function withTemporaryFile<T>(task: (path: string) => Promise<T>): Promise<T> {
  // mkdtemp makes it with mode 0700.
  const folder = await mkdtemp(join(tmpdir(), "sshrpc-"));
  try {
    return await task(join(folder, "file"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isPath(local: LocalPath | object): local is LocalPath {
  return typeof local === "string" || local instanceof URL;
}

/** The daemon may have another working directory. */
export function localPath(path: LocalPath): string {
  return resolve(path instanceof URL ? fileURLToPath(path) : path);
}

function streamOptions({ signal }: TransferOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
