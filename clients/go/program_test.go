package sshrpc_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestProgramOptions(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	result, err := session.Run(within(t, patience), `echo "$UNHEARD_OF"`,
		sshrpc.Env(map[string]string{"UNHEARD_OF": "it's here"}), sshrpc.ExportEnv())
	if err != nil || string(result.Stdout) != "it's here\n" {
		t.Error(result, err)
	}
	for _, limit := range limits {
		result, err = session.Run(within(t, 2*patience), "echo one; sleep 600", sshrpc.IdleOutput(limit))
		if result != nil && len(result.Stdout) > 0 {
			break
		}
	}
	if e := wantKind(t, err, sshrpc.ErrTimeout); string(e.Stdout) != "one\n" {
		t.Errorf("%q", e.Stdout)
	}
	result, err = session.Run(within(t, patience), "stty -a", sshrpc.OnPTY(sshrpc.PTY{Modes: map[string]int64{"ECHO": 0}}))
	if err != nil || !bytes.Contains(result.Stdout, []byte(" -echo ")) {
		t.Errorf("%s %v", result.Stdout, err)
	}
}

// TestNoKnownHosts: an empty list is sent as it is, and nothing is recorded.
func TestNoKnownHosts(t *testing.T) {
	leavesNothing(t)
	server, home := sshd(t), t.TempDir()
	ok(t, os.MkdirAll(filepath.Join(home, ".ssh"), 0o700))
	config := server.config()
	config.KnownHosts = []string{}
	config.Algorithms.PublicKey = []string{"rsa-sha2-512"}
	config.Daemon = &sshrpc.DaemonConfig{Env: append(os.Environ(), "HOME="+home)}
	session, err := sshrpc.Dial(within(t, patience), server.address(), config)
	ok(t, err)
	defer session.Close()
	if left, err := os.ReadDir(filepath.Join(home, ".ssh")); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}
