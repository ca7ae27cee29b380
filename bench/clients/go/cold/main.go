// One command, by sshrpc.
package main

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func main() {
	env := os.Getenv
	config := &sshrpc.Config{
		IdentityFiles: []string{env("BENCH_KEY")},
		KnownHosts:    []string{env("BENCH_KNOWN_HOSTS")},
		Agent:         "none",
	}
	if env("BENCH_SHARED") != "" {
		config.Shared, config.Persist = true, 10*time.Minute
	}
	ctx := context.Background()
	session, err := sshrpc.Dial(ctx, env("BENCH_USER")+"@"+env("BENCH_HOST")+":"+env("BENCH_PORT"), config)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	result, err := session.Run(ctx, "echo "+env("BENCH_ANSWER"))
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(result.Stdout)
}
