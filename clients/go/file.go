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

// Bytes of a piece in which a stream's content goes: the daemon divides it among requests of SFTP's.
const filePiece = 4 << 20

// A File is an open file on the server: an fs.File, io.Reader, io.Writer, io.Seeker, io.ReaderAt, io.WriterAt,
// io.ReaderFrom, io.WriterTo and io.Closer.
//
// Each call of Read and Write is a round trip: bufio helps where they are small. Safe for concurrent use.
type File struct {
	files   *Files
	name    string
	handle  int64
	appends bool

	position sync.Mutex // held by who moves on from offset
	offset   int64
	mu       sync.Mutex
	closed   bool
}

// Open opens a file for reading, or a directory, whose fs.File is an fs.ReadDirFile. That of any other is a
// *File.
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
	// Meanwhile. Some servers open directories as they do files.
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

// Create makes a file, or empties one that is there, for reading and writing, in place. What is to be there
// only when it is whole, Upload and WriteFile write.
func (f *Files) Create(name string) (*File, error) {
	return f.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// openFlags are fopen(3)'s for those of package os.
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

// creating are the flags that open a file as it is, and make one where there is none.
var creating = map[int]bool{os.O_WRONLY | os.O_CREATE: true, os.O_RDWR | os.O_CREATE: true}

// OpenFile opens a file with the flags of package os, in the combinations that fopen(3) has, and with
// os.O_CREATE alone beside os.O_WRONLY or os.O_RDWR; others are ErrInvalidParams. A new file has the permission bits of mode less the server's umask. One that is open for
// appending is written to at its end, wherever Seek leads.
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

// openOrCreate takes no more than another try where the file comes or goes meanwhile. What is neither there nor can be
// made is a symbolic link to what isn't there, which appending makes.
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

// Name is the path that the file was opened by.
func (f *File) Name() string { return f.name }

// request calls a method of the file's.
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

// ReadAt reads at an offset; fewer bytes than p has come only with io.EOF, or another error.
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

// piece gives so many bytes, or as many as a message may well have; none at the file's end.
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

// Write returns when the server has taken all bytes.
func (f *File) Write(p []byte) (int, error) {
	f.position.Lock()
	defer f.position.Unlock()
	n, err := f.writeAt(p, f.offset)
	f.offset += int64(n)
	return n, err
}

// Seek moves Read and Write. With io.SeekEnd the server is asked for the size.
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

// Stat says what the file is. Its name is the last part of the path that it was opened by.
func (f *File) Stat() (fs.FileInfo, error) {
	reply, err := f.request(methodFileStat, nil, nil)
	if err != nil {
		return nil, err
	}
	info := &fileInfo{name: path.Base(f.name)}
	return info, decodeResult(methodFileStat, reply, &info.wire)
}

// Truncate sets the file's size; what is added is zeros.
func (f *File) Truncate(size int64) error {
	_, err := f.request(methodFileTruncate, map[string]any{"size": size}, nil)
	return err
}

// Sync has the server put the file on its disk. One that can't is ErrNotSupported.
func (f *File) Sync() error {
	_, err := f.request(methodFileSync, nil, nil)
	return err
}

// Close closes the file. Other calls are fs.ErrClosed from here on, and so is a second Close.
func (f *File) Close() error {
	f.mu.Lock()
	closed := f.closed
	f.closed = true
	f.mu.Unlock()
	if closed {
		return &fs.PathError{Op: methodFileClose, Path: f.name, Err: fs.ErrClosed}
	}
	// Even where the file's context has ended.
	ctx, cancel := contextForEnd()
	defer cancel()
	return f.files.WithContext(ctx).call(methodFileClose, map[string]any{"file": f.handle}, nil)
}
