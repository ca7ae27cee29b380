package sshrpc

import (
	"errors"
	"io/fs"
	"path"
	"sort"
	"syscall"
	"time"
)

// Stat gives size, mode, times and so on of a file. A symbolic link is followed. Sys of the result is a *FileStat.
func (f *Files) Stat(name string) (fs.FileInfo, error) { return f.stat(methodFsStat, name) }

// Lstat is Stat without following a symbolic link.
func (f *Files) Lstat(name string) (fs.FileInfo, error) { return f.stat(methodFsLstat, name) }

func (f *Files) stat(method, name string) (fs.FileInfo, error) {
	info := &fileInfo{name: path.Base(name)}
	if err := f.call(method, pathParams(name), &info.wire); err != nil {
		return nil, err
	}
	return info, nil
}

// ReadDir gives a directory's entries, sorted by name. The method Info of an entry doesn't ask the server again.
func (f *Files) ReadDir(name string) ([]fs.DirEntry, error) {
	var result fsReaddirResult
	if err := f.call(methodFsReaddir, pathParams(name), &result); err != nil {
		return nil, err
	}
	entries := make([]fs.DirEntry, len(result.Entries))
	for i, e := range result.Entries {
		entries[i] = dirEntry(e)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	return entries, nil
}

func dirEntry(e fsReaddirResultEntrie) fs.DirEntry {
	return &fileInfo{nameOf(e.Name, e.Encoding), fsStatResult{
		Type: e.Type, Size: e.Size, Mode: e.Mode, Uid: e.Uid, Gid: e.Gid,
		Atime: e.Atime, Mtime: e.Mtime, Owner: e.Owner, Group: e.Group,
	}}
}

// Mkdir makes a directory, with the permission bits of mode less the server's umask.
func (f *Files) Mkdir(name string, mode fs.FileMode) error {
	return f.onPath(methodFsMkdir, name, map[string]any{"mode": permissionBits(mode)})
}

// MkdirAll makes a directory, and those above it that don't exist. It is no error if it exists already.
func (f *Files) MkdirAll(name string, mode fs.FileMode) error {
	return f.onPath(methodFsMkdir, name, map[string]any{"mode": permissionBits(mode), "recursive": true})
}

// Remove removes a file, a symbolic link or an empty directory.
func (f *Files) Remove(name string) error {
	err := f.onPath(methodFsUnlink, name, map[string]any{})
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// It may be a directory: servers give various errors for those.
	other := f.onPath(methodFsRmdir, name, map[string]any{})
	if other == nil || !errors.Is(other, syscall.ENOTDIR) {
		return other
	}
	return err
}

// RemoveAll removes a file, or a directory and all that is in it. It is no error if there is nothing of that name.
// Symbolic links are removed, not followed. "/", "." and ".." are refused.
func (f *Files) RemoveAll(name string) error {
	return f.onPath(methodFsRm, name, map[string]any{"recursive": true, "force": true})
}

// Rename renames a file or a directory. What has the new name already is replaced.
func (f *Files) Rename(from, to string) error { return f.fromTo(methodFsRename, from, to) }

// Copy copies a file on the server, without its bytes coming here. A file that has the new name is replaced when the
// copy is complete.
func (f *Files) Copy(from, to string) error { return f.fromTo(methodFsCopyFile, from, to) }

// Link makes a hard link: to becomes another name of the file from.
func (f *Files) Link(from, to string) error { return f.fromTo(methodFsLink, from, to) }

// Symlink makes a symbolic link that leads to target, which need not exist.
func (f *Files) Symlink(target, name string) error {
	params := map[string]any{}
	setBytes(params, "target", target)
	return f.onPath(methodFsSymlink, name, params)
}

// Readlink gives the target of a symbolic link, as it stands in the link.
func (f *Files) Readlink(name string) (string, error) { return f.pathOf(methodFsReadlink, name) }

// RealPath gives the absolute path without symbolic links, "." and "..". "~" at the beginning is the account's home,
// "~NAME" that of another account. The last part need not exist.
func (f *Files) RealPath(name string) (string, error) { return f.pathOf(methodFsRealpath, name) }

func (f *Files) pathOf(method, name string) (string, error) {
	var result fsRealpathResult
	if err := f.call(method, pathParams(name), &result); err != nil {
		return "", err
	}
	return nameOf(result.Path, result.Encoding), nil
}

// Chmod sets a file's permission bits, ModeSetuid, ModeSetgid and ModeSticky.
func (f *Files) Chmod(name string, mode fs.FileMode) error {
	return f.onPath(methodFsChmod, name, map[string]any{"mode": permissionBits(mode)})
}

// Chown sets a file's owner and group, by their numbers.
func (f *Files) Chown(name string, uid, gid int) error {
	return f.onPath(methodFsChown, name, map[string]any{"uid": uid, "gid": gid})
}

// Lchown is Chown without following a symbolic link.
func (f *Files) Lchown(name string, uid, gid int) error {
	return f.onPath(methodFsChown, name, map[string]any{"uid": uid, "gid": gid, "followLinks": false})
}

// Chtimes sets a file's times of last access and last change. They are cut to whole seconds, and must lie between
// 1970 and 2106.
func (f *Files) Chtimes(name string, accessed, modified time.Time) error {
	return f.onPath(methodFsUtimes, name, map[string]any{"atime": accessed.Unix(), "mtime": modified.Unix()})
}

// Truncate sets a file's size in bytes. A file that grows is filled with zeros.
func (f *Files) Truncate(name string, size int64) error {
	return f.onPath(methodFsTruncate, name, map[string]any{"size": size})
}

// A StatVFS is the size of a file system, and how much of it is free.
type StatVFS struct {
	BlockSize int64 // in bytes
	Blocks    int64
	Free      int64 // blocks
	Available int64 // free blocks that ordinary users may take
	Files     int64 // inodes; 0 if the file system has no fixed number of them
	FreeFiles int64
}

// StatVFS tells of the file system that a path is on.
func (f *Files) StatVFS(name string) (*StatVFS, error) {
	var result fsStatfsResult
	if err := f.call(methodFsStatfs, pathParams(name), &result); err != nil {
		return nil, err
	}
	return &StatVFS{
		BlockSize: result.BlockSize, Blocks: result.Blocks, Free: result.Free,
		Available: result.Available, Files: result.Files, FreeFiles: result.FreeFiles,
	}, nil
}
