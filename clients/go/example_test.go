package sshrpc_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	session, err := sshrpc.Dial(ctx, "alice@example.org", &sshrpc.Config{Password: os.Getenv("PASSWORD")})
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	result, err := session.Run(ctx, "uptime")
	var exit *sshrpc.ExitError
	switch {
	case errors.As(err, &exit):
		log.Printf("status %d: %s", exit.ExitCode(), result.Stderr)
	case errors.Is(err, context.DeadlineExceeded):
		log.Printf("so far: %s", result.Stdout)
	case err != nil:
		log.Fatal(err)
	}
}

// Output is read while the command runs, which goes no faster than it is read.
func ExampleSession_Start() {
	ctx := context.Background()
	session, err := sshrpc.Dial(ctx, "alice@example.org", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	command, err := session.Start(ctx, "tail -f /var/log/syslog")
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(command.Stdout)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "reboot") {
			break
		}
	}
	command.Stdout.Close()
	command.Signal(sshrpc.SIGTERM)
	log.Print(command.Wait())
}

func ExampleSession_Put() {
	ctx := context.Background()
	session, err := sshrpc.Dial(ctx, "alice@example.org", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	err = session.Put(ctx, "image.bin", "/tmp/image.bin", sshrpc.OnProgress(func(p sshrpc.Progress) {
		fmt.Printf("\r%d of %d bytes", p.Bytes, p.Total)
	}))
	if err != nil {
		log.Fatal(err)
	}
}

// A daemon of one's own is shared with nobody.
func ExampleStartDaemon() {
	ctx := context.Background()
	daemon, err := sshrpc.StartDaemon(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer daemon.Close()
	status, err := daemon.Status(ctx)
	fmt.Println(len(status.Sessions), err)
	// Output: 0 <nil>
}
