// A login shell on a server, at this terminal, as ssh has it: go run . [user@]host[:port]
//
// The user's ssh_config says what the name doesn't. Where stdin is no terminal the shell has none either, and reads
// commands from there up to its end. The exit status is the shell's, 255 where there was none.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"unicode"

	"github.com/sshrpc/sshrpc/clients/go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: shell [user@]host[:port]")
		os.Exit(2)
	}
	code, err := talk(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func talk(target string) (int, error) {
	settings, err := stty("-g")
	isTerminal := err == nil
	config := &sshrpc.Config{SSHConfig: true}
	if isTerminal {
		config.Prompt, config.TrustHostKey = answer, trust
	}
	session, err := sshrpc.Dial(context.Background(), target, config)
	if err != nil {
		return 255, err
	}
	defer session.Close()

	options := []sshrpc.RunOption{sshrpc.Stdin(os.Stdin), sshrpc.Stdout(os.Stdout), sshrpc.Stderr(os.Stderr)}
	if isTerminal {
		columns, rows := size()
		options = append(options, sshrpc.OnPTY(sshrpc.PTY{Term: os.Getenv("TERM"), Columns: columns, Rows: rows}))
	} else {
		options = append(options, sshrpc.NoPTY())
	}
	shell, err := session.Shell(context.Background(), options...)
	if err != nil {
		return 255, err
	}
	if isTerminal {
		if _, err := stty("raw", "-echo"); err != nil {
			return 255, err
		}
		defer stty(strings.TrimSpace(settings))
		resized := make(chan os.Signal, 1)
		signal.Notify(resized, syscall.SIGWINCH)
		go func() {
			for range resized {
				shell.Resize(size())
			}
		}()
	}
	err = shell.Wait()
	var exit *sshrpc.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode(), nil
	}
	return 255, err
}

// stty runs stty(1) on our terminal: Go's own package for it isn't of its standard library.
func stty(arguments ...string) (string, error) {
	command := exec.Command("stty", arguments...)
	command.Stdin = os.Stdin
	output, err := command.Output()
	return string(output), err
}

func size() (columns, rows int) {
	shown, _ := stty("size")
	fmt.Sscan(shown, &rows, &columns)
	return columns, rows
}

// answer answers what the login asks.
func answer(_ context.Context, prompt *sshrpc.Prompt) (answers []string, err error) {
	for _, question := range prompt.Questions {
		text := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, question.Text)
		line, err := readLine(text, !question.Echo)
		if err != nil {
			return nil, err
		}
		answers = append(answers, line)
	}
	return answers, nil
}

func trust(_ context.Context, key *sshrpc.HostKeyPrompt) (bool, error) {
	fmt.Printf("The host key of %s is %s: %s %s\n", key.Host, key.Reason, key.Type, key.Fingerprint)
	line, err := readLine("Trust it (yes/no)? ", false)
	return line == "yes", err
}

func readLine(text string, isSecret bool) (string, error) {
	if isSecret {
		stty("-echo")
		defer fmt.Println()
		defer stty("echo")
	}
	fmt.Print(text)
	// A byte at a time: what is behind the line is the shell's.
	line, err := bufio.NewReaderSize(oneByte{os.Stdin}, 16).ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

type oneByte struct{ io.Reader }

func (r oneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:1]) }
