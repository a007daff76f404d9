package policy

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"eslguard/command"
	"eslguard/policy/internal/document"
)

// parse compiles a policy from its roles and clients, with what has been used of the policy before,
// if there is one.
func parse(t *testing.T, before *Policy, roles, clients string) *Policy {
	t.Helper()
	text := fmt.Sprintf(`{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"roles": {%s}, "clients": {%s}}`, roles, clients)
	sh := newSharedState()
	if before != nil {
		sh = before.runtime
	}
	p, err := compile(document.Sources{Folder: ".", Files: []*document.Source{{Name: "p.json", Data: []byte(text)}}}, sh)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// limitedBy returns a role of that name with these limits, as a policy has it.
func limitedBy(name, limits string) string {
	return fmt.Sprintf(`%q: {"allow": ["api **", "dial **"], "limits": {%s}}`, name, limits)
}

// having returns a client of that name with role r, as a policy has it.
func having(name, role string) string {
	return fmt.Sprintf(`%q: {"from": ["10.0.0.0/8"], "auth": {"password": [%q]}, "roles": [%q]}`, name, HashSHA256(name), role)
}

func dial(n int) []command.Effect {
	out := make([]command.Effect, n)
	for i := range out {
		out[i] = command.Effect{Kind: command.KindDial, Name: "user/1"}
	}
	return out
}

// TestLimitsOfOneClientDelayNoOther: while one client's limits are locked, another takes of its
// own.
func TestLimitsOfOneClientDelayNoOther(t *testing.T) {
	p := parse(t, nil, limitedBy("r", `"dial": ["5/h", "10/day", "3 at once"]`), having("a", "r")+","+having("b", "r"))
	busy := p.runtime.buckets.of("a")
	busy.mu.Lock()
	defer busy.mu.Unlock()
	done := make(chan bool)
	go func() {
		_, ok := p.Client("b").Take(dial(1), time.Now())
		done <- ok
	}()
	if !<-done {
		t.Error("the other client took nothing")
	}
}

// TestCountingNeedsNoLock: what falls under a limit is found out while every lock is held by
// others.
func TestCountingNeedsNoLock(t *testing.T) {
	p := parse(t, nil, limitedBy("r", `"dial": ["5/h", "10/day"], "api": "1/s"`), having("a", "r"))
	own := p.runtime.buckets.of("a")
	p.runtime.buckets.mu.Lock()
	defer p.runtime.buckets.mu.Unlock()
	own.mu.Lock()
	defer own.mu.Unlock()
	counted := make(chan []demand)
	go func() { counted <- demandsOf(nil, p.Client("a").rights.limits, dial(3)) }()
	got := <-counted
	if len(got) != 2 || got[0].n != 3 || got[1].n != 3 {
		t.Errorf("counted %v, want 3 of both limits on dial", got)
	}
}

// TestAllOfThemOrNone: many sessions of a client share its limits, and one that is refused takes of
// none.
func TestAllOfThemOrNone(t *testing.T) {
	p := parse(t, nil, limitedBy("r", `"dial": ["100/day", "7 at once"], "api": "1000/h burst 50"`), having("a", "r"))
	now := time.Now()
	effects := append(dial(1), command.Effect{Kind: command.KindAPI, Name: "status"})
	var mu sync.Mutex
	passed := 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				taken, _, ok := p.Client("a").TakeAll(effects, now)
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
	b := p.runtime.buckets.of("a").buckets
	day, once := b[bucketKey{"dial", perDay}].used, b[bucketKey{"dial", atOnce}].used
	if passed != 50 || day != 50 || once != 0 {
		t.Errorf("%d passed, %d count for the day, %d are under way; want 50, 50, 0", passed, day, once)
	}
}

// TestLimitTakenOutAndPutBack: that gives nobody a fresh start, for a day and not longer.
func TestLimitTakenOutAndPutBack(t *testing.T) {
	const limits = `"dial": ["2/day", "1/h burst 2", "2 at once"]`
	with := limitedBy("r", limits)
	for _, test := range []struct {
		name, roles, clients string // of the policy in between
		away                 time.Duration
		fresh                bool
	}{
		{"the limit", limitedBy("r", `"api": "5/s"`), having("a", "r"), time.Minute, false},
		{"the client", with, having("b", "r"), time.Minute, false},
		{"the role", with + "," + limitedBy("other", `"api": "5/s"`), having("a", "other"), keepUse, false},
		{"for long", limitedBy("r", `"api": "5/s"`), having("a", "r"), keepUse + time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			p := parse(t, nil, with, having("a", "r"))
			p.runtime.now = func() time.Time { return now }
			if _, limit, ok := p.Client("a").TakeAll(dial(2), now); !ok {
				t.Fatal(limit)
			}
			between := parse(t, p, test.roles, test.clients)
			p.runtime.retain(between)
			now = now.Add(test.away)
			p.runtime.retain(between)
			again := parse(t, p, with, having("a", "r"))
			p.runtime.retain(again)
			if _, ok := again.Client("a").Take(dial(2), now); ok != test.fresh {
				t.Errorf("a fresh start: %v, want %v", ok, test.fresh)
			}
		})
	}
}

// TestKeptLimitsAreBounded: those that left the policy first are forgotten first.
func TestKeptLimitsAreBounded(t *testing.T) {
	p := parse(t, nil, limitedBy("r", `"dial": "2/day"`), having("a", "r"))
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p.runtime.now = func() time.Time { return now }
	b := p.runtime.buckets
	l := &p.Client("a").rights.limits[0]
	for i := range maxKept + 5 {
		b.of(fmt.Sprint("gone", i)).bucket(l, now)
		if i == 4 { // the first five leave a moment before the others
			p.runtime.retain(p)
			now = now.Add(time.Second)
		}
	}
	p.runtime.retain(p)
	if len(b.clients) != maxKept || b.clients["gone0"] != nil || b.clients["gone5"] == nil {
		t.Errorf("%d clients are kept, want %d: the newest", len(b.clients), maxKept)
	}
}

// TestClockThatJumps: a clock that had jumped ahead does not end a number a day, and setting it
// back does not begin a day anew.
func TestClockThatJumps(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	type step struct {
		at   time.Duration // after noon
		pass int           // how many of 5 pass
	}
	for _, test := range []struct {
		name  string
		steps []step
	}{
		{"the days go by", []step{{0, 3}, {time.Hour, 0}, {day / 2, 3}, {3 * day / 2, 3}}},
		{"a year ahead and back", []step{{0, 3}, {365 * day, 3}, {time.Hour, 0}, {day / 2, 3}, {3 * day / 2, 3}}},
		{"a day ahead and back", []step{{0, 3}, {day, 3}, {time.Hour, 0}, {day / 2, 3}}},
		{"a little back over midnight", []step{{day / 2, 3}, {day/2 - time.Minute, 0}, {day/2 + time.Minute, 0}, {3 * day / 2, 3}}},
		{"back by two days", []step{{0, 3}, {-2 * day, 0}, {-2*day + day/2, 3}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parse(t, nil, limitedBy("r", `"dial": "3/day"`), having("a", "r")).Client("a")
			for i, s := range test.steps {
				passed := 0
				for range 5 {
					if _, ok := c.Take(dial(1), noon.Add(s.at)); ok {
						passed++
					}
				}
				if passed != s.pass {
					t.Errorf("step %d: %d pass, want %d", i, passed, s.pass)
				}
			}
		})
	}
}

// TestLimitThatCameBackIsKept: what left the policy and came back is not forgotten for having been
// away once.
func TestLimitThatCameBackIsKept(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	with := limitedBy("r", `"dial": "2 at once"`)
	p := parse(t, nil, with, having("a", "r"))
	p.runtime.now = func() time.Time { return now }
	if _, limit, ok := p.Client("a").TakeAll(dial(2), now); !ok {
		t.Fatal(limit)
	}
	p.runtime.retain(parse(t, p, limitedBy("r", ``), having("a", "r")))
	for range 2 {
		p.runtime.retain(p)
		now = now.Add(keepUse + time.Hour)
	}
	p.runtime.retain(p)
	if _, ok := p.Client("a").Take(dial(1), now); ok {
		t.Error("a limit that is in the policy was forgotten, with what is under way")
	}
}
