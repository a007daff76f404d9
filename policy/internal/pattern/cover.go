package pattern

// Covers reports whether p certainly matches everything that q matches. It returns false if it
// cannot tell.
func (p *Pattern) Covers(q *Pattern, opts Options) bool {
	if q.Regex != nil || len(q.Globs) == 0 {
		return p.MatchesAll() || p.Regex != nil && q.Regex != nil && p.Text == q.Text
	}
	for i := range q.Globs {
		if !p.coversGlob(&q.Globs[i], opts) {
			return false
		}
	}
	return true
}

// MatchesAll reports whether one of the alternatives of p is a lone star.
func (p *Pattern) MatchesAll() bool {
	for i := range p.Globs {
		if es := p.Globs[i].Elements; len(es) == 1 && es[0].Kind == Star {
			return true
		}
	}
	return false
}

func (p *Pattern) coversGlob(g *Glob, opts Options) bool {
	if text, ok := g.Literal(); ok {
		return p.Match(text, opts)
	}
	for i := range p.Globs {
		if p.Globs[i].coversGlob(g, opts) {
			return true
		}
	}
	return false
}

// coversGlob compares element by element. A star at the end of g covers whatever is left of other.
func (g *Glob) coversGlob(other *Glob, opts Options) bool {
	rest := other.Elements
	for i := range g.Elements {
		el := &g.Elements[i]
		if el.Kind == Star && i == len(g.Elements)-1 {
			return true
		}
		if len(rest) == 0 || rest[0].Kind != el.Kind {
			return false
		}
		next := &rest[0]
		switch el.Kind {
		case Literal:
			n := el.take(next.Text, opts)
			if n < 0 || n < len(next.Text) && !endsInStar(g.Elements[i+1:]) {
				return false
			}
		case Range, Digits:
			if next.Low < el.Low || next.High > el.High {
				return false
			}
		}
		rest = rest[1:]
	}
	return len(rest) == 0
}

// endsInStar reports whether elems is a single star.
func endsInStar(elems []Element) bool { return len(elems) == 1 && elems[0].Kind == Star }
