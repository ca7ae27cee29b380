package sshrpc_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestErrno(t *testing.T) {
	for errno, want := range map[string]error{
		"EACCES":        fs.ErrPermission,
		"EADDRNOTAVAIL": syscall.EADDRNOTAVAIL,
		"EEXIST":        fs.ErrExist,
		"EHOSTUNREACH":  syscall.EHOSTUNREACH,
		"EINVAL":        syscall.EINVAL,
		"EMFILE":        syscall.EMFILE,
		"ENETUNREACH":   syscall.ENETUNREACH,
		"ENOENT":        fs.ErrNotExist,
		"ETIMEDOUT":     syscall.ETIMEDOUT,
	} {
		err := sshrpc.ErrorReply("session.scpRecv", 4003, "x", fmt.Sprintf(`{"errno":%q}`, errno))
		if err.Errno != errno || !errors.Is(err, want) || errors.Is(err, syscall.E2BIG) {
			t.Errorf("%s: got %#v", errno, err)
		}
	}
	for errno, isNotFound := range map[string]bool{"ENOTFOUND": true, "EAI_AGAIN": false} {
		var dns *net.DNSError
		err := sshrpc.ErrorReply("ssh.new", 2001, "x", fmt.Sprintf(`{"errno":%q}`, errno))
		if !errors.As(err, &dns) || dns.IsNotFound != isNotFound || dns.IsTemporary == isNotFound {
			t.Errorf("%s: got %#v", errno, dns)
		}
	}
	var dns *net.DNSError
	if errors.As(sshrpc.ErrorReply("ssh.new", 2001, "x", `{"errno":"ECONNREFUSED"}`), &dns) {
		t.Errorf("got %#v", dns)
	}
}

// Every name that the daemon has words for is one of Go's, too.
func TestErrnoOfFiles(t *testing.T) {
	if _, err := os.Stat(filepath.Join(repository(), "src")); err != nil {
		t.Skip("this is no checkout of the repository")
	}
	text, err := os.ReadFile(filepath.Join(repository(), "src", "codecs", "text", "errno.ts"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^  (E[A-Z]+): "`).FindAllSubmatch(text, -1)
	if len(names) == 0 {
		t.Error("no names")
	}
	for _, name := range names {
		err := sshrpc.ErrorReply("session.scpRecv", 4003, "x", fmt.Sprintf(`{"errno":%q}`, name[1]))
		if !isErrno(err) {
			t.Errorf("%s is unknown", name[1])
		}
	}
}

// isErrno says whether an error is any of the system's.
func isErrno(err error) bool {
	for errno := syscall.Errno(1); errno < 200; errno++ {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

func TestErrorsOfFiles(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	ctx, folder := within(t, patience), t.TempDir()
	for name, want := range map[string]error{
		"":                       syscall.EISDIR,
		strings.Repeat("x", 300): syscall.ENAMETOOLONG,
	} {
		err := session.Put(ctx, filepath.Join(folder, name), "x")
		if wantKind(t, err, sshrpc.ErrLocalFileError); !errors.Is(err, want) {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// What is wrong with a param is said once.
func TestInvalidParams(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	_, err := session.Run(within(t, patience), "true", sshrpc.OnPTY(sshrpc.PTY{Columns: -1}))
	e := wantKind(t, err, sshrpc.ErrInvalidParams)
	if err.Error() != "sshrpc: session.exec: pty.columns: must be at least 1" || !strings.Contains(string(e.Data), `"pty.columns"`) {
		t.Errorf("got %v with %s", err, e.Data)
	}
}

// What our own system says is the reason, and is said once.
func TestErrorsOfOurs(t *testing.T) {
	leavesNothing(t)
	for _, command := range []string{"/no/such/sshrpc", "/no/such/sshrpc.js"} {
		_, err := sshrpc.StartDaemon(within(t, patience), &sshrpc.DaemonConfig{Command: []string{command}})
		if wantKind(t, err, sshrpc.ErrDaemonNotFound); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no such file") != 1 {
			t.Errorf("got %v", err)
		}
	}
	session := dialed(t)
	gone := t.TempDir()
	defer chdir(t, gone)()
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	err := session.Put(within(t, patience), "local", "remote")
	if wantKind(t, err, sshrpc.ErrLocalFileError); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no such file") != 1 {
		t.Errorf("got %v", err)
	}
}
