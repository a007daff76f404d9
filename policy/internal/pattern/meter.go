package pattern

const (
	// MaxWork is the most steps of one Decide. A step looks at one byte of a text for one pattern,
	// or takes one instruction of a regular expression for one byte. An ordinary command takes a
	// few hundred.
	MaxWork = 8 << 20
	// MaxName is the most bytes of the name of an effect, also of a leg. FreeSWITCH never dials a
	// leg with more bytes, and has no other name with more.
	MaxName = 256
	// StepsPerRule is how many steps it takes to look at a rule.
	StepsPerRule = 4
)

// A Meter counts the steps of a decision. The zero Meter has no steps left. A nil Meter counts
// nothing and is never exceeded.
type Meter struct{ Left int }

// Spend takes n steps and reports whether that many were left. After it has returned false, the
// Meter is exceeded.
func (m *Meter) Spend(n int) bool {
	if m == nil {
		return true
	}
	m.Left -= n
	return m.Left >= 0
}

// Over reports whether more steps were taken than there were.
func (m *Meter) Over() bool { return m != nil && m.Left < 0 }
