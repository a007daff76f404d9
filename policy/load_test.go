package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"eslguard/policy"
	"eslguard/policy/internal/document"
)

// good is a policy with some of everything, in which tests break one thing at a time.
const good = `{
  "version": 1,
  "upstreams": {
    "pbx": { "address": "127.0.0.1:8021", "password": { "env": "ESL" } }
  },
  "sets": { "premium": [ "1900*" ] },
  "roles": {
    "monitor": { "allow": [ "api @status" ] },
    "calls": { "include": [ "monitor" ], "allow": [ "api uuid_kill <uuid>" ], "limits": { "api uuid_kill": "5/s" } }
  },
  "clients": {
    "a": { "from": [ "10.1.0.0/16" ], "auth": { "password": [ "sha256:0000000000000000000000000000000000000000000000000000000000000001" ] }, "roles": [ "monitor" ] },
    "b": { "from": [ "10.2.0.0/16" ], "auth": { "user": "b@x", "password": [ "sha256:0000000000000000000000000000000000000000000000000000000000000002" ] }, "roles": [ "calls" ] }
  },
  "tests": [ { "client": "a", "send": "api status", "expect": "allow" } ]
}`

const (
	hash1 = `"sha256:0000000000000000000000000000000000000000000000000000000000000001"`
	hash2 = `"sha256:0000000000000000000000000000000000000000000000000000000000000002"`
)

// TestLoadRefuses: each change to the good policy is one problem, with its position and hint.
func TestLoadRefuses(t *testing.T) {
	load(t, good)
	for _, tt := range []struct {
		name, old, new string
		line           int
		path           string
		want           string // in the text and hint
	}{
		{"unknown key", `"include"`, `"includes"`, 9, "/roles/calls/includes", `unknown key "includes" (did you mean "include"?)`},
		{"key in another casing", `"roles": {`, `"Roles": {`, 7, "/Roles", `unknown key "Roles" (did you mean "roles"?)`},
		{"duplicate key", `"version": 1,`, `"version": 1, "version": 1,`, 2, "/version", `duplicate key "version"`},
		{"duplicate client", `    "b": { "from"`, `    "a": { "from"`, 13, "/clients/a", `duplicate key "a"`},
		{"trailing data", "allow\" } ]\n}", "allow\" } ]\n} {}", 16, "", "something follows the end"},
		{"not JSON", `"version": 1,`, `"version": 1`, 3, "/", "not JSON"},
		{"a backslash that stands once", `[ "api @status" ]`, `[ "api eval \$" ]`, 8, "", `write each one of a rule twice: \\$`},
		{"a dollar sign", `[ "api @status" ]`, `[ "api eval $" ]`, 8, "/roles/monitor/allow/0", `write \$ for the character itself, which is \\$ in the JSON file`},
		{"a comment", `"version": 1,`, "// hi\n", 2, "/", `JSON has no comments: use "note"`},
		{"no version", `"version": 1,`, ``, 1, "", `"version" is missing`},
		{"another version", `"version": 1,`, `"version": 2,`, 2, "/version", "this eslguard reads version 1"},
		{"wrong type", `"sets": { "premium": [ "1900*" ] }`, `"sets": [ ]`, 6, "/sets", "must be an object, not an array"},
		{"wrong type within", `[ "api @status" ]`, `[ 7 ]`, 8, "/roles/monitor/allow/0", "must be a string, not a number"},
		{"host bits", `10.1.0.0/16`, `10.1.0.5/16`, 12, "/clients/a/from/0", "bits set beyond its length (write 10.1.0.0/16"},
		{"IPv4-mapped", `10.1.0.0/16`, `::ffff:10.1.0.0/112`, 12, "/clients/a/from/0", "IPv4-mapped"},
		{"an address", `10.1.0.0/16`, `10.1.0.1`, 12, "/clients/a/from/0", "is an address, not a network (write 10.1.0.1/32)"},
		{"another spelling", `10.1.0.0/16`, `2001:DB8::/32`, 12, "/clients/a/from/0", "write 2001:db8::/32"},
		{"a network twice", `[ "10.1.0.0/16" ]`, `[ "10.1.0.0/16", "10.1.0.0/16" ]`, 12, "/clients/a/from/1", "is listed twice"},
		{"no network", `[ "10.1.0.0/16" ]`, `[ ]`, 12, "/clients/a/from", `0.0.0.0/0`},
		{"no auth", `"auth": { "password": [ ` + hash1 + ` ] }, `, ``, 12, "/clients/a", `"auth" is missing`},
		{"a plain password", hash1, `"sesame"`, 12, "/clients/a/auth/password/0", "is not a hash"},
		{"a short hash", hash1, `"sha256:00"`, 12, "/clients/a/auth/password/0", "64 hexadecimal digits"},
		{"argon2id without user", hash1, `"argon2id:$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"`, 12, "/clients/a/auth/password/0", `argon2id needs a "user"`},
		{"argon2id out of bounds", hash1, `"argon2id:$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"`, 12, "/clients/a/auth/password/0", "m is from"},
		{"a bad user", `"b@x"`, `"b"`, 13, "/clients/b/auth/user", "not user@domain"},
		{"not_after", hash1, `{ "hash": ` + hash1 + `, "not_after": "tomorrow" }`, 12, "/clients/a/auth/password/0/not_after", "RFC 3339"},
		{"an unknown role", `"roles": [ "calls" ]`, `"roles": [ "call" ]`, 13, "/clients/b/roles/0", `there is no role "call" (did you mean "calls"?)`},
		{"an unknown included role", `"include": [ "monitor" ]`, `"include": [ "monitors" ]`, 9, "/roles/calls/include/0", `did you mean "monitor"?`},
		{"roles in a circle", `"monitor": { `, `"monitor": { "include": [ "calls" ], `, 9, "/roles/calls/include/0", "monitor > calls > monitor"},
		{"an unknown mode", `"roles": [ "calls" ]`, `"roles": [ "calls" ], "mode": "Observe"`, 13, "/clients/b/mode", `did you mean "observe"?`},
		{"sessions", `"roles": [ "calls" ]`, `"roles": [ "calls" ], "sessions": 0`, 13, "/clients/b/sessions", "from 1 to"},
		{"jobs", `"roles": [ "calls" ]`, `"roles": [ "calls" ], "jobs": 0`, 13, "/clients/b/jobs", "from 1 to 100000"},
		{"filters", `"roles": [ "calls" ]`, `"roles": [ "calls" ], "filters": 4097`, 13, "/clients/b/filters", "from 1 to 4096"},
		{"an unknown upstream", `"roles": [ "calls" ]`, `"roles": [ "calls" ], "upstream": "pxb"`, 13, "/clients/b/upstream", `did you mean "pbx"?`},
		{"a bad address", `127.0.0.1:8021`, `127.0.0.1`, 4, "/upstreams/pbx/address", "is not host:port"},
		{"a bad port", `127.0.0.1:8021`, `127.0.0.1:99999`, 4, "/upstreams/pbx/address", "is not a port"},
		{"the upstream's password itself", `{ "env": "ESL" }`, `"sesame"`, 4, "/upstreams/pbx/password", "does not belong into a policy"},
		{"two sources of the password", `{ "env": "ESL" }`, `{ "env": "ESL", "file": "x" }`, 4, "/upstreams/pbx/password", `either "file" or "env"`},
		{"events in another casing", `{ "env": "ESL" }`, `{ "env": "ESL" }, "events": "Shared"`, 4, "/upstreams/pbx/events", `"Shared" is not known here (did you mean "shared"?)`},
		{"a misspelled key of an upstream", `{ "env": "ESL" }`, `{ "env": "ESL" }, "connection": "shared"`, 4, "/upstreams/pbx/connection", `did you mean "connections"?`},
		{"a bad limit", `"5/s"`, `"5 per second"`, 9, "/roles/calls/limits/api uuid_kill", "is not a limit (such as 5/s"},
		{"a bad limit key", `"limits": { "api uuid_kill"`, `"limits": { "api uuid_kill <uuid>"`, 9, "/roles/calls/limits/api uuid_kill <uuid>", "a limit is on a kind"},
		{"twins by password", hash2 + ` ] }, "roles": [ "calls" ] }`, hash2 + ` ] }, "roles": [ "calls" ] }, "c": { "from": [ "10.0.0.0/8" ], "auth": { "password": [ ` + hash1 + ` ] }, "roles": [] }`, 13, "/clients/c", `the same address and password would match "a" too`},
		{"twins by user", hash2 + ` ] }, "roles": [ "calls" ] }`, hash2 + ` ] }, "roles": [ "calls" ] }, "c": { "from": [ "10.2.3.0/24" ], "auth": { "user": "b@x", "password": [ ` + hash1 + ` ] }, "roles": [] }`, 13, "/clients/c", `would match "b" too`},
		{"what nobody has looked at", `"api @status"`, `"opaque script"`, 8, "/roles/monitor/allow/0", "allows what eslguard cannot check (if that is meant, add \"unguarded\": true to the role"},
		{"the switch handed over", `"api @status"`, `"handover 10.0.0.1:*"`, 8, "/roles/monitor/allow/0", "allows what eslguard cannot check"},
		{"unguarded is true or false", `"allow": [ "api @status" ]`, `"unguarded": 1`, 8, "/roles/monitor/unguarded", "must be true or false, not a number"},
		{"a note without a rule", `"api @status"`, `{ "note": "x" }`, 8, "/roles/monitor/allow/0", `"rule" is missing`},
		{"a test of nobody", `"client": "a"`, `"client": "aa"`, 15, "/tests/0/client", "there is no client"},
		{"a test of two", `"client": "a"`, `"client": "a", "role": "monitor"`, 15, "/tests/0", `must have either "client" or "role"`},
		{"a test of no role", `"client": "a"`, `"role": "monitr"`, 15, "/tests/0/role", `did you mean "monitor"?`},
		{"a test that expects nothing", `, "expect": "allow"`, ``, 15, "/tests/0", `"expect" is missing`},
		{"a test that expects otherwise", `"expect": "allow"`, `"expect": "allowed"`, 15, "/tests/0/expect", `did you mean "allow"?`},
		{"an unprintable name", `"b": { "from"`, `"b\u0007": { "from"`, 13, "/clients/b\a", "contains an unprintable character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatalf("%q is not in the good policy", tt.old)
			}
			ps := problems(t, text)
			p := ps[0]
			if !strings.Contains(p.String(), tt.want) || p.Line != tt.line || !strings.HasPrefix(p.Path+"/", tt.path) {
				t.Errorf("got %v\nwant line %d, %s, %q", ps, tt.line, tt.path, tt.want)
			}
			if len(ps) != 1 && tt.name != "key in another casing" {
				t.Errorf("%d problems, want one: %v", len(ps), ps)
			}
			if strings.Contains(ps.Error(), "sesame") {
				t.Errorf("the error repeats a password: %v", ps)
			}
		})
	}
}

// TestRulesRefused: rules that are wrong or can never match.
func TestRulesRefused(t *testing.T) {
	for _, tt := range []struct{ rule, want string }{
		{"API status", `did you mean "api"?`},
		{"apis status", `is not a kind of effect`},
		{"api", `the rule ends after "api"`},
		{"api  status", "a token is empty (one space separates two tokens"},
		{"api status ", "a token is empty"},
		{"api uuid_kil <uuid>", `there is no API "uuid_kil" (did you mean "uuid_kill"?)`},
		{"api status|statsu", `there is no API "statsu" (did you mean "status"?)`},
		{"api my_own_api", `describe it in "apis"`},
		{"api @reed", `there is no class "@reed" (did you mean "@read"?)`},
		{"api uuid_kil?x*", "the pattern matches no known API"},
		{"api /uuid_kil.?x/", "matches no known API"},
		{"app playbak*", "the pattern matches no known application"},
		{"api uuid_kill <uuid> x y", "has 2 tokens at most after its name, the rule has 3"},
		{"api uuid_kill|uuid_hold <uuid> x y z w", "tokens at most"},
		{"api uuid_kill* * * * *", "tokens at most"},
		{"app playback a b", "has 1 token at most"},
		{"api system rm **", "so ** matches nothing here"},
		{"api sched_api @60 **", "so ** matches nothing here"},
		{"app nobodys_own a b", "has 1 token at most"},
		{"dial user/* x", "has 0 tokens at most"},
		{"opaque script x", "has 0 tokens at most"},
		{"api @read|status", "a class and a name cannot be alternatives"},
		{"subscribe @read", "only api and app have classes"},
		{"subscribe CHANNEL_CREAT", `did you mean "CHANNEL_CREATE"?`},
		{"subscribe CHANEL_*", "the pattern matches no known event"},
		{"subscribe /CHANEL.*/", "matches no known event"},
		{"subscribe HEARTBEAT x", "has 0 tokens at most"},
		{"subscribe CUSTOM a b", "has 1 token at most"},
		{"log VERBOSE", "there is no log level"},
		{"log INFO|DEBUG", "a log rule names one level"},
		{"log *", "a log rule names one level"},
		{"channel hangupp <uuid>", `did you mean "hangup"?`},
		{"filter plain x", "there is no name"},
		{"var chanel x y", `did you mean "channel"?`},
		{"opaque *", "no wildcard covers opaque (write opaque REASON in full)"},
		{"opaque **", "no wildcard covers opaque"},
		{"opaque /s.*/", "no wildcard covers opaque"},
		{"opaque scripts", `did you mean "script"?`},
		{"handover *", "the host of a handover must be spelled"},
		{"handover **", "no wildcard covers handover"},
		{"handover 10.0.0.*:8040", "the host of a handover must be spelled"},
		{"api status ** x", "** must be a token of its own"},
		{"api show a**", "** must be a token of its own"},
		{"api show a||b", "an alternative is empty"},
		{`api ""`, "no effect has an empty name"},
		{`dial ""|user/1`, "no effect has an empty name"},
		{"api show $nobody", `there is no set "nobody"`},
		{"api show $premum", `did you mean "premium"?`},
		{"api show ${x}", `\$ for the character`},
		{"api show <uuid", "is not closed"},
		{"api show <1->", "is not a pattern"},
		{"api show <9-1>", "matches nothing"},
		{"api show 1<1-60>", "a part of a number"},
		{"api show <1-60>*", "a part of a number"},
		{`api show a\nb`, "is not an escape"},
		{"api show /var/sounds/", "has nothing special in it"},
		{"api show /(/", "regular expression"},
		{"api show /(((a{100}){100}){100})/", "regular expression"},
		{"api show a\tb", "control character"},
		{"api show " + strings.Repeat("x", 2000), "longer than"},
		{"repeating", "is not a kind"},
		{"api @stats", `did you mean "@status"?`},
		{"var channel sip_h_X", "such an effect has 2 tokens after its name, the rule has 1 (a rule is var SCOPE NAME VALUE, without a sign of equality; write a * for what may be anything)"},
		{"var channel **x", "must be a token of its own"},
		{"dialplan XML default", "such an effect has 2 tokens after its name, the rule has 1"},
		{"dialplan XML", "such an effect has 2 tokens after its name, the rule has 0"},
		{"channel unicast <uuid>", "such an effect has 7 tokens after its name, the rule has 1 (write channel unicast UUID REMOTE-IP REMOTE-PORT LOCAL-IP LOCAL-PORT TRANSPORT FLAGS"},
		{"channel hangup|unicast *", "such an effect has 7 tokens after its name, the rule has 1"},
		{"channel nomedia <uuid>", "such an effect has 2 tokens after its name, the rule has 1"},
		{"channel nomedia|hangup <uuid> <uuid>", "such an effect has 1 token"},
		{"channel hangup <uuid> x", "such an effect has 1 token after its name, the rule has 2 (write channel hangup UUID"},
		{"inject CUSTOM SMS::SEND_MESSAGE", "such an effect has 4 tokens after its name, the rule has 1 (write inject CUSTOM SMS::SEND_MESSAGE DEST_PROTO TO FROM"},
		{"inject CUSTOM a::b|sms::send_message sip", "such an effect has 4 tokens after its name, the rule has 2"},
		{"channel hangup", "such an effect has 1 token after its name, the rule has 0"},
		{"filter regex", "such an effect has 1 token after its name, the rule has 0"},
		{"subscribe CUSTOM a b", "such an effect has 1 token at most after its name, the rule has 2"},
		{"var chan a b", `there is no scope "chan" (known are "channel", "originate", "global")`},
		{"filter x y", `there is no name "x" (known is "regex")`},
	} {
		text := withRules([]string{tt.rule}, nil)
		if ps := problems(t, text); len(ps) != 1 || !strings.Contains(ps[0].String(), tt.want) || ps[0].Path != "/roles/r/allow/0" {
			t.Errorf("%q: got %v, want %q", tt.rule, ps, tt.want)
		}
	}
}

// TestAPIsRefused: a mistake in the description of an API is reported once, and causes no further
// problems.
func TestAPIsRefused(t *testing.T) {
	for _, tt := range []struct{ apis, path, want string }{
		{`{"my_api": {"class": "medla"}}`, "/apis/my_api/class", `there is no class "medla" (did you mean "media"?)`},
		{`{"my_api": {"class": "zzzzzzz"}}`, "/apis/my_api/class", `there is no class "zzzzzzz" (known are "status", "read", `},
		{`{"my_api": {"class": "media", "split": "words 0"}}`, "/apis/my_api",
			`API "my_api": split "words 0" is not "space", "words N", "char X N", "first" or "whole" with N from 1 to`},
		{`{"my_api": {"class": "media"}, "status": {"class": "exec"}}`, "/apis/status", `API "status": FreeSWITCH's own tree has it`},
		{`{"my_api": {"class": "media", "split": "words 4", "secret": [4]}}`, "/apis/my_api",
			`API "my_api": secret token 4 cannot be: the argument has 4 tokens at most, 0 to 3`},
		{`{"my_api": {"secret": [1]}}`, "/apis/my_api", `secret token 1 cannot be: the argument is not split`},
		{`{"my_api": {"split": "space", "secret": [64]}}`, "/apis/my_api/secret/0", `must be a whole number from 0 to 63`},
		{`{"my_api": {}, "conference": {"subcommands": {"kick": {}}}}`, "/apis/conference", `subcommand "kick": FreeSWITCH's own tree has it`},
		{`{"my_api": {}, "conference": {"subcommands": {"tag": {"class": "reed"}}}}`, "/apis/conference/subcommands/tag/class",
			`there is no class "reed" (did you mean "read"?)`},
		{`{"my_api": {}, "conference": {"subcommands": {"tag": {"uuid": [3]}}}}`, "/apis/conference/subcommands/tag/uuid", `unknown key "uuid"`},
		{`{"my_api": {}, "sofia": {"subcommands": {"tag": {}}}}`, "/apis/sofia", `a rule can name any that it has, as in "api sofia NAME **"`},
		{`{"my_api": {}, "conference": {}}`, "/apis/conference", `only "secret" and "subcommands" can be said of it`},
	} {
		text := strings.Replace(withRules([]string{"api my_api **"}, nil), `"version"`, `"apis": `+tt.apis+`, "version"`, 1)
		text = strings.Replace(text, `"apis":{"uuid_audio_fork":{"class":"media","split":"words 4","uuid":[0]}},`, "", 1)
		if ps := problems(t, text); len(ps) != 1 || ps[0].Path != tt.path || !strings.Contains(ps[0].String(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.apis, ps, tt.want)
		}
	}
}

// TestAllProblemsTogether: all problems of a file are reported together.
func TestAllProblemsTogether(t *testing.T) {
	text := strings.NewReplacer(`"127.0.0.1:8021"`, `"x"`, `"api @status"`, `"api @stat"`, `"10.2.0.0/16"`, `"10.2.0.1/16"`, `"allow" }`, `"alow" }`).Replace(good)
	ps := problems(t, text)
	if len(ps) != 4 || ps[0].Line != 4 || ps[1].Line != 8 || ps[2].Line != 13 || ps[3].Line != 15 {
		t.Errorf("got %v", ps)
	}
	if lines := strings.Split(ps.Error(), "\n"); len(lines) != 4 || !strings.Contains(lines[3], "policy.json:15:") {
		t.Errorf("got %q", lines)
	}
}

// TestProblemPrints: a problem is one printable line, whatever the file contains.
func TestProblemPrints(t *testing.T) {
	for _, name := range []string{`b\u0007`, `b\u001b[31m`, `b\nc`, `b\u202e`} {
		ps := problems(t, strings.Replace(good, `"b": { "from"`, `"`+name+`": { "from"`, 1))
		if line := ps[0].String(); strings.ContainsFunc(line, func(c rune) bool { return !unicode.IsPrint(c) }) {
			t.Errorf("%s: %q", name, line)
		}
	}
}

// TestColumn: columns count characters, not bytes.
func TestColumn(t *testing.T) {
	ps := problems(t, "{\n  \"version\": 1, \"note\": \"äöü\", \"rolls\": {}\n}")
	if ps[0].Line != 2 || ps[0].Column != 32 {
		t.Errorf("got %v, want 2:32", ps)
	}
}

// TestFolder: the files of a folder are merged into one policy.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	base := `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"file": "secret"}}}, "roles": {"r": {"allow": ["api status"]}}}`
	writeTo(t, filepath.Join(dir, "base.json"), base)
	writeTo(t, filepath.Join(dir, "clients.json"), `{"version": 1, "clients": {"a": {"from": ["10.0.0.0/8"], "auth": {"password": [`+hash1+`]}, "roles": ["r"]}}}`)
	writeTo(t, filepath.Join(dir, ".hidden.json"), `broken`)
	writeTo(t, filepath.Join(dir, "README"), `broken`)
	writeTo(t, filepath.Join(dir, "secret"), "sesame\n")
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if pw, err := p.Upstreams()["pbx"].Password(); pw != "sesame" || err != nil {
		t.Errorf("the password file is relative to the folder: %v", err)
	}
	if files := p.Summary().Files; len(files) != 2 || files[0] != "base.json" {
		t.Errorf("files %v", files)
	}
	writeTo(t, filepath.Join(dir, "more.json"), `{"version": 1, "roles": {"r": {}}}`)
	if _, err := policy.Load(dir); err == nil || !strings.Contains(err.Error(), "more.json:1:26: /roles/r: the role \"r\" is already defined in base.json") {
		t.Errorf("got %v", err)
	}
	if _, err := policy.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no *.json") {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestUpstreamPassword: how a password is read from its file or variable, and which contents are
// refused.
func TestUpstreamPassword(t *testing.T) {
	for _, tt := range []struct {
		content, want string
		ok            bool
	}{
		{"sesame", "sesame", true}, {"sesame\n", "sesame", true}, {"sesame\r\n", "sesame", true}, {" sesame ", " sesame ", true},
		{"", "", false}, {"\n", "", false}, {"sesame\n\n", "", false}, {"ses\x00ame", "", false}, {strings.Repeat("sesame", 500), "", false},
	} {
		file := write(t, tt.content)
		p := load(t, strings.Replace(good, `{ "env": "ESL" }`, `{ "file": "`+file+`" }`, 1))
		got, err := p.Upstreams()["pbx"].Password()
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: got %q, %v", tt.content, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "ses") {
			t.Errorf("%q: the error contains it: %v", tt.content, err)
		}
	}
	p := load(t, strings.Replace(good, `"ESL"`, `"ESLGUARD_TEST_PASSWORD"`, 1))
	if _, err := p.Upstreams()["pbx"].Password(); err == nil {
		t.Error("a variable that is not set is an error")
	}
	t.Setenv("ESLGUARD_TEST_PASSWORD", "sesame")
	if pw, err := p.Upstreams()["pbx"].Password(); pw != "sesame" || err != nil {
		t.Errorf("got %q, %v", pw, err)
	}
}

// TestBounds: a policy that is too large or too deeply nested is refused.
func TestBounds(t *testing.T) {
	big := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, document.MaxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Load(big); err == nil {
		t.Error("a file over the limit was read")
	}
	if ps := problems(t, `{"version": 1, "sets": `+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`}`); !strings.Contains(ps[0].Text, "nested too deeply") {
		t.Errorf("got %v", ps)
	}
	if _, err := policy.Load(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there was loaded")
	}
}

// TestRoleTests: a test may be about a role instead of a client.
func TestRoleTests(t *testing.T) {
	p := load(t, `{"version": 1,
		"roles": {"calls": {"allow": [{"rule": "api uuid_kill <uuid>", "note": "hangs up"}, "api status"]}},
		"tests": [
			{"role": "calls", "send": "api uuid_kill `+uuid+`", "expect": "allow", "by": "api uuid_kill <uuid>"},
			{"role": "calls", "send": "api uuid_kill all", "expect": "allow"},
			{"role": "calls", "after": ["myevents `+uuid+` json"], "send": "linger 60", "expect": "deny", "by": "channel linger"},
			{"role": "calls", "send": "linger 60", "expect": "allow"},
			{"role": "calls", "after": ["no such"], "send": "linger 60", "expect": "allow"}
		]}`)
	rs := p.RunTests()
	if len(rs) != 5 || !rs[2].OK || !rs[3].OK || !rs[0].OK || rs[0].Client != "role calls" {
		t.Errorf("%+v", rs)
	}
	if rs[1].OK || !strings.Contains(rs[1].Problem.String(), `"api uuid_kill all" of role calls is denied, not allowed`) {
		t.Errorf("%+v", rs[1])
	}
	if rs[4].OK || !strings.Contains(rs[4].Problem.String(), `the "after" command "no such" cannot be sent`) {
		t.Errorf("%+v", rs[4])
	}
}

// TestFilterExpressions: a filter that RE2 cannot compile is refused if events are shared.
func TestFilterExpressions(t *testing.T) {
	const tests = `[
		{"client": "a", "send": "filter A /(?=a)b/", "expect": "refuse", "by": "filter-expression"},
		{"client": "a", "send": "filter A /a/", "expect": "deny", "by": "filter regex"},
		{"client": "a", "after": ["myevents u1"], "send": "filter A /(?=a)b/", "expect": "deny", "by": "filter regex"},
		{"role": "monitor", "send": "filter A /(?=a)b/", "expect": "deny", "by": "filter regex"}
	]`
	own := strings.Replace(good, `[ { "client": "a", "send": "api status", "expect": "allow" } ]`, tests, 1)
	shared := strings.Replace(own, `{ "env": "ESL" }`, `{ "env": "ESL" }, "events": "shared"`, 1)
	for _, tt := range []struct {
		name, text, first string
	}{{"own", own, "deny"}, {"shared", shared, "refuse"}} {
		rs := load(t, tt.text).RunTests()
		if len(rs) != 4 || rs[0].Got != tt.first || !rs[1].OK || !rs[2].OK || !rs[3].OK {
			t.Errorf("%s events: %+v", tt.name, rs)
		}
	}
}

// TestByIsOffered: the problem of a test with a wrong "by" lists what "by" may be.
func TestByIsOffered(t *testing.T) {
	p := load(t, `{"version": 1,
		"roles": {"calls": {"allow": ["api uuid_kill <uuid>"]}},
		"tests": [
			{"role": "calls", "send": "api lua x", "expect": "deny", "by": "api lua x"},
			{"role": "calls", "send": "api uuid_kill `+uuid+`", "expect": "allow", "by": "api uuid_kill"},
			{"role": "calls", "send": "api uuid_kill `+uuid+`", "expect": "allow", "by": "uuid_kill"},
			{"role": "calls", "send": "exit", "expect": "allow", "by": "exit"},
			{"role": "calls", "send": "event plain ALL", "expect": "deny", "by": "event ALL"}
		]}`)
	rs := p.RunTests()
	for i, want := range []string{
		`not by "api lua x"; "by" may be "api lua" or "opaque script" (`,
		"",
		`"by" may be "api uuid_kill" or "api uuid_kill <uuid>"`,
		`"by" may be nothing here, since no effect decides it`,
		` more`,
	} {
		if got := rs[i].Problem.String(); rs[i].OK != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %q", rs[i].Send, got, want)
		}
	}
}
