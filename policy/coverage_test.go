package policy_test

import (
	"fmt"
	"slices"
	"testing"
)

// TestUncoveredRules: the rules that no test covers, with their positions.
func TestUncoveredRules(t *testing.T) {
	p := load(t, `{"version": 1,
  "roles": {
    "calls": { "include": ["seen"], "allow": [ "api uuid_kill <uuid>", "api @read" ],
      "deny": [ "api show registrations **" ] },
    "seen": { "allow": [ "api status", "log INFO" ], "deny": [ "subscribe L*" ] },
    "nobody's": { "allow": [ "api version" ] }
  },
  "tests": [
    { "role": "calls", "send": "api show registrations", "expect": "deny" },
    { "role": "calls", "send": "bgapi status", "expect": "allow" },
    { "role": "seen", "send": "event plain ALL", "expect": "deny" },
    { "role": "seen", "send": "log NOTICE", "expect": "allow" },
    { "role": "seen", "send": "api status\nContent-Length: x", "expect": "refuse" }
  ]}`)
	var got []string
	for _, r := range p.UncoveredRules() {
		got = append(got, fmt.Sprintf("%s %s %v %d", r.Role, r.Text, r.Deny, r.Line))
	}
	if want := []string{"calls api uuid_kill <uuid> false 3", "nobody's api version false 6"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
