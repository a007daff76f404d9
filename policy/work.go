package policy

const (
	// maxDecideWork is how many steps one Decide may take: a step looks at one byte of a text for
	// one pattern, or takes one instruction of a regular expression for one byte. An ordinary
	// command takes some hundred.
	maxDecideWork = 8 << 20
	// maxEffectName is the most bytes of the name of an effect, a leg that is dialled among them.
	// No leg that FreeSWITCH dials has more than 256, nor has any other name.
	maxEffectName = 256
	// stepsPerRule is what it takes to look at a rule.
	stepsPerRule = 4
)

// A meter counts the steps of a decision. The zero meter has none left; a nil one counts nothing
// and has no end.
type meter struct{ left int }

// spend takes n steps, and reports whether there were so many left.
func (m *meter) spend(n int) bool {
	if m == nil {
		return true
	}
	m.left -= n
	return m.left >= 0
}

// over reports whether more steps were wanted than there are.
func (m *meter) over() bool { return m != nil && m.left < 0 }

// matchGlobs reports whether any of the pattern's globs matches the whole token.
func (p *pattern) matchGlobs(token string, h matchOptions) bool {
	if p.index != nil {
		return p.matchIndexed(token, h)
	}
	if !h.work.spend(len(token) * len(p.globs)) {
		return false
	}
	for i := range p.globs {
		if p.globs[i].match(token, h) {
			return true
		}
	}
	return false
}

// matchIndexed tries the alternatives that the index finds.
func (p *pattern) matchIndexed(token string, h matchOptions) bool {
	if !h.work.spend(len(token)) {
		return false
	}
	found := false
	p.index.find(token, func(i int) bool {
		if !h.work.spend(len(token)) {
			return false
		}
		found = p.globs[i].match(token, h)
		return !found
	})
	return found
}
