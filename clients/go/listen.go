package sshrpc

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Listen has the server listen, and gives the connections that come there. The network is "tcp", with the address
// "host:port", or "unix", with a path on the server. An empty host means 127.0.0.1, port 0 any free port: Addr has
// it. The server decides at which addresses it listens. If the session ends, Accept returns the reason.
//
// Errors: *net.OpError, which wraps those of ForwardRemote.
func (s *Session) Listen(network, address string) (net.Listener, error) {
	fail := func(err error) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: tunnelAddr{network, address}, Err: err}
	}
	if isPath := strings.Contains(address, "/"); isPath != (network == "unix") || network != "unix" && !strings.HasPrefix(network, "tcp") {
		return fail(net.UnknownNetworkError(network))
	}
	// The daemon connects to a Unix socket in a folder that only this user may enter.
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
