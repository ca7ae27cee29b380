package sshrpc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
)

// Bytes of a stream that go in one message. The daemon divides them into requests of SFTP.
const filePiece = 4 << 20

// A File is an open file on the server: an fs.File, io.Reader, io.Writer, io.Seeker, io.ReaderAt, io.WriterAt,
// io.ReaderFrom, io.WriterTo and io.Closer.
//
// Each Read and Write takes a round trip to the server: use bufio if they are small. Safe for concurrent use.
type File struct {
	files   *Files
	name    string
	handle  int64
	appends bool

	position sync.Mutex // held during a Read, Write or Seek, which change offset
	offset   int64
	mu       sync.Mutex
	closed   bool
}

// Open opens a file for reading, or a directory. What it returns is a *File for a file, and an fs.ReadDirFile for a
// directory.
func (f *Files) Open(name string) (fs.File, error) {
	type opened struct {
		file *File
		err  error
	}
	opening := make(chan opened, 1)
	go func() {
		file, err := f.OpenFile(name, os.O_RDONLY, 0)
		opening <- opened{file, err}
	}()
	// While the file is being opened: whether it is a directory, as some servers open these like files.
	info, err := f.Stat(name)
	got := <-opening
	if err == nil && !info.IsDir() {
		if got.err != nil {
			return nil, got.err
		}
		return got.file, nil
	}
	if got.err == nil {
		_ = got.file.Close()
	}
	if err != nil {
		return nil, err
	}
	return &directory{files: f, path: name, info: info}, nil
}

// Create opens a file for reading and writing; one that exists is emptied, and a new one has mode 0666 less the
// server's umask. Others see the file while it is written. Upload and WriteFile replace a file only when the new one
// is complete.
func (f *Files) Create(name string) (*File, error) {
	return f.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// openFlags are the flags of the protocol, which are those of fopen(3), for the flags of package os.
var openFlags = map[int]string{
	os.O_RDONLY:                                         "r",
	os.O_RDWR:                                           "r+",
	os.O_WRONLY:                                         "r+",
	os.O_WRONLY | os.O_CREATE | os.O_TRUNC:              "w",
	os.O_RDWR | os.O_CREATE | os.O_TRUNC:                "w+",
	os.O_WRONLY | os.O_CREATE | os.O_EXCL:               "wx",
	os.O_RDWR | os.O_CREATE | os.O_EXCL:                 "wx+",
	os.O_WRONLY | os.O_CREATE | os.O_APPEND:             "a",
	os.O_RDWR | os.O_CREATE | os.O_APPEND:               "a+",
	os.O_WRONLY | os.O_CREATE | os.O_APPEND | os.O_EXCL: "ax",
	os.O_RDWR | os.O_CREATE | os.O_APPEND | os.O_EXCL:   "ax+",
}

// creating are the flags that open a file without emptying it, or make a new one. fopen(3) has none for that.
var creating = map[int]bool{os.O_WRONLY | os.O_CREATE: true, os.O_RDWR | os.O_CREATE: true}

// OpenFile opens a file with flags of package os: in the combinations that fopen(3) has, and with os.O_CREATE alone
// beside os.O_WRONLY or os.O_RDWR. Other combinations are ErrInvalidParams. A new file has the permission bits of
// mode less the server's umask. A file that is open with os.O_APPEND is always written to at its end, wherever Seek
// has moved.
func (f *Files) OpenFile(name string, flag int, mode fs.FileMode) (*File, error) {
	if flag&os.O_EXCL != 0 {
		flag &^= os.O_TRUNC // There is nothing to empty.
	}
	if creating[flag&^os.O_SYNC] {
		return f.openOrCreate(name, flag, mode)
	}
	flags, known := openFlags[flag&^os.O_SYNC]
	if !known {
		return nil, invalidParams(methodFsOpen, fmt.Sprintf("a file can't be opened with the flags %#x together: "+
			"os.O_TRUNC, os.O_EXCL and os.O_APPEND go with os.O_CREATE, and os.O_CREATE with writing", flag))
	}
	params := pathParams(name)
	params["flags"] = flags
	if flag&os.O_CREATE != 0 {
		params["mode"] = permissionBits(mode)
	}
	var result fsOpenResult
	if err := f.call(methodFsOpen, params, &result); err != nil {
		return nil, err
	}
	return &File{files: f, name: name, handle: result.File, appends: flag&os.O_APPEND != 0}, nil
}

// openOrCreate opens a file as it is, or makes a new one, which the protocol can't do in one step. It tries again if
// the file is made or removed between its two steps. If a file can neither be opened (it doesn't exist) nor made (it
// exists), it is a symbolic link to a file that doesn't exist: opening it to append makes that file.
func (f *Files) openOrCreate(name string, flag int, mode fs.FileMode) (*File, error) {
	for tries := 1; ; tries++ {
		file, err := f.OpenFile(name, flag&^os.O_CREATE, 0)
		if !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
		file, err = f.OpenFile(name, flag|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) || tries == 3 {
			return file, err
		}
		if file, err = f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, mode); err != nil {
			return nil, err
		}
		_ = file.Close()
	}
}

// Name gives the path that the file was opened with.
func (f *File) Name() string { return f.name }

// request calls a method with the file's handle.
func (f *File) request(method string, params map[string]any, binary []byte) (reply, error) {
	f.mu.Lock()
	closed := f.closed
	f.mu.Unlock()
	if closed {
		return reply{}, &fs.PathError{Op: method, Path: f.name, Err: fs.ErrClosed}
	}
	if params == nil {
		params = map[string]any{}
	}
	params["file"] = f.handle
	return f.files.request(method, params, binary)
}

// ReadAt reads len(p) bytes at an offset; if it gives fewer, the error is io.EOF or says why.
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, &fs.PathError{Op: "readat", Path: f.name, Err: fs.ErrInvalid}
	}
	total := 0
	for total < len(p) {
		data, err := f.piece(offset+int64(total), len(p)-total)
		if err != nil {
			return total, err
		}
		total += copy(p[total:], data)
		if len(data) == 0 {
			return total, io.EOF
		}
	}
	return total, nil
}

// piece reads at most length bytes, and no more than fit well into a message; none at the file's end.
func (f *File) piece(offset int64, length int) ([]byte, error) {
	if length > filePiece {
		length = filePiece
	}
	reply, err := f.request(methodFileRead, map[string]any{"offset": offset, "length": length}, nil)
	if err != nil {
		return nil, err
	}
	var result fileReadResult
	if err := decodeResult(methodFileRead, reply, &result); err != nil {
		return nil, err
	}
	data, err := decodeBytes(result.Data, result.Encoding, reply.binary)
	if err == nil && (int64(len(data)) != result.Bytes || len(data) > length) {
		err = fmt.Errorf("%d bytes instead of %d", len(data), result.Bytes)
	}
	if err != nil {
		return nil, unexpected(methodFileRead, err)
	}
	return data, nil
}

func (f *File) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	f.position.Lock()
	defer f.position.Unlock()
	data, err := f.piece(f.offset, len(p))
	if err != nil {
		return 0, err
	}
	if len(data) == 0 {
		return 0, io.EOF
	}
	f.offset += int64(len(data))
	return copy(p, data), nil
}

// WriteAt writes at an offset. To a file that is open for appending it is an error.
func (f *File) WriteAt(p []byte, offset int64) (int, error) {
	if offset < 0 || f.appends {
		return 0, &fs.PathError{Op: "writeat", Path: f.name, Err: fs.ErrInvalid}
	}
	return f.writeAt(p, offset)
}

func (f *File) writeAt(p []byte, offset int64) (int, error) {
	total := 0
	for total < len(p) {
		piece := p[total:]
		if len(piece) > filePiece {
			piece = piece[:filePiece]
		}
		params := map[string]any{"offset": offset + int64(total)}
		value, encoding, binary := encodeBytes(piece, f.files.session.daemon.binaryFrames)
		params["data"], params["encoding"] = value, encoding
		if _, err := f.request(methodFileWrite, params, binary); err != nil {
			return total, err
		}
		total += len(piece)
	}
	return total, nil
}

// Write writes at the current position. It returns when the server has taken all bytes.
func (f *File) Write(p []byte) (int, error) {
	f.position.Lock()
	defer f.position.Unlock()
	n, err := f.writeAt(p, f.offset)
	f.offset += int64(n)
	return n, err
}

// Seek sets the position for the next Read or Write. With io.SeekEnd it asks the server for the size.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	f.position.Lock()
	defer f.position.Unlock()
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += f.offset
	case io.SeekEnd:
		info, err := f.Stat()
		if err != nil {
			return f.offset, err
		}
		offset += info.Size()
	default:
		offset = -1
	}
	if offset < 0 {
		return f.offset, &fs.PathError{Op: "seek", Path: f.name, Err: fs.ErrInvalid}
	}
	f.offset = offset
	return offset, nil
}

// Stat gives the file's size, mode, times and so on. Its name is the last part of the path that it was opened with.
func (f *File) Stat() (fs.FileInfo, error) {
	reply, err := f.request(methodFileStat, nil, nil)
	if err != nil {
		return nil, err
	}
	info := &fileInfo{name: path.Base(f.name)}
	return info, decodeResult(methodFileStat, reply, &info.wire)
}

// Truncate sets the file's size in bytes. A file that grows is filled with zeros.
func (f *File) Truncate(size int64) error {
	_, err := f.request(methodFileTruncate, map[string]any{"size": size}, nil)
	return err
}

// Sync has the server write the file to its disk (fsync). It is ErrNotSupported if the server can't.
func (f *File) Sync() error {
	_, err := f.request(methodFileSync, nil, nil)
	return err
}

// Close closes the file. All later calls, a second Close as well, give fs.ErrClosed.
func (f *File) Close() error {
	f.mu.Lock()
	closed := f.closed
	f.closed = true
	f.mu.Unlock()
	if closed {
		return &fs.PathError{Op: methodFileClose, Path: f.name, Err: fs.ErrClosed}
	}
	// With a context of its own: the file is to be closed even if its context has ended.
	ctx, cancel := contextForEnd()
	defer cancel()
	return f.files.WithContext(ctx).call(methodFileClose, map[string]any{"file": f.handle}, nil)
}
