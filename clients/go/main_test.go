package sshrpc_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// The tests run against the built daemon and a real sshd, which test/fixtures/serve-sshd.ts starts.
// SSHRPC_DAEMON and SSHRPC_TEST_SSHD may name other ones than the repository's.

const patience = 60 * time.Second

// limits are those of calls that are to end in the midst of something: the next one where a slow machine hadn't
// come so far.
var limits = [...]time.Duration{500 * time.Millisecond, 5 * time.Second, patience}

func TestMain(m *testing.M) {
	if mode := os.Getenv("SSHRPC_TEST_CHILD"); mode != "" {
		childMain(mode)
		return
	}
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	home, err := os.MkdirTemp("", "sshrpc-go-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(home)
	// What the go command has compiled stays in its place: to do that again takes a minute.
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("GOCACHE") == "" {
		os.Setenv("GOCACHE", filepath.Join(cache, "go-build"))
	}
	// What the daemons have compiled is kept for the next ones.
	if os.Getenv("XDG_CACHE_HOME") == "" {
		os.Setenv("XDG_CACHE_HOME", filepath.Join(repository(), ".cache"))
	}
	// The daemon's: its known_hosts is not to be the user's.
	os.Setenv("HOME", home)
	os.Unsetenv("SSH_AUTH_SOCK")
	if os.Getenv("SSHRPC_DAEMON") == "" {
		os.Setenv("SSHRPC_DAEMON", filepath.Join(repository(), "bin", "sshrpc.js"))
	}
	code := m.Run()
	letGo()
	if theServer != nil {
		theServer.stop()
	}
	if left := ownGoroutines(); code == 0 && left != "" {
		fmt.Printf("goroutines left behind:\n%s\nFAIL\n", left)
		code = 1
	}
	return code
}

func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// ownGoroutines gives the stacks of the package's goroutines but the kept session's, "" when there are none; it
// waits for them to end.
func ownGoroutines() string {
	var own []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		buffer := make([]byte, 1<<20)
		buffer = buffer[:runtime.Stack(buffer, true)]
		own = nil
		for _, stack := range strings.Split(string(buffer), "\n\n")[1:] {
			if name, _, _ := strings.Cut(stack, " ["); keptGoroutines[name] {
				continue
			}
			if strings.Contains(stack, "clients/go.") || strings.Contains(stack, "os/exec.") {
				own = append(own, stack)
			}
		}
		if len(own) == 0 {
			return ""
		}
	}
	return strings.Join(own, "\n\n")
}

// leavesNothing checks at the test's end that no goroutine of the package runs on, and no session but the kept one.
func leavesNothing(t *testing.T) {
	t.Cleanup(func() {
		if kept != nil && !t.Failed() {
			eventually(t, "the kept session is alone", func() bool {
				status, err := kept.Daemon().Status(within(t, patience))
				return err == nil && len(status.Sessions) == 1 && len(status.Connecting) == 0
			})
		}
		if left := ownGoroutines(); left != "" && !t.Failed() {
			t.Errorf("goroutines left behind:\n%s", left)
		}
	})
}

// A server is an sshd on loopback.
type server struct {
	Host, Username, Password, Home string
	PrivateKeyPath, Agent          string
	Port                           int
	Skip                           string

	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Reader
	mu    sync.Mutex
}

var (
	theServer     *server
	theServerOnce sync.Once
)

// sshd gives the server that all tests share, or skips the test.
func sshd(t testing.TB) *server {
	t.Helper()
	theServerOnce.Do(func() { theServer = startServer(t, "{}") })
	if theServer == nil {
		t.Fatal("no sshd")
	}
	if theServer.Skip != "" {
		t.Skip(theServer.Skip)
	}
	return theServer
}

func startServer(t testing.TB, options string) *server {
	t.Helper()
	script := os.Getenv("SSHRPC_TEST_SSHD")
	if script == "" {
		script = filepath.Join(repository(), "dist", "test", "fixtures", "serve-sshd.js")
	}
	s := &server{cmd: exec.Command("node", script, options)}
	s.cmd.Stderr = os.Stderr
	var err error
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.lines = bufio.NewReader(stdout)
	line, err := s.lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, s)
	}
	if err != nil {
		t.Fatalf("serve-sshd: %v", err)
	}
	return s
}

func (s *server) stop() {
	s.stdin.Close()
	s.cmd.Wait()
}

// ask has serve-sshd do something, or tell something.
func (s *server) ask(t *testing.T, what string, answer any) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.stdin, "{\"do\":%q}\n", what)
	line, err := s.lines.ReadBytes('\n')
	if err == nil && answer != nil {
		err = json.Unmarshal(line, answer)
	}
	if err != nil {
		t.Fatalf("serve-sshd: %s: %v", what, err)
	}
}

// commands are the remote processes that run.
func (s *server) commands(t *testing.T) (pids []int) {
	s.ask(t, "commands", &pids)
	return pids
}

func (s *server) address() string { return fmt.Sprintf("%s@%s:%d", s.Username, s.Host, s.Port) }

func (s *server) config() *sshrpc.Config { return &sshrpc.Config{Password: s.Password} }

// within gives the context that a test's calls have.
func within(t testing.TB, limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

// The kept session is nobody's: with it there is one daemon for test after test, as the sessions share it. To start
// one takes five times what a login does.
var (
	kept           *sshrpc.Session
	keptGoroutines map[string]bool
	isAlone        bool
)

func keep(t testing.TB) {
	t.Helper()
	if kept != nil || isAlone {
		return
	}
	s := sshd(t)
	before := goroutines()
	var err error
	if kept, err = sshrpc.Dial(within(t, patience), s.address(), s.config()); err != nil {
		t.Fatal(err)
	}
	keptGoroutines = goroutines()
	for name := range before {
		delete(keptGoroutines, name)
	}
}

func letGo() {
	if kept != nil {
		kept.Close()
	}
	kept, keptGoroutines = nil, nil
}

// alone is for a test that counts a daemon's sessions, waits for its end or does it harm: no session is kept meanwhile.
func alone(t *testing.T) {
	letGo()
	isAlone = true
	t.Cleanup(func() { isAlone = false })
}

// goroutines are the names of all that there are, as "goroutine 7".
func goroutines() map[string]bool {
	buffer := make([]byte, 1<<20)
	names := map[string]bool{}
	for _, stack := range strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
		name, _, _ := strings.Cut(stack, " [")
		names[name] = true
	}
	return names
}

// dialed gives a session that ends with the test.
func dialed(t testing.TB) *sshrpc.Session {
	t.Helper()
	keep(t)
	s := sshd(t)
	session, err := sshrpc.Dial(within(t, patience), s.address(), s.config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// dialedOwnDaemon gives a daemon that nobody shares, and a session of its. They end with the test.
func dialedOwnDaemon(t testing.TB) (*sshrpc.Daemon, *sshrpc.Session) {
	t.Helper()
	s := sshd(t)
	d, err := sshrpc.StartDaemon(within(t, patience), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	session, err := d.Dial(within(t, patience), s.address(), s.config())
	if err != nil {
		t.Fatal(err)
	}
	return d, session
}

// dialedOwnServer gives a server that a test may do harm to, and a session on it. They end with the test.
func dialedOwnServer(t testing.TB) (*server, *sshrpc.Session) {
	t.Helper()
	sshd(t) // Skips the test where there is none.
	s := startServer(t, "{}")
	t.Cleanup(s.stop)
	session, err := sshrpc.Dial(within(t, patience), s.address(), s.config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return s, session
}

// startedCat gives a command that runs, and gives back what it is given.
func startedCat(ctx context.Context, t testing.TB, session *sshrpc.Session) *sshrpc.Command {
	t.Helper()
	command, err := session.Start(ctx, "echo runs; cat", sshrpc.StdinPipe())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(command.Stdout, make([]byte, len("runs\n"))); err != nil {
		t.Fatal(err)
	}
	return command
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !isSo(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			ps, _ := exec.Command("ps", "-eo", "pid,ppid,etimes,comm").Output()
			t.Fatalf("not within %v: %s\n%s", patience, what, ps)
		}
	}
}

func isAlive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	// One that nobody has reaped is dead.
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func wantKind(t *testing.T, err error, kind sshrpc.Kind) *sshrpc.Error {
	t.Helper()
	var e *sshrpc.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) {
		t.Fatalf("got %v, want %s", err, kind)
	}
	return e
}

func daemonPath() string { return os.Getenv("SSHRPC_DAEMON") }
