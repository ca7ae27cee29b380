/** A certificate that vouches for a host key (OpenSSH's PROTOCOL.certkeys). */
export interface AcceptedCertificate {
  readonly keyId: string;
  /** In decimal: it has 64 bits. */
  readonly serial: string;
  readonly principals: string[];
  /** Seconds since 1970; none for ever. */
  readonly validAfter: number;
  readonly validBefore?: number;
  /** The authority's fingerprint. */
  readonly ca: string;
}

/** A host key that was accepted, and why. */
export interface AcceptedHostKey {
  readonly type: string;
  readonly fingerprint: string;
  /**
   * Known before; recorded now; accepted though known_hosts could not be written; one of the
   * fingerprints that were given; a changed key that the client accepts; or not checked at all.
   */
  readonly status: "known" | "recorded" | "unrecorded" | "pinned" | "accepted" | "unchecked";
  /** What vouches for it, where known_hosts, or a pin, knows the authority and not the key. */
  readonly certificate?: AcceptedCertificate;
  /** Why it couldn't be recorded: the file, and the system's words. */
  readonly reason?: string | undefined;
}
