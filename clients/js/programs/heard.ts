/** What has been read of a shell's output: bytes, and the text that they are in UTF-8. */
export class Heard {
  text = "";
  size = 0;
  readonly #chunks: Buffer[] = [];
  readonly #decoder = newDecoder();

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.size += chunk.length;
    this.text += this.#decoder.decode(chunk, { stream: true });
  }

  /** No more comes: half a character isn't waited for any longer. */
  end(): void {
    this.text += this.#decoder.decode();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The bytes behind so many UTF-16 units of the text. */
  behind(length: number): Buffer {
    const { bytes } = this;
    const taken = this.text.slice(0, length);
    if (!taken.includes("\uFFFD")) return bytes.subarray(Buffer.byteLength(taken));
    // What was no UTF-8 has another length: it is counted by decoding it once more.
    const decoder = newDecoder();
    let at = 0;
    for (let units = 0; units < length && at < bytes.length; at++) {
      units += decoder.decode(bytes.subarray(at, at + 1), { stream: true }).length;
      // This byte showed that those before it are none, and is the next character itself.
      if (units > length) break;
    }
    return bytes.subarray(at);
  }
}

function newDecoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
