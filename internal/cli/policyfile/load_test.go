package policyfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// policyText is a policy with the clients c0, c1 and so on, and an upstream whose password is
// described by password.
func policyText(clients int, password string) string {
	var list []string
	for i := range clients {
		list = append(list, fmt.Sprintf(`"c%d": { "from": [ "127.0.0.1/32" ], "roles": [], "auth": { "password": [ %q ] } }`, i, policy.HashSHA256(fmt.Sprint(i))))
	}
	return fmt.Sprintf(`{ "version": 1, "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": %s } }, "clients": { %s } }`,
		password, strings.Join(list, ", "))
}

// load writes a policy to a file and loads it.
func load(t *testing.T, text string) *policy.Policy {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pol, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return pol
}

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{ "version": 1, "clint": {}, "rols": {} }`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path, text, hint string
		usage                  bool
	}{
		{"no path", "", "no policy is named", "", true},
		{"no file", filepath.Join(dir, "none.json"), "no such file", "A policy is a JSON file", false},
		{"a broken file", broken, "problems:\n  " + broken + ":1:", "eslguard check " + broken, false},
	} {
		_, err := Load(c.path)
		if err == nil || !strings.Contains(err.Error(), c.text) || !strings.Contains(console.Hint(err), c.hint) || console.IsUsage(err) != c.usage {
			t.Errorf("%s: %v, hint %q", c.name, err, console.Hint(err))
		}
	}
}

func TestFindClient(t *testing.T) {
	pol := load(t, policyText(2, `{ "env": "X" }`))
	if c, err := FindClient(pol, "c1"); err != nil || c.Name != "c1" {
		t.Errorf("%v, %v", c, err)
	}
	if _, err := FindClient(pol, ""); !console.IsUsage(err) {
		t.Errorf("without a name: %v, want an error of usage", err)
	}
	if _, err := FindClient(pol, "x"); err == nil || err.Error() != `the policy has no client "x"` || console.Hint(err) != "It has: c0, c1" {
		t.Errorf("%v, hint %q", err, console.Hint(err))
	}
	if _, err := FindClient(load(t, policyText(0, `{ "env": "X" }`)), "x"); console.Hint(err) != "It has no clients at all." {
		t.Errorf("%v, hint %q", err, console.Hint(err))
	}
}

func TestPasswords(t *testing.T) {
	dir := t.TempDir()
	good, shipped, missing := filepath.Join(dir, "good"), filepath.Join(dir, "shipped"), filepath.Join(dir, "missing")
	for file, text := range map[string]string{good: "secret\n", shipped: policy.DefaultPassword + "\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TEST_PASSWORD", "secret")
	for _, c := range []struct {
		name, password string
		clients        int
		warning        string // in the only warning; "" for none
		hint           string // in the error's hint; "" for no error
	}{
		{"a variable", `{ "env": "TEST_PASSWORD" }`, 1, "", ""},
		{"a file", fmt.Sprintf(`{ "file": %q }`, good), 1, "", ""},
		{"the default password", fmt.Sprintf(`{ "file": %q }`, shipped), 1, "the upstream pbx has FreeSWITCH's default password", ""},
		{"an unset variable", `{ "env": "TEST_UNSET" }`, 1, "TEST_UNSET; run does not start without it", "Set that variable"},
		{"an unset variable that no client needs", `{ "env": "TEST_UNSET" }`, 0, "TEST_UNSET", ""},
		{"a missing file", fmt.Sprintf(`{ "file": %q }`, missing), 1, "cannot be read here: ", "Put the password"},
	} {
		pol := load(t, policyText(c.clients, c.password))
		warnings := strings.Join(PasswordWarnings(pol), "; ")
		if (warnings == "") != (c.warning == "") || !strings.Contains(warnings, c.warning) || strings.Contains(warnings, "secret") {
			t.Errorf("%s: warnings %q, want %q", c.name, warnings, c.warning)
		}
		if strings.HasSuffix(warnings, "without it") != (c.hint != "") {
			t.Errorf("%s: %q, although the error has the hint %q", c.name, warnings, c.hint)
		}
		err := CheckPasswords(pol)
		if (err == nil) != (c.hint == "") || err != nil && !strings.Contains(console.Hint(err), c.hint) {
			t.Errorf("%s: error %v, want the hint %q", c.name, err, c.hint)
		}
	}
}

// TestChangedUpstreams: an upstream has changed if its address or password is another. What its
// sessions share does not count.
func TestChangedUpstreams(t *testing.T) {
	const upstreams = `{ "version": 1, "upstreams": { %s } }`
	one := func(name, address, variable string) string {
		return fmt.Sprintf(`%q: { "address": %q, "password": { "env": %q } }`, name, address, variable)
	}
	const shared = `"modes": { "address": "127.0.0.1:6", "password": { "env": "A" }, "events": "shared", "connections": "shared" }`
	old := load(t, fmt.Sprintf(upstreams, strings.Join([]string{
		one("same", "127.0.0.1:1", "A"), one("modes", "127.0.0.1:6", "A"), one("moved", "127.0.0.1:2", "A"), one("password", "127.0.0.1:3", "A"), one("gone", "127.0.0.1:4", "A"),
	}, ", ")))
	now := load(t, fmt.Sprintf(upstreams, strings.Join([]string{
		one("same", "127.0.0.1:1", "A"), shared, one("moved", "127.0.0.1:22", "A"), one("password", "127.0.0.1:3", "B"), one("new", "127.0.0.1:5", "A"),
	}, ", ")))
	got := ChangedUpstreams(old, now)
	for _, name := range []string{"moved", "password", "new"} {
		if got[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if len(got) != 3 || len(now.Upstreams()) != 5 {
		t.Errorf("%d upstreams have changed, want 3; the policy has %d, want 5", len(got), len(now.Upstreams()))
	}
}
