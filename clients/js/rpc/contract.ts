// Generated from src/protocol by npm run generate. Do not edit.

/** Bytes on the wire: text, base64, or their place in the binary part of the frame. */
export type WireBytes = string | readonly number[];

/**
 * Params of `initialize`. Says who is there and what they can do. Optional: every method works
 * without it.
 */
export interface InitializeParams {
  /** The pid of the process whose end ends the daemon too. */
  processId?: number | null | undefined;
  /**
   * Where the client runs, for one that connects to a shared daemon's socket itself. Default: where
   * the daemon does, or what `--attach` has told.
   */
  environment?: {
    /** Its working directory: what relative paths count from. */
    cwd: string;
    /** What the mode of a new file lacks. */
    umask: number;
    /**
     * Its environment variables: `HOME`, `SSH_AUTH_SOCK`, those that a configuration names, and
     * what a proxy command gets.
     */
    variables: Readonly<Record<string, string>>;
  } | undefined;
  /** What the client can do beyond the least. */
  capabilities?: {
    /** The client answers `client/prompt`: see Questions to the client. */
    prompt?: boolean | undefined;
    /** The client takes binary frames, and may send them. */
    binaryFrames?: boolean | undefined;
    /** The client wants `window/logMessage` of this level and those more urgent. */
    logMessage?: "error" | "warn" | "info" | "debug" | undefined;
  } | undefined;
}

/** What `initialize` gives. */
export interface InitializeResult {
  readonly serverInfo: {
    readonly name: string;
    readonly version: string;
  };
  /** Counts up when the contract changes incompatibly. */
  readonly protocolVersion: number;
  readonly capabilities: {
    /** Every request that this daemon answers. */
    readonly methods: readonly string[];
    /** How bytes can be carried. */
    readonly encodings: readonly string[];
    /**
     * Whether binary frames are granted, in both directions: where the client asked for them, in
     * Content-Length framing.
     */
    readonly binaryFrames: boolean;
    /** Every notification that this daemon sends. */
    readonly notifications: readonly string[];
  };
  /** The bounds of Limits, in bytes. */
  readonly limits: Readonly<Record<string, number>>;
}

/** Params of `shutdown`. Frees every session. Afterwards only `exit` is taken. */
export interface ShutdownParams {}

/** What `shutdown` gives. */
export type ShutdownResult = null;

/** Params of `rpc.discover`. The contract as an OpenRPC document. */
export interface RpcDiscoverParams {}

/** What `rpc.discover` gives. */
export interface RpcDiscoverResult {
  readonly openrpc: string;
}

/** Params of `daemon.status`. What the daemon holds at the moment for this client, or for all. */
export interface DaemonStatusParams {
  /** What it holds for every client. Default: `false`. */
  all?: boolean | undefined;
}

/** What `daemon.status` gives. */
export interface DaemonStatusResult {
  readonly pid: number;
  readonly version: string;
  /** Seconds since the start. */
  readonly uptime: number;
  readonly memory: {
    /** Resident set, in bytes. */
    readonly rss: number;
    /** Of the JavaScript heap, in bytes. */
    readonly heapUsed: number;
    /** Buffers outside the heap, in bytes. */
    readonly external: number;
  };
  /** With `all`. */
  readonly clients?: readonly {
    /** Counts up from 1. */
    readonly client: number;
    /** Its pid: what it said as `processId`, else that of the program which `--attach` serves. */
    readonly process?: number;
    /** Seconds since it came. */
    readonly age: number;
    /** How many it has of the places in `limits`. */
    readonly places?: number;
    /** Bytes of its output that are in the daemon's memory. */
    readonly output?: number;
  }[];
  /** Of a shared daemon, with `all`: its bounds for all clients together (see Limits). */
  readonly limits?: {
    /** Clients at the same time. */
    readonly clients: number;
    /** For sessions, forwards and their connections: one each. */
    readonly places: {
      /** How much there is beyond the reserves. */
      readonly most: number;
      /** How much of that is taken. */
      readonly taken: number;
      /** What each client may have beside it, whatever the others have. */
      readonly reserve: number;
    };
    /** Bytes of output in memory until they are written. */
    readonly output: {
      /** How much there is beyond the reserves. */
      readonly most: number;
      /** How much of that is taken. */
      readonly taken: number;
      /** What each client may have beside it, whatever the others have. */
      readonly reserve: number;
    };
  };
  readonly sessions: readonly ({
    /** With `all`: whose it is. */
    readonly client?: number;
    readonly session: number;
    /** Lost: it is being connected to again. */
    readonly state: "open" | "lost" | "closed";
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly serverIdent: string;
    /** Seconds since the connection's login. */
    readonly age: number;
    /** Channels in use at the moment. */
    readonly channels: number;
    /** Channels opened ahead of need, which wait for a call. */
    readonly ahead: number;
    /** Calls that wait for a channel. */
    readonly queued: number;
    /** Commands started so far. */
    readonly execs: number;
    /** SCP transfers started so far. */
    readonly transfers: number;
    /** From the server, as encrypted; of the whole connection where it is shared. */
    readonly bytesReceived: number;
    /** To the server, likewise. */
    readonly bytesSent: number;
    /** The session that it runs over, where that has a handle. */
    readonly via?: number;
    /** The one of `connections` that it uses, where it may be shared. */
    readonly connection?: number;
  })[];
  /**
   * Connections that may be shared (`persist`), and that this client has used; with `all` every
   * one.
   */
  readonly connections: readonly {
    /** Counts up from 1. */
    readonly connection: number;
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly serverIdent: string;
    /** Seconds since the login. */
    readonly age: number;
    /** How many use it at the moment, whoever's they are. */
    readonly sessions: number;
    /** Seconds since the last of them ended. */
    readonly idle?: number;
    /** Seconds until it ends, unless it is used. */
    readonly endsIn?: number;
    /** From the server, as encrypted. */
    readonly bytesReceived: number;
    /** To the server, as encrypted. */
    readonly bytesSent: number;
  }[];
  readonly forwards: readonly ({
    /** With `all`: whose it is. */
    readonly client?: number;
    readonly forward: number;
    readonly session?: number;
    readonly kind: "local" | "remote" | "dynamic";
    readonly bind: {
      readonly host: string;
      readonly port: number;
    } | {
      readonly path: string;
    };
    readonly to?: {
      readonly host: string;
      readonly port: number;
    } | {
      readonly path: string;
    };
    /** Open at the moment. */
    readonly connections: number;
    /** Connections so far. */
    readonly total: number;
    /** Those of them that could not be made. */
    readonly failed: number;
    /** From where it listens. */
    readonly bytesReceived: number;
    /** To there. */
    readonly bytesSent: number;
  })[];
  /** The servers that are being connected to; one that is reached in two ways is listed twice. */
  readonly connecting: readonly {
    readonly host: string;
    readonly port: number;
    /** Logins on their way. */
    readonly active: number;
    /** Logins that wait for their turn. */
    readonly queued: number;
  }[];
}

/** Params of `ssh.new`. Connects to an SSH server, checks its host key, logs in. */
export interface SshNewParams {
  /**
   * A host name, an IPv4 or an IPv6 address (without brackets), of up to 1024 characters; with
   * `config` an alias, too.
   */
  host: string;
  /** The TCP port, 1 to 65535. Default: 22, or what the configuration says. */
  port?: number | undefined;
  /**
   * Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the
   * daemon's user.
   */
  username?: string | undefined;
  /** For `password` and `keyboard-interactive`. */
  password?: string | undefined;
  /**
   * A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or
   * PuTTY's versions 2 and 3.
   */
  privateKey?: string | undefined;
  /** Of private keys that are encrypted. */
  passphrase?: string | undefined;
  /**
   * Paths of private keys, or of public ones whose private half the agent holds; a certificate is
   * found beside its key (`-cert.pub`), unless `certificateFiles` names any. Default: what `config`
   * says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
   */
  identityFiles?: readonly string[] | undefined;
  /**
   * Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried first. Each one's
   * private key is looked for in the agent, among the identity files and in `privateKey`; where the
   * call names none of these, in the agent of SSH_AUTH_SOCK and the default identity files.
   * Default: what `config` says.
   */
  certificateFiles?: readonly string[] | undefined;
  /**
   * The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default:
   * what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.
   */
  agent?: boolean | string | undefined;
  /**
   * Of the agent's keys only those that are among the identity files. Default: what `config` says,
   * else false.
   */
  identitiesOnly?: boolean | undefined;
  /**
   * What is done about a host key that known_hosts doesn't hold. Default: `"pin"` with
   * `hostKeyFingerprints`, else what `config` says, else `"accept-new"`.
   */
  hostKeyPolicy?: "strict" | "accept-new" | "ask" | "pin" | "off" | undefined;
  /** With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`. */
  hostKeyFingerprints?: readonly string[] | undefined;
  /**
   * The user's known_hosts files; in the first one new hosts are recorded, and in none where there
   * is none or it is `/dev/null`: see Trust. Default: what `config` says, else `~/.ssh/known_hosts`
   * and `~/.ssh/known_hosts2`. The system's are read in any case.
   */
  knownHosts?: readonly string[] | undefined;
  /**
   * What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys sign with
   * (`publicKey`), best first, each list in place of the default: for servers that have only what
   * is weak. See Algorithms.
   */
  algorithms?: {
    kex?: readonly string[] | undefined;
    hostKey?: readonly string[] | undefined;
    cipher?: readonly string[] | undefined;
    mac?: readonly string[] | undefined;
    compression?: readonly string[] | undefined;
    publicKey?: readonly string[] | undefined;
  } | undefined;
  /**
   * Has the log, and `warnings` of the result, say where the key exchange isn't post-quantum, as
   * ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by itself only where it doesn't
   * choose KexAlgorithms, as `ssh`), else false.
   */
  warnWeakCrypto?: boolean | undefined;
  /**
   * Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for
   * never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` +
   * 1) seconds. Default: what `config` says, else 15.
   */
  keepaliveInterval?: number | undefined;
  /**
   * How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says,
   * else 3.
   */
  keepaliveCountMax?: number | undefined;
  /**
   * How many channels for programs and transfers the session has open at a time, 1 to 1000; the
   * others wait. With 1, none is opened ahead of need: for servers that bear no second one.
   * Default: as many as the server takes.
   */
  maxChannels?: number | undefined;
  /**
   * The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and
   * `port` (RFC 4254 §7.2). The new session ends with that one.
   */
  via?: number | undefined;
  /**
   * A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by
   * `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the
   * session.
   */
  proxyCommand?: string | undefined;
  /**
   * The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's
   * name in known_hosts; with `via` one of the jump host's, as it is named there.
   */
  socketPath?: string | undefined;
  /**
   * Has a session whose connection is lost connected to again, under the same handle: see
   * Reconnecting. Default: false.
   */
  reconnect?: boolean | undefined;
  /**
   * Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files
   * that `ssh` reads, or the path of one to read instead; `false` as if it weren't given. See The
   * user's configuration.
   */
  config?: boolean | string | undefined;
  /**
   * May be given a connection that is there already, where all that bears on trust and login is the
   * same, and leaves it there for so many seconds after its last user, up to 86400, for the next
   * call that says `persist`: see One daemon for many programs. Default: a connection of its own,
   * which ends with it.
   */
  persist?: number | undefined;
  /** The client's own name for this login, told with each question about it. */
  token?: string | number | undefined;
  /**
   * False where nobody answers for this login, though the client says in `initialize` that it
   * answers `client/prompt`: as if it didn't. Default: true.
   */
  prompt?: boolean | undefined;
  /**
   * Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less
   * has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the
   * client is asked isn't counted.
   */
  timeout?: number | undefined;
  /**
   * Seconds without a byte from the server after which the login is given up, whatever `timeout`
   * says; time in which the client is asked, or the login waits for its turn (see The way there),
   * isn't counted. Default: none.
   */
  idleTimeout?: number | undefined;
}

/** What `ssh.new` gives. */
export interface SshNewResult {
  /** The handle for the `session.*` methods: 1, 2, 3 … */
  readonly session: number;
  /** The server's name or address: with `config` the HostName that this says, else `host`. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Whom it is logged in as. */
  readonly username: string;
  /** The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`. */
  readonly serverIdent: string;
  readonly hostKey: {
    /** As `ssh-ed25519`. */
    readonly type: string;
    /** As OpenSSH prints it: `SHA256:…`. */
    readonly fingerprint: string;
    /**
     * Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it
     * was to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this
     * session; or not checked, with the policy `off`.
     */
    readonly status: "known" | "recorded" | "unrecorded" | "pinned" | "accepted" | "unchecked";
    /**
     * The certificate that vouches for the key, where known_hosts (`@cert-authority`) or
     * `hostKeyFingerprints` names its authority and not the key.
     */
    readonly certificate?: {
      /** The authority's name for it. */
      readonly keyId: string;
      /** Its number, in decimal: it has 64 bits. */
      readonly serial: string;
      /** The hosts that it is for. */
      readonly principals: readonly string[];
      /** Seconds since 1970; 0 for always. */
      readonly validAfter: number;
      /** Seconds since 1970; left out: for ever. */
      readonly validBefore?: number;
      /** The authority's fingerprint: `SHA256:…`. */
      readonly ca: string;
    };
    /** Why it could not be recorded: the file, and the system's words. */
    readonly reason?: string;
  };
  /**
   * The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a
   * row, all of them, as `publickey,password`.
   */
  readonly authMethod: string;
  /** The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`. */
  readonly kex: string;
  /**
   * The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same
   * unless its two lists differ.
   */
  readonly cipher: string;
  /** The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself. */
  readonly mac: string;
  /** Whether the key exchange is safe from quantum computers. */
  readonly postQuantum: boolean;
  /** What `warnWeakCrypto` has found, if anything. */
  readonly warnings?: readonly string[];
  /**
   * With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent
   * yes`; of a jump host with its name in front: `gate: forwardagent yes`. Settings that are
   * OpenSSH's defaults are left out.
   */
  readonly ignored?: readonly string[];
}

/** Params of `session.exec`. Runs a command and gives its output, exit code and signal. */
export interface SessionExecParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** Passed to the account's shell by the server (RFC 4254 §6.5); at most 250000 bytes. */
  command: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  commandEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a
   * command line put before the program, in whichever shell the account has; names are then of
   * letters, digits and `_`, and the values can be seen by others on the server as any command line
   * can. Under `sudo` only what is exported arrives for sure.
   */
  envMode?: "send" | "export" | undefined;
  /**
   * Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is
   * asked to read the password from its input, with a prompt of the daemon's own; neither is in the
   * output, nor in any command line. What sudo refuses is an error, SudoFailed.
   */
  sudo?: boolean | string | undefined;
  /**
   * What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is
   * `password`), each time that sudo asks.
   */
  sudoPassword?: string | undefined;
  /**
   * Seconds, above zero, that may pass between two pieces of output, or before the first: else the
   * program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
   * Default: none.
   */
  idleTimeout?: number | undefined;
  /**
   * What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
   * `stderr` apart; or `output` in the order of arrival. Default: `"concatenated"`.
   */
  streams?: "concatenated" | "separate" | "interleaved" | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /** What the command reads, then the end of its input; see `pty` for where there is none. */
  stdin?: WireBytes | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  stdinEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv
   * lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another
   * way.
   */
  env?: Readonly<Record<string, string>> | undefined;
  /**
   * Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
   * SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
   * root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
   * session meanwhile. A server that refuses is an error, ChannelRequestDenied.
   */
  forwardAgent?: boolean | undefined;
  /**
   * The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
   * 268435456. Default: 268435456.
   */
  maxOutput?: number | undefined;
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token?: string | number | undefined;
  /**
   * With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
   * together, that may be sent before the client grants more with `session.windowAdjust`. Default:
   * 1048576.
   */
  window?: number | undefined;
  /**
   * Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
   * stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
   * that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
   * the beginning of a line. A shell may discard what it is sent before it shows its prompt: send
   * it `exit`.
   */
  pty?: {
    /** The TERM variable. Default: `"xterm"`. */
    term?: string | undefined;
    /** Width in characters, at least 1. Default: `80`. */
    columns?: number | undefined;
    /** Height in characters, at least 1. Default: `24`. */
    rows?: number | undefined;
    /** Width in pixels, from 0; 0 is unknown. Default: `0`. */
    width?: number | undefined;
    /** Height in pixels, from 0; 0 is unknown. Default: `0`. */
    height?: number | undefined;
    /**
     * The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those
     * not named are the server's own.
     */
    modes?: Readonly<Record<string, number>> | undefined;
  } | undefined;
  /**
   * Sends the output as it comes, in `session/output` notifications with the call's `token`; the
   * reply comes after the last of them. Default: `false`.
   */
  stream?: boolean | undefined;
  /**
   * Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
   * with the call's `token`. Default: `false`.
   */
  openStdin?: boolean | undefined;
}

/** What `session.exec` gives. */
export type SessionExecResult = {
  readonly output: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  readonly stdout: WireBytes;
  readonly stdoutEncoding: "utf8" | "base64" | "binary";
  readonly stderr: WireBytes;
  readonly stderrEncoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  /** With `stream`: bytes sent of stdout. */
  readonly stdoutBytes: number;
  /** With `stream`: bytes sent of stderr. */
  readonly stderrBytes: number;
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
};

/** Params of `session.shell`. Starts the account's login shell, on a terminal of its own. */
export interface SessionShellParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a
   * command line put before the program, in whichever shell the account has; names are then of
   * letters, digits and `_`, and the values can be seen by others on the server as any command line
   * can. Under `sudo` only what is exported arrives for sure.
   */
  envMode?: "send" | "export" | undefined;
  /**
   * Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is
   * asked to read the password from its input, with a prompt of the daemon's own; neither is in the
   * output, nor in any command line. What sudo refuses is an error, SudoFailed.
   */
  sudo?: boolean | string | undefined;
  /**
   * What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is
   * `password`), each time that sudo asks.
   */
  sudoPassword?: string | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Seconds, above zero, that may pass between two pieces of output, or before the first: else the
   * program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
   * Default: none.
   */
  idleTimeout?: number | undefined;
  /**
   * What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
   * `stderr` apart; or `output` in the order of arrival. Default: `"concatenated"`.
   */
  streams?: "concatenated" | "separate" | "interleaved" | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /** What the command reads, then the end of its input; see `pty` for where there is none. */
  stdin?: WireBytes | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  stdinEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv
   * lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another
   * way.
   */
  env?: Readonly<Record<string, string>> | undefined;
  /**
   * Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
   * SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
   * root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
   * session meanwhile. A server that refuses is an error, ChannelRequestDenied.
   */
  forwardAgent?: boolean | undefined;
  /**
   * The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
   * 268435456. Default: 268435456.
   */
  maxOutput?: number | undefined;
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token?: string | number | undefined;
  /**
   * With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
   * together, that may be sent before the client grants more with `session.windowAdjust`. Default:
   * 1048576.
   */
  window?: number | undefined;
  /**
   * Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
   * stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
   * that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
   * the beginning of a line. A shell may discard what it is sent before it shows its prompt: send
   * it `exit`. Default: `{}`; `false` asks for none.
   */
  pty?: false | {
    /** The TERM variable. Default: `"xterm"`. */
    term?: string | undefined;
    /** Width in characters, at least 1. Default: `80`. */
    columns?: number | undefined;
    /** Height in characters, at least 1. Default: `24`. */
    rows?: number | undefined;
    /** Width in pixels, from 0; 0 is unknown. Default: `0`. */
    width?: number | undefined;
    /** Height in pixels, from 0; 0 is unknown. Default: `0`. */
    height?: number | undefined;
    /**
     * The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those
     * not named are the server's own.
     */
    modes?: Readonly<Record<string, number>> | undefined;
  } | undefined;
  /**
   * Sends the output as it comes, in `session/output` notifications with the call's `token`; the
   * reply comes after the last of them. Default: `true`.
   */
  stream?: boolean | undefined;
  /**
   * Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
   * with the call's `token`. Default: `true`.
   */
  openStdin?: boolean | undefined;
}

/** What `session.shell` gives. */
export type SessionShellResult = {
  readonly output: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  readonly stdout: WireBytes;
  readonly stdoutEncoding: "utf8" | "base64" | "binary";
  readonly stderr: WireBytes;
  readonly stderrEncoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  /** With `stream`: bytes sent of stdout. */
  readonly stdoutBytes: number;
  /** With `stream`: bytes sent of stderr. */
  readonly stderrBytes: number;
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
};

/** Params of `session.subsystem`. Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5). */
export interface SessionSubsystemParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** The subsystem's name, as the server has it. */
  name: string;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Seconds, above zero, that may pass between two pieces of output, or before the first: else the
   * program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
   * Default: none.
   */
  idleTimeout?: number | undefined;
  /**
   * What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
   * `stderr` apart; or `output` in the order of arrival. Default: `"concatenated"`.
   */
  streams?: "concatenated" | "separate" | "interleaved" | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /** What the command reads, then the end of its input; see `pty` for where there is none. */
  stdin?: WireBytes | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  stdinEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv
   * lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another
   * way.
   */
  env?: Readonly<Record<string, string>> | undefined;
  /**
   * Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
   * SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
   * root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
   * session meanwhile. A server that refuses is an error, ChannelRequestDenied.
   */
  forwardAgent?: boolean | undefined;
  /**
   * The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
   * 268435456. Default: 268435456.
   */
  maxOutput?: number | undefined;
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token?: string | number | undefined;
  /**
   * With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
   * together, that may be sent before the client grants more with `session.windowAdjust`. Default:
   * 1048576.
   */
  window?: number | undefined;
  /**
   * Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
   * stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
   * that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
   * the beginning of a line. A shell may discard what it is sent before it shows its prompt: send
   * it `exit`.
   */
  pty?: {
    /** The TERM variable. Default: `"xterm"`. */
    term?: string | undefined;
    /** Width in characters, at least 1. Default: `80`. */
    columns?: number | undefined;
    /** Height in characters, at least 1. Default: `24`. */
    rows?: number | undefined;
    /** Width in pixels, from 0; 0 is unknown. Default: `0`. */
    width?: number | undefined;
    /** Height in pixels, from 0; 0 is unknown. Default: `0`. */
    height?: number | undefined;
    /**
     * The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those
     * not named are the server's own.
     */
    modes?: Readonly<Record<string, number>> | undefined;
  } | undefined;
  /**
   * Sends the output as it comes, in `session/output` notifications with the call's `token`; the
   * reply comes after the last of them. Default: `false`.
   */
  stream?: boolean | undefined;
  /**
   * Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
   * with the call's `token`. Default: `false`.
   */
  openStdin?: boolean | undefined;
}

/** What `session.subsystem` gives. */
export type SessionSubsystemResult = {
  readonly output: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  readonly stdout: WireBytes;
  readonly stdoutEncoding: "utf8" | "base64" | "binary";
  readonly stderr: WireBytes;
  readonly stderrEncoding: "utf8" | "base64" | "binary";
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
} | {
  /** With `stream`: bytes sent of stdout. */
  readonly stdoutBytes: number;
  /** With `stream`: bytes sent of stderr. */
  readonly stderrBytes: number;
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; `null` where the
   * server sent neither, or the signal is not one of POSIX.
   */
  readonly exitCode: number | null;
  /**
   * The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
   * that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
   */
  readonly exitSignal: string | null;
};

/**
 * Params of `session.connect`. Has the server connect to a host or to a Unix socket, and gives the
 * connection.
 */
export interface SessionConnectParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** The host, by name or address, as the server sees it. */
  host?: string | undefined;
  /** The port, 1 to 65535. */
  port?: number | undefined;
  /** A Unix socket on the server, instead of `host` and `port`. */
  socketPath?: string | undefined;
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /**
   * The bytes that come, from 0, that may be sent before the client grants more with
   * `session.windowAdjust`. Default: 1048576.
   */
  window?: number | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `session.connect` gives. */
export interface SessionConnectResult {
  /** From the server. */
  readonly bytesReceived: number;
  /** To the server. */
  readonly bytesSent: number;
}

/** Params of `session.write`. Writes to the stdin of a command that runs. */
export interface SessionWriteParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /** The bytes to write. */
  data: WireBytes;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  encoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `session.write` gives. */
export type SessionWriteResult = true;

/**
 * Params of `session.closeStdin`. Ends the stdin of a command that runs, behind what was written
 * (RFC 4254 §5.3).
 */
export interface SessionCloseStdinParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `session.closeStdin` gives. */
export type SessionCloseStdinResult = true;

/** Params of `session.signal`. Signals a command that runs (RFC 4254 §6.9). */
export interface SessionSignalParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /** The name without `SIG`. */
  signal: "ABRT" | "ALRM" | "FPE" | "HUP" | "ILL" | "INT" | "KILL" | "PIPE" | "QUIT" | "SEGV" | "TERM" | "USR1" | "USR2";
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `session.signal` gives. */
export type SessionSignalResult = true;

/** Params of `session.resize`. Tells a program's terminal of another size (RFC 4254 §6.7). */
export interface SessionResizeParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /** Width in characters, at least 1. */
  columns: number;
  /** Height in characters, at least 1. */
  rows: number;
  /** Width in pixels, from 0; 0 is unknown. Default: `0`. */
  width?: number | undefined;
  /** Height in pixels, from 0; 0 is unknown. Default: `0`. */
  height?: number | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `session.resize` gives. */
export type SessionResizeResult = true;

/** Params of `session.windowAdjust`. Grants a streamed command more output. */
export interface SessionWindowAdjustParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token: string | number;
  /** So many bytes more than granted before, at least 1. */
  bytes: number;
}

/** What `session.windowAdjust` gives. */
export type SessionWindowAdjustResult = true;

/** Params of `session.scpRecv`. Receives a file by SCP, into memory or into a local file. */
export interface SessionScpRecvParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** The remote file's path, at most 60000 bytes. */
  source: WireBytes;
  /** A path on the daemon's machine; a relative one counts from the daemon's working directory. */
  dest?: string | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  sourceEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Seconds, above zero, without a byte in either direction after which the transfer is given up.
   * Default: 30.
   */
  idleTimeout?: number | undefined;
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  workDoneToken?: string | number | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /**
   * The largest file to take, in bytes, from 0 to 268435456. Default: 268435456 without `dest`,
   * with it any size.
   */
  maxOutput?: number | undefined;
}

/** What `session.scpRecv` gives. */
export type SessionScpRecvResult = {
  readonly data: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /** The file's size. */
  readonly bytes: number;
} | {
  /** The file's size. */
  readonly bytes: number;
};

/** Params of `session.scpSend`. Writes bytes to a remote file by SCP. */
export interface SessionScpSendParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** The file's content. */
  data: WireBytes;
  /**
   * The remote file's path, at most 60000 bytes, with the file's name. A folder is refused
   * (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
   */
  dest: WireBytes;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  destEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's
   * other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd,
   * asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt
   * with so, as nothing else can be said to them.
   */
  intoDirectory?: boolean | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  encoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken.
   * Default: 420 (0644).
   */
  mode?: number | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Seconds, above zero, without a byte in either direction after which the transfer is given up.
   * Default: 30.
   */
  idleTimeout?: number | undefined;
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  workDoneToken?: string | number | undefined;
}

/** What `session.scpSend` gives. */
export type SessionScpSendResult = true;

/** Params of `session.scpSendfile`. Sends a local file by SCP. */
export interface SessionScpSendfileParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** A path on the daemon's machine; a relative one counts from the daemon's working directory. */
  source: string;
  /**
   * The remote file's path, at most 60000 bytes, with the file's name. A folder is refused
   * (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
   */
  dest: WireBytes;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  destEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's
   * other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd,
   * asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt
   * with so, as nothing else can be said to them.
   */
  intoDirectory?: boolean | undefined;
  /**
   * The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken.
   * Default: the source's own.
   */
  mode?: number | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Seconds, above zero, without a byte in either direction after which the transfer is given up.
   * Default: 30.
   */
  idleTimeout?: number | undefined;
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  workDoneToken?: string | number | undefined;
}

/** What `session.scpSendfile` gives. */
export type SessionScpSendfileResult = true;

/** Params of `forward.local`. Listens on the daemon's machine, and has the server connect (ssh -L). */
export interface ForwardLocalParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** Where to listen. Default: `{}`. */
  bind?: {
    /**
     * The address to listen at, by default one that only that machine can connect to. Default:
     * `"127.0.0.1"`.
     */
    host?: string | undefined;
    /** The port, 0 to 65535; 0 is any that is free. Default: `0`. */
    port?: number | undefined;
  } | {
    /** A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end. */
    path: string;
  } | undefined;
  /** Where the server is to connect to, as it sees it. */
  to: {
    /** The host, by name or address. Default: `"127.0.0.1"`. */
    host?: string | undefined;
    /** The port, 1 to 65535. */
    port: number;
  } | {
    /** A Unix socket on the server. */
    path: string;
  };
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `forward.local` gives. */
export type ForwardLocalResult = {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly host: string;
  /** The port that it listens at. */
  readonly port: number;
} | {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly path: string;
};

/**
 * Params of `forward.remote`. Has the server listen, and connects from the daemon's machine (ssh
 * -R).
 */
export interface ForwardRemoteParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** Where the server is to listen. Default: `{}`. */
  bind?: {
    /**
     * The address to listen at, by default one that only that machine can connect to. Default:
     * `"127.0.0.1"`.
     */
    host?: string | undefined;
    /** The port, 0 to 65535; 0 is any that is free. Default: `0`. */
    port?: number | undefined;
  } | {
    /** A Unix socket on the server. */
    path: string;
  } | undefined;
  /** Where to connect to from the daemon's machine. */
  to: {
    /** The host, by name or address. Default: `"127.0.0.1"`. */
    host?: string | undefined;
    /** The port, 1 to 65535. */
    port: number;
  } | {
    /** A path on the daemon's machine; a relative one counts from the daemon's working directory. */
    path: string;
  };
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `forward.remote` gives. */
export type ForwardRemoteResult = {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly host: string;
  /** The port that it listens at. */
  readonly port: number;
} | {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly path: string;
};

/**
 * Params of `forward.dynamic`. Listens for SOCKS 4, 4a and 5, and has the server connect where each
 * asks (ssh -D).
 */
export interface ForwardDynamicParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** Where to listen. Default: `{}`. */
  bind?: {
    /**
     * The address to listen at, by default one that only that machine can connect to. Default:
     * `"127.0.0.1"`.
     */
    host?: string | undefined;
    /** The port, 0 to 65535; 0 is any that is free. Default: `0`. */
    port?: number | undefined;
  } | {
    /** A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end. */
    path: string;
  } | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `forward.dynamic` gives. */
export type ForwardDynamicResult = {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly host: string;
  /** The port that it listens at. */
  readonly port: number;
} | {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it listens. */
  readonly path: string;
};

/** Params of `forward.close`. Has a forward listen no longer. */
export interface ForwardCloseParams {
  /** The handle that the forward was given: a positive integer, never reused. */
  forward: number;
  /** Resets its connections, too; else they run to their end. Default: `false`. */
  abort?: boolean | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `forward.close` gives. */
export type ForwardCloseResult = true;

/** Params of `session.disconnect`. Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1). */
export interface SessionDisconnectParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** The RFC's code, 0 to 4294967295; 11 is SSH_DISCONNECT_BY_APPLICATION. Default: `11`. */
  reason?: number | undefined;
  /** Sent to the server, whose log shows it. Default: `"Normal Shutdown"`. */
  description?: string | undefined;
}

/** What `session.disconnect` gives. */
export type SessionDisconnectResult = true;

/**
 * Params of `session.free`. Disconnects the session where that has not been done, and forgets its
 * handle.
 */
export interface SessionFreeParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
}

/** What `session.free` gives. */
export type SessionFreeResult = true;

/** Params of `fs.info`. How the server's files are reached. */
export interface FsInfoParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `fs.info` gives. */
export interface FsInfoResult {
  /** `sftp`, or `shell` where the server has no SFTP: see Files. */
  readonly via: "sftp" | "shell";
  /** What the server's SFTP has beyond the draft, by name. */
  readonly extensions: readonly string[];
  /** The folder from which relative paths count, the account's home mostly. */
  readonly home: string | null;
  /** There where the bytes are no UTF-8, and come as base64. */
  readonly encoding?: "base64";
}

/** Params of `fs.stat`. What a file is, how large, whose; of what a symbolic link leads to. */
export interface FsStatParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.stat` gives. */
export interface FsStatResult {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";
  /** In bytes; `null`, as the others, where it isn't told. */
  readonly size: number | null;
  /** The permission bits, 0 to 4095 (07777). */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Seconds since 1970, of the last access. */
  readonly atime: number | null;
  /** Seconds since 1970, of the last change. */
  readonly mtime: number | null;
  /** The user's name, where the server tells it. */
  readonly owner?: string;
  /** The group's name, where the server tells it. */
  readonly group?: string;
}

/** Params of `fs.lstat`. The same, of a symbolic link itself. */
export interface FsLstatParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.lstat` gives. */
export interface FsLstatResult {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";
  /** In bytes; `null`, as the others, where it isn't told. */
  readonly size: number | null;
  /** The permission bits, 0 to 4095 (07777). */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Seconds since 1970, of the last access. */
  readonly atime: number | null;
  /** Seconds since 1970, of the last change. */
  readonly mtime: number | null;
  /** The user's name, where the server tells it. */
  readonly owner?: string;
  /** The group's name, where the server tells it. */
  readonly group?: string;
}

/** Params of `fs.readdir`. A directory's entries, without `.` and `..`, in the server's order. */
export interface FsReaddirParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** Default: `false`. */
  stream?: boolean | undefined;
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  token?: string | number | undefined;
  /**
   * With `stream`: the entries, from 0, that may be sent before the client grants more. Default:
   * 10000.
   */
  window?: number | undefined;
}

/** What `fs.readdir` gives. */
export type FsReaddirResult = {
  readonly entries: readonly ({
    readonly name: string;
    /** There where the bytes are no UTF-8, and come as base64. */
    readonly encoding?: "base64";
    readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";
    /** In bytes; `null`, as the others, where it isn't told. */
    readonly size: number | null;
    /** The permission bits, 0 to 4095 (07777). */
    readonly mode: number | null;
    readonly uid: number | null;
    readonly gid: number | null;
    /** Seconds since 1970, of the last access. */
    readonly atime: number | null;
    /** Seconds since 1970, of the last change. */
    readonly mtime: number | null;
    /** The user's name, where the server tells it. */
    readonly owner?: string;
    /** The group's name, where the server tells it. */
    readonly group?: string;
  })[];
} | {
  /** With `stream`: entries sent. */
  readonly count: number;
};

/** Params of `fs.readFile`. A file's bytes, or a range of them. */
export interface FsReadFileParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** Bytes from the file's beginning, 0 or more. Default: `0`. */
  offset?: number | undefined;
  /** The most that is read, in bytes. Default: all up to the file's end. */
  length?: number | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
  /** Bytes, 0 to 268435456, beyond which the call fails. Default: 268435456. */
  maxOutput?: number | undefined;
}

/** What `fs.readFile` gives. */
export interface FsReadFileResult {
  readonly data: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /** How many there are. */
  readonly bytes: number;
}

/** Params of `fs.writeFile`. Makes a file of these bytes, or changes one. */
export interface FsWriteFileParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** The bytes. */
  data: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  encoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * `w` replaces the file as a whole, or makes it; `wx` makes it, and fails with EEXIST where it is
   * there; `a` appends, and makes it where it isn't there; `r+` writes into one that is there, at
   * `offset`. Default: `"w"`.
   */
  flag?: "w" | "wx" | "a" | "r+" | undefined;
  /** With `r+`: bytes from the file's beginning, 0 or more. Default: `0`. */
  offset?: number | undefined;
  /**
   * The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.
   * Default: the server's, mostly 438 (0666).
   */
  mode?: number | undefined;
}

/** What `fs.writeFile` gives. */
export interface FsWriteFileResult {
  /** How many were written. */
  readonly bytes: number;
}

/** Params of `fs.mkdir`. Makes a directory. */
export interface FsMkdirParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** Makes those that it lies in too; one that is there already is no error. Default: `false`. */
  recursive?: boolean | undefined;
  /**
   * The permission bits, 0 to 4095 (07777), from which the remote's umask is taken. Default: 511
   * (0777).
   */
  mode?: number | undefined;
}

/** What `fs.mkdir` gives. */
export type FsMkdirResult = true;

/** Params of `fs.rm`. Removes a file, or with `recursive` a directory and what is in it. */
export interface FsRmParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** Default: `false`. */
  recursive?: boolean | undefined;
  /** What isn't there is no error. Default: `false`. */
  force?: boolean | undefined;
}

/** What `fs.rm` gives. */
export type FsRmResult = true;

/** Params of `fs.rmdir`. Removes an empty directory. */
export interface FsRmdirParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.rmdir` gives. */
export type FsRmdirResult = true;

/** Params of `fs.unlink`. Removes a file or a symbolic link. */
export interface FsUnlinkParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.unlink` gives. */
export type FsUnlinkResult = true;

/** Params of `fs.rename`. Renames a file or a directory, and replaces what has the new name. */
export interface FsRenameParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
   * from the account's home.
   */
  from: WireBytes;
  /**
   * The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
   * the account's home.
   */
  to: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  fromEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  toEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** `false`: where the new name is taken the call fails with EEXIST. Default: `true`. */
  overwrite?: boolean | undefined;
}

/** What `fs.rename` gives. */
export type FsRenameResult = true;

/** Params of `fs.copyFile`. Copies a file on the server's side, and replaces what has the new name. */
export interface FsCopyFileParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
   * from the account's home.
   */
  from: WireBytes;
  /**
   * The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
   * the account's home.
   */
  to: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  fromEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  toEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.copyFile` gives. */
export type FsCopyFileResult = true;

/** Params of `fs.link`. Gives a file a further name (a hard link). */
export interface FsLinkParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
   * from the account's home.
   */
  from: WireBytes;
  /**
   * The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
   * the account's home.
   */
  to: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  fromEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  toEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.link` gives. */
export type FsLinkResult = true;

/** Params of `fs.symlink`. Makes a symbolic link. */
export interface FsSymlinkParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** What the link says, at most 60000 bytes; it need not be there. */
  target: WireBytes;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  targetEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.symlink` gives. */
export type FsSymlinkResult = true;

/** Params of `fs.readlink`. What a symbolic link says. */
export interface FsReadlinkParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.readlink` gives. */
export interface FsReadlinkResult {
  readonly path: string;
  /** There where the bytes are no UTF-8, and come as base64. */
  readonly encoding?: "base64";
}

/** Params of `fs.realpath`. The absolute path, without symbolic links, `.` and `..`. */
export interface FsRealpathParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.realpath` gives. */
export interface FsRealpathResult {
  readonly path: string;
  /** There where the bytes are no UTF-8, and come as base64. */
  readonly encoding?: "base64";
}

/** Params of `fs.chmod`. Sets a file's permission bits. */
export interface FsChmodParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** 0 to 4095 (07777). */
  mode: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
   * itself (lsetstat@openssh.com). Default: `true`.
   */
  followLinks?: boolean | undefined;
}

/** What `fs.chmod` gives. */
export type FsChmodResult = true;

/** Params of `fs.chown`. Sets a file's owners, by number. */
export interface FsChownParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  uid: number;
  gid: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
   * itself (lsetstat@openssh.com). Default: `true`.
   */
  followLinks?: boolean | undefined;
}

/** What `fs.chown` gives. */
export type FsChownResult = true;

/** Params of `fs.utimes`. Sets a file's times. */
export interface FsUtimesParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** The time of the last access, in seconds since 1970, 0 to 4294967295; fractions are cut off. */
  atime: number;
  /** The time of the last change, in seconds since 1970, 0 to 4294967295; fractions are cut off. */
  mtime: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
  /**
   * Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
   * itself (lsetstat@openssh.com). Default: `true`.
   */
  followLinks?: boolean | undefined;
}

/** What `fs.utimes` gives. */
export type FsUtimesResult = true;

/** Params of `fs.truncate`. Sets a file's size. */
export interface FsTruncateParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** The new size in bytes; what is added is zeros. */
  size: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.truncate` gives. */
export type FsTruncateResult = true;

/** Params of `fs.statfs`. The room of the file system that a path lies on (statvfs@openssh.com). */
export interface FsStatfsParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.statfs` gives. */
export interface FsStatfsResult {
  /** Bytes of a block, in which the next three are. */
  readonly blockSize: number;
  readonly blocks: number;
  /** Blocks that are free. */
  readonly free: number;
  /** Blocks of those that ordinary users can have. */
  readonly available: number;
  /** Inodes; 0 where there is no such number. */
  readonly files: number;
  readonly freeFiles: number;
}

/**
 * Params of `fs.open`. Opens a file; its handle lives until `file.close`, or until its session is
 * freed.
 */
export interface FsOpenParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  path: WireBytes;
  /** As fopen(3)'s; with `x` it must not be there yet. Written to in place. Default: `"r"`. */
  flags?: "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+" | undefined;
  /** The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken. */
  mode?: number | undefined;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  pathEncoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `fs.open` gives. */
export interface FsOpenResult {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  readonly file: number;
}

/** Params of `fs.get`. Receives a file, or with `recursive` a directory and what is in it. */
export interface FsGetParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  source: WireBytes;
  /** A path on the daemon's machine; a relative one counts from the daemon's working directory. */
  dest: string;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  sourceEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** Takes a directory with what is in it; without, a directory is an error. Default: `false`. */
  recursive?: boolean | undefined;
  /**
   * Gives files and directories the times and the permission bits (without set-user-ID and
   * set-group-ID) of the source's. Default: `false`.
   */
  preserve?: boolean | undefined;
  /**
   * What becomes of a file that is there already: `changed` replaces it where its size or its time
   * (in whole seconds) differs, and gives what it transfers the source's times. Default:
   * `"always"`.
   */
  overwrite?: "always" | "changed" | "never" | undefined;
  /**
   * Removes from the destination's directories what the source's haven't, but nothing that is
   * excluded. Default: `false`.
   */
  delete?: boolean | undefined;
  /**
   * Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without
   * `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is
   * of directories only.
   */
  exclude?: readonly string[] | undefined;
  /**
   * Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them
   * out. The source itself is always followed. Default: `"copy"`.
   */
  symlinks?: "copy" | "follow" | "skip" | undefined;
  /**
   * Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the
   * same, and leaves what comes of this one if it fails. Where the server can't hash it begins
   * anew. Default: `false`.
   */
  resume?: boolean | undefined;
  /** Changes nothing; the result is what would have been done. Default: `false`. */
  dryRun?: boolean | undefined;
  /**
   * Seconds, above zero, without a byte in either direction after which the transfer is given up.
   * Default: 30.
   */
  idleTimeout?: number | undefined;
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  workDoneToken?: string | number | undefined;
}

/** What `fs.get` gives. */
export interface FsGetResult {
  /** Files transferred. */
  readonly files: number;
  /** Directories made. */
  readonly directories: number;
  /** Symbolic links made. */
  readonly symlinks: number;
  /** Bytes of the files transferred. */
  readonly bytes: number;
  /**
   * Files and links that were there already, or were left out; what is neither file nor directory
   * nor link.
   */
  readonly skipped: number;
}

/** Params of `fs.put`. Sends a file, or with `recursive` a directory and what is in it. */
export interface FsPutParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  session: number;
  /** A path on the daemon's machine; a relative one counts from the daemon's working directory. */
  source: string;
  /**
   * The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
   * home.
   */
  dest: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  destEncoding?: "utf8" | "base64" | "binary" | undefined;
  /** Takes a directory with what is in it; without, a directory is an error. Default: `false`. */
  recursive?: boolean | undefined;
  /**
   * Gives files and directories the times and the permission bits (without set-user-ID and
   * set-group-ID) of the source's. Default: `false`.
   */
  preserve?: boolean | undefined;
  /**
   * What becomes of a file that is there already: `changed` replaces it where its size or its time
   * (in whole seconds) differs, and gives what it transfers the source's times. Default:
   * `"always"`.
   */
  overwrite?: "always" | "changed" | "never" | undefined;
  /**
   * Removes from the destination's directories what the source's haven't, but nothing that is
   * excluded. Default: `false`.
   */
  delete?: boolean | undefined;
  /**
   * Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without
   * `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is
   * of directories only.
   */
  exclude?: readonly string[] | undefined;
  /**
   * Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them
   * out. The source itself is always followed. Default: `"copy"`.
   */
  symlinks?: "copy" | "follow" | "skip" | undefined;
  /**
   * Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the
   * same, and leaves what comes of this one if it fails. Where the server can't hash it begins
   * anew. Default: `false`.
   */
  resume?: boolean | undefined;
  /** Changes nothing; the result is what would have been done. Default: `false`. */
  dryRun?: boolean | undefined;
  /**
   * Seconds, above zero, without a byte in either direction after which the transfer is given up.
   * Default: 30.
   */
  idleTimeout?: number | undefined;
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  workDoneToken?: string | number | undefined;
}

/** What `fs.put` gives. */
export interface FsPutResult {
  /** Files transferred. */
  readonly files: number;
  /** Directories made. */
  readonly directories: number;
  /** Symbolic links made. */
  readonly symlinks: number;
  /** Bytes of the files transferred. */
  readonly bytes: number;
  /**
   * Files and links that were there already, or were left out; what is neither file nor directory
   * nor link.
   */
  readonly skipped: number;
}

/** Params of `file.read`. Bytes of an open file; fewer than asked for only at its end. */
export interface FileReadParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /** Bytes from the file's beginning, 0 or more. */
  offset: number;
  /** The most that is read, in bytes, 0 to 268435456. */
  length: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /**
   * Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
   * Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid,
   * else base64.
   */
  encoding?: "utf8" | "base64" | undefined;
}

/** What `file.read` gives. */
export interface FileReadResult {
  readonly data: WireBytes;
  readonly encoding: "utf8" | "base64" | "binary";
  /** How many there are. */
  readonly bytes: number;
}

/** Params of `file.write`. Writes to an open file. */
export interface FileWriteParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /** Bytes from the file's beginning, 0 or more; of no meaning where it was opened to append. */
  offset: number;
  /** The bytes. */
  data: WireBytes;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
  /** How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. */
  encoding?: "utf8" | "base64" | "binary" | undefined;
}

/** What `file.write` gives. */
export interface FileWriteResult {
  /** How many were written. */
  readonly bytes: number;
}

/** Params of `file.stat`. What `fs.stat` gives, of an open file. */
export interface FileStatParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `file.stat` gives. */
export interface FileStatResult {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";
  /** In bytes; `null`, as the others, where it isn't told. */
  readonly size: number | null;
  /** The permission bits, 0 to 4095 (07777). */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Seconds since 1970, of the last access. */
  readonly atime: number | null;
  /** Seconds since 1970, of the last change. */
  readonly mtime: number | null;
  /** The user's name, where the server tells it. */
  readonly owner?: string;
  /** The group's name, where the server tells it. */
  readonly group?: string;
}

/** Params of `file.truncate`. Sets the size of an open file. */
export interface FileTruncateParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /** The new size in bytes; what is added is zeros. */
  size: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `file.truncate` gives. */
export type FileTruncateResult = true;

/** Params of `file.sync`. Has the server put an open file's bytes on its disk (fsync@openssh.com). */
export interface FileSyncParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `file.sync` gives. */
export type FileSyncResult = true;

/** Params of `file.close`. Closes a file, and forgets its handle, whatever the server says to it. */
export interface FileCloseParams {
  /** The handle that `fs.open` gave: a positive integer, never reused. */
  file: number;
  /**
   * Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
   * already. Default: none.
   */
  timeout?: number | undefined;
}

/** What `file.close` gives. */
export type FileCloseResult = true;

/** `session/output`: Output of a streamed command. */
export interface SessionOutputParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  readonly token: string | number;
  /** Counts up from 0 over both streams of the command. */
  readonly seq: number;
  readonly stream: "stdout" | "stderr";
  readonly data: WireBytes;
  /** How `data` carries the bytes; as text, a UTF-8 character is never cut in two. */
  readonly encoding: "utf8" | "base64" | "binary";
}

/** `fs/entries`: Entries of a directory that `fs.readdir` streams. */
export interface FsEntriesParams {
  /**
   * The client's own name for a call while it runs: an integer, or a string that isn't empty; not
   * in use by another.
   */
  readonly token: string | number;
  /** Counts up from 0. */
  readonly seq: number;
  readonly entries: readonly ({
    readonly name: string;
    /** There where the bytes are no UTF-8, and come as base64. */
    readonly encoding?: "base64";
    readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";
    /** In bytes; `null`, as the others, where it isn't told. */
    readonly size: number | null;
    /** The permission bits, 0 to 4095 (07777). */
    readonly mode: number | null;
    readonly uid: number | null;
    readonly gid: number | null;
    /** Seconds since 1970, of the last access. */
    readonly atime: number | null;
    /** Seconds since 1970, of the last change. */
    readonly mtime: number | null;
    /** The user's name, where the server tells it. */
    readonly owner?: string;
    /** The group's name, where the server tells it. */
    readonly group?: string;
  })[];
}

/** `forward/closed`: A forward has ended that `forward.close` didn't end. */
export interface ForwardClosedParams {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /**
   * Its session has ended; it can't listen any longer; or its session was connected to again, and
   * the server doesn't let it listen there any more.
   */
  readonly reason: "session" | "listener" | "refused";
  readonly message: string;
}

/** `forward/failed`: A connection could not be made; who asked for it was refused. */
export interface ForwardFailedParams {
  /** The handle that the forward was given: a positive integer, never reused. */
  readonly forward: number;
  /** Where it was to lead. */
  readonly to: {
    readonly host: string;
    readonly port: number;
  } | {
    readonly path: string;
  };
  /** As in an error's `data`. */
  readonly kind: string;
  readonly message: string;
  /** The server's refusal, the code of RFC 4254 §5.1. */
  readonly reason?: number;
  /** The system's name of the error, as `ECONNREFUSED`. */
  readonly errno?: string;
}

/** `$/progress`: How far a transfer is whose call has a `workDoneToken`. */
export interface ProgressParams {
  /** The client's name for the transfer: asks for `$/progress` notifications that bear it. */
  readonly token: string | number;
  readonly value: {
    readonly kind: "begin";
    readonly title: "scpRecv" | "scpSend" | "scpSendfile" | "get" | "put";
    /** The file's size in bytes; of a tree that of the files found so far. */
    readonly total: number;
    /** Of `fs.get` and `fs.put`: files that are over. */
    readonly files?: number;
    /**
     * Of `fs.get` and `fs.put`: files found so far that are to be transferred; `total` has their
     * bytes.
     */
    readonly totalFiles?: number;
  } | {
    readonly kind: "report";
    /** How many of them have come, or gone. */
    readonly bytes: number;
    /** The file's size in bytes; of a tree that of the files found so far. */
    readonly total: number;
    /** Rounded down. */
    readonly percentage: number;
    /** Of `fs.get` and `fs.put`: files that are over. */
    readonly files?: number;
    /**
     * Of `fs.get` and `fs.put`: files found so far that are to be transferred; `total` has their
     * bytes.
     */
    readonly totalFiles?: number;
  } | {
    readonly kind: "end";
    /** How many of them have come, or gone. */
    readonly bytes: number;
    /** The file's size in bytes; of a tree that of the files found so far. */
    readonly total: number;
    /** Of `fs.get` and `fs.put`: files that are over. */
    readonly files?: number;
    /**
     * Of `fs.get` and `fs.put`: files found so far that are to be transferred; `total` has their
     * bytes.
     */
    readonly totalFiles?: number;
  };
}

/** `$/logTrace`: A step of a request on its way: received, dispatched, replied. */
export interface LogTraceParams {
  /** One line, for a person. */
  readonly message: string;
  /** More of it, where `verbose` was asked for. */
  readonly verbose?: string;
}

/** `window/logMessage`: A line of the daemon's log. */
export interface WindowLogMessageParams {
  /** 1 error, 2 warn, 3 info, 4 debug. */
  readonly type: 1 | 2 | 3 | 4;
  readonly message: string;
}

/**
 * `session/closed`: A session has ended, and the client didn't end it. Its handle stays until it is
 * freed.
 */
export interface SessionClosedParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  readonly session: number;
  readonly reason: {
    /**
     * The connection broke; the server said that it ends it (RFC 4253 §11.1); it gave no sign of
     * life any more; or it came with another host key in a later key exchange. Of a session that
     * was to reconnect, also why it can't: as an error of `ssh.new`.
     */
    readonly kind: "ConnectionLost" | "Disconnected" | "KeepaliveTimeout" | "HostKeyRejected" | "ConnectFailed" | "HandshakeFailed" | "AuthenticationFailed";
    /** One line for a person; a server's own words may be in it. */
    readonly message: string;
    /**
     * Of a session over a proxy command: the end of what that wrote to stderr, control characters
     * removed.
     */
    readonly stderr?: string;
  };
}

/**
 * `session/lost`: A session with `reconnect` has lost its connection, and is connected to again.
 * `session/restored` or `session/closed` follows.
 */
export interface SessionLostParams {
  /** The handle that `ssh.new` gave: a positive integer, never reused. */
  readonly session: number;
  readonly reason: {
    /**
     * The connection broke; the server said that it ends it (RFC 4253 §11.1); or it gave no sign of
     * life any more.
     */
    readonly kind: "ConnectionLost" | "Disconnected" | "KeepaliveTimeout";
    /** One line for a person; a server's own words may be in it. */
    readonly message: string;
    /**
     * Of a session over a proxy command: the end of what that wrote to stderr, control characters
     * removed.
     */
    readonly stderr?: string;
  };
}

/** `session/restored`: A session that was lost is connected to again, under the handle that it had. */
export interface SessionRestoredParams {
  /** The handle for the `session.*` methods: 1, 2, 3 … */
  readonly session: number;
  /** The server's name or address: with `config` the HostName that this says, else `host`. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Whom it is logged in as. */
  readonly username: string;
  /** The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`. */
  readonly serverIdent: string;
  readonly hostKey: {
    /** As `ssh-ed25519`. */
    readonly type: string;
    /** As OpenSSH prints it: `SHA256:…`. */
    readonly fingerprint: string;
    /**
     * Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it
     * was to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this
     * session; or not checked, with the policy `off`.
     */
    readonly status: "known" | "recorded" | "unrecorded" | "pinned" | "accepted" | "unchecked";
    /**
     * The certificate that vouches for the key, where known_hosts (`@cert-authority`) or
     * `hostKeyFingerprints` names its authority and not the key.
     */
    readonly certificate?: {
      /** The authority's name for it. */
      readonly keyId: string;
      /** Its number, in decimal: it has 64 bits. */
      readonly serial: string;
      /** The hosts that it is for. */
      readonly principals: readonly string[];
      /** Seconds since 1970; 0 for always. */
      readonly validAfter: number;
      /** Seconds since 1970; left out: for ever. */
      readonly validBefore?: number;
      /** The authority's fingerprint: `SHA256:…`. */
      readonly ca: string;
    };
    /** Why it could not be recorded: the file, and the system's words. */
    readonly reason?: string;
  };
  /**
   * The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a
   * row, all of them, as `publickey,password`.
   */
  readonly authMethod: string;
  /** The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`. */
  readonly kex: string;
  /**
   * The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same
   * unless its two lists differ.
   */
  readonly cipher: string;
  /** The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself. */
  readonly mac: string;
  /** Whether the key exchange is safe from quantum computers. */
  readonly postQuantum: boolean;
  /** What `warnWeakCrypto` has found, if anything. */
  readonly warnings?: readonly string[];
  /**
   * With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent
   * yes`; of a jump host with its name in front: `gate: forwardagent yes`. Settings that are
   * OpenSSH's defaults are left out.
   */
  readonly ignored?: readonly string[];
}

/** `$/cancelRequest`: The answer to a `client/prompt` is not waited for any more. */
export interface CancelRequestParams {
  /** That of the daemon's request. */
  readonly id: number;
}

/** Asks the client for a secret, the answers to questions, or whether to trust a host key. */
export type ClientPromptParams = {
  readonly kind: "password";
  /** That of the call that asks, `ssh.new` or with `sudo` a program's, where it has one. */
  readonly token?: string | number;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** To be answered in this order; without `echo` what is typed must not be seen. */
  readonly prompts: readonly {
    readonly prompt: string;
    readonly echo: boolean;
  }[];
} | {
  readonly kind: "keyboard-interactive";
  /** That of the call that asks, `ssh.new` or with `sudo` a program's, where it has one. */
  readonly token?: string | number;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** The server's (RFC 4256 §3.2), as the next one; may be empty. */
  readonly name: string;
  readonly instruction: string;
  /** To be answered in this order; without `echo` what is typed must not be seen. */
  readonly prompts: readonly {
    readonly prompt: string;
    readonly echo: boolean;
  }[];
} | {
  readonly kind: "passphrase";
  /** That of the call that asks, `ssh.new` or with `sudo` a program's, where it has one. */
  readonly token?: string | number;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** The key's file, or `privateKey`, the param. */
  readonly path: string;
  /** To be answered in this order; without `echo` what is typed must not be seen. */
  readonly prompts: readonly {
    readonly prompt: string;
    readonly echo: boolean;
  }[];
} | {
  readonly kind: "host-key";
  /** That of the call that asks, `ssh.new` or with `sudo` a program's, where it has one. */
  readonly token?: string | number;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** None. */
  readonly prompts: readonly {
    readonly prompt: string;
    readonly echo: boolean;
  }[];
  readonly hostKey: {
    readonly type: string;
    readonly fingerprint: string;
    readonly reason: "unknown" | "changed";
    /** What known_hosts holds, where it changed; else empty. */
    readonly expected: readonly {
      readonly fingerprint: string;
      readonly keyType: string;
      readonly file: string;
      readonly line: number;
    }[];
  };
};

/** The answer to `client/prompt`. */
export type ClientPromptResult = {
  answers: readonly string[];
} | {
  accept: boolean;
} | null;

/** Every method by its name. */
export interface Methods {
  "initialize": { params: InitializeParams; result: InitializeResult };
  "shutdown": { params: ShutdownParams; result: ShutdownResult };
  "rpc.discover": { params: RpcDiscoverParams; result: RpcDiscoverResult };
  "daemon.status": { params: DaemonStatusParams; result: DaemonStatusResult };
  "ssh.new": { params: SshNewParams; result: SshNewResult };
  "session.exec": { params: SessionExecParams; result: SessionExecResult };
  "session.shell": { params: SessionShellParams; result: SessionShellResult };
  "session.subsystem": { params: SessionSubsystemParams; result: SessionSubsystemResult };
  "session.connect": { params: SessionConnectParams; result: SessionConnectResult };
  "session.write": { params: SessionWriteParams; result: SessionWriteResult };
  "session.closeStdin": { params: SessionCloseStdinParams; result: SessionCloseStdinResult };
  "session.signal": { params: SessionSignalParams; result: SessionSignalResult };
  "session.resize": { params: SessionResizeParams; result: SessionResizeResult };
  "session.windowAdjust": { params: SessionWindowAdjustParams; result: SessionWindowAdjustResult };
  "session.scpRecv": { params: SessionScpRecvParams; result: SessionScpRecvResult };
  "session.scpSend": { params: SessionScpSendParams; result: SessionScpSendResult };
  "session.scpSendfile": { params: SessionScpSendfileParams; result: SessionScpSendfileResult };
  "forward.local": { params: ForwardLocalParams; result: ForwardLocalResult };
  "forward.remote": { params: ForwardRemoteParams; result: ForwardRemoteResult };
  "forward.dynamic": { params: ForwardDynamicParams; result: ForwardDynamicResult };
  "forward.close": { params: ForwardCloseParams; result: ForwardCloseResult };
  "session.disconnect": { params: SessionDisconnectParams; result: SessionDisconnectResult };
  "session.free": { params: SessionFreeParams; result: SessionFreeResult };
  "fs.info": { params: FsInfoParams; result: FsInfoResult };
  "fs.stat": { params: FsStatParams; result: FsStatResult };
  "fs.lstat": { params: FsLstatParams; result: FsLstatResult };
  "fs.readdir": { params: FsReaddirParams; result: FsReaddirResult };
  "fs.readFile": { params: FsReadFileParams; result: FsReadFileResult };
  "fs.writeFile": { params: FsWriteFileParams; result: FsWriteFileResult };
  "fs.mkdir": { params: FsMkdirParams; result: FsMkdirResult };
  "fs.rm": { params: FsRmParams; result: FsRmResult };
  "fs.rmdir": { params: FsRmdirParams; result: FsRmdirResult };
  "fs.unlink": { params: FsUnlinkParams; result: FsUnlinkResult };
  "fs.rename": { params: FsRenameParams; result: FsRenameResult };
  "fs.copyFile": { params: FsCopyFileParams; result: FsCopyFileResult };
  "fs.link": { params: FsLinkParams; result: FsLinkResult };
  "fs.symlink": { params: FsSymlinkParams; result: FsSymlinkResult };
  "fs.readlink": { params: FsReadlinkParams; result: FsReadlinkResult };
  "fs.realpath": { params: FsRealpathParams; result: FsRealpathResult };
  "fs.chmod": { params: FsChmodParams; result: FsChmodResult };
  "fs.chown": { params: FsChownParams; result: FsChownResult };
  "fs.utimes": { params: FsUtimesParams; result: FsUtimesResult };
  "fs.truncate": { params: FsTruncateParams; result: FsTruncateResult };
  "fs.statfs": { params: FsStatfsParams; result: FsStatfsResult };
  "fs.open": { params: FsOpenParams; result: FsOpenResult };
  "fs.get": { params: FsGetParams; result: FsGetResult };
  "fs.put": { params: FsPutParams; result: FsPutResult };
  "file.read": { params: FileReadParams; result: FileReadResult };
  "file.write": { params: FileWriteParams; result: FileWriteResult };
  "file.stat": { params: FileStatParams; result: FileStatResult };
  "file.truncate": { params: FileTruncateParams; result: FileTruncateResult };
  "file.sync": { params: FileSyncParams; result: FileSyncResult };
  "file.close": { params: FileCloseParams; result: FileCloseResult };
}

/** The params of every notification from the daemon. */
export interface Notifications {
  "session/output": SessionOutputParams;
  "fs/entries": FsEntriesParams;
  "forward/closed": ForwardClosedParams;
  "forward/failed": ForwardFailedParams;
  "$/progress": ProgressParams;
  "$/logTrace": LogTraceParams;
  "window/logMessage": WindowLogMessageParams;
  "session/closed": SessionClosedParams;
  "session/lost": SessionLostParams;
  "session/restored": SessionRestoredParams;
  "$/cancelRequest": CancelRequestParams;
}

/** This package's, and the daemon's. */
export const version = "0.1.0";

/** Params of `ssh.new` that are paths on this machine, or hold some. */
export const localPaths: ReadonlySet<string> = new Set(["identityFiles","certificateFiles","knownHosts","agent","socketPath","config"]);
