import { OK, readAnswer, refusal } from "./answer.ts";
import { type Done, Exchange, type Write } from "./exchange.ts";
import { checkTimesHeader, type FileHeader, parseFileHeader } from "./header.ts";
import type { More } from "./input.ts";

/** The remote has announced the file: make room for it. */
export interface IncomingFile extends FileHeader {
  readonly type: "file";
}

/** The next bytes of the file: a view of the chunk they arrived in. */
export interface IncomingData {
  readonly type: "data";
  readonly bytes: Uint8Array;
}

export type ReceiverEffect = Write | IncomingFile | IncomingData | Done;

/** The acknowledgements after the first: of the file header, and of the file. */
const LATER_ACKNOWLEDGEMENTS = 2;
const TIMES = "T".charCodeAt(0);
const FILE = "C".charCodeAt(0);

/**
 * Receives one file from a remote `scp -f` (`sourceCommand`): `sink` in OpenSSH's scp.c.
 *
 * `file` comes once, then `data` to exactly its size, then `done`. A file that the caller cannot
 * take is refused by closing the channel.
 */
export class ScpReceiver extends Exchange<ReceiverEffect> {
  #ahead: number;

  /**
   * @param options.acknowledgeAhead Acknowledge everything in `start`, so that a file arrives in one
   * round trip: the sender waits for nothing. Nothing is lost by it, as our acknowledgements only
   * say "go on". Default false.
   */
  constructor(options: { readonly acknowledgeAhead?: boolean } = {}) {
    super();
    this.#ahead = options.acknowledgeAhead ? LATER_ACKNOWLEDGEMENTS : 0;
  }

  /** ProFTPD's mod_sftp reads one acknowledgement per packet and drops what follows it. */
  override start(): Write[] {
    return Array.from({ length: 1 + this.#ahead }, () => acknowledgement());
  }

  protected override *protocol(): Generator<ReceiverEffect | More, void, void> {
    const { size } = yield* this.#header();
    yield* this.#acknowledge();
    yield* this.#data(size);
    // The sender pads a file that shrank with zeros: only this answer tells.
    yield* readAnswer(this.input, "after the data");
    yield* this.#acknowledge();
    yield { type: "done" };
    yield* this.silence();
  }

  *#header(): Generator<ReceiverEffect | More, FileHeader, void> {
    let line = yield* this.#headerLine();
    if (line[0] === TIMES) {
      checkTimesHeader(line);
      yield* this.#acknowledge();
      line = yield* this.#headerLine();
    }
    const header = parseFileHeader(line);
    yield { type: "file", ...header };
    return header;
  }

  /** Folders (`D`, `E`) are refused like any other answer: none was asked for (CVE-2019-6111). */
  *#headerLine(): Generator<More, Uint8Array, void> {
    const line = yield* this.input.line("before the file header");
    if (line[0] !== TIMES && line[0] !== FILE) throw refusal(line, "before the file header");
    return line;
  }

  *#data(size: number): Generator<IncomingData | More, void, void> {
    for (let remaining = size; remaining > 0;) {
      const bytes = yield* this.input.take(remaining, "during the data");
      remaining -= bytes.length;
      yield { type: "data", bytes };
    }
  }

  *#acknowledge(): Generator<Write, void, void> {
    if (this.#ahead > 0) this.#ahead--;
    else yield acknowledgement();
  }
}

function acknowledgement(): Write {
  return { type: "write", bytes: Uint8Array.of(OK) };
}
