//go:build !unix

package sshrpc

import "net"

// openSocket always gives nil here: `sshrpc --attach` connects to the shared daemon instead.
func openSocket([]string) *net.UnixConn { return nil }

func ownUmask() int64 { return 0 }
