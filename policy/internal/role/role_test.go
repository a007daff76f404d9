package role

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// compiled compiles the "roles" of a policy. It returns the problems as well.
func compiled(t *testing.T, roles string) (map[string]*Role, error) {
	t.Helper()
	var rep document.Report
	doc := document.Read([]*document.Source{{Name: "f", Data: []byte(`{"version": 1, "roles": {` + roles + `}}`)}}, &rep)
	rc := Compiler{
		Rules: &rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())},
		Lint:  func(*rule.Rule) []*pattern.Fault { return nil },
		Rep:   &rep,
	}
	out := rc.Compile(doc.Roles)
	if err := rep.Err(); err != nil {
		return out, err
	}
	CheckRequirements(Combinations(nil, out), &rep)
	return out, rep.Err()
}

// setOf returns the set of the role r.
func setOf(t *testing.T, roles string) *Set {
	t.Helper()
	compiled, err := compiled(t, roles)
	if err != nil {
		t.Fatal(err)
	}
	rs := NewSet([]*Role{compiled["r"]})
	var rep document.Report
	rs.CheckExpansions("r", make(map[*rule.Rule]bool), &rep)
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	return &rs
}

func TestCompileProblems(t *testing.T) {
	for roles, want := range map[string]string{
		`"a": {"include": ["b"]}, "b": {"include": ["c"]}, "c": {}`:                 "",
		`"a": {"include": ["x"]}`:                                                   `there is no role "x"`,
		`"a": {"include": ["b"]}, "b": {"include": ["a"]}`:                          "the roles include each other: a > b > a",
		`"a": {"include": ["a"]}`:                                                   "the roles include each other: a > a",
		`"a": {"allow": ["opaque script"]}`:                                         "opaque allows what eslguard cannot check",
		`"a": {"allow": ["opaque script"], "unguarded": true}`:                      "",
		`"a": {"limits": {"dial": "5"}}`:                                            `"5" is not a limit`,
		`"a": {"limits": {"dial": ["5/s", "6/m"]}}`:                                 "two limits of the same sort",
		`"a": {"limits": {"dial user/* **": "5/s"}}`:                                "a limit has no ** at its end: it counts whatever the arguments are",
		`"a": {"require": {"api status": "var originate a 1"}}`:                     "it dials nobody, so no leg of it can have a variable",
		`"a": {"require": {"dial": "var channel a 1"}}`:                             "so the scope must be originate",
		`"a": {"require": {"dial": "var originate a* 1"}}`:                          "the name of the variable must be spelled, one in each requirement",
		`"a": {"require": {"dial": "api status"}}`:                                  "a requirement has the form var originate NAME VALUE",
		`"a": {"allow": ["dial user/1"], "require": {"dial": "var originate a 1"}}`: "no rule allows it, so no leg can ever have it",
		`"a": {"allow": ["dial user/1", "var originate a 1|2"], "require": {"dial": ["var originate a 1", "var originate a 2"]}}`: "is required as well, so both can never be met",
		`"a": {"allow": ["dial user/1", "var originate a 1|2"], "require": {"dial": ["var originate a 1", "var originate a *"]}}`: "",
	} {
		_, err := compiled(t, roles)
		if got := fmt.Sprint(err); !strings.Contains(got, want) || (want == "") != (err == nil) {
			t.Errorf("%s:\ngot  %s\nwant %s", roles, got, want)
		}
	}
}

// TestIncludes: a role has the rules and limits of what it includes, each once, its own first.
func TestIncludes(t *testing.T) {
	roles, err := compiled(t, `
		"a": {"include": ["b", "c"], "allow": ["api status"], "limits": {"dial": "9/s"}},
		"b": {"include": ["c"], "allow": ["api version"]},
		"c": {"allow": ["api show"], "deny": ["api shutdown **"], "limits": {"dial": "5/s"}}`)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, r := range roles["a"].Rules {
		texts = append(texts, r.Role+": "+r.Text)
	}
	if want := []string{"a: api status", "b: api version", "c: api show", "c: api shutdown **"}; !slices.Equal(texts, want) {
		t.Errorf("rules %q, want %q", texts, want)
	}
	rs := NewSet([]*Role{roles["a"]})
	if len(rs.Limits) != 1 || rs.Limits[0].String() != "dial 5/s" {
		t.Errorf("limits %v, want the smaller one", rs.Limits)
	}
}

// TestCombinations: each combination of roles once, and the roles that no client has.
func TestCombinations(t *testing.T) {
	roles, err := compiled(t, `"a": {}, "b": {"include": ["c"]}, "c": {}, "d": {}`)
	if err != nil {
		t.Fatal(err)
	}
	set := func(names ...string) *Set {
		var list []*Role
		for _, name := range names {
			list = append(list, roles[name])
		}
		rs := NewSet(list)
		return &rs
	}
	var got []string
	for _, rs := range Combinations([]*Set{set("a", "b"), set("b", "a"), set("a"), set()}, roles) {
		var names []string
		for _, r := range rs.Roles {
			names = append(names, r.Name)
		}
		got = append(got, strings.Join(names, "+"))
	}
	if want := []string{"a+b", "a", "", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVerdict(t *testing.T) {
	rs := setOf(t, `"r": {"allow": ["api show **", "dial user/*", "app log \\${uuid}"], "deny": ["api show calls", "dial user/9*"]}`)
	for _, tt := range []struct {
		effect effect.Effect
		by     string // the rule, "" for none
		ok     bool
	}{
		{effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"channels"}}, "api show **", true},
		{effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"calls"}}, "api show calls", false},
		{effect.Effect{Kind: effect.KindAPI, Name: "status"}, "", false},
		{effect.Effect{Kind: effect.KindDial, Name: "user/1000"}, "dial user/*", true},
		{effect.Effect{Kind: effect.KindDial, Name: "user/911"}, "dial user/9*", false},
		{effect.Effect{Kind: effect.KindDial, Name: "user/" + strings.Repeat("1", pattern.MaxName)}, "", false},
		{effect.Effect{}, "", false},
	} {
		r, ok, left := rs.Verdict(&tt.effect, pattern.MaxWork)
		by := ""
		if r != nil {
			by = r.Text
		}
		if by != tt.by || ok != tt.ok || left < 0 || left > pattern.MaxWork {
			t.Errorf("%s: %v by %q with %d steps left, want %v by %q", tt.effect.String(), ok, by, left, tt.ok, tt.by)
		}
	}
	e := effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"channels"}}
	if _, ok, left := rs.Verdict(&e, 3); ok || left >= 0 {
		t.Errorf("with 3 steps: allowed %v, %d left", ok, left)
	}
}

// TestExpansions: rules that spell an expansion cover an opaque effect, unless the client may set
// the variable or a deny could match what it becomes.
func TestExpansions(t *testing.T) {
	logged := effect.Effect{Kind: effect.KindApp, Name: "log", Tokens: []string{"${caller}"}}
	opaque := effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueExpansion, Expanded: []effect.Effect{logged}}
	for _, tt := range []struct {
		name, roles string
		ok          bool
	}{
		{"spelled", `"r": {"allow": ["app log \\${caller}"]}`, true},
		{"by a wildcard", `"r": {"allow": ["app log *"]}`, false},
		{"which a deny could match", `"r": {"allow": ["app log \\${caller}"], "deny": ["app log secret"]}`, false},
		{"another deny", `"r": {"allow": ["app log \\${caller}"], "deny": ["app park **"]}`, true},
	} {
		rs := setOf(t, tt.roles)
		if _, ok, _ := rs.Verdict(&opaque, pattern.MaxWork); ok != tt.ok {
			t.Errorf("%s: allowed %v, want %v", tt.name, ok, tt.ok)
		}
	}
	for _, tt := range []struct{ roles, by, set string }{
		{`"r": {"allow": ["var channel caller *"]}`, "var channel caller *", "caller"},
		{`"r": {"allow": ["var channel caller *"], "deny": ["var channel|originate|global caller *"]}`, "", ""},
		{`"r": {"allow": ["var channel other *"]}`, "", ""},
		{`"r": {"allow": ["api status"]}`, "", ""},
	} {
		by, set := setOf(t, tt.roles).MaySet("caller")
		text := ""
		if by != nil {
			text = by.Text
		}
		if text != tt.by || by != nil && set != tt.set {
			t.Errorf("%s: may set %s by %q, want %s by %q", tt.roles, set, text, tt.set, tt.by)
		}
	}
}
