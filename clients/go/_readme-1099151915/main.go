package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/sshrpc/sshrpc/clients/go"
)

func main() {
ctx := context.Background()
session, err := sshrpc.Dial(ctx, "alice@127.0.0.1:42935", &sshrpc.Config{Password: os.Getenv("PASSWORD")})
if err != nil {
	log.Fatal(err)
}
defer session.Close()
result, err := session.Run(ctx, "uname -s")
fmt.Printf("%s%v\n", result.Stdout, err)
}
