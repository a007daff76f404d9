package policy

import (
	"slices"

	"eslguard/command"
)

// maxPrefix is the longest literal prefix by which rules are found.
const maxPrefix = 48

// A ruleset finds the rules that match an effect without looking at the others: by kind, then by
// the name or by how it begins. The zero ruleset matches nothing, and is for allow rules.
type ruleset struct {
	deny  bool
	kinds [command.KindOpaque + 1]*kindRules
}

// kindRules are the rules of one kind. Names and prefixes are folded where the kind folds them.
type kindRules struct {
	exact    map[string][]entry
	byPrefix map[string][]entry
	lengths  []int // of the prefixes
	loose    []entry
	// rules are all of them, in the order of the files.
	rules []*rule
}

// An entry is a rule and by which alternative of its name it is found; nil for a name without.
type entry struct {
	rule *rule
	name *glob
}

// add files r under each alternative of its name.
func (s *ruleset) add(r *rule) {
	k := s.kinds[r.kind]
	if k == nil {
		k = &kindRules{exact: make(map[string][]entry), byPrefix: make(map[string][]entry)}
		s.kinds[r.kind] = k
	}
	k.rules = append(k.rules, r)
	if len(r.name.globs) == 0 || r.kind == command.KindLog {
		k.loose = append(k.loose, entry{rule: r})
		return
	}
	loose := false
	for i := range r.name.globs {
		g := &r.name.globs[i]
		e := entry{rule: r, name: g}
		key := g.prefix()
		if foldsKey(r.kind, r.deny) {
			key = foldASCII(key)
		}
		switch {
		case !g.wild:
			k.exact[key] = append(k.exact[key], e)
		case key == "" && r.name.index != nil:
			loose = true // one entry stands for all of these, of which the automaton finds the right one
		case key == "":
			k.loose = append(k.loose, e)
		default:
			key = key[:min(len(key), maxPrefix)]
			k.byPrefix[key] = append(k.byPrefix[key], e)
			if !slices.Contains(k.lengths, len(key)) {
				k.lengths = append(k.lengths, len(key))
			}
		}
	}
	if loose {
		k.loose = append(k.loose, entry{rule: r})
	}
}

// ofKind returns the rules of a kind in the order of the files, nil where there are none.
func (s *ruleset) ofKind(k command.EffectKind) []*rule {
	if int(k) >= len(s.kinds) || s.kinds[k] == nil {
		return nil
	}
	return s.kinds[k].rules
}

// find returns the first rule that matches e, and nil without one. It does not allocate for
// names of up to 128 bytes.
func (s *ruleset) find(e *subject) *rule { return s.findRule(e, false) }

// findNear is find with broad wildcards: it finds an allow rule that fits but for values that are
// not harmless.
func (s *ruleset) findNear(e *subject) *rule { return s.findRule(e, true) }

func (s *ruleset) findRule(of *subject, broad bool) *rule {
	e := of.effect
	if e.Kind == command.KindInvalid || int(e.Kind) >= len(s.kinds) || s.kinds[e.Kind] == nil {
		return nil
	}
	k := s.kinds[e.Kind]
	if !foldsKey(e.Kind, s.deny) {
		return find(k, e.Name, of, e.Name, broad)
	}
	var buf [128]byte
	if r := find(k, appendFold(buf[:0], e.Name), of, e.Name, broad); r != nil || e.Kind != command.KindDial {
		return r
	}
	// What is denied may be spelled otherwise, and then begins otherwise than the rules.
	for _, spelling := range command.Spellings(e, -1) {
		if r := find(k, foldASCII(spelling), of, spelling, broad); r != nil {
			return r
		}
	}
	return nil
}

// find takes the key, the name as the kind folds it, as bytes or as a string, since only the
// conversion of bytes right at the look-up costs nothing.
func find[T string | []byte](k *kindRules, key T, e *subject, name string, broad bool) *rule {
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
	return match(k.loose, e, name, broad)
}

func match(entries []entry, e *subject, name string, broad bool) *rule {
	for i := range entries {
		r := entries[i].rule
		if !e.work.spend(stepsPerRule) {
			return nil
		}
		if r.matchRest(e, broad) && r.matchName(entries[i].name, e, name, broad) {
			return r
		}
	}
	return nil
}
