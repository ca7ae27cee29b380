import type { TraceValue } from "../../protocol/notifications.ts";
import type { Failure } from "../../protocol/errors.ts";
import type { Log } from "../log.ts";
import { notificationParams } from "./notification-params.ts";
import type { RemoteClient } from "./remote-client.ts";
import type { RawParams } from "../wire/envelope.ts";
import type { Received } from "../wire/received.ts";

/** The longest method name or id shown, in characters. */
const maxNameLength = 100;

/** Shows each request's way, in the log and, where it asked with `$/setTrace`, to the client. */
export class Trace {
  readonly #client: RemoteClient;
  readonly #log: Log;
  #value: TraceValue = "off";

  constructor(client: RemoteClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  /** Takes the params of `$/setTrace`; what isn't well-formed changes nothing. */
  set(raw: RawParams | undefined): void {
    const params = notificationParams("$/setTrace", raw);
    if (params) this.#value = params.value;
    else this.#log.debug("$/setTrace: ignored, its value must be off, messages or verbose");
  }

  /** A request was received, with an id or without. */
  received(method: string, received: Received): RequestTrace {
    return new RequestTrace(method, received, (step, label, details) => {
      if (this.#value === "off" && !this.#log.isWanted("debug")) return;
      const text = step();
      this.#log.debug(`${label}: ${text}`);
      if (this.#value === "off") return;
      const { id } = received;
      const message = `${shown(method)}${id === undefined ? "" : `, id ${shown(id)}`}: ${text}`;
      const verbose = details === "" ? label : `${label}, ${details}`;
      this.#client.tell(
        "$/logTrace",
        this.#value === "verbose" ? { message, verbose } : { message },
      );
    });
  }
}

/**
 * @param step makes the text; not called if nobody wants it, as there are three for each request
 * @param label the request's name in the log, which has numbers in place of ids
 */
type Tell = (step: () => string, label: string, details: string) => void;

/** One request's steps. */
export class RequestTrace {
  /** The request's name in the log. */
  readonly label: string;
  readonly #receivedAt: number;
  readonly #tell: Tell;

  constructor(method: string, { number, receivedAt }: Received, tell: Tell) {
    this.label =
      number === undefined ? `${shown(method)} without an id` : `#${number} ${shown(method)}`;
    this.#receivedAt = receivedAt;
    this.#tell = tell;
    this.#step(() => `received at ${new Date(performance.timeOrigin + receivedAt).toISOString()}`);
  }

  /** Its handler begins. */
  dispatched(): void {
    this.#step(() => `dispatched after ${this.#elapsed()}`);
  }

  /** @param failure where the reply is an error */
  replied(failure?: Failure): void {
    if (!failure) return this.#step(() => `replied after ${this.#elapsed()}`);
    const details = ["phase", "dispatched"]
      .filter((name) => failure.data[name] !== undefined)
      .map((name) => `${name} ${String(failure.data[name])}`);
    const text = () => `replied after ${this.#elapsed()} with ${failure.kind}`;
    this.#step(text, details.join(", "));
  }

  #step(text: () => string, details = ""): void {
    this.#tell(text, this.label, details);
  }

  #elapsed(): string {
    return `${(performance.now() - this.#receivedAt).toFixed(1)} ms`;
  }
}

/** A client's text, cut to {@link maxNameLength}. */
export function shown(text: string | number): string {
  const whole = String(text);
  return whole.length > maxNameLength ? `${whole.slice(0, maxNameLength)}…` : whole;
}
