package policy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"eslguard/effect"
	"eslguard/policy"
)

func TestLimits(t *testing.T) {
	text := `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"roles": {"r": {"allow": ["api **"], "limits": {"api originate": "2/s", "api": "60/m burst 4"}},
			"s": {"limits": {"api ORIGINATE": "5/s burst 1"}}, "t": {"include": ["r"]}},
		"clients": {
			"one": {"from": ["10.0.0.0/8"], "auth": {"password": [` + sum("one") + `]}, "roles": ["t"]},
			"two": {"from": ["10.0.0.0/8"], "auth": {"password": [` + sum("two") + `]}, "roles": ["r", "s"]},
			"three": {"from": ["10.0.0.0/8"], "auth": {"password": [` + sum("three") + `]}, "roles": []}}}`
	p := load(t, text)
	originate := apis("originate")
	status := apis("status")
	now := time.Now()
	for i, tt := range []struct {
		client string
		after  time.Duration
		what   []effect.Effect
		limit  string
	}{
		{"one", 0, originate, ""},
		{"one", 0, originate, ""},
		{"one", 0, originate, "api originate 2/s"},
		{"one", 0, status, ""}, // the refused command took nothing from the other limit
		{"one", 0, status, ""},
		{"one", 0, status, "api 60/m burst 4"},
		{"one", time.Second / 2, originate, "api 60/m burst 4"}, // it needs one from each limit
		{"one", time.Second, originate, ""},
		// another client has its own use, and the smallest burst of its roles
		{"two", 0, originate, ""},
		{"two", 0, originate, "api originate 2/s burst 1"},
		{"two", 0, apis("status", "status", "status", "status"), "api 60/m burst 4"},
		{"two", 0, apis("status", "status", "status"), ""},
		{"three", 0, originate, ""},
	} {
		limit, ok := p.Client(tt.client).Take(tt.what, now.Add(tt.after))
		if limit != tt.limit || ok != (tt.limit == "") {
			t.Errorf("step %d: %q, %v, want %q", i, limit, ok, tt.limit)
		}
	}
	var none *policy.Client
	if _, ok := none.Take(nil, now); ok {
		t.Error("a nil client took a token")
	}
}

// apis returns effects that run the APIs of these names.
func apis(names ...string) (out []effect.Effect) {
	for _, name := range names {
		out = append(out, effect.Effect{Kind: effect.KindAPI, Name: name})
	}
	return out
}

// dials returns the effects of an originate with these legs.
func dials(legs ...string) []effect.Effect {
	out := apis("originate")
	for _, leg := range legs {
		out = append(out, effect.Effect{Kind: effect.KindDial, Name: leg})
	}
	return out
}

// withLimits returns a policy whose client acme has these limits.
func withLimits(limits map[string]any) string {
	text, err := json.Marshal(limits)
	if err != nil {
		panic(err)
	}
	return strings.Replace(withRules([]string{"api **", "dial **"}, nil), `"allow":`, `"limits":`+string(text)+`,"allow":`, 1)
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestLimitsCountLegs: a command takes one from a limit for each leg that it dials.
func TestLimitsCountLegs(t *testing.T) {
	c := load(t, withLimits(map[string]any{"dial": "1/h burst 5", "dial sofia/gateway/acme/*": "1/h burst 3"})).Client("acme")
	for i, tt := range []struct {
		legs  []string
		limit string
	}{
		{[]string{"user/1", "user/2", "user/3", "user/4", "user/5", "user/6"}, "dial 1/h burst 5, and the command takes 6"},
		{[]string{"sofia/gateway/acme/1", "SOFIA/gateway/acme/2;x=y", "sofia/gateway/acme/3@z", "sofia/gateway/acme/4"}, "dial sofia/gateway/acme/* 1/h burst 3, and the command takes 4"},
		{[]string{"user/1", "sofia/gateway/acme/1", "sofia/gateway/acme/2"}, ""},
		{[]string{"user/1", "user/2", "user/3"}, "dial 1/h burst 5"},
		{[]string{"sofia/gateway/acme/1", "sofia/gateway/acme/1"}, "dial sofia/gateway/acme/* 1/h burst 3"},
		{[]string{"user/1", "user/2"}, ""},
	} {
		if limit, ok := c.Take(dials(tt.legs...), noon); limit != tt.limit || ok != (limit == "") {
			t.Errorf("step %d: %q, %v, want %q", i, limit, ok, tt.limit)
		}
	}
}

// TestLimitAtOnce: a command counts until it is released, and releasing it again has no effect.
func TestLimitAtOnce(t *testing.T) {
	c := load(t, withLimits(map[string]any{"api originate": "2 at once", "dial": "3 at once"})).Client("acme")
	take := func(limit string, legs ...string) *policy.Taken {
		t.Helper()
		taken, got, ok := c.TakeAll(dials(legs...), noon)
		if got != limit || ok != (limit == "") {
			t.Errorf("%q, %v, want %q", got, ok, limit)
		}
		return taken
	}
	one := take("", "user/1", "user/2")
	take("dial 3 at once", "user/3", "user/4")
	two := take("", "user/3")
	take("api originate 2 at once")
	two.Release()
	two.Release()
	take("dial 3 at once", "user/3", "user/4")
	three := take("", "user/3")
	one.Release()
	three.Undo()
	take("", "user/1", "user/2", "user/3")
	if taken, _, ok := c.TakeAll(apis("status"), noon); taken != nil || !ok {
		t.Error("there is nothing to give back of what no limit is on")
	}
}

// TestLimitADay: a limit a day is per day in UTC, and commands that were not sent do not count.
func TestLimitADay(t *testing.T) {
	c := load(t, withLimits(map[string]any{"dial": []string{"3/day", "2/s"}})).Client("acme")
	midnight := noon.Add(12 * time.Hour)
	for i, tt := range []struct {
		at    time.Time
		undo  bool
		limit string
	}{
		{noon, false, ""},
		{noon, true, ""},
		{noon, false, "dial 2/s"},
		{noon.Add(time.Hour), false, ""},
		{noon.Add(2 * time.Hour), false, ""},
		{midnight.Add(-time.Second), false, "dial 3/day"},
		{midnight, false, ""},
		{midnight.Add(-time.Second), false, ""}, // setting the clock back does not reset the day
		{midnight, false, ""},
		{midnight.Add(time.Hour), false, "dial 3/day"},
	} {
		taken, limit, ok := c.TakeAll(dials("user/1"), tt.at)
		if limit != tt.limit || ok != (limit == "") {
			t.Errorf("step %d: %q, %v, want %q", i, limit, ok, tt.limit)
		}
		if tt.undo {
			taken.Undo()
		}
	}
}

// TestLimitValues: which values a limit may have, and how the summary shows them.
func TestLimitValues(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string // in the summary, or in the problem
	}{
		{"5/s", "dial 5/s"},
		{"40/s burst 80", "dial 40/s burst 80"},
		{"40/s burst 40", "dial 40/s"},
		{"100/m", "dial 100/m"},
		{"1000000/h", "dial 1000000/h"},
		{"2000/day", "dial 2000/day"},
		{"10 at once", "dial 10 at once"},
		{[]string{"5/s", "2000/day", "10 at once"}, "dial 5/s, dial 2000/day, dial 10 at once"},
		{[]string{"5/s", "100/m"}, "two limits of the same sort"},
		{[]string{}, "is empty"},
		{"0/s", "is not a limit (such as"},
		{"05/s", "is not a limit"},
		{"1000001/s", "is not a limit"},
		{"5/d", "is not a limit"},
		{"5", "is not a limit"},
		{"2000/day burst 5", "is not a limit"},
		{"5/s burst", "is not a limit"},
		{"at once", "is not a limit"},
		{5, "must be a string, not a number"},
	} {
		text := withLimits(map[string]any{"dial": tt.value})
		p, err := policy.Parse("p.json", []byte(text))
		switch {
		case err != nil && !strings.Contains(err.Error(), tt.want):
			t.Errorf("%v: %v, want %q", tt.value, err, tt.want)
		case err == nil && strings.Join(p.Summary().Clients[0].Limits, ", ") != tt.want:
			t.Errorf("%v: %q, want %q", tt.value, p.Summary().Clients[0].Limits, tt.want)
		}
	}
}

// TestTakeAllocatesNothing: taking from limits does not allocate if nothing has to be given back.
func TestTakeAllocatesNothing(t *testing.T) {
	c := load(t, withLimits(map[string]any{"dial": "1000000/s", "api": "1000000/s"})).Client("acme")
	effects := dials("user/1", "user/2")
	now := noon
	if n := testing.AllocsPerRun(100, func() {
		now = now.Add(time.Second)
		if limit, ok := c.Take(effects, now); !ok {
			t.Fatal(limit)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestLimitsRefused: wrong limits are errors with a hint.
func TestLimitsRefused(t *testing.T) {
	for _, tt := range []struct{ key, value, want string }{
		{"api originate **", "5/s", "it counts whatever the arguments are (leave it out)"},
		{"dial **", "5/s", "it counts whatever the arguments are (leave it out)"},
		{"api sofia profile", "5/s", "a limit is on a kind, or on names of it (KIND or KIND NAME)"},
		{"repeating api", "5/s", "a limit is on a kind, or on names of it"},
		{"api orginate", "5/s", `did you mean "originate"?`},
		{"api", "0/s", `"0/s" is not a limit (such as 5/s`},
		{"api", "5/day burst 3", "is not a limit"},
	} {
		if ps := problems(t, withLimits(map[string]any{tt.key: tt.value})); len(ps) != 1 || !strings.Contains(ps[0].String(), tt.want) {
			t.Errorf("%q: %q: got %v, want %q", tt.key, tt.value, ps, tt.want)
		}
	}
}
