/** A host key that was accepted, and why. */
export interface AcceptedHostKey {
  readonly type: string;
  readonly fingerprint: string;
  /**
   * Known before; recorded now; accepted though known_hosts could not be written; one of the
   * fingerprints that were given; a changed key that the client accepts; or not checked at all.
   */
  readonly status: "known" | "recorded" | "unrecorded" | "pinned" | "accepted" | "unchecked";
  /** Why it couldn't be recorded: the file, and the system's words. */
  readonly reason?: string | undefined;
}
