package pattern

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"eslguard/policy/internal/words"
)

// A shape is a text in which these characters replace parts: ShapeUUID a uuid that differs each
// time, ShapeRedacted a value that is not known.
const (
	ShapeUUID     = '\x01'
	ShapeRedacted = '\x02'
)

// Spell returns the pattern that matches every text of that shape, and nothing else.
func Spell(shape string) string {
	switch shape {
	case "":
		return EmptyToken
	case EmptyToken:
		return QuotesToken
	}
	return EscapeRegex(SpellPart(shape))
}

// QuotesToken matches the token that is two quotation marks. As literal text they would be
// [EmptyToken].
const QuotesToken = `/"{2}/`

// EscapeRegex escapes a token that would be read as a regular expression, and returns any other
// token unchanged.
func EscapeRegex(token string) string {
	if IsRegex(token) {
		return `\` + token
	}
	return token
}

// SpellPart is like Spell, for a part of a token. It returns "" for an empty shape.
func SpellPart(shape string) string {
	var b strings.Builder
	for i := 0; i < len(shape); i++ {
		if strings.HasPrefix(shape[i:], "$${") {
			b.WriteString(`\$$`)
			i++
			continue
		}
		switch c := shape[i]; c {
		case ShapeUUID:
			b.WriteString("<uuid>")
		case ShapeRedacted:
			b.WriteByte('*')
		case ' ':
			b.WriteString(`\s`)
		case '*', '?', '|', '$', '<', '>', '@', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Exactly returns the pattern that matches this token and no other. It returns false if no rule can
// spell it.
func Exactly(token string) (string, bool) {
	switch {
	case !utf8.ValidString(token):
		return "", false
	case !strings.ContainsFunc(token, words.IsUnprintable):
		return Spell(token), true
	}
	var b strings.Builder
	for _, c := range token {
		// A backslash at the end would escape the slash behind it.
		if c == ' ' || c == '\\' || words.IsUnprintable(c) {
			fmt.Fprintf(&b, `\x{%x}`, c)
		} else {
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return "/" + b.String() + "/", true
}
