package trail_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"eslguard/audit"
	"eslguard/audit/trail"
)

// signedBook returns a folder of two runs and three segments. Its seven checkpoints are about the
// records 1, 8, 10, 11, 12, 15 and 16, of which 11 and 16 end the runs.
func signedBook(t testing.TB) *book {
	b := newBook(t, false)
	b.signs = true
	b.head("start", "")
	b.sign()
	b.commands(1)
	b.next()
	b.commands(1)
	b.add("probe", "")
	b.sign()
	b.commands(1)
	b.sign()
	b.stop()
	b.sign()
	b.head("start", "")
	b.sign()
	b.commands(1)
	b.add("probe", "")
	b.sign()
	b.stop()
	b.sign()
	b.file(b.points)
	return b
}

// texts returns findings as text.
func texts(list []trail.Finding) string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// edit replaces the line n, from 0, of a checkpoint.
func edit(point string, n int, with string) string {
	lines := strings.Split(point, "\n")
	lines[n] = with
	return strings.Join(lines, "\n")
}

// pointTamperings are changes of the file of checkpoints. Each must give a problem, or a warning if
// the text begins with warning, for an auditor who has nothing, who has the public key, and who has
// a copy of the last checkpoint.
var pointTamperings = []struct {
	name                    string
	do                      func(p []string) []string
	nothing, signed, copied string
}{
	{"the first is dropped", func(p []string) []string { return p[1:] }, "checkpoint 1, and perhaps others before it, is missing", "", ""},
	{"one of the middle is dropped", func(p []string) []string { return slices.Delete(p, 2, 3) }, "checkpoint 3 is missing before it", "", ""},
	{"several are dropped", func(p []string) []string { return slices.Delete(p, 1, 4) }, "checkpoints 2 to 4 are missing before it", "", ""},
	{"the last is dropped", func(p []string) []string { return p[:6] },
		"warning the checkpoint of its end does not exist", "warning the checkpoint of its end does not exist", "checkpoint 7 is missing at the end, according to the copy"},
	{"all are dropped", func([]string) []string { return nil },
		"checkpoints 1 to 4 are missing at the end: record 12 says", "", "the folder has no checkpoint, although checkpoint 7 was copied"},
	{"an older copy, of the first run", func(p []string) []string { return p[:3] },
		"checkpoint 4 is missing at the end: record 12 says that the file contained them", "", "checkpoints 4 to 7 are missing at the end, according to the copy"},
	{"an older copy, of the second run", func(p []string) []string { return p[:5] },
		"warning the checkpoint of its end does not exist", "warning the checkpoint of its end does not exist", "checkpoints 6 to 7 are missing at the end, according to the copy"},
	{"one stands there twice", func(p []string) []string { return slices.Insert(p, 2, p[2]) },
		"warning the file contains the checkpoint twice", "warning the file contains the checkpoint twice", "warning the file contains the checkpoint twice"},
	{"one is put in again", func(p []string) []string { return append(p, p[2]) }, "checkpoint 3 comes after checkpoint 7", "", ""},
	{"two are exchanged", func(p []string) []string { p[2], p[3] = p[3], p[2]; return p }, "checkpoint 3 comes after checkpoint 4", "", ""},
	{"the first two are exchanged", func(p []string) []string { p[0], p[1] = p[1], p[0]; return p }, "checkpoint 1 comes after checkpoint 2", "", ""},
	{"a number is edited", func(p []string) []string { p[2] = edit(p[2], 4, "4"); return p }, "checkpoint 3 is missing before it", "its signature is not valid", ""},
	{"the last number is edited", func(p []string) []string { p[6] = edit(p[6], 4, "8"); return p }, "checkpoint 7 is missing before it", "its signature is not valid", ""},
	{"a number is edited to 0", func(p []string) []string { p[2] = edit(p[2], 4, "0"); return p }, "its fifth line is not a number", "its signature is not valid", ""},
	{"a time is edited", func(p []string) []string { p[2] = edit(p[2], 3, "2026-03-01T12:00:00.000000Z"); return p },
		"checkpoint 3 is not the one that checkpoint 4 names as the one before it: it was changed", "its signature is not valid", ""},
	{"a sequence is edited", func(p []string) []string { p[2] = edit(p[2], 1, "9"); return p }, "the record's hash differs from that in the checkpoint", "its signature is not valid", ""},
	{"a signature is taken away", func(p []string) []string { p[2] = p[2][:strings.Index(p[2], "—")]; return p }, "checkpoint 3 is missing before it", "", ""},
	{"a signature is cut", func(p []string) []string { p[2] = p[2][:len(p[2])-12] + "\n\n"; return p }, "checkpoint 3 is missing before it", "", ""},
	{"a signature is no base64", func(p []string) []string { p[2] = p[2][:len(p[2])-12] + "!!!!!!!!!!\n\n"; return p }, "checkpoint 3 is missing before it", "", ""},
}

// TestCheckpointTampering makes each change to the file of checkpoints, for auditors with different
// keys and copies.
func TestCheckpointTampering(t *testing.T) {
	b := signedBook(t)
	copied := func(v note.Verifier) []trail.Checkpoint {
		list, _ := trail.Checkpoints("copied", []byte(b.points[6]), v)
		list[0].Copied = true
		return list
	}
	for _, c := range pointTamperings {
		t.Run(c.name, func(t *testing.T) {
			b.file(c.do(slices.Clone(b.points)))
			for _, a := range []struct {
				name, want string
				o          trail.Options
			}{
				{"nothing", c.nothing, trail.Options{}},
				{"the key", c.signed, trail.Options{Verifier: b.verifier}},
				{"a copy", c.copied, trail.Options{Checkpoints: copied(nil)}},
				{"both", c.copied, trail.Options{Verifier: b.verifier, Checkpoints: copied(b.verifier)}},
			} {
				r := verify(t, b.dir, a.o)
				want := a.want
				if want == "" && a.o.Verifier != nil && c.signed != "" {
					want = c.signed
				} else if want == "" {
					want = c.nothing
				}
				found, ok := texts(r.Problems), false
				if text, warns := strings.CutPrefix(want, "warning "); warns {
					want, found, ok = text, texts(r.Warnings), true
				}
				if !strings.Contains(found, want) || r.OK() != ok {
					t.Errorf("with %s: want %q\nproblems:\n%swarnings:\n%s", a.name, want, texts(r.Problems), texts(r.Warnings))
				}
			}
		})
	}
}

// TestCheckpointsAreWhole checks that nothing is found in an unchanged file, and that a copy of any
// checkpoint matches it.
func TestCheckpointsAreWhole(t *testing.T) {
	b := signedBook(t)
	list, bad := trail.Checkpoints("copied", []byte(strings.Join(b.points, "")), b.verifier)
	for i := range list {
		list[i].Copied = true
	}
	for _, o := range []trail.Options{{}, {Verifier: b.verifier}, {Verifier: b.verifier, Checkpoints: list}} {
		r := verify(t, b.dir, o)
		if len(bad) > 0 || !r.OK() || o.Verifier != nil && len(r.Warnings) > 0 || r.Checkpoints[6].Number != 7 {
			t.Errorf("%s%s", texts(r.Problems), texts(r.Warnings))
		}
	}
}

// TestWhatOnlyACopyShows removes the last checkpoint together with the records after the one before
// it: the folder then looks like one whose run was killed there.
func TestWhatOnlyACopyShows(t *testing.T) {
	b := signedBook(t)
	copied, _ := trail.Checkpoints("copied", []byte(b.points[6]), b.verifier)
	whole := files(t, b.dir)
	dir := spoil(t, whole, func(l []file) []file {
		last := &l[len(l)-1]
		last.lines = last.lines[:len(last.lines)-1] // record 16, the stop
		return l
	})
	b.check(os.WriteFile(filepath.Join(dir, audit.CheckpointFile), []byte(strings.Join(b.points[:6], "")), 0o600))
	r := verify(t, dir, trail.Options{Verifier: b.verifier})
	if !r.OK() || r.Proven != 15 || r.Last != 15 || !slices.Equal(warned(r), []trail.Fault{trail.WarnKilled}) {
		t.Errorf("proven up to %d of %d: %s%s", r.Proven, r.Last, texts(r.Problems), texts(r.Warnings))
	}
	r = verify(t, dir, trail.Options{Verifier: b.verifier, Checkpoints: copied})
	for _, want := range []string{"the last one is 15: the end was cut off", "checkpoint 7 is missing at the end"} {
		if !strings.Contains(texts(r.Problems), want) {
			t.Errorf("with a copy: want %q:\n%s", want, texts(r.Problems))
		}
	}
}

// TestCheckpointsOfAnotherKey checks that a file that was rewritten as a whole is detected with the
// key or with a copy.
func TestCheckpointsOfAnotherKey(t *testing.T) {
	b := signedBook(t)
	copied, _ := trail.Checkpoints("copied", []byte(b.points[3]), nil)
	copied[0].Copied = true
	other, _, err := note.GenerateKey(rand.Reader, "guard.test")
	b.check(err)
	signer, err := note.NewSigner(other)
	b.check(err)
	var forged []string
	for _, p := range b.points {
		text, _, _ := strings.Cut(p, "\n\n")
		n, err := note.Sign(&note.Note{Text: edit(text+"\n", 3, "2026-03-01T12:00:00.000000Z")}, signer)
		b.check(err)
		forged = append(forged, string(n)+"\n")
	}
	b.file(forged)
	if r := verify(t, b.dir, trail.Options{Verifier: b.verifier}); !strings.Contains(texts(r.Problems), "it is not signed with the verifier's key") {
		t.Errorf("with the key: %s", texts(r.Problems))
	}
	if r := verify(t, b.dir, trail.Options{Checkpoints: copied}); !strings.Contains(texts(r.Problems), "has another checkpoint 4") {
		t.Errorf("with a copy: %s", texts(r.Problems))
	}
}

// TestOldCheckpoints checks that checkpoints without a number are still valid, also before ones
// with a number, and that a warning says what they do not show.
func TestOldCheckpoints(t *testing.T) {
	b := newBook(t, false)
	b.head("start", "")
	b.signOld()
	b.commands(1)
	b.signOld()
	b.commands(1)
	b.sign()
	b.stop()
	b.sign()
	b.file(b.points)
	r := verify(t, b.dir, trail.Options{Verifier: b.verifier})
	if !r.OK() || len(r.Checkpoints) != 4 || !strings.Contains(texts(r.Warnings), "2 of the checkpoints have no number") {
		t.Errorf("%s%s", texts(r.Problems), texts(r.Warnings))
	}
	for n, want := range []string{"", "checkpoint 1 names as the one before it: it was changed", "checkpoint 1 is missing before it", ""} {
		b.file(slices.Delete(slices.Clone(b.points), n, n+1))
		r := verify(t, b.dir, trail.Options{})
		if r.OK() != (want == "") || !strings.Contains(texts(r.Problems), want) {
			t.Errorf("without the one on line %d: %s", n+1, texts(r.Problems))
		}
	}
	b.file(append(slices.Clone(b.points), b.points[0]))
	if r := verify(t, b.dir, trail.Options{}); !strings.Contains(texts(r.Problems), "has no number, although the one before it has") {
		t.Errorf("an old one at the end: %s", texts(r.Problems))
	}
}

// TestCheckpointsDroppedBetweenRuns continues with the real writer after the file was changed while
// no guard ran.
func TestCheckpointsDroppedBetweenRuns(t *testing.T) {
	for _, c := range []struct {
		name            string
		left            func(points []string) []string
		nothing, copied string
	}{
		{"nothing", func(p []string) []string { return p }, "", ""},
		{"the last", func(p []string) []string { return p[:len(p)-1] }, "", `made again after this one had been removed|missing at the end, according to the copy`},
		{"most of it", func(p []string) []string { return p[:1] }, "existed before this record, and did not any more", `made again after this one had been removed|missing at the end, according to the copy`},
		{"the file", func([]string) []string { return nil }, "existed before this record, and did not any more", `made again after this one had been removed|missing at the end, according to the copy`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBook(t, true)
			var notes []string
			o := b.logOptions(&notes)
			runLog(t, b.dir, o, 20)
			last := notes[len(notes)-1]
			b.file(c.left(pointsOf(t, b.dir)))
			runLog(t, b.dir, o, 20)
			if r := verify(t, b.dir, trail.Options{Verifier: b.verifier}); r.OK() != (c.nothing == "") || !strings.Contains(texts(r.Problems), c.nothing) {
				t.Errorf("%s", texts(r.Problems))
			}
			if r := verify(t, b.dir, b.options(last)); r.OK() != (c.copied == "") || !regexp.MustCompile(c.copied).MatchString(texts(r.Problems)) {
				t.Errorf("with a copy: %s", texts(r.Problems))
			}
		})
	}
}

// TestCheckpointTornAnywhere continues with the real writer after a crash left the last checkpoint
// unfinished at any byte: nothing is reported as removed or changed.
func TestCheckpointTornAnywhere(t *testing.T) {
	b := newBook(t, false)
	o := audit.Options{Reserve: -1, Signer: b.signer}
	runLog(t, b.dir, o, 2)
	points := pointsOf(t, b.dir)
	whole, last := strings.Join(points, ""), points[len(points)-1]
	segment := filepath.Join(b.dir, "audit-000000000001.jsonl")
	records, err := os.ReadFile(segment)
	b.check(err)
	for cut := len(whole) - len(last); cut <= len(whole); cut++ {
		if cut%7 > 0 && cut < len(whole)-8 {
			continue // each length takes a run with its syncs, and the end matters most
		}
		dir := t.TempDir()
		b.check(os.WriteFile(filepath.Join(dir, filepath.Base(segment)), records, 0o600))
		b.check(os.WriteFile(filepath.Join(dir, audit.CheckpointFile), []byte(whole[:cut]), 0o600))
		runLog(t, dir, o, 1)
		r := verify(t, dir, trail.Options{Verifier: b.verifier})
		if !r.OK() || r.Proven != r.Last {
			t.Fatalf("cut at %d of %d: %s", cut, len(whole), texts(r.Problems))
		}
	}
}

// pointsOf returns the checkpoints of a folder, each with its empty line.
func pointsOf(t *testing.T, dir string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitAfter(string(data), audit.CheckpointHead)
	var list []string
	for _, p := range parts[1:] {
		list = append(list, audit.CheckpointHead+strings.TrimSuffix(p, audit.CheckpointHead))
	}
	return list
}

// TestProven checks that a report says up to which record the given keys and copies prove
// something.
func TestProven(t *testing.T) {
	signed, keyed := signedBook(t), small(t, true)
	copied, _ := trail.Checkpoints("copied", []byte(signed.points[1]), nil)
	signed.file(signed.points[:6])
	for _, c := range []struct {
		name string
		dir  string
		o    trail.Options
		want uint64
	}{
		{"nothing", signed.dir, trail.Options{}, 0},
		{"the public key", signed.dir, trail.Options{Verifier: signed.verifier}, 15},
		{"a copy", signed.dir, trail.Options{Checkpoints: copied}, 8},
		{"the identity", keyed.dir, keyed.options(""), keyed.seq},
		{"no identity", keyed.dir, trail.Options{}, 0},
	} {
		if r := verify(t, c.dir, c.o); !r.OK() || r.Proven != c.want {
			t.Errorf("%s: proven up to %d, want %d: %s", c.name, r.Proven, c.want, texts(r.Problems))
		}
	}
}
