package sshrpc_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestStream(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	command, err := session.Start(within(t, patience), "while read line; do echo got $line; done; exit 4", sshrpc.StdinPipe())
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(command.Stdout)
	for i := 0; i < 3; i++ {
		fmt.Fprintf(command.Stdin, "line %d\n", i)
		if !lines.Scan() || lines.Text() != fmt.Sprintf("got line %d", i) {
			t.Fatalf("got %q, %v", lines.Text(), lines.Err())
		}
	}
	if err := command.Stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if lines.Scan() || lines.Err() != nil {
		t.Fatalf("got %q, %v", lines.Text(), lines.Err())
	}
	var exit *sshrpc.ExitError
	if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 4 || command.ExitCode() != 4 {
		t.Fatal(err)
	}
	if _, err := command.Stdin.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	if err := command.Signal(sshrpc.SIGTERM); !errors.Is(err, sshrpc.ErrCommandNotFound) {
		t.Errorf("got %v", err)
	}
	if err := command.Wait(); !errors.As(err, &exit) {
		t.Errorf("the second time: %v", err)
	}
}

func TestStreamMuch(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	// More than the windows and buffers on the way hold: 16 MiB, of input.
	size := int64(40 << 20)
	begin := time.Now()
	command, err := session.Start(within(t, 2*patience), "cat", sshrpc.Stdin(onlyReader{io.LimitReader(&counter{}, size)}))
	if err != nil {
		t.Fatal(err)
	}
	want := &counter{}
	piece, expected := make([]byte, 100_000), make([]byte, 100_000)
	var total int64
	for {
		n, err := command.Stdout.Read(piece)
		want.Read(expected[:n])
		if !bytes.Equal(piece[:n], expected[:n]) {
			t.Fatalf("other bytes after %d", total)
		}
		if total += int64(n); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := command.Wait(); err != nil || total != size {
		t.Error(total, err)
	}
	t.Logf("there and back: %s", rate(int(size), begin))
}

// counter reads as bytes that differ from place to place.
type counter struct{ at int }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		at := c.at + i
		p[i] = byte(at) ^ byte(at>>8)
	}
	c.at += len(p)
	return len(p), nil
}

// One stream must not hold up the other, whichever is read first.
func TestStreamsApart(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	const size = 10 << 20
	command, err := session.Start(within(t, patience), fmt.Sprintf("head -c %d /dev/zero >&2; head -c %d /dev/zero", size, size))
	if err != nil {
		t.Fatal(err)
	}
	for _, stream := range []io.Reader{command.Stdout, command.Stderr} {
		if n, err := io.Copy(io.Discard, stream); n != size || err != nil {
			t.Errorf("got %d bytes, %v", n, err)
		}
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}

func TestStreamUnread(t *testing.T) {
	alone(t)
	leavesNothing(t)
	session := dialed(t)
	t.Run("Wait", func(t *testing.T) {
		command, err := session.Start(within(t, patience), "head -c 5000000 /dev/zero")
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Wait(); err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, command.Stdout); n != 5000000 || err != nil {
			t.Errorf("got %d bytes, %v", n, err)
		}
	})
	t.Run("too much", func(t *testing.T) {
		command, err := session.Start(within(t, patience), "cat /dev/zero", sshrpc.MaxOutput(3<<20))
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, command.Wait(), sshrpc.ErrOutputTooLarge)
	})
	t.Run("closed", func(t *testing.T) {
		command, err := session.Start(within(t, patience), "head -c 50000000 /dev/zero; exit 7")
		if err != nil {
			t.Fatal(err)
		}
		command.Stdout.Close()
		var exit *sshrpc.ExitError
		if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 7 {
			t.Error(err)
		}
	})
	t.Run("held up", func(t *testing.T) {
		// Without a reader the command must stop by itself, a megabyte on and what pipes hold.
		command, err := session.Start(within(t, patience), "cat /dev/zero")
		if err != nil {
			t.Fatal(err)
		}
		io.ReadFull(command.Stdout, make([]byte, 10))
		time.Sleep(300 * time.Millisecond)
		status, err := session.Daemon().Status(within(t, patience))
		if err != nil || status.Sessions[0].BytesReceived > 100<<20 {
			t.Errorf("got %+v, %v", status, err)
		}
		command.Signal(sshrpc.SIGKILL)
		io.Copy(io.Discard, command.Stdout)
		var exit *sshrpc.ExitError
		if err := command.Wait(); !errors.As(err, &exit) || exit.Result.Signal != sshrpc.SIGKILL {
			t.Error(err)
		}
	})
}

func TestStreamCancel(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	command, err := session.Start(ctx, "echo $$; exec sleep 300", sshrpc.StdinPipe())
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(command.Stdout, &pid); err != nil {
		t.Fatal(err)
	}
	cancel()
	rest, err := io.ReadAll(command.Stdout)
	if !errors.Is(err, context.Canceled) || len(strings.TrimSpace(string(rest))) > 0 {
		t.Errorf("got %q, %v", rest, err)
	}
	if err := command.Wait(); !errors.Is(err, context.Canceled) || !errors.Is(err, sshrpc.ErrCancelled) {
		t.Errorf("got %v", err)
	}
	if _, err := command.Stdin.Write([]byte("x")); err == nil {
		t.Error("no error")
	}
	eventually(t, "the remote command is gone", func() bool { return !isAlive(pid) })
}

func TestStreamFails(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	command, err := session.Start(within(t, patience), "true", sshrpc.Env(map[string]string{"NO_SUCH": "x"}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = command.Stdout.Read(make([]byte, 1))
	wantKind(t, err, sshrpc.ErrChannelRequestDenied)
	wantKind(t, command.Wait(), sshrpc.ErrChannelRequestDenied)
}

// What comes too late says why the command has ended: nobody has cancelled anything.
func TestStreamEnded(t *testing.T) {
	alone(t)
	leavesNothing(t)
	for _, test := range []struct {
		name string
		end  func(server *server, session *sshrpc.Session)
		want sshrpc.Kind
	}{
		{"the connection is lost", func(server *server, _ *sshrpc.Session) { server.ask(t, "kill", nil) }, sshrpc.ErrConnectionLost},
		{"the daemon is killed", func(_ *server, session *sshrpc.Session) {
			syscall.Kill(session.Daemon().PID(), syscall.SIGKILL)
		}, sshrpc.ErrDaemonEnded},
		{"the session is closed", func(_ *server, session *sshrpc.Session) { session.Close() }, sshrpc.ErrClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, session := dialedOwnServer(t)
			command := startedCat(within(t, patience), t, session)
			test.end(server, session)
			soon(t, "the command is done", command.Done())
			err := command.Signal(sshrpc.SIGTERM)
			if wantKind(t, err, test.want); errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			_, err = command.Stdin.Write([]byte("x"))
			if wantKind(t, err, test.want); errors.Is(err, context.Canceled) || !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("got %v", err)
			}
			if err := command.Stdin.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// An error of the caller's writer is handed on as it is, whatever it is an error of.
func TestStreamToAnother(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	others := &sshrpc.ExitError{Result: &sshrpc.Result{ExitCode: 9}}
	_, err := session.Run(within(t, patience), "echo x", sshrpc.Stdout(failingWriter{others}))
	if err != others || others.ExitCode() != 9 {
		t.Errorf("got %v", err)
	}
	command, err := session.Start(within(t, patience), "echo x; exec cat", sshrpc.StdinPipe(), sshrpc.Stdout(failingWriter{others}))
	if err != nil {
		t.Fatal(err)
	}
	soon(t, "the command is done", command.Done())
	err = command.Signal(sshrpc.SIGTERM)
	if wantKind(t, err, sshrpc.ErrCommandNotFound); errors.Is(err, context.Canceled) {
		t.Errorf("got %v, and nobody cancelled", err)
	}
}

func TestStreamOptions(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	ctx := within(t, patience)
	for name, options := range map[string][]sshrpc.RunOption{
		"StdinPipe in Run":           {sshrpc.StdinPipe()},
		"StdinPipe in Run, streamed": {sshrpc.StdinPipe(), sshrpc.Stdout(io.Discard)},
		"two inputs":                 {sshrpc.StdinPipe(), sshrpc.Stdin(strings.NewReader(""))},
		"less than nothing":          {sshrpc.MaxOutput(-1), sshrpc.Stdout(io.Discard)},
		"more than is held":          {sshrpc.MaxOutput(1 << 40), sshrpc.Stdout(io.Discard)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := session.Run(ctx, "echo x; echo y >&2; cat", options...)
			wantKind(t, err, sshrpc.ErrInvalidParams)
		})
	}
	_, err := session.Start(ctx, "true", sshrpc.MaxOutput(-1))
	wantKind(t, err, sshrpc.ErrInvalidParams)
}
