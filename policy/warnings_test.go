package policy_test

import (
	"strings"
	"testing"
	"time"
)

// warningsOf returns the warnings about acme's rules, except the one that it has no tests.
func warningsOf(t *testing.T, text string) (out []string) {
	t.Helper()
	for _, w := range load(t, text).Warnings() {
		if !strings.Contains(w.Text, "no test says") {
			out = append(out, w.String())
		}
	}
	return out
}

// TestWarnings: rules that are valid but probably a mistake.
func TestWarnings(t *testing.T) {
	const (
		shadow    = "it never allows anything, since "
		unlimited = "any number may be dialled, as often as the client likes"
		dialless  = "it can never pass without a rule of the kind dial"
		unfolded  = "only this spelling is denied"
		slips     = "it matches @, too, behind which another host may stand (for digits write [0-9])"
	)
	for _, tt := range []struct {
		allow, deny []string
		want        string // "" for no warning
	}{
		{[]string{"app plaback x"}, nil, `did you mean "playback"?`},
		{nil, []string{"api system"}, "write api system ** to deny it with any arguments"},
		{nil, []string{"api sofia profile"}, "the deny holds only with exactly 1 argument, and sofia takes more (write api sofia profile ** to deny it with more, too)"},
		{nil, []string{"api uuid_record <uuid> start /etc/*"}, "the deny holds only with exactly 3 arguments, and uuid_record takes more"},
		{nil, []string{"api uuid_record <uuid> start /etc/* **"}, ""},
		// FreeSWITCH uses two of them
		{nil, []string{"api uuid_getvar * *pass*"}, "exactly 2 arguments, and uuid_getvar takes more"},
		{nil, []string{"app playback /etc/*"}, ""},

		{[]string{"api status"}, []string{"api status **"}, shadow + `"api status **" of the role "r" denies it all`},
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
		// with that argument, of the class read
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
		{[]string{"api originate **", "dial user/*"}, nil, "without a rule of the kind app or dialplan for what it causes"},
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
		{[]string{"dial sofia/internal/100?@*"}, nil, "the ? of \"100?\" matches letters, too (for digits write sofia/internal/100<digits 1>\\@*)"},
		{[]string{"dial user/*@*"}, nil, ""},
		{[]string{"dial user/*"}, nil, ""},

		{nil, []string{"api module_exists mod_sofia"}, unfolded + " (to deny it in any case write /(?i)mod_sofia/)"},
		{nil, []string{"dial sofia/gateway/a/1900<digits 7>"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write sofia/gateway/a/1900* to deny whatever begins so)"},
		{nil, []string{"dial sofia/internal/1900<digits 7>@pbx"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write sofia/internal/1900* to deny whatever begins so)"},
		{nil, []string{"dialplan XML default 1900<digits 7>"}, "a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write 1900* to deny whatever begins so)"},
		{nil, []string{"api module_exists *sofia"}, `compares "sofia" without case, so only this spelling is denied (to deny it in any case write /(?i).*sofia/)`},
		{nil, []string{"api module_exists mod_?ofia*|x"}, `compares "mod_" without case, so only this spelling is denied (to deny it in any case write /(?i)mod_.ofia.*|x/)`},
		{nil, []string{"api module_exists <1-9>a"}, unfolded + " (spell it in each case)"},
		{nil, []string{"api module_exists <1-9>|<uuid>"}, ""},
		{nil, []string{"api module_exists *"}, ""},
		{nil, []string{"api global_getvar *pass*"}, ""}, // compared without case
		{nil, []string{"api module_exists /(?i)mod_sofia/"}, ""},

		{nil, []string{"dial sofia/gateway/a|b/1900*"}, `the alternative "b/1900*" begins with no type of leg`},
		{nil, []string{"dial sofia/gateway/a/1900*|sofia/gateway/b/1900*|*/1976*"}, ""},
		{[]string{"dial sofia/internal/1*@10.*"}, nil, "it matches 10.evil.example, too"},
		{[]string{"dial sofia/internal/1*@10.0.0.1|sofia/internal/1*@*.example.org"}, nil, ""},
		{[]string{"dial /sofia/gateway/acme/1[2-9][0-9]{3}/", "var originate campaign *"}, nil, ""},
		{[]string{"dial /(user|group)/1[2-9][0-9]{3}/", "var originate campaign *"}, nil, "may become part of a dial string of the directory"},
		{[]string{"api bgapi status", "api status"}, nil, ""},
		{[]string{"api bgapi status", "api @status"}, nil, ""},
		{[]string{"api bgapi version", "api status"}, nil, "what a client sends as bgapi is no effect of that name"},

		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial */1900*"}, `"dialplan XML default 1<digits 10>" lets the dialplan be asked for the same number, and what it dials is not seen here (deny "dialplan * * 1900*", too)`},
		{[]string{"dialplan XML default 1<digits 10>"}, []string{"dial sofia/*/$premium"}, `(deny "dialplan * * 1900*", too)`},
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
		{nil, []string{"var channel sip_route_uri *"}, "this does not deny it in originate and global"},
		{nil, []string{"var channel|originate|global sip_route_uri *"}, ""},
		{nil, []string{"var * sip_route_uri *"}, ""},
		{[]string{"api sofia **"}, []string{"api sofia profile **"}, `"api sofia **" allows every other subcommand of sofia`},
		{[]string{"app record **"}, nil, "it leaves open which file of the switch's host record takes"},
		{[]string{"app playback *"}, nil, "which file of the switch's host playback takes"},
		{[]string{"api uuid_record <uuid> start *"}, nil, "which file of the switch's host uuid_record takes"},
		{[]string{"api uuid_record <uuid> start /var/rec/*"}, nil, ""},
		{[]string{"var originate sip_route_uri *"}, nil, "the wildcard of \"*\" for the value (uri) matches nothing"},
		{[]string{"var originate sip_route_uri sip:*\\@pbx.example.org"}, nil, ""},
		{nil, []string{"api show channels **"}, ""}, // compared without case
		{nil, []string{"api module_exists <1-9>"}, ""},
	} {
		got := warningsOf(t, withRules(tt.allow, tt.deny))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("allow %q deny %q:\ngot %q\nwant %q", tt.allow, tt.deny, got, tt.want)
		}
	}
}

// TestWarningsOfOpenClients: a client that may connect from anywhere and change the configuration
// is a warning, and so is a client in observe mode.
func TestWarningsOfOpenClients(t *testing.T) {
	text := func(from, role, more string) string {
		return `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
			"roles": {"config": {"allow": ["api @config"]}, "status": {"allow": ["api @status"]}},
			"clients": {` + strings.Replace(client("acme", from, "", sum("x")), `"roles": ["r"]`, `"roles": ["`+role+`"]`+more, 1) + `}}`
	}
	for _, tt := range []struct{ name, from, role, more, want string }{
		{"from anywhere, and it may configure", `"0.0.0.0/0"`, "config", "", `"acme" may connect from anywhere, and "api @config" lets it change`},
		{"from anywhere by IPv6", `"10.0.0.0/8", "::/0"`, "config", "", "may connect from anywhere"},
		{"from anywhere, and it only asks", `"0.0.0.0/0"`, "status", "", ""},
		{"from a network", `"10.0.0.0/8"`, "config", "", ""},
		{"observed", `"10.0.0.0/8"`, "status", `, "mode": "observe"`, `"acme" is in observe mode`},
	} {
		got := warningsOf(t, text(tt.from, tt.role, tt.more))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWarningOfExpiredPasswords: a client whose passwords have all expired is a warning, one with
// another password is not.
func TestWarningOfExpiredPasswords(t *testing.T) {
	old := `{"hash": ` + sum("old") + `, "not_after": "2020-01-01T00:00:00Z"}`
	text := func(hashes ...string) string {
		return `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
			"roles": {"r": {"allow": ["api @status"]}}, "clients": {` + client("acme", `"10.0.0.0/8"`, "", hashes...) + `}}`
	}
	if got := warningsOf(t, text(old)); len(got) != 1 || !strings.Contains(got[0], `every password of "acme" is past its not_after`) {
		t.Errorf("only an expired password: got %q", got)
	}
	if got := warningsOf(t, text(old, sum("new"))); len(got) != 1 || !strings.Contains(got[0], `/auth/password/0/hash: a password of "acme" has expired, on 2020-01-01 (take it out)`) {
		t.Errorf("another password: got %q", got)
	}
}

// TestWarningOfPasswords: passwords that expire soon, and hashes that no password has.
func TestWarningOfPasswords(t *testing.T) {
	until := func(left time.Duration) string {
		return `{"hash": ` + sum("x") + `, "not_after": "` + time.Now().Add(left).Format(time.RFC3339) + `"}`
	}
	const day = 24 * time.Hour
	for _, tt := range []struct{ name, hash, want string }{
		{"an hour", until(time.Hour), `a password of "acme" expires in less than a day, on `},
		{"a day", until(day + time.Hour), `a password of "acme" expires in 1 day, on `},
		{"thirteen days", until(13*day + time.Hour), `a password of "acme" expires in 13 days, on `},
		{"fifteen days", until(15 * day), ""},
		{"for ever", sum("x"), ""},
		{"zeros", `"sha256:` + strings.Repeat("0", 64) + `"`, `the hash of "acme" is a placeholder: no password has it ("eslguard password" makes a new one)`},
		{"ones", `"sha256:` + strings.Repeat("1", 64) + `"`, "is a placeholder"},
	} {
		got := warningsOf(t, withClients(client("acme", `"10.0.0.0/8"`, "", tt.hash)))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWarningsOfNeeds: an API or application that only runs nested effects is of no use without a
// rule for these.
func TestWarningsOfNeeds(t *testing.T) {
	const without = "it can never pass without a rule of the kind "
	for _, tt := range []struct {
		allow []string
		want  string
	}{
		{[]string{"api uuid_transfer **"}, without + "dialplan or app for what it causes (such as "},
		{[]string{"api uuid_transfer <uuid> * inline"}, without + "app for what it runs"},
		{[]string{"api uuid_transfer <uuid> *"}, without + `dialplan for what it transfers to (such as "dialplan XML default 10<digits 2>")`},
		{[]string{"api uuid_transfer <uuid> * XML default"}, without + "dialplan or app"},
		{[]string{"api uuid_transfer **", "dialplan XML default 10<digits 2>"}, ""},
		{[]string{"api uuid_transfer **", "app park"}, ""},
		{[]string{"api uuid_transfer <uuid> *", "app park"}, without + "dialplan"},
		{[]string{"api uuid_kill|uuid_transfer **"}, without + "dialplan or app"},
		{[]string{"api @call"}, ""}, // most of these APIs need nothing else
		{[]string{"api uuid_dual_transfer <uuid> * *"}, without + "dialplan"},
		{[]string{"api sched_transfer **"}, without + "dialplan"},
		{[]string{"api uuid_deflect **"}, without + `dial for what it calls (such as "dial deflect/sip:*@pbx.example.org")`},
		// the dialplan is that of a loopback channel
		{[]string{"api uuid_deflect **", "dial deflect/sip:1@h.example"}, without + "dialplan"},
		{[]string{"api uuid_redirect **"}, without + "dial"},
		{[]string{"api uuid_broadcast **"}, without + `app for what it runs (such as "app playback /var/sounds/*")`},
		{[]string{"api sched_broadcast **"}, without + "app"},
		{[]string{"api uuid_setvar **"}, without + `var for what it sets (such as "var channel campaign_id *")`},
		{[]string{"api uuid_setvar **", "var global campaign_id *"}, without + "var"},
		{[]string{"api uuid_setvar **", "var channel campaign_id *"}, ""},
		{[]string{"api global_setvar **", "var channel campaign_id *"}, `such as "var global campaign_id *"`},
		{[]string{"api fifo_add_outbound **"}, without + "dial"},
		{[]string{"api sched_api +*"}, without + `api for what it runs (such as "api status")`},
		{[]string{"api sched_api +*", "api status"}, ""},
		{[]string{"app bind_meta_app **"}, without + "app"},
		{[]string{"api page **", "app conference **"}, without + "dial"},
		{[]string{"app transfer **"}, without + "dialplan or app"},
		{[]string{"app set **"}, without + "var"},
		{[]string{"app att_xfer **"}, without + "dial"},
		{[]string{"app execute_extension **"}, without + "dialplan or app"},
		{[]string{"api uuid_kill **", "api uuid_dump **"}, ""},
	} {
		got := warningsOf(t, withRules(tt.allow, nil))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("allow %q:\ngot %q\nwant %q", tt.allow, got, tt.want)
		}
	}
}

// TestWarningsOfIdleLimits: a limit on effects that no rule allows is a warning.
func TestWarningsOfIdleLimits(t *testing.T) {
	for _, tt := range []struct {
		allow, limit string
		idle         bool
	}{
		{`"api status"`, `"dial"`, true},
		{`"api status"`, `"api"`, false},
		{`"api status"`, `"api status"`, false},
		{`"api status"`, `"api STATUS"`, false},
		{`"api status"`, `"api version"`, true},
		{`"api status"`, `"api st*"`, false},
		{`"api uuid_kill **"`, `"api uuid_hold"`, true},
		{`"api uuid_kill **"`, `"api @call"`, false},
		{`"api uuid_kill **"`, `"api @config"`, true},
		{`"api @call"`, `"api uuid_kill"`, false},
		{`"api @status"`, `"api uuid_kill"`, true},
		{`"api @status"`, `"api @call|@status"`, false},
		{`"api @read"`, `"api conference"`, false}, // its class depends on its arguments
		{`"api /st.*/"`, `"api version"`, false},   // a regular expression is not compared
		{`"dial user/10<digits 2>"`, `"dial user/*"`, false},
		{`"dial user/10<digits 2>"`, `"dial sofia/gateway/*"`, true},
		{`"dial user/*"`, `"dial USER/1000"`, false},
		{`"log INFO"`, `"subscribe"`, true},
	} {
		text := `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
			"roles": {"r": {"allow": [` + tt.allow + `], "limits": {` + tt.limit + `: "5/s"}}},
			"clients": {` + client("acme", `"10.0.0.0/8"`, "", sum("x")) + `}}`
		got := warningsOf(t, text)
		idle := len(got) == 1 && strings.Contains(got[0], "counts nothing: no rule allows that (allow it, or take the limit out)")
		if idle != tt.idle || !idle && len(got) > 0 {
			t.Errorf("a limit on %s beside %s: got %q, want a warning: %v", tt.limit, tt.allow, got, tt.idle)
		}
	}
}

// TestWarningsOfCompany: rules are checked together with the client's other rules.
func TestWarningsOfCompany(t *testing.T) {
	text := func(clients string) string {
		return `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
			"roles": {
				"calls": {"allow": ["api originate **"]},
				"dials": {"include": ["calls"], "allow": ["dial **", "app park"]},
				"limited": {"limits": {"dial": "2/s"}},
				"narrow": {"limits": {"dial": "2 at once"}},
				"barred": {"deny": ["api **"]}
			}, "clients": {` + clients + `}}`
	}
	for _, tt := range []struct{ name, roles, want string }{
		{"nobody has the roles", "", "any number may be dialled"},
		// about the role dials, which no client has
		{"no rule to dial", `"calls"`, "any number may be dialled"},
		{"no limit", `"dials"`, "any number may be dialled"},
		{"a limit on what is at once is none on how often", `"dials", "narrow"`, "any number may be dialled"},
		{"a limit of another role", `"dials", "limited"`, ""},
		{"a deny of another role", `"dials", "limited", "barred"`, `"api **" of the role "barred" denies it all`},
	} {
		clients := ""
		if tt.roles != "" {
			clients = client("acme", `"10.0.0.0/8"`, "", sum("x"))
			clients = strings.Replace(clients, `"roles": ["r"]`, `"roles": [`+tt.roles+`]`, 1)
		}
		got := warningsOf(t, text(clients))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWarningsOfClients: a client without a test is a warning.
func TestWarningsOfClients(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"", "", `no test says what "b" may`},
		{`"tests": [`, `"tests": [ { "client": "b", "send": "api status", "expect": "allow" },`, ""},
		{`"tests": [`, `"tests": [ { "role": "calls", "send": "api status", "expect": "allow" },`, ""},
		{`"tests": [`, `"tests": [ { "role": "monitor", "send": "api status", "expect": "allow" },`, `what "b" may`},
	} {
		ws := load(t, strings.Replace(good, tt.old, tt.new, 1)).Warnings()
		if tt.want == "" && len(ws) > 0 || tt.want != "" && (len(ws) != 1 || !strings.Contains(ws[0].String(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.new, ws, tt.want)
		}
	}
	ws := load(t, manyClients(300)).Warnings()
	if len(ws) != 1 || !strings.Contains(ws[0].Text, `no test says what "client-00000" and 299 more may and may not`) {
		t.Errorf("got %v", ws)
	}
}

// TestWarningsOfExpansions: a rule that spells an expansion which no rule covers is a warning.
func TestWarningsOfExpansions(t *testing.T) {
	const want = "no rule covers \"${foo}\", since its value may be anything"
	for _, tt := range []struct {
		allow []string
		want  string // "" for no warning
	}{
		{[]string{`app record_session /rec/\${foo}.wav`}, want},
		{[]string{`app record_session /rec/\${uuid}-\${foo}.wav`}, want},
		{[]string{`app record_session /rec/\${uuid}.wav`}, ""},
		{[]string{`app set a=\${foo}`, "var channel a *"}, ""},
		{[]string{`app record_session /rec/\${foo}.wav`, "opaque expansion"}, ""},
	} {
		got := strings.Join(warningsOf(t, withRules(tt.allow, nil)), "\n")
		if tt.want == "" && strings.Contains(got, "no rule covers") || !strings.Contains(got, tt.want) {
			t.Errorf("%q: got %s, want %q", tt.allow, got, tt.want)
		}
	}
}
