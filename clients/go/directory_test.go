package sshrpc_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"github.com/sshrpc/sshrpc/clients/go"
)

// opened gives a directory with so many files, opened.
func opened(t *testing.T, files *sshrpc.Files, count int) fs.ReadDirFile {
	t.Helper()
	session := dialed(t)
	_, err := session.Run(within(t, patience), fmt.Sprintf("mkdir -p many && cd many && seq %d | xargs touch", count))
	ok(t, err)
	directory, err := files.Open("many")
	if err != nil {
		t.Fatal(err)
	}
	return directory.(fs.ReadDirFile)
}

func TestReadDirByPieces(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files().WithContext(within(t, patience))
	const count = 9000
	directory := opened(t, files, count)
	names := map[string]bool{}
	for asked := 7; ; asked = 900 {
		entries, err := directory.ReadDir(asked)
		if err == io.EOF && len(entries) == 0 {
			break
		}
		if ok(t, err); len(entries) == 0 || len(entries) > asked || len(entries) < asked && len(names)+len(entries) < count {
			t.Fatalf("%d of %d entries, behind %d", len(entries), asked, len(names))
		}
		if held := sshrpc.HeldEntries(directory); held > 2000 {
			t.Errorf("%d are held", held)
		}
		for _, entry := range entries {
			if names[entry.Name()] = true; entry.Type() != 0 {
				t.Error(entry)
			}
		}
	}
	if len(names) != count {
		t.Errorf("%d names", len(names))
	}
	if rest, err := directory.ReadDir(-1); len(rest) != 0 || err != nil {
		t.Error(len(rest), err)
	}
	ok(t, directory.Close())
	if _, err := directory.ReadDir(1); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
}

// One that is closed in its midst asks for no more, whoever waits.
func TestReadDirClosed(t *testing.T) {
	leavesNothing(t)
	files := dialed(t).Files().WithContext(within(t, patience))
	directory := opened(t, files, 9000)
	first, err := directory.ReadDir(10)
	if ok(t, err); len(first) != 10 {
		t.Fatal(len(first))
	}
	ok(t, directory.Close())
	if err := directory.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	all, err := opened(t, files, 3).ReadDir(-1)
	if err != nil || len(all) < 9000 {
		t.Error(len(all), err)
	}
	gone := opened(t, files, 3)
	ok(t, files.RemoveAll("many"))
	if entries, err := gone.ReadDir(5); len(entries) != 0 || !errors.Is(err, fs.ErrNotExist) {
		t.Error(entries, err)
	}
}
