package event

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"eslguard/catalog"
)

// A TypeSet is a set of types of events. CUSTOM may be one of them, ALL not. The zero TypeSet is
// empty.
type TypeSet [2]uint64

// allTypes has every type that the catalogue knows.
var allTypes = sync.OnceValue(func() (s TypeSet) {
	for t := range catalog.EventAll {
		s.Add(t)
	}
	return s
})

// Add adds t, which is not ALL.
func (s *TypeSet) Add(t catalog.EventType) { s[t/64] |= 1 << (t % 64) }

// Has reports whether s contains t.
func (s TypeSet) Has(t catalog.EventType) bool { return s[t/64]>>(t%64)&1 != 0 }

// Len returns how many types s contains.
func (s TypeSet) Len() int { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

func (s TypeSet) union(o TypeSet) TypeSet { return TypeSet{s[0] | o[0], s[1] | o[1]} }
func (s TypeSet) minus(o TypeSet) TypeSet { return TypeSet{s[0] &^ o[0], s[1] &^ o[1]} }

// reservedSubclasses returns the reserved subclasses with their numbers.
var reservedSubclasses = sync.OnceValue(func() map[string]int {
	numbers := make(map[string]int)
	for i, name := range catalog.ReservedSubclasses() {
		numbers[name] = i
	}
	return numbers
})

// A Need is what must be subscribed to at FreeSWITCH, so that it sends certain events. The zero
// Need is nothing. The methods change neither their receiver nor their argument.
type Need struct {
	// All is the mark ALL: all events, of types and subclasses that nobody knows, too. A Need with
	// All covers every other.
	All bool
	// Types are the types of events. CUSTOM is for subclasses and for CUSTOM events that have none.
	Types TypeSet
	// Subclasses are the subclasses of CUSTOM events, sorted and without duplicates.
	Subclasses []string
}

// Empty reports whether n is nothing.
func (n Need) Empty() bool { return !n.All && n.Types == TypeSet{} && len(n.Subclasses) == 0 }

// Union returns what n and m have together.
func (n Need) Union(m Need) Need {
	if n.All || m.All {
		return Need{All: true}
	}
	n.Types = n.Types.union(m.Types)
	n.Subclasses = mergeSorted(n.Subclasses, m.Subclasses)
	return n
}

// mergeSorted returns the union of two sorted lists. It returns one of them if it has all.
func mergeSorted(a, b []string) []string {
	more := missing(b, a)
	if len(more) == 0 {
		return a
	}
	merged := make([]string, 0, len(a)+len(more))
	for _, s := range more {
		n, _ := slices.BinarySearch(a, s)
		merged = append(append(merged, a[:n]...), s)
		a = a[n:]
	}
	return append(merged, a...)
}

// missing returns what the sorted list a has and the sorted list b has not, nil if nothing.
func missing(a, b []string) (list []string) {
	if len(a) > 0 && len(b) == 0 {
		return slices.Clip(a)
	}
	for _, s := range a {
		// A few steps forward are cheaper than a search if the lists are about as long.
		for range 2 * (1 + len(b)/len(a)) {
			if len(b) == 0 || b[0] >= s {
				break
			}
			b = b[1:]
		}
		n, found := 0, len(b) > 0 && b[0] == s
		if !found {
			n, found = slices.BinarySearch(b, s)
		}
		if b = b[n:]; !found {
			list = append(list, s)
		}
	}
	return list
}

// Covers reports whether FreeSWITCH sends all events of m to a connection that is subscribed to n.
func (n Need) Covers(m Need) bool {
	return n.All || !m.All && m.Types.minus(n.Types) == TypeSet{} && len(missing(m.Subclasses, n.Subclasses)) == 0
}

// Minus returns what n has and m has not. If n has All and m has not, the result has All, and what
// FreeSWITCH sets for ALL and m does not have (mod_event_socket.c, parse_command): the other types
// and the other reserved subclasses.
func (n Need) Minus(m Need) Need {
	switch {
	case m.All:
		return Need{}
	case n.All:
		return Need{All: true, Types: allTypes().minus(m.Types), Subclasses: missing(catalog.ReservedSubclasses(), m.Subclasses)}
	}
	return Need{Types: n.Types.minus(m.Types), Subclasses: missing(n.Subclasses, m.Subclasses)}
}

// MaxLine is the most bytes of a line of [Need.Lines] and [Subscription.Lines], unless a single
// subclass does not fit in.
const MaxLine = 4096

// Lines returns the commands that subscribe a connection to n, if verb is event, or that end the
// subscription, if verb is nixevent. It returns nil for the zero Need. The lines of event choose
// JSON as the format. The lines of nixevent take only Types and Subclasses from a connection;
// taking one type takes the mark ALL as well.
//
// To change a subscription from one Need to another without a gap, send the lines of event for the
// whole new Need, and then those of nixevent for the old Need minus the new. FreeSWITCH may then
// send a little more than is needed: CUSTOM events that have no subclass, those of subclasses that
// were subscribed to before ALL and are not reserved, and, if the new Need has all types, what ALL
// adds to them.
func (n Need) Lines(verb string) []string {
	switch {
	case verb != "nixevent":
		return n.lines(verb + " " + JSON.String())
	case n.Types == allTypes():
		return append([]string{"nixevent ALL"}, Need{Subclasses: n.Subclasses}.lines("nixevent")...)
	}
	n.All = false
	n.Types = n.Types.minus(customType)
	return n.lines("nixevent")
}

// customType contains CUSTOM.
var customType = func() (s TypeSet) {
	s.Add(catalog.EventCustom)
	return s
}()

// lines returns the commands that begin with head and name what n has. It is one command if that is
// possible: of two, FreeSWITCH could refuse one for types that it does not know and accept the
// other, and it could send events between them.
func (n Need) lines(head string) []string {
	if n.All {
		return []string{head + " ALL"}
	}
	var first strings.Builder
	first.WriteString(head)
	for t := range catalog.EventAll {
		if n.Types.Has(t) && t != catalog.EventCustom {
			first.WriteString(" " + t.String())
		}
	}
	custom := " " + catalog.EventCustom.String()
	switch {
	case len(n.Subclasses) > 0:
		return appendLines(nil, first.String()+custom, head+custom, n.Subclasses)
	case n.Types.Has(catalog.EventCustom):
		first.WriteString(custom)
	case n.Types == TypeSet{}:
		return nil
	}
	return []string{first.String()}
}

// appendLines appends lines that have the words after their heads. first is the head of the first
// line, and head that of the others.
func appendLines(lines []string, first, head string, words []string) []string {
	for len(words) > 0 {
		var b strings.Builder
		b.WriteString(first)
		first = head
		for i := 0; len(words) > 0 && (i == 0 || b.Len()+1+len(words[0]) <= MaxLine); i++ {
			b.WriteByte(' ')
			b.WriteString(words[0])
			words = words[1:]
		}
		lines = append(lines, b.String())
	}
	return lines
}
