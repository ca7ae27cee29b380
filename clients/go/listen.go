package sshrpc

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Listen has the server listen, with the network "tcp" at "host:port", or with "unix" at a path of its, and gives
// the connections that come there. An empty host is 127.0.0.1, the port 0 any that is free: Addr has it. What
// addresses the server listens at is its own decision. Where the session ends, Accept gives why.
//
// Errors: *net.OpError, of those of ForwardRemote.
func (s *Session) Listen(network, address string) (net.Listener, error) {
	fail := func(err error) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: tunnelAddr{network, address}, Err: err}
	}
	if isPath := strings.Contains(address, "/"); isPath != (network == "unix") || network != "unix" && !strings.HasPrefix(network, "tcp") {
		return fail(net.UnknownNetworkError(network))
	}
	// The daemon's connections come to a socket that nobody else can reach.
	folder, err := os.MkdirTemp("", "sshrpc-")
	if err != nil {
		return fail(err)
	}
	path := filepath.Join(folder, "socket")
	here, err := net.Listen("unix", path)
	if err != nil {
		os.RemoveAll(folder)
		return fail(err)
	}
	f, err := s.ForwardRemote(context.Background(), address, path)
	if err != nil {
		here.Close()
		os.RemoveAll(folder)
		return fail(err)
	}
	l := &remoteListener{Listener: here, forward: f, folder: folder}
	go func() {
		<-f.done
		here.Close()
		os.RemoveAll(folder)
	}()
	return l, nil
}

type remoteListener struct {
	net.Listener
	forward *Forward
	folder  string
}

func (l *remoteListener) Addr() net.Addr { return l.forward.addr }

func (l *remoteListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if why := l.forward.Err(); err != nil && why != nil {
		err = &net.OpError{Op: "accept", Net: l.forward.addr.Network(), Addr: l.forward.addr, Err: why}
	}
	return conn, err
}

func (l *remoteListener) Close() error {
	_ = l.forward.Close()
	_ = l.Listener.Close()
	return nil
}
