package sshrpc

import (
	"context"
	"errors"
)

// A Result is what a command left.
type Result struct {
	// Stdout and Stderr are what it wrote, byte for byte. Nil where a Writer took it.
	Stdout, Stderr []byte

	// ExitCode is the exit status; 128 + the signal's number where a signal ended the command; -1 where
	// neither is known.
	ExitCode int

	// Signal is what ended the command, where a signal did.
	Signal Signal
}

// Run runs a command and waits for it. The command is passed to the account's shell by the server, byte
// for byte.
//
// As in os/exec, and unlike the protocol, a command that ends with another status than 0 is an error,
// *ExitError: in Go an error that isn't looked at is noticed, and a field isn't. The result is never
// nil, and has what is known beside an error, too.
//
// Errors: *ExitError; ErrClosed, ErrConnectionLost, ErrChannelOpenFailed, ErrChannelRequestDenied,
// ErrTimeout, ErrCancelled, ErrOutputTooLarge, ErrDaemonEnded, ErrInvalidParams; those of Stdin's reader and
// of the writers, as they are.
func (s *Session) Run(ctx context.Context, command string, options ...RunOption) (*Result, error) {
	o, result := runOptionsOf(options), &Result{ExitCode: -1}
	if err := s.ready(ctx, methodSessionExec); err != nil {
		return result, err
	}
	if err := o.checkForRun(); err != nil {
		return result, err
	}
	if o.stdout != nil || o.stderr != nil {
		return s.runStreamed(ctx, command, o)
	}
	input, isWhole := wholeInput(o.stdin)
	if !isWhole {
		return s.runStreamed(ctx, command, o)
	}
	params := s.execParams(ctx, command, o)
	params.Streams = "separate"
	params.MaxOutput = o.maxOutput
	reply, err := s.call(ctx, s.programRequest(methodSessionExec, params, input))
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			result.Stdout, result.Stderr = e.Stdout, e.Stderr
			result.ExitCode, result.Signal = e.ExitCode, e.ExitSignal
		}
		return result, err
	}
	var wire sessionExecResult
	if err := decodeResult(methodSessionExec, reply, &wire); err != nil {
		return result, err
	}
	if result.Stdout, err = decodeBytes(wire.Stdout, wire.StdoutEncoding, reply.binary); err != nil {
		return result, unexpected(methodSessionExec, err)
	}
	if result.Stderr, err = decodeBytes(wire.Stderr, wire.StderrEncoding, reply.binary); err != nil {
		return result, unexpected(methodSessionExec, err)
	}
	result.ExitCode, result.Signal = exitOf(&wire)
	if result.ExitCode != 0 {
		return result, &ExitError{result}
	}
	return result, nil
}

func exitOf(wire *sessionExecResult) (code int, signal Signal) {
	code = -1
	if wire.ExitCode != nil {
		code = int(*wire.ExitCode)
	}
	if wire.ExitSignal != nil {
		signal = Signal(*wire.ExitSignal)
	}
	return code, signal
}
