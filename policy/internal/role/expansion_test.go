package role

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// TestMaySet tests which rules let a client decide the value of a variable, and by which variable.
func TestMaySet(t *testing.T) {
	const all = "var channel|originate|global "
	for _, tt := range []struct {
		variable    string
		allow, deny []string
		by, set     string
	}{
		{"caller", []string{"var channel caller *"}, nil, "var channel caller *", "caller"},
		{"caller", []string{"var originate CALLER x"}, nil, "var originate CALLER x", "caller"},
		{"caller", []string{"var global call* *"}, nil, "var global call* *", "caller"},
		{"caller", []string{"var global /c.*/ *"}, nil, "var global /c.*/ *", "caller"},
		{"caller", []string{"var **"}, nil, "var **", "caller"},
		{"caller", []string{"var channel other *"}, nil, "", ""},
		{"caller", []string{"api uuid_setvar **"}, nil, "", ""},
		{"caller", []string{"var channel caller *"}, []string{all + "caller *"}, "", ""},
		{"caller", []string{"var **"}, []string{all + "caller *"}, "", ""},
		{"caller", []string{"var **"}, []string{"var channel caller *"}, "var **", "caller"},
		{"caller", []string{"var channel caller *"}, []string{"var channel caller **"}, "", ""},
		{"caller", []string{"var channel caller *"}, []string{"var channel call* *"}, "", ""},
		{"caller", []string{"var channel caller *"}, []string{"var channel caller x"}, "var channel caller *", "caller"},
		{"caller", []string{"var channel caller *"}, []string{"repeating var channel caller *"}, "var channel caller *", "caller"},
		{"uuid", []string{"var originate origination_uuid *"}, nil, "var originate origination_uuid *", "origination_uuid"},
		{"uuid", []string{"var originate origination_uuid <uuid>"}, nil, "", ""},
		{"uuid", []string{"var originate uuid <uuid>"}, nil, "var originate uuid <uuid>", "uuid"},
		{"uuid", []string{"var originate origination_uuid *"}, []string{all + "origination_uuid *"}, "", ""},
	} {
		rs := setOf(t, roleOf(tt.allow, tt.deny))
		by, set := rs.MaySet(tt.variable)
		if textOf(by) != tt.by || by != nil && set != tt.set {
			t.Errorf("%s with %q and denies %q: set %q by %q, want %q by %q", tt.variable, tt.allow, tt.deny, set, textOf(by), tt.set, tt.by)
		}
	}
}

// roleOf returns the role r with these rules.
func roleOf(allow, deny []string) string {
	list := func(rules []string) string {
		var out []string
		for _, r := range rules {
			out = append(out, fmt.Sprintf("%q", r))
		}
		return strings.Join(out, ", ")
	}
	return `"r": {"allow": [` + list(allow) + `], "deny": [` + list(deny) + `]}`
}

// TestCheckExpansions tests the errors about rules that spell an expansion whose value the client
// may decide, and that the set is then uncertain.
func TestCheckExpansions(t *testing.T) {
	const record = `"app record_session /a/\\${uuid}.wav"`
	for _, tt := range []struct {
		name, roles string
		uncertain   bool
		want        string // "" for no error
	}{
		{"fixed", `"r": {"allow": [` + record + `]}`, false, ""},
		{"settable", `"r": {"allow": [` + record + `, "var channel uuid *"]}`, true,
			`f:1:42: /roles/r/allow/0: "app record_session /a/\\${uuid}.wav": acme may set the variable "uuid" by "var channel uuid *", ` +
				`so what is expanded from "uuid" could be anything (add "var channel|originate|global uuid *" to "deny")`},
		{"settable by another variable", `"r": {"allow": [` + record + `, "var originate origination_uuid *"]}`, true,
			`acme may set the variable "origination_uuid" by "var originate origination_uuid *", so what is expanded from "uuid" could be anything ` +
				`(add "var channel|originate|global origination_uuid *" to "deny", or allow no value but <uuid>)`},
		{"every expansion is allowed", `"r": {"unguarded": true, "allow": [` + record + `, "var channel uuid *", "opaque expansion"]}`, true, ""},
	} {
		var rep document.Report
		roles := compileRoles(tt.roles, &rep)
		rs := NewSet([]*Role{roles["r"]})
		reported := make(map[*rule.Rule]bool)
		rs.CheckExpansions("acme", reported, &rep)
		got := fmt.Sprint(rep.Err())
		if rs.Uncertain != tt.uncertain || (rep.Err() != nil) != (tt.want != "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: uncertain %v, got %s\nwant %v, %s", tt.name, rs.Uncertain, got, tt.uncertain, tt.want)
		}
		again := NewSet([]*Role{roles["r"]})
		var second document.Report
		again.CheckExpansions("beta", reported, &second)
		if second.Err() != nil || again.Uncertain != tt.uncertain {
			t.Errorf("%s, the second client: uncertain %v, got %v", tt.name, again.Uncertain, second.Err())
		}
	}
}

func TestAllowsExpansion(t *testing.T) {
	for allow, want := range map[string]bool{
		"opaque expansion": true, "opaque script|expansion": true, "opaque script": false, "app log **": false,
	} {
		rs := setOf(t, `"r": {"unguarded": true, "allow": ["`+allow+`"]}`)
		if got := rs.AllowsExpansion(); got != want {
			t.Errorf("%s: %v, want %v", allow, got, want)
		}
	}
	if setOf(t, `"r": {"unguarded": true, "deny": ["opaque expansion"]}`).AllowsExpansion() {
		t.Error("a deny allows expansions")
	}
}

// TestUnspelledExpansions tests the reason why no rules cover an opaque effect.
func TestUnspelledExpansions(t *testing.T) {
	opaque := func(expanded ...effect.Effect) effect.Effect {
		return effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueExpansion, Expanded: expanded}
	}
	record := func(tokens ...string) effect.Effect { return app("record_session", tokens...) }
	const (
		rule = `"allow": ["app record_session /a/\\${uuid}.wav"]`
		one  = "; it stands for ${uuid}, which rules that spell it cover"
	)
	for _, tt := range []struct {
		name, role string
		effect     effect.Effect
		want       string
	}{
		{"nothing is expanded", rule, opaque(), ""},
		{"unspelled", `"allow": []`, opaque(record("/a/${uuid}.wav")), one},
		{"spelled otherwise", rule, opaque(record("/b/${uuid}.wav")), one},
		{"twice the same", `"allow": []`, opaque(record("/a/${uuid}.wav"), record("/a/${uuid}-${uuid}")), one},
		{"two", `"allow": []`, opaque(record("${uuid}", "$${base}")), "; it stands for ${uuid}, $${base}, which rules that spell it cover"},
		{"in a name", `"allow": []`, opaque(dial("user/$${domain}", effect.LegA)), "; it stands for $${domain}, which rules that spell it cover"},
		{"at most four", `"allow": []`, opaque(record("$${a}$${b}$${c}$${d}$${e}")), "; it stands for $${a}, $${b}, $${c}, $${d}, which rules that spell it cover"},
		{"a deny could match", rule + `, "deny": ["app record_session /a/*"]`, opaque(record("/a/${uuid}.wav")), "; a deny could match what is expanded in it"},
	} {
		rs := setOf(t, `"r": {`+tt.role+`}`)
		if got := rs.UnspelledExpansions(&tt.effect, pattern.MaxWork); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		rs.Uncertain = true
		if got := rs.UnspelledExpansions(&tt.effect, pattern.MaxWork); got != "" {
			t.Errorf("%s, uncertain: %q", tt.name, got)
		}
	}
}
