package event

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"sync"

	"eslguard/catalog"
)

// MaxHeaders is the most headers that an event may have, counting its body as two.
const MaxHeaders = 1 << 16

// maxText is the most bytes of an event's JSON text.
const maxText = math.MaxUint32

// Parse reads the body of a text/event-json frame. It accepts only what FreeSWITCH writes
// (switch_event.c, switch_event_serialize_json_obj; cJSON.c, print_string_ptr): an object without
// blanks, whose values are strings and lists of strings, with exactly FreeSWITCH's escapes. Names
// may repeat. An error means that the text is not an event of FreeSWITCH; the Event then has no
// headers.
func (e *Event) Parse(json []byte) error {
	e.reset(json)
	if err := e.parse(); err != nil {
		e.reset(nil)
		return err
	}
	e.splitBody()
	e.classify()
	return nil
}

// reset empties e, but keeps its memory.
func (e *Event) reset(json []byte) {
	e.text, e.headers, e.hasBody = json, e.headers[:0], false
	e.eventType, e.known, e.subclass, e.reserved = 0, false, nil, -1
}

var (
	errSize    = errors.New("event: more than 4 GiB")
	errHeaders = fmt.Errorf("event: more than %d headers", MaxHeaders)
)

func errSyntax(at int) error { return fmt.Errorf("event: unexpected JSON at byte %d", at) }

// parse fills e.headers.
func (e *Event) parse() error {
	text := e.text
	switch {
	case len(text) > maxText:
		return errSize
	case string(text) == "{}":
		return nil
	case len(text) == 0 || text[0] != '{':
		return errSyntax(0)
	}
	for i := 1; ; i++ {
		if len(e.headers) == MaxHeaders {
			return errHeaders
		}
		// The field is filled in place: a copy of one that has just been written is slow.
		e.headers = append(e.headers, field{})
		end := scanner(text).member(i, &e.headers[len(e.headers)-1])
		if end < 0 {
			return errSyntax(i)
		}
		if i = end; i == len(text) {
			return errSyntax(i)
		}
		switch {
		case text[i] == ',':
		case text[i] == '}' && i == len(text)-1:
			return nil
		default:
			return errSyntax(i)
		}
	}
}

// A scanner finds strings in a JSON text.
type scanner []byte

// member reads a name and its value that begin at i into f, which must be zero. It returns the
// position after them, -1 if there is no member at i.
func (s scanner) member(i int, f *field) (end int) {
	end, escaped := s.stringAt(i)
	if end < 0 || end+1 >= len(s) || s[end] != ':' {
		return -1
	}
	f.name, f.nameEnd = uint32(i+1), uint32(end-1)
	if escaped {
		f.marks = escapedName
	}
	i = end + 1
	if s[i] == '[' {
		f.marks |= list
		end = s.elements(i + 1)
	} else if end, escaped = s.stringAt(i); escaped {
		f.marks |= escapedValue
	}
	f.value, f.valueEnd = uint32(i+1), uint32(end-1)
	return end
}

// elements returns the position after the list whose first element begins at i, -1 if there is no
// list. A list has at least one element.
func (s scanner) elements(i int) (end int) {
	for {
		if i, _ = s.stringAt(i); i < 0 || i == len(s) {
			return -1
		}
		switch s[i] {
		case ',':
			i++
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

// stringAt returns the position after the string that begins at i, with its quotes, and whether the
// string contains escapes. The position is -1 if there is no string at i.
func (s scanner) stringAt(i int) (end int, escaped bool) {
	if i >= len(s) || s[i] != '"' {
		return -1, false
	}
	for i++; ; {
		i = s.special(i)
		switch {
		case i == len(s):
			return -1, false
		case s[i] == '"':
			return i + 1, escaped
		case s[i] != '\\':
			return -1, false
		}
		_, n := unescape(s[i:])
		if n == 0 {
			return -1, false
		}
		escaped = true
		i += n
	}
}

// special returns the position of the first quote, backslash or byte below a space, from position i
// on. It is the length of the text if there is none.
func (s scanner) special(i int) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		v := binary.LittleEndian.Uint64(s[i:])
		quote, slash := v^(ones*'"'), v^(ones*'\\')
		// A byte of found has its highest bit set if it is special. Bytes above such a byte may
		// have it as well, those below have not.
		found := ((quote-ones)&^quote | (slash-ones)&^slash | (v-ones*' ')&^v) & high
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c < ' ' {
			break
		}
	}
	return i
}

// splitBody takes the body from the headers: FreeSWITCH writes its length and the body as the last
// two members.
func (e *Event) splitBody() {
	n := len(e.headers) - 2
	if n < 0 {
		return
	}
	size, body := &e.headers[n], &e.headers[n+1]
	if !e.isNamed(body, "_body") || !e.isNamed(size, "Content-Length") || (size.marks|body.marks)&list != 0 {
		return
	}
	var digits [20]byte
	length := strconv.AppendInt(digits[:0], int64(unescapedLen(e.rawValue(body))), 10)
	if !bytes.Equal(length, e.rawValue(size)) {
		return
	}
	e.headers, e.body, e.hasBody = e.headers[:n], *body, true
}

// classify finds the type and the subclass.
func (e *Event) classify() {
	for i := len(e.headers) - 1; i >= 0; i-- {
		f := &e.headers[i]
		if !e.isNamed(f, "Event-Name") {
			continue
		}
		if f.marks&list == 0 {
			e.eventType, e.known = typesByName()[string(e.rawValue(f))]
		}
		break
	}
	if !e.known || e.eventType != catalog.EventCustom || !e.isNamed(&e.headers[0], "Event-Subclass") {
		return
	}
	e.subclass, e.class = e.decoded(&e.headers[0], e.class)
	if n, ok := reservedSubclasses()[string(e.subclass)]; ok {
		e.reserved = n
	}
}

// typesByName returns the types of events by the names that FreeSWITCH gives them in events.
var typesByName = sync.OnceValue(func() map[string]catalog.EventType {
	types := make(map[string]catalog.EventType)
	for i, name := range catalog.EventNames() {
		types[name] = catalog.EventType(i)
	}
	return types
})
