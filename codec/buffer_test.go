package codec_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"eslguard/codec"
)

// TestBuffersStartSmall checks that a client needs 4 KiB however large its last frame was, and
// FreeSWITCH 64 KiB.
func TestBuffersStartSmall(t *testing.T) {
	large := fmt.Sprintf("sendevent X\nContent-Length: %d\n\n%s", 500_000, strings.Repeat("x", 500_000))
	src := &lazy{pieces: pieces{b: []byte("api a\n\n" + large + "api b\n\n"), sizes: []int{7, 1000, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, len(large)}}}
	if frames, err := readAll(src, codec.Limits{}); err != io.EOF || len(frames) != 3 {
		t.Fatalf("%d frames, %v", len(frames), err)
	}
	if len(src.taken) < 2 || slices.Max(src.taken) != 4<<10 {
		t.Errorf("client: waited with buffers of %v bytes", src.taken)
	}

	head := "Content-Type: command/reply\nReply-Text: " + strings.Repeat("x", 300_000) + "\n\n"
	src = &lazy{pieces: pieces{b: []byte(head + "Content-Type: auth/request\n\n"), sizes: []int{len(head)}}}
	if frames, err := readUpstream(src, codec.UpstreamLimits{}); err != io.EOF || len(frames) != 2 {
		t.Fatalf("%d frames, %v", len(frames), err)
	}
	if len(src.taken) < 1 || slices.Max(src.taken) != 64<<10 {
		t.Errorf("upstream: waited with buffers of %v bytes", src.taken)
	}
}

// sized notes the sizes of the slices that it is asked to fill.
type sized struct {
	pieces
	asked []int
}

func (s *sized) Read(b []byte) (int, error) {
	s.asked = append(s.asked, len(b))
	return s.pieces.Read(b)
}

// TestBuffersShrink checks that a reader which is never released does not keep a large buffer
// either.
func TestBuffersShrink(t *testing.T) {
	large := fmt.Sprintf("sendevent X\nContent-Length: %d\n\n%s", 100_000, strings.Repeat("x", 100_000))
	src := &sized{pieces: pieces{b: []byte(large), sizes: []int{1 << 20}}}
	if frames, err := readAll(src, codec.Limits{}); err != io.EOF || len(frames) != 1 {
		t.Fatalf("%d frames, %v", len(frames), err)
	}
	if slices.Max(src.asked) < 32<<10 || src.asked[len(src.asked)-1] != 4<<10 {
		t.Errorf("read into %v bytes, want more and more and then 4096 again", src.asked)
	}
}

// TestBuffersAreNotShared checks that no other reader gets the buffer of a valid frame.
func TestBuffersAreNotShared(t *testing.T) {
	const first, other = "api aaaa\nA: aaaa\n\n", "api bbbb\nB: bbbb\n\n"
	read := func(text string) (*codec.ClientReader, *codec.Frame) {
		r := codec.NewClientReader(&pieces{b: []byte(text + text), sizes: []int{len(text)}}, codec.Limits{})
		f, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		return r, f
	}
	for range 10 {
		_, f := read(first)
		want := describe(f)
		for range 10 {
			r, _ := read(other)
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Fatal(err)
			}
			r.Release()
		}
		if got := describe(f); got != want {
			t.Fatalf("a frame turned from %q into %q", want, got)
		}
	}
}

// TestUpstreamFramesStayValid checks that frames are valid as long as Ready is true, also at the
// end of the source.
func TestUpstreamFramesStayValid(t *testing.T) {
	stream := upstreamSession(t)
	for _, together := range []bool{false, true} {
		src := &lazy{pieces: pieces{b: stream, sizes: []int{9000}, together: together}}
		r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
		var run, want []byte
		for {
			if !r.Ready() {
				run, want = nil, nil
				release(src, r)
			}
			f, err := r.Next()
			if !bytes.Equal(run, want) {
				t.Fatalf("a run of frames turned from %.80q into %.80q", want, run)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			joined, ok := codec.Join(run, f.Raw)
			if run != nil && !ok {
				t.Fatalf("%.80q does not stand behind %.80q", f.Raw, run)
			}
			if run = joined; !ok {
				run = f.Raw
			}
			want = append(bytes.Clone(want), f.Raw...)
		}
	}
}
