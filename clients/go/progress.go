package sshrpc

import (
	"context"
	"encoding/json"
)

// A progressQueue has a callback called in a goroutine of its own: it may do what it likes, and the
// one that reads the daemon's messages must never wait.
type progressQueue struct {
	reports chan Progress
	done    chan struct{}
}

// reportProgress has f called for the notifications with this token, until the function that it
// returns is called, which waits for the last call.
func (s *Session) reportProgress(ctx context.Context, token string, f func(Progress)) (stop func()) {
	// Where f is slower than the reports, some are left out.
	queue := &progressQueue{reports: make(chan Progress, 16), done: make(chan struct{})}
	go func() {
		defer close(queue.done)
		for report := range queue.reports {
			f(report)
		}
	}()
	d := s.daemon
	d.mu.Lock()
	d.transfers[token] = queue
	d.mu.Unlock()
	return func() {
		d.mu.Lock()
		delete(d.transfers, token)
		close(queue.reports)
		d.mu.Unlock()
		if s.waitForCaller(ctx, queue.done) != nil {
			// One call is under way; no other begins.
			for range queue.reports {
			}
		}
	}
}

func (d *Daemon) onProgress(params json.RawMessage) {
	var progress progressParams
	if json.Unmarshal(params, &progress) != nil {
		return
	}
	token, _ := progress.Token.(string)
	report := Progress{Total: progress.Value.Total}
	if progress.Value.Bytes != nil {
		report.Bytes = *progress.Value.Bytes
	}
	if progress.Value.Files != nil && progress.Value.TotalFiles != nil {
		report.Files, report.TotalFiles = int(*progress.Value.Files), int(*progress.Value.TotalFiles)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	queue := d.transfers[token]
	if queue == nil {
		return
	}
	for {
		select {
		case queue.reports <- report:
			return
		default:
		}
		// The oldest makes room for the newest.
		select {
		case <-queue.reports:
		default:
		}
	}
}
