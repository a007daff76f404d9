package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A dial is a clock that a test sets.
type dial struct {
	mu  sync.Mutex
	now time.Time
}

func newDial() *dial { return &dial{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (d *dial) time() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *dial) forward(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

// TestKeepAtLeast checks that young segments are not deleted because of their size. Commands are
// refused, with an error that says what to do, until the segments are old enough.
func TestKeepAtLeast(t *testing.T) {
	for _, compress := range []bool{false, true} {
		clock := newDial()
		var told []string
		m := newMemory()
		l := openMemory(t, m, Options{
			MaxSize: 1200, MaxAge: 1000 * time.Hour, KeepSize: 3000, KeepAtLeast: time.Hour, Compress: compress, Now: clock.time, noRetention: true,
			Trouble: func(err error) { told = append(told, err.Error()) },
		})
		var err error
		n := 0
		for ; n < 1000 && err == nil; n++ {
			if _, err = l.Write(status()); err == nil {
				if err := l.dir.retention.run(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !errors.Is(err, ErrKept) || !errors.Is(l.Probe(), ErrKept) {
			t.Fatalf("after %d records: %v, %v", n, err, l.Probe())
		}
		for _, word := range []string{"--audit-keep-size", "--audit-keep-at-least", "2026-03-01T13:00:00Z"} {
			if len(told) != 1 || !strings.Contains(told[0], word) || !strings.Contains(err.Error(), word) {
				t.Fatalf("told %q, refused with %q; want %q in it", told, err, word)
			}
		}
		if all := readTrail(t, m, nil); !strings.HasPrefix(kinds(all), "start1 ") || strings.Contains(kinds(all), "retire") {
			t.Fatalf("something was deleted: %s", kinds(all))
		}
		clock.forward(time.Hour)
		if err := l.dir.retention.run(); err != nil {
			t.Fatal(err)
		}
		if err := l.Probe(); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		if _, err := l.Write(status()); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		closeLog(t, l)
		if all := readTrail(t, m, nil); !strings.Contains(kinds(all), "retire") {
			t.Errorf("nothing was deleted an hour later: %s", kinds(all))
		}
	}
}

// TestKeepAtLeastWakes checks that the folder is examined again when a record is written after the
// time has come.
func TestKeepAtLeastWakes(t *testing.T) {
	clock := newDial()
	m := newMemory()
	l := openMemory(t, m, Options{MaxSize: 1200, MaxAge: 1000 * time.Hour, KeepSize: 3000, KeepAtLeast: time.Hour, Now: clock.time})
	await(t, func() bool {
		_, err := l.Write(status())
		return errors.Is(err, ErrKept)
	})
	clock.forward(time.Hour)
	await(t, func() bool { return l.Probe() == nil })
	closeLog(t, l)
}

// TestKeepAtLeastHoldsForRecordings checks that a young recording is not deleted because of its
// size, and can fill the audit, too.
func TestKeepAtLeastHoldsForRecordings(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		kept bool
	}{
		{"young", Options{KeepSize: 1500, KeepAtLeast: 5 * time.Hour}, true},
		{"old enough", Options{KeepSize: 1500, KeepAtLeast: time.Hour}, false},
		{"no such age", Options{KeepSize: 1500}, false},
		{"too old by its age", Options{KeepSize: 1500, KeepAtLeast: 5 * time.Hour, KeepFor: time.Hour}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "audit")
			tt.o.noRetention = true
			l, err := Open(dir, tt.o)
			if err == nil {
				err = os.Mkdir(filepath.Join(dir, RecordingsFolder), 0o700)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"a-1", "b-1"} {
				makeRecording(t, filepath.Join(dir, RecordingsFolder, name+RecordingSuffix), "2h!")
			}
			if err := l.dir.retention.run(); err != nil {
				t.Fatal(err)
			}
			left := len(mustList(t, l.dir.volume, RecordingsFolder))
			_, err = l.Write(status())
			if kept := left == 2; kept != tt.kept || errors.Is(err, ErrKept) != tt.kept || err != nil && !tt.kept {
				t.Errorf("%d recordings are left, and a record: %v", left, err)
			}
			closeLog(t, l)
		})
	}
}

// TestSize checks that a record says how many bytes it takes with all that a folder adds, and 0 if
// it is not written.
func TestSize(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{Durable: true})
	for range 3 {
		before := l.dir.cur.size
		r := status()
		if _, err := l.Write(r); err != nil || int64(r.Size) != l.dir.cur.size-before || r.Size < 100 {
			t.Errorf("it is said to take %d bytes, and the segment grew by %d: %v", r.Size, l.dir.cur.size-before, err)
		}
	}
	m.mu.Lock()
	m.room = m.used()
	m.mu.Unlock()
	r := status()
	r.Size = 1
	if _, err := l.Write(r); err == nil || r.Size != 0 {
		t.Errorf("not written, it is said to take %d bytes: %v", r.Size, err)
	}
	m.mu.Lock()
	m.room = -1
	m.mu.Unlock()
}
