package policy

import (
	"fmt"
	"testing"
	"time"

	"eslguard/effect"
	"eslguard/policy/internal/document"
)

// parse compiles a policy from its roles and clients. If before is not nil, the new policy keeps
// its use of limits.
func parse(t *testing.T, before *Policy, roles, clients string) *Policy {
	t.Helper()
	text := fmt.Sprintf(`{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"roles": {%s}, "clients": {%s}}`, roles, clients)
	sh := newSharedState()
	if before != nil {
		sh = before.shared
	}
	p, err := compile(document.Sources{Folder: ".", Files: []*document.Source{{Name: "p.json", Data: []byte(text)}}}, sh)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// limitsKept is how long the use of a limit is kept after the limit was removed from the policy.
const limitsKept = 24 * time.Hour

// limitedBy returns the entry of a role with these limits.
func limitedBy(name, limits string) string {
	return fmt.Sprintf(`%q: {"allow": ["api **", "dial **"], "limits": {%s}}`, name, limits)
}

// having returns the entry of a client with role r.
func having(name, role string) string {
	return fmt.Sprintf(`%q: {"from": ["10.0.0.0/8"], "auth": {"password": [%q]}, "roles": [%q]}`, name, HashSHA256(name), role)
}

func dial(n int) []effect.Effect {
	out := make([]effect.Effect, n)
	for i := range out {
		out[i] = effect.Effect{Kind: effect.KindDial, Name: "user/1"}
	}
	return out
}

// TestLimitTakenOutAndPutBack: removing a limit and adding it again does not reset its use within a
// day.
func TestLimitTakenOutAndPutBack(t *testing.T) {
	const limits = `"dial": ["2/day", "1/h burst 2", "2 at once"]`
	with := limitedBy("r", limits)
	for _, test := range []struct {
		name, roles, clients string // the policy in between
		away                 time.Duration
		fresh                bool
	}{
		{"the limit", limitedBy("r", `"api": "5/s"`), having("a", "r"), time.Minute, false},
		{"the client", with, having("b", "r"), time.Minute, false},
		{"the role", with + "," + limitedBy("other", `"api": "5/s"`), having("a", "other"), limitsKept, false},
		{"for long", limitedBy("r", `"api": "5/s"`), having("a", "r"), limitsKept + time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			p := parse(t, nil, with, having("a", "r"))
			p.shared.now = func() time.Time { return now }
			if _, limit, ok := p.Client("a").TakeAll(dial(2), now); !ok {
				t.Fatal(limit)
			}
			between := parse(t, p, test.roles, test.clients)
			p.shared.retain(between)
			now = now.Add(test.away)
			p.shared.retain(between)
			again := parse(t, p, with, having("a", "r"))
			p.shared.retain(again)
			if _, ok := again.Client("a").Take(dial(2), now); ok != test.fresh {
				t.Errorf("a fresh start: %v, want %v", ok, test.fresh)
			}
		})
	}
}

// TestClockThatJumps: after the clock has jumped ahead, a limit a day still works, and setting the
// clock back does not reset the day.
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

// TestLimitThatCameBackIsKept: the use of a limit that was removed and added again is not forgotten
// later.
func TestLimitThatCameBackIsKept(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	with := limitedBy("r", `"dial": "2 at once"`)
	p := parse(t, nil, with, having("a", "r"))
	p.shared.now = func() time.Time { return now }
	if _, limit, ok := p.Client("a").TakeAll(dial(2), now); !ok {
		t.Fatal(limit)
	}
	p.shared.retain(parse(t, p, limitedBy("r", ``), having("a", "r")))
	for range 2 {
		p.shared.retain(p)
		now = now.Add(limitsKept + time.Hour)
	}
	p.shared.retain(p)
	if _, ok := p.Client("a").Take(dial(1), now); ok {
		t.Error("a limit that is in the policy was forgotten, with what is under way")
	}
}
