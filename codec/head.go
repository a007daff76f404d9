package codec

import (
	"bytes"
	"fmt"

	"eslguard/fstext/ascii"
)

const (
	// MaxContentLength is the largest body in bytes that FreeSWITCH reads; it closes the connection
	// for a larger one (mod_event_socket.c, MAX_CONTENT_LENGTH).
	MaxContentLength = 16 << 20
	// MaxHeaderText is the longest header text in bytes that FreeSWITCH reads; it ends the frame
	// there (mod_event_socket.c, read_packet).
	MaxHeaderText = 10_485_760

	// maxLengthDigits keeps a Content-Length within C's int.
	maxLengthDigits = 9
	// maxQuoted is the maximum number of bytes that a Refusal quotes.
	maxQuoted = 64
	// fewHeaders is the number of names up to which all pairs are compared. Above it, a nameSet is
	// cheaper.
	fewHeaders = 16

	contentLength = "content-length"
	arrayPrefix   = "ARRAY::"
)

// A head is the parsed header text of one frame from a client.
type head struct {
	// text is the header text with the blank line that ends it.
	text    []byte
	line    []byte
	headers []Header
	// length is the value of Content-Length, and hasLength reports whether there is one. Unless the
	// refusal is Fatal, FreeSWITCH would read the same.
	length    int
	hasLength bool
	// unread is the number of lines that begin with a blank and have no colon.
	unread int
	// refusal is nil when the header text is accepted.
	refusal *Refusal
	// emptyApplication reports whether there was an `application` without a value.
	emptyApplication bool
}

// parseHead parses text, which ends with the first blank line in it. The result points into text
// and uses buf's lists.
func parseHead(text []byte, l *Limits, buf *buffer) head {
	h := head{text: text, headers: buf.headers[:0]}
	h.checkBytes()
	if h.refusal == nil || !h.refusal.Fatal {
		h.parseLines(&buf.names)
		h.checkEventSocketWord()
		h.checkBodyLimit(l)
	}
	buf.headers = h.headers
	h.dropEmpty()
	return h
}

// refuse notes why the frame is refused. It keeps the first reason, or the first fatal one, and
// formats the detail of no other, since a frame may have as many faults as bytes.
func (h *head) refuse(reason Reason, fatal bool, format string, args ...any) {
	if h.refusal != nil && (h.refusal.Fatal || !fatal) {
		return
	}
	h.refusal = &Refusal{Reason: reason, Fatal: fatal, Detail: fmt.Sprintf(format, args...), API: isAPI(h.text)}
}

// isAPI reports whether FreeSWITCH answers a frame that begins with text with an api/response.
func isAPI(text []byte) bool { return ascii.HasPrefixFold(text, "api ") }

// checkBytes refuses bytes that are not allowed in header text, and a mix of line ends that
// FreeSWITCH could read in another way.
func (h *head) checkBytes() {
	line, crlf, mixed := 1, false, 0
	for i, c := range h.text {
		if !isControl(c) {
			continue
		}
		switch c {
		case '\n':
			afterCR := i > 0 && h.text[i-1] == '\r'
			if line == 1 {
				crlf = afterCR
			}
			if afterCR != crlf && mixed == 0 {
				mixed = line
			}
			line++
		case '\r':
			// The text ends with LF, so a byte follows.
			if h.text[i+1] != '\n' {
				h.refuse(BareCR, true, "line %d", line)
				return
			}
		case 0:
			h.refuse(NUL, true, "line %d", line)
			return
		default:
			h.refuse(ControlCharacter, false, "line %d: byte %#02x", line, c)
		}
	}
	if mixed > 0 && !(line == oneLine && (crlf || losesLF(h.text))) {
		h.refuseMixed(mixed)
	}
}

// oneLine is the line number after the blank line of a frame without headers.
const oneLine = 3

// losesLF reports whether FreeSWITCH removes an LF at the end of the command line if the blank line
// ends with CR LF. Since it splits lines at a CR first, the LF belongs to the line. Only
// switch_api_execute strips it (switch_loadable_module.c), except from console_complete. With all
// other verbs it becomes part of the last word.
func losesLF(text []byte) bool {
	if !ascii.HasPrefixFold(text, "api ") && !ascii.HasPrefixFold(text, "bgapi ") {
		return false
	}
	_, name, _ := bytes.Cut(text, []byte{' '})
	return !ascii.HasPrefixFold(name, "console_complete")
}

// refuseMixed refuses a frame whose line ends are mixed from that line on. FreeSWITCH finds the
// same end of its header text, but may read several lines as one. So the end of the frame is
// uncertain only if one of them may be a Content-Length.
func (h *head) refuseMixed(line int) {
	h.refuse(MixedLineEnds, ascii.ContainsFold(h.text, contentLength), "line %d", line)
	if h.refusal.Reason == MixedLineEnds {
		h.refusal.Reply = ReplyRefused + string(MixedLineEnds) + ", end every line with LF or every line with CR LF"
	}
}

// parseLines parses the command line and the headers. checkBytes has checked the line ends.
func (h *head) parseLines(names *nameSet) {
	rest := h.text
	for number := 1; ; number++ {
		end := bytes.IndexByte(rest, '\n')
		line := bytes.TrimSuffix(rest[:end], []byte{'\r'})
		if len(line) == 0 {
			return
		}
		if number == 1 {
			h.parseCommand(line)
		} else {
			h.parseHeader(line, number, names)
		}
		rest = rest[end+1:]
	}
}

// parseCommand parses the command line. FreeSWITCH reads it as the beginning of the value of a
// header named Command, so it must not look like a list.
func (h *head) parseCommand(line []byte) {
	if bytes.HasPrefix(line, []byte(arrayPrefix)) {
		h.refuse(ArrayValue, false, "line 1")
	}
	h.line = line
}

func (h *head) parseHeader(line []byte, number int, names *nameSet) {
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok && isBlank(line[0]) && !ascii.ContainsFold(line, contentLength) {
		h.unread++
		return
	}
	if !ok {
		h.refuse(HeaderWithoutColon, ascii.ContainsFold(line, contentLength), "line %d", number)
		return
	}
	if !validName(name) || containsBlank(name) && ascii.ContainsFold(name, contentLength) {
		h.refuse(HeaderName, ascii.ContainsFold(name, contentLength), "line %d", number)
		return
	}
	value = bytes.TrimLeft(value, " ")
	if ascii.EqualFold(name, contentLength) {
		h.parseLength(value, number)
		return
	}
	if bytes.HasPrefix(value, []byte(arrayPrefix)) {
		h.refuse(ArrayValue, false, "line %d", number)
	}
	if h.repeated(name, value, names) {
		h.refuse(RepeatedHeader, false, "line %d: %.*q", number, maxQuoted, name)
	}
	h.headers = append(h.headers, Header{Name: name, Value: value})
}

func (h *head) parseLength(value []byte, number int) {
	n, ok := parseDecimal(value, maxLengthDigits)
	switch {
	case h.hasLength:
		h.refuse(ContentLength, true, "line %d: a second one", number)
	case !ok:
		h.refuse(ContentLength, true, "line %d", number)
	}
	h.length, h.hasLength = int(n), true
}

// repeated reports whether an earlier header has the same name and FreeSWITCH would not use both.
// It notes the name.
//
// A sendmsg may repeat `application`: with call-command xferext, FreeSWITCH runs each of them in
// order (switch_ivr.c, switch_ivr_parse_event). If one of them is empty the repetition is refused,
// because it deletes the ones before it (switch_event.c, switch_event_base_add_header).
func (h *head) repeated(name, value []byte, names *nameSet) bool {
	again := false
	switch n := len(h.headers); {
	case n < fewHeaders:
		again = find(h.headers, name) != nil
	case n == fewHeaders:
		names.reset()
		for _, other := range h.headers {
			names.add(other.Name)
		}
		fallthrough
	default:
		again = names.add(name)
	}
	if !ascii.EqualFold(name, "application") || !ascii.HasPrefixFold(h.text, "sendmsg") {
		return again
	}
	if len(value) == 0 {
		h.emptyApplication = true
	}
	return again && h.emptyApplication
}

// checkEventSocketWord refuses a command that FreeSWITCH would replace with another one
// (mod_event_socket.c, parse_command). Like FreeSWITCH, it searches the whole header text.
func (h *head) checkEventSocketWord() {
	if mentionsEventSocket(h.text) && !(isEventSocketCommand(h.line) && !h.hasLength && len(h.headers)+h.unread == 0) {
		h.refuse(EventSocketWord, false, "")
	}
}

func mentionsEventSocket(text []byte) bool {
	// The underscore has no case and is rare: looking for it first makes most frames cheap.
	return bytes.IndexByte(text, '_') >= 0 && ascii.ContainsFold(text, "mod_event_socket") &&
		(ascii.ContainsFold(text, "unload") || ascii.ContainsFold(text, "reload"))
}

func isEventSocketCommand(line []byte) bool {
	return ascii.EqualFold(line, "api unload mod_event_socket") || ascii.EqualFold(line, "api reload mod_event_socket")
}

func (h *head) checkBodyLimit(l *Limits) {
	switch {
	case h.length > MaxContentLength:
		h.refuse(BodyTooLarge, true, "%d bytes", h.length)
	case h.length > 0 && l.Body < 0:
		h.refuse(NoBodyHere, false, "%d bytes", h.length)
	case h.length > max(l.Body, 0):
		h.refuse(BodyTooLarge, false, "%d bytes", h.length)
	}
}

// dropEmpty removes the headers without a value, which were kept to find repeated ones.
func (h *head) dropEmpty() {
	kept := h.headers[:0]
	for _, header := range h.headers {
		if len(header.Value) > 0 {
			kept = append(kept, header)
		}
	}
	h.headers = kept
}

// validName reports whether a header may have that name. Command and _body are not allowed:
// FreeSWITCH stores the command and the body under those names.
func validName(name []byte) bool {
	for _, c := range name {
		if isControl(c) && c != '\t' || c == '[' || c == ':' {
			return false
		}
	}
	return len(name) > 0 && !ascii.EqualFold(name, "command") && !ascii.EqualFold(name, "_body")
}

// containsBlank reports whether name contains a space or a TAB.
func containsBlank(name []byte) bool { return bytes.ContainsAny(name, " \t") }

// isBlank reports whether c is a space or a TAB.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// parseDecimal parses a number of at most that many digits, without leading zeros. ok is false and
// n is 0 for anything else.
func parseDecimal(b []byte, digits int) (n int64, ok bool) {
	if len(b) == 0 || len(b) > digits || b[0] == '0' && len(b) > 1 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

// find returns the first header with that name, in any case. It returns nil if there is none.
func find[S string | []byte](headers []Header, name S) *Header {
	for i := range headers {
		if ascii.EqualFold(headers[i].Name, name) {
			return &headers[i]
		}
	}
	return nil
}

// quote quotes at most maxQuoted bytes of hostile text.
func quote(b []byte) string {
	if len(b) > maxQuoted {
		return fmt.Sprintf("%q…", b[:maxQuoted])
	}
	return fmt.Sprintf("%q", b)
}

// isControl reports whether c is a control character that header text may not contain: every one
// except for TAB.
func isControl(c byte) bool {
	return c < 0x20 && c != '\t' || c == 0x7f
}

// hasControl reports whether b contains such a character.
func hasControl(b []byte) bool {
	for _, c := range b {
		if isControl(c) {
			return true
		}
	}
	return false
}
