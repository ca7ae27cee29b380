// Code generated from src/protocol by npm run generate. DO NOT EDIT.

package sshrpc

// version is this module's, and the daemon's.
const version = "0.1.0"

// The methods and notifications.
const (
	// Says who is there and what they can do. Optional: every method works without it.
	methodInitialize = "initialize"

	// Frees every session. Afterwards only `exit` is taken.
	methodShutdown = "shutdown"

	// The contract as an OpenRPC document.
	methodRPCDiscover = "rpc.discover"

	// What the daemon holds at the moment for this client, or for all.
	methodDaemonStatus = "daemon.status"

	// Connects to an SSH server, checks its host key, logs in.
	methodSSHNew = "ssh.new"

	// Runs a command and gives its output, exit code and signal.
	methodSessionExec = "session.exec"

	// Starts the account's login shell, on a terminal of its own.
	methodSessionShell = "session.shell"

	// Starts a subsystem of the server, NETCONF say (RFC 4254 §6.5).
	methodSessionSubsystem = "session.subsystem"

	// Has the server connect to a host or to a Unix socket, and gives the connection.
	methodSessionConnect = "session.connect"

	// Writes to the stdin of a command that runs.
	methodSessionWrite = "session.write"

	// Ends the stdin of a command that runs, behind what was written (RFC 4254 §5.3).
	methodSessionCloseStdin = "session.closeStdin"

	// Signals a command that runs (RFC 4254 §6.9).
	methodSessionSignal = "session.signal"

	// Tells a program's terminal of another size (RFC 4254 §6.7).
	methodSessionResize = "session.resize"

	// Grants a streamed command more output.
	methodSessionWindowAdjust = "session.windowAdjust"

	// Receives a file by SCP, into memory or into a local file.
	methodSessionSCPRecv = "session.scpRecv"

	// Writes bytes to a remote file by SCP.
	methodSessionSCPSend = "session.scpSend"

	// Sends a local file by SCP.
	methodSessionSCPSendfile = "session.scpSendfile"

	// Listens on the daemon's machine, and has the server connect (ssh -L).
	methodForwardLocal = "forward.local"

	// Has the server listen, and connects from the daemon's machine (ssh -R).
	methodForwardRemote = "forward.remote"

	// Listens for SOCKS 4, 4a and 5, and has the server connect where each asks (ssh -D).
	methodForwardDynamic = "forward.dynamic"

	// Has a forward listen no longer.
	methodForwardClose = "forward.close"

	// Ends the connection with an SSH_MSG_DISCONNECT (RFC 4253 §11.1).
	methodSessionDisconnect = "session.disconnect"

	// Disconnects the session where that has not been done, and forgets its handle.
	methodSessionFree = "session.free"

	// How the server's files are reached.
	methodFsInfo = "fs.info"

	// What a file is, how large, whose; of what a symbolic link leads to.
	methodFsStat = "fs.stat"

	// The same, of a symbolic link itself.
	methodFsLstat = "fs.lstat"

	// A directory's entries, without `.` and `..`, in the server's order.
	methodFsReaddir = "fs.readdir"

	// A file's bytes, or a range of them.
	methodFsReadFile = "fs.readFile"

	// Makes a file of these bytes, or changes one.
	methodFsWriteFile = "fs.writeFile"

	// Makes a directory.
	methodFsMkdir = "fs.mkdir"

	// Removes a file, or with `recursive` a directory and what is in it.
	methodFsRm = "fs.rm"

	// Removes an empty directory.
	methodFsRmdir = "fs.rmdir"

	// Removes a file or a symbolic link.
	methodFsUnlink = "fs.unlink"

	// Renames a file or a directory, and replaces what has the new name.
	methodFsRename = "fs.rename"

	// Copies a file on the server's side, and replaces what has the new name.
	methodFsCopyFile = "fs.copyFile"

	// Gives a file a further name (a hard link).
	methodFsLink = "fs.link"

	// Makes a symbolic link.
	methodFsSymlink = "fs.symlink"

	// What a symbolic link says.
	methodFsReadlink = "fs.readlink"

	// The absolute path, without symbolic links, `.` and `..`.
	methodFsRealpath = "fs.realpath"

	// Sets a file's permission bits.
	methodFsChmod = "fs.chmod"

	// Sets a file's owners, by number.
	methodFsChown = "fs.chown"

	// Sets a file's times.
	methodFsUtimes = "fs.utimes"

	// Sets a file's size.
	methodFsTruncate = "fs.truncate"

	// The room of the file system that a path lies on (statvfs@openssh.com).
	methodFsStatfs = "fs.statfs"

	// Opens a file; its handle lives until `file.close`, or until its session is freed.
	methodFsOpen = "fs.open"

	// Receives a file, or with `recursive` a directory and what is in it.
	methodFsGet = "fs.get"

	// Sends a file, or with `recursive` a directory and what is in it.
	methodFsPut = "fs.put"

	// Bytes of an open file; fewer than asked for only at its end.
	methodFileRead = "file.read"

	// Writes to an open file.
	methodFileWrite = "file.write"

	// What `fs.stat` gives, of an open file.
	methodFileStat = "file.stat"

	// Sets the size of an open file.
	methodFileTruncate = "file.truncate"

	// Has the server put an open file's bytes on its disk (fsync@openssh.com).
	methodFileSync = "file.sync"

	// Closes a file, and forgets its handle, whatever the server says to it.
	methodFileClose = "file.close"

	// From the daemon: Output of a streamed command.
	notifySessionOutput = "session/output"

	// From the daemon: Entries of a directory that `fs.readdir` streams.
	notifyFsEntries = "fs/entries"

	// From the daemon: A forward has ended that `forward.close` didn't end.
	notifyForwardClosed = "forward/closed"

	// From the daemon: A connection could not be made; who asked for it was refused.
	notifyForwardFailed = "forward/failed"

	// From the daemon: How far a transfer is whose call has a `workDoneToken`.
	notifyProgress = "$/progress"

	// From the daemon: A step of a request on its way: received, dispatched, replied.
	notifyLogTrace = "$/logTrace"

	// From the daemon: A line of the daemon's log.
	notifyWindowLogMessage = "window/logMessage"

	// From the daemon: A session has ended, and the client didn't end it. Its handle stays until it is
	// freed.
	notifySessionClosed = "session/closed"

	// From the daemon: A session with `reconnect` has lost its connection, and is connected to again.
	// `session/restored` or `session/closed` follows.
	notifySessionLost = "session/lost"

	// From the daemon: A session that was lost is connected to again, under the handle that it had.
	notifySessionRestored = "session/restored"

	// From the daemon: The answer to a `client/prompt` is not waited for any more.
	// From the client: Cancels a request in flight.
	notifyCancelRequest = "$/cancelRequest"

	// From the client: The client has the reply to `initialize`; changes nothing, as in LSP.
	notifyInitialized = "initialized"

	// From the client: Ends the daemon, and every session with it: with exit code 0 after `shutdown`,
	// else 1.
	notifyExit = "exit"

	// From the client: Says whether the daemon sends `$/logTrace`, from now on.
	notifySetTrace = "$/setTrace"
)

// initializeParamsEnvironment holds the environment in the params of initialize.
type initializeParamsEnvironment struct {
	// Its working directory: what relative paths count from.
	Cwd string `json:"cwd"`

	// What the mode of a new file lacks.
	Umask int64 `json:"umask"`

	// Its environment variables: `HOME`, `SSH_AUTH_SOCK`, those that a configuration names, and what a
	// proxy command gets.
	Variables map[string]string `json:"variables"`
}

// initializeParamsCapabilities holds the capabilities in the params of initialize.
type initializeParamsCapabilities struct {
	// The client answers `client/prompt`: see Questions to the client.
	Prompt *bool `json:"prompt,omitempty"`

	// The client takes binary frames, and may send them.
	BinaryFrames *bool `json:"binaryFrames,omitempty"`

	// The client wants `window/logMessage` of this level and those more urgent. One of "error",
	// "warn", "info", "debug".
	LogMessage string `json:"logMessage,omitempty"`
}

// initializeParams holds the params of initialize.
type initializeParams struct {
	// The pid of the process whose end ends the daemon too.
	ProcessID *int64 `json:"processId,omitempty"`

	// Where the client runs, for one that connects to a shared daemon's socket itself. Default: where
	// the daemon does, or what `--attach` has told.
	Environment *initializeParamsEnvironment `json:"environment,omitempty"`

	// What the client can do beyond the least.
	Capabilities *initializeParamsCapabilities `json:"capabilities,omitempty"`
}

// initializeResultServerInfo holds the serverInfo in the result of initialize.
type initializeResultServerInfo struct {
	Name string `json:"name"`

	Version string `json:"version"`
}

// initializeResultCapabilities holds the capabilities in the result of initialize.
type initializeResultCapabilities struct {
	// Every request that this daemon answers.
	Methods []string `json:"methods"`

	// How bytes can be carried.
	Encodings []string `json:"encodings"`

	// Whether binary frames are granted, in both directions: where the client asked for them, in
	// Content-Length framing.
	BinaryFrames bool `json:"binaryFrames"`

	// Every notification that this daemon sends.
	Notifications []string `json:"notifications"`
}

// initializeResult holds the result of initialize.
type initializeResult struct {
	ServerInfo initializeResultServerInfo `json:"serverInfo"`

	// Counts up when the contract changes incompatibly.
	ProtocolVersion int64 `json:"protocolVersion"`

	Capabilities initializeResultCapabilities `json:"capabilities"`

	// The bounds of Limits, in bytes.
	Limits map[string]int64 `json:"limits"`
}

// rpcDiscoverResult holds the result of rpc.discover.
type rpcDiscoverResult struct {
	Openrpc string `json:"openrpc"`
}

// daemonStatusParams holds the params of daemon.status.
type daemonStatusParams struct {
	// What it holds for every client. Default: false.
	All bool `json:"all,omitempty"`
}

// StatusMemory holds the memory in the result of daemon.status.
type StatusMemory struct {
	// Resident set, in bytes.
	RSS int64 `json:"rss"`

	// Of the JavaScript heap, in bytes.
	HeapUsed int64 `json:"heapUsed"`

	// Buffers outside the heap, in bytes.
	External int64 `json:"external"`
}

// StatusClient holds the clients in the result of daemon.status.
type StatusClient struct {
	// Counts up from 1.
	Client int64 `json:"client"`

	// Its pid: what it said as `processId`, else that of the program which `--attach` serves.
	Process *int64 `json:"process,omitempty"`

	// Seconds since it came.
	Age float64 `json:"age"`

	// How many it has of the places in `limits`.
	Places *int64 `json:"places,omitempty"`

	// Bytes of its output that are in the daemon's memory.
	Output *int64 `json:"output,omitempty"`
}

// StatusLimitsPlaces holds the places in the limits in the result of daemon.status.
type StatusLimitsPlaces struct {
	// How much there is beyond the reserves.
	Most int64 `json:"most"`

	// How much of that is taken.
	Taken int64 `json:"taken"`

	// What each client may have beside it, whatever the others have.
	Reserve int64 `json:"reserve"`
}

// StatusLimitsOutput holds the output in the limits in the result of daemon.status.
type StatusLimitsOutput struct {
	// How much there is beyond the reserves.
	Most int64 `json:"most"`

	// How much of that is taken.
	Taken int64 `json:"taken"`

	// What each client may have beside it, whatever the others have.
	Reserve int64 `json:"reserve"`
}

// StatusLimits holds the limits in the result of daemon.status.
type StatusLimits struct {
	// Clients at the same time.
	Clients int64 `json:"clients"`

	// For sessions, forwards and their connections: one each.
	Places StatusLimitsPlaces `json:"places"`

	// Bytes of output in memory until they are written.
	Output StatusLimitsOutput `json:"output"`
}

// StatusSession holds the sessions in the result of daemon.status.
type StatusSession struct {
	// With `all`: whose it is.
	Client *int64 `json:"client,omitempty"`

	Session int64 `json:"session"`

	// Lost: it is being connected to again. One of "open", "lost", "closed".
	State string `json:"state"`

	Host string `json:"host"`

	Port int64 `json:"port"`

	Username string `json:"username"`

	ServerIdent string `json:"serverIdent"`

	// Seconds since the connection's login.
	Age float64 `json:"age"`

	// Channels in use at the moment.
	Channels int64 `json:"channels"`

	// Channels opened ahead of need, which wait for a call.
	Ahead int64 `json:"ahead"`

	// Calls that wait for a channel.
	Queued int64 `json:"queued"`

	// Commands started so far.
	Execs int64 `json:"execs"`

	// SCP transfers started so far.
	Transfers int64 `json:"transfers"`

	// From the server, as encrypted; of the whole connection where it is shared.
	BytesReceived int64 `json:"bytesReceived"`

	// To the server, likewise.
	BytesSent int64 `json:"bytesSent"`

	// The session that it runs over, where that has a handle.
	Via *int64 `json:"via,omitempty"`

	// The one of `connections` that it uses, where it may be shared.
	Connection *int64 `json:"connection,omitempty"`
}

// StatusConnection holds the connections in the result of daemon.status.
type StatusConnection struct {
	// Counts up from 1.
	Connection int64 `json:"connection"`

	Host string `json:"host"`

	Port int64 `json:"port"`

	Username string `json:"username"`

	ServerIdent string `json:"serverIdent"`

	// Seconds since the login.
	Age float64 `json:"age"`

	// How many use it at the moment, whoever's they are.
	Sessions int64 `json:"sessions"`

	// Seconds since the last of them ended.
	Idle *float64 `json:"idle,omitempty"`

	// Seconds until it ends, unless it is used.
	EndsIn *float64 `json:"endsIn,omitempty"`

	// From the server, as encrypted.
	BytesReceived int64 `json:"bytesReceived"`

	// To the server, as encrypted.
	BytesSent int64 `json:"bytesSent"`
}

// StatusForwardBind holds the bind in the forwards in the result of daemon.status.
type StatusForwardBind struct {
	Host *string `json:"host,omitempty"`

	Port *int64 `json:"port,omitempty"`

	Path *string `json:"path,omitempty"`
}

// StatusForwardTo holds the to in the forwards in the result of daemon.status.
type StatusForwardTo struct {
	Host *string `json:"host,omitempty"`

	Port *int64 `json:"port,omitempty"`

	Path *string `json:"path,omitempty"`
}

// StatusForward holds the forwards in the result of daemon.status.
type StatusForward struct {
	// With `all`: whose it is.
	Client *int64 `json:"client,omitempty"`

	Forward int64 `json:"forward"`

	Session *int64 `json:"session,omitempty"`

	// One of "local", "remote", "dynamic".
	Kind string `json:"kind"`

	Bind StatusForwardBind `json:"bind"`

	To *StatusForwardTo `json:"to,omitempty"`

	// Open at the moment.
	Connections int64 `json:"connections"`

	// Connections so far.
	Total int64 `json:"total"`

	// Those of them that could not be made.
	Failed int64 `json:"failed"`

	// From where it listens.
	BytesReceived int64 `json:"bytesReceived"`

	// To there.
	BytesSent int64 `json:"bytesSent"`
}

// StatusConnecting holds the connecting in the result of daemon.status.
type StatusConnecting struct {
	Host string `json:"host"`

	Port int64 `json:"port"`

	// Logins on their way.
	Active int64 `json:"active"`

	// Logins that wait for their turn.
	Queued int64 `json:"queued"`
}

// Status holds the result of daemon.status.
type Status struct {
	PID int64 `json:"pid"`

	Version string `json:"version"`

	// Seconds since the start.
	Uptime float64 `json:"uptime"`

	Memory StatusMemory `json:"memory"`

	// With `all`.
	Clients []StatusClient `json:"clients,omitempty"`

	// Of a shared daemon, with `all`: its bounds for all clients together (see Limits).
	Limits *StatusLimits `json:"limits,omitempty"`

	Sessions []StatusSession `json:"sessions"`

	// Connections that may be shared (`persist`), and that this client has used; with `all` every one.
	Connections []StatusConnection `json:"connections"`

	Forwards []StatusForward `json:"forwards"`

	// The servers that are being connected to; one that is reached in two ways is listed twice.
	Connecting []StatusConnecting `json:"connecting"`
}

// sshNewParamsAlgorithms holds the algorithms in the params of ssh.new.
type sshNewParamsAlgorithms struct {
	Kex []string `json:"kex,omitempty"`

	HostKey []string `json:"hostKey,omitempty"`

	Cipher []string `json:"cipher,omitempty"`

	Mac []string `json:"mac,omitempty"`

	Compression []string `json:"compression,omitempty"`

	PublicKey []string `json:"publicKey,omitempty"`
}

// sshNewParams holds the params of ssh.new.
type sshNewParams struct {
	// A host name, an IPv4 or an IPv6 address (without brackets), of up to 1024 characters; with
	// `config` an alias, too.
	Host string `json:"host"`

	// The TCP port, 1 to 65535. Default: 22, or what the configuration says.
	Port *int64 `json:"port,omitempty"`

	// Whom to log in as. Needed unless `config` is named, which says it then, or whose default is the
	// daemon's user.
	Username *string `json:"username,omitempty"`

	// For `password` and `keyboard-interactive`.
	Password *string `json:"password,omitempty"`

	// A private key's text, of up to 64 KiB: OpenSSH's own format, PEM (PKCS #1, SEC 1, PKCS #8) or
	// PuTTY's versions 2 and 3.
	PrivateKey *string `json:"privateKey,omitempty"`

	// Of private keys that are encrypted.
	Passphrase *string `json:"passphrase,omitempty"`

	// Paths of private keys, or of public ones whose private half the agent holds; a certificate is
	// found beside its key (`-cert.pub`), unless `certificateFiles` names any. Default: what `config`
	// says; else, where nothing else is named, `~/.ssh/id_rsa`, `id_ecdsa` and `id_ed25519`.
	IdentityFiles []string `json:"identityFiles,omitempty"`

	// Paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried first. Each one's
	// private key is looked for in the agent, among the identity files and in `privateKey`; where the
	// call names none of these, in the agent of SSH_AUTH_SOCK and the default identity files. Default:
	// what `config` says.
	CertificateFiles []string `json:"certificateFiles,omitempty"`

	// The SSH agent: `true` for that of SSH_AUTH_SOCK, the path of its socket, or `false`. Default:
	// what `config` says, else that of SSH_AUTH_SOCK where `identityFiles` is named, or nothing is.
	Agent any `json:"agent,omitempty"`

	// Of the agent's keys only those that are among the identity files. Default: what `config` says,
	// else false.
	IdentitiesOnly *bool `json:"identitiesOnly,omitempty"`

	// What is done about a host key that known_hosts doesn't hold. Default: `"pin"` with
	// `hostKeyFingerprints`, else what `config` says, else `"accept-new"`. One of "strict",
	// "accept-new", "ask", "pin", "off".
	HostKeyPolicy string `json:"hostKeyPolicy,omitempty"`

	// With `pin`: the host keys that are accepted, as OpenSSH prints them: `SHA256:…`.
	HostKeyFingerprints []string `json:"hostKeyFingerprints,omitempty"`

	// The user's known_hosts files; in the first one new hosts are recorded, and in none where there
	// is none or it is `/dev/null`: see Trust. Default: what `config` says, else `~/.ssh/known_hosts`
	// and `~/.ssh/known_hosts2`. The system's are read in any case.
	KnownHosts []string `json:"knownHosts,omitempty"`

	// What is offered in the key exchange (RFC 4253 §7.1), and what the user's keys sign with
	// (`publicKey`), best first, each list in place of the default: for servers that have only what is
	// weak. See Algorithms.
	Algorithms *sshNewParamsAlgorithms `json:"algorithms,omitempty"`

	// Has the log, and `warnings` of the result, say where the key exchange isn't post-quantum, as
	// ssh_config(5)'s WarnWeakCrypto. Default: what `config` says (by itself only where it doesn't
	// choose KexAlgorithms, as `ssh`), else false.
	WarnWeakCrypto *bool `json:"warnWeakCrypto,omitempty"`

	// Seconds of the server's silence after which it is asked for a sign of life, up to 86400; 0 for
	// never. A server that is gone is found out within `keepaliveInterval` × (`keepaliveCountMax` + 1)
	// seconds. Default: what `config` says, else 15.
	KeepaliveInterval *float64 `json:"keepaliveInterval,omitempty"`

	// How many such questions in a row may go unanswered, 1 to 1000. Default: what `config` says, else
	// 3.
	KeepaliveCountMax *int64 `json:"keepaliveCountMax,omitempty"`

	// How many channels for programs and transfers the session has open at a time, 1 to 1000; the
	// others wait. With 1, none is opened ahead of need: for servers that bear no second one. Default:
	// as many as the server takes.
	MaxChannels *int64 `json:"maxChannels,omitempty"`

	// The handle of a session to connect through, as `ssh -J` does: its server connects to `host` and
	// `port` (RFC 4254 §7.2). The new session ends with that one.
	Via *int64 `json:"via,omitempty"`

	// A command whose stdin and stdout are the connection, as ssh_config(5)'s ProxyCommand: run by
	// `/bin/sh`; `%h` is the host, `%p` the port, `%r` the user, `%%` a `%`. It is ended with the
	// session.
	ProxyCommand *string `json:"proxyCommand,omitempty"`

	// The path of a Unix socket to connect to instead of `host` and `port`, which remain the server's
	// name in known_hosts; with `via` one of the jump host's, as it is named there.
	SocketPath *string `json:"socketPath,omitempty"`

	// Has a session whose connection is lost connected to again, under the same handle: see
	// Reconnecting. Default: false.
	Reconnect *bool `json:"reconnect,omitempty"`

	// Has the user's configuration (ssh_config(5)) say what the call doesn't: `true` for the files
	// that `ssh` reads, or the path of one to read instead; `false` as if it weren't given. See The
	// user's configuration.
	Config any `json:"config,omitempty"`

	// May be given a connection that is there already, where all that bears on trust and login is the
	// same, and leaves it there for so many seconds after its last user, up to 86400, for the next
	// call that says `persist`: see One daemon for many programs. Default: a connection of its own,
	// which ends with it.
	Persist *float64 `json:"persist,omitempty"`

	// The client's own name for this login, told with each question about it.
	Token any `json:"token,omitempty"`

	// False where nobody answers for this login, though the client says in `initialize` that it
	// answers `client/prompt`: as if it didn't. Default: true.
	Prompt *bool `json:"prompt,omitempty"`

	// Seconds for name lookup, TCP, key exchange and login together, fractions allowed; zero or less
	// has passed already. Default: the configuration's ConnectTimeout, else 30, and time in which the
	// client is asked isn't counted.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds without a byte from the server after which the login is given up, whatever `timeout`
	// says; time in which the client is asked, or the login waits for its turn (see The way there),
	// isn't counted. Default: none.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`
}

// sshNewResultHostKeyCertificate holds the certificate in the hostKey in the result of ssh.new.
type sshNewResultHostKeyCertificate struct {
	// The authority's name for it.
	KeyID string `json:"keyId"`

	// Its number, in decimal: it has 64 bits.
	Serial string `json:"serial"`

	// The hosts that it is for.
	Principals []string `json:"principals"`

	// Seconds since 1970; 0 for always.
	ValidAfter int64 `json:"validAfter"`

	// Seconds since 1970; left out: for ever.
	ValidBefore *int64 `json:"validBefore,omitempty"`

	// The authority's fingerprint: `SHA256:…`.
	Ca string `json:"ca"`
}

// sshNewResultHostKey holds the hostKey in the result of ssh.new.
type sshNewResultHostKey struct {
	// As `ssh-ed25519`.
	Type string `json:"type"`

	// As OpenSSH prints it: `SHA256:…`.
	Fingerprint string `json:"fingerprint"`

	// Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it was
	// to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this session; or
	// not checked, with the policy `off`. One of "known", "recorded", "unrecorded", "pinned",
	// "accepted", "unchecked".
	Status string `json:"status"`

	// The certificate that vouches for the key, where known_hosts (`@cert-authority`) or
	// `hostKeyFingerprints` names its authority and not the key.
	Certificate *sshNewResultHostKeyCertificate `json:"certificate,omitempty"`

	// Why it could not be recorded: the file, and the system's words.
	Reason *string `json:"reason,omitempty"`
}

// sshNewResult holds the result of ssh.new.
type sshNewResult struct {
	// The handle for the `session.*` methods: 1, 2, 3 …
	Session int64 `json:"session"`

	// The server's name or address: with `config` the HostName that this says, else `host`.
	Host string `json:"host"`

	// Its port.
	Port int64 `json:"port"`

	// Whom it is logged in as.
	Username string `json:"username"`

	// The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.
	ServerIdent string `json:"serverIdent"`

	HostKey sshNewResultHostKey `json:"hostKey"`

	// The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a
	// row, all of them, as `publickey,password`.
	AuthMethod string `json:"authMethod"`

	// The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`.
	Kex string `json:"kex"`

	// The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same unless
	// its two lists differ.
	Cipher string `json:"cipher"`

	// The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself.
	Mac string `json:"mac"`

	// Whether the key exchange is safe from quantum computers.
	PostQuantum bool `json:"postQuantum"`

	// What `warnWeakCrypto` has found, if anything.
	Warnings []string `json:"warnings,omitempty"`

	// With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent yes`;
	// of a jump host with its name in front: `gate: forwardagent yes`. Settings that are OpenSSH's
	// defaults are left out.
	Ignored []string `json:"ignored,omitempty"`
}

// sessionExecParamsPTY holds the pty in the params of session.exec.
type sessionExecParamsPTY struct {
	// The TERM variable. Default: "xterm".
	Term *string `json:"term,omitempty"`

	// Width in characters, at least 1. Default: 80.
	Columns *int64 `json:"columns,omitempty"`

	// Height in characters, at least 1. Default: 24.
	Rows *int64 `json:"rows,omitempty"`

	// Width in pixels, from 0; 0 is unknown. Default: 0.
	Width *int64 `json:"width,omitempty"`

	// Height in pixels, from 0; 0 is unknown. Default: 0.
	Height *int64 `json:"height,omitempty"`

	// The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those not
	// named are the server's own.
	Modes map[string]int64 `json:"modes,omitempty"`
}

// sessionExecParams holds the params of session.exec.
type sessionExecParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// Passed to the account's shell by the server (RFC 4254 §6.5); at most 250000 bytes.
	Command wireBytes `json:"command"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	CommandEncoding string `json:"commandEncoding,omitempty"`

	// How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a
	// command line put before the program, in whichever shell the account has; names are then of
	// letters, digits and `_`, and the values can be seen by others on the server as any command line
	// can. Under `sudo` only what is exported arrives for sure. One of "send", "export".
	EnvMode string `json:"envMode,omitempty"`

	// Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is
	// asked to read the password from its input, with a prompt of the daemon's own; neither is in the
	// output, nor in any command line. What sudo refuses is an error, SudoFailed.
	Sudo any `json:"sudo,omitempty"`

	// What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is
	// `password`), each time that sudo asks.
	SudoPassword *string `json:"sudoPassword,omitempty"`

	// Seconds, above zero, that may pass between two pieces of output, or before the first: else the
	// program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
	// Default: none.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
	// `stderr` apart; or `output` in the order of arrival. One of "concatenated", "separate",
	// "interleaved". Default: "concatenated".
	Streams string `json:"streams,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// What the command reads, then the end of its input; see `pty` for where there is none.
	Stdin wireBytes `json:"stdin,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	StdinEncoding string `json:"stdinEncoding,omitempty"`

	// Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists;
	// one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
	Env map[string]string `json:"env,omitempty"`

	// Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
	// SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
	// root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
	// session meanwhile. A server that refuses is an error, ChannelRequestDenied.
	ForwardAgent *bool `json:"forwardAgent,omitempty"`

	// The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
	// 268435456. Default: 268435456.
	MaxOutput *int64 `json:"maxOutput,omitempty"`

	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token,omitempty"`

	// With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
	// together, that may be sent before the client grants more with `session.windowAdjust`. Default:
	// 1048576.
	Window *int64 `json:"window,omitempty"`

	// Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
	// stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
	// that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
	// the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it
	// `exit`.
	PTY *sessionExecParamsPTY `json:"pty,omitempty"`

	// Sends the output as it comes, in `session/output` notifications with the call's `token`; the
	// reply comes after the last of them. Default: false.
	Stream bool `json:"stream,omitempty"`

	// Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
	// with the call's `token`. Default: false.
	OpenStdin bool `json:"openStdin,omitempty"`
}

// sessionExecResult holds the result of session.exec.
type sessionExecResult struct {
	Output wireBytes `json:"output,omitempty"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// The exit status; 128 + the signal's number where a signal ended the command; `null` where the
	// server sent neither, or the signal is not one of POSIX.
	ExitCode *int64 `json:"exitCode"`

	// The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
	// that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
	ExitSignal *string `json:"exitSignal"`

	Stdout wireBytes `json:"stdout,omitempty"`

	// One of "utf8", "base64", "binary".
	StdoutEncoding string `json:"stdoutEncoding,omitempty"`

	Stderr wireBytes `json:"stderr,omitempty"`

	// One of "utf8", "base64", "binary".
	StderrEncoding string `json:"stderrEncoding,omitempty"`

	// With `stream`: bytes sent of stdout.
	StdoutBytes *int64 `json:"stdoutBytes,omitempty"`

	// With `stream`: bytes sent of stderr.
	StderrBytes *int64 `json:"stderrBytes,omitempty"`
}

// sessionShellParams holds the params of session.shell.
type sessionShellParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// How `env` gets there: `send`, the default, by SSH, which most servers refuse, or `export`, by a
	// command line put before the program, in whichever shell the account has; names are then of
	// letters, digits and `_`, and the values can be seen by others on the server as any command line
	// can. Under `sudo` only what is exported arrives for sure. One of "send", "export".
	EnvMode string `json:"envMode,omitempty"`

	// Runs the program by sudo(8), as root (`true`) or as that user, a command by `sh -c`. sudo is
	// asked to read the password from its input, with a prompt of the daemon's own; neither is in the
	// output, nor in any command line. What sudo refuses is an error, SudoFailed.
	Sudo any `json:"sudo,omitempty"`

	// What sudo is given where it asks. Default: the client is asked, by `client/prompt` (`kind` is
	// `password`), each time that sudo asks.
	SudoPassword *string `json:"sudoPassword,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds, above zero, that may pass between two pieces of output, or before the first: else the
	// program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
	// Default: none.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
	// `stderr` apart; or `output` in the order of arrival. One of "concatenated", "separate",
	// "interleaved". Default: "concatenated".
	Streams string `json:"streams,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// What the command reads, then the end of its input; see `pty` for where there is none.
	Stdin wireBytes `json:"stdin,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	StdinEncoding string `json:"stdinEncoding,omitempty"`

	// Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists;
	// one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
	Env map[string]string `json:"env,omitempty"`

	// Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
	// SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
	// root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
	// session meanwhile. A server that refuses is an error, ChannelRequestDenied.
	ForwardAgent *bool `json:"forwardAgent,omitempty"`

	// The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
	// 268435456. Default: 268435456.
	MaxOutput *int64 `json:"maxOutput,omitempty"`

	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token,omitempty"`

	// With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
	// together, that may be sent before the client grants more with `session.windowAdjust`. Default:
	// 1048576.
	Window *int64 `json:"window,omitempty"`

	// Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
	// stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
	// that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
	// the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it
	// `exit`. Default: `{}`; `false` asks for none.
	PTY any `json:"pty,omitempty"`

	// Sends the output as it comes, in `session/output` notifications with the call's `token`; the
	// reply comes after the last of them. Default: true.
	Stream *bool `json:"stream,omitempty"`

	// Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
	// with the call's `token`. Default: true.
	OpenStdin *bool `json:"openStdin,omitempty"`
}

// sessionShellResult holds the result of session.shell.
type sessionShellResult struct {
	Output wireBytes `json:"output,omitempty"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// The exit status; 128 + the signal's number where a signal ended the command; `null` where the
	// server sent neither, or the signal is not one of POSIX.
	ExitCode *int64 `json:"exitCode"`

	// The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
	// that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
	ExitSignal *string `json:"exitSignal"`

	Stdout wireBytes `json:"stdout,omitempty"`

	// One of "utf8", "base64", "binary".
	StdoutEncoding string `json:"stdoutEncoding,omitempty"`

	Stderr wireBytes `json:"stderr,omitempty"`

	// One of "utf8", "base64", "binary".
	StderrEncoding string `json:"stderrEncoding,omitempty"`

	// With `stream`: bytes sent of stdout.
	StdoutBytes *int64 `json:"stdoutBytes,omitempty"`

	// With `stream`: bytes sent of stderr.
	StderrBytes *int64 `json:"stderrBytes,omitempty"`
}

// sessionSubsystemParamsPTY holds the pty in the params of session.subsystem.
type sessionSubsystemParamsPTY struct {
	// The TERM variable. Default: "xterm".
	Term *string `json:"term,omitempty"`

	// Width in characters, at least 1. Default: 80.
	Columns *int64 `json:"columns,omitempty"`

	// Height in characters, at least 1. Default: 24.
	Rows *int64 `json:"rows,omitempty"`

	// Width in pixels, from 0; 0 is unknown. Default: 0.
	Width *int64 `json:"width,omitempty"`

	// Height in pixels, from 0; 0 is unknown. Default: 0.
	Height *int64 `json:"height,omitempty"`

	// The terminal's modes by the names of RFC 4254 §8, each with its value: `{"ECHO": 0}`. Those not
	// named are the server's own.
	Modes map[string]int64 `json:"modes,omitempty"`
}

// sessionSubsystemParams holds the params of session.subsystem.
type sessionSubsystemParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The subsystem's name, as the server has it.
	Name string `json:"name"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds, above zero, that may pass between two pieces of output, or before the first: else the
	// program is ended as by `timeout`. Output that waits for the client's grant isn't waited for.
	// Default: none.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// What the result holds, without `stream`: `output` = stdout followed by stderr; `stdout` and
	// `stderr` apart; or `output` in the order of arrival. One of "concatenated", "separate",
	// "interleaved". Default: "concatenated".
	Streams string `json:"streams,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// What the command reads, then the end of its input; see `pty` for where there is none.
	Stdin wireBytes `json:"stdin,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	StdinEncoding string `json:"stdinEncoding,omitempty"`

	// Environment variables (RFC 4254 §6.4). Servers take few: OpenSSH those that its AcceptEnv lists;
	// one refused is an error, ChannelRequestDenied. `envMode` of `session.exec` has another way.
	Env map[string]string `json:"env,omitempty"`

	// Default: false. Lends the server the agent that `ssh.new` named, else that of the daemon's
	// SSH_AUTH_SOCK (auth-agent-req@openssh.com): while the program runs, whoever is that account, or
	// root, on the server can log in elsewhere with its keys. OpenSSH lends it to all programs of the
	// session meanwhile. A server that refuses is an error, ChannelRequestDenied.
	ForwardAgent *bool `json:"forwardAgent,omitempty"`

	// The most bytes of output to hold (none is held with `stream`), both streams together, from 0 to
	// 268435456. Default: 268435456.
	MaxOutput *int64 `json:"maxOutput,omitempty"`

	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token,omitempty"`

	// With `stream`, and without it of no meaning: the bytes of output, from 0, stdout and stderr
	// together, that may be sent before the client grants more with `session.windowAdjust`. Default:
	// 1048576.
	Window *int64 `json:"window,omitempty"`

	// Runs the program on a pseudo-terminal (RFC 4254 §6.2); `{}` takes the defaults. stdout and
	// stderr are one stream then. A terminal's input has no end that OpenSSH would pass on: a command
	// that reads up to there waits for ever unless the last of its input is `"\u0004"` (Ctrl-D), at
	// the beginning of a line. A shell may discard what it is sent before it shows its prompt: send it
	// `exit`.
	PTY *sessionSubsystemParamsPTY `json:"pty,omitempty"`

	// Sends the output as it comes, in `session/output` notifications with the call's `token`; the
	// reply comes after the last of them. Default: false.
	Stream bool `json:"stream,omitempty"`

	// Leaves the program's input open behind `stdin`, for `session.write` and `session.closeStdin`
	// with the call's `token`. Default: false.
	OpenStdin bool `json:"openStdin,omitempty"`
}

// sessionSubsystemResult holds the result of session.subsystem.
type sessionSubsystemResult struct {
	Output wireBytes `json:"output,omitempty"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// The exit status; 128 + the signal's number where a signal ended the command; `null` where the
	// server sent neither, or the signal is not one of POSIX.
	ExitCode *int64 `json:"exitCode"`

	// The signal that ended the command, without `SIG` (`"TERM"`, RFC 4254 §6.10), else `null`. One
	// that the RFC doesn't name is as the server sent it; OpenSSH's hides it (`"SIG@openssh.com"`).
	ExitSignal *string `json:"exitSignal"`

	Stdout wireBytes `json:"stdout,omitempty"`

	// One of "utf8", "base64", "binary".
	StdoutEncoding string `json:"stdoutEncoding,omitempty"`

	Stderr wireBytes `json:"stderr,omitempty"`

	// One of "utf8", "base64", "binary".
	StderrEncoding string `json:"stderrEncoding,omitempty"`

	// With `stream`: bytes sent of stdout.
	StdoutBytes *int64 `json:"stdoutBytes,omitempty"`

	// With `stream`: bytes sent of stderr.
	StderrBytes *int64 `json:"stderrBytes,omitempty"`
}

// sessionConnectParams holds the params of session.connect.
type sessionConnectParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The host, by name or address, as the server sees it.
	Host *string `json:"host,omitempty"`

	// The port, 1 to 65535.
	Port *int64 `json:"port,omitempty"`

	// A Unix socket on the server, instead of `host` and `port`.
	SocketPath *string `json:"socketPath,omitempty"`

	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// The bytes that come, from 0, that may be sent before the client grants more with
	// `session.windowAdjust`. Default: 1048576.
	Window *int64 `json:"window,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionConnectResult holds the result of session.connect.
type sessionConnectResult struct {
	// From the server.
	BytesReceived int64 `json:"bytesReceived"`

	// To the server.
	BytesSent int64 `json:"bytesSent"`
}

// sessionWriteParams holds the params of session.write.
type sessionWriteParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// The bytes to write.
	Data wireBytes `json:"data"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionCloseStdinParams holds the params of session.closeStdin.
type sessionCloseStdinParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionSignalParams holds the params of session.signal.
type sessionSignalParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// The name without `SIG`. One of "ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE",
	// "QUIT", "SEGV", "TERM", "USR1", "USR2".
	Signal string `json:"signal"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionResizeParams holds the params of session.resize.
type sessionResizeParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// Width in characters, at least 1.
	Columns int64 `json:"columns"`

	// Height in characters, at least 1.
	Rows int64 `json:"rows"`

	// Width in pixels, from 0; 0 is unknown. Default: 0.
	Width *int64 `json:"width,omitempty"`

	// Height in pixels, from 0; 0 is unknown. Default: 0.
	Height *int64 `json:"height,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionWindowAdjustParams holds the params of session.windowAdjust.
type sessionWindowAdjustParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// So many bytes more than granted before, at least 1.
	Bytes int64 `json:"bytes"`
}

// sessionSCPRecvParams holds the params of session.scpRecv.
type sessionSCPRecvParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote file's path, at most 60000 bytes.
	Source wireBytes `json:"source"`

	// A path on the daemon's machine; a relative one counts from the daemon's working directory.
	Dest *string `json:"dest,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	SourceEncoding string `json:"sourceEncoding,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds, above zero, without a byte in either direction after which the transfer is given up.
	// Default: 30.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	WorkDoneToken any `json:"workDoneToken,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// The largest file to take, in bytes, from 0 to 268435456. Default: 268435456 without `dest`, with
	// it any size.
	MaxOutput *int64 `json:"maxOutput,omitempty"`
}

// sessionSCPRecvResult holds the result of session.scpRecv.
type sessionSCPRecvResult struct {
	Data wireBytes `json:"data,omitempty"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// The file's size.
	Bytes int64 `json:"bytes"`
}

// sessionSCPSendParams holds the params of session.scpSend.
type sessionSCPSendParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The file's content.
	Data wireBytes `json:"data"`

	// The remote file's path, at most 60000 bytes, with the file's name. A folder is refused
	// (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
	Dest wireBytes `json:"dest"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	DestEncoding string `json:"destEncoding,omitempty"`

	// Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's
	// other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd,
	// asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt
	// with so, as nothing else can be said to them.
	IntoDirectory *bool `json:"intoDirectory,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken.
	// Default: 420 (0644).
	Mode *int64 `json:"mode,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds, above zero, without a byte in either direction after which the transfer is given up.
	// Default: 30.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	WorkDoneToken any `json:"workDoneToken,omitempty"`
}

// sessionSCPSendfileParams holds the params of session.scpSendfile.
type sessionSCPSendfileParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// A path on the daemon's machine; a relative one counts from the daemon's working directory.
	Source string `json:"source"`

	// The remote file's path, at most 60000 bytes, with the file's name. A folder is refused
	// (`EISDIR`; see `intoDirectory`), and so is what ends in no name (`dir/`, `.`, `..`).
	Dest wireBytes `json:"dest"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	DestEncoding string `json:"destEncoding,omitempty"`

	// Default: false. Where `dest` is a folder, writes into it under the folder's own name, as scp's
	// other end does: `/tmp` gives `/tmp/tmp`. Servers other than OpenSSH's, Dropbear, tinysshd,
	// asyncssh and ProFTPD, destinations such as `flash:x`, and names with a newline are always dealt
	// with so, as nothing else can be said to them.
	IntoDirectory *bool `json:"intoDirectory,omitempty"`

	// The permission bits of a new file, 0 to 511 (0777), from which the remote's umask is taken.
	// Default: the source's own.
	Mode *int64 `json:"mode,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Seconds, above zero, without a byte in either direction after which the transfer is given up.
	// Default: 30.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	WorkDoneToken any `json:"workDoneToken,omitempty"`
}

// forwardLocalParamsBind holds the bind in the params of forward.local.
type forwardLocalParamsBind struct {
	// The address to listen at, by default one that only that machine can connect to. Default:
	// "127.0.0.1".
	Host *string `json:"host,omitempty"`

	// The port, 0 to 65535; 0 is any that is free. Default: 0.
	Port *int64 `json:"port,omitempty"`

	// A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end.
	Path *string `json:"path,omitempty"`
}

// forwardLocalParamsTo holds the to in the params of forward.local.
type forwardLocalParamsTo struct {
	// The host, by name or address. Default: "127.0.0.1".
	Host *string `json:"host,omitempty"`

	// The port, 1 to 65535.
	Port *int64 `json:"port,omitempty"`

	// A Unix socket on the server.
	Path *string `json:"path,omitempty"`
}

// forwardLocalParams holds the params of forward.local.
type forwardLocalParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// Where to listen. Default: {}.
	Bind *forwardLocalParamsBind `json:"bind,omitempty"`

	// Where the server is to connect to, as it sees it.
	To forwardLocalParamsTo `json:"to"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// forwardLocalResult holds the result of forward.local.
type forwardLocalResult struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Where it listens.
	Host *string `json:"host,omitempty"`

	// The port that it listens at.
	Port *int64 `json:"port,omitempty"`

	// Where it listens.
	Path *string `json:"path,omitempty"`
}

// forwardRemoteParamsBind holds the bind in the params of forward.remote.
type forwardRemoteParamsBind struct {
	// The address to listen at, by default one that only that machine can connect to. Default:
	// "127.0.0.1".
	Host *string `json:"host,omitempty"`

	// The port, 0 to 65535; 0 is any that is free. Default: 0.
	Port *int64 `json:"port,omitempty"`

	// A Unix socket on the server.
	Path *string `json:"path,omitempty"`
}

// forwardRemoteParamsTo holds the to in the params of forward.remote.
type forwardRemoteParamsTo struct {
	// The host, by name or address. Default: "127.0.0.1".
	Host *string `json:"host,omitempty"`

	// The port, 1 to 65535.
	Port *int64 `json:"port,omitempty"`

	// A path on the daemon's machine; a relative one counts from the daemon's working directory.
	Path *string `json:"path,omitempty"`
}

// forwardRemoteParams holds the params of forward.remote.
type forwardRemoteParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// Where the server is to listen. Default: {}.
	Bind *forwardRemoteParamsBind `json:"bind,omitempty"`

	// Where to connect to from the daemon's machine.
	To forwardRemoteParamsTo `json:"to"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// forwardRemoteResult holds the result of forward.remote.
type forwardRemoteResult struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Where it listens.
	Host *string `json:"host,omitempty"`

	// The port that it listens at.
	Port *int64 `json:"port,omitempty"`

	// Where it listens.
	Path *string `json:"path,omitempty"`
}

// forwardDynamicParamsBind holds the bind in the params of forward.dynamic.
type forwardDynamicParamsBind struct {
	// The address to listen at, by default one that only that machine can connect to. Default:
	// "127.0.0.1".
	Host *string `json:"host,omitempty"`

	// The port, 0 to 65535; 0 is any that is free. Default: 0.
	Port *int64 `json:"port,omitempty"`

	// A Unix socket on the daemon's machine, `~` allowed; made with mode 0600, removed at the end.
	Path *string `json:"path,omitempty"`
}

// forwardDynamicParams holds the params of forward.dynamic.
type forwardDynamicParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// Where to listen. Default: {}.
	Bind *forwardDynamicParamsBind `json:"bind,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// forwardDynamicResult holds the result of forward.dynamic.
type forwardDynamicResult struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Where it listens.
	Host *string `json:"host,omitempty"`

	// The port that it listens at.
	Port *int64 `json:"port,omitempty"`

	// Where it listens.
	Path *string `json:"path,omitempty"`
}

// forwardCloseParams holds the params of forward.close.
type forwardCloseParams struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Resets its connections, too; else they run to their end. Default: false.
	Abort bool `json:"abort,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionDisconnectParams holds the params of session.disconnect.
type sessionDisconnectParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The RFC's code, 0 to 4294967295; 11 is SSH_DISCONNECT_BY_APPLICATION. Default: 11.
	Reason *int64 `json:"reason,omitempty"`

	// Sent to the server, whose log shows it. Default: "Normal Shutdown".
	Description *string `json:"description,omitempty"`
}

// sessionFreeParams holds the params of session.free.
type sessionFreeParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`
}

// fsInfoParams holds the params of fs.info.
type fsInfoParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// fsInfoResult holds the result of fs.info.
type fsInfoResult struct {
	// `sftp`, or `shell` where the server has no SFTP: see Files. One of "sftp", "shell".
	Via string `json:"via"`

	// What the server's SFTP has beyond the draft, by name.
	Extensions []string `json:"extensions"`

	// The folder from which relative paths count, the account's home mostly.
	Home *string `json:"home"`

	// There where the bytes are no UTF-8, and come as base64.
	Encoding *string `json:"encoding,omitempty"`
}

// fsStatParams holds the params of fs.stat.
type fsStatParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsStatResult holds the result of fs.stat.
type fsStatResult struct {
	// One of "file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown".
	Type string `json:"type"`

	// In bytes; `null`, as the others, where it isn't told.
	Size *int64 `json:"size"`

	// The permission bits, 0 to 4095 (07777).
	Mode *int64 `json:"mode"`

	Uid *int64 `json:"uid"`

	Gid *int64 `json:"gid"`

	// Seconds since 1970, of the last access.
	Atime *float64 `json:"atime"`

	// Seconds since 1970, of the last change.
	Mtime *float64 `json:"mtime"`

	// The user's name, where the server tells it.
	Owner *string `json:"owner,omitempty"`

	// The group's name, where the server tells it.
	Group *string `json:"group,omitempty"`
}

// fsLstatParams holds the params of fs.lstat.
type fsLstatParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsLstatResult holds the result of fs.lstat.
type fsLstatResult struct {
	// One of "file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown".
	Type string `json:"type"`

	// In bytes; `null`, as the others, where it isn't told.
	Size *int64 `json:"size"`

	// The permission bits, 0 to 4095 (07777).
	Mode *int64 `json:"mode"`

	Uid *int64 `json:"uid"`

	Gid *int64 `json:"gid"`

	// Seconds since 1970, of the last access.
	Atime *float64 `json:"atime"`

	// Seconds since 1970, of the last change.
	Mtime *float64 `json:"mtime"`

	// The user's name, where the server tells it.
	Owner *string `json:"owner,omitempty"`

	// The group's name, where the server tells it.
	Group *string `json:"group,omitempty"`
}

// fsReaddirParams holds the params of fs.readdir.
type fsReaddirParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Default: false.
	Stream bool `json:"stream,omitempty"`

	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token,omitempty"`

	// With `stream`: the entries, from 0, that may be sent before the client grants more. Default:
	// 10000.
	Window *int64 `json:"window,omitempty"`
}

// fsReaddirResultEntrie holds the entries in the result of fs.readdir.
type fsReaddirResultEntrie struct {
	Name string `json:"name"`

	// There where the bytes are no UTF-8, and come as base64.
	Encoding *string `json:"encoding,omitempty"`

	// One of "file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown".
	Type string `json:"type"`

	// In bytes; `null`, as the others, where it isn't told.
	Size *int64 `json:"size"`

	// The permission bits, 0 to 4095 (07777).
	Mode *int64 `json:"mode"`

	Uid *int64 `json:"uid"`

	Gid *int64 `json:"gid"`

	// Seconds since 1970, of the last access.
	Atime *float64 `json:"atime"`

	// Seconds since 1970, of the last change.
	Mtime *float64 `json:"mtime"`

	// The user's name, where the server tells it.
	Owner *string `json:"owner,omitempty"`

	// The group's name, where the server tells it.
	Group *string `json:"group,omitempty"`
}

// fsReaddirResult holds the result of fs.readdir.
type fsReaddirResult struct {
	Entries []fsReaddirResultEntrie `json:"entries,omitempty"`

	// With `stream`: entries sent.
	Count *int64 `json:"count,omitempty"`
}

// fsReadFileParams holds the params of fs.readFile.
type fsReadFileParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Bytes from the file's beginning, 0 or more. Default: 0.
	Offset *int64 `json:"offset,omitempty"`

	// The most that is read, in bytes. Default: all up to the file's end.
	Length *int64 `json:"length,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`

	// Bytes, 0 to 268435456, beyond which the call fails. Default: 268435456.
	MaxOutput *int64 `json:"maxOutput,omitempty"`
}

// fsReadFileResult holds the result of fs.readFile.
type fsReadFileResult struct {
	Data wireBytes `json:"data"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding"`

	// How many there are.
	Bytes int64 `json:"bytes"`
}

// fsWriteFileParams holds the params of fs.writeFile.
type fsWriteFileParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// The bytes.
	Data wireBytes `json:"data"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`

	// `w` replaces the file as a whole, or makes it; `wx` makes it, and fails with EEXIST where it is
	// there; `a` appends, and makes it where it isn't there; `r+` writes into one that is there, at
	// `offset`. One of "w", "wx", "a", "r+". Default: "w".
	Flag string `json:"flag,omitempty"`

	// With `r+`: bytes from the file's beginning, 0 or more. Default: 0.
	Offset *int64 `json:"offset,omitempty"`

	// The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.
	// Default: the server's, mostly 438 (0666).
	Mode *int64 `json:"mode,omitempty"`
}

// fsWriteFileResult holds the result of fs.writeFile.
type fsWriteFileResult struct {
	// How many were written.
	Bytes int64 `json:"bytes"`
}

// fsMkdirParams holds the params of fs.mkdir.
type fsMkdirParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Makes those that it lies in too; one that is there already is no error. Default: false.
	Recursive bool `json:"recursive,omitempty"`

	// The permission bits, 0 to 4095 (07777), from which the remote's umask is taken. Default: 511
	// (0777).
	Mode *int64 `json:"mode,omitempty"`
}

// fsRmParams holds the params of fs.rm.
type fsRmParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Default: false.
	Recursive bool `json:"recursive,omitempty"`

	// What isn't there is no error. Default: false.
	Force bool `json:"force,omitempty"`
}

// fsRmdirParams holds the params of fs.rmdir.
type fsRmdirParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsUnlinkParams holds the params of fs.unlink.
type fsUnlinkParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsRenameParams holds the params of fs.rename.
type fsRenameParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
	// from the account's home.
	From wireBytes `json:"from"`

	// The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
	// the account's home.
	To wireBytes `json:"to"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	FromEncoding string `json:"fromEncoding,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	ToEncoding string `json:"toEncoding,omitempty"`

	// `false`: where the new name is taken the call fails with EEXIST. Default: true.
	Overwrite *bool `json:"overwrite,omitempty"`
}

// fsCopyFileParams holds the params of fs.copyFile.
type fsCopyFileParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
	// from the account's home.
	From wireBytes `json:"from"`

	// The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
	// the account's home.
	To wireBytes `json:"to"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	FromEncoding string `json:"fromEncoding,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	ToEncoding string `json:"toEncoding,omitempty"`
}

// fsLinkParams holds the params of fs.link.
type fsLinkParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path of what there is, taken literally, at most 60000 bytes; a relative one counts
	// from the account's home.
	From wireBytes `json:"from"`

	// The remote path that it gets, taken literally, at most 60000 bytes; a relative one counts from
	// the account's home.
	To wireBytes `json:"to"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	FromEncoding string `json:"fromEncoding,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	ToEncoding string `json:"toEncoding,omitempty"`
}

// fsSymlinkParams holds the params of fs.symlink.
type fsSymlinkParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// What the link says, at most 60000 bytes; it need not be there.
	Target wireBytes `json:"target"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	TargetEncoding string `json:"targetEncoding,omitempty"`
}

// fsReadlinkParams holds the params of fs.readlink.
type fsReadlinkParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsReadlinkResult holds the result of fs.readlink.
type fsReadlinkResult struct {
	Path string `json:"path"`

	// There where the bytes are no UTF-8, and come as base64.
	Encoding *string `json:"encoding,omitempty"`
}

// fsRealpathParams holds the params of fs.realpath.
type fsRealpathParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsRealpathResult holds the result of fs.realpath.
type fsRealpathResult struct {
	Path string `json:"path"`

	// There where the bytes are no UTF-8, and come as base64.
	Encoding *string `json:"encoding,omitempty"`
}

// fsChmodParams holds the params of fs.chmod.
type fsChmodParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// 0 to 4095 (07777).
	Mode int64 `json:"mode"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
	// itself (lsetstat@openssh.com). Default: true.
	FollowLinks *bool `json:"followLinks,omitempty"`
}

// fsChownParams holds the params of fs.chown.
type fsChownParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	Uid int64 `json:"uid"`

	Gid int64 `json:"gid"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
	// itself (lsetstat@openssh.com). Default: true.
	FollowLinks *bool `json:"followLinks,omitempty"`
}

// fsUtimesParams holds the params of fs.utimes.
type fsUtimesParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// The time of the last access, in seconds since 1970, 0 to 4294967295; fractions are cut off.
	Atime float64 `json:"atime"`

	// The time of the last change, in seconds since 1970, 0 to 4294967295; fractions are cut off.
	Mtime float64 `json:"mtime"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`

	// Where the path is a symbolic link: whether it is what it leads to that is changed, or the link
	// itself (lsetstat@openssh.com). Default: true.
	FollowLinks *bool `json:"followLinks,omitempty"`
}

// fsTruncateParams holds the params of fs.truncate.
type fsTruncateParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// The new size in bytes; what is added is zeros.
	Size int64 `json:"size"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsStatfsParams holds the params of fs.statfs.
type fsStatfsParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsStatfsResult holds the result of fs.statfs.
type fsStatfsResult struct {
	// Bytes of a block, in which the next three are.
	BlockSize int64 `json:"blockSize"`

	Blocks int64 `json:"blocks"`

	// Blocks that are free.
	Free int64 `json:"free"`

	// Blocks of those that ordinary users can have.
	Available int64 `json:"available"`

	// Inodes; 0 where there is no such number.
	Files int64 `json:"files"`

	FreeFiles int64 `json:"freeFiles"`
}

// fsOpenParams holds the params of fs.open.
type fsOpenParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Path wireBytes `json:"path"`

	// As fopen(3)'s; with `x` it must not be there yet. Written to in place. One of "r", "r+", "w",
	// "wx", "w+", "wx+", "a", "ax", "a+", "ax+". Default: "r".
	Flags string `json:"flags,omitempty"`

	// The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.
	Mode *int64 `json:"mode,omitempty"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	PathEncoding string `json:"pathEncoding,omitempty"`
}

// fsOpenResult holds the result of fs.open.
type fsOpenResult struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`
}

// fsGetParams holds the params of fs.get.
type fsGetParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Source wireBytes `json:"source"`

	// A path on the daemon's machine; a relative one counts from the daemon's working directory.
	Dest string `json:"dest"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	SourceEncoding string `json:"sourceEncoding,omitempty"`

	// Takes a directory with what is in it; without, a directory is an error. Default: false.
	Recursive bool `json:"recursive,omitempty"`

	// Gives files and directories the times and the permission bits (without set-user-ID and
	// set-group-ID) of the source's. Default: false.
	Preserve bool `json:"preserve,omitempty"`

	// What becomes of a file that is there already: `changed` replaces it where its size or its time
	// (in whole seconds) differs, and gives what it transfers the source's times. One of "always",
	// "changed", "never". Default: "always".
	Overwrite string `json:"overwrite,omitempty"`

	// Removes from the destination's directories what the source's haven't, but nothing that is
	// excluded. Default: false.
	Delete bool `json:"delete,omitempty"`

	// Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without
	// `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is
	// of directories only.
	Exclude []string `json:"exclude,omitempty"`

	// Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out.
	// The source itself is always followed. One of "copy", "follow", "skip". Default: "copy".
	Symlinks string `json:"symlinks,omitempty"`

	// Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same,
	// and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
	// Default: false.
	Resume bool `json:"resume,omitempty"`

	// Changes nothing; the result is what would have been done. Default: false.
	DryRun bool `json:"dryRun,omitempty"`

	// Seconds, above zero, without a byte in either direction after which the transfer is given up.
	// Default: 30.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	WorkDoneToken any `json:"workDoneToken,omitempty"`
}

// fsGetResult holds the result of fs.get.
type fsGetResult struct {
	// Files transferred.
	Files int64 `json:"files"`

	// Directories made.
	Directories int64 `json:"directories"`

	// Symbolic links made.
	Symlinks int64 `json:"symlinks"`

	// Bytes of the files transferred.
	Bytes int64 `json:"bytes"`

	// Files and links that were there already, or were left out; what is neither file nor directory
	// nor link.
	Skipped int64 `json:"skipped"`
}

// fsPutParams holds the params of fs.put.
type fsPutParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	// A path on the daemon's machine; a relative one counts from the daemon's working directory.
	Source string `json:"source"`

	// The remote path, taken literally, at most 60000 bytes; a relative one counts from the account's
	// home.
	Dest wireBytes `json:"dest"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	DestEncoding string `json:"destEncoding,omitempty"`

	// Takes a directory with what is in it; without, a directory is an error. Default: false.
	Recursive bool `json:"recursive,omitempty"`

	// Gives files and directories the times and the permission bits (without set-user-ID and
	// set-group-ID) of the source's. Default: false.
	Preserve bool `json:"preserve,omitempty"`

	// What becomes of a file that is there already: `changed` replaces it where its size or its time
	// (in whole seconds) differs, and gives what it transfers the source's times. One of "always",
	// "changed", "never". Default: "always".
	Overwrite string `json:"overwrite,omitempty"`

	// Removes from the destination's directories what the source's haven't, but nothing that is
	// excluded. Default: false.
	Delete bool `json:"delete,omitempty"`

	// Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without
	// `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is
	// of directories only.
	Exclude []string `json:"exclude,omitempty"`

	// Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out.
	// The source itself is always followed. One of "copy", "follow", "skip". Default: "copy".
	Symlinks string `json:"symlinks,omitempty"`

	// Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same,
	// and leaves what comes of this one if it fails. Where the server can't hash it begins anew.
	// Default: false.
	Resume bool `json:"resume,omitempty"`

	// Changes nothing; the result is what would have been done. Default: false.
	DryRun bool `json:"dryRun,omitempty"`

	// Seconds, above zero, without a byte in either direction after which the transfer is given up.
	// Default: 30.
	IdleTimeout *float64 `json:"idleTimeout,omitempty"`

	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	WorkDoneToken any `json:"workDoneToken,omitempty"`
}

// fsPutResult holds the result of fs.put.
type fsPutResult struct {
	// Files transferred.
	Files int64 `json:"files"`

	// Directories made.
	Directories int64 `json:"directories"`

	// Symbolic links made.
	Symlinks int64 `json:"symlinks"`

	// Bytes of the files transferred.
	Bytes int64 `json:"bytes"`

	// Files and links that were there already, or were left out; what is neither file nor directory
	// nor link.
	Skipped int64 `json:"skipped"`
}

// fileReadParams holds the params of file.read.
type fileReadParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// Bytes from the file's beginning, 0 or more.
	Offset int64 `json:"offset"`

	// The most that is read, in bytes, 0 to 268435456.
	Length int64 `json:"length"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// Forces how the bytes are carried: `"utf8"` (an error where they are not UTF-8) or `"base64"`.
	// Default: `"binary"` where binary frames were granted; else UTF-8 where the bytes are valid, else
	// base64. One of "utf8", "base64".
	Encoding string `json:"encoding,omitempty"`
}

// fileReadResult holds the result of file.read.
type fileReadResult struct {
	Data wireBytes `json:"data"`

	// One of "utf8", "base64", "binary".
	Encoding string `json:"encoding"`

	// How many there are.
	Bytes int64 `json:"bytes"`
}

// fileWriteParams holds the params of file.write.
type fileWriteParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// Bytes from the file's beginning, 0 or more; of no meaning where it was opened to append.
	Offset int64 `json:"offset"`

	// The bytes.
	Data wireBytes `json:"data"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`

	// How the bytes are carried; `"binary"` in the binary part of the frame. Default: `"utf8"`. One of
	// "utf8", "base64", "binary".
	Encoding string `json:"encoding,omitempty"`
}

// fileWriteResult holds the result of file.write.
type fileWriteResult struct {
	// How many were written.
	Bytes int64 `json:"bytes"`
}

// fileStatParams holds the params of file.stat.
type fileStatParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// fileStatResult holds the result of file.stat.
type fileStatResult struct {
	// One of "file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown".
	Type string `json:"type"`

	// In bytes; `null`, as the others, where it isn't told.
	Size *int64 `json:"size"`

	// The permission bits, 0 to 4095 (07777).
	Mode *int64 `json:"mode"`

	Uid *int64 `json:"uid"`

	Gid *int64 `json:"gid"`

	// Seconds since 1970, of the last access.
	Atime *float64 `json:"atime"`

	// Seconds since 1970, of the last change.
	Mtime *float64 `json:"mtime"`

	// The user's name, where the server tells it.
	Owner *string `json:"owner,omitempty"`

	// The group's name, where the server tells it.
	Group *string `json:"group,omitempty"`
}

// fileTruncateParams holds the params of file.truncate.
type fileTruncateParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// The new size in bytes; what is added is zeros.
	Size int64 `json:"size"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// fileSyncParams holds the params of file.sync.
type fileSyncParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// fileCloseParams holds the params of file.close.
type fileCloseParams struct {
	// The handle that `fs.open` gave: a positive integer, never reused.
	File int64 `json:"file"`

	// Seconds for the whole call, queueing included, fractions allowed; zero or less has passed
	// already. Default: none.
	Timeout *float64 `json:"timeout,omitempty"`
}

// sessionOutputParams holds the params of session/output.
type sessionOutputParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// Counts up from 0 over both streams of the command.
	Seq int64 `json:"seq"`

	// One of "stdout", "stderr".
	Stream string `json:"stream"`

	Data wireBytes `json:"data"`

	// How `data` carries the bytes; as text, a UTF-8 character is never cut in two. One of "utf8",
	// "base64", "binary".
	Encoding string `json:"encoding"`
}

// fsEntriesParamsEntrie holds the entries in the params of fs/entries.
type fsEntriesParamsEntrie struct {
	Name string `json:"name"`

	// There where the bytes are no UTF-8, and come as base64.
	Encoding *string `json:"encoding,omitempty"`

	// One of "file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown".
	Type string `json:"type"`

	// In bytes; `null`, as the others, where it isn't told.
	Size *int64 `json:"size"`

	// The permission bits, 0 to 4095 (07777).
	Mode *int64 `json:"mode"`

	Uid *int64 `json:"uid"`

	Gid *int64 `json:"gid"`

	// Seconds since 1970, of the last access.
	Atime *float64 `json:"atime"`

	// Seconds since 1970, of the last change.
	Mtime *float64 `json:"mtime"`

	// The user's name, where the server tells it.
	Owner *string `json:"owner,omitempty"`

	// The group's name, where the server tells it.
	Group *string `json:"group,omitempty"`
}

// fsEntriesParams holds the params of fs/entries.
type fsEntriesParams struct {
	// The client's own name for a call while it runs: an integer, or a string that isn't empty; not in
	// use by another.
	Token any `json:"token"`

	// Counts up from 0.
	Seq int64 `json:"seq"`

	Entries []fsEntriesParamsEntrie `json:"entries"`
}

// forwardClosedParams holds the params of forward/closed.
type forwardClosedParams struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Its session has ended; it can't listen any longer; or its session was connected to again, and
	// the server doesn't let it listen there any more. One of "session", "listener", "refused".
	Reason string `json:"reason"`

	Message string `json:"message"`
}

// forwardFailedParamsTo holds the to in the params of forward/failed.
type forwardFailedParamsTo struct {
	Host *string `json:"host,omitempty"`

	Port *int64 `json:"port,omitempty"`

	Path *string `json:"path,omitempty"`
}

// forwardFailedParams holds the params of forward/failed.
type forwardFailedParams struct {
	// The handle that the forward was given: a positive integer, never reused.
	Forward int64 `json:"forward"`

	// Where it was to lead.
	To forwardFailedParamsTo `json:"to"`

	// As in an error's `data`.
	Kind string `json:"kind"`

	Message string `json:"message"`

	// The server's refusal, the code of RFC 4254 §5.1.
	Reason *int64 `json:"reason,omitempty"`

	// The system's name of the error, as `ECONNREFUSED`.
	Errno *string `json:"errno,omitempty"`
}

// progressParamsValue holds the value in the params of $/progress.
type progressParamsValue struct {
	Kind string `json:"kind"`

	// One of "scpRecv", "scpSend", "scpSendfile", "get", "put".
	Title string `json:"title,omitempty"`

	// The file's size in bytes; of a tree that of the files found so far.
	Total int64 `json:"total"`

	// Of `fs.get` and `fs.put`: files that are over.
	Files *int64 `json:"files,omitempty"`

	// Of `fs.get` and `fs.put`: files found so far that are to be transferred; `total` has their
	// bytes.
	TotalFiles *int64 `json:"totalFiles,omitempty"`

	// How many of them have come, or gone.
	Bytes *int64 `json:"bytes,omitempty"`

	// Rounded down.
	Percentage *int64 `json:"percentage,omitempty"`
}

// progressParams holds the params of $/progress.
type progressParams struct {
	// The client's name for the transfer: asks for `$/progress` notifications that bear it.
	Token any `json:"token"`

	Value progressParamsValue `json:"value"`
}

// logTraceParams holds the params of $/logTrace.
type logTraceParams struct {
	// One line, for a person.
	Message string `json:"message"`

	// More of it, where `verbose` was asked for.
	Verbose *string `json:"verbose,omitempty"`
}

// windowLogMessageParams holds the params of window/logMessage.
type windowLogMessageParams struct {
	// 1 error, 2 warn, 3 info, 4 debug.
	Type float64 `json:"type"`

	Message string `json:"message"`
}

// sessionClosedParamsReason holds the reason in the params of session/closed.
type sessionClosedParamsReason struct {
	// The connection broke; the server said that it ends it (RFC 4253 §11.1); it gave no sign of life
	// any more; or it came with another host key in a later key exchange. Of a session that was to
	// reconnect, also why it can't: as an error of `ssh.new`. One of "ConnectionLost", "Disconnected",
	// "KeepaliveTimeout", "HostKeyRejected", "ConnectFailed", "HandshakeFailed",
	// "AuthenticationFailed".
	Kind string `json:"kind"`

	// One line for a person; a server's own words may be in it.
	Message string `json:"message"`

	// Of a session over a proxy command: the end of what that wrote to stderr, control characters
	// removed.
	Stderr *string `json:"stderr,omitempty"`
}

// sessionClosedParams holds the params of session/closed.
type sessionClosedParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	Reason sessionClosedParamsReason `json:"reason"`
}

// sessionLostParamsReason holds the reason in the params of session/lost.
type sessionLostParamsReason struct {
	// The connection broke; the server said that it ends it (RFC 4253 §11.1); or it gave no sign of
	// life any more. One of "ConnectionLost", "Disconnected", "KeepaliveTimeout".
	Kind string `json:"kind"`

	// One line for a person; a server's own words may be in it.
	Message string `json:"message"`

	// Of a session over a proxy command: the end of what that wrote to stderr, control characters
	// removed.
	Stderr *string `json:"stderr,omitempty"`
}

// sessionLostParams holds the params of session/lost.
type sessionLostParams struct {
	// The handle that `ssh.new` gave: a positive integer, never reused.
	Session int64 `json:"session"`

	Reason sessionLostParamsReason `json:"reason"`
}

// sessionRestoredParamsHostKeyCertificate holds the certificate in the hostKey in the params of
// session/restored.
type sessionRestoredParamsHostKeyCertificate struct {
	// The authority's name for it.
	KeyID string `json:"keyId"`

	// Its number, in decimal: it has 64 bits.
	Serial string `json:"serial"`

	// The hosts that it is for.
	Principals []string `json:"principals"`

	// Seconds since 1970; 0 for always.
	ValidAfter int64 `json:"validAfter"`

	// Seconds since 1970; left out: for ever.
	ValidBefore *int64 `json:"validBefore,omitempty"`

	// The authority's fingerprint: `SHA256:…`.
	Ca string `json:"ca"`
}

// sessionRestoredParamsHostKey holds the hostKey in the params of session/restored.
type sessionRestoredParamsHostKey struct {
	// As `ssh-ed25519`.
	Type string `json:"type"`

	// As OpenSSH prints it: `SHA256:…`.
	Fingerprint string `json:"fingerprint"`

	// Known before; recorded in known_hosts now; new, and not recorded (`reason` says why, if it was
	// to be); one of `hostKeyFingerprints`; changed, and accepted by the client for this session; or
	// not checked, with the policy `off`. One of "known", "recorded", "unrecorded", "pinned",
	// "accepted", "unchecked".
	Status string `json:"status"`

	// The certificate that vouches for the key, where known_hosts (`@cert-authority`) or
	// `hostKeyFingerprints` names its authority and not the key.
	Certificate *sessionRestoredParamsHostKeyCertificate `json:"certificate,omitempty"`

	// Why it could not be recorded: the file, and the system's words.
	Reason *string `json:"reason,omitempty"`
}

// sessionRestoredParams holds the params of session/restored.
type sessionRestoredParams struct {
	// The handle for the `session.*` methods: 1, 2, 3 …
	Session int64 `json:"session"`

	// The server's name or address: with `config` the HostName that this says, else `host`.
	Host string `json:"host"`

	// Its port.
	Port int64 `json:"port"`

	// Whom it is logged in as.
	Username string `json:"username"`

	// The server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`.
	ServerIdent string `json:"serverIdent"`

	HostKey sessionRestoredParamsHostKey `json:"hostKey"`

	// The authentication method that succeeded (RFC 4252 §5); where the server wanted several in a
	// row, all of them, as `publickey,password`.
	AuthMethod string `json:"authMethod"`

	// The key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`.
	Kex string `json:"kex"`

	// The cipher that is sent with, as `aes128-gcm@openssh.com`; the server has chosen the same unless
	// its two lists differ.
	Cipher string `json:"cipher"`

	// The MAC that goes with it; `<implicit>`, as `ssh -v` has it, where the cipher is one itself.
	Mac string `json:"mac"`

	// Whether the key exchange is safe from quantum computers.
	PostQuantum bool `json:"postQuantum"`

	// What `warnWeakCrypto` has found, if anything.
	Warnings []string `json:"warnings,omitempty"`

	// With `config`: what it says and is not honoured here, as `ssh -G` prints it: `forwardagent yes`;
	// of a jump host with its name in front: `gate: forwardagent yes`. Settings that are OpenSSH's
	// defaults are left out.
	Ignored []string `json:"ignored,omitempty"`
}

// cancelRequestParams holds the params of $/cancelRequest.
type cancelRequestParams struct {
	// That of the daemon's request.
	ID int64 `json:"id"`
}

// The kinds of errors that the daemon replies with.
const (
	// ErrParseError, -32700: The bytes are no JSON, or the frame's header is malformed.
	ErrParseError Kind = "ParseError"

	// ErrInvalidRequest, -32600: The JSON is no JSON-RPC 2.0 request, it came too late, or a shared
	// daemon has no room for its client.
	ErrInvalidRequest Kind = "InvalidRequest"

	// ErrMethodNotFound, -32601: There is no such method.
	ErrMethodNotFound Kind = "MethodNotFound"

	// ErrInvalidParams, -32602: A param is missing, unknown or ill-typed. Data: path: the param, as in
	// `env.PATH`; reason: what is wrong with it.
	ErrInvalidParams Kind = "InvalidParams"

	// ErrInternalError, -32603: A fault of the daemon itself; please report it.
	ErrInternalError Kind = "InternalError"

	// ErrCancelled, -32800: The client cancelled the request. Output that had arrived comes as on
	// Timeout. Data: phase: where it stopped; termination: exec: as on Timeout.
	ErrCancelled Kind = "Cancelled"

	// ErrSessionNotFound, 1001: No session has this handle; it was freed, or never was.
	ErrSessionNotFound Kind = "SessionNotFound"

	// ErrSessionClosed, 1002: The session was disconnected, or its connection was lost earlier.
	ErrSessionClosed Kind = "SessionClosed"

	// ErrCommandNotFound, 1003: No command runs under this token: it has ended, its input was closed,
	// or it never was.
	ErrCommandNotFound Kind = "CommandNotFound"

	// ErrConnectFailed, 2001: No connection to the host. Data: errno: the system's name of the error,
	// as `ECONNREFUSED` or `ENOTFOUND`; `EMFILE` for one session more than the client may have;
	// reason: with `via`: the jump host's refusal of the channel, the code of RFC 4254 §5.1;
	// description: and its text, as `Connection refused`; stderr: with `proxyCommand`: the end of what
	// it wrote to stderr, control characters removed.
	ErrConnectFailed Kind = "ConnectFailed"

	// ErrHandshakeFailed, 2002: What answered speaks no SSH, or no algorithm that we accept (RFC 4253
	// §4.2, §7.1). Data: stage: `banner` (before the identification string) or `kex`; algorithm: where
	// no algorithm is in common: of which kind, as a name in `algorithms`; offer: and what the server
	// offers of it; errno: the system's name of the error, where the connection broke;
	// disconnectReason: where the server has sent SSH_MSG_DISCONNECT: its reason (RFC 4253 §11.1);
	// disconnectDescription: and its text; stderr: with `proxyCommand`: as on ConnectFailed.
	ErrHandshakeFailed Kind = "HandshakeFailed"

	// ErrHostKeyRejected, 2003: The server's host key is not trusted. Data: reason: `changed`,
	// `unknown` (with `strict`; with `ask` where the client didn't accept it or can't be asked),
	// `notPinned`, `revoked`, `certAuthority` (known_hosts wants a certificate, and the server has
	// none that is good) or `unreadable` (known_hosts could not be read); keyType: of the offered key;
	// fingerprint: of the offered key, as OpenSSH prints it: `SHA256:…`; expected: the entries of
	// known_hosts that decide: fingerprint, key type, file and line of each; errno: where it was
	// unreadable: the system's name of the error.
	ErrHostKeyRejected Kind = "HostKeyRejected"

	// ErrAuthenticationFailed, 2004: The server refused every authentication that could be tried (RFC
	// 4252). Data: methods: the methods that the server still offers; tried: the methods that were
	// tried, in order; skipped: why keys were left out: `[{ path, reason }]`; `path` is a file,
	// `privateKey` for the param, or `agent`.
	ErrAuthenticationFailed Kind = "AuthenticationFailed"

	// ErrConnectionLost, 2005: The connection ended during the call. Output that had arrived comes as
	// on Timeout. Data: errno: the system's name of the error, if there was one; disconnectReason: the
	// server's SSH_MSG_DISCONNECT code (RFC 4253 §11.1), if it sent one; disconnectDescription: and
	// its text, control characters removed; stderr: over a proxy command: as on ConnectFailed.
	ErrConnectionLost Kind = "ConnectionLost"

	// ErrChannelOpenFailed, 3001: The server refused a channel (RFC 4254 §5.1). Data: reason: the
	// RFC's code; description: the server's text, control characters removed.
	ErrChannelOpenFailed Kind = "ChannelOpenFailed"

	// ErrChannelRequestDenied, 3002: The server refused a request on the channel (RFC 4254 §6). Data:
	// request: `exec`, `shell`, `subsystem`, `pty-req`, `env` or `auth-agent-req@openssh.com`.
	ErrChannelRequestDenied Kind = "ChannelRequestDenied"

	// ErrForwardRefused, 3003: No listening there: the server refuses it (RFC 4254 §7.1,
	// streamlocal-forward@openssh.com), or the address is in use. Data: errno: on the daemon's
	// machine: the system's name of the error, as `EADDRINUSE`; `EMFILE` for one more than the client
	// may have.
	ErrForwardRefused Kind = "ForwardRefused"

	// ErrSudoFailed, 3004: sudo didn't run the program; the message has its words. Data: reason:
	// `wrongPassword`, `passwordNeeded` (none was given, by `sudoPassword` or by the client),
	// `noTerminal` (it wants one: `pty`), `notAllowed` (by sudoers), `unknownUser`, `notFound` (there
	// is no sudo) or `other`; stderr: what it said, control characters removed; exitCode: its exit
	// status, if sent.
	ErrSudoFailed Kind = "SudoFailed"

	// ErrScpRemoteError, 4001: The remote scp reported an error; the message is its text. Data: code:
	// what its words say, as `ENOENT`, `EACCES`, `EISDIR` or `ENOSPC`, where they do; remoteMessage:
	// its text, control characters removed; exitCode: its exit status, if sent.
	ErrScpRemoteError Kind = "ScpRemoteError"

	// ErrScpProtocolError, 4002: The remote side broke the SCP protocol, or ended before its final
	// status. Data: stdout: the beginning of the text that it sent in place of the protocol; stderr:
	// what it wrote to stderr, shortened; exitCode: the remote scp's exit status, if sent.
	ErrScpProtocolError Kind = "ScpProtocolError"

	// ErrLocalFileError, 4003: A file of the daemon's machine could not be read or written. Data:
	// code: as `ENOENT` or `ENOSPC`; errno: the same, but `EINVAL` for whatever is no regular file;
	// path: the file.
	ErrLocalFileError Kind = "LocalFileError"

	// ErrRemoteFileError, 4004: The server could not do it to the file; the message has its text.
	// Data: code: as `ENOENT`, `EACCES` or `EEXIST`; `UNKNOWN` where the server doesn't say, `EPROTO`
	// where it broke the protocol; status: SFTP's own number; none over a shell; path: the remote
	// file; bytes that are no UTF-8 as U+FFFD; remoteMessage: the server's text, control characters
	// removed.
	ErrRemoteFileError Kind = "RemoteFileError"

	// ErrTransferIncomplete, 4005: Some files were not transferred, all others were. The fields of the
	// result are in the error. Data: failures: `[{ path, kind, message }]`: the file by its path below
	// the source, and the error that it met; at most 1000; failed: how many failed.
	ErrTransferIncomplete Kind = "TransferIncomplete"

	// ErrNotSupported, 4006: The server has no means to do it; the message says what it lacks.
	ErrNotSupported Kind = "NotSupported"

	// ErrTimeout, 5001: The call's deadline passed, or a transfer was idle for too long. Data: phase:
	// where it passed: see Phases; seconds: the time-out that passed; output, encoding: what had
	// arrived, in the fields that the result would have had; stderr: `ssh.new` with `proxyCommand`: as
	// on ConnectFailed; termination: exec: what was done to the remote command: `{ signals, ended,
	// exitCode, exitSignal }`.
	ErrTimeout Kind = "Timeout"

	// ErrInputTooFast, 5004: More input waits for the command than is held; wait for the replies to
	// your writes. Data: maxPendingInput: the bound, in bytes.
	ErrInputTooFast Kind = "InputTooFast"

	// ErrNotUtf8, 5003: `encoding` is `utf8` and the bytes are not. The call was carried out; its
	// result is in the error, as base64.
	ErrNotUtf8 Kind = "NotUtf8"

	// ErrOutputTooLarge, 5002: More output, or a larger file, than `maxOutput`. What fits of a
	// command's output is in the error, as on Timeout. Data: maxOutput: the limit that was passed;
	// termination: exec: as on Timeout.
	ErrOutputTooLarge Kind = "OutputTooLarge"
)

// kindOfCode is the kind of an error whose data doesn't name one.
var kindOfCode = map[int]Kind{
	-32700: ErrParseError,

	-32600: ErrInvalidRequest,

	-32601: ErrMethodNotFound,

	-32602: ErrInvalidParams,

	-32603: ErrInternalError,

	-32800: ErrCancelled,

	1001: ErrSessionNotFound,

	1002: ErrSessionClosed,

	1003: ErrCommandNotFound,

	2001: ErrConnectFailed,

	2002: ErrHandshakeFailed,

	2003: ErrHostKeyRejected,

	2004: ErrAuthenticationFailed,

	2005: ErrConnectionLost,

	3001: ErrChannelOpenFailed,

	3002: ErrChannelRequestDenied,

	3003: ErrForwardRefused,

	3004: ErrSudoFailed,

	4001: ErrScpRemoteError,

	4002: ErrScpProtocolError,

	4003: ErrLocalFileError,

	4004: ErrRemoteFileError,

	4005: ErrTransferIncomplete,

	4006: ErrNotSupported,

	5001: ErrTimeout,

	5004: ErrInputTooFast,

	5003: ErrNotUtf8,

	5002: ErrOutputTooLarge,
}
