package sshrpc

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"sync"
	"unicode/utf8"
)

// A message is a message of JSON-RPC 2.0: a request, a notification or a reply.
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

// A request is a method's name, its params, and the binary part of its frame, to which params may refer.
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
	// Called with a reply that comes when nobody waits for it any more.
	late func(reply)
}

// conn pairs requests and replies on a connection with the daemon. Safe for concurrent use.
type conn struct {
	w io.WriteCloser
	// These are called by the goroutine that reads, in the order of arrival; they must not block.
	onNotification func(method string, params json.RawMessage, binary []byte)
	onRequest      func(id json.RawMessage, method string, params json.RawMessage)

	mu      sync.Mutex
	changed *sync.Cond // signalled when queue, closing or err changes
	queue   []frame
	closing bool
	err     *Error // not nil when nothing can be sent or received any more: why
	nextID  int64
	pending map[int64]*pending
}

func newConn(w io.WriteCloser) *conn {
	c := &conn{w: w, pending: map[int64]*pending{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// read reads messages until the stream ends, and returns why it ended: io.EOF where that was between two
// messages.
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
		// An error without an id: the daemon couldn't read one of our requests, for whose reply somebody would
		// wait for ever.
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

// settle gives the reply to the one who waits for it.
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
				// The daemon takes no more, so it is about to end; Daemon.watch notices that.
				return
			}
		}
	}
}

// close sends a last notification, and ends our side of the connection after it.
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

// notify sends a notification. It gives no error: where it can't be sent the daemon has ended, and every call
// says so.
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

// refuse answers a request of the daemon's whose method this client doesn't know.
func (c *conn) refuse(id json.RawMessage, method string) {
	_ = c.enqueue(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   wireError       `json:"error"`
	}{"2.0", id, wireError{Code: -32601, Message: "unknown method: " + method, Data: json.RawMessage("{}")}}, nil)
}

// send sends a request, and returns its id and the pending entry through which the reply comes.
//
// maxBytes is the length of the longest message that the daemon takes; 0 if that isn't known yet.
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

// isText says whether all strings in a value are UTF-8. encoding/json would silently replace what isn't.
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
