package sshrpc

import (
	"context"
	"encoding/base64"
	"io/fs"
	"time"
)

// Files are the files of a session's account, by SFTP, or by a shell where the server has no SFTP: the
// functions of package os, on the server.
//
// Paths are the server's, taken literally, byte for byte; a relative one counts from the account's home.
// RealPath alone takes ~. Files is an fs.FS, fs.ReadDirFS, fs.ReadFileFS, fs.StatFS and fs.SubFS that takes all
// paths of the server, absolute ones, too, so that fs.WalkDir(files, "/etc", …) works. Sub gives one that holds
// to fs.ValidPath.
//
// Errors are *Error, of the kind ErrRemoteFileError where the server refuses. errors.Is knows
// fs.ErrNotExist, fs.ErrExist, fs.ErrPermission and what of package syscall the reason is, and errors.As
// *fs.PathError. What a server can't do is ErrNotSupported. Other kinds: ErrClosed, ErrConnectionLost,
// ErrChannelOpenFailed, ErrChannelRequestDenied, ErrTimeout, ErrCancelled, ErrDaemonEnded, ErrInvalidParams.
//
// Safe for concurrent use.
type Files struct {
	session *Session
	ctx     context.Context
}

// Files gives the session's files. It asks the server nothing.
func (s *Session) Files() *Files { return &Files{session: s, ctx: context.Background()} }

// WithContext gives the same files, for calls that end with ctx, and whose deadline is ctx's. The calls of a
// File are of the context that it was opened with.
func (f *Files) WithContext(ctx context.Context) *Files { return &Files{session: f.session, ctx: ctx} }

// FilesInfo says how a server's files are reached.
type FilesInfo struct {
	Via        string   // "sftp", or "shell" where the server has no SFTP
	Extensions []string // what its SFTP has beyond the draft, by name
	Home       string   // from which relative paths count; "" where it isn't known
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

// pathParams are a path among the params.
func pathParams(path string) map[string]any {
	params := map[string]any{}
	setBytes(params, "path", path)
	return params
}

// onPath calls a method of one path.
func (f *Files) onPath(method, path string, params map[string]any) error {
	setBytes(params, "path", path)
	return f.call(method, params, nil)
}

// fromTo calls a method of two.
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

// request adds what every call has.
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

// nameOf gives the bytes of a name.
func nameOf(name string, encoding *string) string {
	if encoding != nil {
		if bytes, err := base64.StdEncoding.DecodeString(name); err == nil {
			return string(bytes)
		}
	}
	return name
}

// A FileStat is what Sys of the fs.FileInfo of a remote file gives. Numbers that the server doesn't tell are -1.
type FileStat struct {
	UID, GID     int
	Owner, Group string // their names, where the server tells them
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

// specialBits are those that Go keeps elsewhere than Unix.
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

// permissionBits are those of a mode as Unix has them.
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
