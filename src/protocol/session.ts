import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { method } from "./method.ts";
import {
  bytes,
  described,
  encoding,
  idleTimeout,
  inputBytes,
  inputEncoding,
  localPath,
  maxOutput,
  mode,
  outputEncoding,
  remoteText,
  session,
  timeout,
  workDoneToken,
} from "./schema.ts";

/** What a call on a session may end with. */
export const sessionErrors = [
  "SessionNotFound",
  "SessionClosed",
  "ConnectionLost",
  "ChannelOpenFailed",
  "ChannelRequestDenied",
  "Timeout",
] as const;

const scpErrors = [...sessionErrors, "ScpRemoteError", "ScpProtocolError"] as const;

export const scpRecv = method({
  summary: "Receives a file by SCP, into memory or into a local file.",
  description:
    "The path is taken literally: no glob, no `~`. A local file (behind a symbolic link, the one that it names) is written under a temporary name beside its destination, with mode 0600, and renamed when whole, with mode 0666 less the umask, or the mode, the group and the owner of the file that it replaces, as far as the system allows: where the group can't be kept, neither group gets more than others had. Set-user-ID and set-group-ID are never kept. What lies at `dest` and is no regular file, a FIFO say, is written to as it is.",
  positional: ["session", "source", "dest"],
  params: () =>
    z.strictObject({
      session: session(),
      source: inputBytes("The remote file's path, at most 60000 bytes."),
      sourceEncoding: z.optional(inputEncoding()),
      dest: z.optional(localPath()),
      timeout: z.optional(timeout()),
      idleTimeout: z.optional(idleTimeout()),
      workDoneToken: z.optional(workDoneToken()),
      encoding: z.optional(outputEncoding()),
      maxOutput: z.optional(
        described(
          maxOutput(),
          `The largest file to take, in bytes, from 0 to ${limits.maxOutput}. Default: ${limits.maxOutput} without \`dest\`, with it any size.`,
        ),
      ),
    }),
  result: () =>
    z.union([
      z.strictObject({
        data: bytes,
        encoding: encoding(),
        bytes: described(z.int(), "The file's size."),
      }),
      z.strictObject({ bytes: described(z.int(), "The file's size.") }),
    ]),
  errors: [...scpErrors, "LocalFileError", "OutputTooLarge", "NotUtf8"],
});

const remoteDest = () =>
  inputBytes(
    "The remote file's path, at most 60000 bytes, with the file's name. A folder is refused (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).",
  );

const intoDirectory = () =>
  described(
    z.optional(z.boolean()),
    "Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.",
  );

const done = () => described(z.literal(true), "The remote side has reported success.");

export const scpSend = method({
  summary: "Writes bytes to a remote file by SCP.",
  description:
    "An existing file keeps its mode, unless `mode` lacks the owner's write permission (OpenSSH's scp then sets it).",
  positional: ["session", "data", "dest"],
  params: () =>
    z.strictObject({
      session: session(),
      data: inputBytes("The file's content."),
      dest: remoteDest(),
      destEncoding: z.optional(inputEncoding()),
      intoDirectory: intoDirectory(),
      encoding: z.optional(inputEncoding()),
      mode: z.optional(
        described(
          mode(),
          "The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: 420 (0644).",
        ),
      ),
      timeout: z.optional(timeout()),
      idleTimeout: z.optional(idleTimeout()),
      workDoneToken: z.optional(workDoneToken()),
    }),
  result: () => done(),
  errors: scpErrors,
});

export const scpSendfile = method({
  summary: "Sends a local file by SCP.",
  description: "Symbolic links are followed; what isn't a regular file is refused.",
  positional: ["session", "source", "dest"],
  params: () =>
    z.strictObject({
      session: session(),
      source: localPath(),
      dest: remoteDest(),
      destEncoding: z.optional(inputEncoding()),
      intoDirectory: intoDirectory(),
      mode: z.optional(
        described(
          mode(),
          "The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: the source's own.",
        ),
      ),
      timeout: z.optional(timeout()),
      idleTimeout: z.optional(idleTimeout()),
      workDoneToken: z.optional(workDoneToken()),
    }),
  result: () => done(),
  errors: [...scpErrors, "LocalFileError"],
});

export const disconnect = method({
  summary: "Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1).",
  description:
    "The handle stays and answers SessionClosed until it is freed; disconnecting again is no error. Commands that run are signalled first.",
  positional: ["session", "reason", "description"],
  params: () =>
    z.strictObject({
      session: session(),
      reason: described(
        z._default(z.int().check(z.minimum(0), z.maximum(0xffffffff)), 11),
        "The RFC's code, 0 to 4294967295; 11 is SSH_DISCONNECT_BY_APPLICATION.",
      ),
      description: z._default(
        remoteText("Sent to the server, whose log shows it."),
        "Normal Shutdown",
      ),
    }),
  result: () => z.literal(true),
  errors: ["SessionNotFound"],
});

export const free = method({
  summary: "Disconnects the session where that has not been done, and forgets its handle.",
  description: "Freeing twice is no error; nor is freeing a handle that never was.",
  positional: ["session"],
  params: () => z.strictObject({ session: session() }),
  result: () => z.literal(true),
  errors: [],
});
