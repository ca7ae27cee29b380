package sshrpc

import (
	"sync"
	"time"
)

// A deadline is a time after which waiting has an end. What guards it is its owner's.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) isOver() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// set sets it, zero for none, and has f called when it comes.
func (d *deadline) set(at time.Time, f func()) {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = at
	if !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), f)
	}
}

// setDeadline lets readers of the stream wait up to then.
func (r *commandOutput) setDeadline(at time.Time) {
	wake := func() {
		r.c.mu.Lock()
		defer r.c.mu.Unlock()
		r.c.changed.Broadcast()
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.stream.deadline.set(at, wake)
	r.c.changed.Broadcast()
}

// A cutoff is a deadline that closes a channel, until it is set anew.
type cutoff struct {
	mu       sync.Mutex
	deadline deadline
	passed   chan struct{}
}

func newCutoff() *cutoff { return &cutoff{passed: make(chan struct{})} }

func (c *cutoff) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.passed:
		c.passed = make(chan struct{})
	default:
	}
	passed := c.passed
	c.deadline.set(at, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		// Not where it was set anew meanwhile.
		if c.passed == passed && c.deadline.isOver() {
			closeOnce(passed)
		}
	})
}

func (c *cutoff) channel() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deadline.isOver() {
		closeOnce(c.passed)
	}
	return c.passed
}

// closeOnce is called with what guards the channel held.
func closeOnce(channel chan struct{}) {
	select {
	case <-channel:
	default:
		close(channel)
	}
}
