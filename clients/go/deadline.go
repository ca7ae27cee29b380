package sshrpc

import (
	"sync"
	"time"
)

// A deadline is a time at which a function is called. Its owner's mutex guards it.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) isOver() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// set sets the time, at which f is called; the zero time is none.
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

// setDeadline ends the waiting of readers of the stream at that time.
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

// A cutoff is a deadline as a channel, which is closed when the time comes. Setting it anew makes a new channel.
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
		// It may have been set anew while this function waited for the mutex.
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

// closeOnce closes the channel, unless it is closed. The mutex that guards it must be held.
func closeOnce(channel chan struct{}) {
	select {
	case <-channel:
	default:
		close(channel)
	}
}
