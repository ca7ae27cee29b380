package sshrpc

import (
	"context"
	"fmt"
	"sync"
)

// runStreamed is Run with a Stdin reader, or a Stdout or Stderr writer, of the caller's.
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
	c, err := s.start(ctx, methodSessionExec, s.execParams(ctx, command, o), o)
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
		// The caller's own error is returned as it is, even if it is an *Error or *ExitError: it may be of
		// another command.
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

// outputLimit bounds the bytes in two buffers together.
type outputLimit struct {
	mu         sync.Mutex
	left, most int64
	err        *Error // not nil when the limit was exceeded
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
	bytes []byte // guarded by limit.mu
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
