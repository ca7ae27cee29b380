package sshrpc

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
)

// A Kind names an error. It is an error itself, a constant one, so that errors.Is tells what
// happened:
//
//	if errors.Is(err, sshrpc.ErrAuthenticationFailed) { … }
//
// The constants of this package are all kinds that there are; contract.go says what each means.
type Kind string

// Error says which kind it is.
func (k Kind) Error() string { return "sshrpc: " + string(k) }

// Kinds that no daemon replies with.
const (
	// ErrClosed: the session was closed. It stands for ErrSessionClosed and ErrSessionNotFound, too,
	// so that errors.Is(err, ErrClosed) says of every error whether the session was closed before the
	// call.
	ErrClosed Kind = "Closed"

	// ErrDaemonNotFound: there is no sshrpc to start: not in $SSHRPC_DAEMON, not in PATH.
	ErrDaemonNotFound Kind = "DaemonNotFound"

	// ErrDaemonEnded: the daemon could not be started, or has ended: it was killed, or what was started
	// is no sshrpc. All sessions are gone with it; the next Dial starts another.
	ErrDaemonEnded Kind = "DaemonEnded"
)

// An Error is a call that failed. errors.As gives it, and errors.Is its kind:
//
//   - every Kind, its own alone, and ErrClosed as said there; of ErrSudoFailed the SudoReason, too;
//   - context.DeadlineExceeded and os.ErrDeadlineExceeded where the deadline of the context passed, or
//     a time-out of the daemon's; context.Canceled where the context was cancelled;
//   - fs.ErrNotExist, fs.ErrPermission, syscall.ECONNREFUSED and their like, where a system's error
//     is the reason, be the file here or on the server; an *fs.PathError by errors.As, which has the path;
//     a *net.DNSError where the host's name could not be looked up;
//   - io.ErrClosedPipe where the standard input was written to of a command that had ended, be it with its
//     session.
type Error struct {
	// Kind is the stable name of what happened.
	Kind Kind

	// Code is the JSON-RPC error code, 0 where the daemon did not reply.
	Code int

	// Message is one line for a person. It may have text of the server's in it.
	Message string

	// Method is the method that was called, as "session.exec".
	Method string

	// Dispatched says whether the remote side may have acted: "no", so that a retry is safe; "yes"; or
	// "maybe". It is empty where there is no remote side.
	Dispatched string

	// Phase says where a call was whose time ran out or that was cancelled: "connect", "banner",
	// "handshake", "authenticate", "queue", "open", "run", "drain" or "transfer".
	Phase string

	// Errno is the system's name of the reason, as "ENOENT", where it is one: of this system, or of the
	// server's where the remote side says it.
	Errno string

	// Path is the file that it is about, as it was given where it is a remote one; empty where it is about
	// none.
	Path string

	// Stdout and Stderr are what a command had written by then. They are empty where its output goes
	// through a Reader or to a Writer.
	Stdout, Stderr []byte

	// Termination is what was done to the remote command, and what came of it. Nil where nothing was.
	Termination *Termination

	// ExitCode and ExitSignal are those of a command that has ended: see Result.
	ExitCode   int
	ExitSignal Signal

	// Data is all that the daemon said of it, as JSON; PROTOCOL.md lists the fields. Bytes stand in it
	// as they came.
	Data json.RawMessage

	sudo  SudoReason
	cause error
}

// Termination is what the daemon did to a command whose time ran out, that was cancelled, or whose
// output was too large. It signals TERM, two seconds later KILL, and closes the channel a second after
// that; the error does not wait for all of it.
type Termination struct {
	// Signals were sent by then. Servers don't acknowledge them.
	Signals []Signal `json:"signals"`

	// Ended says whether the server has said that the command ended.
	Ended bool `json:"ended"`
}

// Error is the method, the message and the kind.
func (e *Error) Error() string {
	text := "sshrpc: "
	if e.Method != "" {
		text += e.Method + ": "
	}
	text += e.Message
	if e.Phase != "" {
		text += " (phase " + e.Phase + ")"
	}
	if e.cause != nil && !errors.Is(e.cause, context.Canceled) && !errors.Is(e.cause, context.DeadlineExceeded) {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap gives the context's error where the context ended the call, what a callback returned, or the error
// of this process's own that was the reason.
func (e *Error) Unwrap() error { return e.cause }

// Timeout says whether the time ran out, as net.Error has it.
func (e *Error) Timeout() bool {
	return e.Kind == ErrTimeout || errors.Is(e.cause, context.DeadlineExceeded)
}

// Is says whether the error is a target that the type's comment lists.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrClosed:
		return e.Kind == ErrClosed || e.Kind == ErrSessionClosed || e.Kind == ErrSessionNotFound
	case e.Kind:
		return true
	case e.sudo:
		return e.sudo != ""
	case os.ErrDeadlineExceeded, context.DeadlineExceeded:
		return e.Timeout()
	case context.Canceled:
		return e.Kind == ErrCancelled && e.cause == nil
	case io.ErrClosedPipe:
		return e.Kind == ErrCommandNotFound || e.Method == methodSessionWrite && commandless[e.Kind]
	}
	errno, known := errnos[e.Errno]
	return known && (errno == target || errno.Is(target))
}

// commandless are the kinds that say of a command that there is none any more.
var commandless = map[Kind]bool{
	ErrCommandNotFound: true,
	ErrSessionNotFound: true,
	ErrSessionClosed:   true,
	ErrConnectionLost:  true,
	ErrClosed:          true,
	ErrDaemonEnded:     true,
}

// As gives a *net.DNSError where the host's name could not be looked up, whose Name is empty: which host of
// those on the way it was, Message says. It gives an *fs.PathError where a file is the matter.
func (e *Error) As(target any) bool {
	switch wanted := target.(type) {
	case **net.DNSError:
		found, ok := resolverErrors[e.Errno]
		if ok {
			*wanted = &found
		}
		return ok
	case **fs.PathError:
		errno, ok := errnos[e.Errno]
		if ok = ok && e.Path != ""; ok {
			*wanted = &fs.PathError{Op: e.Method, Path: e.Path, Err: errno}
		}
		return ok
	}
	return false
}

// of gives the same error for another call.
func (e *Error) of(method string, dispatched string) *Error {
	other := *e
	other.Method, other.Dispatched = method, dispatched
	return &other
}

// contextError is the error of a call that the context ended without a word of the daemon's.
func contextError(method string, cause error, dispatched string) *Error {
	e := &Error{Kind: ErrCancelled, Method: method, Message: "cancelled", Dispatched: dispatched, ExitCode: -1, cause: cause}
	if cause == context.DeadlineExceeded {
		e.Kind, e.Message = ErrTimeout, "timed out"
	}
	return e
}

func invalidParams(method, message string) *Error {
	return &Error{Kind: ErrInvalidParams, Method: method, Message: message, Dispatched: "no", ExitCode: -1}
}

func closedError() *Error {
	return &Error{Kind: ErrClosed, Message: "the session is closed", Dispatched: "no", ExitCode: -1}
}
