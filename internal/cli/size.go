package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A size is a number of bytes as the value of a flag: plain, or in KiB, MiB, GiB or TiB. It
// implements pflag.Value.
type size int64

// sizeUnits are the units of a size, each with its two spellings. KB and the like are not among
// them: for some they are powers of 1000, for others of 1024.
var sizeUnits = [...]struct {
	suffix, short string
	shift         uint
}{{"TiB", "T", 40}, {"GiB", "G", 30}, {"MiB", "M", 20}, {"KiB", "K", 10}}

// String returns the size in the largest unit that divides it.
func (s *size) String() string {
	for _, u := range sizeUnits {
		if *s != 0 && *s%(1<<u.shift) == 0 {
			return strconv.FormatInt(int64(*s)>>u.shift, 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(*s), 10)
}

// roundUp returns the size rounded up to a unit, so that String is short: to GiB from 10 GiB on, to
// MiB from 10 MiB on, to KiB from 10 KiB on.
func (s size) roundUp() size {
	for _, shift := range [...]uint{30, 20, 10} {
		unit := size(1) << shift
		if s >= 10*unit && s <= math.MaxInt64-unit {
			return (s + unit - 1) &^ (unit - 1)
		}
	}
	return s
}

// Set parses a size, which must be more than zero.
func (s *size) Set(text string) error {
	digits, shift := text, uint(0)
	for _, u := range sizeUnits {
		for _, suffix := range [...]string{u.suffix, u.short} {
			if rest, ok := strings.CutSuffix(text, suffix); ok {
				digits, shift = rest, u.shift
			}
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("%q is not a size such as 65536, 64KiB, 1MiB or 1G", text)
	}
	*s = size(n << shift)
	return nil
}

// Type returns what the help calls the value.
func (s *size) Type() string { return "bytes" }
