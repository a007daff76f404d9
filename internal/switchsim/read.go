package switchsim

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
)

// Bounds of FreeSWITCH's own reader (mod_event_socket.c, read_packet and MAX_CONTENT_LENGTH).
const (
	// maxHeaderText is the number of bytes after which a header text without an end is cut and parsed as it stands.
	maxHeaderText = 10_485_760
	// maxContentLength is the largest body; a longer one closes the connection.
	maxContentLength = 16 << 20
)

// readBuffer is the size in bytes of a connection's read buffer.
const readBuffer = 16 << 10

// errRejected is what the reader returns where FreeSWITCH closes the connection by itself.
var errRejected = errors.New("switchsim: Content-Length out of range")

// A Frame is one command as FreeSWITCH holds it after reading, before it looks at the verb.
type Frame struct {
	// Command is the text of the header named Command, which is what parse_command is given: the whole header
	// text of the frame with its line ends, unless a header of the frame replaced it.
	Command string
	// Missing says that the headers deleted Command: FreeSWITCH answers with a parse error and closes.
	Missing bool
	// Headers are the other headers, in FreeSWITCH's order, duplicates included.
	Headers []Header
	// Body is the last body that was read, cut at its first NUL, or the value of a header named _body.
	Body string
	// End is the offset just after the frame in what was read so far.
	End int

	hasBody bool
}

// A Header is one header of a frame or an event. The value of a list is written `ARRAY::a|:b`.
type Header struct {
	Name, Value string

	list []string
}

// Cut divides what a client sent into the frames that FreeSWITCH would read from it. Text at the end that is not
// yet a frame gives none. closed says that FreeSWITCH would close the connection after the last of the frames: for a
// Content-Length that it rejects, or for a frame without a command. A verb that closes, such as exit, is not looked at.
func Cut(stream []byte) (frames []Frame, closed bool) {
	r := newReader(bytes.NewReader(stream))
	for {
		f, err := r.next()
		switch {
		case errors.Is(err, errRejected):
			return frames, true
		case err != nil:
			return frames, false
		}
		frames = append(frames, f)
		if f.Missing {
			return frames, true
		}
	}
}

// Line is what the verb and its argument are read from: Command up to its first CR, wherever that stands, or its
// first LF if it has no CR, or what FreeSWITCH puts in its place when the text speaks of unloading or reloading
// mod_event_socket (mod_event_socket.c, parse_command and strip_cr).
func (f *Frame) Line() string { return stripCR(f.Text()) }

// Text returns the header text of the command that runs: Command, or the command that FreeSWITCH
// puts in its place.
func (f *Frame) Text() string { return replaced(f.Command) }

// Get returns the value of the first header of that name, compared without case, or "".
func (f *Frame) Get(name string) string {
	if h := find(f.Headers, name); h != nil {
		return h.Value
	}
	return ""
}

// reader cuts a byte stream as read_packet does.
type reader struct {
	br   *bufio.Reader
	off  int    // bytes taken from br
	text []byte // header text of the frame at hand
}

func newReader(src io.Reader) *reader { return &reader{br: bufio.NewReaderSize(src, readBuffer)} }

// next reads one frame. An error of the source is returned as it is, errRejected where FreeSWITCH closes.
func (r *reader) next() (Frame, error) {
	if err := r.readText(); err != nil {
		return Frame{}, err
	}
	var h headerList
	rest := cString(r.text)
	h.add("Command", rest)
	_, rest, more := cutLine(rest)
	for more {
		var line string
		line, rest, more = cutLine(rest)
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimLeft(value, " ")
		h.add(name, value)
		if equalFold(name, "content-length") {
			if err := r.readBody(&h, value); err != nil {
				return Frame{}, err
			}
		}
	}
	f := h.frame()
	f.End = r.off
	return f, nil
}

// readText fills text with the bytes up to the second of two LF with nothing but CR between them.
func (r *reader) readText() error {
	r.text = r.text[:0]
	blank := false // the line at hand holds nothing but CR, and an LF stands before it
	for {
		if _, err := r.br.Peek(1); err != nil {
			return err
		}
		buf, _ := r.br.Peek(min(r.br.Buffered(), maxHeaderText-len(r.text)))
		if len(r.text) == 0 {
			if n := len(buf) - len(bytes.TrimLeft(buf, "\r\n")); n > 0 {
				r.take(n)
				continue
			}
		}
		n, end := textEnd(buf, &blank)
		r.text = append(r.text, buf[:n]...)
		r.take(n)
		if end || len(r.text) >= maxHeaderText {
			return nil
		}
	}
}

func (r *reader) take(n int) {
	_, _ = r.br.Discard(n) // n bytes are buffered, so it cannot fail
	r.off += n
}

// textEnd looks for the end of a header text in buf and returns how many bytes of buf belong to it. blank carries the
// state of the last line from one piece to the next.
func textEnd(buf []byte, blank *bool) (n int, end bool) {
	for n < len(buf) {
		if *blank {
			switch buf[n] {
			case '\n':
				return n + 1, true
			case '\r':
				n++
				continue
			}
			*blank = false
		}
		i := bytes.IndexByte(buf[n:], '\n')
		if i < 0 {
			return len(buf), false
		}
		n += i + 1
		*blank = true
	}
	return n, false
}

// readBody reads the body that a Content-Length line announces. Every such line reads one, for every verb.
func (r *reader) readBody(h *headerList, value string) error {
	n := atoi(value)
	if n < 0 || n > maxContentLength {
		return errRejected
	}
	if n == 0 {
		return nil
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r.br, body); err != nil {
		return err
	}
	r.off += n
	h.body, h.hasBody = cString(body), true
	return nil
}

// cString is b up to its first NUL, where every string function of C stops.
func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// cutLine takes one line off s: up to the first CR in all of s, or the first LF if s has no CR. CR and LF after it
// are skipped. more is false where neither was found, so that nothing follows.
func cutLine(s string) (line, rest string, more bool) {
	i := strings.IndexByte(s, '\r')
	if i < 0 {
		i = strings.IndexByte(s, '\n')
	}
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimLeft(s[i:], "\r\n"), true
}

func stripCR(s string) string {
	line, _, _ := cutLine(s)
	return line
}

// replaced is the command that FreeSWITCH runs in place of one that mentions mod_event_socket and unload or reload.
func replaced(command string) string {
	low := asciiLower(command)
	if !strings.Contains(low, "mod_event_socket") {
		return command
	}
	for _, word := range []string{"unload", "reload"} {
		if strings.Contains(low, word) {
			return "api bgapi " + word + " mod_event_socket"
		}
	}
	return command
}

// asciiLower lowers A to Z alone, as C does in its own locale; strings.ToLower would also fold K (the Kelvin sign).
func asciiLower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := range b {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// equalFold compares as strcasecmp does.
func equalFold(a, b string) bool { return len(a) == len(b) && asciiLower(a) == asciiLower(b) }

// hasPrefixFold compares as strncasecmp does with the length of prefix.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && equalFold(s[:len(prefix)], prefix)
}

// atoi is C's on a machine with a 64-bit long: blanks and a sign before the digits, junk after them, saturation at the
// ends of a long, and then only its low 32 bits.
func atoi(s string) int {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	var v int64
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		d := int64(s[i] - '0')
		if neg {
			d = -d
		}
		switch {
		case !neg && v > (math.MaxInt64-d)/10:
			return -1 // the low 32 bits of the largest long
		case neg && v < (math.MinInt64-d)/10:
			return 0
		}
		v = v*10 + d
	}
	return int(int32(v))
}
