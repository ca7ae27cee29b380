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
	"sync/atomic"
	"time"
)

// How long a program may take to answer `initialize` before it is taken for something else. A daemon needs
// a fifth of a second, on a machine that has little else to do. A variable for tests.
var startLimit = 30 * time.Second

const (
	// How long a daemon may take to end after its input has: it says that it needs a second at most.
	endLimit = 3 * time.Second

	// What of the daemon's log is kept for the error that tells of its end.
	logTail = 2048
)

// A DaemonConfig says how a daemon is started. The zero value is ready to use.
type DaemonConfig struct {
	// Command is the daemon's program and its arguments, as sshrpc --help lists them. A program, also that
	// of SSHRPC_DAEMON, whose name ends in .js, .mjs or .cjs is run by node. Where Command is empty the
	// program is
	//
	//  1. that of the environment variable SSHRPC_DAEMON, a path;
	//  2. sshrpc, in PATH;
	//  3. bin/sshrpc.js of the repository that this package was compiled in.
	//
	// The working directory is not searched: what lies there may be anybody's.
	Command []string

	// Env is the daemon's environment, as exec.Cmd has it; this process's own where it is nil. The
	// daemon finds known_hosts, keys and the agent by HOME and SSH_AUTH_SOCK.
	Env []string

	// Stderr takes the daemon's log. Where it is nil, the log is read and forgotten, but for the end of
	// it that the error of a daemon that has ended quotes. A Write that blocks holds up the daemon; Close
	// doesn't wait for it.
	Stderr io.Writer
}

// A Daemon is a running sshrpc. Most programs need none: Dial starts one, which all sessions with the same
// Config.Daemon share, and which ends with the last of them. Safe for concurrent use.
//
// A daemon never outlives the program: when that ends, in whichever way, the daemon does within a
// second.
type Daemon struct {
	conn         *conn
	process      *os.Process
	done         chan struct{} // the process was reaped, and every goroutine has ended that isn't in a callback
	close        sync.Once
	closed       chan struct{} // by Close
	initialized  chan struct{} // closed when binaryFrames and maxBytes are known
	binaryFrames bool
	maxBytes     int64
	lastToken    int64

	mu        sync.Mutex
	commands  map[string]*Command       // by token
	transfers map[string]*progressQueue // by token
	sessions  map[int64]*Session
	lost      map[int64]*Error // sessions that have ended before we knew them
	dials     map[string]*dial
	prompts   map[string]context.CancelFunc // by the daemon's request id

	// Of a shared one.
	sharedKey string
	refs      int
}

// StartDaemon starts a daemon that is not shared with anybody. Its Close must be called. A program that
// hasn't answered after 30 seconds is ErrDaemonEnded, whatever ctx says.
//
// Errors: ErrDaemonNotFound, ErrDaemonEnded, ErrTimeout, ErrCancelled.
func StartDaemon(ctx context.Context, config *DaemonConfig) (*Daemon, error) {
	if config == nil {
		config = &DaemonConfig{}
	}
	if err := ctx.Err(); err != nil {
		return nil, contextError(methodInitialize, err, "no")
	}
	d, err := startDaemon(config)
	if err != nil {
		return nil, err
	}
	if err := d.readyFor(ctx, methodInitialize); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// PID is the daemon's process.
func (d *Daemon) PID() int { return d.process.Pid }

// Status says what the daemon holds at the moment.
func (d *Daemon) Status(ctx context.Context) (*Status, error) {
	var status Status
	if err := d.Call(ctx, methodDaemonStatus, nil, &status); err != nil {
		return nil, err
	}
	return &status, nil
}

// Call calls a method of PROTOCOL.md that this package has no function for. params, where not nil, is
// what encoding/json makes an object or an array of; result, where not nil, is a pointer that the
// result is decoded into. Where ctx has a deadline, give the method its timeout, too.
//
// Errors: those of the method, ErrDaemonEnded.
func (d *Daemon) Call(ctx context.Context, method string, params, result any) error {
	reply, err := d.call(ctx, request{method: method, params: params}, nil)
	if err != nil || result == nil {
		return err
	}
	return decodeResult(method, reply, result)
}

// Close ends the daemon, and with it its sessions and the commands that still run on them. It returns
// when the process has ended, and never fails.
func (d *Daemon) Close() error {
	forgetShared(d)
	d.close.Do(func() { close(d.closed) })
	d.conn.close(notifyExit)
	select {
	case <-d.initialized:
	default:
		// It may be anything, and has nothing to bring to an end.
		_ = d.process.Kill()
	}
	if !waitFor(d.done, endLimit) {
		_ = d.process.Kill()
		<-d.done
	}
	return nil
}

// call waits until the daemon is ready, and calls it.
func (d *Daemon) call(ctx context.Context, r request, late func(reply)) (reply, error) {
	if err := d.readyFor(ctx, r.method); err != nil {
		return reply{}, err
	}
	return d.conn.call(ctx, nil, r, d.maxBytes, late)
}

// readyFor waits until the daemon has said what it can, for a method that is to be called.
func (d *Daemon) readyFor(ctx context.Context, method string) error {
	if err := ctx.Err(); err != nil {
		return contextError(method, err, "no")
	}
	select {
	case <-d.initialized:
	case <-ctx.Done():
		return contextError(method, ctx.Err(), "no")
	}
	d.conn.mu.Lock()
	defer d.conn.mu.Unlock()
	if d.conn.err != nil {
		return d.conn.err.of(method, "no")
	}
	return nil
}

func (d *Daemon) newToken() string {
	return fmt.Sprintf("go-%d", atomic.AddInt64(&d.lastToken, 1))
}

func decodeResult(method string, r reply, result any) error {
	if err := json.Unmarshal(r.result, result); err != nil {
		return unexpected(method, err)
	}
	return nil
}

// unexpected is a result that this package doesn't understand: the daemon is of another contract.
func unexpected(method string, err error) error {
	return &Error{
		Kind: ErrInternalError, Method: method, Dispatched: "yes", ExitCode: -1,
		Message: "the result is not as expected: " + err.Error(),
	}
}

// shared daemons by what they were started with.
var (
	sharedMu sync.Mutex
	shared   = map[string]*Daemon{}
)

// acquireDaemon gives the shared daemon, started if there is none or none that lives.
func acquireDaemon(config *DaemonConfig) (*Daemon, error) {
	if config == nil {
		config = &DaemonConfig{}
	}
	// An Env that is nil is another than an empty one.
	key := fmt.Sprintf("%q %#v %q %p", config.Command, config.Env, os.Getenv("SSHRPC_DAEMON"), config.Stderr)
	sharedMu.Lock()
	defer sharedMu.Unlock()
	d := shared[key]
	if d == nil || d.ended() {
		var err error
		if d, err = startDaemon(config); err != nil {
			return nil, err
		}
		d.sharedKey = key
		shared[key] = d
	}
	d.refs++
	return d, nil
}

// retain is acquireDaemon for one that somebody has already.
func (d *Daemon) retain() *Daemon {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	d.refs++
	return d
}

// release gives a shared daemon back. The last to do so ends it, and is told so.
func (d *Daemon) release() (ended bool) {
	sharedMu.Lock()
	d.refs--
	isLast := d.refs == 0
	if isLast && shared[d.sharedKey] == d {
		delete(shared, d.sharedKey)
	}
	sharedMu.Unlock()
	if isLast {
		d.Close()
	}
	return isLast
}

func forgetShared(d *Daemon) {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if d.sharedKey != "" && shared[d.sharedKey] == d {
		delete(shared, d.sharedKey)
	}
}

func (d *Daemon) ended() bool {
	d.conn.mu.Lock()
	defer d.conn.mu.Unlock()
	return d.conn.err != nil || d.conn.closing
}

// findDaemon gives the daemon's program and its arguments.
func findDaemon(config *DaemonConfig) ([]string, error) {
	if len(config.Command) > 0 {
		return runnable(config.Command)
	}
	if path := os.Getenv("SSHRPC_DAEMON"); path != "" {
		return runnable([]string{path})
	}
	if path, err := exec.LookPath("sshrpc"); err == nil {
		return []string{path}, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
		script := filepath.Join(root, "bin", "sshrpc.js")
		if _, err := os.Stat(script); err == nil {
			return runnable([]string{script})
		}
	}
	return nil, &Error{
		Kind: ErrDaemonNotFound, Dispatched: "no", ExitCode: -1,
		Message: "sshrpc is neither in PATH nor named by SSHRPC_DAEMON; npm install -g sshrpc gets it",
	}
}

// runnable puts node in front of a script.
func runnable(command []string) ([]string, error) {
	var err error
	switch strings.ToLower(filepath.Ext(command[0])) {
	case ".js", ".mjs", ".cjs":
		if _, err = os.Stat(command[0]); err == nil {
			var node string
			if node, err = exec.LookPath("node"); err == nil {
				return append([]string{node}, command...), nil
			}
		}
	default:
		var path string
		if path, err = exec.LookPath(command[0]); err == nil {
			return append([]string{path}, command[1:]...), nil
		}
	}
	return nil, &Error{Kind: ErrDaemonNotFound, Dispatched: "no", ExitCode: -1, Message: "no daemon", cause: err}
}

// startDaemon starts the process and the goroutines that serve it, and returns at once.
func startDaemon(config *DaemonConfig) (*Daemon, error) {
	argv, err := findDaemon(config)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = config.Env
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
	d := &Daemon{
		conn:        newConn(stdin),
		process:     cmd.Process,
		done:        make(chan struct{}),
		closed:      make(chan struct{}),
		initialized: make(chan struct{}),
		commands:    map[string]*Command{},
		transfers:   map[string]*progressQueue{},
		sessions:    map[int64]*Session{},
		lost:        map[int64]*Error{},
		dials:       map[string]*dial{},
		prompts:     map[string]context.CancelFunc{},
	}
	d.conn.onNotification = d.onNotification
	d.conn.onRequest = d.onRequest

	var all sync.WaitGroup
	run := func(task func()) {
		all.Add(1)
		go func() {
			defer all.Done()
			task()
		}()
	}
	log := &tail{to: config.Stderr}
	exited := make(chan error, 1)
	readEnd := make(chan error, 1)
	logEnd := make(chan struct{})
	run(d.conn.write)
	run(func() { readEnd <- d.conn.read(stdout) })
	// Not waited for for ever: a Write of the caller's may block.
	go func() {
		defer close(logEnd)
		_, _ = io.Copy(log, stderr)
	}()
	// Not cmd.Wait, which closes the pipes under those who still read from them.
	run(func() {
		state, err := cmd.Process.Wait()
		if err == nil {
			err = errors.New(state.String())
		}
		exited <- err
	})
	run(d.initialize)
	go func() {
		d.watch(exited, readEnd, logEnd, log, stdout, stderr)
		all.Wait()
		waitFor(logEnd, callerGrace)
		close(d.done)
	}()
	return d, nil
}

func startError(err error) error {
	return &Error{Kind: ErrDaemonEnded, Dispatched: "no", ExitCode: -1, Message: "the daemon could not be started", cause: err}
}

// watch waits for the process's end, or the end of its output, whichever comes first, sees to it that
// the other comes too, and tells all who wait.
func (d *Daemon) watch(exited, readEnd <-chan error, logEnd <-chan struct{}, log *tail, stdout, stderr io.Closer) {
	const moment = 200 * time.Millisecond
	var how, why error
	select {
	case why = <-readEnd:
		// It speaks to us no more: nothing it does from here on is of use.
		select {
		case how = <-exited:
		case <-time.After(moment):
			_ = d.process.Kill()
			how = <-exited
		}
	case how = <-exited:
		// The pipe may hold its last messages, and so may processes of its own the pipe.
		select {
		case why = <-readEnd:
		case <-time.After(moment):
			stdout.Close()
			why = <-readEnd
		}
	}
	waitFor(logEnd, moment)
	// A process of its own may hold their other ends, and leave a Read or a Write of ours waiting.
	d.conn.w.Close()
	stdout.Close()
	stderr.Close()
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

// initialize asks the daemon what it can.
func (d *Daemon) initialize() {
	defer close(d.initialized)
	pid, yes := int64(os.Getpid()), true
	_, p, err := d.conn.send(request{method: methodInitialize, params: initializeParams{
		ProcessID:    &pid,
		Capabilities: &initializeParamsCapabilities{BinaryFrames: &yes, Prompt: &yes},
	}}, 0)
	if err != nil {
		return
	}
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

// disown ends what is no daemon. It does nothing where that has ended by itself.
func (d *Daemon) disown(why string) {
	d.conn.fail(&Error{Kind: ErrDaemonEnded, Dispatched: "no", ExitCode: -1, Message: why})
	_ = d.process.Kill()
}

// onNotification hands on what the daemon sends of itself.
func (d *Daemon) onNotification(method string, params json.RawMessage, binary []byte) {
	switch method {
	case notifySessionOutput:
		d.onOutput(params, binary)
	case notifyProgress:
		d.onProgress(params)
	case notifySessionClosed:
		d.onSessionClosed(params)
	case notifyCancelRequest:
		d.onCancelPrompt(params)
	}
}

func (d *Daemon) onRequest(id json.RawMessage, method string, params json.RawMessage) {
	if method == "client/prompt" {
		d.onPrompt(id, params)
		return
	}
	d.conn.refuse(id, method)
}

// A tail keeps the end of what is written to it, and hands all of it on.
type tail struct {
	to   io.Writer
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.text = append(t.text, p...)
	if len(t.text) > 2*logTail {
		t.text = append([]byte(nil), t.text[len(t.text)-logTail:]...)
	}
	t.mu.Unlock()
	if t.to != nil {
		// A writer that fails must not stop the reading, which would hold up the daemon.
		_, _ = t.to.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.text
	if len(text) > logTail {
		text = text[len(text)-logTail:]
	}
	return strings.TrimSpace(string(text))
}
