package role

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestVerdict tests decisions by the rules of one role, and that each takes some steps.
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
		if by := textOf(r); by != tt.by || ok != tt.ok || left < 0 || left > pattern.MaxWork {
			t.Errorf("%s: %v by %q with %d steps left, want %v by %q", tt.effect.String(), ok, by, left, tt.ok, tt.by)
		}
	}
	e := effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"channels"}}
	if _, ok, left := rs.Verdict(&e, 3); ok || left >= 0 {
		t.Errorf("with 3 steps: allowed %v, %d left", ok, left)
	}
}

// TestVerdictOrder tests which rule decides if several roles and the roles that they include have
// rules for an effect: a deny wins, whatever its place.
func TestVerdictOrder(t *testing.T) {
	const roles = `
		"shows": {"allow": ["api show **"]},
		"calls": {"allow": ["api show calls", "api status"]},
		"barred": {"deny": ["api show calls"]},
		"includes": {"include": ["shows", "barred"]},
		"above": {"include": ["includes"], "allow": ["api show calls"]},
		"narrow": {"allow": ["api show calls"], "deny": ["api show **"]}`
	calls, channels, status := api("show", "calls"), api("show", "channels"), api("status")
	for _, tt := range []struct {
		roles  string
		effect effect.Effect
		by     string
		ok     bool
	}{
		{"shows", calls, "api show **", true},
		{"shows calls", calls, "api show **", true},
		{"calls shows", calls, "api show calls", true},
		{"shows barred", calls, "api show calls", false},
		{"barred shows", calls, "api show calls", false},
		{"shows barred", channels, "api show **", true},
		{"shows", status, "", false},
		{"shows calls", status, "api status", true},
		{"includes", calls, "api show calls", false},
		{"includes", channels, "api show **", true},
		{"above", calls, "api show calls", false},
		{"calls above", calls, "api show calls", false},
		{"narrow", calls, "api show **", false},
		{"narrow shows", channels, "api show **", false},
	} {
		rs := setOf(t, roles, strings.Fields(tt.roles)...)
		r, ok, _ := rs.Verdict(&tt.effect, pattern.MaxWork)
		if textOf(r) != tt.by || ok != tt.ok || r != nil && r.Deny == ok {
			t.Errorf("%s: %s is allowed: %v, by %q, want %v, by %q", tt.roles, tt.effect.String(), ok, textOf(r), tt.ok, tt.by)
		}
	}
	none := NewSet(nil)
	if r, ok, _ := none.Verdict(&status, pattern.MaxWork); r != nil || ok {
		t.Errorf("without roles: %v, by %q", ok, textOf(r))
	}
}

// TestVerdictOfExpansions tests when rules that spell expansions cover an opaque effect, and which
// rule is named.
func TestVerdictOfExpansions(t *testing.T) {
	logged, played := app("log", "${caller}"), app("playback", "/a/${caller}.wav")
	const spell = `"app log \\${caller}", "app playback /a/\\${caller}.wav"`
	opaque := func(expanded ...effect.Effect) effect.Effect {
		return effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueExpansion, Expanded: expanded}
	}
	for _, tt := range []struct {
		name, roles string
		effect      effect.Effect
		by          string // "" for not allowed
	}{
		{"spelled", `"r": {"allow": [` + spell + `]}`, opaque(logged), `app log \${caller}`},
		{"both spelled", `"r": {"allow": [` + spell + `]}`, opaque(played, logged), `app playback /a/\${caller}.wav`},
		{"one not spelled", `"r": {"allow": ["app log \\${caller}"]}`, opaque(logged, played), ""},
		{"by a wildcard", `"r": {"allow": ["app log *"]}`, opaque(logged), ""},
		{"by a regular expression", `"r": {"allow": ["app log /.*/"]}`, opaque(logged), ""},
		{"a deny that could match", `"r": {"allow": [` + spell + `], "deny": ["app log secret"]}`, opaque(logged), ""},
		{"a deny that could match the other", `"r": {"allow": [` + spell + `], "deny": ["app log secret"]}`, opaque(played), `app playback /a/\${caller}.wav`},
		{"a deny of something else", `"r": {"allow": [` + spell + `], "deny": ["app park **"]}`, opaque(logged), `app log \${caller}`},
		{"another reason", `"r": {"allow": [` + spell + `]}`, effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueScript}, ""},
		{"no opaque effect", `"r": {"allow": [` + spell + `]}`, effect.Effect{Kind: effect.KindAPI, Name: "status", Expanded: []effect.Effect{logged}}, ""},
		{"any expansion", `"r": {"unguarded": true, "allow": ["opaque expansion"]}`, opaque(played), "opaque expansion"},
		{"any expansion, denied", `"r": {"unguarded": true, "allow": ["opaque expansion"], "deny": ["opaque expansion"]}`, opaque(played), ""},
	} {
		rs := setOf(t, tt.roles)
		r, ok, _ := rs.Verdict(&tt.effect, pattern.MaxWork)
		if ok != (tt.by != "") || ok && textOf(r) != tt.by {
			t.Errorf("%s: allowed %v by %q, want by %q", tt.name, ok, textOf(r), tt.by)
		}
		rs.Uncertain = true
		if _, ok, _ := rs.Verdict(&tt.effect, pattern.MaxWork); ok != (tt.by == "opaque expansion") {
			t.Errorf("%s, uncertain: allowed %v", tt.name, ok)
		}
	}
	rs := setOf(t, `"r": {"allow": [`+spell+`]}`)
	e := opaque(logged)
	if _, ok, left := rs.Verdict(&e, 3); ok || left >= 0 {
		t.Errorf("with 3 steps: allowed %v, %d left", ok, left)
	}
}

// TestMayBeDenied tests whether a deny could match an effect once its expansions are replaced.
func TestMayBeDenied(t *testing.T) {
	for _, tt := range []struct {
		deny   string
		effect effect.Effect
		want   bool
	}{
		{"app log secret", app("log", "${a}"), true},
		{"app log *.key", app("log", "x${a}"), true},
		{"app log y*", app("log", "x${a}"), false},
		{"app log secret", app("log", "x"), false},
		{"app log x", app("log", "x"), true},
		{"app park **", app("log", "${a}"), false},
		{"api log **", app("log", "${a}"), false},
		{"dial user/9*", dial("user/${a}", effect.LegA), true},
		{"dial sofia/*/9*", dial("user/${a}", effect.LegA), false},
	} {
		rs := setOf(t, `"r": {"deny": ["`+tt.deny+`"]}`)
		work := pattern.Meter{Left: pattern.MaxWork}
		if got := rs.MayBeDenied(&tt.effect, &work); got != tt.want || work.Left == pattern.MaxWork && tt.want {
			t.Errorf("%s and %s: %v with %d steps left, want %v", tt.deny, tt.effect.String(), got, work.Left, tt.want)
		}
	}
	e := app("log", "x")
	if rs := setOf(t, `"r": {"deny": ["app log y"]}`); !rs.MayBeDenied(&e, &pattern.Meter{Left: 1}) {
		t.Error("with too few steps the answer is no")
	}
}
