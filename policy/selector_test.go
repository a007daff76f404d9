package policy_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy"
)

// TestSelector: a selector matches what a deny rule with the same text would match.
func TestSelector(t *testing.T) {
	cat := catalog.Builtin()
	api := func(name, args string) effect.Effect { return cat.Describe(effect.KindAPI, name, args) }
	dial := func(name string) effect.Effect { return effect.Effect{Kind: effect.KindDial, Name: name} }
	repeating := api("status", "")
	repeating.Later = effect.Repeating
	for _, c := range []struct {
		rule string
		e    effect.Effect
		want bool
	}{
		{"dial */1900*", dial("sofia/gateway/trunk/19001234"), true},
		{"dial */1900*", dial("sofia/gateway/trunk/49301900"), false},
		{"dial */1900*", api("originate", "sofia/gateway/trunk/19001234 &park"), false},
		{"dial sofia/*", dial("SOFIA/gateway/trunk/1"), true},
		{"api originate **", api("Originate", "user/1000 &park"), true},
		{"api originate user/1000 **", api("originate", "user/1000 &park"), true},
		{"api originate user/1001 **", api("originate", "user/1000 &park"), false},
		{"api status", api("status", ""), true},
		{"api status", api("status", "x"), false},
		{"api @status", api("status", ""), true},
		{"api @message", api("status", ""), false},
		{"api @status", repeating, true},
		{"repeating api @status", repeating, true},
		{"repeating api @status", api("status", ""), false},
		{"opaque **", effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueScript}, true},
		{"app /^(park|bridge)$/ **", cat.Describe(effect.KindApp, "bridge", "user/1000"), true},
	} {
		s, err := policy.ParseSelector(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if got := s.Matches(&c.e); got != c.want {
			t.Errorf("%s matches %s %s %q: %v", c.rule, c.e.Kind, c.e.Name, c.e.Tokens, got)
		}
	}
	s, err := policy.ParseSelector("api originate user/1001 **")
	if err != nil {
		t.Fatal(err)
	}
	e, other := api("originate", "user/1000 &park"), api("status", "")
	if !s.MatchesName(&e) || s.MatchesName(&other) {
		t.Error("the name alone is not matched as it should be")
	}
	var zero policy.Selector
	var none *policy.Selector
	if zero.Matches(&e) || zero.MatchesName(&e) || none.Matches(&e) || none.MatchesName(&e) {
		t.Error("a zero selector matches")
	}
}

func TestSelectorsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"originate":                         `"originate" is not a kind of effect`,
		"ap originate **":                   "did you mean",
		"dial":                              "the rule ends after",
		"":                                  "a token is empty",
		"dial  x":                           "one space separates two tokens",
		"api @statu":                        "there is no class",
		"dial $premium":                     "there is no set",
		"subscribe CHANEL_CREATE":           "CHANNEL_CREATE",
		"dial /(/":                          "regular expression",
		"dial " + strings.Repeat("x", 5000): "longer than",
	} {
		if s, err := policy.ParseSelector(text); err == nil || s != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestByLikeness(t *testing.T) {
	known := []string{"crm", "dialer", "dialer2", "wallboard"}
	for word, want := range map[string]struct {
		list string
		near int
	}{
		"dialr":     {"dialer dialer2 crm wallboard", 2},
		"WALLBORD":  {"wallboard crm dialer dialer2", 1},
		"something": {"crm dialer dialer2 wallboard", 0},
	} {
		list, near := policy.ByLikeness(word, known)
		if strings.Join(list, " ") != want.list || near != want.near {
			t.Errorf("%s: %v, %d near", word, list, near)
		}
	}
	if list, near := policy.ByLikeness("x", nil); len(list) != 0 || near != 0 || !slices.IsSorted(known) {
		t.Errorf("without known words: %v, %d", list, near)
	}
}

// TestVariables: the environment variables with passwords, sorted and without repetitions.
func TestVariables(t *testing.T) {
	two := `{"version": 1, "upstreams": {
		"a": { "address": "127.0.0.1:8021", "password": { "env": "ESL" } },
		"b": { "address": "127.0.0.1:8022", "password": { "env": "AAA" } },
		"c": { "address": "127.0.0.1:8023", "password": { "file": "password" } },
		"d": { "address": "127.0.0.1:8024", "password": { "env": "ESL" } }
	}}`
	if got := load(t, two).Variables(); !slices.Equal(got, []string{"AAA", "ESL"}) {
		t.Errorf("got %v", got)
	}
}
