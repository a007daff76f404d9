package lint

import (
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bypassedDenies notes denies of the numbers of trunks, where the dialplan may be asked for the
// same numbers: it dials them itself, and eslguard does not see that.
func (d *linter) bypassedDenies(rs *role.Set) {
	var plans []*rule.Rule
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind == effect.KindDialplan {
			plans = append(plans, r)
		}
	})
	if len(plans) == 0 {
		return
	}
	for _, part := range rs.Parts() {
		for _, deny := range part.Rules {
			if !deny.Deny || deny.Kind != effect.KindDial || d.warned[deny] {
				continue
			}
			allow, number := extensionFor(rs, deny, plans)
			if allow == nil {
				continue
			}
			d.warned[deny] = true
			d.rep.Warnf(deny.Pos, `deny "dialplan * * `+words.ClipRule(number)+`", too`, "%s: %s lets the dialplan be asked for the same number, and what it dials is not seen here",
				words.Quote(deny.Text), words.Quote(allow.Text))
		}
	}
}

// maxNumbers is how many alternatives of a deny are tried.
const maxNumbers = 256

// extensionFor returns a rule by which the dialplan may be asked for a number that a deny names,
// and the number as the deny has it. It returns nil without one.
func extensionFor(rs *role.Set, deny *rule.Rule, plans []*rule.Rule) (allow *rule.Rule, number string) {
	for i := range min(len(deny.Name.Globs), maxNumbers) {
		g := &deny.Name.Globs[i]
		t := g.Number(true)
		if g.Prefix() != "" && !pattern.IsTrunk(g.Prefix()) {
			continue
		}
		sample := strings.NewReplacer(string(rune(pattern.NumberStar)), "5551234", string(rune(pattern.NumberOne)), "5").Replace(t.Number)
		if t.Number == "" || !pattern.IsDigit(t.Number[0]) || strings.Trim(sample, "0123456789") != "" || len(sample) > pattern.MaxDigits {
			continue
		}
		for _, r := range plans {
			e := effect.Effect{Kind: effect.KindDialplan, Name: dialplanName(r), Tokens: []string{dialplanContext(r), sample}}
			if !r.Matches(&e) {
				continue
			}
			if _, ok, _ := rs.Verdict(&e, pattern.MaxWork); ok {
				return r, pattern.NumberWildcards(t.Number)
			}
		}
	}
	return nil, ""
}

// dialplanName returns the name of a dialplan that the rule may be about.
func dialplanName(r *rule.Rule) string {
	for _, name := range dialplans {
		if e := (effect.Effect{Kind: effect.KindDialplan, Name: name}); r.Names(&e) {
			return name
		}
	}
	return r.Name.First()
}

// dialplanContext returns a context that the rule may be about.
func dialplanContext(r *rule.Rule) string {
	if len(r.Args) > 0 && len(r.Args[0].Globs) > 0 && !r.Args[0].Globs[0].Wild {
		return r.Args[0].First()
	}
	return "default"
}

// openSubcommands notes a deny of one subcommand of an API of which all the rest is allowed.
func (d *linter) openSubcommands(rs *role.Set) {
	var open []*rule.Rule
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind == effect.KindAPI && r.Rest && len(r.Args) == 0 && r.Classes == 0 && !r.AnyName {
			open = append(open, r)
		}
	})
	for _, part := range rs.Parts() {
		for _, deny := range part.Rules {
			if !deny.Deny || deny.Kind != effect.KindAPI || !deny.Rest || len(deny.Args) == 0 || d.warned[deny] || deny.Args[0].LeavesOpen() || len(deny.Args[0].Globs) == 0 {
				continue
			}
			for _, allow := range open {
				if name := sharedName(allow, deny); name != "" {
					d.warned[deny] = true
					d.rep.Warnf(deny.Pos, "allow the subcommands that are needed instead", "%s: %s allows every other subcommand of %s, those of other modules and releases among them",
						words.Quote(deny.Text), words.Quote(allow.Text), name)
					break
				}
			}
		}
	}
}

// sharedName returns a name that both rules spell, "" without one.
func sharedName(r *rule.Rule, other *rule.Rule) string {
	for i := range r.Name.Globs {
		if name, literal := r.Name.Globs[i].Literal(); literal && other.Spells(name) {
			return name
		}
	}
	return ""
}
