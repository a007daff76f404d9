package role

import (
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// compileRoles compiles the "roles" of a policy and reports into rep. It gives every rule a warning
// if its text is in lint.
func compileRoles(roles string, rep *document.Report, lint ...string) map[string]*Role {
	doc := document.Read([]*document.Source{{Name: "f", Data: []byte(`{"version": 1, "roles": {` + roles + `}}`)}}, rep)
	rc := Compiler{
		Rules: &rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())},
		Lint: func(r *rule.Rule) (out []*pattern.Fault) {
			for _, text := range lint {
				if r.Text == text {
					out = append(out, pattern.Faultf("a hint", "a warning"))
				}
			}
			return out
		},
		Rep: rep,
	}
	return rc.Compile(doc.Roles)
}

// compiled compiles the "roles" of a policy and checks the requirements of each. It returns the
// problems as well.
func compiled(t *testing.T, roles string) (map[string]*Role, error) {
	t.Helper()
	var rep document.Report
	out := compileRoles(roles, &rep)
	if err := rep.Err(); err != nil {
		return out, err
	}
	CheckRequirements(Combinations(nil, out), &rep)
	return out, rep.Err()
}

// setOf returns the set of the roles of these names, and of the role r without names.
func setOf(t *testing.T, roles string, names ...string) *Set {
	t.Helper()
	compiled, err := compiled(t, roles)
	if err != nil {
		t.Fatalf("%s: %v", roles, err)
	}
	if len(names) == 0 {
		names = []string{"r"}
	}
	var list []*Role
	for _, name := range names {
		list = append(list, compiled[name])
	}
	rs := NewSet(list)
	var rep document.Report
	rs.CheckExpansions("r", make(map[*rule.Rule]bool), &rep)
	if err := rep.Err(); err != nil {
		t.Fatalf("%s: %v", roles, err)
	}
	return &rs
}

// textOf returns the text of a rule, and "" for nil.
func textOf(r *rule.Rule) string {
	if r == nil {
		return ""
	}
	return r.Text
}

// api returns the effect of an API, app that of an application.
func api(name string, tokens ...string) effect.Effect {
	return effect.Effect{Kind: effect.KindAPI, Name: name, Tokens: tokens}
}

func app(name string, tokens ...string) effect.Effect {
	return effect.Effect{Kind: effect.KindApp, Name: name, Tokens: tokens}
}

// dial returns the effect of a leg at a place.
func dial(name string, leg effect.Leg) effect.Effect {
	return effect.Effect{Kind: effect.KindDial, Name: name, Leg: leg}
}
