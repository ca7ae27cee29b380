# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's shapes as they are on the wire (PROTOCOL.md), and its errors."""

from __future__ import annotations

import os
from typing import Dict, Final, FrozenSet, List, Literal, NamedTuple, Sequence, TypedDict, Union

#: A path of this machine.
StrPath = Union[str, "os.PathLike[str]"]


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
    state: Literal["open", "closed"]
    host: str
    port: int
    username: str
    serverIdent: str
    #: Seconds since the login.
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
    #: From the server, as encrypted.
    bytesReceived: int
    #: To the server, as encrypted.
    bytesSent: int


class DaemonStatusResultSessions(_DaemonStatusResultSessions, total=False):
    """A part of it."""

    #: The session that it runs over, where that has a handle.
    via: int


class DaemonStatusResultConnecting(TypedDict):
    """A part of it."""

    host: str
    port: int
    #: Logins on their way.
    active: int
    #: Logins that wait for their turn.
    queued: int


class DaemonStatusResult(TypedDict):
    """What `daemon.status` gives."""

    pid: int
    version: str
    #: Seconds since the start.
    uptime: float
    memory: DaemonStatusResultMemory
    sessions: List[DaemonStatusResultSessions]
    #: The servers that are being connected to; one that is reached in two ways is listed twice.
    connecting: List[DaemonStatusResultConnecting]


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


class SshNewParams(_SshNewParams, total=False):
    """`ssh.new`: Connects to an SSH server, checks its host key, logs in."""

    #: The TCP port, 1 to 65535. Default: 22, or what the configuration says.
    port: int
    #: Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the daemon's user.
    username: str
    #: For `password` and `keyboard-interactive`.
    password: str
    #: A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or PuTTY's version 2.
    privateKey: str
    #: Of private keys that are encrypted.
    passphrase: str
    #: Paths of private keys, or of public ones whose private half the agent holds; a certificate is found beside its key (`-cert.pub`). Default: what `config` says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
    identityFiles: List[str]
    #: The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default: what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.
    agent: Union[bool, str]
    #: Of the agent's keys only those that are among the identity files. Default: what `config` says, else false.
    identitiesOnly: bool
    #: What is done about a host key that known_hosts doesn't hold. Default: `"pin"` with `hostKeyFingerprints`, else what `config` says, else `"accept-new"`.
    hostKeyPolicy: Literal["strict", "accept-new", "ask", "pin", "off"]
    #: With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`.
    hostKeyFingerprints: List[str]
    #: The user's known_hosts files; in the first one new hosts are recorded. Default: what `config` says, else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's are read in any case.
    knownHosts: List[str]
    #: What is offered in the key exchange (RFC 4253 §7.1), best first, each list in place of the default: for servers that have only what is weak. See Algorithms.
    algorithms: SshNewParamsAlgorithms
    #: Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` + 1) seconds. Default: what `config` says, else 15.
    keepaliveInterval: float
    #: How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says, else 3.
    keepaliveCountMax: int
    #: The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and `port` (RFC 4254 §7.2). The new session ends with that one.
    via: int
    #: A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the session.
    proxyCommand: str
    #: The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's name in known_hosts; with `via` one of the jump host's, as it is named there.
    socketPath: str
    #: Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files that `ssh` reads, or the path of one to read instead. See The user's configuration.
    config: Union[Literal[True], str]
    #: The client's own name for this login, told with each question about it.
    token: Union[str, int]
    #: False where nobody answers for this login, though the client says in `initialize` that it answers `client/prompt`: as if it didn't. Default: true.
    prompt: bool
    #: Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the client is asked isn't counted.
    timeout: float
    #: Seconds without a byte from the server after which the login is given up, whatever `timeout` says; time in which the client is asked, or the login waits for its turn (see The way there), isn't counted. Default: none.
    idleTimeout: float


class SshNewResultHostKey(TypedDict):
    """A part of it."""

    #: As `ssh-ed25519`.
    type: str
    #: As OpenSSH prints it: `SHA256:…`.
    fingerprint: str
    #: Known before; recorded in known_hosts now; new, and known_hosts could not be written; one of `hostKeyFingerprints`; changed, and accepted by the client for this session; or not checked, with the policy `off`.
    status: Literal["known", "recorded", "unrecorded", "pinned", "accepted", "unchecked"]


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


class SshNewResult(_SshNewResult, total=False):
    """What `ssh.new` gives."""

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


class SessionExecParams(_SessionExecParams, total=False):
    """`session.exec`: Runs a command and gives its output, exit code and signal."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    commandEncoding: Literal["utf8", "base64", "binary"]
    #: What the result holds: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
    streams: Literal["concatenated", "separate", "interleaved"]
    #: Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
    encoding: Literal["utf8", "base64"]
    #: What the command reads, then the end of its input; see `pty` for where there is none.
    stdin: Union[str, List[int]]
    #: How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
    stdinEncoding: Literal["utf8", "base64", "binary"]
    #: Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied.
    env: Dict[str, str]
    #: Runs the command on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line.
    pty: SessionExecParamsPty
    #: The most bytes of output to hold, both streams together, from 0 to 268435456. Default: 268435456.
    maxOutput: int
    #: The client's own name for a call while it runs: a string or an integer, not in use by another.
    token: Union[str, int]
    #: Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
    stream: bool
    #: With `stream`: the bytes of output, from 0, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
    window: int
    #: Leaves the command's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.
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


class _SessionWriteParams(TypedDict):
    """`session.write`: Writes to the stdin of a command that runs."""

    #: The client's own name for a call while it runs: a string or an integer, not in use by another.
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

    #: The client's own name for a call while it runs: a string or an integer, not in use by another.
    token: Union[str, int]


class SessionCloseStdinParams(_SessionCloseStdinParams, total=False):
    """`session.closeStdin`: Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class _SessionSignalParams(TypedDict):
    """`session.signal`: Signals a command that runs (RFC 4254 §6.9)."""

    #: The client's own name for a call while it runs: a string or an integer, not in use by another.
    token: Union[str, int]
    #: The name without `SIG`.
    signal: Literal["ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"]


class SessionSignalParams(_SessionSignalParams, total=False):
    """`session.signal`: Signals a command that runs (RFC 4254 §6.9)."""

    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float


class SessionWindowAdjustParams(TypedDict):
    """`session.windowAdjust`: Grants a streamed command more output."""

    #: The client's own name for a call while it runs: a string or an integer, not in use by another.
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
    #: Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
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
    #: Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
    intoDirectory: bool
    #: The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: the source's own.
    mode: int
    #: Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
    timeout: float
    #: Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
    idleTimeout: float
    #: The client's name for the transfer: asks for `$/progress` notifications that bear it.
    workDoneToken: Union[str, int]


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


class Algorithms(TypedDict, total=False):
    """The option `algorithms` of `connect`: names as of PROTOCOL.md, Algorithms; best first."""

    kex: Sequence[str]
    host_key: Sequence[str]
    cipher: Sequence[str]
    mac: Sequence[str]
    compression: Sequence[str]


class ConnectOptions(TypedDict, total=False):
    """The options of `connect`; one that is None counts as not given.

    Paths are of this machine, count from our working directory, and may begin with `~`.

    Attributes:
        private_key: A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC
            1, PKCS #8) or PuTTY's version 2.
        passphrase: Of private keys that are encrypted.
        identity_files: Paths of private keys, or of public ones whose private half the agent holds;
            a certificate is found beside its key (`-cert.pub`). Default: what `config` says; else,
            where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
        agent: The SSH agent: `True` for that of SSH_AUTH_SOCK, the path of its socket, or `False`.
            Default: what `config` says, else that of SSH_AUTH_SOCK where `identity_files` is named,
            or nothing is.
        identities_only: Of the agent's keys only those that are among the identity files. Default:
            what `config` says, else False.
        host_key_policy: What is done about a host key that known_hosts doesn't hold. Default:
            `"pin"` with `host_key_fingerprints`, else what `config` says, else `"accept-new"`.
        host_key_fingerprints: With `pin`: the host keys that are accepted, as OpenSSH prints them:
            `SHA256:…`.
        known_hosts: The user's known_hosts files; in the first one new hosts are recorded. Default:
            what `config` says, else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's
            are read in any case.
        algorithms: What is offered in the key exchange (RFC 4253 §7.1), best first, each list in
            place of the default: for servers that have only what is weak. See PROTOCOL.md,
            Algorithms.
        keepalive_interval: Seconds of the server's silence after which it is asked for a sign of
            life, up to 86400; 0 for never. A server that is gone is found out within
            `keepalive_interval` × (`keepalive_count_max` + 1) seconds. Default: what `config` says,
            else 15.
        keepalive_count_max: How many such questions in a row may go unanswered, 1 to 1000. Default:
            what `config` says, else 3.
        proxy_command: A command whose stdin and stdout are the connection, as ssh_config(5)'s
            ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a
            `%`. It is ended with the session.
        socket_path: The path of a Unix socket to connect to instead of `host` and `port`, which
            remain the server's name in known_hosts; with `via` one of the jump host's, as it is
            named there.
        config: Has the user's configuration (ssh_config(5)) say what the call doesn't: `True` for
            the files that `ssh` reads, or the path of one to read instead. See PROTOCOL.md, The
            user's configuration.
        prompt: False where nobody answers for this login, though the client says in `initialize`
            that it answers `client/prompt`: as if it didn't. Default: True.
        timeout: Seconds for name lookup, TCP, key exchange and login together, fractions allowed;
            zero or less has passed already. Default: the configuration's ConnectTimeout, else 30,
            and time in which the client is asked isn't counted.
        idle_timeout: Seconds without a byte from the server after which the login is given up,
            whatever `timeout` says; time in which the client is asked, or the login waits for its
            turn (see The way there), isn't counted. Default: none.

    """

    private_key: Union[str, None]
    passphrase: Union[str, None]
    identity_files: Union[Sequence[StrPath], None]
    agent: Union[bool, StrPath, None]
    identities_only: Union[bool, None]
    host_key_policy: Union[Literal["strict", "accept-new", "ask", "pin", "off"], None]
    host_key_fingerprints: Union[Sequence[str], None]
    known_hosts: Union[Sequence[StrPath], None]
    algorithms: Union[Algorithms, None]
    keepalive_interval: Union[float, None]
    keepalive_count_max: Union[int, None]
    proxy_command: Union[str, None]
    socket_path: Union[StrPath, None]
    config: Union[Literal[True], StrPath, None]
    prompt: Union[bool, None]
    timeout: Union[float, None]
    idle_timeout: Union[float, None]


#: The options of `ssh.new` with their names on the wire.
CONNECT_OPTIONS: Final[Dict[str, str]] = {
    "private_key": "privateKey",
    "passphrase": "passphrase",
    "identity_files": "identityFiles",
    "agent": "agent",
    "identities_only": "identitiesOnly",
    "host_key_policy": "hostKeyPolicy",
    "host_key_fingerprints": "hostKeyFingerprints",
    "known_hosts": "knownHosts",
    "algorithms": "algorithms",
    "keepalive_interval": "keepaliveInterval",
    "keepalive_count_max": "keepaliveCountMax",
    "proxy_command": "proxyCommand",
    "socket_path": "socketPath",
    "config": "config",
    "prompt": "prompt",
    "timeout": "timeout",
    "idle_timeout": "idleTimeout",
}

#: The lists of its `algorithms` with their names on the wire.
ALGORITHMS: Final[Dict[str, str]] = {
    "kex": "kex",
    "host_key": "hostKey",
    "cipher": "cipher",
    "mac": "mac",
    "compression": "compression",
}

#: Those options that are paths on the daemon's machine, or hold some, by their names on the wire.
LOCAL_PATHS: Final[FrozenSet[str]] = frozenset(["identityFiles", "agent", "knownHosts", "socketPath", "config"])


class ErrorEntry(NamedTuple):
    """A line of the contract's table of errors."""

    code: int
    summary: str


ErrorKind = Literal[
    "ParseError",
    "InvalidRequest",
    "MethodNotFound",
    "InvalidParams",
    "InternalError",
    "Cancelled",
    "SessionNotFound",
    "SessionClosed",
    "CommandNotFound",
    "ConnectFailed",
    "HandshakeFailed",
    "HostKeyRejected",
    "AuthenticationFailed",
    "ConnectionLost",
    "ChannelOpenFailed",
    "ChannelRequestDenied",
    "ForwardRefused",
    "ScpRemoteError",
    "ScpProtocolError",
    "LocalFileError",
    "RemoteFileError",
    "TransferIncomplete",
    "NotSupported",
    "Timeout",
    "InputTooFast",
    "NotUtf8",
    "OutputTooLarge",
]

#: Every error of the contract by its kind.
ERRORS: Final[Dict[str, ErrorEntry]] = {
    "ParseError": ErrorEntry(-32700, "The bytes are no JSON, or the frame's header is malformed."),
    "InvalidRequest": ErrorEntry(-32600, "The JSON is no JSON-RPC 2.0 request, or came too late."),
    "MethodNotFound": ErrorEntry(-32601, "There is no such method."),
    "InvalidParams": ErrorEntry(-32602, "A param is missing, unknown or ill-typed."),
    "InternalError": ErrorEntry(-32603, "A fault of the daemon itself; please report it."),
    "Cancelled": ErrorEntry(-32800, "The client cancelled the request. Output that had arrived comes as on Timeout."),
    "SessionNotFound": ErrorEntry(1001, "No session has this handle; it was freed, or never was."),
    "SessionClosed": ErrorEntry(1002, "The session was disconnected, or its connection was lost earlier."),
    "CommandNotFound": ErrorEntry(1003, "No command runs under this token: it has ended, its input was closed, or it never was."),
    "ConnectFailed": ErrorEntry(2001, "No connection to the host."),
    "HandshakeFailed": ErrorEntry(2002, "What answered speaks no SSH, or no algorithm that we accept (RFC 4253 §4.2, §7.1)."),
    "HostKeyRejected": ErrorEntry(2003, "The server's host key is not trusted."),
    "AuthenticationFailed": ErrorEntry(2004, "The server refused every authentication that could be tried (RFC 4252)."),
    "ConnectionLost": ErrorEntry(2005, "The connection ended during the call. Output that had arrived comes as on Timeout."),
    "ChannelOpenFailed": ErrorEntry(3001, "The server refused a channel (RFC 4254 §5.1)."),
    "ChannelRequestDenied": ErrorEntry(3002, "The server refused a request on the channel (RFC 4254 §6)."),
    "ForwardRefused": ErrorEntry(3003, "The server refused to listen (RFC 4254 §7.1, streamlocal-forward@openssh.com)."),
    "ScpRemoteError": ErrorEntry(4001, "The remote scp reported an error; the message is its text."),
    "ScpProtocolError": ErrorEntry(4002, "The remote side broke the SCP protocol, or ended before its final status."),
    "LocalFileError": ErrorEntry(4003, "A file of the daemon's machine could not be read or written."),
    "RemoteFileError": ErrorEntry(4004, "The server could not do it to the file; the message has its text."),
    "TransferIncomplete": ErrorEntry(4005, "Some files were not transferred, all others were. The fields of the result are in the error."),
    "NotSupported": ErrorEntry(4006, "The server has no means to do it; the message says what it lacks."),
    "Timeout": ErrorEntry(5001, "The call's deadline passed, or a transfer was idle for too long."),
    "InputTooFast": ErrorEntry(5004, "More input waits for the command than is held; wait for the replies to your writes."),
    "NotUtf8": ErrorEntry(5003, "`encoding` is `utf8` and the bytes are not. The call was carried out; its result is in the error, as base64."),
    "OutputTooLarge": ErrorEntry(5002, "More output, or a larger file, than `maxOutput`. What fits of a command's output is in the error, as on Timeout."),
}
