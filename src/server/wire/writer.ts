import { AbstractMessageWriter } from "vscode-jsonrpc";
import type { Message, MessageWriter, ResponseMessage } from "vscode-jsonrpc";
import { Failure } from "../../protocol/errors.ts";
import { responseError } from "./response-error.ts";
import type { Output } from "./output.ts";
import type { RequestIds } from "./request-ids.ts";

/** Writes the daemon's messages; a reply gets the client's own id back. See {@link RequestIds}. */
export class Writer extends AbstractMessageWriter implements MessageWriter {
  readonly #output: Output;
  readonly #ids: RequestIds;
  readonly #onFault: (text: string, cause: unknown) => void;

  /** @param onFault told of a reply that can't be written, which is a fault of ours */
  constructor(output: Output, ids: RequestIds, onFault: (text: string, cause: unknown) => void) {
    super();
    this.#output = output;
    this.#ids = ids;
    this.#onFault = onFault;
  }

  /** Resolves when the operating system has the message, rejects where it can't take it. */
  async write(message: Message): Promise<void> {
    if ("method" in message) return this.#output.send(message);
    const id = this.#ids.close((message as ResponseMessage).id as number);
    try {
      return this.#output.send({ ...message, id });
    } catch (error) {
      this.#onFault("a reply is no JSON", error);
      const failure = new Failure("InternalError", "the reply can't be written as JSON");
      return this.#output.send({
        ...message,
        id,
        result: undefined,
        error: responseError(failure).toJson(),
      });
    }
  }

  /** Fires `onClose`: the client can't be written to any more. */
  close(): void {
    this.fireClose();
  }

  /** Does nothing: the stream ends with the process. */
  end(): void {}
}
