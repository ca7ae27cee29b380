package sshrpc

import (
	"context"
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"sync"
)

// A Forward listens on one side of a session, and makes a connection on the other side for each that comes. It ends
// by Close, with its session, or when it can't listen any longer; see Done and Err.
type Forward struct {
	session  *Session
	handle   int64
	addr     net.Addr
	onFailed func(error)
	ended    chan struct{} // closed when the daemon says so, or by Close
	end      sync.Once
	done     chan struct{} // closed when it has ended, in whatever way
	err      error         // why it has ended; set before done is closed
	closing  error         // the same; set before ended is closed
}

// A ForwardOption is an option of ForwardLocal, ForwardRemote and ForwardDynamic.
type ForwardOption func(*Forward)

// OnForwardFailure calls f with the *Error of each connection that could not be made on the other side; the one that
// came was reset. f is called in a goroutine of its own.
func OnForwardFailure(f func(error)) ForwardOption { return func(o *Forward) { o.onFailed = f } }

// ForwardLocal listens on this machine; the server makes the connections, as with ssh -L. bind and to are
// "host:port"; an address with a "/" in it is the path of a Unix socket. An empty host means 127.0.0.1. Port 0 in
// bind means any free port: see Addr.
//
// Errors: ErrForwardRefused, ErrClosed, ErrConnectionLost, ErrTimeout, ErrCancelled, ErrDaemonEnded,
// ErrInvalidParams.
func (s *Session) ForwardLocal(ctx context.Context, bind, to string, options ...ForwardOption) (*Forward, error) {
	return s.forward(ctx, methodForwardLocal, bind, to, options)
}

// ForwardRemote has the server listen; connections are made from this machine, as with ssh -R. The server decides at
// which addresses it listens. All else is as for ForwardLocal.
func (s *Session) ForwardRemote(ctx context.Context, bind, to string, options ...ForwardOption) (*Forward, error) {
	return s.forward(ctx, methodForwardRemote, bind, to, options)
}

// ForwardDynamic listens on this machine for SOCKS 4, 4a and 5; the server connects to what each client asks for, as
// with ssh -D. All else is as for ForwardLocal.
func (s *Session) ForwardDynamic(ctx context.Context, bind string, options ...ForwardOption) (*Forward, error) {
	return s.forward(ctx, methodForwardDynamic, bind, "", options)
}

func (s *Session) forward(ctx context.Context, method, bind, to string, options []ForwardOption) (*Forward, error) {
	f := &Forward{session: s, ended: make(chan struct{}), done: make(chan struct{})}
	for _, option := range options {
		option(f)
	}
	params := map[string]any{"session": s.handle}
	if timeout := timeoutOf(ctx); timeout != nil {
		params["timeout"] = *timeout
	}
	var err error
	if params["bind"], err = endOf(bind, method != methodForwardRemote); err == nil && method != methodForwardDynamic {
		params["to"], err = endOf(to, method == methodForwardRemote)
	}
	if err != nil {
		return nil, invalidParams(method, err.Error())
	}
	if err := s.ready(ctx, method); err != nil {
		return nil, err
	}
	reply, err := s.daemon.conn.call(ctx, s.closed, request{method: method, params: params}, s.daemon.maxBytes, s.closeLateForward)
	if err != nil {
		return nil, err
	}
	var result forwardLocalResult
	if err := decodeResult(method, reply, &result); err != nil {
		return nil, err
	}
	f.handle = result.Forward
	switch {
	case result.Path != nil:
		f.addr = tunnelAddr{"unix", *result.Path}
	case result.Host != nil && result.Port != nil:
		f.addr = tunnelAddr{"tcp", net.JoinHostPort(*result.Host, strconv.FormatInt(*result.Port, 10))}
	}
	s.daemon.addForward(f)
	go f.watch()
	return f, nil
}

// endOf gives an address in the form of the protocol.
func endOf(address string, isHere bool) (map[string]any, error) {
	if strings.Contains(address, "/") {
		path := address
		if isHere {
			var err error
			if path, err = absolutePath(address); err != nil {
				return nil, err
			}
		}
		return map[string]any{"path": path}, nil
	}
	if address == "" {
		return map[string]any{}, nil
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := net.LookupPort("tcp", service)
	if err != nil {
		return nil, err
	}
	end := map[string]any{"port": port}
	if host != "" {
		end["host"] = host
	}
	return end, nil
}

// closeLateForward closes a forward that nobody waits for any more.
func (s *Session) closeLateForward(r reply) {
	var late forwardLocalResult
	if r.err == nil && json.Unmarshal(r.result, &late) == nil {
		s.daemon.conn.notify(methodForwardClose, forwardCloseParams{Forward: late.Forward})
	}
}

// watch ends the forward when its session ends.
func (f *Forward) watch() {
	select {
	case <-f.ended:
		f.err = f.closing
	case <-f.session.done:
		f.err = f.session.Err()
		f.session.daemon.removeForward(f)
	}
	close(f.done)
}

func (f *Forward) finish(why error) {
	f.end.Do(func() {
		f.closing = why
		close(f.ended)
	})
}

// Addr gives the address at which it listens, with the port that it got.
func (f *Forward) Addr() net.Addr { return f.addr }

// Done gives a channel that is closed when the forward doesn't listen any more.
func (f *Forward) Done() <-chan struct{} { return f.done }

// Err says why the forward has ended: net.ErrClosed after Close; the session's error (Session.Err) if that has ended;
// ErrForwardRefused if it can't listen any longer. It is nil while the forward listens.
func (f *Forward) Err() error {
	select {
	case <-f.done:
		return f.err
	default:
		return nil
	}
}

// Close ends the listening; connections run to their end. A second Close does nothing. The error is always nil.
func (f *Forward) Close() error { return f.close(false) }

// Abort is Close, and resets the connections, too.
func (f *Forward) Abort() error { return f.close(true) }

func (f *Forward) close(aborts bool) error {
	f.session.daemon.removeForward(f)
	ctx, cancel := contextForEnd()
	defer cancel()
	_, _ = f.session.call(ctx, request{method: methodForwardClose, params: map[string]any{"forward": f.handle, "abort": aborts}})
	f.finish(net.ErrClosed)
	<-f.done
	return nil
}

// addForward puts the forward into the table, so that it learns of its end, which may have come already.
func (d *Daemon) addForward(f *Forward) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if why := d.lostForwards[f.handle]; why != nil {
		delete(d.lostForwards, f.handle)
		f.finish(why)
		return
	}
	d.forwards[f.handle] = f
}

func (d *Daemon) removeForward(f *Forward) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.forwards, f.handle)
}

func (d *Daemon) onForwardClosed(params json.RawMessage) {
	var closed forwardClosedParams
	if json.Unmarshal(params, &closed) != nil {
		return
	}
	why := &Error{Kind: ErrForwardRefused, Message: closed.Message, ExitCode: -1, Data: params}
	if closed.Reason == "session" {
		why.Kind = ErrConnectionLost
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.forwards[closed.Forward]; f != nil {
		delete(d.forwards, closed.Forward)
		f.finish(why)
	} else {
		// The call that makes it hasn't returned yet: addForward finds this.
		d.lostForwards[closed.Forward] = why
	}
}

func (d *Daemon) onForwardFailed(params json.RawMessage) {
	var failed forwardFailedParams
	if json.Unmarshal(params, &failed) != nil {
		return
	}
	why := &Error{Kind: Kind(failed.Kind), Message: failed.Message, ExitCode: -1, Data: params}
	if failed.Errno != nil {
		why.Errno = *failed.Errno
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.forwards[failed.Forward]; f != nil && f.onFailed != nil {
		go f.onFailed(why)
	}
}
