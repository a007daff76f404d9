package policy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/policy/internal/document"
)

// A restarted is a Store that is started again and again with the same policy file and the same
// file for the use of limits.
type restarted struct {
	t      *testing.T
	policy string
	use    string
	now    time.Time
	store  *Store
	saved  time.Time
	err    error
}

// newRestarted starts a Store for the first time, at noon. Its client a has these limits.
func newRestarted(t *testing.T, limits string) *restarted {
	t.Helper()
	dir := t.TempDir()
	r := &restarted{
		t: t, policy: filepath.Join(dir, "policy.json"), use: filepath.Join(dir, "limits.json"),
		now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
	}
	r.write(limits)
	r.start()
	return r
}

func (r *restarted) write(limits string) {
	r.t.Helper()
	text := `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:1", "password": {"env": "X"}}},
		"roles": {` + limitedBy("r", limits) + `}, "clients": {` + having("a", "r") + `}}`
	if err := os.WriteFile(r.policy, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// start starts the Store, as after a stop or a crash.
func (r *restarted) start() {
	r.t.Helper()
	var err error
	if r.store, err = Open(Options{Path: r.policy}); err != nil {
		r.t.Fatal(err)
	}
	r.store.shared.now = func() time.Time { return r.now }
	r.saved, r.err = r.store.RestoreUse(r.use)
}

func (r *restarted) save() {
	r.t.Helper()
	if err := r.store.SaveUse(r.use); err != nil {
		r.t.Fatal(err)
	}
}

// passes returns how many of n legs the client a may dial one after the other.
func (r *restarted) passes(n int) (passed int) {
	for range n {
		taken, _, ok := r.store.Current().Client("a").TakeAll(dial(1), r.now)
		if ok {
			passed++
		}
		taken.Release()
	}
	return passed
}

func (r *restarted) want(what string, sent, pass int) {
	r.t.Helper()
	if r.err != nil {
		r.t.Errorf("%s: %v", what, r.err)
	}
	if got := r.passes(sent); got != pass {
		r.t.Errorf("%s: %d pass, want %d", what, got, pass)
	}
}

// TestUseOutlivesARestart: after a restart, limits a day and rates continue where they were, and
// recover as they would have without the restart.
func TestUseOutlivesARestart(t *testing.T) {
	for _, test := range []struct {
		limits      string
		first, left int
		after       time.Duration // after the restart
		more        int           // legs that pass after it
	}{
		{`"dial": "5/day"`, 3, 2, 12 * time.Hour, 5},
		{`"dial": "5/day"`, 5, 0, time.Hour, 0},
		{`"dial": "10/h burst 5"`, 3, 2, time.Hour, 5},
		{`"dial": "10/h burst 5"`, 5, 0, 12 * time.Minute, 2},
		{`"dial": ["1000/h burst 5", "6/day"]`, 4, 1, time.Hour, 1},
	} {
		r := newRestarted(t, test.limits)
		r.want("before", test.first, test.first)
		r.save()
		r.start()
		if !r.saved.Equal(r.now) {
			t.Errorf("%s: saved %v, want %v", test.limits, r.saved, r.now)
		}
		r.want(test.limits, 9, test.left)
		r.save()
		r.start()
		r.save() // limits that were not used since are saved as well
		r.start()
		r.now = r.now.Add(test.after)
		r.want(test.limits+", later", 9, test.more)
	}
}

// TestUseOfARemovedLimit: removing a limit for the time of a restart does not reset its use.
func TestUseOfARemovedLimit(t *testing.T) {
	r := newRestarted(t, `"dial": "5/day"`)
	r.want("before", 5, 5)
	r.save()
	r.write(``)
	r.start()
	r.want("without it", 3, 3)
	r.save()
	r.now = r.now.Add(time.Hour)
	r.write(`"dial": "5/day"`)
	r.start()
	r.want("with it again", 3, 0)
}

// TestUseOfAClockThatJumped: if the clock had jumped ahead when the file was saved, the count
// continues and is not reset.
func TestUseOfAClockThatJumped(t *testing.T) {
	r := newRestarted(t, `"dial": ["5/day", "5/h"]`)
	r.now = r.now.Add(1000 * time.Hour)
	r.want("ahead", 3, 3)
	r.save()
	r.now = r.now.Add(-1000 * time.Hour)
	r.start()
	r.want("back", 9, 2)
	r.now = r.now.Add(12 * time.Hour)
	r.want("the next day", 9, 5)
}

// TestUseOfRunningCommands: commands that were running before a restart do not count after it.
func TestUseOfRunningCommands(t *testing.T) {
	r := newRestarted(t, `"dial": "2 at once"`)
	if _, _, ok := r.store.Current().Client("a").TakeAll(dial(2), r.now); !ok {
		t.Fatal("two at once are too many")
	}
	r.save()
	r.start()
	r.want("after a restart", 2, 2)
}

// TestSaveUseOnlyWhenUsed: the file is not written if nothing has been used.
func TestSaveUseOnlyWhenUsed(t *testing.T) {
	r := newRestarted(t, `"dial": "5/day"`)
	r.save()
	written := func() bool {
		t.Helper()
		_, err := os.Stat(r.use)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return err == nil
	}
	if !written() {
		t.Error("the first save writes nothing, and so does not say whether it could")
	}
	os.Remove(r.use)
	if r.save(); written() {
		t.Error("written though nothing has been used")
	}
	r.passes(1)
	if r.save(); !written() {
		t.Error("not written though something has been used")
	}
	os.Remove(r.use)
	taken, _, _ := r.store.Current().Client("a").TakeAll(dial(1), r.now)
	r.save()
	os.Remove(r.use)
	taken.Undo()
	if r.save(); !written() {
		t.Error("not written though something has been given back")
	}
	if info, err := os.Stat(r.use); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; want it for its owner only", info, err)
	}
	entries, err := os.ReadDir(filepath.Dir(r.use))
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v; want the policy and the file, and nothing else", entries, err)
	}
}

// TestBrokenUse: a broken file is reported, renamed, and not used even in part.
func TestBrokenUse(t *testing.T) {
	const good = `{"eslguard_limits":1,"saved":"2026-11-23T12:00:00Z","clients":{"a":[{"limit":"dial","of":"day","used":5,"day":20780,"at":"2026-11-23T12:00:00Z"}]}}`
	for name, text := range map[string]string{
		"empty":             "",
		"cut":               good[:len(good)-20],
		"zeros":             strings.Repeat("\x00", 200),
		"no JSON":           "5",
		"another version":   strings.Replace(good, `limits":1`, `limits":2`, 1),
		"no version":        strings.Replace(good, `"eslguard_limits":1,`, ``, 1),
		"an unknown member": strings.Replace(good, `"saved"`, `"x":1,"saved"`, 1),
		"a member twice":    strings.Replace(good, `"saved"`, `"saved":"2026-11-23T12:00:00Z","saved"`, 1),
		"less than nothing": strings.Replace(good, `"used":5`, `"used":-5`, 1),
		"too much":          strings.Replace(good, `"used":5`, `"used":9000000000000000`, 1),
		"no number":         strings.Replace(good, `"used":5`, `"used":"5"`, 1),
		"a day of no time":  strings.Replace(good, `20780`, `99999999999`, 1),
		"no time":           strings.Replace(good, `,"at":"2026-11-23T12:00:00Z"`, ``, 1),
		"another sort":      strings.Replace(good, `"of":"day"`, `"of":"week"`, 1),
		"a rate with a day": strings.Replace(good, `"of":"day"`, `"of":"rate"`, 1),
		"no limit":          strings.Replace(good, `"limit":"dial"`, `"limit":""`, 1),
		"a name too long":   strings.Replace(good, `"a":[`, `"`+strings.Repeat("a", document.MaxName+1)+`":[`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRestarted(t, `"dial": "5/day"`)
			if err := os.WriteFile(r.use, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			r.start()
			if r.err == nil || !strings.Contains(r.err.Error(), "the use of limits cannot be restored") || !r.saved.IsZero() {
				t.Errorf("saved %v, error %v", r.saved, r.err)
			}
			if data, err := os.ReadFile(r.use + ".broken"); err != nil || string(data) != text {
				t.Errorf("put aside: %q, %v", data, err)
			}
			r.err = nil
			r.want("after it", 9, 5)
			r.save()
			r.start()
			r.want("and after the next start", 9, 0)
		})
	}
	r := newRestarted(t, `"dial": "5/day"`)
	if err := os.WriteFile(r.use, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.want("the file that none of these is", 9, 0)
}

// TestSaveUseFails: an error in writing the file is reported, and the next save tries again.
func TestSaveUseFails(t *testing.T) {
	r := newRestarted(t, `"dial": "5/day"`)
	r.passes(2)
	good := r.use
	r.use = filepath.Join(filepath.Dir(good), "nowhere", "limits.json")
	if err := r.store.SaveUse(r.use); err == nil || !strings.Contains(err.Error(), "could not be saved") {
		t.Errorf("got %v", err)
	}
	r.use = good
	r.save()
	r.start()
	r.want("after that", 9, 3)
}
