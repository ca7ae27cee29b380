package sshrpc

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"reflect"
	"time"
)

// For tests of the codec.

func ReadFrame(r *bufio.Reader) (text, binary []byte, err error) {
	f, err := readFrame(r)
	return f.json, f.binary, err
}

func WriteFrame(w io.Writer, text, binary []byte) error { return frame{text, binary}.writeTo(w) }

// ErrorReply is the error of a reply that says this.
func ErrorReply(method string, code int, message, data string) *Error {
	return newError(method, &wireError{Code: code, Message: message, Data: json.RawMessage(data)}, nil)
}

var (
	DecodeBytes  = decodeBytes
	EncodeBytes  = encodeBytes
	SplitAddress = splitAddress
)

// SetStartLimit sets how long a program may take to answer, until it is set back.
func SetStartLimit(limit time.Duration) (back func()) {
	before := startLimit
	startLimit = limit
	return func() { startLimit = before }
}

// SetPatience sets how long a stuck daemon is waited for, until it is set back.
func SetPatience(limit time.Duration) (back func()) {
	end, word := endLimit, lastWord
	endLimit, lastWord = limit, limit
	return func() { endLimit, lastWord = end, word }
}

// AddSessionOver gives a session as a Dial over another does whose reply came before that was closed.
func AddSessionOver(via *Session) *Session {
	s := &Session{endPrompts: func() {}, daemon: via.daemon, via: via, closed: make(chan struct{}), done: make(chan struct{})}
	s.handle = -1
	s.daemon.addSession(s)
	return s
}

// UnsetParams are the params of ssh.new that a Config leaves unset.
func UnsetParams(ctx context.Context, address string, config *Config) ([]string, error) {
	params, err := dialParams(ctx, address, config)
	if err != nil {
		return nil, err
	}
	return unsetFields(reflect.ValueOf(*params), ""), nil
}

func unsetFields(params reflect.Value, prefix string) (unset []string) {
	for i := 0; i < params.NumField(); i++ {
		field, name := params.Field(i), prefix+params.Type().Field(i).Name
		switch {
		case field.IsZero():
			unset = append(unset, name)
		case field.Kind() == reflect.Ptr && field.Elem().Kind() == reflect.Struct:
			unset = append(unset, unsetFields(field.Elem(), name+".")...)
		}
	}
	return unset
}

// HeldEntries are those of a directory that have come and were not read.
func HeldEntries(file fs.File) int {
	l := file.(*directory).begun()
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}
