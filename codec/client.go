package codec

import (
	"bytes"
	"fmt"
	"io"
)

// Limits bound what a client may send. A zero field means the default.
type Limits struct {
	// Header is the maximum size in bytes of a frame's header text, including its line ends and the
	// blank line. Zero means DefaultMaxHeader, and a value above MaxHeaderText means MaxHeaderText.
	Header int
	// Body is the maximum size in bytes of a frame's body. Zero means DefaultMaxBody, a negative
	// value means that no body is allowed, and a value above MaxContentLength means
	// MaxContentLength.
	Body int
}

// The defaults of Limits in bytes.
const (
	DefaultMaxHeader = 64 << 10
	DefaultMaxBody   = 1 << 20
)

// LoginLimits are the limits of a client that has not logged in: a header text of 1 KiB, and no
// body.
var LoginLimits = Limits{Header: 1 << 10, Body: -1}

// resolved returns l with its defaults filled in and no limit above FreeSWITCH's own.
func (l Limits) resolved() Limits {
	if l.Header <= 0 {
		l.Header = DefaultMaxHeader
	}
	if l.Body == 0 {
		l.Body = DefaultMaxBody
	}
	return Limits{Header: min(l.Header, MaxHeaderText), Body: min(l.Body, MaxContentLength)}
}

// A ClientReader splits what a client sends into frames. It accepts a strict subset of what
// FreeSWITCH would read, see the package comment. It is not safe for concurrent use.
type ClientReader struct {
	in    input
	lim   Limits
	frame Frame
	err   error
}

// NewClientReader returns a reader of src.
func NewClientReader(src io.Reader, l Limits) *ClientReader {
	r := &ClientReader{lim: l.resolved()}
	r.in.init(src, minBuffer)
	return r
}

// SetLimits changes the limits from the next frame on.
func (r *ClientReader) SetLimits(l Limits) { r.lim = l.resolved() }

// Next returns the next frame, which is valid until the next call of Next or Release. Its error is
// a *Refusal or the error of the source: io.EOF between frames, io.ErrUnexpectedEOF within one.
// After a Refusal that is not Fatal, Next continues with the next frame. All later calls repeat any
// other error.
func (r *ClientReader) Next() (*Frame, error) {
	if r.err != nil {
		return nil, r.err
	}
	err := r.next()
	if err == nil {
		return &r.frame, nil
	}
	r.frame = Frame{}
	if refusal, ok := err.(*Refusal); !ok || refusal.Fatal {
		r.err = err
		r.in.release()
	}
	return nil, err
}

// Release gives the buffer back if no bytes are pending, and reports whether none are. Call it
// before waiting for the source, so that an idle session has no buffer. The last frame is not valid
// any more after it.
func (r *ClientReader) Release() bool { return r.in.releaseEmpty() }

func (r *ClientReader) next() error {
	if err := r.skipBlankLines(); err != nil {
		return err
	}
	n, err := r.findHead()
	if err != nil {
		return err
	}
	text := r.in.pending()[:n]
	h := parseHead(text, &r.lim, r.in.buf)
	if h.refusal != nil {
		return r.discard(&h, n+h.length)
	}
	if err := r.need(n + h.length); err != nil {
		return err
	}
	if moved := r.in.pending()[:n]; &moved[0] != &text[0] {
		h = parseHead(moved, &r.lim, r.in.buf)
	}
	var body []byte
	if h.hasLength {
		body = r.in.pending()[n : n+h.length : n+h.length]
	}
	r.in.consume(n + h.length)
	if bytes.IndexByte(body, 0) >= 0 {
		h.refuse(BodyNUL, false, "")
		return h.refusal
	}
	r.frame = Frame{Line: h.line, Headers: h.headers, Body: body, Unread: h.unread}
	return nil
}

// skipBlankLines discards blank lines and returns when the first byte of a frame is pending.
func (r *ClientReader) skipBlankLines() error {
	for {
		p := r.in.pending()
		i := 0
		for i < len(p) && (p[i] == '\n' || p[i] == '\r' && i+1 < len(p) && p[i+1] == '\n') {
			i++
		}
		r.in.consume(i)
		switch rest := p[i:]; {
		case len(rest) > 0 && rest[0] != '\r':
			return nil
		case len(rest) > 1:
			return &Refusal{Reason: BareCR, Fatal: true, Detail: "before a frame"}
		}
		if err := r.in.fill(); err != nil {
			return err
		}
	}
}

// findHead waits until a whole header text is pending and returns its length. As in FreeSWITCH, the
// text ends at the second of two LF that have only CR between them.
func (r *ClientReader) findHead() (int, error) {
	line, scanned := 0, 0
	for {
		p := r.in.pending()
		p = p[:min(len(p), r.lim.Header)]
		for {
			i := bytes.IndexByte(p[scanned:], '\n')
			if i < 0 {
				scanned = len(p)
				break
			}
			scanned += i + 1
			if onlyCR(p[line : scanned-1]) {
				return scanned, nil
			}
			line = scanned
		}
		if len(p) == r.lim.Header {
			detail := fmt.Sprintf("over %d bytes", r.lim.Header)
			return 0, &Refusal{Reason: HeaderTooLarge, Fatal: true, Detail: detail, API: isAPI(p)}
		}
		if err := r.in.fill(); err != nil {
			return 0, err
		}
	}
}

func onlyCR(line []byte) bool {
	for _, c := range line {
		if c != '\r' {
			return false
		}
	}
	return true
}

// need waits until n bytes are pending.
func (r *ClientReader) need(n int) error {
	for r.in.buffered() < n {
		if err := r.in.fill(); err != nil {
			return err
		}
	}
	return nil
}

// discard skips a refused frame of n bytes without storing it and returns its refusal.
func (r *ClientReader) discard(h *head, n int) error {
	for !h.refusal.Fatal {
		got := min(n, r.in.buffered())
		r.in.consume(got)
		if n -= got; n == 0 {
			break
		}
		if err := r.in.fill(); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
	return h.refusal
}
