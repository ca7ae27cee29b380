package sshrpc_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestPrompt(t *testing.T) {
	leavesNothing(t)
	server := sshd(t)
	// What is asked with nothing named, and no keys in HOME.
	var asked *sshrpc.Prompt
	config := &sshrpc.Config{Prompt: func(ctx context.Context, prompt *sshrpc.Prompt) ([]string, error) {
		asked = prompt
		return []string{server.Password}, nil
	}}
	session, err := sshrpc.Dial(within(t, patience), server.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	session.Close()
	if asked.Kind != "password" || asked.Host != server.Host || asked.Username != server.Username || len(asked.Questions) != 1 || asked.Questions[0].Echo {
		t.Errorf("got %+v", asked)
	}

	sulks := errors.New("no comment")
	config.Prompt = func(context.Context, *sshrpc.Prompt) ([]string, error) { return nil, sulks }
	_, err = sshrpc.Dial(within(t, patience), server.address(), config)
	if wantKind(t, err, sshrpc.ErrAuthenticationFailed); !errors.Is(err, sulks) {
		t.Errorf("got %v", err)
	}

	config.Prompt = func(ctx context.Context, _ *sshrpc.Prompt) ([]string, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err = sshrpc.Dial(within(t, time.Second), server.address(), config)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestTrustHostKey(t *testing.T) {
	leavesNothing(t)
	server := sshd(t)
	known := filepath.Join(t.TempDir(), "known_hosts")
	config := server.config()
	config.HostKeyPolicy, config.KnownHosts = "ask", []string{known}
	_, err := sshrpc.Dial(within(t, patience), server.address(), config)
	wantKind(t, err, sshrpc.ErrHostKeyRejected)

	trust := false
	var asked *sshrpc.HostKeyPrompt
	config.TrustHostKey = func(ctx context.Context, prompt *sshrpc.HostKeyPrompt) (bool, error) {
		asked = prompt
		return trust, nil
	}
	_, err = sshrpc.Dial(within(t, patience), server.address(), config)
	wantKind(t, err, sshrpc.ErrHostKeyRejected)
	trust = true
	session, err := sshrpc.Dial(within(t, patience), server.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if asked.Reason != "unknown" || asked.Fingerprint != session.HostKey().Fingerprint || asked.Port != server.Port {
		t.Errorf("got %+v, and %+v", asked, session.HostKey())
	}
}

func TestLost(t *testing.T) {
	leavesNothing(t)
	server, session := dialedOwnServer(t)
	if session.Err() != nil {
		t.Error(session.Err())
	}
	server.ask(t, "kill", nil)
	soon(t, "the session has ended", session.Done())
	wantKind(t, session.Err(), sshrpc.ErrConnectionLost)
	if _, err := session.Run(within(t, patience), "true"); !errors.Is(err, sshrpc.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
