package sshrpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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

// An outputStream is one of the two; everything under Command.mu.
type outputStream struct {
	pieces    [][]byte
	size      int64
	claimed   bool // somebody has read
	discarded bool
}

// Start starts a command and returns at once. That it could not be started is told by Wait and by the
// readers. The context is the command's: when it ends, the command is signalled.
//
// Wait releases nothing that the command's end doesn't, and need not be called. A command whose output
// nobody reads may be held up for ever, unless its readers are closed or the context ends.
//
// Errors: ErrClosed, ErrDaemonEnded, ErrInvalidParams, and the context's.
func (s *Session) Start(ctx context.Context, command string, options ...RunOption) (*Command, error) {
	return s.start(ctx, command, runOptionsOf(options))
}

func (s *Session) start(ctx context.Context, command string, o runOptions) (*Command, error) {
	if err := s.ready(ctx, methodSessionExec); err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Command{session: s, token: s.daemon.newToken(), outstanding: outputWindow, maxUnread: defaultMaxUnread, ended: make(chan struct{})}
	c.changed = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.inputCtx, c.endInput = context.WithCancel(c.ctx)
	c.exit.ExitCode = -1
	if o.maxOutput != nil {
		c.maxUnread = *o.maxOutput
	}
	input, isWhole := wholeInput(o.stdin)
	params := s.execParams(ctx, command, o)
	window := int64(outputWindow)
	params.Token, params.Stream, params.Window = c.token, true, &window
	params.OpenStdin = o.stdinPipe || !isWhole

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
	id, sent, err := s.daemon.conn.send(s.execRequest(params, input), s.daemon.maxBytes)
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

// output gives the reader of a stream, or lets a writer have it.
func (c *Command) output(index int, to *sink, copies *sync.WaitGroup) io.ReadCloser {
	r := &commandOutput{c: c, stream: &c.streams[index], hasWriter: to.w != nil}
	if !r.hasWriter {
		return r
	}
	copies.Add(1)
	go func() {
		defer copies.Done()
		c.copy(r, to)
	}()
	return nil
}

// copy has a writer take a stream's output. An error of the writer's ends the command; one of the
// command's, Wait tells.
func (c *Command) copy(r *commandOutput, to *sink) {
	if _, _, err := r.copyTo(to); err != nil {
		c.mu.Lock()
		if !c.givenUp {
			c.failLocked(err)
		}
		c.mu.Unlock()
		r.Close()
	}
}

// giveUpWriters leaves a Write that doesn't return to itself, for a reason that is told where there is no
// other.
func (c *Command) giveUpWriters(why *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.givenUp = true
	if c.err == nil {
		why.Method, why.Dispatched = methodSessionExec, "yes"
		why.Message += ": the command has ended, but a Write of its output has not returned"
		c.err = why
	}
	c.changed.Broadcast()
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
func (c *Command) send(r request) error {
	_, err := c.session.call(c.inputCtx, r)
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

// finish takes the reply to session.exec: there will be no more output.
func (c *Command) finish(r reply, err error) {
	var wire sessionExecResult
	if err == nil {
		err = decodeResult(methodSessionExec, r, &wire)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isOver = true
	c.err = err
	if err == nil {
		c.exit.ExitCode, c.exit.Signal = exitOf(&wire)
	} else if e, ok := err.(*Error); ok {
		c.exit.ExitCode, c.exit.Signal = e.ExitCode, e.ExitSignal
	}
	c.changed.Broadcast()
}

// onOutput takes a piece of a command's output.
func (d *Daemon) onOutput(params json.RawMessage, binary []byte) {
	var output sessionOutputParams
	if json.Unmarshal(params, &output) != nil {
		return
	}
	d.mu.Lock()
	token, _ := output.Token.(string)
	c := d.commands[token]
	d.mu.Unlock()
	if c == nil {
		return
	}
	data, err := decodeBytes(output.Data, output.Encoding, binary)
	if err != nil {
		c.fail(unexpected(notifySessionOutput, err))
		return
	}
	index := 0
	if output.Stream == "stderr" {
		index = 1
	}
	c.push(&c.streams[index], data)
}

func (c *Command) push(stream *outputStream, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outstanding -= int64(len(data))
	if stream.discarded {
		c.grant(false)
		return
	}
	stream.pieces = append(stream.pieces, data)
	stream.size += int64(len(data))
	c.changed.Broadcast()
}

// grant lets more output come, as much as there is room for. c.mu is held.
//
// What is held of a stream that nobody has read yet takes no room while somebody waits for the
// command's end, and what is held of any takes none while somebody waits for the other: this is how one
// stream never holds up the other. It ends at maxUnread, with an error where nobody has ever read the
// stream; else with waiting for the one who does.
//
// isStarved says that somebody waits for output and there is none.
func (c *Command) grant(isStarved bool) {
	if c.isOver {
		return
	}
	room := int64(outputWindow)
	var unread, unclaimed int64
	for i := range c.streams {
		size := c.streams[i].size
		unread += size
		if !c.streams[i].claimed {
			unclaimed += size
		} else if !isStarved {
			room -= size
		}
	}
	more := room - c.outstanding
	if more < outputWindow/2 {
		return
	}
	if unread > c.maxUnread && unclaimed < c.maxUnread {
		return
	}
	if unclaimed > c.maxUnread {
		c.failLocked(&Error{
			Kind: ErrOutputTooLarge, Method: methodSessionExec, Dispatched: "yes", ExitCode: -1,
			Message: fmt.Sprintf("%d bytes of output were not read: read both streams, or close the one that isn't wanted", unclaimed),
		})
		return
	}
	c.outstanding += more
	c.session.daemon.conn.notify(methodSessionWindowAdjust, sessionWindowAdjustParams{Token: c.token, Bytes: more})
}

// commandOutput reads one of the streams.
type commandOutput struct {
	c         *Command
	stream    *outputStream
	hasWriter bool // of the caller's, whom it is for
}

func (r *commandOutput) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	piece, err := r.next()
	if err != nil {
		return 0, err
	}
	n := copy(p, piece)
	if r.stream.pieces[0] = piece[n:]; n == len(piece) {
		r.stream.pop()
	}
	r.taken(n)
	return n, nil
}

// WriteTo spares io.Copy a copy.
func (r *commandOutput) WriteTo(w io.Writer) (int64, error) {
	total, readErr, writeErr := r.copyTo(w)
	if writeErr != nil || readErr == io.EOF {
		return total, writeErr
	}
	return total, readErr
}

// copyTo has w take the output up to its end. What has ended it is an error of reading, as io.EOF, or one
// of w's. What w is given is out of other readers' reach meanwhile.
func (r *commandOutput) copyTo(w io.Writer) (total int64, readErr, writeErr error) {
	for {
		r.c.mu.Lock()
		piece, err := r.next()
		if err == nil {
			r.stream.pop()
		}
		r.c.mu.Unlock()
		if err != nil {
			return total, err, nil
		}
		n, err := w.Write(piece)
		if n < 0 || n > len(piece) {
			n, err = 0, errors.New("sshrpc: a Write returned a count that can't be")
		} else if err == nil && n < len(piece) {
			err = io.ErrShortWrite
		}
		total += int64(n)
		r.c.mu.Lock()
		if n < len(piece) && !r.stream.discarded {
			r.stream.pieces = append([][]byte{piece[n:]}, r.stream.pieces...)
		}
		r.taken(n)
		r.c.mu.Unlock()
		if err != nil {
			return total, nil, err
		}
	}
}

// next waits for output. c.mu is held.
func (r *commandOutput) next() ([]byte, error) {
	r.stream.claimed = true
	for {
		switch {
		case r.stream.discarded, r.hasWriter && r.c.givenUp:
			return nil, io.ErrClosedPipe
		case len(r.stream.pieces) > 0:
			return r.stream.pieces[0], nil
		case r.c.isOver && r.c.failure != nil:
			return nil, r.c.failure
		case r.c.isOver && r.c.err != nil:
			return nil, r.c.err
		case r.c.isOver:
			return nil, io.EOF
		}
		r.c.grant(true)
		r.c.changed.Wait()
	}
}

// pop takes the first piece off.
func (s *outputStream) pop() {
	s.pieces[0] = nil
	s.pieces = s.pieces[1:]
}

// taken makes room of what was read. c.mu is held.
func (r *commandOutput) taken(n int) {
	if r.stream.discarded || n == 0 {
		return
	}
	r.stream.size -= int64(n)
	r.c.grant(false)
}

// Close discards what is held and what is to come.
func (r *commandOutput) Close() error {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	s := r.stream
	s.discarded, s.pieces, s.size = true, nil, 0
	r.c.grant(false)
	r.c.changed.Broadcast()
	return nil
}

// commandInput writes to the command's input.
type commandInput struct {
	c      *Command
	mu     sync.Mutex
	closed bool
}

func (w *commandInput) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	written := 0
	for written < len(p) {
		piece := p[written:]
		if len(piece) > inputPiece {
			piece = piece[:inputPiece]
		}
		if err := w.c.writeInput(piece); err != nil {
			return written, err
		}
		written += len(piece)
	}
	return written, nil
}

func (w *commandInput) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	return w.c.closeInput()
}

func (c *Command) writeInput(piece []byte) error {
	r := request{method: methodSessionWrite}
	params := sessionWriteParams{Token: c.token}
	params.Data, params.Encoding, r.binary = encodeBytes(piece, c.session.daemon.binaryFrames)
	r.params = params
	return c.send(r)
}

// closeInput ends the input; that of a command that has ended is ended.
func (c *Command) closeInput() error {
	err := c.send(request{method: methodSessionCloseStdin, params: sessionCloseStdinParams{Token: c.token}})
	if e, ok := err.(*Error); ok && commandless[e.Kind] {
		return nil
	}
	return err
}

// feed gives the command what r reads, until one of them has ended.
func (c *Command) feed(r io.Reader) {
	piece := make([]byte, inputPiece)
	for c.inputCtx.Err() == nil {
		n, readErr := r.Read(piece)
		if n > 0 && c.writeInput(piece[:n]) != nil {
			// The command takes no more, which is its right, or has failed, which its end tells.
			return
		}
		if readErr == io.EOF {
			_ = c.closeInput()
			return
		} else if readErr != nil {
			c.mu.Lock()
			if !c.isOver {
				c.failLocked(readErr)
			}
			c.mu.Unlock()
			return
		}
	}
}

// wholeInput gives what a reader holds in memory, and whether that is all of its input.
func wholeInput(r io.Reader) ([]byte, bool) {
	var size int
	switch r := r.(type) {
	case nil:
		return nil, true
	case *bytes.Buffer:
		size = r.Len()
	case *bytes.Reader:
		size = r.Len()
	case *strings.Reader:
		size = r.Len()
	default:
		return nil, false
	}
	if size > maxWholeInput {
		return nil, false
	}
	input, _ := io.ReadAll(r)
	return input, true
}

// runStreamed is Run where a reader or a writer of the caller's takes part.
func (s *Session) runStreamed(ctx context.Context, command string, o runOptions) (*Result, error) {
	var stdout, stderr *limitedBuffer
	limit := &outputLimit{left: maxHeld}
	if o.maxOutput != nil {
		limit.left = *o.maxOutput
		o.maxOutput = nil
	}
	limit.most = limit.left
	if o.stdout == nil {
		stdout = &limitedBuffer{limit: limit}
		o.stdout = stdout
	}
	if o.stderr == nil {
		stderr = &limitedBuffer{limit: limit}
		o.stderr = stderr
	}
	result := &Result{ExitCode: -1}
	c, err := s.start(ctx, command, o)
	if err != nil {
		return result, err
	}
	err = c.Wait()
	c.mu.Lock()
	result.ExitCode, result.Signal = c.exit.ExitCode, c.exit.Signal
	callers := c.failure
	c.mu.Unlock()
	if stdout != nil {
		result.Stdout = stdout.written()
	}
	if stderr != nil {
		result.Stderr = stderr.written()
	}
	if callers != nil && callers != limit.exceeded() {
		// As the reader or the writer gave it: it may be an error of another command's.
		return result, callers
	}
	switch e := err.(type) {
	case *ExitError:
		e.Result = result
	case *Error:
		e.Stdout, e.Stderr = result.Stdout, result.Stderr
	}
	return result, err
}

// outputLimit is what two buffers may hold together.
type outputLimit struct {
	mu         sync.Mutex
	left, most int64
	err        *Error // it was exceeded
}

func (l *outputLimit) exceeded() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		return nil
	}
	return l.err
}

type limitedBuffer struct {
	limit *outputLimit
	bytes []byte // under the limit's mutex
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	b.limit.mu.Lock()
	defer b.limit.mu.Unlock()
	fits := len(p)
	if int64(fits) > b.limit.left {
		fits = int(b.limit.left)
	}
	b.limit.left -= int64(fits)
	b.bytes = append(b.bytes, p[:fits]...)
	if fits < len(p) {
		if b.limit.err == nil {
			b.limit.err = &Error{
				Kind: ErrOutputTooLarge, Method: methodSessionExec, Dispatched: "yes", ExitCode: -1,
				Message: fmt.Sprintf("the command wrote more than %d bytes", b.limit.most),
			}
		}
		return fits, b.limit.err
	}
	return fits, nil
}

func (b *limitedBuffer) written() []byte {
	b.limit.mu.Lock()
	defer b.limit.mu.Unlock()
	return b.bytes
}

// A sink is a writer of the caller's: one goroutine at a time writes to it, and none when it was given up.
type sink struct {
	c  *Command
	w  io.Writer
	mu sync.Mutex
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.c.mu.Lock()
	givenUp := s.c.givenUp
	s.c.mu.Unlock()
	if givenUp {
		return 0, io.ErrClosedPipe
	}
	return s.w.Write(p)
}

func isSame(a, b io.Writer) bool {
	// Types that can't be compared panic, and aren't the same.
	defer func() { _ = recover() }()
	return a == b
}
