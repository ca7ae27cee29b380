package sshrpc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// An outputStream is stdout or stderr of a command. Command.mu guards all fields.
type outputStream struct {
	pieces    [][]byte
	size      int64
	claimed   bool // somebody has read from it
	discarded bool
	ended     bool // the stream has ended, maybe before the command
	deadline  deadline
}

// output gives a reader for a stream; if there is a writer for it, it starts copying to that, and gives nil.
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

// copy writes a stream's output to a writer. An error of the writer ends the command. Errors of the command are left
// to Wait.
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

// giveUpWriters ends the waiting for a Write that doesn't return. why is the command's error if it has no other.
func (c *Command) giveUpWriters(why *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.givenUp = true
	if c.err == nil {
		why.Method, why.Dispatched = c.method, "yes"
		why.Message += ": the command has ended, but a Write of its output has not returned"
		c.err = why
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
	if len(data) == 0 {
		stream.ended = true
		c.changed.Broadcast()
		return
	}
	if stream.discarded {
		c.grant(false)
		return
	}
	stream.pieces = append(stream.pieces, data)
	stream.size += int64(len(data))
	c.changed.Broadcast()
}

// grant allows the daemon to send more output, as much as there is room for. c.mu is held.
//
// The two streams share one window, so that unread output of one would hold up the other. Therefore some unread
// output doesn't count: that of a stream that nobody has read from yet; and that of both streams while somebody
// waits for output of a stream that has none (isStarved). Beyond maxUnread bytes, it ends the command with an error
// if nobody has ever read from the stream; else it grants nothing until somebody reads.
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
			Kind: ErrOutputTooLarge, Method: c.method, Dispatched: "yes", ExitCode: -1,
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
	hasWriter bool // the output goes to a writer of the caller's
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

// WriteTo is for io.Copy, which then needs no buffer.
func (r *commandOutput) WriteTo(w io.Writer) (int64, error) {
	total, readErr, writeErr := r.copyTo(w)
	if writeErr != nil || readErr == io.EOF {
		return total, writeErr
	}
	return total, readErr
}

// copyTo writes the output to w up to its end. readErr is the error that ended the reading, as io.EOF; writeErr one of
// w. Output that w is given can't be read by other readers of the stream.
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
		case r.stream.deadline.isOver():
			return nil, os.ErrDeadlineExceeded
		case len(r.stream.pieces) > 0:
			return r.stream.pieces[0], nil
		case r.c.isOver && r.c.failure != nil:
			return nil, r.c.failure
		case r.c.isOver && r.c.err != nil:
			return nil, r.c.err
		case r.c.isOver, r.stream.ended:
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

// taken grants new room for n bytes that were read. c.mu is held.
func (r *commandOutput) taken(n int) {
	if r.stream.discarded || n == 0 {
		return
	}
	r.stream.size -= int64(n)
	r.c.grant(false)
}

// Close throws away the output that is there and all that is still to come.
func (r *commandOutput) Close() error {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	s := r.stream
	s.discarded, s.pieces, s.size = true, nil, 0
	r.c.grant(false)
	r.c.changed.Broadcast()
	return nil
}

// A sink is a writer of the caller's. One goroutine at a time writes to it, and none after it was given up.
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
	// Comparing values of a type that can't be compared panics: then they are taken for different ones.
	defer func() { _ = recover() }()
	return a == b
}
