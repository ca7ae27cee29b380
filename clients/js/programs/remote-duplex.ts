import type { Readable } from "node:stream";
import type { Exit } from "./command-failed.ts";
import { ProcessDuplex } from "./process-duplex.ts";
import type { RemoteProcess, SignalName } from "./remote-process.ts";

/** A size of a terminal, in characters, and in pixels where those are known. */
export interface TerminalSize {
  columns: number;
  rows: number;
  width?: number | undefined;
  height?: number | undefined;
}

/**
 * A program that is spoken with: what is written is its input, what is read its output. Destroying it
 * before its end cancels the program; ending it ends its input.
 *
 * It emits `exit` with the exit code and the signal behind its last output, as a ChildProcess does.
 */
export class RemoteDuplex extends ProcessDuplex {
  /** Its error output; of a program on a terminal it is part of the output. */
  readonly stderr: Readable;

  /** @internal */
  constructor(process: RemoteProcess) {
    super(process, { allowHalfOpen: true });
    this.stderr = process.stderr;
  }

  /** Null until it has ended. */
  get exitCode(): number | null {
    return this.process.exitCode;
  }

  /** Likewise. */
  get exitSignal(): string | null {
    return this.process.exitSignal;
  }

  /** Waits for its end, with whichever exit code. */
  wait(): Promise<Exit> {
    return this.process.wait();
  }

  /** Signals it, as {@link RemoteProcess.kill}. */
  kill(signal?: SignalName): Promise<void> {
    return this.process.kill(signal);
  }

  /** Tells its terminal of another size (RFC 4254 §6.7). */
  resize(size: TerminalSize): Promise<void> {
    return this.process.resize(size);
  }

  protected override onEnded(): void {
    this.emit("exit", this.exitCode, this.exitSignal);
  }
}
