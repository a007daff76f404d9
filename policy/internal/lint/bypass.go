package lint

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bypassedDenies warns of denies of numbers of trunks if the client may ask the dialplan for the
// same numbers. The dialplan then dials them, and eslguard does not see that.
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
			d.rep.Warnf(deny.Pos, `add "dialplan * * `+words.ClipRule(number)+`" to "deny"`, "%s: %s lets the client ask the dialplan for the same number, and eslguard does not see what the dialplan dials",
				words.Quote(deny.Text), words.Quote(allow.Text))
		}
	}
}

// maxNumbers is the largest number of alternatives of a deny that are tried.
const maxNumbers = 256

// extensionFor returns the first rule of plans that lets a client ask the dialplan for a number
// that deny names, and that number with the wildcards of deny. It returns nil if there is none: if
// no rule matches the number, if a deny forbids the extension, or if deny names no number of a
// trunk.
func extensionFor(rs *role.Set, deny *rule.Rule, plans []*rule.Rule) (allow *rule.Rule, number string) {
	for i := range min(len(deny.Name.Globs), maxNumbers) {
		g := &deny.Name.Globs[i]
		t := g.Number(true)
		if g.Prefix() != "" && !pattern.IsTrunk(g.Prefix()) {
			continue
		}
		sample := strings.NewReplacer(string(rune(pattern.NumberStar)), "5551234", string(rune(pattern.NumberOne)), "5").Replace(t.Number)
		if t.Number == "" || !ascii.IsDigit(t.Number[0]) || strings.Trim(sample, "0123456789") != "" || len(sample) > pattern.MaxDigits {
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

// dialplanName returns a dialplan that the rule matches.
func dialplanName(r *rule.Rule) string {
	for _, name := range catalog.Dialplans() {
		if e := (effect.Effect{Kind: effect.KindDialplan, Name: name}); r.Names(&e) {
			return name
		}
	}
	return r.Name.FirstPrefix()
}

// dialplanContext returns a context that the rule may match.
func dialplanContext(r *rule.Rule) string {
	if len(r.Args) > 0 && len(r.Args[0].Globs) > 0 && !r.Args[0].Globs[0].Wild {
		return r.Args[0].FirstPrefix()
	}
	return "default"
}

// openSubcommands warns of a deny of one subcommand of an API if another rule allows all the other
// subcommands.
func (d *linter) openSubcommands(rs *role.Set) {
	var open []*rule.Rule
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind == effect.KindAPI && r.Rest && len(r.Args) == 0 && r.Classes == 0 && !r.AnyName {
			open = append(open, r)
		}
	})
	for _, part := range rs.Parts() {
		for _, deny := range part.Rules {
			if !deny.Deny || deny.Kind != effect.KindAPI || !deny.Rest || len(deny.Args) == 0 || d.warned[deny] || deny.Args[0].HasBareWildcards() || len(deny.Args[0].Globs) == 0 {
				continue
			}
			for _, allow := range open {
				if name := sharedName(allow, deny); name != "" {
					d.warned[deny] = true
					d.rep.Warnf(deny.Pos, "allow the subcommands that are needed instead", "%s: %s allows every other subcommand of %s, including those of other modules and releases",
						words.Quote(deny.Text), words.Quote(allow.Text), name)
					break
				}
			}
		}
	}
}

// sharedName returns the first name that both rules spell, and "" if there is none.
func sharedName(r, other *rule.Rule) string {
	for i := range r.Name.Globs {
		if name, literal := r.Name.Globs[i].Literal(); literal && other.Spells(ascii.ToLower(name)) {
			return name
		}
	}
	return ""
}
