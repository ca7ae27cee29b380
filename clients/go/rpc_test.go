package sshrpc_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

func TestFrames(t *testing.T) {
	var wire bytes.Buffer
	frames := [][2]string{
		{`{"a":1}`, ""},
		{`{"a":[0,3]}`, "\x00\xff\n"},
		{`{}`, strings.Repeat("Content-Length: 1\r\n\r\n", 10_000)},
		{`{"a":"` + strings.Repeat("x", 100_000) + `"}`, ""},
		{`{"last":true}`, "x"},
	}
	ends := map[int]bool{0: true}
	for _, frame := range frames {
		if err := sshrpc.WriteFrame(&wire, []byte(frame[0]), []byte(frame[1])); err != nil {
			t.Fatal(err)
		}
		ends[wire.Len()] = true
	}
	all := wire.Bytes()
	for name, reader := range map[string]io.Reader{
		"whole":    bytes.NewReader(all),
		"in bytes": iotest.OneByteReader(bytes.NewReader(all)),
		"in half":  iotest.HalfReader(bytes.NewReader(all)),
	} {
		r := bufio.NewReaderSize(reader, 64*1024)
		for i, frame := range frames {
			json, binary, err := sshrpc.ReadFrame(r)
			if err != nil || string(json) != frame[0] || string(binary) != frame[1] {
				t.Fatalf("%s: frame %d: %v", name, i, err)
			}
		}
		if _, _, err := sshrpc.ReadFrame(r); err != io.EOF {
			t.Errorf("%s: got %v at the end", name, err)
		}
	}
	// Cut off anywhere else than between two frames, it isn't the end.
	for cut := 0; cut < 200; cut++ {
		r := bufio.NewReader(bytes.NewReader(all[:cut]))
		var err error
		for err == nil {
			_, _, err = sshrpc.ReadFrame(r)
		}
		if (err == io.EOF) != ends[cut] {
			t.Errorf("cut at %d: got %v", cut, err)
		}
	}
}

func TestFramesMalformed(t *testing.T) {
	for _, text := range []string{
		"hello\r\n",
		"{}\n",
		"\r\n{}",
		"Content-Length: -1\r\n\r\n",
		"Content-Length: 1e3\r\n\r\n",
		"Content-Length: 99999999999999999999\r\n\r\n",
		"Content-Type: x\r\n\r\n{}",
		"Content-Length: 2\r\nContent-Type: application/vnd.sshrpc; json=3\r\n\r\n{}x",
		"Content-Length: 2\r\nX: " + strings.Repeat("x", 100_000) + "\r\n\r\n{}",
		"Content-Length: 5\r\n\r\n{}",
	} {
		_, _, err := sshrpc.ReadFrame(bufio.NewReader(strings.NewReader(text)))
		if err == nil || err == io.EOF {
			t.Errorf("%.40q: got %v", text, err)
		}
	}
}

func TestFramesLarge(t *testing.T) {
	const size = 300 << 20
	header := fmt.Sprintf("Content-Length: %d\r\nContent-Type: application/vnd.sshrpc; json=2\r\n\r\n{}", size+2)
	begin := time.Now()
	_, binary, err := sshrpc.ReadFrame(bufio.NewReaderSize(io.MultiReader(strings.NewReader(header), io.LimitReader(zeros{}, size)), 64*1024))
	if err != nil || len(binary) != size {
		t.Fatal(len(binary), err)
	}
	t.Log(rate(size, begin))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestBytes(t *testing.T) {
	for _, text := range []string{"", "text", "grüße \" \\ \u2028 <>&", "\x00\x01\x7f", "\xff\x00", "\xed\xa0\x80", strings.Repeat("\xfe", 1000)} {
		for _, binaryFrames := range []bool{false, true} {
			value, encoding, binary := sshrpc.EncodeBytes([]byte(text), binaryFrames)
			back, err := sshrpc.DecodeBytes(value, encoding, binary)
			if err != nil || string(back) != text {
				t.Errorf("%q as %s: got %q, %v", text, encoding, back, err)
			}
		}
	}
	// Escapes mean the same in base64.
	if back, err := sshrpc.DecodeBytes([]byte(`"\u002f\/8="`), "base64", nil); err != nil || string(back) != "\xff\xff" {
		t.Errorf("got %q, %v", back, err)
	}
	for _, malformed := range [][2]string{{`"x"`, "base64"}, {`1`, "utf8"}, {`"x"`, "latin1"}, {`[0,4]`, "binary"}, {`[-1,1]`, "binary"}, {`[2,9223372036854775807]`, "binary"}, {`"x"`, "binary"}} {
		if back, err := sshrpc.DecodeBytes([]byte(malformed[0]), malformed[1], []byte("abc")); err == nil {
			t.Errorf("%s: got %q", malformed, back)
		}
	}
}

func TestAddress(t *testing.T) {
	for address, want := range map[string]string{
		"host":                   " host 0",
		"host:2222":              " host 2222",
		"alice@host":             "alice host 0",
		"alice@host:2222":        "alice host 2222",
		"a@b@host":               "a@b host 0",
		"::1":                    " ::1 0",
		"alice@::1":              "alice ::1 0",
		"[::1]":                  " ::1 0",
		"alice@[fe80::1%lo]:222": "alice fe80::1%lo 222",
	} {
		username, host, port, err := sshrpc.SplitAddress(address)
		if got := fmt.Sprint(username, " ", host, " ", port); err != nil || got != want {
			t.Errorf("%s: got %q, %v", address, got, err)
		}
	}
}
