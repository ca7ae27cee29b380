package sshrpc_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	documentBlock = regexp.MustCompile("(?s)```go\n// (\\S+)\n(.*?)```")
	blockImports  = regexp.MustCompile(`(?ms)^import (?:\((.*?)^\)|(".*?"))\n`)
	blockImport   = regexp.MustCompile(`"(.*?)"`)
)

// TestDocument runs the programs that docs/from-x-crypto.md is made of, theirs and ours, and compares what
// they print.
func TestDocument(t *testing.T) {
	server := sshd(t)
	text, err := os.ReadFile(filepath.Join(repository(), "docs", "from-x-crypto.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]string{}
	for _, found := range documentBlock.FindAllStringSubmatch(string(text), -1) {
		blocks[found[1]] = append(blocks[found[1]], found[2])
	}
	ours, theirs := blocks["sshrpc"], blocks["x/crypto"]
	fences := len(regexp.MustCompile("(?m)^```\\w").FindAllString(string(text), -1))
	if len(ours) != len(theirs) || len(ours) < 5 || len(ours)+len(theirs) != fences {
		t.Fatalf("%d blocks of ours, %d of theirs, %d in all", len(ours), len(theirs), fences)
	}
	// Ours comes first, and records the host key, which theirs must know.
	home := t.TempDir()
	output := runDocument(t, server, ours, home, ".", nil)
	if !strings.Contains(output, "Linux") {
		t.Errorf("got %s", output)
	}
	const debian = "/usr/share/gocode"
	for _, module := range []string{"golang.org/x/crypto/ssh", "github.com/pkg/sftp"} {
		if _, err := os.Stat(filepath.Join(debian, "src", module)); err != nil {
			t.Skipf("there is no %s to compare with (Debian's golang-*-dev); ours ran", module)
		}
	}
	env := []string{"GO111MODULE=off", "GOPATH=" + debian}
	if other := runDocument(t, server, theirs, home, t.TempDir(), env); other != output {
		t.Errorf("theirs:\n%s\nours:\n%s", other, output)
	}
}

// runDocument builds the blocks as one program within a folder, and gives what it prints.
func runDocument(t *testing.T, server *server, blocks []string, home, within string, env []string) string {
	t.Helper()
	folder, err := os.MkdirTemp(within, "_document-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	address := strings.TrimPrefix(server.address(), server.Username+"@")
	body := strings.NewReplacer(
		"inner.example.org:22", strings.Replace(address, server.Host, "localhost", 1),
		"example.org:22", address,
		"/home/alice", home,
		`"alice"`, `"`+server.Username+`"`,
		"alice@", server.Username+"@",
		`"secret"`, `"`+server.Password+`"`,
	).Replace(strings.Join(blocks, ""))
	imports := map[string]bool{}
	for _, found := range blockImports.FindAllString(body, -1) {
		for _, path := range blockImport.FindAllStringSubmatch(found, -1) {
			imports[path[1]] = true
		}
	}
	body = blockImports.ReplaceAllString(body, "")
	// Those of the standard library, which the document leaves out.
	for _, path := range strings.Fields("bufio context errors fmt io io/fs log os strings time") {
		if regexp.MustCompile(`\b` + filepath.Base(path) + `\.`).MatchString(body) {
			imports[path] = true
		}
	}
	imports["log"], imports["fmt"] = true, true
	program := "package main\n\n"
	for path := range imports {
		program += "import \"" + path + "\"\n"
	}
	program += "\nfunc run() error {\n" + body + "return nil\n}\n\n" +
		"func main() {\n\tif err := run(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tfmt.Println(\"done\")\n}\n"
	file := filepath.Join(folder, "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "program")
	build := exec.Command("go", "build", "-o", binary, file)
	if goroot := os.Getenv("GO"); goroot != "" {
		build.Path = goroot
	}
	build.Env = append(os.Environ(), env...)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, output, program)
	}
	run := exec.Command(binary)
	run.Env = append(os.Environ(), "HOME="+home)
	output, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}
