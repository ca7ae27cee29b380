package sshrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Config says how to log in. What it names is used, and nothing else; where it names nothing, the
// user's agent and default keys are, as ssh does. PROTOCOL.md's ssh.new has it in detail.
type Config struct {
	// Username is whom to log in as, where the address doesn't say it. The default is the user that
	// this process runs as.
	Username string

	// Password is for the methods "password" and "keyboard-interactive" (RFC 4252 §8, RFC 4256).
	Password string

	// PrivateKey is a private key's text, as a file of OpenSSH's has it.
	PrivateKey string

	// IdentityFiles are the paths of private keys, or of public ones whose private half the agent
	// holds. "~/" in front is the home of the daemon's user.
	IdentityFiles []string

	// Passphrase is of private keys that are encrypted.
	Passphrase string

	// Agent is the SSH agent, as ssh_config(5)'s IdentityAgent: its socket's path, "SSH_AUTH_SOCK" for
	// that of the environment variable, or "none". By default it is that of the variable where
	// IdentityFiles, or nothing at all, is named.
	Agent string

	// IdentitiesOnly has the agent's keys used only where they are among the identity files.
	IdentitiesOnly bool

	// HostKeyPolicy says what is done about a host key that known_hosts doesn't hold: "strict" refuses
	// it, "accept-new" records it, "ask" asks TrustHostKey, "pin" accepts HostKeyFingerprints alone, and
	// "off" accepts anything. A key that has changed is ErrHostKeyRejected, unless TrustHostKey accepts
	// it, HostKeyFingerprints has it, or the policy is "off". One that is revoked is refused under every
	// policy. The default is "pin" with HostKeyFingerprints; else what SSHConfig's files say; else
	// "accept-new".
	HostKeyPolicy string

	// HostKeyFingerprints are as OpenSSH prints them: "SHA256:…".
	HostKeyFingerprints []string

	// KnownHosts are the paths of the user's known_hosts files; new hosts are recorded in the first. The
	// default is what SSHConfig's files say, else ~/.ssh/known_hosts and ~/.ssh/known_hosts2. The system's
	// are read in any case.
	KnownHosts []string

	// Algorithms are what is offered in the key exchange: for servers that have only what is weak.
	Algorithms Algorithms

	// KeepaliveInterval is how long the server may be silent before it is asked for a sign of life, up to
	// 24 hours; negative for never. The default, 0, is 15 seconds. A server that is gone is found out
	// within KeepaliveInterval × (KeepaliveCountMax + 1).
	KeepaliveInterval time.Duration

	// KeepaliveCountMax is how many such questions in a row may go unanswered, 1 to 1000. The default, 0,
	// is 3.
	KeepaliveCountMax int

	// IdleTimeout gives up a login during which the server is silent for so long, whatever the context's
	// deadline is. Time in which Prompt or TrustHostKey is asked, or the login waits for its turn, isn't
	// counted. The default, 0, is no such limit.
	IdleTimeout time.Duration

	// Via, where not nil, is a session to connect through, as ssh -J does: its server connects to the
	// address (RFC 4254 §7.2). The new session is of the same daemon, whatever Daemon says, and ends with
	// that one: calls are ErrClosed then.
	Via *Session

	// ProxyCommand is a command whose stdin and stdout are the connection, as ssh_config(5)'s: run by
	// /bin/sh; %h is the host, %p the port, %r the user, %% a %. It ends with the session.
	ProxyCommand string

	// SocketPath is the path of a Unix socket to connect to instead of the address, which remains the
	// server's name in known_hosts. With Via, it is the jump host's path, sent as it is.
	SocketPath string

	// SSHConfig has the files that ssh reads, ssh_config(5), say what the address and this Config don't:
	// user and port, keys, the way there, the HostKeyPolicy. That is "ask" where they have no
	// StrictHostKeyChecking: an unknown host is refused then where TrustHostKey is nil. SSHConfigFile names
	// another file to read instead. What isn't honoured of them, Session.Ignored tells.
	SSHConfig     bool
	SSHConfigFile string

	// Prompt, where not nil, answers what the server or a key asks during the login, an answer for each
	// question. Nil answers, or an error, refuse; the error is then wrapped in that of Dial. ctx ends
	// when the answers are wanted no more: Dial doesn't wait for a callback that goes on then. It is called
	// in a goroutine of its own, where a panic ends the program.
	Prompt func(ctx context.Context, prompt *Prompt) (answers []string, err error)

	// TrustHostKey decides about a host key that is unknown or has changed, with the HostKeyPolicy "ask".
	// Where it is nil, such a key is refused.
	TrustHostKey func(ctx context.Context, prompt *HostKeyPrompt) (trust bool, err error)

	// Daemon says how the shared daemon is started. Sessions with the same share one.
	Daemon *DaemonConfig
}

// Algorithms are offered in the key exchange (RFC 4253 §7.1), best first. Each list stands in place of
// the default; an empty one is the default. PROTOCOL.md has the names under Algorithms; another one is
// ErrInvalidParams.
type Algorithms struct {
	Kex         []string // as "curve25519-sha256"
	HostKey     []string // as "ssh-ed25519"
	Cipher      []string // as "aes128-gcm@openssh.com"
	MAC         []string // as "hmac-sha2-256-etm@openssh.com"
	Compression []string // as "none"
}

// A HostKey is what a server has shown of itself.
type HostKey struct {
	Type        string // as "ssh-ed25519"
	Fingerprint string // as OpenSSH prints it: "SHA256:…"
	Status      string // "known" before, "recorded" now, …: PROTOCOL.md lists them
}

// A Session is a login on an SSH server. Any number of commands and transfers may run on it at a time;
// those that the server has no channel for wait. Safe for concurrent use.
type Session struct {
	daemon   *Daemon
	via      *Session // that this one runs over
	isShared bool
	info     sshNewResult
	close    sync.Once
	closed   chan struct{} // by Close
	end      sync.Once
	done     chan struct{} // in whichever way
	err      error         // why; set before done is closed
}

// Dial logs in to an SSH server.
//
// The address is a host name or an IP address, with or without a user before and a port behind it:
// "example.org", "alice@example.org:2222", "alice@[2001:db8::1]:22". The port is 22 by default. config
// may be nil.
//
// Without a deadline in ctx, name lookup, TCP, key exchange and login may take 30 seconds together, or the
// ConnectTimeout of SSHConfig's files; time in which Prompt or TrustHostKey is asked isn't counted. In a
// deadline of ctx it is. ctx is for logging in only: the session goes on when it ends.
//
// Errors: ErrDaemonNotFound, ErrDaemonEnded, ErrClosed (Via is closed or lost), ErrConnectFailed,
// ErrHandshakeFailed, ErrHostKeyRejected, ErrAuthenticationFailed, ErrConnectionLost, ErrTimeout,
// ErrCancelled, ErrInvalidParams.
func Dial(ctx context.Context, address string, config *Config) (*Session, error) {
	if config == nil {
		config = &Config{}
	}
	if err := ctx.Err(); err != nil {
		return nil, contextError(methodSSHNew, err, "no")
	}
	var d *Daemon
	switch via := config.Via; {
	case via == nil:
		var err error
		if d, err = acquireDaemon(config.Daemon); err != nil {
			return nil, err
		}
	case via.isShared:
		d = via.daemon.retain()
	default:
		return via.daemon.dial(ctx, address, config)
	}
	s, err := d.dial(ctx, address, config)
	if err != nil {
		d.release()
		return nil, err
	}
	s.isShared = true
	return s, nil
}

// Dial is the function Dial through this daemon, which Config.Daemon has no bearing on. When the daemon was
// closed, it is ErrClosed.
func (d *Daemon) Dial(ctx context.Context, address string, config *Config) (*Session, error) {
	if config == nil {
		config = &Config{}
	}
	return d.dial(ctx, address, config)
}

func (d *Daemon) dial(ctx context.Context, address string, config *Config) (*Session, error) {
	params, err := dialParams(ctx, address, config)
	if err == nil && config.Via != nil && config.Via.daemon != d {
		err = errors.New("Via is a session of another daemon")
	}
	if err != nil {
		return nil, invalidParams(methodSSHNew, err.Error())
	}
	// What ends with this function: the callbacks' context.
	callbackCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	token := d.newToken()
	params.Token = token
	asked := &dial{config: config, ctx: callbackCtx}
	d.mu.Lock()
	d.dials[token] = asked
	d.mu.Unlock()
	reply, err := d.call(ctx, request{method: methodSSHNew, params: params}, d.freeLate)
	d.mu.Lock()
	delete(d.dials, token)
	callbackErr := asked.err
	d.mu.Unlock()
	if err != nil {
		if e, ok := err.(*Error); ok && e.cause == nil {
			e.cause = callbackErr
		}
		return nil, err
	}
	s := &Session{daemon: d, via: config.Via, closed: make(chan struct{}), done: make(chan struct{})}
	if err := decodeResult(methodSSHNew, reply, &s.info); err != nil {
		return nil, err
	}
	d.addSession(s)
	return s, nil
}

// freeLate frees a session that nobody waits for any more.
func (d *Daemon) freeLate(r reply) {
	var late sshNewResult
	if r.err == nil && json.Unmarshal(r.result, &late) == nil {
		d.mu.Lock()
		delete(d.lost, late.Session)
		d.mu.Unlock()
		d.conn.notify(methodSessionFree, sessionFreeParams{Session: late.Session})
	}
}

// dialParams gives the params of ssh.new.
func dialParams(ctx context.Context, address string, config *Config) (*sshNewParams, error) {
	username, host, port, err := splitAddress(address)
	if err != nil {
		return nil, err
	}
	if username == "" {
		username = config.Username
	} else if config.Username != "" && config.Username != username {
		return nil, fmt.Errorf("the address says %q, and Config.Username %q", username, config.Username)
	}
	isConfigured := config.SSHConfig || config.SSHConfigFile != ""
	if username == "" && !isConfigured {
		current, err := user.Current()
		if err != nil {
			return nil, fmt.Errorf("no user name: %w", err)
		}
		username = current.Username
	}
	params := &sshNewParams{
		Host:                host,
		Username:            unlessEmpty(username),
		Password:            unlessEmpty(config.Password),
		PrivateKey:          unlessEmpty(config.PrivateKey),
		Passphrase:          unlessEmpty(config.Passphrase),
		HostKeyPolicy:       config.HostKeyPolicy,
		HostKeyFingerprints: config.HostKeyFingerprints,
		Algorithms:          config.Algorithms.params(),
		KeepaliveInterval:   secondsOf(config.KeepaliveInterval),
		IdleTimeout:         secondsOf(config.IdleTimeout),
		ProxyCommand:        unlessEmpty(config.ProxyCommand),
		Timeout:             timeoutOf(ctx),
	}
	if port != 0 {
		params.Port = &port
	}
	if config.IdentitiesOnly {
		params.IdentitiesOnly = &config.IdentitiesOnly
	}
	if config.KeepaliveCountMax != 0 {
		count := int64(config.KeepaliveCountMax)
		params.KeepaliveCountMax = &count
	}
	if config.Via != nil {
		params.Via = &config.Via.info.Session
	}
	if params.IdentityFiles, err = absolute(config.IdentityFiles); err != nil {
		return nil, err
	}
	if params.KnownHosts, err = absolute(config.KnownHosts); err != nil {
		return nil, err
	}
	params.SocketPath = unlessEmpty(config.SocketPath)
	// With Via it is no path of ours, to be made absolute.
	if params.SocketPath != nil && config.Via == nil {
		if *params.SocketPath, err = absolutePath(config.SocketPath); err != nil {
			return nil, err
		}
	}
	switch config.Agent {
	case "":
	case "none":
		params.Agent = false
	case "SSH_AUTH_SOCK":
		params.Agent = true
	default:
		if params.Agent, err = absolutePath(config.Agent); err != nil {
			return nil, err
		}
	}
	if config.SSHConfigFile != "" {
		if params.Config, err = absolutePath(config.SSHConfigFile); err != nil {
			return nil, err
		}
	} else if config.SSHConfig {
		params.Config = true
	}
	return params, nil
}

func (a Algorithms) params() *sshNewParamsAlgorithms {
	params := sshNewParamsAlgorithms{Kex: a.Kex, HostKey: a.HostKey, Cipher: a.Cipher, Mac: a.MAC, Compression: a.Compression}
	if len(a.Kex)+len(a.HostKey)+len(a.Cipher)+len(a.MAC)+len(a.Compression) == 0 {
		return nil
	}
	return &params
}

// secondsOf gives nil for 0, and 0 for what is negative.
func secondsOf(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	seconds := math.Max(0, d.Seconds())
	return &seconds
}

func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// absolute makes paths that count from our working directory mean the same to the daemon.
func absolute(paths []string) ([]string, error) {
	var all []string
	for _, path := range paths {
		path, err := absolutePath(path)
		if err != nil {
			return nil, err
		}
		all = append(all, path)
	}
	return all, nil
}

func absolutePath(path string) (string, error) {
	if strings.HasPrefix(path, "~/") {
		return path, nil
	}
	return filepath.Abs(path)
}

// splitAddress splits [user@]host[:port]; the port is 0 where none is said. An IPv6 address needs brackets
// only where a port follows.
func splitAddress(address string) (username, host string, port int64, err error) {
	host = address
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		username, host = address[:at], address[at+1:]
		if username == "" {
			return "", "", 0, fmt.Errorf("no user before the @ in %q", address)
		}
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	} else if strings.HasPrefix(host, "[") || strings.Count(host, ":") == 1 {
		name, digits, err := net.SplitHostPort(host)
		if err != nil {
			return "", "", 0, fmt.Errorf("%q is no address: %w", address, err)
		}
		number, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || number == 0 {
			return "", "", 0, fmt.Errorf("%q is no port", digits)
		}
		host, port = name, int64(number)
	}
	if host == "" {
		return "", "", 0, fmt.Errorf("no host in %q", address)
	}
	return username, host, port, nil
}

// timeoutOf gives the seconds that the context leaves, nil where it sets no deadline.
func timeoutOf(ctx context.Context) *float64 {
	deadline, ok := ctx.Deadline()
	if !ok {
		return nil
	}
	seconds := time.Until(deadline).Seconds()
	return &seconds
}

// ServerIdent is the server's identification string (RFC 4253 §4.2), as "SSH-2.0-OpenSSH_9.2p1".
func (s *Session) ServerIdent() string { return s.info.ServerIdent }

// HostKey is the key that the server has shown.
func (s *Session) HostKey() HostKey {
	return HostKey{s.info.HostKey.Type, s.info.HostKey.Fingerprint, s.info.HostKey.Status}
}

// AuthMethod is the authentication method that succeeded (RFC 4252 §5), as "password".
func (s *Session) AuthMethod() string { return s.info.AuthMethod }

// Ignored is what the files of Config.SSHConfig say and is not honoured here, as ssh -G prints it:
// "forwardagent yes"; of a jump host with its name in front: "gate: forwardagent yes". Settings that are
// OpenSSH's defaults are left out.
func (s *Session) Ignored() []string { return append([]string(nil), s.info.Ignored...) }

// Daemon is the daemon that keeps the session.
func (s *Session) Daemon() *Daemon { return s.daemon }

// Handle is the session's number in the daemon, the param "session" of the protocol's methods.
func (s *Session) Handle() int64 { return s.info.Session }

// Close logs out: commands that run are signalled, and calls that wait get ErrClosed. Sessions that run
// over this one (Config.Via) end with it; they, too, are to be closed. The last session's Close ends the
// shared daemon, and returns when its process has ended. Closing again does nothing. It never fails; its
// error is for io.Closer.
func (s *Session) Close() error {
	s.close.Do(func() {
		close(s.closed)
		s.finish(closedError())
		s.daemon.removeSession(s)
		if s.isShared && s.daemon.release() {
			return // It has ended, and the session with it.
		}
		ctx, cancel := context.WithTimeout(context.Background(), endLimit)
		defer cancel()
		_, _ = s.daemon.call(ctx, request{method: methodSessionFree, params: sessionFreeParams{Session: s.info.Session}}, nil)
	})
	return nil
}

// Done is closed when the session has ended: by Close, by the server, with its connection, with a session
// that it runs over (Config.Via), or with the daemon.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err says why the session has ended, nil while it hasn't: ErrClosed after Close, its own or that of a
// session that it runs over; ErrConnectionLost; ErrHostKeyRejected, where the server came with another host
// key in a later key exchange; ErrDaemonEnded.
func (s *Session) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

func (s *Session) finish(err error) {
	s.end.Do(func() {
		s.err = err
		close(s.done)
	})
}

// addSession has the session told of its end.
func (d *Daemon) addSession(s *Session) {
	d.mu.Lock()
	d.sessions[s.info.Session] = s
	lost := d.lost[s.info.Session]
	delete(d.lost, s.info.Session)
	d.mu.Unlock()
	if lost == nil {
		d.conn.mu.Lock()
		lost = d.conn.err
		d.conn.mu.Unlock()
	}
	// Behind the insertion: a Close that didn't find the session there has closed its own before it looked.
	if lost == nil && s.isCarrierClosed() {
		lost = closedError()
	}
	if lost != nil {
		s.finish(lost)
	}
}

// removeSession forgets a session that was closed, and ends those over it: the daemon frees them with it, and
// sends no notification of that.
func (d *Daemon) removeSession(s *Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, s.info.Session)
	delete(d.lost, s.info.Session)
	for handle, other := range d.sessions {
		if other.runsOver(s) {
			delete(d.sessions, handle)
			other.finish(closedError())
		}
	}
}

// runsOver says whether the session's connection goes through another one, at any depth.
func (s *Session) runsOver(other *Session) bool {
	for via := s.via; via != nil; via = via.via {
		if via == other {
			return true
		}
	}
	return false
}

// isCarrierClosed says whether one of the sessions that this one runs over was closed, by Close.
func (s *Session) isCarrierClosed() bool {
	for via := s.via; via != nil; via = via.via {
		select {
		case <-via.closed:
			return true
		default:
		}
	}
	return false
}

func (d *Daemon) onSessionClosed(params json.RawMessage) {
	var closed sessionClosedParams
	if json.Unmarshal(params, &closed) != nil {
		return
	}
	err := &Error{Kind: ErrConnectionLost, Message: closed.Reason.Message, ExitCode: -1, Data: params}
	if closed.Reason.Kind == string(ErrHostKeyRejected) {
		err.Kind = ErrHostKeyRejected
	}
	d.mu.Lock()
	s := d.sessions[closed.Session]
	if s == nil {
		// Its Dial hasn't returned yet.
		d.lost[closed.Session] = err
	}
	d.mu.Unlock()
	if s != nil {
		s.finish(err)
	}
}

func (s *Session) call(ctx context.Context, r request) (reply, error) {
	if err := s.ready(ctx, r.method); err != nil {
		return reply{}, err
	}
	return s.daemon.conn.call(ctx, s.closed, r, s.daemon.maxBytes, nil)
}

// ready says whether a method can be called: that the session was closed comes before all other reasons
// why it can't.
func (s *Session) ready(ctx context.Context, method string) error {
	select {
	case <-s.closed:
		return closedError().of(method, "no")
	default:
		return s.daemon.readyFor(ctx, method)
	}
}

// waitForCaller waits for what is the caller's, a Write or a callback that was called for it; where that
// blocks, until a little after the context's end, or the Close of the session or the daemon. It gives the
// reason then.
func (s *Session) waitForCaller(ctx context.Context, done <-chan struct{}) *Error {
	var why *Error
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		why = contextError("", ctx.Err(), "")
	case <-s.closed:
		why = closedError()
	case <-s.daemon.closed:
		why = closedError()
	}
	if waitFor(done, callerGrace) {
		return nil
	}
	return why
}

// A Result is what a command left.
type Result struct {
	// Stdout and Stderr are what it wrote, byte for byte. Nil where a Writer took it.
	Stdout, Stderr []byte

	// ExitCode is the exit status; 128 + the signal's number where a signal ended the command; -1 where
	// neither is known.
	ExitCode int

	// Signal is what ended the command, where a signal did.
	Signal Signal
}

// Run runs a command and waits for it. The command is passed to the account's shell by the server, byte
// for byte.
//
// As in os/exec, and unlike the protocol, a command that ends with another status than 0 is an error,
// *ExitError: in Go an error that isn't looked at is noticed, and a field isn't. The result is never
// nil, and has what is known beside an error, too.
//
// Errors: *ExitError; ErrClosed, ErrConnectionLost, ErrChannelOpenFailed, ErrChannelRequestDenied,
// ErrTimeout, ErrCancelled, ErrOutputTooLarge, ErrDaemonEnded, ErrInvalidParams; those of Stdin's reader and
// of the writers, as they are.
func (s *Session) Run(ctx context.Context, command string, options ...RunOption) (*Result, error) {
	o, result := runOptionsOf(options), &Result{ExitCode: -1}
	if err := s.ready(ctx, methodSessionExec); err != nil {
		return result, err
	}
	if err := o.checkForRun(); err != nil {
		return result, err
	}
	if o.stdout != nil || o.stderr != nil {
		return s.runStreamed(ctx, command, o)
	}
	input, isWhole := wholeInput(o.stdin)
	if !isWhole {
		return s.runStreamed(ctx, command, o)
	}
	params := s.execParams(ctx, command, o)
	params.Streams = "separate"
	params.MaxOutput = o.maxOutput
	reply, err := s.call(ctx, s.execRequest(params, input))
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			result.Stdout, result.Stderr = e.Stdout, e.Stderr
			result.ExitCode, result.Signal = e.ExitCode, e.ExitSignal
		}
		return result, err
	}
	var wire sessionExecResult
	if err := decodeResult(methodSessionExec, reply, &wire); err != nil {
		return result, err
	}
	if result.Stdout, err = decodeBytes(wire.Stdout, wire.StdoutEncoding, reply.binary); err != nil {
		return result, unexpected(methodSessionExec, err)
	}
	if result.Stderr, err = decodeBytes(wire.Stderr, wire.StderrEncoding, reply.binary); err != nil {
		return result, unexpected(methodSessionExec, err)
	}
	result.ExitCode, result.Signal = exitOf(&wire)
	if result.ExitCode != 0 {
		return result, &ExitError{result}
	}
	return result, nil
}

func (s *Session) execParams(ctx context.Context, command string, o runOptions) sessionExecParams {
	params := sessionExecParams{
		Session: s.info.Session,
		Timeout: timeoutOf(ctx),
		Env:     o.env,
	}
	params.Command, params.CommandEncoding, _ = encodeBytes([]byte(command), false)
	if o.pty != nil {
		params.PTY = &sessionExecParamsPTY{}
		if o.pty.Term != "" {
			params.PTY.Term = &o.pty.Term
		}
		if o.pty.Columns != 0 {
			columns := int64(o.pty.Columns)
			params.PTY.Columns = &columns
		}
		if o.pty.Rows != 0 {
			rows := int64(o.pty.Rows)
			params.PTY.Rows = &rows
		}
	}
	return params
}

// execRequest puts the input into the params. The daemon is ready.
func (s *Session) execRequest(params sessionExecParams, input []byte) request {
	r := request{method: methodSessionExec}
	if len(input) > 0 {
		params.Stdin, params.StdinEncoding, r.binary = encodeBytes(input, s.daemon.binaryFrames)
	}
	r.params = params
	return r
}

func exitOf(wire *sessionExecResult) (code int, signal Signal) {
	code = -1
	if wire.ExitCode != nil {
		code = int(*wire.ExitCode)
	}
	if wire.ExitSignal != nil {
		signal = Signal(*wire.ExitSignal)
	}
	return code, signal
}

// Get copies a remote file to a local one, by SCP, and gives its size in bytes. The remote path is
// taken literally, byte for byte: no globs, no ~; a relative one counts from the account's home.
//
// The file is received under a temporary name beside the destination, and renamed when it is whole:
// what fails leaves an old file as it was. A new file has mode 0666 less the umask.
//
// Errors: ErrScpRemoteError (there is no such file, or no permission), ErrScpProtocolError,
// ErrLocalFileError (by errors.Is fs.ErrNotExist, fs.ErrPermission and the like, too), ErrClosed,
// ErrConnectionLost, ErrChannelOpenFailed, ErrChannelRequestDenied, ErrTimeout, ErrCancelled,
// ErrDaemonEnded, ErrInvalidParams.
func (s *Session) Get(ctx context.Context, remote, local string, options ...TransferOption) (int64, error) {
	// A relative path means ours, not the daemon's.
	dest, err := filepath.Abs(local)
	if err != nil {
		return 0, localError(methodSessionSCPRecv, err)
	}
	o := transferOptionsOf(options)
	params := map[string]any{"dest": dest}
	setBytes(params, "source", remote)
	var result sessionSCPRecvResult
	_, err = s.transfer(ctx, methodSessionSCPRecv, params, nil, o, &result)
	return result.Bytes, err
}

// Put copies a local file to a remote one, by SCP. Where the remote path is a folder, the file is written
// inside it under the folder's own name, "/tmp" gives /tmp/tmp: name the file. A new file has the local
// one's permission bits, or those of the option Mode, less the server's umask. Symbolic links are followed;
// what is no regular file is ErrLocalFileError.
//
// It returns nil only when the server has said that the file is whole. Errors: as of Get.
func (s *Session) Put(ctx context.Context, local, remote string, options ...TransferOption) error {
	source, err := filepath.Abs(local)
	if err != nil {
		return localError(methodSessionSCPSendfile, err)
	}
	o := transferOptionsOf(options)
	params := map[string]any{"source": source}
	setBytes(params, "dest", remote)
	if o.mode != nil {
		params["mode"] = *o.mode
	}
	_, err = s.transfer(ctx, methodSessionSCPSendfile, params, nil, o, nil)
	return err
}

// ReadFile gives a remote file's content, up to 256 MiB of it; see MaxBytes.
//
// Errors: ErrOutputTooLarge, and as of Get.
func (s *Session) ReadFile(ctx context.Context, remote string, options ...TransferOption) ([]byte, error) {
	o := transferOptionsOf(options)
	params := map[string]any{}
	setBytes(params, "source", remote)
	if o.maxBytes != nil {
		params["maxOutput"] = *o.maxBytes
	}
	var result sessionSCPRecvResult
	reply, err := s.transfer(ctx, methodSessionSCPRecv, params, nil, o, &result)
	if err != nil {
		return nil, err
	}
	data, err := decodeBytes(result.Data, result.Encoding, reply.binary)
	if err == nil && int64(len(data)) != result.Bytes {
		err = fmt.Errorf("%d bytes instead of %d", len(data), result.Bytes)
	}
	if err != nil {
		return nil, unexpected(methodSessionSCPRecv, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// WriteFile writes a remote file, by SCP. A new one has the permission bits of mode, less the server's
// umask; one that exists keeps its own. data may be used again when WriteFile has returned.
//
// One message can hold 256 MiB at most, with base64 192: what is larger is ErrInvalidParams; Put takes
// files of any size. It returns nil only when the server has said that the file is whole. Other errors:
// as of Get.
func (s *Session) WriteFile(ctx context.Context, remote string, data []byte, mode fs.FileMode, options ...TransferOption) error {
	params := map[string]any{"mode": int64(mode.Perm())}
	setBytes(params, "dest", remote)
	if err := s.ready(ctx, methodSessionSCPSend); err != nil {
		return err
	}
	value, encoding, binary := encodeBytes(data, s.daemon.binaryFrames)
	params["data"], params["encoding"] = value, encoding
	_, err := s.transfer(ctx, methodSessionSCPSend, params, binary, transferOptionsOf(options), nil)
	return err
}

// setBytes sets a param that goes to the server as bytes, text or not.
func setBytes(params map[string]any, name, value string) {
	params[name], params[name+"Encoding"], _ = encodeBytes([]byte(value), false)
}

func transferOptionsOf(options []TransferOption) transferOptions {
	var o transferOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// transfer calls a method that transfers a file, and has its progress reported.
func (s *Session) transfer(ctx context.Context, method string, params map[string]any, binary []byte, o transferOptions, result any) (reply, error) {
	params["session"] = s.info.Session
	if timeout := timeoutOf(ctx); timeout != nil {
		params["timeout"] = *timeout
	}
	if o.idleTimeout != nil {
		params["idleTimeout"] = *o.idleTimeout
	}
	if o.progress != nil {
		token := s.daemon.newToken()
		params["workDoneToken"] = token
		defer s.reportProgress(ctx, token, o.progress)()
	}
	reply, err := s.call(ctx, request{method: method, params: params, binary: binary})
	if err != nil || result == nil {
		return reply, err
	}
	return reply, decodeResult(method, reply, result)
}

// A progressQueue has a callback called in a goroutine of its own: it may do what it likes, and the
// one that reads the daemon's messages must never wait.
type progressQueue struct {
	reports chan Progress
	done    chan struct{}
}

// reportProgress has f called for the notifications with this token, until the function that it
// returns is called, which waits for the last call.
func (s *Session) reportProgress(ctx context.Context, token string, f func(Progress)) (stop func()) {
	// Where f is slower than the reports, some are left out.
	queue := &progressQueue{reports: make(chan Progress, 16), done: make(chan struct{})}
	go func() {
		defer close(queue.done)
		for report := range queue.reports {
			f(report)
		}
	}()
	d := s.daemon
	d.mu.Lock()
	d.transfers[token] = queue
	d.mu.Unlock()
	return func() {
		d.mu.Lock()
		delete(d.transfers, token)
		close(queue.reports)
		d.mu.Unlock()
		if s.waitForCaller(ctx, queue.done) != nil {
			// One call is under way; no other begins.
			for range queue.reports {
			}
		}
	}
}

func (d *Daemon) onProgress(params json.RawMessage) {
	var progress progressParams
	if json.Unmarshal(params, &progress) != nil {
		return
	}
	token, _ := progress.Token.(string)
	report := Progress{Total: progress.Value.Total}
	if progress.Value.Bytes != nil {
		report.Bytes = *progress.Value.Bytes
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	queue := d.transfers[token]
	if queue == nil {
		return
	}
	for {
		select {
		case queue.reports <- report:
			return
		default:
		}
		// The oldest makes room for the newest.
		select {
		case <-queue.reports:
		default:
		}
	}
}

func localError(method string, err error) error {
	return &Error{Kind: ErrLocalFileError, Method: method, Message: "no local path", Dispatched: "no", ExitCode: -1, cause: err}
}
