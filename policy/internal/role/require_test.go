package role

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// requirement returns the requirement that the legs of key have the variable of need.
func requirement(t *testing.T, key, need string) *Requirement {
	t.Helper()
	rs := setOf(t, `"r": {"require": {"`+key+`": "`+need+`"}}`)
	return &rs.Requires[0]
}

// TestAgrees tests whether one value may meet two requirements.
func TestAgrees(t *testing.T) {
	for _, tt := range []struct {
		one, other string
		want       bool
	}{
		{"1", "1", true}, {"1", "2", false}, {"1", "*", true}, {"*", "*", true},
		{"1|2", "2|3", true}, {"1|2", "3|4", false},
		{"1*", "2*", false}, {"1*", "12", true}, {"1*", "*2", true},
		{"<1-3>", "<4-9>", false}, {"<1-4>", "<4-9>", true}, {"<1-4>", "3", true}, {"<1-4>", "5", false},
		{"/[0-9]+/", "12", true}, {"/[0-9]+/", "a", false}, {"/[0-9]+/", "a|1", true},
		{"/[0-9]+/", "a*", true}, {"/[0-9]+/", "/[a-z]+/", true}, // these are not compared
	} {
		one, other := requirement(t, "dial", "var originate a "+tt.one), requirement(t, "dial", "var originate a "+tt.other)
		if got, reverse := one.agrees(other), other.agrees(one); got != tt.want || reverse != tt.want {
			t.Errorf("%s and %s: %v, reverse %v, want %v", tt.one, tt.other, got, reverse, tt.want)
		}
	}
}

// TestIsForAllOf tests whether a requirement applies to every leg of another.
func TestIsForAllOf(t *testing.T) {
	for _, tt := range []struct {
		key, of string
		want    bool
	}{
		{"dial", "dial", true}, {"dial", "dial user/*", true}, {"dial", "dial b-leg", true}, {"dial", "api originate", true},
		{"dial user/*", "dial user/1*", true}, {"dial user/1*", "dial user/*", false}, {"dial user/*", "dial sofia/*", false},
		{"dial user/*", "dial b-leg user/*", true}, {"dial b-leg user/*", "dial user/*", false},
		{"dial b-leg", "dial b-leg user/1*", true}, {"dial a-leg", "dial b-leg", false}, {"dial a-leg", "dial", false},
		{"api originate", "api originate", true}, {"api originate", "dial", false}, {"api originate", "app bridge", false},
		{"api @originate", "api originate", true},
	} {
		q, o := requirement(t, tt.key, "var originate a 1"), requirement(t, tt.of, "var originate a 1")
		if got := q.isForAllOf(o); got != tt.want {
			t.Errorf("%s for all of %s: %v, want %v", tt.key, tt.of, got, tt.want)
		}
	}
}

// TestValues tests which values a requirement spells.
func TestValues(t *testing.T) {
	for value, want := range map[string][]string{
		"1": {"1"}, "1|b": {"1", "b"}, `1\\*`: {"1*"}, "1|b*": nil, "*": nil, "<1-2>": nil, "/1+/": nil,
	} {
		if got := requirement(t, "dial", "var originate a "+value).values(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

// TestAdmits tests whether rules allow a value that a requirement needs.
func TestAdmits(t *testing.T) {
	for _, tt := range []struct {
		need, allow, deny string
		want              bool
	}{
		{"a 1", "var originate a 1", "", true},
		{"a 1", "var originate A *", "", true},
		{"a 1|2", "var originate a 2", "", true},
		{"a 1", "var originate a 2", "", false},
		{"a 1", "var channel a 1", "", false},
		{"a 1", "var originate b 1", "", false},
		{"a 1", "var originate a *", "var originate a 1", false},
		{"a 1|2", "var originate a *", "var originate a 1", true},
		{"a *", "var originate a 1", "", true},
		{"a *", "var originate b 1", "", false},
		{"a *", "var channel a *", "", false},
		{"a *", "var **", "", true},
		{"a /[0-9]/", "var originate /[a-c]/ x", "", true},
	} {
		deny := ""
		if tt.deny != "" {
			deny = `"` + tt.deny + `"`
		}
		rs := setOf(t, `"r": {"allow": ["`+tt.allow+`"], "deny": [`+deny+`], "require": {"dial": "var originate `+tt.need+`"}}`)
		if got := rs.admits(&rs.Requires[0]); got != tt.want {
			t.Errorf("%s with %s and deny %q: %v, want %v", tt.need, tt.allow, tt.deny, got, tt.want)
		}
	}
}

// TestContradicts tests which requirements can never be met together.
func TestContradicts(t *testing.T) {
	for _, tt := range []struct {
		first, second string // KEY: NAME VALUE
		want          bool
	}{
		{"dial: a 1", "dial: a 2", true},
		{"dial: a 1", "dial: A 2", true},
		{"dial: a 1", "dial: b 2", false},
		{"dial: a 1", "dial: a *", false},
		{"dial: a 1", "dial user/*: a 2", true},
		{"dial user/*: a 1", "dial: a 2", true},
		{"dial user/*: a 1", "dial sofia/*: a 2", false},
		{"dial a-leg: a 1", "dial b-leg: a 2", false},
		{"api originate: a 1", "app bridge: a 2", false},
	} {
		entry := func(text string) string {
			key, need, _ := strings.Cut(text, ": ")
			return `{"require": {"` + key + `": "var originate ` + need + `"}}`
		}
		rs := setOf(t, `"r": `+entry(tt.first)+`, "s": `+entry(tt.second), "r", "s")
		if got := rs.contradicts(1) != nil; got != tt.want || rs.contradicts(0) != nil {
			t.Errorf("%s and %s: %v, want %v", tt.first, tt.second, got, tt.want)
		}
	}
}

// TestMayDial tests which keys of "require" are about legs, or about what dials legs.
func TestMayDial(t *testing.T) {
	rc := rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}
	for key, want := range map[string]bool{
		"dial": true, "dial b-leg": true, "dial user/*": true, "api": true, "app": true, "api originate": true, "api @originate": true, "app bridge": true, "app br*": true,
		"api status": false, "api @status": false, "app park": false, "var": false, "dialplan": false, "log INFO": false,
	} {
		r, fault := rc.CompileKey(key, "a requirement")
		if fault != nil {
			t.Fatalf("%s: %v", key, fault)
		}
		if got := mayDial(r, catalog.Builtin()); got != want {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
}

// TestCheckNeed tests which rules are a variable that legs can be required to have.
func TestCheckNeed(t *testing.T) {
	const (
		form  = "a requirement has the form var originate NAME VALUE"
		scope = "a leg gets its variables from the dial string, so the scope must be originate"
		name  = "the name of the variable must be spelled, one in each requirement"
	)
	rc := rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}
	for text, want := range map[string]string{
		"var originate a 1": "", "var originate a /x.*/": "", "var originate a 1|2": "",
		"api status": form, "var **": form, "var originate **": form, "var originate a **": form, "var /o.*/ a 1": form, "var originate|channel a 1": form, "repeating var originate a 1": form,
		"var channel a 1": scope, "var * a 1": scope,
		"var originate a* 1": name, "var originate a|b 1": name, "var originate /a+/ 1": name,
	} {
		r, fault := rc.Compile(text, "r", false)
		if fault != nil {
			t.Fatalf("%s: %v", text, fault)
		}
		got := ""
		if fault := checkNeed(r); fault != nil {
			got = fault.Text
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestLacks tests which requirement a leg does not meet, and why.
func TestLacks(t *testing.T) {
	const (
		other   = "it is set to something else"
		unknown = "it cannot be told whether it is"
		missing = "missing"
	)
	leg := func(name string, b effect.Block) effect.Effect {
		return effect.Effect{Kind: effect.KindDial, Name: name, Leg: effect.LegA, Block: b, Path: "api originate"}
	}
	set := func(name, value string, b effect.Block) effect.Effect {
		return effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{name, value}, Fold: 1, Block: b, Path: "api originate"}
	}
	plain := func(dial uint32, part, leg uint16) effect.Block {
		return effect.Block{Dial: dial, Part: part, Leg: leg, Plain: true}
	}
	originate := effect.Effect{Kind: effect.KindAPI, Name: "originate", Class: effect.ClassOriginate, Path: "api originate"}
	opaque := effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueUnknownSyntax, Path: "api originate"}
	bridge := effect.Effect{Kind: effect.KindApp, Name: "bridge", Class: effect.ClassOriginate, Path: "app bridge"}
	nested := dial("user/1", effect.LegB)
	nested.Path = "app bridge"
	repeated := set("a", "1", plain(1, 0, 0))
	repeated.Later = effect.Repeating
	first := effect.Block{Dial: 1, Part: 1, Leg: 1}
	for _, tt := range []struct {
		name, key string
		effects   []effect.Effect // the last is the one that is checked
		want      string          // the reason, "missing" for none, "" if it lacks nothing
	}{
		{"not set", "dial", []effect.Effect{originate, leg("user/1", first)}, missing},
		{"set for all legs", "dial", []effect.Effect{originate, set("a", "1", plain(1, 0, 0)), leg("user/1", first)}, ""},
		{"set in another case", "dial", []effect.Effect{originate, set("A", "1", plain(1, 0, 0)), leg("user/1", first)}, ""},
		{"set for this leg", "dial", []effect.Effect{originate, set("a", "1", plain(1, 1, 1)), leg("user/1", first)}, ""},
		{"set for another leg", "dial", []effect.Effect{originate, set("a", "1", plain(1, 1, 2)), leg("user/1", first)}, missing},
		{"set in another dial string", "dial", []effect.Effect{originate, set("a", "1", plain(2, 0, 0)), leg("user/1", first)}, missing},
		{"another variable", "dial", []effect.Effect{originate, set("b", "1", plain(1, 0, 0)), leg("user/1", first)}, missing},
		{"another value", "dial", []effect.Effect{originate, set("a", "2", plain(1, 0, 0)), leg("user/1", first)}, other},
		{"another value as well", "dial", []effect.Effect{originate, set("a", "1", plain(1, 0, 0)), set("a", "2", plain(1, 1, 1)), leg("user/1", first)}, other},
		{"another value of another leg", "dial", []effect.Effect{originate, set("a", "1", plain(1, 0, 0)), set("a", "2", plain(1, 1, 2)), leg("user/1", first)}, ""},
		{"not plain", "dial", []effect.Effect{originate, set("a", "1", effect.Block{Dial: 1}), leg("user/1", first)}, missing},
		{"in no dial string", "dial", []effect.Effect{originate, set("a", "1", effect.Block{Plain: true}), leg("user/1", effect.Block{})}, missing},
		{"a leg that is not meant", "dial sofia/*", []effect.Effect{originate, leg("user/1", first)}, ""},
		{"another place", "dial b-leg", []effect.Effect{originate, leg("user/1", first)}, ""},
		{"what dials it", "api originate", []effect.Effect{originate, leg("user/1", first)}, missing},
		{"dialled by something else", "app bridge", []effect.Effect{originate, leg("user/1", first)}, ""},
		{"dialled by the bridge before", "app bridge", []effect.Effect{bridge, originate, nested}, missing},
		{"set again and again", "dial", []effect.Effect{originate, repeated, leg("user/1", first)}, ""},
		{"opaque, in what dials", "api originate", []effect.Effect{originate, opaque}, unknown},
		{"opaque, and legs are meant", "dial", []effect.Effect{originate, opaque}, ""},
		{"no leg", "api originate", []effect.Effect{originate}, ""},
	} {
		rs := setOf(t, `"r": {"require": {"`+tt.key+`": "var originate a 1"}}`)
		lack := rs.Lacks(tt.effects, len(tt.effects)-1, &pattern.Meter{Left: pattern.MaxWork})
		got := lack.Why
		if got == "" && lack.Requirement != nil {
			got = missing
		}
		if got != tt.want || lack.Requirement != nil && lack.Requirement != &rs.Requires[0] {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	rs := setOf(t, `"r": {"require": {"dial": "var originate a 1"}}`)
	effects := []effect.Effect{set("b", "1", plain(1, 0, 0)), leg("user/1", first)}
	if lack := rs.Lacks(effects, 1, &pattern.Meter{Left: 1}); lack.Why != rule.ReasonTooMuch {
		t.Errorf("with too few steps: %q", lack.Why)
	}
	empty := NewSet(nil)
	if lack := empty.Lacks(effects, 1, &pattern.Meter{}); lack != (Lack{}) {
		t.Errorf("without requirements: %+v", lack)
	}
}
