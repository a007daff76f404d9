package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestEffectTree checks that each effect is below the effect that it was found in, in the order in
// which they were found.
func TestEffectTree(t *testing.T) {
	api := func(name, path string) Effect {
		return Effect{Kind: "api", Name: name, Path: path, Decision: allowed}
	}
	app := func(name, path string) Effect {
		return Effect{Kind: "app", Name: name, Path: path, Decision: denied, Rule: "app **", Role: "r"}
	}
	other := func(kind, name, path string) Effect {
		return Effect{Kind: kind, Name: name, Path: path, Decision: denied}
	}
	const deny, none, ok = "  (denied by app **, role r)", "  (no rule allows it)", "  (allowed)"
	for _, tt := range []struct {
		name    string
		effects []Effect
		want    []string
	}{
		{"one", []Effect{api("status", "api status")}, []string{"api status" + ok}},
		{"the verb is not a step", []Effect{api("status", "bgapi > api status"), other("subscribe", "LOG", "event")},
			[]string{"api status" + ok, "subscribe LOG" + none}},
		{"nested", []Effect{
			api("expand", "bgapi > api expand"), api("originate", "bgapi > api expand > api originate"),
			other("dial", "user/1000", "bgapi > api expand > api originate"),
			app("system", "bgapi > api expand > api originate > app system"),
			other("opaque", "script", "bgapi > api expand > api originate > app system"),
		}, []string{
			"api expand" + ok, "  api originate" + ok, "    dial user/1000" + none, "    app system" + deny, "      opaque script" + none,
		}},
		{"the same twice", []Effect{
			api("a", "api a"), other("dial", "1", "api a"), api("a", "api a"), other("dial", "2", "api a"),
		}, []string{"api a" + ok, "  dial 1" + none, "api a" + ok, "  dial 2" + none}},
		{"a step that is not an effect", []Effect{
			api("a", "api a"), app("b", "api a > var execute_on_answer > app b"), app("c", "api a > var execute_on_answer > app c"),
		}, []string{"api a" + ok, "  var execute_on_answer", "    app b" + deny, "    app c" + deny}},
		{"an inner effect comes first", []Effect{
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

// TestMergeEvents checks that events that are decided alike are merged, and spelled as in a rule.
func TestMergeEvents(t *testing.T) {
	event := func(name, rule string, tokens ...string) Effect {
		e := Effect{Kind: "subscribe", Name: name, Tokens: tokens, Path: "event", Decision: denied, Rule: rule}
		if rule != "" {
			e.Decision = allowed
		}
		return e
	}
	long := strings.Repeat("X", maxMerged)
	for _, tt := range []struct {
		effects []Effect
		want    []string
	}{
		{[]Effect{event("A", ""), event("B", ""), event("C", "r"), event("D", "")}, []string{"A|B|D", "C"}},
		{[]Effect{event("CUSTOM", "", "a::b"), event("CUSTOM", "", "c::d"), event("A", "")}, []string{"CUSTOM", "CUSTOM", "A"}},
		{[]Effect{event("A", ""), event(long, ""), event("B", "")}, []string{"A", long, "B"}},
		{[]Effect{{Kind: "api", Name: "status"}, {Kind: "api", Name: "version"}}, []string{"status", "version"}},
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
