//go:build unix

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// open opens a volume in a folder of its own, and locks it.
func open(t *testing.T) (Volume, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "audit")
	v, err := OpenVolume(dir, "lock")
	if err != nil {
		t.Fatal(err)
	}
	v = NewStopwatch().Volume(v)
	if err := v.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v, dir
}

func TestVolume(t *testing.T) {
	v, dir := open(t)
	f, err := v.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(f, []byte("hello")); err != nil {
		t.Error(err)
	}
	if _, err := v.Create("a"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("creating it again: %v", err)
	}
	if err := errors.Join(f.Sync(), f.Truncate(4), f.Close(), v.Sync()); err != nil {
		t.Error(err)
	}
	if f, err = v.Extend("a"); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(f, []byte("!")); err != nil {
		t.Error(err)
	}
	r, err := v.Read("a")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "hell!" {
		t.Errorf("it contains %q, %v", b, err)
	}
	r.Close()
	when := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := errors.Join(v.Touch("a", when), v.Rename("a", "b"), os.Chmod(filepath.Join(dir, "b"), 0o400)); err != nil {
		t.Error(err)
	}
	list, err := v.List("")
	list = slices.DeleteFunc(list, func(i Info) bool { return i.Name == "lock" })
	if err != nil || len(list) != 1 || list[0].Name != "b" || list[0].Size != 5 || !list[0].ReadOnly || !list[0].Changed.Equal(when) {
		t.Errorf("the list is %+v, %v", list, err)
	}
	if gone, err := f.Removed(); gone || err != nil {
		t.Errorf("it is removed: %v, %v", gone, err)
	}
	if err := v.Remove("b"); err != nil {
		t.Error(err)
	}
	if gone, err := f.Removed(); !gone || err != nil {
		t.Errorf("it is not removed: %v, %v", gone, err)
	}
	if err := errors.Join(v.Remove("b"), f.Close()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removing it again: %v", err)
	}
}

func TestListOfASubfolder(t *testing.T) {
	v, dir := open(t)
	if list, err := v.List("sub"); list != nil || err != nil {
		t.Errorf("of none: %v, %v", list, err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sub", "deeper"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sub", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if list, err := v.List("sub"); len(list) != 1 || list[0].Name != "x" || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

// TestLock checks that two volumes never lock one folder, and that a removed lock is made again.
func TestLock(t *testing.T) {
	v, dir := open(t)
	if err := v.Lock(); err != nil {
		t.Errorf("again: %v", err)
	}
	other, err := OpenVolume(dir, "lock")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Lock(); err == nil {
		t.Error("two volumes have locked the folder")
	}
	if err := os.Remove(filepath.Join(dir, "lock")); err != nil {
		t.Fatal(err)
	}
	if err := v.Lock(); err != nil {
		t.Errorf("after the lock was removed: %v", err)
	}
	if err := other.Lock(); err == nil {
		t.Error("two volumes have locked the folder")
	}
	if _, err := OpenVolume(filepath.Join(dir, "a", "b"), "lock"); err == nil {
		t.Error("a folder was made above")
	}
}

func TestPlainFile(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a.jsonl"), filepath.Join(dir, "b.jsonl")
	f, err := OpenPlainFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f = NewStopwatch().PlainFile(f)
	if _, err := OpenPlainFile(path); err == nil {
		t.Error("it is open twice")
	}
	if _, err := OpenPlainFile(dir); !errors.Is(err, ErrNotAFile) {
		t.Errorf("a folder: %v", err)
	}
	if !f.At(path) || f.At(other) {
		t.Error("At is wrong")
	}
	if err := os.Rename(path, other); err != nil {
		t.Fatal(err)
	}
	if f.At(path) || !f.At(other) {
		t.Error("At is wrong after a rename")
	}
	if gone, err := f.Removed(); gone || err != nil {
		t.Errorf("%v, %v", gone, err)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	if gone, err := f.Removed(); !gone || err != nil {
		t.Errorf("%v, %v", gone, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// A shortWriter takes n bytes of each write, and returns err.
type shortWriter struct {
	n   int
	err error
}

func (w shortWriter) Write(p []byte) (int, error) { return min(w.n, len(p)), w.err }

func TestWriteAll(t *testing.T) {
	full := errors.New("full")
	for _, tt := range []struct {
		w    shortWriter
		want error
	}{
		{shortWriter{9, nil}, nil},
		{shortWriter{2, nil}, io.ErrShortWrite},
		{shortWriter{2, full}, full},
		{shortWriter{0, full}, full},
	} {
		if err := WriteAll(tt.w, []byte("abc")); !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v", tt.w, err)
		}
	}
}

func TestStopwatch(t *testing.T) {
	w := NewStopwatch()
	if d := w.Longest(); d != 0 {
		t.Errorf("nothing is under way for %v", d)
	}
	first := w.Start()
	time.Sleep(time.Millisecond)
	second := w.Start()
	if d := w.Longest(); d < time.Millisecond {
		t.Errorf("the first is under way for %v", d)
	}
	w.End(first)
	if d := w.Longest(); d <= 0 {
		t.Errorf("the second is under way for %v", d)
	}
	w.End(second)
	if d := w.Longest(); d != 0 {
		t.Errorf("nothing is under way for %v", d)
	}
	for range maxOperations {
		w.Start()
	}
	if i := w.Start(); i != -1 {
		t.Errorf("one too many is timed as %d", i)
	}
	w.End(-1)
}
