package sshrpc

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"sync"
)

// How many entries the daemon may send ahead of what has been read.
const entryWindow = 2000

// directory is an fs.ReadDirFile. Its entries are asked for by the first ReadDir.
type directory struct {
	files   *Files
	path    string
	info    fs.FileInfo
	mu      sync.Mutex // held during a ReadDir: one at a time
	stateMu sync.Mutex // guards the two below
	closed  bool
	listing *listing // nil before the first ReadDir
}

func (d *directory) Stat() (fs.FileInfo, error) { return d.info, nil }

func (d *directory) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: errnos["EISDIR"]}
}

// Close ends the reading; a ReadDir that waits returns.
func (d *directory) Close() error {
	d.stateMu.Lock()
	if d.closed {
		d.stateMu.Unlock()
		return &fs.PathError{Op: "close", Path: d.path, Err: fs.ErrClosed}
	}
	d.closed = true
	l := d.listing
	d.stateMu.Unlock()
	if l != nil {
		l.cancel()
		<-l.done
	}
	return nil
}

// ReadDir waits for n entries, or the end, as fs.ReadDirFile says. At most a few thousand entries are in memory
// ahead of what is read.
func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.begun()
	entries := []fs.DirEntry{}
	for l != nil && (n <= 0 || len(entries) < n) {
		more, err := l.take(n - len(entries))
		entries = append(entries, more...)
		if err == nil {
			continue
		}
		if d.isClosed() {
			break
		}
		if err == io.EOF && (n <= 0 || len(entries) > 0) || err != io.EOF && n > 0 && len(entries) > 0 {
			err = nil // The next call tells it.
		}
		return entries, err
	}
	if d.isClosed() {
		return nil, &fs.PathError{Op: "readdir", Path: d.path, Err: fs.ErrClosed}
	}
	return entries, nil
}

func (d *directory) isClosed() bool {
	d.stateMu.Lock()
	defer d.stateMu.Unlock()
	return d.closed
}

// begun gives the listing, which the first call begins; nil if the directory is closed.
func (d *directory) begun() *listing {
	d.stateMu.Lock()
	defer d.stateMu.Unlock()
	if d.closed {
		return nil
	}
	if d.listing == nil {
		d.listing = d.files.list(d.path)
	}
	return d.listing
}

// A listing is a call whose entries come in notifications, as many as were granted.
type listing struct {
	daemon *Daemon
	token  string
	cancel context.CancelFunc
	done   chan struct{} // closed when the call has ended

	mu        sync.Mutex
	changed   *sync.Cond
	entries   []fs.DirEntry // not taken yet
	ungranted int64
	over      error // io.EOF at the end
}

func (f *Files) list(path string) *listing {
	d := f.session.daemon
	l := &listing{daemon: d, token: d.newToken(), done: make(chan struct{})}
	l.changed = sync.NewCond(&l.mu)
	ctx, cancel := context.WithCancel(f.ctx)
	l.cancel = cancel
	d.mu.Lock()
	d.listings[l.token] = l
	d.mu.Unlock()
	params := pathParams(path)
	params["stream"], params["window"], params["token"] = true, entryWindow, l.token
	go func() {
		defer close(l.done)
		defer cancel()
		err := f.WithContext(ctx).call(methodFsReaddir, params, nil)
		d.mu.Lock()
		delete(d.listings, l.token)
		d.mu.Unlock()
		if err == nil {
			err = io.EOF
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.over = err
		l.changed.Broadcast()
	}()
	return l
}

// take waits for entries, and gives at most n of them, or all that are there if n is 0 or less. If no more come, it
// gives the reason.
func (l *listing) take(n int) ([]fs.DirEntry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.entries) == 0 && l.over == nil {
		l.changed.Wait()
	}
	if len(l.entries) == 0 {
		return nil, l.over
	}
	count := len(l.entries)
	if n > 0 && n < count {
		count = n
	}
	given := l.entries[:count:count]
	l.entries = l.entries[count:]
	l.ungranted += int64(count)
	if l.ungranted*2 >= entryWindow && l.over == nil {
		l.daemon.conn.notify(methodSessionWindowAdjust, sessionWindowAdjustParams{Token: l.token, Bytes: l.ungranted})
		l.ungranted = 0
	}
	return given, nil
}

func (d *Daemon) onEntries(params json.RawMessage) {
	var told fsEntriesParams
	if json.Unmarshal(params, &told) != nil {
		return
	}
	token, _ := told.Token.(string)
	d.mu.Lock()
	l := d.listings[token]
	d.mu.Unlock()
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range told.Entries {
		l.entries = append(l.entries, dirEntry(fsReaddirResultEntrie(e)))
	}
	l.changed.Broadcast()
}
