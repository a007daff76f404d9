package policy_test

import (
	"net/netip"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/command"
	"eslguard/policy"
)

// TestSummary: the summary has everything that a person asks of a policy, sorted, and no hash.
func TestSummary(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "a.json"), `{"version": 1,
  "upstreams": {
    "spare": {"address": "[::1]:8021", "password": {"file": "spare-password"}},
    "main": {"address": "127.0.0.1:8021", "password": {"env": "ESL"}, "events": "shared", "connections": "shared"}
  },
  "protections_off": {"expr-depth": "our build has the fix"},
  "roles": {
    "base": {"allow": ["api version", "api status"], "deny": ["app system **"]},
    "calls": {"include": ["base"], "allow": ["api uuid_kill <uuid>", "api status"], "limits": {"api uuid_kill": ["5/s", "3 at once"]}}
  },
  "tests": [{"role": "base", "send": "api status", "expect": "allow"}]
}`)
	writeTo(t, filepath.Join(dir, "b.json"), `{"version": 1,
  "clients": {
    "web": {"from": ["10.1.0.0/16"], "auth": {"password": [`+sum("x")+`, `+sum("y")+`]}, "roles": ["calls"], "upstream": "main"},
    "ann": {"from": ["10.0.0.0/8", "::1/128"], "auth": {"user": "ann@example.org", "password": [`+sum("x")+`]}, "roles": [],
      "upstream": "spare", "mode": "observe", "sessions": 2, "jobs": 3, "filters": 4}
  }
}`)
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Summary{
		Revision: p.Revision(),
		Files:    []string{"a.json", "b.json"},
		Clients: []policy.ClientSummary{
			{Name: "ann", From: []string{"10.0.0.0/8", "::1/128"}, User: "ann@example.org", Passwords: 1, Upstream: "spare", Mode: "observe", Sessions: 2, Jobs: 3, Filters: 4},
			{Name: "web", From: []string{"10.1.0.0/16"}, Passwords: 2, Upstream: "main", Roles: []string{"calls"}, Mode: "enforce",
				Sessions: policy.DefaultSessions, Jobs: policy.DefaultJobs, Filters: command.DefaultFilters,
				Allow: []string{"api status", "api uuid_kill <uuid>", "api version"}, Deny: []string{"app system **"},
				Limits: []string{"api uuid_kill 5/s", "api uuid_kill 3 at once"}},
		},
		Upstreams: []policy.UpstreamSummary{
			{Name: "main", Address: "127.0.0.1:8021", Password: "environment ESL", Events: "shared", Connections: "shared"},
			{Name: "spare", Address: "[::1]:8021", Password: "file " + filepath.Join(dir, "spare-password"), Events: "own", Connections: "own"},
		},
		ProtectionsOff: []policy.ProtectionOff{{Name: "expr-depth", Note: "our build has the fix"}},
		Enclosed:       []policy.Enclosed{{Network: "10.1.0.0/16", Clients: []string{"web"}, Within: "10.0.0.0/8", WithinClients: []string{"ann"}}},
		Tests:          1,
	}
	if got := p.Summary(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if files := p.FilesWithHashes(); !slices.Equal(files, []string{"b.json"}) {
		t.Errorf("hashes are in %q, want b.json", files)
	}
	if got := p.Upstreams()["spare"].PasswordFile(); got != filepath.Join(dir, "spare-password") || p.Upstreams()["main"].PasswordFile() != "" {
		t.Errorf("the password's file is %q", got)
	}
	p.Upstreams()["main"] = nil // the caller's own map
	if p.Upstreams()["main"] == nil {
		t.Error("a caller can change the policy's upstreams")
	}
	if files := load(t, `{"version": 1}`).FilesWithHashes(); files != nil {
		t.Errorf("a policy without clients has hashes in %q", files)
	}
}

// TestKnowsDomain: a domain is one of a user's, and is compared exactly.
func TestKnowsDomain(t *testing.T) {
	p := load(t, withClients(client("a", `"10.0.0.0/8"`, "a@x.example", sum("a")), client("b", `"10.0.0.0/8"`, "", sum("b"))))
	for domain, want := range map[string]bool{"x.example": true, "X.example": false, "example": false, "a@x.example": false, "": false} {
		if got := p.KnowsDomain(domain); got != want {
			t.Errorf("KnowsDomain(%q) = %v", domain, got)
		}
	}
}

// TestNextExpiry: the earliest end of a password that has not ended.
func TestNextExpiry(t *testing.T) {
	until := func(password, at string) string { return `{"hash": ` + sum(password) + `, "not_after": "` + at + `"}` }
	p := load(t, withClients(
		client("a", `"10.0.0.0/8"`, "", sum("a"), until("a2", "2030-03-01T00:00:00Z")),
		client("b", `"10.0.0.0/8"`, "", until("b", "2030-01-01T00:00:00Z"), until("b2", "2030-02-01T00:00:00Z")),
		client("c", `"10.0.0.0/8"`, "", sum("c")),
	))
	for _, tt := range []struct{ now, want string }{
		{"2029-12-31T00:00:00Z", "2030-01-01T00:00:00Z"},
		{"2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"}, // still valid at that moment
		{"2030-01-01T00:00:01Z", "2030-02-01T00:00:00Z"},
		{"2030-02-15T00:00:00Z", "2030-03-01T00:00:00Z"},
		{"2030-03-01T00:00:01Z", ""},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := p.NextExpiry(now)
		got := ""
		if ok {
			got = next.Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("at %s: %s, want %s", tt.now, got, tt.want)
		}
	}
	if _, ok := (*policy.Policy)(nil).NextExpiry(time.Now()); ok {
		t.Error("a password of a nil policy expires")
	}
}

// TestClient: a client's limits have defaults, and an unknown client is nil, which is denied
// everything.
func TestClient(t *testing.T) {
	p := load(t, withClients(client("a", `"10.0.0.0/8"`, "", sum("a"))))
	a, unknown := p.Client("a"), p.Client("A")
	if a.Sessions != policy.DefaultSessions || a.Jobs != policy.DefaultJobs || a.RecordAll || a.Observes() || a.Upstream.Name != "pbx" {
		t.Errorf("got %+v", a)
	}
	effects := effectsOf(t, "api status")
	if unknown != nil || unknown.Observes() || unknown.Decide(effects).Action != policy.Deny || unknown.Decide(nil).Action != policy.Deny {
		t.Errorf("an unknown client is %v, or may do something", unknown)
	}
	if limit, ok := unknown.Take(effects, time.Now()); ok || limit != "" {
		t.Errorf("an unknown client may take of %q", limit)
	}
	if names, others := p.ClientsFrom(netip.MustParseAddr("10.0.0.1"), 1); !slices.Equal(names, []string{"a"}) || others != 0 {
		t.Errorf("from 10.0.0.1: %q and %d others", names, others)
	}
}

// TestUpstreamModes: events and connections are shared only if the policy says so, each for itself,
// and upstreams with the same address may differ.
func TestUpstreamModes(t *testing.T) {
	const upstream = `{"address": "127.0.0.1:8021", "password": {"env": "X"}`
	p := load(t, `{"version": 1, "upstreams": {
		"unstated": `+upstream+`}, "own": `+upstream+`, "events": "own", "connections": "own"},
		"events": `+upstream+`, "events": "shared"}, "connections": `+upstream+`, "connections": "shared"}}}`)
	for name, want := range map[string][2]bool{"unstated": {}, "own": {}, "events": {true, false}, "connections": {false, true}} {
		u := p.Upstreams()[name]
		if got := [2]bool{u.SharedEvents, u.SharedConnections}; got != want {
			t.Errorf("%s: events and connections are shared: %v, want %v", name, got, want)
		}
	}
	if len(p.Warnings()) != 0 {
		t.Errorf("warnings: %v", p.Warnings())
	}
}

// TestUpstreamAddresses: an address has a host and a port, in their usual form.
func TestUpstreamAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:8021": "", "[::1]:8021": "", "pbx.example.org:1": "", "pbx:65535": "",
		"127.0.0.1":    "is not host:port",
		":8021":        "is not host:port",
		"::1:8021":     "is not host:port",
		"pbx:":         "is not a port",
		"pbx:0":        "is not a port",
		"pbx:65536":    "is not a port",
		"pbx:08021":    "is not a port",
		"pbx:+8021":    "is not a port",
		"pbx:http":     "is not a port",
		"p bx:8021":    "is not a host",
		"pb\\u00e4:80": "is not a host",
	} {
		text := strings.Replace(good, "127.0.0.1:8021", address, 1)
		if want == "" {
			load(t, text)
			continue
		}
		if ps := problems(t, text); len(ps) != 1 || ps[0].Path != "/upstreams/pbx/address" || !strings.Contains(ps[0].Text, want) {
			t.Errorf("%s: %v, want %q", address, ps, want)
		}
	}
}

// TestSets: what the entries and the name of a set may be.
func TestSets(t *testing.T) {
	for set, want := range map[string]string{
		`"premium": ["1900*", "a b"]`:                      "",
		`"premium": ["x", "x"]`:                            `/sets/premium/1: "x" is listed twice in the set`,
		`"premium": []`:                                    "is empty",
		`"premium": ["a\u0007"]`:                           "contains a control character, U+0007",
		`"premium": ["a\u202e"]`:                           "contains a character that changes the direction",
		`"premium": ["` + strings.Repeat("x", 2000) + `"]`: "the entry is longer than",
		`"premium": ["a|b"]`:                               `"a|b"`,
		`"premium": ["<1"]`:                                `"<1"`,
		`"pre mium": ["x"]`:                                "the name of a set is made of letters, digits, - and _",
	} {
		text := strings.Replace(good, `"premium": [ "1900*" ]`, set, 1)
		if want == "" {
			load(t, text)
			continue
		}
		if ps := problems(t, text); len(ps) != 1 || !strings.Contains(ps[0].String(), want) {
			t.Errorf("%s: %v, want %q", set, ps, want)
		}
	}
}
