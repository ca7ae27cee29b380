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
// All kinds are constants of this package. Those that the daemon replies with are explained in contract.go.
type Kind string

// Error gives the kind's name.
func (k Kind) Error() string { return "sshrpc: " + string(k) }

// Kinds of this client's own, which the daemon never replies with.
const (
	// ErrClosed: the session was closed. Errors of the kinds ErrSessionClosed and ErrSessionNotFound are
	// ErrClosed, too, so that errors.Is(err, ErrClosed) always tells whether the session was closed before the
	// call.
	ErrClosed Kind = "Closed"

	// ErrDaemonNotFound: there is no sshrpc to start, neither by $SSHRPC_DAEMON nor in PATH.
	ErrDaemonNotFound Kind = "DaemonNotFound"

	// ErrDaemonEnded: the daemon could not be started, isn't an sshrpc, or has ended, as when it was killed. Its
	// sessions have ended with it; the next Dial starts another daemon.
	ErrDaemonEnded Kind = "DaemonEnded"
)

// An Error is a call that failed; errors.As gives it. For errors.Is it is
//
//   - its Kind, and ErrClosed for the kinds named there; with ErrSudoFailed also the SudoReason;
//   - context.DeadlineExceeded and os.ErrDeadlineExceeded if the deadline of the context, or a time-out of the
//     daemon's, has passed; context.Canceled if the context was cancelled;
//   - fs.ErrNotExist, fs.ErrPermission, syscall.ECONNREFUSED and the like if a system's error is the reason, on
//     this machine or on the server;
//   - io.ErrClosedPipe for a write to the standard input of a command that had ended, by itself or with its
//     session.
//
// errors.As gives also an *fs.PathError if it is about a file, and a *net.DNSError if a host's name could not be
// looked up.
type Error struct {
	// Kind is the stable name of what happened.
	Kind Kind

	// Code is the JSON-RPC error code, 0 where the daemon did not reply.
	Code int

	// Message is one line for people. It may contain text from the server.
	Message string

	// Method is the method of the protocol that was called, as "session.exec".
	Method string

	// Dispatched says whether the remote side may have acted: "no", so that a retry is safe; "yes"; or
	// "maybe". It is empty where there is no remote side.
	Dispatched string

	// Phase says how far a call was when its time was over or it was cancelled: "connect", "banner",
	// "handshake", "authenticate", "queue", "open", "run", "drain" or "transfer".
	Phase string

	// Errno is the name of the system's error, as "ENOENT", if that is the reason: an error of this machine, or
	// of the server, if that tells it.
	Errno string

	// Path is the file that the error is about; a remote one as it was given. It is empty if there is none.
	Path string

	// Stdout and Stderr are what the command had written by then. They are empty if its output goes to a writer,
	// or is read by Command.Stdout and Command.Stderr.
	Stdout, Stderr []byte

	// Termination is what was done to end the remote command; nil if nothing was.
	Termination *Termination

	// ExitCode and ExitSignal are those of a command that has ended all the same: see Result.
	ExitCode   int
	ExitSignal Signal

	// Data is the field data of the daemon's error, as JSON; PROTOCOL.md lists what is in it. Bytes in it are
	// encoded as the daemon has sent them.
	Data json.RawMessage

	sudo  SudoReason
	cause error
}

// Termination is what the daemon did to end a command whose time was over, that was cancelled, or whose output was
// too large. It sends TERM, KILL two seconds later, and closes the channel a second after that. The error comes
// before all of that is done.
type Termination struct {
	// Signals are those that had been sent by then. Servers don't acknowledge them.
	Signals []Signal `json:"signals"`

	// Ended is true if the server has reported the command's end.
	Ended bool `json:"ended"`
}

// Error gives the method, the message and the kind in one line.
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

// Unwrap gives the reason, if that is an error of this process: the context's error, what a callback returned, or
// another one.
func (e *Error) Unwrap() error { return e.cause }

// Timeout says whether the time was over, as in net.Error.
func (e *Error) Timeout() bool {
	return e.Kind == ErrTimeout || errors.Is(e.cause, context.DeadlineExceeded)
}

// Is makes errors.Is work with the targets that the comment of the type lists.
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

// commandless are the kinds that say that a command doesn't run any more.
var commandless = map[Kind]bool{
	ErrCommandNotFound: true,
	ErrSessionNotFound: true,
	ErrSessionClosed:   true,
	ErrConnectionLost:  true,
	ErrClosed:          true,
	ErrDaemonEnded:     true,
}

// As gives a *net.DNSError if a host's name could not be looked up, and an *fs.PathError if the error is about a
// file. The Name of the *net.DNSError is empty; Message says which host it was, as there may be jump hosts.
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

// of gives a copy of the error for another call.
func (e *Error) of(method string, dispatched string) *Error {
	other := *e
	other.Method, other.Dispatched = method, dispatched
	return &other
}

// contextError is the error of a call whose context has ended, without a reply from the daemon.
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
