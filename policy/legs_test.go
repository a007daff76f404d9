package policy_test

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

// legGroups are rules that name the position of a leg.
var legGroups = []ruleGroup{
	{"extensions call through a gateway", []string{
		"api originate **", "app bridge **", "app park", "app set **", "api uuid_broadcast|uuid_transfer|uuid_bridge **",
		"dial a-leg user/<1000-1099>@d", "dial b-leg sofia/gateway/acme/*",
		"var originate execute_on_answer /bridge\\x20.*/", "app att_xfer|conference **",
	}, nil, []row{
		{allow, "bgapi originate user/1000@d &bridge(sofia/gateway/acme/1555)"},
		{allow, "bgapi originate user/1000@d,user/1001@d|user/1002@d '&bridge(sofia/gateway/acme/1|sofia/gateway/acme/2)'"},
		{allow, "bgapi originate user/1000@d 'bridge:sofia/gateway/acme/1' inline"},
		{deny, "bgapi originate sofia/gateway/acme/1555 &bridge(sofia/gateway/acme/1556)"},
		{deny, "bgapi originate user/1000@d,sofia/gateway/acme/1555 &bridge(sofia/gateway/acme/1556)"},
		{deny, "bgapi originate sofia/gateway/acme/1555 &park"},
		{deny, "bgapi originate user/1000@d &bridge(user/1001@d)"},
		{deny, "bgapi originate user/1000@d &bridge(sofia/gateway/acme/1:_:user/1001@d)"},
		{deny, "bgapi originate {execute_on_answer='bridge sofia/gateway/acme/1'}user/1000@d &park"},
		{deny, "bgapi originate user/1000@d &bridge([execute_on_answer='bridge sofia/gateway/acme/2']sofia/gateway/acme/1)"},
		{deny, "bgapi originate user/1000@d &att_xfer(sofia/gateway/acme/1)"},
		{deny, "bgapi originate user/1000@d &conference(bridge:c:sofia/gateway/acme/1)"},
		{deny, "api uuid_broadcast " + uuid + " bridge::sofia/gateway/acme/1"},
		{deny, "api uuid_transfer " + uuid + " bridge:sofia/gateway/acme/1 inline"},
		{deny, run("bridge", "sofia/gateway/acme/1")},
	}},
	{"a rule without a place is about any", []string{"api originate **", "app bridge **", "dial user/*"}, nil, []row{
		{allow, "api originate user/1 &bridge(user/2)"}, {allow, run("bridge", "user/2")},
	}},
	{"calls that are up", []string{"app bridge **", "api originate **", "dial other-leg user/*"}, nil, []row{
		{allow, run("bridge", "user/2")}, {deny, "api originate user/1 &bridge(user/2)"},
	}},
	{"any leg at a place", []string{"api originate **", "app bridge **", "app park", "dial a-leg **"}, nil, []row{
		{allow, "api originate user/1 &park"}, {deny, "api originate user/1 &bridge(user/2)"},
	}},
	{"a deny of b-legs is one of all that are connected to another call", []string{"api originate **", "app bridge **", "app park", "dial **"},
		[]string{"dial b-leg sofia/gateway/acme/1900*"}, []row{
			{deny, "api originate user/1 &bridge(sofia/gateway/acme/19005551234)"},
			{deny, "api originate user/1 &bridge(sofia/gateway/acme/+1-900-555-1234)"},
			{deny, run("bridge", "sofia/gateway/acme/19005551234")},
			{allow, "api originate sofia/gateway/acme/19005551234 &park"},
			{allow, "api originate user/1 &bridge(sofia/gateway/acme/12125551234)"},
		}},
	{"a deny of a-legs is of these alone", []string{"api originate **", "app bridge **", "app park", "dial **"}, []string{"dial a-leg sofia/*"}, []row{
		{deny, "api originate sofia/gateway/acme/1 &park"}, {allow, run("bridge", "sofia/gateway/acme/1")}, {allow, "api originate user/1 &bridge(sofia/gateway/acme/1)"},
	}},
	{"repeated", []string{"api originate **", "api sched_api **", "app park", "repeating api originate **", "repeating app park", "repeating dial a-leg user/*"}, nil, []row{
		{allow, "api sched_api @5 none originate user/1 &park"}, {deny, "api originate user/1 &park"},
	}},
}

func TestLegRules(t *testing.T) {
	for _, g := range legGroups {
		t.Run(g.name, func(t *testing.T) {
			p := load(t, withRules(g.allow, g.deny))
			for _, r := range g.rows {
				if got, why := decide(t, p, "acme", r.command); got != r.want {
					t.Errorf("%s: %s (%s), want %s", r.command, got, why, r.want)
				}
			}
		})
	}
}

// TestLegUnknown: a leg of unknown position is allowed by no rule that names a position, and denied
// by every deny rule that names one.
func TestLegUnknown(t *testing.T) {
	e := []effect.Effect{{Kind: effect.KindDial, Name: "user/1"}}
	p := load(t, withRules([]string{"dial a-leg user/1", "dial b-leg user/1", "dial other-leg user/1"}, nil))
	if d := p.Client("acme").Decide(e); d.Action != policy.Deny {
		t.Errorf("allowed by %q", d.Rule)
	}
	for _, place := range []string{"a-leg", "b-leg", "other-leg"} {
		p := load(t, withRules([]string{"dial user/*"}, []string{"dial " + place + " user/1"}))
		if d := p.Client("acme").Decide(e); d.Action != policy.Deny || d.Rule == "" {
			t.Errorf("%s: %v by %q", place, d.Action, d.Rule)
		}
	}
}

// TestLegRuleErrors: an unknown position, and a position without a leg, are errors.
func TestLegRuleErrors(t *testing.T) {
	for rule, want := range map[string]string{
		"dial a-leg":           `it names the place of a leg, but no leg (dial a-leg TYPE/DATA, `,
		"dial c-leg user/1":    `"c-leg" is not a place of a leg (dial a-leg TYPE/DATA`,
		"dial a-leg|b-leg x/1": `"a-leg|b-leg" is not a place of a leg`,
		"dial A-leg user/1":    `"A-leg" is not a place of a leg`,
		"dial a-leg user/1 x":  "such an effect has 0 tokens at most after its name",
	} {
		if got := problems(t, withRules([]string{rule}, nil)).Error(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

// TestLegNear: a denial says that a rule allows the leg in another position.
func TestLegNear(t *testing.T) {
	p := load(t, withRules([]string{"api originate **", "app bridge **", "dial a-leg user/*", "dial b-leg sofia/gateway/acme/*"}, nil))
	for send, want := range map[string]string{
		"api originate sofia/gateway/acme/1 &bridge(user/1)": "; a rule allows it as a b-leg, and this is an a-leg",
		run("bridge", "sofia/gateway/acme/1"):                "; a rule allows it as a b-leg, and this is another leg (other-leg)",
	} {
		d := p.Client("acme").Decide(effectsOf(t, send))
		if d.Action != policy.Deny || !strings.Contains(d.Reason, want) || d.Near != "dial b-leg sofia/gateway/acme/*" {
			t.Errorf("%s: %s, near %q, want %s", send, d.Reason, d.Near, want)
		}
	}
}

// TestLegLimits: a limit may name a position.
func TestLegLimits(t *testing.T) {
	p := load(t, strings.Replace(withRules([]string{"api originate **", "app bridge **", "dial **"}, nil),
		`"unguarded"`, `"limits": {"dial b-leg": "1/h", "dial a-leg user/*": "3/h"}, "unguarded"`, 1))
	c := p.Client("acme")
	bridged := effectsOf(t, "api originate sofia/g/1 &bridge(sofia/g/2)")
	if limit, ok := c.Take(bridged, noon); !ok {
		t.Fatalf("over %s", limit)
	}
	if limit, ok := c.Take(bridged, noon); ok || limit != "dial b-leg 1/h" {
		t.Errorf("%q, %v", limit, ok)
	}
	if limit, ok := c.Take(effectsOf(t, "api originate user/1,user/2,user/3,user/4 &park"), noon); ok || !strings.HasPrefix(limit, "dial a-leg user/* 3/h") {
		t.Errorf("%q, %v", limit, ok)
	}
}
