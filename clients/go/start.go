package sshrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// How long a program may take to answer `initialize` before it is taken for something other than a daemon. A daemon
// takes a fifth of a second on a machine with little other work. A variable, so that tests can change it.
var startLimit = 30 * time.Second

// findDaemon gives the daemon's program and its arguments.
func findDaemon(config *DaemonConfig) ([]string, error) {
	if len(config.Command) > 0 {
		return runnable("DaemonConfig.Command", config.Command)
	}
	if path := os.Getenv("SSHRPC_DAEMON"); path != "" {
		return runnable("SSHRPC_DAEMON", []string{path})
	}
	if path, err := exec.LookPath("sshrpc"); err == nil {
		return []string{path}, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
		script := filepath.Join(root, "bin", "sshrpc.js")
		if _, err := os.Stat(script); err == nil {
			return runnable("the repository's bin/sshrpc.js", []string{script})
		}
	}
	return nil, &Error{
		Kind: ErrDaemonNotFound, Dispatched: "no", ExitCode: -1,
		Message: "sshrpc is neither in PATH nor named by SSHRPC_DAEMON; npm install -g sshrpc gets it",
	}
}

// runnable puts node in front of a script. source, as "SSHRPC_DAEMON", says where the command comes from, for errors.
func runnable(source string, command []string) ([]string, error) {
	var err error
	switch strings.ToLower(filepath.Ext(command[0])) {
	case ".js", ".mjs", ".cjs":
		if _, err = os.Stat(command[0]); err == nil {
			var node string
			if node, err = exec.LookPath("node"); err == nil {
				return append([]string{node}, command...), nil
			}
			source += ", a script, needs node"
		}
	default:
		var path string
		if path, err = exec.LookPath(command[0]); err == nil {
			return append([]string{path}, command[1:]...), nil
		}
	}
	return nil, &Error{
		Kind: ErrDaemonNotFound, Dispatched: "no", ExitCode: -1, cause: err,
		Message: "no daemon can be started: " + source,
	}
}

// startDaemon starts a daemon, or connects to one, and starts the goroutines that talk to it. It doesn't wait for an
// answer.
func startDaemon(config *DaemonConfig, isShared bool) (*Daemon, error) {
	log := &tail{to: config.Stderr}
	link, err := openLink(config, isShared, log)
	if err != nil {
		return nil, err
	}
	d := &Daemon{
		conn:         newConn(link.w),
		link:         link,
		isShared:     isShared,
		done:         make(chan struct{}),
		closed:       make(chan struct{}),
		initialized:  make(chan struct{}),
		commands:     map[string]*Command{},
		transfers:    map[string]*progressQueue{},
		listings:     map[string]*listing{},
		sessions:     map[int64]*Session{},
		early:        map[int64][]sessionEvent{},
		forwards:     map[int64]*Forward{},
		lostForwards: map[int64]*Error{},
		dials:        map[string]*dial{},
		prompts:      map[string]context.CancelFunc{},
	}
	d.conn.onNotification = d.onNotification
	d.conn.onRequest = d.onRequest
	// Before anything else can be sent.
	greeting, err := d.greet()
	if err != nil {
		d.link.kill()
		return nil, err
	}

	var all sync.WaitGroup
	run := func(task func()) {
		all.Add(1)
		go func() {
			defer all.Done()
			task()
		}()
	}
	readEnd := make(chan error, 1)
	run(d.conn.write)
	run(func() { readEnd <- d.conn.read(link.r) })
	run(func() { d.agree(greeting) })
	go func() {
		d.watch(readEnd, log)
		all.Wait()
		waitFor(link.logEnd, callerGrace)
		close(d.done)
	}()
	return d, nil
}

// watch waits for the end of the process or of its output, whichever comes first. It then makes sure that the other
// one ends, too, and ends all calls and sessions with an error.
func (d *Daemon) watch(readEnd <-chan error, log *tail) {
	const moment = 200 * time.Millisecond
	var how, why error
	select {
	case why = <-readEnd:
		// Its output has ended, so that no reply can come any more: if it doesn't end now, it is killed.
		select {
		case how = <-d.link.exited:
		case <-time.After(moment):
			d.link.kill()
			how = <-d.link.exited
		}
	case how = <-d.link.exited:
		// Its last messages may still be in the pipe. But the pipe may never end: a process that it has started
		// may have it open.
		select {
		case why = <-readEnd:
		case <-time.After(moment):
			d.link.r.Close()
			why = <-readEnd
		}
	}
	waitFor(d.link.logEnd, moment)
	// Such a process would leave a Read or a Write of ours waiting.
	d.link.w.Close()
	d.link.r.Close()
	d.link.closeLog()
	message := "the daemon ended: " + how.Error()
	if why != nil && why != io.EOF && !errors.Is(why, os.ErrClosed) {
		message += ": " + why.Error()
	}
	if text := log.String(); text != "" {
		message += ": " + text
	}
	end := &Error{Kind: ErrDaemonEnded, Dispatched: "maybe", Message: message, ExitCode: -1}
	if d.conn.isClosing() {
		end.Kind, end.Message = ErrClosed, "the daemon was closed"
	}
	d.conn.fail(end)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, cancel := range d.prompts {
		cancel()
	}
	for _, session := range d.sessions {
		session.finish(end)
	}
}

// greet sends the request `initialize`.
func (d *Daemon) greet() (*pending, error) {
	pid, yes := int64(os.Getpid()), true
	_, p, err := d.conn.send(request{method: methodInitialize, params: initializeParams{
		ProcessID:    &pid,
		Environment:  d.link.environment,
		Capabilities: &initializeParamsCapabilities{BinaryFrames: &yes, Prompt: &yes},
	}}, 0)
	return p, err
}

// agree waits for the reply to `initialize`, and notes what the daemon can do.
func (d *Daemon) agree(p *pending) {
	defer close(d.initialized)
	if !waitFor(p.done, startLimit) {
		d.disown(fmt.Sprintf("what was started answers no request within %v: is it an sshrpc?", startLimit))
		return
	}
	if p.reply.err != nil {
		d.disown("what was started is no sshrpc: it refuses `initialize`: " + p.reply.err.Message)
		return
	}
	var result initializeResult
	if err := json.Unmarshal(p.reply.result, &result); err != nil || result.ServerInfo.Name != "sshrpc" {
		d.disown("what was started is no sshrpc: `initialize` has another result")
		return
	}
	d.binaryFrames, d.maxBytes = result.Capabilities.BinaryFrames, result.Limits["maxMessageBytes"]
}

// disown kills a process that isn't a daemon, and ends all calls with an error. If the process has ended by itself,
// the error of that stays.
func (d *Daemon) disown(why string) {
	d.conn.fail(&Error{Kind: ErrDaemonEnded, Dispatched: "no", ExitCode: -1, Message: why})
	d.link.kill()
}
