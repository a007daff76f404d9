package cli

import (
	"slices"
	"strings"
	"testing"
)

// TestEffectTree: each effect stands below what it was found in, in the order in which it was found.
func TestEffectTree(t *testing.T) {
	api := func(name, path string) explainedEffect {
		return explainedEffect{Kind: "api", Name: name, Path: path, Decision: allowed}
	}
	app := func(name, path string) explainedEffect {
		return explainedEffect{Kind: "app", Name: name, Path: path, Decision: denied, Rule: "app **", Role: "r"}
	}
	other := func(kind, name, path string) explainedEffect {
		return explainedEffect{Kind: kind, Name: name, Path: path, Decision: denied}
	}
	const deny, none, ok = "  (denied by app **, role r)", "  (no rule allows it)", "  (allowed)"
	for _, tt := range []struct {
		name    string
		effects []explainedEffect
		want    []string
	}{
		{"one", []explainedEffect{api("status", "api status")}, []string{"api status" + ok}},
		{"the verb is no step", []explainedEffect{api("status", "bgapi > api status"), other("subscribe", "LOG", "event")},
			[]string{"api status" + ok, "subscribe LOG" + none}},
		{"nested", []explainedEffect{
			api("expand", "bgapi > api expand"), api("originate", "bgapi > api expand > api originate"),
			other("dial", "user/1000", "bgapi > api expand > api originate"),
			app("system", "bgapi > api expand > api originate > app system"),
			other("opaque", "script", "bgapi > api expand > api originate > app system"),
		}, []string{
			"api expand" + ok, "  api originate" + ok, "    dial user/1000" + none, "    app system" + deny, "      opaque script" + none,
		}},
		{"the same twice", []explainedEffect{
			api("a", "api a"), other("dial", "1", "api a"), api("a", "api a"), other("dial", "2", "api a"),
		}, []string{"api a" + ok, "  dial 1" + none, "api a" + ok, "  dial 2" + none}},
		{"a step that is no effect", []explainedEffect{
			api("a", "api a"), app("b", "api a > var execute_on_answer > app b"), app("c", "api a > var execute_on_answer > app c"),
		}, []string{"api a" + ok, "  var execute_on_answer", "    app b" + deny, "    app c" + deny}},
		{"what is inside comes first", []explainedEffect{
			app("b", "api a > app b"), api("a", "api a"),
		}, []string{"api a" + ok, "  app b" + deny}},
	} {
		var got []string
		for _, n := range effectTree(tt.effects) {
			n.lines(0, func(text string) { got = append(got, text) })
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestMergeEvents: events that are decided alike stand together, as a rule would write them.
func TestMergeEvents(t *testing.T) {
	event := func(name, rule string, tokens ...string) explainedEffect {
		e := explainedEffect{Kind: "subscribe", Name: name, Tokens: tokens, Path: "event", Decision: denied, Rule: rule}
		if rule != "" {
			e.Decision = allowed
		}
		return e
	}
	long := strings.Repeat("X", maxMerged)
	for _, tt := range []struct {
		effects []explainedEffect
		want    []string
	}{
		{[]explainedEffect{event("A", ""), event("B", ""), event("C", "r"), event("D", "")}, []string{"A|B|D", "C"}},
		{[]explainedEffect{event("CUSTOM", "", "a::b"), event("CUSTOM", "", "c::d"), event("A", "")}, []string{"CUSTOM", "CUSTOM", "A"}},
		{[]explainedEffect{event("A", ""), event(long, ""), event("B", "")}, []string{"A", long, "B"}},
		{[]explainedEffect{{Kind: "api", Name: "status"}, {Kind: "api", Name: "version"}}, []string{"status", "version"}},
	} {
		var got []string
		for _, e := range mergeEvents(tt.effects) {
			got = append(got, e.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
