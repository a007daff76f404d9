package switchsim

import (
	"strconv"
	"strings"
)

// format is the form in which a session gets its events. The zero value is the default of a connection.
type format string

const (
	plain    format = ""
	jsonForm format = "json"
	xmlForm  format = "xml"
)

func (f format) String() string {
	if f == plain {
		return "plain"
	}
	return string(f)
}

// formatName is the format that a word names, in any case.
func formatName(word string) (format, bool) {
	switch asciiLower(word) {
	case "plain":
		return plain, true
	case "json":
		return jsonForm, true
	case "xml":
		return xmlForm, true
	}
	return plain, false
}

// frame is the event as it goes over the wire. It is made once for each format.
func (e *Event) frame(f format) []byte {
	if b := e.forms[f]; b != nil {
		return b
	}
	text := e.text(f)
	b := []byte("Content-Length: " + strconv.Itoa(len(text)) + "\nContent-Type: text/event-" + f.String() + "\n\n" + text)
	if e.forms == nil {
		e.forms = map[format][]byte{}
	}
	e.forms[f] = b
	return b
}

// text serialises the event (switch_event.c: switch_event_serialize, switch_event_serialize_json_obj and
// switch_event_xmlize).
func (e *Event) text(f format) string {
	switch f {
	case jsonForm:
		return e.json()
	case xmlForm:
		return e.xml()
	}
	var b strings.Builder
	for _, h := range e.Headers {
		v := urlEncode(h.Value)
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
		b.WriteString(jsonString(name) + ":" + value)
	}
	b.WriteByte('{')
	for _, h := range e.Headers {
		if h.list == nil {
			add(h.Name, jsonString(h.Value))
			continue
		}
		var items []string
		for _, v := range h.list {
			items = append(items, jsonString(v))
		}
		add(h.Name, "["+strings.Join(items, ",")+"]")
	}
	if e.HasBody {
		add("Content-Length", jsonString(strconv.Itoa(len(e.Body))))
		add("_body", jsonString(e.Body))
	}
	b.WriteByte('}')
	return b.String()
}

func (e *Event) xml() string {
	var b strings.Builder
	b.WriteString("<event>\n  <headers>\n")
	for _, h := range e.Headers {
		values := h.list
		if values == nil {
			values = []string{h.Value}
		}
		for _, v := range values {
			b.WriteString("    <" + h.Name + ">" + xmlEscape(urlEncode(v)) + "</" + h.Name + ">\n")
		}
	}
	b.WriteString("  </headers>\n")
	if e.Body != "" {
		b.WriteString("  <Content-Length>" + strconv.Itoa(len(e.Body)) + "</Content-Length>\n")
		indent := ""
		if strings.HasSuffix(e.Body, "\n") {
			indent = "  " // every tag that begins a line is indented, a closing one too
		}
		b.WriteString("  <body>" + xmlEscape(e.Body) + indent + "</body>\n")
	}
	b.WriteString("</event>\n")
	return b.String()
}

// xmlEscape escapes what may not stand in an element's text.
func xmlEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

const hexDigits = "0123456789ABCDEF"

// urlUnsafe are the printable characters that are written as %XX; blanks, controls and high bytes are as well.
const urlUnsafe = "\r\n #%&+:;<=>?@[\\]^`{|}\""

// urlEncode is FreeSWITCH's: a %XX in capitals that stands there already is kept (switch_utils.c, switch_url_encode).
func urlEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		kept := c == '%' && i+2 < len(s) && strings.IndexByte(hexDigits, s[i+1]) >= 0 && strings.IndexByte(hexDigits, s[i+2]) >= 0
		if !kept && (c < ' ' || c > '~' || strings.IndexByte(urlUnsafe, c) >= 0) {
			b.WriteString("%" + hexDigits[c>>4:c>>4+1] + hexDigits[c&15:c&15+1])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// jsonString quotes s as cJSON does: bytes over 127 as they are.
func jsonString(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c < ' ':
			const low = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', low[c>>4], low[c&15])
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
