import { Failure } from "../../../protocol/errors.ts";
import { fileSinkCommand, sinkCommand } from "../../../codecs/scp/command.ts";
import { ScpSender } from "../../../codecs/scp/sender.ts";
import type { SenderEffect } from "../../../codecs/scp/sender.ts";
import type { Call } from "../../support/call.ts";
import type { Source } from "../local/source.ts";
import type { Progress } from "../support/progress.ts";
import { hasOpenSshScp } from "../../connection/channels/server-quirks.ts";
import { withPath } from "./path.ts";
import { runScp } from "./run.ts";
import type { Remote, ScpRun } from "./run.ts";
import type { Session } from "../../connection/session.ts";

export interface SendOptions {
  readonly source: Source;
  readonly dest: Uint8Array;
  /** Where `dest` is a folder: put the file into it under the folder's own name, as scp does. */
  readonly intoDirectory: boolean;
  /** Permission bits of a new file. */
  readonly mode: number;
  /** Seconds. */
  readonly idleTimeout: number;
  readonly progress: Progress | undefined;
}

/** Sends a file to the remote side; success is the remote scp's, its exit status included. */
export async function send(session: Session, options: SendOptions, call: Call): Promise<void> {
  const { source, idleTimeout, progress } = options;
  const { command, exchange } = toDest(options, session.info.serverIdent);
  let localFailure: Failure | undefined;

  async function sendData(remote: Remote): Promise<void> {
    let sent = 0;
    progress?.begin(source.size);
    try {
      for await (const chunk of source.chunks()) {
        if (!(await remote.write(chunk, (bytes) => progress?.moved(bytes)))) return;
        sent += chunk.length;
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "LocalFileError") throw error;
      localFailure = error;
    }
    for (const { bytes } of exchange.dataSent(sent, localFailure?.message)) {
      if (!(await remote.write(bytes))) return;
    }
    // Sent right after the last byte, so that the exit comes together with the last answer.
    remote.eof();
  }

  const run: ScpRun<SenderEffect> = {
    command,
    exchange,
    idleTimeout,
    carryOut(effect, remote) {
      // Not awaited: the remote scp may send an error meanwhile.
      if (effect.type === "sendData")
        void sendData(remote).catch((error: unknown) => remote.fail(error));
      return undefined;
    },
  };
  try {
    await runScp(session, run, call, { untilExit: true });
  } catch (error) {
    throw localFailure ?? error;
  }
}

/** Checks, before anything is sent, that the destination names a file (`dir/` doesn't). */
function toDest({ source, dest, mode, intoDirectory }: SendOptions, ident: string) {
  const isPlain = !dest.includes(NEWLINE) && !isOnDevice(dest);
  const sink = !intoDirectory && isPlain && hasOpenSshScp(ident) ? fileSinkCommand : sinkCommand;
  return withPath("dest", () => ({
    command: sink(dest),
    exchange: new ScpSender({ mode, size: source.size, destination: dest }),
  }));
}

/** SCP can't carry a newline in a name: then only the command has the name. */
const NEWLINE = 0x0a;

/** `flash:x`: some network gear has OpenSSH's server and its own idea of paths. */
function isOnDevice(path: Uint8Array): boolean {
  return /^[^/]*:/.test(Buffer.from(path).toString("latin1"));
}
