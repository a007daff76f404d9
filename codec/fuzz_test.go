package codec_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"eslguard/codec"
	"eslguard/internal/switchsim/frame"
)

// fuzzLimits are small, so that the fuzzer reaches them.
var fuzzLimits = codec.Limits{Header: 512, Body: 32}

// A cutFrame is a frame that a ClientReader read from a stream.
type cutFrame struct {
	// frame is nil if the frame was refused.
	frame   *codec.Frame
	refusal string
	// end is the offset of the byte after the frame.
	end int
}

// cutClient reads the stream until the first fatal refusal or error and returns that.
func cutClient(stream []byte, sizes []int, l codec.Limits) (frames []cutFrame, err error) {
	src := &pieces{b: stream, sizes: sizes}
	r := codec.NewClientReader(src, l)
	for {
		f, err := r.Next()
		end := len(stream) - len(src.b) - r.Buffered()
		var refusal *codec.Refusal
		switch {
		case err == nil:
			frames = append(frames, cutFrame{frame: clone(f), end: end})
		case errors.As(err, &refusal) && !refusal.Fatal:
			frames = append(frames, cutFrame{refusal: refusal.Error(), end: end})
		default:
			return frames, err
		}
	}
}

// FuzzClientReader checks that the frames do not depend on how the bytes arrive, that FreeSWITCH
// would find the same frames in the stream, and that both read the canonical form of a frame as the
// same frame.
func FuzzClientReader(f *testing.F) {
	for _, stream := range clientStreams(f) {
		f.Add(stream, uint16(3))
	}
	for _, tt := range acceptTests {
		f.Add([]byte(tt.in), uint16(2))
	}
	for _, tt := range refuseTests {
		if len(tt.in) < 1<<10 {
			f.Add([]byte(tt.in+"api next\n\n"), uint16(5))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece uint16) {
		if len(stream) > 1<<16 {
			t.Skip("longer than what the limits make interesting")
		}
		frames, err := cutClient(stream, []int{len(stream) + 1}, fuzzLimits)
		checkPieces(t, stream, int(piece), frames, err)
		checkCuts(t, stream, frames, err)
		for _, c := range frames {
			if c.frame != nil {
				checkCanonical(t, c.frame)
			}
		}
	})
}

func checkPieces(t *testing.T, stream []byte, piece int, frames []cutFrame, err error) {
	t.Helper()
	for _, sizes := range [][]int{{1}, {max(1, piece)}, {max(1, piece%7), max(1, piece%31), len(stream) + 1}} {
		got, gotErr := cutClient(stream, sizes, fuzzLimits)
		same := slices.EqualFunc(got, frames, func(a, b cutFrame) bool {
			return a.end == b.end && a.refusal == b.refusal && (a.frame == nil) == (b.frame == nil) &&
				(a.frame == nil || describe(a.frame) == describe(b.frame))
		})
		if !same || gotErr.Error() != err.Error() {
			t.Fatalf("in pieces of %v: %d frames, %v; at once: %d frames, %v", sizes, len(got), gotErr, len(frames), err)
		}
	}
}

// checkCuts compares the frames that a ClientReader found in a stream with those that FreeSWITCH
// would find.
func checkCuts(t *testing.T, stream []byte, frames []cutFrame, err error) {
	t.Helper()
	theirs, closed := frame.Cut(stream)
	for i, ours := range frames {
		if i == len(theirs) && closed {
			return // FreeSWITCH would have closed at a frame that is refused here
		}
		if i >= len(theirs) || theirs[i].End != ours.end {
			t.Fatalf("frame %d ends at %d; FreeSWITCH's are %+v", i, ours.end, theirs)
		}
		if ours.frame != nil {
			checkSame(t, ours.frame, &theirs[i])
		}
	}
	if (err == io.EOF || err == io.ErrUnexpectedEOF) && len(theirs) != len(frames) {
		t.Fatalf("%d frames; FreeSWITCH's are %+v", len(frames), theirs)
	}
}

// checkSame compares a frame with the frame that FreeSWITCH would read.
func checkSame(t *testing.T, ours *codec.Frame, theirs *frame.Frame) {
	t.Helper()
	line := string(ours.Line)
	switch strings.ToLower(line) {
	case "api unload mod_event_socket":
		line = "api bgapi unload mod_event_socket"
	case "api reload mod_event_socket":
		line = "api bgapi reload mod_event_socket"
	}
	read := theirs.Line()
	if low := strings.ToLower(line); strings.HasPrefix(low, "api ") || strings.HasPrefix(low, "bgapi ") {
		// switch_api_execute strips it, see TestLineEnds in switchsim.
		read = strings.TrimSuffix(read, "\n")
	}
	got := &codec.Frame{Line: []byte(read)}
	for _, h := range theirs.Headers {
		if !strings.EqualFold(h.Name, "Content-Length") {
			got.Headers = append(got.Headers, codec.Header{Name: []byte(h.Name), Value: []byte(h.Value)})
		}
	}
	if ours.Body != nil {
		got.Body = []byte(theirs.Body)
	}
	want := &codec.Frame{Line: []byte(line), Headers: ours.Headers, Body: ours.Body}
	if theirs.Missing || describe(got) != describe(want) || ours.Body == nil && theirs.Body != "" {
		t.Fatalf("read as\n%q\nFreeSWITCH reads\n%q", describe(want), describe(got))
	}
}

// checkCanonical writes a frame and compares how both read it.
func checkCanonical(t *testing.T, f *codec.Frame) {
	t.Helper()
	text, err := codec.Append(nil, f)
	if err != nil {
		t.Fatalf("%q cannot be written: %v", describe(f), err)
	}
	frames, err := cutClient(text, []int{len(text)}, codec.Limits{})
	if err != io.EOF || len(frames) != 1 || frames[0].frame == nil || describe(frames[0].frame) != describe(f) {
		t.Fatalf("%q is read back as %+v, %v", text, frames, err)
	}
	theirs, closed := frame.Cut(text)
	if len(theirs) != 1 || closed || theirs[0].End != len(text) {
		t.Fatalf("FreeSWITCH reads %q as %+v", text, theirs)
	}
	checkSame(t, f, &theirs[0])
	again, err := codec.Append(nil, frames[0].frame)
	if err != nil || !bytes.Equal(again, text) {
		t.Fatalf("%q is written again as %q, %v", text, again, err)
	}
}

// FuzzAppend checks that both read every frame that Append writes as the same frame.
func FuzzAppend(f *testing.F) {
	f.Add("api status", "", "", "", "", []byte(nil), false)
	f.Add("sendmsg U", "call-command", "execute", "loops", "1", []byte("INFO x"), true)
	f.Fuzz(func(t *testing.T, line, name1, value1, name2, value2 string, body []byte, hasBody bool) {
		frame := codec.Frame{Line: []byte(line)}
		for _, h := range []codec.Header{header(name1, value1), header(name2, value2)} {
			if len(h.Name)+len(h.Value) > 0 {
				frame.Headers = append(frame.Headers, h)
			}
		}
		if hasBody {
			frame.Body = append([]byte{}, body...)
		}
		if _, err := codec.Append(nil, &frame); err != nil {
			return
		}
		checkCanonical(t, &frame)
	})
}

// FuzzUpstreamReader checks that the frames do not depend on how the bytes arrive, and that
// together they are the stream.
func FuzzUpstreamReader(f *testing.F) {
	for _, x := range readLines[exchange](f, "exchanges.jsonl") {
		b := latin1(x.Greeting)
		for _, s := range x.Steps {
			b = append(b, latin1(strings.Join(s.Recv, ""))...)
		}
		f.Add(b, uint16(3))
	}
	limits := codec.UpstreamLimits{Header: 512, Body: 1000}
	f.Fuzz(func(t *testing.T, stream []byte, piece uint16) {
		want, wantErr := readUpstream(bytes.NewReader(stream), limits)
		if !strings.HasPrefix(string(stream), joinFrames(want)) {
			t.Fatalf("the frames %q are not the stream", want)
		}
		if wantErr == io.EOF && joinFrames(want) != string(stream) {
			t.Fatalf("a part of the stream is in no frame of %q", want)
		}
		for _, size := range []int{1, max(1, int(piece)), max(1, int(piece)%13)} {
			for _, src := range []io.Reader{&pieces{b: stream, sizes: []int{size}}, &lazy{pieces: pieces{b: stream, sizes: []int{size}}}} {
				got, err := readUpstream(src, limits)
				if wholeFrames(got, err) != wholeFrames(want, wantErr) || err.Error() != wantErr.Error() {
					t.Fatalf("in pieces of %d: %q, %v; at once: %q, %v", size, got, err, want, wantErr)
				}
			}
		}
	})
}

// wholeFrames leaves out the last frame if the stream ends within it.
func wholeFrames(frames []string, err error) string {
	if err == io.ErrUnexpectedEOF && len(frames) > 0 {
		frames = frames[:len(frames)-1]
	}
	return strings.Join(frames, "|")
}
