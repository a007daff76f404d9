package frame

import (
	"slices"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// maxListIndex is the largest index that `Name[N]: value` may have (switch_event.c,
// switch_event_base_add_header).
const maxListIndex = 4000

// List builds the headers of an event the way switch_event_base_add_header does.
type List struct {
	All     []*Header
	body    string
	hasBody bool
}

// Find returns the first header of that name, or nil.
func Find(list []Header, name string) *Header {
	for i := range list {
		if fstext.EqualFold(list[i].Name, name) {
			return &list[i]
		}
	}
	return nil
}

func (l *List) find(name string) *Header {
	for _, h := range l.All {
		if fstext.EqualFold(h.Name, name) {
			return h
		}
	}
	return nil
}

func (l *List) remove(name string) {
	l.All = slices.DeleteFunc(l.All, func(h *Header) bool { return fstext.EqualFold(h.Name, name) })
}

// Add appends a header. An empty value deletes all of that name; `name[N]` puts the value into a
// place of the first of that name; a value that begins ARRAY:: is a list; _body, in this case only,
// is the body as well.
func (l *List) Add(name, value string) {
	if name == "_body" {
		l.body, l.hasBody = value, true
	}
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
				l.push(name, v)
			}
		}
		return
	}
	l.All = append(l.All, &Header{Name: name, Value: value})
}

// push appends to the list that the first header of that name is, or becomes by it.
func (l *List) push(name, value string) {
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
		l.All = append(l.All, h)
	} else if h.List == nil {
		h.List = []string{h.Value}
	}
	h.List = append(h.List, value)
	h.join()
}

// put is `name[index]: value`. A header that was no list loses its value to it. A place that the
// list already has is set without writing the joined text anew, which is what readers of the header
// see.
func (l *List) put(name string, index int, value string) {
	if index < 0 || index > maxListIndex {
		return
	}
	h := l.find(name)
	if h == nil {
		h = &Header{Name: name}
		l.All = append(l.All, h)
	}
	if index < len(h.List) {
		h.List[index] = value
		return
	}
	for len(h.List) < index {
		h.List = append(h.List, "")
	}
	h.List = append(h.List, value)
	h.join()
}

func (h *Header) join() {
	h.Value = strings.Join(h.List, fstext.ListSep)
	if len(h.List) > 1 {
		h.Value = fstext.ListMark + h.Value
	}
}

// frame takes the header Command out of the list.
func (l *List) frame() Frame {
	f := Frame{Body: l.body, HasBody: l.hasBody, Missing: true}
	for _, h := range l.All {
		if f.Missing && fstext.EqualFold(h.Name, "Command") {
			f.Command, f.Missing = h.Value, false
			continue
		}
		f.Headers = append(f.Headers, *h)
	}
	return f
}

// Drop deletes the headers of that name, or, if value is not empty, those that have this value;
// `all` deletes everything.
func (l *List) Drop(name, value string) {
	l.All = slices.DeleteFunc(l.All, func(h *Header) bool {
		return fstext.EqualFold(name, "all") || fstext.EqualFold(h.Name, name) && (value == "" || h.Value == value)
	})
}

// A Header is one header of a frame or an event. The value of a list is written `ARRAY::a|:b`.
type Header struct {
	Name, Value string

	List []string
}
