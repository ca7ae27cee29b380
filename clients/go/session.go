package sshrpc

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// A HostKey is the key by which a server has identified itself.
type HostKey struct {
	Type        string // as "ssh-ed25519"
	Fingerprint string // as OpenSSH prints it: "SHA256:…"
	Status      string // "known" before, "recorded" now, …: PROTOCOL.md lists them

	// Certificate is the certificate that vouches for the key, if known_hosts or Config.HostKeyFingerprints
	// name its authority instead of the key; else nil.
	Certificate *HostCertificate

	Reason string // why the key could not be recorded; "" if it could, or wasn't to be
}

// A HostCertificate is what an authority says of a host's key (OpenSSH's PROTOCOL.certkeys).
type HostCertificate struct {
	KeyID       string // the name that the authority has given it
	Serial      uint64
	Principals  []string  // the hosts that it is for
	ValidAfter  time.Time // the zero time if it has no beginning
	ValidBefore time.Time // the zero time if it has no end
	CA          string    // the fingerprint of the authority's key: "SHA256:…"
}

// A Session is a login on an SSH server. Any number of commands and transfers may be started on it at the same time;
// if the server allows fewer channels, some wait for their turn. Safe for concurrent use.
type Session struct {
	daemon   *Daemon
	via      *Session // the one that this one runs over; nil if none
	isShared bool
	handle   int64
	token    string // of its Dial: names the session in questions of later logins (Config.Reconnect)
	onState  func(State, error)
	close    sync.Once
	closed   chan struct{} // closed by Close
	done     chan struct{} // closed when the state is StateClosed

	endPrompts context.CancelFunc // ends the context of the callbacks that answer questions

	mu        sync.Mutex
	info      sshNewResult // of the current connection, or the last one if it is lost
	state     State
	why       error // why it isn't open
	untold    []toldState
	isTelling bool
}

// Host, Port and Username say which account on which server is logged in to. With Config.SSHConfig they include what
// its files say.
func (s *Session) Host() string     { return s.now().Host }
func (s *Session) Port() int        { return int(s.now().Port) }
func (s *Session) Username() string { return s.now().Username }

// ServerIdent is the server's identification string (RFC 4253 §4.2), as "SSH-2.0-OpenSSH_9.2p1".
func (s *Session) ServerIdent() string { return s.now().ServerIdent }

// now gives what is known of the current connection, or of the last one if it is lost.
func (s *Session) now() sshNewResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info
}

// HostKey is the key that the server has shown.
func (s *Session) HostKey() HostKey {
	shown := s.now().HostKey
	key := HostKey{Type: shown.Type, Fingerprint: shown.Fingerprint, Status: shown.Status}
	if shown.Reason != nil {
		key.Reason = *shown.Reason
	}
	if said := shown.Certificate; said != nil {
		serial, _ := strconv.ParseUint(said.Serial, 10, 64)
		key.Certificate = &HostCertificate{
			KeyID: said.KeyID, Serial: serial, Principals: append([]string(nil), said.Principals...), CA: said.Ca,
		}
		if said.ValidAfter != 0 {
			key.Certificate.ValidAfter = time.Unix(said.ValidAfter, 0)
		}
		if said.ValidBefore != nil {
			key.Certificate.ValidBefore = time.Unix(*said.ValidBefore, 0)
		}
	}
	return key
}

// AuthMethod is the authentication method that succeeded (RFC 4252 §5), as "password"; if the server wanted several,
// all of them, as "publickey,password".
func (s *Session) AuthMethod() string { return s.now().AuthMethod }

// Kex, Cipher and MAC are the algorithms that were negotiated (RFC 4253 §7.1): the key exchange, as
// "mlkem768x25519-sha256", and for what is sent the cipher, as "aes128-gcm@openssh.com", and the MAC, which is
// "<implicit>" if the cipher authenticates, too.
func (s *Session) Kex() string    { return s.now().Kex }
func (s *Session) Cipher() string { return s.now().Cipher }
func (s *Session) MAC() string    { return s.now().Mac }

// PostQuantum is whether the key exchange is safe from quantum computers.
func (s *Session) PostQuantum() bool { return s.now().PostQuantum }

// Warnings are those of Config.WarnWeakCrypto; none if there is nothing to warn of.
func (s *Session) Warnings() []string { return append([]string(nil), s.now().Warnings...) }

// Ignored are the settings in the files of Config.SSHConfig that have no effect here, as ssh -G prints them:
// "forwardagent yes"; those of a jump host with its name in front: "gate: forwardagent yes". Settings with OpenSSH's
// default values are left out.
func (s *Session) Ignored() []string { return append([]string(nil), s.now().Ignored...) }

// Daemon is the daemon that keeps the session.
func (s *Session) Daemon() *Daemon { return s.daemon }

// Handle is the session's number in the daemon, the param "session" of the protocol's methods.
func (s *Session) Handle() int64 { return s.handle }

// Close logs out. Commands that run are signalled, and calls that wait return ErrClosed. Sessions that run over this
// one (Config.Via) end with it, but must be closed, too. When the last session of a daemon that Dial has started is
// closed, the daemon ends, and Close returns when its process has ended. A second Close does nothing. The error is
// always nil.
func (s *Session) Close() error {
	s.close.Do(func() {
		close(s.closed)
		s.finish(closedError())
		s.daemon.removeSession(s)
		if s.isShared && s.daemon.release() {
			return // The daemon has ended, and the session with it.
		}
		ctx, cancel := context.WithTimeout(context.Background(), endLimit)
		defer cancel()
		_, _ = s.daemon.call(ctx, request{method: methodSessionFree, params: sessionFreeParams{Session: s.handle}}, nil)
		s.daemon.mu.Lock()
		delete(s.daemon.early, s.handle) // events that came after the session was removed
		s.daemon.mu.Unlock()
	})
	return nil
}

// Done gives a channel that is closed when the session has ended: by Close, by the server, with its connection, with
// a session that it runs over (Config.Via), or with the daemon.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err says why the session has ended; nil while it hasn't. It is ErrClosed after a Close of this session, or of one
// that it runs over; ErrConnectionLost; ErrHostKeyRejected if the server showed another host key in a later key
// exchange; or ErrDaemonEnded. With Config.Reconnect it is ErrAuthenticationFailed, ErrHandshakeFailed or
// ErrConnectFailed if reconnecting was given up; while it goes on, Err is nil, and State tells the reason.
func (s *Session) Err() error {
	if state, why := s.State(); state == StateClosed {
		return why
	}
	return nil
}

// addSession puts the session into the table, so that it learns of its events. Some may have come already.
func (d *Daemon) addSession(s *Session) {
	d.mu.Lock()
	d.sessions[s.handle] = s
	early := d.early[s.handle]
	delete(d.early, s.handle)
	for _, event := range early {
		if event.state == StateClosed {
			delete(d.dials, s.token)
		}
		s.take(event)
	}
	d.mu.Unlock()
	d.conn.mu.Lock()
	lost := d.conn.err
	d.conn.mu.Unlock()
	// After the insertion: a Close of the carrier either finds this session in the table, or has closed the
	// carrier's channel before, which is seen here.
	if lost == nil && s.isCarrierClosed() {
		lost = closedError()
	}
	if lost != nil {
		s.finish(lost)
	}
}

// removeSession removes a session that was closed from the table, and ends the sessions that run over it: the daemon
// frees these with it, without a notification.
func (d *Daemon) removeSession(s *Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, s.handle)
	delete(d.dials, s.token)
	for handle, other := range d.sessions {
		if other.runsOver(s) {
			delete(d.sessions, handle)
			delete(d.dials, other.token)
			other.finish(closedError())
		}
	}
}

// runsOver says whether the session runs over the other one, directly or through further sessions.
func (s *Session) runsOver(other *Session) bool {
	for via := s.via; via != nil; via = via.via {
		if via == other {
			return true
		}
	}
	return false
}

// isCarrierClosed says whether Close was called of one of the sessions that this one runs over.
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

func (s *Session) call(ctx context.Context, r request) (reply, error) {
	if err := s.ready(ctx, r.method); err != nil {
		return reply{}, err
	}
	return s.daemon.conn.call(ctx, s.closed, r, s.daemon.maxBytes, nil)
}

// ready gives the error if a method can't be called. That the session was closed comes before all other reasons.
func (s *Session) ready(ctx context.Context, method string) error {
	select {
	case <-s.closed:
		return closedError().of(method, "no")
	default:
		return s.daemon.readyFor(ctx, method)
	}
}

// waitForCaller waits for code of the caller's, a Write or a callback, until done is closed. If that code blocks, it
// waits no longer than callerGrace after the end of the context, or the Close of the session or the daemon, and
// gives the reason.
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

func localError(method string, err error) error {
	return &Error{Kind: ErrLocalFileError, Method: method, Message: "no local path", Dispatched: "no", ExitCode: -1, cause: err}
}
