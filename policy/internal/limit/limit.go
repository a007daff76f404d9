package limit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// maxRate is the most that a limit may say, as its number and as its burst.
const maxRate = 1_000_000

// A Measure is what a limit counts. The zero measure is a rate.
type Measure uint8

const (
	perTime Measure = iota // how often
	perDay                 // how many on one day, in UTC
	AtOnce                 // how many under way
)

// A Limit is how many effects of a kind, or of some names of it, may happen.
type Limit struct {
	// Key says on what, as the policy does: KIND or KIND NAME.
	Key string
	// id is the same for limits of which the smallest holds.
	id string
	// Rule matches the effects that count, as broadly as a deny.
	Rule    *rule.Rule
	Measure Measure
	n       int
	// per and burst are of a rate: the time in which n may happen, and how many at once.
	per   time.Duration
	burst int
}

// count returns how many of the effects fall under l.
func (l *Limit) count(effects []effect.Effect) (n int) {
	for i := range effects {
		if l.Rule.Matches(&effects[i]) {
			n++
		}
	}
	return n
}

// overBy returns the limit, for a command that takes n and is over it. Where n is more than there
// ever is, waiting does not help, and it says so.
func (l *Limit) overBy(n int) string {
	most := l.n
	if l.Measure == perTime {
		most = l.burst
	}
	if n <= most {
		return l.String()
	}
	return fmt.Sprintf("%s, and the command takes %d", l, n)
}

func (l *Limit) rate() rate.Limit { return rate.Limit(float64(l.n) / l.per.Seconds()) }

// String returns the limit as a person would write it: "dial 40/s burst 80".
func (l *Limit) String() string {
	switch l.Measure {
	case perDay:
		return fmt.Sprintf("%s %d/day", l.Key, l.n)
	case AtOnce:
		return fmt.Sprintf("%s %d at once", l.Key, l.n)
	}
	s := l.Key + " " + strconv.Itoa(l.n) + "/"
	for _, u := range units {
		if u.per == l.per {
			s += u.word
		}
	}
	if l.burst != l.n {
		s += " burst " + strconv.Itoa(l.burst)
	}
	return s
}

// units are what a rate may be per.
var units = [...]struct {
	word string
	per  time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}

const limitHint = "such as 5/s, 40/s burst 80, 100/m, 2000/day or 10 at once"

// Compile compiles one entry of "limits": a key and one or more values.
func Compile(rc *rule.Compiler, d document.Limit, rep *document.Report) (out []Limit) {
	counted, err := rc.CompileKey(d.Key.Text, "a limit")
	if err != nil {
		rep.Errorf(d.Key.Pos, err.Hint, "%s: %s", words.Quote(d.Key.Text), err.Text)
		return nil
	}
	counted.Pos = d.Key.Pos
	id := d.Key.Text
	if rule.FoldsName(counted.Kind) {
		id = words.Fold(id)
	}
	seen := make(map[Measure]bool)
	for _, v := range d.Values {
		l, ok := parseLimit(v.Text)
		if !ok {
			rep.Errorf(v.Pos, limitHint, "%s is not a limit", words.Quote(v.Text))
			continue
		}
		if seen[l.Measure] {
			rep.Errorf(v.Pos, "the smaller one would hold", "two limits of the same sort")
		}
		seen[l.Measure] = true
		if l.Measure == AtOnce && counted.Kind != effect.KindAPI && counted.Kind != effect.KindDial {
			rep.Warnf(v.Pos, "use a rate", "a number at once says little here: FreeSWITCH answers such a command before it is done")
		}
		l.Key, l.Rule, l.id = d.Key.Text, counted, id
		out = append(out, l)
	}
	return out
}

// parseLimit reads "N/s", "N/m" or "N/h", which " burst B" may follow, "N/day" or "N at once".
func parseLimit(s string) (l Limit, ok bool) {
	if number, found := strings.CutSuffix(s, " at once"); found {
		l.Measure = AtOnce
		l.n, ok = parseCount(number)
		return l, ok
	}
	s, burst, hasBurst := strings.Cut(s, " burst ")
	number, unit, _ := strings.Cut(s, "/")
	if l.n, ok = parseCount(number); !ok {
		return l, false
	}
	if unit == "day" {
		l.Measure = perDay
		return l, !hasBurst
	}
	for _, u := range units {
		if u.word == unit {
			l.per = u.per
		}
	}
	l.burst = l.n
	if hasBurst {
		l.burst, ok = parseCount(burst)
	}
	return l, ok && l.per > 0
}

func parseCount(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= maxRate && strconv.Itoa(n) == s
}

// A bucketKey finds what has been used of one limit.
type bucketKey struct {
	id      string
	measure Measure
}

func (l *Limit) bucketKey() bucketKey { return bucketKey{l.id, l.Measure} }

// Smallest merges the limits of several roles: of those on the same the smallest holds, of rates
// both the slower and the smaller burst.
func Smallest(limits []Limit) []Limit {
	var out []Limit
	at := make(map[bucketKey]int)
	for _, l := range limits {
		i, ok := at[l.bucketKey()]
		if !ok {
			at[l.bucketKey()] = len(out)
			out = append(out, l)
			continue
		}
		was := &out[i]
		was.burst = min(was.burst, l.burst)
		if l.Measure == perTime && l.rate() < was.rate() || l.Measure != perTime && l.n < was.n {
			was.n, was.per = l.n, l.per
		}
	}
	return out
}
