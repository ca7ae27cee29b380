package sshrpc

import (
	"context"
	"errors"
	"io"
	"sync"
)

const (
	// Output that may be on its way, and in memory, while a reader keeps up: PROTOCOL.md's window.
	outputWindow = 1 << 20

	// The most that is held of a stream that nobody reads, where MaxOutput doesn't say it.
	defaultMaxUnread = 64 << 20

	// Bytes of input per message: enough to make the message's own cost small.
	inputPiece = 256 << 10

	// The most output that Run holds, as the daemon has it.
	maxHeld = 256 << 20

	// Input that is in memory as a whole goes with the command up to this size, else piece by piece.
	maxWholeInput = 64 << 20
)

// A Command is a command that runs.
//
// The output comes as it is read: where nobody reads, the command is held up when it has written a
// megabyte more. The two streams don't hold up each other: while one is waited for, the other is kept
// in memory, up to 64 MiB; see MaxOutput.
type Command struct {
	// Stdout and Stderr give the command's output, and io.EOF when the command has ended. Where it did
	// not end by itself (the connection was lost, the context ended, …) they give that error instead,
	// behind what had come. Close discards what is to come. Nil where a Writer takes the output.
	Stdout, Stderr io.ReadCloser

	// Stdin writes to the command's input, and Close ends it. Nil without StdinPipe. A Write returns
	// when the server has taken the bytes: the command sets the pace. To a command that has ended, in
	// whichever way, it is io.ErrClosedPipe by errors.Is, and Close is no error. Close, too, waits until the
	// server has taken what was written.
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
	outstanding int64 // granted and not come yet
	maxUnread   int64
	failure     error // why we ended it
	err         error // why the call failed
	exit        Result
	isOver      bool
	givenUp     bool // the writers are: what they do from here on is their affair
}

// Start starts a command and returns at once. That it could not be started is told by Wait and by the
// readers. The context is the command's: when it ends, the command is signalled.
//
// Wait releases nothing that the command's end doesn't, and need not be called. A command whose output
// nobody reads may be held up for ever, unless its readers are closed or the context ends.
//
// Errors: ErrClosed, ErrDaemonEnded, ErrInvalidParams, and the context's.
func (s *Session) Start(ctx context.Context, command string, options ...RunOption) (*Command, error) {
	o := runOptionsOf(options)
	return s.start(ctx, methodSessionExec, s.execParams(ctx, command, o), o)
}

// start starts what a method does that has such params.
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
	// Sent here, so that input and signals come behind it.
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
		// Not one of copies: a Read of the caller's may take for ever.
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

// Wait waits for the command's end, and for the writers that take its output. A nil error is status 0.
// What has not been read by then can still be read. It may be called again, and by several.
//
// A Write that blocks is waited for until a quarter of a second after the context's end or the session's
// Close. Then it is left to itself, and with it a goroutine until it returns; the writer is not called
// again, and what it hasn't taken is lost: the error is the context's, or ErrClosed, even where the command
// has ended by itself.
//
// Errors: as of Run.
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

// Done is closed when the command has ended and Wait won't block.
func (c *Command) Done() <-chan struct{} { return c.ended }

// ExitCode is that of Result; -1 while the command runs.
func (c *Command) ExitCode() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exit.ExitCode
}

// Signal sends the command a signal (RFC 4254 §6.9). Servers don't say what comes of it; OpenSSH
// delivers those of the RFC, and none to the commands of a root login.
//
// Errors: ErrCommandNotFound where the command has ended; ErrConnectionLost, ErrSessionClosed,
// ErrDaemonEnded.
func (c *Command) Signal(signal Signal) error {
	return c.send(request{method: methodSessionSignal, params: sessionSignalParams{
		Token: c.token, Signal: string(signal),
	}})
}

// send sends what is for a command that runs. That the command's end has ended the sending is no
// cancellation of the caller's.
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
	// That it was we who cancelled says nothing.
	if why, ok := c.err.(*Error); ok && c.failure == nil {
		e.cause = why.cause
		if commandless[why.Kind] {
			e.Kind, e.Code, e.Message = why.Kind, why.Code, why.Message
		}
	}
	return e
}

// fail ends the command for a reason of ours.
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
