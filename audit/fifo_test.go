//go:build unix

package audit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOnlyFoldersAndFiles checks that a FIFO, which nobody may ever read, and a device are refused
// at once, at the start and when the file is opened again.
func TestOnlyFoldersAndFiles(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.jsonl")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.jsonl")
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, link, os.DevNull} {
		if l, err := Open(path, Options{}); !errors.Is(err, ErrNotAFile) || l != nil {
			t.Errorf("%s: %v, want %v", path, err, ErrNotAFile)
		}
	}
	path := filepath.Join(dir, "audit.jsonl")
	l, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(fifo, path); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); !errors.Is(err, ErrNotAFile) {
		t.Errorf("Reopen: %v, want %v", err, ErrNotAFile)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
