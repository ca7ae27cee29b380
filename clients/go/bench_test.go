package sshrpc_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

// What the client costs: BenchmarkWire is the least there is, one request's bytes out and one reply's
// in; the others say how much more it is.
//
//	go test -run '^$' -bench . .

func BenchmarkWire(b *testing.B) {
	daemon := exec.Command("node", os.Getenv("SSHRPC_DAEMON"))
	stdin, err := daemon.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := daemon.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		b.Fatal(err)
	}
	defer daemon.Wait()
	defer stdin.Close()
	replies := bufio.NewReader(stdout)
	call := func() {
		body := `{"jsonrpc":"2.0","id":1,"method":"daemon.status"}`
		fmt.Fprintf(stdin, "Content-Length: %d\r\n\r\n%s", len(body), body)
		if _, _, err := sshrpc.ReadFrame(replies); err != nil {
			b.Fatal(err)
		}
	}
	call()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		call()
	}
}

func startedDaemon(b *testing.B) *sshrpc.Daemon {
	daemon, err := sshrpc.StartDaemon(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { daemon.Close() })
	b.ResetTimer()
	return daemon
}

func BenchmarkStatus(b *testing.B) {
	daemon := startedDaemon(b)
	for i := 0; i < b.N; i++ {
		if _, err := daemon.Status(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatusParallel(b *testing.B) {
	daemon := startedDaemon(b)
	b.SetParallelism(50)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := daemon.Status(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	session := dialed(b)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := session.Run(context.Background(), "true"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRunOutput(b *testing.B) {
	session := dialed(b)
	const size = 16 << 20
	b.SetBytes(size)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		result, err := session.Run(context.Background(), fmt.Sprintf("head -c %d /dev/zero", size))
		if err != nil || len(result.Stdout) != size {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeBase64(b *testing.B) {
	value, encoding, _ := sshrpc.EncodeBytes(bytes.Repeat([]byte{0xff, 0}, 8<<20), false)
	b.SetBytes(16 << 20)
	for i := 0; i < b.N; i++ {
		if _, err := sshrpc.DecodeBytes(value, encoding, nil); err != nil {
			b.Fatal(err)
		}
	}
}
