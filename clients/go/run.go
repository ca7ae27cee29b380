package sshrpc

import (
	"context"
	"errors"
)

// A Result is the outcome of a command.
type Result struct {
	// Stdout and Stderr are what the command wrote, byte for byte. Nil with the option of the same name.
	Stdout, Stderr []byte

	// ExitCode is the exit status; 128 + the signal's number if a signal ended the command; -1 if neither is
	// known.
	ExitCode int

	// Signal is the signal that ended the command; "" if none did.
	Signal Signal
}

// Run runs a command and waits for its end. The server passes the command to the account's shell, byte for byte.
//
// As in os/exec, and unlike in the protocol, it is an error (*ExitError) if a command ends with another status than
// 0. The result is never nil: beside an error, it has what is known.
//
// Errors: *ExitError; ErrClosed, ErrConnectionLost, ErrChannelOpenFailed, ErrChannelRequestDenied,
// ErrTimeout, ErrCancelled, ErrOutputTooLarge, ErrDaemonEnded, ErrInvalidParams; and, as they are, errors of the
// reader and the writers of Stdin, Stdout and Stderr.
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
