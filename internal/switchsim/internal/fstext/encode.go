package fstext

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// hexDigits are the digits of an escape that URLEncode writes.
const hexDigits = "0123456789ABCDEF"

// URLDecode decodes s as FreeSWITCH does (switch_utils.c, switch_url_decode). What follows a
// percent sign is a number as %2x of scanf reads it, and two characters are skipped however many
// that used.
func URLDecode(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && len(s)-i > 2 {
			if n, ok := scanHex(s[i+1:]); ok {
				b = append(b, n)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// scanHex parses a number of at most two characters, as %2x of scanf does. Leading blanks do not
// count, but a sign does, and so does an x after a 0.
func scanHex(s string) (n byte, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	s = s[:min(len(s), 2)]
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	for _, c := range []byte(Lower(s)) {
		d := strings.IndexByte("0123456789abcdef", c)
		if d < 0 {
			break
		}
		n, ok = n<<4|byte(d), true
	}
	if negative {
		n = -n
	}
	return n, ok
}

// AppendXML appends s as it is written for the text of an element (switch_xml.c,
// switch_xml_ampencode). Everything after `<!` is written unchanged. A character of UTF-8 becomes
// &#xN; and other bytes over 127 are left out, with the byte after them if they begin a character.
func AppendXML(dst []byte, s string) []byte {
	more, char := 0, rune(0) // how many bytes of a character are missing, and those before
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<' && strings.HasPrefix(s[i+1:], "!"):
			return append(dst, s[i:]...)
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '\r':
			dst = append(dst, "&#xD;"...)
		case c == '"' || c == '\n' || c == '\t':
			dst = append(dst, c)
		case more > 0 && c>>6 == 2:
			char = char<<6 | rune(c&0x3f)
			if more--; more == 0 {
				dst = fmt.Appendf(dst, "&#x%X;", char)
			}
		case more > 0:
			more = 0
		case c >= 0x80:
			ones := min(bits.LeadingZeros8(^c), 4)
			more, char = ones-1, rune(c&(0x7f>>ones))
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// urlUnsafe are the printable characters that are written as %XX. Controls and bytes over 126 are,
// too.
const urlUnsafe = "\r\n #%&+:;<=>?@[\\]^`{|}\""

// urlSafe tells which bytes URLEncode leaves as they are.
var urlSafe = func() (safe [256]bool) {
	for c := ' '; c <= '~'; c++ {
		safe[c] = !strings.ContainsRune(urlUnsafe, c)
	}
	return safe
}()

// URLEncode escapes s as FreeSWITCH does (switch_utils.c, switch_url_encode). It does not escape
// the percent sign of a %XX in capitals.
func URLEncode(s string) string { return string(AppendURL(nil, s, math.MaxInt)) }

// AppendURL appends URLEncode(s), up to the last character that ends within limit bytes.
func AppendURL(dst []byte, s string, limit int) []byte {
	for i := range len(s) {
		c := s[i]
		n := 1
		if !urlSafe[c] && (c != '%' || !escaped(s[i+1:])) {
			n = 3
		}
		if limit -= n; limit < 0 {
			return dst
		}
		if n == 1 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// escaped reports whether s, after a percent sign, begins with two digits of an escape.
func escaped(s string) bool {
	return len(s) >= 2 && strings.IndexByte(hexDigits, s[0]) >= 0 && strings.IndexByte(hexDigits, s[1]) >= 0
}

// QuoteJSON quotes s as cJSON does. It leaves bytes over 127 as they are.
func QuoteJSON(s string) string { return string(AppendJSON(make([]byte, 0, len(s)+2), s)) }

// AppendJSON appends QuoteJSON(s).
func AppendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := strings.IndexFunc(s, func(r rune) bool { return r == '"' || r == '\\' || r < ' ' })
		if n < 0 {
			break
		}
		dst = append(append(dst, s[:n]...), '\\')
		c := s[n]
		s = s[n+1:]
		if i := strings.IndexByte("\"\\\n\r\t\b\f", c); i >= 0 {
			dst = append(dst, `"\nrtbf`[i])
			continue
		}
		const low = "0123456789abcdef"
		dst = append(dst, 'u', '0', '0', low[c>>4], low[c&15])
	}
	return append(append(dst, s...), '"')
}
