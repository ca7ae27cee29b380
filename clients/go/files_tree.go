package sshrpc

import (
	"encoding/json"
	"path/filepath"
	"time"
)

// CopyOptions are those of Files.Get and Files.Put. The zero value copies one file.
type CopyOptions struct {
	// Recursive copies directories with all that is in them. Without it, a directory is an error.
	Recursive bool

	// Preserve gives the copies the times and the permission bits of the source.
	Preserve bool

	// Overwrite says what to do with a file that exists already: "always", the default, replaces it; "changed"
	// replaces it if its size or its time differs, and gives the copy the source's times; "never" leaves it.
	Overwrite string

	// Delete removes from the destination's directories what isn't in the source's, but nothing that is excluded.
	Delete bool

	// Exclude are globs of what to leave out: *, ?, […], and ** for any number of directories. A glob without /
	// matches a name at any depth, any other a path below the source. With / at its end it matches directories
	// only.
	Exclude []string

	// Symlinks says what to do with symbolic links in a tree: "copy", the default, "follow" or "skip".
	Symlinks string

	// Resume goes on with the part of a file that an earlier attempt has left, if its hash shows that the content
	// is the same. If this attempt fails, its part is left for the next one.
	Resume bool

	// DryRun changes nothing; the result tells what would have been done.
	DryRun bool

	// IdleTimeout ends the transfer when no byte has moved in either direction for that long. The default, 0,
	// means 30 seconds.
	IdleTimeout time.Duration

	// OnProgress, where not nil, is called as the function OnProgress says.
	OnProgress func(Progress)
}

// CopyResult says what Files.Get or Files.Put did.
type CopyResult struct {
	Files, Directories, Symlinks int   // how many were copied or made
	Bytes                        int64 // of the files that were copied
	Skipped                      int   // existed already, were excluded, or are no file, directory or link
}

// A CopyFailure is a file that Files.Get or Files.Put could not copy.
type CopyFailure struct {
	Path    string
	Kind    Kind
	Message string
}

// Get copies a remote file, or with Recursive a directory, to a local one. local is the name of the result, never a
// directory to put it into. Each file is received under a temporary name beside its destination and renamed when it
// is complete: if that fails, an old file stays as it was. Names from the server that would lead out of local are
// refused. options may be nil.
//
// If some files of a tree fail, the others are copied all the same. The error is ErrTransferIncomplete then; the
// result says what was done, and the error's Failures what was not. For a single file, the error is that of the
// file. ErrLocalFileError is about a file on this machine.
func (f *Files) Get(remote, local string, options *CopyOptions) (*CopyResult, error) {
	dest, err := filepath.Abs(local)
	if err != nil {
		return nil, localError(methodFsGet, err)
	}
	params := map[string]any{"dest": dest}
	setBytes(params, "source", remote)
	return f.copy(methodFsGet, params, options)
}

// Put copies a local file, or with Recursive a directory, to a remote one. All else is as for Get.
func (f *Files) Put(local, remote string, options *CopyOptions) (*CopyResult, error) {
	source, err := filepath.Abs(local)
	if err != nil {
		return nil, localError(methodFsPut, err)
	}
	params := map[string]any{"source": source}
	setBytes(params, "dest", remote)
	return f.copy(methodFsPut, params, options)
}

func (f *Files) copy(method string, params map[string]any, options *CopyOptions) (*CopyResult, error) {
	if options == nil {
		options = &CopyOptions{}
	}
	for name, value := range map[string]bool{
		"recursive": options.Recursive, "preserve": options.Preserve, "delete": options.Delete,
		"resume": options.Resume, "dryRun": options.DryRun,
	} {
		if value {
			params[name] = true
		}
	}
	for name, value := range map[string]string{"overwrite": options.Overwrite, "symlinks": options.Symlinks} {
		if value != "" {
			params[name] = value
		}
	}
	if len(options.Exclude) > 0 {
		params["exclude"] = options.Exclude
	}
	if options.IdleTimeout != 0 {
		params["idleTimeout"] = options.IdleTimeout.Seconds()
	}
	if options.OnProgress != nil {
		token := f.session.daemon.newToken()
		params["workDoneToken"] = token
		defer f.session.reportProgress(f.ctx, token, options.OnProgress)()
	}
	reply, err := f.request(method, params, nil)
	if err == nil {
		var result fsGetResult
		err = decodeResult(method, reply, &result)
		return result.counts(), err
	}
	var partial fsGetResult
	e, ok := err.(*Error)
	if ok && e.Kind == ErrTransferIncomplete && json.Unmarshal(e.Data, &partial) == nil {
		return partial.counts(), err
	}
	return nil, err
}

func (r *fsGetResult) counts() *CopyResult {
	return &CopyResult{int(r.Files), int(r.Directories), int(r.Symlinks), r.Bytes, int(r.Skipped)}
}

// Failures are, for ErrTransferIncomplete, the files that Files.Get or Files.Put could not copy.
func (e *Error) Failures() []CopyFailure {
	var data struct {
		Failures []CopyFailure `json:"failures"`
	}
	if e.Kind != ErrTransferIncomplete || json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	return data.Failures
}
