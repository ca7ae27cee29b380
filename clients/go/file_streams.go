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

// contextForEnd gives a context for cleaning up, which must be done even if the caller's context has ended.
func contextForEnd() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), endLimit)
}

// WriteTo writes the rest of the file to w; io.Copy uses it. The next piece is fetched while w takes one.
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

// ReadFrom writes all that r gives to the file, in large pieces; io.Copy uses it.
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

// ReadFile gives a file's content. A file above 256 MiB is ErrOutputTooLarge.
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

// WriteFile writes data to a file. One that exists is replaced when all has been written; if that fails, the old file
// stays as it was. A new file has the permission bits of mode less the server's umask, one that exists keeps its own.
// data may have 255 MiB at most; Upload and Put take any size.
func (f *Files) WriteFile(name string, data []byte, mode fs.FileMode) error {
	// After this binaryFrames is known.
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

// Download writes a file's content, of any size, to w, and gives the number of bytes. If the file becomes shorter
// meanwhile, the error is io.ErrUnexpectedEOF. An error of w is returned as it is.
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

// Upload writes all that r gives, of any size, to a file, and gives the number of bytes. It writes to a temporary
// name beside the file and renames that when it is complete: if anything fails, r included, an old file stays as it
// was. A new file has mode 0666 less the server's umask, one that exists keeps its permission bits.
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
	// Of a symbolic link it is the file that it leads to that is replaced, not the link.
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
