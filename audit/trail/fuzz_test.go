package trail

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seeds are lines as they are written, and others that nearly are.
var seeds = []string{
	`{"time":"2026-03-01T12:00:00.000001Z","seq":7,"kind":"probe","hash":"` + strings.Repeat("A", 43) + `"}`,
	`{"time":"2026-03-01T12:00:00.000001Z","seq":7,"lost":2,"kind":"command","client":"x","hash":"` + strings.Repeat("A", 43) + `","mac":"` + strings.Repeat("B", 42) + `A"}`,
	`{"time":"2026-03-01T12:00:00.000001Z","seq":07,"kind":"probe","hash":"` + strings.Repeat("A", 43) + `"}`,
	`{"time":"2026-03-01T12:00:00.000001Z","seq":18446744073709551616,"kind":"probe"}`,
	`{"time":"","seq":1}`, `{}`, ``, `"}`, `","mac":"`,
}

// FuzzLine checks that a line is parsed in one way only, so that no two texts are the same record.
func FuzzLine(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var l line
		if !l.parse(b) {
			return
		}
		again := bytes.Join([][]byte{l.body, []byte(hashKey), l.hash, []byte(hashEnd)}, nil)
		if l.mac != nil {
			again = bytes.Join([][]byte{l.body, []byte(hashKey), l.hash, []byte(macKey), l.mac, []byte(hashEnd)}, nil)
		}
		if !bytes.Equal(again, b) || l.seq == 0 || l.lost >= l.seq || len(l.kind) == 0 || len(l.time) != timeText {
			t.Errorf("%q is taken apart into %+v", b, l)
		}
		if h, ok := decodeHash(l.hash); ok && hashText.EncodeToString(h[:]) != string(l.hash) {
			t.Errorf("%q has a second spelling", l.hash)
		}
	})
}

// FuzzLines checks that the lines are the same however a stream is split into reads.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\n\nbc\nd"), uint8(1))
	f.Add([]byte(strings.Repeat("x", 100)+"\n"), uint8(7))
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		r := newLineReader(&slowReader{b, int(size)%16 + 1})
		var got []byte
		for {
			line, err := r.next()
			got = append(got, line...)
			if err != nil {
				break
			}
			got = append(got, '\n')
		}
		if !bytes.Equal(got, b) {
			t.Errorf("%q is read as %q", b, got)
		}
	})
}

// A slowReader returns a few bytes at a time.
type slowReader struct {
	b    []byte
	size int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return bytes.NewReader(nil).Read(p)
	}
	n := copy(p, r.b[:min(r.size, len(r.b))])
	r.b = r.b[n:]
	return n, nil
}

// TestLongLinesAreSkipped checks that a line that is longer than any record takes bounded memory,
// and that the next one is read.
func TestLongLinesAreSkipped(t *testing.T) {
	long := strings.Repeat("x", MaxLine+MaxLine/2)
	r := newLineReader(strings.NewReader("a\n" + long + "\nb\nc"))
	for _, want := range []string{"a", "too long", "b", "c"} {
		b, err := r.next()
		switch {
		case want == "too long" && err == errLong:
		case want == "c" && err != nil && string(b) == want:
		case err != nil || string(b) != want:
			t.Fatalf("%.20q, %v, want %q", b, err, want)
		}
	}
	if len(r.buf) > 4*MaxLine {
		t.Errorf("a line of %d bytes took a buffer of %d", len(long), len(r.buf))
	}
}

// FuzzVerify checks that any content of a folder is verified without a panic and within bounds, and
// that a first segment that differs from what was written is never whole.
func FuzzVerify(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s+"\n"), []byte(s))
	}
	f.Add([]byte(strings.Join(seeds, "\n")), []byte("eslguard audit 1\n7\n"+strings.Repeat("A", 43)+"\n2026\n\n— k AAAA\n\n"))
	f.Fuzz(func(t *testing.T, segment, checkpoints []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{
			"audit-000000000001.jsonl": segment, "audit-000000000007.jsonl": segment, "audit-000000000009.jsonl.zst": segment, "checkpoints": checkpoints,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Verify(t.Context(), dir, Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() && r.Records > 0 {
			t.Errorf("%q is whole: %+v", segment, r)
		}
	})
}
