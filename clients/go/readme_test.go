// Not under the race detector, as http_test.go.

//go:build !race

package sshrpc_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme runs README.md's examples of use as they stand, with another address.
func TestReadme(t *testing.T) {
	server := sshd(t)
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```go\n")
	first, rest, found := strings.Cut(rest, "```")
	if lines := strings.Count(first, "\n"); !found || lines >= 10 {
		t.Errorf("%d lines", lines)
	}
	_, rest, _ = strings.Cut(rest, "## Files, shells, tunnels\n\n```go\n")
	second, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no second example")
	}
	body := strings.Replace(first+second, "alice@example.org", server.address(), 1)
	body = strings.Replace(body, "defer session.Close()", "defer session.Close()\n\tinner := os.Args[1]", 1)
	program := "package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"io/fs\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n\t\"strings\"\n\n" +
		"\t\"github.com/sshrpc/sshrpc/clients/go\"\n)\n\nfunc main() {\n" + body + "}\n"
	folder, err := os.MkdirTemp(".", "_readme-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "example")
	build := exec.Command("go", "build", "-o", binary, file)
	if goroot := os.Getenv("GO"); goroot != "" {
		build.Path = goroot
	}
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	inner := httptest.NewServer(http.NotFoundHandler())
	defer inner.Close()
	run := exec.Command(binary, inner.URL)
	run.Env = append(os.Environ(), "PASSWORD="+server.Password)
	want := "Linux\n<nil>\nsite\nsite/css\nsite/index.html\n<h1>Hello</h1>\ncss  index.html\n404 Not Found <nil>\n"
	if output, err := run.CombinedOutput(); err != nil || string(output) != want {
		t.Errorf("got %q, %v", output, err)
	}
}
