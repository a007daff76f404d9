package words

import (
	"strconv"
	"unicode/utf8"
)

const (
	// maxQuoted is how many bytes of somebody's text a problem repeats.
	maxQuoted = 80
	// maxHinted is how many bytes of a rule to write a hint has, which is to be copied as it
	// stands.
	maxHinted = 512
)

// Quote returns somebody's text for a problem or a reason: bounded, then quoted.
func Quote(s string) string { return strconv.Quote(Clip(s)) }

// Clip bounds s, at the end of a character.
func Clip(s string) string { return clipTo(s, maxQuoted) }

// ClipRule bounds a token or a rule that a hint says to write.
func ClipRule(s string) string { return clipTo(s, maxHinted) }

// Printable bounds s, and quotes it unless it is plain ASCII text.
func Printable(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return Quote(s)
		}
	}
	return Clip(s)
}

func clipTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
