package sshrpc

import (
	"io"
	"strings"
	"sync"
)

// A tail keeps the end of what is written to it, and passes everything on to another writer.
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
		// An error is ignored: if the log weren't read any more, the daemon would be held up.
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
