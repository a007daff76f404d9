package policy

import (
	"strings"
	"testing"

	"eslguard/effect"
)

// TestDetail: a denial names the tokens that cannot be secret, and no others.
func TestDetail(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		want   string
	}{
		{effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"caller_id", "secret"}}, "var channel caller_id"},
		{effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{""}}, `var channel ""`},
		{effect.Effect{Kind: effect.KindVar, Name: "channel"}, "var channel"},
		{effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"a\nb"}}, `var channel "a\nb"`},
		{effect.Effect{Kind: effect.KindFilter, Name: "regex", Tokens: []string{"Caller-ID", "secret"}}, "filter regex Caller-ID"},
		{effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Tokens: []string{"sofia::register"}}, "subscribe CUSTOM sofia::register"},
		{effect.Effect{Kind: effect.KindDialplan, Name: "XML", Tokens: []string{"default", "1000", "secret"}}, "dialplan XML default 1000"},
		{effect.Effect{Kind: effect.KindDialplan, Name: "xml", Tokens: []string{"default"}}, "dialplan xml default"},
		{effect.Effect{Kind: effect.KindDialplan, Name: "inline", Tokens: []string{"system:rm", "x"}}, "dialplan inline"},
		{effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"secret"}}, "api show"},
		{effect.Effect{Kind: effect.KindDial, Name: "user/1 0"}, "dial user/1 0"},
		{effect.Effect{Kind: effect.KindSubscribe}, "subscribe"},
		{effect.Effect{Kind: effect.KindVar, Name: strings.Repeat("x", 100), Tokens: []string{strings.Repeat("y", 100)}},
			"var " + strings.Repeat("x", 80) + "… " + strings.Repeat("y", 80) + "…"},
	} {
		if got := effectName(&tt.effect) + detail(&tt.effect); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// TestWithoutCuts: no reply has a colon where a client library ends a header's name.
func TestWithoutCuts(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a:b": "a:b", "a: b": "a, b", "a:": "a:", "a::  b: c": "a:,  b, c", "a:\tb": "a:\tb",
	} {
		if got := withoutCuts(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestActionString(t *testing.T) {
	for action, want := range map[Action]string{Deny: "deny", Allow: "allow", Observed: "observed", Action(99): "deny"} {
		if got := action.String(); got != want {
			t.Errorf("%d: %s, want %s", action, got, want)
		}
	}
}

// TestQuoted: the list of what "by" may be has no repetitions and is bounded.
func TestQuoted(t *testing.T) {
	for _, tt := range []struct {
		names string
		want  string
	}{
		{"", "nothing here, since no effect decides it"},
		{"a", `"a"`},
		{"a b a", `"a" or "b"`},
		{"a b c d e f g h", `"a" or "b" or "c" or "d" or "e" or "f" or "g" or "h"`},
		{"a b c d e f g h i j", `"a" or "b" or "c" or "d" or "e" or "f" or "g" or "h" or one of 2 more`},
	} {
		if got := quoted(strings.Fields(tt.names)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.names, got, tt.want)
		}
	}
}

// TestParseTest: a test sends exactly one command, and it may be one that is refused.
func TestParseTest(t *testing.T) {
	p, err := Parse("p.json", []byte(`{"version": 1, "roles": {"r": {}}}`))
	if err != nil {
		t.Fatal(err)
	}
	const uuid = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"
	for _, tt := range []struct {
		name, send, after string // after is one command, or ""
		want              string // "", "refused", or a part of the error
	}{
		{"one command", "api status", "", ""},
		{"with headers", "sendmsg " + uuid + "\ncall-command: hangup", "", ""},
		{"with a body", "sendevent CUSTOM\nEvent-Subclass: x\nContent-Length: 2\n\nab", "", ""},
		{"refused for its bytes", "api status\nContent-Length: x", "", "refused"},
		{"refused for its words", "nosuch", "", "refused"},
		{"a body that is missing", "sendevent CUSTOM\nEvent-Subclass: x\nContent-Length: 20\n\nab", "", "the test is not a complete command"},
		{"two commands", "api status\n\napi version", "", "the test contains more than one command"},
		{"in a state", "linger 60", "myevents " + uuid, ""},
		{"after what is refused", "linger 60", "nosuch", `the "after" command "nosuch" cannot be sent`},
		{"after two commands", "linger 60", "api status\n\napi version", `the "after" command`},
	} {
		tst := &test{client: &Client{}, send: tt.send}
		if tt.after != "" {
			tst.after = []string{tt.after}
		}
		cmd, refusal, err := p.parseTest(tst)
		got := ""
		switch {
		case err != nil:
			got = err.Error()
		case refusal != nil:
			got = "refused"
		}
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) || (cmd != nil) != (tt.want == "") {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
