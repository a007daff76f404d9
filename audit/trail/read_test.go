package trail_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/audit/trail"
)

// diary returns a folder with eleven records of all sorts, from 12:00:00 on, one per millisecond,
// in two segments of which the first is compressed.
func diary(t testing.TB) *book {
	b := newBook(t, false)
	b.compress = true
	b.head("start", `,"version":"1"`)
	b.add("session", `,"session":"s1","addr":"10.0.0.1:1"`)
	b.add("login", `,"session":"s1","client":"crm","addr":"10.0.0.1:1","decision":"allow"`)
	b.add("command", `,"session":"s1","client":"crm","command":"api status","effects":[{"kind":"api","name":"status"}],"decision":"allow"`)
	b.add("reply", `,"session":"s1","client":"crm","of":4,"reply":"+OK up"`)
	b.add("command", `,"session":"s2","client":"dialer","command":"bgapi originate user/1 &park","effects":[{"kind":"api","name":"originate","args":"user/1 &park"},{"kind":"app","name":"park"}],"decision":"deny","id":"k3v9q2xa"`)
	b.next()
	b.compress = false
	b.clock = b.clock.Add(3 * time.Hour)
	b.add("command", `,"session":"s1","client":"crm","command":"say \"client\":\"dialer\"","effects":[],"decision":"refuse"`)
	b.add("reply", `,"session":"s1","client":"crm","of":9,"reason":"FreeSWITCH closed the connection"`)
	b.stop()
	return b
}

func TestRead(t *testing.T) {
	b := diary(t)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		f    trail.Filter
		want []uint64
	}{
		{"all", trail.Filter{}, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{"client", trail.Filter{Client: "dialer"}, []uint64{6}},
		{"client, no part of a name", trail.Filter{Client: "dial"}, nil},
		{"session", trail.Filter{Session: "s1"}, []uint64{2, 3, 4, 5, 9, 10}},
		{"decision", trail.Filter{Decision: "deny"}, []uint64{6}},
		{"kind of record", trail.Filter{Kind: "login"}, []uint64{3}},
		{"kind of effect", trail.Filter{Kind: "app"}, []uint64{6}},
		{"name, in any case", trail.Filter{Name: "Originate"}, []uint64{6}},
		{"kind and name of one effect", trail.Filter{Kind: "app", Name: "originate"}, nil},
		{"since", trail.Filter{Since: noon.Add(time.Hour)}, []uint64{9, 10, 11}},
		{"until", trail.Filter{Until: noon.Add(4 * time.Millisecond)}, []uint64{1, 2, 3}},
		{"grep of a command", trail.Filter{Grep: regexp.MustCompile(`user/\d`)}, []uint64{6}},
		{"grep of an effect", trail.Filter{Grep: regexp.MustCompile(`^app park$`)}, []uint64{6}},
		{"grep of an id", trail.Filter{Grep: regexp.MustCompile(`k3v9`)}, []uint64{6}},
		{"outcomes", trail.Filter{Decision: "allow", Kind: "command", Outcomes: true}, []uint64{4, 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []uint64
			_, err := trail.Read(t.Context(), b.dir, c.f, func(r *trail.Record) error {
				got = append(got, r.Seq)
				return nil
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%v, %v, want %v", got, err, c.want)
			}
		})
	}
}

// TestManyOutcomes checks that outcomes are found however many commands there are, and although
// many have none.
func TestManyOutcomes(t *testing.T) {
	const n = 110_000
	var text strings.Builder
	seq := 0
	line := func(fields string) {
		seq++
		fmt.Fprintf(&text, "{\"time\":\"2026-03-01T12:00:00.000000Z\",\"seq\":%d,%s}\n", seq, fields)
	}
	for range n {
		line(`"kind":"command","decision":"deny"`)
		line(`"kind":"command","decision":"allow"`)
	}
	for range n {
		line(`"kind":"command","decision":"observe"`)
		line(fmt.Sprintf(`"kind":"reply","of":%d`, seq))
	}
	line(`"kind":"command","decision":"allow"`)
	line(fmt.Sprintf(`"kind":"reply","of":%d,"job":"j"`, seq))
	line(fmt.Sprintf(`"kind":"job","of":%d,"job":"j"`, seq-1))
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	_, err := trail.Read(t.Context(), path, trail.Filter{Kind: "command", Outcomes: true}, func(r *trail.Record) error {
		got[r.Kind]++
		return nil
	})
	if err != nil || got["command"] != 3*n+1 || got["reply"] != n+1 || got["job"] != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestReadSkipsSegmentsByTime(t *testing.T) {
	b := diary(t)
	for _, c := range []struct {
		f    trail.Filter
		want int
	}{
		{trail.Filter{Since: b.clock.Add(-time.Second)}, 1},
		{trail.Filter{Since: b.clock.Add(-3 * time.Hour)}, 2}, // within the slack
		{trail.Filter{Until: b.clock.Add(-2 * time.Hour)}, 2},
		{trail.Filter{Until: b.clock.Add(-5 * time.Hour)}, 1},
	} {
		s, err := trail.Read(t.Context(), b.dir, c.f, func(*trail.Record) error { return nil })
		if err != nil || s.Segments != 2 || s.Read != c.want {
			t.Errorf("%+v: %+v, %v, want %d read", c.f, s, err, c.want)
		}
	}
}

func TestReadPlainFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	text := `{"time":"2026-03-01T12:00:00.000000Z","seq":1,"kind":"start"}
half a line
{"time":"2026-03-01T12:00:00.000000Z","seq":2,"kind":"command","command":"\u001b[2J"}
{"time":"2026-03-01T12:0`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	s, err := trail.Read(t.Context(), path, trail.Filter{}, func(r *trail.Record) error {
		got = append(got, fmt.Sprintf("%d %s %q", r.Seq, r.Kind, r.Command))
		return nil
	})
	want := []string{`1 start ""`, `2 command "\x1b[2J"`}
	if err != nil || !slices.Equal(got, want) || s.Bad != 1 || s.Torn != 24 {
		t.Errorf("%q, %+v, %v", got, s, err)
	}
}

// TestFollow checks that records written later are read, also in the next segment, and in a plain
// file that was renamed.
func TestFollow(t *testing.T) {
	line := func(seq int) string {
		return fmt.Sprintf("{\"time\":\"2026-03-01T12:00:00.000000Z\",\"seq\":%d,\"kind\":\"probe\"}\n", seq)
	}
	add := func(path, text string) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	segment := func(n int) string { return filepath.Join(dir, fmt.Sprintf("audit-%012d.jsonl", n)) }
	plain := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, c := range []struct {
		name, path string
		steps      []func() // each writes the next record
	}{
		{"folder", dir, []func(){
			func() { add(segment(1), line(1)) },
			func() { add(segment(1), line(2)[:20]); add(segment(1), line(2)[20:]) },
			func() { add(segment(3), line(3)) },
			func() { add(segment(3), line(4)) },
			func() { add(segment(5), line(5)) },
		}},
		{"plain file", plain, []func(){
			func() { add(plain, line(1)) },
			func() { add(plain, line(2)) },
			func() {
				if err := os.Rename(plain, plain+".1"); err != nil {
					t.Error(err)
				}
				add(plain+".1", line(3))
			},
			func() { add(plain, line(4)) },
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.steps[0]()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			n := 0
			err := trail.Follow(ctx, c.path, trail.Filter{}, func(r *trail.Record) error {
				if n++; r.Seq != uint64(n) {
					t.Errorf("record %d comes as number %d", r.Seq, n)
				}
				if n == len(c.steps) {
					cancel()
					return nil
				}
				c.steps[n]()
				return nil
			})
			if err != nil || n != len(c.steps) {
				t.Errorf("%d records, %v", n, err)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	k := newBook(b, false)
	k.head("start", "")
	k.commands(50_000)
	k.stop()
	for _, c := range []struct {
		name string
		f    trail.Filter
	}{{"all", trail.Filter{}}, {"few", trail.Filter{Client: "nobody"}}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(k.data)))
			for b.Loop() {
				if _, err := trail.Read(b.Context(), k.dir, c.f, func(*trail.Record) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestSegments(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"audit-000000000010.jsonl.zst", "audit-000000000002.jsonl", "audit-000000000010.jsonl", "audit-1000000000000.jsonl",
		"audit-3.jsonl", "audit-000000000000.jsonl", "audit-000000000004.torn", "checkpoints", "lock", "audit-00000000000x.jsonl",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := trail.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list {
		got = append(got, strings.TrimPrefix(s.Path(), dir+"/"))
	}
	want := []string{"audit-000000000002.jsonl", "audit-000000000010.jsonl", "audit-1000000000000.jsonl"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
