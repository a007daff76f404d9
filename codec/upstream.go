package codec

import "io"

// A Kind is what an upstream frame is, by its Content-Type. The zero Kind is invalid and never returned.
type Kind uint8

// The kinds of frames that FreeSWITCH sends.
const (
	KindInvalid         Kind = iota
	KindAuthRequest          // auth/request: the greeting
	KindRudeRejection        // text/rude-rejection: the address is refused
	KindCommandReply         // command/reply
	KindAPIResponse          // api/response
	KindEvent                // text/event-plain, -json, -xml
	KindLog                  // log/data
	KindDisconnect           // text/disconnect-notice
	KindChannelData          // the reply to connect: a URL-encoded block with a command/reply inside
)

// An UpstreamFrame is one frame from FreeSWITCH. Its slices stay valid until a call of
// Next or More has to read from the source, that is, while Ready keeps returning true.
type UpstreamFrame struct {
	Kind Kind
	// Head is the header text as it came, with the blank line that ends it.
	Head []byte
	// Body is what of the body is at hand: all of it when Rest is 0.
	Body []byte
	// Raw is Head and Body as they stand side by side in the buffer.
	Raw []byte
	// Rest is how many bytes of the body are still to come. More reads them.
	Rest int64
}

// Get returns the value of the head's first header with that name, in any case, as it
// came (not URL-decoded), and nil without one.
func (f *UpstreamFrame) Get(name string) []byte { panic("todo") }

// UpstreamLimits bound what is believed of FreeSWITCH. A zero field stands for its default.
type UpstreamLimits struct {
	// Header is the most bytes of a frame's header text. Zero: DefaultMaxUpstreamHeader.
	Header int
	// Body is the largest Content-Length believed. Zero: DefaultMaxUpstreamBody.
	Body int64
}

// The defaults of UpstreamLimits.
const (
	DefaultMaxUpstreamHeader = 1 << 20
	DefaultMaxUpstreamBody   = 1 << 30
)

// An UpstreamReader cuts what FreeSWITCH sends into frames, without holding a large body.
type UpstreamReader struct {
	src io.Reader
}

// NewUpstreamReader returns a reader over src.
func NewUpstreamReader(src io.Reader, l UpstreamLimits) *UpstreamReader { panic("todo") }

// Next returns the next frame as soon as its head is complete, with as much of the body
// as is at hand; what More has not read of the last frame is skipped. Its error is a
// *ProtocolError, or what the source returned: io.EOF between frames,
// io.ErrUnexpectedEOF within one. An error is repeated for ever.
func (r *UpstreamReader) Next() (*UpstreamFrame, error) { panic("todo") }

// More returns the next piece of the body of the last frame, and nil at its end. The
// piece is valid until the next call of More or Next.
func (r *UpstreamReader) More() ([]byte, error) { panic("todo") }

// Ready reports whether Next returns without reading from the source.
func (r *UpstreamReader) Ready() bool { panic("todo") }

// A ProtocolError says that FreeSWITCH, or what poses as it, broke the protocol. The
// connection cannot be used any more.
type ProtocolError struct {
	// Detail says what was wrong. Hostile text in it is quoted and bounded.
	Detail string
}

// Error returns the detail.
func (e *ProtocolError) Error() string { return "codec: upstream: " + e.Detail }
