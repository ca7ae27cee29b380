/** A host of ssh_config(5)'s ProxyJump: `[user@]host[:port]`, or the same as an `ssh://` URI. */
export interface JumpSpec {
  readonly host: string;
  readonly port: number | undefined;
  readonly username: string | undefined;
}

export function parseJumpSpec(text: string): JumpSpec {
  const plain = text
    .trim()
    .replace(/^ssh:\/\//, "")
    .replace(/\/$/, "");
  const at = plain.lastIndexOf("@");
  const place = plain.slice(at + 1);
  const [, bracketed, name, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(place) ?? [];
  return {
    // Neither form: an IPv6 address as it is.
    host: bracketed ?? name ?? place,
    port: port === undefined ? undefined : Number(port),
    username: at === -1 ? undefined : plain.slice(0, at),
  };
}
