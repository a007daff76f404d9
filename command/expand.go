package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// An expander expands ${…} as FreeSWITCH does (switch_event.c, switch_event_expand_headers_check; the
// one for channels, in switch_channel.c, reads its text alike).
type expander struct {
	// variable returns what ${name} holds, false where that is not known.
	variable func(name string) (value string, known bool)
	// call returns what ${name(args)} says, false where that is not known. sure is false where name or
	// args hold something that is not known.
	call func(name, args string, sure bool) (value string, known bool)
	// unnamed is set when something is not known that no rule can name.
	unnamed bool
	// deep is set when something is nested deeper than maxDepth. FreeSWITCH goes down to 100.
	deep bool
}

// needsExpansion reports whether FreeSWITCH does anything at all to a text (switch_utils.h,
// switch_string_var_check_const and switch_string_has_escaped_data).
func needsExpansion(s string) bool {
	return mentions(s) || hasEscapes(s)
}

// mentions reports whether s holds a ${, dollar signs and backslashes between the two not counting.
func mentions(s string) bool {
	dollar := false
	for i := strings.IndexByte(s, '$'); i >= 0 && i < len(s); i++ {
		switch {
		case s[i] == '$':
			dollar = true
		case dollar && s[i] == '{':
			return true
		case s[i] != '\\':
			dollar = false
		}
	}
	return false
}

func hasEscapes(s string) bool {
	for i := strings.IndexByte(s, '\\'); i >= 0 && i+1 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		switch s[i+1] {
		case '\\', 'n', 's', '\'':
			return true
		}
	}
	return false
}

// hole stands for the dollar sign of what is not known, so that nothing takes it for an expansion
// once more. No frame holds a NUL; Effects show the dollar sign.
const hole = "\x00"

// expand returns the text that FreeSWITCH makes of s. What is not known stays as it is
// written, holes in its dollar signs' place, and known is false.
func (x *expander) expand(s string, depth int) (text string, known bool) {
	if !needsExpansion(s) {
		return s, true
	}
	if depth > maxDepth {
		x.deep = true
		return strings.ReplaceAll(s, "$", hole), false
	}
	out := make([]byte, 0, len(s))
	known = true
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if b, n := escape(s[i+1:]); n > 0 {
				out = append(out, b...)
				i += n
				continue
			}
		}
		brace := i + 1
		if s[i] == '$' && brace < len(s) && s[brace] == '$' {
			brace++
		}
		if s[i] != '$' || brace >= len(s) || s[brace] != '{' {
			out = append(out, s[i])
			if s[i] == '$' {
				i = brace - 1 // of two dollar signs one is left
			}
			continue
		}
		end, next, open := closing(s, brace+1)
		value, ok := x.mention(s[brace+1:end], open, depth)
		if ok {
			out = append(out, value...)
		} else {
			out = append(out, strings.ReplaceAll(s[i:next], "$", hole)...)
			known = false
			if _, named := ExpansionVariable(s[i:next]); depth == 0 && !named {
				x.unnamed = true
			}
		}
		// The character after the brace is copied, whatever it is, unless it is a dollar sign.
		i = next - 1
		if next < len(s) && s[next] != '$' {
			out = append(out, s[next])
			i = next
		}
	}
	return string(out), known
}

// escape returns what a backslash before s stands for and how many bytes of s belong to it: none
// where it stands for itself.
func escape(s string) (string, int) {
	switch {
	case strings.HasPrefix(s, "$$"):
		return "$", 2
	case s[0] == '$':
		return "$", 1
	case s[0] == '\'':
		return "", 1
	case s[0] == '\\':
		return `\`, 1
	}
	return "", 0
}

// closing returns where the text that begins at start ends, and where what follows its
// brace begins. Without a brace both are the end of s, and open says how many are missing.
func closing(s string, start int) (end, next, open int) {
	open = 1
	for i := start; i < len(s); i++ {
		switch {
		case open == 1 && s[i] == '}':
			return i, i + 1, 0
		case i != start && s[i] == '{':
			open++
		case open > 1 && s[i] == '}':
			open--
		}
	}
	return len(s), len(s), open
}

// mention expands what stands between the braces: the name of a variable, or a name, a space or
// parenthesis, and an argument.
func (x *expander) mention(inner string, open, depth int) (string, bool) {
	i := strings.IndexAny(inner, " (")
	if i < 0 {
		name, sure := x.expand(inner, depth+1)
		if !sure {
			return "", false
		}
		return x.variable(name)
	}
	if inner[i] == '(' {
		open = 1
	}
	name, sureName := x.expand(inner[:i], depth+1)
	args, sureArgs := x.expand(callArgs(inner[i+1:], open), depth+1)
	return x.call(name, args, sureName && sureArgs)
}

// callArgs returns the argument of a call, of which s is the rest and in which open parentheses, or
// braces that nothing closed, are open: the parenthesis that closes the first one ends it.
func callArgs(s string, open int) string {
	for i := range len(s) {
		switch {
		case s[i] == '(':
			open++
		case open > 1 && s[i] == ')':
			open--
		case open == 1 && s[i] == ')':
			return s[:i]
		}
	}
	return s
}

// expandable appends the effects of every ${…} in a text that FreeSWITCH expands, and returns what it makes of
// it. known is false where that rests on what the switch holds or answers.
func (p *parser) expandable(at trail, text string) (expanded string, known bool) {
	expanded, k := p.expandOnChannel(at, text)
	return expanded, k == knownAll
}

// expandOnChannel is expandable for a text that FreeSWITCH expands on the channel that runs it: it
// says besides whether what is not known are expansions that a rule can name.
func (p *parser) expandOnChannel(at trail, text string) (expanded string, k knowledge) {
	if !needsExpansion(text) {
		return text, knownAll
	}
	p.holes = true
	if !p.afford(at, text) {
		return strings.ReplaceAll(text, "$", hole), knownNot
	}
	x := expander{
		variable: func(string) (string, bool) { return "", false },
		call: func(name, args string, sure bool) (string, bool) {
			if strings.Contains(name, hole) {
				p.opaque(at, effect.OpaqueExpansion)
				return "", false
			}
			in := at
			in.unknown, in.named = !sure, false
			p.api(in, name, args)
			if sure && ascii.EqualFold(strings.Trim(name, stripped), "echo") {
				return strings.Trim(args, stripped), true
			}
			return "", false
		},
	}
	expanded, known := x.expand(text, 0)
	if x.deep {
		p.opaque(at, effect.OpaqueDepth)
	}
	switch {
	case known:
		return expanded, knownAll
	case x.unnamed || x.deep:
		return expanded, knownNot
	}
	return expanded, knownNamed
}

// stored appends the effects of a value that FreeSWITCH keeps where an expansion can mention it:
// they happen whenever anything does. What is mentioned can be kept, and mentioned, again.
func (p *parser) stored(at trail, text string) {
	for needsExpansion(text) && p.mayDescend(at) {
		at.depth++
		again, _ := p.expandable(at, text)
		if again == text {
			return
		}
		text = again
	}
}
