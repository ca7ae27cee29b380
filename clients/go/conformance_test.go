package sshrpc_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

// The transcripts of test/conformance, replayed through the client's codec: test/conformance/README.md
// says what is in them.

type transcript struct {
	Description string
	Framings    []string
	Server      bool
	Steps       []map[string]json.RawMessage
}

func TestConformance(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(repository(), "test", "conformance", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Skip("no transcripts: this is no checkout of the repository")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var script transcript
		if err := json.Unmarshal(text, &script); err != nil {
			t.Fatal(path, err)
		}
		// This client has no use for lines.
		if !strings.Contains(strings.Join(script.Framings, " "), "content-length") {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) { script.replay(t) })
	}
}

func (script *transcript) replay(t *testing.T) {
	values := map[string]any{}
	if script.Server {
		server := sshd(t)
		values["host"], values["port"] = server.Host, float64(server.Port)
		values["username"], values["password"] = server.Username, server.Password
	}
	daemon := exec.Command("node", os.Getenv("SSHRPC_DAEMON"), "--stdio")
	daemon.Env = append(os.Environ(), "HOME="+t.TempDir())
	stdin, err := daemon.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { daemon.Process.Kill() })
	defer late.Stop()
	stdout := bufio.NewReaderSize(pipe, 64*1024)
	code := 0
	for i, step := range script.Steps {
		if fault := replayStep(step, values, stdin, stdout, &code); fault != nil {
			daemon.Process.Kill()
			daemon.Wait()
			t.Fatalf("step %d: %v", i+1, fault)
		}
	}
	stdin.Close()
	if rest, err := io.ReadAll(stdout); err != nil || len(rest) > 0 {
		t.Errorf("more came: %q, %v", rest, err)
	}
	daemon.Wait()
	if got := daemon.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code %d, not %d", got, code)
	}
}

func replayStep(step map[string]json.RawMessage, values map[string]any, w io.WriteCloser, r *bufio.Reader, code *int) error {
	binary := latin1(step["binary"])
	switch {
	case step["send"] != nil:
		messages := []any{nil}
		if step["send"][0] == '[' {
			json.Unmarshal(step["send"], &messages)
		} else {
			json.Unmarshal(step["send"], &messages[0])
		}
		var wire bytes.Buffer
		for _, message := range messages {
			text, err := json.Marshal(filled(message, values))
			if err != nil {
				return err
			}
			sshrpc.WriteFrame(&wire, text, binary)
		}
		_, err := w.Write(wire.Bytes())
		return err
	case step["sendText"] != nil:
		var text string
		json.Unmarshal(step["sendText"], &text)
		_, err := fmt.Fprintf(w, "Content-Length: %d\r\n\r\n%s", len(text), text)
		return err
	case step["sendBytes"] != nil:
		_, err := w.Write(latin1(step["sendBytes"]))
		return err
	case step["expect"] != nil:
		message, gotBinary, err := nextMessage(r)
		if err != nil {
			return err
		}
		if !bytes.Equal(gotBinary, binary) {
			return fmt.Errorf("the binary part is %q, not %q", gotBinary, binary)
		}
		return mismatch(decoded(step["expect"]), message, values, "message")
	case step["expectAnyOrder"] != nil:
		left := decoded(step["expectAnyOrder"]).([]any)
		for len(left) > 0 {
			message, _, err := nextMessage(r)
			if err != nil {
				return err
			}
			found := -1
			for i, each := range left {
				if found < 0 && mismatch(each, message, values, "message") == nil {
					found = i
				}
			}
			if found < 0 {
				return fmt.Errorf("%v is none of those expected", message)
			}
			left = append(left[:found], left[found+1:]...)
		}
		return nil
	case step["expectBytes"] != nil:
		want := latin1(step["expectBytes"])
		got := make([]byte, len(want))
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("got %q, %v, not %q", got, err, want)
		}
		return nil
	case step["endInput"] != nil:
		return w.Close()
	case step["expectExit"] != nil:
		// The end of its output comes with it.
		return json.Unmarshal(step["expectExit"], code)
	}
	return fmt.Errorf("unknown step %v", step)
}

func nextMessage(r *bufio.Reader) (any, []byte, error) {
	text, binary, err := sshrpc.ReadFrame(r)
	if err != nil {
		return nil, nil, err
	}
	var message any
	err = json.Unmarshal(text, &message)
	return message, binary, err
}

func decoded(text json.RawMessage) (value any) {
	json.Unmarshal(text, &value)
	return value
}

// latin1 gives the bytes of a string whose characters are one each.
func latin1(text json.RawMessage) (all []byte) {
	value, _ := decoded(text).(string)
	for _, char := range value {
		all = append(all, byte(char))
	}
	return all
}

// filled puts the values in where a message names them.
func filled(message any, values map[string]any) any {
	switch message := message.(type) {
	case map[string]any:
		if name, ok := message["$var"].(string); ok {
			return values[name]
		}
		all := map[string]any{}
		for key, value := range message {
			all[key] = filled(value, values)
		}
		return all
	case []any:
		all := make([]any, len(message))
		for i, value := range message {
			all[i] = filled(value, values)
		}
		return all
	}
	return message
}

// mismatch says where a message isn't what the pattern says.
func mismatch(pattern, value any, values map[string]any, at string) error {
	switch pattern := pattern.(type) {
	case map[string]any:
		if name, ok := pattern["$var"].(string); ok {
			return mismatch(values[name], value, values, at)
		}
		if wanted, ok := pattern["$type"].(string); ok {
			if wanted != "any" && !isOfType(value, wanted) {
				return fmt.Errorf("%s: %v is no %s", at, value, wanted)
			}
			if name, ok := pattern["as"].(string); ok {
				values[name] = value
			}
			return nil
		}
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: %v is no object", at, value)
		}
		fields, isPart := pattern["$fields"].(map[string]any)
		if !isPart {
			fields = pattern
			if len(object) != len(fields) {
				return fmt.Errorf("%s: has fields %v, not %v", at, keys(object), keys(fields))
			}
		}
		for key, each := range fields {
			got, found := object[key]
			if !found {
				return fmt.Errorf("%s: no %s in %v", at, key, object)
			}
			if err := mismatch(each, got, values, at+"."+key); err != nil {
				return err
			}
		}
		return nil
	case []any:
		list, ok := value.([]any)
		if !ok || len(list) != len(pattern) {
			return fmt.Errorf("%s: %v, not %v", at, value, pattern)
		}
		for i, each := range pattern {
			if err := mismatch(each, list[i], values, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	}
	if !reflect.DeepEqual(pattern, value) {
		return fmt.Errorf("%s: %v, not %v", at, value, pattern)
	}
	return nil
}

func isOfType(value any, wanted string) bool {
	switch value := value.(type) {
	case string:
		return wanted == "string"
	case bool:
		return wanted == "boolean"
	case float64:
		return wanted == "number" || wanted == "integer" && value == float64(int64(value))
	case []any:
		return wanted == "array"
	case map[string]any:
		return wanted == "object"
	}
	return false
}

func keys(object map[string]any) (all []string) {
	for key := range object {
		all = append(all, key)
	}
	sort.Strings(all)
	return all
}
