package redact

import "strings"

// The bytes that replace, in a decoded text, an escape of a character that is not part of a name. A
// value never ends at one of them, since the program that reads the value may not decode it.
const (
	escapedOther = '\x01'
	escapedBlank = '\x02'
	escapedQuote = '\x03'
	escapedSlash = '\x04'
)

const (
	// An escape may itself be escaped. maxSlashes is how many backslashes before an escape are
	// recognised, and maxPercents how many 25 after a percent sign.
	maxSlashes  = 8
	maxPercents = 3
)

// hasEscape reports whether decoded changes s.
func hasEscape(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c == '%' || c == '\\' || c == '&') && escapeLen(s[i:]) > 0 {
			return true
		}
	}
	return false
}

// decoded returns s with each of its escapes, %70, \u0070, \x70 and &#x70;, as one byte: letters of
// names, = : and @ as they are, and all others as one of the bytes above. at has the index in s of
// each byte of plain, and the length of s at its end; it is nil if s has no escapes. &lt; and &gt;
// are decoded only in a text with escaped tags.
func decoded(s string) (plain string, at []int32) {
	if !hasEscape(s) {
		return s, nil
	}
	markup := !strings.ContainsAny(s, "<>") && (strings.Contains(s, "&lt;/") || strings.Contains(s, "/&gt;"))
	out := make([]byte, 0, len(s))
	at = make([]int32, 0, len(s)+1)
	for i := 0; i < len(s); {
		c, n := s[i], 1
		if c == '%' || c == '\\' || c == '&' {
			if e, length := unescape(s[i:]); length > 0 {
				c, n = decodedByte(e), length
			} else if markup && (strings.HasPrefix(s[i:], "&lt;") || strings.HasPrefix(s[i:], "&gt;")) {
				c, n = "<>"[strings.IndexByte("lg", s[i+1])], len("&lt;")
			}
		}
		out = append(out, c)
		at = append(at, int32(i))
		i += n
	}
	return string(out), append(at, int32(len(s)))
}

// decodedByte returns the byte that replaces an escape of c.
func decodedByte(c rune) byte {
	switch {
	case c < 0x80 && IsName(byte(c)) || c == '=' || c == ':' || c == '@':
		return byte(c)
	case c == ' ' || c == '\t':
		return escapedBlank
	case c == '"' || c == '\'':
		return escapedQuote
	case c == '/':
		return escapedSlash
	default:
		return escapedOther
	}
}

func escapeLen(s string) int {
	if s[0] == '&' && (strings.HasPrefix(s, "&lt;") || strings.HasPrefix(s, "&gt;")) {
		return len("&lt;")
	}
	_, n := unescape(s)
	return n
}

// unescape returns the character whose escape s begins with, and the length of the escape, 0 if
// there is none. s is not empty.
func unescape(s string) (c rune, n int) {
	switch s[0] {
	case '%':
		n = 1
		for range maxPercents {
			if !strings.HasPrefix(s[n:], "25") {
				break
			}
			n += 2
		}
		if c, ok := hexDigits(s[n:], 2); ok {
			return c, n + 2
		}
		if n > 1 { // an escaped percent sign that escapes nothing
			return '%', n
		}
	case '\\':
		for n < len(s) && n < maxSlashes && s[n] == '\\' {
			n++
		}
		digits := 0
		switch {
		case strings.HasPrefix(s[n:], "u"):
			digits = 4
		case strings.HasPrefix(s[n:], "x"):
			digits = 2
		}
		if digits > 0 {
			if c, ok := hexDigits(s[n+1:], digits); ok {
				return c, n + 1 + digits
			}
			return 0, 0
		}
		if n < len(s) && s[n] == '/' {
			return '/', n + 1
		}
	case '&':
		return entity(s)
	}
	return 0, 0
}

// hexDigits parses a number of digits hexadecimal digits.
func hexDigits(s string, digits int) (c rune, ok bool) {
	if len(s) < digits {
		return 0, false
	}
	for i := range digits {
		d := rune(s[i])
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			d = d | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		c = c<<4 | d
	}
	return c, true
}

// maxEntity is the maximum length of a character reference, in bytes.
const maxEntity = 12

// entity parses a character reference of XML. It does not recognise &lt; and &gt;.
func entity(s string) (c rune, n int) {
	name, _, found := strings.Cut(s[1:min(len(s), maxEntity)], ";")
	n = len(name) + 2
	digits, numeric := strings.CutPrefix(name, "#")
	switch {
	case !found || name == "":
		return 0, 0
	case name == "quot", name == "apos":
		return '"', n
	case name == "amp":
		return '&', n
	case !numeric || digits == "":
		return 0, 0
	}
	if digits[0]|0x20 == 'x' {
		c, ok := hexDigits(digits[1:], len(digits)-1)
		if !ok || len(digits) == 1 {
			return 0, 0
		}
		return c, n
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, 0
		}
		c = min(c*10+d-'0', 1<<20)
	}
	return c, n
}

// slashes returns the length of the two slashes, escaped or not, with which s begins, and 0 if it
// does not.
func slashes(s string) int {
	for _, two := range [...]string{"//", string([]byte{escapedSlash, escapedSlash}), `\/\/`} {
		if strings.HasPrefix(s, two) {
			return len(two)
		}
	}
	return 0
}
