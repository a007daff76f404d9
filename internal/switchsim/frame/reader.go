package frame

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// The limits of FreeSWITCH's own reader (mod_event_socket.c, read_packet and MAX_CONTENT_LENGTH).
const (
	// maxHeaderText is the size in bytes at which an incomplete header text is parsed as it is.
	maxHeaderText = 10_485_760
	// maxContentLength is the size in bytes of the largest body. A larger one closes the
	// connection.
	maxContentLength = 16 << 20
)

// readBuffer is the size in bytes of a connection's read buffer.
const readBuffer = 16 << 10

// errRejected is returned if FreeSWITCH would close the connection.
var errRejected = errors.New("switchsim: Content-Length out of range")

// A Reader splits a byte stream as read_packet does. It must be made with NewReader.
type Reader struct {
	br   *bufio.Reader
	off  int    // bytes taken from br
	text []byte // header text of the current frame
}

// NewReader returns a reader of src.
func NewReader(src io.Reader) *Reader { return &Reader{br: bufio.NewReaderSize(src, readBuffer)} }

// Next reads one frame. It returns the errors of the source unchanged, and errRejected if
// FreeSWITCH would close the connection.
func (r *Reader) Next() (Frame, error) {
	if err := r.readText(); err != nil {
		return Frame{}, err
	}
	var h HeaderList
	rest := fstext.CString(r.text)
	h.Add("Command", rest)
	_, rest, more := fstext.CutLine(rest)
	for more {
		var line string
		line, rest, more = fstext.CutLine(rest)
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimLeft(value, " ")
		h.Add(name, value)
		if fstext.EqualFold(name, "content-length") {
			if err := r.readBody(&h, value); err != nil {
				return Frame{}, err
			}
		}
	}
	f := h.frame()
	f.End = r.off
	return f, nil
}

// Between reports, to the source, whether it is to read the first byte of a frame: nothing of one
// has been read except line ends in front of it.
func (r *Reader) Between() bool { return len(r.text) == 0 }

// readText reads a header text into r.text. It ends at the second of two LF that have only CR
// between them.
func (r *Reader) readText() error {
	r.text = r.text[:0]
	blank := false // the current line contains nothing but CR, and an LF is before it
	for {
		if _, err := r.br.Peek(1); err != nil {
			return err
		}
		buf, _ := r.br.Peek(min(r.br.Buffered(), maxHeaderText-len(r.text)))
		if len(r.text) == 0 {
			if n := len(buf) - len(bytes.TrimLeft(buf, "\r\n")); n > 0 {
				r.discard(n)
				continue
			}
		}
		n, end := textEnd(buf, &blank)
		r.text = append(r.text, buf[:n]...)
		r.discard(n)
		if end || len(r.text) >= maxHeaderText {
			return nil
		}
	}
}

// discard consumes n bytes, which must be buffered.
func (r *Reader) discard(n int) {
	_, _ = r.br.Discard(n) // n bytes are buffered, so it cannot fail
	r.off += n
}

// textEnd looks for the end of a header text in buf and returns how many bytes of buf belong to it.
// blank carries the state of the last line from one piece to the next.
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

// readBody reads the body that a Content-Length line announces. Every such line reads one, whatever
// the verb.
func (r *Reader) readBody(h *HeaderList, value string) error {
	n := fstext.Atoi(value)
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
	h.body, h.hasBody = fstext.CString(body), true
	return nil
}
