package main

import "log"
import "errors"
import "fmt"
import "io/fs"
import "strings"
import "time"
import "context"
import "github.com/sshrpc/sshrpc/clients/go"
import "bufio"
import "os"

func run() error {

ctx := context.Background()
session, err := sshrpc.Dial(ctx, "alice@127.0.0.1:37273", &sshrpc.Config{Password: "open-sesame"})
if err != nil {
	return err
}
defer session.Close()
result, err := session.Run(ctx, "uname -s")
fmt.Printf("%s%v\n", result.Stdout, err)
_, err = session.Run(ctx, "exit 3")
var exit *sshrpc.ExitError
if errors.As(err, &exit) {
	fmt.Println(exit.ExitCode())
}
_, err = session.Run(ctx, "sort", sshrpc.Stdin(strings.NewReader("b\na\n")), sshrpc.Stdout(os.Stdout))
if err != nil {
	return err
}
counting, err := session.Start(ctx, "seq 3")
if err != nil {
	return err
}
for lines := bufio.NewScanner(counting.Stdout); lines.Scan(); {
	fmt.Println(lines.Text())
}
fmt.Println(counting.Wait())
limited, cancel := context.WithTimeout(ctx, time.Second/2)
defer cancel()
_, err = session.Run(limited, "sleep 60")
fmt.Println(errors.Is(err, context.DeadlineExceeded))
files := session.Files()
if err := files.WriteFile("report.txt", []byte("the report\n"), 0o644); err != nil {
	return err
}
if err := files.Rename("report.txt", "old.txt"); err != nil {
	return err
}
info, err := files.Stat("old.txt")
if err != nil {
	return err
}
_, absent := files.Stat("report.txt")
fmt.Println(info.Name(), info.Size(), errors.Is(absent, fs.ErrNotExist))
if err := files.Remove("old.txt"); err != nil {
	return err
}
inner, err := sshrpc.Dial(ctx, "alice@localhost:37273", &sshrpc.Config{Password: "open-sesame", Via: session})
if err != nil {
	return err
}
defer inner.Close()
fmt.Println(inner.Username() != "")
return nil
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("done")
}
