package auditcmd

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/command"
	"eslguard/internal/cli/console"
)

// filterOptions are the flags that say which records are wanted.
type filterOptions struct {
	client, session, decision, kind, name, effect, since, until, grep string
}

func (o *filterOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.client, "client", "", "only records of the client of this `name`")
	f.StringVar(&o.session, "session", "", "only records of the session with this `id`")
	f.StringVar(&o.decision, "decision", "", "only `decision`s of this sort: allow, deny, refuse, observe")
	f.StringVar(&o.kind, "kind", "", "only records of this `kind` (command, login, …), or with an effect of it (api, dial, …)")
	f.StringVar(&o.name, "name", "", "only commands with an effect of this `name`, such as originate")
	f.StringVar(&o.effect, "effect", "", "only commands with an effect that this `rule` matches, as a deny of a policy would: 'dial */1900*'")
	f.StringVar(&o.since, "since", "", "only records from this `time` on: 2026-03-01, 2026-03-01T12:00:00Z, or how long ago, 2h, 1d, 2w")
	f.StringVar(&o.until, "until", "", "only records before this `time`, likewise")
	f.StringVar(&o.grep, "grep", "", "only records in which a text matches this `regexp`, case and all")
}

// filter returns what the flags say. now is what times ago are counted from.
func (o *filterOptions) filter(now time.Time) (trail.Filter, error) {
	f := trail.Filter{Client: o.client, Session: o.session, Decision: o.decision, Kind: o.kind, Name: o.name}
	switch o.decision {
	case "", "allow", "deny", "refuse", "observe":
	default:
		return f, console.Usagef("--decision %q is not one of allow, deny, refuse, observe", console.Bounded(o.decision))
	}
	if o.kind != "" && !slices.Contains(kinds(), o.kind) {
		return f, console.Usagef("--kind %q is not one of %s", console.Bounded(o.kind), strings.Join(kinds(), ", "))
	}
	var err error
	if f.Since, err = parseTime(o.since, now); err != nil {
		return f, console.Usagef("--since %w", err)
	}
	if f.Until, err = parseTime(o.until, now); err != nil {
		return f, console.Usagef("--until %w", err)
	}
	if o.effect != "" {
		if f.Effect, err = selects(o.effect); err != nil {
			return f, console.Usagef("--effect %q: %w", console.Bounded(o.effect), err)
		}
	}
	if o.grep != "" {
		if f.Grep, err = regexp.Compile(o.grep); err != nil {
			return f, console.Usagef("--grep: %w", err)
		}
	}
	return f, nil
}

// kinds are those of records and of effects. Some are both.
func kinds() []string {
	var list []string
	for k := audit.Kind(1); k.String() != audit.Kind(0).String(); k++ {
		list = append(list, k.String())
	}
	for k := command.EffectKind(1); k.String() != command.KindInvalid.String(); k++ {
		list = append(list, k.String())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// timeLayouts are the ways to write a time, in UTC where they name no zone: the audit's times are.
var timeLayouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// parseTime reads a time, or how long before now it was. "" is no time.
func parseTime(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if ago, ok := parseAgo(strings.TrimSuffix(s, " ago")); ok {
		return now.Add(-ago), nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a time, as 2026-03-01T12:00:00Z, nor how long ago, as 2h30m, 1d or 2w", console.Bounded(s))
}

// maxAgo is the longest time ago that is understood: about a hundred years.
const maxAgo = 100 * 365 * 24 * time.Hour

// parseAgo reads a duration as Go writes it, which weeks (w) and days (d) of 24 hours may stand
// before, in this order. A sign counts for nothing. It returns false if s is no duration or is
// longer than maxAgo.
func parseAgo(s string) (time.Duration, bool) {
	s = strings.TrimLeft(s, "+-")
	var sum time.Duration
	found := false
	for _, u := range [...]struct {
		letter string
		unit   time.Duration
	}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}} {
		digits, rest, ok := strings.Cut(s, u.letter)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || n > uint64(maxAgo/u.unit) {
			continue
		}
		sum, s, found = sum+time.Duration(n)*u.unit, rest, true
	}
	if s == "" {
		return sum, found && sum <= maxAgo
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > maxAgo || sum+d > maxAgo {
		return 0, false
	}
	return sum + d, true
}
