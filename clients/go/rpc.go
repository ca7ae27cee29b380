package sshrpc

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// A daemon's header line is some fifty bytes; one that is longer than this is none of a daemon's.
	maxHeaderLine = 4096

	// The longest body taken. 256 MiB of output, the most that the daemon puts into one message, is
	// six times that as JSON if it is all control characters.
	maxBody = math.MaxInt32

	// How long a call whose context has ended, or its session, waits for the daemon's word on it: what had
	// arrived, and what became of the remote command. The daemon gives it within a quarter of a second.
	lastWord = 2 * time.Second

	// How long, at a context's deadline, the daemon may take to notice the same deadline by itself.
	sameDeadline = 750 * time.Millisecond

	// How long a Write or a callback of the caller's that blocks is waited for when all else has ended.
	callerGrace = 250 * time.Millisecond
)

// wireBytes are bytes inside a message: a JSON string, or [offset, length] in the binary part of its
// frame. Which of them, an encoding beside it says.
type wireBytes = json.RawMessage

// A frame is a message on the wire: JSON, and bytes beside it that it points at.
type frame struct {
	json   []byte
	binary []byte
}

// readFrame reads one frame in Content-Length framing. It returns io.EOF only between frames.
func readFrame(r *bufio.Reader) (frame, error) {
	length, jsonLength := -1, -1
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err == io.EOF && (!first || len(line) > 0) {
			err = io.ErrUnexpectedEOF
		}
		if err == bufio.ErrBufferFull || len(line) > maxHeaderLine {
			err = errors.New("a header line is too long")
		}
		if err != nil {
			return frame{}, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		name, value, found := strings.Cut(text, ":")
		if !found {
			return frame{}, fmt.Errorf("%q is no header", shortened(text))
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = parseLength(value); err != nil {
				return frame{}, err
			}
		case "content-type":
			for _, parameter := range strings.Split(value, ";")[1:] {
				key, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
				if strings.ToLower(key) != "json" {
					continue
				}
				if jsonLength, err = parseLength(value); err != nil {
					return frame{}, err
				}
			}
		}
	}
	if length < 0 {
		return frame{}, errors.New("a header without Content-Length")
	}
	if jsonLength < 0 {
		jsonLength = length
	}
	if jsonLength > length {
		return frame{}, errors.New("more JSON than body")
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return frame{}, err
	}
	return frame{json: body[:jsonLength:jsonLength], binary: body[jsonLength:]}, nil
}

func parseLength(text string) (int, error) {
	length, err := strconv.ParseUint(text, 10, 31)
	if err != nil || length > maxBody {
		return 0, fmt.Errorf("%q is no length", shortened(text))
	}
	return int(length), nil
}

func shortened(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}

// writeTo writes the frame: a small one in one piece.
func (f frame) writeTo(w io.Writer) error {
	var head []byte
	if len(f.binary) == 0 {
		head = append(head, fmt.Sprintf("Content-Length: %d\r\n\r\n", len(f.json))...)
	} else {
		head = append(head, fmt.Sprintf("Content-Length: %d\r\nContent-Type: application/vnd.sshrpc; json=%d\r\n\r\n",
			len(f.json)+len(f.binary), len(f.json))...)
	}
	for _, part := range [][]byte{f.json, f.binary} {
		if len(head)+len(part) <= 64*1024 {
			head = append(head, part...)
			continue
		}
		for _, piece := range [][]byte{head, part} {
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
		head = nil
	}
	if len(head) == 0 {
		return nil
	}
	_, err := w.Write(head)
	return err
}

// decodeBytes gives the bytes that value stands for. They may share memory with the frame.
func decodeBytes(value wireBytes, encoding string, binary []byte) ([]byte, error) {
	if len(value) == 0 {
		return nil, nil
	}
	switch encoding {
	case "binary":
		var place [2]int64
		if err := json.Unmarshal(value, &place); err != nil {
			return nil, err
		}
		offset, length := place[0], place[1]
		if offset < 0 || length < 0 || offset > int64(len(binary)) || length > int64(len(binary))-offset {
			return nil, fmt.Errorf("[%d, %d] is outside the binary part of %d bytes", offset, length, len(binary))
		}
		return binary[offset : offset+length : offset+length], nil
	case "base64":
		// Base64 needs no escapes, and spared work shows in large files.
		if len(value) >= 2 && value[0] == '"' {
			text := value[1 : len(value)-1]
			bytes := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
			if n, err := base64.StdEncoding.Decode(bytes, text); err == nil {
				return bytes[:n], nil
			}
		}
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return nil, err
		}
		return base64.StdEncoding.DecodeString(text)
	case "utf8":
		var text string
		err := json.Unmarshal(value, &text)
		return []byte(text), err
	}
	return nil, fmt.Errorf("unknown encoding %q", encoding)
}

// encodeBytes puts bytes into a message: what stands in its JSON, its encoding, and its binary part,
// a copy, since a call may end while the daemon still takes it.
func encodeBytes(bytes []byte, binaryFrames bool) (value wireBytes, encoding string, binary []byte) {
	switch {
	case binaryFrames && len(bytes) > 0:
		return wireBytes(fmt.Sprintf("[0,%d]", len(bytes))), "binary", append([]byte(nil), bytes...)
	case utf8.Valid(bytes):
		value, _ = json.Marshal(string(bytes))
		return value, "utf8", nil
	}
	value = make(wireBytes, base64.StdEncoding.EncodedLen(len(bytes))+2)
	base64.StdEncoding.Encode(value[1:], bytes)
	value[0], value[len(value)-1] = '"', '"'
	return value, "base64", nil
}

// A message as JSON-RPC 2.0 has it: a request, a notification or a reply.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *wireError      `json:"error"`
}

type wireError struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// A request is a method's name, its params and the bytes that they point at.
type request struct {
	method string
	params any
	binary []byte
}

// A reply is the result of a request, or its error.
type reply struct {
	result json.RawMessage
	binary []byte
	err    *Error
}

// A pending request waits for its reply.
type pending struct {
	method string
	reply  reply
	done   chan struct{}
	// Given a reply that comes when nobody waits for it any more.
	late func(reply)
}

// conn pairs requests and replies on a connection with the daemon. Safe for concurrent use.
type conn struct {
	w io.WriteCloser
	// Called in the order of arrival, by the goroutine that reads; they must not block.
	onNotification func(method string, params json.RawMessage, binary []byte)
	onRequest      func(id json.RawMessage, method string, params json.RawMessage)

	mu      sync.Mutex
	changed *sync.Cond // of queue, closing and err
	queue   []frame
	closing bool
	err     *Error // why nothing can be sent or will be received any more
	nextID  int64
	pending map[int64]*pending
}

func newConn(w io.WriteCloser) *conn {
	c := &conn{w: w, pending: map[int64]*pending{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// read reads messages until the stream ends, and says why it did. A stream that ended between two
// messages gives io.EOF.
func (c *conn) read(r io.Reader) error {
	br := bufio.NewReaderSize(r, 64*1024)
	for {
		frame, err := readFrame(br)
		if err != nil {
			return err
		}
		var m message
		if err := json.Unmarshal(frame.json, &m); err != nil {
			return fmt.Errorf("what the daemon sent is no message: %w", err)
		}
		if err := c.receive(&m, frame.binary); err != nil {
			return err
		}
	}
}

func (c *conn) receive(m *message, binary []byte) error {
	switch {
	case m.Method != "" && m.ID != nil:
		c.onRequest(m.ID, m.Method, m.Params)
		return nil
	case m.Method != "":
		c.onNotification(m.Method, m.Params, binary)
		return nil
	}
	id, err := strconv.ParseInt(string(m.ID), 10, 64)
	if err != nil {
		// It couldn't read one of our requests, whose waiter would wait for ever.
		if m.Error != nil {
			return fmt.Errorf("the daemon refused a message: %s", m.Error.Message)
		}
		return errors.New("the daemon sent a reply without an id")
	}
	c.mu.Lock()
	p := c.pending[id]
	delete(c.pending, id)
	c.mu.Unlock()
	if p == nil {
		return nil
	}
	p.reply = reply{result: m.Result, binary: binary}
	if m.Error != nil {
		p.reply.err = newError(p.method, m.Error, binary)
	}
	c.settle(p)
	return nil
}

// settle hands the reply to who waits for it.
func (c *conn) settle(p *pending) {
	c.mu.Lock()
	close(p.done)
	late := p.late
	c.mu.Unlock()
	if late != nil {
		late(p.reply)
	}
}

// write writes what is queued, until the connection fails or is closed and all is written.
func (c *conn) write() {
	defer c.w.Close()
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.closing && c.err == nil {
			c.changed.Wait()
		}
		if c.err != nil || len(c.queue) == 0 {
			c.mu.Unlock()
			return
		}
		frames := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, frame := range frames {
			if frame.writeTo(c.w) != nil {
				// The daemon takes no more: it ends, and its end is told by who watches it.
				return
			}
		}
	}
}

// close ends our side of the connection behind what was sent, and a last notification.
func (c *conn) close(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.enqueueLocked(frame{json: []byte(`{"jsonrpc":"2.0","method":"` + method + `"}`)})
	c.closing = true
	c.changed.Broadcast()
}

func (c *conn) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing
}

// fail ends the connection and every wait on it.
func (c *conn) fail(err *Error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	c.err = err
	waiting := c.pending
	c.pending = nil
	c.queue = nil
	c.changed.Broadcast()
	c.mu.Unlock()
	for _, p := range waiting {
		p.reply.err = err.of(p.method, "maybe")
		c.settle(p)
	}
}

// enqueue sends a message: it is encoded here and written by another goroutine.
func (c *conn) enqueue(message any, binary []byte) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.enqueueLocked(frame{text, binary})
}

func (c *conn) enqueueLocked(f frame) error {
	if c.err != nil {
		return c.err
	}
	if c.closing {
		return closedError()
	}
	c.queue = append(c.queue, f)
	c.changed.Broadcast()
	return nil
}

// notify sends a notification; that it can't be sent is told by other means.
func (c *conn) notify(method string, params any) {
	_ = c.enqueue(struct {
		Version string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params,omitempty"`
	}{"2.0", method, params}, nil)
}

// respond answers a request of the daemon's.
func (c *conn) respond(id json.RawMessage, result any) {
	_ = c.enqueue(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Result  any             `json:"result"`
	}{"2.0", id, result}, nil)
}

// refuse answers a request of the daemon's that isn't known.
func (c *conn) refuse(id json.RawMessage, method string) {
	_ = c.enqueue(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   wireError       `json:"error"`
	}{"2.0", id, wireError{Code: -32601, Message: "unknown method: " + method, Data: json.RawMessage("{}")}}, nil)
}

// send sends a request, whose reply comes through the pending one that it returns.
//
// maxBytes is the longest message that the daemon takes; 0 where that isn't known.
func (c *conn) send(r request, maxBytes int64) (int64, *pending, error) {
	c.mu.Lock()
	c.nextID++
	id := c.nextID
	c.mu.Unlock()
	text, err := json.Marshal(struct {
		Version string `json:"jsonrpc"`
		ID      int64  `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params,omitempty"`
	}{"2.0", id, r.method, r.params})
	if err == nil && !isText(reflect.ValueOf(r.params)) {
		err = errors.New("an argument that is no UTF-8, and neither a command nor a remote path")
	}
	if err != nil {
		return 0, nil, invalidParams(r.method, err.Error())
	}
	if size := int64(len(text)) + int64(len(r.binary)); maxBytes > 0 && size > maxBytes {
		return 0, nil, invalidParams(r.method,
			fmt.Sprintf("%d bytes are too many for one message, the daemon takes %d; a file of any size goes by Put", size, maxBytes))
	}
	p := &pending{method: r.method, done: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, nil, c.err.of(r.method, "no")
	}
	if c.closing {
		return 0, nil, closedError().of(r.method, "no")
	}
	_ = c.enqueueLocked(frame{text, r.binary})
	c.pending[id] = p
	return id, p, nil
}

// isText says whether all strings are UTF-8: encoding/json would replace what isn't.
func isText(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return isText(v.Elem())
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if !isText(v.Field(i)) {
				return false
			}
		}
	case reflect.Map:
		for pairs := v.MapRange(); pairs.Next(); {
			if !isText(pairs.Key()) || !isText(pairs.Value()) {
				return false
			}
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && v.Type().Elem().Kind() != reflect.Uint8; i++ {
			if !isText(v.Index(i)) {
				return false
			}
		}
	}
	return true
}

// call sends a request and waits for its reply, as await does.
func (c *conn) call(ctx context.Context, closed <-chan struct{}, r request, maxBytes int64, late func(reply)) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, contextError(r.method, err, "no")
	}
	id, p, err := c.send(r, maxBytes)
	if err != nil {
		return reply{}, err
	}
	return c.await(ctx, closed, id, p, late)
}

// await waits for the reply to a request. When ctx ends first it cancels the request, and then waits a
// little for what the daemon says of it, never longer than lastWord and sameDeadline together. When closed
// is, the session's that the request is for, the daemon is told by others.
//
// late, where not nil, is given a result that comes after that.
func (c *conn) await(ctx context.Context, closed <-chan struct{}, id int64, p *pending, late func(reply)) (reply, error) {
	select {
	case <-p.done:
	case <-closed:
		if !waitFor(p.done, lastWord) && c.abandon(p, late) {
			return reply{}, closedError().of(p.method, "maybe")
		}
	case <-ctx.Done():
		// The deadline is the daemon's, too: it speaks of a Timeout then, with the phase.
		if !(ctx.Err() == context.DeadlineExceeded && waitFor(p.done, sameDeadline)) {
			c.notify(notifyCancelRequest, map[string]int64{"id": id})
			if !waitFor(p.done, lastWord) && c.abandon(p, late) {
				return reply{}, contextError(p.method, ctx.Err(), "maybe")
			}
		}
	}
	if p.reply.err == nil {
		return p.reply, nil
	}
	if p.reply.err.Kind == ErrTimeout || p.reply.err.Kind == ErrCancelled {
		p.reply.err.cause = ctx.Err()
	}
	if p.reply.err.Kind == ErrCancelled && ctx.Err() == nil && c.isClosing() {
		// The daemon cancels what still runs when it is told to end.
		p.reply.err.Kind, p.reply.err.Message = ErrClosed, "the session was closed"
	}
	return p.reply, p.reply.err
}

// abandon leaves a request whose reply doesn't come. It returns false where it has come.
func (c *conn) abandon(p *pending, late func(reply)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-p.done:
		return false
	default:
		p.late = late
		return true
	}
}

func waitFor(done <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
