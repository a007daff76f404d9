package lint

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bypassedDenies notes denies of the numbers of trunks, where the dialplan may be asked for the
// same numbers: it dials them itself, and eslguard does not see that.
func (d *linter) bypassedDenies(h *role.Set) {
	var plans []*rule.Rule
	h.EachAllow(func(r *rule.Rule) {
		if r.Kind == effect.KindDialplan {
			plans = append(plans, r)
		}
	})
	if len(plans) == 0 {
		return
	}
	for _, part := range h.Parts() {
		for _, deny := range part.Rules {
			if !deny.Deny || deny.Kind != effect.KindDial || d.warned[deny] {
				continue
			}
			allow, number := extensionFor(h, deny, plans)
			if allow == nil {
				continue
			}
			d.warned[deny] = true
			d.rep.Warnf(deny.Pos, `deny "dialplan * * `+words.ClipRule(number)+`", too`, "%s: %s lets the dialplan be asked for the same number, and what it dials is not seen here",
				words.Quote(deny.Text), words.Quote(allow.Text))
		}
	}
}

// maxSamples is how many alternatives of a deny are tried.
const maxSamples = 256

// extensionFor returns a rule by which the dialplan may be asked for a number that a deny names,
// and the number as the deny has it. It returns nil without one.
func extensionFor(rs *role.Set, deny *rule.Rule, plans []*rule.Rule) (allow *rule.Rule, number string) {
	for i := range min(len(deny.Name.Globs), maxSamples) {
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
	return r.Name.FirstPrefix()
}

// dialplanContext returns a context that the rule may be about.
func dialplanContext(r *rule.Rule) string {
	if len(r.Args) > 0 && len(r.Args[0].Globs) > 0 && !r.Args[0].Globs[0].Wild {
		return r.Args[0].FirstPrefix()
	}
	return "default"
}

// bgapiRules notes a rule on the API bgapi that is most likely meant for the API behind it: what a
// client sends as bgapi is that API. A rule that spells a command within, such as originate\s*,
// means a bgapi within another command, and so does one beside a rule for the API that it spells.
func (d *linter) bgapiRules(h *role.Set) {
	h.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindAPI || len(r.Name.Globs) != 1 || !r.Spells("bgapi") || len(r.Args) > 0 && r.Args[0].SpellsAll(" ") {
			return
		}
		if len(r.Args) > 0 && !r.Args[0].Wild && r.Args[0].Regex == nil && allowsAPIs(h, r.Args[0].Globs) {
			return
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `write the rule for the API that is run, or api bgapi originate\s* besides for what sends "api bgapi originate …", as fs_cli does`,
			"%s: what a client sends as bgapi is no effect of that name, but the API behind it; only a bgapi within another command is", words.Quote(r.Text))
	})
}

// allowsAPIs reports whether there is a rule for each of the APIs that the globs spell.
func allowsAPIs(h *role.Set, globs []pattern.Glob) bool {
	return !slices.ContainsFunc(globs, func(g pattern.Glob) bool {
		name, _ := g.Literal()
		found := false
		e := effect.Effect{Kind: effect.KindAPI, Name: words.Fold(name), Class: classOf(effect.KindAPI, name)}
		h.EachAllow(func(r *rule.Rule) { found = found || r.Kind == effect.KindAPI && r.Names(&e) })
		return !found
	})
}
