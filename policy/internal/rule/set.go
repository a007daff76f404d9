package rule

import (
	"slices"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// maxPrefix is the most bytes of a prefix by which rules are indexed.
const maxPrefix = 48

// A Set finds the first of many rules that matches an effect without looking at the others: by
// kind, then by the name or its beginning. The zero Set has no rules and is for allow rules.
type Set struct {
	// Deny is true for a Set of deny rules. It must be set before the first Add.
	Deny  bool
	kinds [effect.KindOpaque + 1]*kindRules
}

// kindRules are the rules of one kind. Names and prefixes are in lower case if the kind ignores
// case.
type kindRules struct {
	exact     map[string][]entry
	byPrefix  map[string][]entry
	lengths   []int // of the prefixes
	unindexed []entry
	// rules are all rules of the kind, in the order in which they were added.
	rules []*Rule
}

// An entry is a rule and the alternative of its name under which it is indexed. name is nil for a
// name without globs.
type entry struct {
	rule *Rule
	name *pattern.Glob
}

// Add adds r under each alternative of its name.
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
			key = ascii.ToLower(key)
		}
		switch {
		case !g.Wild:
			k.exact[key] = append(k.exact[key], e)
		case key == "" && r.Name.IsIndexed():
			// One entry is enough for all of these: the automaton finds the right one.
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

// OfKind returns the rules of a kind in the order in which they were added, and nil if there are
// none.
func (s *Set) OfKind(k effect.Kind) []*Rule {
	if int(k) >= len(s.kinds) || s.kinds[k] == nil {
		return nil
	}
	return s.kinds[k].rules
}

// Find returns the first rule that matches the effect, and nil if there is none. It does not
// allocate for names of up to 128 bytes.
func (s *Set) Find(of *Subject) *Rule { return s.findRule(of, false) }

// FindNear is like Find, with [pattern.Options.Broad]: it finds an allow rule that does not match
// only because some values are not harmless.
func (s *Set) FindNear(of *Subject) *Rule { return s.findRule(of, true) }

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
	// A denied leg may have another spelling, with a beginning that differs from those of the
	// rules.
	for _, spelling := range catalog.Spellings(e, -1) {
		if r := find(k, ascii.ToLower(spelling), of, spelling, broad); r != nil {
			return r
		}
	}
	return nil
}

// find returns the first rule of k that matches, and nil if there is none. key is the name, in
// lower case if the kind ignores case, as a string or as bytes. A conversion from bytes to a string
// is free only within the index expression of a map.
func find[T string | []byte](k *kindRules, key T, of *Subject, name string, broad bool) *Rule {
	if r := match(k.exact[string(key)], of, name, broad); r != nil {
		return r
	}
	for _, n := range k.lengths {
		if n <= len(key) {
			if r := match(k.byPrefix[string(key[:n])], of, name, broad); r != nil {
				return r
			}
		}
	}
	return match(k.unindexed, of, name, broad)
}

// match returns the first rule of entries that matches, and nil if none does or no steps are left.
func match(entries []entry, of *Subject, name string, broad bool) *Rule {
	for i := range entries {
		r := entries[i].rule
		if !of.Work.Spend(pattern.StepsPerRule) {
			return nil
		}
		if r.MatchRest(of, broad) && r.MatchName(entries[i].name, of, name, broad) {
			return r
		}
	}
	return nil
}
