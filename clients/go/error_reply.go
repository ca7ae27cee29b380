package sshrpc

import "encoding/json"

// newError reads an error reply.
func newError(method string, wire *wireError, binary []byte) *Error {
	e := &Error{
		Kind: kindOfCode[wire.Code], Code: wire.Code, Message: wire.Message, Method: method,
		Data: wire.Data, ExitCode: -1,
	}
	// A field of another type than expected is no reason to lose the others.
	var data struct {
		Kind        Kind         `json:"kind"`
		Dispatched  string       `json:"dispatched"`
		Phase       string       `json:"phase"`
		Errno       string       `json:"errno"`
		Code        string       `json:"code"`
		Path        string       `json:"path"`
		Words       string       `json:"remoteMessage"`
		Reason      string       `json:"reason"`
		Termination *Termination `json:"termination"`
		sessionExecResult
	}
	_ = json.Unmarshal(wire.Data, &data)
	if data.Kind != "" {
		e.Kind = data.Kind
	}
	e.Dispatched, e.Phase, e.Errno, e.Termination = data.Dispatched, data.Phase, data.Errno, data.Termination
	// For a remote file, data.code is the server's error. A name that Go has no errno for is still in Data.
	if _, known := errnos[data.Code]; known {
		e.Errno = data.Code
	} else if e.Errno == "" {
		e.Errno = errnoOfWords(data.Words)
	}
	if e.Kind != ErrInvalidParams {
		e.Path = data.Path
	}
	e.Message = inGosTerms(e, data.Path)
	if e.Kind == ErrSudoFailed {
		e.sudo = SudoReason(data.Reason)
	}
	e.Stdout, _ = decodeBytes(data.Stdout, data.StdoutEncoding, binary)
	e.Stderr, _ = decodeBytes(data.Stderr, data.StderrEncoding, binary)
	e.ExitCode, e.ExitSignal = exitOf(&data.sessionExecResult)
	return e
}
