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

// A sharedConn is a connection to the shared daemon's socket. Where that ends before it has said anything,
// the daemon was about to end: then `sshrpc --attach` takes its place, which starts another.
type sharedConn struct {
	*link
	attach func() (*link, error)

	mu      sync.Mutex
	current *link // of the socket, or of --attach
	sent    []byte
	isKnown atomic.Bool // whether anything has come, or it was closed: current is for good
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

// read reads from what there is.
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

// replace has --attach take the place of a daemon that has said nothing, unless it was closed by us.
func (c *sharedConn) replace() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.settleLocked()
	if c.isKnown.Load() {
		return io.EOF
	}
	// The environment that was told is the one that --attach sees, too.
	next, err := c.attach()
	if err != nil {
		return err
	}
	c.current.r.Close()
	c.current = next
	_, err = next.w.Write(c.sent)
	return err
}

// Write writes to what there is, and keeps it for what may take its place.
func (c *sharedConn) Write(p []byte) (int, error) {
	if c.isKnown.Load() {
		return c.current.w.Write(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, p...)
	// Who reads finds out where it fails.
	_, _ = c.current.w.Write(p)
	return len(p), nil
}

// Close ends what is written.
func (c *sharedConn) Close() error { return c.settled().w.Close() }

func (c *sharedConn) now() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// settled is what there is, in whose place nothing comes any more.
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

// socketWriter is the half of a socket that is written to.
type socketWriter struct{ *net.UnixConn }

func (w socketWriter) Close() error { return w.CloseWrite() }

// socketReader tells of the end of what is read.
type socketReader struct {
	*net.UnixConn
	end func()
}

func (r socketReader) Read(p []byte) (int, error) {
	n, err := r.UnixConn.Read(p)
	if err != nil {
		r.end()
		// However the connection ended, it is the daemon's end.
		err = io.EOF
	}
	return n, err
}

func (r socketReader) Close() error {
	r.end()
	return r.UnixConn.Close()
}

// ownEnvironment says where we run.
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
		cwd = os.DevNull // nothing is in it
	}
	return &initializeParamsEnvironment{
		Cwd: strings.ToValidUTF8(cwd, "\uFFFD"), Umask: ownUmask(), Variables: variables,
	}
}
