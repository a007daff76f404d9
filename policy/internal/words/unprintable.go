package words

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unprintable says which character of s a terminal takes for more than text, and "" where there is
// none: a control character, C0 or C1, one that ends a line, or one that changes the direction of
// what is printed. A person who reads a rule with one of them reads another rule.
func Unprintable(s string) string {
	i := strings.IndexFunc(s, IsUnprintable)
	if i < 0 {
		return ""
	}
	c, _ := utf8.DecodeRuneInString(s[i:])
	sort := "a control character"
	switch {
	case unicode.Is(unicode.Bidi_Control, c):
		sort = "a character that changes the direction of what is printed"
	case !unicode.IsControl(c):
		sort = "a character that ends a line"
	}
	return fmt.Sprintf("%s, %U", sort, c)
}

// IsUnprintable reports whether a terminal takes c for more than text.
func IsUnprintable(c rune) bool {
	return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || unicode.Is(unicode.Bidi_Control, c)
}
