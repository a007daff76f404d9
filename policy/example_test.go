package policy_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/policy"
)

const examplePath = "../policies.example.json"

// TestExamplePolicy: the example loads without a warning, its tests pass, and they cover every
// rule.
func TestExamplePolicy(t *testing.T) {
	p, err := policy.Load(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.Warnings() {
		t.Errorf("warning: %s", w)
	}
	tested := make(map[string]bool)
	for _, r := range p.RunTests() {
		tested[r.Client] = true
		if !r.OK {
			t.Errorf("%s", r.Problem)
		}
	}
	for _, r := range p.UncoveredRules() {
		t.Errorf("line %d: no test touches %q", r.Line, r.Text)
	}
	for _, c := range p.Summary().Clients {
		if !tested[c.Name] {
			t.Errorf("no test of the example is for %s", c.Name)
		}
	}
}

// TestExamplePasswords: the demo logs in with the passwords that the example's notes name.
func TestExamplePasswords(t *testing.T) {
	p, err := policy.Load(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]policy.Credentials{
		"wallboard": {Password: "demo-wallboard"},
		"crm":       {Password: "demo-crm"},
		"fs_cli":    {Password: "demo-fs_cli"},
		"ops":       {User: "ops", Domain: "example.org", Password: "demo-ops"},
	} {
		for _, addr := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
			l, err := p.Login(context.Background(), netip.MustParseAddr(addr), c)
			if err != nil || l.Client.Name != name {
				t.Errorf("%s from %s: %v, %v", name, addr, l.Client, err)
			}
		}
	}
}

// TestSchemaKnowsExample: the schema has every key of the format that the example and the
// ready-made roles use.
func TestSchemaKnowsExample(t *testing.T) {
	files, err := filepath.Glob(rolesFolder + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var schema map[string]any
	if err := json.Unmarshal(policy.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	text := string(policy.Schema())
	seen := 0
	var walk func(v any, named bool)
	walk = func(v any, named bool) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item, false)
			}
		case map[string]any:
			for key, item := range v {
				if !named && !strings.Contains(text, `"`+key+`":`) {
					t.Errorf("the schema does not know %q", key)
				}
				seen++
				// The keys of these objects are names; the values have keys of the format.
				switch key {
				case "upstreams", "sets", "roles", "clients", "limits", "apis", "subcommands":
					walk(item, !named)
				default:
					walk(item, false)
				}
			}
		}
	}
	for _, file := range append(files, examplePath) {
		var doc any
		if err := json.Unmarshal(readFile(t, file), &doc); err != nil {
			t.Fatal(err)
		}
		walk(doc, false)
	}
	if seen < 200 {
		t.Fatalf("only %d keys were checked", seen)
	}
}
