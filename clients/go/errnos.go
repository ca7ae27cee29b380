package sshrpc

import (
	"net"
	"strings"
	"syscall"
)

// errnos are the errors of files, sockets and connecting by their names, which the daemon gives.
var errnos = map[string]syscall.Errno{
	"EACCES":        syscall.EACCES,
	"EADDRINUSE":    syscall.EADDRINUSE,
	"EADDRNOTAVAIL": syscall.EADDRNOTAVAIL,
	"EAFNOSUPPORT":  syscall.EAFNOSUPPORT,
	"EAGAIN":        syscall.EAGAIN,
	"EBADF":         syscall.EBADF,
	"EBUSY":         syscall.EBUSY,
	"ECONNABORTED":  syscall.ECONNABORTED,
	"ECONNREFUSED":  syscall.ECONNREFUSED,
	"ECONNRESET":    syscall.ECONNRESET,
	"EDQUOT":        syscall.EDQUOT,
	"EEXIST":        syscall.EEXIST,
	"EFBIG":         syscall.EFBIG,
	"EHOSTDOWN":     syscall.EHOSTDOWN,
	"EHOSTUNREACH":  syscall.EHOSTUNREACH,
	"EINVAL":        syscall.EINVAL,
	"EIO":           syscall.EIO,
	"EISDIR":        syscall.EISDIR,
	"ELOOP":         syscall.ELOOP,
	"EMFILE":        syscall.EMFILE,
	"ENAMETOOLONG":  syscall.ENAMETOOLONG,
	"ENETDOWN":      syscall.ENETDOWN,
	"ENETUNREACH":   syscall.ENETUNREACH,
	"ENFILE":        syscall.ENFILE,
	"ENOBUFS":       syscall.ENOBUFS,
	"ENODEV":        syscall.ENODEV,
	"ENOENT":        syscall.ENOENT,
	"ENOMEM":        syscall.ENOMEM,
	"ENOSPC":        syscall.ENOSPC,
	"ENOTCONN":      syscall.ENOTCONN,
	"ENOTEMPTY":     syscall.ENOTEMPTY,
	"ENOTDIR":       syscall.ENOTDIR,
	"ENOTSOCK":      syscall.ENOTSOCK,
	"ENXIO":         syscall.ENXIO,
	"EOPNOTSUPP":    syscall.EOPNOTSUPP,
	"EPERM":         syscall.EPERM,
	"EPIPE":         syscall.EPIPE,
	"EPROTOTYPE":    syscall.EPROTOTYPE,
	"EROFS":         syscall.EROFS,
	"ESTALE":        syscall.ESTALE,
	"ETIMEDOUT":     syscall.ETIMEDOUT,
	"ETXTBSY":       syscall.ETXTBSY,
	"EXDEV":         syscall.EXDEV,
}

// resolverErrors are the names that the daemon gives when a host's name can't be looked up: no errno has these.
var resolverErrors = map[string]net.DNSError{
	"EAI_AGAIN": {Err: "temporary failure in name resolution", IsTemporary: true},
	"ENOTFOUND": {Err: "no such host", IsNotFound: true},
}

// errnoOfWords gives the name of the error for a message of a remote scp, which ends with the words of perror(3).
func errnoOfWords(text string) string {
	text = strings.ToLower(text)
	if strings.HasSuffix(text, ": not a regular file") {
		return "EISDIR"
	}
	for name, errno := range errnos {
		if strings.HasSuffix(text, ": "+strings.ToLower(errno.Error())) {
			return name
		}
	}
	return ""
}
