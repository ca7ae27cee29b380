package sshrpc

import (
	"io"
	"io/fs"
	"strings"
	"sync"
)

// Sub gives the directory as a file system of its own, as os.DirFS does: an fs.FS, fs.ReadDirFS,
// fs.ReadFileFS, fs.StatFS and fs.SubFS that takes names by fs.ValidPath only. Symbolic links lead where they
// lead.
func (f *Files) Sub(dir string) (fs.FS, error) {
	if dir == "" {
		return nil, &fs.PathError{Op: "sub", Path: dir, Err: fs.ErrInvalid}
	}
	return &subFS{f, dir}, nil
}

type subFS struct {
	files *Files
	root  string
}

func (s *subFS) within(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return s.root, nil
	}
	return strings.TrimSuffix(s.root, "/") + "/" + name, nil
}

func (s *subFS) Open(name string) (fs.File, error) {
	full, err := s.within("open", name)
	if err != nil {
		return nil, err
	}
	return s.files.Open(full)
}

func (s *subFS) ReadDir(name string) ([]fs.DirEntry, error) {
	full, err := s.within("readdir", name)
	if err != nil {
		return nil, err
	}
	return s.files.ReadDir(full)
}

func (s *subFS) ReadFile(name string) ([]byte, error) {
	full, err := s.within("readfile", name)
	if err != nil {
		return nil, err
	}
	return s.files.ReadFile(full)
}

func (s *subFS) Stat(name string) (fs.FileInfo, error) {
	full, err := s.within("stat", name)
	if err != nil {
		return nil, err
	}
	return s.files.Stat(full)
}

func (s *subFS) Sub(name string) (fs.FS, error) {
	full, err := s.within("sub", name)
	if err != nil {
		return nil, err
	}
	return s.files.Sub(full)
}

// directory is an fs.ReadDirFile; its entries are asked for when they are wanted.
type directory struct {
	files   *Files
	path    string
	info    fs.FileInfo
	mu      sync.Mutex
	listed  bool
	entries []fs.DirEntry // not given yet
	closed  bool
}

func (d *directory) Stat() (fs.FileInfo, error) { return d.info, nil }

func (d *directory) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: errnos["EISDIR"]}
}

func (d *directory) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return &fs.PathError{Op: "close", Path: d.path, Err: fs.ErrClosed}
	}
	d.closed = true
	return nil
}

func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, &fs.PathError{Op: "readdir", Path: d.path, Err: fs.ErrClosed}
	}
	if !d.listed {
		entries, err := d.files.ReadDir(d.path)
		if err != nil {
			return nil, err
		}
		d.listed, d.entries = true, entries
	}
	count := len(d.entries)
	if n > 0 {
		if count == 0 {
			return nil, io.EOF
		}
		if n < count {
			count = n
		}
	}
	given := d.entries[:count:count]
	d.entries = d.entries[count:]
	return given, nil
}
