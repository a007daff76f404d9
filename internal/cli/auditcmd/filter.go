package auditcmd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
)

// filterOptions are the flags that select records.
type filterOptions struct {
	client, session, decision, kind, name, effect, since, until, grep string
}

func (o *filterOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.client, "client", "", "only records of the client of this `name`")
	f.StringVar(&o.session, "session", "", "only records of the session with this `id`")
	f.StringVar(&o.decision, "decision", "", "only records with this `decision`: allow, deny, refuse or observe")
	f.StringVar(&o.kind, "kind", "", "only records of this `kind` (command, login, …), or with an effect of this kind (api, dial, …)")
	f.StringVar(&o.name, "name", "", "only commands with an effect of this `name`, such as originate")
	f.StringVar(&o.effect, "effect", "", "only commands with an effect that this `rule` matches, as a deny of a policy would: 'dial */1900*'")
	f.StringVar(&o.since, "since", "", "only records from this `time` on: 2026-03-01, 2026-03-01T12:00:00Z, or how long ago, 2h, 1d, 2w")
	f.StringVar(&o.until, "until", "", "only records before this `time`, in the same forms")
	f.StringVar(&o.grep, "grep", "", "only records in which a text matches this `regexp`; case matters")
}

// filter returns the filter that the flags describe. Times ago are counted back from now.
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
		if f.Effect, err = effectFilter(o.effect); err != nil {
			return f, console.Usagef("--effect %q: %s", console.Bounded(o.effect), console.ErrorText(err))
		}
	}
	if o.grep != "" {
		if f.Grep, err = regexp.Compile(o.grep); err != nil {
			return f, console.Usagef("--grep: %w", err)
		}
	}
	return f, nil
}

// kinds returns the kinds of records and of effects, sorted. Some are both.
func kinds() []string {
	var list []string
	for k := audit.Kind(1); k.String() != audit.Kind(0).String(); k++ {
		list = append(list, k.String())
	}
	for k := effect.Kind(1); k.String() != effect.KindInvalid.String(); k++ {
		list = append(list, k.String())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// timeLayouts are the forms of a time. Without a zone it is in UTC, as in the audit.
var timeLayouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// parseTime parses a time, or how long before now it was. It returns the zero time for "".
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
	return time.Time{}, fmt.Errorf("%q is neither a time, such as 2026-03-01T12:00:00Z, nor how long ago, such as 2h30m, 1d or 2w", console.Bounded(s))
}

// maxAgo is the longest time ago that is accepted: about a hundred years.
const maxAgo = 100 * 365 * 24 * time.Hour

// parseAgo parses a duration as console.ParseDuration does, and ignores its sign. It returns false
// if s is not a duration or is longer than maxAgo.
func parseAgo(s string) (time.Duration, bool) {
	d, ok := console.ParseDuration(strings.TrimLeft(s, "+-"))
	return d, ok && d <= maxAgo
}

// effectFilter returns a function that reports whether rule matches a recorded effect as a deny
// rule would.
func effectFilter(rule string) (func(*trail.Effect) bool, error) {
	s, err := policy.ParseSelector(rule)
	if err != nil {
		return nil, err
	}
	return func(e *trail.Effect) bool {
		for _, one := range recorded.Expand([]trail.Effect{*e}) {
			if matches(s, &one) {
				return true
			}
		}
		return false
	}, nil
}

// matches reports whether s matches a recorded effect. If the record contains only a part of the
// effect's arguments, only its kind and name are compared, so that all that could match is shown.
func matches(s *policy.Selector, e *trail.Effect) bool {
	eff, whole := recorded.Rebuild(catalog.Builtin(), e)
	if e.Kind == effect.KindDialplan.String() {
		// The record lacks the dialplan's context. An empty token takes its place.
		eff, whole = effect.Effect{Kind: effect.KindDialplan, Name: e.Name, Tokens: []string{"", e.Args}, Fold: 1}, true
	}
	if eff.Kind == effect.KindInvalid {
		return false
	}
	eff.Later = recorded.Later(e.Later)
	if !whole || recorded.IsCut(e.Args) || recorded.IsRedacted(e.Args) || strings.ContainsRune(e.Args, '\ufffd') {
		return s.MatchesName(&eff)
	}
	return s.Matches(&eff)
}
