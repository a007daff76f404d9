package codec

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"eslguard/internal/ascii"
)

// A Header is one header line. Both slices point into the reader's buffer.
type Header struct {
	// Name is the text before the first colon, as the client spelled it.
	Name []byte
	// Value is the text after the colon without the spaces that lead it.
	Value []byte
}

// A Frame is one command frame: what a client sent, or what goes up to FreeSWITCH.
// Read from a client, its slices are valid until the next call of Next.
type Frame struct {
	// Line is the command line, without its end.
	Line []byte
	// Headers are the other lines, in order. Those with an empty value are left out.
	// Content-Length is left out too: it is the length of Body.
	Headers []Header
	// Body is nil for a frame without a Content-Length.
	Body []byte
	// Unread is how many lines begin with a blank and have no colon. FreeSWITCH ignores them, and
	// Append does not write them. Other lines without a colon are refused.
	Unread int
}

// Get returns the value of the first header with that name, in any case, and nil without one.
func (f *Frame) Get(name string) []byte {
	if h := find(f.Headers, name); h != nil {
		return h.Value
	}
	return nil
}

// errLine says that a command line is empty or holds control characters.
var errLine = errors.New("codec: append: the command line is empty or holds control characters")

// Append appends f in the canonical form: the line, the headers as "Name: value", a
// Content-Length where there is a body, LF line ends, the body. Its error says that f
// cannot be written so that it would be read back as the same; where a ClientReader would
// refuse the frame, it wraps that *Refusal. dst is then returned as it was.
func Append(dst []byte, f *Frame) ([]byte, error) {
	if len(f.Line) == 0 || hasControl(f.Line) {
		return dst, errLine
	}
	out := append(dst, f.Line...)
	out = append(out, '\n')
	for i := range f.Headers {
		h := &f.Headers[i]
		if len(h.Value) == 0 || h.Value[0] == ' ' || hasControl(h.Value) {
			return dst, fmt.Errorf("codec: append: header %s: its value is empty, begins with a space or holds control characters", quote(h.Name))
		}
		if ascii.EqualFold(h.Name, contentLength) {
			return dst, errors.New("codec: append: Content-Length is the length of the body, not a header")
		}
		out = append(out, h.Name...)
		out = append(out, ": "...)
		out = append(out, h.Value...)
		out = append(out, '\n')
	}
	if f.Body != nil {
		out = append(out, "Content-Length: "...)
		out = strconv.AppendInt(out, int64(len(f.Body)), 10)
		out = append(out, '\n')
	}
	out = append(out, '\n')
	if refusal := refusalOf(out[len(dst):], f); refusal != nil {
		return dst, fmt.Errorf("codec: append: %w", refusal)
	}
	return append(out, f.Body...), nil
}

// refusalOf returns why a ClientReader with the widest limits would refuse the frame f
// whose header text was written as text. Its lines hold no control characters outside of
// the names.
func refusalOf(text []byte, f *Frame) *Refusal {
	if len(text) > MaxHeaderText {
		return &Refusal{Reason: HeaderTooLarge, Detail: fmt.Sprintf("over %d bytes", MaxHeaderText)}
	}
	if len(f.Body) > MaxContentLength {
		return &Refusal{Reason: BodyTooLarge, Detail: fmt.Sprintf("%d bytes", len(f.Body))}
	}
	if bytes.IndexByte(f.Body, 0) >= 0 {
		return &Refusal{Reason: BodyNUL}
	}
	for i := range f.Headers {
		if !validName(f.Headers[i].Name) {
			return &Refusal{Reason: HeaderName, Detail: quote(f.Headers[i].Name)}
		}
	}
	buf := takeBuffer(minBuffer)
	defer giveBuffer(buf)
	return parseHead(text, &Limits{Header: MaxHeaderText, Body: MaxContentLength}, buf).refusal
}
