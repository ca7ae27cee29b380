package sshrpc

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// contextForEnd is for what is to be done even where the caller's context has ended.
func contextForEnd() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), endLimit)
}

// WriteTo has w take the rest of the file; io.Copy uses it. While w takes a piece, the next one comes.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	f.position.Lock()
	defer f.position.Unlock()
	type read struct {
		data []byte
		err  error
	}
	ask := func(offset int64) <-chan read {
		answer := make(chan read, 1)
		go func() {
			data, err := f.piece(offset, filePiece)
			answer <- read{data, err}
		}()
		return answer
	}
	var total int64
	next := ask(f.offset)
	for {
		got := <-next
		if got.err != nil || len(got.data) == 0 {
			return total, got.err
		}
		next = ask(f.offset + int64(len(got.data)))
		n, err := w.Write(got.data)
		total, f.offset = total+int64(n), f.offset+int64(n)
		if err == nil && n < len(got.data) {
			err = io.ErrShortWrite
		}
		if err != nil {
			<-next
			return total, err
		}
	}
}

// ReadFrom writes what r reads, in large pieces; io.Copy uses it.
func (f *File) ReadFrom(r io.Reader) (int64, error) {
	piece := make([]byte, filePiece)
	var total int64
	for {
		n, readErr := io.ReadFull(r, piece)
		written, err := f.Write(piece[:n])
		total += int64(written)
		switch {
		case err != nil:
			return total, err
		case readErr == io.EOF || readErr == io.ErrUnexpectedEOF:
			return total, nil
		case readErr != nil:
			return total, readErr
		}
	}
}

// ReadFile gives a file's content, up to 256 MiB of it; a larger one is ErrOutputTooLarge.
func (f *Files) ReadFile(name string) ([]byte, error) {
	reply, err := f.request(methodFsReadFile, pathParams(name), nil)
	if err != nil {
		return nil, err
	}
	var result fsReadFileResult
	if err := decodeResult(methodFsReadFile, reply, &result); err != nil {
		return nil, err
	}
	data, err := decodeBytes(result.Data, result.Encoding, reply.binary)
	if err == nil && int64(len(data)) != result.Bytes {
		err = fmt.Errorf("%d bytes instead of %d", len(data), result.Bytes)
	}
	if err != nil {
		return nil, unexpected(methodFsReadFile, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// WriteFile makes a file of the data, or replaces one as a whole: what fails leaves an old file as it was. A
// new one has the permission bits of mode less the server's umask, one that is there keeps its own. data may
// not be above 255 MiB: Upload and Put take any size.
func (f *Files) WriteFile(name string, data []byte, mode fs.FileMode) error {
	// Which frames the daemon takes.
	if err := f.session.ready(f.ctx, methodFsWriteFile); err != nil {
		return err
	}
	params := pathParams(name)
	params["mode"] = permissionBits(mode)
	value, encoding, binary := encodeBytes(data, f.session.daemon.binaryFrames)
	params["data"], params["encoding"] = value, encoding
	_, err := f.request(methodFsWriteFile, params, binary)
	return err
}

// Download has w take a file's content, of any size, and gives the number of bytes. A file that is shorter at
// its end than it was at the beginning is io.ErrUnexpectedEOF. An error of w's is returned as it is.
func (f *Files) Download(name string, w io.Writer) (int64, error) {
	file, err := f.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	total, err := file.WriteTo(w)
	if err == nil && total < info.Size() {
		err = &fs.PathError{Op: "download", Path: name, Err: io.ErrUnexpectedEOF}
	}
	return total, err
}

// Upload makes a file of what r reads, of any size, or replaces one as a whole, and gives the number of bytes.
// It goes to a temporary name beside the file, which is renamed when all has come: what fails, an error of r's,
// too, leaves an old file as it was. A new file has mode 0666 less the server's umask, one that is there keeps
// its permission bits.
func (f *Files) Upload(r io.Reader, name string) (int64, error) {
	first := make([]byte, filePiece)
	n, err := io.ReadFull(r, first)
	switch err {
	case nil:
	case io.EOF, io.ErrUnexpectedEOF:
		return int64(n), f.WriteFile(name, first[:n], 0o666)
	default:
		return 0, err
	}
	// Behind a symbolic link it is the file that is linked to.
	dest, err := f.RealPath(name)
	if err != nil {
		return 0, err
	}
	mode, old := fs.FileMode(0o666), false
	if info, err := f.Stat(dest); err == nil {
		mode, old = info.Mode(), true
		if !info.Mode().IsRegular() {
			return 0, &fs.PathError{Op: "upload", Path: name, Err: errors.New("not a regular file")}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	random := make([]byte, 6)
	if _, err := rand.Read(random); err != nil {
		return 0, err
	}
	base := path.Base(dest)
	if len(base) > 60 {
		base = base[:60]
	}
	temporary := path.Join(path.Dir(dest), "."+base+"."+hex.EncodeToString(random)+".sshrpc")
	file, err := f.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return 0, err
	}
	total, err := file.ReadFrom(io.MultiReader(bytes.NewReader(first), r))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil && old {
		err = f.Chmod(temporary, mode)
	}
	if err == nil {
		err = f.Rename(temporary, dest)
	}
	if err != nil {
		ctx, cancel := contextForEnd()
		defer cancel()
		_ = f.WithContext(ctx).onPath(methodFsUnlink, temporary, map[string]any{})
	}
	return total, err
}
