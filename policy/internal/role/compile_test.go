package role

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/policy/internal/document"
)

// TestCompileProblems tests which roles are wrong, and the problem that is reported.
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

// TestIncludes tests that a role has the rules and limits of the roles that it includes, each once,
// after its own.
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

// TestParts tests the parts of a role: its own first, then each role that it includes, once.
func TestParts(t *testing.T) {
	roles, err := compiled(t, `
		"a": {"include": ["b", "c"], "allow": ["api status"]}, "b": {"include": ["d"], "allow": ["dial user/1"]},
		"c": {"include": ["d"]}, "d": {"deny": ["dial user/2"]}, "e": {"include": ["d"]}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range roles["a"].Parts {
		var texts []string
		for _, r := range p.Rules {
			texts = append(texts, r.Text)
		}
		got = append(got, fmt.Sprintf("%s %v", strings.Join(texts, ","), p.Dials()))
	}
	if want := []string{"api status false", "dial user/1 true", " false", "dial user/2 false"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if roles["a"].Parts[3] != roles["e"].Parts[1] {
		t.Error("two roles that include d have different parts of it")
	}
}

// TestCompileReports tests that everything wrong in a role is reported with its position, with the
// warnings about its rules, and that the rest of the role compiles.
func TestCompileReports(t *testing.T) {
	var rep document.Report
	roles := compileRoles(`"r": {"allow": ["api nothing", "api status", "opaque script"], "deny": ["api version", "bogus x"]}`, &rep, "api status", "api version")
	for i, want := range []string{
		`/roles/r/allow/0: "api nothing": there is no API "nothing"`,
		`/roles/r/allow/2: "opaque script": opaque allows what eslguard cannot check (if that is meant, add "unguarded": true to the role)`,
		`/roles/r/deny/1: "bogus x": "bogus" is not a kind of effect`,
	} {
		if lines := strings.Split(rep.Err().Error(), "\n"); len(lines) != 3 || !strings.Contains(lines[i], want) {
			t.Errorf("got  %q\nwant %s", lines, want)
		}
	}
	for i, want := range []string{`/roles/r/allow/1: "api status": a warning (a hint)`, `/roles/r/deny/0: "api version": a warning (a hint)`} {
		if len(rep.Warnings) != 2 || !strings.Contains(rep.Warnings[i].String(), want) {
			t.Errorf("got %v\nwant %s", rep.Warnings, want)
		}
	}
	var texts []string
	for _, r := range roles["r"].Rules {
		texts = append(texts, r.Text)
	}
	if want := []string{"api status", "opaque script", "api version"}; !slices.Equal(texts, want) {
		t.Errorf("rules %q, want %q", texts, want)
	}
}

// TestTooManyRequirements tests the largest number of requirements of a role.
func TestTooManyRequirements(t *testing.T) {
	require := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`"var originate a%d 1"`, i))
		}
		return `"r": {"allow": ["dial user/1", "var originate a* 1"], "require": {"dial": [` + strings.Join(list, ", ") + `]}}`
	}
	if _, err := compiled(t, require(maxRequirements)); err != nil {
		t.Errorf("%d requirements: %v", maxRequirements, err)
	}
	if _, err := compiled(t, require(maxRequirements+1)); err == nil || !strings.Contains(err.Error(), "a role has more than 64 requirements") {
		t.Errorf("%d requirements: %v", maxRequirements+1, err)
	}
}
