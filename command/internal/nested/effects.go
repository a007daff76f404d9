package nested

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/internal/fstext"
)

// The bounds of what is kept of one command. The first effect beyond maxEffects becomes opaque, for
// the reason depth, and stands for all the rest.
const (
	maxEffects  = 1024 // apart from those of `event ALL`
	moreEffects = 3    // capacity that is added with the second effect
)

// A collector keeps the effects that were found.
type collector struct {
	// effects are those that were found, maxEffects and one more at most.
	effects []effect.Effect
	// pairs has the arguments of var effects. Nil: none was found.
	pairs *pairArena
	// dials counts the dial strings that were found.
	dials uint32
	// expanded says that something was expanded, so that effects may contain UnknownDollars.
	expanded bool
}

// Found returns the effects that were found. It is called once, when all are.
func (c *collector) Found() []effect.Effect {
	c.linkExpansions()
	return c.effects
}

// Share makes list, which is shared and never changed, the effects that were found so far.
func (c *collector) Share(list []effect.Effect) { c.effects = slices.Clip(list) }

// isFull reports whether effects have been left out, so that there is nothing more to find.
func (c *collector) isFull() bool { return len(c.effects) > maxEffects }

// Opaque appends an opaque effect, once for each reason and place. An empty reason is none.
func (c *collector) Opaque(at Origin, reason string) { c.opaqueEffect(at, effect.Effect{Name: reason}) }

// opaqueEffect is opaque for an effect of which Name, Why and named are set. Without a Why it has
// that of its reason, unless it is named: then it stands only for expansions that a rule can name.
// Where it stands for something else too, it is not named.
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
			i = 0 // what stands before it is another's
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

// Add appends e. The first beyond maxEffects becomes opaque, and stands for all the rest.
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

// linkExpansions tells the opaque effects that stand for expansions which a rule can name which
// effects these are in.
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

// A pairArena has the arguments of var effects. All that are found together share it; what is in it
// is never changed.
type pairArena struct {
	tokens []string
	args   strings.Builder
}

// grow makes scratch for n variables of that size, unless there is.
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

// pair returns the argument of a var effect, and its tokens. There is scratch.
func (c *collector) pair(name, value string) (args string, tokens []string) {
	r := c.pairs
	first, start := len(r.tokens), r.args.Len()
	r.tokens = append(r.tokens, name, value)
	r.args.WriteString(name)
	r.args.WriteByte(' ')
	r.args.WriteString(value)
	return r.args.String()[start:], slices.Clip(r.tokens[first:])
}

// showUnknown shows what is not known of e as it was written.
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
