package role

import (
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// requirements returns the requirements of several roles, each once. All of them apply.
func requirements(roles []*Role) (out []Requirement) {
	seen := make(map[*rule.Rule]bool)
	for _, r := range roles {
		for _, part := range r.Parts {
			for _, q := range part.requires {
				if !seen[q.Need] {
					seen[q.Need] = true
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// CheckRequirements reports the requirements that can never be met in one of these combinations of
// roles: no rule allows the variable, or another requirement for the same legs contradicts them.
func CheckRequirements(combinations []Set, rep *document.Report) {
	reported := make(map[*rule.Rule]bool)
	for _, rs := range combinations {
		if !slices.ContainsFunc(rs.Parts(), (*Part).Dials) {
			continue // nothing is dialled, so nothing is required
		}
		for i := range rs.Requires {
			q := &rs.Requires[i]
			if reported[q.Need] {
				continue
			}
			switch other := rs.contradicts(i); {
			case !rs.admits(q):
				rep.Errorf(q.At, `add it to "allow"`, "%s: no rule allows it, so no leg can ever have it", words.Quote(q.Need.Text))
			case other != nil:
				both := ""
				if other.Key != q.Key {
					both = " for " + words.Quote(other.Key)
				}
				rep.Errorf(q.At, "", "%s: %s of the role %s is required as well%s, so both can never be met",
					words.Quote(q.Need.Text), words.Quote(other.Need.Text), words.Quote(other.Role), both)
			default:
				continue
			}
			reported[q.Need] = true
		}
	}
}

// admits reports whether the rules allow a value that q needs. If q spells all its values, one of
// them must be allowed. Otherwise it is enough if a rule allows the variable.
func (rs *Set) admits(q *Requirement) bool {
	values := q.values()
	for _, value := range values {
		e := effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{q.name, value}, Args: q.name + " " + value, Fold: 1}
		if _, ok, _ := rs.Verdict(&e, pattern.MaxWork); ok {
			return true
		}
	}
	if values != nil {
		return false
	}
	found := false
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind != effect.KindVar || !r.SetsOriginateVariable() {
			return
		}
		found = found || len(r.Args) == 0 || r.Args[0].Match(q.name, pattern.Options{Fold: true, Broad: true, Work: &pattern.Meter{Left: pattern.MaxWork}})
	})
	return found
}

// contradicts returns an earlier requirement that contradicts the i-th, and nil if there is none.
// Both are for the same variable, no value meets both, and one of them applies to every leg of the
// other, so these legs can never meet both.
func (rs *Set) contradicts(i int) *Requirement {
	q := &rs.Requires[i]
	for k := range rs.Requires[:i] {
		o := &rs.Requires[k]
		if words.EqualFold(o.name, q.name) && (o.isForAllOf(q) || q.isForAllOf(o)) && !o.agrees(q) {
			return o
		}
	}
	return nil
}

// isForAllOf reports whether q applies to every leg that o applies to. It returns false if it
// cannot tell.
func (q *Requirement) isForAllOf(o *Requirement) bool {
	if q.About.Kind == effect.KindDial && q.About.AnyName && q.About.Leg == effect.LegUnknown {
		return true // q applies to all legs
	}
	return q.Key == o.Key || rule.Covers(q.About, o.About)
}

// agrees reports whether one value may meet both requirements. It returns true if it cannot tell.
func (q *Requirement) agrees(o *Requirement) bool {
	mine, others := &q.Need.Args[1], &o.Need.Args[1]
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
	return mine.MayOverlap(others, pattern.Options{Deny: true})
}

// values returns the values that q spells. It returns nil if one of them has a wildcard or is a
// regular expression.
func (q *Requirement) values() (out []string) {
	value := &q.Need.Args[1]
	for i := range value.Globs {
		text, literal := value.Globs[i].Literal()
		if !literal {
			return nil
		}
		out = append(out, text)
	}
	return out
}
