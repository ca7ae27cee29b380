/**
 * Why a transfer failed:
 * - `remote`: the remote scp refused or reported an error; the message is its own, sanitised;
 * - `protocol`: the remote did not keep to the protocol, or the channel ended before the transfer;
 * - `no-reply`: the channel ended before the remote sent a byte. Mostly scp was not found or not
 *   allowed: the exit status and stderr of the remote command say more.
 */
export type ScpErrorKind = "remote" | "protocol" | "no-reply";

/** A path that cannot be given to scp; nothing has been sent. */
export class PathError extends Error {
  override readonly name = "PathError";
}

/** Everything a peer can do wrong; whatever else is thrown here is a fault of the caller. */
export class ScpError extends Error {
  override readonly name = "ScpError";
  readonly kind: ScpErrorKind;

  constructor(kind: ScpErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
