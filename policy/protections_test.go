package policy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// without returns the good policy with this "protections_off".
func without(text string) string {
	return strings.Replace(good, `"version": 1,`, `"version": 1, "protections_off": `+text+`,`, 1)
}

// TestProtectionsOff: a protection that a policy switches off refuses nothing, causes a warning,
// and is in the summary. All others stay on.
func TestProtectionsOff(t *testing.T) {
	p := load(t, without(`{ "strftime-format": "our build has the fix", "lone-backslash": "x" }`))
	parse := func(p *policy.Policy, line string) error {
		_, err := command.Parse(p.Catalog(), nil, &codec.Frame{Line: []byte(line)})
		return err
	}
	for _, line := range []string{"api strftime 1|", `api uuid_setvar u1 a\`} {
		if err := parse(p, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if err := parse(load(t, good), line); err == nil {
			t.Errorf("%s passes though its protection is on", line)
		}
	}
	if err := parse(p, "api cond a =="); err == nil {
		t.Error("another protection is off, too")
	}
	var warned []string
	for _, w := range p.Warnings() {
		if strings.Contains(w.Text, "protection") {
			warned = append(warned, w.Text+" ("+w.Hint+") "+w.Path)
		}
	}
	want := []string{
		"the protection strftime-format is off (our build has the fix) /protections_off/strftime-format",
		"the protection lone-backslash is off (x) /protections_off/lone-backslash",
	}
	if strings.Join(warned, "\n") != strings.Join(want, "\n") {
		t.Errorf("warned of %q, want %q", warned, want)
	}
	if off := p.Summary().ProtectionsOff; len(off) != 2 || off[0] != (policy.ProtectionOff{Name: "strftime-format", Note: "our build has the fix"}) {
		t.Errorf("the summary lists %v", off)
	}
}

// TestProtectionsOffRefused: an unknown protection, and one that is off without a reason, are
// errors.
func TestProtectionsOffRefused(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{ "expr-dept": "x" }`, `/protections_off/expr-dept: there is no protection "expr-dept" (did you mean "expr-depth"?)`},
		{`{ "EXPR-DEPTH": "x" }`, `did you mean "expr-depth"?`},
		{`{ "expr-depth": "" }`, `/protections_off/expr-depth: the reason is empty (say why`},
		{`{ "expr-depth": "  " }`, `the reason is empty`},
		{`{ "expr-depth": true }`, `must be a string, not true or false`},
		{`[ "expr-depth" ]`, `must be an object, not an array`},
		{`{ "expr-depth": "x", "expr-depth": "y" }`, `duplicate key "expr-depth"`},
	} {
		ps := problems(t, without(tt.text))
		if len(ps) != 1 || !strings.Contains(ps[0].String(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, ps, tt.want)
		}
	}
}

// TestSchemaKnowsProtections: the schema lists the names of all protections.
func TestSchemaKnowsProtections(t *testing.T) {
	var schema struct {
		Properties struct {
			Off struct {
				PropertyNames struct{ Enum []string }
			} `json:"protections_off"`
		}
	}
	if err := json.Unmarshal(policy.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range catalog.Protections() {
		names = append(names, p.Name)
	}
	if got := schema.Properties.Off.PropertyNames.Enum; !slices.Equal(got, names) {
		t.Errorf("the schema has %q, want %q", got, names)
	}
}

// TestProtectionDecidesTest: a test may name in "by" the protection that refuses its command.
func TestProtectionDecidesTest(t *testing.T) {
	for _, tt := range []struct {
		by string
		ok bool
	}{{"protection strftime-format", true}, {"protection", true}, {"protection expr-depth", false}} {
		test := `"tests": [ { "client": "a", "send": "api strftime 1|", "expect": "refuse", "by": "` + tt.by + `" }, {`
		for i, r := range load(t, strings.Replace(good, `"tests": [ {`, test, 1)).RunTests() {
			if i == 0 && r.OK != tt.ok {
				t.Errorf("by %s: %v", tt.by, r.Problem)
			}
		}
	}
}
