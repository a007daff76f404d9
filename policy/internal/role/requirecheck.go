package role

import (
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// requirements gathers those of several roles. All of them hold.
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

// CheckRequirements reports the requirements of these combinations of roles that can never be met.
func CheckRequirements(combinations []Set, rep *document.Report) {
	reported := make(map[*rule.Rule]bool)
	for _, h := range combinations {
		if !slices.ContainsFunc(h.Parts(), (*Own).Dials) {
			continue // nobody is dialled, so nothing is required
		}
		for i := range h.Requires {
			q := &h.Requires[i]
			if reported[q.Need] {
				continue
			}
			switch other := h.contradicts(i); {
			case !h.admits(q):
				rep.Errorf(q.At, "allow it, too", "%s: no rule allows it, so it can never be there", words.Quote(q.Need.Text))
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

// admits reports whether a rule may allow what q needs. Of values that are spelled one must be
// allowed.
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

// contradicts returns another requirement for the same variable, of which no value will do for the
// i-th, and that is for all legs that the i-th is for, or the other way around: these legs can
// never meet both. It returns nil without one.
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

// isForAllOf reports whether q surely is for every leg that o is for.
func (q *Requirement) isForAllOf(o *Requirement) bool {
	if q.About.Kind == effect.KindDial && q.About.AnyName && q.About.Leg == effect.LegUnknown {
		return true // every leg there is, whatever dials it
	}
	return q.Key == o.Key || rule.Covers(q.About, o.About)
}

// agrees reports whether one value may do for both requirements. Where that is not plain it returns
// true.
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

// values returns the values that q spells, and nil where one of them is a pattern.
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
