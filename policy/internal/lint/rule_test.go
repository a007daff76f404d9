package lint

import (
	"fmt"
	"strings"
	"testing"
)

// TestWarnings tests which allow and deny rules cause a warning and which do not.
func TestWarnings(t *testing.T) {
	const (
		shadow    = "it never allows anything, since "
		unlimited = "any number may be dialled, as often as the client likes"
		dialless  = "it allows no command without a rule of the kind dial"
		unfolded  = "is denied, and FreeSWITCH may take it in another case too"
		slips     = "it matches an @ too, after which a client can name any host (for digits write [0-9])"
	)
	for _, tt := range []struct {
		allow, deny []string
		want        string // "": no warning
	}{
		{[]string{"app plaback x"}, nil, `did you mean "playback"?`},
		{nil, []string{"api system"}, "write api system ** to deny it with any arguments"},
		{nil, []string{"api sofia profile"}, "the deny applies only with exactly 1 argument, and sofia takes more, so a longer command is not denied (write api sofia profile ** to deny it with more arguments too)"},
		{nil, []string{"api uuid_record <uuid> start /etc/*"}, "the deny applies only with exactly 3 arguments, and uuid_record takes more"},
		{nil, []string{"api uuid_record <uuid> start /etc/* **"}, ""},
		// uuid_getvar takes two arguments and more
		{nil, []string{"api uuid_getvar * *pass*"}, "exactly 2 arguments, and uuid_getvar takes more"},
		{nil, []string{"app playback /etc/*"}, ""},

		{[]string{"api status"}, []string{"api status **"}, shadow + `"api status **" of the role "r" denies it all`},
		{[]string{"api status"}, []string{"api status **", "api **"}, shadow}, // only one
		{[]string{"api status"}, []string{"api STATUS **"}, shadow},
		{[]string{"api uuid_exists <uuid>"}, []string{"api uuid_exists *"}, shadow},
		{[]string{"api show channels **"}, []string{"api **"}, shadow},
		{[]string{"api uuid_kill <uuid>"}, []string{"api uuid_* **"}, shadow},
		{[]string{"api uuid_kill|uuid_hold <uuid>"}, []string{"api uuid_kill|uuid_hold **"}, shadow},
		{[]string{"api @read"}, []string{"api @read|@status"}, shadow},
		{[]string{"dial sofia/gateway/acme/1900*"}, []string{"dial sofia/gateway/acme/$premium"}, shadow},
		{[]string{"dial user/<1000-1010>"}, []string{"dial USER/<1-2000>"}, shadow},
		{[]string{"repeating api status"}, []string{"api status **"}, shadow},
		{[]string{"api user_exists id /a.*/ x"}, []string{"api user_exists * /a.*/ *"}, shadow},
		{[]string{"log INFO"}, []string{"log **"}, shadow},
		{[]string{"api status|version"}, []string{"api @status"}, shadow},
		{[]string{"api uuid_kill <uuid>"}, []string{"api @status|@call"}, shadow},
		{[]string{"app system *"}, []string{"app @exec"}, shadow},

		{[]string{"api show **"}, []string{"api show channels"}, "exactly 1 argument"},
		{[]string{"api show channels **"}, []string{"api show *"}, "exactly 1 argument"},
		{[]string{"api uuid_*"}, []string{"api uuid_kill **"}, ""},
		{[]string{"api @read|@status"}, []string{"api @read"}, ""},
		{[]string{"api status"}, []string{"repeating api status **"}, ""},
		{[]string{"dial user/1*"}, []string{"dial user/19*"}, ""},
		{[]string{"dial user/<1000-1010>"}, []string{"dial user/<1-1005>"}, ""},
		{[]string{"dial user/1?x"}, []string{"dial user/1??"}, ""},
		{[]string{"api user_exists id /a.*/ x"}, []string{"api user_exists * /b.*/ **"}, ""},
		{[]string{"log INFO"}, []string{"log DEBUG"}, ""},
		{[]string{"api status|uuid_kill **"}, []string{"api @status"}, ""},
		// conference is of the class read with the argument list
		{[]string{"api conference * list"}, []string{"api @originate"}, ""},
		{[]string{"api conference **"}, []string{"api @read"}, ""},
		{[]string{"api uuid_*"}, []string{"api @call"}, ""},

		{[]string{"api @exec"}, nil, "it allows basic too, which runs programs or scripts"},
		{[]string{"app @media|@exec"}, nil, "too, which runs programs"},
		{[]string{"api **"}, nil, "too, which runs programs"},
		{[]string{"api *"}, nil, "too, which runs programs"},
		{[]string{"api s*"}, nil, "it allows spawn too"},
		{[]string{"api /sy.*/"}, nil, "it allows system too"},
		{[]string{"api system *"}, nil, ""},
		{[]string{"api uuid_*"}, nil, ""},
		{nil, []string{"api @exec"}, ""},

		{[]string{"api originate **"}, nil, dialless},
		{[]string{"api @originate"}, nil, dialless},
		{[]string{"app bridge *"}, nil, dialless},
		{[]string{"api originate **", "dial user/*"}, nil, "without a rule of the kind app or dialplan for what the command causes"},
		{[]string{"api originate **", "dial user/*", "app park"}, nil, ""},

		{[]string{"dial **"}, nil, unlimited},
		{[]string{"dial */*"}, nil, unlimited},
		{[]string{"dial user/1|*/*"}, nil, unlimited},
		{[]string{"dial sofia/gateway/acme/*"}, nil, unlimited},
		{[]string{"dial sofia/external/*@10.0.0.1"}, nil, unlimited},
		{[]string{"dial sofia/internal/*@*"}, nil, unlimited},
		{[]string{"dial sofia/gateway/acme/+*"}, nil, unlimited},
		{[]string{"dial sofia/gateway/acme/?*"}, nil, unlimited},
		{[]string{"dial sofia/gateway/acme/??????????"}, nil, unlimited},
		{[]string{"dial sofia/gateway/$premium/*"}, nil, unlimited},
		{[]string{"dial freetdm/1/a/*"}, nil, unlimited},
		{[]string{"dial /[0-9a-z]+/"}, nil, unlimited},
		{[]string{"dial /sofia.gateway.acme.\\d+/"}, nil, unlimited},
		{[]string{"dial /sofia\\/gateway\\/(acme|beta)\\/[0-9+]{3,}/"}, nil, unlimited},
		{[]string{"dial /sofia\\/gateway\\/acme\\/1\\d*/"}, nil, ""},
		{[]string{"dial /sofia.gateway.acme.1\\d{3}\\d*/"}, nil, ""},
		{[]string{"dial /sofia.gateway.acme.\\d{4}\\d*/"}, nil, unlimited},
		{[]string{"dial /sofia\\/gateway\\/acme\\/\\d{4}/"}, nil, ""},
		{[]string{"dial /user\\/\\d*/"}, nil, ""},

		{[]string{"dial /user\\/.*/"}, nil, slips},
		{[]string{"dial /sofia\\/gateway\\/acme\\/1.{3,}/"}, nil, slips},
		{[]string{"dial /sofia\\/gateway\\/acme\\/1[^x]+/"}, nil, slips},
		{[]string{"dial /sofia\\/gateway\\/acme\\/1(\\d|.)+/"}, nil, slips},
		{nil, []string{"dial /.*/"}, ""},
		{[]string{"dial sofia/gateway/acme/1*"}, nil, ""},
		{[]string{"dial sofia/gateway/acme/???"}, nil, ""},
		{[]string{"dial sofia/internal/1*@10.0.0.1"}, nil, ""},
		{[]string{"dial sofia/internal/100?@*"}, nil, "the ? of \"100?\" matches letters too, so more than numbers can be dialled (for digits write sofia/internal/100<digits 1>\\@*)"},
		{[]string{"dial user/*@*"}, nil, ""},
		{[]string{"dial user/*"}, nil, ""},

		{nil, []string{"api module_exists mod_sofia"}, unfolded + " (to deny it in any case write /(?i)mod_sofia/)"},
		{nil, []string{"dial sofia/gateway/a/1900<digits 7>"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write sofia/gateway/a/1900* to deny whatever begins so)"},
		{nil, []string{"dial sofia/internal/1900<digits 7>@pbx"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write sofia/internal/1900* to deny whatever begins so)"},
		{nil, []string{"dialplan XML default 1900<digits 7>"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write 1900* to deny whatever begins so)"},
		{nil, []string{"api module_exists *sofia"}, `only this spelling of "sofia" is denied, and FreeSWITCH may take it in another case too (to deny it in any case write /(?i).*sofia/)`},
		{nil, []string{"api module_exists mod_?ofia*|x"}, `only this spelling of "mod_" is denied, and FreeSWITCH may take it in another case too (to deny it in any case write /(?i)mod_.ofia.*|x/)`},
		{nil, []string{"api module_exists <1-9>a"}, unfolded + " (spell it in each case)"},
		{nil, []string{"api module_exists <1-9>|<uuid>"}, ""},
		{nil, []string{"api module_exists *"}, ""},
		{nil, []string{"api global_getvar *pass*"}, ""}, // FreeSWITCH ignores the case
		{nil, []string{"api module_exists /(?i)mod_sofia/"}, ""},

		{nil, []string{"dial sofia/gateway/a|b/1900*"}, `the alternative "b/1900*" does not begin with a type of leg`},
		{nil, []string{"dial sofia/gateway/a/1900*|sofia/gateway/b/1900*|*/1976*"}, ""},
		{[]string{"dial sofia/internal/1*@10.*"}, nil, "it matches 10.evil.example too"},
		{[]string{"dial sofia/internal/1*@10.0.0.1|sofia/internal/1*@*.example.org"}, nil, ""},
		{[]string{"dial /sofia/gateway/acme/1[2-9][0-9]{3}/", "var originate campaign *"}, nil, ""},
		{[]string{"dial /(user|group)/1[2-9][0-9]{3}/", "var originate campaign *"}, nil, "the directory may put the value into a dial string"},
		{[]string{"api bgapi status", "api status"}, nil, ""},
		{[]string{"api bgapi status", "api @status"}, nil, ""},
		{[]string{"api bgapi version", "api status"}, nil, "it does not match what a client sends as bgapi"},

		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial */1900*"}, `"dialplan XML default 1<digits 10>" lets the client ask the dialplan for the same number, and eslguard does not see what the dialplan dials (add "dialplan * * 1900*" to "deny")`},
		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial sofia/*/$premium"}, `(add "dialplan * * 1900*" to "deny")`},
		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial */1900*", "dialplan * * 1900*"}, ""},
		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial */1900*", "dialplan XML default 1900*"}, ""},
		{[]string{"dialplan XML default 10<digits 2>"}, []string{"dial */1900*"}, ""},
		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial user/1900*"}, ""},
		{[]string{"var originate * *"}, nil, "it allows every variable whose value does not act"},
		{[]string{"var channel **"}, nil, "it allows every variable"},
		{[]string{"var channel my_* *"}, nil, ""},
		{[]string{"inject **"}, nil, "it lets the client send any event"},
		{[]string{"inject *"}, nil, "it lets the client send any event"},
		{[]string{"inject NOTIFY **"}, nil, ""},
		{[]string{"channel unicast <uuid> /10.*/ **"}, nil, "unicast sends the audio of a call to any host that the regular expression matches"},
		{[]string{"channel unicast <uuid> 10.0.0.5 **"}, nil, ""},
		{[]string{"channel hangup <uuid>"}, nil, ""},
		{[]string{"dialplan XML default *"}, nil, "any extension may be reached, as often as the client likes"},
		{[]string{"dialplan XML **"}, nil, "any extension may be reached"},
		{[]string{"dialplan XML default <1000-1999>"}, nil, ""},
		{nil, []string{"var channel sip_route_uri *"}, "this rule does not deny it in originate and global"},
		{nil, []string{"var channel|originate|global sip_route_uri *"}, ""},
		{nil, []string{"var * sip_route_uri *"}, ""},
		{[]string{"api sofia **"}, []string{"api sofia profile **"}, `"api sofia **" allows every other subcommand of sofia`},
		{[]string{"app record **"}, nil, "it lets the client choose any file on the switch's host for record"},
		{[]string{"app playback *"}, nil, "any file on the switch's host for playback"},
		{[]string{"api uuid_record <uuid> start *"}, nil, "any file on the switch's host for uuid_record"},
		{[]string{"api uuid_record <uuid> start /var/rec/*"}, nil, ""},
		{[]string{"var originate sip_route_uri *"}, nil, "the wildcard of \"*\" for the value (uri) matches nothing"},
		{[]string{"var originate sip_route_uri sip:*\\@pbx.example.org"}, nil, ""},
		{nil, []string{"api show channels **"}, ""}, // FreeSWITCH ignores the case
		{nil, []string{"api module_exists <1-9>"}, ""},
	} {
		got := warnings(t, withRules(tt.allow, tt.deny))
		matchWarnings(t, fmt.Sprintf("allow %q deny %q", tt.allow, tt.deny), got, tt.want)
	}
}

// TestWarningsOfRoleSets tests that a rule is checked together with the rules of the other roles
// that a client has.
func TestWarningsOfRoleSets(t *testing.T) {
	const roles = `
		"calls": {"allow": ["api originate **"]},
		"dials": {"include": ["calls"], "allow": ["dial **", "app park"]},
		"limited": {"limits": {"dial": "2/s"}},
		"narrow": {"limits": {"dial": "2 at once"}},
		"barred": {"deny": ["api **"]}`
	for _, tt := range []struct{ name, roles, want string }{
		{"nobody has the roles", "", "any number may be dialled"},
		// the warning is about the role dials, which no client has
		{"no rule to dial", `"calls"`, "any number may be dialled"},
		{"no limit", `"dials"`, "any number may be dialled"},
		{"a limit on what is at once is none on how often", `"dials", "narrow"`, "any number may be dialled"},
		{"a limit of another role", `"dials", "limited"`, ""},
		{"a deny of another role", `"dials", "limited", "barred"`, `"api **" of the role "barred" denies it all`},
	} {
		var clients []string
		if tt.roles != "" {
			clients = []string{strings.Replace(client("acme", `"10.0.0.0/8"`, "", sum("x")), `["r"]`, `[`+tt.roles+`]`, 1)}
		}
		got := warnings(t, withRoles(roles, clients...))
		matchWarnings(t, tt.name, got, tt.want)
	}
}

// TestWarningsAcrossClients tests that an API or application gets no warning if one client that has
// its rule has rules for what it causes.
func TestWarningsAcrossClients(t *testing.T) {
	const roles = `"calls": {"allow": ["api originate **"]}, "dials": {"allow": ["dial user/1*", "app park"]}`
	with := func(name, roles string) string {
		return strings.Replace(client(name, `"10.0.0.0/8"`, "", sum(name)), `["r"]`, `[`+roles+`]`, 1)
	}
	const want = "it allows no command without a rule of the kind dial"
	for _, tt := range []struct {
		name    string
		clients []string
		want    string
	}{
		{"one client without", []string{with("a", `"calls"`)}, want},
		{"two clients without", []string{with("a", `"calls"`), with("b", `"calls"`)}, want},
		{"the second client with", []string{with("a", `"calls"`), with("b", `"calls", "dials"`)}, ""},
		{"the first client with", []string{with("a", `"calls", "dials"`), with("b", `"calls"`)}, ""},
	} {
		matchWarnings(t, tt.name, warnings(t, withRoles(roles, tt.clients...)), tt.want)
	}
}

// TestWarningsOfExtensions tests which limits are enough for rules that allow any extension.
func TestWarningsOfExtensions(t *testing.T) {
	const want = "any extension may be reached"
	for _, tt := range []struct{ allow, limits, want string }{
		{"dialplan XML default *", `{}`, want},
		{"dialplan XML default *", `{"dialplan": "2/s"}`, ""},
		{"dialplan XML default *", `{"dialplan XML": "2/s"}`, ""},
		{"dialplan XML default *", `{"dial": "2/s"}`, ""},
		{"dialplan XML default *", `{"api": "2/s"}`, ""},
		{"dialplan XML default *", `{"app": "2/s"}`, want},
		{"dialplan XML default 1*", `{}`, ""},
		{"dialplan XML default <digits>", `{}`, want},
		{"dialplan XML **", `{}`, want},
		{"dialplan **", `{}`, want},
	} {
		text := oneRole(`"limits": `+tt.limits, tt.allow, "dial user/1000", "api status", "app park")
		matchWarnings(t, tt.allow+" with "+tt.limits, warnings(t, text), tt.want)
	}
}

// TestWarningsOfDirectoryValues tests which rules allow legs that the directory describes.
func TestWarningsOfDirectoryValues(t *testing.T) {
	for dial, want := range map[string]bool{
		"dial user/1000": true, "dial group/sales@x": true, "dial */1000": true, "dial ?ser/1000": true, "dial /user.1000/": true, "dial sofia/a/1|user/1": true,
		"dial sofia/gateway/a/1000": false, "dial loopback/1000": false, "dial /sofia.a.1000/": false,
	} {
		got := strings.Join(warnings(t, allow(dial, "var originate campaign *")), "\n")
		if strings.Contains(got, "the directory may put the value into a dial string") != want {
			t.Errorf("%s: got %q, want a warning: %v", dial, got, want)
		}
	}
}

// TestWarningsOfExpansions tests the warning of a rule that spells an expansion that no rule
// covers.
func TestWarningsOfExpansions(t *testing.T) {
	const want = "no rule covers \"${foo}\", since its value may be anything"
	for _, tt := range []struct {
		allow []string
		want  string // "": no warning
	}{
		{[]string{`app record_session /rec/\${foo}.wav`}, want},
		{[]string{`app record_session /rec/\${uuid}-\${foo}.wav`}, want},
		{[]string{`app record_session /rec/\${uuid}.wav`}, ""},
		{[]string{`app set a=\${foo}`, "var channel a *"}, ""},
		{[]string{`app record_session /rec/\${foo}.wav`, "opaque expansion"}, ""},
	} {
		got := strings.Join(warnings(t, withRules(tt.allow, nil)), "\n")
		if tt.want == "" && strings.Contains(got, "no rule covers") || !strings.Contains(got, tt.want) {
			t.Errorf("%q: got %s, want %q", tt.allow, got, tt.want)
		}
	}
}
