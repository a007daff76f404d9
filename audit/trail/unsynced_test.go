package trail_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/trail"
)

// forger returns someone who can write to the folder of b and has none of its keys. What it writes
// follows the last record of b.
func forger(b *book, dir string) *book {
	return &book{t: b.t, dir: dir, clock: b.clock, seq: b.seq, prev: b.prev, before: b.before}
}

// auditors returns options of auditors of b with different keys and copies. copies are some of its
// checkpoints.
func auditors(b *book, copies ...string) map[string]trail.Options {
	copied := func(o trail.Options) trail.Options {
		o.Checkpoints, _ = trail.Checkpoints("copied", []byte(strings.Join(copies, "")), o.Verifier)
		for i := range o.Checkpoints {
			o.Checkpoints[i].Copied = true
		}
		return o
	}
	key := trail.Options{Verifier: b.verifier}
	all := copied(key)
	all.Identities = b.options("").Identities
	return map[string]trail.Options{"nothing": {}, "the public key": key, "a copy": copied(trail.Options{}), "all": all}
}

// TestHolesThatNobodyDeclared checks that a segment appended by someone without a key excuses
// nothing that a checkpoint covers, whatever it declares.
func TestHolesThatNobodyDeclared(t *testing.T) {
	b := newBook(t, true)
	b.signs = true
	b.head("start", "")
	b.sign()
	b.commands(10)
	b.stop()
	last := b.sign()
	whole := files(t, b.dir)
	change := func(l [][]byte) [][]byte {
		l[11] = bytes.Replace(l[11], []byte("api status"), []byte("api uptime"), 1)
		return l
	}
	remove := func(l [][]byte) [][]byte { return l[:9] }
	removeOne := func(l [][]byte) [][]byte { return slices.Delete(l, 14, 15) }
	for _, c := range []struct {
		name, kind string
		from       uint64
		do         func([][]byte) [][]byte
		want       string
	}{
		{"changed, and a run", "start", 3, change, "record 12: the hash does not match"},
		{"changed, and a segment", "reopen", 3, change, "record 12: the hash does not match"},
		{"cut off, and a run", "start", 10, remove, "records 10 to 22 should follow it"},
		{"cut off, and a segment", "reopen", 10, remove, "records 10 to 22 should follow it"},
		{"one removed, and a segment", "reopen", 10, removeOne, "record 15 should come before it"},
	} {
		dir := spoil(t, whole, func(l []file) []file {
			l[0].lines = c.do(l[0].lines)
			return l
		})
		f := forger(b, dir)
		f.file(b.points)
		f.head(c.kind, fmt.Sprintf(`,"unsynced_from":%d`, c.from))
		f.stop()
		for name, o := range auditors(b, last) {
			if r := verify(t, dir, o); r.OK() || !strings.Contains(texts(r.Problems), c.want) {
				t.Errorf("%s, with %s: want %q\nproblems:\n%swarnings:\n%s", c.name, name, c.want, texts(r.Problems), texts(r.Warnings))
			}
		}
	}
}

// TestHoleThatNamesASignedRecord checks that the finding says why a declaration is not believed.
func TestHoleThatNamesASignedRecord(t *testing.T) {
	for _, c := range []struct {
		kind string
		from int
		want string
	}{
		{"reopen", 7, "a checkpoint about record 7 says that all up to it were synced"},
		{"reopen", 1, "the head of the segment before it was synced"},
		{"start", 8, "only the run whose sync failed declares that"},
		{"reopen", 8, ""},
	} {
		b := newBook(t, false)
		b.head("start", "")
		b.commands(3)
		b.sign()
		b.commands(2)
		b.end()
		b.file(b.points)
		b.cut(8)
		b.head(c.kind, fmt.Sprintf(`,"unsynced_from":%d`, c.from))
		b.stop()
		if r := verify(t, b.dir, trail.Options{}); r.OK() != (c.want == "") || !strings.Contains(texts(r.Problems), c.want) {
			t.Errorf("%s from %d: want %q\n%s", c.kind, c.from, c.want, texts(r.Problems))
		}
	}
}

// cut removes all but n records of the segment that ended last.
func (b *book) cut(n int) {
	path := filepath.Join(b.dir, b.before)
	data, err := os.ReadFile(path)
	b.check(err)
	b.check(os.WriteFile(path, bytes.Join(bytes.SplitAfter(data, []byte("\n"))[:n], nil), 0o600))
}

// failedSync returns a folder with a run whose sync failed after record 7, which a checkpoint is
// about. left is how many records of its first segment still exist.
func failedSync(t *testing.T, keyed bool, left int) *book {
	b := newBook(t, keyed)
	b.signs = true
	b.head("start", "")
	b.sign()
	b.commands(3)
	b.sign()
	b.commands(5)
	b.end()
	b.cut(left)
	b.head("reopen", `,"reason":"a sync failed","unsynced_from":8`)
	b.commands(1)
	b.file(b.points)
	return b
}

// TestWhatIsExcusedIsNotProven checks that nothing after missing records that are excused is proven
// until a checkpoint covers the declaration, and that the records before them are not proven even
// then.
func TestWhatIsExcusedIsNotProven(t *testing.T) {
	for _, keyed := range []bool{false, true} {
		b := failedSync(t, keyed, 10)
		b.end()
		for name, o := range auditors(b, b.points[1]) {
			r := verify(t, b.dir, o)
			want := uint64(7)
			if name == "nothing" {
				want = 0
			}
			if !r.OK() || r.Proven != want || !slices.Contains(warned(r), trail.WarnDeclared) {
				t.Errorf("with %s: proven up to %d, want %d: %s%s", name, r.Proven, want, texts(r.Problems), texts(r.Warnings))
			}
		}
		if r := verify(t, b.dir, trail.Options{Identities: b.options("").Identities}); keyed && (!r.OK() || r.Proven != r.Last) {
			t.Errorf("with the identity: proven up to %d: %s", r.Proven, texts(r.Problems))
		}
		b.sign()
		b.file(b.points)
		r := verify(t, b.dir, trail.Options{Verifier: b.verifier})
		if want := "records 8 to 10 cannot be proven by a checkpoint"; !r.OK() || r.Proven != r.Last || !strings.Contains(texts(r.Warnings), want) {
			t.Errorf("proven up to %d, want a warning %q: %s%s", r.Proven, want, texts(r.Problems), texts(r.Warnings))
		}
	}
}

// TestWhatADiskLoses checks that zero bytes in the place of records are excused after a failed
// sync, and that nothing else is.
func TestWhatADiskLoses(t *testing.T) {
	zeros := func(l [][]byte, from, to int) [][]byte {
		page := slices.Concat(l[from][:60], make([]byte, 300), l[to][len(l[to])-100:])
		return slices.Concat(l[:from], [][]byte{page}, l[to+1:])
	}
	for _, c := range []struct {
		name string
		do   func(l [][]byte) [][]byte
		want string
	}{
		{"nothing", func(l [][]byte) [][]byte { return l }, ""},
		{"some bytes", func(l [][]byte) [][]byte { return zeros(l, 9, 11) }, ""},
		{"some bytes, twice", func(l [][]byte) [][]byte { return zeros(zeros(l, 13, 14), 9, 11) }, ""},
		{"the end", func(l [][]byte) [][]byte { return zeros(l, 9, 16) }, ""},
		{"what was synced", func(l [][]byte) [][]byte { return zeros(l, 5, 11) }, "the line contains zero bytes"},
		{"a changed record", func(l [][]byte) [][]byte {
			l[9] = bytes.Replace(l[9], []byte("+OK"), []byte("+KO"), 1)
			l[10] = bytes.Replace(l[10], []byte("+OK"), []byte("+KO"), 1)
			return l
		}, "the hash does not match"},
		{"whole records", func(l [][]byte) [][]byte { return slices.Delete(l, 9, 11) }, "records 10 to 11 should come before it"},
		{"exchanged records", func(l [][]byte) [][]byte { l[9], l[10] = l[10], l[9]; return l }, "it comes after"},
		{"a changed record behind many lines", func(l [][]byte) [][]byte {
			bad := bytes.Repeat([]byte("bad\n"), 20)
			l[15] = bytes.Replace(l[15], []byte("api status"), []byte("api uptime"), 1)
			return slices.Insert(l, 9, bytes.SplitAfter(bad[:len(bad)-1], []byte("\n"))...)
		}, "the hash does not match"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := failedSync(t, false, 17)
			b.stop()
			dir := spoil(t, files(t, b.dir), func(l []file) []file {
				l[0].lines = c.do(l[0].lines)
				return l
			})
			b.check(os.WriteFile(filepath.Join(dir, audit.CheckpointFile), []byte(strings.Join(b.points, "")), 0o600))
			r := verify(t, dir, trail.Options{Verifier: b.verifier})
			if r.OK() != (c.want == "") || !strings.Contains(texts(r.Problems), c.want) || r.OK() && r.Proven != 7 {
				t.Errorf("proven up to %d, want %q: %s%s", r.Proven, c.want, texts(r.Problems), texts(r.Warnings))
			}
		})
	}
}

// TestHoleOfASegmentInVain checks that a segment that no other head names excuses nothing, whatever
// it declares.
func TestHoleOfASegmentInVain(t *testing.T) {
	b := newBook(t, false)
	b.head("start", "")
	b.commands(3)
	b.add("seal", "")
	b.end()
	vain := forger(b, b.dir)
	vain.head("reopen", `,"unsynced_from":5`)
	vain.end()
	last := b.seq
	b.seq += 2
	b.name = fmt.Sprintf("audit-%012d.jsonl", b.seq)
	b.data = b.line("reopen", fmt.Sprintf(`,"lost":1,"format":1,"prev_segment":"%s","prev_seq":%d,"prev_hash":"%s"`, b.before, last, raw.EncodeToString(b.prev[:])))
	b.stop()
	dir := spoil(t, files(t, b.dir), func(l []file) []file {
		l[0].lines[5] = append(make([]byte, 100), '\n')
		return l
	})
	if r := verify(t, dir, trail.Options{}); r.OK() || !slices.Contains(warned(r), trail.WarnOrphan) {
		t.Errorf("not found that a record is missing: %s", texts(r.Warnings))
	}
}
