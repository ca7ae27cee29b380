package sshrpc

import (
	"fmt"
	"io"
	"io/fs"
	"time"
)

// A Signal is a signal's name without SIG (RFC 4254 §6.10).
type Signal string

// The signals of RFC 4254 §6.10, which Command.Signal sends. Servers may know more that end a command.
const (
	SIGABRT Signal = "ABRT"
	SIGALRM Signal = "ALRM"
	SIGFPE  Signal = "FPE"
	SIGHUP  Signal = "HUP"
	SIGILL  Signal = "ILL"
	SIGINT  Signal = "INT"
	SIGKILL Signal = "KILL"
	SIGPIPE Signal = "PIPE"
	SIGQUIT Signal = "QUIT"
	SIGSEGV Signal = "SEGV"
	SIGTERM Signal = "TERM"
	SIGUSR1 Signal = "USR1"
	SIGUSR2 Signal = "USR2"
)

// A RunOption is an option of Run and Start.
type RunOption func(*runOptions)

type runOptions struct {
	stdin          io.Reader
	stdinPipe      bool
	stdout, stderr io.Writer
	env            map[string]string
	pty            *PTY
	maxOutput      *int64
	noPTY          bool
	exportEnv      bool
	idleOutput     time.Duration
	sudo           any // true, or a user
	sudoPassword   *string
	forwardAgent   bool
}

func runOptionsOf(options []RunOption) runOptions {
	var o runOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// check gives the error of what the daemon never sees.
func (o *runOptions) check(method string) error {
	switch {
	case o.stdin != nil && o.stdinPipe:
		return invalidParams(method, "Stdin and StdinPipe exclude each other")
	case o.maxOutput != nil && *o.maxOutput < 0:
		return invalidParams(method, "MaxOutput must be at least 0")
	}
	return nil
}

// checkForRun is check with what Run, unlike Start, doesn't take.
func (o *runOptions) checkForRun() error {
	switch {
	case o.stdinPipe:
		return invalidParams(methodSessionExec, "StdinPipe is for Start")
	case o.maxOutput != nil && *o.maxOutput > maxHeld:
		return invalidParams(methodSessionExec, fmt.Sprintf("MaxOutput must be at most %d", maxHeld))
	}
	return o.check(methodSessionExec)
}

// Stdin gives the command what r reads, and then the end of its input. Without it and StdinPipe the
// input is at its end from the beginning.
//
// A *bytes.Reader, *bytes.Buffer or *strings.Reader is read at once. Another reader is read as the command
// takes its input; when the command has ended, the reader is read no more, but for a Read that hasn't
// returned: nobody waits for it, and its goroutine stays until it does. An error of the reader ends the
// command, and is the error of Run or Wait.
func Stdin(r io.Reader) RunOption { return func(o *runOptions) { o.stdin = r } }

// StdinPipe leaves the command's input open for Command.Stdin. It is for Start.
func StdinPipe() RunOption { return func(o *runOptions) { o.stdinPipe = true } }

// Stdout has w take the command's standard output as it comes, instead of Result.Stdout or
// Command.Stdout. An error of w ends the command, and is the error of Run or Wait. Both wait for a Write
// that blocks; Wait says for how long.
func Stdout(w io.Writer) RunOption { return func(o *runOptions) { o.stdout = w } }

// Stderr is Stdout for the standard error. As in os/exec, where both have the same writer, one goroutine
// at a time calls its Write. The order of what comes on the two is not kept; 2>&1 in the command does.
func Stderr(w io.Writer) RunOption { return func(o *runOptions) { o.stderr = w } }

// Env sets environment variables of the command (RFC 4254 §6.4). Servers take few: OpenSSH those that
// its AcceptEnv lists. One refused is ErrChannelRequestDenied.
func Env(variables map[string]string) RunOption { return func(o *runOptions) { o.env = variables } }

// ExportEnv has the variables of Env set by a command line in front of the command, whatever the server's
// AcceptEnv takes, in whichever shell the account has. Names are then of letters, digits and _, and others on
// the server can see the values, as those of any command line.
func ExportEnv() RunOption { return func(o *runOptions) { o.exportEnv = true } }

// IdleOutput ends a command that has written nothing for so long, as a deadline does: ErrTimeout. Output that
// waits to be read here isn't waited for.
func IdleOutput(d time.Duration) RunOption { return func(o *runOptions) { o.idleOutput = d } }

// A PTY is a pseudo-terminal (RFC 4254 §6.2).
type PTY struct {
	Term          string           // the TERM variable; "" is "xterm"
	Columns       int              // 0 is 80
	Rows          int              // 0 is 24
	Width, Height int              // in pixels; 0 is unknown
	Modes         map[string]int64 // by the names of RFC 4254 §8, as "ECHO": 0; others are the server's own
}

// OnPTY runs the command on a pseudo-terminal. Its standard error comes on standard output then.
func OnPTY(pty PTY) RunOption { return func(o *runOptions) { o.pty = &pty } }

// NoPTY has Shell ask for no terminal: the shell reads commands from its input then.
func NoPTY() RunOption { return func(o *runOptions) { o.noPTY = true } }

// Sudo runs the command, or a Shell, by sudo(8) as that user, as root where user is "", with sh for its shell.
// Where sudo asks for a password it is given this one, which stands in no command line and in no output; without
// one sudo may not ask. Of Env's variables, those that ExportEnv sets arrive for sure.
//
// What sudo refuses is ErrSudoFailed; errors.Is tells why by a SudoReason.
func Sudo(user, password string) RunOption {
	return func(o *runOptions) {
		o.sudo = any(user)
		if user == "" {
			o.sudo = true
		}
		if password != "" {
			o.sudoPassword = &password
		}
	}
}

// ForwardAgent lends the server the agent of the login while the command runs, as ssh -A does: who is root there
// can log in by its keys meanwhile. ErrInvalidParams where there is none; ErrChannelRequestDenied where the server
// doesn't take it.
func ForwardAgent() RunOption { return func(o *runOptions) { o.forwardAgent = true } }

// MaxOutput bounds the bytes of output that are held in memory, both streams together; more is
// ErrOutputTooLarge, and ends the command. For Run the default, and the most, is 268435456 (256 MiB);
// for Start, what counts is output that hasn't been read, and the default is 67108864 (64 MiB).
func MaxOutput(bytes int64) RunOption { return func(o *runOptions) { o.maxOutput = &bytes } }

// A TransferOption is an option of Get, Put, ReadFile and WriteFile.
type TransferOption func(*transferOptions)

type transferOptions struct {
	progress    func(Progress)
	idleTimeout *float64
	mode        *int64
	maxBytes    *int64
}

// Progress says how far a transfer is.
type Progress struct {
	Bytes int64 // so far
	Total int64 // the file's size; of a tree, that of the files found so far

	Files, TotalFiles int // of Files.Get and Files.Put: over, and found so far
}

// OnProgress has f called, in a goroutine of its own, at a transfer's beginning, at most ten times a second
// while it goes on, and at its end: one call at a time, and none begins after the transfer's function has
// returned. That waits for a call that blocks until a quarter of a second after the context's end or the
// session's Close.
func OnProgress(f func(Progress)) TransferOption {
	return func(o *transferOptions) { o.progress = f }
}

// IdleTimeout gives up a transfer when no byte has moved in either direction for so long. The default
// is 30 seconds. It is ErrTimeout then.
func IdleTimeout(d time.Duration) TransferOption {
	return func(o *transferOptions) {
		seconds := d.Seconds()
		o.idleTimeout = &seconds
	}
}

// Mode gives a new remote file of Put these permission bits instead of the local file's. The server's
// umask applies; a file that exists keeps its own.
func Mode(mode fs.FileMode) TransferOption {
	return func(o *transferOptions) {
		bits := int64(mode.Perm())
		o.mode = &bits
	}
}

// MaxBytes is the largest file that ReadFile holds; a larger one is ErrOutputTooLarge. The default, and
// the most, is 268435456 (256 MiB): Get takes files of any size.
func MaxBytes(bytes int64) TransferOption {
	return func(o *transferOptions) { o.maxBytes = &bytes }
}
