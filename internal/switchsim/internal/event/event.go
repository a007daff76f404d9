package event

import "eslguard/internal/switchsim/frame"

// An Event is an event that the switch fires.
type Event struct {
	// Name is the event's name, such as HEARTBEAT. An event with a name that FreeSWITCH does not
	// know is sent as CUSTOM.
	Name string
	// Subclass is the subclass of a CUSTOM event.
	Subclass string
	// Headers are the headers. Those that every event has are added when it is fired.
	Headers []frame.Header
	// Body is the event's own body. Empty: none, unless HasBody is set.
	Body string
	// HasBody reports whether there is a body, which may be empty.
	HasBody bool
	// File, Func and Line are the place in FreeSWITCH's source that fires the event. Empty:
	// switch_core.c, send_heartbeat, 95.
	File, Func string
	Line       int

	forms map[Format][]byte // the frame in each form, as soon as it was needed
}

// get returns the value of the first header with that name. ok is false if there is none.
func (e *Event) get(name string) (value string, ok bool) {
	if h := frame.Find(e.Headers, name); h != nil {
		return h.Value, true
	}
	return "", false
}
