package sshrpc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// How long a daemon may take to end after its input has: it says that it needs a second at most. A variable
// for tests.
var endLimit = 3 * time.Second

const (
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

	// Shared has the daemon be the one that all of the user's programs share, which is started where there
	// is none, and outlives us. What we have of it is ours alone, and ends with us. Env then says what the
	// daemon is to know as our environment; it keeps its log itself.
	Shared bool
}

// A Daemon is a running sshrpc. Most programs need none: Dial starts one, which all sessions with the same
// Config.Daemon share, and which ends with the last of them. Safe for concurrent use.
//
// A daemon never outlives the program: when that ends, in whichever way, the daemon does within a
// second.
type Daemon struct {
	conn         *conn
	link         *link
	done         chan struct{} // the daemon has ended, and every goroutine has ended that isn't in a callback
	close        sync.Once
	closed       chan struct{} // by Close
	initialized  chan struct{} // closed when binaryFrames and maxBytes are known
	isShared     bool          // by all of the user's programs
	binaryFrames bool
	maxBytes     int64
	lastToken    int64

	mu           sync.Mutex
	commands     map[string]*Command       // by token
	transfers    map[string]*progressQueue // by token
	listings     map[string]*listing       // by token
	sessions     map[int64]*Session
	early        map[int64][]sessionEvent // of sessions that we don't know yet
	forwards     map[int64]*Forward
	lostForwards map[int64]*Error
	dials        map[string]*dial
	prompts      map[string]context.CancelFunc // by the daemon's request id

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
	d, err := startDaemon(config, config.Shared)
	if err != nil {
		return nil, err
	}
	if err := d.readyFor(ctx, methodInitialize); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// PID is the daemon's process; for a shared one, whose Status has it, 0 or that of sshrpc --attach.
func (d *Daemon) PID() int { return d.link.pid }

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
		d.link.kill()
	}
	if !waitFor(d.done, endLimit) {
		d.link.kill()
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

// onNotification hands on what the daemon sends of itself.
func (d *Daemon) onNotification(method string, params json.RawMessage, binary []byte) {
	switch method {
	case notifySessionOutput:
		d.onOutput(params, binary)
	case notifyFsEntries:
		d.onEntries(params)
	case notifyProgress:
		d.onProgress(params)
	case notifySessionLost, notifySessionRestored, notifySessionClosed:
		d.onSessionEvent(method, params)
	case notifyForwardClosed:
		d.onForwardClosed(params)
	case notifyForwardFailed:
		d.onForwardFailed(params)
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
