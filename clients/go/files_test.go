package sshrpc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"github.com/sshrpc/sshrpc/clients/go"
)

var (
	_ fs.FS          = (*sshrpc.Files)(nil)
	_ fs.ReadDirFS   = (*sshrpc.Files)(nil)
	_ fs.ReadFileFS  = (*sshrpc.Files)(nil)
	_ fs.StatFS      = (*sshrpc.Files)(nil)
	_ fs.SubFS       = (*sshrpc.Files)(nil)
	_ io.ReaderAt    = (*sshrpc.File)(nil)
	_ io.WriterAt    = (*sshrpc.File)(nil)
	_ io.ReaderFrom  = (*sshrpc.File)(nil)
	_ io.WriterTo    = (*sshrpc.File)(nil)
	_ io.ReadSeeker  = (*sshrpc.File)(nil)
	_ io.WriteCloser = (*sshrpc.File)(nil)
)

// ok fails the test where a step of it does.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folderOf makes a directory on the server that this test has alone.
func folderOf(t *testing.T, files *sshrpc.Files) string {
	t.Helper()
	name := strings.ReplaceAll(t.Name(), "/", "_")
	ok(t, files.RemoveAll(name))
	ok(t, files.Mkdir(name, 0o755))
	return name
}

func TestFilesFS(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	folder := folderOf(t, files)
	ok(t, files.MkdirAll(folder+"/sub/deep", 0o755))
	ok(t, files.WriteFile(folder+"/hello", []byte("hello\n"), 0o644))
	ok(t, files.WriteFile(folder+"/sub/empty", nil, 0o600))
	ok(t, files.WriteFile(folder+"/sub/deep/bytes", bytes.Repeat([]byte{0, 255, '\n'}, 100), 0o644))
	sub, err := fs.Sub(files, folder)
	ok(t, err)
	ok(t, fstest.TestFS(sub, "hello", "sub/empty", "sub/deep/bytes"))
	var walked []string
	ok(t, fs.WalkDir(files, homeOf(t, files)+"/"+folder, func(path string, d fs.DirEntry, err error) error {
		walked = append(walked, d.Name())
		return err
	}))
	if got := strings.Join(walked, " "); got != folder+" hello sub deep bytes empty" {
		t.Error(got)
	}
}

func homeOf(t *testing.T, files *sshrpc.Files) string {
	t.Helper()
	info, err := files.Info()
	ok(t, err)
	if info.Via != "sftp" || info.Home == "" {
		t.Errorf("%+v", info)
	}
	return info.Home
}

func TestFilesNames(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	folder := folderOf(t, files)
	one, two := folder+"/caf\xe9 \xff'", folder+"/two"
	ok(t, files.WriteFile(one, []byte("1"), 0o640))
	info, err := files.Stat(one)
	ok(t, err)
	if info.Name() != "caf\xe9 \xff'" || info.Size() != 1 || info.Mode() != 0o640 || info.Sys().(*sshrpc.FileStat).UID < 0 {
		t.Error(info.Name(), info.Size(), info.Mode(), info.Sys())
	}
	then := time.Unix(1e9, 0)
	ok(t, files.Chtimes(one, then, then.Add(time.Hour)))
	ok(t, files.Chmod(one, 0o750|fs.ModeSticky))
	owner := info.Sys().(*sshrpc.FileStat)
	ok(t, files.Chown(one, owner.UID, owner.GID))
	ok(t, files.Truncate(one, 10))
	ok(t, files.Chtimes(one, then, then.Add(time.Hour)))
	entries, err := files.ReadDir(folder)
	ok(t, err)
	info, err = entries[0].Info()
	ok(t, err)
	if len(entries) != 1 || info.Name() != "caf\xe9 \xff'" || info.Size() != 10 || info.Mode() != 0o750|fs.ModeSticky ||
		!info.ModTime().Equal(then.Add(time.Hour)) || !info.Sys().(*sshrpc.FileStat).AccessTime.Equal(then) {
		t.Error(info.Name(), info.Size(), info.Mode(), info.ModTime(), info.Sys())
	}
	ok(t, files.Link(one, two))
	ok(t, files.Copy(two, folder+"/copy"))
	ok(t, files.Rename(folder+"/copy", two))
	ok(t, files.Symlink("two\xff", folder+"/link"))
	target, err := files.Readlink(folder + "/link")
	if err != nil || target != "two\xff" {
		t.Errorf("%q %v", target, err)
	}
	if info, err := files.Lstat(folder + "/link"); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Error(info, err)
	}
	if path, err := files.RealPath("~/" + folder + "/../" + folder); err != nil || path != homeOf(t, files)+"/"+folder {
		t.Error(path, err)
	}
	if room, err := files.StatVFS("."); err != nil || room.BlockSize <= 0 || room.Blocks < room.Available {
		t.Error(room, err)
	}
	ok(t, files.Mkdir(folder+"/dir", 0o700))
	for _, name := range []string{"/dir", "/link", "/two"} {
		ok(t, files.Remove(folder+name))
	}
	ok(t, files.RemoveAll(folder))
	ok(t, files.RemoveAll(folder))
}

func TestFilesErrors(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	folder := folderOf(t, files)
	ok(t, files.WriteFile(folder+"/file", nil, 0o644))
	_, err := files.Stat(folder + "/missing")
	e := wantKind(t, err, sshrpc.ErrRemoteFileError)
	var pathError *fs.PathError
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &pathError) || e.Path != folder+"/missing" {
		t.Error(err, e.Path)
	}
	for name, step := range map[string]struct {
		err  error
		want error
	}{
		"mkdir":       {files.Mkdir(folder+"/file", 0o755), fs.ErrExist},
		"remove":      {files.Remove(folder), syscall.ENOTEMPTY},
		"remove none": {files.Remove(folder + "/missing"), fs.ErrNotExist},
		"permission":  {files.Chmod("/etc", 0o755), fs.ErrPermission},
	} {
		if !errors.Is(step.err, step.want) {
			t.Errorf("%s: %v", name, step.err)
		}
	}
	if _, err := files.OpenFile(folder+"/file", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	_, err = files.OpenFile(folder+"/file", os.O_APPEND|os.O_TRUNC, 0o644)
	wantKind(t, err, sshrpc.ErrInvalidParams)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := files.WithContext(ctx).Stat("."); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFile(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	name := folderOf(t, files) + "/file"
	file, err := files.Create(name)
	ok(t, err)
	content := bytes.Repeat([]byte("0123456789abcdef"), 20)
	if n, err := file.Write(content); n != len(content) || err != nil {
		t.Fatal(n, err)
	}
	if n, err := file.WriteAt([]byte("XY"), 5); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	copy(content[5:], "XY")
	if at, err := file.Seek(0, io.SeekStart); at != 0 || err != nil {
		t.Fatal(at, err)
	}
	ok(t, iotest.TestReader(file, content))
	ok(t, file.Sync())
	ok(t, file.Truncate(100))
	if at, err := file.Seek(-1, io.SeekEnd); at != 99 || err != nil {
		t.Error(at, err)
	}
	info, err := file.Stat()
	if err != nil || info.Size() != 100 || info.Name() != "file" {
		t.Error(info, err)
	}
	ok(t, file.Close())
	for _, err := range []error{file.Close(), file.Sync()} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Error(err)
		}
	}
	end, err := files.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	ok(t, err)
	_, err = end.Write([]byte("end"))
	ok(t, err)
	if _, err := end.WriteAt(nil, 0); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	ok(t, end.Close())
	if data, err := files.ReadFile(name); err != nil || string(data) != string(content[:100])+"end" {
		t.Error(len(data), err)
	}
}

// failing fails behind what it has.
type failing struct{ io.Reader }

var errOfReader = errors.New("the reader's own")

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = errOfReader
	}
	return n, err
}

func TestFilesStreams(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	folder := folderOf(t, files)
	for _, size := range []int{0, 5, 9 << 20} {
		content := bytes.Repeat([]byte{'x', 0, 255}, size/3+1)[:size]
		ok(t, files.WriteFile(folder+"/file", []byte("old"), 0o640))
		if n, err := files.Upload(bytes.NewReader(content), folder+"/file"); n != int64(size) || err != nil {
			t.Fatal(n, err)
		}
		var got bytes.Buffer
		n, err := files.Download(folder+"/file", &got)
		info, _ := files.Stat(folder + "/file")
		if n != int64(size) || err != nil || !bytes.Equal(got.Bytes(), content) || info.Mode() != 0o640 {
			t.Error(size, n, err, info.Mode())
		}
		if _, err := files.Upload(failing{bytes.NewReader(content)}, folder+"/file"); !errors.Is(err, errOfReader) {
			t.Error(err)
		}
	}
	entries, err := files.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].(fs.FileInfo).Size() != 9<<20 {
		t.Error(entries, err)
	}
	if _, err := files.Download(folder+"/file", refusing{}); err == nil {
		t.Error("no error")
	}
}

func TestFilesTrees(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files()
	folder, local := folderOf(t, files), t.TempDir()
	ok(t, os.MkdirAll(filepath.Join(local, "from", "sub"), 0o755))
	for name, content := range map[string]string{"one": "1", "sub/two": "22", "sub/left.tmp": "out"} {
		ok(t, os.WriteFile(filepath.Join(local, "from", name), []byte(content), 0o644))
	}
	var last sshrpc.Progress
	options := &sshrpc.CopyOptions{
		Recursive: true, Preserve: true, Overwrite: "changed", Delete: true, Exclude: []string{"*.tmp"},
		Symlinks: "copy", Resume: true, IdleTimeout: patience, OnProgress: func(p sshrpc.Progress) { last = p },
	}
	result, err := files.Put(filepath.Join(local, "from"), folder+"/tree", options)
	if err != nil || result.Files != 2 || result.Bytes != 3 || last.Files != 2 || last.TotalFiles != 2 || last.Bytes != 3 {
		t.Fatal(result, err, last)
	}
	if result, err = files.Put(filepath.Join(local, "from"), folder+"/tree", options); err != nil || result.Files != 0 {
		t.Error(result, err)
	}
	result, err = files.Get(folder+"/tree", filepath.Join(local, "to"), options)
	if data, _ := os.ReadFile(filepath.Join(local, "to", "sub", "two")); err != nil || string(data) != "22" || result.Files != 2 {
		t.Error(result, err, data)
	}
	ok(t, files.Chmod(folder+"/tree/one", 0))
	if _, err := files.ReadFile(folder + "/tree/one"); err != nil { // Root reads everything.
		result, err = files.Get(folder+"/tree", filepath.Join(local, "again"), &sshrpc.CopyOptions{Recursive: true})
		e := wantKind(t, err, sshrpc.ErrTransferIncomplete)
		if result.Files != 1 || len(e.Failures()) != 1 {
			t.Error(result, e.Failures())
		}
	}
	result, err = files.Get(folder+"/tree", filepath.Join(local, "dry"), &sshrpc.CopyOptions{Recursive: true, DryRun: true})
	if _, gone := os.Stat(filepath.Join(local, "dry")); err != nil || result.Files == 0 || gone == nil {
		t.Error(result, err, gone)
	}
	if _, err := files.Get(folder+"/missing", filepath.Join(local, "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// refusing is a writer that takes nothing.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errOfReader }
