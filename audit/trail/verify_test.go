package trail_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"eslguard/audit"
	"eslguard/audit/trail"
)

// options returns what the auditor of a book has: the identity, and the last checkpoint, copied
// from the host, with the public key. Without a checkpoint the public key would prove nothing.
func (b *book) options(copied string) trail.Options {
	var o trail.Options
	if _, err := os.Stat(filepath.Join(b.dir, audit.CheckpointFile)); err == nil || copied != "" {
		o.Verifier = b.verifier
	}
	if b.identity != nil {
		o.Identities = []age.Identity{b.identity}
	}
	if copied != "" {
		list, bad := trail.Checkpoints("copied", []byte(copied), b.verifier)
		if len(bad) > 0 {
			b.t.Fatal(bad)
		}
		for i := range list {
			list[i].Copied = true
		}
		o.Checkpoints = list
	}
	return o
}

func verify(t testing.TB, dir string, o trail.Options) *trail.Report {
	t.Helper()
	r, err := trail.Verify(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerifyWholeFolder(t *testing.T) {
	for _, keyed := range []bool{false, true} {
		b := small(t, keyed)
		last := b.sign()
		b.file(b.points)
		r := verify(t, b.dir, b.options(last))
		if !r.OK() || len(r.Warnings) > 0 {
			t.Fatalf("keyed %v: %v, %v", keyed, r.Problems, r.Warnings)
		}
		want := b.seq
		if !keyed {
			want = 0
		}
		if r.Records != b.seq || r.First != 1 || r.Last != b.seq || r.Segments != 4 || r.Runs != 2 || r.MACs != want || r.MACsChecked != want {
			t.Errorf("keyed %v: %+v", keyed, r)
		}
		if len(r.Checkpoints) != 4 || r.Checkpoints[3].Signer != "guard.test" || !r.Checkpoints[3].Copied {
			t.Errorf("checkpoints %+v", r.Checkpoints)
		}
	}
}

func TestVerifyCompressedFolder(t *testing.T) {
	b := newBook(t, true)
	b.compress = true
	b.head("start", "")
	b.commands(20)
	b.next()
	b.commands(20)
	b.stop()
	if r := verify(t, b.dir, b.options("")); !r.OK() || r.Records != b.seq || r.MACsChecked != b.seq {
		t.Errorf("%+v", r)
	}
}

// A file is a segment of a small folder, in lines with their line feeds.
type file struct {
	name  string
	lines [][]byte
}

func files(t *testing.T, dir string) []file {
	t.Helper()
	segments, err := trail.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []file
	for _, s := range segments {
		data, err := os.ReadFile(s.Path())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, file{s.Name, bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))})
		last := &list[len(list)-1]
		last.lines[len(last.lines)-1] = append(slices.Clone(last.lines[len(last.lines)-1]), '\n')
	}
	return list
}

// spoil writes the files to a new folder after change has changed them.
func spoil(t *testing.T, from []file, change func([]file) []file) string {
	t.Helper()
	list := make([]file, len(from))
	for i, f := range from {
		list[i] = file{f.name, slices.Clone(f.lines)}
	}
	dir := t.TempDir()
	for _, f := range change(list) {
		if err := os.WriteFile(filepath.Join(dir, f.name), bytes.Join(f.lines, nil), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// editAfter replaces the letter after key in record n of file f by another one.
func editAfter(list []file, f, n int, key string) []file {
	l := slices.Clone(list[f].lines[n])
	at := bytes.Index(l, []byte(key)) + len(key)
	l[at] = 'A' + (l[at]-'A'+1)%26
	list[f].lines[n] = l
	return list
}

// tamperings are changes of record n of file f.
var tamperings = []struct {
	name string
	do   func(list []file, f, n int) []file
	want []trail.Fault
	// not reports whether the change is impossible, or changes nothing.
	not func(list []file, f, n int) bool
}{
	{
		name: "edited text", want: []trail.Fault{trail.FaultChanged, trail.FaultSegment},
		do: func(list []file, f, n int) []file {
			l := list[f].lines
			l[n] = bytes.Replace(l[n], []byte(`"kind":"`), []byte(`"kind":"x`), 1)
			return list
		},
	},
	{
		name: "edited sequence", want: []trail.Fault{trail.FaultChanged, trail.FaultRemoved, trail.FaultOrder, trail.FaultSegment},
		do: func(list []file, f, n int) []file {
			l := list[f].lines
			l[n] = bytes.Replace(l[n], []byte(`"seq":`), []byte(`"seq":9`), 1)
			return list
		},
	},
	{
		name: "edited hash", want: []trail.Fault{trail.FaultChanged},
		do: func(list []file, f, n int) []file { return editAfter(list, f, n, `"hash":"`) },
	},
	{
		name: "edited MAC", want: []trail.Fault{trail.FaultMAC},
		do: func(list []file, f, n int) []file { return editAfter(list, f, n, `"mac":"`) },
	},
	{
		name: "MAC taken away", want: []trail.Fault{trail.FaultMAC, trail.FaultSegment},
		do: func(list []file, f, n int) []file {
			l := list[f].lines[n]
			at := bytes.Index(l, []byte(`","mac":"`))
			list[f].lines[n] = append(slices.Clone(l[:at]), "\"}\n"...)
			return list
		},
	},
	{
		name: "removed", want: []trail.Fault{trail.FaultRemoved, trail.FaultSegment, trail.FaultCutOff},
		do: func(list []file, f, n int) []file {
			list[f].lines = slices.Delete(list[f].lines, n, n+1)
			return list
		},
	},
	{
		name: "written twice", want: []trail.Fault{trail.FaultOrder},
		do: func(list []file, f, n int) []file {
			list[f].lines = slices.Insert(list[f].lines, n, list[f].lines[n])
			return list
		},
	},
	{
		name: "forged one put in", want: []trail.Fault{trail.FaultOrder},
		do: func(list []file, f, n int) []file {
			list[f].lines = slices.Insert(list[f].lines, n+1, forged(list[f].lines[n]))
			return list
		},
	},
	{
		name: "exchanged with the next", want: []trail.Fault{trail.FaultRemoved, trail.FaultOrder, trail.FaultSegment},
		not: func(list []file, f, n int) bool { return n+1 == len(list[f].lines) },
		do: func(list []file, f, n int) []file {
			l := list[f].lines
			l[n], l[n+1] = l[n+1], l[n]
			return list
		},
	},
	{
		name: "moved to the end", want: []trail.Fault{trail.FaultRemoved, trail.FaultSegment},
		not: func(list []file, f, n int) bool { return f+1 == len(list) && n+1 == len(list[f].lines) },
		do: func(list []file, f, n int) []file {
			line, end := list[f].lines[n], len(list)-1
			list[f].lines = slices.Delete(list[f].lines, n, n+1)
			list[end].lines = append(list[end].lines, line)
			return list
		},
	},
	{
		name: "all cut off from here", want: []trail.Fault{trail.FaultCutOff},
		do: func(list []file, f, n int) []file {
			list[f].lines = list[f].lines[:n]
			return list[:f+1]
		},
	},
	{
		name: "half of it cut off, and all behind", want: []trail.Fault{trail.FaultCutOff},
		do: func(list []file, f, n int) []file {
			l := list[f].lines[n]
			list[f].lines = append(list[f].lines[:n], l[:len(l)/2])
			return list[:f+1]
		},
	},
	{
		name: "segment removed", want: []trail.Fault{trail.FaultSegment, trail.FaultCutOff},
		not: func(_ []file, _, n int) bool { return n > 0 },
		do:  func(list []file, f, _ int) []file { return slices.Delete(list, f, f+1) },
	},
	{
		name: "segment renamed", want: []trail.Fault{trail.FaultSegment},
		not: func(_ []file, _, n int) bool { return n > 0 },
		do: func(list []file, f, _ int) []file {
			list[f].name = strings.Replace(list[f].name, "-0", "-9", 1)
			return list
		},
	},
	{
		name: "edited, and the chain worked out anew", want: []trail.Fault{trail.FaultMAC, trail.FaultCheckpoint},
		do: func(list []file, f, n int) []file {
			l := list[f].lines
			l[n] = bytes.Replace(l[n], []byte(`Z","seq"`), []byte(`X","seq"`), 1)
			rechain(list)
			return list
		},
	},
}

// forged returns a record that follows from line in the chain. Anyone could make it.
func forged(line []byte) []byte {
	at := bytes.Index(line, []byte(`,"hash":"`))
	prev, _ := raw.DecodeString(string(line[at+len(`,"hash":"`):][:43]))
	body := slices.Clone(line[:at])
	return append(body, hashOf(prev, body)+string(line[at+len(`,"hash":"`)+43:])...)
}

// hashOf returns the hash field of a body.
func hashOf(prev, body []byte) string {
	sum := sha256.Sum256(append(slices.Clone(prev), body...))
	return `,"hash":"` + raw.EncodeToString(sum[:])
}

// rechain computes all hashes again, but not the MACs, which would need their keys.
func rechain(list []file) {
	prev := make([]byte, 32)
	for f := range list {
		for n, line := range list[f].lines {
			at := bytes.Index(line, []byte(`,"hash":"`))
			body, rest := slices.Clone(line[:at]), line[at+len(`,"hash":"`)+43:]
			if i := bytes.Index(body, []byte(`"prev_hash":"`)); i >= 0 {
				copy(body[i+len(`"prev_hash":"`):], raw.EncodeToString(prev))
			}
			sum := sha256.Sum256(append(slices.Clone(prev), body...))
			prev = sum[:]
			list[f].lines[n] = append(body, `,"hash":"`+raw.EncodeToString(prev)+string(rest)...)
		}
	}
}

// TestTampering makes every change to every record of a small folder.
func TestTampering(t *testing.T) {
	b := small(t, true)
	o := b.options(b.sign())
	whole := files(t, b.dir)
	for _, c := range tamperings {
		t.Run(c.name, func(t *testing.T) {
			done := 0
			for f := range whole {
				for n := range whole[f].lines {
					if c.not != nil && c.not(whole, f, n) {
						continue
					}
					done++
					dir := spoil(t, whole, func(list []file) []file { return c.do(list, f, n) })
					b.check(os.WriteFile(filepath.Join(dir, audit.CheckpointFile), []byte(strings.Join(b.points, "")), 0o600))
					r := verify(t, dir, o)
					if !slices.ContainsFunc(r.Problems, func(p trail.Finding) bool { return slices.Contains(c.want, p.Fault) }) {
						t.Errorf("%s line %d: %v, want one of %v", whole[f].name, n+1, r.Problems, c.want)
					}
				}
			}
			if done == 0 {
				t.Error("it was never done")
			}
		})
	}
}

// TestTamperingWithoutKeys checks that the chain alone detects any changed byte if the hashes are
// not computed again.
func TestTamperingWithoutKeys(t *testing.T) {
	b := small(t, false)
	for f, whole := range files(t, b.dir) {
		path := filepath.Join(b.dir, whole.name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			if i == len(data)-1 && f == 3 {
				// Without its line feed the last record is missing, which only a checkpoint shows.
				continue
			}
			data[i] ^= 1
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if r := verify(t, b.dir, trail.Options{Workers: 1}); r.OK() {
				t.Errorf("%s byte %d of %d: not found", whole.name, i, len(data))
			}
			data[i] ^= 1
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFindingsSayWhere checks the places of findings.
func TestFindingsSayWhere(t *testing.T) {
	whole := files(t, small(t, true).dir)
	for _, c := range []struct {
		name   string
		change func([]file) []file
		want   []string
	}{
		{"edited", func(l []file) []file {
			l[1].lines[2] = bytes.Replace(l[1].lines[2], []byte("+OK"), []byte("+KO"), 1)
			return l
		}, []string{"audit-000000000007.jsonl:3: record 9: the hash does not match: this record was changed, or the one before it"}},
		{"removed", func(l []file) []file {
			l[0].lines = slices.Delete(l[0].lines, 2, 4)
			return l
		}, []string{"audit-000000000001.jsonl:3: record 5: records 3 to 4 should come before it"}},
		{"exchanged", func(l []file) []file {
			l[0].lines[2], l[0].lines[3] = l[0].lines[3], l[0].lines[2]
			return l
		}, []string{
			"audit-000000000001.jsonl:3: record 4: record 3 should come before it",
			"audit-000000000001.jsonl:4: record 3: it comes after record 4: it was moved or inserted",
		}},
		{"a segment", func(l []file) []file { return slices.Delete(l, 1, 2) }, []string{
			"audit-000000000013.jsonl:1: record 13: records 7 to 12 are missing: one or more whole segments",
		}},
		{"the first segment", func(l []file) []file { return l[1:] }, []string{
			"audit-000000000007.jsonl:1: record 7: records 1 to 6 are missing, and no record says that they were retired",
		}},
		{"the end of a segment", func(l []file) []file {
			l[0].lines = l[0].lines[:4]
			return l
		}, []string{"audit-000000000001.jsonl:4: record 4: records 5 to 6 should follow it: the end of the segment was cut off"}},
		{"a line that is none", func(l []file) []file {
			l[0].lines[1] = []byte("hello\n")
			return l
		}, []string{
			"audit-000000000001.jsonl:2: record 2: the line is not a record of a chained audit",
			"audit-000000000001.jsonl:3: record 3: record 2 should come before it",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify(t, spoil(t, whole, c.change), trail.Options{})
			var got []string
			for _, p := range r.Problems {
				got = append(got, p.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// warned returns the faults of the warnings of a report.
func warned(r *trail.Report) (list []trail.Fault) {
	for _, w := range r.Warnings {
		list = append(list, w.Fault)
	}
	return list
}

func TestClockIsAWarning(t *testing.T) {
	b := newBook(t, false)
	b.head("start", "")
	b.commands(1)
	b.clock = b.clock.Add(-3600e9)
	b.commands(1)
	b.next()
	b.clock = b.clock.Add(-3600e9)
	b.commands(1)
	b.stop()
	r := verify(t, b.dir, trail.Options{})
	if !r.OK() || !slices.Equal(warned(r), []trail.Fault{trail.WarnClock, trail.WarnClock}) {
		t.Errorf("%v, %v", r.Problems, r.Warnings)
	}
	if len(r.Warnings) > 0 && r.Warnings[0].String() != "audit-000000000001.jsonl:4: record 4: the clock went back, "+
		"from 2026-03-01T12:00:00.003000Z to 2026-03-01T11:00:00.004000Z" {
		t.Error(r.Warnings[0])
	}
}

func TestKilledRunAndLostRecords(t *testing.T) {
	b := newBook(t, true)
	b.head("start", "")
	b.commands(1)
	b.seq += 3 // three could not be written
	b.ratchet(3)
	b.add("probe", `,"lost":3`)
	b.data = append(b.data, `{"time":"half a rec`...)
	b.end()
	b.key = nil
	// The next run sets the unfinished line aside.
	b.head("start", `,"torn_bytes":19,"torn_file":"audit-000000000001.torn"`)
	b.commands(1)
	b.stop()
	path := filepath.Join(b.dir, "audit-000000000001.torn")
	if r := verify(t, b.dir, b.options("")); len(r.Problems) != 1 || r.Problems[0].Fault != trail.FaultRemoved || r.Problems[0].File != filepath.Base(path) {
		t.Errorf("without the torn file: %v", r.Problems)
	}
	if err := os.WriteFile(path, []byte(`{"time":"half a rec`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := verify(t, b.dir, b.options(""))
	if !r.OK() || r.MACsChecked != r.Records || !slices.Equal(warned(r), []trail.Fault{trail.WarnTorn, trail.WarnKilled}) {
		t.Errorf("%v, %v; %d MACs of %d", r.Problems, r.Warnings, r.MACsChecked, r.Records)
	}
}

func TestFailedSyncIsDeclared(t *testing.T) {
	b := newBook(t, true)
	b.head("start", "")
	b.commands(3)
	b.end()
	// The disk kept the records up to 4, and half of the fifth.
	lines := bytes.SplitAfter(b.data, []byte("\n"))
	kept := append(bytes.Join(lines[:4], nil), lines[4][:30]...)
	if err := os.WriteFile(filepath.Join(b.dir, b.name), kept, 0o600); err != nil {
		t.Fatal(err)
	}
	b.head("reopen", `,"reason":"a sync failed","unsynced_from":4`)
	b.commands(1)
	b.stop()
	r := verify(t, b.dir, b.options(""))
	if !r.OK() || !slices.Equal(warned(r), []trail.Fault{trail.WarnTorn, trail.WarnDeclared}) {
		t.Errorf("%v, %v", r.Problems, r.Warnings)
	}
	// Anything beyond what is declared is found.
	if err := os.WriteFile(filepath.Join(b.dir, "audit-000000000001.jsonl"), bytes.Join(lines[:2], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, b.dir, b.options("")); r.OK() {
		t.Error("a record that was synced is missing, and that is not found")
	}
}

func TestRetirement(t *testing.T) {
	b := newBook(t, false)
	b.head("start", "")
	b.commands(1)
	b.next()
	first := fmt.Sprintf("audit-%012d.jsonl", 1)
	seq, hash := b.seq-1, ""
	data, err := os.ReadFile(filepath.Join(b.dir, first))
	if err != nil {
		t.Fatal(err)
	}
	hash = string(data[len(data)-len("\"}\n")-43 : len(data)-len("\"}\n")])
	b.commands(1)
	b.add("retire", fmt.Sprintf(`,"retired_from":1,"retired_to":%d,"retired_hash":"%s"`, seq, hash))
	b.stop()
	if r := verify(t, b.dir, trail.Options{}); !r.OK() {
		t.Errorf("not deleted yet: %v", r.Problems)
	}
	if err := os.Remove(filepath.Join(b.dir, first)); err != nil {
		t.Fatal(err)
	}
	r := verify(t, b.dir, trail.Options{})
	if !r.OK() || r.Retired != seq || r.First != seq+1 {
		t.Errorf("%v; retired %d, first %d", r.Problems, r.Retired, r.First)
	}
}

// TestKeysOfLaterHeads checks that a head with its own key can be verified without the start of its
// run, and that the key must be the one that follows from the segment before.
func TestKeysOfLaterHeads(t *testing.T) {
	b := newBook(t, true)
	b.reseal = true
	b.head("start", "")
	b.commands(2)
	b.next()
	b.commands(2)
	b.stop()
	o := b.options("")
	if r := verify(t, b.dir, o); !r.OK() || r.MACsChecked != r.Records {
		t.Errorf("%v; %d MACs of %d", r.Problems, r.MACsChecked, r.Records)
	}
	whole := files(t, b.dir)
	r := verify(t, spoil(t, whole, func(l []file) []file { return l[1:] }), o)
	if r.MACs == 0 || r.MACsChecked != r.MACs {
		t.Errorf("without the start: %d MACs of %d", r.MACsChecked, r.MACs)
	}
	r = verify(t, spoil(t, whole, func(l []file) []file {
		line := string(l[1].lines[0])
		from := strings.Index(line, `"sealed_key":"`) + len(`"sealed_key":"`)
		end := from + strings.IndexByte(line[from:], '"')
		l[1].lines[0] = []byte(line[:from] + b.sealed(make([]byte, 32)) + line[end:])
		rechain(l)
		return l
	}), o)
	if !slices.ContainsFunc(r.Problems, func(p trail.Finding) bool {
		return strings.Contains(p.Text, "not the one that follows from the segment before")
	}) {
		t.Errorf("another key: %v", r.Problems)
	}
}

func TestCheckpoints(t *testing.T) {
	b := small(t, false)
	good := b.sign()
	other := newBook(t, false)
	other.seq, other.prev = b.seq, b.prev
	foreign := other.sign()
	for _, c := range []struct {
		name, text string
		bad        int
		good       int
	}{
		{"one", good, 0, 1},
		{"several, as in the folder", strings.Join(b.points, ""), 0, 3},
		{"another signer's", foreign, 1, 0},
		{"edited", strings.Replace(good, "\n"+fmt.Sprint(b.seq)+"\n", "\n1\n", 1), 1, 0},
		{"torn, then a good one", good[:40] + "\n\n" + good, 1, 1},
		{"something else", "hello\n", 1, 0},
		{"nothing", "\n\n", 0, 0},
	} {
		list, bad := trail.Checkpoints("f", []byte(c.text), b.verifier)
		if len(list) != c.good || len(bad) != c.bad {
			t.Errorf("%s: %d good, bad %v", c.name, len(list), bad)
		}
	}
}

func TestKindsAreSpelledAlike(t *testing.T) {
	// The verifier spells these kinds itself, to share no code with the writer.
	for want, k := range map[string]audit.Kind{
		"recording": audit.KindRecording, "start": audit.KindStart, "reopen": audit.KindReopen, "seal": audit.KindSeal, "stop": audit.KindStop, "retire": audit.KindRetire,
	} {
		if k.String() != want {
			t.Errorf("%s is written %s", want, k)
		}
	}
}

// TestOrphansAreSkipped writes a segment that could be neither begun nor removed.
func TestOrphansAreSkipped(t *testing.T) {
	for _, lone := range []string{"", "head"} {
		b := newBook(t, false)
		b.head("start", "")
		b.commands(1)
		b.add("seal", "")
		b.end()
		before, prev := b.before, b.prev
		b.head("reopen", "")
		if lone == "" {
			b.data = []byte("half")
		}
		b.end()
		seq := b.seq
		b.before, b.prev, b.seq = before, prev, seq-1
		// The head that follows declares the head of the orphan as lost.
		b.seq++
		b.name = fmt.Sprintf("audit-%012d.jsonl", b.seq+1)
		b.seq++
		b.data = b.line("reopen", fmt.Sprintf(`,"lost":1,"format":1,"prev_segment":"%s","prev_seq":%d,"prev_hash":"%s"`, before, seq-1, raw.EncodeToString(prev[:])))
		b.commands(1)
		b.stop()
		r := verify(t, b.dir, trail.Options{})
		if !r.OK() || !slices.Equal(warned(r), []trail.Fault{trail.WarnOrphan}) {
			t.Errorf("%q: %v, %v", lone, r.Problems, r.Warnings)
		}
	}
}

// TestKeysThatCheckNothing checks that a key with which nothing could be checked is never reported
// as success.
func TestKeysThatCheckNothing(t *testing.T) {
	keyed, plain, signed, mixed := small(t, true), small(t, false), small(t, false), newBook(t, true)
	signed.file(signed.points)
	identity := mixed.identity
	mixed.identity = nil
	mixed.head("start", "")
	mixed.stop()
	mixed.identity = identity
	mixed.head("start", "")
	mixed.stop()
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	with := func(id age.Identity) trail.Options { return trail.Options{Identities: []age.Identity{id}} }
	for _, c := range []struct {
		name  string
		dir   string
		o     trail.Options
		fault trail.Fault
		warns bool
	}{
		{"the right key", keyed.dir, with(keyed.identity), "", false},
		{"the right key among others", keyed.dir, trail.Options{Identities: []age.Identity{other, keyed.identity}}, "", false},
		{"another key", keyed.dir, with(other), trail.FaultMAC, true},
		{"a key for records without MACs", plain.dir, with(other), trail.FaultMAC, false},
		{"a run without MACs", mixed.dir, with(identity), "", true},
		{"a public key, and checkpoints", signed.dir, trail.Options{Verifier: signed.verifier}, "", false},
		{"a public key, and none", plain.dir, trail.Options{Verifier: plain.verifier}, trail.FaultCheckpoint, false},
	} {
		r := verify(t, c.dir, c.o)
		var fault trail.Fault
		if !r.OK() {
			fault = r.Problems[0].Fault
		}
		if fault != c.fault || len(r.Problems) > 1 || slices.Contains(warned(r), trail.WarnTrust) != c.warns {
			t.Errorf("%s: %v, %v", c.name, r.Problems, r.Warnings)
		}
	}
}

// TestMACsWithoutTheKey checks that a malformed MAC is detected without a key, too.
func TestMACsWithoutTheKey(t *testing.T) {
	whole := files(t, small(t, true).dir)
	for _, with := range []string{"!", " ", "=", "_"} {
		r := verify(t, spoil(t, whole, func(l []file) []file {
			line := slices.Clone(l[1].lines[2])
			copy(line[bytes.Index(line, []byte(`","mac":"`))+len(`","mac":"`):], with)
			l[1].lines[2] = line
			return l
		}), trail.Options{})
		if len(r.Problems) != 1 || r.Problems[0].Fault != trail.FaultMAC || r.Problems[0].Line != 3 {
			t.Errorf("%q: %v", with, r.Problems)
		}
	}
}

func TestRecordings(t *testing.T) {
	b := newBook(t, false)
	b.head("start", "")
	text := []byte("{\"recording\":1}\n")
	b.add("recording", fmt.Sprintf(`,"session":"s1","file":"s1-1.session.jsonl","file_bytes":%d,"file_sha256":"%x","lost_bytes":0`, len(text), sha256.Sum256(text)))
	b.stop()
	dir := filepath.Join(b.dir, audit.RecordingsFolder)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, b.dir, trail.Options{}); !r.OK() || !slices.Equal(warned(r), []trail.Fault{trail.WarnDeleted}) {
		t.Errorf("deleted: %v, %v", r.Problems, r.Warnings)
	}
	b.head("start", "")
	b.add("retire", `,"retired_files":["s1-1.session.jsonl","s0-1.session.jsonl"]`)
	b.stop()
	if r := verify(t, b.dir, trail.Options{}); !r.OK() || len(r.Warnings) > 0 || r.RecordingsRetired != 1 {
		t.Errorf("retired: %v, %v, %d", r.Problems, r.Warnings, r.RecordingsRetired)
	}
	for _, c := range []struct {
		text string
		ok   bool
	}{{string(text), true}, {"{\"recording\":2}\n", false}, {"", false}} {
		if err := os.WriteFile(filepath.Join(dir, "s1-1.session.jsonl"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, b.dir, trail.Options{}); r.OK() != c.ok || (r.Recordings == 1) != c.ok {
			t.Errorf("%q: %v, %d fit", c.text, r.Problems, r.Recordings)
		}
	}
}
