import { TextDecoder } from "node:util";
import { NotUtf8, remoteBytes } from "../../protocol/bytes.ts";
import type { Encoding } from "../../protocol/bytes.ts";
import type { Params } from "../../protocol/methods.ts";
import type { StreamName } from "../../ssh/flow/output-queue.ts";
import type { OutputCollector } from "../../ssh/programs/output-collector.ts";
import type { Token } from "./call-table.ts";
import type { Client } from "./client.ts";

/** Output in the fields of session.exec's result, which its errors have too. @throws {NotUtf8} */
export function collectedOutput(
  { stdout, stderr }: OutputCollector,
  streams: Params<"session.exec">["streams"],
  encoding?: Encoding,
) {
  if (streams !== "separate") {
    const all = remoteBytes([...stdout, ...stderr], encoding);
    return { output: all, encoding: all.encoding };
  }
  const out = remoteBytes(stdout, encoding);
  const err = remoteBytes(stderr, encoding);
  return { stdout: out, stdoutEncoding: out.encoding, stderr: err, stderrEncoding: err.encoding };
}

/** Sends output in `session/output` notifications, numbered. */
export class OutputSender {
  readonly #token: Token;
  readonly #encoding: Encoding | undefined;
  readonly #client: Client;
  /** With `"utf8"`: they check each stream as a whole, as its pieces may be cut within a character. */
  readonly #decoders: Record<StreamName, TextDecoder> | undefined;
  #seq = 0;
  #isUtf8 = true;

  /** @param wanted with `"utf8"`, a piece that isn't UTF-8 is sent as base64; see {@link check} */
  constructor(token: Token, wanted: Encoding | undefined, client: Client) {
    this.#token = token;
    this.#client = client;
    this.#encoding = wanted === "utf8" ? undefined : wanted;
    if (wanted === "utf8") this.#decoders = { stdout: decoder(), stderr: decoder() };
  }

  async send(stream: StreamName, bytes: Uint8Array): Promise<void> {
    this.#decode(stream, bytes);
    const data = remoteBytes([bytes], this.#encoding);
    const piece = { token: this.#token, seq: this.#seq++, stream, data, encoding: data.encoding };
    await this.#client.notify("session/output", piece);
  }

  /** To be called when all is sent. @throws {NotUtf8} where UTF-8 was wanted, and a stream wasn't */
  check(): void {
    this.#decode("stdout");
    this.#decode("stderr");
    if (!this.#isUtf8) throw new NotUtf8("a stream is not UTF-8");
  }

  #decode(stream: StreamName, bytes?: Uint8Array): void {
    if (!this.#isUtf8) return;
    try {
      this.#decoders?.[stream].decode(bytes, { stream: bytes !== undefined });
    } catch {
      this.#isUtf8 = false;
    }
  }
}

const decoder = () => new TextDecoder("utf-8", { fatal: true });
