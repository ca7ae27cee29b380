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
export { command } from "./programs/command.ts";
export type { Word } from "./programs/command.ts";
export { CommandFailed } from "./programs/command-failed.ts";
export type { Exit, Result } from "./programs/command-failed.ts";
export { connect } from "./connect.ts";
export type { ConnectOptions } from "./connect.ts";
export type { DaemonStatusResult, Methods } from "./rpc/contract.ts";
export { Daemon } from "./daemon/daemon.ts";
export type { DaemonOptions } from "./daemon/daemon.ts";
export { DaemonError } from "./errors/errors.ts";
export type { Dispatched } from "./errors/errors.ts";
export * from "./errors/error-kinds.ts";
export { SshError } from "./errors/ssh-error.ts";
export { END } from "./programs/expected.ts";
export type { ShellMatch, ShellPattern } from "./programs/expected.ts";
export type { ExecOptions } from "./programs/exec-options.ts";
export type { DaemonCommand } from "./daemon/find-daemon.ts";
export type { BoundedCall } from "./daemon/session-call.ts";
export type { ReadStreamOptions } from "./fs/read-stream.ts";
export type { RemoteDir } from "./fs/remote-dir.ts";
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
export type { Answer, OnPrompt, Prompt } from "./daemon/prompt.ts";
export type { RemoteDuplex, TerminalSize } from "./programs/remote-duplex.ts";
export type { RemoteProcess, SignalName } from "./programs/remote-process.ts";
export type { ExpectOptions, RemoteShell, ShellCommandOptions } from "./programs/remote-shell.ts";
export type { Destination, RemoteSocket } from "./programs/remote-socket.ts";
export type { Bytes } from "./rpc/bytes.ts";
export type { OutputEncoding, RunOptions } from "./programs/run.ts";
export type {
  CloseReason,
  LossReason,
  Session,
  SessionState,
  Shell,
  ShellOptions,
  SpawnOptions,
} from "./session.ts";
export type {
  LocalPath,
  Progress,
  PutOptions,
  ReadOptions,
  TransferOptions,
} from "./fs/transfer.ts";
