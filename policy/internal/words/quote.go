package words

import (
	"strconv"
	"unicode/utf8"
)

const (
	// maxQuoted is how many bytes of untrusted text a problem repeats.
	maxQuoted = 80
	// maxHinted is how many bytes a hint quotes of a rule that the operator may copy.
	maxHinted = 512
)

// Quote bounds untrusted text as Clip does and returns it as a quoted Go string, for a problem or a
// reason.
func Quote(s string) string { return strconv.Quote(Clip(s)) }

// Clip returns s, or its first characters within 80 bytes, followed by "…".
func Clip(s string) string { return clipTo(s, maxQuoted) }

// ClipRule is like Clip, with a bound of 512 bytes. It is for a token or a rule that a hint tells
// the operator to write.
func ClipRule(s string) string { return clipTo(s, maxHinted) }

// Printable bounds s as Clip does. It also quotes s unless s is printable ASCII without quotes and
// backslashes.
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
