package limit

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
)

// limitsOn compiles limits on key, without an error.
func limitsOn(t *testing.T, key string, values ...string) []Limit {
	t.Helper()
	var rep document.Report
	d := document.Limit{Key: document.Text{Text: key}}
	for _, v := range values {
		d.Values = append(d.Values, document.Text{Text: v})
	}
	out := Compile(&rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}, d, &rep)
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// legs returns the effects of a command that dials n legs.
func legs(n int) []effect.Effect {
	out := make([]effect.Effect, n)
	for i := range out {
		out[i] = effect.Effect{Kind: effect.KindDial, Name: "user/1"}
	}
	return out
}

// TestLimitsOfOneClientDelayNoOther checks that a client takes of its limits while those of another
// client are locked.
func TestLimitsOfOneClientDelayNoOther(t *testing.T) {
	limits := limitsOn(t, "dial", "5/h", "10/day", "3 at once")
	b := NewBuckets()
	busy := b.Of("a")
	busy.mu.Lock()
	defer busy.mu.Unlock()
	done := make(chan bool)
	go func() {
		_, _, ok := b.Of("b").Take(Demands(nil, limits, legs(1)), time.Now())
		done <- ok
	}()
	if !<-done {
		t.Error("the other client took nothing")
	}
}

// TestCountingNeedsNoLock checks that effects are counted for each limit that they fall under, and
// for no other, before any lock is taken.
func TestCountingNeedsNoLock(t *testing.T) {
	limits := append(limitsOn(t, "dial", "5/h", "10/day"), limitsOn(t, "api", "1/s")...)
	got := Demands(nil, limits, legs(3))
	if len(got) != 2 || got[0].n != 3 || got[1].n != 3 {
		t.Errorf("counted %v, want 3 of both limits on dial", got)
	}
}

// TestAllOfThemOrNone checks that sessions of one client share its limits, and that a command over
// one limit takes nothing of the others.
func TestAllOfThemOrNone(t *testing.T) {
	limits := append(limitsOn(t, "dial", "100/day", "7 at once"), limitsOn(t, "api", "1000/h burst 50")...)
	now := time.Now()
	effects := append(legs(1), effect.Effect{Kind: effect.KindAPI, Name: "status"})
	b := NewBuckets()
	var mu sync.Mutex
	passed := 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				taken, _, ok := b.Of("a").Take(Demands(nil, limits, effects), now)
				if !ok {
					continue
				}
				mu.Lock()
				passed++
				mu.Unlock()
				taken.Release()
			}
		})
	}
	wg.Wait()
	own := b.Of("a").buckets
	day, once := own[bucketKey{"dial", PerDay}].used, own[bucketKey{"dial", AtOnce}].used
	if passed != 50 || day != 50 || once != 0 {
		t.Errorf("%d passed, %d count for the day, %d are under way; want 50, 50, 0", passed, day, once)
	}
}

// TestKeptLimitsAreBounded checks that of too many removed limits those that were removed first are
// dropped.
func TestKeptLimitsAreBounded(t *testing.T) {
	limits := limitsOn(t, "dial", "2/day")
	clients := map[string][]Limit{"a": limits}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	b := NewBuckets()
	for i := range maxKept + 5 {
		b.Of(fmt.Sprint("gone", i)).bucket(&limits[0], now)
		if i == 4 { // the first five leave a moment before the others
			b.Retain(clients, now)
			now = now.Add(time.Second)
		}
	}
	b.Retain(clients, now)
	if len(b.clients) != maxKept || b.clients["gone0"] != nil || b.clients["gone5"] == nil {
		t.Errorf("%d clients are kept, want %d: the newest", len(b.clients), maxKept)
	}
}

// TestParseLimit checks what a limit may say, and that it is written as it was read.
func TestParseLimit(t *testing.T) {
	for text, want := range map[string]Limit{
		"5/s":               {n: 5, per: time.Second, burst: 5},
		"40/s burst 80":     {n: 40, per: time.Second, burst: 80},
		"100/m":             {n: 100, per: time.Minute, burst: 100},
		"1000000/h burst 1": {n: 1_000_000, per: time.Hour, burst: 1},
		"2000/day":          {Measure: PerDay, n: 2000},
		"10 at once":        {Measure: AtOnce, n: 10},
	} {
		got, ok := parseLimit(text)
		if !ok || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, ok, want)
		}
		if got.Key = "dial"; got.String() != "dial "+text {
			t.Errorf("%q is written as %q", text, got.String())
		}
	}
	for _, text := range []string{
		"", "5", "5/", "/s", "0/s", "-1/s", "+1/s", "05/s", "1000001/s", "5/d", "5/week", "5/s burst", "5/s burst 0", "5/day burst 5",
		"5 at  once", "at once", "0 at once", "5 AT ONCE", "5 / s", " 5/s", "5/s ",
	} {
		if got, ok := parseLimit(text); ok {
			t.Errorf("%q is read as %v", text, &got)
		}
	}
}

// FuzzRestoreUse checks that no file makes a start panic or leaves more than a limit allows, and
// that what is restored can be saved and read again.
func FuzzRestoreUse(f *testing.F) {
	f.Add([]byte(`{"eslguard_limits":1,"saved":"2026-11-23T12:00:00Z","clients":{"a":[{"limit":"dial","of":"day","used":5,"day":20780,"at":"2026-11-23T12:00:00Z"}]}}`))
	f.Add([]byte(`{"eslguard_limits":1,"saved":"2026-11-23T12:00:00Z","clients":{"a":[{"limit":"dial","of":"rate","used":5,"at":"2026-11-23T12:00:00Z","gone":"2026-11-23T12:00:00Z"}]}}`))
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	day, hour := Limit{Measure: PerDay, n: 5, id: "dial"}, Limit{Measure: PerTime, n: 10, per: time.Hour, burst: 5, id: "dial"}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseUsage("limits.json", data)
		if err != nil {
			return
		}
		b := NewBuckets()
		for name, list := range file.Clients {
			for i := range list {
				b.Of(name).restore(&list[i])
			}
		}
		for _, l := range []*Limit{&day, &hour} {
			if got := b.Of("a").bucket(l, now).left(l, now); got > 5 {
				t.Errorf("%d are left, more than there are", got)
			}
		}
		again, err := json.Marshal(b.kept(now))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseUsage("limits.json", again); err != nil {
			t.Errorf("%s is not taken over: %v", again, err)
		}
	})
}

// TestSmallest checks that of limits that count the same the smallest applies, and of rates the
// slower one with the smaller burst.
func TestSmallest(t *testing.T) {
	var all []Limit
	for _, d := range []struct{ key, value string }{
		{"dial", "10/day"}, {"dial", "5/day"}, {"dial", "7/day"}, {"dial", "60/m burst 10"}, {"dial", "2/s burst 3"}, {"dial", "2/s burst 20"}, {"api status", "5/s"},
		{"api STATUS", "4/s"}, {"dial", "3 at once"},
	} {
		all = append(all, limitsOn(t, d.key, d.value)...)
	}
	var got []string
	for _, l := range Smallest(all) {
		got = append(got, l.String())
	}
	if want := "[dial 5/day dial 60/m burst 3 api status 4/s dial 3 at once]"; fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}

// TestOverBy checks that a command which can never pass is told how much it takes.
func TestOverBy(t *testing.T) {
	for _, tt := range []struct {
		value string
		n     int
		want  string
	}{
		{"5/day", 5, "dial 5/day"},
		{"5/day", 6, "dial 5/day, and the command takes 6"},
		{"5/s burst 2", 2, "dial 5/s burst 2"},
		{"5/s burst 2", 3, "dial 5/s burst 2, and the command takes 3"},
		{"1 at once", 2, "dial 1 at once, and the command takes 2"},
	} {
		if got := limitsOn(t, "dial", tt.value)[0].overBy(tt.n); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.value, got, tt.want)
		}
	}
}
