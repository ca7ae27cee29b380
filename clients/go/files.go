package sshrpc

import (
	"context"
	"encoding/base64"
	"io/fs"
	"time"
)

// Files are the server's files, with functions as those of package os. They are reached by SFTP, or by a shell if
// the server has no SFTP.
//
// Paths are taken literally, byte for byte; a relative one counts from the account's home. Only RealPath knows ~.
// Files is an fs.FS, fs.ReadDirFS, fs.ReadFileFS, fs.StatFS and fs.SubFS that takes any path, absolute ones, too, so
// that fs.WalkDir(files, "/etc", …) works. Sub gives a file system that takes only paths by fs.ValidPath.
//
// Errors are *Error, of the kind ErrRemoteFileError if the server refuses. For errors.Is they are fs.ErrNotExist,
// fs.ErrExist, fs.ErrPermission or the error of package syscall that is the reason; errors.As gives an
// *fs.PathError. What the server can't do is ErrNotSupported. Other kinds: ErrClosed, ErrConnectionLost,
// ErrChannelOpenFailed, ErrChannelRequestDenied, ErrTimeout, ErrCancelled, ErrDaemonEnded, ErrInvalidParams.
//
// Safe for concurrent use.
type Files struct {
	session *Session
	ctx     context.Context
}

// Files gives the server's files. It doesn't ask the server anything.
func (s *Session) Files() *Files { return &Files{session: s, ctx: context.Background()} }

// WithContext gives the same files for calls that end with ctx and have its deadline. The methods of a File use the
// context with which it was opened.
func (f *Files) WithContext(ctx context.Context) *Files { return &Files{session: f.session, ctx: ctx} }

// FilesInfo says how a server's files are reached.
type FilesInfo struct {
	Via        string   // "sftp", or "shell" where the server has no SFTP
	Extensions []string // the names of its SFTP's extensions
	Home       string   // the folder from which relative paths count; "" if it isn't known
}

// Info says how the server's files are reached.
func (f *Files) Info() (*FilesInfo, error) {
	var result fsInfoResult
	if err := f.call(methodFsInfo, nil, &result); err != nil {
		return nil, err
	}
	info := &FilesInfo{Via: result.Via, Extensions: result.Extensions}
	if result.Home != nil {
		info.Home = nameOf(*result.Home, result.Encoding)
	}
	return info, nil
}

// pathParams gives params with a path in them.
func pathParams(path string) map[string]any {
	params := map[string]any{}
	setBytes(params, "path", path)
	return params
}

// onPath calls a method that takes one path.
func (f *Files) onPath(method, path string, params map[string]any) error {
	setBytes(params, "path", path)
	return f.call(method, params, nil)
}

// fromTo calls a method that takes two paths.
func (f *Files) fromTo(method, from, to string) error {
	params := map[string]any{}
	setBytes(params, "from", from)
	setBytes(params, "to", to)
	return f.call(method, params, nil)
}

func (f *Files) call(method string, params map[string]any, result any) error {
	reply, err := f.request(method, params, nil)
	if err != nil || result == nil {
		return err
	}
	return decodeResult(method, reply, result)
}

// request calls a method, with the session and the time-out added to the params.
func (f *Files) request(method string, params map[string]any, binary []byte) (reply, error) {
	if params == nil {
		params = map[string]any{}
	}
	if params["file"] == nil {
		params["session"] = f.session.handle
	}
	if timeout := timeoutOf(f.ctx); timeout != nil {
		params["timeout"] = *timeout
	}
	return f.session.call(f.ctx, request{method: method, params: params, binary: binary})
}

// nameOf decodes a name: one that isn't UTF-8 comes as base64.
func nameOf(name string, encoding *string) string {
	if encoding != nil {
		if bytes, err := base64.StdEncoding.DecodeString(name); err == nil {
			return string(bytes)
		}
	}
	return name
}

// A FileStat is what the method Sys of a remote file's fs.FileInfo returns (a pointer to it). Numbers that the server
// doesn't tell are -1.
type FileStat struct {
	UID, GID     int
	Owner, Group string // their names; "" if the server doesn't tell them
	AccessTime   time.Time
}

// fileInfo is an fs.FileInfo and an fs.DirEntry.
type fileInfo struct {
	name string
	wire fsStatResult
}

func (i *fileInfo) Name() string               { return i.name }
func (i *fileInfo) IsDir() bool                { return i.wire.Type == "directory" }
func (i *fileInfo) Type() fs.FileMode          { return i.Mode().Type() }
func (i *fileInfo) Info() (fs.FileInfo, error) { return i, nil }
func (i *fileInfo) ModTime() time.Time         { return timeOf(i.wire.Mtime) }

func (i *fileInfo) Size() int64 {
	if i.wire.Size == nil {
		return 0
	}
	return *i.wire.Size
}

var fileTypes = map[string]fs.FileMode{
	"file":      0,
	"directory": fs.ModeDir,
	"symlink":   fs.ModeSymlink,
	"fifo":      fs.ModeNamedPipe,
	"socket":    fs.ModeSocket,
	"block":     fs.ModeDevice,
	"character": fs.ModeDevice | fs.ModeCharDevice,
}

// specialBits are the mode bits for which fs.FileMode has other values than Unix.
var specialBits = map[int64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky}

func (i *fileInfo) Mode() fs.FileMode {
	mode, known := fileTypes[i.wire.Type]
	if !known {
		mode = fs.ModeIrregular
	}
	if i.wire.Mode == nil {
		return mode
	}
	for bit, special := range specialBits {
		if *i.wire.Mode&bit != 0 {
			mode |= special
		}
	}
	return mode | fs.FileMode(*i.wire.Mode)&fs.ModePerm
}

// permissionBits gives the bits of a mode as Unix has them, the special ones included.
func permissionBits(mode fs.FileMode) int64 {
	bits := int64(mode.Perm())
	for bit, special := range specialBits {
		if mode&special != 0 {
			bits |= bit
		}
	}
	return bits
}

func (i *fileInfo) Sys() any {
	stat := &FileStat{UID: -1, GID: -1, AccessTime: timeOf(i.wire.Atime)}
	if i.wire.Uid != nil {
		stat.UID = int(*i.wire.Uid)
	}
	if i.wire.Gid != nil {
		stat.GID = int(*i.wire.Gid)
	}
	if i.wire.Owner != nil {
		stat.Owner = *i.wire.Owner
	}
	if i.wire.Group != nil {
		stat.Group = *i.wire.Group
	}
	return stat
}

func timeOf(seconds *float64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(0, int64(*seconds*float64(time.Second)))
}
