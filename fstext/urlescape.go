package fstext

import (
	"strings"

	"eslguard/fstext/ascii"
)

// DecodeURL decodes percent escapes as FreeSWITCH does (switch_utils.c, switch_url_decode), which
// allows blanks and a sign before the digits, and one digit instead of two. A percent sign that
// begins no escape stands for itself.
func DecodeURL(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, ok := escapedByte(s[i+1:]); ok {
				out = append(out, b)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// escapedByte parses a number as C's sscanf does for %2x.
func escapedByte(s string) (b byte, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	negative := false
	width := 2
	if s != "" && (s[0] == '+' || s[0] == '-') {
		negative = s[0] == '-'
		s, width = s[1:], 1
	}
	value, digits := 0, 0
	for ; digits < width && digits < len(s) && hexDigit(s[digits]) >= 0; digits++ {
		value = value<<4 | hexDigit(s[digits])
	}
	if negative {
		value = -value
	}
	return byte(value), digits > 0
}

// DecodeURLStrict decodes escapes of the form %XX. ok is false if a percent sign does not begin
// one, or if an escape stands for a NUL.
func DecodeURLStrict(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b == '%' {
			if i+2 >= len(s) {
				return "", false
			}
			high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
			if high < 0 || low < 0 || high+low == 0 {
				return "", false
			}
			b = byte(high<<4 | low)
			i += 2
		}
		out = append(out, b)
	}
	return string(out), true
}

func hexDigit(b byte) int {
	switch b = ascii.Lower(b); {
	case '0' <= b && b <= '9':
		return int(b - '0')
	case 'a' <= b && b <= 'f':
		return int(b-'a') + 10
	}
	return -1
}
