package auditcmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
	"eslguard/policy"
)

const (
	// maxKnown is the most names of an audit that are collected.
	maxKnown = 10_000
	// maxListed is the most of them that a remark lists.
	maxListed = 10
)

// remarkUnknown remarks that no record of the audit has the client of --client, or an effect with
// the name of --name, and lists those that there are, the most similar first. It ignores errors:
// the command that reads the audit reports them.
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

// errFound ends the reading of an audit at the first record.
var errFound = errors.New("found")

// remarkName remarks that name is unknown if f, the filter for it, selects no record. names calls
// add with the names in a record.
func (p *program) remarkName(ctx context.Context, path, flag, name string, f trail.Filter, names func(r *trail.Record, add func(string))) {
	_, err := trail.Read(ctx, path, f, func(*trail.Record) error { return errFound })
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
		p.Remark("%s %s is unknown: no record of the audit has any", flag, console.Shown(name))
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
