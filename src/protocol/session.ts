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
  objectParam,
  outputEncoding,
  remoteText,
  session,
  timeout,
  token,
  workDoneToken,
} from "./schema.ts";

const exit = () => ({
  exitCode: described(
    z.nullable(z.int()),
    "The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.",
  ),
  exitSignal: described(
    z.nullable(z.string()),
    'The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn\'t name is as the server sent it; OpenSSH\'s hides it (`"SIG@openssh.com"`).',
  ),
});

const sessionErrors = [
  "SessionNotFound",
  "SessionClosed",
  "ConnectionLost",
  "ChannelOpenFailed",
  "ChannelRequestDenied",
  "Timeout",
] as const;

/** As SSH sends it; more would wrap round. */
const uint32 = () => z.int().check(z.minimum(1), z.maximum(0xffffffff));

export const exec = method({
  summary: "Runs a command and gives its output, exit code and signal.",
  description:
    "A non-zero exit is a result, not an error. The command's stdin is at its end at once unless `stdin` is given. When the deadline passes or the client cancels, the remote command is sent TERM, two seconds later KILL, and then the channel is closed; the error comes within a quarter of a second, with the output that had arrived and, in `data.termination`, which signals were sent by then and whether the command is known to have ended.",
  positional: ["session", "command", "timeout"],
  params: () =>
    z.strictObject({
      session: session(),
      command: inputBytes(
        "Passed to the account's shell by the server (RFC 4254 §6.5); at most 250000 bytes.",
      ),
      commandEncoding: z.optional(inputEncoding()),
      timeout: z.optional(timeout()),
      streams: described(
        z._default(z.enum(["concatenated", "separate", "interleaved"]), "concatenated"),
        "What the result holds: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.",
      ),
      encoding: z.optional(outputEncoding()),
      stdin: z.optional(
        inputBytes(
          "What the command reads, then the end of its input; see `pty` for where there is none.",
        ),
      ),
      stdinEncoding: z.optional(inputEncoding()),
      env: z.optional(
        described(
          objectParam(
            z.record(
              z.string().check(z.regex(/^[^=\0]+$/, "must be a variable's name")),
              remoteText("The variable's value."),
            ),
          ),
          "Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied.",
        ),
      ),
      pty: z.optional(
        described(
          objectParam(
            z.strictObject({
              term: z._default(remoteText("The TERM variable."), "xterm"),
              columns: described(z._default(uint32(), 80), "Width in characters, at least 1."),
              rows: described(z._default(uint32(), 24), "Height in characters, at least 1."),
            }),
          ),
          'Runs the command on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal\'s input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\\u0004"` (Ctrl-D), at the beginning of a line.',
        ),
      ),
      maxOutput: z.optional(maxOutput()),
      token: z.optional(token()),
      stream: described(
        z._default(z.boolean(), false),
        "Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.",
      ),
      window: z.optional(
        described(
          z.int().check(z.minimum(0)),
          "With `stream`: the bytes of output, from 0, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.",
        ),
      ),
      openStdin: described(
        z._default(z.boolean(), false),
        "Leaves the command's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.",
      ),
    }),
  result: () =>
    z.union([
      z.strictObject({ output: bytes, encoding: encoding(), ...exit() }),
      z.strictObject({
        stdout: bytes,
        stdoutEncoding: encoding(),
        stderr: bytes,
        stderrEncoding: encoding(),
        ...exit(),
      }),
      z.strictObject({
        stdoutBytes: described(z.int(), "With `stream`: bytes sent of stdout."),
        stderrBytes: described(z.int(), "With `stream`: bytes sent of stderr."),
        ...exit(),
      }),
    ]),
  errors: [...sessionErrors, "OutputTooLarge", "NotUtf8"],
});

const tokenErrors = ["CommandNotFound", "ConnectionLost", "SessionClosed", "Timeout"] as const;

export const write = method({
  summary: "Writes to the stdin of a command that runs.",
  description:
    "Replies when the server has taken the bytes; waiting for that before the next write keeps the pace of the command. Writes are carried out in the order in which they were sent.",
  positional: ["token", "data"],
  params: () =>
    z.strictObject({
      token: token(),
      data: inputBytes("The bytes to write."),
      encoding: z.optional(inputEncoding()),
      timeout: z.optional(timeout()),
    }),
  result: () => described(z.literal(true), "The server has taken them."),
  errors: [...tokenErrors, "InputTooFast"],
});

export const closeStdin = method({
  summary: "Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3).",
  positional: ["token"],
  params: () => z.strictObject({ token: token(), timeout: z.optional(timeout()) }),
  result: () => z.literal(true),
  errors: tokenErrors,
});

/** RFC 4254 §6.10. */
const signalNames = [
  "ABRT",
  "ALRM",
  "FPE",
  "HUP",
  "ILL",
  "INT",
  "KILL",
  "PIPE",
  "QUIT",
  "SEGV",
  "TERM",
  "USR1",
  "USR2",
] as const;

export const signal = method({
  summary: "Signals a command that runs (RFC 4254 §6.9).",
  description:
    "Servers don't say what came of it. OpenSSH delivers none to commands of a root login.",
  positional: ["token", "signal"],
  params: () =>
    z.strictObject({
      token: token(),
      signal: described(z.enum(signalNames), "The name without `SIG`."),
      timeout: z.optional(timeout()),
    }),
  result: () => described(z.literal(true), "The signal was sent."),
  errors: tokenErrors,
});

export const windowAdjust = method({
  summary: "Grants a streamed command more output.",
  description: "As RFC 4254 §5.2 between client and daemon. Mostly sent as a notification.",
  positional: ["token", "bytes"],
  params: () =>
    z.strictObject({
      token: token(),
      bytes: described(
        z.int().check(z.minimum(1)),
        "So many bytes more than granted before, at least 1.",
      ),
    }),
  result: () => z.literal(true),
  errors: ["CommandNotFound"],
});

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
    z._default(z.boolean(), false),
    "Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.",
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
