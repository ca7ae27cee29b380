import { Readable } from "node:stream";

/** Whom an output stream tells what becomes of it. */
export interface OutputOwner {
  /** It has handed something over, or is asked for something and has nothing. */
  onRead(): void;
  /** Its reader has given it up before its end. */
  onDiscarded(): void;
}

/** One of a program's two outputs: what has come and hasn't been read waits in it. */
export class OutputStream extends Readable {
  readonly #owner: OutputOwner;
  readonly #queue: Buffer[] = [];
  #held = 0;
  #isWanted = false;
  #isClaimed = false;
  #isEnded = false;
  #failure: Error | undefined;

  constructor(owner: OutputOwner) {
    // All waiting is done in our queue: an error must come behind what came before it.
    super({ highWaterMark: 0 });
    this.#owner = owner;
    // An error that nobody listens for must not end the program: `wait` tells it, too.
    this.on("error", () => {});
  }

  /** Bytes that wait here. */
  get held(): number {
    return this.#held;
  }

  /** Whether anybody has begun to read it. */
  get isClaimed(): boolean {
    return this.#isClaimed;
  }

  /** Whether somebody waits for what it hasn't. */
  get isStarved(): boolean {
    return this.#isWanted && this.#held === 0 && !this.#isEnded && !this.destroyed;
  }

  /** Takes what has come. */
  add(chunk: Buffer): void {
    if (this.destroyed) return;
    if (this.#isWanted) {
      this.#isWanted = this.push(chunk);
      this.#owner.onRead();
    } else {
      this.#queue.push(chunk);
      this.#held += chunk.length;
    }
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isWanted && this.#held === 0) this.#finish();
  }

  /** Nothing more comes, and what came isn't all: the error stands behind it. */
  fail(error: Error): void {
    if (this.#isEnded) return;
    this.#failure = error;
    this.end();
  }

  override _read(): void {
    this.#isClaimed = true;
    this.#isWanted = true;
    while (this.#isWanted && this.#queue.length > 0) {
      const chunk = this.#queue.shift() as Buffer;
      this.#held -= chunk.length;
      this.#isWanted = this.push(chunk);
    }
    if (this.#isEnded && this.#isWanted && this.#held === 0) this.#finish();
    else this.#owner.onRead();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#queue.length = 0;
    this.#held = 0;
    if (!this.#isEnded) this.#owner.onDiscarded();
    callback(error);
  }

  #finish(): void {
    if (this.#failure) this.destroy(this.#failure);
    else this.push(null);
  }
}
