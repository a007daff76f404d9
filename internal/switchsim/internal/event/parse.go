package event

import (
	"errors"
	"strconv"
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/fstext"
)

var errJSON = errors.New("switchsim: not the JSON form of an event")

// Parse reads the JSON form of an event, as FreeSWITCH writes it: without blanks, and only with the
// escapes that it uses. Every byte over 127 stays as it is. The error says that the text is not of
// that form.
func Parse(text string) (Event, error) {
	var e Event
	p := parser{text}
	if !p.skip('{') {
		return e, errJSON
	}
	for more := !p.skip('}'); more; {
		h, ok := p.header()
		if !ok {
			return e, errJSON
		}
		e.Headers = append(e.Headers, h)
		if more = p.skip(','); !more && !p.skip('}') {
			return e, errJSON
		}
	}
	if p.rest != "" {
		return e, errJSON
	}
	e.takeBody()
	return e, nil
}

// takeBody makes the last two headers the body, if that is what they are.
func (e *Event) takeBody() {
	n := len(e.Headers)
	if n < 2 {
		return
	}
	length, body := e.Headers[n-2], e.Headers[n-1]
	if length.Name == "Content-Length" && body.Name == "_body" && length.Value == strconv.Itoa(len(body.Value)) &&
		body.Elements == nil {
		e.Headers, e.Body, e.HasBody = e.Headers[:n-2], body.Value, true
	}
}

// A parser reads the rest of a text.
type parser struct{ rest string }

// skip skips c. It returns false if the text does not begin with it.
func (p *parser) skip(c byte) bool {
	ok := p.rest != "" && p.rest[0] == c
	if ok {
		p.rest = p.rest[1:]
	}
	return ok
}

// header reads a name and a value, which is a string or a list of strings.
func (p *parser) header() (h frame.Header, ok bool) {
	if h.Name, ok = p.quoted(); !ok || !p.skip(':') {
		return h, false
	}
	if !p.skip('[') {
		h.Value, ok = p.quoted()
		return h, ok
	}
	for more := true; more; more = p.skip(',') {
		v, ok := p.quoted()
		if !ok {
			return h, false
		}
		h.Elements = append(h.Elements, v)
	}
	h.Value = fstext.JoinList(h.Elements)
	return h, p.skip(']')
}

// quoted reads a string.
func (p *parser) quoted() (s string, ok bool) {
	if !p.skip('"') {
		return "", false
	}
	var b []byte
	for {
		i := strings.IndexAny(p.rest, `"\`)
		if i < 0 {
			return "", false
		}
		b = append(b, p.rest[:i]...)
		end := p.rest[i] == '"'
		if p.rest = p.rest[i+1:]; end {
			return string(b), true
		}
		c, n := unescape(p.rest)
		if n == 0 {
			return "", false
		}
		b, p.rest = append(b, c), p.rest[n:]
	}
}

// unescape reads what follows a backslash, and returns its length, or 0 if FreeSWITCH never writes
// it.
func unescape(s string) (c byte, n int) {
	if s == "" {
		return 0, 0
	}
	if i := strings.IndexByte(`"\nrtbf`, s[0]); i >= 0 {
		return "\"\\\n\r\t\b\f"[i], 1
	}
	if len(s) >= 5 && s[:3] == "u00" {
		v, err := strconv.ParseUint(s[3:5], 16, 8)
		if err == nil && v < ' ' {
			return byte(v), 5
		}
	}
	return 0, 0
}
