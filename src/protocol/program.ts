import * as z from "zod/mini";
import { method } from "./method.ts";
import {
  bytes,
  described,
  encoding,
  inputBytes,
  inputEncoding,
  maxOutput,
  objectParam,
  outputEncoding,
  remoteName,
  remoteText,
  session,
  timeout,
  token,
} from "./schema.ts";
import { sessionErrors } from "./session.ts";
import { terminalModes } from "./terminal-modes.ts";

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

/** SSH's uint32: a larger number doesn't fit. */
const uint32 = (least: number) => z.int().check(z.minimum(least), z.maximum(0xffffffff));

const columns = () => described(uint32(1), "Width in characters, at least 1.");
const rows = () => described(uint32(1), "Height in characters, at least 1.");
const width = () => described(z._default(uint32(0), 0), "Width in pixels, from 0; 0 is unknown.");
const height = () => described(z._default(uint32(0), 0), "Height in pixels, from 0; 0 is unknown.");

const noMode = `is no terminal mode: there are ${terminalModes.join(", ")} (RFC 4254 §8)`;

const pty = () =>
  objectParam(
    z.strictObject({
      term: z._default(remoteText("The TERM variable."), "xterm"),
      columns: z._default(columns(), 80),
      rows: z._default(rows(), 24),
      width: width(),
      height: height(),
      modes: z.optional(
        described(
          objectParam(
            z.partialRecord(z.enum(terminalModes), uint32(0), {
              // That code of a record's isn't among its type's.
              error: ({ code }) => ((code as string) === "unrecognized_keys" ? noMode : undefined),
            }),
          ),
          "The terminal's modes by the names of RFC 4254 §8, each with its value: `{\"ECHO\": 0}`. Those not named are the server's own.",
        ),
      ),
    }),
  );

/** The values of `pty: {}`. */
const defaultPty = { term: "xterm", columns: 80, rows: 24, width: 0, height: 0 };

/** @param what is counted */
const window = (what: string) =>
  described(
    z.int().check(z.minimum(0)),
    `${what} that may be sent before the client grants more with \`session.windowAdjust\`. Default: 1048576.`,
  );

/** The params of the methods that start a command line. */
const shellParams = () => ({
  envMode: described(
    z.optional(z.enum(["send", "export"])),
    "How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a command line put before the program, in whichever shell the account has; names are then of letters, digits and `_`, and the values can be seen by others on the server as any command line can. Under `sudo` only what is exported arrives for sure.",
  ),
  sudo: described(
    z.optional(
      z.union([
        z.boolean(),
        remoteName("A user's name.").check(z.regex(/^[^-]/, "must not begin with -")),
      ]),
    ),
    "Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is asked to read the password from its input, with a prompt of the daemon's own; neither is in the output, nor in any command line. What sudo refuses is an error, SudoFailed.",
  ),
  sudoPassword: described(
    z.optional(z.string().check(z.regex(/^[^\0\r\n]*$/, "must be one line"))),
    "What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is `password`), each time that sudo asks.",
  ),
});

/** The params of all methods that start a program; their defaults differ. */
const programParams = () => ({
  timeout: z.optional(timeout()),
  idleTimeout: z.optional(
    described(
      z.number().check(z.positive()),
      "Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.",
    ),
  ),
  streams: described(
    z._default(z.enum(["concatenated", "separate", "interleaved"]), "concatenated"),
    "What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.",
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
      "Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.",
    ),
  ),
  forwardAgent: described(
    z.optional(z.boolean()),
    "Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.",
  ),
  maxOutput: z.optional(maxOutput()),
  token: z.optional(token()),
  window: z.optional(
    window(
      "With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together,",
    ),
  ),
});

const ptyText =
  'Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal\'s input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`.';
const streamText =
  "Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.";
const openStdinText =
  "Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.";

const programResult = () =>
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
  ]);

const programErrors = [...sessionErrors, "OutputTooLarge", "NotUtf8"] as const;

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
      ...shellParams(),
      ...programParams(),
      pty: z.optional(described(pty(), ptyText)),
      stream: described(z._default(z.boolean(), false), streamText),
      openStdin: described(z._default(z.boolean(), false), openStdinText),
    }),
  result: programResult,
  errors: [...programErrors, "SudoFailed"],
});

export const shell = method({
  summary: "Starts the account's login shell, on a terminal of its own.",
  description:
    "As `session.exec` in all else: the shell is what runs, `session.write` is what is typed, `session.resize` tells it of another size, and its end is the reply. Without a terminal it reads commands from its input.",
  positional: ["session"],
  params: () =>
    z.strictObject({
      session: session(),
      ...shellParams(),
      ...programParams(),
      pty: described(
        z._default(z.union([z.literal(false), pty()]), defaultPty),
        `${ptyText} Default: \`{}\`; \`false\` asks for none.`,
      ),
      stream: described(z._default(z.boolean(), true), streamText),
      openStdin: described(z._default(z.boolean(), true), openStdinText),
    }),
  result: programResult,
  errors: [...programErrors, "SudoFailed"],
});

export const subsystem = method({
  summary: "Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5).",
  description: "As `session.exec` in all else.",
  positional: ["session", "name"],
  params: () =>
    z.strictObject({
      session: session(),
      name: remoteName("The subsystem's name, as the server has it."),
      ...programParams(),
      pty: z.optional(described(pty(), ptyText)),
      stream: described(z._default(z.boolean(), false), streamText),
      openStdin: described(z._default(z.boolean(), false), openStdinText),
    }),
  result: programResult,
  errors: programErrors,
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

export const resize = method({
  summary: "Tells a program's terminal of another size (RFC 4254 §6.7).",
  description: "Servers don't say what came of it; a program without a terminal isn't told.",
  positional: ["token", "columns", "rows"],
  params: () =>
    z.strictObject({
      token: token(),
      columns: columns(),
      rows: rows(),
      width: width(),
      height: height(),
      timeout: z.optional(timeout()),
    }),
  result: () => described(z.literal(true), "The size was sent."),
  errors: tokenErrors,
});

export const connect = method({
  summary: "Has the server connect to a host or to a Unix socket, and gives the connection.",
  description:
    "A `direct-tcpip` channel (RFC 4254 §7.2), or direct-streamlocal@openssh.com. What comes is sent in `session/output` notifications (`stream` is `stdout`) as far as the client grants, and an empty one says that no more comes; `session.write` and `session.closeStdin` send and end the other direction. The reply comes when both have ended.",
  positional: ["session", "host", "port"],
  params: () =>
    z.strictObject({
      session: session(),
      host: z.optional(remoteName("The host, by name or address, as the server sees it.")),
      port: z.optional(
        described(z.int().check(z.minimum(1), z.maximum(65_535)), "The port, 1 to 65535."),
      ),
      socketPath: z.optional(
        remoteName("A Unix socket on the server, instead of `host` and `port`."),
      ),
      token: token(),
      window: z.optional(window("The bytes that come, from 0,")),
      encoding: z.optional(outputEncoding()),
      timeout: z.optional(timeout()),
    }),
  result: () =>
    z.strictObject({
      bytesReceived: described(z.int(), "From the server."),
      bytesSent: described(z.int(), "To the server."),
    }),
  errors: [
    "SessionNotFound",
    "SessionClosed",
    "ConnectFailed",
    "ConnectionLost",
    "Timeout",
    "NotUtf8",
  ],
});
