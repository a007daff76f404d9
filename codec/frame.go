package codec

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"eslguard/fstext/ascii"
)

// A Header is one header line. Both slices point into the reader's buffer.
type Header struct {
	// Name is the text before the first colon, as the client spelled it.
	Name []byte
	// Value is the text after the colon, without leading spaces.
	Value []byte
}

// A Frame is one command frame, from a client or to FreeSWITCH. The slices of a frame that was read
// are valid until the next call of Next.
type Frame struct {
	// Line is the command line, without its line end.
	Line []byte
	// Headers are the other lines, in order. Headers with an empty value are left out, and so is
	// Content-Length: it is the length of Body.
	Headers []Header
	// Body is nil for a frame without a Content-Length.
	Body []byte
	// Unread is the number of lines that begin with a blank and have no colon. FreeSWITCH ignores
	// them, and Append does not write them. Other lines without a colon are refused.
	Unread int
}

// Get returns the value of the first header with that name, in any case. It returns nil if there is
// none.
func (f *Frame) Get(name string) []byte {
	if h := find(f.Headers, name); h != nil {
		return h.Value
	}
	return nil
}

// errLine is returned for a command line that cannot be written.
var errLine = errors.New("codec: append: the command line is empty or contains control characters")

// Append appends f to dst in the canonical form: the line, the headers as "Name: value", a
// Content-Length if the body is not nil, and the body, with LF line ends. It returns an error and
// dst unchanged if no ClientReader would read the result back as the same frame. If a ClientReader
// would refuse it, the error wraps that *Refusal.
func Append(dst []byte, f *Frame) ([]byte, error) {
	if len(f.Line) == 0 || hasControl(f.Line) {
		return dst, errLine
	}
	out := append(dst, f.Line...)
	out = append(out, '\n')
	for i := range f.Headers {
		h := &f.Headers[i]
		if len(h.Value) == 0 || h.Value[0] == ' ' || hasControl(h.Value) {
			return dst, fmt.Errorf("codec: append: header %s: its value is empty, begins with a space or contains control characters", quote(h.Name))
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

// refusalOf returns why a ClientReader with the widest limits would refuse the frame f whose header
// text was written as text. Only the names in it may contain control characters.
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
