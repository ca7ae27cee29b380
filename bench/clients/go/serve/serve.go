// Package serve is what the bench's programs in Go share: a line asks for work, a line answers. See
// ../../../README.md.
package serve

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

var (
	Host       = os.Getenv("BENCH_HOST")
	Port       = os.Getenv("BENCH_PORT")
	User       = os.Getenv("BENCH_USER")
	Key        = os.Getenv("BENCH_KEY")
	KnownHosts = os.Getenv("BENCH_KNOWN_HOSTS")
)

type Work interface {
	Open() error
	Call(count int) error
	Exec(count int, command string) error
	Get(remote, local string) error
	Put(local, remote string) error
	Read(remote string) error
	Write(data []byte, remote string) error
}

var contents = map[string][]byte{}

func content(path string) []byte {
	if contents[path] == nil {
		data, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		contents[path] = data
	}
	return contents[path]
}

// Serve does what the lines of stdin ask for, until stdin ends.
func Serve(work Work) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := append(strings.Split(lines.Text(), "\t"), "", "")
		if err := act(work, words[0], words[1], words[2]); err != nil {
			fmt.Println("error", err)
		} else {
			fmt.Println("ok")
		}
	}
}

func act(work Work, name, one, two string) error {
	count, _ := strconv.Atoi(one)
	switch name {
	case "open":
		return work.Open()
	case "call":
		return work.Call(count)
	case "exec":
		return work.Exec(count, two)
	case "get":
		return work.Get(one, two)
	case "put":
		return work.Put(one, two)
	case "read":
		return work.Read(one)
	case "write":
		return work.Write(content(one), two)
	}
	return fmt.Errorf("no such work: %s", name)
}
