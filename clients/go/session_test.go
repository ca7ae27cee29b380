package sshrpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestRun(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, test := range []struct {
		name, command  string
		options        []sshrpc.RunOption
		stdout, stderr string
		code           int
		signal         sshrpc.Signal
	}{
		{name: "nothing", command: "true"},
		{name: "both streams", command: "echo out; echo err >&2", stdout: "out\n", stderr: "err\n"},
		{name: "status", command: "echo out; exit 3", stdout: "out\n", code: 3},
		{name: "signal", command: "kill -TERM $$", code: 143, signal: sshrpc.SIGTERM},
		{name: "text", command: `printf 'grüße \342\202\254 <&>'`, stdout: "grüße € <&>"},
		{name: "bytes", command: `printf '\000\377\n'`, stdout: "\x00\xff\n"},
		{name: "input", command: "cat", options: []sshrpc.RunOption{sshrpc.Stdin(bytes.NewReader(every))}, stdout: string(every)},
		{name: "no input", command: "cat", options: []sshrpc.RunOption{sshrpc.Stdin(strings.NewReader(""))}},
		{name: "input that comes", command: "cat", options: []sshrpc.RunOption{sshrpc.Stdin(onlyReader{bytes.NewReader(every)})}, stdout: string(every)},
		{name: "terminal", command: "stty size", options: []sshrpc.RunOption{sshrpc.OnPTY(sshrpc.PTY{Columns: 100, Rows: 30})}, stdout: "30 100\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, err := session.Run(within(t, patience), test.command, test.options...)
			var exit *sshrpc.ExitError
			if test.code == 0 && err != nil || test.code != 0 && !errors.As(err, &exit) {
				t.Fatalf("got error %v", err)
			}
			if exit != nil && (exit.Result != result || exit.ExitCode() != test.code) {
				t.Errorf("got %#v", exit)
			}
			if string(result.Stdout) != test.stdout || string(result.Stderr) != test.stderr {
				t.Errorf("got %q and %q", result.Stdout, result.Stderr)
			}
			if result.ExitCode != test.code || result.Signal != test.signal {
				t.Errorf("got %d, %q", result.ExitCode, result.Signal)
			}
		})
	}
}

// onlyReader hides what else a reader can do.
type onlyReader struct{ io.Reader }

func TestRunWriters(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	var out bytes.Buffer
	result, err := session.Run(within(t, patience), "echo out; echo err >&2; exit 5", sshrpc.Stdout(&out))
	var exit *sshrpc.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 5 {
		t.Fatal(err)
	}
	if out.String() != "out\n" || result.Stdout != nil || string(result.Stderr) != "err\n" {
		t.Errorf("got %q and %+v", &out, result)
	}

	var both bytes.Buffer
	_, err = session.Run(within(t, patience), "seq 1000; seq 1000 >&2", sshrpc.Stdout(&both), sshrpc.Stderr(&both))
	if err != nil || strings.Count(both.String(), "\n") != 2000 {
		t.Errorf("got %v, %d bytes", err, both.Len())
	}

	full := errors.New("disk full")
	_, err = session.Run(within(t, patience), "cat /dev/zero", sshrpc.Stdout(failingWriter{full}))
	if err != full {
		t.Errorf("got %v", err)
	}

	_, err = session.Run(within(t, patience), "cat", sshrpc.Stdin(io.MultiReader(strings.NewReader("x"), failingReader{full})))
	if err != full {
		t.Errorf("got %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestMaxOutput(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	for name, options := range map[string][]sshrpc.RunOption{
		"whole":    {sshrpc.MaxOutput(1000)},
		"streamed": {sshrpc.MaxOutput(1000), sshrpc.Stdin(onlyReader{strings.NewReader("")})},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := session.Run(within(t, patience), "yes", options...)
			e := wantKind(t, err, sshrpc.ErrOutputTooLarge)
			if len(result.Stdout) != 1000 || len(e.Stdout) != 1000 {
				t.Errorf("got %d and %d bytes", len(result.Stdout), len(e.Stdout))
			}
		})
	}
}

func TestManyGoroutines(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	ctx := within(t, 2*patience)
	var all sync.WaitGroup
	for i := 0; i < 200; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			result, err := session.Run(ctx, fmt.Sprintf("echo %d; exit %d", i, i%3))
			var exit *sshrpc.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Errorf("%d: %v", i, err)
			} else if string(result.Stdout) != fmt.Sprintf("%d\n", i) || result.ExitCode != i%3 {
				t.Errorf("%d: got %q, %d", i, result.Stdout, result.ExitCode)
			}
		}(i)
	}
	all.Wait()
}

func TestTransfers(t *testing.T) {
	leavesNothing(t)
	session, home := dialed(t), sshd(t).Home
	ctx := within(t, 4*patience)
	// More than the windows and buffers on the way hold.
	size := 40 << 20
	content := make([]byte, size)
	rand.New(rand.NewSource(1)).Read(content)

	t.Run("names that are no text", func(t *testing.T) {
		name := "caf\xe9 \xff'"
		if err := session.WriteFile(ctx, name, []byte("1"), 0o600); err != nil {
			t.Fatal(err)
		}
		local := filepath.Join(t.TempDir(), "local")
		if _, err := session.Get(ctx, name, local); err != nil {
			t.Fatal(err)
		}
		if err := session.Put(ctx, local, name+"2"); err != nil {
			t.Fatal(err)
		}
		if back, err := session.ReadFile(ctx, name+"2"); string(back) != "1" {
			t.Error(back, err)
		}
		if _, err := os.Stat(filepath.Join(home, name+"2")); err != nil {
			t.Error(err)
		}
		result, err := session.Run(ctx, "printf %s \xff\xe9; cat *\xff*")
		if string(result.Stdout) != "\xff\xe911" {
			t.Errorf("%q %v", result.Stdout, err)
		}
		// What only text can be is refused, and nothing replaced.
		if _, err := session.Get(ctx, name, local+"\xff"); !errors.Is(err, sshrpc.ErrInvalidParams) {
			t.Error(err)
		}
		if _, err := session.Run(ctx, "true", sshrpc.Env(map[string]string{"X": "\xff"})); !errors.Is(err, sshrpc.ErrInvalidParams) {
			t.Error(err)
		}
	})

	t.Run("memory", func(t *testing.T) {
		begin := time.Now()
		if err := session.WriteFile(ctx, "memory", content, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Logf("WriteFile: %s", rate(size, begin))
		stat, err := os.Stat(filepath.Join(home, "memory"))
		if err != nil || stat.Mode() != 0o600 {
			t.Fatal(stat, err)
		}
		begin = time.Now()
		back, err := session.ReadFile(ctx, "memory")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("ReadFile: %s", rate(size, begin))
		if !bytes.Equal(back, content) {
			t.Error("other bytes")
		}
	})
	t.Run("path", func(t *testing.T) {
		folder := t.TempDir()
		// Relative to our folder, whatever the daemon's is.
		defer chdir(t, folder)()
		if err := os.WriteFile("there", content, 0o640); err != nil {
			t.Fatal(err)
		}
		var reports []sshrpc.Progress
		begin := time.Now()
		err := session.Put(ctx, "there", "path", sshrpc.Mode(0o604), sshrpc.OnProgress(func(p sshrpc.Progress) { reports = append(reports, p) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("Put: %s", rate(size, begin))
		if len(reports) < 2 || reports[len(reports)-1] != (sshrpc.Progress{Bytes: int64(size), Total: int64(size)}) {
			t.Errorf("got progress %v", reports)
		}
		begin = time.Now()
		n, err := session.Get(ctx, "path", "back")
		if err != nil || n != int64(size) {
			t.Fatal(n, err)
		}
		t.Logf("Get: %s", rate(size, begin))
		back, err := os.ReadFile(filepath.Join(folder, "back"))
		if err != nil || !bytes.Equal(back, content) {
			t.Error("other bytes", err)
		}
		stat, err := os.Stat(filepath.Join(home, "path"))
		if err != nil || stat.Mode() != 0o604 {
			t.Error(stat.Mode(), err)
		}
	})
	t.Run("empty", func(t *testing.T) {
		if err := session.WriteFile(ctx, "empty", nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if back, err := session.ReadFile(ctx, "empty"); err != nil || back == nil || len(back) != 0 {
			t.Error(back, err)
		}
	})
}

func rate(size int, begin time.Time) string {
	return fmt.Sprintf("%.0f MB/s", float64(size)/1e6/time.Since(begin).Seconds())
}

func chdir(t *testing.T, folder string) (back func()) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(folder); err != nil {
		t.Fatal(err)
	}
	return func() { os.Chdir(before) }
}

func TestErrors(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	server := sshd(t)
	ctx := within(t, patience)

	_, err := session.ReadFile(ctx, "no-such-file")
	e := wantKind(t, err, sshrpc.ErrScpRemoteError)
	if e.Method != "session.scpRecv" || e.Code != 4001 || !strings.Contains(err.Error(), "No such file") {
		t.Errorf("got %#v", e)
	}
	_, err = session.ReadFile(ctx, "/etc/passwd", sshrpc.MaxBytes(3))
	wantKind(t, err, sshrpc.ErrOutputTooLarge)
	err = session.Put(ctx, "/no/such/file", "x")
	if wantKind(t, err, sshrpc.ErrLocalFileError); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v", err)
	}
	_, err = session.Run(ctx, "true", sshrpc.Env(map[string]string{"NO_SUCH": "x"}))
	if e := wantKind(t, err, sshrpc.ErrChannelRequestDenied); e.Dispatched != "no" {
		t.Errorf("got dispatched %q", e.Dispatched)
	}
	_, err = session.Run(ctx, "nul\x00")
	if wantKind(t, err, sshrpc.ErrInvalidParams); !strings.Contains(err.Error(), "NUL") {
		t.Errorf("got %v", err)
	}
	if err := session.Daemon().Call(ctx, "no.such", nil, nil); !errors.Is(err, sshrpc.ErrMethodNotFound) {
		t.Errorf("got %v", err)
	}
	if err := session.Daemon().Call(ctx, "daemon.status", map[string]any{"x": 1}, nil); !errors.Is(err, sshrpc.ErrInvalidParams) {
		t.Errorf("got %v", err)
	}

	_, err = sshrpc.Dial(ctx, server.address(), &sshrpc.Config{Password: "wrong"})
	wantKind(t, err, sshrpc.ErrAuthenticationFailed)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	_, err = sshrpc.Dial(ctx, "x@"+closed.Addr().String(), nil)
	if wantKind(t, err, sshrpc.ErrConnectFailed); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	for _, address := range []string{"", "alice@", "@host", "host:0", "host:99999", "host:ssh", "[::1", "-host"} {
		_, err = sshrpc.Dial(ctx, address, nil)
		wantKind(t, err, sshrpc.ErrInvalidParams)
	}
	_, err = sshrpc.Dial(ctx, "alice@host", &sshrpc.Config{Username: "bob"})
	wantKind(t, err, sshrpc.ErrInvalidParams)
}

func TestSession(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	if !strings.HasPrefix(session.ServerIdent(), "SSH-2.0-OpenSSH") || session.AuthMethod() != "password" || session.HostKey().Type != "ssh-ed25519" {
		t.Errorf("got %s, %s, %v", session.ServerIdent(), session.AuthMethod(), session.HostKey())
	}
	if len(session.Warnings()) != 0 || session.HostKey().Certificate != nil {
		t.Errorf("got %q, %v", session.Warnings(), session.HostKey())
	}
	to := sshd(t)
	config := to.config()
	config.Algorithms.Kex, config.WarnWeakCrypto = []string{"curve25519-sha256"}, true
	weak, err := sshrpc.Dial(within(t, patience), to.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	if weak.Kex() != "curve25519-sha256" || weak.PostQuantum() || weak.Cipher() == "" || weak.MAC() == "" || len(weak.Warnings()) != 1 {
		t.Errorf("got %s, %v, %s, %s, %q", weak.Kex(), weak.PostQuantum(), weak.Cipher(), weak.MAC(), weak.Warnings())
	}
	weak.Close()
	command, err := session.Start(within(t, patience), "sleep 300")
	if err != nil {
		t.Fatal(err)
	}
	session.Close()
	session.Close()
	if err := command.Wait(); !errors.Is(err, sshrpc.ErrClosed) && !errors.Is(err, sshrpc.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if _, err := session.Run(within(t, patience), "true"); !errors.Is(err, sshrpc.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := session.Start(within(t, patience), "true"); !errors.Is(err, sshrpc.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := session.WriteFile(within(t, patience), "x", nil, 0o644); !errors.Is(err, sshrpc.ErrClosed) {
		t.Errorf("got %v", err)
	}
	eventually(t, "the remote command is gone", func() bool { return len(sshd(t).commands(t)) == 0 })
}

func TestCancel(t *testing.T) {
	alone(t)
	leavesNothing(t)
	session := dialed(t)
	for name, end := range map[string]func(time.Duration) (context.Context, context.CancelFunc, error){
		"cancelled": func(limit time.Duration) (context.Context, context.CancelFunc, error) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(limit, cancel)
			return ctx, cancel, context.Canceled
		},
		"deadline": func(limit time.Duration) (context.Context, context.CancelFunc, error) {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			return ctx, cancel, context.DeadlineExceeded
		},
	} {
		t.Run(name, func(t *testing.T) {
			var result *sshrpc.Result
			var err error
			for _, limit := range limits {
				ctx, cancel, want := end(limit)
				defer cancel()
				result, err = session.Run(ctx, "echo $$; exec sleep 300")
				if !errors.Is(err, want) {
					t.Fatalf("got %v", err)
				}
				if result != nil && len(result.Stdout) > 0 {
					break
				}
			}
			var e *sshrpc.Error
			if !errors.As(err, &e) || e.Dispatched != "yes" || e.Phase != "run" || e.Termination == nil || e.Termination.Signals[0] != sshrpc.SIGTERM {
				t.Errorf("got %#v", e)
			}
			var pid int
			if _, err := fmt.Sscan(string(result.Stdout), &pid); err != nil || !bytes.Equal(e.Stdout, result.Stdout) {
				t.Fatalf("got %q, %v", result.Stdout, err)
			}
			eventually(t, "the remote command is gone", func() bool { return !isAlive(pid) })
		})
	}
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := session.Run(ctx, "true")
		if e := wantKind(t, err, sshrpc.ErrCancelled); !errors.Is(err, context.Canceled) || e.Dispatched != "no" {
			t.Errorf("got %#v", err)
		}
	})
	t.Run("dial", func(t *testing.T) {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		var e *sshrpc.Error
		for _, limit := range limits {
			_, err = sshrpc.Dial(within(t, limit), "x@"+silent.Addr().String(), nil)
			if e = wantKind(t, err, sshrpc.ErrTimeout); e.Phase == "banner" {
				break
			}
		}
		if !errors.Is(err, context.DeadlineExceeded) || e.Phase != "banner" || !e.Timeout() {
			t.Errorf("got %#v", e)
		}
	})
	t.Run("dial, by cancelling", func(t *testing.T) {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		failed := make(chan error, 1)
		go func() {
			_, err := sshrpc.Dial(ctx, "x@"+silent.Addr().String(), nil)
			failed <- err
		}()
		conn, err := silent.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		cancel()
		if e := wantKind(t, <-failed, sshrpc.ErrCancelled); !errors.Is(e, context.Canceled) {
			t.Errorf("got %#v", e)
		}
		// The daemon has hung up: what it had written ends.
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, conn); err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Error(err)
		}
	})
	t.Run("dial, whenever it is cancelled", func(t *testing.T) {
		server := sshd(t)
		for delay := time.Duration(0); delay < 200*time.Millisecond; delay += 10 * time.Millisecond {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(delay, cancel)
			if other, err := sshrpc.Dial(ctx, server.address(), server.config()); err == nil {
				other.Close()
			} else if !errors.Is(err, context.Canceled) {
				t.Errorf("after %v: got %v", delay, err)
			}
			cancel()
		}
		eventually(t, "no session but ours is left", func() bool {
			status, err := session.Daemon().Status(within(t, patience))
			return err == nil && len(status.Sessions) == 1
		})
	})
	t.Run("transfer", func(t *testing.T) {
		folder := t.TempDir()
		fifo := filepath.Join(sshd(t).Home, "fifo")
		if _, err := session.Run(within(t, patience), "mkfifo fifo"); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(fifo)
		_, err := session.Get(within(t, 400*time.Millisecond), "fifo", filepath.Join(folder, "x"))
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, sshrpc.ErrScpRemoteError) {
			t.Errorf("got %v", err)
		}
		if left, _ := os.ReadDir(folder); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// That the session was closed is said before anything else, and of every call.
func TestClosed(t *testing.T) {
	alone(t)
	leavesNothing(t)
	session := dialed(t)
	syscall.Kill(session.Daemon().PID(), syscall.SIGKILL)
	soon(t, "the session has ended", session.Done())
	ctx, local := within(t, patience), filepath.Join(t.TempDir(), "local")
	calls := map[string]func() error{
		"Run":          func() error { _, err := session.Run(ctx, "true"); return err },
		"Run streamed": func() error { _, err := session.Run(ctx, "true", sshrpc.Stdout(io.Discard)); return err },
		"Start":        func() error { _, err := session.Start(ctx, "true"); return err },
		"Get":          func() error { _, err := session.Get(ctx, "x", local); return err },
		"Put":          func() error { return session.Put(ctx, "/dev/null", "x") },
		"ReadFile":     func() error { _, err := session.ReadFile(ctx, "x"); return err },
		"WriteFile":    func() error { return session.WriteFile(ctx, "x", nil, 0o644) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, sshrpc.ErrDaemonEnded) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	session.Close()
	for name, call := range calls {
		if err := call(); !errors.Is(err, sshrpc.ErrClosed) || errors.Is(err, sshrpc.ErrDaemonEnded) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
