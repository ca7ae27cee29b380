import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { logLevels } from "../../protocol/log-levels.ts";
import type { LogLevel } from "../../protocol/log-levels.ts";
import { UsageError, usage } from "./usage.ts";

/** Where the client is: at our stdin and stdout, or where we connect to it. */
export type Endpoint =
  | { readonly type: "stdio" }
  /** A Unix socket. */
  | { readonly type: "pipe"; readonly path: string }
  /** A TCP port of 127.0.0.1. */
  | { readonly type: "socket"; readonly port: number };

export interface ServeOptions {
  readonly command: "serve";
  readonly endpoint: Endpoint;
  readonly clientProcessId: number | undefined;
  readonly logLevel: LogLevel;
  readonly logFile: string | undefined;
}

/** For the user's shared daemon. */
export interface SharedOptions {
  /**
   * `attach`: join stdin and stdout to the shared daemon; `shared`: be that daemon; `status`: print what
   * it holds; `stop`: end it.
   */
  readonly command: "attach" | "shared" | "status" | "stop";
  readonly clientProcessId: number | undefined;
  readonly logLevel: LogLevel;
  readonly logFile: string | undefined;
}

export type Cli =
  ServeOptions | SharedOptions | { readonly command: "help" } | { readonly command: "version" };

export const help = `${usage}

Keeps SSH sessions for its client, which speaks JSON-RPC 2.0 with it as with a
language server: framed by Content-Length headers, or as one line of JSON each.

  printf '{"jsonrpc":"2.0","id":1,"method":"daemon.status"}\\n' | sshrpc

Where the client is:
  --stdio                 at stdin and stdout (the default)
  --pipe=NAME             at a Unix socket, to which sshrpc connects
  --socket=PORT           at a TCP port of 127.0.0.1, to which sshrpc connects
  --port=PORT             the same
  --attach                at stdin and stdout, and served by the user's shared
                          daemon, which is started where there is none

The shared daemon:
  status                  say what it holds, and for whom
  stop                    end it, with all that it holds

Options:
  --clientProcessId=PID   end when this process ends
  --log-level=LEVEL       error, warn (the default), info or debug
  --log-file=FILE         append the log to FILE instead of stderr
  -V, --version           print the version
  -h, --help              print this

Exit status: 0 when the client is done or gone, 1 after exit without shutdown,
2 when started wrongly (options, log file, or no client to connect to), 70 after
an internal error.
`;

const options = {
  stdio: { type: "boolean" },
  pipe: { type: "string" },
  socket: { type: "string" },
  port: { type: "string" },
  attach: { type: "boolean" },
  shared: { type: "boolean" },
  clientProcessId: { type: "string" },
  "log-level": { type: "string", default: "warn" },
  "log-file": { type: "string" },
  version: { type: "boolean", short: "V" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

/**
 * Reads the command line.
 *
 * @param args without the program's name
 * @throws {UsageError}
 */
export function readCommandLine(args: readonly string[]): Cli {
  // `sshrpc help` and `sshrpc version`, which people try too.
  const [word] = args;
  if (args.length === 1 && (word === "help" || word === "version")) return { command: word };
  const common = (values: ReturnType<typeof parse>) => ({
    clientProcessId:
      values.clientProcessId === undefined
        ? undefined
        : integer(values.clientProcessId, "--clientProcessId", 2 ** 31 - 1),
    logLevel: level(values["log-level"]),
    logFile: values["log-file"],
  });
  if (word === "status" || word === "stop")
    return { command: word, ...common(parse(args.slice(1))) };
  const values = parse(args);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const { pipe } = values;
  const port = values.socket ?? values.port;
  const given = [
    values.stdio,
    pipe,
    values.socket,
    values.port,
    values.attach,
    values.shared,
  ].filter((value) => value !== undefined);
  if (given.length > 1)
    throw new UsageError("only one of --stdio, --pipe, --socket, --port and --attach");
  if (values.attach || values.shared) {
    return { command: values.attach ? "attach" : "shared", ...common(values) };
  }
  return {
    command: "serve",
    endpoint:
      pipe !== undefined
        ? { type: "pipe", path: nonEmpty(pipe, "--pipe") }
        : port !== undefined
          ? { type: "socket", port: integer(port, "the port", 65_535) }
          : { type: "stdio" },
    ...common(values),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function nonEmpty(text: string, name: string): string {
  if (text === "") throw new UsageError(`${name} needs a value`);
  return text;
}

function integer(text: string, name: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`${name} must be an integer from 1 to ${most}`);
}

function level(text: string): LogLevel {
  const found = logLevels.find((each) => each === text);
  if (found === undefined)
    throw new UsageError(`--log-level must be one of ${logLevels.join(", ")}`);
  return found;
}
