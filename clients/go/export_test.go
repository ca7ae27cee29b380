package sshrpc

import (
	"bufio"
	"io"
)

// For tests of the codec.

func ReadFrame(r *bufio.Reader) (json, binary []byte, err error) {
	f, err := readFrame(r)
	return f.json, f.binary, err
}

func WriteFrame(w io.Writer, json, binary []byte) error { return frame{json, binary}.writeTo(w) }

var (
	DecodeBytes  = decodeBytes
	EncodeBytes  = encodeBytes
	SplitAddress = splitAddress
)
