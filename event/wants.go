package event

import (
	"eslguard/catalog"
	"eslguard/fstext/ascii"
)

// Wants reports whether FreeSWITCH would send e to this listener (mod_event_socket.c,
// event_handler).
func (s *Subscription) Wants(e *Event) bool {
	return s.listening && s.subscribed(e) && s.passes(e) && (!s.attached || s.isOwn(e))
}

// subscribed reports whether the type and the subclass of e are subscribed to. A type that the
// catalogue does not know is covered by the mark ALL only.
func (s *Subscription) subscribed(e *Event) bool {
	if s.all {
		return true
	}
	t, ok := e.Type()
	if !ok || !s.types.Has(t) {
		return false
	}
	if t != catalog.EventCustom || e.subclass == nil {
		return true
	}
	if n := e.reserved; n >= 0 {
		return s.reserved[n/64]>>(n%64)&1 != 0
	}
	_, ok = s.others[string(e.subclass)]
	return ok
}

// passes reports whether the filters let e through. A filter on a header that e does not have does
// nothing. Filters that only exclude let nothing through.
func (s *Subscription) passes(e *Event) bool {
	if len(s.filters) == 0 {
		return true
	}
	var (
		value  []byte
		exists bool
		name   string
		passed bool
	)
	for i := range s.filters {
		f := &s.filters[i]
		if i == 0 || f.name != name {
			name = f.name
			var steps int
			value, exists, steps = e.lookUp(name)
			s.work += int64(steps / stepsPerWork)
		}
		if s.work > s.maxWork() {
			return false
		}
		if !exists || passed && !f.minus || !s.matches(f, e, value) {
			continue
		}
		if f.minus {
			return false
		}
		passed = true
	}
	return passed
}

// stepsPerWork is how many steps of looking a header up take as long as one instruction of a
// regular expression for one byte.
const stepsPerWork = 4

// matches reports whether f matches value. A match that would exceed the limit of work is not
// tried.
func (s *Subscription) matches(f *filter, e *Event, value []byte) bool {
	switch {
	case !f.regex:
		return ascii.EqualFold(value, f.text)
	case f.re == nil:
		return false
	}
	s.work += int64(len(value)+1) * f.size
	return s.work <= s.maxWork() && f.re.Match(e.regexText(value))
}

// isOwn reports whether e belongs to the attached channel.
func (s *Subscription) isOwn(e *Event) bool {
	uuid, ok := e.Get("Unique-ID")
	if ok && (s.channel == "" || string(uuid) == s.channel) {
		return true
	}
	if s.channel == "" {
		return false
	}
	owner, _ := e.Get("Job-Owner-UUID")
	return string(owner) == s.channel
}
