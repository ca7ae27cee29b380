package sshrpc

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Get copies a remote file to a local one, by SCP, and gives its size in bytes. The remote path is taken literally,
// byte for byte: no globs, no ~; a relative one counts from the account's home.
//
// The file is received under a temporary name beside the destination, and renamed when it is complete: if that fails,
// an old file stays as it was. A new file has mode 0666 less the umask.
//
// Errors: ErrScpRemoteError and ErrLocalFileError, which for errors.Is are also fs.ErrNotExist, fs.ErrPermission,
// syscall.EISDIR or the like; ErrScpProtocolError, ErrClosed, ErrConnectionLost, ErrChannelOpenFailed,
// ErrChannelRequestDenied, ErrTimeout, ErrCancelled, ErrDaemonEnded, ErrInvalidParams.
func (s *Session) Get(ctx context.Context, remote, local string, options ...TransferOption) (int64, error) {
	// A relative path counts from this process's working directory, not from the daemon's.
	dest, err := filepath.Abs(local)
	if err != nil {
		return 0, localError(methodSessionSCPRecv, err)
	}
	o := transferOptionsOf(options)
	params := map[string]any{"dest": dest}
	setBytes(params, "source", remote)
	var result sessionSCPRecvResult
	_, err = s.transfer(ctx, methodSessionSCPRecv, remote, params, nil, o, &result)
	return result.Bytes, err
}

// Put copies a local file to a remote one, by SCP. remote is the file's own name: if it is a folder, the file is
// written into it, under the folder's name ("/tmp" makes /tmp/tmp). A new file has the permission bits of the local
// one, or those of the option Mode, less the server's umask. Symbolic links are followed. A source that isn't a
// regular file is ErrLocalFileError.
//
// It returns nil only when the server has confirmed the whole file. Errors: those of Get.
func (s *Session) Put(ctx context.Context, local, remote string, options ...TransferOption) error {
	source, err := filepath.Abs(local)
	if err != nil {
		return localError(methodSessionSCPSendfile, err)
	}
	o := transferOptionsOf(options)
	params := map[string]any{"source": source}
	setBytes(params, "dest", remote)
	if o.mode != nil {
		params["mode"] = *o.mode
	}
	_, err = s.transfer(ctx, methodSessionSCPSendfile, remote, params, nil, o, nil)
	return err
}

// ReadFile gives a remote file's content, by SCP. A file above 256 MiB, or MaxBytes, is ErrOutputTooLarge.
//
// Errors: that, and those of Get.
func (s *Session) ReadFile(ctx context.Context, remote string, options ...TransferOption) ([]byte, error) {
	o := transferOptionsOf(options)
	params := map[string]any{}
	setBytes(params, "source", remote)
	if o.maxBytes != nil {
		params["maxOutput"] = *o.maxBytes
	}
	var result sessionSCPRecvResult
	reply, err := s.transfer(ctx, methodSessionSCPRecv, remote, params, nil, o, &result)
	if err != nil {
		return nil, err
	}
	data, err := decodeBytes(result.Data, result.Encoding, reply.binary)
	if err == nil && int64(len(data)) != result.Bytes {
		err = fmt.Errorf("%d bytes instead of %d", len(data), result.Bytes)
	}
	if err != nil {
		return nil, unexpected(methodSessionSCPRecv, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// WriteFile writes a remote file, by SCP. A new one has the permission bits of mode, less the server's
// umask; one that exists keeps its own. data may be used again when WriteFile has returned.
//
// data may have almost 256 MiB, or 192 MiB with a daemon without binary frames; more is ErrInvalidParams. Put takes
// files of any size. It returns nil only when the server has confirmed the whole file. Other errors: those of Get.
func (s *Session) WriteFile(ctx context.Context, remote string, data []byte, mode fs.FileMode, options ...TransferOption) error {
	params := map[string]any{"mode": int64(mode.Perm())}
	setBytes(params, "dest", remote)
	if err := s.ready(ctx, methodSessionSCPSend); err != nil {
		return err
	}
	value, encoding, binary := encodeBytes(data, s.daemon.binaryFrames)
	params["data"], params["encoding"] = value, encoding
	_, err := s.transfer(ctx, methodSessionSCPSend, remote, params, binary, transferOptionsOf(options), nil)
	return err
}

// setBytes sets a param that goes to the server as bytes, be it text or not.
func setBytes(params map[string]any, name, value string) {
	params[name], params[name+"Encoding"], _ = encodeBytes([]byte(value), false)
}

func transferOptionsOf(options []TransferOption) transferOptions {
	var o transferOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// transfer calls a method that transfers a file, and reports its progress.
func (s *Session) transfer(ctx context.Context, method, remote string, params map[string]any, binary []byte, o transferOptions, result any) (reply, error) {
	params["session"] = s.handle
	if timeout := timeoutOf(ctx); timeout != nil {
		params["timeout"] = *timeout
	}
	if o.idleTimeout != nil {
		params["idleTimeout"] = *o.idleTimeout
	}
	if o.progress != nil {
		token := s.daemon.newToken()
		params["workDoneToken"] = token
		defer s.reportProgress(ctx, token, o.progress)()
	}
	reply, err := s.call(ctx, request{method: method, params: params, binary: binary})
	if e, ok := err.(*Error); ok && e.Path == "" && e.Kind == ErrScpRemoteError {
		e.Path = remote
	}
	if err != nil || result == nil {
		return reply, err
	}
	return reply, decodeResult(method, reply, result)
}
