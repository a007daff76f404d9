package policy

import "strings"

// plainDial returns a leg with what follows its last slash as a SIP switch dials it: percent escapes
// resolved (RFC 3261, 25.1), and without the visual separators that are no part of a number (RFC 3966, 3).
// A deny looks at this spelling too, so that 1-900… and %31900… are no ways around 1900*.
func plainDial(leg string) string {
	at := strings.LastIndexByte(leg, '/') + 1
	number := leg[at:]
	if !strings.ContainsAny(number, "%-.() ") {
		return leg
	}
	out := []byte(leg[:at])
	for i := 0; i < len(number); i++ {
		c := number[i]
		if c == '%' && i+2 < len(number) {
			if hi, lo := hexValue(number[i+1]), hexValue(number[i+2]); hi >= 0 && lo >= 0 {
				c = byte(hi<<4 | lo)
				i += 2
			}
		}
		if !strings.ContainsRune("-.() ", rune(c)) {
			out = append(out, c)
		}
	}
	return string(out)
}

// hexValue returns the value of a hexadecimal digit, and -1 of anything else.
func hexValue(c byte) int {
	return strings.IndexByte("0123456789abcdef", foldByte(c))
}
