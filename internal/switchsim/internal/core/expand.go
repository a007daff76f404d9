package core

import (
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// maxExpand is how deep expansions may be nested (switch_channel.c,
// switch_channel_expand_variables_check).
const maxExpand = 100

// A scope says where an expansion looks variables up. If ch is nil, it finds only global ones.
type scope struct {
	call *Call
	ch   *Channel
	// recursive makes the value of a channel variable be expanded, too, as for applications but not
	// for eval.
	recursive bool
	// fromEvent makes the variables those of an event: they are found by name without a prefix, and
	// their values are not expanded.
	fromEvent bool
	// fromDirectory marks the text of the directory. The APIs by which it asks the directory are
	// run by the switch itself.
	fromDirectory bool
}

// expand replaces `${name}`, `$${global}`, `${api(args)}` and `${api args}` in s and runs the APIs.
// depth is the number of expansions around this one.
func (x scope) expand(s string, depth int) string {
	if depth > maxExpand || s == "" || !hasVariable(s) && !hasEscape(s) || !x.call.work(1+len(s)/workLen) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$'\\", s[i+1]) >= 0:
			i = escaped(&b, s, i)
		case s[i] == '$':
			i = x.dollar(&b, s, i, depth)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// escaped handles a backslash before a dollar (one, or two that count as one), a quote (both
// vanish) or a backslash. It returns the offset of the last byte that it used.
func escaped(b *strings.Builder, s string, i int) int {
	switch s[i+1] {
	case '$':
		b.WriteByte('$')
		if strings.HasPrefix(s[i+2:], "$") {
			return i + 2
		}
	case '\\':
		b.WriteByte('\\')
	}
	return i + 1
}

// dollar handles the dollar at i and what belongs to it. It returns the offset of the last byte
// that it used.
func (x scope) dollar(b *strings.Builder, s string, i, depth int) int {
	global := strings.HasPrefix(s[i+1:], "$")
	if global {
		i++
	}
	if !strings.HasPrefix(s[i+1:], "{") {
		b.WriteByte('$')
		return i
	}
	inner, rest, open := braces(s[i+2:])
	b.WriteString(x.value(inner, open, global, depth))
	next := len(s) - len(rest)
	if next < len(s) && s[next] != '$' {
		b.WriteByte(s[next]) // the byte after a brace is copied, even a backslash
		return next
	}
	return next - 1
}

// braces returns the text before the closing brace and the text after it. open is true, and inner
// is s, if there is none.
func braces(s string) (inner, rest string, open bool) {
	depth := 1
	for i := range len(s) {
		switch {
		case depth == 1 && s[i] == '}':
			return s[:i], s[i+1:], false
		case i > 0 && s[i] == '{':
			depth++
		case depth > 1 && s[i] == '}':
			depth--
		}
	}
	return s, "", true
}

// value returns the value of the text in braces: that of a variable, or the result of an API if the
// text contains a blank or a parenthesis.
func (x scope) value(inner string, open, global bool, depth int) string {
	i := strings.IndexAny(inner, " (")
	if i < 0 {
		return x.variable(x.expand(inner, depth+1), global, depth)
	}
	level := 0
	if open || inner[i] == '(' {
		level = 1
	}
	name := x.expand(strings.TrimRight(inner[:i], " "), depth+1)
	args := x.expand(parens(inner[i+1:], level), depth+1)
	was := x.call.bySwitch
	x.call.bySwitch = was || x.fromDirectory && directoryAPI(fstext.Lower(name)) != nil
	out, ok := x.call.API(name, args)
	if x.call.bySwitch = was; !ok {
		return ""
	}
	return out
}

// parens returns s up to the parenthesis that closes it. level is the number of open parentheses
// before s, 0 or 1.
func parens(s string, level int) string {
	for i := range len(s) {
		switch {
		case s[i] == '(':
			level++
		case level > 1 && s[i] == ')':
			level--
		case level == 1 && s[i] == ')':
			return s[:i]
		}
	}
	return s
}

// variable returns the value of `name`, `name:offset` or `name:offset:length`.
func (x scope) variable(name string, global bool, depth int) string {
	name, cut, sliced := strings.Cut(name, ":")
	v, ok := "", false
	if !global {
		if v, ok = x.lookup(name); ok && x.recursive {
			v = x.expand(v, depth+1)
		}
	}
	if !ok {
		v = x.expand(x.call.core.global(name), depth+1)
	}
	if sliced {
		v = slice(v, cut)
	}
	return v
}

// lookup returns a variable of the channel. For eval and expand it is a header of an event, so it
// has the prefix variable_.
func (x scope) lookup(name string) (string, bool) {
	if x.fromEvent {
		value := valueOf(x.ch.vars, name)
		return value, value != ""
	}
	if !x.recursive {
		if fstext.EqualFold(name, "Unique-ID") && x.ch != nil {
			return x.ch.UUID, true
		}
		if !fstext.HasPrefixFold(name, "variable_") {
			return "", false
		}
		name = name[len("variable_"):]
	}
	return x.ch.Get(name)
}

// slice returns the part of v that cut, `offset` or `offset:length`, selects. A negative offset
// counts from the end.
func slice(v, cut string) string {
	first, length, _ := strings.Cut(cut, ":")
	from, n := fstext.Atoi(first), fstext.Atoi(length)
	switch {
	case from > len(v):
		v = ""
	case from >= 0:
		v = v[from:]
	case -from <= len(v):
		v = v[len(v)+from:]
	}
	if n > 0 && n < len(v) {
		v = v[:n]
	}
	return v
}

// hasVariable reports whether s contains `${`, with any number of backslashes between the two.
func hasVariable(s string) bool {
	dollar := false
	for i := range len(s) {
		switch s[i] {
		case '$':
			dollar = true
		case '{':
			if dollar {
				return true
			}
		case '\\':
		default:
			dollar = false
		}
	}
	return false
}

// hasEscape reports whether s contains a backslash before one of the characters that it escapes.
func hasEscape(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '\\' && strings.IndexByte("\\nst'", s[i+1]) >= 0 {
			return true
		}
	}
	return false
}
