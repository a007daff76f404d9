package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eslguard/fstext/ascii"
	"eslguard/policy/internal/words"
)

// Prefix returns the literal text with which every match begins. It returns "" if the glob begins
// with a wildcard.
func (g *Glob) Prefix() string {
	if len(g.Elements) == 0 || g.Elements[0].Kind != Literal {
		return ""
	}
	return g.Elements[0].Text
}

// Literal returns the only text that g matches. It returns false if g has a wildcard.
func (g *Glob) Literal() (string, bool) { return g.Prefix(), !g.Wild }

// Text returns the glob as a rule spells it, but without escapes.
func (g *Glob) Text() string {
	var b strings.Builder
	for _, el := range g.Elements {
		switch el.Kind {
		case Literal:
			b.WriteString(el.Text)
		case One:
			b.WriteByte('?')
		case UUID:
			b.WriteString("<uuid>")
		case Range:
			fmt.Fprintf(&b, "<%d-%d>", el.Low, el.High)
		case Digits:
			b.WriteString(el.Digits())
		default:
			b.WriteByte('*')
		}
	}
	return b.String()
}

// IsWild reports whether g has a wildcard. A nil glob, which is a name without globs, counts as
// one.
func (g *Glob) IsWild() bool { return g == nil || g.Wild }

// wildcard returns the first *, ? or <digits> of a glob, and "" if it has none.
func (g *Glob) wildcard() string {
	for _, el := range g.Elements {
		switch el.Kind {
		case Star:
			return "*"
		case One:
			return "?"
		case Digits:
			return el.Digits()
		}
	}
	return ""
}

// ContainsByte reports whether the literal text of a glob contains c.
func (g *Glob) ContainsByte(c byte) bool {
	for _, el := range g.Elements {
		if strings.IndexByte(el.Text, c) >= 0 {
			return true
		}
	}
	return false
}

// HasSlash reports whether the literal text of a glob contains a slash.
func (g *Glob) HasSlash() bool {
	return slices.ContainsFunc(g.Elements, func(el Element) bool { return strings.Contains(el.Text, "/") })
}

// IsChannel reports whether the glob matches only channel uuids: it is a literal uuid or <uuid>.
func (g *Glob) IsChannel() bool {
	text, literal := g.Literal()
	return literal && len(text) == UUIDLen && IsUUID(text) || len(g.Elements) == 1 && g.Elements[0].Kind == UUID
}

// FirstPrefix returns the literal text with which the first alternative begins. It returns "" for a
// regular expression.
func (p *Pattern) FirstPrefix() string {
	if len(p.Globs) == 0 {
		return ""
	}
	return p.Globs[0].Prefix()
}

// Spells reports whether one of the alternatives is the literal text without regard to case. text
// must be in lower case.
func (p *Pattern) Spells(text string) bool {
	return slices.ContainsFunc(p.Globs, func(g Glob) bool {
		own, literal := g.Literal()
		return literal && words.EqualFold(own, text)
	})
}

// SpellsAll reports whether the literal text of each alternative contains text. It returns false
// for a regular expression.
func (p *Pattern) SpellsAll(text string) bool {
	return len(p.Globs) > 0 && !slices.ContainsFunc(p.Globs, func(g Glob) bool {
		return !slices.ContainsFunc(g.Elements, func(el Element) bool { return strings.Contains(el.Text, text) })
	})
}

// IsOnly reports whether the only alternative is the literal text without regard to case. text must
// be in lower case.
func (p *Pattern) IsOnly(text string) bool { return len(p.Globs) == 1 && p.Spells(text) }

// HasBareWildcards reports whether one of the alternatives consists of * and ? only. An empty token
// counts as one.
func (p *Pattern) HasBareWildcards() bool {
	return slices.ContainsFunc(p.Globs, func(g Glob) bool {
		return !slices.ContainsFunc(g.Elements, func(el Element) bool { return el.Kind != Star && el.Kind != One })
	})
}

// IsAnyNumber reports whether one of the alternatives is a lone <digits> that matches numbers of at
// least AnyDigits digits, which may be anybody's.
func (p *Pattern) IsAnyNumber() bool {
	return slices.ContainsFunc(p.Globs, func(g Glob) bool {
		return len(g.Elements) == 1 && g.Elements[0].Kind == Digits && g.Elements[0].High >= AnyDigits
	})
}

// FirstCasedWord returns the first literal text of the pattern that contains a letter. It skips
// alternatives that look like a path, and returns "" if there is none.
func (p *Pattern) FirstCasedWord() string {
	for i := range p.Globs {
		elems := p.Globs[i].Elements
		if slices.ContainsFunc(elems, func(el Element) bool { return LooksLikePath(el.Text) }) {
			continue
		}
		for _, el := range elems {
			if ascii.ToLower(el.Text) != strings.ToUpper(el.Text) {
				return el.Text
			}
		}
	}
	return ""
}

// CaseInsensitive returns a token that matches the same as the pattern without regard to case, as a
// regular expression. It returns false if there is no such token.
func (p *Pattern) CaseInsensitive() (string, bool) {
	var alts []string
	for i := range p.Globs {
		var b strings.Builder
		for _, el := range p.Globs[i].Elements {
			switch el.Kind {
			case Literal:
				b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(el.Text), " ", `\s`))
			case Star:
				b.WriteString(".*")
			case One:
				b.WriteByte('.')
			case Digits:
				fmt.Fprintf(&b, "[0-9]{%d,%d}", el.Low, el.High)
			default:
				return "", false
			}
		}
		alts = append(alts, b.String())
	}
	text := "/(?i)" + strings.Join(alts, "|") + "/"
	return text, len(text) <= maxRegex
}
