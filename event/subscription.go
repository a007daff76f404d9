package event

import (
	"maps"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/fstext/ascii"
)

// A Subscription is what one listener has asked for: its format, its events and its filters. It
// does what a connection of FreeSWITCH's event socket does (mod_event_socket.c, parse_command and
// event_handler). The zero Subscription is that of a new connection: no events, plain. It does not
// bound how many subclasses and filters it has, since package command does. A Subscription is not
// safe for concurrent use.
type Subscription struct {
	listening bool // LFLAG_EVENTS
	format    Format
	all       bool // the mark ALL
	types     TypeSet
	// reserved has the subclasses that the catalogue numbers, others has all others. FreeSWITCH
	// keeps them even while CUSTOM is not among the types.
	reserved [2]uint64
	others   map[string]struct{}
	filters  []filter

	attached bool   // LFLAG_MYEVENTS
	channel  string // the uuid of the attached channel, "" if there is no such channel

	// work is the work since the last TakeWork, workLimit that of LimitWork.
	work, workLimit int64
}

// The replies of FreeSWITCH.
const (
	replyUnknown      = "-ERR command not found"
	replyNoKeywords   = "-ERR no keywords supplied"
	replyNixed        = "+OK events nixed"
	replyNoevents     = "+OK no longer listening for events"
	replyNotListening = "-ERR not listening for events"
	replyBadFilter    = "-ERR invalid syntax"
)

// Apply changes s as c says. It returns the text of FreeSWITCH's reply. If the reply begins with
// -ERR, only the format may have changed.
func (s *Subscription) Apply(c Change) (reply string) {
	switch c.verb {
	case verbEvent:
		return s.event(&c)
	case verbNixevent:
		return s.nixevent(c.named)
	case verbNoevents:
		return s.noevents()
	case verbAddFilter:
		s.filters = append(s.filters, c.filter)
		return "+OK filter added. [" + c.filter.name + "]=[" + c.filter.value + "]"
	case verbDeleteFilter:
		s.deleteFilter(c.filter)
	case verbDeleteFilters:
		s.filters = nil
	case verbBadFilter:
		return replyBadFilter
	default:
		return replyUnknown
	}
	return "+OK filter deleted. [" + c.filter.name + "][" + c.filter.value + "]"
}

func (s *Subscription) event(c *Change) string {
	if c.hasFormat {
		s.format = c.format
	}
	if c.named.Empty() {
		return replyNoKeywords
	}
	if c.named.All {
		s.all = true
		s.types = allTypes()
		for _, name := range catalog.ReservedSubclasses() {
			s.addSubclass(name)
		}
	}
	s.types = s.types.union(c.named.Types)
	for _, name := range c.named.Subclasses {
		s.addSubclass(name)
	}
	s.listening = true
	return "+OK event listener enabled " + s.format.String()
}

func (s *Subscription) nixevent(named Need) string {
	if named.Empty() {
		return replyNoKeywords
	}
	types := named.Types.minus(customType) // CUSTOM only introduces its subclasses
	if named.All {
		s.types = TypeSet{}
	}
	if named.All || types != (TypeSet{}) {
		s.all = false
	}
	s.types = s.types.minus(types)
	for _, name := range named.Subclasses {
		if n, ok := reservedSubclasses()[name]; ok {
			s.reserved[n/64] &^= 1 << (n % 64)
		} else {
			delete(s.others, name)
		}
	}
	s.listening = true
	return replyNixed
}

func (s *Subscription) noevents() string {
	if !s.listening {
		return replyNotListening
	}
	s.listening, s.all, s.types = false, false, TypeSet{}
	s.reserved, s.others = [2]uint64{}, nil
	return replyNoevents
}

// deleteFilter removes the filters with the name of f, or only those that have its value too.
func (s *Subscription) deleteFilter(f filter) {
	s.filters = slices.DeleteFunc(s.filters, func(have filter) bool {
		return ascii.EqualFold(have.name, f.name) && (f.value == "" || have.value == f.value)
	})
}

func (s *Subscription) addSubclass(name string) {
	if n, ok := reservedSubclasses()[name]; ok {
		s.reserved[n/64] |= 1 << (n % 64)
		return
	}
	if s.others == nil {
		s.others = make(map[string]struct{})
	}
	s.others[name] = struct{}{}
}

// subclasses returns the subclasses of s, sorted.
func (s *Subscription) subclasses() []string {
	names := slices.Collect(maps.Keys(s.others))
	for n, name := range catalog.ReservedSubclasses() {
		if s.reserved[n/64]>>(n%64)&1 != 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func sortedSet(words []string) []string {
	set := make([]string, len(words))
	for i, w := range words {
		set[i] = strings.Clone(w) // without the rest of the line
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// attachedTypes are the types of events that myevents adds.
var attachedTypes = func() (s TypeSet) {
	for _, name := range []string{
		"CHANNEL_ANSWER", "CHANNEL_APPLICATION", "CHANNEL_BRIDGE", "CHANNEL_CREATE", "CHANNEL_DATA",
		"CHANNEL_DESTROY", "CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP",
		"CHANNEL_HANGUP_COMPLETE", "CHANNEL_ORIGINATE", "CHANNEL_UUID", "CHANNEL_OUTGOING",
		"CHANNEL_PARK", "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_STATE",
		"CHANNEL_UNBRIDGE", "CHANNEL_UNPARK", "DETECTED_SPEECH", "DTMF", "NOTALK", "TALK",
	} {
		t, ok := catalog.ParseEventName(name)
		if !ok {
			panic("event: internal error: no type " + name)
		}
		s.Add(t)
	}
	return s
}()

// Attach changes s as an accepted myevents does: it adds the types of events of a channel, and lets
// only events of that channel and of its jobs through. The format is not changed. An empty uuid is
// a channel that FreeSWITCH does not know, as it accepts it without a format word: then every event
// that has a Unique-ID is let through.
func (s *Subscription) Attach(uuid string) {
	s.types = s.types.union(attachedTypes)
	s.listening, s.attached, s.channel = true, true, uuid
}

// Format returns the format in which s receives events.
func (s *Subscription) Format() Format { return s.format }

// Listening reports whether s receives events at all. It does after event, nixevent and myevents,
// and no longer after noevents.
func (s *Subscription) Listening() bool { return s.listening }

// Need returns what must be subscribed to at FreeSWITCH for everything that Wants may accept.
func (s *Subscription) Need() Need {
	switch {
	case !s.listening:
		return Need{}
	case s.all:
		return Need{All: true}
	}
	n := Need{Types: s.types}
	if s.types.Has(catalog.EventCustom) {
		n.Subclasses = s.subclasses()
	}
	return n
}

// MaxWork is the most work that Wants does between two calls of TakeWork.
const MaxWork = 1 << 24

// LimitWork sets the limit of the work between two calls of TakeWork, if it is to be lower than
// MaxWork. Zero is MaxWork.
func (s *Subscription) LimitWork(limit int64) { s.workLimit = limit }

// maxWork returns the limit of the work between two calls of TakeWork.
func (s *Subscription) maxWork() int64 {
	if s.workLimit > 0 {
		return min(s.workLimit, MaxWork)
	}
	return MaxWork
}

// Filtered reports whether s has filters, without which Wants does no work.
func (s *Subscription) Filtered() bool { return len(s.filters) > 0 }

// TakeWork returns the work that filters have done in Wants since the last call: the sum of the
// lengths of the values, each times the number of instructions of the regular expression, and a
// little for each header that had to be compared or decoded. If it is more than the limit, the
// filters were not tried any more, and Wants has returned false: a caller must end the session
// then.
func (s *Subscription) TakeWork() int64 {
	work := s.work
	s.work = 0
	return work
}
