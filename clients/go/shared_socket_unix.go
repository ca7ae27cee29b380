//go:build unix

package sshrpc

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// openSocket connects to the shared daemon. It gives nil if nobody listens, or if the socket may be another user's.
func openSocket(env []string) *net.UnixConn {
	if env == nil {
		env = os.Environ()
	}
	folder := sharedFolder(env)
	path := filepath.Join(folder, version+".sock")
	if !isPrivate(folder, fs.ModeDir) || !isPrivate(path, fs.ModeSocket) {
		return nil
	}
	socket, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil
	}
	return socket
}

func sharedFolder(env []string) string {
	values := ownEnvironment(env).Variables
	if runtime := values["XDG_RUNTIME_DIR"]; filepath.IsAbs(runtime) {
		return filepath.Join(runtime, "sshrpc")
	}
	// The same as Node's os.tmpdir(), by which the daemon chooses the place.
	temporary := "/tmp"
	for _, name := range []string{"TEMP", "TMP", "TMPDIR"} {
		if values[name] != "" {
			temporary = values[name]
		}
	}
	return filepath.Join(temporary, "sshrpc-"+strconv.Itoa(os.Getuid()))
}

// isPrivate says whether a file is of that kind, belongs to this user, and is closed to others. A symbolic link never
// is.
func isPrivate(path string, kind fs.FileMode) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != kind || info.Mode().Perm()&0o077 != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

var umaskLine = regexp.MustCompile(`(?m)^Umask:\s*([0-7]+)$`)

// ownUmask gives the umask, which Linux tells in /proc. Elsewhere it can be read only by setting it for a moment,
// which other goroutines may notice.
func ownUmask() int64 {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if found := umaskLine.FindSubmatch(status); found != nil {
			if umask, err := strconv.ParseInt(string(found[1]), 8, 64); err == nil {
				return umask
			}
		}
	}
	umask := syscall.Umask(0o077)
	syscall.Umask(umask)
	return int64(umask)
}
