package policy_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eslguard/policy"
)

const rolesFolder = "../roles"

// TestReadyRoles: every ready-made role loads by itself without a warning, its tests pass, and they
// cover all of its rules.
func TestReadyRoles(t *testing.T) {
	files, err := filepath.Glob(rolesFolder + "/*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			p, err := policy.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range p.Warnings() {
				t.Errorf("warning: %s", w)
			}
			expected := make(map[string]bool)
			for _, r := range p.RunTests() {
				expected[r.Expect] = true
				if !r.OK {
					t.Errorf("%s", r.Problem)
				}
			}
			if !expected[allow] || !expected[deny] {
				t.Errorf("the tests expect only %v", expected)
			}
			for _, r := range p.UncoveredRules() {
				t.Errorf("line %d: no test touches %q", r.Line, r.Text)
			}
		})
	}
}

// TestReadyRolesTogether: all ready-made roles can be in one folder with the rest of a policy.
func TestReadyRolesTogether(t *testing.T) {
	dir := t.TempDir()
	files, err := filepath.Glob(rolesFolder + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		names = append(names, `"`+name+`"`)
		writeTo(t, filepath.Join(dir, filepath.Base(file)), string(readFile(t, file)))
	}
	acme := strings.Replace(client("acme", `"10.0.0.0/8"`, "", sum("x")), `["r"]`, "["+strings.Join(names, ", ")+"]", 1)
	writeTo(t, filepath.Join(dir, "a.json"),
		`{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}}, "clients": {`+acme+`}}`)
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Summary().Clients[0].Roles; len(got) != len(files) || slices.Contains(got, "r") {
		t.Errorf("roles %q", got)
	}
}
