package fstext

import (
	"math"
	"strings"
)

// Atoi returns what C's atoi does on a machine with a 64-bit long. It accepts blanks and a sign
// before the digits and ignores text after them. The result is limited to the range of a long, and
// then cut to its low 32 bits.
func Atoi(s string) int {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	var v int64
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		d := int64(s[i] - '0')
		if neg {
			d = -d
		}
		switch {
		case !neg && v > (math.MaxInt64-d)/10:
			return -1 // the low 32 bits of the largest long
		case neg && v < (math.MinInt64-d)/10:
			return 0
		}
		v = v*10 + d
	}
	return int(int32(v))
}

// IsTrue is switch_true: it reports whether s is a number other than 0 or one of some words.
func IsTrue(s string) bool {
	switch Lower(s) {
	case "yes", "on", "true", "t", "enabled", "active", "allow":
		return true
	}
	return s != "" && strings.Trim(s, "-+.0123456789") == "" && Atoi(s) != 0
}

// IsFalse is switch_false: it reports whether s is 0 or one of some words. Other text is neither
// true nor false.
func IsFalse(s string) bool {
	switch Lower(s) {
	case "no", "off", "false", "f", "disabled", "inactive", "disallow":
		return true
	}
	return s != "" && strings.Trim(s, "-+.0123456789") == "" && Atoi(s) == 0
}
