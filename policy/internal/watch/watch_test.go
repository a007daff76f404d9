package watch

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestPollingWithoutNotifications: if the system's notifications are lost, that is reported, and
// polling still finds changes.
func TestPollingWithoutNotifications(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	put := func(text string, age time.Duration) {
		t.Helper()
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	var reported []error
	w := &watcher{path: path, report: func(err error) { reported = append(reported, err) }}
	put("one", time.Hour)
	w.start()
	w.seen = readFileState(path)
	w.lost(errors.New("queue overflow"))
	if len(reported) != 1 || w.events() != nil || w.errors() != nil {
		t.Fatalf("reported %v, want one error", reported)
	}
	if !w.changed() {
		t.Error("a change that the lost notifications missed would never be read")
	}
	for _, step := range []struct {
		name   string
		change func()
		want   bool
	}{
		{"nothing", func() {}, false},
		{"another size", func() { put("three", time.Hour) }, true},
		{"another time", func() { put("seven", time.Minute) }, true},
		{"another mode", func() { os.Chmod(path, 0o640) }, true},
		{"gone", func() { os.Remove(path) }, true},
		{"still gone", func() {}, false},
		{"back", func() { put("seven", 0) }, true},
		{"written just now, so maybe once more", func() {}, true},
	} {
		w.seen = readFileState(path)
		step.change()
		if got := w.changed(); got != step.want {
			t.Errorf("%s: changed is %v", step.name, got)
		}
	}
}
