package lint

import (
	"fmt"
	"testing"

	"eslguard/effect"
)

// TestNestingsNest tests that each sample can be parsed and causes another effect.
func TestNestingsNest(t *testing.T) {
	for i := range nestings {
		n := &nestings[i]
		samples := n.effects(parseBuiltin)
		if len(samples) != len(n.args) {
			t.Errorf("%s %s: %d of %d samples can be parsed", n.kind, n.name, len(samples), len(n.args))
		}
		for _, effects := range samples {
			if len(effects) < 2 {
				t.Errorf("%s %s: a sample causes only %v", n.kind, n.name, effects)
			}
		}
	}
}

// TestWarningsOfNeeds tests rules for an API or application that does nothing but cause other
// effects, with and without rules for those effects.
func TestWarningsOfNeeds(t *testing.T) {
	const without = "it allows no command without a rule of the kind "
	for _, tt := range []struct {
		allow []string
		want  string
	}{
		{[]string{"api uuid_transfer **"}, without + "dialplan or app for what the command causes (add one, such as "},
		{[]string{"api uuid_transfer <uuid> * inline"}, without + "app for what the command runs"},
		{[]string{"api uuid_transfer <uuid> *"}, without + `dialplan for what the command transfers to (add one, such as "dialplan XML default 10<digits 2>")`},
		{[]string{"api uuid_transfer <uuid> * XML default"}, without + "dialplan or app"},
		{[]string{"api uuid_transfer **", "dialplan XML default 10<digits 2>"}, ""},
		{[]string{"api uuid_transfer **", "app park"}, ""},
		{[]string{"api uuid_transfer <uuid> *", "app park"}, without + "dialplan"},
		{[]string{"api uuid_kill|uuid_transfer **"}, without + "dialplan or app"},
		{[]string{"api @call"}, ""}, // many APIs of the class need nothing else
		{[]string{"api uuid_dual_transfer <uuid> * *"}, without + "dialplan"},
		{[]string{"api sched_transfer **"}, without + "dialplan"},
		{[]string{"api uuid_deflect **"}, without + `dial for what the command calls (add one, such as "dial deflect/sip:*@pbx.example.org")`},
		// the dialplan is asked when the channel is a loopback channel
		{[]string{"api uuid_deflect **", "dial deflect/sip:1@h.example"}, without + "dialplan"},
		{[]string{"api uuid_redirect **"}, without + "dial"},
		{[]string{"api uuid_broadcast **"}, without + `app for what the command runs (add one, such as "app playback /var/sounds/*")`},
		{[]string{"api sched_broadcast **"}, without + "app"},
		{[]string{"api uuid_setvar **"}, without + `var for what the command sets (add one, such as "var channel campaign_id *")`},
		{[]string{"api uuid_setvar **", "var global campaign_id *"}, without + "var"},
		{[]string{"api uuid_setvar **", "var channel campaign_id *"}, ""},
		{[]string{"api global_setvar **", "var channel campaign_id *"}, `such as "var global campaign_id *"`},
		{[]string{"api fifo_add_outbound **"}, without + "dial"},
		{[]string{"api sched_api +*"}, without + `api for what the command runs (add one, such as "api status")`},
		{[]string{"api sched_api +*", "api status"}, ""},
		{[]string{"app bind_meta_app **"}, without + "app"},
		{[]string{"api page **", "app conference **"}, without + "dial"},
		{[]string{"app transfer **"}, without + "dialplan or app"},
		{[]string{"app set **"}, without + "var"},
		{[]string{"app att_xfer **"}, without + "dial"},
		{[]string{"app execute_extension **"}, without + "dialplan or app"},
		{[]string{"api uuid_kill **", "api uuid_dump **"}, ""},
	} {
		got := warnings(t, withRules(tt.allow, nil))
		matchWarnings(t, fmt.Sprintf("allow %q", tt.allow), got, tt.want)
	}
}

// TestIsAbout tests which rules name a nesting.
func TestIsAbout(t *testing.T) {
	originate, bridge := nesting{kind: effect.KindAPI, name: "originate"}, nesting{kind: effect.KindApp, name: "bridge"}
	page := nesting{kind: effect.KindAPI, name: "page"}
	for _, tt := range []struct {
		rule string
		n    *nesting
		want bool
	}{
		{"api originate **", &originate, true}, {"api status|ORIGINATE **", &originate, true}, {"api @originate", &originate, true},
		{"api orig*", &originate, false}, {"api @originate|@call", &originate, false}, {"api **", &originate, false},
		{"app @originate", &bridge, true}, {"app bridge **", &bridge, true},
		{"api page **", &page, true}, {"api @originate", &page, false},
	} {
		if got := isAbout(compileRule(t, tt.rule), tt.n); got != tt.want {
			t.Errorf("%s and %s: %v, want %v", tt.rule, tt.n.name, got, tt.want)
		}
	}
}

// TestNeedTexts tests the verb for missing effects, and the hint for the first.
func TestNeedTexts(t *testing.T) {
	dial, app, api := effect.Effect{Kind: effect.KindDial, Name: "user/1"}, effect.Effect{Kind: effect.KindApp}, effect.Effect{Kind: effect.KindAPI}
	for _, tt := range []struct {
		missing    []effect.Effect
		verb, hint string
	}{
		{[]effect.Effect{dial}, "calls", `add one, such as "dial user/10<digits 2>"`},
		{[]effect.Effect{{Kind: effect.KindDial, Name: "redirect/sip:1@h"}}, "calls", `add one, such as "dial redirect/sip:*@pbx.example.org"`},
		{[]effect.Effect{{Kind: effect.KindDialplan}}, "transfers to", `add one, such as "dialplan XML default 10<digits 2>"`},
		{[]effect.Effect{{Kind: effect.KindVar, Name: "originate"}}, "sets", `add one, such as "var originate campaign_id *"`},
		{[]effect.Effect{{Kind: effect.KindHandover}}, "connects to", `add one, such as "handover 10.0.0.1:8040", in a role that says "unguarded": true`},
		{[]effect.Effect{app}, "runs", `add one, such as "app playback /var/sounds/*"`},
		{[]effect.Effect{api}, "runs", `add one, such as "api status"`},
		{[]effect.Effect{dial, app}, "causes", `add one, such as "dial user/10<digits 2>"`},
		{[]effect.Effect{{Kind: effect.KindLog}}, "runs", ""},
	} {
		if verb, hint := needVerb(tt.missing), needHint(&tt.missing[0]); verb != tt.verb || hint != tt.hint {
			t.Errorf("%v: %q (%s), want %q (%s)", tt.missing, verb, hint, tt.verb, tt.hint)
		}
	}
}

// TestMissingNeeds tests that a rule lacks nothing if one of the samples that it matches lacks
// nothing.
func TestMissingNeeds(t *testing.T) {
	sample := func(args string, kind effect.Kind) []effect.Effect {
		return []effect.Effect{{Kind: effect.KindAPI, Name: "x", Tokens: []string{args}}, {Kind: kind, Name: "channel"}}
	}
	samples := [][]effect.Effect{sample("a", effect.KindDial), sample("b", effect.KindVar), sample("c", effect.KindDial)}
	for _, tt := range []struct {
		name  string
		rules []string // the first is the rule that is checked
		want  string   // the missing kinds
	}{
		{"one of each kind", []string{"api uuid_kill|status **"}, "dial var"},
		{"only the matching sample", []string{"api uuid_kill|status b"}, "var"},
		{"a rule for it", []string{"api uuid_kill|status b", "var channel a *"}, ""},
		{"a rule of another scope", []string{"api uuid_kill|status b", "var global a *"}, "var"},
		{"a rule for one sample", []string{"api uuid_kill|status **", "dial user/1"}, ""},
		{"a rule for another sample", []string{"api uuid_kill|status a|c", "var channel a *"}, "dial"},
		{"no matching sample", []string{"api uuid_kill|status d"}, "dial var"},
	} {
		rs := ruleSet(t, tt.rules...)
		for i := range samples {
			samples[i][0].Name = "status"
		}
		got := ""
		for i, e := range missingNeeds(rs, rs.Roles[0].Rules[0], samples) {
			if i > 0 {
				got += " "
			}
			got += e.Kind.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q is missing, want %q", tt.name, got, tt.want)
		}
	}
}
