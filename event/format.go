package event

import (
	"slices"
	"strconv"

	"eslguard/fstext/ascii"
)

// A Format is one of the forms in which FreeSWITCH writes events. The zero Format is Plain, as in
// FreeSWITCH.
type Format uint8

// The formats.
const (
	Plain Format = iota
	JSON
	XML
)

// String returns FreeSWITCH's word for the format: plain, json or xml.
func (f Format) String() string {
	switch f {
	case Plain:
		return "plain"
	case JSON:
		return "json"
	case XML:
		return "xml"
	}
	return "format " + strconv.Itoa(int(f))
}

// parseFormat returns the format that word names, in any case. It returns false if it names none.
func parseFormat(word string) (Format, bool) {
	for f := range XML + 1 {
		if ascii.EqualFold(f.String(), word) {
			return f, true
		}
	}
	return Plain, false
}

// AppendFrame appends the frame that FreeSWITCH would send: Content-Length, Content-Type, a blank
// line and the event's text in the format f (mod_event_socket.c, listener_run). An unknown format
// is Plain.
func (e *Event) AppendFrame(dst []byte, f Format) []byte {
	const name = "Content-Length: "
	const guess = "0000" // the length of most events has as many digits
	dst = append(append(dst, name...), guess...)
	digits := len(dst) - len(guess)
	switch f {
	case JSON:
		dst = append(dst, "\nContent-Type: text/event-json\n\n"...)
	case XML:
		dst = append(dst, "\nContent-Type: text/event-xml\n\n"...)
	default:
		dst = append(dst, "\nContent-Type: text/event-plain\n\n"...)
	}
	text := len(dst)
	switch f {
	case JSON:
		dst = e.appendJSON(dst)
	case XML:
		dst = e.appendXML(dst)
	default:
		dst = e.appendPlain(dst)
	}
	var buf [20]byte
	length := strconv.AppendInt(buf[:0], int64(len(dst)-text), 10)
	if len(length) != len(guess) {
		return slices.Replace(dst, digits, digits+len(guess), length...)
	}
	copy(dst[digits:], length)
	return dst
}

// appendJSON appends the event as JSON. Parse accepts only the text that FreeSWITCH writes, so it
// is the same text.
func (e *Event) appendJSON(dst []byte) []byte {
	if e.text == nil {
		return append(dst, "{}"...)
	}
	return append(dst, e.text...)
}
