package sshrpc

import (
	"io/fs"
	"strings"
)

// Sub gives a directory as a file system of its own, as os.DirFS does: an fs.FS, fs.ReadDirFS, fs.ReadFileFS,
// fs.StatFS and fs.SubFS that takes only names by fs.ValidPath. As with os.DirFS, symbolic links may lead out of it.
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
