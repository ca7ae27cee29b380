import { ERROR, OK, readAnswer, refusal } from "./answer.ts";
import { type Done, Exchange, type Write } from "./exchange.ts";
import { destinationName, formatFileHeader } from "./header.ts";
import { MORE, type More } from "./input.ts";
import { printable } from "../text/printable.ts";

/** The remote waits for the data: send `size` bytes, then call `dataSent`. */
export interface SendData {
  readonly type: "sendData";
  readonly size: number;
}

export type SenderEffect = SendData | Done;

/** What is to be sent, and where to. */
export interface OutgoingFile {
  /** Permission bits, 0 to 0o7777; the remote takes its umask off, and uses them only for a new file. */
  readonly mode: number;
  /** Length in bytes, 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly size: number;
  /** The path given to `sinkCommand`. */
  readonly destination: Uint8Array;
}

/** The longest message we send, in characters: OpenSSH reads lines of up to 2047 bytes. */
const MAX_FAILURE = 256;
const NEWLINE = 0x0a;
const PADDING = new Uint8Array(32 * 1024);

/**
 * Sends one file to a remote `scp -t` (`sinkCommand`): `source` in OpenSSH's scp.c.
 *
 * The remote may refuse at any time, so `receive` is to be given chunks while the data is being sent,
 * too. After an error nothing more may be sent: the remote would take data for headers. After `done`,
 * end the input of the remote scp, which else waits for another file.
 */
export class ScpSender extends Exchange<SenderEffect> {
  readonly #header: Uint8Array;
  readonly #size: number;
  #outcome: "whole" | "broken" | undefined;

  /**
   * @throws {PathError} if the destination names no file.
   * @throws {RangeError} if the mode or the size is out of range.
   */
  constructor({ mode, size, destination }: OutgoingFile) {
    super();
    this.#header = formatFileHeader({ mode, size, name: destinationName(destination) });
    this.#size = size;
  }

  /**
   * The header goes ahead of the remote's "ready", which only says that it has started; so a file
   * is sent in two round trips. Its data can't go ahead: a sink that refuses the header reads what
   * follows as the next one.
   */
  override start(): Write[] {
    return [{ type: "write", bytes: this.#header }];
  }

  protected override *protocol(): Generator<SenderEffect | More, void, void> {
    yield* readAnswer(this.input, "before the file header");
    yield* readAnswer(this.input, "after the file header");
    if (this.input.available) yield* this.#interruption();
    yield { type: "sendData", size: this.#size };
    yield MORE;
    if (this.#outcome === undefined) yield* this.#interruption();
    yield* readAnswer(this.input, "after the data");
    if (this.#outcome === "whole") yield { type: "done" };
    yield* this.silence();
  }

  /**
   * Tells how sending the data went, after `sendData`, and once.
   *
   * A file that could not be read to its end is filled up with zeros to the size announced, so that
   * the remote recognises the error behind it, as in scp.c. No `done` follows then. A caller may as
   * well close the channel instead; the remote's file is spoilt either way.
   *
   * @param sent How many bytes of the file were sent, 0 to its size.
   * @param failure Why the file is not as announced, told to the remote.
   * @returns What to send now.
   * @throws {RangeError} if more was sent than announced.
   */
  dataSent(sent: number, failure?: string): Iterable<Write> {
    if (sent > this.#size) throw new RangeError(`sent ${sent} bytes of ${this.#size}`);
    if (sent === this.#size && failure === undefined) {
      this.#outcome = "whole";
      return [{ type: "write", bytes: Uint8Array.of(OK) }];
    }
    this.#outcome = "broken";
    return this.#complain(this.#size - sent, failure ?? "the file ended early");
  }

  *#complain(missing: number, failure: string): Generator<Write, void, void> {
    for (; missing > 0; missing -= PADDING.length) {
      yield { type: "write", bytes: PADDING.subarray(0, missing) };
    }
    const text = new TextEncoder().encode(printable(failure, MAX_FAILURE));
    yield { type: "write", bytes: Uint8Array.of(ERROR, ...text, NEWLINE) };
  }

  /** Before the data is all sent, the remote can have nothing to say but that it does not want it. */
  *#interruption(): Generator<More, void, void> {
    throw refusal(yield* this.input.line("during the data"), "during the data");
  }
}
