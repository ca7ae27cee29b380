import { Failure } from "../../../protocol/errors.ts";
import { hasCode } from "../support/remote-error.ts";
import type { TreeResult } from "./options.ts";

/** Failures that the error lists at most. */
const mostFailures = 1000;

/** Kinds of error that concern one file only, so that the others go on. */
const ofOneFile: ReadonlySet<string> = new Set([
  "RemoteFileError",
  "LocalFileError",
  "NotSupported",
]);

/** The failures of a transfer so far. */
export class Failures {
  /** The error that ends the whole transfer. */
  #fatal: unknown;
  readonly #told: { path: string; kind: string; message: string }[] = [];
  #count = 0;

  /** @param path below the source */
  add(path: Buffer, error: unknown): void {
    if (!(error instanceof Failure) || !isOfOneFile(error)) {
      this.#fatal ??= error;
      return;
    }
    this.#count += 1;
    if (this.#told.length >= mostFailures) return;
    this.#told.push({ path: path.toString("utf8"), kind: error.kind, message: error.message });
  }

  /** @throws the error that ends the whole transfer */
  checkFatal(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  /** @throws the error that ends the whole transfer; TransferIncomplete if single files have failed */
  check(result: TreeResult): void {
    this.checkFatal();
    const [first] = this.#told;
    if (!first) return;
    const more =
      this.#count > 1 ? `, and ${this.#count - 1} more, each with its reason in \`failures\`` : "";
    const message = `not transferred: ${first.message}${more}; all others were`;
    const failures = this.#told;
    throw new Failure("TransferIncomplete", message, { ...result, failures, failed: this.#count });
  }
}

/** Whether the error concerns one file only, so that the others can go on. */
function isOfOneFile(error: Failure): boolean {
  return ofOneFile.has(error.kind) && !hasCode(error, "EPIPE", "EPROTO");
}
