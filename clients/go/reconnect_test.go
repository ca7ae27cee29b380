package sshrpc_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

type told struct {
	state sshrpc.State
	why   error
}

// telling gives a configuration for a server of the test's own, and the states that it is told.
func telling(t *testing.T) (*server, *sshrpc.Config, <-chan told) {
	t.Helper()
	sshd(t) // Skips the test where there is none.
	s := startServer(t, "{}")
	t.Cleanup(s.stop)
	states := make(chan told, 100)
	config := s.config()
	config.OnState = func(state sshrpc.State, why error) { states <- told{state, why} }
	return s, config, states
}

func dialedWith(t *testing.T, s *server, config *sshrpc.Config) *sshrpc.Session {
	t.Helper()
	session, err := sshrpc.Dial(within(t, patience), s.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

func next(t *testing.T, states <-chan told) told {
	t.Helper()
	select {
	case now := <-states:
		return now
	case <-time.After(patience):
		t.Fatal("no state was told")
		panic("not reached")
	}
}

func goesOn(t *testing.T, session *sshrpc.Session) {
	t.Helper()
	result, err := session.Run(within(t, patience), "echo back")
	if err != nil || string(result.Stdout) != "back\n" {
		t.Fatalf("got %+v, %v", result, err)
	}
}

func TestReconnect(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	config.Reconnect = true
	session := dialedWith(t, s, config)
	if state, why := session.State(); state != sshrpc.StateOpen || why != nil {
		t.Errorf("got %v, %v", state, why)
	}
	s.ask(t, "kill", nil)
	lost := next(t, states)
	if lost.state != sshrpc.StateLost || session.Err() != nil {
		t.Errorf("got %+v, %v", lost, session.Err())
	}
	wantKind(t, lost.why, sshrpc.ErrConnectionLost)
	goesOn(t, session)
	if open := next(t, states); open.state != sshrpc.StateOpen || open.why != nil {
		t.Errorf("got %+v", open)
	}
	if state, why := session.State(); state != sshrpc.StateOpen || why != nil {
		t.Errorf("got %v, %v", state, why)
	}
	if session.Username() != s.Username || session.Port() != s.Port || session.HostKey().Status != "known" {
		t.Errorf("got %s, %d, %+v", session.Username(), session.Port(), session.HostKey())
	}
	session.Close()
	if state, why := session.State(); state != sshrpc.StateClosed || !errors.Is(why, sshrpc.ErrClosed) {
		t.Errorf("got %v, %v", state, why)
	}
	if len(states) > 0 {
		t.Errorf("a Close was told: %+v", <-states)
	}
}

func TestReconnectNot(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	session := dialedWith(t, s, config)
	s.ask(t, "kill", nil)
	closed := next(t, states)
	if closed.state != sshrpc.StateClosed || closed.why != session.Err() {
		t.Errorf("got %+v, %v", closed, session.Err())
	}
	wantKind(t, closed.why, sshrpc.ErrConnectionLost)
}

func TestReconnectCallbackThatExits(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	config.Reconnect = true
	tell := config.OnState
	config.OnState = func(state sshrpc.State, why error) {
		tell(state, why)
		runtime.Goexit()
	}
	session := dialedWith(t, s, config)
	s.ask(t, "kill", nil)
	next(t, states)
	goesOn(t, session)
	if open := next(t, states); open.state != sshrpc.StateOpen {
		t.Errorf("got %+v", open)
	}
}

type valueKey struct{}

func TestReconnectPrompt(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	config.Reconnect, config.Password = true, ""
	asked := make(chan any, 100)
	config.Prompt = func(ctx context.Context, _ *sshrpc.Prompt) ([]string, error) {
		asked <- ctx.Value(valueKey{})
		return []string{s.Password}, ctx.Err()
	}
	ctx, cancel := context.WithCancel(context.WithValue(within(t, patience), valueKey{}, "mine"))
	session, err := sshrpc.Dial(ctx, s.address(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	// Both were for the Dial.
	cancel()
	config.Prompt = nil
	s.ask(t, "kill", nil)
	next(t, states)
	goesOn(t, session)
	if open := next(t, states); open.state != sshrpc.StateOpen {
		t.Errorf("got %+v", open)
	}
	if count := len(asked); count != 2 {
		t.Fatalf("asked %d times", count)
	}
	if <-asked; <-asked != "mine" {
		t.Error("the context's values are lost")
	}
}

func TestReconnectRefused(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	config.Reconnect, config.Password = true, ""
	answers := make(chan []string, 1)
	answers <- []string{s.Password}
	config.Prompt = func(context.Context, *sshrpc.Prompt) ([]string, error) {
		select {
		case answer := <-answers:
			return answer, nil
		default:
			return nil, nil
		}
	}
	session := dialedWith(t, s, config)
	s.ask(t, "kill", nil)
	if lost := next(t, states); lost.state != sshrpc.StateLost {
		t.Errorf("got %+v", lost)
	}
	closed := next(t, states)
	if closed.state != sshrpc.StateClosed || closed.why != session.Err() {
		t.Errorf("got %+v", closed)
	}
	wantKind(t, closed.why, sshrpc.ErrAuthenticationFailed)
}

func TestReconnectClosedWhileAsked(t *testing.T) {
	leavesNothing(t)
	s, config, states := telling(t)
	config.Reconnect, config.Password = true, ""
	asked, ended := make(chan bool), make(chan bool)
	answers := make(chan []string, 1)
	answers <- []string{s.Password}
	config.Prompt = func(ctx context.Context, _ *sshrpc.Prompt) ([]string, error) {
		select {
		case answer := <-answers:
			return answer, nil
		default:
		}
		close(asked)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}
	session := dialedWith(t, s, config)
	s.ask(t, "kill", nil)
	next(t, states)
	for _, step := range []func() <-chan bool{
		func() <-chan bool { return asked },
		func() <-chan bool { session.Close(); return ended },
	} {
		select {
		case <-step():
		case <-time.After(patience):
			t.Fatal("not asked, or not ended")
		}
	}
}
