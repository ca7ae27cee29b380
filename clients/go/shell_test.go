package sshrpc_test

import (
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestShell(t *testing.T) {
	leavesNothing(t)
	shell, err := dialed(t).Shell(within(t, patience), sshrpc.OnPTY(sshrpc.PTY{Columns: 100, Rows: 30}))
	ok(t, err)
	defer shell.Close()
	ok(t, shell.Send("PS1=; printf '%s>\\n' ready\r"))
	_, err = shell.Expect(patience, "ready>\r\n")
	ok(t, err)
	ok(t, shell.Resize(120, 40))
	ok(t, shell.Send("stty size\r"))
	match, err := shell.Expect(patience, "never", regexp.MustCompile(`(\d+) (\d+)\r\n`))
	if err != nil || match.Index != 1 || match.Groups[0] != "40" || match.Groups[1] != "120" {
		t.Fatal(match, err)
	}
	ok(t, shell.Send("echo st''ays\r"))
	_, err = shell.Expect(300*time.Millisecond, "never")
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.Is(err, sshrpc.ErrTimeout) {
		t.Error(err)
	}
	// What was read is there still.
	_, err = shell.Expect(patience, "stays\r\n")
	ok(t, err)
	ok(t, shell.Send("exit 3\r"))
	if _, err := shell.Expect(patience, "never"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if match, err := shell.Expect(patience, io.EOF); err != nil || !strings.Contains(match.Before, "exit 3") {
		t.Error(match, err)
	}
	var exit *sshrpc.ExitError
	if err := shell.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Error(err)
	}
	_, err = shell.Expect(patience, 7)
	wantKind(t, err, sshrpc.ErrInvalidParams)
}

// device is a prompt as a switch has it: it echoes, pages, and shows its prompt anew for an empty line.
const device = `stty -echo -icanon; IFS=
key() { dd bs=1 count=1 2>/dev/null; }
printf 'Welcome\n\nsw1# '
while read -r line; do
  printf '%s\n' "$line"
  case $line in
    show*) printf 'line 1\nline 2\n --More-- '; key >/dev/null; printf '\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bline 3\n';;
    color) printf '\033[1;32mgreen\033[0m\n';;
    hang) sleep 60;;
  esac
  printf 'sw1# '
done`

func TestShellCommand(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	for _, prompt := range []any{nil, "sw1# ", regexp.MustCompile(`sw\d+[>#] `)} {
		shell, err := session.Shell(within(t, patience))
		ok(t, err)
		ok(t, session.Files().WriteFile("device.sh", []byte(device), 0o644))
		ok(t, shell.Send("exec sh device.sh\r"))
		_, err = shell.Expect(patience, "Welcome\r\n")
		ok(t, err)
		shell.Prompt = prompt
		for command, want := range map[string]string{"show version": "line 1\nline 2\nline 3\n", "color": "green\n", "": ""} {
			if got, err := shell.Command(command); got != want || err != nil {
				t.Fatalf("%v: %q: %q, %v", prompt, command, got, err)
			}
		}
		shell.Within = 300 * time.Millisecond
		_, err = shell.Command("hang")
		wantKind(t, err, sshrpc.ErrTimeout)
		shell.Close()
	}
}

func TestShellCommandOfBash(t *testing.T) {
	leavesNothing(t)
	shell, err := dialed(t).Shell(within(t, patience), sshrpc.OnPTY(sshrpc.PTY{Columns: 500}))
	ok(t, err)
	defer shell.Close()
	if got, err := shell.Command("echo one; echo two"); got != "one\ntwo\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestShellWithoutPTY(t *testing.T) {
	leavesNothing(t)
	shell, err := dialed(t).Shell(within(t, patience), sshrpc.NoPTY())
	ok(t, err)
	ok(t, shell.Send("tty; echo out; echo err >&2\n"))
	ok(t, shell.Stdin.Close())
	shown, err := io.ReadAll(shell)
	if err != nil || string(shown) != "not a tty\nout\n" {
		t.Errorf("%q, %v", shown, err)
	}
	ok(t, shell.Wait())
}

func TestSubsystem(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	sftp, err := session.Subsystem(within(t, patience), "sftp", sshrpc.StdinPipe())
	ok(t, err)
	// SSH_FXP_INIT, and the server's SSH_FXP_VERSION.
	_, err = sftp.Stdin.Write([]byte{0, 0, 0, 5, 1, 0, 0, 0, 3})
	ok(t, err)
	version := make([]byte, 9)
	if _, err := io.ReadFull(sftp.Stdout, version); err != nil || version[4] != 2 || version[8] != 3 {
		t.Error(version, err)
	}
	ok(t, sftp.Stdin.Close())
	ok(t, sftp.Stdout.Close())
	ok(t, sftp.Wait())
	missing, err := session.Subsystem(within(t, patience), "missing")
	ok(t, err)
	wantKind(t, missing.Wait(), sshrpc.ErrChannelRequestDenied)
}
