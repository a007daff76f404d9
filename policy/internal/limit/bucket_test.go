package limit

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// TestLeft checks how much of a limit is left after each step. A step takes at a time after noon.
func TestLeft(t *testing.T) {
	type step struct {
		at   time.Duration
		take int
		left int // before it takes
	}
	for _, tt := range []struct {
		value string
		steps []step
	}{
		{"10/s", []step{{0, 10, 10}, {0, 0, 0}, {100 * time.Millisecond, 1, 1}, {time.Second, 0, 9}, {time.Minute, 0, 10}}},
		{"60/m burst 5", []step{{0, 5, 5}, {time.Second, 0, 1}, {2500 * time.Millisecond, 0, 2}, {time.Hour, 0, 5}}},
		{"1/h burst 3", []step{{0, 1, 3}, {59 * time.Minute, 1, 2}, {time.Hour, 0, 2}, {2 * time.Hour, 0, 3}}},
		// the clock is set back
		{"2/s burst 2", []step{{0, 2, 2}, {-time.Hour, 0, 0}, {0, 0, 0}, {time.Second, 0, 2}}},
		{"5/day", []step{{0, 3, 5}, {11 * time.Hour, 2, 2}, {12*time.Hour - time.Second, 0, 0}, {12 * time.Hour, 1, 5}, {36 * time.Hour, 0, 5}}},
		{"3 at once", []step{{0, 2, 3}, {365 * day, 1, 1}, {-365 * day, 0, 0}}},
	} {
		l := &limitsOn(t, "dial", tt.value)[0]
		b := &bucket{}
		for i, s := range tt.steps {
			now := noon.Add(s.at)
			b.configure(l, now)
			if got := b.left(l, now); got != s.left {
				t.Errorf("%s, step %d: %d left, want %d", tt.value, i, got, s.left)
			}
			switch {
			case s.take == 0:
			case l.Measure == PerTime:
				b.limiter.AllowN(now, s.take)
			default:
				b.used += s.take
			}
		}
	}
}

// TestAdvanceDay checks when a new day starts. All times are in seconds after noon of day 10.
func TestAdvanceDay(t *testing.T) {
	const (
		start    = 10*secondsPerDay + 12*3600
		midnight = 12 * 3600
		today    = 3 // what has been used
	)
	for _, tt := range []struct {
		name  string
		times []int64
		day   int64
		used  int
		seen  int64 // after noon, too
	}{
		{"the same time", []int64{0}, 10, today, 0},
		{"the last second of the day", []int64{midnight - 1}, 10, today, midnight - 1},
		{"midnight", []int64{midnight}, 11, 0, midnight},
		{"a year later", []int64{365 * secondsPerDay}, 375, 0, 365 * secondsPerDay},
		{"back by an hour", []int64{-clockSlack}, 10, today, 0},
		{"back by more, on the same day", []int64{-clockSlack - 1}, 10, today, -clockSlack - 1},
		{"back by a day", []int64{-secondsPerDay}, 9, today, -secondsPerDay},
		{"back by a day, and its midnight", []int64{-secondsPerDay, midnight - secondsPerDay}, 10, 0, midnight - secondsPerDay},
		{"over midnight and back by an hour", []int64{midnight + 60, midnight + 60 - clockSlack}, 11, 0, midnight + 60},
		{"over midnight, back by an hour, and midnight again", []int64{midnight, midnight - 60, midnight}, 11, 0, midnight},
		{"back in steps of an hour", []int64{-3600, -7200}, 10, today, -7200},
		{"ahead by a year and back", []int64{365 * secondsPerDay, 60}, 10, 0, 60},
		{"ahead by a year, back, and midnight", []int64{365 * secondsPerDay, 60, midnight}, 11, 0, midnight},
	} {
		b := &bucket{day: 10, used: today, seen: start}
		for _, at := range tt.times {
			b.advanceDay(start + at)
		}
		if b.day != tt.day || b.used != tt.used || b.seen != start+tt.seen {
			t.Errorf("%s: day %d, %d used, seen %d; want day %d, %d, %d", tt.name, b.day, b.used, b.seen-start, tt.day, tt.used, tt.seen)
		}
	}
}

// TestConfigure checks that a reload with another rate keeps what has been used.
func TestConfigure(t *testing.T) {
	limit := func(value string) *Limit { return &limitsOn(t, "dial", value)[0] }
	for _, tt := range []struct {
		before, after string
		use           int
		later         time.Duration
		left          int
	}{
		{"10/h burst 5", "10/h burst 5", 3, 0, 2},
		{"10/h burst 5", "20/h burst 5", 5, 3 * time.Minute, 1}, // it refills at the new rate
		{"10/h burst 5", "1/h burst 5", 5, 30 * time.Minute, 0},
		{"10/h burst 5", "10/h burst 2", 1, 0, 2}, // no more than the new burst
		{"10/h burst 5", "10/h burst 9", 5, 0, 0}, // a larger burst fills slowly
		{"10/h burst 5", "10/h burst 9", 5, time.Hour, 9},
	} {
		b := &bucket{}
		b.configure(limit(tt.before), noon)
		b.limiter.AllowN(noon, tt.use)
		l := limit(tt.after)
		b.configure(l, noon)
		if got := b.left(l, noon.Add(tt.later)); got != tt.left {
			t.Errorf("%s becomes %s: %d left, want %d", tt.before, tt.after, got, tt.left)
		}
	}
	b := &bucket{}
	if b.configure(limit("5/day"), noon); b.limiter != nil {
		t.Error("a limit per day has a rate")
	}
}

// TestSpentBy checks what is saved of a rate, and that it is what a restored bucket begins with.
func TestSpentBy(t *testing.T) {
	l := &limitsOn(t, "dial", "60/m burst 10")[0]
	for _, tt := range []struct {
		use   int
		later time.Duration
		spent int
		after int // left after a restart, two seconds later
	}{
		{0, 0, 0, 10}, {10, 0, 10, 2}, {10, 4 * time.Second, 6, 6}, {10, 4500 * time.Millisecond, 6, 6}, {3, time.Minute, 0, 10},
	} {
		b := &bucket{}
		b.configure(l, noon)
		b.limiter.AllowN(noon, tt.use)
		now := noon.Add(tt.later)
		spent, at := b.spentBy(now)
		if spent != tt.spent || !at.Equal(now) {
			t.Errorf("%d used, %v later: %d spent at %v, want %d", tt.use, tt.later, spent, at, tt.spent)
		}
		restored := &bucket{spent: spent, spentAt: at}
		if again, when := restored.spentBy(now.Add(time.Hour)); again != spent || !when.Equal(at) {
			t.Errorf("an unused bucket has spent %d at %v, want %d at %v", again, when, spent, at)
		}
		later := now.Add(2 * time.Second)
		restored.configure(l, later)
		if got := restored.left(l, later); got != tt.after {
			t.Errorf("%d spent: %d left after a restart, want %d", spent, got, tt.after)
		}
	}
}

// TestDemands checks what a command takes of each limit.
func TestDemands(t *testing.T) {
	api := func(name string) effect.Effect { return effect.Effect{Kind: effect.KindAPI, Name: name} }
	repeating := api("originate")
	repeating.Later = effect.Repeating
	limits := append(limitsOn(t, "dial", "5/s", "9 at once"), limitsOn(t, "api originate", "2/day")...)
	limits = append(limits, limitsOn(t, "api", "7/m")...)
	for _, tt := range []struct {
		name    string
		effects []effect.Effect
		want    string
	}{
		{"nothing", nil, ""},
		{"another kind", []effect.Effect{{Kind: effect.KindApp, Name: "originate"}}, ""},
		{"one name", []effect.Effect{api("status")}, "api 7/m: 1"},
		{"two limits on it", []effect.Effect{api("ORIGINATE"), api("status")}, "api originate 2/day: 1, api 7/m: 2"},
		{"three legs", append(legs(3), api("originate")), "dial 5/s: 3, dial 9 at once: 3, api originate 2/day: 1, api 7/m: 1"},
		{"repeating", []effect.Effect{repeating}, "api originate 2/day: 1, api 7/m: 1"},
	} {
		var got []string
		for _, d := range Demands(nil, limits, tt.effects) {
			got = append(got, fmt.Sprintf("%s: %d", d.limit, d.n))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if first := (Demand{n: 7}); len(Demands([]Demand{first}, limits, legs(1))) != 3 {
		t.Error("Demands does not append")
	}
}

// TestGiveBack checks what Release and Undo give back of each measure.
func TestGiveBack(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		back        string // "" for nothing at all, else what is called
		after       time.Duration
		atOnce      bool
		left        int // of 5
	}{
		{"a rate is not given back", "5/h", "undo", 0, false, 2},
		{"a day counts what was sent", "5/day", "release", 0, false, 2},
		{"but not what was not sent", "5/day", "undo", 0, false, 5},
		{"nor does the next day", "5/day", "undo", 12 * time.Hour, false, 5},
		{"a command that runs counts", "5 at once", "", 365 * day, true, 2},
		{"one that has ended does not", "5 at once", "release", 0, true, 5},
		{"nor does one that was not sent", "5 at once", "undo", 0, true, 5},
	} {
		limits := limitsOn(t, "dial", tt.value)
		u := NewBuckets().Of("a")
		taken, _, ok := u.Take(Demands(nil, limits, legs(3)), noon)
		if !ok || taken.CountsAtOnce() != tt.atOnce {
			t.Errorf("%s: taken %v, counts at once %v", tt.name, ok, taken.CountsAtOnce())
		}
		now := noon.Add(tt.after)
		// a new day starts before anything is given back
		u.bucket(&limits[0], now).left(&limits[0], now)
		switch tt.back {
		case "release":
			taken.Release()
			taken.Undo() // does nothing any more
		case "undo":
			taken.Undo()
			taken.Undo()
		}
		if got := u.bucket(&limits[0], now).left(&limits[0], now); got != tt.left {
			t.Errorf("%s: %d left, want %d", tt.name, got, tt.left)
		}
	}
	var none *Taken
	none.Release()
	none.Undo()
	if none.CountsAtOnce() {
		t.Error("a nil Taken counts at once")
	}
}

// TestUndoOfYesterday checks that a command of yesterday gives nothing back to today.
func TestUndoOfYesterday(t *testing.T) {
	limits := limitsOn(t, "dial", "5/day")
	u := NewBuckets().Of("a")
	yesterday, _, _ := u.Take(Demands(nil, limits, legs(2)), noon)
	if _, _, ok := u.Take(Demands(nil, limits, legs(4)), noon.Add(day)); !ok {
		t.Fatal("the next day is not a fresh one")
	}
	yesterday.Undo()
	if got := u.bucket(&limits[0], noon.Add(day)).left(&limits[0], noon.Add(day)); got != 1 {
		t.Errorf("%d left, want 1", got)
	}
	// The clock is set back to a day whose use is no longer known.
	early, _, _ := u.Take(Demands(nil, limits, legs(3)), noon.Add(2*day))
	u.bucket(&limits[0], noon).left(&limits[0], noon.Add(3*day))
	u.bucket(&limits[0], noon).left(&limits[0], noon.Add(2*day))
	early.Undo()
	if got := u.bucket(&limits[0], noon).left(&limits[0], noon.Add(2*day)); got != 5 {
		t.Errorf("%d left after the clock was set back, want 5", got)
	}
}

// TestTakeNothing checks that a command over one limit takes nothing of the others, and which limit
// is named.
func TestTakeNothing(t *testing.T) {
	limits := limitsOn(t, "dial", "9/s", "4/day", "3 at once")
	b := NewBuckets()
	u := b.Of("a")
	for _, tt := range []struct {
		legs int
		over string // "" if it passes
	}{
		{10, "dial 9/s, and the command takes 10"},
		{5, "dial 4/day, and the command takes 5"},
		{4, "dial 3 at once, and the command takes 4"},
		{3, ""},
		{2, "dial 4/day"},
		{1, "dial 3 at once"},
	} {
		uses := b.Uses.Load()
		taken, over, ok := u.Take(Demands(nil, limits, legs(tt.legs)), noon)
		if over != tt.over || ok != (tt.over == "") || (taken != nil) != ok {
			t.Errorf("%d legs: %q, %v, want %q", tt.legs, over, ok, tt.over)
		}
		if grown := b.Uses.Load() > uses; grown != ok {
			t.Errorf("%d legs: Uses has grown: %v", tt.legs, grown)
		}
	}
	for i, want := range []int{6, 1, 0} {
		if got := u.bucket(&limits[i], noon).left(&limits[i], noon); got != want {
			t.Errorf("%d left of %s, want %d", got, &limits[i], want)
		}
	}
}

// TestRetain checks which buckets stay after a sequence of policies.
func TestRetain(t *testing.T) {
	both := append(limitsOn(t, "dial", "5/day"), limitsOn(t, "api", "5/h")...)
	type policy struct {
		at     time.Duration
		limits []Limit // of client a; nil: the client is not in the policy
	}
	for _, tt := range []struct {
		name     string
		policies []policy
		want     int // buckets; 0: the client is forgotten, too
	}{
		{"all in force", []policy{{day, both}, {9 * day, both}}, 2},
		{"one removed", []policy{{0, both[:1]}, {keepUse, both[:1]}}, 2},
		{"one removed for longer", []policy{{0, both[:1]}, {keepUse + 1, both[:1]}}, 1},
		{"one removed and restored", []policy{{0, both[:1]}, {keepUse, both}, {9 * day, both}}, 2},
		{"restored and removed again", []policy{{0, both[:1]}, {keepUse, both}, {keepUse + 1, both[:1]}, {2 * keepUse, both[:1]}}, 2},
		{"the client removed", []policy{{0, nil}, {keepUse, nil}}, 2},
		{"the client removed for longer", []policy{{0, nil}, {keepUse + 1, nil}}, 0},
		{"a client without limits", []policy{{0, []Limit{}}, {keepUse + 1, []Limit{}}}, -1},
	} {
		b := NewBuckets()
		for i := range both {
			b.Of("a").bucket(&both[i], noon)
		}
		for _, p := range tt.policies {
			clients := map[string][]Limit{}
			if p.limits != nil {
				clients["a"] = p.limits
			}
			b.Retain(clients, noon.Add(p.at))
		}
		got := 0
		if u := b.clients["a"]; u != nil {
			if got = len(u.buckets); got == 0 {
				got = -1 // known, and without buckets
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d buckets, want %d", tt.name, got, tt.want)
		}
	}
}

// TestSaveAndRestore checks that a restart keeps what counts over time, and nothing else.
func TestSaveAndRestore(t *testing.T) {
	limits := limitsOn(t, "dial", "10/h burst 5", "8/day", "4 at once")
	b := NewBuckets()
	if _, over, ok := b.Of("a").Take(Demands(nil, limits, legs(3)), noon); !ok {
		t.Fatal(over)
	}
	b.Of("unused").bucket(&limits[0], noon)
	b.Retain(map[string][]Limit{"a": limits[:1]}, noon.Add(time.Minute))
	path := filepath.Join(t.TempDir(), "limits.json")
	if err := b.Save(path, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	const want = `{"eslguard_limits":1,"saved":"2026-11-23T12:01:00Z","clients":{"a":[` +
		`{"limit":"dial","of":"day","used":3,"day":20780,"at":"2026-11-23T12:00:00Z","gone":"2026-11-23T12:01:00Z"},` +
		`{"limit":"dial","of":"rate","used":3,"at":"2026-11-23T12:01:00Z"}]}}`
	if got := strings.TrimSpace(string(data)); err != nil || got != want {
		t.Errorf("%v, saved\n%s\nwant\n%s", err, got, want)
	}
	again := NewBuckets()
	if saved, err := again.Restore(path); err != nil || !saved.Equal(noon.Add(time.Minute)) {
		t.Fatalf("%v, %v", saved, err)
	}
	for i, want := range []int{2, 5, 4} {
		if got := again.Of("a").bucket(&limits[i], noon).left(&limits[i], noon.Add(time.Minute)); got != want {
			t.Errorf("%d left of %s, want %d", got, &limits[i], want)
		}
	}
	if gone := again.Of("a").buckets[limits[1].bucketKey()].goneSince; !gone.Equal(noon.Add(time.Minute)) {
		t.Errorf("the limit was removed at %v", gone)
	}
	if saved, err := NewBuckets().Restore(filepath.Join(t.TempDir(), "none")); err != nil || !saved.IsZero() {
		t.Errorf("a file that does not exist: %v, %v", saved, err)
	}
}

func TestValidUsage(t *testing.T) {
	for name, change := range map[string]struct {
		change func(k *savedUsage)
		want   bool
	}{
		"a day":              {func(*savedUsage) {}, true},
		"a rate":             {func(k *savedUsage) { k.Of, k.Day = "rate", 0 }, true},
		"a rate with a day":  {func(k *savedUsage) { k.Of = "rate" }, false},
		"at once":            {func(k *savedUsage) { k.Of = "at once" }, false},
		"no limit":           {func(k *savedUsage) { k.Limit = "" }, false},
		"the longest limit":  {func(k *savedUsage) { k.Limit = strings.Repeat("x", 4096) }, true},
		"a longer one":       {func(k *savedUsage) { k.Limit = strings.Repeat("x", 4097) }, false},
		"nothing used":       {func(k *savedUsage) { k.Used = 0 }, true},
		"less than nothing":  {func(k *savedUsage) { k.Used = -1 }, false},
		"the most":           {func(k *savedUsage) { k.Used = maxUsed }, true},
		"more":               {func(k *savedUsage) { k.Used = maxUsed + 1 }, false},
		"a day before 1970":  {func(k *savedUsage) { k.Day = -1 }, false},
		"the last day":       {func(k *savedUsage) { k.Day = math.MaxInt32 }, true},
		"the day after that": {func(k *savedUsage) { k.Day = math.MaxInt32 + 1 }, false},
		"no time":            {func(k *savedUsage) { k.At = time.Time{} }, false},
	} {
		k := savedUsage{Limit: "dial", Of: "day", Used: 5, Day: 20780, At: noon}
		change.change(&k)
		if got := k.valid(); got != change.want {
			t.Errorf("%s: %v, want %v", name, got, change.want)
		}
	}
}

// TestSameLimit checks which limits count the same, so that the smaller one applies.
func TestSameLimit(t *testing.T) {
	id := func(key string) string { return limitsOn(t, key, "5/s")[0].id }
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"api originate", "api ORIGINATE", true}, {"dial user/*", "dial USER/*", false}, {"api", "app", false}, {"subscribe heartbeat", "subscribe HEARTBEAT", true},
	} {
		if got := id(tt.a) == id(tt.b); got != tt.same {
			t.Errorf("%s and %s count the same: %v, want %v", tt.a, tt.b, got, tt.same)
		}
	}
}

// TestCompileReports checks the problems and the warnings of one entry of "limits".
func TestCompileReports(t *testing.T) {
	for _, tt := range []struct {
		key     string
		values  []string
		limits  int
		problem string
		warning string
	}{
		{"dial", []string{"5/s", "10/day", "2 at once"}, 3, "", ""},
		{"dial", []string{"5/s", "nonsense", "10/day"}, 2, `"nonsense" is not a limit`, ""},
		{"dial", []string{"5/s", "6/h"}, 2, "two limits of the same sort", ""},
		{"dail", []string{"5/s"}, 0, `"dail": "dail" is not a kind of effect`, ""},
		{"api originate", []string{"2 at once"}, 1, "", ""},
		{"app bridge", []string{"2 at once"}, 1, "", "a number at once says little here"},
		{"app bridge", []string{"2/day"}, 1, "", ""},
	} {
		var rep document.Report
		d := document.Limit{Key: document.Text{Text: tt.key}}
		for _, v := range tt.values {
			d.Values = append(d.Values, document.Text{Text: v})
		}
		got := Compile(&rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}, d, &rep)
		problem, warning := "", ""
		if err := rep.Err(); err != nil {
			problem = err.Error()
		}
		if len(rep.Warnings) > 0 {
			warning = rep.Warnings.Error()
		}
		if len(got) != tt.limits {
			t.Errorf("%s %q: %d limits, want %d", tt.key, tt.values, len(got), tt.limits)
		}
		if tt.problem == "" && problem != "" || !strings.Contains(problem, tt.problem) {
			t.Errorf("%s %q: %q, want %q", tt.key, tt.values, problem, tt.problem)
		}
		if tt.warning == "" && warning != "" || !strings.Contains(warning, tt.warning) {
			t.Errorf("%s %q: warning %q, want %q", tt.key, tt.values, warning, tt.warning)
		}
	}
}
