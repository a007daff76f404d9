package codec_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"eslguard/codec"
)

// readGzip returns the decompressed content of a file in testdata.
func readGzip(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// readLines decodes each line of a JSON lines file in testdata.
func readLines[T any](tb testing.TB, name string) []T {
	tb.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var all []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		all = append(all, one)
	}
	if lines.Err() != nil {
		tb.Fatal(lines.Err())
	}
	return all
}

// latin1 decodes the text of a recording, which has one character for each byte.
func latin1(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		b = append(b, byte(c))
	}
	return b
}

// An exchange is one recorded session of an inbound socket.
type exchange struct {
	Name     string
	Greeting string
	Steps    []struct {
		Send string
		Recv []string
	}
}

// An outbound is one recorded session of an outbound socket.
type outbound struct {
	Name string
	Log  []struct{ From, Data string }
}

// clientStreams returns what recorded clients sent, by the name of the session.
func clientStreams(tb testing.TB) map[string][]byte {
	tb.Helper()
	streams := make(map[string][]byte)
	for _, x := range readLines[exchange](tb, "exchanges.jsonl") {
		var b []byte
		for _, s := range x.Steps {
			b = append(b, latin1(s.Send)...)
		}
		streams["exchanges/"+x.Name] = b
	}
	for _, x := range readLines[struct{ Name, Send string }](tb, "effects.jsonl") {
		streams["effects/"+x.Name] = latin1(x.Send)
	}
	for _, x := range readLines[outbound](tb, "outbound.jsonl") {
		var b []byte
		for _, e := range x.Log {
			if e.From == "app" {
				b = append(b, latin1(e.Data)...)
			}
		}
		streams["outbound/"+x.Name] = b
	}
	return streams
}

// pieces is a source that returns its bytes in pieces of at most the given sizes, and after those
// in pieces of the last size.
type pieces struct {
	b     []byte
	sizes []int
	// empty makes every second Read return nothing.
	empty bool
	// together returns the error with the last bytes.
	together bool
	// err is returned at the end; nil stands for io.EOF.
	err   error
	calls int
	// ended reports whether err was returned; late counts the calls after that.
	ended bool
	late  int
}

func (p *pieces) Read(b []byte) (int, error) {
	p.calls++
	if p.ended {
		p.late++
	}
	if p.empty && p.calls%2 == 1 {
		return 0, nil
	}
	end := p.err
	if end == nil {
		end = io.EOF
	}
	if len(p.b) == 0 {
		p.ended = true
		return 0, end
	}
	size := p.sizes[0]
	if len(p.sizes) > 1 {
		p.sizes = p.sizes[1:]
	}
	n := copy(b, p.b[:min(size, len(p.b))])
	p.b = p.b[n:]
	if p.together && len(p.b) == 0 {
		p.ended = true
		return n, end
	}
	return n, nil
}

// lazy is a source of pieces whose reader releases its buffer whenever it can, like a reader that
// waits for the source. It notes how it is used.
type lazy struct {
	pieces
	fresh bool
	waits int   // how often the buffer was released
	reads int   // calls of Read
	taken []int // sizes of the buffers that were taken after that
}

func (l *lazy) Read(b []byte) (int, error) {
	l.reads++
	if l.fresh {
		l.taken = append(l.taken, len(b))
		l.fresh = false
	}
	return l.pieces.Read(b)
}

// release releases the buffer of src's reader if src is lazy.
func release(src io.Reader, r interface{ Release() bool }) {
	if l, ok := src.(*lazy); ok && r.Release() {
		l.waits++
		l.fresh = true
	}
}

// describe writes a frame as text. Only equal frames give equal text.
func describe(f *codec.Frame) string {
	var s strings.Builder
	s.WriteString(string(f.Line) + "\n")
	for _, h := range f.Headers {
		s.WriteString(string(h.Name) + ": " + string(h.Value) + "\n")
	}
	if f.Body != nil {
		s.WriteString("\n" + string(f.Body) + "\n.")
	}
	return s.String()
}

// readAll reads src to its end and returns a line for each frame and refusal, and the last error.
func readAll(src io.Reader, l codec.Limits) (frames []string, err error) {
	r := codec.NewClientReader(src, l)
	for {
		release(src, r)
		f, err := r.Next()
		refusal, refused := err.(*codec.Refusal)
		switch {
		case err == nil:
			frames = append(frames, describe(f))
		case refused && !refusal.Fatal:
			frames = append(frames, refusal.Error())
		default:
			return frames, err
		}
	}
}

// clone copies a frame out of its reader's buffer.
func clone(f *codec.Frame) *codec.Frame {
	c := &codec.Frame{Line: bytes.Clone(f.Line), Body: bytes.Clone(f.Body)}
	for _, h := range f.Headers {
		c.Headers = append(c.Headers, codec.Header{Name: bytes.Clone(h.Name), Value: bytes.Clone(h.Value)})
	}
	return c
}
