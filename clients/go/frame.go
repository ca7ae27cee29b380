package sshrpc

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// Bytes of a header line. The daemon's have some fifty: a line longer than this comes from another program.
	maxHeaderLine = 4096

	// Bytes of the longest body. The daemon puts at most 256 MiB of output into one message; if these are all
	// control characters, they are six times as long in JSON.
	maxBody = math.MaxInt32
)

// wireBytes are bytes in a message: a JSON string, or [offset, length] in the binary part of its frame. A field
// with the encoding stands beside it, and says which it is.
type wireBytes = json.RawMessage

// A frame is a message on the wire: JSON, and the binary part, to which the JSON may refer.
type frame struct {
	json   []byte
	binary []byte
}

// readFrame reads one frame in Content-Length framing. It returns io.EOF only if the stream ends between frames.
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

// writeTo writes the frame. A small one is one Write.
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
		// Base64 has no escapes in JSON, so that it needn't be unquoted, which takes time with large files.
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

// encodeBytes encodes bytes for a message: the value in its JSON, the encoding, and the binary part. That part is a
// copy, since a call may return, and its caller change the bytes, while they are still being written.
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
