---@meta
-- Generated from src/protocol by npm run generate: the protocol's types, for language servers.

--- Params of `initialize`. Says who is there and what they can do. Optional: every method works without it.
---@class sshrpc.InitializeParams
---@field processId? integer|nil The pid of the process whose end ends the daemon too.
---@field environment? { cwd: string, umask: integer, variables: table<string, string> } Where the client runs, for one that connects to a shared daemon's socket itself. Default: where the daemon does, or what `--attach` has told.
---@field capabilities? { prompt?: boolean, binaryFrames?: boolean, logMessage?: "error"|"warn"|"info"|"debug" } What the client can do beyond the least.

---@class sshrpc.InitializeResult
---@field serverInfo { name: string, version: string }
---@field protocolVersion integer Counts up when the contract changes incompatibly.
---@field capabilities { methods: (string)[], encodings: (string)[], binaryFrames: boolean, notifications: (string)[] }
---@field limits table<string, integer> The bounds of Limits, in bytes.

--- Params of `shutdown`. Frees every session. Afterwards only `exit` is taken.
---@class sshrpc.ShutdownParams

---@alias sshrpc.ShutdownResult nil

--- Params of `rpc.discover`. The contract as an OpenRPC document.
---@class sshrpc.RpcDiscoverParams

---@class sshrpc.RpcDiscoverResult
---@field openrpc string

--- Params of `daemon.status`. What the daemon holds at the moment for this client, or for all.
---@class sshrpc.DaemonStatusParams
---@field all? boolean What it holds for every client.

---@class sshrpc.DaemonStatusResult
---@field pid integer
---@field version string
---@field uptime number Seconds since the start.
---@field memory { rss: integer, heapUsed: integer, external: integer }
---@field clients? ({ client: integer, process?: integer, age: number, places?: integer, output?: integer })[] With `all`.
---@field limits? { clients: integer, places: { most: integer, taken: integer, reserve: integer }, output: { most: integer, taken: integer, reserve: integer } } Of a shared daemon, with `all`: its bounds for all clients together (see Limits).
---@field sessions ({ client?: integer, session: integer, state: "open"|"lost"|"closed", host: string, port: integer, username: string, serverIdent: string, age: number, channels: integer, ahead: integer, queued: integer, execs: integer, transfers: integer, bytesReceived: integer, bytesSent: integer, via?: integer, connection?: integer })[]
---@field connections ({ connection: integer, host: string, port: integer, username: string, serverIdent: string, age: number, sessions: integer, idle?: number, endsIn?: number, bytesReceived: integer, bytesSent: integer })[] Connections that may be shared (`persist`), and that this client has used; with `all` every one.
---@field forwards ({ client?: integer, forward: integer, session?: integer, kind: "local"|"remote"|"dynamic", bind: { host: string, port: integer }|{ path: string }, to?: { host: string, port: integer }|{ path: string }, connections: integer, total: integer, failed: integer, bytesReceived: integer, bytesSent: integer })[]
---@field connecting ({ host: string, port: integer, active: integer, queued: integer })[] The servers that are being connected to; one that is reached in two ways is listed twice.

--- Params of `ssh.new`. Connects to an SSH server, checks its host key, logs in.
---@class sshrpc.SshNewParams
---@field host string A host name, an IPv4 or an IPv6 address (without brackets), of up to 1024 characters; with `config` an alias, too.
---@field port? integer The TCP port, 1 to 65535. Default: 22, or what the configuration says.
---@field username? string Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the daemon's user.
---@field password? string For `password` and `keyboard-interactive`.
---@field privateKey? string A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or PuTTY's versions 2 and 3.
---@field passphrase? string Of private keys that are encrypted.
---@field identityFiles? (string)[] Paths of private keys, or of public ones whose private half the agent holds; a certificate is found beside its key (`-cert.pub`), unless `certificateFiles` names any. Default: what `config` says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
---@field certificateFiles? (string)[] Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried first. Each one's private key is looked for in the agent, among the identity files and in `privateKey`; where the call names none of these, in the agent of SSH_AUTH_SOCK and the default identity files. Default: what `config` says.
---@field agent? boolean|string The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default: what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.
---@field identitiesOnly? boolean Of the agent's keys only those that are among the identity files. Default: what `config` says, else false.
---@field hostKeyPolicy? "strict"|"accept-new"|"ask"|"pin"|"off" What is done about a host key that known_hosts doesn't hold. Default: `"pin"` with `hostKeyFingerprints`, else what `config` says, else `"accept-new"`.
---@field hostKeyFingerprints? (string)[] With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`.
---@field knownHosts? (string)[] The user's known_hosts files; in the first one new hosts are recorded, and in none where there is none or it is `/dev/null`: see Trust. Default: what `config` says, else `~/.ssh/known_hosts` and `~/.ssh/known_hosts2`. The system's are read in any case.
---@field algorithms? { kex?: (string)[], hostKey?: (string)[], cipher?: (string)[], mac?: (string)[], compression?: (string)[], publicKey?: (string)[] } What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys sign with (`publicKey`), best first, each list in place of the default: for servers that have only what is weak. See Algorithms.
---@field warnWeakCrypto? boolean Has the log, and `warnings` of the result, say where the key exchange isn't post-quantum, as ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by itself only where it doesn't choose KexAlgorithms, as `ssh`), else false.
---@field keepaliveInterval? number Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` + 1) seconds. Default: what `config` says, else 15.
---@field keepaliveCountMax? integer How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says, else 3.
---@field maxChannels? integer How many channels for programs and transfers the session has open at a time, 1 to 1000; the others wait. With 1, none is opened ahead of need: for servers that bear no second one. Default: as many as the server takes.
---@field via? integer The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and `port` (RFC 4254 §7.2). The new session ends with that one.
---@field proxyCommand? string A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the session.
---@field socketPath? string The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's name in known_hosts; with `via` one of the jump host's, as it is named there.
---@field reconnect? boolean Has a session whose connection is lost connected to again, under the same handle: see Reconnecting. Default: false.
---@field config? boolean|string Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files that `ssh` reads, or the path of one to read instead; `false` as if it weren't given. See The user's configuration.
---@field persist? number May be given a connection that is there already, where all that bears on trust and login is the same, and leaves it there for so many seconds after its last user, up to 86400, for the next call that says `persist`: see One daemon for many programs. Default: a connection of its own, which ends with it.
---@field token? string|integer The client's own name for this login, told with each question about it.
---@field prompt? boolean False where nobody answers for this login, though the client says in `initialize` that it answers `client/prompt`: as if it didn't. Default: true.
---@field timeout? number Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the client is asked isn't counted.
---@field idleTimeout? number Seconds without a byte from the server after which the login is given up, whatever `timeout` says; time in which the client is asked, or the login waits for its turn (see The way there), isn't counted. Default: none.

---@class sshrpc.SshNewResult
---@field session integer The handle for the `session.*` methods: 1, 2, 3 …
---@field host string The server's name or address: with `config` the HostName that this says, else `host`.
---@field port integer Its port.
---@field username string Whom it is logged in as.
---@field serverIdent string The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.
---@field hostKey { type: string, fingerprint: string, status: "known"|"recorded"|"unrecorded"|"pinned"|"accepted"|"unchecked", certificate?: { keyId: string, serial: string, principals: (string)[], validAfter: integer, validBefore?: integer, ca: string }, reason?: string }
---@field authMethod string The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a row, all of them, as `publickey,password`.
---@field kex string The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`.
---@field cipher string The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same unless its two lists differ.
---@field mac string The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself.
---@field postQuantum boolean Whether the key exchange is safe from quantum computers.
---@field warnings? (string)[] What `warnWeakCrypto` has found, if anything.
---@field ignored? (string)[] With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent yes`; of a jump host with its name in front: `gate: forwardagent yes`. Settings that are OpenSSH's defaults are left out.

--- Params of `session.exec`. Runs a command and gives its output, exit code and signal.
---@class sshrpc.SessionExecParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field command string|(integer)[] Passed to the account's shell by the server (RFC 4254 §6.5); at most 250000 bytes.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field commandEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field envMode? "send"|"export" How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a command line put before the program, in whichever shell the account has; names are then of letters, digits and `_`, and the values can be seen by others on the server as any command line can. Under `sudo` only what is exported arrives for sure.
---@field sudo? boolean|string Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is asked to read the password from its input, with a prompt of the daemon's own; neither is in the output, nor in any command line. What sudo refuses is an error, SudoFailed.
---@field sudoPassword? string What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is `password`), each time that sudo asks.
---@field idleTimeout? number Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
---@field streams? "concatenated"|"separate"|"interleaved" What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field stdin? string|(integer)[] What the command reads, then the end of its input; see `pty` for where there is none.
---@field stdinEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field env? table<string, string> Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
---@field forwardAgent? boolean Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
---@field maxOutput? integer The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
---@field token? string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field window? integer With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
---@field pty? { term?: string, columns?: integer, rows?: integer, width?: integer, height?: integer, modes?: table<string, integer> } Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`.
---@field stream? boolean Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
---@field openStdin? boolean Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.

---@class sshrpc.SessionExecResult1
---@field output string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionExecResult2
---@field stdout string|(integer)[]
---@field stdoutEncoding "utf8"|"base64"|"binary"
---@field stderr string|(integer)[]
---@field stderrEncoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionExecResult3
---@field stdoutBytes integer With `stream`: bytes sent of stdout.
---@field stderrBytes integer With `stream`: bytes sent of stderr.
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@alias sshrpc.SessionExecResult sshrpc.SessionExecResult1|sshrpc.SessionExecResult2|sshrpc.SessionExecResult3

--- Params of `session.shell`. Starts the account's login shell, on a terminal of its own.
---@class sshrpc.SessionShellParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field envMode? "send"|"export" How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a command line put before the program, in whichever shell the account has; names are then of letters, digits and `_`, and the values can be seen by others on the server as any command line can. Under `sudo` only what is exported arrives for sure.
---@field sudo? boolean|string Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is asked to read the password from its input, with a prompt of the daemon's own; neither is in the output, nor in any command line. What sudo refuses is an error, SudoFailed.
---@field sudoPassword? string What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is `password`), each time that sudo asks.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field idleTimeout? number Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
---@field streams? "concatenated"|"separate"|"interleaved" What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field stdin? string|(integer)[] What the command reads, then the end of its input; see `pty` for where there is none.
---@field stdinEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field env? table<string, string> Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
---@field forwardAgent? boolean Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
---@field maxOutput? integer The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
---@field token? string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field window? integer With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
---@field pty? false|{ term?: string, columns?: integer, rows?: integer, width?: integer, height?: integer, modes?: table<string, integer> } Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`. Default: `{}`; `false` asks for none.
---@field stream? boolean Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
---@field openStdin? boolean Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.

---@class sshrpc.SessionShellResult1
---@field output string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionShellResult2
---@field stdout string|(integer)[]
---@field stdoutEncoding "utf8"|"base64"|"binary"
---@field stderr string|(integer)[]
---@field stderrEncoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionShellResult3
---@field stdoutBytes integer With `stream`: bytes sent of stdout.
---@field stderrBytes integer With `stream`: bytes sent of stderr.
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@alias sshrpc.SessionShellResult sshrpc.SessionShellResult1|sshrpc.SessionShellResult2|sshrpc.SessionShellResult3

--- Params of `session.subsystem`. Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5).
---@class sshrpc.SessionSubsystemParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field name string The subsystem's name, as the server has it.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field idleTimeout? number Seconds, above zero, that may pass between two pieces of output, or before the first: else the program is ended as by `timeout`. Output that waits for the client's grant isn't waited for. Default: none.
---@field streams? "concatenated"|"separate"|"interleaved" What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and `stderr` apart; or `output` in the order of arrival.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field stdin? string|(integer)[] What the command reads, then the end of its input; see `pty` for where there is none.
---@field stdinEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field env? table<string, string> Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists; one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
---@field forwardAgent? boolean Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the session meanwhile. A server that refuses is an error, ChannelRequestDenied.
---@field maxOutput? integer The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to 268435456. Default: 268435456.
---@field token? string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field window? integer With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr together, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
---@field pty? { term?: string, columns?: integer, rows?: integer, width?: integer, height?: integer, modes?: table<string, integer> } Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it `exit`.
---@field stream? boolean Sends the output as it comes, in `session/output` notifications with the call's `token`; the reply comes after the last of them.
---@field openStdin? boolean Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin` with the call's `token`.

---@class sshrpc.SessionSubsystemResult1
---@field output string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionSubsystemResult2
---@field stdout string|(integer)[]
---@field stdoutEncoding "utf8"|"base64"|"binary"
---@field stderr string|(integer)[]
---@field stderrEncoding "utf8"|"base64"|"binary"
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@class sshrpc.SessionSubsystemResult3
---@field stdoutBytes integer With `stream`: bytes sent of stdout.
---@field stderrBytes integer With `stream`: bytes sent of stderr.
---@field exitCode integer|nil The exit status; 128 + the signal's number where a signal ended the command; `null` where the server sent neither, or the signal is not one of POSIX.
---@field exitSignal string|nil The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).

---@alias sshrpc.SessionSubsystemResult sshrpc.SessionSubsystemResult1|sshrpc.SessionSubsystemResult2|sshrpc.SessionSubsystemResult3

--- Params of `session.connect`. Has the server connect to a host or to a Unix socket, and gives the connection.
---@class sshrpc.SessionConnectParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field host? string The host, by name or address, as the server sees it.
---@field port? integer The port, 1 to 65535.
---@field socketPath? string A Unix socket on the server, instead of `host` and `port`.
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field window? integer The bytes that come, from 0, that may be sent before the client grants more with `session.windowAdjust`. Default: 1048576.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.SessionConnectResult
---@field bytesReceived integer From the server.
---@field bytesSent integer To the server.

--- Params of `session.write`. Writes to the stdin of a command that runs.
---@class sshrpc.SessionWriteParams
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field data string|(integer)[] The bytes to write.
---@field encoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.SessionWriteResult true

--- Params of `session.closeStdin`. Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3).
---@class sshrpc.SessionCloseStdinParams
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.SessionCloseStdinResult true

--- Params of `session.signal`. Signals a command that runs (RFC 4254 §6.9).
---@class sshrpc.SessionSignalParams
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field signal "ABRT"|"ALRM"|"FPE"|"HUP"|"ILL"|"INT"|"KILL"|"PIPE"|"QUIT"|"SEGV"|"TERM"|"USR1"|"USR2" The name without `SIG`.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.SessionSignalResult true

--- Params of `session.resize`. Tells a program's terminal of another size (RFC 4254 §6.7).
---@class sshrpc.SessionResizeParams
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field columns integer Width in characters, at least 1.
---@field rows integer Height in characters, at least 1.
---@field width? integer Width in pixels, from 0; 0 is unknown.
---@field height? integer Height in pixels, from 0; 0 is unknown.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.SessionResizeResult true

--- Params of `session.windowAdjust`. Grants a streamed command more output.
---@class sshrpc.SessionWindowAdjustParams
---@field token string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field bytes integer So many bytes more than granted before, at least 1.

---@alias sshrpc.SessionWindowAdjustResult true

--- Params of `session.scpRecv`. Receives a file by SCP, into memory or into a local file.
---@class sshrpc.SessionScpRecvParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field source string|(integer)[] The remote file's path, at most 60000 bytes.
---@field dest? string A path on the daemon's machine; a relative one counts from the daemon's working directory.
---@field sourceEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field idleTimeout? number Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
---@field workDoneToken? string|integer The client's name for the transfer: asks for `$/progress` notifications that bear it.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field maxOutput? integer The largest file to take, in bytes, from 0 to 268435456. Default: 268435456 without `dest`, with it any size.

---@class sshrpc.SessionScpRecvResult1
---@field data string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field bytes integer The file's size.

---@class sshrpc.SessionScpRecvResult2
---@field bytes integer The file's size.

---@alias sshrpc.SessionScpRecvResult sshrpc.SessionScpRecvResult1|sshrpc.SessionScpRecvResult2

--- Params of `session.scpSend`. Writes bytes to a remote file by SCP.
---@class sshrpc.SessionScpSendParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field data string|(integer)[] The file's content.
---@field dest string|(integer)[] The remote file's path, at most 60000 bytes, with the file's name. A folder is refused (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
---@field destEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field intoDirectory? boolean Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
---@field encoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field mode? integer The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: 420 (0644).
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field idleTimeout? number Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
---@field workDoneToken? string|integer The client's name for the transfer: asks for `$/progress` notifications that bear it.

---@alias sshrpc.SessionScpSendResult true

--- Params of `session.scpSendfile`. Sends a local file by SCP.
---@class sshrpc.SessionScpSendfileParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field source string A path on the daemon's machine; a relative one counts from the daemon's working directory.
---@field dest string|(integer)[] The remote file's path, at most 60000 bytes, with the file's name. A folder is refused (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
---@field destEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field intoDirectory? boolean Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd, asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt with so, as nothing else can be said to them.
---@field mode? integer The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken. Default: the source's own.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field idleTimeout? number Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
---@field workDoneToken? string|integer The client's name for the transfer: asks for `$/progress` notifications that bear it.

---@alias sshrpc.SessionScpSendfileResult true

--- Params of `forward.local`. Listens on the daemon's machine, and has the server connect (ssh -L).
---@class sshrpc.ForwardLocalParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field bind? { host?: string, port?: integer }|{ path: string } Where to listen.
---@field to { host?: string, port: integer }|{ path: string } Where the server is to connect to, as it sees it.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.ForwardLocalResult1
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field host string Where it listens.
---@field port integer The port that it listens at.

---@class sshrpc.ForwardLocalResult2
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field path string Where it listens.

---@alias sshrpc.ForwardLocalResult sshrpc.ForwardLocalResult1|sshrpc.ForwardLocalResult2

--- Params of `forward.remote`. Has the server listen, and connects from the daemon's machine (ssh -R).
---@class sshrpc.ForwardRemoteParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field bind? { host?: string, port?: integer }|{ path: string } Where the server is to listen.
---@field to { host?: string, port: integer }|{ path: string } Where to connect to from the daemon's machine.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.ForwardRemoteResult1
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field host string Where it listens.
---@field port integer The port that it listens at.

---@class sshrpc.ForwardRemoteResult2
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field path string Where it listens.

---@alias sshrpc.ForwardRemoteResult sshrpc.ForwardRemoteResult1|sshrpc.ForwardRemoteResult2

--- Params of `forward.dynamic`. Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (ssh -D).
---@class sshrpc.ForwardDynamicParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field bind? { host?: string, port?: integer }|{ path: string } Where to listen.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.ForwardDynamicResult1
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field host string Where it listens.
---@field port integer The port that it listens at.

---@class sshrpc.ForwardDynamicResult2
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field path string Where it listens.

---@alias sshrpc.ForwardDynamicResult sshrpc.ForwardDynamicResult1|sshrpc.ForwardDynamicResult2

--- Params of `forward.close`. Has a forward listen no longer.
---@class sshrpc.ForwardCloseParams
---@field forward integer The handle that the forward was given: a positive integer, never reused.
---@field abort? boolean Resets its connections, too; else they run to their end.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.ForwardCloseResult true

--- Params of `session.disconnect`. Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1).
---@class sshrpc.SessionDisconnectParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field reason? integer The RFC's code, 0 to 4294967295; 11 is SSH_DISCONNECT_BY_APPLICATION.
---@field description? string Sent to the server, whose log shows it.

---@alias sshrpc.SessionDisconnectResult true

--- Params of `session.free`. Disconnects the session where that has not been done, and forgets its handle.
---@class sshrpc.SessionFreeParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.

---@alias sshrpc.SessionFreeResult true

--- Params of `fs.info`. How the server's files are reached.
---@class sshrpc.FsInfoParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.FsInfoResult
---@field via "sftp"|"shell" `sftp`, or `shell` where the server has no SFTP: see Files.
---@field extensions (string)[] What the server's SFTP has beyond the draft, by name.
---@field home string|nil The folder from which relative paths count, the account's home mostly.
---@field encoding? "base64" There where the bytes are no UTF-8, and come as base64.

--- Params of `fs.stat`. What a file is, how large, whose; of what a symbolic link leads to.
---@class sshrpc.FsStatParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsStatResult
---@field type "file"|"directory"|"symlink"|"fifo"|"socket"|"block"|"character"|"unknown"
---@field size integer|nil In bytes; `null`, as the others, where it isn't told.
---@field mode integer|nil The permission bits, 0 to 4095 (07777).
---@field uid integer|nil
---@field gid integer|nil
---@field atime number|nil Seconds since 1970, of the last access.
---@field mtime number|nil Seconds since 1970, of the last change.
---@field owner? string The user's name, where the server tells it.
---@field group? string The group's name, where the server tells it.

--- Params of `fs.lstat`. The same, of a symbolic link itself.
---@class sshrpc.FsLstatParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsLstatResult
---@field type "file"|"directory"|"symlink"|"fifo"|"socket"|"block"|"character"|"unknown"
---@field size integer|nil In bytes; `null`, as the others, where it isn't told.
---@field mode integer|nil The permission bits, 0 to 4095 (07777).
---@field uid integer|nil
---@field gid integer|nil
---@field atime number|nil Seconds since 1970, of the last access.
---@field mtime number|nil Seconds since 1970, of the last change.
---@field owner? string The user's name, where the server tells it.
---@field group? string The group's name, where the server tells it.

--- Params of `fs.readdir`. A directory's entries, without `.` and `..`, in the server's order.
---@class sshrpc.FsReaddirParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field stream? boolean
---@field token? string|integer The client's own name for a call while it runs: an integer, or a string that isn't empty; not in use by another.
---@field window? integer With `stream`: the entries, from 0, that may be sent before the client grants more. Default: 10000.

---@class sshrpc.FsReaddirResult1
---@field entries ({ name: string, encoding?: "base64", type: "file"|"directory"|"symlink"|"fifo"|"socket"|"block"|"character"|"unknown", size: integer|nil, mode: integer|nil, uid: integer|nil, gid: integer|nil, atime: number|nil, mtime: number|nil, owner?: string, group?: string })[]

---@class sshrpc.FsReaddirResult2
---@field count integer With `stream`: entries sent.

---@alias sshrpc.FsReaddirResult sshrpc.FsReaddirResult1|sshrpc.FsReaddirResult2

--- Params of `fs.readFile`. A file's bytes, or a range of them.
---@class sshrpc.FsReadFileParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field offset? integer Bytes from the file's beginning, 0 or more.
---@field length? integer The most that is read, in bytes. Default: all up to the file's end.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.
---@field maxOutput? integer Bytes, 0 to 268435456, beyond which the call fails. Default: 268435456.

---@class sshrpc.FsReadFileResult
---@field data string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field bytes integer How many there are.

--- Params of `fs.writeFile`. Makes a file of these bytes, or changes one.
---@class sshrpc.FsWriteFileParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field data string|(integer)[] The bytes.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field encoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field flag? "w"|"wx"|"a"|"r+" `w` replaces the file as a whole, or makes it; `wx` makes it, and fails with EEXIST where it is there; `a` appends, and makes it where it isn't there; `r+` writes into one that is there, at `offset`.
---@field offset? integer With `r+`: bytes from the file's beginning, 0 or more.
---@field mode? integer The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken. Default: the server's, mostly 438 (0666).

---@class sshrpc.FsWriteFileResult
---@field bytes integer How many were written.

--- Params of `fs.mkdir`. Makes a directory.
---@class sshrpc.FsMkdirParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field recursive? boolean Makes those that it lies in too; one that is there already is no error.
---@field mode? integer The permission bits, 0 to 4095 (07777), from which the remote's umask is taken. Default: 511 (0777).

---@alias sshrpc.FsMkdirResult true

--- Params of `fs.rm`. Removes a file, or with `recursive` a directory and what is in it.
---@class sshrpc.FsRmParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field recursive? boolean
---@field force? boolean What isn't there is no error.

---@alias sshrpc.FsRmResult true

--- Params of `fs.rmdir`. Removes an empty directory.
---@class sshrpc.FsRmdirParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsRmdirResult true

--- Params of `fs.unlink`. Removes a file or a symbolic link.
---@class sshrpc.FsUnlinkParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsUnlinkResult true

--- Params of `fs.rename`. Renames a file or a directory, and replaces what has the new name.
---@class sshrpc.FsRenameParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field from string|(integer)[] The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field to string|(integer)[] The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field fromEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field toEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field overwrite? boolean `false`: where the new name is taken the call fails with EEXIST.

---@alias sshrpc.FsRenameResult true

--- Params of `fs.copyFile`. Copies a file on the server's side, and replaces what has the new name.
---@class sshrpc.FsCopyFileParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field from string|(integer)[] The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field to string|(integer)[] The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field fromEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field toEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsCopyFileResult true

--- Params of `fs.link`. Gives a file a further name (a hard link).
---@class sshrpc.FsLinkParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field from string|(integer)[] The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field to string|(integer)[] The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field fromEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field toEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsLinkResult true

--- Params of `fs.symlink`. Makes a symbolic link.
---@class sshrpc.FsSymlinkParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field target string|(integer)[] What the link says, at most 60000 bytes; it need not be there.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field targetEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsSymlinkResult true

--- Params of `fs.readlink`. What a symbolic link says.
---@class sshrpc.FsReadlinkParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsReadlinkResult
---@field path string
---@field encoding? "base64" There where the bytes are no UTF-8, and come as base64.

--- Params of `fs.realpath`. The absolute path, without symbolic links, `.` and `..`.
---@class sshrpc.FsRealpathParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsRealpathResult
---@field path string
---@field encoding? "base64" There where the bytes are no UTF-8, and come as base64.

--- Params of `fs.chmod`. Sets a file's permission bits.
---@class sshrpc.FsChmodParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field mode integer 0 to 4095 (07777).
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field followLinks? boolean Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).

---@alias sshrpc.FsChmodResult true

--- Params of `fs.chown`. Sets a file's owners, by number.
---@class sshrpc.FsChownParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field uid integer
---@field gid integer
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field followLinks? boolean Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).

---@alias sshrpc.FsChownResult true

--- Params of `fs.utimes`. Sets a file's times.
---@class sshrpc.FsUtimesParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field atime number The time of the last access, in seconds since 1970, 0 to 4294967295; fractions are cut off.
---@field mtime number The time of the last change, in seconds since 1970, 0 to 4294967295; fractions are cut off.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field followLinks? boolean Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).

---@alias sshrpc.FsUtimesResult true

--- Params of `fs.truncate`. Sets a file's size.
---@class sshrpc.FsTruncateParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field size integer The new size in bytes; what is added is zeros.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@alias sshrpc.FsTruncateResult true

--- Params of `fs.statfs`. The room of the file system that a path lies on (statvfs@openssh.com).
---@class sshrpc.FsStatfsParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsStatfsResult
---@field blockSize integer Bytes of a block, in which the next three are.
---@field blocks integer
---@field free integer Blocks that are free.
---@field available integer Blocks of those that ordinary users can have.
---@field files integer Inodes; 0 where there is no such number.
---@field freeFiles integer

--- Params of `fs.open`. Opens a file; its handle lives until `file.close`, or until its session is freed.
---@class sshrpc.FsOpenParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field path string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field flags? "r"|"r+"|"w"|"wx"|"w+"|"wx+"|"a"|"ax"|"a+"|"ax+" As fopen(3)'s; with `x` it must not be there yet. Written to in place.
---@field mode? integer The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field pathEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FsOpenResult
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.

--- Params of `fs.get`. Receives a file, or with `recursive` a directory and what is in it.
---@class sshrpc.FsGetParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field source string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field dest string A path on the daemon's machine; a relative one counts from the daemon's working directory.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field sourceEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field recursive? boolean Takes a directory with what is in it; without, a directory is an error.
---@field preserve? boolean Gives files and directories the times and the permission bits (without set-user-ID and set-group-ID) of the source's.
---@field overwrite? "always"|"changed"|"never" What becomes of a file that is there already: `changed` replaces it where its size or its time (in whole seconds) differs, and gives what it transfers the source's times.
---@field delete? boolean Removes from the destination's directories what the source's haven't, but nothing that is excluded.
---@field exclude? (string)[] Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is of directories only.
---@field symlinks? "copy"|"follow"|"skip" Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out. The source itself is always followed.
---@field resume? boolean Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same, and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
---@field dryRun? boolean Changes nothing; the result is what would have been done.
---@field idleTimeout? number Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
---@field workDoneToken? string|integer The client's name for the transfer: asks for `$/progress` notifications that bear it.

---@class sshrpc.FsGetResult
---@field files integer Files transferred.
---@field directories integer Directories made.
---@field symlinks integer Symbolic links made.
---@field bytes integer Bytes of the files transferred.
---@field skipped integer Files and links that were there already, or were left out; what is neither file nor directory nor link.

--- Params of `fs.put`. Sends a file, or with `recursive` a directory and what is in it.
---@class sshrpc.FsPutParams
---@field session integer The handle that `ssh.new` gave: a positive integer, never reused.
---@field source string A path on the daemon's machine; a relative one counts from the daemon's working directory.
---@field dest string|(integer)[] The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's home.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field destEncoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.
---@field recursive? boolean Takes a directory with what is in it; without, a directory is an error.
---@field preserve? boolean Gives files and directories the times and the permission bits (without set-user-ID and set-group-ID) of the source's.
---@field overwrite? "always"|"changed"|"never" What becomes of a file that is there already: `changed` replaces it where its size or its time (in whole seconds) differs, and gives what it transfers the source's times.
---@field delete? boolean Removes from the destination's directories what the source's haven't, but nothing that is excluded.
---@field exclude? (string)[] Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is of directories only.
---@field symlinks? "copy"|"follow"|"skip" Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out. The source itself is always followed.
---@field resume? boolean Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same, and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
---@field dryRun? boolean Changes nothing; the result is what would have been done.
---@field idleTimeout? number Seconds, above zero, without a byte in either direction after which the transfer is given up. Default: 30.
---@field workDoneToken? string|integer The client's name for the transfer: asks for `$/progress` notifications that bear it.

---@class sshrpc.FsPutResult
---@field files integer Files transferred.
---@field directories integer Directories made.
---@field symlinks integer Symbolic links made.
---@field bytes integer Bytes of the files transferred.
---@field skipped integer Files and links that were there already, or were left out; what is neither file nor directory nor link.

--- Params of `file.read`. Bytes of an open file; fewer than asked for only at its end.
---@class sshrpc.FileReadParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field offset integer Bytes from the file's beginning, 0 or more.
---@field length integer The most that is read, in bytes, 0 to 268435456.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field encoding? "utf8"|"base64" Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`. Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else base64.

---@class sshrpc.FileReadResult
---@field data string|(integer)[]
---@field encoding "utf8"|"base64"|"binary"
---@field bytes integer How many there are.

--- Params of `file.write`. Writes to an open file.
---@class sshrpc.FileWriteParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field offset integer Bytes from the file's beginning, 0 or more; of no meaning where it was opened to append.
---@field data string|(integer)[] The bytes.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.
---@field encoding? "utf8"|"base64"|"binary" How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`.

---@class sshrpc.FileWriteResult
---@field bytes integer How many were written.

--- Params of `file.stat`. What `fs.stat` gives, of an open file.
---@class sshrpc.FileStatParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@class sshrpc.FileStatResult
---@field type "file"|"directory"|"symlink"|"fifo"|"socket"|"block"|"character"|"unknown"
---@field size integer|nil In bytes; `null`, as the others, where it isn't told.
---@field mode integer|nil The permission bits, 0 to 4095 (07777).
---@field uid integer|nil
---@field gid integer|nil
---@field atime number|nil Seconds since 1970, of the last access.
---@field mtime number|nil Seconds since 1970, of the last change.
---@field owner? string The user's name, where the server tells it.
---@field group? string The group's name, where the server tells it.

--- Params of `file.truncate`. Sets the size of an open file.
---@class sshrpc.FileTruncateParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field size integer The new size in bytes; what is added is zeros.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.FileTruncateResult true

--- Params of `file.sync`. Has the server put an open file's bytes on its disk (fsync@openssh.com).
---@class sshrpc.FileSyncParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.FileSyncResult true

--- Params of `file.close`. Closes a file, and forgets its handle, whatever the server says to it.
---@class sshrpc.FileCloseParams
---@field file integer The handle that `fs.open` gave: a positive integer, never reused.
---@field timeout? number Seconds for the whole call, queueing included, fractions allowed; zero or less has passed already. Default: none.

---@alias sshrpc.FileCloseResult true

---@alias sshrpc.ErrorKind
---| "ParseError" # The bytes are no JSON, or the frame's header is malformed.
---| "InvalidRequest" # The JSON is no JSON-RPC 2.0 request, it came too late, or a shared daemon has no room for its client.
---| "MethodNotFound" # There is no such method.
---| "InvalidParams" # A param is missing, unknown or ill-typed.
---| "InternalError" # A fault of the daemon itself; please report it.
---| "Cancelled" # The client cancelled the request. Output that had arrived comes as on Timeout.
---| "SessionNotFound" # No session has this handle; it was freed, or never was.
---| "SessionClosed" # The session was disconnected, or its connection was lost earlier.
---| "CommandNotFound" # No command runs under this token: it has ended, its input was closed, or it never was.
---| "ConnectFailed" # No connection to the host.
---| "HandshakeFailed" # What answered speaks no SSH, or no algorithm that we accept (RFC 4253 §4.2, §7.1).
---| "HostKeyRejected" # The server's host key is not trusted.
---| "AuthenticationFailed" # The server refused every authentication that could be tried (RFC 4252).
---| "ConnectionLost" # The connection ended during the call. Output that had arrived comes as on Timeout.
---| "ChannelOpenFailed" # The server refused a channel (RFC 4254 §5.1).
---| "ChannelRequestDenied" # The server refused a request on the channel (RFC 4254 §6).
---| "ForwardRefused" # No listening there: the server refuses it (RFC 4254 §7.1, streamlocal-forward@openssh.com), or the address is in use.
---| "SudoFailed" # sudo didn't run the program; the message has its words.
---| "ScpRemoteError" # The remote scp reported an error; the message is its text.
---| "ScpProtocolError" # The remote side broke the SCP protocol, or ended before its final status.
---| "LocalFileError" # A file of the daemon's machine could not be read or written.
---| "RemoteFileError" # The server could not do it to the file; the message has its text.
---| "TransferIncomplete" # Some files were not transferred, all others were. The fields of the result are in the error.
---| "NotSupported" # The server has no means to do it; the message says what it lacks.
---| "Timeout" # The call's deadline passed, or a transfer was idle for too long.
---| "InputTooFast" # More input waits for the command than is held; wait for the replies to your writes.
---| "NotUtf8" # `encoding` is `utf8` and the bytes are not. The call was carried out; its result is in the error, as base64.
---| "OutputTooLarge" # More output, or a larger file, than `maxOutput`. What fits of a command's output is in the error, as on Timeout.

--- `data` of the error ParseError.
---@class sshrpc.ParseErrorData
---@field kind "ParseError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error InvalidRequest.
---@class sshrpc.InvalidRequestData
---@field kind "InvalidRequest"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error MethodNotFound.
---@class sshrpc.MethodNotFoundData
---@field kind "MethodNotFound"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error InvalidParams.
---@class sshrpc.InvalidParamsData
---@field kind "InvalidParams"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field path? any the param, as in `env.PATH`
---@field reason? any what is wrong with it

--- `data` of the error InternalError.
---@class sshrpc.InternalErrorData
---@field kind "InternalError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error Cancelled.
---@class sshrpc.CancelledData
---@field kind "Cancelled"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field phase? any where it stopped
---@field termination? any exec: as on Timeout

--- `data` of the error SessionNotFound.
---@class sshrpc.SessionNotFoundData
---@field kind "SessionNotFound"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error SessionClosed.
---@class sshrpc.SessionClosedData
---@field kind "SessionClosed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error CommandNotFound.
---@class sshrpc.CommandNotFoundData
---@field kind "CommandNotFound"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error ConnectFailed.
---@class sshrpc.ConnectFailedData
---@field kind "ConnectFailed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field errno? any the system's name of the error, as `ECONNREFUSED` or `ENOTFOUND`; `EMFILE` for one session more than the client may have
---@field reason? any with `via`: the jump host's refusal of the channel, the code of RFC 4254 §5.1
---@field description? any and its text, as `Connection refused`
---@field stderr? any with `proxyCommand`: the end of what it wrote to stderr, control characters removed

--- `data` of the error HandshakeFailed.
---@class sshrpc.HandshakeFailedData
---@field kind "HandshakeFailed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field stage? any `banner` (before the identification string) or `kex`
---@field algorithm? any where no algorithm is in common: of which kind, as a name in `algorithms`
---@field offer? any and what the server offers of it
---@field errno? any the system's name of the error, where the connection broke
---@field disconnectReason? any where the server has sent SSH_MSG_DISCONNECT: its reason (RFC 4253 §11.1)
---@field disconnectDescription? any and its text
---@field stderr? any with `proxyCommand`: as on ConnectFailed

--- `data` of the error HostKeyRejected.
---@class sshrpc.HostKeyRejectedData
---@field kind "HostKeyRejected"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field reason? any `changed`, `unknown` (with `strict`; with `ask` where the client didn't accept it or can't be asked), `notPinned`, `revoked`, `certAuthority` (known_hosts wants a certificate, and the server has none that is good) or `unreadable` (known_hosts could not be read)
---@field keyType? any of the offered key
---@field fingerprint? any of the offered key, as OpenSSH prints it: `SHA256:…`
---@field expected? any the entries of known_hosts that decide: fingerprint, key type, file and line of each
---@field errno? any where it was unreadable: the system's name of the error

--- `data` of the error AuthenticationFailed.
---@class sshrpc.AuthenticationFailedData
---@field kind "AuthenticationFailed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field methods? any the methods that the server still offers
---@field tried? any the methods that were tried, in order
---@field skipped? any why keys were left out: `[{ path, reason }]`; `path` is a file, `privateKey` for the param, or `agent`

--- `data` of the error ConnectionLost.
---@class sshrpc.ConnectionLostData
---@field kind "ConnectionLost"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field errno? any the system's name of the error, if there was one
---@field disconnectReason? any the server's SSH_MSG_DISCONNECT code (RFC 4253 §11.1), if it sent one
---@field disconnectDescription? any and its text, control characters removed
---@field stderr? any over a proxy command: as on ConnectFailed

--- `data` of the error ChannelOpenFailed.
---@class sshrpc.ChannelOpenFailedData
---@field kind "ChannelOpenFailed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field reason? any the RFC's code
---@field description? any the server's text, control characters removed

--- `data` of the error ChannelRequestDenied.
---@class sshrpc.ChannelRequestDeniedData
---@field kind "ChannelRequestDenied"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field request? any `exec`, `shell`, `subsystem`, `pty-req`, `env` or `auth-agent-req@openssh.com`

--- `data` of the error ForwardRefused.
---@class sshrpc.ForwardRefusedData
---@field kind "ForwardRefused"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field errno? any on the daemon's machine: the system's name of the error, as `EADDRINUSE`; `EMFILE` for one more than the client may have

--- `data` of the error SudoFailed.
---@class sshrpc.SudoFailedData
---@field kind "SudoFailed"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field reason? any `wrongPassword`, `passwordNeeded` (none was given, by `sudoPassword` or by the client), `noTerminal` (it wants one: `pty`), `notAllowed` (by sudoers), `unknownUser`, `notFound` (there is no sudo) or `other`
---@field stderr? any what it said, control characters removed
---@field exitCode? any its exit status, if sent

--- `data` of the error ScpRemoteError.
---@class sshrpc.ScpRemoteErrorData
---@field kind "ScpRemoteError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field code? any what its words say, as `ENOENT`, `EACCES`, `EISDIR` or `ENOSPC`, where they do
---@field remoteMessage? any its text, control characters removed
---@field exitCode? any its exit status, if sent

--- `data` of the error ScpProtocolError.
---@class sshrpc.ScpProtocolErrorData
---@field kind "ScpProtocolError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field stdout? any the beginning of the text that it sent in place of the protocol
---@field stderr? any what it wrote to stderr, shortened
---@field exitCode? any the remote scp's exit status, if sent

--- `data` of the error LocalFileError.
---@class sshrpc.LocalFileErrorData
---@field kind "LocalFileError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field code? any as `ENOENT` or `ENOSPC`
---@field errno? any the same, but `EINVAL` for whatever is no regular file
---@field path? any the file

--- `data` of the error RemoteFileError.
---@class sshrpc.RemoteFileErrorData
---@field kind "RemoteFileError"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field code? any as `ENOENT`, `EACCES` or `EEXIST`; `UNKNOWN` where the server doesn't say, `EPROTO` where it broke the protocol
---@field status? any SFTP's own number; none over a shell
---@field path? any the remote file; bytes that are no UTF-8 as U+FFFD
---@field remoteMessage? any the server's text, control characters removed

--- `data` of the error TransferIncomplete.
---@class sshrpc.TransferIncompleteData
---@field kind "TransferIncomplete"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field failures? any `[{ path, kind, message }]`: the file by its path below the source, and the error that it met; at most 1000
---@field failed? any how many failed

--- `data` of the error NotSupported.
---@class sshrpc.NotSupportedData
---@field kind "NotSupported"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error Timeout.
---@class sshrpc.TimeoutData
---@field kind "Timeout"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field phase? any where it passed: see Phases
---@field seconds? any the time-out that passed
---@field output? any what had arrived, in the fields that the result would have had
---@field encoding? any what had arrived, in the fields that the result would have had
---@field stderr? any `ssh.new` with `proxyCommand`: as on ConnectFailed
---@field termination? any exec: what was done to the remote command: `{ signals, ended, exitCode, exitSignal }`

--- `data` of the error InputTooFast.
---@class sshrpc.InputTooFastData
---@field kind "InputTooFast"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field maxPendingInput? any the bound, in bytes

--- `data` of the error NotUtf8.
---@class sshrpc.NotUtf8Data
---@field kind "NotUtf8"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted

--- `data` of the error OutputTooLarge.
---@class sshrpc.OutputTooLargeData
---@field kind "OutputTooLarge"
---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted
---@field maxOutput? any the limit that was passed
---@field termination? any exec: as on Timeout

return {}
