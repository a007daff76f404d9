package policy

import (
	"os"
	"path/filepath"
	"testing"
)

// TestHalfWrittenIsNotReported: files that are broken because they are being written are not
// reported. Files that stay broken are reported once.
func TestHalfWrittenIsNotReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{ "version": 1 }`)
	var reported []error
	s, err := Open(Options{Path: path, OnError: func(err error) { reported = append(reported, err) }})
	if err != nil {
		t.Fatal(err)
	}
	write("")
	for _, test := range []struct {
		name        string
		halfWritten bool
		reported    int // so far
	}{
		{"being written", true, 0},
		{"still being written", true, 0},
		{"broken", false, 1},
		{"still broken", false, 1},
	} {
		if _, err := s.reload(t.Context(), func() bool { return test.halfWritten }); err == nil || len(reported) != test.reported {
			t.Errorf("%s: %v, reported %v, want %d of them", test.name, err, reported, test.reported)
		}
	}
	write(`{ "version": 1, "roles": {} }`)
	before := s.Current()
	if _, err := s.reload(t.Context(), func() bool { return false }); err != nil || s.Current() == before {
		t.Errorf("a good policy is not in force after one read: %v", err)
	}
}
