import { NotUtf8, notUtf8 } from "../../protocol/bytes.ts";
import type { Encoding } from "../../protocol/bytes.ts";
import { Failure } from "../../protocol/errors.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";
import { defaultWindow, limits } from "../../protocol/limits.ts";
import type { Params } from "../../protocol/methods.ts";
import type { Start } from "../../ssh/connection/channels/channel.ts";
import { OutputCollector } from "../../ssh/programs/output-collector.ts";
import type { OutputSink } from "../../ssh/programs/output-sink.ts";
import { OutputStream } from "../../ssh/programs/output-stream.ts";
import { runProgram } from "../../ssh/programs/program.ts";
import { RunningProgram } from "../../ssh/programs/running-program.ts";
import type { Sudo } from "../../ssh/programs/sudo.ts";
import { lendAgent, requireAgent } from "../../ssh/forwarding/lent-agent.ts";
import { exitStatus } from "./exit-status.ts";
import type { Context } from "./handler.ts";
import { inputBytes } from "./input-bytes.ts";
import { OutputSender, collectedOutput } from "./output-fields.ts";

/** What the methods that start a program have in common. */
export type ProgramParams = Omit<
  Params<"session.exec">,
  "command" | "commandEncoding" | "envMode" | "sudo" | "sudoPassword"
> & {
  readonly sudo?: Sudo | undefined;
};

/** Runs a program, its output collected or streamed, and gives the method's result. */
export async function runForClient(start: Start, params: ProgramParams, context: Context) {
  const { maxOutput = limits.maxOutput, streams, token, window = defaultWindow } = params;
  if (!params.stream) {
    const { client, call } = context;
    const collector = new OutputCollector(
      maxOutput,
      streams === "interleaved",
      client.room,
      (bytes) => call.hold(bytes),
    );
    const fields = (encoding?: Encoding) => collectedOutput(collector, streams, encoding);
    return run(start, params, context, collector, fields);
  }
  if (token === undefined) throw invalidParam("token", "is missing: stream needs one");
  const encoding = params.encoding ?? context.client.defaultEncoding;
  const wholeCharacters = encoding === undefined || encoding === "utf8";
  const sender = new OutputSender(token, encoding, context.client);
  const send = sender.send.bind(sender);
  const stream = new OutputStream({ window, wholeCharacters, send });
  const sent = (wanted?: Encoding) => {
    if (wanted === "utf8") sender.check();
    return { stdoutBytes: stream.sent.stdout, stderrBytes: stream.sent.stderr };
  };
  return run(start, params, context, stream, sent, stream);
}

/** @param fields what the result, or the error, tells of the output */
async function run<Fields extends object>(
  start: Start,
  params: ProgramParams,
  { binary, scope, client, call }: Context,
  sink: OutputSink,
  fields: (encoding?: Encoding) => Fields,
  stream?: OutputStream,
) {
  const { openStdin, env, pty, token, idleTimeout, forwardAgent, sudo } = params;
  if (openStdin && token === undefined) {
    throw invalidParam("token", "is missing: openStdin needs one");
  }
  const { encoding = client.defaultEncoding, stdinEncoding } = params;
  const stdin =
    params.stdin === undefined
      ? undefined
      : inputBytes("stdin", params.stdin, stdinEncoding, binary);
  const held = scope.sessions.get(params.session);
  if (forwardAgent) requireAgent(held.session);
  const running = new RunningProgram(openStdin);
  if (token !== undefined) scope.calls.add(token, { program: running, stream });
  try {
    const lend = forwardAgent ? lendAgent : undefined;
    const options = { start, stdin, openStdin, env, pty, idleTimeout, lendAgent: lend, sudo };
    const outcome = await runProgram(held, options, sink, call, running);
    const exit = exitStatus(outcome.exit);
    if (outcome.failure) {
      const termination = outcome.termination && { ...outcome.termination, ...exit };
      // The call has failed already: output that isn't UTF-8 doesn't replace that error.
      const output = fields(encoding === "utf8" ? undefined : encoding);
      throw outcome.failure.with({ ...output, ...exit, termination });
    }
    try {
      return { ...fields(encoding), ...exit };
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      throw new Failure("NotUtf8", notUtf8("the output"), { ...fields("base64"), ...exit });
    }
  } finally {
    if (token !== undefined) scope.calls.delete(token);
  }
}
