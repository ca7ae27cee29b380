/** From where on this machine, and how (ssh_config(5), AddressFamily and BindAddress). */
export interface TcpOptions {
  /** The version of IP; either one by default. */
  readonly family?: 4 | 6 | undefined;
  readonly localAddress?: string | undefined;
}
