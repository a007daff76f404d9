package policy

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// idleRequires notes requirements for what no rule allows, in none of the combinations of roles
// that the requirement is in.
func (d *linter) idleRequires(held []roleSet) {
	idle := make(map[*rule]*requirement)
	used := make(map[*rule]bool)
	v := newVocabulary(d.policy.catalog)
	for i := range held {
		h := &held[i]
		if !slices.ContainsFunc(h.parts(), (*ownRules).dials) {
			continue // a role of requirements alone, which nobody has
		}
		for _, q := range requirements(h.roles) {
			if used[q.need] {
				continue
			}
			idle[q.need] = &q
			h.eachAllow(func(r *rule) {
				if rulesMayMeet(v, q.of, r) {
					used[q.need] = true
					delete(idle, q.need)
				}
			})
		}
	}
	for _, q := range idle {
		d.rep.Warnf(q.at, "mend what stands before the colon, or take it out", "the requirement for %s holds for nothing: no rule allows that", words.Quote(q.key))
	}
}

// idleDenies notes denies of a gateway, or of a context of the dialplan, that no rule allows, where
// others of their kind are allowed: most likely a name is misspelled.
func (d *linter) idleDenies(held []roleSet) {
	idle := make(map[*rule]string)
	used := make(map[*rule]bool)
	v := newVocabulary(d.policy.catalog)
	for i := range held {
		h := &held[i]
		for _, part := range h.parts() {
			for _, deny := range part.rules {
				if !deny.deny || used[deny] || deny.kind != command.KindDial && deny.kind != command.KindDialplan || deny.anyName {
					continue
				}
				meets, near := meetsAllow(h, v, deny)
				used[deny] = meets
				if near != "" {
					idle[deny] = near
				}
			}
		}
	}
	for deny, near := range idle {
		if !used[deny] {
			d.rep.Warnf(deny.at, "mend its names, or take it out", "%s: it denies nothing: no rule allows what it names, the nearest is %s", words.Quote(deny.text), words.Quote(near))
		}
	}
}

// meetsAllow reports whether an allow rule may be about what deny names. near is one that is about the
// same type of leg, or the same dialplan, and "" without one.
func meetsAllow(h *roleSet, v *vocabulary, deny *rule) (meets bool, near string) {
	h.eachAllow(func(r *rule) {
		if r.kind != deny.kind || meets {
			return
		}
		switch {
		case r.kind == command.KindDial:
			meets = r.anyName || deny.name.MayMeetNames(&r.name)
		default:
			meets = rulesMayMeet(v, deny, r) && contextsMeet(deny, r)
		}
		if areAkin(deny, r) && near == "" {
			near = r.text
		}
	})
	return meets, near
}

// contextsMeet reports whether both rules, of the kind dialplan, may be about one context.
func contextsMeet(r *rule, o *rule) bool {
	if len(r.args) == 0 || len(o.args) == 0 {
		return true
	}
	p, q := &r.args[0], &o.args[0]
	empty := func(g pattern.Glob) bool { return len(g.Elements) == 0 } // whose context may be any
	if p.Regex != nil || q.Regex != nil || slices.ContainsFunc(p.Globs, empty) || slices.ContainsFunc(q.Globs, empty) {
		return true
	}
	return p.MayMeet(q, pattern.Options{Fold: true, Deny: true})
}

// areAkin reports whether both rules are about one type of leg, or one dialplan.
func areAkin(r *rule, o *rule) bool {
	if r.kind == command.KindDialplan {
		return true
	}
	typ := func(p *pattern.Pattern) string {
		typ, _, slash := strings.Cut(words.Fold(p.First()), "/")
		if !slash {
			return ""
		}
		return typ
	}
	mine := typ(&r.name)
	if mine == "" {
		return false
	}
	if o.name.Regex != nil {
		tree, err := syntax.Parse(o.name.Text, syntax.Perl|syntax.FoldCase)
		return err == nil && pattern.BeginsAsAny(tree, []string{mine + "/"})
	}
	return mine == typ(&o.name)
}

// missingGateway notes a number in the place of a gateway's name.
func missingGateway(r *rule) *pattern.Fault {
	if r.kind != command.KindDial {
		return nil
	}
	for i := range r.name.Globs {
		g := &r.name.Globs[i]
		rest, ok := strings.CutPrefix(words.Fold(g.Prefix()), pattern.GatewayType)
		text := g.Text()
		if !ok || rest == "" || rest[0] != '+' && !pattern.IsDigit(rest[0]) || strings.Contains(text[len(pattern.GatewayType):], "/") {
			continue
		}
		name := "NAME"
		if r.deny {
			name = "*"
		}
		return pattern.Faultf("write "+pattern.GatewayType+name+"/"+words.ClipRule(text[len(pattern.GatewayType):]), "%s stands where the gateway's name does", words.Quote(text[len(pattern.GatewayType):]))
	}
	return nil
}
