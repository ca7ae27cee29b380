package sshrpc

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// A sharedConn is a connection to the socket of the user's shared daemon. If it ends before anything has come, the
// daemon was about to end. Then `sshrpc --attach`, which starts another daemon, takes its place, and is sent all that
// was sent before.
type sharedConn struct {
	*link
	attach func() (*link, error)

	mu      sync.Mutex
	current *link // that of the socket, or of --attach
	sent    []byte
	isKnown atomic.Bool // current won't be replaced: something has come, or it was closed
}

func sharedLink(socket *net.UnixConn, env []string, attach func() (*link, error)) *link {
	ended := make(chan error, 1)
	var once sync.Once
	end := func() { once.Do(func() { ended <- errors.New("it closed the connection") }) }
	logEnd := make(chan struct{})
	close(logEnd)
	c := &sharedConn{attach: attach, current: &link{
		w:        socketWriter{socket},
		r:        socketReader{socket, end},
		exited:   ended,
		logEnd:   logEnd,
		closeLog: func() {},
		kill: func() {
			socket.Close()
			end()
		},
	}}
	c.link = &link{
		w:           c,
		r:           readerOf{c},
		environment: ownEnvironment(env),
		exited:      make(chan error, 1),
		logEnd:      make(chan struct{}),
		closeLog:    func() { c.now().closeLog() },
		kill:        func() { c.settled().kill() },
	}
	return c.link
}

// read reads from the current link.
func (c *sharedConn) read(p []byte) (int, error) {
	if c.isKnown.Load() {
		return c.current.r.Read(p)
	}
	n, err := c.now().r.Read(p)
	if n > 0 || err == nil {
		c.settled()
		return n, err
	}
	if err := c.replace(); err != nil {
		return 0, err
	}
	return c.current.r.Read(p)
}

// replace makes --attach the current link, unless this side has closed the connection.
func (c *sharedConn) replace() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.settleLocked()
	if c.isKnown.Load() {
		return io.EOF
	}
	// What was sent has this process's environment in it, which is also that of --attach.
	next, err := c.attach()
	if err != nil {
		return err
	}
	c.current.r.Close()
	c.current = next
	_, err = next.w.Write(c.sent)
	return err
}

// Write writes to the current link, and keeps what it writes until it is certain that no other takes its place.
func (c *sharedConn) Write(p []byte) (int, error) {
	if c.isKnown.Load() {
		return c.current.w.Write(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, p...)
	// If this fails, read notices it, too, and replaces the link.
	_, _ = c.current.w.Write(p)
	return len(p), nil
}

// Close ends the direction to the daemon.
func (c *sharedConn) Close() error { return c.settled().w.Close() }

func (c *sharedConn) now() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// settled gives the current link, and makes it final.
func (c *sharedConn) settled() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settleLocked()
	return c.current
}

func (c *sharedConn) settleLocked() {
	if c.isKnown.Load() {
		return
	}
	c.isKnown.Store(true)
	c.sent = nil
	current := c.current
	go func() {
		c.link.exited <- <-current.exited
		<-current.logEnd
		close(c.link.logEnd)
	}()
}

type readerOf struct{ *sharedConn }

func (r readerOf) Read(p []byte) (int, error) { return r.read(p) }
func (r readerOf) Close() error               { return r.settled().r.Close() }

// socketWriter is a socket as a writer: Close ends this direction alone.
type socketWriter struct{ *net.UnixConn }

func (w socketWriter) Close() error { return w.CloseWrite() }

// socketReader is a socket as a reader, which calls end at the end of what is read.
type socketReader struct {
	*net.UnixConn
	end func()
}

func (r socketReader) Read(p []byte) (int, error) {
	n, err := r.UnixConn.Read(p)
	if err != nil {
		r.end()
		// In whatever way the connection has ended, it is taken for the daemon's orderly end.
		err = io.EOF
	}
	return n, err
}

func (r socketReader) Close() error {
	r.end()
	return r.UnixConn.Close()
}

// ownEnvironment gives this process's directory, umask and variables for initialize.
func ownEnvironment(env []string) *initializeParamsEnvironment {
	if env == nil {
		env = os.Environ()
	}
	variables := map[string]string{}
	for _, each := range env {
		if name, value, ok := strings.Cut(each, "="); ok && name != "" {
			variables[strings.ToValidUTF8(name, "\uFFFD")] = strings.ToValidUTF8(value, "\uFFFD")
		}
	}
	cwd, err := os.Getwd()
	if err != nil {
		cwd = os.DevNull // a directory that was removed: no file is found below this, either
	}
	return &initializeParamsEnvironment{
		Cwd: strings.ToValidUTF8(cwd, "\uFFFD"), Umask: ownUmask(), Variables: variables,
	}
}
