package sshrpc

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Dial is DialContext without a context.
func (s *Session) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext makes a connection from the server (RFC 4254 §7.2): with the network "tcp", "tcp4" or "tcp6" to
// "host:port", as the server sees that, or with "unix" to a Unix socket on the server. ctx is for connecting only. It
// fits DialContext of http.Transport, and the like of database drivers.
//
// The connection has deadlines, and the method CloseWrite. It ends with the session.
//
// Errors: *net.OpError, which wraps ErrConnectFailed if the server can't or won't connect, ErrClosed,
// ErrConnectionLost, ErrTimeout, ErrCancelled or ErrDaemonEnded.
func (s *Session) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	to := tunnelAddr{network, address}
	fail := func(err error) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: to, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(contextError(methodSessionConnect, err, "no"))
	}
	params := programParams{sessionExecParams: sessionExecParams{Session: s.handle}}
	switch network {
	case "tcp", "tcp4", "tcp6":
		host, service, err := net.SplitHostPort(address)
		if err != nil {
			return fail(err)
		}
		port, err := net.DefaultResolver.LookupPort(ctx, network, service)
		if err != nil {
			return fail(err)
		}
		if host == "" {
			host = "localhost"
		}
		params.Host, params.Port = host, int64(port)
	case "unix":
		params.SocketPath = address
	default:
		return fail(net.UnknownNetworkError(network))
	}
	command, err := s.start(context.Background(), methodSessionConnect, params, runOptions{stdinPipe: true})
	if err != nil {
		return fail(err)
	}
	// A write of nothing is answered when the server has connected, or couldn't.
	if err := command.writeInputWithin(ctx, nil); err != nil {
		if ctx.Err() != nil {
			command.cancel()
			return fail(contextError(methodSessionConnect, ctx.Err(), "maybe"))
		}
		select {
		case <-command.ended:
			if why := command.Wait(); why != nil {
				err = why
			}
		case <-ctx.Done():
			err = contextError(methodSessionConnect, ctx.Err(), "maybe")
		}
		command.cancel()
		return fail(err)
	}
	_ = command.Stderr.Close()
	return &tunnelConn{command: command, to: to, writeEnd: newCutoff()}, nil
}

type tunnelAddr struct{ network, address string }

func (a tunnelAddr) Network() string { return a.network }
func (a tunnelAddr) String() string  { return a.address }

// tunnelConn is a connection that the server has made.
type tunnelConn struct {
	command  *Command
	to       tunnelAddr
	writing  sync.Mutex
	writeEnd *cutoff
	mu       sync.Mutex
	closed   bool
	shut     bool
}

func (c *tunnelConn) RemoteAddr() net.Addr { return c.to }

// LocalAddr is empty: the local end is on the server, which doesn't tell it.
func (c *tunnelConn) LocalAddr() net.Addr { return tunnelAddr{c.to.network, ""} }

func (c *tunnelConn) failed(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		err = net.ErrClosed
	}
	return &net.OpError{Op: op, Net: c.to.network, Addr: c.to, Err: err}
}

func (c *tunnelConn) Read(p []byte) (int, error) {
	n, err := c.command.Stdout.Read(p)
	return n, c.failed("read", err)
}

func (c *tunnelConn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	shut := c.shut
	c.mu.Unlock()
	if shut {
		return 0, c.failed("write", io.ErrClosedPipe)
	}
	ctx, cancel := context.WithCancel(c.command.inputCtx)
	defer cancel()
	passed := c.writeEnd.channel()
	// The goroutine below may come too late to one that has passed before.
	select {
	case <-passed:
		return 0, c.failed("write", os.ErrDeadlineExceeded)
	default:
	}
	go func() {
		select {
		case <-passed:
			cancel()
		case <-ctx.Done():
		}
	}()
	total := 0
	for total < len(p) {
		piece := p[total:]
		if len(piece) > inputPiece {
			piece = piece[:inputPiece]
		}
		if err := c.command.writeInputWithin(ctx, piece); err != nil {
			select {
			case <-passed:
				err = os.ErrDeadlineExceeded
			default:
			}
			return total, c.failed("write", err)
		}
		total += len(piece)
	}
	return total, nil
}

// CloseWrite tells the other end that no more will be sent. Read can still be used.
func (c *tunnelConn) CloseWrite() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	shut := c.shut
	c.shut = true
	c.mu.Unlock()
	if shut {
		return nil
	}
	return c.failed("close", c.command.closeInput())
}

// Close ends the connection in both directions. What was written is sent first, as far as the other end takes it
// within a quarter of a second.
func (c *tunnelConn) Close() error {
	c.mu.Lock()
	closed := c.closed
	c.closed = true
	shut := c.shut
	c.mu.Unlock()
	if closed {
		return &net.OpError{Op: "close", Net: c.to.network, Addr: c.to, Err: net.ErrClosed}
	}
	_ = c.command.Stdout.Close()
	_ = c.SetDeadline(time.Time{})
	if !shut {
		// Not longer than that: a Write may wait for the other end.
		ctx, cancel := context.WithTimeout(c.command.inputCtx, callerGrace)
		defer cancel()
		_, _ = c.command.session.call(ctx, request{method: methodSessionCloseStdin, params: sessionCloseStdinParams{Token: c.command.token}})
	}
	if !waitFor(c.command.ended, callerGrace) {
		c.command.cancel()
		<-c.command.ended
	}
	return nil
}

func (c *tunnelConn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

func (c *tunnelConn) SetReadDeadline(t time.Time) error {
	c.command.Stdout.(*commandOutput).setDeadline(t)
	return nil
}

func (c *tunnelConn) SetWriteDeadline(t time.Time) error {
	c.writeEnd.set(t)
	return nil
}
