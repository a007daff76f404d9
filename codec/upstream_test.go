package codec_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"eslguard/codec"
)

// TestUpstream is the table of the frames that FreeSWITCH sends.
func TestUpstream(t *testing.T) {
	tests := []struct {
		name, in string
		kind     codec.Kind
		body     string
	}{
		{"greeting", "Content-Type: auth/request\n\n", codec.KindAuthRequest, ""},
		{"rude rejection", "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n",
			codec.KindRudeRejection, "Access Denied, go away.\n"},
		{"command/reply", "Content-Type: command/reply\nReply-Text: +OK\n\n", codec.KindCommandReply, ""},
		{"command/reply with headers", "Content-Type: command/reply\nReply-Text: +OK accepted\nAllowed-API: all\n\n", codec.KindCommandReply, ""},
		{"a value over several lines", "Content-Type: command/reply\nReply-Text: a\nb\n\n", codec.KindCommandReply, ""},
		{"api/response", "Content-Type: api/response\nContent-Length: 4\n\na\n\nb", codec.KindAPIResponse, "a\n\nb"},
		{"event, plain", "Content-Length: 2\nContent-Type: text/event-plain\n\nhi", codec.KindEvent, "hi"},
		{"event, json", "Content-Length: 2\nContent-Type: text/event-json\n\n{}", codec.KindEvent, "{}"},
		{"event, xml", "Content-Length: 2\nContent-Type: text/event-xml\n\n<>", codec.KindEvent, "<>"},
		{"log", "Content-Type: log/data\nContent-Length: 2\nLog-Level: 7\nUser-Data: \n\nhi", codec.KindLog, "hi"},
		{"disconnect notice", "Content-Type: text/disconnect-notice\nContent-Length: 2\n\nhi", codec.KindDisconnect, "hi"},
		{"a lingering one", "Content-Type: text/disconnect-notice\nContent-Disposition: linger\nLinger-Time: 2\nContent-Length: 0\n\n",
			codec.KindDisconnect, ""},
		{"the reply to connect", "Event-Name: CHANNEL_DATA\nA: b%0A\nContent-Type: command/reply\nReply-Text: %2BOK%0A\n\n",
			codec.KindChannelData, ""},
		{"a body of any bytes", "Content-Type: api/response\nContent-Length: 3\n\n\x00\r\xff", codec.KindAPIResponse, "\x00\r\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := codec.NewUpstreamReader(strings.NewReader(tt.in), codec.UpstreamLimits{})
			f, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if f.Kind != tt.kind || string(f.Body) != tt.body || f.Rest != 0 {
				t.Errorf("kind %v, body %q, rest %d; want kind %v, body %q", f.Kind, f.Body, f.Rest, tt.kind, tt.body)
			}
			if string(f.Raw) != tt.in || string(f.Head)+string(f.Body) != tt.in {
				t.Errorf("head %q, body %q, raw %q; want all of %q", f.Head, f.Body, f.Raw, tt.in)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("at the end: %v", err)
			}
		})
	}
}

// TestUpstreamRefuses is the table of what FreeSWITCH never sends.
func TestUpstreamRefuses(t *testing.T) {
	limits := codec.UpstreamLimits{Header: 128, Body: 1000}
	tests := []struct{ name, in string }{
		{"no Content-Type", "Content-Length: 0\n\n"},
		{"an empty Content-Type", "Content-Type: \n\n"},
		{"an unknown Content-Type", "Content-Type: text/html\n\n"},
		{"a Content-Type with more", "Content-Type: command/reply; x\n\n"},
		{"two Content-Types", "Content-Type: command/reply\ncontent-type: api/response\n\n"},
		{"two Content-Lengths", "Content-Type: api/response\nContent-Length: 1\ncontent-length: 1\n\nx"},
		{"a negative length", "Content-Type: api/response\nContent-Length: -1\n\n"},
		{"an empty length", "Content-Type: api/response\nContent-Length: \n\n"},
		{"a leading zero", "Content-Type: api/response\nContent-Length: 01\n\nx"},
		{"two blanks", "Content-Type: api/response\nContent-Length:  1\n\nx"},
		{"trailing text", "Content-Type: api/response\nContent-Length: 1 \n\nx"},
		{"a length over the limit", "Content-Type: api/response\nContent-Length: 1001\n\n"},
		{"a length over everything", "Content-Type: api/response\nContent-Length: 18446744073709551617\n\n"},
		{"a blank before the colon", "Content-Type: api/response\nContent-Length : 1\n\nx"},
		{"another byte for the colon", "Content-Type: api/response\nContent-Length=1\n\nx"},
		{"no colon", "Content-Type\n\n"},
		{"an event over the limit", "Content-Length: 1001\nContent-Type: text/event-json\n\n" + strings.Repeat("x", 1001)},
		{"an event with a leading zero", "Content-Length: 0100\nContent-Type: text/event-json\n\n" + strings.Repeat("x", 100)},
		{"an event with an empty length", "Content-Length: \nContent-Type: text/event-json\n\n" + strings.Repeat("x", 100)},
		{"an event of no known format", "Content-Length: 100\nContent-Type: text/event-text\n\n" + strings.Repeat("x", 100)},
		{"CR", "Content-Type: command/reply\r\n\r\n\n\n"},
		{"NUL", "Content-Type: command/reply\nReply-Text: \x00\n\n"},
		{"a blank line", "\nContent-Type: command/reply\n\n"},
		{"header text over the limit", "Content-Type: command/reply\nReply-Text: " + strings.Repeat("x", 128)},
		{"one byte over the limit", "Content-Type: command/reply\nReply-Text: " + strings.Repeat("x", 128-40-1) + "\n\n"},
		{"a reply to connect with a length", "Event-Name: CHANNEL_DATA\nContent-Type: command/reply\nContent-Length: 1\n\nx"},
		{"a bare event", "Event-Name: CHANNEL_DATA\nA: b\n\n"},
	}
	for _, tt := range tests {
		r := codec.NewUpstreamReader(strings.NewReader(tt.in), limits)
		_, err := r.Next()
		var broken *codec.ProtocolError
		if !errors.As(err, &broken) {
			t.Errorf("%s: %v, want a ProtocolError", tt.name, err)
		}
		if _, again := r.Next(); again != err || !r.Ready() {
			t.Errorf("%s, again: %v", tt.name, again)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("%s: an error of %d bytes", tt.name, len(err.Error()))
		}
	}
}

func TestUpstreamEnds(t *testing.T) {
	broken := errors.New("broken")
	const head = "Content-Type: api/response\nContent-Length: 4\n\n"
	for _, tt := range []struct {
		name, in string
		err      error
		want     error
	}{
		{"nothing", "", nil, io.EOF},
		{"after a frame", head + "body", nil, io.EOF},
		{"in a head", head[:len(head)-1], nil, io.ErrUnexpectedEOF},
		{"before a body", head, nil, io.ErrUnexpectedEOF},
		{"in a body", head + "bo", nil, io.ErrUnexpectedEOF},
		{"an error in a body", head + "bo", broken, broken},
	} {
		for _, together := range []bool{false, true} {
			src := &pieces{b: []byte(tt.in), sizes: []int{1000}, err: tt.err, together: together}
			_, err := readUpstream(src, codec.UpstreamLimits{})
			if err != tt.want {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
			if src.late > 0 {
				t.Errorf("%s: read %d times after its end", tt.name, src.late)
			}
		}
		r := codec.NewUpstreamReader(strings.NewReader(tt.in), codec.UpstreamLimits{})
		var err error
		for err == nil {
			_, err = r.Next() // skips bodies
		}
		if tt.err == nil && err != tt.want {
			t.Errorf("%s, skipping: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestUpstreamGet(t *testing.T) {
	f := codec.UpstreamFrame{Head: []byte("Content-Type: command/reply\nReply-Text: +OK a\nJob-UUID:7\n\n")}
	for name, want := range map[string]string{"reply-text": "+OK a", "Job-UUID": "7", "Content-Type": "command/reply"} {
		if got := f.Get(name); string(got) != want {
			t.Errorf("Get(%q): %q, want %q", name, got, want)
		}
	}
	if got := f.Get("Reply"); got != nil {
		t.Errorf("Get of what is not there: %q", got)
	}
}

// readUpstream reads src to its end and returns each frame as its kind and its bytes.
func readUpstream(src io.Reader, l codec.UpstreamLimits) (frames []string, err error) {
	r := codec.NewUpstreamReader(src, l)
	for {
		release(src, r)
		f, err := r.Next()
		if err != nil {
			return frames, err
		}
		s := fmt.Sprintf("%d ", f.Kind) + string(f.Raw)
		for rest := f.Rest; rest > 0; {
			release(src, r)
			piece, err := r.More()
			if err != nil {
				return append(frames, s), err
			}
			s += string(piece)
			rest -= int64(len(piece))
		}
		if piece, err := r.More(); piece != nil || err != nil {
			return frames, fmt.Errorf("after a body: %q, %v", piece, err)
		}
		frames = append(frames, s)
	}
}

// TestBoundedMemory passes an api/response of 64 MiB on.
func TestBoundedMemory(t *testing.T) {
	const size = 64 << 20
	head := fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n", size)
	src := io.MultiReader(strings.NewReader(head), io.LimitReader(repeat("0123456789abcdef"), size),
		strings.NewReader("Content-Type: command/reply\n\n"))
	r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	got := int64(len(f.Body))
	for {
		piece, err := r.More()
		if err != nil {
			t.Fatal(err)
		}
		if piece == nil {
			break
		}
		got += int64(len(piece))
	}
	runtime.ReadMemStats(&after)
	if got != size || f.Rest != 0 {
		t.Errorf("%d bytes of body, rest %d", got, f.Rest)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("took %d bytes of memory", took)
	}
	if f, err := r.Next(); err != nil || f.Kind != codec.KindCommandReply {
		t.Errorf("after it: %v, %v", f, err)
	}
}

// TestRunOfFrames: what came with one read can be forwarded with one write.
func TestRunOfFrames(t *testing.T) {
	const first = "Content-Type: command/reply\nReply-Text: +OK\n\n"
	const second = "Content-Length: 2\nContent-Type: text/event-json\n\n{}"
	const third = "Content-Type: api/response\nContent-Length: 10\n\n01234"
	for _, src := range []io.Reader{
		&pieces{b: []byte(first + second + third + "56789"), sizes: []int{len(first + second + third), 100}},
		&lazy{pieces: pieces{b: []byte(first + second + third + "56789"), sizes: []int{len(first + second + third), 100}}},
	} {
		r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
		f, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		run := f.Raw
		for r.Ready() {
			if f, err = r.Next(); err != nil {
				t.Fatal(err)
			}
			joined, ok := codec.Join(run, f.Raw)
			if !ok {
				t.Fatalf("%q does not stand behind %q", f.Raw, run)
			}
			run = joined
		}
		if want := first + second + third; string(run) != want || f.Rest != 5 {
			t.Errorf("got %q, rest %d; want %q, rest 5", run, f.Rest, want)
		}
		piece, err := r.More()
		if err != nil || string(piece) != "56789" {
			t.Errorf("More: %q, %v", piece, err)
		}
	}
}

func TestJoinRefuses(t *testing.T) {
	b := []byte("abcdef")
	for _, tt := range []struct {
		name     string
		run, raw []byte
	}{
		{"a gap", b[:2], b[3:]},
		{"the wrong order", b[3:], b[:3]},
		{"another array", b[:2], []byte("c")},
		{"nothing", b[:2], nil},
		{"no capacity", b[:2:2], b[2:]},
		{"an end beyond the capacity", b[:2:3], b[2:]},
	} {
		if got, ok := codec.Join(tt.run, tt.raw); ok || got != nil {
			t.Errorf("%s: joined to %q", tt.name, got)
		}
	}
}

// TestReady: Ready says whether Next reads.
func TestReady(t *testing.T) {
	stream := upstreamSession(t)
	for _, size := range []int{1, 3, 100, 4096, 1 << 20} {
		src := &pieces{b: stream, sizes: []int{size}}
		r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
		for {
			ready, calls := r.Ready(), src.calls
			_, err := r.Next()
			if read := src.calls > calls; read == ready {
				t.Fatalf("pieces of %d: ready %v, but read %v (%v)", size, ready, read, err)
			}
			if err != nil {
				break
			}
		}
	}
}

// upstreamSession is a stream of all kinds of recorded frames.
func upstreamSession(tb testing.TB) []byte {
	tb.Helper()
	var b []byte
	for _, x := range readLines[exchange](tb, "exchanges.jsonl") {
		b = append(b, latin1(x.Greeting)...)
		for _, s := range x.Steps {
			for _, r := range s.Recv {
				b = append(b, latin1(r)...)
			}
		}
	}
	for _, x := range readLines[outbound](tb, "outbound.jsonl") {
		for _, e := range x.Log {
			if e.From == "switch" {
				b = append(b, latin1(e.Data)...)
			}
		}
	}
	return b
}

// TestReleaseWithinABody: the buffer is not released before the last frame has been read
// completely.
func TestReleaseWithinABody(t *testing.T) {
	const head = "Content-Type: api/response\nContent-Length: 6\n\n"
	src := &pieces{b: []byte(head + "abcdef"), sizes: []int{len(head) + 3, 3}}
	r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
	if f, err := r.Next(); err != nil || f.Rest != 3 {
		t.Fatalf("%v, %v", f, err)
	}
	if r.Release() {
		t.Error("released within a body")
	}
	if piece, err := r.More(); err != nil || string(piece) != "def" {
		t.Fatalf("More: %q, %v", piece, err)
	}
	if !r.Release() {
		t.Error("not released after a body")
	}
}

// reads is an endless source that notes how much each Read may return.
type reads struct{ largest int }

func (r *reads) Read(b []byte) (int, error) {
	r.largest = max(r.largest, len(b))
	return copy(b, "Content-Type: auth/request\n\n"), nil
}

// TestUpstreamSetBuffer: a reader whose buffer is made larger reads as much at once.
func TestUpstreamSetBuffer(t *testing.T) {
	var src reads
	r := codec.NewUpstreamReader(&src, codec.UpstreamLimits{})
	for _, want := range []int{64 << 10, 256 << 10} {
		r.SetBuffer(want)
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if src.largest != want {
			t.Errorf("a read of %d bytes at most, want %d", src.largest, want)
		}
	}
}
