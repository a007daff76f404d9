package lint

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bridgingApps are the applications that dial a leg and connect it to the channel that runs them.
// joiningApps and joiningAPIs connect two calls that are already up.
var (
	bridgingApps = [...]string{"bridge", "att_xfer", "dial"}
	joiningApps  = [...]string{"conference", "eavesdrop", "fifo", "intercept", "three_way", "valet_park"}
	joiningAPIs  = [...]string{"uuid_bridge"}
)

// trunkHint says how a policy keeps one trunk from being connected to another.
const trunkHint = `say who may call whom: "dial a-leg user/…" and "dial b-leg sofia/gateway/…"`

// trunks warns, once for each combination of roles, if a call of a trunk can be connected to
// another call of a trunk. A stranger could then make calls that the owner of the trunks pays for.
func (d *linter) trunks(rs *role.Set) {
	starts, bridged, other := trunkRule(rs, effect.LegA), trunkRule(rs, effect.LegB), trunkRule(rs, effect.LegOther)
	bridge := firstNamed(rs, effect.KindApp, bridgingApps[:])
	join := firstNamed(rs, effect.KindAPI, joiningAPIs[:])
	if join == nil {
		join = firstNamed(rs, effect.KindApp, joiningApps[:])
	}
	if join == nil && bridge != nil {
		join = channelRule(rs)
	}
	dialled := cmp.Or(starts, bridged, other)
	switch {
	case bridge != nil && starts != nil && bridged != nil:
		d.warnTrunks(bridged, "%s: a call to a trunk, which %s allows, may be bridged to a trunk by %s, so a stranger may call at your cost", starts, bridge)
	case bridge != nil && other != nil:
		d.warnTrunks(other, "%s: a call that is up, perhaps one from a trunk, may be bridged to a trunk by %s, so a stranger may call at your cost", bridge)
	case join != nil && dialled != nil:
		d.warnTrunks(dialled, "%s: a call to a trunk may be connected to another call that is up by %s, so a stranger may call at your cost", join)
	}
}

// warnTrunks adds a warning about the rule at unless it has one. format has one %s for that rule
// and one for each of the others.
func (d *linter) warnTrunks(at *rule.Rule, format string, others ...*rule.Rule) {
	if d.trunkWarned[at] {
		return
	}
	d.trunkWarned[at] = true
	texts := []any{words.Quote(at.Text)}
	for _, r := range others {
		texts = append(texts, words.Quote(r.Text))
	}
	d.rep.Warnf(at.Pos, trunkHint, format, texts...)
}

// trunkRule returns the first allow rule that may match a leg of a trunk at that place, and nil if
// there is none.
func trunkRule(rs *role.Set, leg effect.Leg) (found *rule.Rule) {
	rs.EachAllow(func(r *rule.Rule) {
		if found == nil && dialsTrunk(r) && (r.Leg == effect.LegUnknown || r.Leg == leg) {
			found = r
		}
	})
	return found
}

// channelRule returns the first allow rule that lets the uuid of a channel be dialled, and nil if
// there is none. The author of that rule expects bridge to connect the caller to a call that is up.
// FreeSWITCH 1.10 does not do that: it takes the uuid for a type of leg and fails
// (switch_ivr_originate.c, "Could not locate channel type"). Another version may do it, so the rule
// gets the warning.
func channelRule(rs *role.Set) (found *rule.Rule) {
	rs.EachAllow(func(r *rule.Rule) {
		if found == nil && r.Kind == effect.KindDial && slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
			return g.Elements[0].Kind == pattern.UUID
		}) {
			found = r
		}
	})
	return found
}

// firstNamed returns the first allow rule of that kind that matches one of these names, and nil if
// there is none.
func firstNamed(rs *role.Set, kind effect.Kind, names []string) (found *rule.Rule) {
	rs.EachAllow(func(r *rule.Rule) {
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

// classOf returns the class of an application or API in the built-in catalogue, or zero if the
// catalogue lacks it.
func classOf(kind effect.Kind, name string) effect.Class {
	c, _ := catalog.Builtin().Class(kind, name)
	return c
}

// dialsTrunk reports whether r is an allow rule that may match a leg of a trunk.
func dialsTrunk(r *rule.Rule) bool {
	if r.Kind != effect.KindDial || r.Deny {
		return false
	}
	if r.AnyName || r.Name.Regex != nil {
		return r.AnyName || regexMayBeTrunk(r.Name.Text)
	}
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		prefix := ascii.ToLower(g.Prefix())
		if first := g.Elements[0].Kind; first == pattern.UUID || first == pattern.Range {
			return false // a number or a uuid has no type of leg
		}
		return pattern.IsTrunk(prefix) || g.Wild && slices.ContainsFunc(pattern.Trunks[:], func(t string) bool { return strings.HasPrefix(t, prefix) })
	})
}

// regexMayBeTrunk reports whether a regular expression of a dial rule may match a leg of a trunk.
func regexMayBeTrunk(text string) bool {
	tree, err := syntax.Parse(text, syntax.Perl)
	return err != nil || pattern.MayBeginWith(tree, pattern.Trunks[:])
}
