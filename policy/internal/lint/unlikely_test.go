package lint

import (
	"slices"
	"strings"
	"testing"
)

// TestWarningsOfUnlikelyRules tests the warnings of rules that hardly any effect matches.
func TestWarningsOfUnlikelyRules(t *testing.T) {
	for _, tt := range []struct{ rule, want string }{
		{"dial *", "no wildcard of an allow matches the slash"},
		{"dial user*", "no wildcard of an allow matches the slash"},
		{"dial b-leg <uuid>", ""},
		{"dial gateway/acme/1*", `"gateway/acme/1*" does not begin with a type of leg`},
		{"dialplan xlm default 1000", `did you mean "XML"?`},
		{"dialplan default XML 1000", "write dialplan NAME CONTEXT EXTENSION"},
		{"dialplan x?l default 1000", ""},
		{"api bgapi status", "it does not match what a client sends as bgapi"},
		{"api bgapi *", "it does not match what a client sends as bgapi"},
		{`api bgapi originate\s*`, ""},
		{"api sofia stauts", `did you mean "status"?`},
		{"api sofia STATUS", ""},
		{"api show modules", ""},
		{"api global_setvar motd=hello", "write global_setvar motd hello"},
		{"api global_setvar motd hello", ""},
		{"var originate a=b c", "contains an equals sign"},
		{"app playback http://*", "matches nothing"},
		{"app playback http_cache://cdn.example.org/*", ""},
		{"app playback http://*", `the wildcard of "http://*" for argument 1 (file) matches nothing`},
		{"inject NOTIFY * * * * *", `the wildcard of "*" for argument 4, to-uri (uri) matches only an empty value`},
		{"channel unicast <uuid> **", "the ** never matches, since argument 2, remote-ip (never) must be spelled"},
		{"channel unicast **", "the ** never matches, since argument 2, remote-ip"},
		{"channel unicast <uuid> 10.0.0.5 **", ""},
		{"channel nomedia **", ""},
		{"inject NOTIFY internal **", ""},

		{"api uuid_kill me", `a channel's uuid there, and "me" is not one that it makes (write <uuid> for any channel)`},
		{"api uuid_kill " + uuid, ""},
		{"var originate originate_timeout long", `a number there, and "long" is not a number`},
		{"var originate originate_timeout 30|60", ""},
		{"channel hangup me", `a channel's uuid there, and "me" is not one that it makes`},

		{"api uuid_kill", "write api uuid_kill <uuid>, or api uuid_kill ** for any arguments"},
		{"api uuid_kill|uuid_exists", "it allows uuid_kill only without arguments"},
		{"app playback", "it allows playback only without arguments"},
		{"api sofia", "it allows sofia only without arguments"},
		{"api uuid_kill **", ""}, {"api uuid_kill <uuid>", ""}, {"api status", ""}, {"api version|hupall|reloadxml|global_getvar", ""}, {"app park", ""}, {"app answer|hangup", ""},
	} {
		got := warnings(t, withRules([]string{tt.rule}, nil))
		got = slices.DeleteFunc(got, func(text string) bool { return strings.Contains(text, "it allows no command without a rule") })
		matchWarnings(t, "allow "+tt.rule, got, tt.want)
	}
}
