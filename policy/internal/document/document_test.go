package document

import (
	"fmt"
	"strings"
	"testing"
)

// TestRead: what is wrong with the form of a document is reported with its position.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		problem    string // "" for none
	}{
		{"the least", `{"version": 1}`, ""},
		{"nothing", ``, "f:1:1: the file is empty"},
		{"no version", `{}`, `f:1:1: "version" is missing (add "version": 1)`},
		{"another version", `{"version": 2}`, `f:1:13: /version: version "2" is not known (this eslguard reads version 1)`},
		{"an unknown key", `{"version": 1, "role": {}}`, `f:1:16: /role: unknown key "role" (did you mean "roles"?)`},
		{"a key twice", `{"version": 1, "version": 1}`, `f:1:16: /version: duplicate key "version"`},
		{"another case", `{"version": 1, "Roles": {}}`, `f:1:16: /Roles: unknown key "Roles" (did you mean "roles"?)`},
		{"a wrong type", `{"version": 1, "roles": []}`, `f:1:25: /roles: must be an object, not an array`},
		{"a number with a fraction", `{"version": 1, "clients": {"a": {"from": ["::/0"], "roles": [], "auth": {"password": ["x"]}, "sessions": 1.0}}}`,
			`f:1:106: /clients/a/sessions: must be a whole number from 1 to 1000000`},
		{"something follows", `{"version": 1} {}`, `f:1:16: something follows the end of the policy (a policy file is one JSON object)`},
		{"too deep", `{"version": 1, "roles": ` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, `f:1:41: the values are nested too deeply`},
		{"on the second line", "{\"version\": 1,\n \"sets\": {\"a\": [1]}}", `f:2:17: /sets/a/0: must be a string, not a number`},
	} {
		var rep Report
		doc := Read([]*Source{{Name: "f", Data: []byte(tt.text)}}, &rep)
		got := ""
		if err := rep.Err(); err != nil {
			got = strings.TrimPrefix(err.Error(), "policy: ")
		}
		if doc == nil || got != tt.problem {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.problem)
		}
	}
}

// show joins values with bars.
func show(values ...any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, "|")
}

// TestDefinitions: what is read of each kind of definition.
func TestDefinitions(t *testing.T) {
	const text = `{"$schema": "x", "note": "n", "version": 1,
  "upstreams": {"a": {"note": "n", "address": "h:1", "password": {"file": "f"}}, "b": {"address": "h:2", "password": {"env": "E"}, "events": "shared", "connections": "own"},
    "s": {"address": "h:2", "password": {"env": "E"}, "events": "own", "connections": "shared"}},
  "sets": {"s": ["x", "y"]},
  "roles": {"r": {"note": "n", "include": ["q"], "unguarded": true, "allow": ["api status", {"rule": "log INFO"}], "deny": ["dial *"],
    "limits": {"api": "5/s", "dial": ["1/s", "2 at once"]}, "require": {"dial": ["var a b c 1", "var a b c 2"]}}},
  "clients": {"c": {"note": "n", "from": ["::/0"], "roles": ["r"], "upstream": "a", "mode": "observe", "record": "all", "sessions": 1, "jobs": 2,
    "filters": 3, "auth": {"user": "u@d", "password": ["h1", {"note": "n", "hash": "h2", "not_after": "t"}]}},
    "d": {"from": ["::/0"], "roles": [], "auth": {"password": ["h3"]}, "mode": "enforce", "record": "commands"}},
  "apis": {"my": {"note": "n", "class": "media", "split": "words 3", "uuid": [0], "secret": [2], "subcommands": {"go": {"note": "n", "class": "read", "secret": [1]}}}},
  "protections_off": {"p": "why"},
  "tests": [{"note": "n", "client": "c", "after": ["x"], "send": "y", "expect": "deny", "by": "z"}, {"role": "r", "send": "y", "expect": "refuse"}]
}`
	var rep Report
	doc := Read([]*Source{{Name: "f", Data: []byte(text)}}, &rep)
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	secrets := func(c Client) (out []string) {
		for _, s := range c.Secrets {
			out = append(out, s.Hash.Text+" "+s.NotAfter.Text)
		}
		return out
	}
	r, c, d, a := doc.Roles[0], doc.Clients[0], doc.Clients[1], doc.APIs[0]
	for _, tt := range []struct{ got, want string }{
		{show(doc.Upstreams[0].Name, doc.Upstreams[0].Address.Text, doc.Upstreams[0].File.Text, doc.Upstreams[0].Env.Text), "a|h:1|f|"},
		{show(doc.Upstreams[1].Name, doc.Upstreams[1].Address.Text, doc.Upstreams[1].File.Text, doc.Upstreams[1].Env.Text), "b|h:2||E"},
		{show(doc.Upstreams[0].SharedEvents, doc.Upstreams[0].SharedConnections), "false|false"},
		{show(doc.Upstreams[1].SharedEvents, doc.Upstreams[1].SharedConnections), "true|false"},
		{show(doc.Upstreams[2].SharedEvents, doc.Upstreams[2].SharedConnections), "false|true"},
		{doc.Sets[0].Name + ": " + textsOf(doc.Sets[0].Entries), "s: x y"},
		{show(r.Name, textsOf(r.Include), r.Unguarded), "r|q|true"},
		{textsOf(r.Allow) + "; " + textsOf(r.Deny), "api status log INFO; dial *"},
		{r.Limits[0].Key.Text + ": " + textsOf(r.Limits[0].Values), "api: 5/s"},
		{r.Limits[1].Key.Text + ": " + textsOf(r.Limits[1].Values), "dial: 1/s 2 at once"},
		{r.Require[0].Key.Text + ": " + textsOf(r.Require[0].Values), "dial: var a b c 1 var a b c 2"},
		{show(c.Name, textsOf(c.From), textsOf(c.Roles), c.Upstream.Text, c.Observe, c.RecordAll, c.Sessions, c.Jobs, c.Filters), "c|::/0|r|a|true|true|1|2|3"},
		{show(c.User.Text, secrets(c)), "u@d|[h1  h2 t]"},
		{show(d.Name, d.User.Text, d.Upstream.Text, d.Observe, d.RecordAll, d.Sessions, d.Jobs, d.Filters, secrets(d)), "d|||false|false|0|0|0|[h3 ]"},
		{show(a.Name, a.Class.Text, a.Split.Text, a.UUID, a.Secret), "my|media|words 3|[0]|[2]"},
		{show(a.Subcommands[0].Name, a.Subcommands[0].Class.Text, a.Subcommands[0].Secret), "go|read|[1]"},
		{doc.ProtectionsOff[0].Name + ": " + doc.ProtectionsOff[0].Note.Text, "p: why"},
		{show(doc.Tests[0].Client.Text, doc.Tests[0].Role.Text, textsOf(doc.Tests[0].After), doc.Tests[0].Send.Text, doc.Tests[0].Expect.Text, doc.Tests[0].By.Text), "c||x|y|deny|z"},
		{show(doc.Tests[1].Client.Text, doc.Tests[1].Role.Text, doc.Tests[1].Send.Text, doc.Tests[1].Expect.Text), "|r|y|refuse"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

// TestFormIsStrict: keys that are missing, and values of the wrong form, are errors with hints.
func TestFormIsStrict(t *testing.T) {
	client := func(more string) string {
		return `"clients": {"c": {"from": ["::/0"], "roles": [], "auth": {"password": ["h"]}` + more + `}}`
	}
	for _, tt := range []struct {
		name, member string // beside the version
		problem      string
	}{
		{"an upstream without an address", `"upstreams": {"a": {"password": {"env": "E"}}}`, `/upstreams/a: "address" is missing ("address": "127.0.0.1:8021")`},
		{"an upstream without a password", `"upstreams": {"a": {"address": "h:1"}}`, `/upstreams/a: "password" is missing ({"file": "/run/secrets/esl"} or {"env": "ESLGUARD_UPSTREAM_PASSWORD"})`},
		{"neither file nor env", `"upstreams": {"a": {"address": "h:1", "password": {}}}`, `/upstreams/a/password: must have either "file" or "env"`},
		{"both", `"upstreams": {"a": {"address": "h:1", "password": {"file": "f", "env": "E"}}}`, `/upstreams/a/password: must have either "file" or "env"`},
		{"the password itself", `"upstreams": {"a": {"address": "h:1", "password": "secret"}}`, `/upstreams/a/password: the password itself does not belong into a policy`},
		{"other events", `"upstreams": {"a": {"address": "h:1", "password": {"env": "E"}, "events": "share"}}`, `/upstreams/a/events: "share" is not known here (did you mean "shared"?)`},
		{"other connections", `"upstreams": {"a": {"address": "h:1", "password": {"env": "E"}, "connections": "pooled"}}`, `/upstreams/a/connections: "pooled" is not known here (one of "own", "shared")`},
		{"connections that are no text", `"upstreams": {"a": {"address": "h:1", "password": {"env": "E"}, "connections": true}}`, `/upstreams/a/connections: must be a string, not true or false (one of "own", "shared")`},
		{"an empty set", `"sets": {"s": []}`, `/sets/s: is empty`},
		{"a client alone", `"clients": {"c": {"roles": [], "auth": {"password": ["h"]}}}`, `/clients/c: "from" is missing (to let every address in, say so: ["0.0.0.0/0", "::/0"])`},
		{"a client from nowhere", `"clients": {"c": {"from": [], "roles": [], "auth": {"password": ["h"]}}}`, `/clients/c/from: names no network (to let`},
		{"without roles", `"clients": {"c": {"from": ["::/0"], "auth": {"password": ["h"]}}}`, `/clients/c: "roles" is missing`},
		{"without a password", `"clients": {"c": {"from": ["::/0"], "roles": [], "auth": {"user": "u"}}}`, `/clients/c/auth: "password" is missing`},
		{"without any password", `"clients": {"c": {"from": ["::/0"], "roles": [], "auth": {"password": []}}}`, `/clients/c/auth/password: is empty`},
		{"a secret without a hash", `"clients": {"c": {"from": ["::/0"], "roles": [], "auth": {"password": [{"not_after": "t"}]}}}`, `/clients/c/auth/password/0: "hash" is missing ("eslguard password" makes one)`},
		{"another mode", client(`, "mode": "observed"`), `/clients/c/mode: "observed" is not known here (did you mean "observe"?)`},
		{"another record", client(`, "record": "none"`), `/clients/c/record: "none" is not known here (one of "commands", "all")`},
		{"too many sessions", client(`, "sessions": 1000001`), `/clients/c/sessions: must be a whole number from 1 to 1000000`},
		{"an API's slot", `"apis": {"a": {"uuid": [64]}}`, `/apis/a/uuid/0: must be a whole number from 0 to 63`},
		{"a subcommand's key", `"apis": {"a": {"subcommands": {"s": {"split": "space"}}}}`, `/apis/a/subcommands/s/split: unknown key "split"`},
		{"a blank reason", `"protections_off": {"p": " "}`, `/protections_off/p: the reason is empty (say why`},
		{"a test of both", `"tests": [{"client": "c", "role": "r", "send": "x", "expect": "deny"}]`, `/tests/0: must have either "client" or "role" (a test is about a client, or about any client with a role)`},
		{"a test of neither", `"tests": [{"send": "x", "expect": "deny"}]`, `/tests/0: must have either "client" or "role"`},
		{"a test that sends nothing", `"tests": [{"client": "c", "expect": "deny"}]`, `/tests/0: "send" is missing`},
		{"after nothing", `"tests": [{"client": "c", "send": "x", "after": [], "expect": "deny"}]`, `/tests/0/after: is empty`},
		{"a name with a space at its end", `"roles": {"r ": {}}`, `: the name "r " begins or ends with a space`},
		{"a note that is no text", `"roles": {"r": {"note": 1}}`, `/roles/r/note: must be a string, not a number`},
		{"a limit that is no text", `"roles": {"r": {"limits": {"api": 5}}}`, `/roles/r/limits/api: must be a string, not a number`},
	} {
		var rep Report
		Read([]*Source{{Name: "f", Data: []byte(`{"version": 1, ` + tt.member + `}`)}}, &rep)
		err := rep.Err()
		if err == nil || !strings.Contains(err.Error(), tt.problem) || len(rep.errors) != 1 || strings.Contains(err.Error(), "secret\"") {
			t.Errorf("%s: %v\nwant %s", tt.name, err, tt.problem)
		}
	}
}

// TestFilesAreMerged: definitions of all files count, and a name that two files define is an error
// in the second.
func TestFilesAreMerged(t *testing.T) {
	source := func(name, members string) *Source {
		return &Source{Name: name, Data: []byte(`{"version": 1, ` + members + `}`)}
	}
	var rep Report
	doc := Read([]*Source{
		source("a", `"roles": {"r": {}, "s": {}}, "sets": {"r": ["x"]}, "protections_off": {"p": "why"}`),
		source("b", `"roles": {"t": {}, "r": {}}, "apis": {"r": {}}, "protections_off": {"p": "why"}`),
		{Name: "c", Data: []byte(`{}`)},
		{Name: "d", Data: []byte(`[`)},
	}, &rep)
	const want = `policy: b:1:35: /roles/r: the role "r" is already defined in a
b:1:84: /protections_off/p: the protection "p" is already defined in a
c:1:1: "version" is missing (add "version": 1)
d:1:2: the file ends too early`
	if err := rep.Err(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	names := ""
	for _, r := range doc.Roles {
		names += r.Name
	}
	if names != "rstr" || len(doc.Sets) != 1 || len(doc.APIs) != 1 {
		t.Errorf("roles %s, %d sets, %d APIs", names, len(doc.Sets), len(doc.APIs))
	}
}
