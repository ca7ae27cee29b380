package sshrpc_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestShared(t *testing.T) {
	alone(t)
	leavesNothing(t)
	server := sshd(t)
	var all sync.WaitGroup
	sessions := make([]*sshrpc.Session, 5)
	for i := range sessions {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			var err error
			if sessions[i], err = sshrpc.Dial(within(t, patience), server.address(), server.config()); err != nil {
				t.Error(err)
			}
		}(i)
	}
	all.Wait()
	if t.Failed() {
		return
	}
	pid := sessions[0].Daemon().PID()
	apart, err := sshrpc.StartDaemon(within(t, patience), nil)
	if err != nil {
		t.Fatal(err)
	}
	if apart.PID() == pid {
		t.Error("StartDaemon shares")
	}
	// No environment is another than this process's.
	config := server.config()
	config.Daemon = &sshrpc.DaemonConfig{Env: []string{}}
	if other, err := sshrpc.Dial(within(t, patience), server.address(), config); err != nil {
		t.Error(err)
	} else if other.Close(); other.Daemon().PID() == pid {
		t.Error("shared with what has no environment")
	}
	for _, session := range sessions {
		if session.Daemon().PID() != pid {
			t.Error("more than one daemon")
		}
		if !isAlive(pid) {
			t.Error("ended early")
		}
		session.Close()
	}
	if isAlive(pid) {
		t.Error("the daemon outlives its sessions")
	}
	session, err := apart.Dial(within(t, patience), server.address(), server.config())
	if err != nil {
		t.Fatal(err)
	}
	session.Close()
	status, err := apart.Status(within(t, patience))
	if err != nil || status.PID != int64(apart.PID()) || len(status.Sessions) != 0 {
		t.Errorf("got %+v, %v", status, err)
	}
	apart.Close()
	apart.Close()
	if isAlive(apart.PID()) {
		t.Error("the daemon outlives Close")
	}
	if _, err := apart.Status(within(t, patience)); !errors.Is(err, sshrpc.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestDaemonKilled(t *testing.T) {
	alone(t)
	leavesNothing(t)
	// A server of its own: a killed daemon leaves commands behind, which end with the server.
	server, session := dialedOwnServer(t)
	ctx := within(t, patience)
	const waiters = 20
	failed := make(chan error, 2*waiters+1)
	for i := 0; i < waiters; i++ {
		go func() {
			_, err := session.Run(ctx, "sleep 300")
			failed <- err
		}()
		go func() {
			command, err := session.Start(ctx, "sleep 300")
			if err == nil {
				_, err = command.Stdout.Read(make([]byte, 1))
			}
			failed <- err
		}()
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		_, err := sshrpc.Dial(ctx, "x@"+silent.Addr().String(), nil)
		failed <- err
	}()
	if conn, err := silent.Accept(); err == nil {
		defer conn.Close()
	}
	eventually(t, "commands run", func() bool { return len(server.commands(t)) > 0 })
	pid := session.Daemon().PID()
	syscall.Kill(pid, syscall.SIGKILL)
	begin := time.Now()
	for i := 0; i < cap(failed); i++ {
		err := <-failed
		if e := wantKind(t, err, sshrpc.ErrDaemonEnded); !strings.Contains(e.Message, "killed") || e.Dispatched != "maybe" {
			t.Errorf("got %#v", e)
		}
	}
	t.Logf("all %d told after %v", cap(failed), time.Since(begin))
	if _, err := session.Run(ctx, "true"); !errors.Is(err, sshrpc.ErrDaemonEnded) {
		t.Errorf("got %v", err)
	}
	other, err := sshrpc.Dial(ctx, server.address(), server.config())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if other.Daemon().PID() == pid {
		t.Error("the same daemon")
	}
	if result, err := other.Run(ctx, "echo again"); err != nil || string(result.Stdout) != "again\n" {
		t.Error(result, err)
	}
}

// A stopped daemon answers nothing: the context must still end the call.
func TestDaemonStopped(t *testing.T) {
	alone(t)
	t.Cleanup(sshrpc.SetPatience(500 * time.Millisecond))
	leavesNothing(t)
	session := dialed(t)
	pid := session.Daemon().PID()
	syscall.Kill(pid, syscall.SIGSTOP)
	_, err := session.Run(within(t, 200*time.Millisecond), "true")
	if e := wantKind(t, err, sshrpc.ErrTimeout); !errors.Is(err, context.DeadlineExceeded) || e.Dispatched != "maybe" {
		t.Errorf("got %#v", e)
	}
	syscall.Kill(pid, syscall.SIGCONT)
	if _, err := session.Run(within(t, patience), "true"); err != nil {
		t.Error(err)
	}
	syscall.Kill(pid, syscall.SIGSTOP)
	session.Close()
	if isAlive(pid) {
		t.Error("the daemon outlives Close")
	}
}

// A stopped daemon that others need, too, isn't ended by a Close, which ends the session's calls all the same.
func TestDaemonStoppedAndShared(t *testing.T) {
	t.Cleanup(sshrpc.SetPatience(500 * time.Millisecond))
	leavesNothing(t)
	d, session := dialedOwnDaemon(t)
	const calls = 2
	closed := make(chan error, calls)
	command := startedCat(context.Background(), t, session)
	syscall.Kill(d.PID(), syscall.SIGSTOP)
	go func() { closed <- command.Wait() }()
	go func() { _, err := command.Stdin.Write([]byte("x")); closed <- err }()
	soon(t, "Close returns", background(func() { session.Close() }))
	for i := 0; i < calls; i++ {
		wantKind(t, <-closed, sshrpc.ErrClosed)
	}
}

// A shell between us and the daemon may end, or be killed, before that does.
func TestDaemonBehindShell(t *testing.T) {
	t.Cleanup(sshrpc.SetPatience(500 * time.Millisecond))
	leavesNothing(t)
	server := sshd(t)
	config := server.config()
	config.Daemon = &sshrpc.DaemonConfig{Command: []string{"sh", "-c", `"$0"; true`, daemonPath()}}
	session, err := sshrpc.Dial(within(t, patience), server.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	status, err := session.Daemon().Status(within(t, patience))
	if err != nil {
		t.Fatal(err)
	}
	syscall.Kill(int(status.PID), syscall.SIGSTOP)
	defer syscall.Kill(int(status.PID), syscall.SIGKILL)
	// More than a pipe holds: it stays in our hands.
	err = session.WriteFile(within(t, 200*time.Millisecond), "x", make([]byte, 1<<20), 0o600)
	wantKind(t, err, sshrpc.ErrTimeout)
	soon(t, "Close returns", background(func() { session.Close() }))
}

// Whatever runs while others close: everything returns, and says that it was closed.
func TestDaemonClosedByMany(t *testing.T) {
	leavesNothing(t)
	d, session := dialedOwnDaemon(t)
	ctx, folder := within(t, patience), t.TempDir()
	running := startedCat(ctx, t, session)
	tasks := []func(i int) error{
		func(int) error { _, err := session.Run(ctx, "cat", sshrpc.Stdin(newGate(t))); return err },
		func(int) error { _, err := session.Run(ctx, "yes", sshrpc.Stdout(io.Discard)); return err },
		func(int) error { return running.Wait() },
		func(int) error { _, err := io.Copy(io.Discard, running.Stdout); return err },
		func(i int) error {
			_, err := session.Get(ctx, "/dev/zero", filepath.Join(folder, fmt.Sprint(i)))
			return err
		},
		func(int) error { session.Close(); return session.Err() },
		func(int) error { d.Close(); return sshrpc.ErrClosed },
		func(int) error { running.Stdin.Close(); return running.Wait() },
	}
	var all sync.WaitGroup
	for i := 0; i < 5*len(tasks); i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			err := tasks[i%len(tasks)](i)
			if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("task %d: got %v", i%len(tasks), err)
			}
		}(i)
	}
	soon(t, "all return", background(all.Wait))
}

func TestNoDaemon(t *testing.T) {
	leavesNothing(t)
	script := func(text string) string {
		path := filepath.Join(t.TempDir(), "daemon.sh")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct {
		name    string
		command []string
		kind    sshrpc.Kind
		says    string
	}{
		{"missing", []string{"/no/such/sshrpc"}, sshrpc.ErrDaemonNotFound, "no such file"},
		{"missing script", []string{"/no/such/sshrpc.js"}, sshrpc.ErrDaemonNotFound, "no such file"},
		{"fails", []string{script("echo out of luck >&2; exit 3")}, sshrpc.ErrDaemonEnded, "exit status 3: out of luck"},
		{"usage", []string{os.Getenv("SSHRPC_DAEMON"), "--no-such"}, sshrpc.ErrDaemonEnded, "exit status 2"},
		{"speaks otherwise", []string{script("echo hello; sleep 5")}, sshrpc.ErrDaemonEnded, `"hello" is no header`},
		{"echoes", []string{"/bin/cat"}, sshrpc.ErrDaemonEnded, "no sshrpc"},
		{"succeeds", []string{"/bin/true"}, sshrpc.ErrDaemonEnded, "exit status 0"},
		{"fails without a word", []string{"/bin/false"}, sshrpc.ErrDaemonEnded, "exit status 1"},
		{"never stops", []string{"yes"}, sshrpc.ErrDaemonEnded, `"y" is no header`},
		{"has no lines", []string{"cat", "/dev/zero"}, sshrpc.ErrDaemonEnded, "too long"},
		{"speaks no JSON", []string{script(`printf 'Content-Length: 1\r\n\r\n{'; exec sleep 300`)}, sshrpc.ErrDaemonEnded, "no message"},
		{"is another server", []string{script(says(`{"jsonrpc":"2.0","id":1,"result":{"capabilities":{},"serverInfo":{"name":"gopls"}}}`))}, sshrpc.ErrDaemonEnded, "no sshrpc"},
		{"has another result", []string{script(says(`{"jsonrpc":"2.0","id":1,"result":[1]}`))}, sshrpc.ErrDaemonEnded, "no sshrpc"},
		{"has no result", []string{script(says(`{"jsonrpc":"2.0","id":1}`))}, sshrpc.ErrDaemonEnded, "no sshrpc"},
		{"closes its output", []string{script("exec >&-; exec sleep 300")}, sshrpc.ErrDaemonEnded, "killed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := &sshrpc.Config{Daemon: &sshrpc.DaemonConfig{Command: test.command}}
			_, err := sshrpc.Dial(within(t, patience), "x@127.0.0.1:1", config)
			if e := wantKind(t, err, test.kind); !strings.Contains(err.Error(), test.says) || e.Dispatched != "no" {
				t.Errorf("got %v, dispatched %q", err, e.Dispatched)
			}
		})
	}
	silent := &sshrpc.DaemonConfig{Command: []string{"sleep", "300"}}
	t.Run("says nothing, and the context ends", func(t *testing.T) {
		_, err := sshrpc.StartDaemon(within(t, 300*time.Millisecond), silent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("says nothing, and the context of a login ends", func(t *testing.T) {
		_, err := sshrpc.Dial(within(t, 300*time.Millisecond), "x@127.0.0.1:1", &sshrpc.Config{Daemon: silent})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("says nothing", func(t *testing.T) {
		defer sshrpc.SetStartLimit(300 * time.Millisecond)()
		_, err := sshrpc.StartDaemon(context.Background(), silent)
		if wantKind(t, err, sshrpc.ErrDaemonEnded); !strings.Contains(err.Error(), "is it an sshrpc?") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the context has ended before", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "started")
		config := &sshrpc.DaemonConfig{Command: []string{script("touch " + file + "; exec sleep 300")}}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := sshrpc.StartDaemon(ctx, config)
		wantKind(t, err, sshrpc.ErrCancelled)
		_, err = sshrpc.Dial(ctx, "x@127.0.0.1:1", &sshrpc.Config{Daemon: config})
		wantKind(t, err, sshrpc.ErrCancelled)
		if _, err := os.Stat(file); err == nil {
			t.Error("it was started")
		}
	})
}

// A login is sent along with `initialize`, and not a round trip later.
func TestDialAtOnce(t *testing.T) {
	leavesNothing(t)
	program := filepath.Join(t.TempDir(), "daemon.js")
	err := os.WriteFile(program, []byte(`
		let text = "";
		const say = (message) => {
			const body = JSON.stringify({ jsonrpc: "2.0", ...message });
			process.stdout.write("Content-Length: " + body.length + "\r\n\r\n" + body);
		};
		process.stdin.on("data", (data) => {
			text += data;
			if (!text.includes('"ssh.new"')) return;
			say({ id: 1, result: {
				capabilities: {}, limits: { maxMessageBytes: 1000000 }, serverInfo: { name: "sshrpc" },
			} });
			say({ id: 2, error: { code: 2004, message: "no", data: { dispatched: "yes" } } });
			text = "";
		});
	`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	config := &sshrpc.Config{Daemon: &sshrpc.DaemonConfig{Command: []string{program}}}
	_, err = sshrpc.Dial(within(t, patience), "x@127.0.0.1:1", config)
	if e := wantKind(t, err, sshrpc.ErrAuthenticationFailed); e.Dispatched != "yes" {
		t.Errorf("got %v, dispatched %q", err, e.Dispatched)
	}
}

// says is a shell script that sends a message when it was sent one, and stays.
func says(message string) string {
	return fmt.Sprintf("read line; printf 'Content-Length: %d\\r\\n\\r\\n%s'; exec sleep 300", len(message), message)
}

func TestFindDaemon(t *testing.T) {
	leavesNothing(t)
	daemon := os.Getenv("SSHRPC_DAEMON")
	t.Setenv("SSHRPC_DAEMON", "")
	t.Run("PATH", func(t *testing.T) {
		folder := t.TempDir()
		program := fmt.Sprintf("#!/bin/sh\nexec node '%s' \"$@\"\n", daemon)
		if err := os.WriteFile(filepath.Join(folder, "sshrpc"), []byte(program), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
		d, err := sshrpc.StartDaemon(within(t, patience), nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
	})
	t.Run("repository", func(t *testing.T) {
		// A PATH that has node, and surely no sshrpc.
		node, err := exec.LookPath("node")
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		if err := os.Symlink(node, filepath.Join(folder, "node")); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", folder)
		d, err := sshrpc.StartDaemon(within(t, patience), nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
	})
	t.Run("nowhere", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := sshrpc.StartDaemon(within(t, patience), nil)
		wantKind(t, err, sshrpc.ErrDaemonNotFound)
	})
}

func TestLog(t *testing.T) {
	leavesNothing(t)
	var log lockedBuffer
	d, err := sshrpc.StartDaemon(within(t, patience), &sshrpc.DaemonConfig{
		Command: []string{os.Getenv("SSHRPC_DAEMON"), "--log-level=debug"}, Stderr: &log,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Status(within(t, patience)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log has the request", func() bool { return strings.Contains(log.String(), "daemon.status") })
}

type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// A program that ends in whichever way leaves neither the daemon nor the remote command.
func TestProgramEnds(t *testing.T) {
	server := sshd(t)
	for _, mode := range []string{"return", "panic", "exit", "sigterm", "sigkill"} {
		t.Run(mode, func(t *testing.T) {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "SSHRPC_TEST_CHILD="+mode, "SSHRPC_TEST_ADDRESS="+server.address(), "SSHRPC_TEST_PASSWORD="+server.Password)
			stdout, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			line, _ := bufio.NewReader(stdout).ReadString('\n')
			var daemon, remote int
			if _, err := fmt.Sscan(line, &daemon, &remote); err != nil {
				t.Fatalf("got %q", line)
			}
			switch mode {
			case "sigterm":
				child.Process.Signal(syscall.SIGTERM)
			case "sigkill":
				child.Process.Kill()
			}
			child.Wait()
			begin := time.Now()
			eventually(t, "the daemon is gone", func() bool { return !isAlive(daemon) })
			t.Logf("the daemon was gone after %v", time.Since(begin))
			eventually(t, "the remote command is gone", func() bool { return !isAlive(remote) })
		})
	}
}

// A program that is killed in the middle of a transfer leaves an old file as it was, and nothing beside it.
func TestProgramKilledInTransfer(t *testing.T) {
	server := sshd(t)
	large, err := os.Create(filepath.Join(server.Home, "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(large.Name())
	if err := large.Truncate(2 << 30); err != nil {
		t.Fatal(err)
	}
	large.Close()
	folder := t.TempDir()
	local := filepath.Join(folder, "file")
	if err := os.WriteFile(local, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	files := func() int {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "SSHRPC_TEST_CHILD=get", "SSHRPC_TEST_ADDRESS="+server.address(),
		"SSHRPC_TEST_PASSWORD="+server.Password, "SSHRPC_TEST_LOCAL="+local)
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var daemon int
	if _, err := fmt.Fscan(stdout, &daemon); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a part has come", func() bool { return files() > 1 })
	child.Process.Kill()
	child.Wait()
	eventually(t, "the daemon is gone", func() bool { return !isAlive(daemon) })
	if content, err := os.ReadFile(local); err != nil || string(content) != "old" || files() != 1 {
		t.Errorf("%d files, %q, %v", files(), content, err)
	}
}

// childMain is the program that ends.
func childMain(mode string) {
	if mode == "shared" {
		sharedChild()
		return
	}
	ctx := context.Background()
	session, err := sshrpc.Dial(ctx, os.Getenv("SSHRPC_TEST_ADDRESS"), &sshrpc.Config{Password: os.Getenv("SSHRPC_TEST_PASSWORD")})
	if err != nil {
		fmt.Println(err)
		return
	}
	if mode == "get" {
		fmt.Println(session.Daemon().PID())
		session.Get(ctx, "large", os.Getenv("SSHRPC_TEST_LOCAL"))
		return
	}
	command, err := session.Start(ctx, "echo $$; exec sleep 300")
	if err != nil {
		fmt.Println(err)
		return
	}
	var remote int
	fmt.Fscan(command.Stdout, &remote)
	fmt.Println(session.Daemon().PID(), remote)
	switch mode {
	case "return":
		return
	case "panic":
		os.Stderr.Close()
		panic("of the test")
	case "exit":
		os.Exit(1)
	}
	select {}
}
