package auditcmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eslguard/audit/trail"
	"eslguard/command"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
)

// selects returns a test for recorded effects that a rule matches, as a deny rule would.
func selects(rule string) (func(*trail.Effect) bool, error) {
	s, err := policy.ParseSelector(rule)
	if err != nil {
		return nil, err
	}
	return func(e *trail.Effect) bool {
		for _, one := range recorded.Expand([]trail.Effect{*e}) {
			if selected(s, &one) {
				return true
			}
		}
		return false
	}, nil
}

// selected reports whether s matches a recorded effect. If the record does not hold the effect's
// arguments whole, its kind and name decide, so that what could match is shown.
func selected(s *policy.Selector, e *trail.Effect) bool {
	eff, whole := recorded.Rebuild(command.Builtin(), e)
	if e.Kind == command.KindDialplan.String() {
		// The record lacks its context, which an empty token stands for.
		eff, whole = command.Effect{Kind: command.KindDialplan, Name: e.Name, Tokens: []string{"", e.Args}, Fold: 1}, true
	}
	if eff.Kind == command.KindInvalid {
		return false
	}
	eff.Later = recorded.Later(e.Later)
	if !whole || recorded.IsCut(e.Args) || recorded.IsRedacted(e.Args) || strings.ContainsRune(e.Args, '\ufffd') {
		return s.MatchesName(&eff)
	}
	return s.Matches(&eff)
}

const (
	// maxKnown is how many names of an audit are told apart when one that it lacks is looked for.
	maxKnown = 10_000
	// maxListed is how many of them a warning lists.
	maxListed = 10
)

// remarkUnknown warns of a client, or the name of an effect, that no record of the audit has, and
// lists those that there are, the most alike first. What cannot be read is told by who reads it for
// its own sake.
func (p *program) remarkUnknown(ctx context.Context, path string, o *filterOptions) {
	if o.client != "" {
		p.remarkName(ctx, path, "--client", o.client, trail.Filter{Client: o.client}, func(r *trail.Record, add func(string)) { add(r.Client) })
	}
	if o.name != "" {
		p.remarkName(ctx, path, "--name", o.name, trail.Filter{Name: o.name}, func(r *trail.Record, add func(string)) {
			for i := range r.Effects {
				add(strings.ToLower(r.Effects[i].Name))
			}
		})
	}
}

// errEnough ends a reading that has found what it looked for.
var errEnough = errors.New("enough")

// remarkName warns if no record is wanted by f, which is about one name. names gives the names of a
// record.
func (p *program) remarkName(ctx context.Context, path, flag, name string, f trail.Filter, names func(r *trail.Record, add func(string))) {
	_, err := trail.Read(ctx, path, f, func(*trail.Record) error { return errEnough })
	if err != nil {
		return
	}
	known := map[string]bool{}
	add := func(s string) {
		if s != "" && len(known) < maxKnown {
			known[console.Bounded(s)] = true
		}
	}
	if _, err = trail.Read(ctx, path, trail.Filter{}, func(r *trail.Record) error { names(r, add); return nil }); err != nil {
		return
	}
	if len(known) == 0 {
		p.Remark("%s %s is unknown: no record of the audit has a name there", flag, console.Shown(name))
		return
	}
	list, _ := policy.ByLikeness(name, slices.Sorted(maps.Keys(known)))
	more := ""
	if n := len(list) - maxListed; n > 0 {
		list, more = list[:maxListed], fmt.Sprintf(" and %d more", n)
	}
	for i := range list {
		list[i] = console.Shown(list[i])
	}
	p.Remark("%s %s is unknown: no record of the audit has it; there are: %s%s", flag, console.Shown(name), strings.Join(list, ", "), more)
}
