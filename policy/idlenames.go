package policy

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// maxBeginnings is how many beginnings are tried with one regular expression.
const maxBeginnings = 64

// legBegins returns of the text that a leg begins with what every spelling of its number leaves as
// it is: no prefix for abroad, and the number's digits up to a separator.
func legBegins(text string) string {
	at := strings.LastIndexByte(text, '/') + 1
	number := text[at:]
	for _, abroad := range [...]string{"+", "011", "00"} {
		if rest, ok := strings.CutPrefix(number, abroad); ok {
			number = rest
			break
		}
	}
	end := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	letter := number != "" && words.FoldByte(number[0]) >= 'a' && words.FoldByte(number[0]) <= 'z'
	switch {
	case strings.HasPrefix("011", number), strings.Contains(number, ":"):
		return text[:at] // it may be the beginning of such a prefix, or of a scheme
	case end < 0 || letter:
		return text[:at] + number
	}
	return text[:at] + number[:end]
}

// mayMeetLegs is mayMeet for legs: a rule that is as broad as a deny looks at every spelling of a
// number.
func (p *pattern) mayMeetLegs(q *pattern, h matchOptions) bool { return p.mayMeetAt(q, h, legBegins) }

// mayMeetRegex is the same where one of the two is a regular expression and the other has globs: it
// compares up to the number.
func (p *pattern) mayMeetRegex(q *pattern) bool {
	text, globs := p.text, q.globs
	if p.regex == nil {
		text, globs = q.text, p.globs
	}
	tree, err := syntax.Parse(text, syntax.Perl|syntax.FoldCase)
	if err != nil || len(globs) > maxBeginnings {
		return true
	}
	prefixes := make([]string, len(globs))
	for i := range globs {
		prefixes[i] = globs[i].upToNumber()
	}
	return beginsAsAny(tree, prefixes)
}

// upToNumber returns the text that the glob begins with, as far as it is none of a number.
func (g *glob) upToNumber() string {
	prefix := g.prefix()
	if at := strings.LastIndexByte(prefix, '/') + 1; at > 0 || g.wild {
		return prefix[:at]
	}
	return prefix
}

// mayMeetNames reports whether one leg may match both patterns, whatever its number is.
func (p *pattern) mayMeetNames(q *pattern) bool {
	if (p.regex == nil) != (q.regex == nil) {
		return p.mayMeetRegex(q)
	}
	if p.regex != nil || len(p.globs)*len(q.globs) > maxMeetings {
		return true
	}
	return slices.ContainsFunc(p.globs, func(g glob) bool {
		a := words.Fold(g.upToNumber())
		return slices.ContainsFunc(q.globs, func(o glob) bool {
			b := words.Fold(o.upToNumber())
			return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
		})
	})
}

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
			meets = r.anyName || deny.name.mayMeetNames(&r.name)
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
	empty := func(g glob) bool { return len(g.elems) == 0 } // whose context may be any
	if p.regex != nil || q.regex != nil || slices.ContainsFunc(p.globs, empty) || slices.ContainsFunc(q.globs, empty) {
		return true
	}
	return p.mayMeet(q, matchOptions{fold: true, deny: true})
}

// areAkin reports whether both rules are about one type of leg, or one dialplan.
func areAkin(r *rule, o *rule) bool {
	if r.kind == command.KindDialplan {
		return true
	}
	typ := func(p *pattern) string {
		typ, _, slash := strings.Cut(words.Fold(p.first()), "/")
		if !slash {
			return ""
		}
		return typ
	}
	mine := typ(&r.name)
	if mine == "" {
		return false
	}
	if o.name.regex != nil {
		tree, err := syntax.Parse(o.name.text, syntax.Perl|syntax.FoldCase)
		return err == nil && beginsAsAny(tree, []string{mine + "/"})
	}
	return mine == typ(&o.name)
}

// gatewayType is what stands before the name of a gateway, and this before a slash and the number
// (mod_sofia.c, sofia_outgoing_channel).
const gatewayType = "sofia/gateway/"

// missingGateway notes a number in the place of a gateway's name.
func missingGateway(r *rule) *fault {
	if r.kind != command.KindDial {
		return nil
	}
	for i := range r.name.globs {
		g := &r.name.globs[i]
		rest, ok := strings.CutPrefix(words.Fold(g.prefix()), gatewayType)
		text := g.text()
		if !ok || rest == "" || rest[0] != '+' && !isDigit(rest[0]) || strings.Contains(text[len(gatewayType):], "/") {
			continue
		}
		name := "NAME"
		if r.deny {
			name = "*"
		}
		return faultf("write "+gatewayType+name+"/"+words.ClipRule(text[len(gatewayType):]), "%s stands where the gateway's name does", words.Quote(text[len(gatewayType):]))
	}
	return nil
}
