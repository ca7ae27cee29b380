/**
 * Every error that a request may be answered with: JSON-RPC's and LSP's own codes where they fit,
 * otherwise a positive code. `data.kind` is the stable name to switch on.
 */
export const errors = {
  ParseError: {
    code: -32700,
    summary: "The bytes are no JSON, or the frame's header is malformed.",
  },
  InvalidRequest: {
    code: -32600,
    summary:
      "The JSON is no JSON-RPC 2.0 request, it came too late, or a shared daemon has no room for its client.",
  },
  MethodNotFound: { code: -32601, summary: "There is no such method." },
  InvalidParams: {
    code: -32602,
    summary: "A param is missing, unknown or ill-typed.",
    data: { path: "the param, as in `env.PATH`", reason: "what is wrong with it" },
  },
  InternalError: { code: -32603, summary: "A fault of the daemon itself; please report it." },
  Cancelled: {
    code: -32800,
    summary: "The client cancelled the request. Output that had arrived comes as on Timeout.",
    data: { phase: "where it stopped", termination: "exec: as on Timeout" },
  },
  SessionNotFound: {
    code: 1001,
    summary: "No session has this handle; it was freed, or never was.",
  },
  SessionClosed: {
    code: 1002,
    summary: "The session was disconnected, or its connection was lost earlier.",
  },
  CommandNotFound: {
    code: 1003,
    summary:
      "No command runs under this token: it has ended, its input was closed, or it never was.",
  },
  ConnectFailed: {
    code: 2001,
    summary: "No connection to the host.",
    data: {
      errno:
        "the system's name of the error, as `ECONNREFUSED` or `ENOTFOUND`; `EMFILE` for one session more than the client may have",
      reason: "with `via`: the jump host's refusal of the channel, the code of RFC 4254 §5.1",
      description: "and its text, as `Connection refused`",
      stderr: "with `proxyCommand`: the end of what it wrote to stderr, control characters removed",
    },
  },
  HandshakeFailed: {
    code: 2002,
    summary: "What answered speaks no SSH, or no algorithm that we accept (RFC 4253 §4.2, §7.1).",
    data: {
      stage: "`banner` (before the identification string) or `kex`",
      algorithm: "where no algorithm is in common: of which kind, as a name in `algorithms`",
      offer: "and what the server offers of it",
      errno: "the system's name of the error, where the connection broke",
      disconnectReason: "where the server has sent SSH_MSG_DISCONNECT: its reason (RFC 4253 §11.1)",
      disconnectDescription: "and its text",
      stderr: "with `proxyCommand`: as on ConnectFailed",
    },
  },
  HostKeyRejected: {
    code: 2003,
    summary: "The server's host key is not trusted.",
    data: {
      reason:
        "`changed`, `unknown` (with `strict`; with `ask` where the client didn't accept it or can't be asked), `notPinned`, `revoked`, `certAuthority` (known_hosts wants a certificate, and the server has none that is good) or `unreadable` (known_hosts could not be read)",
      keyType: "of the offered key",
      fingerprint: "of the offered key, as OpenSSH prints it: `SHA256:…`",
      expected:
        "the entries of known_hosts that decide: fingerprint, key type, file and line of each",
      errno: "where it was unreadable: the system's name of the error",
    },
  },
  AuthenticationFailed: {
    code: 2004,
    summary: "The server refused every authentication that could be tried (RFC 4252).",
    data: {
      methods: "the methods that the server still offers",
      tried: "the methods that were tried, in order",
      skipped:
        "why keys were left out: `[{ path, reason }]`; `path` is a file, `privateKey` for the param, or `agent`",
    },
  },
  ConnectionLost: {
    code: 2005,
    summary: "The connection ended during the call. Output that had arrived comes as on Timeout.",
    data: {
      errno: "the system's name of the error, if there was one",
      disconnectReason: "the server's SSH_MSG_DISCONNECT code (RFC 4253 §11.1), if it sent one",
      disconnectDescription: "and its text, control characters removed",
      stderr: "over a proxy command: as on ConnectFailed",
    },
  },
  ChannelOpenFailed: {
    code: 3001,
    summary: "The server refused a channel (RFC 4254 §5.1).",
    data: {
      reason: "the RFC's code",
      description: "the server's text, control characters removed",
    },
  },
  ChannelRequestDenied: {
    code: 3002,
    summary: "The server refused a request on the channel (RFC 4254 §6).",
    data: {
      request: "`exec`, `shell`, `subsystem`, `pty-req`, `env` or `auth-agent-req@openssh.com`",
    },
  },
  ForwardRefused: {
    code: 3003,
    summary:
      "No listening there: the server refuses it (RFC 4254 §7.1, streamlocal-forward@openssh.com), or the address is in use.",
    data: {
      errno:
        "on the daemon's machine: the system's name of the error, as `EADDRINUSE`; `EMFILE` for one more than the client may have",
    },
  },
  SudoFailed: {
    code: 3004,
    summary: "sudo didn't run the program; the message has its words.",
    data: {
      reason:
        "`wrongPassword`, `passwordNeeded` (none was given, by `sudoPassword` or by the client), `noTerminal` (it wants one: `pty`), `notAllowed` (by sudoers), `unknownUser`, `notFound` (there is no sudo) or `other`",
      stderr: "what it said, control characters removed",
      exitCode: "its exit status, if sent",
    },
  },
  ScpRemoteError: {
    code: 4001,
    summary: "The remote scp reported an error; the message is its text.",
    data: {
      code: "what its words say, as `ENOENT`, `EACCES`, `EISDIR` or `ENOSPC`, where they do",
      remoteMessage: "its text, control characters removed",
      exitCode: "its exit status, if sent",
    },
  },
  ScpProtocolError: {
    code: 4002,
    summary: "The remote side broke the SCP protocol, or ended before its final status.",
    data: {
      stdout: "the beginning of the text that it sent in place of the protocol",
      stderr: "what it wrote to stderr, shortened",
      exitCode: "the remote scp's exit status, if sent",
    },
  },
  LocalFileError: {
    code: 4003,
    summary: "A file of the daemon's machine could not be read or written.",
    data: {
      code: "as `ENOENT` or `ENOSPC`",
      errno: "the same, but `EINVAL` for whatever is no regular file",
      path: "the file",
    },
  },
  RemoteFileError: {
    code: 4004,
    summary: "The server could not do it to the file; the message has its text.",
    data: {
      code: "as `ENOENT`, `EACCES` or `EEXIST`; `UNKNOWN` where the server doesn't say, `EPROTO` where it broke the protocol",
      status: "SFTP's own number; none over a shell",
      path: "the remote file; bytes that are no UTF-8 as U+FFFD",
      remoteMessage: "the server's text, control characters removed",
    },
  },
  TransferIncomplete: {
    code: 4005,
    summary:
      "Some files were not transferred, all others were. The fields of the result are in the error.",
    data: {
      failures:
        "`[{ path, kind, message }]`: the file by its path below the source, and the error that it met; at most 1000",
      failed: "how many failed",
    },
  },
  NotSupported: {
    code: 4006,
    summary: "The server has no means to do it; the message says what it lacks.",
  },
  Timeout: {
    code: 5001,
    summary: "The call's deadline passed, or a transfer was idle for too long.",
    data: {
      phase: "where it passed: see Phases",
      seconds: "the time-out that passed",
      "output, encoding": "what had arrived, in the fields that the result would have had",
      stderr: "`ssh.new` with `proxyCommand`: as on ConnectFailed",
      termination:
        "exec: what was done to the remote command: `{ signals, ended, exitCode, exitSignal }`",
    },
  },
  InputTooFast: {
    code: 5004,
    summary: "More input waits for the command than is held; wait for the replies to your writes.",
    data: { maxPendingInput: "the bound, in bytes" },
  },
  NotUtf8: {
    code: 5003,
    summary:
      "`encoding` is `utf8` and the bytes are not. The call was carried out; its result is in the error, as base64.",
  },
  OutputTooLarge: {
    code: 5002,
    summary:
      "More output, or a larger file, than `maxOutput`. What fits of a command's output is in the error, as on Timeout.",
    data: { maxOutput: "the limit that was passed", termination: "exec: as on Timeout" },
  },
} as const satisfies Record<
  string,
  { code: number; summary: string; data?: Record<string, string> }
>;

export type ErrorKind = keyof typeof errors;

/**
 * Whether the remote side may have acted on a call that failed: `"no"`, so that a retry is safe;
 * `"yes"`; or `"maybe"`, where the answer that would have told was lost.
 */
export type Dispatched = "no" | "maybe" | "yes";

/** An error of the contract, thrown where it is known and put on the wire in one place. */
export class Failure extends Error {
  override name = "Failure";
  readonly kind: ErrorKind;
  readonly data: Readonly<Record<string, unknown>>;

  /**
   * @param kind the error's stable name
   * @param message one line for a person
   * @param data the fields that {@link errors} names for this kind; `undefined` ones are left out
   */
  constructor(
    kind: ErrorKind,
    message: string,
    data: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.data = data;
  }

  /** The JSON-RPC error code of this kind. */
  get code(): number {
    return errors[this.kind].code;
  }

  /** The same failure with more data: what had arrived, what was dispatched. */
  with(data: Record<string, unknown>): Failure {
    return new Failure(this.kind, this.message, { ...this.data, ...data }, { cause: this.cause });
  }
}
