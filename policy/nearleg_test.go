package policy_test

import (
	"strings"
	"testing"

	"eslguard/policy"
)

// TestNearestLeg: the reason for denying a leg says what differs from the nearest rule, and repeats
// nothing of it.
func TestNearestLeg(t *testing.T) {
	for _, tt := range []struct{ rule, leg, why string }{
		{"dial user/<1000-1099>", "user/1001@pbx.example.org", "only without what follows the @"},
		{"dial user/<1000-1099>", "user/2001@pbx.example.org", "the nearest rule has no @ and domain, and this has one"},
		{`dial user/<1000-1099>\@hidden.example.org`, "user/1001", "the nearest rule asks for an @ and a domain behind it"},
		{`dial user/<1000-1099>\@hidden.example.org`, "user/1001@other.example.org", "what follows its type is not what the nearest rule allows"},
		{"dial sofia/gateway/hidden/49*", "sofia/gateway/hidden/+4912345", "only without its +"},
		{`dial sofia/gateway/hidden/+49*`, "sofia/gateway/hidden/4912345", "only with a + before it"},
		{"dial sofia/gateway/hidden/49*", "sofia/gateway/hidden/4412345", "what follows its type is not what the nearest rule allows"},
		{"repeating dial sofia/gateway/hidden/49*", "sofia/gateway/hidden/4912345", "the nearest rule is for what is repeated only"},
		{"dial sofia/gateway/hidden/49*", "null/1", ""},
	} {
		p := load(t, withRules([]string{"api originate **", "app park", tt.rule}, nil))
		d := p.Client("acme").Decide(effectsOf(t, "api originate "+tt.leg+" &park"))
		near := tt.rule
		if tt.why == "" {
			near = ""
		}
		want := "is not allowed to acme"
		if tt.why != "" {
			want = "is not allowed to acme; "
		}
		if d.Action != policy.Deny || d.Near != near || !strings.Contains(d.Reason, want) || !strings.Contains(d.Reason, tt.why) {
			t.Errorf("%s under %s: %s, near %q, want %q", tt.leg, tt.rule, d.Reason, d.Near, tt.why)
		}
		if text := strings.Replace(d.Reason, tt.leg, "", 1); strings.Contains(text, "hidden") {
			t.Errorf("%s tells the client what the rule spells", d.Reason)
		}
	}
}
