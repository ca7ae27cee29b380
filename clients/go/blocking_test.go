package sshrpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// What is the caller's, a reader, a writer or a callback, may block for as long as it likes: no call waits
// for it when its context has ended.

// A gate is passed by nobody before it is opened.
type gate struct {
	reached chan struct{} // closed when the first has come to it
	opened  chan struct{}
	once    sync.Once
	passes  int32
}

func newGate(t *testing.T) *gate {
	g := &gate{reached: make(chan struct{}), opened: make(chan struct{})}
	t.Cleanup(g.open)
	return g
}

func (g *gate) wait() {
	atomic.AddInt32(&g.passes, 1)
	g.once.Do(func() { close(g.reached) })
	<-g.opened
}

func (g *gate) open() {
	select {
	case <-g.opened:
	default:
		close(g.opened)
	}
}

func (g *gate) Write(p []byte) (int, error) { g.wait(); return len(p), nil }

func (g *gate) Read([]byte) (int, error) { g.wait(); return 0, io.EOF }

// soon waits for what must come, with or without a fault.
func soon(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

// background calls f, and gives its end.
func background(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}

func TestStreamBlockedWriter(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)

	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w := newGate(t)
		var result *sshrpc.Result
		var err error
		done := background(func() { result, err = session.Run(ctx, "echo kept >&2; yes", sshrpc.Stdout(w)) })
		soon(t, "output has come", w.reached)
		cancel()
		soon(t, "Run returns", done)
		if wantKind(t, err, sshrpc.ErrCancelled); !errors.Is(err, context.Canceled) || string(result.Stderr) != "kept\n" {
			t.Errorf("got %v, %q", err, result.Stderr)
		}
	})

	t.Run("the context ends after the command", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w := newGate(t)
		command, err := session.Start(ctx, "echo out", sshrpc.Stdout(w))
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the command has ended", func() bool { return command.ExitCode() == 0 })
		soon(t, "output has come", w.reached)
		select {
		case <-command.Done():
			t.Error("the writer wasn't waited for")
		default:
		}
		cancel()
		soon(t, "the command is done", command.Done())
		for i := 0; i < 2; i++ {
			err := command.Wait()
			if wantKind(t, err, sshrpc.ErrCancelled); !errors.Is(err, context.Canceled) || command.ExitCode() != 0 {
				t.Errorf("got %v, exit code %d", err, command.ExitCode())
			}
		}
	})

	t.Run("the session is closed", func(t *testing.T) {
		session := dialed(t)
		w := newGate(t)
		var err error
		done := background(func() { _, err = session.Run(context.Background(), "yes", sshrpc.Stdout(w)) })
		soon(t, "output has come", w.reached)
		session.Close()
		soon(t, "Run returns", done)
		if !errors.Is(err, sshrpc.ErrClosed) && !errors.Is(err, sshrpc.ErrConnectionLost) {
			t.Errorf("got %v", err)
		}
	})

	t.Run("the session is closed after its end", func(t *testing.T) {
		server, session := dialedOwnServer(t)
		w := newGate(t)
		done := background(func() { session.Run(context.Background(), "yes", sshrpc.Stdout(w)) })
		soon(t, "output has come", w.reached)
		server.ask(t, "kill", nil)
		soon(t, "the session has ended", session.Done())
		session.Close()
		soon(t, "Run returns", done)
	})

	t.Run("the daemon is closed", func(t *testing.T) {
		d, session := dialedOwnDaemon(t)
		w := newGate(t)
		done := background(func() { session.Run(context.Background(), "yes", sshrpc.Stdout(w)) })
		soon(t, "output has come", w.reached)
		d.Close()
		soon(t, "Run returns", done)
	})

	t.Run("it is never called again", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w := newGate(t)
		done := background(func() {
			session.Run(ctx, "yes >&2 & yes", sshrpc.Stdout(w), sshrpc.Stderr(w))
		})
		soon(t, "output has come", w.reached)
		cancel()
		soon(t, "Run returns", done)
		w.open()
		eventually(t, "its goroutines end", func() bool { return !isCopying() })
		if passes := atomic.LoadInt32(&w.passes); passes != 1 {
			t.Errorf("called %d times", passes)
		}
	})
}

// isCopying says whether output is given to a writer.
func isCopying() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "go.(*Command).copy(")
}

func TestStreamBlockedReader(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	t.Run("the command ends", func(t *testing.T) {
		done := background(func() {
			if _, err := session.Run(context.Background(), "true", sshrpc.Stdin(newGate(t))); err != nil {
				t.Error(err)
			}
		})
		soon(t, "Run returns", done)
	})
	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		r := newGate(t)
		var err error
		done := background(func() { _, err = session.Run(ctx, "cat", sshrpc.Stdin(r)) })
		soon(t, "it is read", r.reached)
		cancel()
		soon(t, "Run returns", done)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	// One that gives nothing, again and again, is read no more when the command has ended.
	t.Run("it gives nothing", func(t *testing.T) {
		if _, err := session.Run(within(t, patience), "true", sshrpc.Stdin(nothing{})); err != nil {
			t.Error(err)
		}
	})
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { runtime.Gosched(); return 0, nil }

func TestStreamBrokenWriter(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	for _, excess := range []int{-100, 1} {
		if _, err := session.Run(within(t, patience), "echo x", sshrpc.Stdout(miscounting{excess})); err == nil {
			t.Errorf("%d bytes too many: no error", excess)
		}
	}
}

type miscounting struct{ excess int }

func (w miscounting) Write(p []byte) (int, error) { return len(p) + w.excess, nil }

// Several may read a stream, each in its own way: every byte comes once.
func TestStreamSeveralReaders(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	const size = 5 << 20
	command, err := session.Start(within(t, patience), fmt.Sprintf("head -c %d /dev/zero", size))
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	var all sync.WaitGroup
	for i := 0; i < 6; i++ {
		all.Add(1)
		var r io.Reader = command.Stdout
		if i%2 == 0 {
			r = onlyReader{r}
		}
		go func() {
			defer all.Done()
			n, err := io.Copy(yielding{}, r)
			if atomic.AddInt64(&total, n); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if err := command.Wait(); err != nil || total != size {
		t.Errorf("got %d bytes, %v", total, err)
	}
}

// yielding lets others run before it takes anything.
type yielding struct{}

func (yielding) Write(p []byte) (int, error) { runtime.Gosched(); return len(p), nil }

// What is in memory as a whole goes with the command, whoever takes the output.
func TestStreamWholeInput(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	var out bytes.Buffer
	_, err := session.Run(within(t, patience), "cat", sshrpc.Stdin(strings.NewReader("in")), sshrpc.Stdout(&out))
	if err != nil || out.String() != "in" {
		t.Errorf("got %q, %v", &out, err)
	}
}

func TestStreamBlockedProgress(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	for name, end := range map[string]func(cancel func(), session *sshrpc.Session){
		"the context ends":      func(cancel func(), _ *sshrpc.Session) { cancel() },
		"the session is closed": func(_ func(), session *sshrpc.Session) { session.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if err := session.WriteFile(within(t, patience), "reported", []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			f := newGate(t)
			session := dialed(t)
			done := background(func() {
				session.Get(ctx, "reported", filepath.Join(t.TempDir(), "x"), sshrpc.OnProgress(func(sshrpc.Progress) { f.wait() }))
			})
			soon(t, "progress is reported", f.reached)
			end(cancel, session)
			soon(t, "Get returns", done)
		})
	}
}

func TestPromptBlocked(t *testing.T) {
	leavesNothing(t)
	server := sshd(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f := newGate(t)
	var err error
	done := background(func() {
		_, err = sshrpc.Dial(ctx, server.address(), &sshrpc.Config{Prompt: func(context.Context, *sshrpc.Prompt) ([]string, error) {
			f.wait()
			return nil, nil
		}})
	})
	soon(t, "it is asked", f.reached)
	cancel()
	soon(t, "Dial returns", done)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A callback that ends its goroutine, as testing.T.FailNow does, has refused.
func TestPromptGoexit(t *testing.T) {
	leavesNothing(t)
	server := sshd(t)
	_, err := sshrpc.Dial(within(t, patience), server.address(), &sshrpc.Config{
		Prompt: func(context.Context, *sshrpc.Prompt) ([]string, error) { runtime.Goexit(); return nil, nil },
	})
	wantKind(t, err, sshrpc.ErrAuthenticationFailed)
}

// A log that isn't taken holds up the daemon, but not for ever those who close it.
func TestDaemonBlockedLog(t *testing.T) {
	leavesNothing(t)
	log := newGate(t)
	d, err := sshrpc.StartDaemon(within(t, patience), &sshrpc.DaemonConfig{
		Command: []string{daemonPath(), "--log-level=debug"}, Stderr: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	soon(t, "it logs", log.reached)
	soon(t, "Close returns", background(func() { d.Close() }))
	if isAlive(d.PID()) {
		t.Error("the daemon outlives Close")
	}
}
