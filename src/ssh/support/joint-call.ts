import { Cancellation } from "../../protocol/cancellation.ts";
import { Call } from "./call.ts";

/** The methods of {@link Call} that stop its clocks. */
type Pause = "whileQueued" | "whileAsking";

/**
 * Work that is done for several calls at once. It has no clock of its own: those of the calls run on,
 * and stand still, as it goes along.
 */
export class JointCall extends Call {
  readonly #followers = new Set<Call>();
  #paused: { readonly by: Pause; readonly over: Promise<void> } | undefined;

  constructor() {
    super(new Cancellation());
  }

  /** Calls that it works for. */
  get size(): number {
    return this.#followers.size;
  }

  add(call: Call): void {
    this.#followers.add(call);
    call.follow(this);
    if (this.#paused) hold(call, this.#paused);
  }

  delete(call: Call): void {
    this.#followers.delete(call);
    call.follow(undefined);
  }

  override progress(): void {
    for (const call of this.#followers) call.progress();
  }

  override whileQueued<T>(turn: Promise<T>): Promise<T> {
    return this.#hold("whileQueued", turn);
  }

  override whileAsking<T>(answer: Promise<T>): Promise<T> {
    return this.#hold("whileAsking", answer);
  }

  async #hold<T>(by: Pause, awaited: Promise<T>): Promise<T> {
    let end!: () => void;
    const paused = { by, over: new Promise<void>((resolve) => (end = resolve)) };
    this.#paused = paused;
    for (const call of this.#followers) hold(call, paused);
    try {
      return await this.race(awaited);
    } finally {
      if (this.#paused === paused) this.#paused = undefined;
      end();
    }
  }
}

function hold(call: Call, { by, over }: { by: Pause; over: Promise<void> }): void {
  // If the call ends meanwhile, its own waiters see that.
  call[by](over).catch(() => {});
}
