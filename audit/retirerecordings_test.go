package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/audit/internal/disk"
)

// TestRetireRecordings checks that recordings have the same limits as segments, and that each is
// named in a record before it is deleted.
func TestRetireRecordings(t *testing.T) {
	const hour = time.Hour
	for name, c := range map[string]struct {
		o     Options
		files string // NAME AGE[!], each of 1000 bytes; ! means complete
		left  string
	}{
		"kept":                       {Options{}, "a-1 900h!", "a-1"},
		"too old":                    {Options{KeepFor: 2 * hour}, "a-1 3h! b-1 1h! b-2 1h", "b-1 b-2"},
		"too large":                  {Options{KeepSize: 2500}, "c-1 4h! a-1 3h! b-1 2h! d-1 1h!", "b-1 d-1"},
		"under way, too old":         {Options{KeepFor: hour}, "a-1 0h a-2 0h!", "a-1 a-2"},
		"under way, too large":       {Options{KeepSize: 1}, "a-1 0h a-2 0h!", "a-1"},
		"left by a run that ended":   {Options{KeepFor: hour}, "a-1 3h", ""},
		"not recordings":             {Options{KeepFor: hour, KeepSize: 1}, "A-1 9h! a_1 9h! .a-1 9h!", ".a-1 A-1 a_1"},
		"more than one record names": {Options{KeepFor: hour}, many(maxRetiredFiles + 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "audit")
			recordings := filepath.Join(dir, RecordingsFolder)
			c.o.noRetention = true
			l, err := Open(dir, c.o)
			if err == nil {
				err = os.Mkdir(recordings, 0o700)
			}
			if err != nil {
				t.Fatal(err)
			}
			var made []string
			for words := strings.Fields(c.files); len(words) > 0; words = words[2:] {
				makeRecording(t, filepath.Join(recordings, words[0]+RecordingSuffix), words[1])
				made = append(made, words[0]+RecordingSuffix)
			}
			if err := l.dir.retention.run(); err != nil {
				t.Fatal(err)
			}
			closeLog(t, l)
			left := mustList(t, l.dir.volume, RecordingsFolder)
			slices.SortFunc(left, func(a, b disk.Info) int { return strings.Compare(a.Name, b.Name) })
			var names []string
			for _, f := range left {
				names = append(names, strings.TrimSuffix(f.Name, RecordingSuffix))
				made = slices.DeleteFunc(made, func(name string) bool { return name == f.Name })
			}
			if got := strings.Join(names, " "); got != c.left {
				t.Errorf("%q is left, want %q", got, c.left)
			}
			var retired []string
			for _, g := range readTrail(t, l.dir.volume, nil) {
				retired = append(retired, g.Files...)
				if len(g.Files) > maxRetiredFiles || g.Kind != "retire" && len(g.Files) > 0 {
					t.Errorf("a %s names %d files", g.Kind, len(g.Files))
				}
			}
			slices.Sort(retired)
			if slices.Sort(made); !slices.Equal(retired, made) {
				t.Errorf("named are %d files, %.200q; gone are %d, %.200q", len(retired), retired, len(made), made)
			}
		})
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a-%d 3h! ", i)
	}
	return b.String()
}

// makeRecording makes a file of that age, which is complete if age ends with !.
func makeRecording(t *testing.T, path, age string) {
	t.Helper()
	text, complete := strings.CutSuffix(age, "!")
	ago, err := time.ParseDuration(text)
	if err == nil {
		err = os.WriteFile(path, make([]byte, 1000), 0o600)
	}
	if err == nil && complete {
		err = os.Chmod(path, 0o400)
	}
	if err == nil && ago > 0 {
		when := time.Now().Add(-ago)
		err = os.Chtimes(path, when, when)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRetireRecordingsOrder checks that nothing is deleted that cannot be recorded.
func TestRetireRecordingsOrder(t *testing.T) {
	m := newMemory()
	name := RecordingsFolder + "/a-1" + RecordingSuffix
	m.put(name, make([]byte, 100)) // from an earlier run
	l := openMemory(t, m, Options{KeepSize: 50, noRetention: true})
	full := errors.New("no sync")
	m.mu.Lock()
	m.fail = func(op, _ string) error {
		if op == "sync" {
			return full
		}
		return nil
	}
	m.mu.Unlock()
	if err := l.dir.retention.run(); !errors.Is(err, full) || m.names[name] == nil {
		t.Errorf("deleted though that is not on disk: %v", err)
	}
	m.mu.Lock()
	m.fail = nil
	m.mu.Unlock()
	await(t, func() bool { return l.dir.retention.run() == nil })
	if m.names[name] != nil {
		t.Error("not deleted")
	}
	closeLog(t, l)
}

// TestRetireCountsWhatIsCompressed checks that segments are not retired that fit after compression.
func TestRetireCountsWhatIsCompressed(t *testing.T) {
	m := newMemory()
	o := Options{MaxSize: 20_000, noRetention: true, Reserve: -1}
	l := openMemory(t, m, o)
	writeN(t, l, 500)
	closeLog(t, l)
	plain := m.used()
	o.Compress, o.KeepSize = true, plain*9/10
	l = openMemory(t, m, o)
	before := len(segments(mustList(t, m, "")))
	if err := l.dir.retention.run(); err != nil {
		t.Fatal(err)
	}
	if after := len(segments(mustList(t, m, ""))); m.used() > plain*8/10 || after != before {
		t.Errorf("%d of %d segments are left, with %d bytes of %d; all would have been less than %d", after, before, m.used(), plain, o.KeepSize)
	}
	closeLog(t, l)
}

// TestRetireThoughNotCompressed checks that a failure to compress does not prevent deletion.
func TestRetireThoughNotCompressed(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{MaxSize: 1200, KeepSize: 3000, Compress: true, noRetention: true})
	writeN(t, l, 20)
	before := len(segments(mustList(t, m, "")))
	full := errors.New("no room")
	m.mu.Lock()
	m.fail = func(op, name string) error {
		if op == "create" && strings.Contains(name, CompressedSuffix) {
			return full
		}
		return nil
	}
	m.mu.Unlock()
	if err := l.dir.retention.run(); !errors.Is(err, full) {
		t.Errorf("tidying up: %v", err)
	}
	if after := len(segments(mustList(t, m, ""))); after >= before {
		t.Errorf("%d segments, %d before: nothing was retired", after, before)
	}
	closeLog(t, l)
}
