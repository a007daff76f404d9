package event

import "strconv"

// appendXML appends the event as XML (switch_event.c, switch_event_xmlize; switch_xml.c,
// switch_xml_toxml_r). FreeSWITCH encodes the values as in plain events, so they contain nothing
// that XML escapes. It writes names as they are.
func (e *Event) appendXML(dst []byte) []byte {
	dst = append(dst, "<event>\n  <headers>"...)
	if len(e.headers) > 0 {
		dst = append(dst, '\n')
	}
	for i := range e.headers {
		f := &e.headers[i]
		if f.marks&list == 0 {
			dst = e.appendElement(dst, f, e.rawValue(f))
			continue
		}
		for rest := e.rawValue(f); rest != nil; {
			var value []byte
			value, rest = cutElement(rest)
			dst = e.appendElement(dst, f, value)
		}
	}
	if len(e.headers) > 0 {
		dst = append(dst, "  "...)
	}
	dst = append(dst, "</headers>\n"...)
	if e.hasBody && e.body.value != e.body.valueEnd {
		dst = e.appendXMLBody(dst)
	}
	return append(dst, "</event>\n"...)
}

// appendElement appends a header with one value, the inside of a JSON string.
func (e *Event) appendElement(dst []byte, f *field, value []byte) []byte {
	name := e.decodedName(f)
	dst = append(append(append(dst, "    <"...), name...), '>')
	dst = append(appendEncoded(dst, value), "</"...)
	return append(append(dst, name...), ">\n"...)
}

func (e *Event) appendXMLBody(dst []byte) []byte {
	body, _ := e.Body()
	dst = append(dst, "  <Content-Length>"...)
	dst = strconv.AppendInt(dst, int64(len(body)), 10)
	dst = append(dst, "</Content-Length>\n  <body>"...)
	dst = appendXMLText(dst, body)
	if dst[len(dst)-1] == '\n' {
		dst = append(dst, "  "...) // FreeSWITCH indents a tag at the beginning of a line
	}
	return append(dst, "</body>\n"...)
}

// appendXMLText appends a text as FreeSWITCH escapes it (switch_xml.c, switch_xml_ampencode): bytes
// above 127 as numbers of characters, if they are UTF-8. It leaves out bytes that are not. A text
// from "<!" on is not escaped.
func appendXMLText(dst, text []byte) []byte {
	var u utf8Reader
	for i, c := range text {
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			if i+1 < len(text) && text[i+1] == '!' {
				return append(dst, text[i:]...)
			}
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '\r':
			dst = append(dst, "&#xD;"...)
		case '"', '\n', '\t':
			dst = append(dst, c)
		default:
			dst = u.append(dst, c)
		}
	}
	return dst
}

// A utf8Reader reads UTF-8 as switch_xml_ampencode does, which is not strict: a byte that is not
// part of a character ends the character and is left out.
type utf8Reader struct {
	char    uint32
	pending int // how many bytes of the character are missing
}

// append appends c, or the character that c completes.
func (u *utf8Reader) append(dst []byte, c byte) []byte {
	switch {
	case u.pending > 0 && c>>6 == 0b10:
		u.char = u.char<<6 | uint32(c&0x3f)
		if u.pending--; u.pending == 0 {
			dst = appendUpperHex(append(dst, "&#x"...), u.char)
			return append(dst, ';')
		}
	case u.pending > 0:
		u.pending = 0
	case c < 0x80:
		return append(dst, c)
	case c < 0xc0:
	case c < 0xe0:
		u.char, u.pending = uint32(c&0x1f), 1
	case c < 0xf0:
		u.char, u.pending = uint32(c&0x0f), 2
	default:
		u.char, u.pending = uint32(c&0x07), 3
	}
	return dst
}

func appendUpperHex(dst []byte, n uint32) []byte {
	const digits = "0123456789ABCDEF"
	shift := 28
	for shift > 0 && n>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, digits[n>>shift&15])
	}
	return dst
}
