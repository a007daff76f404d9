package trail

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
)

func TestSegmentFirst(t *testing.T) {
	for in, want := range map[string]uint64{
		"audit-000000000001.jsonl": 1, "audit-999999999999.jsonl": 999999999999, "audit-1000000000000.jsonl": 1000000000000,
		"audit-000000000000.jsonl": 0, "audit-1.jsonl": 0, "audit-0000000000001.jsonl": 0, "audit-00000000000x.jsonl": 0,
		"audit-+00000000001.jsonl": 0, "audit-000000000001.json": 0, "000000000001.jsonl": 0, "audit-.jsonl": 0,
		"audit-99999999999999999999.jsonl": 0, "": 0,
	} {
		got, ok := segmentFirst(in)
		if got != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v, want %d", in, got, ok, want)
		}
	}
}

func TestCutAffixes(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"audit-1.torn", "1", true}, {"audit-.torn", "", true}, {"audit-1", "", false}, {"1.torn", "", false}, {"", "", false}, {"audit-.tor", "", false},
	} {
		got, ok := cutAffixes(tt.in, "audit-", ".torn")
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: %q, %v", tt.in, got, ok)
		}
	}
}

func TestWordsOfFindings(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{RecordRange(7, 7), "record 7"},
		{RecordRange(7, 9), "records 7 to 9"},
		{RecordRange(7, 6), "record 7"},
		{checkpointRange(7, 7), "checkpoint 7 is"},
		{checkpointRange(7, 9), "checkpoints 7 to 9 are"},
		{printTime([]byte("2026-03-01T12:00:00.000000Z")), "2026-03-01T12:00:00.000000Z"},
		{printTime([]byte("\x1b[2J")), "(not a time)"},
		{(&Checkpoint{Number: 3, Seq: 9}).name(), "checkpoint 3"},
		{(&Checkpoint{Seq: 9}).name(), "the checkpoint of record 9"},
		{Finding{File: "f", Line: 3, Seq: 7, Text: "x"}.String(), "f:3: record 7: x"},
		{Finding{File: "f", Text: "x"}.String(), "f: x"},
		{Finding{Text: "x"}.String(), "x"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestExcusable(t *testing.T) {
	for _, tt := range []struct {
		f    Finding
		want bool
	}{
		{Finding{Fault: FaultDamaged}, true},
		{Finding{Fault: FaultRemoved, torn: true}, true},
		{Finding{Fault: FaultRemoved}, false},
		{Finding{Fault: FaultChanged, torn: true}, false},
		{Finding{Fault: FaultOrder, torn: true}, false},
	} {
		if got := tt.f.excusable(); got != tt.want {
			t.Errorf("%+v: %v", tt.f, got)
		}
	}
}

// TestFindingsAreBounded checks that a full list keeps what cannot be excused.
func TestFindingsAreBounded(t *testing.T) {
	var f findings
	for range maxFindings + 2 {
		f.problem(Finding{Fault: FaultDamaged})
		f.warn(Finding{Fault: WarnClock})
	}
	f.problem(Finding{Fault: FaultChanged})
	if len(f.problems) != maxFindings || len(f.warnings) != maxFindings || f.more != 5 {
		t.Errorf("%d problems, %d warnings, %d more", len(f.problems), len(f.warnings), f.more)
	}
	if last := f.problems[maxFindings-1]; last.Fault != FaultChanged {
		t.Errorf("the last problem is %v", last)
	}
}

// TestRatchet compares the keys and MACs with their definition.
func TestRatchet(t *testing.T) {
	first := hash{1, 2, 3}
	next := sha256.Sum256(append([]byte(audit.RatchetLabel), first[:]...))
	r := ratchet{known: true, seq: 5, key: first}
	if !r.advance(5) || r.key != first {
		t.Error("it advanced to its own record")
	}
	if !r.advance(6) || r.key != next {
		t.Errorf("the key is %x, want %x", r.key, next)
	}
	of := hash{9}
	h := hmac.New(sha256.New, next[:])
	h.Write(of[:])
	if mac := r.mac(&of); !slices.Equal(mac[:], h.Sum(nil)) {
		t.Errorf("the MAC is %x, want %x", mac, h.Sum(nil))
	}
	for _, seq := range []uint64{5, 6 + maxGap + 1, 1<<64 - 1} {
		bad := r
		if bad.advance(seq) || bad.known {
			t.Errorf("it advanced to %d", seq)
		}
	}
	if (&ratchet{}).advance(1) {
		t.Error("the zero ratchet advanced")
	}
}

func TestParseHead(t *testing.T) {
	zeros := strings.Repeat("A", audit.HashText)
	good := `{"kind":"start","seq":4,"format":1,"prev_seq":3,"prev_hash":"` + zeros + `"}`
	edit := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	for _, tt := range []struct {
		name, in string
		mac      bool
		want     string // a part of what is wrong; "" if it is a head
	}{
		{"a start", good, false, ""},
		{"a reopen", edit("start", "reopen"), false, ""},
		{"a start with a key", edit(`"seq"`, `"recipient":"age1","sealed_key":"x","seq"`), true, ""},
		{"a reopen with a MAC", edit("start", "reopen"), true, ""},
		{"a MAC without a key", good, true, "a MAC without a sealed key"},
		{"a key without a MAC", edit(`"seq"`, `"recipient":"age1","sealed_key":"x","seq"`), false, "a sealed key without a MAC"},
		{"another kind", edit("start", "stop"), false, "neither a start nor a reopen"},
		{"another format", edit(`"format":1`, `"format":2`), false, "its format is 2"},
		{"no hash before it", edit(zeros, ""), false, "the hash of the record before it"},
		{"a later record before it", edit(`"prev_seq":3`, `"prev_seq":4`), false, "a higher sequence"},
		{"not JSON", good[1:], false, "not JSON"},
	} {
		l := line{}
		if tt.mac {
			l.mac = []byte("x")
		}
		if h := parseHead([]byte(tt.in), &l); (h.err == "") != (tt.want == "") || !strings.Contains(h.err, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, h.err, tt.want)
		}
	}
}

func TestCutNote(t *testing.T) {
	const sign = "— name AAAA"
	for _, tt := range []struct {
		name string
		in   []string
		text string
		next int
	}{
		{"a note", []string{"a", "b", "", sign, "", "c"}, "a\nb\n\n" + sign + "\n", 4},
		{"two signatures", []string{"a", "", sign, sign, "c"}, "a\n\n" + sign + "\n" + sign + "\n", 4},
		{"no signature", []string{"a", "", "b", "", sign}, "a", 2},
		{"an empty line", []string{"", "a"}, "", 1},
		{"unfinished", []string{"a", "b"}, "a\nb", 3},
	} {
		text, next := cutNote(tt.in, 0)
		if text != tt.text || next != tt.next {
			t.Errorf("%s: %q, %d", tt.name, text, next)
		}
	}
}

func TestSequences(t *testing.T) {
	if got := sequences([]Checkpoint{{Seq: 9}, {Seq: 2}, {Seq: 9}, {Seq: 5}}); !slices.Equal(got, []uint64{2, 5, 9}) {
		t.Errorf("%v", got)
	}
	if got := sequences(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestPlainText(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "crm": true, "a b_c-1.": true, `a"b`: false, `a\b`: false, "a/b": false, "a<b": false, "a>b": false, "a&b": false, "é": false, "a\tb": false, "a\x7fb": false,
	} {
		if got := plainText(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestFilterWants(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := &Record{
		Time: at, Kind: "command", Client: "crm", Session: "s1", Decision: "deny",
		Effects: []Effect{{Kind: "api", Name: "originate"}, {Kind: "subscribe", Name: "ALL"}, {Kind: "app", Name: "park"}},
	}
	for _, tt := range []struct {
		name string
		f    Filter
		want bool
	}{
		{"everything", Filter{}, true},
		{"its client", Filter{Client: "crm", Session: "s1", Decision: "deny"}, true},
		{"another client", Filter{Client: "CRM"}, false},
		{"another session", Filter{Session: "s2"}, false},
		{"another decision", Filter{Decision: "allow"}, false},
		{"its kind", Filter{Kind: "command"}, true},
		{"the kind of an effect", Filter{Kind: "app"}, true},
		{"no kind of it", Filter{Kind: "dial"}, false},
		{"a name in any case", Filter{Name: "ORIGINATE"}, true},
		{"another name", Filter{Name: "hangup"}, false},
		{"a kind and a name of one effect", Filter{Kind: "app", Name: "park"}, true},
		{"a kind and a name of two effects", Filter{Kind: "api", Name: "park"}, false},
		{"an event of ALL", Filter{Name: "channel_create"}, true},
		{"no event", Filter{Name: "channel_creat"}, false},
		{"since its time", Filter{Since: at}, true},
		{"since later", Filter{Since: at.Add(1)}, false},
		{"until its time", Filter{Until: at}, false},
		{"until later", Filter{Until: at.Add(1)}, true},
		{"an effect", Filter{Effect: func(e *Effect) bool { return e.Name == "park" }}, true},
		{"no effect", Filter{Effect: func(*Effect) bool { return false }}, false},
	} {
		if got := tt.f.Wants(r); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestInTimeRange(t *testing.T) {
	zero := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var list []Segment
	for i := range uint64(10) { // a segment every two hours
		list = append(list, Segment{First: i + 1, Name: strconv.Itoa(int(i))})
	}
	starts := func(s Segment) (time.Time, bool) { return zero.Add(time.Duration(s.First-1) * 2 * time.Hour), true }
	unknown := func(Segment) (time.Time, bool) { return time.Time{}, false }
	hour := func(n int) time.Time { return zero.Add(time.Duration(n) * time.Hour) }
	for _, tt := range []struct {
		name        string
		f           Filter
		starts      func(Segment) (time.Time, bool)
		first, last uint64
	}{
		{"all", Filter{}, starts, 1, 10},
		{"since the beginning", Filter{Since: hour(0)}, starts, 1, 10},
		{"since, with slack", Filter{Since: hour(8)}, starts, 4, 10},
		{"since the end", Filter{Since: hour(99)}, starts, 10, 10},
		{"until the beginning", Filter{Until: hour(-99)}, starts, 1, 1},
		{"until, with slack", Filter{Until: hour(8)}, starts, 1, 5},
		{"both", Filter{Since: hour(8), Until: hour(8)}, starts, 4, 5},
		{"no times are known", Filter{Since: hour(8), Until: hour(8)}, unknown, 1, 10},
	} {
		got := tt.f.inTimeRange(slices.Clone(list), tt.starts)
		if len(got) == 0 || got[0].First != tt.first || got[len(got)-1].First != tt.last {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
