package event

import (
	"strconv"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// A Format is the form in which a session gets its events. The zero Format is the default of a
// connection.
type Format string

// The forms of events.
const (
	Plain Format = ""
	JSON  Format = "json"
	XML   Format = "xml"
)

// String returns the name of the form as clients write it.
func (f Format) String() string {
	if f == Plain {
		return "plain"
	}
	return string(f)
}

// LookupFormat returns the form with that name, in any case. ok is false if there is none.
func LookupFormat(word string) (f Format, ok bool) {
	switch fstext.Lower(word) {
	case "plain":
		return Plain, true
	case "json":
		return JSON, true
	case "xml":
		return XML, true
	}
	return Plain, false
}

// Frame returns the frame of the event, which is serialised once for each form. It must not be
// called by several goroutines at a time.
func (e *Event) Frame(f Format) []byte {
	if b := e.forms[f]; b != nil {
		return b
	}
	text := e.Text(f)
	b := []byte("Content-Length: " + strconv.Itoa(len(text)) + "\nContent-Type: text/event-" + f.String() + "\n\n" + text)
	if e.forms == nil {
		e.forms = map[Format][]byte{}
	}
	e.forms[f] = b
	return b
}

// Text serialises the event without the head of a frame (switch_event.c: switch_event_serialize,
// switch_event_serialize_json_obj and switch_event_xmlize).
func (e *Event) Text(f Format) string {
	switch f {
	case JSON:
		return e.json()
	case XML:
		return e.xml()
	}
	var b strings.Builder
	for _, h := range e.Headers {
		v := fstext.URLEncode(h.Value)
		if v == "" {
			v = "_undef_"
		}
		b.WriteString(h.Name + ": " + v + "\n")
	}
	if e.Body != "" {
		b.WriteString("Content-Length: " + strconv.Itoa(len(e.Body)) + "\n")
	}
	b.WriteString("\n" + e.Body)
	return b.String()
}

func (e *Event) json() string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(fstext.QuoteJSON(name) + ":" + value)
	}
	b.WriteByte('{')
	for _, h := range e.Headers {
		if h.Elements == nil {
			add(h.Name, fstext.QuoteJSON(h.Value))
			continue
		}
		var items []string
		for _, v := range h.Elements {
			items = append(items, fstext.QuoteJSON(v))
		}
		add(h.Name, "["+strings.Join(items, ",")+"]")
	}
	if e.HasBody {
		add("Content-Length", fstext.QuoteJSON(strconv.Itoa(len(e.Body))))
		add("_body", fstext.QuoteJSON(e.Body))
	}
	b.WriteByte('}')
	return b.String()
}

func (e *Event) xml() string {
	var b strings.Builder
	b.WriteString("<event>\n  <headers>\n")
	for _, h := range e.Headers {
		values := h.Elements
		if values == nil {
			values = []string{h.Value}
		}
		for _, v := range values {
			b.WriteString("    <" + h.Name + ">" + fstext.EscapeXML(fstext.URLEncode(v)) + "</" + h.Name + ">\n")
		}
	}
	b.WriteString("  </headers>\n")
	if e.Body != "" {
		b.WriteString("  <Content-Length>" + strconv.Itoa(len(e.Body)) + "</Content-Length>\n")
		indent := ""
		if strings.HasSuffix(e.Body, "\n") {
			indent = "  " // every tag at the beginning of a line is indented, also a closing one
		}
		b.WriteString("  <body>" + fstext.EscapeXML(e.Body) + indent + "</body>\n")
	}
	b.WriteString("</event>\n")
	return b.String()
}
