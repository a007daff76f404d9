package event

import "bytes"

// unescape returns the byte that the escape at the beginning of b means, and the length of the
// escape. It returns 0 as the length of an escape that FreeSWITCH does not write (cJSON.c,
// print_string_ptr).
func unescape(b []byte) (c byte, n int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\':
		return b[1], 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return unescapeControl(b)
	}
	return 0, 0
}

// unescapeControl is unescape for \u00XX: a control character that has no shorter escape.
func unescapeControl(b []byte) (c byte, n int) {
	const size = len(`\u0001`)
	if len(b) < size || string(b[2:4]) != "00" || b[4] != '0' && b[4] != '1' {
		return 0, 0
	}
	low := bytes.IndexByte([]byte("0123456789abcdef"), b[5])
	if low < 0 {
		return 0, 0
	}
	c = (b[4]-'0')<<4 | byte(low)
	switch c {
	case 0, '\b', '\f', '\n', '\r', '\t':
		return 0, 0
	}
	return c, size
}

// appendUnescaped appends what the inside of a JSON string means. Its escapes have been checked.
func appendUnescaped(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(dst, raw...)
		}
		c, n := unescape(raw[i:])
		dst = append(append(dst, raw[:i]...), c)
		raw = raw[i+n:]
	}
}

// unescapedLen returns the length of what appendUnescaped appends.
func unescapedLen(raw []byte) int {
	size := 0
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return size + len(raw)
		}
		_, n := unescape(raw[i:])
		size += i + 1
		raw = raw[i+n:]
	}
}

// cutElement returns the inside of the first string in the elements of a list, and the elements
// after it, nil if there are none.
func cutElement(elements []byte) (first, rest []byte) {
	inside := elements[1:]
	end := 0
	for {
		end += bytes.IndexByte(inside[end:], '"')
		if !endsEscaped(inside[:end]) {
			break
		}
		end++
	}
	first = inside[:end]
	if rest = inside[end+1:]; len(rest) == 0 {
		return first, nil
	}
	return first, rest[1:] // without the comma
}

// endsEscaped reports whether b ends in the backslash of an escape that the next byte completes.
func endsEscaped(b []byte) bool {
	n := len(b)
	for n > 0 && b[n-1] == '\\' {
		n--
	}
	return (len(b)-n)%2 == 1
}
