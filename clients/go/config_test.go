package sshrpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestConfig(t *testing.T) {
	leavesNothing(t)
	server := sshd(t)
	folder := t.TempDir()
	login := func(t *testing.T, address string, change func(*sshrpc.Config)) *sshrpc.Session {
		t.Helper()
		config := server.config()
		change(config)
		session, err := sshrpc.Dial(within(t, patience), address, config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { session.Close() })
		if result, err := session.Run(within(t, patience), "echo hi"); string(result.Stdout) != "hi\n" {
			t.Error(result, err)
		}
		return session
	}

	t.Run("Via, and its end", func(t *testing.T) {
		via := login(t, server.address(), func(*sshrpc.Config) {})
		session := login(t, server.address(), func(c *sshrpc.Config) { c.Via = via })
		further := login(t, server.address(), func(c *sshrpc.Config) { c.Via = session })
		apart := login(t, server.address(), func(*sshrpc.Config) {})
		if err := session.Err(); err != nil {
			t.Errorf("ended early: %v", err)
		}
		via.Close()
		for _, over := range []*sshrpc.Session{
			session, further, sshrpc.AddSessionOver(via), sshrpc.AddSessionOver(session),
		} {
			soon(t, "a session over it has ended", over.Done())
			wantKind(t, over.Err(), sshrpc.ErrClosed)
		}
		for _, over := range []*sshrpc.Session{session, further} {
			if _, err := over.Run(within(t, patience), "true"); !errors.Is(err, sshrpc.ErrClosed) {
				t.Errorf("got %v", err)
			}
		}
		if err := apart.Err(); err != nil {
			t.Errorf("one that doesn't run over it has ended: %v", err)
		}
		config := server.config()
		config.Via = via
		_, err := sshrpc.Dial(within(t, patience), server.address(), config)
		wantKind(t, err, sshrpc.ErrClosed)
	})

	t.Run("Via, of a daemon of its own", func(t *testing.T) {
		daemon, via := dialedOwnDaemon(t)
		session := login(t, server.address(), func(c *sshrpc.Config) { c.Via = via })
		if session.Daemon() != daemon {
			t.Error("another daemon")
		}
		config := server.config()
		config.Via = login(t, server.address(), func(*sshrpc.Config) {})
		_, err := daemon.Dial(within(t, patience), server.address(), config)
		wantKind(t, err, sshrpc.ErrInvalidParams)
	})

	t.Run("SSHConfigFile", func(t *testing.T) {
		file := filepath.Join(folder, "config")
		text := fmt.Sprintf("Host alias\n  HostName %s\n  Port %d\n  User %s\n  ForwardAgent yes\n",
			server.Host, server.Port, server.Username)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		ignored := login(t, "alias", func(c *sshrpc.Config) { c.SSHConfigFile = file }).Ignored()
		if !reflect.DeepEqual(ignored, []string{"forwardagent yes"}) {
			t.Errorf("ignored: got %q", ignored)
		}
		// And who it is that answers a prompt, although the names differ.
		config := server.config()
		config.Password, config.SSHConfigFile = "", file
		session, err := sshrpc.Dial(within(t, patience), "alias", answering(config, server.Password))
		if err != nil {
			t.Fatal(err)
		}
		session.Close()
	})

	t.Run("ProxyCommand", func(t *testing.T) {
		login(t, server.address(), func(c *sshrpc.Config) {
			c.ProxyCommand = `node -e 'const s = require("net").connect(+process.argv[2], process.argv[1]); process.stdin.pipe(s).pipe(process.stdout)' %h %p`
		})
	})

	t.Run("SocketPath", func(t *testing.T) {
		path := filepath.Join(folder, "socket")
		login(t, "name.invalid", func(c *sshrpc.Config) {
			c.Username, c.SocketPath = server.Username, forwardedSocket(t, path, server)
		})
		config := server.config()
		config.SocketPath = path + ".missing"
		_, err := sshrpc.Dial(within(t, patience), server.address(), config)
		wantKind(t, err, sshrpc.ErrConnectFailed)
	})

	t.Run("SocketPath, with Via", func(t *testing.T) {
		via := login(t, server.address(), func(*sshrpc.Config) {})
		// Whoever cleans the path without a look at the link makes another one of it.
		if _, err := via.Run(within(t, patience), "mkdir -p deep/folder && ln -sfn deep/folder link"); err != nil {
			t.Fatal(err)
		}
		path := forwardedSocket(t, filepath.Join(server.Home, "deep", "socket"), server)
		// The jump host's account may be another one.
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
		login(t, "name.invalid", func(c *sshrpc.Config) {
			c.Username, c.Via, c.SocketPath = server.Username, via, server.Home+"/link/../socket"
		})
	})

	t.Run("Algorithms", func(t *testing.T) {
		old := startServer(t, `{"config":["KexAlgorithms diffie-hellman-group14-sha1"]}`)
		defer old.stop()
		_, err := sshrpc.Dial(within(t, patience), old.address(), old.config())
		wantKind(t, err, sshrpc.ErrHandshakeFailed)
		login(t, old.address(), func(c *sshrpc.Config) {
			c.Password = old.Password
			c.Algorithms.Kex = []string{"diffie-hellman-group14-sha1"}
		})
		config := server.config()
		config.Algorithms.MAC = []string{"rot13"}
		_, err = sshrpc.Dial(within(t, patience), server.address(), config)
		wantKind(t, err, sshrpc.ErrInvalidParams)
	})

	t.Run("Agent, keepalive and the rest", func(t *testing.T) {
		login(t, server.address(), func(c *sshrpc.Config) {
			c.Agent, c.IdentitiesOnly = "none", true
			c.KeepaliveInterval, c.KeepaliveCountMax, c.IdleTimeout = -1, 5, patience
			c.MaxChannels = 1
		})
		config := server.config()
		config.KeepaliveCountMax = 1001
		_, err := sshrpc.Dial(within(t, patience), server.address(), config)
		wantKind(t, err, sshrpc.ErrInvalidParams)
	})

	t.Run("IdleTimeout", func(t *testing.T) {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		_, err = sshrpc.Dial(within(t, patience), silent.Addr().String(), &sshrpc.Config{IdleTimeout: 200 * time.Millisecond})
		var e *sshrpc.Error
		if !errors.As(err, &e) || e.Phase != "banner" {
			t.Errorf("got %v", err)
		}
		wantKind(t, err, sshrpc.ErrTimeout)
	})
}

// TestConfigIsWhole fills every field of a Config: no param of the contract's ssh.new may be left.
func TestConfigIsWhole(t *testing.T) {
	config := &sshrpc.Config{Via: &sshrpc.Session{}}
	fill(t, reflect.ValueOf(config).Elem())
	address := config.Username + "@example.org:2222"
	unset, err := sshrpc.UnsetParams(within(t, patience), address, config)
	// Token is Dial's own, to know whom a prompt is for.
	if err != nil || !reflect.DeepEqual(unset, []string{"Token"}) {
		t.Error(unset, err)
	}
}

func fill(t *testing.T, config reflect.Value) {
	for i := 0; i < config.NumField(); i++ {
		switch field := config.Field(i); field.Kind() {
		case reflect.String:
			field.SetString("/some")
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"/some"}))
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Int, reflect.Int64:
			field.SetInt(int64(time.Second))
		case reflect.Struct:
			fill(t, field)
		case reflect.Func, reflect.Ptr:
			// Callbacks, the daemon, and Via.
		default:
			t.Fatalf("a field of kind %s", field.Kind())
		}
	}
}

// forwardedSocket gives a Unix socket whose connections are the server's.
func forwardedSocket(t *testing.T, path string, to *server) string {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", net.JoinHostPort(to.Host, fmt.Sprint(to.Port)))
			if err != nil {
				socket.Close()
				return
			}
			for _, pair := range [][2]net.Conn{{socket, upstream}, {upstream, socket}} {
				go func(from, to net.Conn) {
					io.Copy(to, from)
					to.Close()
				}(pair[0], pair[1])
			}
		}
	}()
	return path
}

// answering gives a Config whose prompts are answered with a password.
func answering(config *sshrpc.Config, password string) *sshrpc.Config {
	config.Prompt = func(context.Context, *sshrpc.Prompt) ([]string, error) { return []string{password}, nil }
	return config
}
