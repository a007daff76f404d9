package lint

import (
	"slices"
	"testing"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestMayMatchTypes tests which globs may match a value of a type that is not empty.
func TestMayMatchTypes(t *testing.T) {
	for _, tt := range []struct {
		glob string
		typ  argument.Type
		want bool
	}{
		{"*", argument.TypeText, true}, {"*", argument.TypeNever, false}, {"sip:*", argument.TypeURI, false}, {"sip:*@x", argument.TypeURI, true},
		{"*", argument.TypeURL, false}, {"http://x/*", argument.TypeURL, true}, {"http://*", argument.TypeURL, false},
	} {
		globs, fault := pattern.ParseAlternative(tt.glob, nil)
		if fault != nil {
			t.Fatal(fault)
		}
		if got := mayMatchTypes(&globs[0], argument.TypeSet(1<<tt.typ)); got != tt.want {
			t.Errorf("%s matches a %v: %v, want %v", tt.glob, tt.typ, got, tt.want)
		}
	}
}

// TestSampleEffects tests the effects that stand in for those of a rule.
func TestSampleEffects(t *testing.T) {
	for _, tt := range []struct {
		rule string
		want []effect.Effect
	}{
		{"api status", nil}, // a name alone
		{"api Sofia status", []effect.Effect{{Kind: effect.KindAPI, Name: "sofia", Tokens: []string{"status"}}}},
		{"api sofia|show * a|b", []effect.Effect{
			{Kind: effect.KindAPI, Name: "sofia", Tokens: []string{"x", "a"}}, {Kind: effect.KindAPI, Name: "show", Tokens: []string{"x", "a"}},
		}},
		{"api so*|show /a.*/", []effect.Effect{{Kind: effect.KindAPI, Name: "show", Tokens: []string{"x"}}}},
		{"inject NOTIFY **", []effect.Effect{{Kind: effect.KindInject, Name: "NOTIFY"}}},
		{"api @status x", nil},
	} {
		got := sampleEffects(compileRule(t, tt.rule))
		if !slices.EqualFunc(got, tt.want, func(a, b effect.Effect) bool {
			return a.Kind == b.Kind && a.Name == b.Name && slices.Equal(a.Tokens, b.Tokens)
		}) {
			t.Errorf("%s: %v, want %v", tt.rule, got, tt.want)
		}
	}
}

// TestTokenPlace tests how a warning names a token.
func TestTokenPlace(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		i      int
		want   string
	}{
		{effect.Effect{Kind: effect.KindApp, Name: "playback", Tokens: []string{"a.wav"}}, 0, "argument 1 (file)"},
		{effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{"sip_route_uri", "x"}}, 1, "the value (uri)"},
		{effect.Effect{Kind: effect.KindChannel, Name: "unicast", Tokens: []string{"x", "x"}}, 1, "argument 2, remote-ip (never)"},
		{effect.Effect{Kind: effect.KindInject, Name: "NOTIFY", Tokens: []string{"x", "x", "x", "x"}}, 3, "argument 4, to-uri (uri)"},
	} {
		if got := tokenPlace(&tt.effect, tt.i); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.effect.String(), got, tt.want)
		}
	}
}

// TestMatchesOrdinaryValue tests which wildcards match one of a few ordinary values of their token.
func TestMatchesOrdinaryValue(t *testing.T) {
	for rule, want := range map[string]bool{
		"app playback *":                         true,
		"app playback /var/*":                    true,
		"app playback http://*":                  false,
		"api uuid_kill <uuid>":                   true,
		"api uuid_exists x<1-9>":                 true,
		"var originate originate_timeout <1-60>": true,
		"var channel a*b x":                      true,
	} {
		r := compileRule(t, rule)
		e := sampleEffects(r)[0]
		if got := matchesOrdinaryValue(r, &r.Args[0].Globs[0], &e, 0); got != want {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
}
