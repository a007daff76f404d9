package nested

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/fstext"
)

// The bounds of a command's effects. The first effect over maxEffects is replaced by an opaque one,
// for the reason depth; later ones are dropped.
const (
	maxEffects  = 1024 // without those of `event ALL`
	moreEffects = 3    // capacity added when a second effect is appended
)

// A collector collects effects.
type collector struct {
	// effects has at most maxEffects effects and an opaque one.
	effects []effect.Effect
	// pairs has the arguments of var effects. It is nil if there are none.
	pairs *pairArena
	// dials is the number of dial strings found.
	dials uint32
	// expanded reports whether a text was expanded. Effects may then contain UnknownDollar.
	expanded bool
}

// Found returns the effects that were found, nil if there are none. Call it once, at the end.
func (c *collector) Found() []effect.Effect {
	c.linkExpansions()
	return c.effects
}

// Share sets list as the effects that were found. Others may share list: it is never changed.
func (c *collector) Share(list []effect.Effect) { c.effects = slices.Clip(list) }

// isFull reports whether an effect has been dropped, so that it makes no sense to look for more.
func (c *collector) isFull() bool { return len(c.effects) > maxEffects }

// Opaque appends an opaque effect for that reason, unless the same API or application has one for
// it already. If reason is empty, it does nothing.
func (c *collector) Opaque(at Origin, reason string) { c.opaqueEffect(at, effect.Effect{Name: reason}) }

// opaqueEffect is like Opaque, but takes an effect whose Name is the reason and whose Why and Named
// may be set. An effect without a Why gets the usual one for its reason. A Named effect needs no
// Why, because it is opaque only for expansions that a rule can name. If it is merged with one that
// is not Named, the result is not Named.
func (c *collector) opaqueEffect(at Origin, opaque effect.Effect) {
	reason := opaque.Name
	if reason == "" {
		return
	}
	if opaque.Why == "" && !opaque.Named {
		opaque.Why = whyOpaque(reason)
	}
	for i := len(c.effects) - 1; i >= 0; i-- {
		e := &c.effects[i]
		if e.Path != at.Path {
			continue
		}
		switch e.Kind {
		case effect.KindAPI, effect.KindApp:
			i = 0 // the effects before it belong to other commands
		case effect.KindOpaque:
			if e.Name == reason && e.Later == at.Later {
				if e.Named = e.Named && opaque.Named; e.Why == "" {
					e.Why = opaque.Why
				}
				return
			}
		}
	}
	opaque.Kind, opaque.UUIDs, opaque.Path, opaque.Later = effect.KindOpaque, at.UUIDs, at.Path, at.Later
	c.Add(opaque)
}

// Add appends e. The first effect over maxEffects becomes an opaque one, and later ones are
// dropped.
func (c *collector) Add(e effect.Effect) {
	if c.expanded {
		showUnknown(&e)
	}
	if n := len(c.effects); n >= maxEffects {
		if n > maxEffects {
			return
		}
		e = effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueDepth, Why: whyDepth, UUIDs: e.UUIDs, Path: e.Path, Later: e.Later}
	}
	if n := len(c.effects); n == 1 && cap(c.effects) == 1 {
		c.effects = slices.Grow(c.effects, moreEffects)
	}
	c.effects = append(c.effects, e)
}

// linkExpansions sets Expanded in the opaque effects that are Named: the effects that contain the
// expansions.
func (c *collector) linkExpansions() {
	if !c.expanded {
		return
	}
	var expanded []effect.Effect
	opaque := false
	for i := range c.effects {
		e := &c.effects[i]
		opaque = opaque || e.Kind == effect.KindOpaque && e.Named
		if e.Kind != effect.KindOpaque && e.Named {
			expanded = append(expanded, *e)
		}
	}
	if !opaque || len(expanded) == 0 {
		return
	}
	for i := range c.effects {
		if e := &c.effects[i]; e.Kind == effect.KindOpaque && e.Named {
			e.Expanded = expanded
		}
	}
}

// A pairArena is the memory for the arguments of var effects. They share it, and nothing in it is
// ever changed.
type pairArena struct {
	tokens []string
	args   strings.Builder
}

// grow ensures capacity for n more variables whose arguments have size bytes in total.
func (c *collector) grow(n, size int) {
	if c.pairs == nil {
		c.pairs = new(pairArena) // most commands set nothing
	}
	r := c.pairs
	if cap(r.tokens)-len(r.tokens) < 2*n {
		r.tokens = make([]string, 0, 2*n)
	}
	if r.args.Cap()-r.args.Len() < size {
		r.args = strings.Builder{}
		r.args.Grow(size)
	}
}

// pair returns the argument of a var effect and its tokens. Call grow first.
func (c *collector) pair(name, value string) (args string, tokens []string) {
	r := c.pairs
	first, start := len(r.tokens), r.args.Len()
	r.tokens = append(r.tokens, name, value)
	r.args.WriteString(name)
	r.args.WriteByte(' ')
	r.args.WriteString(value)
	return r.args.String()[start:], slices.Clip(r.tokens[first:])
}

// showUnknown replaces UnknownDollar in e by the $ that the client wrote.
func showUnknown(e *effect.Effect) {
	e.Named = e.Named || strings.Contains(e.Name, fstext.UnknownDollar) || slices.ContainsFunc(e.Tokens, func(t string) bool { return strings.Contains(t, fstext.UnknownDollar) })
	e.Name, e.Args = fstext.ShowDollars(e.Name), fstext.ShowDollars(e.Args)
	e.Tokens, e.UUIDs = showUnknownAll(e.Tokens), showUnknownAll(e.UUIDs)
}

func showUnknownAll(list []string) []string {
	for i, s := range list {
		if strings.Contains(s, fstext.UnknownDollar) {
			list = slices.Clone(list)
			for ; i < len(list); i++ {
				list[i] = fstext.ShowDollars(list[i])
			}
			break
		}
	}
	return list
}
