package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A size is a flag's number of bytes: plain, or in KiB, MiB or GiB. It implements pflag.Value.
type size int64

var sizeUnits = [...]struct {
	suffix string
	shift  uint
}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}

// String returns the size in the largest unit that it is a whole number of.
func (s *size) String() string {
	for _, u := range sizeUnits {
		if *s != 0 && *s%(1<<u.shift) == 0 {
			return strconv.FormatInt(int64(*s)>>u.shift, 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(*s), 10)
}

// Set reads a size. It must be more than zero.
func (s *size) Set(text string) error {
	digits, shift := text, uint(0)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(text, u.suffix); ok {
			digits, shift = rest, u.shift
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("%q is no size: write 65536, 64KiB, 1MiB or the like", text)
	}
	*s = size(n << shift)
	return nil
}

// Type names the value in the help.
func (s *size) Type() string { return "bytes" }
