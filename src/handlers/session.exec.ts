import { NotUtf8, remoteBytes } from "../protocol/bytes.ts";
import type { Encoding } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { exec } from "../ssh/exec.ts";
import type { Outcome } from "../ssh/exec.ts";
import { exitStatus } from "./exit-status.ts";
import { handler } from "./handler.ts";
import { inputBytes } from "./input-bytes.ts";

export default handler("session.exec", async (params, { daemon, call }) => {
  const session = daemon.sessions.get(params.session);
  const { command, env, pty, streams, encoding, maxOutput = limits.maxOutput } = params;
  const stdin = inputBytes("stdin", params.stdin, params.stdinEncoding);
  const interleaved = streams === "interleaved";
  const options = { command, stdin, env, pty, maxOutput, interleaved };
  const outcome = await exec(session, options, call);
  const { failure, termination } = outcome;
  const exit = exitStatus(outcome.exit);
  if (failure) {
    throw failure.with({
      ...output(outcome, streams),
      ...exit,
      termination: termination && { ...termination, ...exit },
    });
  }
  try {
    return { ...output(outcome, streams, encoding), ...exit };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const asBase64 = output(outcome, streams, "base64");
    throw new Failure("NotUtf8", "the output is not valid UTF-8", {
      ...asBase64,
      ...exit,
    });
  }
});

/** The output in the fields of the result, which an error has too. */
function output(
  { stdout, stderr }: Outcome,
  streams: Params<"session.exec">["streams"],
  encoding?: Encoding,
) {
  if (streams !== "separate") {
    const all = remoteBytes([...stdout, ...stderr], encoding);
    return { output: all, encoding: all.encoding };
  }
  const out = remoteBytes(stdout, encoding);
  const err = remoteBytes(stderr, encoding);
  return {
    stdout: out,
    stdoutEncoding: out.encoding,
    stderr: err,
    stderrEncoding: err.encoding,
  };
}
