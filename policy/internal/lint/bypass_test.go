package lint

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/rule"
)

// TestExtensionFor tests which rule lets a client ask the dialplan for a number that a deny names.
func TestExtensionFor(t *testing.T) {
	for _, tt := range []struct {
		name   string
		deny   string
		others []string // the other rules
		rule   string   // "" for none
		number string
	}{
		{"a number of the plan", "dial */1900*", []string{"dialplan XML default 1<digits 10>"}, "dialplan XML default 1<digits 10>", "1900*"},
		{"of the second rule", "dial */1900*", []string{"dialplan XML default 2*", "dialplan XML public 1*"}, "dialplan XML public 1*", "1900*"},
		{"the second alternative", "dial user/1900*|sofia/*/1976*", []string{"dialplan XML default *"}, "dialplan XML default *", "1976*"},
		{"another dialplan", "dial */1900*", []string{"dialplan LUA default 1*"}, "dialplan LUA default 1*", "1900*"},
		{"a single digit", "dial */1900?", []string{"dialplan XML default 1<digits 4>"}, "dialplan XML default 1<digits 4>", "1900?"},
		{"no such number", "dial */1900*", []string{"dialplan XML default 2*"}, "", ""},
		{"a number that is too short", "dial */1900*", []string{"dialplan XML default 10<digits 2>"}, "", ""},
		{"no trunk", "dial user/1900*", []string{"dialplan XML default *"}, "", ""},
		{"no number", "dial sofia/gateway/acme/*", []string{"dialplan XML default *"}, "", ""},
		{"a name", "dial */x900*", []string{"dialplan XML default *"}, "", ""},
		{"a number that is too long", "dial */" + strings.Repeat("1", 65), []string{"dialplan XML default *"}, "", ""},
		{"denied there too", "dial */1900*", []string{"dialplan XML default *", "deny dialplan * * 1900*"}, "", ""},
	} {
		rs := ruleSet(t, append(tt.others, "deny "+tt.deny)...)
		var plans []*rule.Rule
		var deny *rule.Rule
		for _, r := range rs.Roles[0].Rules {
			switch {
			case !r.Deny:
				plans = append(plans, r)
			case r.Kind == effect.KindDial:
				deny = r
			}
		}
		r, number := extensionFor(rs, deny, plans)
		got := ""
		if r != nil {
			got = r.Text
		}
		if got != tt.rule || number != tt.number {
			t.Errorf("%s: %q for %q, want %q for %q", tt.name, got, number, tt.rule, tt.number)
		}
	}
}

// TestDialplanOf tests the dialplan and the context that a rule matches.
func TestDialplanOf(t *testing.T) {
	for _, tt := range []struct{ rule, name, context string }{
		{"dialplan XML default 1", "XML", "default"},
		{"dialplan lua public 1", "LUA", "public"},
		{"dialplan * * 1", "XML", "default"},
		{"dialplan mine|enum a|b 1", "enum", "a"},
		{"dialplan mine /x.*/ 1", "mine", "default"},
		{"dialplan **", "XML", "default"},
	} {
		r := compileRule(t, tt.rule)
		if name, context := dialplanName(r), dialplanContext(r); name != tt.name || context != tt.context {
			t.Errorf("%s: %q, context %q, want %q, context %q", tt.rule, name, context, tt.name, tt.context)
		}
	}
}

func TestSharedName(t *testing.T) {
	for _, tt := range []struct{ rule, other, want string }{
		{"api sofia **", "api sofia profile **", "sofia"},
		{"api version|sofia **", "api SOFIA|show x", "sofia"},
		{"api version|SOFIA **", "api sofia|show x", "SOFIA"},
		{"api sofia **", "api show x", ""},
		{"api so* **", "api sofia x", ""},
		{"api sofia **", "api so* x", ""},
	} {
		if got := sharedName(compileRule(t, tt.rule), compileRule(t, tt.other)); got != tt.want {
			t.Errorf("%s and %s: %q, want %q", tt.rule, tt.other, got, tt.want)
		}
	}
}

// TestOpenSubcommands tests when a deny of a subcommand leaves the others allowed.
func TestOpenSubcommands(t *testing.T) {
	const want = "allows every other subcommand of sofia"
	for _, tt := range []struct {
		rules []string
		want  string
	}{
		{[]string{"api sofia **", "deny api sofia profile **"}, want},
		{[]string{"api status|sofia **", "deny api sofia profile|status **"}, want},
		{[]string{"api sofia status **", "deny api sofia profile **"}, ""},
		{[]string{"api sofia **", "deny api sofia /prof.*/ **"}, ""},
		{[]string{"api sofia **", "deny api show profile **"}, ""},
		{[]string{"api @read|@status", "deny api sofia profile **"}, ""},
		{[]string{"app sofia **", "deny api sofia profile **"}, ""},
	} {
		d := linter{warned: make(map[*rule.Rule]bool)}
		d.openSubcommands(ruleSet(t, tt.rules...))
		var got []string
		for _, w := range d.rep.Warnings {
			got = append(got, w.Text)
		}
		matchWarnings(t, tt.rules[0], got, tt.want)
	}
}
