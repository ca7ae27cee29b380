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
	sudo           any // true for root, or a user's name
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

// check finds mistakes in options that aren't sent to the daemon, which therefore can't find them.
func (o *runOptions) check(method string) error {
	switch {
	case o.stdin != nil && o.stdinPipe:
		return invalidParams(method, "Stdin and StdinPipe exclude each other")
	case o.maxOutput != nil && *o.maxOutput < 0:
		return invalidParams(method, "MaxOutput must be at least 0")
	}
	return nil
}

// checkForRun is check for Run, which doesn't take all the options of Start.
func (o *runOptions) checkForRun() error {
	switch {
	case o.stdinPipe:
		return invalidParams(methodSessionExec, "StdinPipe is for Start")
	case o.maxOutput != nil && *o.maxOutput > maxHeld:
		return invalidParams(methodSessionExec, fmt.Sprintf("MaxOutput must be at most %d", maxHeld))
	}
	return o.check(methodSessionExec)
}

// Stdin makes what r gives the command's input. Without Stdin and StdinPipe the command has no input.
//
// A *bytes.Reader, *bytes.Buffer or *strings.Reader is read at once. Any other reader is read as fast as the command
// takes its input, and no longer than the command runs. If a Read still blocks then, nobody waits for it, and one
// goroutine stays until it returns. An error of the reader ends the command, and is the error of Run or Wait.
func Stdin(r io.Reader) RunOption { return func(o *runOptions) { o.stdin = r } }

// StdinPipe leaves the command's input open for Command.Stdin. It is for Start, not for Run.
func StdinPipe() RunOption { return func(o *runOptions) { o.stdinPipe = true } }

// Stdout writes the command's standard output to w as it comes; Result.Stdout and Command.Stdout are nil then. An
// error of w ends the command, and is the error of Run or Wait. Both wait for a Write that blocks, but not for ever:
// see Wait.
func Stdout(w io.Writer) RunOption { return func(o *runOptions) { o.stdout = w } }

// Stderr is the same for the standard error. As in os/exec, if both have the same writer, its Write is called by one
// goroutine at a time. The order between the two streams is lost; to keep it, use 2>&1 in the command.
func Stderr(w io.Writer) RunOption { return func(o *runOptions) { o.stderr = w } }

// Env sets environment variables of the command (RFC 4254 §6.4). Servers accept few of them; OpenSSH those in its
// AcceptEnv. If one is refused, the error is ErrChannelRequestDenied.
func Env(variables map[string]string) RunOption { return func(o *runOptions) { o.env = variables } }

// ExportEnv sets the variables of Env in the command line, in front of the command, so that the server's AcceptEnv
// doesn't matter. It works with every usual login shell. Names may then have letters, digits and _ only, and other
// users of the server may see the values, as they can see every command line.
func ExportEnv() RunOption { return func(o *runOptions) { o.exportEnv = true } }

// IdleOutput ends a command that has written nothing for that long; the error is ErrTimeout, as at a deadline. Time
// in which output waits to be read by this program doesn't count.
func IdleOutput(d time.Duration) RunOption { return func(o *runOptions) { o.idleOutput = d } }

// A PTY is a pseudo-terminal (RFC 4254 §6.2).
type PTY struct {
	Term          string           // the variable TERM; "" means "xterm"
	Columns       int              // 0 means 80
	Rows          int              // 0 means 24
	Width, Height int              // in pixels; 0 means unknown
	Modes         map[string]int64 // by the names of RFC 4254 §8, as "ECHO": 0; the server decides about others
}

// OnPTY runs the command on a pseudo-terminal. Its standard error comes on standard output then.
func OnPTY(pty PTY) RunOption { return func(o *runOptions) { o.pty = &pty } }

// NoPTY is for Shell: it asks for no terminal, so that the shell reads commands from its input.
func NoPTY() RunOption { return func(o *runOptions) { o.noPTY = true } }

// Sudo runs the command, or a Shell, as that user by sudo(8); user "" means root. The command's shell is sh. If sudo
// asks for a password, it is given this one, which is in no command line and in no output. Without a password, a
// sudo that asks is an error. sudo may remove variables of Env, unless ExportEnv sets them.
//
// If sudo refuses, the error is ErrSudoFailed, and errors.Is with a SudoReason tells why.
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

// ForwardAgent lends the server the agent of the login while the command runs, as ssh -A does. Whoever is root there
// can log in elsewhere with its keys meanwhile. The error is ErrInvalidParams if there is no agent, and
// ErrChannelRequestDenied if the server refuses.
func ForwardAgent() RunOption { return func(o *runOptions) { o.forwardAgent = true } }

// MaxOutput is the most bytes of output that are kept in memory, both streams together. More ends the command with
// ErrOutputTooLarge. For Run the default, and the maximum, is 268435456 (256 MiB). For Start only output that hasn't
// been read counts, and the default is 67108864 (64 MiB).
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
	Total int64 // the file's size; for a tree, the size of the files found so far

	Files, TotalFiles int // for Files.Get and Files.Put: the files that are done, and those found so far
}

// OnProgress calls f at a transfer's beginning, at its end, and at most ten times a second in between. f is called in
// a goroutine of its own, one call at a time, and never after the transfer's function has returned. That function
// waits for a call of f that blocks, but no longer than a quarter of a second after the context's end or the
// session's Close.
func OnProgress(f func(Progress)) TransferOption {
	return func(o *transferOptions) { o.progress = f }
}

// IdleTimeout ends a transfer with ErrTimeout when no byte has moved in either direction for that long. The default
// is 30 seconds.
func IdleTimeout(d time.Duration) TransferOption {
	return func(o *transferOptions) {
		seconds := d.Seconds()
		o.idleTimeout = &seconds
	}
}

// Mode gives a new remote file of Put these permission bits, less the server's umask, instead of those of the local
// file. A remote file that exists keeps its own.
func Mode(mode fs.FileMode) TransferOption {
	return func(o *transferOptions) {
		bits := int64(mode.Perm())
		o.mode = &bits
	}
}

// MaxBytes is the size of the largest file that ReadFile reads; a larger one is ErrOutputTooLarge. The default, and
// the maximum, is 268435456 (256 MiB). Get takes files of any size.
func MaxBytes(bytes int64) TransferOption {
	return func(o *transferOptions) { o.maxBytes = &bytes }
}
