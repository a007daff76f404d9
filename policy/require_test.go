package policy_test

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

const (
	cid       = "origination_caller_id_number"
	needCID   = "var originate " + cid + " 12125550100"
	goodBlock = "{" + cid + "=12125550100}"
)

// callerRules allow all calls with any caller id, so that only the requirements decide.
var callerRules = []string{
	"api originate|conference|sched_api|bgapi|expand|uuid_broadcast|page **", "app bridge|park|conference|set|att_xfer **", "dial /.*/",
	"var originate " + cid + " /.*/", "var originate a|b|execute_on_answer /.*/", "repeating api originate **", "repeating dial /.*/", "repeating app park", "repeating var originate " + cid + " /.*/", "opaque unknown-syntax", "opaque expansion",
}

// requiring returns a policy with these rules, whose role has this "require".
func requiring(require string, allow ...string) string {
	return strings.Replace(withRules(allow, nil), `"unguarded"`, `"require": `+require+`, "unguarded"`, 1)
}

// TestRequire: a leg without the required variable is denied, and so is one with another value of
// it, however that is set and wherever the leg is dialled.
func TestRequire(t *testing.T) {
	for _, g := range []struct {
		name, require string
		rows          []row
	}{
		{"every leg", `{"dial": "` + needCID + `"}`, []row{
			{allow, "api originate " + goodBlock + "user/1 &park"},
			{allow, "bgapi originate {a=1," + cid + "=12125550100,b=2}user/1,user/2|user/3 &park"},
			{allow, "api originate {a=1}{ORIGINATION_caller_id_number=12125550100}user/1 &park"},
			{allow, "api originate <" + cid + "=12125550100>user/1:_:user/2 &park"},
			{allow, "api originate " + goodBlock + "user/1:_:" + goodBlock + "user/2 &park"},
			{allow, "api originate [" + cid + "=12125550100]user/1,[" + cid + "=12125550100]user/2 &park"},
			{allow, "api originate user/1 &park undef undef undef 12125550100"},
			{allow, "api originate '" + goodBlock + "user/1' '&bridge(" + goodBlock + "user/2)'"},
			{allow, "api sched_api +5 none originate " + goodBlock + "user/1 &park"},
			{deny, "api originate user/1 &park"},
			{deny, "api originate {" + cid + "=1}user/1 &park"},
			{deny, "api originate {" + cid + "=}user/1 &park"},
			{deny, "api originate {a=12125550100}user/1 &park"},
			{deny, "api originate {" + cid + "=12125550100," + cid + "=1}user/1 &park"},
			{deny, "api originate {" + cid + "=1," + cid + "=12125550100}user/1 &park"},
			{deny, "api originate " + goodBlock + "{" + cid + "=1}user/1 &park"},
			{deny, "api originate " + goodBlock + "[" + cid + "=1]user/1 &park"},
			{deny, "api originate {" + cid + "=1}[" + cid + "=12125550100]user/1 &park"},
			{deny, "api originate [" + cid + "=12125550100]user/1,user/2 &park"},
			{deny, "api originate user/1|[" + cid + "=12125550100]user/2 &park"},
			{deny, "api originate user/1:_:" + goodBlock + "user/2 &park"},
			{deny, "api originate <" + cid + "=12125550100>user/1:_:{" + cid + "=1}user/2 &park"},
			{deny, "api originate " + goodBlock + "user/1 &park undef undef undef 1"},
			{deny, "api originate {" + cid + "=1}user/1 &park undef undef undef 12125550100"},
			{deny, "api originate {nolocal:" + cid + "=12125550100}user/1 &park"},
			{deny, "api originate " + goodBlock + "[nolocal:" + cid + "=1]user/1 &park"},
			{deny, "api originate {" + cid + "[0]=12125550100}user/1 &park"},
			{deny, "api originate {" + cid + "=ARRAY::12125550100}user/1 &park"},
			{deny, "api originate " + goodBlock + "user/1 &bridge(user/2)"},
			{deny, "api originate user/1 '&bridge(" + goodBlock + "user/2)'"},
			{deny, "api originate {execute_on_answer='bridge user/2'," + cid + "=12125550100}user/1 &park"},
			{deny, "api sched_api +5 none originate user/1 &park"},
			{deny, "api sched_api @5 none originate user/1 &park"},
			{deny, "api sched_api @5 none originate {" + cid + "=1}user/1 &park"},
			{allow, "api sched_api @5 none originate " + goodBlock + "user/1 &park"},
			{deny, "api expand originate user/1 &park"},
			{deny, "bgapi conference c bgdial user/1"},
			{allow, "bgapi conference c bgdial " + goodBlock + "user/1"},
			{deny, "api page user/1"},
			{deny, run("bridge", "user/1")},
			{allow, run("bridge", goodBlock+"user/1")},
			{deny, "api uuid_broadcast " + uuid + " bridge::user/1"},
			{allow, "api conference c"}, // dials no leg
		}},
		{"the legs of an API", `{"api originate": "` + needCID + `"}`, []row{
			{allow, "api originate " + goodBlock + "user/1 &park"},
			{allow, "api originate " + goodBlock + "user/1 &bridge(user/2)"},
			{deny, "api originate user/1 &park"},
			{deny, "bgapi expand originate user/1 &park"},
			{deny, "api originate {a=1 &park"}, // it is unknown what this calls
			{allow, run("bridge", "user/1")},
			{allow, "bgapi conference c bgdial user/1"},
		}},
		{"the legs of an application", `{"app bridge": ["` + needCID + `", "var originate a 1|2"]}`, []row{
			{allow, "api originate user/1 &park"},
			{allow, "api originate user/1 '&bridge({a=2," + cid + "=12125550100}user/2)'"},
			{deny, "api originate user/1 '&bridge({a=3," + cid + "=12125550100}user/2)'"},
			{deny, "api originate user/1 '&bridge({a=1}user/2)'"},
			{deny, run("bridge", "{a=1}user/1")},
		}},
		{"legs of a trunk", `{"dial sofia/gateway/acme/*": "` + needCID + `"}`, []row{
			{allow, "api originate user/1 &park"},
			{deny, "api originate sofia/gateway/acme/1 &park"},
			{deny, "api originate SOFIA/gateway/ACME/1 &park"},
			{allow, "api originate user/1 '&bridge(" + goodBlock + "sofia/gateway/acme/1)'"},
		}},
		{"legs at a place", `{"dial b-leg": "` + needCID + `"}`, []row{
			{allow, "api originate user/1 &park"},
			{deny, "api originate user/1 &bridge(user/2)"},
			{deny, run("bridge", "user/1")}, // as under a deny of b-leg
			{allow, "api originate user/1 '&bridge(" + goodBlock + "user/2)'"},
		}},
		{"a name in another case", `{"dial": "var originate ORIGINATION_Caller_ID_number 12125550100"}`, []row{
			{allow, "api originate " + goodBlock + "user/1 &park"}, {deny, "api originate user/1 &park"},
			{deny, "api originate " + goodBlock + "[" + cid + "=1]user/1 &park"},
		}},
		{"a pattern", `{"dial": "var originate ` + cid + ` 1212*"}`, []row{
			{allow, "api originate " + goodBlock + "user/1 &park"}, {deny, "api originate {" + cid + "=1313}user/1 &park"}, {deny, "api originate user/1 &park"},
		}},
	} {
		t.Run(g.name, func(t *testing.T) {
			p := load(t, requiring(g.require, callerRules...))
			for _, r := range g.rows {
				if got, why := decide(t, p, "acme", r.command); got != r.want {
					t.Errorf("%s: %s (%s), want %s", r.command, got, why, r.want)
				}
			}
		})
	}
}

// TestRequireDenial: a denial names the missing requirement, the leg, and the role that requires
// it.
func TestRequireDenial(t *testing.T) {
	p := load(t, requiring(`{"dial": "`+needCID+`"}`, callerRules...))
	c := p.Client("acme")
	effects := effectsOf(t, "api originate "+goodBlock+"user/1 &bridge(sofia/gateway/acme/2)")
	d := c.Decide(effects)
	const want = `dial sofia/gateway/acme/2 is not allowed to acme unless ` + needCID + ` is set for it (api originate > app bridge)`
	if d.Action != policy.Deny || d.Reason != want || d.Role != "r" || d.Rule != needCID || !d.Lacks || effects[d.Effect].Name != "sofia/gateway/acme/2" {
		t.Errorf("got %+v, want %s", d, want)
	}
	if some, n := c.Denied(effects, d, 8); n != 1 || some[0].Name != "sofia/gateway/acme/2" {
		t.Errorf("%d effects are denied: %v", n, some)
	}
	for i := range effects {
		if got := c.DecideAt(effects, i); (got.Action == policy.Allow) != (i != d.Effect) {
			t.Errorf("%s: %v, %s", effects[i].Name, got.Action, got.Reason)
		}
	}
	d = c.Decide(effectsOf(t, "api originate {"+cid+"=1}user/1 &park"))
	if !strings.HasSuffix(d.Reason, "is set for it; it is set to something else") {
		t.Errorf("another value: %s", d.Reason)
	}
	for _, i := range []int{-1, len(effects)} {
		if d := c.DecideAt(effects, i); d.Action != policy.Deny || d.Effect != -1 {
			t.Errorf("effect %d: %+v", i, d)
		}
	}
	if d := (*policy.Client)(nil).DecideAt(effects, 0); d.Action != policy.Deny {
		t.Errorf("a nil client: %+v", d)
	}
}

// TestRequireOfNothing: an effect without a position in its command, as the zero Effect, sets a
// variable for no leg.
func TestRequireOfNothing(t *testing.T) {
	p := load(t, requiring(`{"dial": "`+needCID+`"}`, callerRules...))
	effects := []effect.Effect{
		{Kind: effect.KindVar, Name: "originate", Tokens: []string{cid, "12125550100"}, Fold: 1},
		{Kind: effect.KindDial, Name: "user/1"},
	}
	if d := p.Client("acme").Decide(effects); d.Action != policy.Deny {
		t.Errorf("allowed: %+v", d)
	}
}

// TestRequireObserved: in observe mode, a command that does not meet a requirement is forwarded,
// and the decision says so.
func TestRequireObserved(t *testing.T) {
	p := load(t, strings.Replace(requiring(`{"dial": "`+needCID+`"}`, callerRules...), `"roles":["r"]`, `"mode": "observe", "roles":["r"]`, 1))
	if d := p.Client("acme").Decide(effectsOf(t, "api originate user/1 &park")); d.Action != policy.Observed || !d.Lacks {
		t.Errorf("got %+v", d)
	}
}

// TestRequireErrors: requirements without a meaning, and those that can never be met, are errors.
func TestRequireErrors(t *testing.T) {
	for _, tt := range []struct{ require, want string }{
		{`{"api status": "` + needCID + `"}`, `"api status": it dials nobody, so no leg of it can have a variable (the legs, such as`},
		{`{"var originate": "` + needCID + `"}`, "it dials nobody"},
		{`{"dial x y": "` + needCID + `"}`, "such an effect has 0 tokens"},
		{`{"api originate user/1": "` + needCID + `"}`, "a requirement is on a kind"},
		{`{"dial": "api status"}`, "a requirement has the form var originate NAME VALUE"},
		{`{"dial": "var originate ` + cid + `"}`, "such an effect has 2 tokens"},
		{`{"dial": "var originate **"}`, "a requirement has the form var originate NAME VALUE"},
		{`{"dial": "var channel a 1"}`, "so the scope must be originate"},
		{`{"dial": "var originate a* 1"}`, "the name of the variable must be spelled"},
		{`{"dial": "var originate a|b 1"}`, "the name of the variable must be spelled"},
		{`{"dial": []}`, "is empty"},
		{`{"dial": "var originate c 1"}`, `"var originate c 1": no rule allows it, so no leg can ever have it (add it to "allow")`},
		{`{"dial": "var originate c *"}`, `"var originate c *": no rule allows it`},
		{`{"dial": "var originate a 3"}`, `"var originate a 3": no rule allows it`},
		{`{"dial": ["var originate a 1", "var originate A 2"]}`, `"var originate A 2": "var originate a 1" of the role "r" is required as well, so both can never be met`},
		{`{"dial": "var originate a 1", "api originate": "var originate a 2"}`, `"var originate a 1" of the role "r" is required as well for "dial", so both can never be met`},
		{`{"dial": "var originate a 1", "dial user/*": "var originate a 2"}`, `is required as well for "dial", so both can never be met`},
		{`{"dial user/1*": "var originate a 1", "dial user/*": "var originate a 2"}`, `so both can never be met`},
		{`{"dial b-leg user/1*": "var originate a 1", "dial user/*": "var originate a 2"}`, `so both can never be met`},
		{`{"dial": ["var originate a 1", "var originate a <2-9>"]}`, `so both can never be met`},
		{`{"dial": ["var originate a <1-3>", "var originate a <4-9>"]}`, `so both can never be met`},
		{`{"dial": ["var originate a 1*", "var originate a 2*"]}`, `so both can never be met`},
		{`{"dial": ["var originate a /[a-z]+/", "var originate a 2"]}`, `so both can never be met`},
	} {
		got := problems(t, requiring(tt.require, "api originate **", "dial user/*", "var originate a 1|2")).Error()
		if !strings.Contains(strings.ReplaceAll(got, `\"`, `"`), tt.want) {
			t.Errorf("%s\ngot  %s\nwant %s", tt.require, got, tt.want)
		}
	}
	// no leg is dialled, so nothing is required
	load(t, requiring(`{"dial": "`+needCID+`"}`, "api status"))
	for _, require := range []string{
		`{"dial user/1*": "var originate a 1", "dial user/2*": "var originate a 2"}`, `{"dial a-leg user/*": "var originate a 1", "dial b-leg user/*": "var originate a 2"}`,
		`{"api originate": "var originate a 1", "app bridge": "var originate a 2"}`, `{"dial": ["var originate a 1", "var originate a <1-9>"]}`,
		`{"dial": ["var originate a /[0-9]+/", "var originate a 2"]}`, `{"dial": ["var originate a <1-4>", "var originate a <4-9>"]}`,
		`{"dial": ["var originate a 1|2", "var originate a 2|3"]}`,
	} {
		load(t, requiring(require, "api originate **", "app bridge **", "dial user/*", "var originate a 1|2"))
	}
}

// TestRequireOfTwoRoles: it is an error if the requirements of two roles of a client contradict
// each other, even if their keys differ.
func TestRequireOfTwoRoles(t *testing.T) {
	text := strings.Replace(requiring(`{"dial": "var originate a 1"}`, "api originate **", "dial user/*", "var originate a 1|2"), `"roles":["r"]`, `"roles":["r", "s"]`, 1)
	text = strings.Replace(text, `"roles":{"r"`, `"roles":{"s": {"allow": ["app park"], "require": {"dial user/*": "var originate a 2"}}, "r"`, 1)
	if got := problems(t, text).Error(); !strings.Contains(got, "so both can never be met") {
		t.Errorf("got %s", got)
	}
}

// TestRequireTested: a test may name the missing requirement in "by".
func TestRequireTested(t *testing.T) {
	text := requiring(`{"dial": "`+needCID+`"}`, callerRules...)
	for by, ok := range map[string]bool{needCID: true, "dial user/1": true, "dial a-leg user/1": true, "dial b-leg user/1": false, "api originate": false} {
		p := load(t, strings.Replace(text, `"version":1`, `"version":1, "tests": [ {"client": "acme", "send": "api originate user/1 &park", "expect": "deny", "by": "`+by+`"} ]`, 1))
		if r := p.RunTests()[0]; r.OK != ok {
			t.Errorf("by %q: %v (%s)", by, r.OK, r.Problem)
		}
	}
}

// TestRequireSummary: the summary lists requirements, also those of included roles.
func TestRequireSummary(t *testing.T) {
	text := strings.Replace(requiring(`{"dial": "`+needCID+`"}`, callerRules...), `"roles":["r"]`, `"roles":["outer"]`, 1)
	p := load(t, strings.Replace(text, `"roles":{"r"`, `"roles":{"outer": {"include": ["r"]}, "r"`, 1))
	if got := p.Summary().Clients[0].Requires; len(got) != 1 || got[0] != "dial: "+needCID {
		t.Errorf("got %q", got)
	}
	if got, _ := decide(t, p, "acme", "api originate user/1 &park"); got != deny {
		t.Error("the requirement of an included role is ignored")
	}
}
