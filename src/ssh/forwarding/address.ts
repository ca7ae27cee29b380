/** A place to connect to, or to listen at: by TCP, or by a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** For a person. */
export function shown(address: Address): string {
  if ("path" in address) return address.path;
  const { host, port } = address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
