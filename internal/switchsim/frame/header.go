package frame

import (
	"slices"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// A Header is one header of a frame or an event.
type Header struct {
	// The value of a list is written `ARRAY::a|:b`.
	Name, Value string

	// Elements are the elements of a list. They are nil for other values.
	Elements []string
}

// Find returns the first header with that name, in any case, or nil.
func Find(list []Header, name string) *Header {
	for i := range list {
		if fstext.EqualFold(list[i].Name, name) {
			return &list[i]
		}
	}
	return nil
}

// maxListIndex is the largest index that `Name[N]: value` may have (switch_event.c,
// switch_event_base_add_header).
const maxListIndex = 4000

// A HeaderList builds the headers of an event as switch_event_base_add_header does. The zero value
// is empty.
type HeaderList struct {
	// Headers are the headers, in order.
	Headers []*Header
	body    string
	hasBody bool
}

func (l *HeaderList) find(name string) *Header {
	for _, h := range l.Headers {
		if fstext.EqualFold(h.Name, name) {
			return h
		}
	}
	return nil
}

func (l *HeaderList) remove(name string) {
	l.Headers = slices.DeleteFunc(l.Headers, func(h *Header) bool { return fstext.EqualFold(h.Name, name) })
}

// Add adds a header. An empty value deletes all headers with that name. `name[N]` sets an element
// of the first header with that name. A value that begins with ARRAY:: is a list. The value of
// _body, in lower case only, or its last element, is the body as well.
func (l *HeaderList) Add(name, value string) {
	l.setBody(name, value)
	if base, index, ok := strings.Cut(name, "["); ok {
		l.put(base, fstext.Atoi(index), value)
		return
	}
	if value == "" {
		l.remove(name)
		return
	}
	if strings.HasPrefix(value, fstext.ListMark) {
		if value != fstext.ListMark {
			for _, v := range strings.Split(value[len(fstext.ListMark):], fstext.ListSep) {
				l.Push(name, v)
			}
		}
		return
	}
	l.Headers = append(l.Headers, &Header{Name: name, Value: value})
}

// setBody makes the value of a header _body the body.
func (l *HeaderList) setBody(name, value string) {
	if name == "_body" {
		l.body, l.hasBody = value, true
	}
}

// Body returns the body. ok is false if there is none.
func (l *HeaderList) Body() (body string, ok bool) { return l.body, l.hasBody }

// Append adds headers as they are, after the others.
func (l *HeaderList) Append(headers ...Header) {
	for i := range headers {
		l.Headers = append(l.Headers, &headers[i])
	}
}

// Values returns the headers.
func (l *HeaderList) Values() []Header {
	out := make([]Header, len(l.Headers))
	for i, h := range l.Headers {
		out[i] = *h
	}
	return out
}

// Push appends a value to the first header with that name, which becomes a list if it is not one.
// Without such a header, an empty value deletes nothing and adds nothing.
func (l *HeaderList) Push(name, value string) {
	l.setBody(name, value)
	h := l.find(name)
	if h == nil {
		if value == "" {
			return
		}
		if strings.HasPrefix(value, fstext.ListMark) {
			l.Add(name, value)
			return
		}
		h = &Header{Name: name}
		l.Headers = append(l.Headers, h)
	} else if h.Elements == nil {
		h.Elements = []string{h.Value}
	}
	h.Elements = append(h.Elements, value)
	h.join()
}

// put sets the element of `name[index]: value`. A header that is not a list loses its value. If the
// list already has the element, FreeSWITCH does not update the joined text, which is what readers
// of the header see; neither does put.
func (l *HeaderList) put(name string, index int, value string) {
	if index < 0 || index > maxListIndex {
		return
	}
	h := l.find(name)
	if h == nil {
		h = &Header{Name: name}
		l.Headers = append(l.Headers, h)
	}
	if index < len(h.Elements) {
		h.Elements[index] = value
		return
	}
	for len(h.Elements) < index {
		h.Elements = append(h.Elements, "")
	}
	h.Elements = append(h.Elements, value)
	h.join()
}

// join updates the value from the elements.
func (h *Header) join() { h.Value = fstext.JoinList(h.Elements) }

// frame returns the frame with these headers. The first header named Command is its command.
func (l *HeaderList) frame() Frame {
	f := Frame{Body: l.body, HasBody: l.hasBody, Missing: true}
	for _, h := range l.Headers {
		if f.Missing && fstext.EqualFold(h.Name, "Command") {
			f.Command, f.Missing = h.Value, false
			continue
		}
		f.Headers = append(f.Headers, *h)
	}
	return f
}

// Drop deletes the headers with that name and, unless value is empty, that value. The name `all`
// deletes all headers.
func (l *HeaderList) Drop(name, value string) {
	l.Headers = slices.DeleteFunc(l.Headers, func(h *Header) bool {
		return fstext.EqualFold(name, "all") || fstext.EqualFold(h.Name, name) && (value == "" || h.Value == value)
	})
}
