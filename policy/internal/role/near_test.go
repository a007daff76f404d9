package role

import (
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestNear tests which rule is nearest to an effect that no rule allows, and the reason that the
// client gets.
func TestNear(t *testing.T) {
	const roles = `
		"a": {"allow": ["api uuid_kill <uuid>", "api uuid_record * start /var/rec/* **", "api show channels|calls as xml", "app playback /var/*",
			"dial a-leg user/1*", "dial sofia/gateway/acme/49*", "log NOTICE", "repeating api status"]},
		"b": {"allow": ["api uuid_kill", "api show channels"], "deny": ["api reloadxml"]}`
	rs := setOf(t, roles, "a", "b")
	const id = "11111111-2222-3333-4444-555555555555"
	for _, tt := range []struct {
		effect    effect.Effect
		rule, why string
	}{
		{app("playback", "/var/../etc/x"), "app playback /var/*", "argument 1 (file) is not matched by `*`, since it holds .."},
		{api("uuid_kill", "all"), "api uuid_kill <uuid>", "argument 1 (channel) is not one that the nearest rule allows"},
		{api("uuid_kill", id, "x", "y"), "api uuid_kill <uuid>", "the nearest rule allows 1 argument, and this has 3"},
		{api("uuid_record", id), "api uuid_record * start /var/rec/* **", "the nearest rule allows 3 arguments or more, and this has 1"},
		{api("show", "channels", "as", "json"), "api show channels|calls as xml", "argument 3 (word) is not one that the nearest rule allows"},
		{api("show", "calls"), "api show channels", "argument 1 (word) is not one that the nearest rule allows"},
		{api("status"), "repeating api status", "the nearest rule is for what is repeated only"},
		{api("reloadxml"), "", ""},
		{dial("user/1000", effect.LegB), "dial a-leg user/1*", "a rule allows it as an a-leg, and this is a b-leg"},
		{dial("user/1000", effect.LegOther), "dial a-leg user/1*", "a rule allows it as an a-leg, and this is another leg (other-leg)"},
		{dial("user/2000", effect.LegA), "dial a-leg user/1*", "what follows its type is not what the nearest rule allows"},
		{dial("sofia/gateway/acme/4412345", effect.LegA), "dial sofia/gateway/acme/49*", "what follows its type is not what the nearest rule allows"},
		{dial("null/1", effect.LegA), "", ""},
		{effect.Effect{Kind: effect.KindLog, Name: "DEBUG"}, "log NOTICE", "the nearest rule allows less of the log"},
	} {
		if text, why := rs.Near(&tt.effect, pattern.MaxWork); text != tt.rule || why != tt.why {
			t.Errorf("%s: %q, because %q\nwant %q, because %q", tt.effect.String(), text, why, tt.rule, tt.why)
		}
	}
	none := NewSet(nil)
	e := api("status")
	if text, why := none.Near(&e, pattern.MaxWork); text != "" || why != "" {
		t.Errorf("without roles: %q, %q", text, why)
	}
}

// TestNearestTakesFewSteps tests that nearest stops when its steps are used up.
func TestNearestTakesFewSteps(t *testing.T) {
	rs := setOf(t, `"r": {"allow": ["api show a x", "api show a b"]}`)
	e := api("show", "a", "c")
	for left, want := range map[int]string{0: "", pattern.StepsPerRule - 1: "", pattern.MaxWork: "api show a x"} {
		if n := rs.nearest(&e, left); textOf(n.Rule) != want {
			t.Errorf("%d steps: %q, want %q", left, textOf(n.Rule), want)
		}
	}
}
