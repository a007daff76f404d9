package event

import (
	"fmt"
	"strconv"

	"eslguard/internal/switchsim/internal/fstext"
)

// A Format is the form in which a session gets its events. The zero Format is the default of a
// connection, Plain.
type Format uint8

// The forms of events.
const (
	Plain Format = iota
	JSON
	XML

	formats = iota
)

// String returns the name of the form as clients write it.
func (f Format) String() string {
	switch f {
	case Plain:
		return "plain"
	case JSON:
		return "json"
	case XML:
		return "xml"
	}
	return fmt.Sprintf("Format(%d)", uint8(f))
}

// LookupFormat returns the form with that name, in any case. ok is false if there is none.
func LookupFormat(word string) (f Format, ok bool) {
	for f := range Format(formats) {
		if fstext.EqualFold(word, f.String()) {
			return f, true
		}
	}
	return Plain, false
}

// Frame returns the frame of the event (mod_event_socket.c, read_packet). It is made once for each
// form. The caller must not change it.
func (f *Fired) Frame(form Format) []byte {
	cached := &f.forms[form]
	cached.once.Do(func() {
		text := f.sent().appendText(nil, form)
		head := fmt.Appendf(nil, "Content-Length: %d\nContent-Type: text/event-%v\n\n", len(text), form)
		cached.frame = append(head, text...)
	})
	return cached.frame
}

// Text serialises the event without the head of a frame, and without the changes of a copy.
func (e *Event) Text(form Format) string { return string(e.appendText(nil, form)) }

func (e *Event) appendText(dst []byte, form Format) []byte {
	switch form {
	case JSON:
		return e.appendJSON(dst)
	case XML:
		return e.appendXML(dst)
	}
	return e.appendPlain(dst)
}

// encodeBuffer is the initial size in bytes of the buffer in which a value is encoded
// (switch_event.c, switch_event_serialize).
const encodeBuffer = 1536

// appendPlain appends the plain form (switch_event.c, switch_event_serialize). FreeSWITCH computes
// the size of its buffer from the elements of a list, without what is between them, so the end of a
// list with many short elements is lost.
func (e *Event) appendPlain(dst []byte) []byte {
	size := encodeBuffer
	for _, h := range e.Headers {
		need := 3*len(h.Value) + 1
		if h.Elements != nil {
			need = 0
			for _, v := range h.Elements {
				need += 3*len(v) + 1
			}
		}
		size = max(size, need)
		dst = append(append(dst, h.Name...), ": "...)
		start := len(dst)
		if dst = fstext.AppendURL(dst, h.Value, size-1); len(dst) == start {
			dst = append(dst, "_undef_"...)
		}
		dst = append(dst, '\n')
	}
	if e.Body != "" {
		dst = fmt.Appendf(dst, "Content-Length: %d\n", len(e.Body))
	}
	dst = append(dst, '\n')
	return append(dst, e.Body...)
}

// appendJSON appends the JSON form (switch_event.c, switch_event_serialize_json_obj).
func (e *Event) appendJSON(dst []byte) []byte {
	sep := byte('{')
	name := func(s string) {
		dst = append(fstext.AppendJSON(append(dst, sep), s), ':')
		sep = ','
	}
	for _, h := range e.Headers {
		name(h.Name)
		if h.Elements == nil {
			dst = fstext.AppendJSON(dst, h.Value)
			continue
		}
		for i, v := range h.Elements {
			dst = fstext.AppendJSON(append(dst, "[,"[min(i, 1)]), v)
		}
		dst = append(dst, ']')
	}
	if e.HasBody {
		name("Content-Length")
		dst = fstext.AppendJSON(dst, strconv.Itoa(len(e.Body)))
		name("_body")
		dst = fstext.AppendJSON(dst, e.Body)
	}
	if sep == '{' {
		dst = append(dst, '{')
	}
	return append(dst, '}')
}

// appendXML appends the XML form (switch_event.c, switch_event_xmlize; switch_xml.c,
// switch_xml_toxml_r). Names are written unchanged, whatever they contain.
func (e *Event) appendXML(dst []byte) []byte {
	dst = append(dst, "<event>\n  <headers>"...)
	if len(e.Headers) > 0 {
		dst = append(dst, '\n')
	}
	element := func(name, value string) {
		dst = append(append(append(dst, "    <"...), name...), '>')
		dst = fstext.AppendURL(dst, value, 3*len(value))
		dst = append(append(append(dst, "</"...), name...), ">\n"...)
	}
	for _, h := range e.Headers {
		if h.Elements == nil {
			element(h.Name, h.Value)
			continue
		}
		for _, v := range h.Elements {
			element(h.Name, v)
		}
	}
	if len(e.Headers) > 0 {
		dst = append(dst, "  "...)
	}
	dst = append(dst, "</headers>\n"...)
	if e.Body != "" {
		dst = fmt.Appendf(dst, "  <Content-Length>%d</Content-Length>\n  <body>", len(e.Body))
		dst = fstext.AppendXML(dst, e.Body)
		if dst[len(dst)-1] == '\n' {
			dst = append(dst, "  "...) // every tag at the beginning of a line is indented
		}
		dst = append(dst, "</body>\n"...)
	}
	return append(dst, "</event>\n"...)
}
