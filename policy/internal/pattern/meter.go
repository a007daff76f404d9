package pattern

const (
	// MaxWork is how many steps one Decide may take: a step looks at one byte of a text for
	// one pattern, or takes one instruction of a regular expression for one byte. An ordinary
	// command takes some hundred.
	MaxWork = 8 << 20
	// MaxName is the most bytes of the name of an effect, a leg that is dialled among them.
	// No leg that FreeSWITCH dials has more than 256, nor has any other name.
	MaxName = 256
	// StepsPerRule is what it takes to look at a rule.
	StepsPerRule = 4
)

// A Meter counts the steps of a decision. The zero meter has none left; a nil one counts nothing
// and has no end.
type Meter struct{ Left int }

// Spend takes n steps, and reports whether there were so many left.
func (m *Meter) Spend(n int) bool {
	if m == nil {
		return true
	}
	m.Left -= n
	return m.Left >= 0
}

// Over reports whether more steps were wanted than there are.
func (m *Meter) Over() bool { return m != nil && m.Left < 0 }
