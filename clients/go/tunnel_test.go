package sshrpc_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// echo serves connections with what they send, up to its end, until the test ends.
func echo(t *testing.T, listener net.Listener) {
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
}

func echoServer(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	echo(t, listener)
	return listener.Addr().String()
}

// talk sends and wants the same back, with the end behind it.
func talk(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	go func() {
		io.WriteString(conn, text)
		conn.(interface{ CloseWrite() error }).CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	if string(got) != text || err != nil {
		t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
	}
	conn.Close()
}

func TestDialThrough(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	conn, err := session.Dial("tcp", echoServer(t))
	ok(t, err)
	talk(t, conn, strings.Repeat("there and back\n", 300000))
	if _, err := conn.Write([]byte("x")); err == nil {
		t.Error("written to a closed connection")
	}
	if err := conn.Close(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}

	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", path)
	ok(t, err)
	ok(t, os.Chmod(path, 0o777))
	for folder := filepath.Dir(path); folder != os.TempDir() && len(folder) > 4; folder = filepath.Dir(folder) {
		ok(t, os.Chmod(folder, 0o755))
	}
	echo(t, listener)
	conn, err = session.Dial("unix", path)
	ok(t, err)
	talk(t, conn, "by a Unix socket")

	var op *net.OpError
	_, err = session.Dial("tcp", "127.0.0.1:1")
	if wantKind(t, err, sshrpc.ErrConnectFailed); !errors.As(err, &op) {
		t.Errorf("%T", err)
	}
	_, err = session.Dial("udp", "127.0.0.1:1")
	if !errors.As(err, &op) {
		t.Error(err)
	}
}

func TestDialDeadlines(t *testing.T) {
	leavesNothing(t)
	conn, err := dialed(t).DialContext(within(t, patience), "tcp", echoServer(t))
	ok(t, err)
	defer conn.Close()
	reading := make(chan error)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		reading <- err
	}()
	ok(t, conn.SetDeadline(time.Now().Add(-time.Second)))
	var timeout net.Error
	if err := <-reading; !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Error(err)
	}
	// However quick it is.
	for n := 0; n < 100; n++ {
		if _, err := conn.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(n, err)
		}
	}
	ok(t, conn.SetDeadline(time.Time{}))
	_, err = conn.Write([]byte("on"))
	ok(t, err)
	piece := make([]byte, 2)
	if _, err := io.ReadFull(conn, piece); err != nil || string(piece) != "on" {
		t.Error(piece, err)
	}
}

func TestForwards(t *testing.T) {
	leavesNothing(t)
	session, target := dialed(t), echoServer(t)
	local, err := session.ForwardLocal(within(t, patience), "127.0.0.1:0", target)
	ok(t, err)
	remote, err := session.ForwardRemote(within(t, patience), "", target)
	ok(t, err)
	for _, f := range []*sshrpc.Forward{local, remote} {
		conn, err := net.Dial(f.Addr().Network(), f.Addr().String())
		ok(t, err)
		talk(t, conn, "through a forward")
		ok(t, f.Close())
		if err := f.Err(); err != net.ErrClosed {
			t.Error(err)
		}
		if conn, err := net.Dial(f.Addr().Network(), f.Addr().String()); err == nil {
			conn.Close()
			t.Error("it listens")
		}
	}
	failures := make(chan error, 1)
	path := filepath.Join(t.TempDir(), "socket")
	broken, err := session.ForwardLocal(within(t, patience), path, "127.0.0.1:1", sshrpc.OnForwardFailure(func(err error) { failures <- err }))
	ok(t, err)
	conn, err := net.Dial("unix", path)
	ok(t, err)
	defer conn.Close()
	wantKind(t, <-failures, sshrpc.ErrConnectFailed)
	ok(t, broken.Abort())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer taken.Close()
	_, err = session.ForwardLocal(within(t, patience), taken.Addr().String(), target)
	wantKind(t, err, sshrpc.ErrForwardRefused)
	_, err = session.ForwardLocal(within(t, patience), "no port", target)
	wantKind(t, err, sshrpc.ErrInvalidParams)
	last, err := session.ForwardLocal(within(t, patience), "", target)
	ok(t, err)
	session.Close()
	soon(t, "the forward has ended", last.Done())
	if err := last.Err(); !errors.Is(err, sshrpc.ErrClosed) {
		t.Error(err)
	}
}

func TestForwardDynamic(t *testing.T) {
	leavesNothing(t)
	session, target := dialed(t), echoServer(t)
	f, err := session.ForwardDynamic(within(t, patience), "")
	ok(t, err)
	defer f.Close()
	conn, err := net.Dial("tcp", f.Addr().String())
	ok(t, err)
	address, err := net.ResolveTCPAddr("tcp", target)
	ok(t, err)
	_, err = conn.Write([]byte{4, 1, byte(address.Port >> 8), byte(address.Port), 127, 0, 0, 1, 0}) // SOCKS 4
	ok(t, err)
	reply := make([]byte, 8)
	if _, err := io.ReadFull(conn, reply); err != nil || reply[1] != 90 {
		t.Fatal(reply, err)
	}
	talk(t, conn, "through SOCKS")
}

func TestListen(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	listener, err := session.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	echo(t, listener)
	for i := 0; i < 2; i++ {
		conn, err := net.Dial("tcp", listener.Addr().String())
		ok(t, err)
		talk(t, conn, strings.Repeat("to the listener and back\n", 10000))
	}
	lost, err := session.Listen("tcp", ":0")
	ok(t, err)
	go session.Close()
	if _, err := lost.Accept(); !errors.Is(err, sshrpc.ErrClosed) {
		t.Error(err)
	}
	_, err = session.Listen("udp", ":0")
	if err == nil {
		t.Error("no error")
	}
}
