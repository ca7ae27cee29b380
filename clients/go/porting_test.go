package sshrpc_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

// What users of os, os/exec and golang.org/x/crypto/ssh are used to.

func TestErrorsOfRemoteFiles(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	server, ctx, local := sshd(t), within(t, patience), filepath.Join(t.TempDir(), "local")
	secret := filepath.Join(server.Home, "go-secret")
	if _, err := session.Run(ctx, "touch "+secret+"; chmod 0 "+secret); err != nil {
		t.Fatal(err)
	}
	read := func(path string) error { _, err := session.ReadFile(ctx, path); return err }
	for name, each := range map[string]struct {
		err  error
		path string
		want []error
	}{
		"read":       {read("absent"), "absent", []error{fs.ErrNotExist, syscall.ENOENT, sshrpc.ErrScpRemoteError}},
		"write":      {session.WriteFile(ctx, "absent/x", nil, 0o600), "absent/x", []error{fs.ErrNotExist}},
		"put":        {session.Put(ctx, "/etc/passwd", "absent/x"), "absent/x", []error{fs.ErrNotExist}},
		"put local":  {session.Put(ctx, "/absent", "x"), "/absent", []error{fs.ErrNotExist, sshrpc.ErrLocalFileError}},
		"permission": {read(secret), secret, []error{fs.ErrPermission}},
		"folder":     {read(server.Home), server.Home, []error{syscall.EISDIR}},
		"put folder": {session.Put(ctx, t.TempDir(), "x"), "", []error{syscall.EISDIR}},
	} {
		for _, want := range each.want {
			if !errors.Is(each.err, want) {
				t.Errorf("%s: got %v, want %v", name, each.err, want)
			}
		}
		var path *fs.PathError
		if !errors.As(each.err, &path) || each.path != "" && path.Path != each.path {
			t.Errorf("%s: got %v", name, path)
		}
	}
	if _, err := session.Get(ctx, "absent", local); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(local); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestErrnoOfWords(t *testing.T) {
	for words, want := range map[string]error{
		"scp: x: No such file or directory": fs.ErrNotExist,
		"scp: x: Permission denied":         fs.ErrPermission,
		"scp: x: Is a directory":            syscall.EISDIR,
		"scp: x: not a regular file":        syscall.EISDIR,
		"scp: x: No space left on device":   syscall.ENOSPC,
		"scp: x: Not a directory":           syscall.ENOTDIR,
	} {
		err := sshrpc.ErrorReply("session.scpRecv", 4001, "x", fmt.Sprintf(`{"remoteMessage":%q}`, words))
		if !errors.Is(err, want) || !errors.Is(err, sshrpc.ErrScpRemoteError) {
			t.Errorf("%s: got %#v", words, err)
		}
	}
	for _, data := range []string{`{"remoteMessage":"scp: ambiguous target"}`, `{"code":"UNKNOWN"}`, `{}`} {
		if err := sshrpc.ErrorReply("session.scpRecv", 4001, "x", data); isErrno(err) {
			t.Errorf("%s: got %#v", data, err)
		}
	}
	err := sshrpc.ErrorReply("x", 4004, "x", `{"code":"EEXIST","path":"/x"}`)
	if !errors.Is(err, fs.ErrExist) || err.Path != "/x" {
		t.Errorf("got %#v", err)
	}
}

func TestExitErrorQuotesLastWords(t *testing.T) {
	for stderr, want := range map[string]string{
		"":                               "sshrpc: the command exited with status 2",
		"warning\r\nls: no\x1b[2J x\n\n": "sshrpc: the command exited with status 2: ls: no [2J x",
		"bad \xff":                       "sshrpc: the command exited with status 2: bad \uFFFD",
	} {
		err := &sshrpc.ExitError{Result: &sshrpc.Result{ExitCode: 2, Stderr: []byte(stderr)}}
		if err.Error() != want {
			t.Errorf("%q: got %q", stderr, err.Error())
		}
	}
	err := &sshrpc.ExitError{Result: &sshrpc.Result{ExitCode: 2, Stderr: []byte(strings.Repeat("x", 5000))}}
	if len(err.Error()) > 500 {
		t.Errorf("got %d bytes", len(err.Error()))
	}
}

// Though the daemon is shared with those who can be asked.
func TestNobodyToAsk(t *testing.T) {
	leavesNothing(t)
	server, ctx, folder := sshd(t), within(t, patience), t.TempDir()
	key := filepath.Join(folder, "key")
	text, err := os.ReadFile(server.PrivateKeyPath)
	if err == nil {
		err = os.WriteFile(key, text, 0o600)
	}
	if err == nil {
		err = exec.Command("ssh-keygen", "-q", "-p", "-P", "", "-N", "right", "-f", key).Run()
	}
	if err != nil {
		t.Fatal(err)
	}
	config := &sshrpc.Config{IdentityFiles: []string{key}, Passphrase: "wrong", Agent: "none"}
	_, err = sshrpc.Dial(ctx, server.address(), config)
	e := wantKind(t, err, sshrpc.ErrAuthenticationFailed)
	if !strings.Contains(string(e.Data), "wrong") {
		t.Errorf("got %s", e.Data)
	}
	// OpenSSH's default is to ask about new hosts.
	file := filepath.Join(folder, "config")
	lines := fmt.Sprintf("Host new\nHostName %s\nPort %d\nUser %s\nUserKnownHostsFile %s/known_hosts\nGlobalKnownHostsFile /dev/null\n",
		server.Host, server.Port, server.Username, folder)
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	session, err := sshrpc.Dial(ctx, "new", &sshrpc.Config{SSHConfigFile: file, Password: server.Password})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if session.HostKey().Status != "recorded" {
		t.Errorf("got %s", session.HostKey().Status)
	}
	if session.Host() != server.Host || session.Port() != server.Port || session.Username() != server.Username {
		t.Errorf("got %s@%s:%d", session.Username(), session.Host(), session.Port())
	}
}

func TestMessagesNameConfig(t *testing.T) {
	const words, want = `hostKeyPolicy "ask" needs a fooBar`, `HostKeyPolicy "ask" needs a fooBar`
	if err := sshrpc.ErrorReply("ssh.new", 2003, words, `{}`); err.Message != want {
		t.Errorf("got %s", err.Message)
	}
	if err := sshrpc.ErrorReply("session.scpRecv", 4001, words, `{}`); err.Message != words {
		t.Errorf("got %s", err.Message)
	}
}
