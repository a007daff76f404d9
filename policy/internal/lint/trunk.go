package lint

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bridging are the applications that dial a leg and connect it to the channel that runs them, and
// joining those, and the APIs, that connect two calls that are up.
var (
	bridging    = [...]string{"bridge", "att_xfer", "dial"}
	joining     = [...]string{"conference", "eavesdrop", "fifo", "intercept", "three_way", "valet_park"}
	joiningAPIs = [...]string{"uuid_bridge"}
)

// trunkHint is how to keep one trunk from being connected to another.
const trunkHint = `say who may call whom: "dial a-leg user/…" and "dial b-leg sofia/gateway/…"`

// trunks notes, once for each combination of roles, that a call to a trunk can be connected to
// another call of a trunk. By that a stranger calls at the cost of whoever owns the trunks.
func (d *linter) trunks(h *role.Set) {
	starts, bridged, other := trunkRule(h, effect.LegA), trunkRule(h, effect.LegB), trunkRule(h, effect.LegOther)
	bridge := firstNamed(h, effect.KindApp, bridging[:])
	join := firstNamed(h, effect.KindAPI, joiningAPIs[:])
	if join == nil {
		join = firstNamed(h, effect.KindApp, joining[:])
	}
	if join == nil && bridge != nil {
		join = channelRule(h)
	}
	dialled := cmp.Or(starts, bridged, other)
	switch {
	case bridge != nil && starts != nil && bridged != nil:
		d.warnTrunks(bridged, "%s: a call to a trunk, which %s allows, may be bridged to a trunk, by %s", starts, bridge)
	case bridge != nil && other != nil:
		d.warnTrunks(other, "%s: a call that is up, one from a trunk among them, may be bridged to a trunk, by %s", bridge)
	case join != nil && dialled != nil:
		d.warnTrunks(dialled, "%s: a call to a trunk may be connected to another that is up, by %s", join)
	}
}

// warnTrunks warns at the rule at, once; format has a %s for it and for each of the others.
func (d *linter) warnTrunks(at *rule.Rule, format string, others ...*rule.Rule) {
	if d.bridgeWarned[at] {
		return
	}
	d.bridgeWarned[at] = true
	texts := []any{words.Quote(at.Text)}
	for _, r := range others {
		texts = append(texts, words.Quote(r.Text))
	}
	d.rep.Warnf(at.Pos, trunkHint, format, texts...)
}

// trunkRule returns the first allow rule by which a leg of a trunk may be dialled at that place,
// and nil without one.
func trunkRule(h *role.Set, leg effect.Leg) (found *rule.Rule) {
	h.EachAllow(func(r *rule.Rule) {
		if found == nil && dialsTrunk(r) && (r.Leg == effect.LegUnknown || r.Leg == leg) {
			found = r
		}
	})
	return found
}

// channelRule returns the first allow rule that lets a channel's uuid be dialled, and nil without
// one. Who writes it means that bridge connects the caller to a call that is up. FreeSWITCH 1.10
// does not: it takes the uuid for a type of leg, finds none and reaches nobody
// (switch_ivr_originate.c, "Could not locate channel type"). The warning is for whoever has a
// FreeSWITCH that does.
func channelRule(h *role.Set) (found *rule.Rule) {
	h.EachAllow(func(r *rule.Rule) {
		if found == nil && r.Kind == effect.KindDial && slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
			return g.Elements[0].Kind == pattern.UUID
		}) {
			found = r
		}
	})
	return found
}

// firstNamed returns the first allow rule that is about one of these names, and nil without one.
func firstNamed(h *role.Set, kind effect.Kind, names []string) (found *rule.Rule) {
	h.EachAllow(func(r *rule.Rule) {
		if found != nil || r.Kind != kind {
			return
		}
		if slices.ContainsFunc(names, func(name string) bool {
			e := effect.Effect{Kind: kind, Name: name, Class: classOf(kind, name)}
			return r.Names(&e)
		}) {
			found = r
		}
	})
	return found
}

// classOf returns the class of an application or API in the built-in catalogue.
func classOf(kind effect.Kind, name string) effect.Class {
	c, _ := catalog.Builtin().Class(kind, name)
	return c
}

// dialsTrunk reports whether an allow rule of the kind dial may be about a leg of a trunk.
func dialsTrunk(r *rule.Rule) bool {
	if r.Kind != effect.KindDial || r.Deny {
		return false
	}
	if r.AnyName || r.Name.Regex != nil {
		return r.AnyName || regexMayBeTrunk(r.Name.Text)
	}
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		prefix := words.Fold(g.Prefix())
		if first := g.Elements[0].Kind; first == pattern.UUID || first == pattern.Range {
			return false // no type of leg
		}
		return pattern.IsTrunk(prefix) || g.Wild && slices.ContainsFunc(pattern.Trunks[:], func(t string) bool { return strings.HasPrefix(t, prefix) })
	})
}

// regexMayBeTrunk reports whether a regular expression of a dial rule may match a leg of a trunk.
func regexMayBeTrunk(text string) bool {
	tree, err := syntax.Parse(text, syntax.Perl)
	return err != nil || pattern.MayBeginWith(tree, pattern.Trunks[:])
}
