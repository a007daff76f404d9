package rule

import (
	"slices"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// maxPrefix is the longest literal prefix by which rules are found.
const maxPrefix = 48

// A Set finds the rules that match an effect without looking at the others: by kind, then by
// the name or by how it begins. The zero ruleset matches nothing, and is for allow rules.
type Set struct {
	Deny  bool
	kinds [effect.KindOpaque + 1]*kindRules
}

// kindRules are the rules of one kind. Names and prefixes are folded where the kind folds them.
type kindRules struct {
	exact     map[string][]entry
	byPrefix  map[string][]entry
	lengths   []int // of the prefixes
	unindexed []entry
	// rules are all of them, in the order of the files.
	rules []*Rule
}

// An entry is a rule and by which alternative of its name it is found; nil for a name without.
type entry struct {
	rule *Rule
	name *pattern.Glob
}

// Add files r under each alternative of its name.
func (s *Set) Add(r *Rule) {
	k := s.kinds[r.Kind]
	if k == nil {
		k = &kindRules{exact: make(map[string][]entry), byPrefix: make(map[string][]entry)}
		s.kinds[r.Kind] = k
	}
	k.rules = append(k.rules, r)
	if len(r.Name.Globs) == 0 || r.Kind == effect.KindLog {
		k.unindexed = append(k.unindexed, entry{rule: r})
		return
	}
	loose := false
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		e := entry{rule: r, name: g}
		key := g.Prefix()
		if FoldsKey(r.Kind, r.Deny) {
			key = words.Fold(key)
		}
		switch {
		case !g.Wild:
			k.exact[key] = append(k.exact[key], e)
		case key == "" && r.Name.Index != nil:
			// One entry is for all of these: the automaton finds the right one.
			loose = true
		case key == "":
			k.unindexed = append(k.unindexed, e)
		default:
			key = key[:min(len(key), maxPrefix)]
			k.byPrefix[key] = append(k.byPrefix[key], e)
			if !slices.Contains(k.lengths, len(key)) {
				k.lengths = append(k.lengths, len(key))
			}
		}
	}
	if loose {
		k.unindexed = append(k.unindexed, entry{rule: r})
	}
}

// OfKind returns the rules of a kind in the order of the files, nil where there are none.
func (s *Set) OfKind(k effect.Kind) []*Rule {
	if int(k) >= len(s.kinds) || s.kinds[k] == nil {
		return nil
	}
	return s.kinds[k].rules
}

// Find returns the first rule that matches e, and nil without one. It does not allocate for
// names of up to 128 bytes.
func (s *Set) Find(e *Subject) *Rule { return s.findRule(e, false) }

// FindNear is find with broad wildcards: it finds an allow rule that fits but for values that are
// not harmless.
func (s *Set) FindNear(e *Subject) *Rule { return s.findRule(e, true) }

func (s *Set) findRule(of *Subject, broad bool) *Rule {
	e := of.Effect
	if e.Kind == effect.KindInvalid || int(e.Kind) >= len(s.kinds) || s.kinds[e.Kind] == nil {
		return nil
	}
	k := s.kinds[e.Kind]
	if !FoldsKey(e.Kind, s.Deny) {
		return find(k, e.Name, of, e.Name, broad)
	}
	var buf [128]byte
	if r := find(k, words.AppendFold(buf[:0], e.Name), of, e.Name, broad); r != nil || e.Kind != effect.KindDial {
		return r
	}
	// What is denied may be spelled otherwise, and then begins otherwise than the rules.
	for _, spelling := range catalog.Spellings(e, -1) {
		if r := find(k, words.Fold(spelling), of, spelling, broad); r != nil {
			return r
		}
	}
	return nil
}

// Find takes the key, the name as the kind folds it, as bytes or as a string, since only the
// conversion of bytes right at the look-up costs nothing.
func find[T string | []byte](k *kindRules, key T, e *Subject, name string, broad bool) *Rule {
	if r := match(k.exact[string(key)], e, name, broad); r != nil {
		return r
	}
	for _, n := range k.lengths {
		if n <= len(key) {
			if r := match(k.byPrefix[string(key[:n])], e, name, broad); r != nil {
				return r
			}
		}
	}
	return match(k.unindexed, e, name, broad)
}

func match(entries []entry, e *Subject, name string, broad bool) *Rule {
	for i := range entries {
		r := entries[i].rule
		if !e.Work.Spend(pattern.StepsPerRule) {
			return nil
		}
		if r.MatchRest(e, broad) && r.MatchName(entries[i].name, e, name, broad) {
			return r
		}
	}
	return nil
}
