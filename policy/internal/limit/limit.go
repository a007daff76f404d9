package limit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// maxRate is the largest number and the largest burst of a limit.
const maxRate = 1_000_000

// A Measure says what a limit counts. The zero Measure is a rate.
type Measure uint8

// The measures of limits.
const (
	PerTime Measure = iota // effects per second, minute or hour
	PerDay                 // effects on one day, in UTC
	AtOnce                 // effects of commands that have not ended
)

// A Limit is how many effects of a kind, or of some names of that kind, a client may cause.
type Limit struct {
	// Key says what the limit counts, as the policy spells it: KIND or KIND NAME.
	Key string
	// id is equal for limits that count the same. It is Key, in lower case if FreeSWITCH ignores
	// the case of the name.
	id string
	// Rule is a deny rule that matches the effects that count.
	Rule    *rule.Rule
	Measure Measure
	// n is the number of the limit.
	n int
	// per is the time in which n effects of a rate may happen, and burst is how many of them may
	// happen at once. Both are zero for other measures.
	per   time.Duration
	burst int
}

// count returns how many of the effects l counts.
func (l *Limit) count(effects []effect.Effect) (n int) {
	for i := range effects {
		if l.Rule.Matches(&effects[i]) {
			n++
		}
	}
	return n
}

// overBy returns the text of the limit for a command that takes n and exceeds it. If n is more than
// the limit ever allows, so that waiting does not help, the text also says n.
func (l *Limit) overBy(n int) string {
	most := l.n
	if l.Measure == PerTime {
		most = l.burst
	}
	if n <= most {
		return l.String()
	}
	return fmt.Sprintf("%s, and the command takes %d", l, n)
}

func (l *Limit) rate() rate.Limit { return rate.Limit(float64(l.n) / l.per.Seconds()) }

// String returns the limit as a policy spells it, after its key: "dial 40/s burst 80".
func (l *Limit) String() string {
	switch l.Measure {
	case PerDay:
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

// units are the units of time of a rate.
var units = [...]struct {
	word string
	per  time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}

const limitHint = "such as 5/s, 40/s burst 80, 100/m, 2000/day or 10 at once"

// Compile compiles one entry of "limits", a key and one or more values. It reports problems and
// warnings to rep, and leaves out the limits with a problem.
func Compile(rc *rule.Compiler, d document.Limit, rep *document.Report) (out []Limit) {
	counted, err := rc.CompileKey(d.Key.Text, "a limit")
	if err != nil {
		rep.Errorf(d.Key.Pos, err.Hint, "%s: %s", words.Quote(d.Key.Text), err.Text)
		return nil
	}
	counted.Pos = d.Key.Pos
	id := d.Key.Text
	if rule.FoldsName(counted.Kind) {
		id = ascii.ToLower(id)
	}
	seen := make(map[Measure]bool)
	for _, v := range d.Values {
		l, ok := parseLimit(v.Text)
		if !ok {
			rep.Errorf(v.Pos, limitHint, "%s is not a limit", words.Quote(v.Text))
			continue
		}
		if seen[l.Measure] {
			rep.Errorf(v.Pos, "the smaller one would apply", "two limits of the same sort")
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

// parseLimit reads "N/s", "N/m" or "N/h", each with or without " burst B" after it, "N/day", or "N
// at once".
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
		l.Measure = PerDay
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

// A bucketKey identifies the bucket of one limit among those of a client.
type bucketKey struct {
	id      string
	measure Measure
}

func (l *Limit) bucketKey() bucketKey { return bucketKey{l.id, l.Measure} }

// Smallest merges the limits of several roles. Of the limits that count the same, the smallest
// applies. Of rates, it is the slower rate with the smaller burst.
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
		if l.Measure == PerTime && l.rate() < was.rate() || l.Measure != PerTime && l.n < was.n {
			was.n, was.per = l.n, l.per
		}
	}
	return out
}
