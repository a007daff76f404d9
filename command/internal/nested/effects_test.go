package nested

import (
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/fstext"
)

// collected returns the effects of c as text, with the reason of those that are opaque.
func collected(c *collector) (list []string) {
	for _, e := range c.Found() {
		list = append(list, e.String())
	}
	return list
}

// TestOpaqueOnce checks that an opaque effect is listed once for each reason and each API or
// application.
func TestOpaqueOnce(t *testing.T) {
	var c collector
	in := Origin{Path: "app a"}
	c.Opaque(in, "")
	c.Add(effect.Effect{Kind: effect.KindApp, Name: "a", Path: "app a"})
	c.Opaque(in, effect.OpaqueScript)
	c.Opaque(in, effect.OpaqueScript)
	c.Opaque(in, effect.OpaqueWrapper)
	c.Opaque(in.once(), effect.OpaqueWrapper)
	c.Opaque(Origin{Path: "app a > var x"}, effect.OpaqueWrapper)
	c.Opaque(in, effect.OpaqueWrapper)
	c.Add(effect.Effect{Kind: effect.KindApp, Name: "a", Path: "app a"})
	c.Opaque(in, effect.OpaqueScript)
	want := []string{"app a", "opaque script", "opaque wrapper", "opaque wrapper", "opaque wrapper", "app a", "opaque script"}
	if got := collected(&c); !slices.Equal(got, want) {
		t.Errorf("effects %q, want %q", got, want)
	}
	for _, e := range c.effects {
		if e.Kind == effect.KindOpaque && e.Why != whyOpaque(e.Name) {
			t.Errorf("%s: why is %q", &e, e.Why)
		}
	}
}

// TestOpaqueNamed checks that an effect stays Named only while it is opaque for nothing else.
func TestOpaqueNamed(t *testing.T) {
	var c collector
	named := effect.Effect{Name: effect.OpaqueExpansion, Named: true}
	c.opaqueEffect(Origin{Path: "app a"}, named)
	c.opaqueEffect(Origin{Path: "app a"}, named)
	if e := c.effects[0]; len(c.effects) != 1 || !e.Named || e.Why != "" {
		t.Fatalf("effects %+v, want one that is named and says nothing", c.effects)
	}
	c.Opaque(Origin{Path: "app a"}, effect.OpaqueExpansion)
	if e := c.effects[0]; len(c.effects) != 1 || e.Named || e.Why != whyExpansion {
		t.Errorf("effects %+v, want one that is not named and says why", c.effects)
	}
	c.opaqueEffect(Origin{Path: "app a"}, named)
	if c.effects[0].Named {
		t.Error("the effect is named again")
	}
}

func TestMaxEffects(t *testing.T) {
	var c collector
	for range maxEffects {
		c.Add(effect.Effect{Kind: effect.KindAPI, Name: "a"})
	}
	if c.isFull() {
		t.Fatal("full at the bound, want one beyond it")
	}
	c.Add(effect.Effect{Kind: effect.KindAPI, Name: "b", Path: "api b", UUIDs: []string{"u1"}, Later: effect.Once})
	c.Add(effect.Effect{Kind: effect.KindAPI, Name: "c"})
	last := c.effects[len(c.effects)-1]
	if len(c.effects) != maxEffects+1 || !c.isFull() || last.String() != "opaque depth" || last.Why != whyDepth ||
		last.Path != "api b" || len(last.UUIDs) != 1 || last.Later != effect.Once {
		t.Errorf("%d effects, the last is %+v; want opaque depth in the place of b", len(c.effects), last)
	}
}

// TestPairs checks that the arguments of var effects share memory, and do not change each other.
func TestPairs(t *testing.T) {
	var c collector
	c.grow(2, len("a b")+len("cc d e"))
	args1, tokens1 := c.pair("a", "b")
	args2, tokens2 := c.pair("cc", "d e")
	c.grow(50, 1000)
	_, _ = c.pair("x", "y")
	_ = append(tokens1, "other")
	if args1 != "a b" || args2 != "cc d e" || strings.Join(tokens1, "|") != "a|b" || strings.Join(tokens2, "|") != "cc|d e" {
		t.Errorf("%q %q, %q %q", args1, tokens1, args2, tokens2)
	}
}

func TestShowUnknown(t *testing.T) {
	const unknown = fstext.UnknownDollar + "{x}"
	shared := []string{"a", unknown, "b"}
	e := effect.Effect{Name: unknown, Args: "a " + unknown, Tokens: shared, UUIDs: []string{unknown}}
	showUnknown(&e)
	if !e.Named || e.Name != "${x}" || e.Args != "a ${x}" || strings.Join(e.Tokens, " ") != "a ${x} b" || e.UUIDs[0] != "${x}" {
		t.Errorf("shown as %+v", e)
	}
	if shared[1] != unknown {
		t.Error("the tokens were changed in place")
	}
	plain := effect.Effect{Name: "a", Args: "${b}", Tokens: []string{"${b}"}}
	if showUnknown(&plain); plain.Named {
		t.Error("an effect without unknown values is named")
	}
}
