package role

import (
	"slices"
	"strings"
	"testing"

	"eslguard/policy/internal/rule"
)

// TestCombinations tests that each combination of roles is returned once, and that roles that no
// client has follow.
func TestCombinations(t *testing.T) {
	roles, err := compiled(t, `"a": {}, "b": {"include": ["c"]}, "c": {}, "d": {}`)
	if err != nil {
		t.Fatal(err)
	}
	set := func(names ...string) *Set {
		var list []*Role
		for _, name := range names {
			list = append(list, roles[name])
		}
		rs := NewSet(list)
		return &rs
	}
	var got []string
	for _, rs := range Combinations([]*Set{set("a", "b"), set("b", "a"), set("a"), set()}, roles) {
		var names []string
		for _, r := range rs.Roles {
			names = append(names, r.Name)
		}
		got = append(got, strings.Join(names, "+"))
	}
	if want := []string{"a+b", "a", "", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEachAllow tests that the allow rules of all roles are visited, those of included roles too.
func TestEachAllow(t *testing.T) {
	const roles = `"a": {"include": ["b"], "allow": ["api status"], "deny": ["api show **"]}, "b": {"allow": ["api version"]}, "d": {"deny": ["api **"]}`
	for names, want := range map[string]string{
		"a": "api status api version", "b": "api version", "a b": "api status api version api version", "d": "", "d a": "api status api version",
	} {
		rs := setOf(t, roles, strings.Fields(names)...)
		var got []string
		rs.EachAllow(func(r *rule.Rule) { got = append(got, r.Text) })
		if strings.Join(got, " ") != want || rs.AllowsAnything() != (want != "") {
			t.Errorf("%s: %q, allows anything: %v, want %q", names, got, rs.AllowsAnything(), want)
		}
	}
}

// TestNewSet tests that a set has the smallest of several limits on the same effects, and each
// requirement once.
func TestNewSet(t *testing.T) {
	const roles = `
		"shared": {"allow": ["dial user/*", "var originate a *"], "limits": {"dial": "5/s"}, "require": {"dial": "var originate a *"}},
		"a": {"include": ["shared"], "limits": {"dial": "9/s", "api": "2/s"}},
		"b": {"include": ["shared"], "limits": {"dial": "3/s"}, "require": {"dial": "var originate a *"}}`
	for _, tt := range []struct{ names, limits, requires string }{
		{"shared", "dial 5/s", "dial: var originate a *"},
		{"a", "api 2/s, dial 5/s", "dial: var originate a *"},
		{"a shared", "api 2/s, dial 5/s", "dial: var originate a *"},
		{"a b", "api 2/s, dial 3/s", "dial: var originate a *, dial: var originate a *"},
	} {
		rs := setOf(t, roles, strings.Fields(tt.names)...)
		var limits, requires []string
		for i := range rs.Limits {
			limits = append(limits, rs.Limits[i].String())
		}
		for i := range rs.Requires {
			requires = append(requires, rs.Requires[i].String())
		}
		slices.Sort(limits)
		if got := strings.Join(limits, ", "); got != tt.limits {
			t.Errorf("%s: limits %s, want %s", tt.names, got, tt.limits)
		}
		if got := strings.Join(requires, ", "); got != tt.requires {
			t.Errorf("%s: requires %s, want %s", tt.names, got, tt.requires)
		}
	}
}
