package console

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxShown is the most bytes that Bounded keeps of a text.
const maxShown = 300

// Bounded returns s, cut at maxShown bytes. A cut text ends with an ellipsis.
func Bounded(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// Shown returns a text that others wrote as it can be printed: bounded, and quoted as Go does if it
// is not valid UTF-8 or contains a character that does not print.
func Shown(s string) string {
	s = Bounded(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return strconv.Quote(s)
	}
	return s
}

// Plural returns the count with its noun: "1 rule", "2 rules".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// WasWere returns the count with its noun and verb: "1 line was", "2 lines were".
func WasWere(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return Plural(n, noun) + " were"
}

// Indent indents every line of text by two spaces.
func Indent(text string) string {
	return "  " + strings.ReplaceAll(text, "\n", "\n  ")
}
