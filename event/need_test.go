package event_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/event"
)

// need returns the Need of a connection that has sent these commands.
func need(tb testing.TB, lines ...string) event.Need {
	tb.Helper()
	var s event.Subscription
	for _, line := range lines {
		apply(tb, &s, line)
	}
	return s.Need()
}

func TestNeed(t *testing.T) {
	none := event.Need{}
	all := need(t, "event plain ALL")
	calls := need(t, "event plain CHANNEL_CREATE CHANNEL_ANSWER")
	some := need(t, "event plain CHANNEL_CREATE CUSTOM b a b")
	for _, tt := range []struct {
		name string
		got  any
		want any
	}{
		{"nothing is empty", none.Empty(), true},
		{"all is not", all.Empty(), false},
		{"all has only the mark", all, event.Need{All: true}},
		{"subclasses are sorted", some.Subclasses, []string{"a", "b"}},
		{"two types", calls.Types.Len(), 2},
		{"union", calls.Union(some).Lines("event"), []string{"event json CHANNEL_CREATE CHANNEL_ANSWER CUSTOM a b"}},
		{"union of subclasses", some.Union(need(t, "event CUSTOM c a")).Subclasses, []string{"a", "b", "c"}},
		{"union with all", calls.Union(all), all},
		{"union with nothing", calls.Union(none), calls},
		{"all covers", all.Covers(some), true},
		{"all covers all", all.Covers(all), true},
		{"nothing covers all", some.Covers(all), false},
		{"everything covers nothing", none.Covers(none), true},
		{"types are missing", some.Covers(calls), false},
		{"subclasses are missing", some.Covers(need(t, "event CUSTOM a c")), false},
		{"a part", some.Covers(need(t, "event CUSTOM b")), true},
		{"minus", calls.Minus(some), need(t, "event CHANNEL_ANSWER")},
		{"minus all", calls.Minus(all), none},
		{"minus of subclasses", some.Minus(need(t, "event CHANNEL_CREATE CUSTOM b")), event.Need{Subclasses: []string{"a"}}},
		{"all minus all", all.Minus(all), none},
		{"all minus a part", all.Minus(some).All, true},
		{"lines of nothing", none.Lines("event"), []string(nil)},
		{"lines of all", all.Lines("event"), []string{"event json ALL"}},
		{"lines of all minus a part", all.Minus(some).Lines("event"), []string{"event json ALL"}},
		{"lines of a subclass", event.Need{Subclasses: []string{"a"}}.Lines("nixevent"), []string{"nixevent CUSTOM a"}},
		{"lines of CUSTOM", need(t, "event CUSTOM").Lines("event"), []string{"event json CUSTOM"}},
		{"CUSTOM cannot be taken", need(t, "event CUSTOM").Lines("nixevent"), []string(nil)},
		{"the mark alone is not taken", all.Lines("nixevent"), []string(nil)},
		{"all minus nothing", all.Minus(none).Lines("nixevent")[0], "nixevent ALL"},
		{"not listening", need(t, "event ALL", "noevents"), none},
		{"subclasses without CUSTOM", need(t, "event CUSTOM a", "nixevent ALL", "event DTMF"), need(t, "event DTMF")},
		{"subclasses come back", need(t, "event CUSTOM a", "nixevent ALL", "event CUSTOM b").Subclasses, []string{"a", "b"}},
		{"reserved subclasses stay", need(t, "event ALL", "nixevent HEARTBEAT").Subclasses, catalog.ReservedSubclasses()},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestChangeNeed(t *testing.T) {
	for line, want := range map[string]event.Need{
		"event plain":             {},
		"event json ALL DTMF":     {All: true},
		"event json DTMF":         need(t, "event DTMF"),
		"event CUSTOM b a":        need(t, "event CUSTOM a b"),
		"nixevent ALL":            {},
		"nixevent DTMF":           {},
		"noevents":                {},
		"filter A b":              {},
		"filter delete Unique-ID": {},
	} {
		c, err := event.ParseChange(line)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Need(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

// TestLinesAreBounded checks that long lists are divided.
func TestLinesAreBounded(t *testing.T) {
	var n event.Need
	for i := range 1000 {
		n.Subclasses = append(n.Subclasses, fmt.Sprintf("subclass::%04d", i))
	}
	n.Subclasses[500] += strings.Repeat("x", 2*event.MaxLine)
	for _, verb := range []string{"event", "nixevent"} {
		lines := n.Lines(verb)
		var subclasses []string
		for _, line := range lines {
			words := strings.Split(line, " ")
			i := slices.Index(words, "CUSTOM")
			if len(line) > event.MaxLine && i+2 != len(words) {
				t.Errorf("a line has %d bytes", len(line))
			}
			subclasses = append(subclasses, words[i+1:]...)
		}
		if !slices.Equal(subclasses, n.Subclasses) || len(lines) < 4 || len(lines) > 10 {
			t.Errorf("%d subclasses in %d lines", len(subclasses), len(lines))
		}
	}
}

// TestNeedsChangeWithoutGap checks the way from one Need to another that Lines describes: at no
// time does FreeSWITCH not send what both need, and in the end it sends what the new one needs and,
// apart from CUSTOM itself, nothing else.
func TestNeedsChangeWithoutGap(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		l := newNaiveListener()
		var have event.Need
		for range 6 {
			want := randomNeed(t, r)
			both := intersection(have, want)
			lines := want.Lines("event")
			lines = append(lines, have.Minus(want).Lines("nixevent")...)
			for _, line := range lines {
				l.apply(line)
				if got := l.need(); !got.Covers(both) {
					t.Fatalf("seed %d: %q: %v does not cover %v", seed, line, got, both)
				}
			}
			got := l.need()
			if !got.Covers(want) {
				t.Fatalf("seed %d: after %q: %v does not cover %v", seed, lines, got, want)
			}
			if more := got.Minus(want); !isHarmless(more, want) {
				t.Fatalf("seed %d: after %q: %v is more than %v", seed, lines, got, want)
			}
			have = want
		}
	}
}

// isHarmless reports whether more, which FreeSWITCH sends in addition to want, is what Lines
// leaves: CUSTOM itself, subclasses that are not reserved, and the mark ALL beside all types.
func isHarmless(more, want event.Need) bool {
	more.Types[0] &^= 1 << catalog.EventCustom
	for _, name := range more.Subclasses {
		if slices.Contains(catalog.ReservedSubclasses(), name) {
			return false
		}
	}
	return more.Types.Len() == 0 && (!more.All || want.Types.Len() == int(catalog.EventAll))
}

func intersection(a, b event.Need) event.Need {
	if a.All && b.All {
		return a
	}
	return a.Minus(a.Minus(b))
}

func randomNeed(t *testing.T, r *rand.Rand) event.Need {
	var s event.Subscription
	for range r.IntN(4) {
		apply(t, &s, pick(r, "event", "nixevent")+randomWords(r))
	}
	return s.Need()
}

// need returns what the listener is sent.
func (l *naiveListener) need() event.Need {
	n := event.Need{All: l.list["ALL"]}
	if n.All {
		return n
	}
	for i, name := range catalog.EventNames() {
		if l.list[name] {
			n.Types.Add(catalog.EventType(i))
		}
	}
	if l.list["CUSTOM"] {
		for name := range l.hash {
			n.Subclasses = append(n.Subclasses, name)
		}
		slices.Sort(n.Subclasses)
	}
	return n
}
