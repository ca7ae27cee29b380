package sshrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The longest login in bytes: what every daemon takes as one message.
const loginLimit = 256 << 20

// Dial logs in to an SSH server.
//
// The address is a host name or an IP address, with or without a user before and a port behind it:
// "example.org", "alice@example.org:2222", "alice@[2001:db8::1]:22". The port is 22 by default. config
// may be nil.
//
// If ctx has no deadline, name lookup, TCP, key exchange and login may take 30 seconds together, or the
// ConnectTimeout of SSHConfig's files; the time in which Prompt or TrustHostKey is called doesn't count. With a
// deadline in ctx it does. ctx is for logging in only: the session goes on when ctx ends.
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
		if d, err = acquireDaemon(config.Daemon, config.Shared); err != nil {
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

// Dial is the function Dial with this daemon; Config.Daemon is ignored. If the daemon was closed, the error is
// ErrClosed.
func (d *Daemon) Dial(ctx context.Context, address string, config *Config) (*Session, error) {
	if config == nil {
		config = &Config{}
	}
	return d.dial(ctx, address, config)
}

func (d *Daemon) dial(ctx context.Context, address string, config *Config) (*Session, error) {
	params, err := dialParams(ctx, address, config)
	if err == nil && config.Via != nil && config.Via.daemon != d {
		err = errors.New("Via is a session of another daemon: Via.Daemon().Dial connects through it")
	}
	if err == nil && config.Shared && !d.isShared {
		err = errors.New("Shared has no say over the daemon of Via, or one of StartDaemon")
	}
	if err != nil {
		return nil, invalidParams(methodSSHNew, err.Error())
	}
	// The context of the callbacks ends with this function; with the session if they may be called again later.
	isAskedAgain := config.Reconnect && (config.Prompt != nil || config.TrustHostKey != nil)
	parent := ctx
	if isAskedAgain {
		parent = valuesOf{ctx}
	}
	callbackCtx, cancel := context.WithCancel(parent)
	isOpen := false
	defer func() {
		if !isOpen || !isAskedAgain {
			cancel()
		}
	}()
	token := d.newToken()
	params.Token = token
	kept := *config
	asked := &dial{config: &kept, ctx: callbackCtx}
	d.mu.Lock()
	d.dials[token] = asked
	d.mu.Unlock()
	r := request{method: methodSSHNew, params: params}
	if config.KnownHosts != nil && len(config.KnownHosts) == 0 {
		r.params = noKnownHosts{params, []string{}}
	}
	reply, err := d.login(ctx, r)
	d.mu.Lock()
	if err != nil || !isAskedAgain {
		delete(d.dials, token)
	}
	callbackErr := asked.err
	d.mu.Unlock()
	if err != nil {
		if e, ok := err.(*Error); ok && e.cause == nil {
			e.cause = callbackErr
		}
		return nil, err
	}
	s := &Session{
		daemon: d, via: config.Via, token: token, onState: config.OnState, endPrompts: cancel,
		state: StateOpen, closed: make(chan struct{}), done: make(chan struct{}),
	}
	if err := decodeResult(methodSSHNew, reply, &s.info); err != nil {
		return nil, err
	}
	s.handle = s.info.Session
	isOpen = true
	d.addSession(s)
	return s, nil
}

// login calls ssh.new. A daemon that hasn't answered `initialize` yet gets the login along with that.
func (d *Daemon) login(ctx context.Context, r request) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, contextError(r.method, err, "no")
	}
	id, p, err := d.conn.send(r, loginLimit)
	if err != nil {
		return reply{}, err
	}
	select {
	case <-d.initialized:
	case <-ctx.Done():
		// What doesn't answer `initialize` may be no daemon: its answer to this isn't waited for.
		d.conn.notify(notifyCancelRequest, map[string]int64{"id": id})
		if !d.conn.abandon(p, d.freeLate) {
			d.freeLate(p.reply)
		}
		return reply{}, contextError(r.method, ctx.Err(), "maybe")
	}
	if err := d.readyFor(ctx, r.method); err != nil && d.maxBytes == 0 {
		return reply{}, err // It was no daemon, whatever it says of the login.
	}
	return d.conn.await(ctx, nil, id, p, d.freeLate)
}

// valuesOf is a context with the values of another one, but without its deadline and cancellation.
type valuesOf struct{ context.Context }

func (valuesOf) Deadline() (time.Time, bool) { return time.Time{}, false }
func (valuesOf) Done() <-chan struct{}       { return nil }
func (valuesOf) Err() error                  { return nil }

// freeLate frees a session that nobody waits for any more.
func (d *Daemon) freeLate(r reply) {
	var late sshNewResult
	if r.err == nil && json.Unmarshal(r.result, &late) == nil {
		d.mu.Lock()
		delete(d.early, late.Session)
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
		return nil, fmt.Errorf("the address says user %q, and Config.Username %q: one of them is enough", username, config.Username)
	}
	isConfigured := config.SSHConfig || config.SSHConfigFile != ""
	if username == "" && !isConfigured {
		current, err := user.Current()
		if err != nil {
			return nil, fmt.Errorf("no user name is given, by the address or by Config.Username, nor is it known here: %w", err)
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
		Persist:             secondsOf(config.Persist),
		Timeout:             timeoutOf(ctx),
	}
	if port != 0 {
		params.Port = &port
	}
	if config.Prompt == nil && config.TrustHostKey == nil {
		// Said for this login alone: other sessions of the same daemon may have callbacks.
		no := false
		params.Prompt = &no
	}
	if config.IdentitiesOnly {
		params.IdentitiesOnly = &config.IdentitiesOnly
	}
	if config.KeepaliveCountMax != 0 {
		count := int64(config.KeepaliveCountMax)
		params.KeepaliveCountMax = &count
	}
	if config.MaxChannels != 0 {
		most := int64(config.MaxChannels)
		params.MaxChannels = &most
	}
	if config.Reconnect {
		params.Reconnect = &config.Reconnect
	}
	if config.WarnWeakCrypto {
		params.WarnWeakCrypto = &config.WarnWeakCrypto
	}
	if config.Via != nil {
		params.Via = &config.Via.handle
	}
	if params.IdentityFiles, err = absolute(config.IdentityFiles); err != nil {
		return nil, err
	}
	if params.CertificateFiles, err = absolute(config.CertificateFiles); err != nil {
		return nil, err
	}
	if params.KnownHosts, err = absolute(config.KnownHosts); err != nil {
		return nil, err
	}
	params.SocketPath = unlessEmpty(config.SocketPath)
	// With Via it is a path on the jump host, which must stay as it is.
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

// noKnownHosts are the params with an empty list of known_hosts files, which sshNewParams would omit.
type noKnownHosts struct {
	*sshNewParams
	KnownHosts []string `json:"knownHosts"`
}

func (a Algorithms) params() *sshNewParamsAlgorithms {
	params := sshNewParamsAlgorithms{Kex: a.Kex, HostKey: a.HostKey, Cipher: a.Cipher, Mac: a.MAC, Compression: a.Compression, PublicKey: a.PublicKey}
	if len(a.Kex)+len(a.HostKey)+len(a.Cipher)+len(a.MAC)+len(a.Compression)+len(a.PublicKey) == 0 {
		return nil
	}
	return &params
}

// secondsOf gives a duration in seconds: nil, the daemon's default, for 0; and 0 for a negative one.
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

// absolute makes relative paths absolute, since the daemon's working directory may be another one.
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

// splitAddress splits [user@]host[:port]; the port is 0 if there is none. An IPv6 address needs brackets only if a
// port follows.
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
			return "", "", 0, fmt.Errorf("%q is no port: a number from 1 to 65535", digits)
		}
		host, port = name, int64(number)
	}
	if host == "" {
		return "", "", 0, fmt.Errorf("no host in %q", address)
	}
	return username, host, port, nil
}

// timeoutOf gives the seconds up to the context's deadline, nil if it has none.
func timeoutOf(ctx context.Context) *float64 {
	deadline, ok := ctx.Deadline()
	if !ok {
		return nil
	}
	seconds := time.Until(deadline).Seconds()
	return &seconds
}
