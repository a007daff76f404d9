package codec

import (
	"bytes"
	"io"

	"eslguard/fstext/ascii"
)

// A Kind is what an upstream frame is, by its Content-Type. The zero Kind is invalid and never
// returned.
type Kind uint8

// The kinds of frames that FreeSWITCH sends.
const (
	KindInvalid       Kind = iota
	KindAuthRequest        // auth/request: the greeting
	KindRudeRejection      // text/rude-rejection: the address is refused
	KindCommandReply       // command/reply
	KindAPIResponse        // api/response
	KindEvent              // text/event-plain, -json, -xml
	KindLog                // log/data
	KindDisconnect         // text/disconnect-notice
	KindChannelData        // the reply to connect: a URL-encoded block with a command/reply inside
)

// An UpstreamFrame is one frame from FreeSWITCH. Its slices stay valid until a call of Next or More
// has to read from the source, that is, while Ready returns true. The next call of Next overwrites
// the UpstreamFrame itself; copy it to keep its slices.
type UpstreamFrame struct {
	Kind Kind
	// Head is the header text as it came, with the blank line that ends it.
	Head []byte
	// Body is the part of the body that has been read. It is the whole body if Rest is 0.
	Body []byte
	// Raw is Head and Body in one slice of the buffer. If Ready was true before a call of Next, its
	// Raw begins where that of the previous frame ends, see Join. Its capacity extends into the
	// following frames, so it must not be appended to.
	Raw []byte
	// Rest is the number of bytes of the body that have not been read. More reads them.
	Rest int64
}

// Get returns the value of the first header with that name, in any case, as it came (not
// URL-decoded). It returns nil if there is none.
func (f *UpstreamFrame) Get(name string) []byte {
	for rest := f.Head; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if len(line) > len(name) && line[len(name)] == ':' && ascii.EqualFold(line[:len(name)], name) {
			return bytes.TrimLeft(line[len(name)+1:], " ")
		}
	}
	return nil
}

// Join returns the bytes of run and raw as one slice if raw begins where run ends. Otherwise it
// returns nil and false. run is the Raw of a frame, or a part of it, or a result of Join; raw is
// the Raw of a later frame. So a run of frames can be written at once.
func Join(run, raw []byte) (joined []byte, ok bool) {
	n := len(run)
	if n == cap(run) || len(raw) == 0 || n+len(raw) > cap(run) || &run[:n+1][n] != &raw[0] {
		return nil, false
	}
	return run[:n+len(raw)], true
}

// UpstreamLimits bound what FreeSWITCH may send. A zero field means the default.
type UpstreamLimits struct {
	// Header is the maximum size in bytes of a frame's header text. Zero means
	// DefaultMaxUpstreamHeader.
	Header int
	// Body is the largest Content-Length that is accepted. Zero means DefaultMaxUpstreamBody.
	Body int64
}

// The defaults of UpstreamLimits in bytes. The longest header text is the reply to connect.
const (
	DefaultMaxUpstreamHeader = 1 << 20
	DefaultMaxUpstreamBody   = 1 << 30
)

// An UpstreamReader splits what FreeSWITCH sends into frames, without storing large bodies. It is
// not safe for concurrent use.
type UpstreamReader struct {
	in    input
	lim   UpstreamLimits
	frame UpstreamFrame
	// rest is the number of bytes of the last frame's body that have not been read. While it is not
	// 0, nothing is pending.
	rest int64
	// scanned is the number of pending bytes in which there is no end of a head.
	scanned int
	// head is the length of the pending head, or 0 until its end has been found.
	head int
	// kind and length are those of the pending head, if it was parsed when it was found. Otherwise
	// kind is KindInvalid.
	kind   Kind
	length int64
	err    error
}

// NewUpstreamReader returns a reader of src.
func NewUpstreamReader(src io.Reader, l UpstreamLimits) *UpstreamReader {
	if l.Header <= 0 {
		l.Header = DefaultMaxUpstreamHeader
	}
	if l.Body <= 0 {
		l.Body = DefaultMaxUpstreamBody
	}
	r := &UpstreamReader{lim: l}
	r.in.init(src, upstreamBuffer)
	return r
}

// Next returns the next frame as soon as its head is complete, with as much of the body as has been
// read. It skips what More has not read of the last frame. Its error is a *ProtocolError or the
// error of the source: io.EOF between frames, io.ErrUnexpectedEOF within one. All later calls
// repeat an error.
func (r *UpstreamReader) Next() (*UpstreamFrame, error) {
	for r.rest > 0 && r.err == nil {
		_, _ = r.More() // its error is r.err
	}
	for r.err == nil && !r.findHead() {
		if r.tooLarge() {
			r.err = &ProtocolError{Detail: "the header text of a frame is too large"}
			break
		}
		r.err = r.in.fill()
	}
	if r.err != nil {
		return nil, r.err
	}
	if r.kind == KindInvalid {
		r.kind, r.length, r.err = parseUpstreamHead(r.in.pending()[:r.head], r.lim.Body)
		if r.err != nil {
			return nil, r.err
		}
	}
	r.cut()
	return &r.frame, nil
}

// cut makes a frame from the head that was found and consumes its pending bytes.
func (r *UpstreamReader) cut() {
	p := r.in.pending()
	end := r.head + int(min(r.length, int64(len(p)-r.head)))
	r.rest = r.length - int64(end-r.head)
	r.frame = UpstreamFrame{
		Kind: r.kind,
		Head: p[:r.head:r.head],
		Body: p[r.head:end:end],
		Raw:  p[:end],
		Rest: r.rest,
	}
	r.in.consume(end)
	r.head, r.scanned, r.kind = 0, 0, KindInvalid
}

// More returns the next piece of the last frame's body, and nil at its end. The piece is valid
// until the next call of More or Next. The error is io.ErrUnexpectedEOF if the source ends within
// the body, and otherwise that of the source. All later calls repeat it.
func (r *UpstreamReader) More() ([]byte, error) {
	if r.rest == 0 || r.err != nil {
		return nil, r.err
	}
	if err := r.in.fill(); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		r.err = err
		return nil, err
	}
	p := r.in.pending()
	n := int(min(r.rest, int64(len(p))))
	r.in.consume(n)
	r.rest -= int64(n)
	r.frame.Rest = r.rest
	return p[:n:n], nil
}

// SetBuffer makes the size of the reader's buffer at least size bytes. A buffer in which bytes are
// pending keeps its size until the reader releases it.
func (r *UpstreamReader) SetBuffer(size int) {
	r.in.size = size
	r.in.releaseEmpty()
}

// Release gives the buffer back if no bytes are pending, the last frame has been read completely,
// and Next would have to read. It reports whether it did. Call it before waiting for the source, so
// that an idle session has no buffer. No frame is valid any more after it.
func (r *UpstreamReader) Release() bool {
	return r.rest == 0 && !r.Ready() && r.in.releaseEmpty()
}

// Ready reports whether Next returns without reading from the source.
func (r *UpstreamReader) Ready() bool {
	if r.err != nil || r.in.err != nil {
		return true
	}
	return r.rest == 0 && (r.findHead() || r.tooLarge())
}

// findHead reports whether a whole head is pending. It looks at each byte once.
func (r *UpstreamReader) findHead() bool {
	if r.head > 0 {
		return true
	}
	p := r.in.pending()
	p = p[:min(len(p), r.lim.Header)]
	if r.scanned == 0 {
		if head, length := parseEventHead(p); head > 0 && length <= r.lim.Body {
			r.head, r.kind, r.length = head, KindEvent, length
			return true
		}
	}
	for r.scanned < len(p) {
		i := bytes.IndexByte(p[r.scanned:], '\n')
		if i < 0 {
			r.scanned = len(p)
			break
		}
		next := r.scanned + i + 1
		switch {
		case next == 1:
			r.head = 1 // a blank line, for parseUpstreamHead to refuse
			return true
		case next == len(p):
			r.scanned = next - 1
			return false
		case p[next] == '\n':
			r.head = next + 1
			return true
		}
		r.scanned = next
	}
	return false
}

// tooLarge reports whether the pending bytes, in which findHead found no end, reach the limit of a
// head.
func (r *UpstreamReader) tooLarge() bool { return r.in.buffered() >= r.lim.Header }
