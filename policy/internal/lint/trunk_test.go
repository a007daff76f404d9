package lint

import (
	"strings"
	"testing"

	"eslguard/effect"
)

// TestTrunkWarnings tests roles that let one trunk be connected to another, and roles that do
// not.
func TestTrunkWarnings(t *testing.T) {
	const (
		trunk = "may be bridged to a trunk"
		join  = "a call to a trunk may be connected to another call that is up"
	)
	for _, tt := range []struct {
		name  string
		allow []string
		want  string // "": no warning
	}{
		{"any place", []string{"api originate **", "app bridge **", "dial user/1*", "dial sofia/gateway/acme/49*"},
			`"dial sofia/gateway/acme/49*": a call to a trunk, which "dial sofia/gateway/acme/49*" allows, may be bridged to a trunk by "app bridge **"`},
		{"both places", []string{"app bridge **", "dial a-leg sofia/gateway/acme/49*", "dial b-leg sofia/external/49*@10.0.0.1"},
			`"dial b-leg sofia/external/49*@10.0.0.1": a call to a trunk, which "dial a-leg sofia/gateway/acme/49*" allows, may be bridged`},
		{"a class", []string{"app @originate", "dial a-leg sofia/gateway/acme/49*", "dial b-leg sofia/gateway/acme/49*"}, trunk},
		{"a regular expression", []string{"app bridge **", `dial /sofia\/gateway\/acme\/49[0-9]{8}/`}, trunk},
		{"a wildcard for the type", []string{"app bridge **", "dial */x/49"}, trunk},
		{"calls that are up", []string{"app bridge **", "dial other-leg sofia/gateway/acme/49*"}, "a call that is up, perhaps one from a trunk, " + trunk},
		{"uuid_bridge", []string{"app park", "dial a-leg sofia/gateway/acme/49*", "api uuid_bridge **"}, join + ` by "api uuid_bridge **"`},
		{"a channel by its uuid", []string{"app bridge **", "dial a-leg sofia/gateway/acme/49*", "dial b-leg <uuid>"}, join + ` by "dial b-leg <uuid>"`},
		{"a conference", []string{"app conference *", "dial a-leg sofia/gateway/acme/49*"}, join + ` by "app conference *"`},
		{"extensions to a trunk", []string{"api originate **", "app bridge **", "dial a-leg user/1*", "dial b-leg sofia/gateway/acme/49*"}, ""},
		{"a trunk to extensions", []string{"api originate **", "app bridge **", "dial b-leg user/1*", "dial a-leg sofia/gateway/acme/49*"}, ""},
		{"no bridge", []string{"api originate **", "app park", "dial sofia/gateway/acme/49*"}, ""},
		{"no trunk", []string{"api originate **", "app bridge **", "api uuid_bridge **", "dial user/1*", `dial /user\/2.x/`}, ""},
	} {
		var got []string
		for _, w := range warnings(t, withRules(tt.allow, nil)) {
			if strings.Contains(w, "a trunk") {
				got = append(got, w)
			}
		}
		matchWarnings(t, tt.name, got, tt.want)
	}
}

// TestDialsTrunk tests which rules may match a leg of a trunk.
func TestDialsTrunk(t *testing.T) {
	for text, want := range map[string]bool{
		"dial sofia/gateway/a/49*": true, "dial sofia/internal/*@x": true, "dial freetdm/1/a/1": true, "dial h323/1": true, "dial opal/1": true,
		"dial **": true, "dial */1": true, "dial so*/1": true, "dial user/1|sofia/a/1": true, "dial /sofia.*/": true, "dial /(user|sofia).1/": true,
		"dial user/*": false, "dial u*/1": false, "dial loopback/*": false, "dial <uuid>": false, "dial /user.*/": false, "dial error/user_busy": false,
		"deny dial sofia/*/1*": false, "dialplan XML default 1": false,
	} {
		if got := dialsTrunk(compileRule(t, text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestFirstNamed tests that a rule is found by one of its names, by a class and by a wildcard.
func TestFirstNamed(t *testing.T) {
	for _, tt := range []struct {
		allow []string
		want  string
	}{
		{[]string{"app park", "app bridge **", "app dial **"}, "app bridge **"},
		{[]string{"app dial **", "app bridge **"}, "app dial **"},
		{[]string{"app att_*"}, "app att_*"},
		{[]string{"app @originate"}, "app @originate"},
		{[]string{"app **"}, "app **"},
		{[]string{"api sofia **"}, ""},
		{[]string{"app @media", "app park"}, ""},
		{nil, ""},
	} {
		rs := ruleSet(t, tt.allow...)
		got := ""
		if r := firstNamed(rs, effect.KindApp, bridgingApps[:]); r != nil {
			got = r.Text
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.allow, got, tt.want)
		}
	}
}
