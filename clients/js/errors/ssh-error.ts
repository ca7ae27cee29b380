/** Whether the remote side may have acted on a call that failed. */
export type Dispatched = "no" | "maybe" | "yes";

/** What an error is made of. */
export interface ErrorDetails {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  readonly stdout?: string | Buffer | undefined;
  readonly stderr?: string | Buffer | undefined;
}

/**
 * Any failure of a call. There is a class for each kind of the contract (PROTOCOL.md, Errors), named
 * as its kind, and {@link DaemonError} and {@link CommandFailed} for what only a client can know.
 */
export class SshError extends Error {
  /**
   * `"no"` where a retry is safe, `"yes"`, or `"maybe"` where the answer that would have told was
   * lost; undefined where it can't matter.
   */
  readonly dispatched: Dispatched | undefined;
  /** The system's name of the error, as in Node's own: `"ENOENT"`, `"ECONNREFUSED"`. */
  readonly code: string | undefined;
  /** The file that the system's error is of, as in Node's own: remote, or of LocalFileError local. */
  readonly path: string | undefined;
  /** The fields that the contract names for the kind. */
  readonly data: Readonly<Record<string, unknown>>;
  /**
   * What had arrived of the command's output, in the form that the call gives it in: text of `run`,
   * unless its bytes are none, and of a shell's `expect`; else a Buffer. `data` has the bytes.
   */
  readonly stdout: string | Buffer;
  /** The same of its error output. */
  readonly stderr: string | Buffer;

  constructor(message: string, { data = {}, cause, stdout, stderr }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.data = data;
    this.dispatched = data["dispatched"] as Dispatched | undefined;
    this.code = [data["code"], data["errno"]].find((each) => typeof each === "string");
    const { path } = data;
    this.path = this.code !== undefined && typeof path === "string" ? path : undefined;
    this.stdout = stdout ?? Buffer.alloc(0);
    this.stderr = stderr ?? Buffer.alloc(0);
  }

  /** The stable name to switch on; that of the class. */
  get kind(): string {
    return "SshError";
  }

  // A getter, as `kind` is: the stack's first line is made before a field would be there.
  override get name(): string {
    return this.kind;
  }
}
