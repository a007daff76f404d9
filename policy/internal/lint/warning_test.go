package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eslguard/policy/internal/role"
)

// A warningRow is a policy that causes one warning, the warning as "text (hint)", and a similar
// policy without that warning.
type warningRow struct{ policy, want, fine string }

// allow, deny and both return a policy with these rules; a rule of both that begins with "deny" is
// in the list "deny".
func allow(rules ...string) string { return withRules(rules, nil) }
func deny(rules ...string) string  { return withRules(nil, rules) }
func both(rules ...string) string {
	var allow, denies []string
	for _, r := range rules {
		if text, is := strings.CutPrefix(r, "deny "); is {
			denies = append(denies, text)
		} else {
			allow = append(allow, r)
		}
	}
	return withRules(allow, denies)
}

// oneRole returns a policy of one role with these rules, and more members of it.
func oneRole(more string, allow ...string) string {
	return withRoles(`"r": {"allow": ` + quoted(allow...) + `, ` + more + `}`)
}

// ruleWarnings are the warnings about one rule.
var ruleWarnings = []warningRow{
	{allow("app plaback a.wav"),
		`"app plaback a.wav": FreeSWITCH's own modules have no application "plaback", so the rule may never match (did you mean "playback"?)`,
		allow("app playback a.wav")},
	{allow("app no_such_app"),
		`"app no_such_app": FreeSWITCH's own modules have no application "no_such_app", so the rule may never match (keep it if a module from elsewhere has that application)`,
		allow("app park")},
	{deny("api uuid_kill"),
		`"api uuid_kill": the deny applies only without arguments, so a command with one is not denied (write api uuid_kill ** to deny it with any arguments)`,
		deny("api uuid_kill **")},
	{deny("api uuid_kill *"),
		`"api uuid_kill *": the deny applies only with exactly 1 argument, and uuid_kill takes more, so a longer command is not denied (write api uuid_kill * ** to deny it with more arguments too)`,
		deny("api uuid_kill * **")},
	{deny("api uuid_record <uuid> start /etc/*"),
		`"api uuid_record <uuid> start /etc/*": the deny applies only with exactly 3 arguments, and uuid_record takes more, so a longer command is not denied (write api uuid_record <uuid> start /etc/* ** to deny it with more arguments too)`,
		deny("api uuid_record <uuid> start /etc/* **")},
	{allow("api s*"),
		`"api s*": it allows spawn too, which runs programs or scripts on the switch's host (name the APIs that are needed)`,
		allow("api system *")},
	{allow("app @media|@exec"),
		`"app @media|@exec": it allows basic too, which runs programs or scripts on the switch's host (name the applications that are needed)`,
		allow("app @media")},
	{allow("dial /user/.*/"),
		`"dial /user/.*/": it matches an @ too, after which a client can name any host (for digits write [0-9])`,
		allow("dial /user/[0-9]*/")},
	{deny("api module_exists mod_sofia"),
		`"api module_exists mod_sofia": only this spelling of "mod_sofia" is denied, and FreeSWITCH may take it in another case too (to deny it in any case write /(?i)mod_sofia/)`,
		deny("api module_exists /(?i)mod_sofia/")},
	{deny("api module_exists <1-9>a"),
		`"api module_exists <1-9>a": only this spelling of "a" is denied, and FreeSWITCH may take it in another case too (spell it in each case)`,
		deny("api module_exists <1-9>")},
	{allow("dial nothing/1000"),
		`"dial nothing/1000": "nothing/1000" does not begin with a type of leg of FreeSWITCH's own modules, so the rule may never match (write dial TYPE/DATA, such as dial sofia/gateway/NAME/1900*)`,
		allow("dial user/1000")},
	{deny("dial sofia/gateway/a|b/1900*"),
		`"dial sofia/gateway/a|b/1900*": the alternative "b/1900*" does not begin with a type of leg, so it may never match: a bar separates whole tokens (write each in full, such as sofia/gateway/a/1900*|sofia/gateway/b/1900*, or use a set)`,
		deny("dial sofia/gateway/a/1900*|sofia/gateway/b/1900*")},
	{allow("dial sofia/gateway/4930*"),
		`"dial sofia/gateway/4930*": "4930*" is in the place of the gateway's name, so the rule is not about that number (write sofia/gateway/NAME/4930*)`,
		allow("dial sofia/gateway/acme/4930*")},
	{deny("dial sofia/gateway/1900*"),
		`"dial sofia/gateway/1900*": "1900*" is in the place of the gateway's name, so the rule is not about that number (write sofia/gateway/*/1900*)`,
		deny("dial sofia/gateway/*/1900*")},
	{allow("dial sofia/internal/1000@pbx.*"),
		`"dial sofia/internal/1000@pbx.*": the host pbx.* has no end, so it matches pbx.evil.example too (write the host in full, or the * before its domain)`,
		allow("dial sofia/internal/1000@*.example.org")},
	{allow("var channel **"),
		`"var channel **": it allows every variable whose value does not act, including those that modules and dialplans read (name the variables that are needed)`,
		allow("var channel a *")},
	{allow("app playback *"),
		`"app playback *": it lets the client choose any file on the switch's host for playback (name a folder, such as /var/sounds/*)`,
		allow("app playback /var/sounds/*")},
	{deny("var channel a *"),
		`"var channel a *": a variable can be set in three scopes, and this rule does not deny it in originate and global (write var channel|originate|global …)`,
		deny("var channel|originate|global a *")},
	{allow("dial user/1XXX"),
		`"dial user/1XXX": the letters and signs of "1XXX" match only themselves here, not digits (write user/1<digits 3>)`,
		allow("dial user/1<digits 3>")},
	{allow("dial user/1.*"),
		`"dial user/1.*": the dot of "1.*" matches only a dot here (write user/1*)`,
		allow("dial user/1*")},
	{allow("dial user/1???"),
		`"dial user/1???": the ? of "1???" matches letters too, so more than numbers can be dialled (for digits write user/1<digits 3>)`,
		allow("dial user/1<digits 3>")},
	{deny("dial */1900<digits 7>"),
		`"dial */1900<digits 7>": a number with letters, with more digits or with a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place (write */1900* to deny whatever begins so)`,
		deny("dial */1900*")},
	{deny("dial */+1900*"),
		`"dial */+1900*": "+1900*" does not deny the number in plain digits; plain digits deny it however it is spelled (write */1900*)`,
		deny("dial */1900*")},
	{deny("dial */1900|*/1976*"),
		`"dial */1900|*/1976*": "*/1900" denies only that number: the * after another number does not apply to it (write */1900* there to deny whatever begins so)`,
		deny("dial */1900*|*/1976*")},
	{allow("inject *"),
		`"inject *": it lets the client send any event, so the client can pretend to be the switch or another client (name the events that are needed)`,
		allow("inject NOTIFY **")},
	{allow("channel unicast <uuid> /10.*/ **"),
		`"channel unicast <uuid> /10.*/ **": unicast sends the audio of a call to any host that the regular expression matches (spell the host)`,
		allow("channel unicast <uuid> 10.0.0.5 **")},
	{allow("dial user*"),
		`"dial user*": "user*" matches no TYPE/DATA, since no wildcard of an allow matches the slash (write the type, such as user/user*)`,
		allow("dial user/*")},
	{allow("dialplan xlm default 1000"),
		`"dialplan xlm default 1000": FreeSWITCH's own modules have no dialplan "xlm", so the rule may never match (did you mean "XML"?)`,
		allow("dialplan xml default 1000")},
	{allow("dialplan CMLRPC default 1000"),
		`"dialplan CMLRPC default 1000": FreeSWITCH's own modules have no dialplan "CMLRPC", so the rule may never match (write dialplan NAME CONTEXT EXTENSION, such as dialplan XML default 1000)`,
		allow("dialplan * default 1000")},
	{allow("api sofia stauts"),
		`"api sofia stauts": sofia has no known subcommand "stauts", so the rule may never match (did you mean "status"?)`,
		allow("api sofia status")},
	{allow("api global_setvar motd=hello", "var global motd *"),
		`"api global_setvar motd=hello": FreeSWITCH splits the argument of global_setvar at "=", so write what is before and after it as two tokens (write global_setvar motd hello)`,
		allow("api global_setvar motd hello", "var global motd *")},
	{allow("api uuid_kill"),
		`"api uuid_kill": it allows uuid_kill only without arguments, and uuid_kill takes some, so it hardly ever matches (write api uuid_kill <uuid>, or api uuid_kill ** for any arguments)`,
		allow("api uuid_kill <uuid>")},
	{allow("var channel a=b *"),
		`"var channel a=b *": the name "a=b" contains an equals sign, and in a rule a space separates name and value (write var SCOPE NAME VALUE)`,
		allow("var channel a b")},
	{allow("var originate originate_timeout long"),
		`"var originate originate_timeout long": FreeSWITCH takes a number there, and "long" is not a number (write <1-60>, <digits> or the number)`,
		allow("var originate originate_timeout 30|60")},
	{allow("api uuid_kill me"),
		`"api uuid_kill me": FreeSWITCH takes a channel's uuid there, and "me" is not one that it makes (write <uuid> for any channel)`,
		allow("api uuid_kill " + uuid)},
	{allow("var originate sip_route_uri *"),
		`"var originate sip_route_uri *": the wildcard of "*" for the value (uri) matches nothing: it matches only harmless values, and harmless there is letters, digits and _ - . + # *, as the user before a host that the rule spells (spell it, or write a regular expression)`,
		allow(`var originate sip_route_uri sip:*\@pbx.example.org`)},
	{allow("inject NOTIFY * * * * *"),
		`"inject NOTIFY * * * * *": the wildcard of "*" for argument 4, to-uri (uri) matches only an empty value: it matches only harmless values, and harmless there is letters, digits and _ - . + # *, as the user before a host that the rule spells (spell it, or write a regular expression)`,
		allow("inject NOTIFY * * **")},
	{allow("channel unicast <uuid> **"),
		`"channel unicast <uuid> **": the ** never matches, since argument 2, remote-ip (never) must be spelled (write every token up to that one, and spell that one)`,
		allow("channel unicast <uuid> 10.0.0.5 **")},
}

// policyWarnings are the warnings about rules that are in effect together, clients and tests.
var policyWarnings = []warningRow{
	{both("api status", "deny api status **"),
		`"api status": it never allows anything, since "api status **" of the role "r" denies it all (remove one of them, or narrow the deny)`,
		both("api status", "deny api version **")},
	{allow("dial sofia/gateway/acme/*"),
		`"dial sofia/gateway/acme/*": any number may be dialled, as often as the client likes (narrow it, or add "limits": { "dial": [ "2/s", "2000/day" ] })`,
		oneRole(`"limits": {"dial": "2/s"}`, "dial sofia/gateway/acme/*")},
	{allow("dialplan XML default *"),
		`"dialplan XML default *": any extension may be reached, as often as the client likes, and the dialplan decides what that dials (narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] })`,
		oneRole(`"limits": {"dialplan": "2/s"}`, "dialplan XML default *")},
	{allow("dial user/10<digits 2>", "var originate campaign *"),
		`"var originate campaign *": since "dial user/10<digits 2>" is allowed too, the directory may put the value into a dial string, so this wildcard matches no comma, quote, bracket and the like (write what the values look like, such as <1-60>, a|b or a regular expression)`,
		allow("dial user/10<digits 2>", "var originate campaign a|b")},
	{both("api sofia **", "deny api sofia profile **"),
		`"api sofia profile **": "api sofia **" allows every other subcommand of sofia, including those of other modules and releases (allow the subcommands that are needed instead)`,
		both("api sofia status **", "deny api sofia profile **")},
	{both("dialplan XML default 1<digits 10>", "deny dial */1900*"),
		`"dial */1900*": "dialplan XML default 1<digits 10>" lets the client ask the dialplan for the same number, and eslguard does not see what the dialplan dials (add "dialplan * * 1900*" to "deny")`,
		both("dialplan XML default 1<digits 10>", "deny dial */1900*", "deny dialplan * * 1900*")},
	{allow("api bgapi version", "api status"),
		`"api bgapi version": it does not match what a client sends as bgapi, which is decided as the API that it runs; it matches only a bgapi inside another command (name the API that bgapi runs, and add api bgapi originate\s* for clients that send "api bgapi originate …", as fs_cli does)`,
		allow("api bgapi status", "api status")},
	{allow(`app record_session /rec/\${foo}.wav`),
		`"app record_session /rec/\\${foo}.wav": no rule covers "${foo}", since its value may be anything, so a command with it is denied as opaque expansion (write \${uuid}, \${strftime(%Y-%m-%d)} with no other signs than % - and _ in it, or \$${NAME} of the configuration)`,
		allow(`app record_session /rec/\${uuid}.wav`)},
	{allow("app bridge **", "dial sofia/gateway/acme/49*"),
		`"dial sofia/gateway/acme/49*": a call to a trunk, which "dial sofia/gateway/acme/49*" allows, may be bridged to a trunk by "app bridge **", so a stranger may call at your cost (say who may call whom: "dial a-leg user/…" and "dial b-leg sofia/gateway/…")`,
		allow("app bridge **", "dial a-leg user/1*", "dial b-leg sofia/gateway/acme/49*")},
	{allow("app bridge **", "dial other-leg sofia/gateway/acme/49*"),
		`"dial other-leg sofia/gateway/acme/49*": a call that is up, perhaps one from a trunk, may be bridged to a trunk by "app bridge **", so a stranger may call at your cost (say who may call whom: "dial a-leg user/…" and "dial b-leg sofia/gateway/…")`,
		allow("app park", "dial other-leg sofia/gateway/acme/49*")},
	{allow("api uuid_bridge **", "dial sofia/gateway/acme/49*"),
		`"dial sofia/gateway/acme/49*": a call to a trunk may be connected to another call that is up by "api uuid_bridge **", so a stranger may call at your cost (say who may call whom: "dial a-leg user/…" and "dial b-leg sofia/gateway/…")`,
		allow("api uuid_bridge **", "dial user/1*")},
	{allow("api originate **", "app park"),
		`"api originate **": it allows no command without a rule of the kind dial for what the command calls (add one, such as "dial user/10<digits 2>")`,
		allow("api originate **", "app park", "dial user/1*")},
	{allow("api uuid_deflect **", "dialplan XML default 1000"),
		`"api uuid_deflect **": it allows no command without a rule of the kind dial for what the command calls (add one, such as "dial deflect/sip:*@pbx.example.org")`,
		allow("api uuid_deflect **", "dialplan XML default 1000", "dial deflect/sip:1@h")},
	{oneRole(`"limits": {"api version": "5/s"}`, "api status"),
		`the limit on "api version" counts nothing, since no rule allows that (allow it, or remove the limit)`,
		oneRole(`"limits": {"api status": "5/s"}`, "api status")},
	{oneRole(`"require": {"dial sofia/*": "var originate a 1"}`, "dial user/1*", "var originate a 1"),
		`the requirement for "dial sofia/*" applies to nothing, since no rule allows that (correct the key, or remove the requirement)`,
		oneRole(`"require": {"dial user/*": "var originate a 1"}`, "dial user/1*", "var originate a 1")},
	{both("dial sofia/gateway/acme/49<digits 5>", "deny dial sofia/gateway/amce/4930*"),
		`"dial sofia/gateway/amce/4930*": it denies nothing, since no rule allows what it names; the nearest rule is "dial sofia/gateway/acme/49<digits 5>" (correct the name, or remove the rule)`,
		both("dial sofia/gateway/acme/49<digits 5>", "deny dial sofia/gateway/acme/4930*")},
	{withClients(client("acme", `"10.0.0.0/8"`, `, "mode": "observe"`, sum("x"))),
		`"acme" is in observe mode: what its rules deny is forwarded all the same (remove "mode" once its rules fit)`,
		withClients(client("acme", `"10.0.0.0/8"`, "", sum("x")))},
	{withRoles(`"r": {"allow": ["api @config"]}`, client("acme", `"0.0.0.0/0"`, "", sum("x"))),
		`"acme" may connect from anywhere, and "api @config" lets it change the switch's configuration (name its networks in "from")`,
		withRoles(`"r": {"allow": ["api @config"]}`, client("acme", `"10.0.0.0/8"`, "", sum("x")))},
	{withClients(client("acme", `"10.0.0.0/8"`, "", until("2026-02-28T00:00:00Z"))),
		`every password of "acme" is past its not_after, so it cannot log in (give it a new password with "eslguard password")`,
		withClients(client("acme", `"10.0.0.0/8"`, "", until("2026-03-28T00:00:00Z")))},
	{withClients(client("acme", `"10.0.0.0/8"`, "", until("2026-02-28T00:00:00Z"), sum("y"))),
		`a password of "acme" expired on 2026-02-28 (remove it)`,
		withClients(client("acme", `"10.0.0.0/8"`, "", sum("x"), sum("y")))},
	{withClients(client("acme", `"10.0.0.0/8"`, "", until("2026-03-05T00:00:00Z"))),
		`a password of "acme" expires in 3 days, on 2026-03-05 00:00:00 UTC (add a second one with "eslguard password" and move the client to it)`,
		withClients(client("acme", `"10.0.0.0/8"`, "", until("2026-03-15T13:00:00Z")))},
	{withClients(client("acme", `"10.0.0.0/8"`, "", `"sha256:`+strings.Repeat("0", 64)+`"`)),
		`the hash of "acme" is a placeholder that no password has, so nobody can log in with it ("eslguard password" makes a new one)`,
		withClients(client("acme", `"10.0.0.0/8"`, "", `"sha256:`+strings.Repeat("0", 63)+`1"`))},
}

// until returns the hash of a password that expires at that time.
func until(notAfter string) string {
	return `{"hash": ` + sum("x") + `, "not_after": "` + notAfter + `"}`
}

// TestTexts tests the exact text of every warning.
func TestTexts(t *testing.T) {
	for _, tt := range slices.Concat(ruleWarnings, policyWarnings) {
		if got := warnings(t, tt.policy); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.policy, got, tt.want)
		}
		if got := warnings(t, tt.fine); len(got) > 0 {
			t.Errorf("%s:\ngot  %q\nwant no warning", tt.fine, got)
		}
	}
}

// TestUntested tests the one warning about all clients that no test is about.
func TestUntested(t *testing.T) {
	text := withRoles(`"r": {"allow": ["api status"]}, "other": {}`,
		client("a", `"10.0.0.0/8"`, "", sum("a")), client("b", `"10.0.0.0/8"`, "", sum("b")), client("c", `"10.0.0.0/8"`, "", sum("c")))
	for _, tt := range []struct {
		name   string
		tested []int  // the clients that a test names
		role   string // the role that a test names
		want   string
	}{
		{"all are tested", []int{0, 1, 2}, "", ""},
		{"one is not", []int{0, 2}, "", untestedText(`"b"`, "b")},
		{"three are not", nil, "", untestedText(`"a" and 2 more`, "a")},
		{"all have a tested role", nil, "r", ""},
		{"one without the tested role", []int{1, 2}, "other", untestedText(`"a"`, "a")},
	} {
		p := compilePolicy(t, text)
		p.TestedRoles = map[*role.Role]bool{p.Roles[tt.role]: true}
		for i := range p.Clients {
			p.Clients[i].Tested = slices.Contains(tt.tested, i)
		}
		var got []string
		for _, w := range p.Warnings() {
			got = append(got, w.Path+": "+w.Text+" ("+w.Hint+")")
		}
		matchWarnings(t, tt.name, got, tt.want)
	}
}

// untestedText returns the warning at the client first that no test is about who.
func untestedText(who, first string) string {
	return "/clients/" + first + ": no test checks what " + who + ` may do, so nothing notices a change that breaks its rules ` +
		`(add one, such as "tests": [ { "client": …, "send": "api status", "expect": "allow" } ])`
}

// TestEveryWarningHasARow tests that the tables have a row for each text in the source.
func TestEveryWarningHasARow(t *testing.T) {
	texts := untestedText("who", "who")
	for _, row := range slices.Concat(ruleWarnings, policyWarnings) {
		texts += "\n" + row.want
	}
	verb := regexp.MustCompile(`%[sd]`)
	list := formats(t)
	for _, format := range list {
		if !regexp.MustCompile(verb.ReplaceAllString(regexp.QuoteMeta(format), ".+")).MatchString(texts) {
			t.Errorf("no row has the text %q", format)
		}
	}
	if len(list) < 40 {
		t.Errorf("only %d texts found in the source", len(list))
	}
}

// formats returns the formats of all warnings in the source of the package.
func formats(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// The position of the format among the arguments of each function.
	position := map[string]int{"Faultf": 1, "Warnf": 2, "warnTrunks": 1}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || position[sel.Sel.Name] == 0 {
				return true
			}
			if lit, ok := call.Args[position[sel.Sel.Name]].(*ast.BasicLit); ok {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, text)
			}
			return true
		})
	}
	return out
}
