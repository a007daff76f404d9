package auditcmd

import (
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/trail"
)

// TestEffectFilter checks that a rule finds recorded effects of every kind, and that an incomplete
// effect is found if it could match.
func TestEffectFilter(t *testing.T) {
	long := strings.Repeat("x", audit.MaxEffectArgs)
	for _, c := range []struct {
		rule string
		e    trail.Effect
		want bool
	}{
		{"dial */1900*", trail.Effect{Kind: "dial", Name: "sofia/gateway/t/19001"}, true},
		{"dial */1900*", trail.Effect{Kind: "dial", Name: "user/1000"}, false},
		{"subscribe HEARTBEAT", trail.Effect{Kind: "subscribe", Name: audit.AllEvents}, true},
		{"inject HEARTBEAT", trail.Effect{Kind: "subscribe", Name: audit.AllEvents}, false},
		{"subscribe CUSTOM sofia::*", trail.Effect{Kind: "subscribe", Name: "CUSTOM", Args: "sofia::register"}, true},
		{"subscribe CUSTOM conference::*", trail.Effect{Kind: "subscribe", Name: "CUSTOM", Args: "sofia::register"}, false},
		{"var channel x *", trail.Effect{Kind: "var", Name: "channel", Args: "X 1"}, true},
		{"var channel y *", trail.Effect{Kind: "var", Name: "channel", Args: "X 1"}, false},
		{"dialplan XML default *", trail.Effect{Kind: "dialplan", Name: "XML", Args: "1000"}, true},
		{"dialplan XML default 2000", trail.Effect{Kind: "dialplan", Name: "XML", Args: "1000"}, false},
		// The arguments are incomplete.
		{"api uuid_setvar a x *", trail.Effect{Kind: "api", Name: "uuid_setvar", Args: "a x [redacted:abcdefgh]"}, true},
		{"api originate y **", trail.Effect{Kind: "api", Name: "originate", Args: long}, true},
		{"dialplan XML default 2000", trail.Effect{Kind: "dialplan", Name: "XML", Args: "[redacted:abcdefgh]"}, true},
		{"api hupall **", trail.Effect{Kind: "api", Name: "originate", Args: long}, false},
		{"inject CUSTOM x", trail.Effect{Kind: "inject", Name: "CUSTOM", Args: "y z"}, true},
		{"inject HEARTBEAT **", trail.Effect{Kind: "inject", Name: "CUSTOM", Args: "y z"}, false},
		// Effects that repeat or happen later.
		{"api status", trail.Effect{Kind: "api", Name: "status", Later: "repeating"}, true},
		{"repeating api status", trail.Effect{Kind: "api", Name: "status", Later: "once"}, false},
		{"repeating api status", trail.Effect{Kind: "api", Name: "status", Later: "repeating"}, true},
		{"repeating dialplan XML **", trail.Effect{Kind: "dialplan", Name: "XML", Args: "1", Later: "repeating"}, true},
		{"api **", trail.Effect{Kind: "nonsense", Name: "x"}, false},
	} {
		test, err := effectFilter(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if got := test(&c.e); got != c.want {
			t.Errorf("%s finds %.60v: %v", c.rule, c.e, got)
		}
	}
}
