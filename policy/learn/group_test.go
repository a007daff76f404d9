package learn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

const someID = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"

// TestGroupOf: what all rules of an effect's group begin with, and the tokens that may differ.
func TestGroupOf(t *testing.T) {
	api := func(name, args string) effect.Effect { return catalog.Builtin().Describe(effect.KindAPI, name, args) }
	repeating := api("status", "")
	repeating.Later = effect.Repeating
	for _, tt := range []struct {
		name   string
		effect effect.Effect
		wraps  bool
		hidden bool
		begin  string
		rest   string // the tokens, separated by |
	}{
		{"an API", api("show", "channels as json"), false, false, "api show", "channels|as|json"},
		{"without arguments", api("status", ""), false, false, "api status", ""},
		{"that repeats", repeating, false, false, "repeating api status", ""},
		{"a uuid", api("uuid_kill", someID), false, false, "api uuid_kill", "\x01"},
		{"a uuid within", effect.Effect{Kind: effect.KindAPI, Name: "x", Tokens: []string{"/rec/" + someID + ".wav"}}, false, false, "api x", "/rec/\x01.wav"},
		{"a pure wrapper", api("originate", "user/1 &park"), true, false, "api originate **", ""},
		{"one without nested effects", api("originate", "user/1 &park"), false, false, "api originate", "user/1|&park"},
		{"a leg", effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/15551000", Leg: effect.LegA}, false, false, "dial a-leg", "15551000"},
		{"a leg at a host", effect.Effect{Kind: effect.KindDial, Name: "sofia/external/1555@10.0.0.1"}, false, false, "dial", "1555"},
		{"a leg without a slash", effect.Effect{Kind: effect.KindDial, Name: "1555"}, false, false, "dial", "1555"},
		{"a variable", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"a b", "v"}}, false, false, `var channel a\sb`, "v"},
		{"a variable without a name", effect.Effect{Kind: effect.KindVar, Name: "channel"}, false, false, "var channel", ""},
		{"a dialplan", effect.Effect{Kind: effect.KindDialplan, Name: "XML", Tokens: []string{"", "1000"}}, false, false, `dialplan XML ""`, "1000"},
		{"an event", effect.Effect{Kind: effect.KindSubscribe, Name: "DTMF"}, false, false, "subscribe", "DTMF"},
		{"an event with a subclass", effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Tokens: []string{"a::b"}}, false, false, "subscribe CUSTOM", "a::b"},
		{"a secret left out", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"pin", "a[redacted:k3]b"}}, false, true, "var channel pin", "a\x02b"},
		{"a text that looks so", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"pin", "[redacted]"}}, false, false, "var channel pin", "[redacted]"},
		{"a special name", effect.Effect{Kind: effect.KindAPI, Name: "a*b"}, false, false, `api a\*b`, ""},
	} {
		key, rest := groupOf(&tt.effect, tt.wraps, tt.hidden)
		want := strings.NewReplacer("\x01", string(rune(pattern.ShapeUUID)), "\x02", string(rune(pattern.ShapeRedacted))).Replace(tt.rest)
		if got := strings.Join(rest, "|"); key.String() != tt.begin || got != want || key.tokens != len(rest) {
			t.Errorf("%s: %q and %q (%d tokens), want %q and %q", tt.name, key, got, key.tokens, tt.begin, want)
		}
	}
	// Events that no wildcard matches have a group of their own.
	plain, _ := groupOf(&effect.Effect{Kind: effect.KindSubscribe, Name: "DTMF"}, false, false)
	named, rest := groupOf(&effect.Effect{Kind: effect.KindSubscribe, Name: "custom"}, false, false)
	if plain == named || named.String() != "subscribe" || !slices.Equal(rest, []string{"custom"}) {
		t.Errorf("CUSTOM is in the group %q with %q", named, rest)
	}
}

func TestSpelledGroup(t *testing.T) {
	e := effect.Effect{Kind: effect.KindApp, Name: "playback", Tokens: []string{"/a/${uuid}.wav", ""}, Later: effect.Repeating}
	if got, want := spelledGroup(&e).String(), `repeating app playback /a/\${uuid}.wav ""`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestIsStatus: only the effects that the rule api @status matches.
func TestIsStatus(t *testing.T) {
	for _, tt := range []struct {
		key  groupKey
		want bool
	}{
		{groupKey{kind: effect.KindAPI, class: effect.ClassStatus}, true},
		{groupKey{kind: effect.KindAPI, class: effect.ClassRead}, false},
		{groupKey{kind: effect.KindAPI}, false},
		{groupKey{kind: effect.KindApp, class: effect.ClassStatus}, false},
		{groupKey{kind: effect.KindAPI, class: effect.ClassStatus, repeating: true}, false},
	} {
		if got := tt.key.isStatus(); got != tt.want {
			t.Errorf("%+v: %v", tt.key, got)
		}
	}
	// Where ** does not match an argument, @status does not match the effect either.
	for args, want := range map[string]bool{"x": true, "a\nb": false} {
		e := effect.Effect{Kind: effect.KindAPI, Name: "status", Class: effect.ClassStatus, Tokens: []string{args}}
		if key, _ := groupOf(&e, false, false); key.isStatus() != want {
			t.Errorf("api status %q: %v", args, key.isStatus())
		}
	}
}

func TestSurround(t *testing.T) {
	for _, tt := range []struct{ before, token, after, want string }{
		{"user/", "1000", "", "user/1000"},
		{"user/", "1000|1001", "@x.org", `user/1000\@x.org|user/1001\@x.org`},
		{"user/", `""`, "", "user/"},
		{"user/", `""|1`, "@x", `user/\@x|user/1\@x`},
		{"user/", pattern.QuotesToken, "", `user/""`},
		{"", pattern.QuotesToken, "", pattern.QuotesToken},
		{"a b/", "<digits 2>", "", `a\sb/<digits 2>`},
		{"", "1", "", "1"},
		{"/", "a", "/", `\/a/`}, // not a regular expression
		{"sofia/" + someID + "/", "1", "", "sofia/<uuid>/1"},
	} {
		if got := surround(tt.before, tt.token, tt.after); got != tt.want {
			t.Errorf("%q, %q, %q: %s, want %s", tt.before, tt.token, tt.after, got, tt.want)
		}
	}
}

// TestGroupRules: a group's rules have its beginning, and their counts add up.
func TestGroupRules(t *testing.T) {
	groupWith := func(key groupKey, counts map[string]int) *group {
		g := &group{shapes: make(map[string]*shape)}
		for text, n := range counts {
			tokens := strings.Split(text, "|")
			g.shapes[text] = &shape{tokens: tokens, count: n, effect: effect.Effect{Kind: key.kind, Name: "user_exists", Tokens: tokens}}
		}
		return g
	}
	for _, tt := range []struct {
		name   string
		key    groupKey
		shapes map[string]int
		want   []string
	}{
		{"one", groupKey{kind: effect.KindAPI, head: " x", tokens: 1}, map[string]int{"a": 3}, []string{"api x a (3 times)"}},
		{"alternatives", groupKey{kind: effect.KindAPI, head: " x", tokens: 1}, map[string]int{"b": 1, "a": 1}, []string{"api x a|b (2 times)"}},
		{"a wildcard", groupKey{kind: effect.KindAPI, head: " x", tokens: 1}, map[string]int{"a1": 1, "a2": 1, "a3": 1, "a4": 1, "a5": 1}, []string{"api x a* (5 times)"}},
		{"numbers of extensions", groupKey{kind: effect.KindAPI, head: " x", tokens: 1}, map[string]int{"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}, []string{"api x <0-999999> (5 times)"}},
		{"numbers that are dialled", groupKey{kind: effect.KindDial, before: "user/", after: "@x", tokens: 1}, map[string]int{"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}, []string{`dial user/<digits 1>\@x (5 times)`}},
		{"events are spelled", groupKey{kind: effect.KindSubscribe, tokens: 1}, map[string]int{"A": 1, "B": 1, "C": 1, "D": 1, "E": 1}, []string{"subscribe A|B|C|D|E (5 times)"}},
	} {
		var got []string
		for _, r := range groupWith(tt.key, tt.shapes).rules(tt.key) {
			got = append(got, r.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	g := groupWith(groupKey{}, map[string]int{"a": 2, "b": 3})
	g.dropped = 4
	if got := g.count(); got != 9 {
		t.Errorf("the group has %d effects, want 9", got)
	}
}

// TestShapesAreBounded: shapes beyond the bound are counted, and reported as left out.
func TestShapesAreBounded(t *testing.T) {
	l := New(nil)
	for i := range maxShapes + 5 {
		l.Add([]effect.Effect{{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"id", fmt.Sprint(i), "x"}}}, nil)
	}
	d := l.Draft()
	counted := 0
	for _, r := range d.Rules {
		counted += r.Count
	}
	if counted != maxShapes || len(d.LeftOut) != 1 || d.LeftOut[0].String() != "api user_exists (5 times: there were too many different ones to look at)" {
		t.Errorf("%d effects have rules, left out %v", counted, d.LeftOut)
	}
}

// TestLeftOutIsBounded: at most maxLeftOut different effects are listed, equal ones once.
func TestLeftOutIsBounded(t *testing.T) {
	l := New(nil)
	for i := range 2 * (maxLeftOut + 5) {
		l.Add([]effect.Effect{{Kind: effect.KindAPI, Name: fmt.Sprint("nosuch", i/2)}}, nil)
	}
	d := l.Draft()
	if len(d.Rules) > 0 || len(d.LeftOut) != maxLeftOut {
		t.Fatalf("%d rules, %d left out", len(d.Rules), len(d.LeftOut))
	}
	if r := d.LeftOut[0]; r.Count != 2 || !r.Unlisted || r.String() != `api nosuch0 (2 times: there is no API "nosuch0")` {
		t.Errorf("got %+v", r)
	}
}

func TestRuleString(t *testing.T) {
	for want, r := range map[string]Rule{
		"api status (once)":               {Text: "api status", Count: 1},
		"api status (2 times)":            {Text: "api status", Count: 2},
		"api x (0 times: why)":            {Text: "api x", Why: "why"},
		`"api \x1b[1m" (once: it is bad)`: {Text: "api \x1b[1m", Count: 1, Why: "it is bad"},
	} {
		if got := r.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
