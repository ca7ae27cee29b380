package sshrpc

import (
	"context"
	"time"
)

// How long a call whose context has ended, or its session, waits for the daemon's word on it: what had
// arrived, and what became of the remote command. The daemon gives it within a quarter of a second. A
// variable for tests.
var lastWord = 2 * time.Second

const (
	// How long, at a context's deadline, the daemon may take to notice the same deadline by itself.
	sameDeadline = 750 * time.Millisecond

	// How long a Write or a callback of the caller's that blocks is waited for when all else has ended.
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

// await waits for the reply to a request. When ctx ends first it cancels the request, and then waits a
// little for what the daemon says of it, never longer than lastWord and sameDeadline together. When closed
// is, the session's that the request is for, the daemon is told by others.
//
// late, where not nil, is given a result that comes after that.
func (c *conn) await(ctx context.Context, closed <-chan struct{}, id int64, p *pending, late func(reply)) (reply, error) {
	select {
	case <-p.done:
	case <-closed:
		if !waitFor(p.done, lastWord) && c.abandon(p, late) {
			return reply{}, closedError().of(p.method, "maybe")
		}
	case <-ctx.Done():
		// The deadline is the daemon's, too: it speaks of a Timeout then, with the phase.
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
		// The daemon cancels what still runs when it is told to end.
		p.reply.err.Kind, p.reply.err.Message = ErrClosed, "the session was closed"
	}
	return p.reply, p.reply.err
}

// abandon leaves a request whose reply doesn't come. It returns false where it has come.
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
