package effect

// A Leg says where in a call a leg stands that is dialled. The zero Leg is not known: of the rules
// that allow, only one that names no place matches it.
type Leg uint8

// Where a leg stands.
const (
	LegUnknown Leg = iota
	// LegA starts a call of its own: the legs of an originate, of a conference that dials, of a
	// page.
	LegA
	// LegB is bridged to an a-leg that the same command starts.
	LegB
	// LegOther is every other leg: it is connected to a call that is up already, to a call that
	// somebody else makes, or to a leg of which the command does not say which one it is.
	LegOther
)

// legWords are the words for places, in rules and records.
var legWords = [...]string{LegUnknown: "", LegA: "a-leg", LegB: "b-leg", LegOther: "other-leg"}

// String returns "a-leg", "b-leg" or "other-leg", and "" where it is not known.
func (l Leg) String() string {
	if int(l) >= len(legWords) {
		return ""
	}
	return legWords[l]
}

// ParseLeg returns the place of that word, as String returns it. It returns false for an unknown
// word and for "".
func ParseLeg(word string) (Leg, bool) {
	for l := LegA; l <= LegOther; l++ {
		if legWords[l] == word {
			return l, true
		}
	}
	return LegUnknown, false
}

// A Block says where in the dial strings of a command a leg or a variable stands. The zero Block
// is nowhere: no variable stands for a leg of it.
type Block struct {
	// Dial counts the dial strings of the command from 1, Part the parts between :_: of that dial
	// string, Leg its legs. Part and Leg are 0 for what stands for all of them.
	Dial      uint32
	Part, Leg uint16
	// Plain says, of a variable, that FreeSWITCH surely keeps this value under this name: neither
	// is spelled as a list, with an index, as an export or with what is expanded.
	Plain bool
}

// Contains reports whether a variable at b is set for a leg at leg.
func (b Block) Contains(leg Block) bool {
	return b.Dial != 0 && b.Dial == leg.Dial && (b.Part == 0 || b.Part == leg.Part) && (b.Leg == 0 || b.Leg == leg.Leg)
}
