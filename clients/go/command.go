package sshrpc

import (
	"context"
	"errors"
	"io"
	"sync"
)

const (
	// Bytes of output that the daemon may send ahead of what has been read: the window of PROTOCOL.md.
	outputWindow = 1 << 20

	// Bytes kept of a stream that nobody reads; MaxOutput changes it.
	defaultMaxUnread = 64 << 20

	// Bytes of input per message: so many that the cost of the message itself doesn't matter.
	inputPiece = 256 << 10

	// Bytes: the most output that Run keeps, which is the daemon's limit, too.
	maxHeld = 256 << 20

	// Bytes: input up to this size that is in memory anyway is sent in the same message as the command.
	maxWholeInput = 64 << 20
)

// A Command is a command that runs.
//
// Output comes as fast as it is read. If nobody reads it, the command can write about a megabyte more, and is
// then held up. One stream doesn't hold up the other: while a reader waits for one of them, the output of the
// other is kept in memory, up to 64 MiB; see MaxOutput.
type Command struct {
	// Stdout and Stderr read the command's output, and then io.EOF when the command has ended. Where it did
	// not end by itself (the connection was lost, the context ended, …), they give that error in place of
	// io.EOF. Close throws away the output that is still to come. They are nil with the option of the same
	// name, whose writer takes the output.
	Stdout, Stderr io.ReadCloser

	// Stdin writes to the command's input, and Close ends the input; both return when the server has taken
	// what was written. Stdin is nil without the option StdinPipe. When the command has ended, in whatever
	// way, a Write fails with an error that is io.ErrClosedPipe by errors.Is, and Close returns nil.
	Stdin io.WriteCloser

	session  *Session
	method   string
	token    string
	ctx      context.Context // ends the command
	cancel   context.CancelFunc
	inputCtx context.Context // ends with the command, and with it what is sent to it
	endInput context.CancelFunc
	ended    chan struct{} // closed when exit and err are known

	mu          sync.Mutex
	changed     *sync.Cond
	streams     [2]outputStream
	outstanding int64 // bytes that the daemon may still send: granted, and not received yet
	maxUnread   int64
	failure     error // why this client ended the command
	err         error // why the call failed
	exit        Result
	isOver      bool
	givenUp     bool // the caller's writers aren't waited for any more, and their errors don't count
}

// Start starts a command and returns at once. If it can't be started, Wait and the readers give the error. When
// ctx ends, the command is sent TERM, and KILL two seconds later.
//
// Wait need not be called: the command's end releases everything. A command whose output nobody reads may be held
// up for ever, unless its readers are closed or ctx ends.
//
// Errors: ErrClosed, ErrDaemonEnded, ErrInvalidParams, and the context's.
func (s *Session) Start(ctx context.Context, command string, options ...RunOption) (*Command, error) {
	o := runOptionsOf(options)
	return s.start(ctx, methodSessionExec, s.execParams(ctx, command, o), o)
}

// start calls session.exec, or another method that runs a program.
func (s *Session) start(ctx context.Context, method string, params programParams, o runOptions) (*Command, error) {
	if err := s.ready(ctx, method); err != nil {
		return nil, err
	}
	if err := o.check(method); err != nil {
		return nil, err
	}
	c := &Command{session: s, method: method, token: s.daemon.newToken(), outstanding: outputWindow, maxUnread: defaultMaxUnread, ended: make(chan struct{})}
	c.changed = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.inputCtx, c.endInput = context.WithCancel(c.ctx)
	c.exit.ExitCode = -1
	if o.maxOutput != nil {
		c.maxUnread = *o.maxOutput
	}
	input, isWhole := wholeInput(o.stdin)
	window := int64(outputWindow)
	params.Token, params.Window = c.token, &window
	if method != methodSessionConnect {
		params.Stream, params.OpenStdin = true, o.stdinPipe || !isWhole
	}

	s.daemon.mu.Lock()
	s.daemon.commands[c.token] = c
	s.daemon.mu.Unlock()
	forget := func() {
		c.endInput()
		s.daemon.mu.Lock()
		delete(s.daemon.commands, c.token)
		s.daemon.mu.Unlock()
	}
	// Sent before Start returns, so that the caller's input and signals come after it.
	id, sent, err := s.daemon.conn.send(s.programRequest(method, params, input), s.daemon.maxBytes)
	if err != nil {
		forget()
		c.cancel()
		return nil, err
	}

	stdout, stderr := &sink{c: c, w: o.stdout}, &sink{c: c, w: o.stderr}
	if isSame(o.stdout, o.stderr) {
		stderr = stdout
	}
	if o.stdinPipe {
		c.Stdin = &commandInput{c: c}
	} else if !isWhole {
		// Wait doesn't wait for this goroutine, as it does for copies: a Read of the caller's may never return.
		go c.feed(o.stdin)
	}
	var copies sync.WaitGroup
	c.Stdout = c.output(0, stdout, &copies)
	c.Stderr = c.output(1, stderr, &copies)
	copied := make(chan struct{})
	go func() {
		copies.Wait()
		close(copied)
	}()
	go func() {
		reply, err := s.daemon.conn.await(c.ctx, s.closed, id, sent, nil)
		c.finish(reply, err)
		forget()
		if why := s.waitForCaller(c.ctx, copied); why != nil {
			c.giveUpWriters(why)
		}
		c.cancel()
		close(c.ended)
	}()
	return c, nil
}

// Wait waits for the command's end, and until the caller's writers have taken its output. It returns nil if the
// command has ended with status 0. Output that hasn't been read by then can still be read. Wait may be called more
// than once, and from several goroutines.
//
// Where a Write to a caller's writer blocks, Wait waits for it until a quarter of a second after the context's end
// or the session's Close. Then it returns the context's error or ErrClosed, even where the command has ended by
// itself. The output that the writer hasn't taken is lost; the writer isn't called again, and one goroutine stays
// until its Write returns.
//
// Errors: those of Run.
func (c *Command) Wait() error {
	c.mu.Lock()
	for !c.isOver {
		c.grant(false)
		c.changed.Wait()
	}
	c.mu.Unlock()
	<-c.ended
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failure != nil:
		return c.failure
	case c.err != nil:
		return c.err
	case c.exit.ExitCode != 0:
		exit := c.exit
		return &ExitError{&exit}
	}
	return nil
}

// Done gives a channel that is closed when the command has ended and Wait won't block.
func (c *Command) Done() <-chan struct{} { return c.ended }

// ExitCode is the exit code, as in Result; -1 while the command runs.
func (c *Command) ExitCode() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exit.ExitCode
}

// Signal sends the command a signal (RFC 4254 §6.9). Servers don't tell whether it was delivered: OpenSSH delivers
// the signals of the RFC, but none to a command of a login as root.
//
// Errors: ErrCommandNotFound where the command has ended; ErrConnectionLost, ErrSessionClosed,
// ErrDaemonEnded.
func (c *Command) Signal(signal Signal) error {
	return c.send(request{method: methodSessionSignal, params: sessionSignalParams{
		Token: c.token, Signal: string(signal),
	}})
}

// send sends a request about the running command. When the command's end has ended the sending, the error isn't
// that of a cancellation, since the caller has cancelled nothing.
func (c *Command) send(r request) error { return c.sendWithin(c.inputCtx, r) }

func (c *Command) sendWithin(ctx context.Context, r request) error {
	_, err := c.session.call(ctx, r)
	if err == nil || c.inputCtx.Err() == nil || !errors.Is(err, c.inputCtx.Err()) {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isOver && c.failure == nil {
		return err
	}
	e := &Error{Kind: ErrCommandNotFound, Method: r.method, Message: "the command has ended", Dispatched: "no", ExitCode: -1}
	// An error of the call says more than that the call was cancelled, which is what fail does.
	if why, ok := c.err.(*Error); ok && c.failure == nil {
		e.cause = why.cause
		if commandless[why.Kind] {
			e.Kind, e.Code, e.Message = why.Kind, why.Code, why.Message
		}
	}
	return e
}

// fail ends the command for a reason that this client has found.
func (c *Command) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failLocked(err)
}

func (c *Command) failLocked(err error) {
	if c.failure == nil {
		c.failure = err
	}
	c.cancel()
}

// finish takes the reply: there will be no more output.
func (c *Command) finish(r reply, err error) {
	var wire sessionExecResult
	if err == nil {
		err = decodeResult(c.method, r, &wire)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isOver = true
	c.err = err
	if err == nil {
		c.exit.ExitCode, c.exit.Signal = exitOf(&wire)
		if c.method == methodSessionConnect {
			c.exit.ExitCode = 0
		}
	} else if e, ok := err.(*Error); ok {
		c.exit.ExitCode, c.exit.Signal = e.ExitCode, e.ExitSignal
	}
	c.changed.Broadcast()
}
