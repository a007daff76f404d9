package fstext

import "strings"

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

// EscapeXML escapes s for the text of an element.
func EscapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// urlUnsafe are the printable characters that are written as %XX. Controls and bytes over 126 are,
// too.
const urlUnsafe = "\r\n #%&+:;<=>?@[\\]^`{|}\""

// URLEncode escapes s as FreeSWITCH does (switch_utils.c, switch_url_encode). It does not escape
// the percent sign of a %XX in capitals.
func URLEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		kept := c == '%' && i+2 < len(s) && strings.IndexByte(hexDigits, s[i+1]) >= 0 && strings.IndexByte(hexDigits, s[i+2]) >= 0
		if !kept && (c < ' ' || c > '~' || strings.IndexByte(urlUnsafe, c) >= 0) {
			b.WriteString("%" + hexDigits[c>>4:c>>4+1] + hexDigits[c&15:c&15+1])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// QuoteJSON quotes s as cJSON does. It leaves bytes over 127 as they are.
func QuoteJSON(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c < ' ':
			const low = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', low[c>>4], low[c&15])
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
