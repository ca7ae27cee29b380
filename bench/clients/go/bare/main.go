// The least that a Go program could do: prebuilt frames out, frames in. See ../../../README.md.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"bench/serve"
)

type bare struct {
	stdin   io.WriteCloser
	stdout  *bufio.Reader
	session string
}

func frame(method, params string) []byte {
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":{%s}}`, method, params)
	return []byte(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

func (b *bare) ask(frames ...[]byte) ([]byte, error) {
	for _, each := range frames {
		if _, err := b.stdin.Write(each); err != nil {
			return nil, err
		}
	}
	length := 0
	for {
		line, err := b.stdout.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line == "\r\n" {
			break
		}
		if strings.HasPrefix(line, "Content-Length: ") {
			fmt.Sscanf(line, "Content-Length: %d", &length)
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(b.stdout, body); err != nil {
		return nil, err
	}
	if start := body[:min(100, length)]; bytes.Contains(start, []byte(`"error"`)) {
		return nil, errors.New(string(body[:min(1000, length)]))
	}
	return body, nil
}

// min isn't built in before Go 1.21.
func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func (b *bare) Open() error {
	server := fmt.Sprintf(`"host":%q,"port":%s,"username":%q`, serve.Host, serve.Port, serve.User)
	keys := fmt.Sprintf(`"agent":false,"identityFiles":[%q],"knownHosts":[%q]`, serve.Key, serve.KnownHosts)
	opened, err := b.ask(frame("ssh.new", server+","+keys))
	if err != nil {
		return err
	}
	b.session = string(regexp.MustCompile(`"session":\d+`).Find(opened))
	return nil
}

func (b *bare) repeat(count int, request []byte) error {
	for n := 0; n < count; n++ {
		if _, err := b.ask(request); err != nil {
			return err
		}
	}
	return nil
}

func (b *bare) Call(count int) error {
	return b.repeat(count, frame("daemon.status", ""))
}

func (b *bare) Exec(count int, command string) error {
	return b.repeat(count, frame("session.exec", fmt.Sprintf(`%s,"command":%q`, b.session, command)))
}

func (b *bare) Get(remote, local string) error {
	return b.repeat(1, frame("session.scpRecv", fmt.Sprintf(`%s,"source":%q,"dest":%q`, b.session, remote, local)))
}

func (b *bare) Put(local, remote string) error {
	return b.repeat(1, frame("session.scpSendfile", fmt.Sprintf(`%s,"source":%q,"dest":%q`, b.session, local, remote)))
}

func (b *bare) Read(remote string) error {
	return b.repeat(1, frame("session.scpRecv", fmt.Sprintf(`%s,"source":%q`, b.session, remote)))
}

func (b *bare) Write(data []byte, remote string) error {
	params := fmt.Sprintf(`%s,"dest":%q,"data":[0,%d],"encoding":"binary"`, b.session, remote, len(data))
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"session.scpSend","params":{%s}}`, params)
	header := fmt.Sprintf("Content-Length: %d\r\nContent-Type: application/vnd.sshrpc; json=%d\r\n\r\n", len(body)+len(data), len(body))
	_, err := b.ask([]byte(header+body), data)
	return err
}

func start() (*bare, *exec.Cmd, error) {
	daemon := exec.Command("node", os.Getenv("SSHRPC_DAEMON"), "--stdio")
	stdin, err := daemon.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	stdout, err := daemon.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	b := &bare{stdin: stdin, stdout: bufio.NewReaderSize(stdout, 1<<18)}
	if err := daemon.Start(); err != nil {
		return nil, nil, err
	}
	_, err = b.ask(frame("initialize", `"capabilities":{"binaryFrames":true}`))
	return b, daemon, err
}

func main() {
	b, daemon, err := start()
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	serve.Serve(b)
	b.stdin.Close()
	daemon.Wait()
}
