import type { Capabilities, Client } from "../../handlers/support/client.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Ask } from "../../protocol/prompt.ts";
import type { NotificationName, NotificationParams } from "../../protocol/notifications.ts";
import type { Log } from "../log.ts";
import type { Framing } from "../wire/frame.ts";

/** LSP's MessageType. */
const messageTypes = { error: 1, warn: 2, info: 3, debug: 4 } as const;

/** The client at the other end of the connection, and what has been agreed with it. */
export class RemoteClient implements Client {
  readonly room: Client["room"];
  readonly #send: (message: object) => Promise<void>;
  readonly #ask: Ask;
  readonly #framing: () => Framing;
  readonly #log: Log;
  #binaryFrames = false;
  #answersPrompts = false;

  /**
   * @param parts.send puts a message on its way; resolves when the operating system has it
   * @param parts.room see {@link Client.room}
   */
  constructor(parts: {
    send: (message: object) => Promise<void>;
    room: Client["room"];
    ask: Ask;
    framing: () => Framing;
    log: Log;
  }) {
    this.#send = parts.send;
    this.room = parts.room;
    this.#ask = parts.ask;
    this.#framing = parts.framing;
    this.#log = parts.log;
  }

  get defaultEncoding(): "binary" | undefined {
    return this.#binaryFrames ? "binary" : undefined;
  }

  get ask(): Ask | undefined {
    return this.#answersPrompts ? this.#ask : undefined;
  }

  warn(text: string): void {
    this.#log.warn(text);
  }

  agree({ binaryFrames = false, logMessage, prompt = false }: Capabilities): {
    binaryFrames: boolean;
  } {
    this.#answersPrompts = prompt;
    // Only a frame with a header can carry bytes beside its JSON.
    this.#binaryFrames = binaryFrames && this.#framing() === "header";
    if (logMessage !== undefined) {
      this.#log.listen(logMessage, (level, message) =>
        this.tell("window/logMessage", { type: messageTypes[level], message }),
      );
    }
    return { binaryFrames: this.#binaryFrames };
  }

  /** @throws {Failure} Cancelled where it can't be written to: what it asked for is no longer wanted */
  notify<N extends NotificationName>(method: N, params: NotificationParams<N>): Promise<void> {
    return this.#send({ jsonrpc: "2.0", method, params }).catch((error: unknown) => {
      throw new Failure("Cancelled", "the client is gone", {}, { cause: error });
    });
  }

  /** Sends a notification and ignores errors: if the client is gone, that is noticed elsewhere. */
  tell<N extends NotificationName>(method: N, params: NotificationParams<N>): void {
    this.notify(method, params).catch(() => {});
  }
}
