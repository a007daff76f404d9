package codec

import "io"

// A Header is one header line. Both slices point into the reader's buffer.
type Header struct {
	// Name is the text before the first colon, as the client spelled it.
	Name []byte
	// Value is the text after the colon without the spaces that lead it.
	Value []byte
}

// A Frame is one command frame: what a client sent, or what goes up to FreeSWITCH.
// Read from a client, its slices are valid until the next call of Next.
type Frame struct {
	// Line is the command line, without its end.
	Line []byte
	// Headers are the other lines, in order. Those with an empty value are left out.
	// Content-Length is left out too: it is the length of Body.
	Headers []Header
	// Body is nil for a frame without a Content-Length.
	Body []byte
}

// Get returns the value of the first header with that name, in any case, and nil without one.
func (f *Frame) Get(name string) []byte { panic("todo") }

// Limits bound what a client may send. A zero field stands for its default.
type Limits struct {
	// Header is the most bytes of a frame's header text. Zero: DefaultMaxHeader.
	Header int
	// Body is the most bytes of a frame's body. Zero: DefaultMaxBody; negative: no body at all.
	Body int
}

// The defaults of Limits, and what holds before login.
const (
	DefaultMaxHeader = 64 << 10
	DefaultMaxBody   = 1 << 20
	LoginMaxHeader   = 1 << 10
)

// LoginLimits hold for a client that has not logged in.
var LoginLimits = Limits{Header: LoginMaxHeader, Body: -1}

// A LazyReader is an io.Reader that can wait without holding a buffer. The readers of
// this package use it, so that an idle session costs no buffer memory.
type LazyReader interface {
	io.Reader
	// ReadLazy waits until there is something to read, then calls take for a buffer
	// and reads into it. If take was called, buf is what it returned, also when err is not nil.
	ReadLazy(take func() []byte) (buf []byte, n int, err error)
}

// A ClientReader cuts what a client sends into frames. It accepts a strict subset of
// what FreeSWITCH would read, see the package comment.
type ClientReader struct {
	src io.Reader
}

// NewClientReader returns a reader over src.
func NewClientReader(src io.Reader, l Limits) *ClientReader { panic("todo") }

// SetLimits changes the limits from the next frame on.
func (r *ClientReader) SetLimits(l Limits) { panic("todo") }

// Next returns the next frame. Its error is a *Refusal, or what the source returned:
// io.EOF between frames, io.ErrUnexpectedEOF within one. After a Refusal that is not
// Fatal, Next goes on with the next frame; every other error is repeated for ever.
func (r *ClientReader) Next() (*Frame, error) { panic("todo") }

// Buffered returns how many bytes have been read from the source but not yet returned as frames.
func (r *ClientReader) Buffered() int { panic("todo") }

// Append appends f in the canonical form: the line, the headers as "Name: value", a
// Content-Length where there is a body, LF line ends, the body. Its error says that f
// cannot be written so that it would be read back as the same; dst is then returned as it was.
func Append(dst []byte, f *Frame) ([]byte, error) { panic("todo") }
