package sshrpc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// An outputStream is one of the two; everything under Command.mu.
type outputStream struct {
	pieces    [][]byte
	size      int64
	claimed   bool // somebody has read
	discarded bool
	ended     bool // before the command has
	deadline  deadline
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
