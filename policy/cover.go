package policy

import "eslguard/command"

// covers reports whether a rule that denies surely matches all that an allow rule matches. Where that is
// not plain it says no.
func covers(deny, allow *rule) bool {
	if deny.kind != allow.kind || deny.repeating && !allow.repeating ||
		!coversLeg(deny, allow) || !coversName(deny, allow) {
		return false
	}
	if len(allow.args) < len(deny.args) || !deny.rest && (allow.rest || len(allow.args) > len(deny.args)) {
		return false
	}
	for i := range deny.args {
		if !deny.args[i].covers(&allow.args[i], matchOptions{deny: true}) {
			return false
		}
	}
	return true
}

func coversName(deny, allow *rule) bool {
	switch {
	case deny.anyName:
		return true
	case allow.anyName:
		return false
	case deny.kind == command.KindLog:
		return deny.level == 0 // an allow rule begins with the quietest one
	case deny.classes != 0 || allow.classes != 0:
		of := allow.classes | allow.nameClasses
		return of != 0 && of&^deny.classes == 0
	}
	return deny.name.covers(&allow.name, matchOptions{fold: foldsKey(deny.kind, true), deny: true})
}

// covers reports whether p surely matches all that q matches.
func (p *pattern) covers(q *pattern, h matchOptions) bool {
	if q.regex != nil || len(q.globs) == 0 {
		return p.matchesAll() || p.regex != nil && q.regex != nil && p.text == q.text
	}
	for i := range q.globs {
		if !p.coversGlob(&q.globs[i], h) {
			return false
		}
	}
	return true
}

// matchesAll reports whether p is a lone star, or has one among its alternatives.
func (p *pattern) matchesAll() bool {
	for i := range p.globs {
		if es := p.globs[i].elems; len(es) == 1 && es[0].kind == elemStar {
			return true
		}
	}
	return false
}

func (p *pattern) coversGlob(g *glob, h matchOptions) bool {
	if text, ok := g.literal(); ok {
		return p.match(text, h)
	}
	for i := range p.globs {
		if p.globs[i].coversGlob(g, h) {
			return true
		}
	}
	return false
}

// coversGlob compares element by element, up to a star at the end of g, which stands for anything.
func (g *glob) coversGlob(other *glob, h matchOptions) bool {
	rest := other.elems
	for i := range g.elems {
		el := &g.elems[i]
		if el.kind == elemStar && i == len(g.elems)-1 {
			return true
		}
		if len(rest) == 0 || rest[0].kind != el.kind {
			return false
		}
		next := &rest[0]
		switch el.kind {
		case elemLiteral:
			n := el.take(next.text, h)
			if n < 0 || n < len(next.text) && !endsInStar(g.elems[i+1:]) {
				return false
			}
		case elemRange, elemDigits:
			if next.low < el.low || next.high > el.high {
				return false
			}
		}
		rest = rest[1:]
	}
	return len(rest) == 0
}

// endsInStar reports whether a star is all that is left.
func endsInStar(elems []elem) bool { return len(elems) == 1 && elems[0].kind == elemStar }
