package words

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unprintable describes the first character of s that a terminal does not print as text, or returns
// "" if there is none. These are control characters (C0 and C1), characters that end a line, and
// characters that change the direction of what is printed. A rule that contains one would look like
// another rule.
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

// IsUnprintable reports whether a terminal treats c as something other than text to print.
func IsUnprintable(c rune) bool {
	return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || unicode.Is(unicode.Bidi_Control, c)
}
