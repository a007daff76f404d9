package event

import (
	"encoding/binary"
	"slices"
	"strconv"
)

// empty is what a plain event has instead of an empty value (switch_event.c,
// switch_event_serialize).
const empty = "_undef_"

// appendPlain appends the event as plain text (switch_event.c, switch_event_serialize).
func (e *Event) appendPlain(dst []byte) []byte {
	for i := range e.headers {
		f := &e.headers[i]
		dst = append(append(dst, e.decodedName(f)...), ": "...)
		value := len(dst)
		if f.marks&list != 0 {
			dst = e.appendList(dst, i)
		} else {
			dst = appendEncoded(dst, e.rawValue(f))
		}
		if len(dst) == value {
			dst = append(dst, empty...)
		}
		dst = append(dst, '\n')
	}
	if !e.hasBody || e.body.value == e.body.valueEnd {
		return append(dst, '\n')
	}
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, int64(unescapedLen(e.rawValue(&e.body))), 10)
	return e.appendValue(append(dst, "\n\n"...), &e.body)
}

// toEncode marks the bytes that are encoded: those below a space and above a tilde, and
// SWITCH_URL_UNSAFE (switch_utils.h). It includes the backslash, which begins an escape in JSON,
// and the percent sign, which sometimes stays.
var toEncode = func() (set [256]bool) {
	for c := range set {
		set[c] = c < ' ' || c > '~'
	}
	for _, c := range []byte("\r\n #%&+:;<=>?@[\\]^`{|}\"") {
		set[c] = true
	}
	return set
}()

// beginsEscape reports whether the percent sign at the beginning of b is one that stays.
func beginsEscape(b []byte) bool { return len(b) > 2 && isHex(b[1]) && isHex(b[2]) }

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' }

// appendEncoded appends the percent-encoded value of the inside of a JSON string (switch_utils.c,
// switch_url_encode_opt). A percent sign that two digits follow stays.
func appendEncoded(dst, raw []byte) []byte {
	n := len(dst)
	for i := 0; i < len(raw); {
		dst = slices.Grow(dst[:n], 3*wordSize)
		buf := dst[n : n+3*wordSize]
		if i+wordSize <= len(raw) {
			if v := binary.LittleEndian.Uint64(raw[i:]); isCommon(v) {
				binary.LittleEndian.PutUint64(buf, v)
				n += wordSize
				i += wordSize
				continue
			}
		}
		k := 0
		for end := min(i+wordSize, len(raw)); i < end; {
			c := raw[i]
			if !toEncode[c] || c == '%' && beginsEscape(raw[i:]) {
				buf[k] = c
				k++
				i++
				continue
			}
			size := 1
			if c == '\\' {
				c, size = unescape(raw[i:])
			}
			const digits = "0123456789ABCDEF"
			buf[k], buf[k+1], buf[k+2] = '%', digits[c>>4], digits[c&15]
			k += 3
			i += size
		}
		n += k
	}
	return dst[:n]
}

// wordSize is how many bytes isCommon looks at.
const wordSize = 8

// isCommon reports whether the bytes of v are letters, digits or some of the other bytes that are
// not encoded: , - . / _.
func isCommon(v uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	// The highest bit of a byte is set if the byte is of that kind and below 128. No sum or
	// difference of two bytes reaches the next byte then.
	lower := v | ones*0x20
	letter := (lower + ones*(0x80-'a')) &^ (lower + ones*(0x7f-'z'))
	digit := (v + ones*(0x80-',')) &^ (v + ones*(0x7f-'9'))
	underscore := high - (v ^ ones*'_')
	return v&high == 0 && (letter|digit|underscore)&high == high
}

// encodeBuffer is the initial size of the buffer into which FreeSWITCH encodes values. It grows to
// three times the size of a value, but of a list FreeSWITCH counts only the elements, not what it
// writes between them (switch_event.c, switch_event_serialize).
const encodeBuffer = 1536

// appendList appends the encoded text of the list that is the value of header i. As in FreeSWITCH,
// the text ends where the buffer for it is full.
func (e *Event) appendList(dst []byte, i int) []byte {
	value := len(dst)
	first, rest := cutElement(e.rawValue(&e.headers[i]))
	if rest == nil {
		return appendEncoded(dst, first)
	}
	dst = appendEncoded(append(dst, "ARRAY%3A%3A"...), first)
	for rest != nil {
		first, rest = cutElement(rest)
		dst = appendEncoded(append(dst, "%7C%3A"...), first)
	}
	if len(dst)-value < encodeBuffer {
		return dst
	}
	return append(dst[:value], e.cutList(dst[value:], i)...)
}

// cutList returns what fits of the encoded list that is the value of header i.
func (e *Event) cutList(encoded []byte, i int) []byte {
	size := encodeBuffer - 1
	for k := range e.headers[:i+1] {
		size = max(size, e.encodedSize(&e.headers[k]))
	}
	if len(encoded) <= size {
		return encoded
	}
	// An escape that does not fit is left out. A percent sign of the value itself is a byte like
	// any other, so the value has to be read again to tell them from each other.
	e.value = appendListText(e.value[:0], e.rawValue(&e.headers[i]))
	end := 0
	for k, c := range e.value {
		n := 1
		if toEncode[c] && (c != '%' || !beginsEscape(e.value[k:])) {
			n = 3
		}
		if end+n > size {
			break
		}
		end += n
	}
	return encoded[:end]
}

// encodedSize returns how many bytes of the encoded value of f FreeSWITCH has the capacity for.
func (e *Event) encodedSize(f *field) int {
	if f.marks&list == 0 {
		return 3 * unescapedLen(e.rawValue(f))
	}
	size := 0
	for rest := e.rawValue(f); rest != nil; {
		var element []byte
		element, rest = cutElement(rest)
		size += 3*unescapedLen(element) + 1
	}
	return size - 1
}
