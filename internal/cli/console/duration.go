package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// The units of a duration that time.ParseDuration does not know.
const (
	day  = 24 * time.Hour
	week = 7 * day
)

// ParseDuration parses a duration as time.ParseDuration does, with weeks (w) and days (d) of 24
// hours before it, in this order: 2w, 30d, 1d12h. It returns false if s is not a duration, or if it
// is longer than a time.Duration can be.
func ParseDuration(s string) (time.Duration, bool) {
	s, negative := strings.CutPrefix(s, "-")
	var sum time.Duration
	found := false
	for _, u := range [...]struct {
		letter string
		unit   time.Duration
	}{{"w", week}, {"d", day}} {
		digits, rest, ok := strings.Cut(s, u.letter)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil {
			continue
		}
		if n > uint64((math.MaxInt64-sum)/u.unit) {
			return 0, false
		}
		sum, s, found = sum+time.Duration(n)*u.unit, rest, true
	}
	if s != "" || !found {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 || d > math.MaxInt64-sum {
			return 0, false
		}
		sum += d
	}
	if negative {
		sum = -sum
	}
	return sum, true
}

// A durationValue is a duration as the value of a flag. It implements pflag.Value.
type durationValue time.Duration

// DurationVar defines a flag whose value is a duration that ParseDuration accepts, and stores the
// value in p. def is the default.
func DurationVar(f *pflag.FlagSet, p *time.Duration, name string, def time.Duration, usage string) {
	*p = def
	f.Var((*durationValue)(p), name, usage)
}

// String returns the duration as Go spells it. Zero is "0", for which the help shows no default.
func (d *durationValue) String() string {
	if *d == 0 {
		return "0"
	}
	return time.Duration(*d).String()
}

// Set parses a duration.
func (d *durationValue) Set(text string) error {
	v, ok := ParseDuration(text)
	if !ok {
		return fmt.Errorf("%q is not a duration such as 90s, 1h30m, 12h, 30d or 2w", Bounded(text))
	}
	*d = durationValue(v)
	return nil
}

// Type returns what the help calls the value.
func (d *durationValue) Type() string { return "duration" }
