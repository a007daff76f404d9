package pattern

import "eslguard/argument"

// harm says why an allow rule may not match s with g, whose wildcards matched m. It returns "" if
// it may.
func (g *Glob) harm(s string, opts Options, m *wildcardMatches) string {
	if opts.Unknown && opts.Types.Has(argument.TypeText) && LooksLikePath(s) {
		// A sequence that the literal text does not contain was matched by a wildcard, or spans two
		// elements.
		for i, n := range countEscapes(s) {
			if n != g.escapes[i] {
				return "it looks like a path and holds " + pathEscapes[i]
			}
		}
	}
	return HarmOf(opts.Types, s, m.spans(s), opts.Offset)
}

// HarmOf is like [argument.TypeSet.Harm], for the value that begins at offset in token. The spans
// are positions in token, and HarmOf changes them.
func HarmOf(types argument.TypeSet, token string, spans []argument.Span, offset int) string {
	if offset == 0 {
		return types.Harm(token, spans)
	}
	for i := range spans {
		spans[i].Start, spans[i].End = max(spans[i].Start-offset, 0), max(spans[i].End-offset, 0)
	}
	return types.Harm(token[offset:], spans)
}

// Harm says why no alternative matches token although one would match if every value were harmless.
// It returns that wildcard and the reason, or "" and "" if the pattern matches or if it would not
// match anyway.
func (p *Pattern) Harm(token string, opts Options) (wildcard, why string) {
	if p.Match(token, opts) {
		return "", ""
	}
	broad := opts
	broad.Broad = true
	for i := range p.Globs {
		var m wildcardMatches
		g := &p.Globs[i]
		if !g.Wild || !g.matchText(token, broad, &m) {
			continue
		}
		if opts.Acts {
			return g.wildcard(), ActingName
		}
		if why := g.harm(token, opts, &m); why != "" {
			return g.wildcard(), why
		}
	}
	return "", ""
}

// ActingName is the reason why a wildcard does not match the name of a variable whose value acts.
const ActingName = "the value of this variable acts, so its name must be spelled"
