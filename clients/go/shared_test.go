package sshrpc_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// sharedFolder gives the test a shared daemon of its own, which ends with it, and its folder.
func sharedFolder(t *testing.T) string {
	t.Helper()
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	t.Cleanup(func() {
		if err := exec.Command("node", os.Getenv("SSHRPC_DAEMON"), "stop").Run(); err != nil {
			t.Log("sshrpc stop: ", err)
		}
	})
	return filepath.Join(runtime, "sshrpc")
}

func sharedPID(ctx context.Context, t *testing.T, d *sshrpc.Daemon) int {
	t.Helper()
	status, err := d.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return int(status.PID)
}

// startShared has one run that no client of the test's has started.
func startShared(ctx context.Context, t *testing.T) int {
	t.Helper()
	d, err := sshrpc.StartDaemon(ctx, &sshrpc.DaemonConfig{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return sharedPID(ctx, t, d)
}

func dialedShared(t *testing.T, s *server) *sshrpc.Session {
	t.Helper()
	config := s.config()
	config.Shared = true
	session, err := sshrpc.Dial(within(t, patience), s.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestSharedIsStartedOnceAndOutlivesUs(t *testing.T) {
	ctx := within(t, patience)
	server := sshd(t)
	sharedFolder(t)
	leavesNothing(t)
	pid := startShared(ctx, t)
	for range [2]int{} {
		session := dialedShared(t, server)
		if result, err := session.Run(ctx, "echo on"); err != nil || string(result.Stdout) != "on\n" {
			t.Fatal(result, err)
		}
		if got := sharedPID(ctx, t, session.Daemon()); got != pid {
			t.Errorf("process %d, not %d", got, pid)
		}
		session.Close()
	}
}

func TestSharedPersistLogsInOnce(t *testing.T) {
	ctx := within(t, patience)
	server := sshd(t)
	sharedFolder(t)
	leavesNothing(t)
	startShared(ctx, t)
	var before, after int
	server.ask(t, "accepted", &before)
	for range [2]int{} {
		config := server.config()
		config.Shared, config.Persist = true, 10*time.Minute
		session, err := sshrpc.Dial(ctx, server.address(), config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.Run(ctx, "true"); err != nil {
			t.Error(err)
		}
		session.Close()
	}
	if server.ask(t, "accepted", &after); after != before+1 {
		t.Errorf("%d logins", after-before)
	}
}

func TestSharedEndIsTold(t *testing.T) {
	ctx := within(t, patience)
	server := sshd(t)
	sharedFolder(t)
	leavesNothing(t)
	pid := startShared(ctx, t)
	for round := 0; round < 2; round++ {
		session := dialedShared(t, server)
		command, err := session.Start(ctx, "echo begun; sleep 1000")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := command.Stdout.Read(make([]byte, 6)); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		var failure *sshrpc.Error
		if err := command.Wait(); !errors.As(err, &failure) || failure.Kind != sshrpc.ErrDaemonEnded {
			t.Fatal(err)
		}
		again := dialedShared(t, server)
		next := sharedPID(ctx, t, again.Daemon())
		if next == pid {
			t.Error("the dead one")
		}
		pid = next
		again.Close()
		session.Close()
	}
}

func TestSharedThatEndsIsReplaced(t *testing.T) {
	ctx := within(t, patience)
	server := sshd(t)
	folder := sharedFolder(t)
	leavesNothing(t)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	version := sharedVersion(t)
	path := filepath.Join(folder, version+".sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, err := listener.Accept()
		listener.Close()
		if err == nil {
			conn.Close()
		}
	}()
	session := dialedShared(t, server)
	defer session.Close()
	if result, err := session.Run(ctx, "echo on"); err != nil || string(result.Stdout) != "on\n" {
		t.Fatal(result, err)
	}
}

func sharedVersion(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("node", os.Getenv("SSHRPC_DAEMON"), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestSharedFolderOfOthersIsNotTrusted(t *testing.T) {
	ctx := within(t, patience)
	folder := sharedFolder(t)
	leavesNothing(t)
	elsewhere := t.TempDir()
	for name, make := range map[string]func() error{
		"open": func() error { return os.Mkdir(folder, 0o755) },
		"link": func() error { return os.Symlink(elsewhere, folder) },
	} {
		if err := make(); err != nil {
			t.Fatal(err)
		}
		_, err := sshrpc.StartDaemon(ctx, &sshrpc.DaemonConfig{Shared: true})
		if err == nil || !strings.Contains(err.Error(), "can't be trusted") {
			t.Errorf("%s: %v", name, err)
		}
		os.Remove(folder)
	}
}

func TestSharedKnowsWhereWeAre(t *testing.T) {
	sshd(t)
	ctx := within(t, patience)
	sharedFolder(t)
	startShared(ctx, t)
	folder := t.TempDir()
	// A program of its own: the working directory is the process's.
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SSHRPC_TEST_CHILD=shared", "TOLD=yes")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	told, err := os.ReadFile(filepath.Join(folder, "told"))
	real, _ := filepath.EvalSymlinks(folder)
	if want := fmt.Sprintf("%s\nyes\n", real); err != nil || string(told) != want {
		t.Errorf("%q, not %q: %v", told, want, err)
	}
}

// sharedChild is what the test above has run.
func sharedChild() {
	_, err := sshrpc.Dial(context.Background(), "nowhere", &sshrpc.Config{
		Shared: true, ProxyCommand: "sh -c 'pwd -P; echo $TOLD' >told",
	})
	if !errors.Is(err, sshrpc.ErrConnectFailed) {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestSharedDoesNotGoWithADaemonOfOnesOwn(t *testing.T) {
	ctx := within(t, patience)
	d, err := sshrpc.StartDaemon(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.Dial(ctx, "localhost", &sshrpc.Config{Shared: true})
	if !errors.Is(err, sshrpc.ErrInvalidParams) {
		t.Error(err)
	}
}
