import { invalidParam } from "./errors/errors.ts";

/** The parts of `[user@]host[:port]`. */
export interface Address {
  readonly host: string;
  readonly port: number | undefined;
  readonly username: string | undefined;
}

/**
 * Splits `[user@]host[:port]`; an IPv6 address needs brackets only where a port follows.
 *
 * @throws {InvalidParams} it is no such address
 */
export function splitAddress(text: string): Address {
  const at = text.lastIndexOf("@");
  if (at === 0) throw wrong(text, "no user before the @");
  const username = at === -1 ? undefined : text.slice(0, at);
  const place = text.slice(at + 1);
  const parts = place.startsWith("[")
    ? /^\[([^\]]*)\](?::(.*))?$/.exec(place)
    : (/^([^:]*)(?::([^:]*))?$/.exec(place) ?? [place, place]);
  if (!parts) throw wrong(text, "not [host]:port");
  const [, host = "", digits] = parts;
  if (host === "") throw wrong(text, "no host");
  if (digits === undefined) return { host, port: undefined, username };
  const port = Number(digits);
  if (!/^\d+$/.test(digits) || port < 1 || port > 65535) {
    throw wrong(text, `${JSON.stringify(digits)} is no port`);
  }
  return { host, port, username };
}

function wrong(text: string, what: string) {
  return invalidParam("host", `${what}, in ${JSON.stringify(text)}`);
}
