package audit

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"eslguard/audit/internal/disk"
)

// stepped returns a clock that advances by step at each call, so that a test need not wait for the
// next attempt.
func stepped(step time.Duration) func() time.Time {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(step)
		return now
	}
}

// TestFolderFull fills the disk at every byte of the second record, and then frees it.
func TestFolderFull(t *testing.T) {
	const reserve = 2 << 10
	whole := newMemory()
	l := openMemory(t, whole, Options{Reserve: reserve})
	writeN(t, l, 1)
	before := whole.used()
	writeN(t, l, 1)
	size := whole.used() - before
	for room := range size {
		m := newMemory()
		m.room = before + room
		l := openMemory(t, m, Options{Reserve: reserve, Now: stepped(time.Second)})
		writeN(t, l, 1)
		for range 2 {
			seq, err := l.Write(status())
			if !errors.Is(err, syscall.ENOSPC) || !errors.Is(l.Err(), syscall.ENOSPC) {
				t.Fatalf("room %d: %d, %v; Err %v", room, seq, err, l.Err())
			}
			checkPrefix(t, err)
			checkPrefix(t, l.Err())
		}
		err := l.Probe()
		if !errors.Is(err, syscall.ENOSPC) || l.Failures() < 3 {
			t.Fatalf("Probe: %v, after %d failures", err, l.Failures())
		}
		checkPrefix(t, err)
		m.mu.Lock()
		m.room = -1
		m.mu.Unlock()
		if err := l.Probe(); err != nil {
			t.Fatalf("Probe with room: %v", err)
		}
		writeN(t, l, 1)
		closeLog(t, l)
		// There was space for the end of the full segment.
		got := kinds(readTrail(t, m, nil))
		if want := regexp.MustCompile(`^start1 command2 seal4-1 reopen\d+-\d probe\d+ command\d+ stop\d+$`); !want.MatchString(got) {
			t.Fatalf("room %d: got  %s", room, got)
		}
	}
}

// checkPrefix checks that an error has the prefix of the package exactly once.
func checkPrefix(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); !strings.HasPrefix(text, "audit: ") || strings.Count(text, "audit: ") != 1 {
		t.Errorf("the error is %q, want the prefix once", text)
	}
}

// TestFolderFullAtStart begins without any space on the disk: the run begins when there is some.
func TestFolderFullAtStart(t *testing.T) {
	m := newMemory()
	m.room = 0
	l := openMemory(t, m, Options{Now: stepped(time.Second)})
	_, err := l.Write(status())
	if !errors.Is(err, syscall.ENOSPC) || l.Err() == nil {
		t.Errorf("Write: %v", err)
	}
	checkPrefix(t, err)
	m.mu.Lock()
	m.room = -1
	m.mu.Unlock()
	writeN(t, l, 1)
	closeLog(t, l)
	if got, want := kinds(readTrail(t, m, nil)), "start3-2 command4 stop5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTornWrite makes a write fail after every number of bytes, both when the written part can be
// cut off again and when it cannot.
func TestTornWrite(t *testing.T) {
	for _, cuts := range []bool{true, false} {
		for part := 0; part < 350; part += 7 {
			m := newMemory()
			l := openMemory(t, m, Options{Now: stepped(time.Second)})
			writeN(t, l, 1)
			m.mu.Lock()
			m.part = part
			m.fail = func(op, name string) error {
				if op == "write" || op == "truncate" && !cuts {
					return syscall.EIO
				}
				return nil
			}
			m.mu.Unlock()
			if seq, err := l.Write(status()); !errors.Is(err, syscall.EIO) || seq != 3 {
				t.Fatalf("%d, %v", seq, err)
			}
			m.mu.Lock()
			m.fail = nil
			m.mu.Unlock()
			writeN(t, l, 1)
			closeLog(t, l)
			if cuts {
				if got, want := kinds(readTrail(t, m, nil)), "start1 command2 command4-1 stop5"; got != want {
					t.Fatalf("part %d: got %s, want %s", part, got, want)
				}
				continue
			}
			// The unfinished line stays at the end of a segment that is left alone.
			name := segmentName(1)
			if b := string(m.names[name].b); part > 0 && strings.HasSuffix(b, "\n") {
				t.Fatalf("part %d: %q", part, b)
			}
			m.names[name].b = m.names[name].b[:strings.LastIndex(string(m.names[name].b), "\n")+1]
			if got := kinds(readTrail(t, m, nil)); got != "start1 command2 reopen4-1 command5 stop6" {
				t.Fatalf("part %d: got %s", part, got)
			}
		}
	}
}

// TestReadOnly rotates in a folder in which no file can be made.
func TestReadOnly(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{MaxSize: 1, Now: stepped(time.Second)})
	m.mu.Lock()
	m.fail = func(op, _ string) error {
		if op == "create" {
			return syscall.EROFS
		}
		return nil
	}
	m.mu.Unlock()
	for range 3 {
		if _, err := l.Write(status()); !errors.Is(err, syscall.EROFS) || !errors.Is(l.Err(), syscall.EROFS) {
			t.Errorf("Write: %v; Err %v", err, l.Err())
		}
	}
	m.mu.Lock()
	m.fail = nil
	m.mu.Unlock()
	if err := l.Probe(); err != nil {
		t.Error(err)
	}
	closeLog(t, l)
	if got, want := kinds(readTrail(t, m, nil)), "start1 seal2 reopen6-3 probe7 seal8 reopen9 stop10"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestReadOnlyFolder is like TestReadOnly, with a folder of the operating system.
func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := filepath.Join(t.TempDir(), "audit")
	l, err := Open(dir, Options{MaxSize: 1, Now: stepped(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	chmod := func(mode os.FileMode) {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	chmod(0o500)
	defer chmod(0o700)
	if _, err := l.Write(status()); !errors.Is(err, os.ErrPermission) {
		t.Errorf("Write: %v", err)
	}
	chmod(0o700)
	writeN(t, l, 1)
	closeLog(t, l)
}

// TestRemovedFolder removes the folder of the log, and makes it again.
func TestRemovedFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	l, err := Open(dir, Options{Now: stepped(time.Second), Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	writeN(t, l, 1)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(status()); !errors.Is(err, ErrRemoved) {
		t.Errorf("Write: %v", err)
	}
	for range 2 {
		if _, err := l.Write(status()); !errors.Is(err, os.ErrNotExist) || l.Err() == nil {
			t.Errorf("Write: %v", err)
		}
	}
	mkdir(t, dir)
	if err := l.Probe(); err != nil {
		t.Errorf("Probe: %v", err)
	}
	writeN(t, l, 1)
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("the new folder is not held")
	}
	closeLog(t, l)
	v, err := disk.OpenVolume(dir, LockFile)
	if err != nil {
		t.Fatal(err)
	}
	all := readTrail(t, v, nil)
	if got, want := kinds(all), "reopen6-3 probe7 command8 stop9"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// No head declares the removed records as lost.
	if h := all[0]; h.PrevSeq != 2 || h.PrevSeg != segmentName(1) || h.Unsynced != 0 {
		t.Errorf("the head: %+v", h)
	}
}

// TestRemovedSegment removes the current segment only.
func TestRemovedSegment(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	l, err := Open(dir, Options{Now: stepped(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, segmentName(1))); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(status()); !errors.Is(err, ErrRemoved) {
		t.Errorf("Write: %v", err)
	}
	writeN(t, l, 1)
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("the folder is not held any more")
	}
	closeLog(t, l)
}

// TestFullDisk uses a disk that is really full: a small one that the test mounts, if the system
// allows that.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	mountSmall(t, dir)
	l, err := Open(filepath.Join(dir, "audit"), Options{Durable: true, Reserve: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for err == nil {
		if _, err = l.Write(status()); err == nil {
			written++
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || !errors.Is(l.Err(), syscall.ENOSPC) || written < 100 {
		t.Errorf("after %d records: %v; Err %v", written, err, l.Err())
	}
	v, err := disk.OpenVolume(filepath.Join(dir, "audit"), LockFile)
	if err != nil {
		t.Fatal(err)
	}
	all := readTrail(t, v, nil)
	if last := all[len(all)-1]; last.Kind != "seal" || len(all) != written+2 {
		t.Errorf("%d records, the last %+v", len(all), last)
	}
	// An operator would free space in this way.
	if err := os.Remove(filepath.Join(dir, "audit", segmentName(1))); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return l.Probe() == nil })
	writeN(t, l, 10)
	closeLog(t, l)
	if got := kinds(readTrail(t, v, nil)); !strings.HasPrefix(got, "reopen") {
		t.Errorf("got %s", got)
	}
}
