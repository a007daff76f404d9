package policy

import "strings"

// plainDial returns a leg with its number as a SIP switch dials it, see appendPlainDial.
func plainDial(leg string) string {
	if plain, ok := appendPlainDial(nil, leg); ok {
		return string(plain)
	}
	return leg
}

// appendPlainDial appends a leg with its number as a SIP switch dials it: percent escapes resolved (RFC 3261, 25.1),
// and without the visual separators that are no part of a number (RFC 3966, 3). The number is what follows the last
// slash, up to an @ or a semicolon. A deny looks at this spelling too, so that 1-900… and %31900… are no ways around
// 1900*. False: the leg is spelled so already, and nothing is appended.
func appendPlainDial(dst []byte, leg string) ([]byte, bool) {
	at := strings.LastIndexByte(leg, '/') + 1
	end, odd := at, false
	for ; end < len(leg) && leg[end] != '@' && leg[end] != ';'; end++ {
		odd = odd || leg[end] == '%' || isSeparator(leg[end])
	}
	if !odd {
		return dst, false
	}
	dst = append(dst, leg[:at]...)
	for i := at; i < end; i++ {
		c := leg[i]
		if c == '%' && i+2 < end {
			if hi, lo := hexValue(leg[i+1]), hexValue(leg[i+2]); hi >= 0 && lo >= 0 {
				c = byte(hi<<4 | lo)
				i += 2
			}
		}
		if !isSeparator(c) {
			dst = append(dst, c)
		}
	}
	return append(dst, leg[end:]...), true
}

// isSeparator reports whether people put c into numbers and switches leave it out.
func isSeparator(c byte) bool {
	switch c {
	case '-', '.', '(', ')', ' ':
		return true
	}
	return false
}

// hexValue returns the value of a hexadecimal digit, and -1 of anything else.
func hexValue(c byte) int {
	return strings.IndexByte("0123456789abcdef", foldByte(c))
}
