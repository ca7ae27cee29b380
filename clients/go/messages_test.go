package sshrpc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// tells checks that an error's text alone tells why, and what helps.
func tells(t *testing.T, err error, kind sshrpc.Kind, pattern string) {
	t.Helper()
	if !errors.Is(err, kind) || !regexp.MustCompile(pattern).MatchString(err.Error()) {
		t.Errorf("got %v", err)
	}
}

func TestMessages(t *testing.T) {
	leavesNothing(t)
	session, ctx := dialed(t), within(t, patience)
	run := func(command string, options ...sshrpc.RunOption) error {
		_, err := session.Run(ctx, command, options...)
		return err
	}
	tells(t, run("head -c 2000 /dev/zero", sshrpc.MaxOutput(1000)), sshrpc.ErrOutputTooLarge,
		`^sshrpc: session\.exec: .*: allow more \(MaxOutput\), or take it as it comes \(Start, or Stdout\)$`)
	tells(t, run("true", sshrpc.Env(map[string]string{"NOPE": "1"})), sshrpc.ErrChannelRequestDenied, `with ExportEnv`)
	tells(t, run("true", sshrpc.ForwardAgent()), sshrpc.ErrInvalidParams, `ForwardAgent: .* Config\.Agent names none$`)
	ok(t, run("head -c 2000 /dev/zero > zeros"))
	_, err := session.ReadFile(ctx, "zeros", sshrpc.MaxBytes(1000))
	tells(t, err, sshrpc.ErrOutputTooLarge, `\(MaxBytes\)$`)
	_, err = session.Files().OpenFile("zeros", os.O_RDONLY|os.O_TRUNC, 0)
	tells(t, err, sshrpc.ErrInvalidParams, `os\.O_TRUNC, .* go with os\.O_CREATE`)
}

func TestMessagesOfDial(t *testing.T) {
	leavesNothing(t)
	for pattern, config := range map[string]*sshrpc.Config{
		`KeepaliveInterval: must be at most 86400 s$`: {KeepaliveInterval: 48 * time.Hour},
		`Persist: must be at most 86400 s$`:           {Persist: 48 * time.Hour},
		`SSHConfigFile: .*/no/such/config`:            {SSHConfigFile: "/no/such/config"},
		`Algorithms\.Kex\.0: must be among`:           {Algorithms: sshrpc.Algorithms{Kex: []string{"none"}}},
		`user "a", and Config\.Username "b": one`:     {Username: "b"},
	} {
		_, err := sshrpc.Dial(within(t, patience), "a@h", config)
		tells(t, err, sshrpc.ErrInvalidParams, pattern)
	}
	config := sshd(t).config()
	config.Algorithms.Kex = []string{"diffie-hellman-group1-sha1"}
	_, err := sshrpc.Dial(within(t, patience), sshd(t).address(), config)
	tells(t, err, sshrpc.ErrHandshakeFailed, `Algorithms\.Kex can allow`)
	for name, pattern := range map[string]string{
		"no/such":    `^sshrpc: no daemon can be started: SSHRPC_DAEMON: `,
		"no/such.js": `^sshrpc: no daemon can be started: SSHRPC_DAEMON: `,
	} {
		t.Setenv("SSHRPC_DAEMON", filepath.Join(t.TempDir(), name))
		_, err := sshrpc.StartDaemon(within(t, patience), nil)
		tells(t, err, sshrpc.ErrDaemonNotFound, pattern)
	}
}

func TestMessagesOfShell(t *testing.T) {
	leavesNothing(t)
	shell, err := dialed(t).Shell(within(t, patience))
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	_, err = shell.Expect(time.Millisecond, "never", regexp.MustCompile("nor"))
	tells(t, err, sshrpc.ErrTimeout, `"never" or "nor" not shown within 1ms; what is shown ends with `)
	_, err = shell.Expect(100*time.Microsecond, "never")
	tells(t, err, sshrpc.ErrTimeout, `"never" not shown within 100µs; `)
	_, err = shell.Expect(0, 7)
	tells(t, err, sshrpc.ErrInvalidParams, `int is no pattern: a string, `)
	ok(t, shell.Send("exit\r"))
	if _, err = shell.Expect(patience, "never"); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), `the shell ended, and "never" was not shown`) {
		t.Errorf("got %v", err)
	}
}

// A server without SFTP, on which there is only an scp, which speaks nonsense.
func TestMessagesOfPoorServers(t *testing.T) {
	leavesNothing(t)
	bin := t.TempDir()
	ok(t, os.Chmod(bin, 0o755))
	ok(t, os.WriteFile(filepath.Join(bin, "scp"), []byte("#!/bin/sh\necho C0644 abc x\n"), 0o755))
	ok(t, os.Symlink("/bin/sh", filepath.Join(bin, "sh")))
	config := fmt.Sprintf(`{"unprivileged":false,"config":["Subsystem sftp /nowhere/sftp-server","SetEnv PATH=%s"]}`, bin)
	s := startServer(t, config)
	defer s.stop()
	if s.Skip != "" {
		t.Skip(s.Skip)
	}
	ctx := within(t, patience)
	session, err := sshrpc.Dial(ctx, s.address(), s.config())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	_, err = session.ReadFile(ctx, "x")
	tells(t, err, sshrpc.ErrScpProtocolError, `session\.scpRecv: the remote scp broke its protocol: malformed file header: "C0644 abc x"`)
	_, err = session.Files().Stat("x")
	tells(t, err, sshrpc.ErrNotSupported, `fs\.stat: the server has no SFTP, and its shell lacks ls$`)
}

// A file that is opened as it is, and made where there is none.
func TestFileCreated(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files().WithContext(within(t, patience))
	for _, text := range []string{"1234", "ab"} {
		file, err := files.OpenFile("created", os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(file, bytes.NewBufferString(text))
		ok(t, err)
		ok(t, file.Close())
	}
	data, err := files.ReadFile("created")
	if ok(t, err); string(data) != "ab34" {
		t.Errorf("got %q", data)
	}
	info, err := files.Stat("created")
	if ok(t, err); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	_ = files.Remove("created-link")
	_ = files.Remove("created-behind")
	ok(t, files.Symlink("created-behind", "created-link"))
	file, err := files.OpenFile("created-link", os.O_WRONLY|os.O_CREATE, 0o600)
	ok(t, err)
	ok(t, file.Close())
	info, err = files.Lstat("created-behind")
	if ok(t, err); !info.Mode().IsRegular() {
		t.Error(info.Mode())
	}
	if _, err := files.OpenFile("none/created", os.O_WRONLY|os.O_CREATE, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
