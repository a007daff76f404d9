package trail_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/audit/trail"
)

// retire adds a record which says that the records up to to are deleted, and deletes the segment
// name. The hash in the record is that of the last line of that segment.
func (b *book) retire(name string, to uint64) {
	path := filepath.Join(b.dir, name)
	data, err := os.ReadFile(path)
	b.check(err)
	_, hash, _ := bytes.Cut(data[bytes.LastIndexByte(data[:len(data)-1], '\n')+1:], []byte(`"hash":"`))
	b.add("retire", fmt.Sprintf(`,"retired_from":1,"retired_to":%d,"retired_hash":"%s"`, to, hash[:43]))
	b.check(os.Remove(path))
}

// TestRetirementThatNobodySigned checks that segments deleted by someone without a key are reported
// as missing, and that the same is in order if a checkpoint covers the record about it.
func TestRetirementThatNobodySigned(t *testing.T) {
	for _, signed := range []bool{false, true} {
		b := newBook(t, true)
		b.signs, b.reseal = true, true
		b.head("start", "")
		b.sign()
		b.commands(5)
		b.next()
		first, to := fmt.Sprintf("audit-%012d.jsonl", 1), b.seq-1
		old := b.sign()
		b.commands(2)
		gone := b.points[0]
		w := b
		if !signed {
			b.stop()
			b.sign()
			w = forger(b, b.dir)
			w.head("start", "")
		}
		w.retire(first, to)
		if signed {
			b.sign()
		}
		w.stop()
		w.file(b.points)
		for name, c := range map[string]struct {
			o             trail.Options
			forged, right string // a problem, a warning after a !, or nothing
		}{
			"nothing":                    {auditors(b)["nothing"], "", ""},
			"the identity":               {b.withIdentity(), "!none of the given keys and copies proves record", "!none of the given keys and copies proves record"},
			"the public key":             {auditors(b)["the public key"], "no valid checkpoint covers record", ""},
			"a copy of what is there":    {auditors(b, old)["a copy"], "!none of the given keys and copies proves record", "!none of the given keys and copies proves record"},
			"a copy of what is gone":     {auditors(b, gone)["a copy"], "record 1: the checkpoint is about a record that is gone", "record 1: the checkpoint is about a record that is gone"},
			"all, of what is gone":       {auditors(b, gone)["all"], "record 1: the checkpoint is about a record that is gone", "!a record that was retired"},
			"copies of all":              {auditors(b, b.points...)["a copy"], "record 1: the checkpoint is about a record that is gone", "!a record that was retired"},
			"all, and copies of all":     {auditors(b, b.points...)["all"], "no valid checkpoint covers record", "!a record that was retired"},
			"the public key, and copies": {trail.Options{Verifier: b.verifier, Checkpoints: auditors(b, old)["all"].Checkpoints}, "no valid checkpoint covers record", ""},
		} {
			want := c.forged
			if signed {
				want = c.right
			}
			r := verify(t, b.dir, c.o)
			warning, warns := strings.CutPrefix(want, "!")
			found := texts(r.Problems)
			if warns {
				found = texts(r.Warnings)
			}
			if r.OK() != (want == "" || warns) || !strings.Contains(found, warning) {
				t.Errorf("signed %v, with %s: want %q\nproblems:\n%swarnings:\n%s", signed, name, want, texts(r.Problems), texts(r.Warnings))
			}
		}
	}
}

// withIdentity returns options with the identity and nothing else.
func (b *book) withIdentity() trail.Options {
	return trail.Options{Identities: b.options("").Identities}
}

// TestRunWithoutASigner continues with the real writer without its signer, in a folder with
// checkpoints, and retires the records that these are about.
func TestRunWithoutASigner(t *testing.T) {
	b := newBook(t, true)
	var notes []string
	o := b.logOptions(&notes)
	runLog(t, b.dir, o, 20)
	o.Signer = nil
	runLog(t, b.dir, o, 1)
	const warning = "a run without a signer begins here"
	r := verify(t, b.dir, trail.Options{Verifier: b.verifier})
	if !r.OK() || strings.Count(texts(r.Warnings), warning) != 1 {
		t.Errorf("nothing is retired: %s%s", texts(r.Problems), texts(r.Warnings))
	}
	signed := r.Proven
	o.KeepFor, o.Compress = time.Nanosecond, false
	l, err := audit.Open(b.dir, o)
	b.check(err)
	for deadline := time.Now().Add(10 * time.Second); oldest(t, b.dir) <= signed && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	b.check(l.Close())
	for name, a := range auditors(b, notes[0]) {
		r := verify(t, b.dir, a)
		if r.First <= signed || r.OK() != (name == "nothing") || !strings.Contains(texts(r.Warnings), warning) {
			t.Errorf("with %s: %s%s", name, texts(r.Problems), texts(r.Warnings))
		}
	}
}

// TestRecordingThatNobodyRetired checks that with the public key, a recording counts as retired
// only if a checkpoint covers the record that says so.
func TestRecordingThatNobodyRetired(t *testing.T) {
	b := newBook(t, false)
	b.signs = true
	b.head("start", "")
	b.add("recording", fmt.Sprintf(`,"session":"s1","file":"s1-1.session.jsonl","file_bytes":1,"file_sha256":"%064x","lost_bytes":0`, 1))
	b.stop()
	b.sign()
	b.file(b.points)
	f := forger(b, b.dir)
	f.head("start", "")
	f.add("retire", `,"retired_files":["s1-1.session.jsonl"]`)
	f.stop()
	for name, want := range map[string]int{"nothing": 1, "the public key": 0} {
		r := verify(t, b.dir, auditors(b)[name])
		if gone := strings.Contains(texts(r.Warnings), `"s1-1.session.jsonl" does not exist any more, and no valid checkpoint covers`); r.RecordingsRetired != want || gone != (want == 0) {
			t.Errorf("with %s: %d retired, %s%s", name, r.RecordingsRetired, texts(r.Problems), texts(r.Warnings))
		}
	}
}
