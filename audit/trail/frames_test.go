package trail_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"eslguard/audit/recording"
	"eslguard/audit/trail"
)

// TestFrames reads what the recorder writes, over several files.
func TestFrames(t *testing.T) {
	dir := t.TempDir()
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r, err := recording.Start(recording.Options{
		Dir: dir, Session: "s1", MaxFile: 300,
		Now: func() time.Time { clock = clock.Add(time.Second); return clock },
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 10 {
		text := fmt.Sprintf("api echo %d\n\n", i)
		r.FromClient([]byte(text))
		want = append(want, fmt.Sprintf("12:00:%02d client %q", i+2, text))
	}
	r.Close()
	f, err := trail.OpenFrames(dir, "s1")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var got []string
	half := time.Date(2026, 3, 1, 12, 0, 6, 0, time.UTC)
	for _, until := range []time.Time{half, {}} {
		for {
			frame, err := f.Before(until)
			if err != nil {
				t.Fatal(err)
			}
			if frame == nil {
				break
			}
			got = append(got, fmt.Sprintf("%s %s %q", frame.At.Format(time.TimeOnly), frame.From, frame.Text))
		}
		if !until.IsZero() && len(got) != 5 {
			t.Errorf("%d frames until %v", len(got), until)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	// Retention deletes the first files first.
	if err := os.Remove(filepath.Join(dir, "s1-1"+recording.Suffix)); err != nil {
		t.Fatal(err)
	}
	rest, err := trail.OpenFrames(dir, "s1")
	if err != nil {
		t.Fatal(err)
	}
	defer rest.Close()
	if frame, err := rest.Before(time.Time{}); err != nil || frame == nil || frame.Text == "api echo 0\n\n" {
		t.Errorf("without its first file: %v, %v", frame, err)
	}
	for _, session := range []string{"s2", "", "../s1", "."} {
		if _, err := trail.OpenFrames(dir, session); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", session, err)
		}
	}
}
