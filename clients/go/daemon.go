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

// How long a daemon may take to end after the end of its input. By its contract it takes a second at most. A
// variable, so that tests can change it.
var endLimit = 3 * time.Second

const (
	// Bytes of the end of the daemon's log that are kept, for the error that tells of the daemon's end.
	logTail = 2048
)

// A DaemonConfig says how a daemon is started. The zero value is ready to use.
type DaemonConfig struct {
	// Command is the daemon's program and its arguments, which sshrpc --help lists. A program whose name ends
	// in .js, .mjs or .cjs is run by node. If Command is empty, the program is the first of these that there
	// is:
	//
	//  1. the path in the environment variable SSHRPC_DAEMON;
	//  2. sshrpc, in PATH;
	//  3. bin/sshrpc.js of the repository that this package was compiled in.
	//
	// The working directory is not searched, since anybody may have put a program there.
	Command []string

	// Env is the daemon's environment, in the form of exec.Cmd.Env. If it is nil, it is that of this process.
	// The daemon finds known_hosts, keys and the agent by HOME and SSH_AUTH_SOCK.
	Env []string

	// Stderr takes the daemon's log. If it is nil, the log is thrown away, except for its end, which is quoted
	// in the error when the daemon ends. A Write that blocks holds up the daemon; Close doesn't wait for it.
	Stderr io.Writer

	// Shared uses the daemon that all of the user's programs share. It is started if there is none, and goes on
	// when this process has ended. The sessions that this process has in it are its own, and end with it. Env is
	// then what the daemon takes for this process's environment. Stderr gets none of its log, which goes to a
	// file.
	Shared bool
}

// A Daemon is a running sshrpc. Most programs needn't start one: Dial does, and all sessions with the same
// Config.Daemon share it until the last of them is closed. Safe for concurrent use.
//
// A daemon never outlives the program: within a second of the program's end, however it ends, the daemon ends, too.
// (The one that all of the user's programs share goes on; see DaemonConfig.Shared.)
type Daemon struct {
	conn         *conn
	link         *link
	done         chan struct{} // closed when the daemon has ended, and every goroutine that isn't in a callback
	close        sync.Once
	closed       chan struct{} // closed by Close
	initialized  chan struct{} // closed when binaryFrames and maxBytes are known
	isShared     bool          // it is the one that all of the user's programs share
	binaryFrames bool
	maxBytes     int64
	lastToken    int64

	mu           sync.Mutex
	commands     map[string]*Command       // by token
	transfers    map[string]*progressQueue // by token
	listings     map[string]*listing       // by token
	sessions     map[int64]*Session
	early        map[int64][]sessionEvent // events of sessions whose Dial hasn't returned yet
	forwards     map[int64]*Forward
	lostForwards map[int64]*Error
	dials        map[string]*dial
	prompts      map[string]context.CancelFunc // by the daemon's request id

	// Of a daemon that several sessions share: its key in the map of these, and how many use it.
	sharedKey string
	refs      int
}

// StartDaemon starts a daemon that no Dial shares. Its Close must be called. If the program hasn't answered after 30
// seconds, the error is ErrDaemonEnded, whatever the deadline of ctx is.
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

// PID is the id of the daemon's process. With DaemonConfig.Shared it is 0, or that of sshrpc --attach; Status then
// has the daemon's.
func (d *Daemon) PID() int { return d.link.pid }

// Status says what the daemon holds at the moment.
func (d *Daemon) Status(ctx context.Context) (*Status, error) {
	var status Status
	if err := d.Call(ctx, methodDaemonStatus, nil, &status); err != nil {
		return nil, err
	}
	return &status, nil
}

// Call calls any method of PROTOCOL.md, as one that this package has no function for. params is a value that
// encoding/json makes an object or an array of, or nil; result is a pointer to what the result is decoded into, or
// nil. If ctx has a deadline, set the method's param timeout, too, so that the daemon keeps it.
//
// Errors: those of the method, and ErrDaemonEnded.
func (d *Daemon) Call(ctx context.Context, method string, params, result any) error {
	reply, err := d.call(ctx, request{method: method, params: params}, nil)
	if err != nil || result == nil {
		return err
	}
	return decodeResult(method, reply, result)
}

// Close ends the daemon, its sessions, and the commands that still run on them. It returns when the process has
// ended. The error is always nil.
func (d *Daemon) Close() error {
	forgetShared(d)
	d.close.Do(func() { close(d.closed) })
	d.conn.close(notifyExit)
	select {
	case <-d.initialized:
	default:
		// It hasn't answered initialize: it may be any program, and has no session that should end in order.
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

// readyFor waits until the daemon has answered initialize, so that a method can be called.
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

// unexpected is the error for a result that this package doesn't understand: the daemon's contract is another one.
func unexpected(method string, err error) error {
	return &Error{
		Kind: ErrInternalError, Method: method, Dispatched: "yes", ExitCode: -1,
		Message: "the result is not as expected: " + err.Error(),
	}
}

// onNotification hands on the daemon's notifications.
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
