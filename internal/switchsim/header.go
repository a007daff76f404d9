package switchsim

import (
	"slices"
	"strings"
)

// listMark begins the value of a header that is a list, and listSep parts its elements (switch_event.c).
const (
	listMark = "ARRAY::"
	listSep  = "|:"
)

// maxListIndex is the largest index that `Name[N]: value` may have (switch_event.c, switch_event_base_add_header).
const maxListIndex = 4000

// headerList builds the headers of an event the way switch_event_base_add_header does.
type headerList struct {
	list    []*Header
	body    string
	hasBody bool
}

// find returns the first header of that name, or nil.
func find(list []Header, name string) *Header {
	for i := range list {
		if equalFold(list[i].Name, name) {
			return &list[i]
		}
	}
	return nil
}

func (l *headerList) find(name string) *Header {
	for _, h := range l.list {
		if equalFold(h.Name, name) {
			return h
		}
	}
	return nil
}

func (l *headerList) remove(name string) {
	l.list = slices.DeleteFunc(l.list, func(h *Header) bool { return equalFold(h.Name, name) })
}

// add appends a header. An empty value deletes all of that name; `name[N]` puts the value into a place of the first of
// that name; a value that begins ARRAY:: is a list; _body, in this case only, is the body as well.
func (l *headerList) add(name, value string) {
	if name == "_body" {
		l.body, l.hasBody = value, true
	}
	if base, index, ok := strings.Cut(name, "["); ok {
		l.put(base, atoi(index), value)
		return
	}
	if value == "" {
		l.remove(name)
		return
	}
	if strings.HasPrefix(value, listMark) {
		if value != listMark {
			for _, v := range strings.Split(value[len(listMark):], listSep) {
				l.push(name, v)
			}
		}
		return
	}
	l.list = append(l.list, &Header{Name: name, Value: value})
}

// push appends to the list that the first header of that name is, or becomes by it.
func (l *headerList) push(name, value string) {
	h := l.find(name)
	if h == nil {
		if value == "" {
			return
		}
		if strings.HasPrefix(value, listMark) {
			l.add(name, value)
			return
		}
		h = &Header{Name: name}
		l.list = append(l.list, h)
	} else if h.list == nil {
		h.list = []string{h.Value}
	}
	h.list = append(h.list, value)
	h.join()
}

// put is `name[index]: value`. A header that was no list loses its value to it. A place that the list already has is
// set without writing the joined text anew, which is what readers of the header see.
func (l *headerList) put(name string, index int, value string) {
	if index < 0 || index > maxListIndex {
		return
	}
	h := l.find(name)
	if h == nil {
		h = &Header{Name: name}
		l.list = append(l.list, h)
	}
	if index < len(h.list) {
		h.list[index] = value
		return
	}
	for len(h.list) < index {
		h.list = append(h.list, "")
	}
	h.list = append(h.list, value)
	h.join()
}

func (h *Header) join() {
	h.Value = strings.Join(h.list, listSep)
	if len(h.list) > 1 {
		h.Value = listMark + h.Value
	}
}

// frame takes the header Command out of the list.
func (l *headerList) frame() Frame {
	f := Frame{Body: l.body, hasBody: l.hasBody, Missing: true}
	for _, h := range l.list {
		if f.Missing && equalFold(h.Name, "Command") {
			f.Command, f.Missing = h.Value, false
			continue
		}
		f.Headers = append(f.Headers, *h)
	}
	return f
}

// drop deletes the headers of that name, or, if value is not empty, those that have this value; `all` deletes everything.
func (l *headerList) drop(name, value string) {
	l.list = slices.DeleteFunc(l.list, func(h *Header) bool {
		return equalFold(name, "all") || equalFold(h.Name, name) && (value == "" || h.Value == value)
	})
}
