package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/audit/internal/disk"
)

func TestSegmentNames(t *testing.T) {
	for in, want := range map[string]uint64{
		"audit-000000000007.jsonl": 7, "audit-1000000000000.jsonl": 1000000000000, "audit-7.jsonl": 0, "audit-0000000000007.jsonl": 0,
		"audit-000000000007.jsonl.zst": 0, "audit-000000000007.torn": 0, "checkpoints": 0, "": 0,
	} {
		got, ok := segmentFirst(in)
		if ok != (want > 0) || ok && got != want {
			t.Errorf("%q: %d, %v", in, got, ok)
		}
	}
	if got := tornName(segmentName(7)); got != "audit-000000000007.torn" {
		t.Error(got)
	}
}

func TestSegmentsOfAList(t *testing.T) {
	list := segments([]disk.Info{
		{Name: "audit-000000000020.jsonl.zst", Size: 2}, {Name: "audit-000000000001.jsonl.zst", Size: 1}, {Name: "audit-000000000001.jsonl", Size: 5},
		{Name: "checkpoints", Size: 9}, {Name: "audit-000000000030.jsonl", Size: 3}, {Name: "audit-000000000030.jsonl.zst.tmp", Size: 9},
	})
	var got []string
	for _, s := range list {
		got = append(got, fmt.Sprint(s.first, s.plain, s.packed, s.size, " ", s.file()))
	}
	want := []string{
		"1 true true 5 audit-000000000001.jsonl", "20 false true 2 audit-000000000020.jsonl.zst", "30 true false 3 audit-000000000030.jsonl",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLineSeq(t *testing.T) {
	for in, want := range map[string]uint64{
		`{"time":"x","seq":7,"kind":"stop"}`:                 7,
		`{"time":"x","seq":7,"command":"\"seq\":9,"}`:        7,
		`{"seq":7,"time":"x"}`:                               0,
		`{"time":"x","seq":7}`:                               0,
		`{"time":"x","seq":-7,"kind":"stop"}`:                0,
		`{"time":"x","seq":99999999999999999999,"kind":"x"}`: 0,
		`{"time":"x","se`:                                    0,
		``:                                                   0,
	} {
		got, ok := lineSeq([]byte(in))
		if ok != (want > 0) || ok && got != want {
			t.Errorf("%s: %d, %v", in, got, ok)
		}
	}
}

func TestParseTail(t *testing.T) {
	line := func(seq int) string { return fmt.Sprintf(`{"time":"x","seq":%d,"kind":"stop"}`, seq) }
	for _, tt := range []struct {
		name, in string
		want     tail
	}{
		{"nothing", "", tail{}},
		{"whole lines", line(1) + "\n" + line(2) + "\n", tail{seq: 2}},
		{"an unfinished line with its sequence", line(1) + "\n" + line(2), tail{seq: 2, torn: int64(len(line(2))), known: true}},
		{"an unfinished line without", line(1) + "\n{\"ti", tail{seq: 1, torn: 4}},
		{"a cut first line", "\"kind\":\"x\"}\n" + line(5) + "\n", tail{seq: 5}},
		{"no order", line(9) + "\n" + line(5) + "\n", tail{seq: 9}},
	} {
		if got := parseTail([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestLineHash(t *testing.T) {
	h, m := strings.Repeat("A", HashText), strings.Repeat("m", HashText)
	for _, tt := range []struct {
		name, in string
		ok       bool
	}{
		{"a hash", `{"a":1,"hash":"` + h + `"}`, true},
		{"a hash and a MAC", `{"a":1,"hash":"` + h + `","mac":"` + m + `"}`, true},
		{"a MAC only", `{"a":1,"mac":"` + m + `"}`, false},
		{"another spelling", `{"a":1,"hash":"` + h[1:] + `B"}`, false},
		{"too short", `{"a":1,"hash":"` + h[1:] + `"}`, false},
		{"cut", `{"a":1,"hash":"` + h + `"`, false},
		{"nothing", ``, false},
	} {
		if _, ok := lineHash([]byte(tt.in)); ok != tt.ok {
			t.Errorf("%s: %v", tt.name, ok)
		}
	}
}

// TestHashOfARecord compares the hash, the MAC and the next key with their definition in the
// package comment.
func TestHashOfARecord(t *testing.T) {
	c := chain{keyed: true, key: [HashSize]byte{1, 2, 3}, prev: [HashSize]byte{9}}
	key := c.key
	const body = `{"time":"x","seq":1`
	line := string(c.appendHash([]byte(body + "}\n")))
	hash := sha256.Sum256(append(c.prev[:], body...))
	h := hmac.New(sha256.New, key[:])
	h.Write(hash[:])
	want := body + `,"hash":"` + hashEncoding.EncodeToString(hash[:]) + `","mac":"` + hashEncoding.EncodeToString(h.Sum(nil)) + "\"}\n"
	if line != want {
		t.Errorf("got  %swant %s", line, want)
	}
	c.advance(1)
	c.nextKey()
	next := sha256.Sum256(append([]byte("eslguard audit ratchet"), key[:]...))
	if c.prev != hash || c.seq != 1 || c.key != next {
		t.Errorf("the chain is %+v", c)
	}
	plain := chain{}
	if got := string(plain.appendHash([]byte(body + "}\n"))); strings.Contains(got, "mac") {
		t.Errorf("without a key: %s", got)
	}
}

func TestCheckpointsAfter(t *testing.T) {
	point := func(seq int) string { return fmt.Sprintf("eslguard audit 2\n%d\nHASH\nTIME\n\n— x AAAA\n\n", seq) }
	all := point(3) + point(7) + point(9)
	for to, want := range map[uint64]string{0: all, 2: all, 3: point(7) + point(9), 6: point(7) + point(9), 7: point(9), 9: point(9), 99: point(9)} {
		if got := string(checkpointsAfter([]byte(all), to)); got != want {
			t.Errorf("after %d: %q", to, got)
		}
	}
	if got := checkpointsAfter(nil, 7); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
	if got := string(checkpointsAfter([]byte("eslguard au\n\n"+point(7)), 0)); got != point(7) {
		t.Errorf("an unfinished one is kept: %q", got)
	}
}

func TestIsRecordingName(t *testing.T) {
	for name, want := range map[string]bool{
		"abc2-1.session.jsonl": true, "a.session.jsonl": true, ".session.jsonl": false, "A.session.jsonl": false, "a/b.session.jsonl": false,
		"a.session.json": false, "abc": false, "a b.session.jsonl": false,
	} {
		if got := isRecordingName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestExpiredRecordings(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := began.Add(10 * time.Hour)
	// ago is a complete recording of 100 bytes that was finished n hours ago.
	ago := func(n int) disk.Info {
		return disk.Info{Name: fmt.Sprintf("h%d-1.session.jsonl", n), Size: 100, Changed: now.Add(-time.Duration(n) * time.Hour), ReadOnly: true}
	}
	writing := disk.Info{Name: "w-1.session.jsonl", Size: 100, Changed: now}
	left := disk.Info{Name: "left-1.session.jsonl", Size: 100, Changed: began.Add(-time.Hour)}
	other := disk.Info{Name: "notes.txt", Size: 1 << 20, Changed: began.Add(-99 * time.Hour), ReadOnly: true}
	for _, tt := range []struct {
		name string
		o    Options
		list []disk.Info
		want string
		full bool
	}{
		{"no limits", Options{}, []disk.Info{ago(9), left}, "[]", false},
		{"too old", Options{KeepFor: 5 * time.Hour}, []disk.Info{ago(4), ago(9), ago(5), writing}, "[h9-1.session.jsonl h5-1.session.jsonl]", false},
		{"too large", Options{KeepSize: 250}, []disk.Info{ago(1), ago(3), ago(2), writing}, "[h3-1.session.jsonl h2-1.session.jsonl]", false},
		{"large enough", Options{KeepSize: 400}, []disk.Info{ago(1), ago(3), ago(2), writing}, "[]", false},
		{"still written", Options{KeepSize: 1}, []disk.Info{writing}, "[]", false},
		{"left by an earlier run", Options{KeepSize: 1}, []disk.Info{left}, "[left-1.session.jsonl]", false},
		{"another file", Options{KeepFor: time.Hour, KeepSize: 1}, []disk.Info{other}, "[]", false},
		{"too young", Options{KeepSize: 150, KeepAtLeast: 2 * time.Hour}, []disk.Info{ago(1), ago(3)}, "[h3-1.session.jsonl]", false},
		{"all too young", Options{KeepSize: 150, KeepAtLeast: 4 * time.Hour}, []disk.Info{ago(1), ago(3)}, "[]", true},
		{"young, but too old", Options{KeepFor: 2 * time.Hour, KeepAtLeast: 4 * time.Hour}, []disk.Info{ago(1), ago(3)}, "[h3-1.session.jsonl]", false},
	} {
		names, full := tt.o.expiredRecordings(slices.Clone(tt.list), began, now)
		if fmt.Sprint(names) != tt.want || (full.err != nil) != tt.full {
			t.Errorf("%s: %v, %v, want %s", tt.name, names, full.err, tt.want)
		}
	}
}
