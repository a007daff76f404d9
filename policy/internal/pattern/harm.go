package pattern

import "eslguard/argument"

// harm says why what the wildcards of g matched in s may not be matched in an allow rule, and "" if
// it may.
func (g *Glob) harm(s string, opts Options, m *wildcardMatches) string {
	if opts.Unknown && opts.Types.Has(argument.TypeText) && LooksLikePath(s) {
		// What the literal text does not spell was matched by a wildcard, or by the seam of two
		// elements.
		for i, n := range countEscapes(s) {
			if n != g.escapes[i] {
				return "it looks like a path and holds " + pathEscapes[i]
			}
		}
	}
	return HarmOf(opts.Types, s, m.spans(s), opts.Offset)
}

// HarmOf is the TypeSet's Harm for what stands in token from offset on.
func HarmOf(types argument.TypeSet, token string, spans []argument.Span, offset int) string {
	if offset == 0 {
		return types.Harm(token, spans)
	}
	for i := range spans {
		spans[i].Start, spans[i].End = max(spans[i].Start-offset, 0), max(spans[i].End-offset, 0)
	}
	return types.Harm(token[offset:], spans)
}

// Harm says why no alternative of the pattern matches a token that one would match if every value
// were harmless, and which wildcard it is that does not.
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

// ActingName is why a wildcard does not match the name of a variable that acts.
const ActingName = "the value of this variable acts, so its name must be spelled"
