package rule

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestCompile checks the parts of a compiled rule.
func TestCompile(t *testing.T) {
	read, status := uint32(1)<<effect.ClassRead, uint32(1)<<effect.ClassStatus
	for _, tt := range []struct {
		rule      string
		kind      effect.Kind
		args      int
		rest, any bool
		classes   uint32
		variables []string
	}{
		{rule: "api status", kind: effect.KindAPI},
		{rule: "api show channels|calls as", kind: effect.KindAPI, args: 2},
		{rule: "api show **", kind: effect.KindAPI, rest: true},
		{rule: "api **", kind: effect.KindAPI, rest: true, any: true},
		{rule: "api @read", kind: effect.KindAPI, rest: true, classes: read},
		{rule: "api @read|@status", kind: effect.KindAPI, rest: true, classes: read | status},
		{rule: "api @read channels", kind: effect.KindAPI, args: 1, classes: read},
		{rule: "dial user/<digits 7-15>", kind: effect.KindDial},
		{rule: "deny dial **", kind: effect.KindDial, rest: true, any: true},
		{rule: "log INFO", kind: effect.KindLog},
		// additional headers do not evade a deny rule
		{rule: "deny inject NOTIFY", kind: effect.KindInject, rest: true},
		{rule: "deny channel hangup *", kind: effect.KindChannel, args: 1, rest: true},
		{rule: "channel hangup *", kind: effect.KindChannel, args: 1},
		{rule: `app playback /r/\${UUID}/\$${Sounds_dir}/\$${sounds_dir}`, kind: effect.KindApp, args: 1, variables: []string{"sounds_dir"}},
		{rule: `app playback /r/\${uuid}.wav`, kind: effect.KindApp, args: 1, variables: []string{"uuid"}},
		{rule: `app playback /r/\${strftime(%Y)}.wav`, kind: effect.KindApp, args: 1},
		{rule: `deny app playback /r/\${uuid}.wav`, kind: effect.KindApp, args: 1},
	} {
		r := compiled(t, tt.rule)
		if r.Kind != tt.kind || len(r.Args) != tt.args || r.Rest != tt.rest || r.AnyName != tt.any || r.Classes != tt.classes || !slices.Equal(r.Variables, tt.variables) {
			t.Errorf("%s: %s, %d arguments, rest %v, any name %v, classes %b, variables %q; want %+v",
				tt.rule, r.Kind, len(r.Args), r.Rest, r.AnyName, r.Classes, r.Variables, tt)
		}
		if r.Deny != strings.HasPrefix(tt.rule, "deny ") || r.Text != strings.TrimPrefix(tt.rule, "deny ") || r.Role != "r" {
			t.Errorf("%s: deny %v, text %q, role %q", tt.rule, r.Deny, r.Text, r.Role)
		}
	}
}

func TestNameClasses(t *testing.T) {
	class := func(list ...effect.Class) (bits uint32) {
		for _, c := range list {
			bits |= 1 << c
		}
		return bits
	}
	for text, want := range map[string]uint32{
		"api status":              class(effect.ClassStatus),
		"api status|show **":      class(effect.ClassStatus, effect.ClassRead),
		"api sofia **":            0, // its class depends on its arguments
		"api status|sofia **":     0,
		"api status|sta* **":      0,
		"app of_a_module **":      0,
		"api @status":             0, // it spells no name
		"dial user/1":             0,
		"deny api status|version": class(effect.ClassStatus),
	} {
		if got := compiled(t, text).nameClasses; got != want {
			t.Errorf("%s: %b, want %b", text, got, want)
		}
	}
}

// TestCompileKey checks what a limit or a requirement may be on.
func TestCompileKey(t *testing.T) {
	for _, tt := range []struct{ key, fault string }{
		{"api", ""},
		{"api originate", ""},
		{"api originate|uuid_transfer", ""},
		{"api @read", ""},
		{"dial user/*", ""},
		{"dial b-leg", ""},
		{"dial b-leg user/*", ""},
		{"log INFO", ""},
		{"log", ""},
		{"api **", "a limit has no ** at its end: it counts whatever the arguments are"},
		{"api show channels", "a limit is on a kind, or on names of it"},
		{"repeating api show", "a limit is on a kind, or on names of it"},
		{"ap", `"ap" is not a kind of effect`},
		{"", "a token is empty"},
	} {
		r, fault := compiler(t).CompileKey(tt.key, "a limit")
		if got := faultText(fault); got != tt.fault {
			t.Errorf("%q: %q, want %q", tt.key, got, tt.fault)
		}
		if fault == nil && (!r.Deny || len(r.Args) > 0 || tt.key != "log INFO" && !r.Rest) {
			t.Errorf("%q: %+v is not a deny rule for all arguments", tt.key, r)
		}
	}
}

func TestSplitRule(t *testing.T) {
	for _, tt := range []struct{ rule, fault string }{
		{"api " + strings.Repeat("x ", maxRuleTokens-2) + "x", ""},
		{"api " + strings.Repeat("x ", maxRuleTokens-1) + "x", "a rule has more than 64 tokens"},
		{"api " + strings.Repeat("x", MaxLength-4), ""},
		{"api " + strings.Repeat("x", MaxLength-3), "a rule is longer than 4096 bytes"},
		{"api x ", "a token is empty"},
		{" api x", "a token is empty"},
		{"api\tx", "the rule contains a control character, U+0009"},
	} {
		if _, fault := splitRule(tt.rule); faultText(fault) != tt.fault {
			t.Errorf("%.20q: %q, want %q", tt.rule, faultText(fault), tt.fault)
		}
	}
}

// TestHints checks the hints that lead from a wrong rule to a right one, as far as the tests of
// package policy do not.
func TestHints(t *testing.T) {
	for _, tt := range []struct{ rule, text, hint string }{
		{"dail user/1", `"dail" is not a kind of effect`, `did you mean "dial"?`},
		{"x user/1", `"x" is not a kind of effect`, "a rule is KIND TOKEN TOKEN …, KIND one of "},
		{"api @raed", `there is no class "@raed"`, `did you mean "@read"?`},
		{"api @none", `there is no class "@none"`, ""},
		{"log IFNO", `there is no log level "IFNO"`, `did you mean "INFO"?`},
		{"log *", "a log rule names one level", "name the most verbose one"},
		{"log INFO x", "nothing may follow the level", ""},
		{"log INFO **", "nothing may follow the level", ""},
		{`api ""`, "no effect has an empty name", `"" is an empty argument`},
		{"api /x+/", "the regular expression matches no known API", ""},
		{"api zzz*", "the pattern matches no known API", ""},
		{"app zzz*", "the pattern matches no known application", ""},
		{"var chanel x y", `there is no scope "chanel"`, `did you mean "channel"?`},
		{"var zzz x y", `there is no scope "zzz"`, "known are "},
		{"subscribe zzz", `there is no event "zzz"`, ""}, // too many to list
		{"subscribe json", `there is no event "json"`, "leave the format out"},
		{"inject sofia::x", `there is no event "sofia::x"`, "write inject CUSTOM sofia::x"},
		{"inject switch_event_trap", `there is no event "switch_event_trap"`, "write TRAP"},
		{"inject switch_event_zzz", `there is no event "switch_event_zzz"`, ""},
		{"api zzzz", `there is no API "zzzz"`, `describe it in "apis" if a module of yours has it`},
		{"api statu", `there is no API "statu"`, `did you mean "status"?`},
		{"opaque", `the rule ends after "opaque"`, ""},
		{"opaque /scrip.?/", "no wildcard covers opaque", "write opaque REASON in full"},
		{"handover /.+:1/", "no wildcard covers handover", "handover 10.0.0.1:8040"},
		{"handover h*:1", "the host of a handover must be spelled", "handover 10.0.0.1:8040"},
		{"handover :1", "the host of a handover must be spelled", "handover 10.0.0.1:8040"},
		{"filter regex", "such an effect has 1 token after its name, the rule has 0", "a rule is filter regex HEADER"},
		{"var channel", "such an effect has 2 tokens after its name, the rule has 0", "a rule is var SCOPE NAME VALUE"},
		{"dialplan XML x", "such an effect has 2 tokens after its name, the rule has 1", "a rule is dialplan NAME CONTEXT EXTENSION"},
		{"channel hang*", "such an effect has 1 token after its name, the rule has 0", "a rule is channel VERB UUID"},
		{"api system rm **", "such an effect has 1 token at most after its name, the whole argument, so ** matches nothing here", "write one pattern for all of it"},
		{"api system rm x", "such an effect has 1 token at most after its name, the rule has 2", "its whole argument is one token"},
		{"subscribe HEARTBEAT x", "such an effect has 0 tokens at most after its name, the rule has 1", ""},
	} {
		_, fault := compiler(t).Compile(tt.rule, "r", false)
		if fault == nil {
			t.Errorf("%s is compiled", tt.rule)
			continue
		}
		if fault.Text != tt.text || !strings.Contains(fault.Hint, tt.hint) || tt.hint == "" && fault.Hint != "" {
			t.Errorf("%s: %s (%s)\nwant %s (%s)", tt.rule, fault.Text, fault.Hint, tt.text, tt.hint)
		}
	}
}

// TestMostTokens checks how many tokens may follow a name.
func TestMostTokens(t *testing.T) {
	rc := compiler(t)
	for _, tt := range []struct {
		kind         effect.Kind
		name         string
		fewest, most int
	}{
		{effect.KindAPI, "system", 0, 1},
		{effect.KindAPI, "status", 0, 1},
		{effect.KindDial, "user/1", 0, 0},
		{effect.KindHandover, "h:1", 0, 0},
		{effect.KindOpaque, effect.OpaqueScript, 0, 0},
		{effect.KindSubscribe, "Custom", 0, 1},
		{effect.KindSubscribe, "HEARTBEAT", 0, 0},
		{effect.KindVar, "channel", 2, 2},
		{effect.KindDialplan, "XML", 2, 2},
		{effect.KindChannel, "hangup", 1, 1},
		{effect.KindChannel, "unicast", 1, 7},
		{effect.KindFilter, "regex", 1, 1},
		{effect.KindInject, "NOTIFY", 0, unlimitedTokens},
	} {
		if got := fewestTokens(tt.kind); got != tt.fewest {
			t.Errorf("%s has at least %d tokens, want %d", tt.kind, got, tt.fewest)
		}
		if got := rc.mostTokens(tt.kind, tt.name); got != tt.most {
			t.Errorf("%s %s has at most %d tokens, want %d", tt.kind, tt.name, got, tt.most)
		}
	}
}

// TestKinds checks what is known about each kind of effect.
func TestKinds(t *testing.T) {
	for kind, want := range map[effect.Kind]struct {
		folds, foldsDeny, repeats bool
		noun                      string
	}{
		effect.KindAPI:       {true, true, true, "API"},
		effect.KindApp:       {true, true, true, "application"},
		effect.KindDial:      {false, true, true, "name"},
		effect.KindDialplan:  {true, true, true, "name"},
		effect.KindVar:       {false, false, true, "scope"},
		effect.KindSubscribe: {true, true, false, "event"},
		effect.KindInject:    {true, true, true, "event"},
		effect.KindChannel:   {true, true, false, "channel verb"},
		effect.KindFilter:    {false, false, false, "name"},
		effect.KindLog:       {true, true, false, "log level"},
		effect.KindHandover:  {false, false, true, "name"},
		effect.KindOpaque:    {false, false, true, "reason"},
	} {
		if FoldsName(kind) != want.folds || FoldsKey(kind, false) != want.folds || FoldsKey(kind, true) != want.foldsDeny || mayRepeat(kind) != want.repeats || noun(kind) != want.noun {
			t.Errorf("%s: folds %v, in a deny %v, repeats %v, is a %s; want %+v", kind, FoldsName(kind), FoldsKey(kind, true), mayRepeat(kind), noun(kind), want)
		}
	}
	if got := strings.Join(kindNames(), " "); got != "api app dial dialplan var subscribe inject channel filter log handover opaque" {
		t.Errorf("the kinds are %s", got)
	}
}

func TestNeedsSpelledName(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		want   bool
	}{
		{effectOf(effect.KindSubscribe, "HEARTBEAT"), false},
		{effectOf(effect.KindSubscribe, "Background_Job"), true},
		{effectOf(effect.KindSubscribe, "CUSTOM"), true},
		{effectOf(effect.KindSubscribe, "CUSTOM", "a::b"), false},
		{effectOf(effect.KindSubscribe, "SHUTDOWN"), false}, // it may be heard, but not injected
		{effectOf(effect.KindInject, "SHUTDOWN"), true},
		{effectOf(effect.KindInject, "api"), true},
		{effectOf(effect.KindInject, "CUSTOM"), false},
		{effectOf(effect.KindOpaque, "depth"), true},
		{effectOf(effect.KindAPI, "api"), false},
	} {
		if got := needsSpelledName(&tt.effect); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.effect.String(), got, tt.want)
		}
	}
}

// TestClosedListsAreKnown checks that each name of a closed list can be the name of a rule.
func TestClosedListsAreKnown(t *testing.T) {
	v := NewVocabulary(catalog.Builtin())
	for kind, names := range v.closed {
		for _, name := range names {
			g := pattern.Glob{Elements: []pattern.Element{{Kind: pattern.Literal, Text: name}}}
			if fault := v.checkName(kind, &g, false); fault != nil {
				t.Errorf("%s %s: %s", kind, name, fault.Text)
			}
		}
	}
	if v.known(effect.KindDial) != nil || len(v.known(effect.KindAPI)) < 100 || !slices.Equal(v.known(effect.KindVar), VarScopes[:]) {
		t.Error("the known names of dial, api and var are not those of the vocabulary")
	}
}
