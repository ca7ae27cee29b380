/**
 * SSH sessions without an SSH library: commands and files through the sshrpc daemon.
 *
 *     import { connect } from "sshrpc";
 *
 *     const session = await connect({ host: "example.org", username: "alice", password });
 *     const { stdout } = await session.run("uname -s");
 *     await session.close();
 *
 * Times are in seconds, sizes in bytes. Every failure of a call is an {@link SshError}.
 *
 * @module
 */
export { command } from "./command.ts";
export type { Word } from "./command.ts";
export { CommandFailed } from "./command-failed.ts";
export type { Exit, Result } from "./command-failed.ts";
export { connect } from "./connect.ts";
export type { ConnectOptions } from "./connect.ts";
export type { DaemonStatusResult, Methods } from "./contract.ts";
export { Daemon } from "./daemon.ts";
export type { DaemonOptions } from "./daemon.ts";
export { DaemonError } from "./errors.ts";
export type { Dispatched } from "./errors.ts";
export * from "./error-kinds.ts";
export { SshError } from "./ssh-error.ts";
export type { ExecOptions } from "./exec-options.ts";
export type { DaemonCommand } from "./find-daemon.ts";
export type { BoundedCall } from "./session-call.ts";
export type { ReadStreamOptions } from "./fs/read-stream.ts";
export type { RemoteFile } from "./fs/remote-file.ts";
export type {
  ListOptions,
  ReadFileOptions,
  RemoteFs,
  Time,
  TreeOptions,
  WriteFileOptions,
} from "./fs/remote-fs.ts";
export type { RemoteDirent, RemoteStats } from "./fs/stats.ts";
export type { WriteStreamOptions } from "./fs/write-stream.ts";
export type { Forward, Forwards } from "./forward.ts";
export type { Answer, OnPrompt, Prompt } from "./prompt.ts";
export type { RemoteDuplex, TerminalSize } from "./remote-duplex.ts";
export type { RemoteProcess, SignalName } from "./remote-process.ts";
export type { Destination, RemoteSocket } from "./remote-socket.ts";
export type { Bytes } from "./rpc/bytes.ts";
export type { OutputEncoding, RunOptions } from "./run.ts";
export type { CloseReason, Session, Shell, ShellOptions, SpawnOptions } from "./session.ts";
export type { LocalPath, Progress, PutOptions, ReadOptions, TransferOptions } from "./transfer.ts";
