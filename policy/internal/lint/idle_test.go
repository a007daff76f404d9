package lint

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/policy/internal/rule"
)

// TestWarningsOfIdleLimits tests the warning of a limit on what nothing allows.
func TestWarningsOfIdleLimits(t *testing.T) {
	for _, tt := range []struct {
		allow, limit string
		idle         bool
	}{
		{`"api status"`, `"dial"`, true},
		{`"api status"`, `"api"`, false},
		{`"api status"`, `"api status"`, false},
		{`"api status"`, `"api STATUS"`, false},
		{`"api status"`, `"api version"`, true},
		{`"api status"`, `"api st*"`, false},
		{`"api uuid_kill **"`, `"api uuid_hold"`, true},
		{`"api uuid_kill **"`, `"api @call"`, false},
		{`"api uuid_kill **"`, `"api @config"`, true},
		{`"api @call"`, `"api uuid_kill"`, false},
		{`"api @status"`, `"api uuid_kill"`, true},
		{`"api @status"`, `"api @call|@status"`, false},
		{`"api @read"`, `"api conference"`, false}, // its class depends on its arguments
		{`"api /st.*/"`, `"api version"`, false},   // this cannot be known
		{`"dial user/10<digits 2>"`, `"dial user/*"`, false},
		{`"dial user/10<digits 2>"`, `"dial sofia/gateway/*"`, true},
		{`"dial user/*"`, `"dial USER/1000"`, false},
		{`"log INFO"`, `"subscribe"`, true},
	} {
		got := warnings(t, withRoles(`"r": {"allow": [`+tt.allow+`], "limits": {`+tt.limit+`: "5/s"}}`, client("acme", `"10.0.0.0/8"`, "", sum("x"))))
		idle := len(got) == 1 && strings.Contains(got[0], "counts nothing, since no rule allows that (allow it, or remove the limit)")
		if idle != tt.idle || !idle && len(got) > 0 {
			t.Errorf("a limit on %s beside %s: got %q, want a warning: %v", tt.limit, tt.allow, got, tt.idle)
		}
	}
}

// TestWarningsOfIdleRequirements tests the warning of a requirement for what no rule allows.
func TestWarningsOfIdleRequirements(t *testing.T) {
	allow := quoted("api originate **", "app park", "dial a-leg user/*", "dial b-leg sofia/gateway/carrier/49*",
		"dial b-leg /sofia/gateway/regex/1[0-9]{3}/", "var originate a 1")
	for key, idle := range map[string]bool{
		"dial": false, "dial sofia/gateway/carrier/*": false, "dial sofia/*": false, "dial b-leg sofia/*": false, "api originate": false,
		"dial sofia/gateway/carier/*": true, "dial gateway/carrier/*": true, "dial carrier": true, "app bridge": true, "dial a-leg sofia/gateway/carrier/*": true,
		"dial other-leg sofia/gateway/carrier/*": true, "dial b-leg user/*": true, "dial a-leg user/*": false, "api conference": true, "dial */4930*": false,
		"dial loopback/*": true, "dial sofia/gateway/other/*": true, "dial sofia/gateway/regex/*": false,
	} {
		got := warnings(t, withRoles(`"r": {"allow": `+allow+`, "require": {"`+key+`": "var originate a 1"}}`))
		want := `the requirement for "` + key + `" applies to nothing, since no rule allows that`
		if idle != (len(got) == 1 && strings.Contains(got[0], want)) || !idle && len(got) > 0 {
			t.Errorf("%q: got %q, want a warning: %v", key, got, idle)
		}
	}
}

// TestWarningsOfIdleDenies tests the warning of a deny of a gateway or a context that no rule
// allows: its name is most likely misspelled.
func TestWarningsOfIdleDenies(t *testing.T) {
	const gateway = `is in the place of the gateway's name, so the rule is not about that number (write sofia/gateway/*/1900*)`
	for rule, want := range map[string]string{
		"dial sofia/gateway/carier/1900*": "it denies nothing, since no rule allows what it names; the nearest rule is",
		"dial sofia/internal/1900*@*":     "it denies nothing",
		"dial sofia/gateway/1900*":        gateway,
		"dial sofia/gateway/regex/1900*":  "", "dial sofia/gateway/other/1900*": "it denies nothing",
		"dial sofia/gateway/carrier/1900*": "", "dial sofia/gateway/carrier/001900*": "", "dial */1900*": "", "dial sofia/*/1900*": "", "dial loopback/*": "", "dial user/1000": "",
		"dialplan XML defualt 1900*": "it denies nothing", "dialplan XML * 1900*": "", "dialplan * default 1900*": "", "api system **": "",
	} {
		got := warnings(t, withRules([]string{"dial sofia/gateway/carrier/4<digits 5>", "dial /sofia/gateway/regex/1[0-9]{3}/", "dialplan XML default 10<digits 2>"}, []string{rule}))
		matchWarnings(t, "deny "+rule, got, want)
	}
	if got := warnings(t, withRules([]string{"dial sofia/gateway/1900<digits 7>"}, nil)); len(got) != 1 || !strings.Contains(got[0], "write sofia/gateway/NAME/1900<digits 7>") {
		t.Errorf("allow: got %q", got)
	}
}

// TestMeetsAllow tests whether an allow rule may match what a deny names, and which rule is
// similar.
func TestMeetsAllow(t *testing.T) {
	v := rule.NewVocabulary(catalog.Builtin())
	rs := ruleSet(t, "api status", "dial user/1*", "dial sofia/gateway/acme/49*", "dial sofia/gateway/other/1*", "dialplan XML default 1000")
	for _, tt := range []struct {
		deny  string
		meets bool
		near  string // matters only if the deny meets no rule
	}{
		{"dial sofia/gateway/acme/1900*", true, ""},
		{"dial */1900*", true, ""},
		{"dial sofia/gateway/amce/1900*", false, "dial sofia/gateway/acme/49*"},
		{"dial loopback/1*", false, ""},
		{"dialplan XML default 2000", true, ""},
		{"dialplan XML public 2000", false, "dialplan XML default 1000"},
		{"dialplan LUA default 1000", false, "dialplan XML default 1000"},
	} {
		meets, near := meetsAllow(rs, v, compileRule(t, "deny "+tt.deny))
		if meets != tt.meets || !meets && near != tt.near {
			t.Errorf("%s: %v, near %q, want %v, near %q", tt.deny, meets, near, tt.meets, tt.near)
		}
	}
}

func TestContextsMeet(t *testing.T) {
	for _, tt := range []struct {
		deny, allow string
		want        bool
	}{
		{"dialplan XML default 1", "dialplan XML default 2", true},
		{"dialplan XML DEFAULT 1", "dialplan XML default 1", true},
		{"dialplan XML default 1", "dialplan XML public 1", false},
		{"dialplan XML def* 1", "dialplan XML default 1", true},
		{"dialplan XML a|b 1", "dialplan XML b|c 1", true},
		{"dialplan XML a|b 1", "dialplan XML c|d 1", false},
		{"dialplan XML /pub.*/ 1", "dialplan XML default 1", true}, // not compared
		{`dialplan XML "" 1`, "dialplan XML default 1", true},      // "" may be any context
		{"dialplan XML public 1", `dialplan XML "" 1`, true},
		{"dialplan XML **", "dialplan XML default 1", true},
		{"dialplan XML default 1", "dialplan **", true},
	} {
		if got := contextsMeet(compileRule(t, "deny "+tt.deny), compileRule(t, tt.allow)); got != tt.want {
			t.Errorf("%s and %s: %v, want %v", tt.deny, tt.allow, got, tt.want)
		}
	}
}

func TestHaveSameType(t *testing.T) {
	for _, tt := range []struct {
		rule, other string
		want        bool
	}{
		{"dial sofia/gateway/a/1*", "dial sofia/internal/*", true},
		{"dial SOFIA/gateway/a/1*", "dial sofia/internal/*", true},
		{"dial sofia/gateway/a/1*", "dial user/*", false},
		{"dial sofia/gateway/a/1*", "dial /sofia.gateway.a.*/", true},
		{"dial sofia/gateway/a/1*", "dial /user.*/", false},
		{"dial */1900*", "dial */1*", false}, // no type is spelled
		{"dial */1900*", "dial user/*", false},
		{"dialplan XML default 1", "dialplan LUA public 2", true},
	} {
		if got := haveSameType(compileRule(t, "deny "+tt.rule), compileRule(t, tt.other)); got != tt.want {
			t.Errorf("%s and %s: %v, want %v", tt.rule, tt.other, got, tt.want)
		}
	}
}

func TestMayBeAbout(t *testing.T) {
	v := rule.NewVocabulary(catalog.Builtin())
	for _, tt := range []struct {
		rule, name string
		want       bool
	}{
		{"api status", "status", true}, {"api status", "version", false}, {"api st*", "status", true},
		{"api @status", "status", true}, {"api @status", "uuid_kill", false}, {"api @status|@call", "uuid_kill", true},
		{"api @exec", "conference", true}, // its class depends on its arguments
		{"app @media", "playback", true}, {"app @exec", "playback", false},
	} {
		if got := mayBeAbout(v, compileRule(t, tt.rule), tt.name); got != tt.want {
			t.Errorf("%s and %s: %v, want %v", tt.rule, tt.name, got, tt.want)
		}
	}
}

// TestRulesMayMeet tests whether one effect may match both rules, the first of which matches as
// broadly as a deny.
func TestRulesMayMeet(t *testing.T) {
	v := rule.NewVocabulary(catalog.Builtin())
	for _, tt := range []struct {
		limit, allow string
		want         bool
	}{
		{"api status **", "api status", true}, {"api status **", "api version", false}, {"api **", "api version", true}, {"api status **", "app park", false},
		{"api @status **", "api status", true}, {"api @status **", "api shutdown", false}, {"api @status **", "api @status", true},
		{"dial sofia/* **", "dial user/*", false}, {"dial sofia/* **", "dial /sofia.*/", true}, {"dial sofia/* **", "dial /user.*/", false},
		{"dial a-leg ** **", "dial b-leg user/1", false}, {"dial b-leg ** **", "dial other-leg user/1", true}, {"dial a-leg ** **", "dial user/1", true},
		{"log INFO", "log ERR", true},
	} {
		text := strings.TrimSuffix(tt.limit, " ** **")
		if text != tt.limit {
			text += " **"
		}
		if got := rulesMayMeet(v, compileRule(t, "deny "+text), compileRule(t, tt.allow)); got != tt.want {
			t.Errorf("%s may meet %s: %v, want %v", tt.limit, tt.allow, got, tt.want)
		}
	}
}
