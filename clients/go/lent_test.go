package sshrpc_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

// dialedFor gives a session on a server of these options of serve-sshd.
func dialedFor(t *testing.T, options string, config *sshrpc.Config) (*server, *sshrpc.Session) {
	t.Helper()
	s := startServer(t, options)
	t.Cleanup(s.stop)
	if s.Skip != "" {
		t.Skip(s.Skip)
	}
	config.Password = s.Password
	if config.Agent != "" {
		config.Agent = s.Agent
	}
	session, err := sshrpc.Dial(within(t, patience), s.address(), config)
	ok(t, err)
	t.Cleanup(func() { session.Close() })
	return s, session
}

// What it may do is in test/fixtures/sudo-server.ts.
func TestSudo(t *testing.T) {
	leavesNothing(t)
	s, session := dialedFor(t, `{"sudo":true}`, &sshrpc.Config{})
	ctx := within(t, patience)
	result, err := session.Run(ctx, "id -un; cat", sshrpc.Sudo("", s.Password), sshrpc.Stdin(strings.NewReader("in")))
	if err != nil || string(result.Stdout) != "root\nin" {
		t.Error(result, err)
	}
	result, err = session.Run(ctx, "id -un", sshrpc.Sudo("daemon", s.Password), sshrpc.OnPTY(sshrpc.PTY{}))
	if err != nil || strings.TrimSpace(string(result.Stdout)) != "daemon" {
		t.Error(result, err)
	}

	command, err := session.Start(ctx, "id -un; cat", sshrpc.Sudo("", s.Password), sshrpc.StdinPipe())
	ok(t, err)
	_, err = io.WriteString(command.Stdin, "typed")
	ok(t, err)
	ok(t, command.Stdin.Close())
	shown, err := io.ReadAll(command.Stdout)
	if err != nil || string(shown) != "root\ntyped" {
		t.Errorf("%q, %v", shown, err)
	}
	ok(t, command.Wait())

	shell, err := session.Shell(ctx, sshrpc.Sudo("", s.Password))
	ok(t, err)
	defer shell.Close()
	if text, err := shell.Command("id -un"); err != nil || text != "root\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestSudoRefusals(t *testing.T) {
	leavesNothing(t)
	s, session := dialedFor(t, `{"sudo":true}`, &sshrpc.Config{})
	_, without := dialedFor(t, `{"config":["SetEnv PATH=/var/empty"]}`, &sshrpc.Config{})
	for _, each := range []struct {
		session        *sshrpc.Session
		user, password string
		reason         sshrpc.SudoReason
	}{
		{session, "", "wrong", sshrpc.SudoWrongPassword},
		{session, "", "", sshrpc.SudoPasswordNeeded},
		{session, "daemon", s.Password, sshrpc.SudoNoTerminal},
		{session, "bin", s.Password, sshrpc.SudoNotAllowed},
		{session, "nobody-there", s.Password, sshrpc.SudoUnknownUser},
		{without, "", s.Password, sshrpc.SudoNotFound},
	} {
		_, err := each.session.Run(within(t, patience), "true", sshrpc.Sudo(each.user, each.password))
		e := wantKind(t, err, sshrpc.ErrSudoFailed)
		if !errors.Is(err, each.reason) || errors.Is(err, sshrpc.SudoOther) || e.Dispatched != "no" {
			t.Errorf("%s: %v", each.reason, err)
		}
		if strings.Contains(err.Error()+string(e.Data), s.Password) {
			t.Errorf("%s: the password is in %v", each.reason, err)
		}
		shell, err := each.session.Start(within(t, patience), "true", sshrpc.Sudo(each.user, each.password))
		ok(t, err)
		if err := shell.Wait(); !errors.Is(err, each.reason) {
			t.Errorf("%s, streamed: %v", each.reason, err)
		}
	}
}

func TestForwardAgent(t *testing.T) {
	leavesNothing(t)
	_, session := dialedFor(t, `{"agent":true}`, &sshrpc.Config{Agent: "the server's"})
	ctx := within(t, patience)
	result, err := session.Run(ctx, "ssh-add -l", sshrpc.ForwardAgent())
	if err != nil || !strings.Contains(string(result.Stdout), "SHA256:") {
		t.Error(result, err)
	}
	if _, err := session.Run(ctx, "ssh-add -l"); err == nil {
		t.Error("there without having been lent")
	}
	shell, err := session.Shell(ctx, sshrpc.ForwardAgent())
	ok(t, err)
	defer shell.Close()
	if text, err := shell.Command("ssh-add -l"); err != nil || !strings.Contains(text, "SHA256:") {
		t.Errorf("%q, %v", text, err)
	}
	_, err = dialed(t).Run(ctx, "true", sshrpc.ForwardAgent())
	wantKind(t, err, sshrpc.ErrInvalidParams)
}
