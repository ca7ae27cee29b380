package sshrpc

import (
	"context"
	"encoding/json"
)

// A progressQueue calls a callback in a goroutine of its own, since a callback may block, and the goroutine that reads
// the daemon's messages must not.
type progressQueue struct {
	reports chan Progress
	done    chan struct{}
}

// reportProgress calls f for the notifications with this token, until stop is called. stop waits for the last call of
// f.
func (s *Session) reportProgress(ctx context.Context, token string, f func(Progress)) (stop func()) {
	// If f is slower than the reports come, some are left out.
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
			// One call of f is still under way. The reports are thrown away, so that no other begins.
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
