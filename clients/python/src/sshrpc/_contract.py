# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's shapes as they are on the wire (PROTOCOL.md)."""

from __future__ import annotations

from typing import Dict, List, Literal, Sequence, TypedDict, Union

from ._aliases import Buffer, StrPath


class InitializeParamsEnvironment(TypedDict):
    """A part of it."""

    #: Its working directory: what relative paths count from.
    cwd: str
    #: What the mode of a new file lacks.
    umask: int
    #: Its environment variables: `HOME`, `SSH_AUTH_SOCK`, those that a configuration names, and what a proxy command gets.
    variables: Dict[str, str]


class InitializeParamsCapabilities(TypedDict, total=False):
    """A part of it."""

    #: The client answers `client/prompt`: see Questions to the client.
    prompt: bool
    #: The client takes binary frames, and may send them.
    binaryFrames: bool
    #: The client wants `window/logMessage` of this level and those more urgent.
    logMessage: Literal["error", "warn", "info", "debug"]


class InitializeParams(TypedDict, total=False):
    """`initialize`: Says who is there and what they can do. Optional: every method works without it."""

    #: The pid of the process whose end ends the daemon too.
    processId: Union[int, None]
    #: Where the client runs, for one that connects to a shared daemon's socket itself. Default: where the daemon does, or what `--attach` has told.
    environment: InitializeParamsEnvironment
    #: What the client can do beyond the least.
    capabilities: InitializeParamsCapabilities


class InitializeResultServerInfo(TypedDict):
    """A part of it."""

    name: str
    version: str


class InitializeResultCapabilities(TypedDict):
    """A part of it."""

    #: Every request that this daemon answers.
    methods: List[str]
    #: How bytes can be carried.
    encodings: List[str]
    #: Whether binary frames are granted, in both directions: where the client asked for them, in Content-Length framing.
    binaryFrames: bool
    #: Every notification that this daemon sends.
    notifications: List[str]


class InitializeResult(TypedDict):
    """What `initialize` gives."""

    serverInfo: InitializeResultServerInfo
    #: Counts up when the contract changes incompatibly.
    protocolVersion: int
    capabilities: InitializeResultCapabilities
    #: The bounds of Limits, in bytes.
    limits: Dict[str, int]


class RpcDiscoverResult(TypedDict):
    """What `rpc.discover` gives."""

    openrpc: str


class DaemonStatusParams(TypedDict, total=False):
    """`daemon.status`: What the daemon holds at the moment for this client, or for all."""

    #: What it holds for every client.
    all: bool


class DaemonStatusResultMemory(TypedDict):
    """A part of it."""

    #: Resident set, in bytes.
    rss: int
    #: Of the JavaScript heap, in bytes.
    heapUsed: int
    #: Buffers outside the heap, in bytes.
    external: int


class _DaemonStatusResultSessions(TypedDict):
    """A part of it."""

    session: int
    #: Lost: it is being connected to again.
    state: Literal["open", "lost", "closed"]
    host: str
    port: int
    username: str
    serverIdent: str
    #: Seconds since the connection's login.
    age: float
    #: Channels in use at the moment.
    channels: int
    #: Channels opened ahead of need, which wait for a call.
    ahead: int
    #: Calls that wait for a channel.
    queued: int
    #: Commands started so far.
    execs: int
    #: SCP transfers started so far.
    transfers: int
    #: From the server, as encrypted; of the whole connection where it is shared.
    bytesReceived: int
    #: To the server, likewise.
    bytesSent: int


class DaemonStatusResultSessions(_DaemonStatusResultSessions, total=False):
    """A part of it."""

    #: With `all`: whose it is.
    client: int
    #: The session that it runs over, where that has a handle.
    via: int
    #: The one of `connections` that it uses, where it may be shared.
    connection: int


class _DaemonStatusResultConnections(TypedDict):
    """A part of it."""

    #: Counts up from 1.
    connection: int
    host: str
    port: int
    username: str
    serverIdent: str
    #: Seconds since the login.
    age: float
    #: How many use it at the moment, whoever's they are.
    sessions: int
    #: From the server, as encrypted.
    bytesReceived: int
    #: To the server, as encrypted.
    bytesSent: int


class DaemonStatusResultConnections(_DaemonStatusResultConnections, total=False):
    """A part of it."""

    #: Seconds since the last of them ended.
    idle: float
    #: Seconds until it ends, unless it is used.
    endsIn: float


class DaemonStatusResultForwardsBind(TypedDict):
    """A part of it."""

    host: str
    port: int


class DaemonStatusResultForwardsBind2(TypedDict):
    """A part of it."""

    path: str


class _DaemonStatusResultForwards(TypedDict):
    """A part of it."""

    forward: int
    kind: Literal["local", "remote", "dynamic"]
    bind: Union[DaemonStatusResultForwardsBind, DaemonStatusResultForwardsBind2]
    #: Open at the moment.
    connections: int
    #: Connections so far.
    total: int
    #: Those of them that could not be made.
    failed: int
    #: From where it listens.
    bytesReceived: int
    #: To there.
    bytesSent: int


class DaemonStatusResultForwardsTo(TypedDict):
    """A part of it."""

    host: str
    port: int


class DaemonStatusResultForwardsTo2(TypedDict):
    """A part of it."""

    path: str


class DaemonStatusResultForwards(_DaemonStatusResultForwards, total=False):
    """A part of it."""

    #: With `all`: whose it is.
    client: int
    session: int
    to: Union[DaemonStatusResultForwardsTo, DaemonStatusResultForwardsTo2]


class DaemonStatusResultConnecting(TypedDict):
    """A part of it."""

    host: str
    port: int
    #: Logins on their way.
    active: int
    #: Logins that wait for their turn.
    queued: int


class _DaemonStatusResult(TypedDict):
    """What `daemon.status` gives."""

    pid: int
    version: str
    #: Seconds since the start.
    uptime: float
    memory: DaemonStatusResultMemory
    sessions: List[DaemonStatusResultSessions]
    #: Connections that may be shared (`persist`), and that this client has used; with `all` every one.
    connections: List[DaemonStatusResultConnections]
    forwards: List[DaemonStatusResultForwards]
    #: The servers that are being connected to; one that is reached in two ways is listed twice.
    connecting: List[DaemonStatusResultConnecting]


class _DaemonStatusResultClients(TypedDict):
    """A part of it."""

    #: Counts up from 1.
    client: int
    #: Seconds since it came.
    age: float


class DaemonStatusResultClients(_DaemonStatusResultClients, total=False):
    """A part of it."""

    #: Its pid: what it said as `processId`, else that of the program which `--attach` serves.
    process: int
    #: How many it has of the places in `limits`.
    places: int
    #: Bytes of its output that are in the daemon's memory.
    output: int


class DaemonStatusResultLimitsPlaces(TypedDict):
    """A part of it."""

    #: How much there is beyond the reserves.
    most: int
    #: How much of that is taken.
    taken: int
    #: What each client may have beside it, whatever the others have.
    reserve: int


class DaemonStatusResultLimitsOutput(TypedDict):
    """A part of it."""

    #: How much there is beyond the reserves.
    most: int
    #: How much of that is taken.
    taken: int
    #: What each client may have beside it, whatever the others have.
    reserve: int


class DaemonStatusResultLimits(TypedDict):
    """A part of it."""

    #: Clients at the same time.
    clients: int
    #: For sessions, forwards and their connections: one each.
    places: DaemonStatusResultLimitsPlaces
    #: Bytes of output in memory until they are written.
    output: DaemonStatusResultLimitsOutput


class DaemonStatusResult(_DaemonStatusResult, total=False):
    """What `daemon.status` gives."""

    #: With `all`.
    clients: List[DaemonStatusResultClients]
    #: Of a shared daemon, with `all`: its bounds for all clients together (see Limits).
    limits: DaemonStatusResultLimits


class _SshNewParams(TypedDict):
    """`ssh.new`: Connects to an SSH server, checks its host key, logs in."""

    #: A host name, an IPv4 or an IPv6 address (without brackets), of up to 1024 characters; with `config` an alias, too.
    host: str


class SshNewParamsAlgorithms(TypedDict, total=False):
    """A part of it."""

    kex: List[str]
    hostKey: List[str]
    cipher: List[str]
    mac: List[str]
    compression: List[str]
    publicKey: List[str]


class SshNewParams(_SshNewParams, total=False):
    """`ssh.new`: Connects to an SSH server, checks its host key, logs in."""

    #: The TCP port, 1 to 65535. Default: 22, or what the configuration says.
    port: int
    #: Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the daemon's user.
    username: str
    #: For `password` and `keyboard-interactive`.
    password: str
    #: A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or PuTTY's versions 2 and 3.
    privateKey: str
    #: Of private keys that are encrypted.
    passphrase: str
    #: Paths of private keys, or of public ones whose private half the agent holds; a certificate is found beside its key (`-cert.pub`), unless `certificateFiles` names any. Default: what `config` says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
    identityFiles: List[str]
    #: Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried first. Each one's private key is looked for in the agent, among the identity files and in `privateKey`; where the call names none of these, in the agent of SSH_AUTH_SOCK and the default identity files. Default: what `config` says.
    certificateFiles: List[str]
    #: The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default: what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.
    agent: Union[bool, str]
    #: Of the agent's keys only those that are among the identity files. Default: what `config` says, else false.
    identitiesOnly: bool
    #: What is done about a host key that known_hosts doesn't hold. Default: `"pin"` with `hostKeyFingerprints`, else what `config` says, else `"accept-new"`.
    hostKeyPolicy: Literal["strict", "accept-new", "ask", "pin", "off"]
    #: With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`.
    hostKeyFingerprints: List[str]
    #: The user's known_hosts files; in the first one new hosts are recorded, and in none where there is none or it is `/dev/null`: see Trust. Default: what `config` says, else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's are read in any case.
    knownHosts: List[str]
    #: What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys sign with (`publicKey`), best first, each list in place of the default: for servers that have only what is weak. See Algorithms.
    algorithms: SshNewParamsAlgorithms
    #: Has the log, and `warnings` of the result, say where the key exchange isn't post-quantum, as ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by itself only where it doesn't choose KexAlgorithms, as `ssh`), else false.
    warnWeakCrypto: bool
    #: Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` + 1) seconds. Default: what `config` says, else 15.
    keepaliveInterval: float
    #: How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says, else 3.
    keepaliveCountMax: int
    #: How many channels for programs and transfers the session has open at a time, 1 to 1000; the others wait. With 1, none is opened ahead of need: for servers that bear no second one. Default: as many as the server takes.
    maxChannels: int
    #: The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and `port` (RFC 4254 §7.2). The new session ends with that one.
    via: int
    #: A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the session.
    proxyCommand: str
    #: The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's name in known_hosts; with `via` one of the jump host's, as it is named there.
    socketPath: str
    #: Has a session whose connection is lost connected to again, under the same handle: see Reconnecting. Default: false.
    reconnect: bool
    #: Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files that `ssh` reads, or the path of one to read instead; `false` as if it weren't given. See The user's configuration.
    config: Union[bool, str]
    #: May be given a connection that is there already, where all that bears on trust and login is the same, and leaves it there for so many seconds after its last user, up to 86400, for the next call that says `persist`: see One daemon for many programs. Default: a connection of its own, which ends with it.
    persist: float
    #: The client's own name for this login, told with each question about it.
    token: Union[str, int]
    #: False where nobody answers for this login, though the client says in `initialize` that it answers `client/prompt`: as if it didn't. Default: true.
    prompt: bool
    #: Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the client is asked isn't counted.
    timeout: float
    #: Seconds without a byte from the server after which the login is given up, whatever `timeout` says; time in which the client is asked, or the login waits for its turn (see The way there), isn't counted. Default: none.
    idleTimeout: float


class _SshNewResultHostKey(TypedDict):
    """A part of it."""

    #: As `ssh-ed25519`.
    type: str
    #: As OpenSSH prints it: `SHA256:…`.
    fingerprint: str
    #: Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it was to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this session; or not checked, with the policy `off`.
    status: Literal["known", "recorded", "unrecorded", "pinned", "accepted", "unchecked"]


class _SshNewResultHostKeyCertificate(TypedDict):
    """A part of it."""

    #: The authority's name for it.
    keyId: str
    #: Its number, in decimal: it has 64 bits.
    serial: str
    #: The hosts that it is for.
    principals: List[str]
    #: Seconds since 1970; 0 for always.
    validAfter: int
    #: The authority's fingerprint: `SHA256:…`.
    ca: str


class SshNewResultHostKeyCertificate(_SshNewResultHostKeyCertificate, total=False):
    """A part of it."""

    #: Seconds since 1970; left out: for ever.
    validBefore: int


class SshNewResultHostKey(_SshNewResultHostKey, total=False):
    """A part of it."""

    #: The certificate that vouches for the key, where known_hosts (`@cert-authority`) or `hostKeyFingerprints` names its authority and not the key.
    certificate: SshNewResultHostKeyCertificate
    #: Why it could not be recorded: the file, and the system's words.
    reason: str


class _SshNewResult(TypedDict):
    """What `ssh.new` gives."""

    #: The handle for the `session.*` methods: 1, 2, 3 …
    session: int
    #: The server's name or address: with `config` the HostName that this says, else `host`.
    host: str
    #: Its port.
    port: int
    #: Whom it is logged in as.
    username: str
    #: The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.
    serverIdent: str
    hostKey: SshNewResultHostKey
    #: The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a row, all of them, as `publickey,password`.
    authMethod: str
    #: The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`.
    kex: str
    #: The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same unless its two lists differ.
    cipher: str
    #: The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself.
    mac: str
    #: Whether the key exchange is safe from quantum computers.
    postQuantum: bool


class SshNewResult(_SshNewResult, total=False):
    """What `ssh.new` gives."""

    #: What `warnWeakCrypto` has found, if anything.
    warnings: List[str]
    #: With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent yes`; of a jump host with its name in front: `gate: forwardagent yes`. Settings that are OpenSSH's defaults are left out.
    ignored: List[str]


class _SessionExecParams(TypedDict):
    """`session.exec`: Runs a command and gives its output, exit code and signal."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: Passed to the account's shell by the server (RFC 4254 §6.5); at most 250000 bytes.
    command: Union[str, List[int]]


class SessionExecParamsPty(TypedDict, total=False):
    """A part of it."""

    #: The TERM variable.
    term: str
    #: Width in characters, at least 1.
    columns: int
    #: Height in characters, at least 1.
    rows: int
    #: Width in pixels, from 0; 0 is unknown.
    width: int
    #: Height in pixels, from 0; 0 is unknown.
    height: int
    #: The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those not named are the server's own.
    modes: Dict[str, int]


class SessionExecParams(_SessionExecParams, total=False):
    """`session.exec`: Runs a command and gives its output, exit code and signal."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    commandEncoding: Literal["utf8", "base64", "binary"]
    #: How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a command line put before the program, in whichever shell the account has; names are then of letters, digits and `_`, and the values can be seen by others on the server as any command line can. Under `sudo` only what is exported arrives for sure.
    envMode: Literal["send", "export"]
    #: Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is asked to read the password from its input, with a prompt of the daemon's own; neither is in the output, nor in any command line. What sudo refuses is an error, SudoFailed.
    sudo: Union[bool, str]
    #: What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is `password`), each time that sudo asks.
    sudoPassword: str
    #: Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
    idleTimeout: float
    #: What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
    streams: Literal["concatenated", "separate", "interleaved"]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: What the command reads, then the end of its input; see `pty` for where there is none.
    stdin: Union[str, List[int]]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    stdinEncoding: Literal["utf8", "base64", "binary"]
    #: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
    env: Dict[str, str]
    #: Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
    forwardAgent: bool
    #: The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
    maxOutput: int
    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
    window: int
    #: Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`.
    pty: SessionExecParamsPty
    #: Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
    stream: bool
    #: Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.
    openStdin: bool


class SessionExecResultOutput(TypedDict):
    """What `session.exec` gives."""

    output: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionExecResultStdout(TypedDict):
    """What `session.exec` gives."""

    stdout: Union[str, List[int]]
    stdoutEncoding: Literal["utf8", "base64", "binary"]
    stderr: Union[str, List[int]]
    stderrEncoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionExecResultStdoutBytes(TypedDict):
    """What `session.exec` gives."""

    #: With `stream`: bytes sent of stdout.
    stdoutBytes: int
    #: With `stream`: bytes sent of stderr.
    stderrBytes: int
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


SessionExecResult = Union[SessionExecResultOutput, SessionExecResultStdout, SessionExecResultStdoutBytes]


class _SessionShellParams(TypedDict):
    """`session.shell`: Starts the account's login shell, on a terminal of its own."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int


class SessionShellParamsPty2(TypedDict, total=False):
    """A part of it."""

    #: The TERM variable.
    term: str
    #: Width in characters, at least 1.
    columns: int
    #: Height in characters, at least 1.
    rows: int
    #: Width in pixels, from 0; 0 is unknown.
    width: int
    #: Height in pixels, from 0; 0 is unknown.
    height: int
    #: The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those not named are the server's own.
    modes: Dict[str, int]


class SessionShellParams(_SessionShellParams, total=False):
    """`session.shell`: Starts the account's login shell, on a terminal of its own."""

    #: How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a command line put before the program, in whichever shell the account has; names are then of letters, digits and `_`, and the values can be seen by others on the server as any command line can. Under `sudo` only what is exported arrives for sure.
    envMode: Literal["send", "export"]
    #: Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is asked to read the password from its input, with a prompt of the daemon's own; neither is in the output, nor in any command line. What sudo refuses is an error, SudoFailed.
    sudo: Union[bool, str]
    #: What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is `password`), each time that sudo asks.
    sudoPassword: str
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
    idleTimeout: float
    #: What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
    streams: Literal["concatenated", "separate", "interleaved"]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: What the command reads, then the end of its input; see `pty` for where there is none.
    stdin: Union[str, List[int]]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    stdinEncoding: Literal["utf8", "base64", "binary"]
    #: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
    env: Dict[str, str]
    #: Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
    forwardAgent: bool
    #: The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
    maxOutput: int
    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
    window: int
    #: Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`. Default: `{}`; `false` asks for none.
    pty: Union[Literal[False], SessionShellParamsPty2]
    #: Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
    stream: bool
    #: Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.
    openStdin: bool


class SessionShellResultOutput(TypedDict):
    """What `session.shell` gives."""

    output: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionShellResultStdout(TypedDict):
    """What `session.shell` gives."""

    stdout: Union[str, List[int]]
    stdoutEncoding: Literal["utf8", "base64", "binary"]
    stderr: Union[str, List[int]]
    stderrEncoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionShellResultStdoutBytes(TypedDict):
    """What `session.shell` gives."""

    #: With `stream`: bytes sent of stdout.
    stdoutBytes: int
    #: With `stream`: bytes sent of stderr.
    stderrBytes: int
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


SessionShellResult = Union[SessionShellResultOutput, SessionShellResultStdout, SessionShellResultStdoutBytes]


class _SessionSubsystemParams(TypedDict):
    """`session.subsystem`: Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The subsystem's name, as the server has it.
    name: str


class SessionSubsystemParamsPty(TypedDict, total=False):
    """A part of it."""

    #: The TERM variable.
    term: str
    #: Width in characters, at least 1.
    columns: int
    #: Height in characters, at least 1.
    rows: int
    #: Width in pixels, from 0; 0 is unknown.
    width: int
    #: Height in pixels, from 0; 0 is unknown.
    height: int
    #: The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those not named are the server's own.
    modes: Dict[str, int]


class SessionSubsystemParams(_SessionSubsystemParams, total=False):
    """`session.subsystem`: Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
    idleTimeout: float
    #: What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
    streams: Literal["concatenated", "separate", "interleaved"]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: What the command reads, then the end of its input; see `pty` for where there is none.
    stdin: Union[str, List[int]]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    stdinEncoding: Literal["utf8", "base64", "binary"]
    #: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
    env: Dict[str, str]
    #: Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
    forwardAgent: bool
    #: The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
    maxOutput: int
    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
    window: int
    #: Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`.
    pty: SessionSubsystemParamsPty
    #: Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
    stream: bool
    #: Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.
    openStdin: bool


class SessionSubsystemResultOutput(TypedDict):
    """What `session.subsystem` gives."""

    output: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionSubsystemResultStdout(TypedDict):
    """What `session.subsystem` gives."""

    stdout: Union[str, List[int]]
    stdoutEncoding: Literal["utf8", "base64", "binary"]
    stderr: Union[str, List[int]]
    stderrEncoding: Literal["utf8", "base64", "binary"]
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


class SessionSubsystemResultStdoutBytes(TypedDict):
    """What `session.subsystem` gives."""

    #: With `stream`: bytes sent of stdout.
    stdoutBytes: int
    #: With `stream`: bytes sent of stderr.
    stderrBytes: int
    #: The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
    exitCode: Union[int, None]
    #: The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
    exitSignal: Union[str, None]


SessionSubsystemResult = Union[SessionSubsystemResultOutput, SessionSubsystemResultStdout, SessionSubsystemResultStdoutBytes]


class _SessionConnectParams(TypedDict):
    """`session.connect`: Has the server connect to a host or to a Unix socket, and gives the connection."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]


class SessionConnectParams(_SessionConnectParams, total=False):
    """`session.connect`: Has the server connect to a host or to a Unix socket, and gives the connection."""

    #: The host, by name or address, as the server sees it.
    host: str
    #: The port, 1 to 65535.
    port: int
    #: A Unix socket on the server, instead of `host` and `port`.
    socketPath: str
    #: The bytes that come, from 0, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
    window: int
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class SessionConnectResult(TypedDict):
    """What `session.connect` gives."""

    #: From the server.
    bytesReceived: int
    #: To the server.
    bytesSent: int


class _SessionWriteParams(TypedDict):
    """`session.write`: Writes to the stdin of a command that runs."""

    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: The bytes to write.
    data: Union[str, List[int]]


class SessionWriteParams(_SessionWriteParams, total=False):
    """`session.write`: Writes to the stdin of a command that runs."""

    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    encoding: Literal["utf8", "base64", "binary"]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _SessionCloseStdinParams(TypedDict):
    """`session.closeStdin`: Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3)."""

    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]


class SessionCloseStdinParams(_SessionCloseStdinParams, total=False):
    """`session.closeStdin`: Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _SessionSignalParams(TypedDict):
    """`session.signal`: Signals a command that runs (RFC 4254 §6.9)."""

    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: The name without `SIG`.
    signal: Literal["ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"]


class SessionSignalParams(_SessionSignalParams, total=False):
    """`session.signal`: Signals a command that runs (RFC 4254 §6.9)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _SessionResizeParams(TypedDict):
    """`session.resize`: Tells a program's terminal of another size (RFC 4254 §6.7)."""

    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: Width in characters, at least 1.
    columns: int
    #: Height in characters, at least 1.
    rows: int


class SessionResizeParams(_SessionResizeParams, total=False):
    """`session.resize`: Tells a program's terminal of another size (RFC 4254 §6.7)."""

    #: Width in pixels, from 0; 0 is unknown.
    width: int
    #: Height in pixels, from 0; 0 is unknown.
    height: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class SessionWindowAdjustParams(TypedDict):
    """`session.windowAdjust`: Grants a streamed command more output."""

    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: So many bytes more than granted before, at least 1.
    bytes: int


class _SessionScpRecvParams(TypedDict):
    """`session.scpRecv`: Receives a file by SCP, into memory or into a local file."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote file's path, at most 60000 bytes.
    source: Union[str, List[int]]


class SessionScpRecvParams(_SessionScpRecvParams, total=False):
    """`session.scpRecv`: Receives a file by SCP, into memory or into a local file."""

    #: A path on the daemon's machine; a relative one counts from the daemon's working directory.
    dest: str
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    sourceEncoding: Literal["utf8", "base64", "binary"]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: The largest file to take, in bytes, from 0 to 268435456. Default: 268435456 without `dest`, with it any size.
    maxOutput: int


class SessionScpRecvResultData(TypedDict):
    """What `session.scpRecv` gives."""

    data: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: The file's size.
    bytes: int


class SessionScpRecvResultBytes(TypedDict):
    """What `session.scpRecv` gives."""

    #: The file's size.
    bytes: int


SessionScpRecvResult = Union[SessionScpRecvResultData, SessionScpRecvResultBytes]


class _SessionScpSendParams(TypedDict):
    """`session.scpSend`: Writes bytes to a remote file by SCP."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The file's content.
    data: Union[str, List[int]]
    #: The remote file's path, at most 60000 bytes, with the file's name. A folder is refused (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
    dest: Union[str, List[int]]


class SessionScpSendParams(_SessionScpSendParams, total=False):
    """`session.scpSend`: Writes bytes to a remote file by SCP."""

    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    destEncoding: Literal["utf8", "base64", "binary"]
    #: Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
    intoDirectory: bool
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    encoding: Literal["utf8", "base64", "binary"]
    #: The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: 420 (0644).
    mode: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]


class _SessionScpSendfileParams(TypedDict):
    """`session.scpSendfile`: Sends a local file by SCP."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: A path on the daemon's machine; a relative one counts from the daemon's working directory.
    source: str
    #: The remote file's path, at most 60000 bytes, with the file's name. A folder is refused (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
    dest: Union[str, List[int]]


class SessionScpSendfileParams(_SessionScpSendfileParams, total=False):
    """`session.scpSendfile`: Sends a local file by SCP."""

    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    destEncoding: Literal["utf8", "base64", "binary"]
    #: Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
    intoDirectory: bool
    #: The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: the source's own.
    mode: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]


class _ForwardLocalParamsTo(TypedDict):
    """A part of it."""

    #: The port, 1 to 65535.
    port: int


class ForwardLocalParamsTo(_ForwardLocalParamsTo, total=False):
    """A part of it."""

    #: The host, by name or address.
    host: str


class ForwardLocalParamsTo2(TypedDict):
    """A part of it."""

    #: A Unix socket on the server.
    path: str


class _ForwardLocalParams(TypedDict):
    """`forward.local`: Listens on the daemon's machine, and has the server connect (ssh -L)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: Where the server is to connect to, as it sees it.
    to: Union[ForwardLocalParamsTo, ForwardLocalParamsTo2]


class ForwardLocalParamsBind(TypedDict, total=False):
    """A part of it."""

    #: The address to listen at, by default one that only that machine can connect to.
    host: str
    #: The port, 0 to 65535; 0 is any that is free.
    port: int


class ForwardLocalParamsBind2(TypedDict):
    """A part of it."""

    #: A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end.
    path: str


class ForwardLocalParams(_ForwardLocalParams, total=False):
    """`forward.local`: Listens on the daemon's machine, and has the server connect (ssh -L)."""

    #: Where to listen.
    bind: Union[ForwardLocalParamsBind, ForwardLocalParamsBind2]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class ForwardLocalResultHost(TypedDict):
    """What `forward.local` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    host: str
    #: The port that it listens at.
    port: int


class ForwardLocalResultPath(TypedDict):
    """What `forward.local` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    path: str


ForwardLocalResult = Union[ForwardLocalResultHost, ForwardLocalResultPath]


class _ForwardRemoteParamsTo(TypedDict):
    """A part of it."""

    #: The port, 1 to 65535.
    port: int


class ForwardRemoteParamsTo(_ForwardRemoteParamsTo, total=False):
    """A part of it."""

    #: The host, by name or address.
    host: str


class ForwardRemoteParamsTo2(TypedDict):
    """A part of it."""

    #: A path on the daemon's machine; a relative one counts from the daemon's working directory.
    path: str


class _ForwardRemoteParams(TypedDict):
    """`forward.remote`: Has the server listen, and connects from the daemon's machine (ssh -R)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: Where to connect to from the daemon's machine.
    to: Union[ForwardRemoteParamsTo, ForwardRemoteParamsTo2]


class ForwardRemoteParamsBind(TypedDict, total=False):
    """A part of it."""

    #: The address to listen at, by default one that only that machine can connect to.
    host: str
    #: The port, 0 to 65535; 0 is any that is free.
    port: int


class ForwardRemoteParamsBind2(TypedDict):
    """A part of it."""

    #: A Unix socket on the server.
    path: str


class ForwardRemoteParams(_ForwardRemoteParams, total=False):
    """`forward.remote`: Has the server listen, and connects from the daemon's machine (ssh -R)."""

    #: Where the server is to listen.
    bind: Union[ForwardRemoteParamsBind, ForwardRemoteParamsBind2]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class ForwardRemoteResultHost(TypedDict):
    """What `forward.remote` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    host: str
    #: The port that it listens at.
    port: int


class ForwardRemoteResultPath(TypedDict):
    """What `forward.remote` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    path: str


ForwardRemoteResult = Union[ForwardRemoteResultHost, ForwardRemoteResultPath]


class _ForwardDynamicParams(TypedDict):
    """`forward.dynamic`: Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (ssh -D)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int


class ForwardDynamicParamsBind(TypedDict, total=False):
    """A part of it."""

    #: The address to listen at, by default one that only that machine can connect to.
    host: str
    #: The port, 0 to 65535; 0 is any that is free.
    port: int


class ForwardDynamicParamsBind2(TypedDict):
    """A part of it."""

    #: A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end.
    path: str


class ForwardDynamicParams(_ForwardDynamicParams, total=False):
    """`forward.dynamic`: Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (ssh -D)."""

    #: Where to listen.
    bind: Union[ForwardDynamicParamsBind, ForwardDynamicParamsBind2]
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class ForwardDynamicResultHost(TypedDict):
    """What `forward.dynamic` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    host: str
    #: The port that it listens at.
    port: int


class ForwardDynamicResultPath(TypedDict):
    """What `forward.dynamic` gives."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int
    #: Where it listens.
    path: str


ForwardDynamicResult = Union[ForwardDynamicResultHost, ForwardDynamicResultPath]


class _ForwardCloseParams(TypedDict):
    """`forward.close`: Has a forward listen no longer."""

    #: The handle that the forward was given: a positive integer, never reused.
    forward: int


class ForwardCloseParams(_ForwardCloseParams, total=False):
    """`forward.close`: Has a forward listen no longer."""

    #: Resets its connections, too; else they run to their end.
    abort: bool
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _SessionDisconnectParams(TypedDict):
    """`session.disconnect`: Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int


class SessionDisconnectParams(_SessionDisconnectParams, total=False):
    """`session.disconnect`: Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1)."""

    #: The RFC's code, 0 to 4294967295; 11 is SSH_DISCONNECT_BY_APPLICATION.
    reason: int
    #: Sent to the server, whose log shows it.
    description: str


class SessionFreeParams(TypedDict):
    """`session.free`: Disconnects the session where that has not been done, and forgets its handle."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int


class _FsInfoParams(TypedDict):
    """`fs.info`: How the server's files are reached."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int


class FsInfoParams(_FsInfoParams, total=False):
    """`fs.info`: How the server's files are reached."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _FsInfoResult(TypedDict):
    """What `fs.info` gives."""

    #: `sftp`, or `shell` where the server has no SFTP: see Files.
    via: Literal["sftp", "shell"]
    #: What the server's SFTP has beyond the draft, by name.
    extensions: List[str]
    #: The folder from which relative paths count, the account's home mostly.
    home: Union[str, None]


class FsInfoResult(_FsInfoResult, total=False):
    """What `fs.info` gives."""

    #: There where the bytes are no UTF-8, and come as base64.
    encoding: Literal["base64"]


class _FsStatParams(TypedDict):
    """`fs.stat`: What a file is, how large, whose; of what a symbolic link leads to."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsStatParams(_FsStatParams, total=False):
    """`fs.stat`: What a file is, how large, whose; of what a symbolic link leads to."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsStatResult(TypedDict):
    """What `fs.stat` gives."""

    type: Literal["file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown"]
    #: In bytes; `null`, as the others, where it isn't told.
    size: Union[int, None]
    #: The permission bits, 0 to 4095 (07777).
    mode: Union[int, None]
    uid: Union[int, None]
    gid: Union[int, None]
    #: Seconds since 1970, of the last access.
    atime: Union[float, None]
    #: Seconds since 1970, of the last change.
    mtime: Union[float, None]


class FsStatResult(_FsStatResult, total=False):
    """What `fs.stat` gives."""

    #: The user's name, where the server tells it.
    owner: str
    #: The group's name, where the server tells it.
    group: str


class _FsLstatParams(TypedDict):
    """`fs.lstat`: The same, of a symbolic link itself."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsLstatParams(_FsLstatParams, total=False):
    """`fs.lstat`: The same, of a symbolic link itself."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsLstatResult(TypedDict):
    """What `fs.lstat` gives."""

    type: Literal["file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown"]
    #: In bytes; `null`, as the others, where it isn't told.
    size: Union[int, None]
    #: The permission bits, 0 to 4095 (07777).
    mode: Union[int, None]
    uid: Union[int, None]
    gid: Union[int, None]
    #: Seconds since 1970, of the last access.
    atime: Union[float, None]
    #: Seconds since 1970, of the last change.
    mtime: Union[float, None]


class FsLstatResult(_FsLstatResult, total=False):
    """What `fs.lstat` gives."""

    #: The user's name, where the server tells it.
    owner: str
    #: The group's name, where the server tells it.
    group: str


class _FsReaddirParams(TypedDict):
    """`fs.readdir`: A directory's entries, without `.` and `..`, in the server's order."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsReaddirParams(_FsReaddirParams, total=False):
    """`fs.readdir`: A directory's entries, without `.` and `..`, in the server's order."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    stream: bool
    #: The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
    token: Union[str, int]
    #: With `stream`: the entries, from 0, that may be sent before the client grants more. Default: 10000.
    window: int


class _FsReaddirResultEntriesEntries(TypedDict):
    """A part of it."""

    name: str
    type: Literal["file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown"]
    #: In bytes; `null`, as the others, where it isn't told.
    size: Union[int, None]
    #: The permission bits, 0 to 4095 (07777).
    mode: Union[int, None]
    uid: Union[int, None]
    gid: Union[int, None]
    #: Seconds since 1970, of the last access.
    atime: Union[float, None]
    #: Seconds since 1970, of the last change.
    mtime: Union[float, None]


class FsReaddirResultEntriesEntries(_FsReaddirResultEntriesEntries, total=False):
    """A part of it."""

    #: There where the bytes are no UTF-8, and come as base64.
    encoding: Literal["base64"]
    #: The user's name, where the server tells it.
    owner: str
    #: The group's name, where the server tells it.
    group: str


class FsReaddirResultEntries(TypedDict):
    """What `fs.readdir` gives."""

    entries: List[FsReaddirResultEntriesEntries]


class FsReaddirResultCount(TypedDict):
    """What `fs.readdir` gives."""

    #: With `stream`: entries sent.
    count: int


FsReaddirResult = Union[FsReaddirResultEntries, FsReaddirResultCount]


class _FsReadFileParams(TypedDict):
    """`fs.readFile`: A file's bytes, or a range of them."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsReadFileParams(_FsReadFileParams, total=False):
    """`fs.readFile`: A file's bytes, or a range of them."""

    #: Bytes from the file's beginning, 0 or more.
    offset: int
    #: The most that is read, in bytes. Default: all up to the file's end.
    length: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: Bytes, 0 to 268435456, beyond which the call fails. Default: 268435456.
    maxOutput: int


class FsReadFileResult(TypedDict):
    """What `fs.readFile` gives."""

    data: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: How many there are.
    bytes: int


class _FsWriteFileParams(TypedDict):
    """`fs.writeFile`: Makes a file of these bytes, or changes one."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]
    #: The bytes.
    data: Union[str, List[int]]


class FsWriteFileParams(_FsWriteFileParams, total=False):
    """`fs.writeFile`: Makes a file of these bytes, or changes one."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    encoding: Literal["utf8", "base64", "binary"]
    #: `w` replaces the file as a whole, or makes it; `wx` makes it, and fails with EEXIST where it is there; `a` appends, and makes it where it isn't there; `r+` writes into one that is there, at `offset`.
    flag: Literal["w", "wx", "a", "r+"]
    #: With `r+`: bytes from the file's beginning, 0 or more.
    offset: int
    #: The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken. Default: the server's, mostly 438 (0666).
    mode: int


class FsWriteFileResult(TypedDict):
    """What `fs.writeFile` gives."""

    #: How many were written.
    bytes: int


class _FsMkdirParams(TypedDict):
    """`fs.mkdir`: Makes a directory."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsMkdirParams(_FsMkdirParams, total=False):
    """`fs.mkdir`: Makes a directory."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: Makes those that it lies in too; one that is there already is no error.
    recursive: bool
    #: The permission bits, 0 to 4095 (07777), from which the remote's umask is taken. Default: 511 (0777).
    mode: int


class _FsRmParams(TypedDict):
    """`fs.rm`: Removes a file, or with `recursive` a directory and what is in it."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsRmParams(_FsRmParams, total=False):
    """`fs.rm`: Removes a file, or with `recursive` a directory and what is in it."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    recursive: bool
    #: What isn't there is no error.
    force: bool


class _FsRmdirParams(TypedDict):
    """`fs.rmdir`: Removes an empty directory."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsRmdirParams(_FsRmdirParams, total=False):
    """`fs.rmdir`: Removes an empty directory."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsUnlinkParams(TypedDict):
    """`fs.unlink`: Removes a file or a symbolic link."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsUnlinkParams(_FsUnlinkParams, total=False):
    """`fs.unlink`: Removes a file or a symbolic link."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


#: `fs.rename`: Renames a file or a directory, and replaces what has the new name.
_FsRenameParams = TypedDict("_FsRenameParams", {
    #: The handle that `ssh.new` gave: a positive integer, never reused.
    "session": int,
    #: The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "from": Union[str, List[int]],
    #: The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "to": Union[str, List[int]],
})


class FsRenameParams(_FsRenameParams, total=False):
    """`fs.rename`: Renames a file or a directory, and replaces what has the new name."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    fromEncoding: Literal["utf8", "base64", "binary"]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    toEncoding: Literal["utf8", "base64", "binary"]
    #: `false`: where the new name is taken the call fails with EEXIST.
    overwrite: bool


#: `fs.copyFile`: Copies a file on the server's side, and replaces what has the new name.
_FsCopyFileParams = TypedDict("_FsCopyFileParams", {
    #: The handle that `ssh.new` gave: a positive integer, never reused.
    "session": int,
    #: The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "from": Union[str, List[int]],
    #: The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "to": Union[str, List[int]],
})


class FsCopyFileParams(_FsCopyFileParams, total=False):
    """`fs.copyFile`: Copies a file on the server's side, and replaces what has the new name."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    fromEncoding: Literal["utf8", "base64", "binary"]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    toEncoding: Literal["utf8", "base64", "binary"]


#: `fs.link`: Gives a file a further name (a hard link).
_FsLinkParams = TypedDict("_FsLinkParams", {
    #: The handle that `ssh.new` gave: a positive integer, never reused.
    "session": int,
    #: The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "from": Union[str, List[int]],
    #: The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    "to": Union[str, List[int]],
})


class FsLinkParams(_FsLinkParams, total=False):
    """`fs.link`: Gives a file a further name (a hard link)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    fromEncoding: Literal["utf8", "base64", "binary"]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    toEncoding: Literal["utf8", "base64", "binary"]


class _FsSymlinkParams(TypedDict):
    """`fs.symlink`: Makes a symbolic link."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: What the link says, at most 60000 bytes; it need not be there.
    target: Union[str, List[int]]
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsSymlinkParams(_FsSymlinkParams, total=False):
    """`fs.symlink`: Makes a symbolic link."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    targetEncoding: Literal["utf8", "base64", "binary"]


class _FsReadlinkParams(TypedDict):
    """`fs.readlink`: What a symbolic link says."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsReadlinkParams(_FsReadlinkParams, total=False):
    """`fs.readlink`: What a symbolic link says."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsReadlinkResult(TypedDict):
    """What `fs.readlink` gives."""

    path: str


class FsReadlinkResult(_FsReadlinkResult, total=False):
    """What `fs.readlink` gives."""

    #: There where the bytes are no UTF-8, and come as base64.
    encoding: Literal["base64"]


class _FsRealpathParams(TypedDict):
    """`fs.realpath`: The absolute path, without symbolic links, `.` and `..`."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsRealpathParams(_FsRealpathParams, total=False):
    """`fs.realpath`: The absolute path, without symbolic links, `.` and `..`."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsRealpathResult(TypedDict):
    """What `fs.realpath` gives."""

    path: str


class FsRealpathResult(_FsRealpathResult, total=False):
    """What `fs.realpath` gives."""

    #: There where the bytes are no UTF-8, and come as base64.
    encoding: Literal["base64"]


class _FsChmodParams(TypedDict):
    """`fs.chmod`: Sets a file's permission bits."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]
    #: 0 to 4095 (07777).
    mode: int


class FsChmodParams(_FsChmodParams, total=False):
    """`fs.chmod`: Sets a file's permission bits."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).
    followLinks: bool


class _FsChownParams(TypedDict):
    """`fs.chown`: Sets a file's owners, by number."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]
    uid: int
    gid: int


class FsChownParams(_FsChownParams, total=False):
    """`fs.chown`: Sets a file's owners, by number."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).
    followLinks: bool


class _FsUtimesParams(TypedDict):
    """`fs.utimes`: Sets a file's times."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]
    #: The time of the last access, in seconds since 1970, 0 to 4294967295; fractions are cut off.
    atime: float
    #: The time of the last change, in seconds since 1970, 0 to 4294967295; fractions are cut off.
    mtime: float


class FsUtimesParams(_FsUtimesParams, total=False):
    """`fs.utimes`: Sets a file's times."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]
    #: Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).
    followLinks: bool


class _FsTruncateParams(TypedDict):
    """`fs.truncate`: Sets a file's size."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]
    #: The new size in bytes; what is added is zeros.
    size: int


class FsTruncateParams(_FsTruncateParams, total=False):
    """`fs.truncate`: Sets a file's size."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class _FsStatfsParams(TypedDict):
    """`fs.statfs`: The room of the file system that a path lies on (statvfs@openssh.com)."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsStatfsParams(_FsStatfsParams, total=False):
    """`fs.statfs`: The room of the file system that a path lies on (statvfs@openssh.com)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class FsStatfsResult(TypedDict):
    """What `fs.statfs` gives."""

    #: Bytes of a block, in which the next three are.
    blockSize: int
    blocks: int
    #: Blocks that are free.
    free: int
    #: Blocks of those that ordinary users can have.
    available: int
    #: Inodes; 0 where there is no such number.
    files: int
    freeFiles: int


class _FsOpenParams(TypedDict):
    """`fs.open`: Opens a file; its handle lives until `file.close`, or until its session is freed."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    path: Union[str, List[int]]


class FsOpenParams(_FsOpenParams, total=False):
    """`fs.open`: Opens a file; its handle lives until `file.close`, or until its session is freed."""

    #: As fopen(3)'s; with `x` it must not be there yet. Written to in place.
    flags: Literal["r", "r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"]
    #: The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.
    mode: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    pathEncoding: Literal["utf8", "base64", "binary"]


class FsOpenResult(TypedDict):
    """What `fs.open` gives."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int


class _FsGetParams(TypedDict):
    """`fs.get`: Receives a file, or with `recursive` a directory and what is in it."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    source: Union[str, List[int]]
    #: A path on the daemon's machine; a relative one counts from the daemon's working directory.
    dest: str


class FsGetParams(_FsGetParams, total=False):
    """`fs.get`: Receives a file, or with `recursive` a directory and what is in it."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    sourceEncoding: Literal["utf8", "base64", "binary"]
    #: Takes a directory with what is in it; without, a directory is an error.
    recursive: bool
    #: Gives files and directories the times and the permission bits (without set-user-ID and set-group-ID) of the source's.
    preserve: bool
    #: What becomes of a file that is there already: `changed` replaces it where its size or its time (in whole seconds) differs, and gives what it transfers the source's times.
    overwrite: Literal["always", "changed", "never"]
    #: Removes from the destination's directories what the source's haven't, but nothing that is excluded.
    delete: bool
    #: Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is of directories only.
    exclude: List[str]
    #: Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out. The source itself is always followed.
    symlinks: Literal["copy", "follow", "skip"]
    #: Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same, and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
    resume: bool
    #: Changes nothing; the result is what would have been done.
    dryRun: bool
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]


class FsGetResult(TypedDict):
    """What `fs.get` gives."""

    #: Files transferred.
    files: int
    #: Directories made.
    directories: int
    #: Symbolic links made.
    symlinks: int
    #: Bytes of the files transferred.
    bytes: int
    #: Files and links that were there already, or were left out; what is neither file nor directory nor link.
    skipped: int


class _FsPutParams(TypedDict):
    """`fs.put`: Sends a file, or with `recursive` a directory and what is in it."""

    #: The handle that `ssh.new` gave: a positive integer, never reused.
    session: int
    #: A path on the daemon's machine; a relative one counts from the daemon's working directory.
    source: str
    #: The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
    dest: Union[str, List[int]]


class FsPutParams(_FsPutParams, total=False):
    """`fs.put`: Sends a file, or with `recursive` a directory and what is in it."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    destEncoding: Literal["utf8", "base64", "binary"]
    #: Takes a directory with what is in it; without, a directory is an error.
    recursive: bool
    #: Gives files and directories the times and the permission bits (without set-user-ID and set-group-ID) of the source's.
    preserve: bool
    #: What becomes of a file that is there already: `changed` replaces it where its size or its time (in whole seconds) differs, and gives what it transfers the source's times.
    overwrite: Literal["always", "changed", "never"]
    #: Removes from the destination's directories what the source's haven't, but nothing that is excluded.
    delete: bool
    #: Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is of directories only.
    exclude: List[str]
    #: Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out. The source itself is always followed.
    symlinks: Literal["copy", "follow", "skip"]
    #: Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same, and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
    resume: bool
    #: Changes nothing; the result is what would have been done.
    dryRun: bool
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]


class FsPutResult(TypedDict):
    """What `fs.put` gives."""

    #: Files transferred.
    files: int
    #: Directories made.
    directories: int
    #: Symbolic links made.
    symlinks: int
    #: Bytes of the files transferred.
    bytes: int
    #: Files and links that were there already, or were left out; what is neither file nor directory nor link.
    skipped: int


class _FileReadParams(TypedDict):
    """`file.read`: Bytes of an open file; fewer than asked for only at its end."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int
    #: Bytes from the file's beginning, 0 or more.
    offset: int
    #: The most that is read, in bytes, 0 to 268435456.
    length: int


class FileReadParams(_FileReadParams, total=False):
    """`file.read`: Bytes of an open file; fewer than asked for only at its end."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]


class FileReadResult(TypedDict):
    """What `file.read` gives."""

    data: Union[str, List[int]]
    encoding: Literal["utf8", "base64", "binary"]
    #: How many there are.
    bytes: int


class _FileWriteParams(TypedDict):
    """`file.write`: Writes to an open file."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int
    #: Bytes from the file's beginning, 0 or more; of no meaning where it was opened to append.
    offset: int
    #: The bytes.
    data: Union[str, List[int]]


class FileWriteParams(_FileWriteParams, total=False):
    """`file.write`: Writes to an open file."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    encoding: Literal["utf8", "base64", "binary"]


class FileWriteResult(TypedDict):
    """What `file.write` gives."""

    #: How many were written.
    bytes: int


class _FileStatParams(TypedDict):
    """`file.stat`: What `fs.stat` gives, of an open file."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int


class FileStatParams(_FileStatParams, total=False):
    """`file.stat`: What `fs.stat` gives, of an open file."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _FileStatResult(TypedDict):
    """What `file.stat` gives."""

    type: Literal["file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown"]
    #: In bytes; `null`, as the others, where it isn't told.
    size: Union[int, None]
    #: The permission bits, 0 to 4095 (07777).
    mode: Union[int, None]
    uid: Union[int, None]
    gid: Union[int, None]
    #: Seconds since 1970, of the last access.
    atime: Union[float, None]
    #: Seconds since 1970, of the last change.
    mtime: Union[float, None]


class FileStatResult(_FileStatResult, total=False):
    """What `file.stat` gives."""

    #: The user's name, where the server tells it.
    owner: str
    #: The group's name, where the server tells it.
    group: str


class _FileTruncateParams(TypedDict):
    """`file.truncate`: Sets the size of an open file."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int
    #: The new size in bytes; what is added is zeros.
    size: int


class FileTruncateParams(_FileTruncateParams, total=False):
    """`file.truncate`: Sets the size of an open file."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _FileSyncParams(TypedDict):
    """`file.sync`: Has the server put an open file's bytes on its disk (fsync@openssh.com)."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int


class FileSyncParams(_FileSyncParams, total=False):
    """`file.sync`: Has the server put an open file's bytes on its disk (fsync@openssh.com)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _FileCloseParams(TypedDict):
    """`file.close`: Closes a file, and forgets its handle, whatever the server says to it."""

    #: The handle that `fs.open` gave: a positive integer, never reused.
    file: int


class FileCloseParams(_FileCloseParams, total=False):
    """`file.close`: Closes a file, and forgets its handle, whatever the server says to it."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class Algorithms(TypedDict, total=False):
    """The option `algorithms` of `connect`: names as of PROTOCOL.md, Algorithms; best first."""

    kex: Sequence[str]
    host_key: Sequence[str]
    cipher: Sequence[str]
    mac: Sequence[str]
    compression: Sequence[str]
    public_key: Sequence[str]


class ConnectOptions(TypedDict, total=False):
    """The options of `connect`; one that is None counts as not given, and so does `config=False`.

    Paths are of this machine, count from our working directory, and may begin with `~`. Where a
    list is wanted, a single str or path will do.

    Attributes:
        private_key: A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC
            1, PKCS #8) or PuTTY's versions 2 and 3.
        passphrase: Of private keys that are encrypted.
        identity_files: Paths of private keys, or of public ones whose private half the agent holds;
            a certificate is found beside its key (`-cert.pub`), unless `certificate_files` names
            any. Default: what `config` says; else, where nothing else is named, `~/.ssh/id_rsa`,
            `id_ecdsa` and `id_ed25519`.
        certificate_files: Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried
            first. Each one's private key is looked for in the agent, among the identity files and
            in `private_key`; where the call names none of these, in the agent of SSH_AUTH_SOCK and
            the default identity files. Default: what `config` says.
        agent: The SSH agent: `True` for that of SSH_AUTH_SOCK, the path of its socket, or `False`.
            Default: what `config` says, else that of SSH_AUTH_SOCK where `identity_files` is named,
            or nothing is.
        identities_only: Of the agent's keys only those that are among the identity files. Default:
            what `config` says, else False.
        host_key_policy: What is done about a host key that known_hosts doesn't hold. Default:
            `"pin"` with `host_key_fingerprints`, else what `config` says, else `"accept-new"`.
        host_key_fingerprints: With `pin`: the host keys that are accepted, as OpenSSH prints them:
            `SHA256:…`.
        known_hosts: The user's known_hosts files; in the first one new hosts are recorded, and in
            none where there is none or it is `/dev/null`: see Trust. Default: what `config` says,
            else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's are read in any case.
        algorithms: What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys
            sign with (`public_key`), best first, each list in place of the default: for servers
            that have only what is weak. See PROTOCOL.md, Algorithms.
        warn_weak_crypto: Has the log, and `warnings` of the result, say where the key exchange
            isn't post-quantum, as ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by
            itself only where it doesn't choose KexAlgorithms, as `ssh`), else False.
        keepalive_interval: Seconds of the server's silence after which it is asked for a sign of
            life, up to 86400; 0 for never. A server that is gone is found out within
            `keepalive_interval` × (`keepalive_count_max` + 1) seconds. Default: what `config` says,
            else 15.
        keepalive_count_max: How many such questions in a row may go unanswered, 1 to 1000. Default:
            what `config` says, else 3.
        max_channels: How many channels for programs and transfers the session has open at a time, 1
            to 1000; the others wait. With 1, none is opened ahead of need: for servers that bear no
            second one. Default: as many as the server takes.
        proxy_command: A command whose stdin and stdout are the connection, as ssh_config(5)'s
            ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a
            `%`. It is ended with the session.
        socket_path: The path of a Unix socket to connect to instead of `host` and `port`, which
            remain the server's name in known_hosts; with `via` one of the jump host's, as it is
            named there.
        reconnect: Has a session whose connection is lost connected to again, under the same handle:
            see Reconnecting. Default: False.
        config: Has the user's configuration (ssh_config(5)) say what the call doesn't: `True` for
            the files that `ssh` reads, or the path of one to read instead; `False` as if it weren't
            given. See PROTOCOL.md, The user's configuration.
        persist: May be given a connection that is there already, where all that bears on trust and
            login is the same, and leaves it there for so many seconds after its last user, up to
            86400, for the next call that says `persist`: see One daemon for many programs. Default:
            a connection of its own, which ends with it.
        timeout: Seconds for name lookup, TCP, key exchange and login together, fractions allowed;
            zero or less has passed already. Default: the configuration's ConnectTimeout, else 30,
            and time in which the client is asked isn't counted.
        idle_timeout: Seconds without a byte from the server after which the login is given up,
            whatever `timeout` says; time in which the client is asked, or the login waits for its
            turn (see The way there), isn't counted. Default: none.

    """

    private_key: Union[str, Buffer, None]
    passphrase: Union[str, None]
    identity_files: Union[Sequence[StrPath], StrPath, None]
    certificate_files: Union[Sequence[StrPath], StrPath, None]
    agent: Union[bool, StrPath, None]
    identities_only: Union[bool, None]
    host_key_policy: Union[Literal["strict", "accept-new", "ask", "pin", "off"], None]
    host_key_fingerprints: Union[Sequence[str], str, None]
    known_hosts: Union[Sequence[StrPath], StrPath, None]
    algorithms: Union[Algorithms, None]
    warn_weak_crypto: Union[bool, None]
    keepalive_interval: Union[float, None]
    keepalive_count_max: Union[int, None]
    max_channels: Union[int, None]
    proxy_command: Union[str, None]
    socket_path: Union[StrPath, None]
    reconnect: Union[bool, None]
    config: Union[bool, StrPath, None]
    persist: Union[float, None]
    timeout: Union[float, None]
    idle_timeout: Union[float, None]
