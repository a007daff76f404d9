package fstext

import "strings"

// ShowDollars returns s with dollar signs in the place of each UnknownDollar.
func ShowDollars(s string) string {
	if strings.Contains(s, UnknownDollar) {
		return strings.ReplaceAll(s, UnknownDollar, "$")
	}
	return s
}

// MaxDepth is how many commands within commands, and expansions within expansions, are looked at.
// What lies deeper is opaque.
const MaxDepth = 16

// An Expander expands ${…} as FreeSWITCH does (switch_event.c, switch_event_expand_headers_check;
// the one for channels, in switch_channel.c, reads its text alike).
type Expander struct {
	// variable returns what ${name} holds, false where that is not known.
	Variable func(name string) (value string, known bool)
	// call returns what ${name(args)} says, false where that is not known. sure is false where name
	// or args hold something that is not known.
	Call func(name, args string, sure bool) (value string, known bool)
	// CanName reports whether a rule can name an expansion, given with its dollar signs and its
	// braces. Nil: no rule can.
	CanName func(expansion string) bool
	// unnamed is set when something is not known that no rule can name.
	Unnamed bool
	// deep is set when something is nested deeper than MaxDepth. FreeSWITCH goes down to 100.
	Deep bool
}

// NeedsExpansion reports whether FreeSWITCH does anything at all to a text (switch_utils.h,
// switch_string_var_check_const and switch_string_has_escaped_data).
func NeedsExpansion(s string) bool {
	return MentionsVariable(s) || hasBackslashEscapes(s)
}

// MentionsVariable reports whether s holds a ${, dollar signs and backslashes between the two not
// counting.
func MentionsVariable(s string) bool {
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

func hasBackslashEscapes(s string) bool {
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

// UnknownDollar stands for the dollar sign of what is not known, so that nothing takes it for an
// expansion once more. No frame holds a NUL; Effects show the dollar sign.
const UnknownDollar = "\x00"

// Expand returns the text that FreeSWITCH makes of s. What is not known stays as it is
// written, holes in its dollar signs' place, and known is false.
func (x *Expander) Expand(s string, depth int) (text string, known bool) {
	if !NeedsExpansion(s) {
		return s, true
	}
	if depth > MaxDepth {
		x.Deep = true
		return strings.ReplaceAll(s, "$", UnknownDollar), false
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
		end, next, open := EndOfExpansion(s, brace+1)
		value, ok := x.mention(s[brace+1:end], open, depth)
		if ok {
			out = append(out, value...)
		} else {
			out = append(out, strings.ReplaceAll(s[i:next], "$", UnknownDollar)...)
			known = false
			if depth == 0 && (x.CanName == nil || !x.CanName(s[i:next])) {
				x.Unnamed = true
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

// EndOfExpansion returns where the text that begins at start ends, and where what follows its
// brace begins. Without a brace both are the end of s, and open says how many are missing.
func EndOfExpansion(s string, start int) (end, next, open int) {
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
func (x *Expander) mention(inner string, open, depth int) (string, bool) {
	i := strings.IndexAny(inner, " (")
	if i < 0 {
		name, sure := x.Expand(inner, depth+1)
		if !sure {
			return "", false
		}
		return x.Variable(name)
	}
	if inner[i] == '(' {
		open = 1
	}
	name, sureName := x.Expand(inner[:i], depth+1)
	args, sureArgs := x.Expand(callArgs(inner[i+1:], open), depth+1)
	return x.Call(name, args, sureName && sureArgs)
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

// MayExpand reports whether s could come to hold ${…}, also after quotes and backslashes
// have been taken out: a dollar sign with a brace anywhere after it.
func MayExpand(s string) bool {
	i := strings.IndexByte(s, '$')
	return i >= 0 && strings.IndexByte(s[i+1:], '{') >= 0
}

// SetsScopeVariables reports whether an application's argument begins with variables for its run:
// %[k=v] or %X[k=v] (switch_core_session.c, switch_core_session_exec).
func SetsScopeVariables(args string) bool {
	return strings.HasPrefix(args, "%[") || len(args) > 2 && args[0] == '%' && args[2] == '['
}
