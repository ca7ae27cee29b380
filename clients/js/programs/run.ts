import { CommandFailed } from "./command-failed.ts";
import type { Result } from "./command-failed.ts";
import type { SessionExecResult } from "../rpc/contract.ts";
import { NotUtf8, SshError } from "../errors/errors.ts";
import { execRequest } from "./exec-options.ts";
import type { ExecOptions } from "./exec-options.ts";
import { utf8 } from "../rpc/lines.ts";
import { readBytes } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";
import type { CallableSession } from "../daemon/session-call.ts";

/** What `run` gives output as: text, or bytes. */
export type OutputEncoding = "utf8" | "buffer";

export interface RunOptions<E extends OutputEncoding = OutputEncoding> extends ExecOptions {
  /** What the command reads; then its input is at its end. Default: it is at once. */
  input?: Bytes | undefined;
  /**
   * `"utf8"` for text, in which output that isn't UTF-8 is the error NotUtf8, or `"buffer"` for the
   * bytes. Default: `"utf8"`.
   */
  encoding?: E | undefined;
  /** Whether one newline at the end of text is left out, as `$(…)` of a shell does. Default: true. */
  stripFinalNewline?: boolean | undefined;
  /** Whether stdout holds both streams, in the order of arrival. Default: false. */
  mergeStderr?: boolean | undefined;
  /** The most bytes of output to hold, both streams together. Default: 268435456, the most there is. */
  maxOutput?: number | undefined;
}

/** `session.exec`, its output held. */
export async function run(
  session: CallableSession,
  command: Bytes,
  options: RunOptions,
): Promise<Result<string | Buffer>> {
  const { input, encoding, stripFinalNewline, mergeStderr = false, maxOutput, ...rest } = options;
  const { signal, reject = true, ...exec } = rest;
  const { params, payload, patience } = execRequest(session.usableHandle(), command, exec, input);
  const streams = mergeStderr ? "interleaved" : "separate";
  const call = { payload, patience, signal };
  let reply;
  try {
    reply = await session.daemon.call("session.exec", { ...params, streams, maxOutput }, call);
  } catch (error) {
    if (error instanceof SshError && encoding !== "buffer") {
      const textOf = (bytes: string | Buffer) => partOf(bytes as Buffer, stripFinalNewline);
      Object.assign(error, { stdout: textOf(error.stdout), stderr: textOf(error.stderr) });
    }
    throw error;
  }
  const fields = reply.result as SessionExecResult & Record<string, unknown>;
  const { exitCode, exitSignal } = fields;
  const exit = { command, exitCode, exitSignal };
  const [out, err] = mergeStderr
    ? [readBytes(fields["output"], fields["encoding"], reply.binary), Buffer.alloc(0)]
    : [
        readBytes(fields["stdout"], fields["stdoutEncoding"], reply.binary),
        readBytes(fields["stderr"], fields["stderrEncoding"], reply.binary),
      ];
  let result: Result<string | Buffer> = { ...exit, stdout: out, stderr: err };
  if (encoding !== "buffer") {
    try {
      result = {
        ...exit,
        stdout: text(out, stripFinalNewline),
        stderr: text(err, stripFinalNewline),
      };
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      const message = `the command's output is not UTF-8: use encoding: "buffer" (exit code ${exitCode})`;
      const data = { dispatched: "yes", exitCode, exitSignal };
      throw new NotUtf8(message, { data, stdout: out, stderr: err });
    }
  }
  if (exitCode !== 0 && reject) throw new CommandFailed(result);
  return result;
}

function text(bytes: Buffer, stripFinalNewline = true): string {
  const whole = utf8(bytes, "the output");
  return stripFinalNewline ? whole.replace(/\r?\n$/, "") : whole;
}

/** Output that was cut: text, without the beginning of a character at its end; bytes where it is none. */
function partOf(bytes: Buffer, stripFinalNewline: boolean | undefined): string | Buffer {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return text(Buffer.from(decoder.decode(bytes, { stream: true })), stripFinalNewline);
  } catch {
    return bytes;
  }
}
