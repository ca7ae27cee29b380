package sshrpc

import (
	"context"
	"time"
)

// How long a call whose context or session has ended still waits for the daemon's reply. The reply says what
// had arrived, and what became of the remote command; it takes a quarter of a second at most. A variable, so
// that tests can change it.
var lastWord = 2 * time.Second

const (
	// How long a call waits after its context's deadline before it cancels the request. The daemon knows the
	// same deadline, and its own reply, a Timeout, says more than one to a cancellation.
	sameDeadline = 750 * time.Millisecond

	// How long a Write or a callback of the caller's may still block when everything else has ended.
	callerGrace = 250 * time.Millisecond
)

// call sends a request and waits for its reply, as await does.
func (c *conn) call(ctx context.Context, closed <-chan struct{}, r request, maxBytes int64, late func(reply)) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, contextError(r.method, err, "no")
	}
	id, p, err := c.send(r, maxBytes)
	if err != nil {
		return reply{}, err
	}
	return c.await(ctx, closed, id, p, late)
}

// await waits for the reply to a request. When ctx ends first, it cancels the request and waits for the reply
// to that, for lastWord and sameDeadline together at the longest. The channel closed is that of the request's
// session; when it is closed, await waits for lastWord only, and cancels nothing: Session.Close has told the
// daemon.
//
// late, where not nil, is called with a reply that comes after await has returned.
func (c *conn) await(ctx context.Context, closed <-chan struct{}, id int64, p *pending, late func(reply)) (reply, error) {
	select {
	case <-p.done:
	case <-closed:
		if !waitFor(p.done, lastWord) && c.abandon(p, late) {
			return reply{}, closedError().of(p.method, "maybe")
		}
	case <-ctx.Done():
		// The daemon has the same deadline: its reply is a Timeout that says in which phase the call was.
		if !(ctx.Err() == context.DeadlineExceeded && waitFor(p.done, sameDeadline)) {
			c.notify(notifyCancelRequest, map[string]int64{"id": id})
			if !waitFor(p.done, lastWord) && c.abandon(p, late) {
				return reply{}, contextError(p.method, ctx.Err(), "maybe")
			}
		}
	}
	if p.reply.err == nil {
		return p.reply, nil
	}
	if p.reply.err.Kind == ErrTimeout || p.reply.err.Kind == ErrCancelled {
		p.reply.err.cause = ctx.Err()
	}
	if p.reply.err.Kind == ErrCancelled && ctx.Err() == nil && c.isClosing() {
		// When the daemon is told to end, it cancels the calls that still run.
		p.reply.err.Kind, p.reply.err.Message = ErrClosed, "the session was closed"
	}
	return p.reply, p.reply.err
}

// abandon gives up waiting for a reply. It returns false where the reply has come just now.
func (c *conn) abandon(p *pending, late func(reply)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-p.done:
		return false
	default:
		p.late = late
		return true
	}
}

func waitFor(done <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
