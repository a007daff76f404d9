package event

import (
	"sync"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/fstext"
)

// An Event is an event as a part of the switch makes it.
type Event struct {
	// Name is the event's name, such as HEARTBEAT. An event with a name that FreeSWITCH does not
	// know is sent as CUSTOM.
	Name string
	// Subclass is the subclass of a CUSTOM event. Empty: none, unless HasSubclass is set.
	Subclass string
	// HasSubclass reports whether there is a subclass, which may be empty.
	HasSubclass bool
	// Headers are the headers. Those that every event has are added when it is fired, unless it is
	// played.
	Headers []frame.Header
	// Body is the event's own body. Empty: none, unless HasBody is set.
	Body string
	// HasBody reports whether there is a body, which may be empty.
	HasBody bool
	// File, Func and Line are the place in FreeSWITCH's source that fires the event. Empty:
	// switch_core.c, send_heartbeat, 95.
	File, Func string
	Line       int
}

// A Fired event is offered to listeners. It does not change. Its methods may be called from any
// goroutine.
type Fired struct {
	name     string  // decides who is subscribed to it
	subclass *string // nil: none
	headers  []frame.Header
	body     string
	hasBody  bool
	// copied makes the listeners be sent what switch_event_dup makes of the event, which can differ
	// from what filters are compared with.
	copied bool
	forms  [formats]struct {
		once  sync.Once
		frame []byte
	}
}

// Fire returns an event that the switch itself fires. Its headers are complete.
func Fire(e *Event) *Fired {
	f := Play(e)
	f.name, f.subclass, f.copied = e.Name, e.subclass(), true
	return f
}

// subclass returns the subclass, or nil.
func (e *Event) subclass() *string {
	if e.Subclass == "" && !e.HasSubclass {
		return nil
	}
	return &e.Subclass
}

// Play returns an event with the headers that a listener was sent. Its name is that of its last
// header Event-Name, and it is of a subclass if its first header is Event-Subclass, since
// FreeSWITCH's copy of an event begins with it (switch_event.c, switch_event_dup). Name and
// Subclass of e count only if these headers are missing.
func Play(e *Event) *Fired {
	f := &Fired{name: e.Name, subclass: e.subclass(), headers: e.Headers, body: e.Body, hasBody: e.HasBody || e.Body != ""}
	for _, h := range e.Headers {
		if h.Name == "Event-Name" {
			f.name = h.Value
		}
	}
	if len(e.Headers) > 0 && e.Headers[0].Name == "Event-Subclass" {
		f.subclass = &e.Headers[0].Value
	}
	return f
}

// get returns the value of the first header with that name, or the body if there is no header
// _body. ok is false if there is none (switch_event.c, switch_event_get_header_idx).
func (f *Fired) get(name string) (value string, ok bool) {
	if h := frame.Find(f.headers, name); h != nil {
		return h.Value, true
	}
	if name == "_body" {
		return f.body, f.hasBody
	}
	return "", false
}

// sent returns the event as its listeners are sent it.
func (f *Fired) sent() *Event {
	e := &Event{Headers: f.headers, Body: f.body, HasBody: f.hasBody}
	if f.copied {
		f.duplicate(e)
	}
	return e
}

// duplicate makes e a copy (switch_event.c, switch_event_dup). Event-Subclass comes first, headers
// without a value are lost, and so are empty elements at the beginning of a list. A header _body
// becomes the body if there is none.
func (f *Fired) duplicate(e *Event) {
	var l frame.HeaderList
	if f.subclass != nil {
		l.Add("Event-Subclass", *f.subclass)
	}
	for _, h := range f.headers {
		switch {
		case f.subclass != nil && h.Name == "Event-Subclass":
		case h.Elements == nil:
			l.Add(h.Name, h.Value)
		default:
			for _, v := range h.Elements {
				l.Push(h.Name, v)
			}
		}
	}
	e.Headers = l.Values()
	if !f.hasBody {
		e.Body, e.HasBody = l.Body()
	}
}

// A List returns a header that is a list with these elements.
func List(name string, elements ...string) frame.Header {
	return frame.Header{Name: name, Value: fstext.JoinList(elements), Elements: elements}
}
