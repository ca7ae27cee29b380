package sshrpc

import (
	"errors"
	"io"
	"os/exec"
)

// A link is the connection with a daemon: a process's pipes, or a socket.
type link struct {
	w   io.WriteCloser
	r   io.ReadCloser
	pid int // 0 if the daemon isn't a process that we started
	// This process's directory, umask and variables, for a daemon that isn't started by us; else nil.
	environment *initializeParamsEnvironment
	exited      chan error    // receives once how the daemon ended
	logEnd      chan struct{} // closed when the whole log has been read
	closeLog    func()
	kill        func()
}

// openLink starts a daemon, or connects to the one that all of the user's programs share.
func openLink(config *DaemonConfig, isShared bool, log io.Writer) (*link, error) {
	argv, err := findDaemon(config)
	if err != nil {
		return nil, err
	}
	if !isShared {
		return startProcess(argv, config.Env, log)
	}
	attach := func() (*link, error) {
		return startProcess(append(argv[:len(argv):len(argv)], "--attach"), config.Env, log)
	}
	if socket := openSocket(config.Env); socket != nil {
		return sharedLink(socket, config.Env, attach), nil
	}
	return attach()
}

// startProcess starts a daemon and reads its log.
func startProcess(argv, env []string, log io.Writer) (*link, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, startError(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		stdin.Close()
		return nil, startError(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		stdin.Close()
		stdout.Close()
		return nil, startError(err)
	}
	// If Start fails, it closes all pipes.
	if err := cmd.Start(); err != nil {
		return nil, startError(err)
	}
	l := &link{
		w:        stdin,
		r:        stdout,
		pid:      cmd.Process.Pid,
		exited:   make(chan error, 1),
		logEnd:   make(chan struct{}),
		closeLog: func() { stderr.Close() },
		kill:     func() { _ = cmd.Process.Kill() },
	}
	// A goroutine of its own, which nobody waits for without limit: a Write of the caller's may block.
	go func() {
		defer close(l.logEnd)
		_, _ = io.Copy(log, stderr)
	}()
	// Not cmd.Wait: it closes the pipes while other goroutines may still read from them.
	go func() {
		state, err := cmd.Process.Wait()
		if err == nil {
			err = errors.New(state.String())
		}
		l.exited <- err
	}()
	return l, nil
}

func startError(err error) error {
	return &Error{Kind: ErrDaemonEnded, Dispatched: "no", ExitCode: -1, Message: "the daemon could not be started", cause: err}
}
