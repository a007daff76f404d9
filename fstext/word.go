package fstext

import (
	"strings"

	"eslguard/fstext/ascii"
)

// MaxPlain is the maximum length of a plain word in bytes. It is FreeSWITCH's limit for a channel's
// uuid (SWITCH_UUID_FORMATTED_LENGTH).
const MaxPlain = 256

// IsPlain reports whether s is a word that means the same wherever FreeSWITCH reads it: one to
// MaxPlain ASCII letters, digits and _ - . @ +, none of which is special in a splitter, an
// expansion or a header.
func IsPlain(s string) bool {
	if s == "" || len(s) > MaxPlain {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '_', c == '-', c == '.', c == '@', c == '+':
		default:
			return false
		}
	}
	return true
}

// SmallNumber parses a decimal number of one to nine digits without a sign. It returns false if s
// is not one.
func SmallNumber(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// IsTrue reports whether FreeSWITCH reads s as true (switch_utils.h, switch_true): certain words in
// any case, and numbers that are not zero.
func IsTrue(s string) bool {
	switch ascii.ToLower(s) {
	case "yes", "on", "true", "t", "enabled", "active", "allow":
		return true
	}
	s = strings.TrimLeft(s, "+-")
	whole, _, _ := strings.Cut(s, ".")
	return strings.Trim(s, "0123456789.") == "" && strings.Trim(whole, "0") != ""
}

// IsHost reports whether s is an IPv4 address in its plain form, 1.2.3.4, or the name of a host. A
// name must not be a number or end in one, since the resolver of the operating system reads such
// names as addresses (10.5, 0xa.0.0.5, 012.0.0.5, 167772165; inet_aton(3)), and one address would
// have many spellings.
func IsHost(s string) bool {
	name := strings.TrimRight(s, ".")
	if !isNumber(name[strings.LastIndexByte(name, '.')+1:]) {
		return name != ""
	}
	parts := 0
	for part := range strings.SplitSeq(s, ".") {
		n, ok := SmallNumber(part)
		if parts++; !ok || n > 255 || len(part) > 1 && part[0] == '0' {
			return false
		}
	}
	return parts == 4
}

// isNumber reports whether s consists of digits or begins with 0x, as a hexadecimal number.
func isNumber(s string) bool {
	return ascii.HasPrefixFold(s, "0x") || s != "" && strings.Trim(s, "0123456789") == ""
}
