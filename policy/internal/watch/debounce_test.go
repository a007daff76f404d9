package watch

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A rewriting simulates a program that keeps writing the files, on a simulated clock.
type rewriting struct {
	every  time.Duration // between two changes; zero for a single change
	broken int           // how many of the first reads find half-written files
}

// readAt returns how long after the first change the files were read in whole, and after how many
// reads.
func (r rewriting) readAt(t *testing.T) (time.Duration, int) {
	t.Helper()
	var d debounce
	start := time.Unix(1e9, 0)
	now, reads := start, 0
	due := now.Add(d.changed(now))
	next := now.Add(r.every)
	for now.Sub(start) < time.Minute {
		if r.every > 0 && next.Before(due) {
			now = next
			next = now.Add(r.every)
			due = now.Add(d.changed(now))
			continue
		}
		now = due
		if reads++; reads > r.broken {
			d.read(false)
			return now.Sub(start), reads
		}
		d.read(d.mayRetry())
		due = now.Add(d.changed(now))
	}
	t.Fatal("the files are never read in whole")
	return 0, 0
}

// TestDebounceHasADeadline: a change is read in time, however often the files change and even if
// some reads find them half-written.
func TestDebounceHasADeadline(t *testing.T) {
	for _, tt := range []struct {
		name string
		rewriting
		want time.Duration
	}{
		{"one change", rewriting{}, settle},
		{"50 a second", rewriting{every: 20 * time.Millisecond}, settleMost},
		{"1,000 a second", rewriting{every: time.Millisecond}, settleMost},
		{"rarer than the settling time", rewriting{every: 60 * time.Millisecond}, settle},
		{"50 a second, three half-written", rewriting{every: 20 * time.Millisecond, broken: 3}, settleMost + 7*retryAfter},
		{"1,000 a second, three half-written", rewriting{every: time.Millisecond, broken: 3}, settleMost + 7*retryAfter},
		{"every retry half-written", rewriting{every: 20 * time.Millisecond, broken: maxRetries}, settleMost + (1<<maxRetries-1)*retryAfter},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if at, reads := tt.readAt(t); at != tt.want || reads != tt.broken+1 {
				t.Errorf("read in whole after %v and %d reads, want %v and %d", at, reads, tt.want, tt.broken+1)
			}
		})
	}
}

// TestRetriesAreBounded: files that stay broken while they are rewritten are not read in a busy
// loop.
func TestRetriesAreBounded(t *testing.T) {
	const broken = 100
	at, _ := rewriting{every: time.Millisecond, broken: broken}.readAt(t)
	if least := broken / (maxRetries + 1) * settleMost; at < least {
		t.Errorf("%d reads within %v, want them to take %v", broken, at, least)
	}
}

// TestHalfWrittenIsReadAgain: files that are broken because they are being written are read again.
// They are reported as broken only after maxRetries retries.
func TestHalfWrittenIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	write := func(text string, age time.Duration) {
		t.Helper()
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	broken, good := 0, 0
	read := func(halfWritten func() bool) {
		data, err := os.ReadFile(path)
		switch {
		case err != nil:
			t.Fatal(err)
		case len(data) > 0:
			good++
		case !halfWritten():
			broken++
		}
	}
	w := &watcher{path: path, report: func(err error) { t.Error(err) }}
	var d debounce
	// An empty file, as a writer leaves it for a moment. Its time in the future keeps it recent
	// during the test.
	write("", -time.Hour)
	for i := range maxRetries {
		if !w.readAgain(&d, read) || broken > 0 {
			t.Fatalf("read %d: no retry follows, or %d reads reported a broken file", i+1, broken)
		}
	}
	if w.readAgain(&d, read) || broken != 1 {
		t.Fatalf("after %d retries another follows, or %d reads reported a broken file", maxRetries, broken)
	}
	write("", time.Hour)
	broken = 0
	if w.readAgain(&d, read) || broken != 1 {
		t.Errorf("files that are not being written are read again, or %d reads reported a broken file", broken)
	}
	write(`{ "version": 1, "roles": {} }`, 0)
	if w.readAgain(&d, read) || good != 1 {
		t.Errorf("a good file was read %d times, want once", good)
	}
}
