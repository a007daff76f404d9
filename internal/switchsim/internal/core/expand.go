package core

import (
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// maxExpand is how deep expansions may nest (switch_channel.c,
// switch_channel_expand_variables_check).
const maxExpand = 100

// scope is where an expansion looks variables up. A nil channel has none, and only global ones are
// found.
type scope struct {
	call *Call
	ch   *Channel
	// again says that a channel variable's value is expanded in its turn, as applications do and
	// eval does not.
	recursive bool
	// event says that the variables are an event's headers: their names are as they are, and their
	// values are not expanded.
	fromEvent bool
	// directory says that the text is the directory's: the APIs by which it asks the directory are
	// its own.
	fromDirectory bool
}

// expand replaces `${name}`, `$${global}`, `${api(args)}` and `${api args}` in s, and runs the
// APIs.
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

// escaped takes a backslash before a dollar (one, or two that count as one), a quote (both vanish)
// or a backslash, and returns the offset of the last byte that it took.
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

// dollar takes what begins with the dollar at i, and returns the offset of the last byte that it
// took.
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
		b.WriteByte(s[next]) // what follows a brace is taken as it is, a backslash too
		return next
	}
	return next - 1
}

// braces is what stands before the closing brace; open says that there is none, and all of s stands
// there.
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

// value is what the text in braces stands for: a variable, or an API where it holds a blank or a
// parenthesis.
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

// parens is s up to the parenthesis that closes it. level is 0 where none is open yet.
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

// variable is `name`, `name:offset` or `name:offset:length`.
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

// lookup finds a variable of the channel; eval and expand see it as the header of an event, by its
// full name.
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

// hasVariable says whether `${` occurs, perhaps with backslashes between the two.
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

// hasEscape says whether a backslash stands before one of the characters that it escapes.
func hasEscape(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '\\' && strings.IndexByte("\\nst'", s[i+1]) >= 0 {
			return true
		}
	}
	return false
}
