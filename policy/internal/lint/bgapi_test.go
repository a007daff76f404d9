package lint

import (
	"fmt"
	"testing"
)

// TestWarningsOfBgapi tests which rules for bgapi were most likely meant for the API that bgapi
// runs.
func TestWarningsOfBgapi(t *testing.T) {
	const want = "it does not match what a client sends as bgapi"
	for _, tt := range []struct {
		allow []string
		want  string
	}{
		{[]string{"api bgapi version", "api status"}, want},
		{[]string{"api bgapi version|status", "api status"}, want},
		{[]string{"api bgapi *", "api status"}, want},
		{[]string{"api bgapi **", "api status"}, want},
		{[]string{"api bgapi /stat.*/", "api status"}, want},
		{[]string{"api bgapi status", "api status"}, ""},
		{[]string{"api bgapi STATUS", "api status"}, ""},
		{[]string{"api bgapi status", "api @status"}, ""},
		{[]string{"api bgapi status|version", "api st*|version"}, ""},
		{[]string{`api bgapi status\s*`, "api version"}, ""},
		{[]string{"api bgapi|sched_api **", "api status"}, ""},
	} {
		matchWarnings(t, fmt.Sprintf("allow %q", tt.allow), warnings(t, withRules(tt.allow, nil)), tt.want)
	}
}
