package codec_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"eslguard/codec"
)

// TestRecordedUpstream reads one session with each kind of frame, split at every byte of its first
// part, and byte by byte.
func TestRecordedUpstream(t *testing.T) {
	stream := upstreamSession(t)
	want, err := readUpstream(bytes.NewReader(stream), codec.UpstreamLimits{})
	if err != io.EOF {
		t.Fatal(err)
	}
	if got := joinFrames(want); got != string(stream) {
		t.Fatal("the frames are not the stream")
	}
	check := func(how string, src io.Reader) {
		t.Helper()
		if got, err := readUpstream(src, codec.UpstreamLimits{}); err != io.EOF || !slices.Equal(got, want) {
			t.Errorf("%s: %d frames, %v; want %d", how, len(got), err, len(want))
		}
	}
	check("byte by byte", iotest.OneByteReader(bytes.NewReader(stream)))
	check("with empty reads", &pieces{b: stream, sizes: []int{5}, empty: true})
	check("the end with the last bytes", &pieces{b: stream, sizes: []int{1000}, together: true})
	check("lazily", &lazy{pieces: pieces{b: stream, sizes: []int{11}}})
	for _, frame := range want {
		one := []byte(frame[2:])
		for i := 1; i < len(one); i++ {
			got, err := readUpstream(&pieces{b: one, sizes: []int{i, len(one)}}, codec.UpstreamLimits{})
			if err != io.EOF || len(got) != 1 || got[0] != frame {
				t.Fatalf("%q cut at %d: %q, %v", one, i, got, err)
			}
		}
	}
}

func joinFrames(frames []string) string {
	var s strings.Builder
	for _, f := range frames {
		s.WriteString(f[2:]) // without the kind
	}
	return s.String()
}

// TestRecordedOutbound checks the frames of an outbound session.
func TestRecordedOutbound(t *testing.T) {
	want := map[string][]codec.Kind{
		"commands-before-connect": {codec.KindAPIResponse, codec.KindChannelData, codec.KindCommandReply,
			codec.KindCommandReply, codec.KindDisconnect},
		"sync-plain": {codec.KindChannelData, codec.KindCommandReply, codec.KindCommandReply, codec.KindCommandReply,
			codec.KindDisconnect},
	}
	for _, x := range readLines[outbound](t, "outbound.jsonl") {
		var stream []byte
		for _, e := range x.Log {
			if e.From == "switch" {
				stream = append(stream, latin1(e.Data)...)
			}
		}
		frames, err := readUpstream(bytes.NewReader(stream), codec.UpstreamLimits{})
		if err != io.EOF {
			t.Errorf("%s: %v", x.Name, err)
		}
		var kinds []codec.Kind
		for _, f := range frames {
			kinds = append(kinds, codec.Kind(f[0]-'0'))
		}
		if w, ok := want[x.Name]; ok && !slices.Equal(kinds, w) {
			t.Errorf("%s: kinds %v, want %v", x.Name, kinds, w)
		}
		if !slices.Contains(kinds, codec.KindChannelData) {
			t.Errorf("%s: no reply to connect among %v", x.Name, kinds)
		}
	}
}

// TestRecordedStreams reads the beginnings of recorded streams in random pieces.
func TestRecordedStreams(t *testing.T) {
	for _, name := range []string{"events-plain.s2c", "events-json.s2c", "events-xml.s2c", "log-debug.s2c"} {
		checkStream(t, name, readGzip(t, name+".gz"), 150)
	}
}

// TestCaptures reads whole recordings, which are not part of the repository. ESLGUARD_CAPTURES
// names the folder that contains them.
func TestCaptures(t *testing.T) {
	folder := os.Getenv("ESLGUARD_CAPTURES")
	if folder == "" {
		t.Skip("ESLGUARD_CAPTURES does not name a folder of whole recordings")
	}
	for name, frames := range map[string]int{
		"events-plain.s2c": 2123, "events-json.s2c": 2123, "events-xml.s2c": 2123, "log-debug.s2c": 4844,
	} {
		b, err := os.ReadFile(filepath.Join(folder, "streams", name))
		if err != nil {
			t.Fatal(err)
		}
		checkStream(t, name, b, frames)
	}
}

// checkStream reads a stream that begins with a command/reply and continues with events or log
// lines.
func checkStream(t *testing.T, name string, stream []byte, frames int) {
	t.Helper()
	want, err := readUpstream(bytes.NewReader(stream), codec.UpstreamLimits{})
	if err != io.EOF || len(want) != frames || joinFrames(want) != string(stream) {
		t.Fatalf("%s: %d frames, %v; want %d that are the stream", name, len(want), err, frames)
	}
	kind := codec.KindEvent
	if strings.HasPrefix(name, "log") {
		kind = codec.KindLog
	}
	for i, f := range want {
		if got := codec.Kind(f[0] - '0'); got != kind && (i > 0 || got != codec.KindCommandReply) {
			t.Errorf("%s: frame %d is of kind %d", name, i, got)
		}
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 3 {
		var sizes []int
		for range 20_000 {
			sizes = append(sizes, 1+rnd.IntN(1<<rnd.IntN(18)))
		}
		for _, src := range []io.Reader{&pieces{b: stream, sizes: sizes}, &lazy{pieces: pieces{b: stream, sizes: sizes}}} {
			if got, err := readUpstream(src, codec.UpstreamLimits{}); err != io.EOF || !slices.Equal(got, want) {
				t.Errorf("%s, cut at random: %d frames, %v", name, len(got), err)
			}
		}
	}
}
