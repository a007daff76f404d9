package fstext

import "strings"

// ShowDollars returns s with each UnknownDollar replaced by a dollar sign.
func ShowDollars(s string) string {
	if strings.Contains(s, UnknownDollar) {
		return strings.ReplaceAll(s, UnknownDollar, "$")
	}
	return s
}

// MaxDepth is how deeply commands within commands, and expansions within expansions, are analysed.
// Deeper ones are opaque.
const MaxDepth = 16

// An Expander expands ${…} as FreeSWITCH does (switch_event.c, switch_event_expand_headers_check;
// the expansion for channels, in switch_channel.c, reads its text in the same way). Variable and
// Call must be set.
type Expander struct {
	// Variable returns the value of ${name}, and false if it is not known.
	Variable func(name string) (value string, known bool)
	// Call returns the value of ${name(args)}, and false if it is not known. sure is false if name
	// or args contain an unknown value.
	Call func(name, args string, sure bool) (value string, known bool)
	// CanName reports whether a rule can name an expansion, given with its dollar signs and braces.
	// If it is nil, no rule can name any.
	CanName func(expansion string) bool
	// Unnamed is set when a value is not known and no rule can name its expansion.
	Unnamed bool
	// Deep is set when an expansion is nested deeper than MaxDepth. FreeSWITCH's limit is 100.
	Deep bool
}

// NeedsExpansion reports whether FreeSWITCH expands the text s at all. If not, it uses s as it is
// (switch_utils.h, switch_string_var_check_const and switch_string_has_escaped_data).
func NeedsExpansion(s string) bool {
	return MentionsVariable(s) || hasBackslashEscapes(s)
}

// MentionsVariable reports whether s contains a $ that a { follows, with only dollar signs and
// backslashes between them.
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

// UnknownDollar replaces the dollar signs of an expansion whose value is not known, so that it is
// not expanded again. A frame cannot contain it. ShowDollars undoes the replacement for effects.
const UnknownDollar = "\x00"

// Expand returns the text into which FreeSWITCH expands s; depth is how many expansions contain s.
// An expansion whose value is not known remains in the text, with UnknownDollar instead of its
// dollar signs, and known is false.
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
				i = brace - 1 // two dollar signs become one
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
		// The character after the brace is copied without being read, unless it is a dollar sign.
		i = next - 1
		if next < len(s) && s[next] != '$' {
			out = append(out, s[next])
			i = next
		}
	}
	return string(out), known
}

// escape returns the text of the escape that consists of a backslash and the first n bytes of s. n
// is 0 if there is no escape, and the backslash stands for itself.
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

// EndOfExpansion returns the index end of the brace that closes the expansion whose text begins at
// start, and the index after that brace. If there is none, both are the length of s, and open is
// how many braces are missing.
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

// mention returns the value of the expansion with the text inner between its braces: the name of a
// variable, or the name of an API, a space or parenthesis, and an argument.
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

// callArgs returns the argument of a call, given the text s after its name and parenthesis. It ends
// at the closing parenthesis that matches. open is how many parentheses, or braces that were not
// closed, are open before s.
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

// MayExpand reports whether s could contain ${…} once quotes and backslashes are removed: whether a
// brace follows a dollar sign at any distance.
func MayExpand(s string) bool {
	i := strings.IndexByte(s, '$')
	return i >= 0 && strings.IndexByte(s[i+1:], '{') >= 0
}

// SetsScopeVariables reports whether an application's argument begins with variables that are set
// while it runs: %[k=v] or %X[k=v] (switch_core_session.c, switch_core_session_exec).
func SetsScopeVariables(args string) bool {
	return strings.HasPrefix(args, "%[") || len(args) > 2 && args[0] == '%' && args[2] == '['
}
