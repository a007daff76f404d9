package event

import (
	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// An Event is one event. [Event.Parse] reuses its memory, so that parsing allocates nothing once an
// Event has been used for a while. An Event points into the text that it was parsed from, which
// must not change while the Event is in use. The zero Event has no headers. An Event is not safe
// for concurrent use, since some methods use its scratch buffers.
type Event struct {
	text    []byte  // JSON
	headers []field // without the body
	body    field
	hasBody bool

	eventType catalog.EventType
	known     bool // eventType is valid
	subclass  []byte
	// reserved is the number of the subclass among the reserved ones, -1 if it is not one of them.
	reserved int

	value   []byte // scratch buffer of Get
	name    []byte // scratch buffer for names that are escaped
	class   []byte // memory of subclass if it had to be decoded
	unicode []byte // scratch buffer of values for regular expressions
}

// A field is a header in the JSON text. The offsets exclude the quotes. If the value is a list,
// they exclude its brackets, and include the quotes of its elements.
type field struct {
	name, nameEnd, value, valueEnd uint32
	marks                          uint8
}

// The marks of a field.
const (
	escapedName  uint8 = 1 << iota // the name contains a backslash
	escapedValue                   // the value contains a backslash, and is not a list
	list                           // the value is a list
)

// rawName returns the name of f as it is in the JSON text.
func (e *Event) rawName(f *field) []byte { return e.text[f.name:f.nameEnd] }

// rawValue returns the value of f as it is in the JSON text.
func (e *Event) rawValue(f *field) []byte { return e.text[f.value:f.valueEnd] }

// isNamed reports whether f has exactly this name, which contains nothing that JSON escapes.
func (e *Event) isNamed(f *field, name string) bool { return string(e.rawName(f)) == name }

// decodedName returns the name of f. It is valid until the next call.
func (e *Event) decodedName(f *field) []byte {
	if f.marks&escapedName == 0 {
		return e.rawName(f)
	}
	e.name = appendUnescaped(e.name[:0], e.rawName(f))
	return e.name
}

// appendValue appends the value of f. That of a list is its whole text (switch_event.c,
// switch_event_base_add_header): a list of one element is written as that element.
func (e *Event) appendValue(dst []byte, f *field) []byte {
	switch {
	case f.marks&list != 0:
		return appendListText(dst, e.rawValue(f))
	case f.marks&escapedValue != 0:
		return appendUnescaped(dst, e.rawValue(f))
	}
	return append(dst, e.rawValue(f)...)
}

func appendListText(dst, elements []byte) []byte {
	first, rest := cutElement(elements)
	if rest == nil {
		return appendUnescaped(dst, first)
	}
	dst = appendUnescaped(append(dst, fstext.ArrayMark...), first)
	for rest != nil {
		first, rest = cutElement(rest)
		dst = appendUnescaped(append(dst, fstext.ArrayBetween...), first)
	}
	return dst
}

// decoded returns the value of f, in buf if it has to be decoded. It returns buf, which may have
// grown, as well.
func (e *Event) decoded(f *field, buf []byte) (value, scratch []byte) {
	if f.marks&(list|escapedValue) == 0 {
		return e.rawValue(f), buf
	}
	buf = e.appendValue(buf[:0], f)
	return buf, buf
}

// Type returns the type of the event: the one that its last Event-Name names, since FreeSWITCH adds
// its own after those that a client gave (switch_event.c, switch_event_prep_for_delivery). It
// returns false if there is no Event-Name, or if the catalogue does not know the name, as with a
// newer FreeSWITCH.
func (e *Event) Type() (t catalog.EventType, ok bool) { return e.eventType, e.known }

// Subclass returns the subclass of a CUSTOM event. It returns nil for an event that has none and
// for events of other types. FreeSWITCH sends an event that has a subclass with Event-Subclass as
// its first header (switch_event.c, switch_event_dup); any other header of that name is text that a
// client gave. The result is valid until the next Parse.
func (e *Event) Subclass() []byte { return e.subclass }

// Get returns the value of the first header with that name, in any case (switch_event.c,
// switch_event_get_header). The value of a list is its whole text, such as ARRAY::a|:b. Get returns
// false if there is no such header. The body is not a header.
func (e *Event) Get(name string) (value []byte, ok bool) {
	value, ok, _ = e.lookUp(name)
	return value, ok
}

// lookUp is Get. It also returns how many headers it compared and how many bytes it decoded.
func (e *Event) lookUp(name string) (value []byte, ok bool, steps int) {
	f, steps := e.find(name)
	if f == nil {
		return nil, false, steps
	}
	if f.marks&(list|escapedValue) != 0 {
		steps += len(e.rawValue(f))
	}
	value, e.value = e.decoded(f, e.value)
	return value, true, steps
}

// find returns the first header with that name, in any case, and the steps of lookUp. It returns
// nil if there is none.
func (e *Event) find(name string) (f *field, steps int) {
	for i := range e.headers {
		f := &e.headers[i]
		if f.marks&escapedName != 0 {
			steps += len(e.rawName(f))
			if ascii.EqualFold(e.decodedName(f), name) {
				return f, steps + i
			}
		} else if int(f.nameEnd-f.name) == len(name) && ascii.EqualFold(e.rawName(f), name) {
			return f, steps + i
		}
	}
	return nil, steps + len(e.headers)
}

// First returns the name and the value of the first header. It returns nil for both if the event
// has no headers.
func (e *Event) First() (name, value []byte) {
	if len(e.headers) == 0 {
		return nil, nil
	}
	f := &e.headers[0]
	name = e.decodedName(f)
	value, e.value = e.decoded(f, e.value)
	return name, value
}

// Body returns the body. It returns false if the event has none; a body may be empty.
func (e *Event) Body() (body []byte, ok bool) {
	if !e.hasBody {
		return nil, false
	}
	body, e.value = e.decoded(&e.body, e.value)
	return body, true
}
