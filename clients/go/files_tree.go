package sshrpc

import (
	"encoding/json"
	"path/filepath"
	"time"
)

// CopyOptions are those of Files.Get and Files.Put. The zero value copies one file.
type CopyOptions struct {
	// Recursive takes a directory with what is in it; without, a directory is an error.
	Recursive bool

	// Preserve gives files and directories the times and the permission bits of the source's.
	Preserve bool

	// Overwrite says what becomes of a file that is there already: "always", the default; "changed" replaces it
	// where its size or its time differs, and gives what it copies the source's times; "never".
	Overwrite string

	// Delete removes from the destination's directories what the source's haven't, but nothing that is
	// excluded.
	Delete bool

	// Exclude are globs of what is left out: *, ?, […], and ** for any number of directories. One without / is
	// of a name at any depth, others are of a path below the source; with / at its end it is of directories.
	Exclude []string

	// Symlinks says what becomes of symbolic links within a tree: "copy", the default, "follow" or "skip".
	Symlinks string

	// Resume goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same,
	// and leaves what comes of this one if it fails.
	Resume bool

	// DryRun changes nothing; the result is what would have been done.
	DryRun bool

	// IdleTimeout gives up when no byte has moved in either direction for so long. The default, 0, is 30
	// seconds.
	IdleTimeout time.Duration

	// OnProgress, where not nil, is called as the function OnProgress says.
	OnProgress func(Progress)
}

// CopyResult says what Files.Get or Files.Put did.
type CopyResult struct {
	Files, Directories, Symlinks int   // copied, and made
	Bytes                        int64 // of the files copied
	Skipped                      int   // there already, left out, or neither file nor directory nor link
}

// A CopyFailure is what Files.Get or Files.Put could not copy.
type CopyFailure struct {
	Path    string
	Kind    Kind
	Message string
}

// Get copies a remote file, or a directory with Recursive, to a local one. local is the name of the result
// itself, never of a directory to put it into. Each file is received under a temporary name beside its
// destination and renamed when it is whole: what fails leaves an old one as it was. Names from the server that
// could lead elsewhere are refused. options may be nil.
//
// Where some files of a tree fail, the others are copied all the same; the error is ErrTransferIncomplete, the
// result says what was done, and Failures of the error what was not. Where it was a single file, the error is
// its own. ErrLocalFileError is of a file here.
func (f *Files) Get(remote, local string, options *CopyOptions) (*CopyResult, error) {
	dest, err := filepath.Abs(local)
	if err != nil {
		return nil, localError(methodFsGet, err)
	}
	params := map[string]any{"dest": dest}
	setBytes(params, "source", remote)
	return f.copy(methodFsGet, params, options)
}

// Put copies a local file, or a directory with Recursive, to a remote one; all else as Get.
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

// Failures are the files that Files.Get or Files.Put could not copy, of ErrTransferIncomplete.
func (e *Error) Failures() []CopyFailure {
	var data struct {
		Failures []CopyFailure `json:"failures"`
	}
	if e.Kind != ErrTransferIncomplete || json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	return data.Failures
}
