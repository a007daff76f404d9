package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A size is a number of bytes as the value of a flag: plain, or in KiB, MiB or GiB. It implements
// pflag.Value.
type size int64

var sizeUnits = [...]struct {
	suffix string
	shift  uint
}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}

// String returns the size in the largest unit that divides it.
func (s *size) String() string {
	for _, u := range sizeUnits {
		if *s != 0 && *s%(1<<u.shift) == 0 {
			return strconv.FormatInt(int64(*s)>>u.shift, 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(*s), 10)
}

// Set parses a size, which must be more than zero.
func (s *size) Set(text string) error {
	digits, shift := text, uint(0)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(text, u.suffix); ok {
			digits, shift = rest, u.shift
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("%q is not a size such as 65536, 64KiB or 1MiB", text)
	}
	*s = size(n << shift)
	return nil
}

// Type returns what the help calls the value.
func (s *size) Type() string { return "bytes" }
