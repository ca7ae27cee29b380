package sshrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode"
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

// A SudoReason is why sudo didn't run a command: an error, as a Kind is, that errors.Is knows:
//
//	if errors.Is(err, sshrpc.SudoWrongPassword) { … }
type SudoReason string

// Error says which it is.
func (r SudoReason) Error() string { return "sshrpc: sudo: " + string(r) }

// The reasons of ErrSudoFailed.
const (
	SudoWrongPassword  SudoReason = "wrongPassword"
	SudoPasswordNeeded SudoReason = "passwordNeeded" // it asks, and Sudo gave none
	SudoNoTerminal     SudoReason = "noTerminal"     // it wants one: OnPTY
	SudoNotAllowed     SudoReason = "notAllowed"     // by sudoers
	SudoUnknownUser    SudoReason = "unknownUser"
	SudoNotFound       SudoReason = "notFound" // there is no sudo
	SudoOther          SudoReason = "other"
)

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

// errnos are those of the names that Node.js gives which mean something to Go: what files, sockets and
// connecting can come to.
var errnos = map[string]syscall.Errno{
	"EACCES":        syscall.EACCES,
	"EADDRINUSE":    syscall.EADDRINUSE,
	"EADDRNOTAVAIL": syscall.EADDRNOTAVAIL,
	"EAFNOSUPPORT":  syscall.EAFNOSUPPORT,
	"EAGAIN":        syscall.EAGAIN,
	"EBADF":         syscall.EBADF,
	"EBUSY":         syscall.EBUSY,
	"ECONNABORTED":  syscall.ECONNABORTED,
	"ECONNREFUSED":  syscall.ECONNREFUSED,
	"ECONNRESET":    syscall.ECONNRESET,
	"EDQUOT":        syscall.EDQUOT,
	"EEXIST":        syscall.EEXIST,
	"EFBIG":         syscall.EFBIG,
	"EHOSTDOWN":     syscall.EHOSTDOWN,
	"EHOSTUNREACH":  syscall.EHOSTUNREACH,
	"EINVAL":        syscall.EINVAL,
	"EIO":           syscall.EIO,
	"EISDIR":        syscall.EISDIR,
	"ELOOP":         syscall.ELOOP,
	"EMFILE":        syscall.EMFILE,
	"ENAMETOOLONG":  syscall.ENAMETOOLONG,
	"ENETDOWN":      syscall.ENETDOWN,
	"ENETUNREACH":   syscall.ENETUNREACH,
	"ENFILE":        syscall.ENFILE,
	"ENOBUFS":       syscall.ENOBUFS,
	"ENODEV":        syscall.ENODEV,
	"ENOENT":        syscall.ENOENT,
	"ENOMEM":        syscall.ENOMEM,
	"ENOSPC":        syscall.ENOSPC,
	"ENOTCONN":      syscall.ENOTCONN,
	"ENOTEMPTY":     syscall.ENOTEMPTY,
	"ENOTDIR":       syscall.ENOTDIR,
	"ENOTSOCK":      syscall.ENOTSOCK,
	"ENXIO":         syscall.ENXIO,
	"EOPNOTSUPP":    syscall.EOPNOTSUPP,
	"EPERM":         syscall.EPERM,
	"EPIPE":         syscall.EPIPE,
	"EPROTOTYPE":    syscall.EPROTOTYPE,
	"EROFS":         syscall.EROFS,
	"ESTALE":        syscall.ESTALE,
	"ETIMEDOUT":     syscall.ETIMEDOUT,
	"ETXTBSY":       syscall.ETXTBSY,
	"EXDEV":         syscall.EXDEV,
}

// resolverErrors are those of Node.js's names that no system call gives: looking up a host's name does.
var resolverErrors = map[string]net.DNSError{
	"EAI_AGAIN": {Err: "temporary failure in name resolution", IsTemporary: true},
	"ENOTFOUND": {Err: "no such host", IsNotFound: true},
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

// errnoOfWords is for what a remote scp says at the end of its message, which is perror(3)'s.
func errnoOfWords(text string) string {
	text = strings.ToLower(text)
	if strings.HasSuffix(text, ": not a regular file") {
		return "EISDIR"
	}
	for name, errno := range errnos {
		if strings.HasSuffix(text, ": "+strings.ToLower(errno.Error())) {
			return name
		}
	}
	return ""
}

// of gives the same error for another call.
func (e *Error) of(method string, dispatched string) *Error {
	other := *e
	other.Method, other.Dispatched = method, dispatched
	return &other
}

// newError reads an error reply.
func newError(method string, wire *wireError, binary []byte) *Error {
	e := &Error{
		Kind: kindOfCode[wire.Code], Code: wire.Code, Message: wire.Message, Method: method,
		Data: wire.Data, ExitCode: -1,
	}
	// A field of another type than expected is no reason to lose the others.
	var data struct {
		Kind        Kind         `json:"kind"`
		Dispatched  string       `json:"dispatched"`
		Phase       string       `json:"phase"`
		Errno       string       `json:"errno"`
		Code        string       `json:"code"`
		Path        string       `json:"path"`
		Words       string       `json:"remoteMessage"`
		Reason      string       `json:"reason"`
		Termination *Termination `json:"termination"`
		sessionExecResult
	}
	_ = json.Unmarshal(wire.Data, &data)
	if data.Kind != "" {
		e.Kind = data.Kind
	}
	e.Dispatched, e.Phase, e.Errno, e.Termination = data.Dispatched, data.Phase, data.Errno, data.Termination
	// Of a remote file, the code is what its server says; one that Go has no word for isn't lost in Data.
	if _, known := errnos[data.Code]; known {
		e.Errno = data.Code
	} else if e.Errno == "" {
		e.Errno = errnoOfWords(data.Words)
	}
	if e.Kind != ErrInvalidParams {
		e.Path = data.Path
	}
	e.Message = inGosTerms(e, data.Path)
	if e.Kind == ErrSudoFailed {
		e.sudo = SudoReason(data.Reason)
	}
	e.Stdout, _ = decodeBytes(data.Stdout, data.StdoutEncoding, binary)
	e.Stderr, _ = decodeBytes(data.Stderr, data.StderrEncoding, binary)
	e.ExitCode, e.ExitSignal = exitOf(&data.sessionExecResult)
	return e
}

var (
	wireName = regexp.MustCompile(`\b[a-z]+(?:[A-Z]\w*|\.(?:kex|hostKey|cipher|mac)\b)`)
	bound    = regexp.MustCompile(`must be (?:at (?:least|most)|more than) [\d.]+$`)
)

// programTerms are options of programs and transfers as their messages have them, and what they are here.
var programTerms = strings.NewReplacer(
	`envMode "export"`, "ExportEnv",
	"(maxOutput), or take it as it comes (stream)", "(MaxOutput), or take it as it comes (Start, or Stdout)",
	"that are allowed (maxOutput)", "that are allowed (MaxBytes)",
	"forwardAgent:", "ForwardAgent:",
	"ssh.new named none", "Config.Agent names none",
)

// inGosTerms gives options the names that they have here, in messages that name some; param is the one that an
// ErrInvalidParams is about.
func inGosTerms(e *Error, param string) string {
	if e.Method != methodSSHNew {
		switch e.Kind {
		case ErrInvalidParams, ErrChannelRequestDenied, ErrOutputTooLarge:
			return programTerms.Replace(e.Message)
		}
		return e.Message
	}
	message := wireName.ReplaceAllStringFunc(e.Message, func(word string) string {
		name, _ := fieldOf(word)
		return name
	})
	if e.Kind != ErrInvalidParams || param == "" || !strings.HasPrefix(e.Message, param) {
		return message
	}
	name, isDuration := fieldOf(param)
	message = name + message[len(param):]
	if isDuration && bound.MatchString(message) {
		message += " s"
	}
	return message
}

// fieldOf is the field of Config for an option of ssh.new, and whether it is a time.Duration; for all else it is
// the word itself.
func fieldOf(word string) (name string, isDuration bool) {
	if word == "config" {
		return "SSHConfigFile", false
	}
	head, rest, _ := strings.Cut(word, ".")
	field, found := reflect.TypeOf(Config{}).FieldByName(strings.ToUpper(head[:1]) + head[1:])
	if !found {
		return word, false
	}
	if inner := field.Type; inner.Kind() == reflect.Struct && rest != "" {
		for i := 0; i < inner.NumField(); i++ {
			if option, _, _ := strings.Cut(rest, "."); strings.EqualFold(inner.Field(i).Name, option) {
				rest = inner.Field(i).Name + rest[len(option):]
			}
		}
	}
	name = field.Name
	if rest != "" {
		name += "." + rest
	}
	return name, field.Type == reflect.TypeOf(time.Duration(0))
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

// An ExitError is a command that ran and did not end with status 0, as in os/exec and
// golang.org/x/crypto/ssh. errors.As gives it.
type ExitError struct {
	// Result is what the command left: its exit code, signal and output.
	Result *Result
}

// Error says how the command ended, and the last line that it wrote to its error output, where Result has
// that.
func (e *ExitError) Error() string {
	text := fmt.Sprintf("sshrpc: the command exited with status %d", e.Result.ExitCode)
	switch {
	case e.Result.Signal != "":
		text = "sshrpc: the command was ended by signal " + string(e.Result.Signal)
	case e.Result.ExitCode < 0:
		text = "sshrpc: the command ended without an exit status"
	}
	if words := lastWords(e.Result.Stderr); words != "" {
		text += ": " + words
	}
	return text
}

// lastWords is the last line, at most so much of it, without what a terminal would obey.
func lastWords(output []byte) string {
	const most = 300
	if len(output) > 4*most {
		output = output[len(output)-4*most:]
	}
	line := strings.TrimSpace(strings.ToValidUTF8(string(output), "\uFFFD"))
	line = line[strings.LastIndexAny(line, "\r\n")+1:]
	words := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, line))
	if len(words) > most {
		return "…" + string(words[len(words)-most:])
	}
	return string(words)
}

// ExitCode is Result.ExitCode.
func (e *ExitError) ExitCode() int { return e.Result.ExitCode }
