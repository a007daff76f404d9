package codec_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"eslguard/codec"
)

// TestRecordedClients reads what real clients sent, in two pieces split at every byte, and byte by
// byte. Neither frames nor refusals may depend on how the bytes arrive.
func TestRecordedClients(t *testing.T) {
	for name, stream := range clientStreams(t) {
		want, wantErr := readAll(bytes.NewReader(stream), codec.Limits{})
		check := func(how string, src io.Reader) {
			t.Helper()
			got, err := readAll(src, codec.Limits{})
			if !slices.Equal(got, want) || err.Error() != wantErr.Error() {
				t.Errorf("%s, %s:\ngot  %q, %v\nwant %q, %v", name, how, got, err, want, wantErr)
			}
		}
		for i := 1; i < len(stream); i++ {
			check("cut in two", &pieces{b: stream, sizes: []int{i, len(stream)}})
		}
		check("byte by byte", iotest.OneByteReader(bytes.NewReader(stream)))
		check("with empty reads", &pieces{b: stream, sizes: []int{1}, empty: true})
		check("the end with the last bytes", &pieces{b: stream, sizes: []int{7}, together: true})
		check("lazily", &lazy{pieces: pieces{b: stream, sizes: []int{3}}})
	}
}

// TestRecordedRefusals checks that exactly those recorded frames are refused that can be read in
// two ways.
func TestRecordedRefusals(t *testing.T) {
	want := map[string]codec.Reason{
		"exchanges/api-mixed-newlines":                        codec.MixedLineEnds,
		"exchanges/nul-byte":                                  codec.NUL,
		"exchanges/sendevent-two-content-lengths":             codec.ContentLength,
		"exchanges/sendevent-content-length-trailing-letters": codec.ContentLength,
		"exchanges/sendevent-content-length-plus":             codec.ContentLength,
		"exchanges/sendevent-content-length-negative":         codec.ContentLength,
		"exchanges/sendevent-content-length-word":             codec.ContentLength,
		"exchanges/sendevent-content-length-too-large":        codec.BodyTooLarge,
		"exchanges/header-without-colon":                      codec.HeaderWithoutColon,
		"effects/header-command-index":                        codec.HeaderName,
		"effects/header-command-empty":                        codec.HeaderName,
		"effects/two-content-lengths":                         codec.ContentLength,
		"effects/mixed-newlines":                              codec.MixedLineEnds,
		"effects/nul-hides-length":                            codec.NUL,
		"effects/space-before-colon":                          codec.HeaderName,
	}
	for name, stream := range clientStreams(t) {
		r := codec.NewClientReader(bytes.NewReader(stream), codec.Limits{})
		var got codec.Reason
		var refusal *codec.Refusal
		for err := error(nil); err == nil; {
			if _, err = r.Next(); errors.As(err, &refusal) {
				got = refusal.Reason
			}
		}
		if got != want[name] {
			t.Errorf("%s: refused %q, want %q", name, got, want[name])
		}
	}
}

// TestRandomCuts sends long streams of frames of all sizes in random pieces.
func TestRandomCuts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var stream []byte
	for range 300 {
		f := codec.Frame{Line: []byte("sendevent X")}
		for i := range rnd.IntN(20) {
			f.Headers = append(f.Headers, codec.Header{Name: []byte{'a' + byte(i)}, Value: bytes.Repeat([]byte{'v'}, 1+rnd.IntN(100))})
		}
		if rnd.IntN(2) == 0 {
			f.Body = bytes.Repeat([]byte("body\n"), rnd.IntN(1<<rnd.IntN(16)))
		}
		var err error
		if stream, err = codec.Append(stream, &f); err != nil {
			t.Fatal(err)
		}
	}
	want, err := readAll(bytes.NewReader(stream), codec.Limits{})
	if err != io.EOF || len(want) != 300 {
		t.Fatalf("%d frames, %v", len(want), err)
	}
	for range 20 {
		var sizes []int
		for range 10_000 {
			sizes = append(sizes, 1+rnd.IntN(1<<rnd.IntN(14)))
		}
		sizes = append(sizes, 1<<20)
		for _, src := range []io.Reader{&pieces{b: stream, sizes: sizes}, &lazy{pieces: pieces{b: stream, sizes: sizes}}} {
			if got, err := readAll(src, codec.Limits{}); err != io.EOF || !slices.Equal(got, want) {
				t.Fatalf("%d frames, %v", len(got), err)
			}
		}
	}
}

func TestClientEnds(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name, in string
		err      error
		want     error
	}{
		{"nothing", "", nil, io.EOF},
		{"between frames", "api a\n\n", nil, io.EOF},
		{"after blank lines", "api a\n\n\r\n\n", nil, io.EOF},
		{"half a blank line", "api a\n\n\r", nil, io.ErrUnexpectedEOF},
		{"in the line", "api", nil, io.ErrUnexpectedEOF},
		{"before the blank line", "api a\n", nil, io.ErrUnexpectedEOF},
		{"before the body", "api a\nContent-Length: 2\n\n", nil, io.ErrUnexpectedEOF},
		{"in the body", "api a\nContent-Length: 2\n\nx", nil, io.ErrUnexpectedEOF},
		{"before a refused body", "api a\nContent-Length: 1048577\n\n", nil, io.ErrUnexpectedEOF},
		{"in a refused body", "api a\nb\nContent-Length: 2\n\nx", nil, io.ErrUnexpectedEOF},
		{"an error between frames", "api a\n\n", broken, broken},
		{"an error within a frame", "api a\n", broken, broken},
	} {
		for _, together := range []bool{false, true} {
			src := &pieces{b: []byte(tt.in), sizes: []int{100}, err: tt.err, together: together}
			r := codec.NewClientReader(src, codec.Limits{})
			var err error
			for err == nil {
				_, err = r.Next()
			}
			if err != tt.want {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("%s, again: %v, want %v", tt.name, again, err)
			}
			if src.late > 0 {
				t.Errorf("%s: read %d times after its end", tt.name, src.late)
			}
		}
	}
}

func TestNoProgress(t *testing.T) {
	r := codec.NewClientReader(emptyReader{}, codec.Limits{})
	if _, err := r.Next(); err != io.ErrNoProgress {
		t.Errorf("a source that gives nothing: %v", err)
	}
	r = codec.NewClientReader(badReader{}, codec.Limits{})
	if _, err := r.Next(); err == nil {
		t.Error("a source that claims more than it was asked for is believed")
	}
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

type badReader struct{}

func (badReader) Read(b []byte) (int, error) { return len(b) + 1, nil }

// TestFrameStaysValid checks that a frame's slices are valid until the next call of Next, and that
// Buffered counts the bytes read beyond it.
func TestFrameStaysValid(t *testing.T) {
	const first, second = "api a\nA: b\n\n", "api b\n\n"
	r := codec.NewClientReader(&pieces{b: []byte(first + second), sizes: []int{100}}, codec.Limits{})
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Buffered(); got != len(second) {
		t.Errorf("Buffered: %d, want %d", got, len(second))
	}
	if got, want := describe(f), "api a\nA: b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRelease checks that a reader gives its buffer back only if nothing is buffered.
func TestRelease(t *testing.T) {
	src := &lazy{pieces: pieces{b: []byte("api a\n\napi b\n\n"), sizes: []int{7, 3, 4}}}
	frames, err := readAll(src, codec.Limits{})
	if err != io.EOF || len(frames) != 2 {
		t.Fatalf("%q, %v", frames, err)
	}
	if src.waits != 3 || src.reads != 4 {
		t.Errorf("%d releases and %d reads; want a release before each frame and the end, and one more read within the second", src.waits, src.reads)
	}
	r := codec.NewClientReader(strings.NewReader("api a\n\napi b\n\n"), codec.Limits{})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if r.Release() {
		t.Error("a buffer with a frame in it was given back")
	}
}

// TestBlankLinesTakeNoMemory checks that blank lines are consumed as they come.
func TestBlankLinesTakeNoMemory(t *testing.T) {
	src := io.MultiReader(io.LimitReader(repeat("\r\n\n"), 30<<20), strings.NewReader("\napi a\n\n"))
	r := codec.NewClientReader(src, codec.Limits{Header: 16})
	f, err := r.Next()
	if err != nil || string(f.Line) != "api a" {
		t.Fatalf("%v, %v", f, err)
	}
}

// repeat is an endless source of the same text.
type repeat string

func (s repeat) Read(b []byte) (int, error) {
	n := 0
	for len(b)-n >= len(s) {
		n += copy(b[n:], s)
	}
	if n == 0 {
		n = copy(b, s) // only for buffers smaller than the text, which breaks it
	}
	return n, nil
}

// TestSlowBytesAreLinear checks that the cost of a byte does not depend on the length of a header
// text or body that arrives byte by byte. It would take most of a minute if every new byte made the
// reader look at all the earlier ones again.
func TestSlowBytesAreLinear(t *testing.T) {
	long := "api " + strings.Repeat("x", 1<<20) + "\nContent-Length: 1048576\n\n" + strings.Repeat("y", 1<<20)
	start := time.Now()
	r := codec.NewClientReader(iotest.OneByteReader(strings.NewReader(long)), codec.Limits{Header: 2 << 20})
	f, err := r.Next()
	if err != nil || len(f.Line) != 4+1<<20 || len(f.Body) != 1<<20 {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
