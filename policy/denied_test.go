package policy_test

import (
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

// TestDenied: the first effects of a command that are not allowed, and how many there are.
func TestDenied(t *testing.T) {
	found := func(names ...string) (list []effect.Effect) {
		for _, name := range names {
			list = append(list, effect.Effect{Kind: effect.KindSubscribe, Name: name})
		}
		return list
	}
	c := load(t, `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"roles": {"r": {"allow": ["subscribe HEARTBEAT|TALK"]}},
		"clients": {"c": {"from": ["127.0.0.1/32"], "auth": {"password": ["sha256:0000000000000000000000000000000000000000000000000000000000000001"]},
			"roles": ["r"]}}}`).Client("c")
	for _, tt := range []struct {
		effects []effect.Effect
		names   string
		all     int
	}{
		{found("HEARTBEAT"), "", 0},
		{found("DTMF"), "DTMF ", 1},
		{found("HEARTBEAT", "DTMF", "TALK", "API", "LOG", "TRAP"), "DTMF API ", 4},
		{found("DTMF", "API", "LOG"), "DTMF API LOG ", 3}, // none is allowed, so all are listed
		{nil, "", 0},
	} {
		d := c.Decide(tt.effects)
		some, all := c.Denied(tt.effects, d, 2)
		names := ""
		for i := range some {
			names += some[i].Name + " "
		}
		if names != tt.names || all != tt.all {
			t.Errorf("%v: %q and %d, want %q and %d", tt.effects, names, all, tt.names, tt.all)
		}
	}
	if some, all := (*policy.Client)(nil).Denied(found("DTMF"), policy.Decision{}, 2); some != nil || all != 0 {
		t.Errorf("a nil client: %v and %d, want nothing", some, all)
	}
	const examined = 1024
	many := make([]effect.Effect, 3*examined)
	if _, all := c.Denied(many, policy.Decision{}, 2); all != examined {
		t.Errorf("%d effects were examined, want %d", all, examined)
	}
}
