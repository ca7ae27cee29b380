import { Failure } from "../../../protocol/errors.ts";
import { hasCode } from "../support/remote-error.ts";
import type { TreeResult } from "./options.ts";

/** The most failures that are told one by one. */
const mostFailures = 1000;

/** Errors that are of one file, and don't stop the others. */
const ofOneFile: ReadonlySet<string> = new Set([
  "RemoteFileError",
  "LocalFileError",
  "NotSupported",
]);

/** What has gone wrong with a transfer so far. */
export class Failures {
  /** What ends all of it. */
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

  /** @throws what ends all of it */
  checkFatal(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  /** @throws what ends all of it; TransferIncomplete where files have failed */
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

/** Whether the others may well go on. */
function isOfOneFile(error: Failure): boolean {
  return ofOneFile.has(error.kind) && !hasCode(error, "EPIPE", "EPROTO");
}
