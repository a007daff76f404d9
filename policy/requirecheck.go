package policy

import (
	"slices"

	"eslguard/command"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// requirements gathers those of several roles. All of them hold.
func requirements(roles []*role) (out []requirement) {
	seen := make(map[*rule.Rule]bool)
	for _, r := range roles {
		for _, part := range r.parts {
			for _, q := range part.requires {
				if !seen[q.need] {
					seen[q.need] = true
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// checkRequirements reports the requirements of these combinations of roles that can never be met.
func checkRequirements(combinations []roleSet, rep *document.Report) {
	told := make(map[*rule.Rule]bool)
	for _, h := range combinations {
		if !slices.ContainsFunc(h.parts(), (*ownRules).dials) {
			continue // nobody is dialled, so nothing is required
		}
		for i := range h.requires {
			q := &h.requires[i]
			if told[q.need] {
				continue
			}
			switch other := h.contradicts(i); {
			case !h.admits(q):
				rep.Errorf(q.at, "allow it, too", "%s: no rule allows it, so it can never be there", words.Quote(q.need.Text))
			case other != nil:
				both := ""
				if other.key != q.key {
					both = " for " + words.Quote(other.key)
				}
				rep.Errorf(q.at, "", "%s: %s of the role %s is required as well%s, so both can never be met",
					words.Quote(q.need.Text), words.Quote(other.need.Text), words.Quote(other.role), both)
			default:
				continue
			}
			told[q.need] = true
		}
	}
}

// dials reports whether a rule of its own lets anything be dialled.
func (o *ownRules) dials() bool {
	return slices.ContainsFunc(o.rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == command.KindDial })
}

// admits reports whether a rule may allow what q needs. Of values that are spelled one must be
// allowed.
func (rs *roleSet) admits(q *requirement) bool {
	values := q.values()
	for _, value := range values {
		e := command.Effect{Kind: command.KindVar, Name: "originate", Tokens: []string{q.name, value}, Args: q.name + " " + value, Fold: 1}
		if _, ok, _ := rs.verdict(&e, pattern.MaxWork); ok {
			return true
		}
	}
	if values != nil {
		return false
	}
	found := false
	rs.eachAllow(func(r *rule.Rule) {
		if r.Kind != command.KindVar || !r.SetsOriginate() {
			return
		}
		found = found || len(r.Args) == 0 || r.Args[0].Match(q.name, pattern.Options{Fold: true, Broad: true, Work: &pattern.Meter{Left: pattern.MaxWork}})
	})
	return found
}

// contradicts returns another requirement for the same variable, of which no value will do for the
// i-th, and that is for all legs that the i-th is for, or the other way around: these legs can
// never meet both. It returns nil without one.
func (rs *roleSet) contradicts(i int) *requirement {
	q := &rs.requires[i]
	for k := range rs.requires[:i] {
		o := &rs.requires[k]
		if words.EqualFold(o.name, q.name) && (o.isForAllOf(q) || q.isForAllOf(o)) && !o.agrees(q) {
			return o
		}
	}
	return nil
}

// isForAllOf reports whether q surely is for every leg that o is for.
func (q *requirement) isForAllOf(o *requirement) bool {
	if q.of.Kind == command.KindDial && q.of.AnyName && q.of.Leg == command.LegUnknown {
		return true // every leg there is, whatever dials it
	}
	return q.key == o.key || rule.Covers(q.of, o.of)
}

// agrees reports whether one value may do for both requirements. Where that is not plain it returns
// true.
func (q *requirement) agrees(o *requirement) bool {
	mine, others := &q.need.Args[1], &o.need.Args[1]
	switch {
	case mine.Regex != nil && others.Regex != nil:
		return true
	case mine.Regex != nil, others.Regex != nil:
		globs, re := mine, others
		if globs.Regex != nil {
			globs, re = others, mine
		}
		literals := slices.IndexFunc(globs.Globs, func(g pattern.Glob) bool { return g.Wild }) < 0
		return !literals || re.MatchesLiteral(globs, pattern.Options{Deny: true})
	}
	return mine.MayMeet(others, pattern.Options{Deny: true})
}

// values returns the values that q spells, and nil where one of them is a pattern.
func (q *requirement) values() (out []string) {
	value := &q.need.Args[1]
	for i := range value.Globs {
		text, literal := value.Globs[i].Literal()
		if !literal {
			return nil
		}
		out = append(out, text)
	}
	return out
}
