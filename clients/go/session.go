package sshrpc

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// A HostKey is what a server has shown of itself.
type HostKey struct {
	Type        string // as "ssh-ed25519"
	Fingerprint string // as OpenSSH prints it: "SHA256:…"
	Status      string // "known" before, "recorded" now, …: PROTOCOL.md lists them

	// Certificate vouches for the key, where known_hosts or Config.HostKeyFingerprints have its authority
	// and not the key; else it is nil.
	Certificate *HostCertificate

	Reason string // why the key could not be recorded, if it was to be
}

// A HostCertificate is what an authority says of a host's key (OpenSSH's PROTOCOL.certkeys).
type HostCertificate struct {
	KeyID       string // the authority's name for it
	Serial      uint64
	Principals  []string  // the hosts that it is for
	ValidAfter  time.Time // the zero time for always
	ValidBefore time.Time // the zero time for ever
	CA          string    // the authority's fingerprint: "SHA256:…"
}

// A Session is a login on an SSH server. Any number of commands and transfers may run on it at a time;
// those that the server has no channel for wait. Safe for concurrent use.
type Session struct {
	daemon   *Daemon
	via      *Session // that this one runs over
	isShared bool
	handle   int64
	token    string // of its Dial, by which questions come when it is connected to again
	onState  func(State, error)
	close    sync.Once
	closed   chan struct{} // by Close
	done     chan struct{} // closed in StateClosed

	endPrompts context.CancelFunc // of the callbacks that answer

	mu        sync.Mutex
	info      sshNewResult // of the connection that there is, or was last
	state     State
	why       error // it isn't open
	untold    []toldState
	isTelling bool
}

// Host, Port and Username say who is logged in where; with Config.SSHConfig, as its files say what the
// address didn't.
func (s *Session) Host() string     { return s.now().Host }
func (s *Session) Port() int        { return int(s.now().Port) }
func (s *Session) Username() string { return s.now().Username }

// ServerIdent is the server's identification string (RFC 4253 §4.2), as "SSH-2.0-OpenSSH_9.2p1".
func (s *Session) ServerIdent() string { return s.now().ServerIdent }

// now is what is told of the connection, the last one where it is lost.
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

// AuthMethod is the authentication method that succeeded (RFC 4252 §5), as "password".
func (s *Session) AuthMethod() string { return s.now().AuthMethod }

// Kex, Cipher and MAC are what was negotiated (RFC 4253 §7.1), the latter two of what is sent: as
// "mlkem768x25519-sha256", "aes128-gcm@openssh.com", and "<implicit>" where the cipher is a MAC itself.
func (s *Session) Kex() string    { return s.now().Kex }
func (s *Session) Cipher() string { return s.now().Cipher }
func (s *Session) MAC() string    { return s.now().Mac }

// PostQuantum is whether the key exchange is safe from quantum computers.
func (s *Session) PostQuantum() bool { return s.now().PostQuantum }

// Warnings is what Config.WarnWeakCrypto has found, if anything.
func (s *Session) Warnings() []string { return append([]string(nil), s.now().Warnings...) }

// Ignored is what the files of Config.SSHConfig say and is not honoured here, as ssh -G prints it:
// "forwardagent yes"; of a jump host with its name in front: "gate: forwardagent yes". Settings that are
// OpenSSH's defaults are left out.
func (s *Session) Ignored() []string { return append([]string(nil), s.now().Ignored...) }

// Daemon is the daemon that keeps the session.
func (s *Session) Daemon() *Daemon { return s.daemon }

// Handle is the session's number in the daemon, the param "session" of the protocol's methods.
func (s *Session) Handle() int64 { return s.handle }

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
		_, _ = s.daemon.call(ctx, request{method: methodSessionFree, params: sessionFreeParams{Session: s.handle}}, nil)
		s.daemon.mu.Lock()
		delete(s.daemon.early, s.handle) // what came when it was known no more
		s.daemon.mu.Unlock()
	})
	return nil
}

// Done is closed when the session has ended: by Close, by the server, with its connection, with a session
// that it runs over (Config.Via), or with the daemon.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err says why the session has ended, nil while it hasn't: ErrClosed after Close, its own or that of a
// session that it runs over; ErrConnectionLost; ErrHostKeyRejected, where the server came with another host
// key in a later key exchange; ErrDaemonEnded; with Config.Reconnect also ErrAuthenticationFailed,
// ErrHandshakeFailed and ErrConnectFailed, where it was not connected to again. Of a session that is lost
// meanwhile it is nil, and State tells why.
func (s *Session) Err() error {
	if state, why := s.State(); state == StateClosed {
		return why
	}
	return nil
}

// addSession has the session told of its end.
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

func localError(method string, err error) error {
	return &Error{Kind: ErrLocalFileError, Method: method, Message: "no local path", Dispatched: "no", ExitCode: -1, cause: err}
}
