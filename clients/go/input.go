package sshrpc

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
)

// commandInput is Command.Stdin.
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

func (c *Command) writeInput(piece []byte) error { return c.writeInputWithin(c.inputCtx, piece) }

func (c *Command) writeInputWithin(ctx context.Context, piece []byte) error {
	r := request{method: methodSessionWrite}
	params := sessionWriteParams{Token: c.token}
	params.Data, params.Encoding, r.binary = encodeBytes(piece, c.session.daemon.binaryFrames)
	r.params = params
	return c.sendWithin(ctx, r)
}

// closeInput ends the input. It is no error if the command has ended.
func (c *Command) closeInput() error {
	err := c.send(request{method: methodSessionCloseStdin, params: sessionCloseStdinParams{Token: c.token}})
	if e, ok := err.(*Error); ok && commandless[e.Kind] {
		return nil
	}
	return err
}

// feed sends what r gives to the command, until r or the command has ended.
func (c *Command) feed(r io.Reader) {
	piece := make([]byte, inputPiece)
	for c.inputCtx.Err() == nil {
		n, readErr := r.Read(piece)
		if n > 0 && c.writeInput(piece[:n]) != nil {
			// The command may end without reading all of its input. If it has failed, Wait gives the error.
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

// wholeInput gives the bytes of a reader that has them in memory, and whether it is such a reader.
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
