package sshrpc

import (
	"errors"
	"io"
	"os/exec"
)

// A link is the way to a daemon.
type link struct {
	w   io.WriteCloser
	r   io.ReadCloser
	pid int // 0 where it is no process of ours
	// Where we run, for a daemon that can't see it.
	environment *initializeParamsEnvironment
	exited      chan error    // told how the daemon ended, once
	logEnd      chan struct{} // closed when the whole log was read
	closeLog    func()
	kill        func()
}

// openLink starts a daemon, or finds the way to the one that the user's programs share.
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
	// Start closes all pipes where it fails.
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
	// Not waited for for ever: a Write of the caller's may block.
	go func() {
		defer close(l.logEnd)
		_, _ = io.Copy(log, stderr)
	}()
	// Not cmd.Wait, which closes the pipes under those who still read from them.
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
