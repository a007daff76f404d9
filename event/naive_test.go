package event_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A naiveEvent is an event as the tests read and write it: straightforwardly, after FreeSWITCH's
// source, and sharing nothing with the package.
type naiveEvent struct {
	headers []naiveHeader
	body    *string
}

type naiveHeader struct {
	name   string
	values []string
	list   bool
}

// text returns what FreeSWITCH has as the value of the header.
func (h naiveHeader) text() string {
	if len(h.values) > 1 {
		return "ARRAY::" + strings.Join(h.values, "|:")
	}
	return h.values[0]
}

const (
	jsonString = `"(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00(?:0[1-7bef]|1[0-9a-f]))*"`
	jsonMember = jsonString + `:(?:` + jsonString + `|\[` + jsonString + `(?:,` + jsonString + `)*\])`
)

var (
	objectPattern = regexp.MustCompile(`^\{(?:` + jsonMember + `(?:,` + jsonMember + `)*)?\}$`)
	memberPattern = regexp.MustCompile(jsonMember)
	stringPattern = regexp.MustCompile(jsonString)
)

// parseNaive reads the JSON of an event. It returns false if FreeSWITCH would not write it.
func parseNaive(json string) (e naiveEvent, ok bool) {
	if !objectPattern.MatchString(json) || strings.HasSuffix(json, "\n") {
		return e, false
	}
	for _, member := range memberPattern.FindAllString(json, -1) {
		name := stringPattern.FindString(member)
		h := naiveHeader{name: unquoteNaive(name), list: member[len(name)+1] == '['}
		for _, value := range stringPattern.FindAllString(member[len(name):], -1) {
			h.values = append(h.values, unquoteNaive(value))
		}
		e.headers = append(e.headers, h)
	}
	if n := len(e.headers) - 2; n >= 0 {
		size, body := e.headers[n], e.headers[n+1]
		if size.name == "Content-Length" && body.name == "_body" && !size.list && !body.list &&
			size.values[0] == strconv.Itoa(len(body.values[0])) {
			e.headers, e.body = e.headers[:n], &body.values[0]
		}
	}
	return e, true
}

func unquoteNaive(s string) string {
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; s = s[1:] {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			continue
		}
		s = s[1:]
		if s[0] != 'u' {
			b.WriteByte(map[byte]byte{'"': '"', '\\': '\\', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}[s[0]])
			continue
		}
		n, err := strconv.ParseUint(s[1:5], 16, 8)
		if err != nil {
			panic(err)
		}
		b.WriteByte(byte(n))
		s = s[4:]
	}
	return b.String()
}

func quoteNaive(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		c := s[i]
		if short := strings.IndexByte("\"\\\b\f\n\r\t", c); short >= 0 {
			b.WriteByte('\\')
			b.WriteByte(`"\bfnrt`[short])
		} else if c < ' ' {
			fmt.Fprintf(&b, `\u%04x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (e naiveEvent) json() string {
	var members []string
	for _, h := range e.headers {
		var values []string
		for _, v := range h.values {
			values = append(values, quoteNaive(v))
		}
		text := strings.Join(values, ",")
		if h.list {
			text = "[" + text + "]"
		}
		members = append(members, quoteNaive(h.name)+":"+text)
	}
	if e.body != nil {
		members = append(members, fmt.Sprintf(`"Content-Length":"%d","_body":%s`, len(*e.body), quoteNaive(*e.body)))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// encodeNaive is switch_url_encode with a buffer of that size.
func encodeNaive(s string, size int) string {
	size--
	var b []byte
	for i := range len(s) {
		if len(b) >= size {
			break
		}
		c := s[i]
		ok := c == '%' && len(s)-1-i > 1 &&
			strings.IndexByte("0123456789ABCDEF", s[i+1]) >= 0 && strings.IndexByte("0123456789ABCDEF", s[i+2]) >= 0
		if !ok && (c < ' ' || c > '~' || strings.IndexByte("\r\n #%&+:;<=>?@[\\]^`{|}\"", c) >= 0) {
			if len(b)+3 > size {
				break
			}
			b = fmt.Appendf(b, "%%%02X", c)
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

func (e naiveEvent) plain() string {
	var b strings.Builder
	buffer := 1536
	for _, h := range e.headers {
		size := 0
		for _, v := range h.values {
			size += len(v)*3 + 1
		}
		buffer = max(buffer, size)
		value := encodeNaive(h.text(), buffer)
		if value == "" {
			value = "_undef_"
		}
		b.WriteString(h.name + ": " + value + "\n")
	}
	if e.body != nil && *e.body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\n\n%s", len(*e.body), *e.body)
	} else {
		b.WriteString("\n")
	}
	return b.String()
}

func (e naiveEvent) xml() string {
	var x xmlWriter
	x.open(0, "event")
	x.open(1, "headers")
	for _, h := range e.headers {
		for _, v := range h.values {
			x.open(2, h.name)
			x.text(encodeNaive(v, len(v)*3+1))
			x.close(2, h.name)
		}
	}
	x.close(1, "headers")
	if e.body != nil && *e.body != "" {
		x.open(1, "Content-Length")
		x.text(strconv.Itoa(len(*e.body)))
		x.close(1, "Content-Length")
		x.open(1, "body")
		x.text(*e.body)
		x.close(1, "body")
	}
	x.close(0, "event")
	return string(x)
}

// An xmlWriter writes XML as switch_xml_toxml_r does.
type xmlWriter []byte

func (x *xmlWriter) open(depth int, name string) {
	if n := len(*x); n > 0 && (*x)[n-1] == '>' {
		*x = append(*x, '\n')
	}
	*x = fmt.Appendf(*x, "%s<%s>", strings.Repeat("  ", depth), name)
}

func (x *xmlWriter) close(depth int, name string) {
	if (*x)[len(*x)-1] == '\n' {
		*x = append(*x, strings.Repeat("  ", depth)...)
	}
	*x = fmt.Appendf(*x, "</%s>\n", name)
}

var xmlSpecial = map[byte]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': `"`, '\n': "\n", '\t': "\t", '\r': "&#xD;",
}

// text is switch_xml_ampencode with UTF-8.
func (x *xmlWriter) text(s string) {
	immune, expecting, char := false, 0, 0
	for i := range len(s) {
		c := s[i]
		replacement, special := xmlSpecial[c]
		switch {
		case immune:
			*x = append(*x, c)
		case c == '<' && strings.HasPrefix(s[i+1:], "!"):
			*x = append(*x, c)
			immune = true
		case special:
			*x = append(*x, replacement...)
		case expecting > 0 && c&0xc0 != 0x80:
			expecting = 0
		case expecting > 0:
			char = char<<6 | int(c&0x3f)
			if expecting--; expecting == 0 {
				*x = fmt.Appendf(*x, "&#x%X;", char)
			}
		case c < 0x80:
			*x = append(*x, c)
		default:
			ones := 1
			for ones < 4 && c>>(7-ones)&1 != 0 {
				ones++
			}
			if expecting = ones - 1; expecting > 0 {
				char = int(c) & []int{0x1f, 0x0f, 0x07}[expecting-1]
			}
		}
	}
}

func naiveFrame(format, text string) string {
	return fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-%s\n\n%s", len(text), format, text)
}
