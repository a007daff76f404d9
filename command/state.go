package command

import (
	"maps"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// An eventSet is a set of types of events.
type eventSet [2]uint64

func (s *eventSet) add(t catalog.EventType)      { s[t/64] |= 1 << (t % 64) }
func (s *eventSet) remove(t catalog.EventType)   { s[t/64] &^= 1 << (t % 64) }
func (s *eventSet) has(t catalog.EventType) bool { return s[t/64]>>(t%64)&1 != 0 }

// A State is what eslguard remembers of a session: what the next command's meaning depends on, and
// what was allowed and lasts. The zero State is that of a session that has just logged in. A State
// may remember more than FreeSWITCH does, since a command may have failed there, but never less. It
// is not safe for concurrent use.
type State struct {
	// MaxFilters is the most filters that the session may have, of at most MaxFilter bytes each.
	// Zero means DefaultFilters.
	MaxFilters int
	// SharedEvents is true if eslguard chooses the session's events, until a myevents. It then
	// matches filters with RE2, and Parse refuses those that RE2 cannot compile; see
	// [event.ParseChange]. If it is false, FreeSWITCH matches them, with PCRE.
	SharedEvents bool

	attached string // the channel of myevents; "" if there is none
	format   string // of events; "" is plain
	log      string // the level; "" if there is none

	types     eventSet // without CUSTOM
	anyCustom bool     // CUSTOM without a subclass, or ALL
	subclass  map[string]struct{}
	filters   []filter
}

// Apply changes the state as c does. Call it once c has been forwarded.
func (s *State) Apply(c *Command) {
	if c.apply != nil {
		c.apply(s)
	}
}

// Lasting returns the effects that go on: the attached channel, subscriptions, filters with regular
// expressions, the log level. A new policy decides them again. It returns nil if there are none.
func (s *State) Lasting() []effect.Effect {
	var effects []effect.Effect
	if s.attached != "" {
		effects = append(effects, effect.OnChannel("myevents", s.attached, "myevents"))
	}
	for t := range catalog.EventAll {
		if t == catalog.EventCustom && s.anyCustom || s.types.has(t) {
			effects = append(effects, subscribe(t))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.subclass)) {
		effects = append(effects, subscribeCustom([]string{name}))
	}
	for _, f := range s.filters {
		if f.regex() {
			effects = append(effects, f.effect())
		}
	}
	if s.log != "" {
		effects = append(effects, logEffect(s.log))
	}
	return effects
}

// newSubclasses returns how many subclasses the session would have with those in subclass.
func (s *State) newSubclasses(subclass []string) int {
	n := len(s.subclass)
	seen := make(map[string]struct{})
	for _, name := range subclass {
		_, have := s.subclass[name]
		_, twice := seen[name]
		if !have && !twice {
			seen[name] = struct{}{}
			n++
		}
	}
	return n
}

func (s *State) subscribe(l *eventList) {
	for t := range catalog.EventAll {
		if t != catalog.EventCustom && (l.all || l.types.has(t)) {
			s.types.add(t)
		}
	}
	if l.all || l.custom && len(l.subclass) == 0 {
		s.anyCustom = true
	}
	if s.subclass == nil && len(l.subclass) > 0 {
		s.subclass = make(map[string]struct{})
	}
	for _, name := range l.subclass {
		s.subclass[strings.Clone(name)] = struct{}{} // name is a part of the whole line
	}
}

// nixevent forgets what FreeSWITCH is sure to forget. FreeSWITCH keeps the subclasses that ALL
// added, and they come back with the next CUSTOM, so anyCustom is not cleared.
func (s *State) nixevent(l *eventList) {
	for t := range catalog.EventAll {
		if l.all || l.types.has(t) {
			s.types.remove(t)
		}
	}
	for _, name := range l.subclass {
		delete(s.subclass, name)
	}
}

func (s *State) noevents() {
	s.types, s.anyCustom, s.subclass = eventSet{}, false, nil
}

func (s *State) nolog() { s.log = "" }

// deleteFilter forgets the filters of that name, or only those with that value too if f has one.
func (s *State) deleteFilter(f filter) {
	s.filters = slices.DeleteFunc(s.filters, func(have filter) bool {
		return ascii.EqualFold(have.name, f.name) && (f.value == "" || have.value == f.value)
	})
}
