package sshrpc

import (
	"fmt"
	"os"
	"sync"
)

// shared has the daemons that sessions share, by the configuration with which they were started.
var (
	sharedMu sync.Mutex
	shared   = map[string]*Daemon{}
)

// acquireDaemon gives the daemon for a configuration. It is started if there is none, or if that has ended.
func acquireDaemon(config *DaemonConfig, isShared bool) (*Daemon, error) {
	if config == nil {
		config = &DaemonConfig{}
	}
	// Printed with %#v, in which an Env that is nil differs from an empty one.
	isShared = isShared || config.Shared
	key := fmt.Sprintf("%v %q %#v %q %p", isShared, config.Command, config.Env, os.Getenv("SSHRPC_DAEMON"), config.Stderr)
	sharedMu.Lock()
	defer sharedMu.Unlock()
	d := shared[key]
	if d == nil || d.ended() {
		var err error
		if d, err = startDaemon(config, isShared); err != nil {
			return nil, err
		}
		d.sharedKey = key
		shared[key] = d
	}
	d.refs++
	return d, nil
}

// retain counts one more user of a daemon that is in use.
func (d *Daemon) retain() *Daemon {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	d.refs++
	return d
}

// release counts one user less. Without any the daemon is ended; ended says whether that was so.
func (d *Daemon) release() (ended bool) {
	sharedMu.Lock()
	d.refs--
	isLast := d.refs == 0
	if isLast && shared[d.sharedKey] == d {
		delete(shared, d.sharedKey)
	}
	sharedMu.Unlock()
	if isLast {
		d.Close()
	}
	return isLast
}

func forgetShared(d *Daemon) {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if d.sharedKey != "" && shared[d.sharedKey] == d {
		delete(shared, d.sharedKey)
	}
}

func (d *Daemon) ended() bool {
	d.conn.mu.Lock()
	defer d.conn.mu.Unlock()
	return d.conn.err != nil || d.conn.closing
}
