/**
 * Bounds that the daemon keeps, told to clients in `initialize`'s result.
 * All sizes are in bytes.
 */
export const limits = {
  /**
   * The longest header block of a frame. A header has two short fields; more is an attack or a
   * stream that isn't ours.
   */
  maxHeaderBytes: 4096,
  /** The longest message body accepted. 64 MB of file as base64 is 85 MB; this leaves room for 192. */
  maxMessageBytes: 256 * 1024 * 1024,
  /**
   * The most remote output one reply may hold, and the default of `maxOutput`. As base64 it stays
   * below 512 MiB, the longest string of V8 and thus of many JSON parsers.
   */
  maxOutput: 256 * 1024 * 1024,
  /**
   * What requests that wait for their replies may hold together, each by its body and 4096 more:
   * beyond it nothing is read until enough are answered. One of the longest fits in any case.
   */
  maxPendingRequests: 256 * 1024 * 1024,
  /** Input that may wait for a command to read it, per command. */
  maxPendingInput: 16 * 1024 * 1024,
} as const;

/** Bytes of streamed output granted where the call's `window` doesn't say. */
export const defaultWindow = 1024 * 1024;

/** Seconds that `ssh.new` takes at most where the caller sets no `timeout`. */
export const defaultConnectTimeout = 30;

/** Seconds without a byte in either direction after which an SCP transfer is given up. */
export const defaultIdleTimeout = 30;

/** What `keepaliveInterval` (in seconds) and `keepaliveCountMax` are where the caller doesn't say. */
export const defaultKeepalive = { interval: 15, countMax: 3 } as const;

/** Bytes of a command: OpenSSH's server takes packets of up to 256 KiB (PACKET_MAX_SIZE). */
export const maxCommand = 250_000;

/** Bytes of a remote path: quoted for the remote shell, each of them may become four. */
export const maxRemotePath = 60_000;

/** Bytes of a private key's text. No key is longer, but a path or a text may be of something else. */
export const maxKeyBytes = 64 * 1024;
