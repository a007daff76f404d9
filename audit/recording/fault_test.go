package recording_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit/recording"
)

// TestFaultIsContained checks that a panic in the recording's own code loses only the current
// frame. The following ones are recorded in another file, and the first file says why it ended.
func TestFaultIsContained(t *testing.T) {
	r, dir, files := start(t, func(o *recording.Options) {
		o.Redact = func(text string) string {
			if strings.Contains(text, "FAULT") {
				panic("a fault that a test made")
			}
			return text
		}
	})
	faulty := "api FAULT\n\n"
	for _, frame := range []string{"api before\n\n", faulty, "api after\n\n"} {
		r.FromClient([]byte(frame))
	}
	r.Close()
	var fault *recording.Fault
	all := files()
	if len(all) != 2 || !errors.As(all[0].Err, &fault) || len(fault.Stack) == 0 || all[1].Err != nil || all[0].Lost != int64(len(faulty)) || all[1].Lost != 0 {
		t.Fatalf("%+v, want two files: the first ended by the fault, with %d bytes lost", all, len(faulty))
	}
	for i, want := range []string{"api before\n\n", "api after\n\n"} {
		lines := read(t, filepath.Join(dir, all[i].Name))
		if n := len(lines); n != 2 || lines[1].Frame != want {
			t.Errorf("file %d holds %+v, want one frame, %q", i, lines, want)
		}
	}
}
