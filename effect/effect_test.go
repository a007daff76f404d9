package effect

import (
	"slices"
	"testing"
)

func TestKindString(t *testing.T) {
	seen := make(map[string]bool)
	for k := KindAPI; k <= KindOpaque; k++ {
		if s := k.String(); s == "" || s == "invalid" || seen[s] {
			t.Errorf("kind %d has the word %q", k, s)
		}
		seen[k.String()] = true
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("ParseKind(%q) = %d, %v", k, got, ok)
		}
	}
	for _, k := range []Kind{KindInvalid, KindOpaque + 1, 255} {
		if got := k.String(); got != "invalid" {
			t.Errorf("kind %d has the word %q, want invalid", k, got)
		}
	}
	for _, word := range []string{"", "invalid", "API"} {
		if got, ok := ParseKind(word); ok || got != KindInvalid {
			t.Errorf("ParseKind(%q) = %d, %v, want none", word, got, ok)
		}
	}
}

func TestLaterString(t *testing.T) {
	for l, want := range map[Later]string{Now: "", Once: "once", Repeating: "repeating", 9: "repeating"} {
		if got := l.String(); got != want {
			t.Errorf("Later %d has the word %q, want %q", l, got, want)
		}
	}
}

func TestLeg(t *testing.T) {
	for l, want := range map[Leg]string{LegUnknown: "", LegA: "a-leg", LegB: "b-leg", LegOther: "other-leg", 9: ""} {
		if got := l.String(); got != want {
			t.Errorf("leg %d has the word %q, want %q", l, got, want)
		}
		if got, ok := ParseLeg(want); ok != (want != "") || ok && got != l {
			t.Errorf("ParseLeg(%q) = %v, %v", want, got, ok)
		}
	}
	for _, word := range []string{"A-leg", "aleg", "unknown"} {
		if got, ok := ParseLeg(word); ok || got != LegUnknown {
			t.Errorf("ParseLeg(%q) = %v, %v, want none", word, got, ok)
		}
	}
}

func TestBlockContains(t *testing.T) {
	leg := Block{Dial: 2, Part: 3, Leg: 4}
	for _, tt := range []struct {
		name     string
		variable Block
		want     bool
	}{
		{"the same leg", Block{Dial: 2, Part: 3, Leg: 4}, true},
		{"all legs of the part", Block{Dial: 2, Part: 3}, true},
		{"all parts", Block{Dial: 2}, true},
		{"another leg", Block{Dial: 2, Part: 3, Leg: 5}, false},
		{"another part", Block{Dial: 2, Part: 1}, false},
		{"the same leg of another part", Block{Dial: 2, Part: 1, Leg: 4}, false},
		{"another dial string", Block{Dial: 1}, false},
		{"no place", Block{}, false},
	} {
		if got := tt.variable.Contains(leg); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if (Block{}).Contains(Block{}) {
		t.Error("a variable without a place is set for a leg without one")
	}
}

func TestOnChannel(t *testing.T) {
	for _, tt := range []struct {
		verb  string
		more  []string
		text  string
		uuids []string
		fold  uint64
	}{
		{"hangup", nil, "channel hangup u1", []string{"u1"}, 0},
		{"nomedia", []string{"u2"}, "channel nomedia u1 u2", []string{"u1", "u2"}, 0},
		{"unicast", []string{"10.0.0.1", "5", "10.0.0.2", "6", "UDP", ""}, "channel unicast u1 10.0.0.1 5 10.0.0.2 6 UDP ", []string{"u1"}, 1 << 5},
	} {
		e := OnChannel(tt.verb, "u1", "sendmsg", tt.more...)
		if e.String() != tt.text || !slices.Equal(e.UUIDs, tt.uuids) || e.Fold != tt.fold || e.Path != "sendmsg" {
			t.Errorf("%s: got %+v", tt.verb, e)
		}
		if len(ChannelTokens(tt.verb)) != len(e.Tokens) {
			t.Errorf("%s: %d tokens are documented, and there are %d", tt.verb, len(ChannelTokens(tt.verb)), len(e.Tokens))
		}
		if tt.verb == "unicast" && ChannelTokens(tt.verb)[unicastTransport] != "TRANSPORT" {
			t.Error("another token than the transport is compared without case")
		}
		_ = append(e.UUIDs, "x") // does not overwrite a token
		if len(tt.more) > 0 && e.Tokens[1] != tt.more[0] {
			t.Errorf("%s: the tokens share their memory with the uuids: %q", tt.verb, e.Tokens)
		}
	}
}

func TestEffectString(t *testing.T) {
	for want, e := range map[string]Effect{
		"api status":       {Kind: KindAPI, Name: "status"},
		"api show a  b":    {Kind: KindAPI, Name: "show", Args: "x", Tokens: []string{"a", "", "b"}},
		"opaque depth":     {Kind: KindOpaque, Name: OpaqueDepth},
		"invalid ":         {},
		"dial user/1\n":    {Kind: KindDial, Name: "user/1\n", Leg: LegA},
		"var global a b c": {Kind: KindVar, Name: "global", Tokens: []string{"a", "b c"}},
	} {
		if got := e.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
