/** A certificate that vouches for a host key (OpenSSH's PROTOCOL.certkeys). */
export interface AcceptedCertificate {
  readonly keyId: string;
  /** In decimal: a 64-bit number doesn't fit into JSON's. */
  readonly serial: string;
  readonly principals: string[];
  /** Seconds since 1970; left out if there is no limit. */
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
   * `known`: in known_hosts already; `recorded`: added to it now; `unrecorded`: accepted, but not in
   * it (`reason` says why, if it couldn't be written); `pinned`: one of the call's fingerprints;
   * `accepted`: a changed key that the client accepted; `unchecked`: the call turned the check off.
   */
  readonly status: "known" | "recorded" | "unrecorded" | "pinned" | "accepted" | "unchecked";
  /** What vouches for it, where known_hosts, or a pin, knows the authority and not the key. */
  readonly certificate?: AcceptedCertificate;
  /** Why it couldn't be recorded: the file, and the system's words. */
  readonly reason?: string | undefined;
}
