package event

import "eslguard/internal/switchsim/frame"

// An Event is one that the switch fires.
type Event struct {
	// Name is the event's name, such as HEARTBEAT. One that FreeSWITCH does not know is sent as
	// CUSTOM.
	Name string
	// Subclass is that of a CUSTOM event.
	Subclass string
	// Headers follow the ones that every event has.
	Headers []frame.Header
	// Body is the event's own body; none if empty.
	Body string
	// HasBody says that it has a body, which may be empty.
	HasBody bool
	// File, Func and Line are where it says that it was fired. Empty: switch_core.c,
	// send_heartbeat, 95.
	File, Func string
	Line       int

	forms map[Format][]byte // what it was already serialised to
}

func (e *Event) get(name string) (string, bool) {
	if h := frame.Find(e.Headers, name); h != nil {
		return h.Value, true
	}
	return "", false
}
