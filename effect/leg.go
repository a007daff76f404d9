package effect

// A Leg says which place a dialled leg has in its call. The zero Leg, LegUnknown, means that the
// place is not known: an allow rule matches it only if the rule names no place.
type Leg uint8

// The places of legs.
const (
	LegUnknown Leg = iota
	// LegA starts a call of its own: the legs of an originate, of a conference that dials, and of a
	// page.
	LegA
	// LegB is bridged to an a-leg that the same command starts.
	LegB
	// LegOther is every other leg. It is connected to a call that is already up, to a call that
	// someone else makes, or to a leg that the command does not identify.
	LegOther
)

// legWords are the words for places in rules and records.
var legWords = [...]string{LegUnknown: "", LegA: "a-leg", LegB: "b-leg", LegOther: "other-leg"}

// String returns "a-leg", "b-leg" or "other-leg". It is "" for LegUnknown and unknown values.
func (l Leg) String() string {
	if int(l) >= len(legWords) {
		return ""
	}
	return legWords[l]
}

// ParseLeg returns the place for a word that String returns. It returns false for "" and unknown
// words.
func ParseLeg(word string) (Leg, bool) {
	for l := LegA; l <= LegOther; l++ {
		if legWords[l] == word {
			return l, true
		}
	}
	return LegUnknown, false
}

// A Block is the place of a leg or variable in the dial strings of a command. The zero Block is no
// place: no variable is set for a leg there.
type Block struct {
	// Dial is the number of the dial string in the command, from 1. Part is the number of the part
	// between two :_: in that dial string, and Leg the number of the leg, both from 1. Part or Leg
	// is 0 if the variable is set for all parts or legs.
	Dial      uint32
	Part, Leg uint16
	// Plain reports whether FreeSWITCH certainly stores a variable with exactly this name and
	// value: neither is written as a list, with an index, as an export or with an expansion.
	Plain bool
}

// Contains reports whether a variable at b is set for a leg at leg.
func (b Block) Contains(leg Block) bool {
	return b.Dial != 0 && b.Dial == leg.Dial && (b.Part == 0 || b.Part == leg.Part) && (b.Leg == 0 || b.Leg == leg.Leg)
}
