package codec_test

import (
	"bytes"
	"io"
	"testing"

	"eslguard/codec"
)

// looped is a source that repeats the same text for ever.
type looped struct {
	text []byte
	off  int
}

func (l *looped) Read(b []byte) (int, error) {
	n := copy(b, l.text[l.off:])
	if l.off += n; l.off == len(l.text) {
		l.off = 0
	}
	return n, nil
}

// still is a source of whole frames that fit into one buffer. It writes them only if the buffer
// does not contain them already, so that a benchmark measures the reader and not a copy.
type still struct {
	text []byte
	last *byte
}

func (s *still) Read(b []byte) (int, error) {
	if s.last != &b[0] {
		copy(b, s.text)
		s.last = &b[0]
	}
	return len(s.text), nil
}

// BenchmarkUpstream measures a frame of real event streams: "codec" is the reader alone, "copied"
// counts the copy out of the source, which in a proxy is the kernel's.
func BenchmarkUpstream(b *testing.B) {
	for _, name := range []string{"events-plain", "events-json", "events-xml", "log-debug"} {
		stream := readGzip(b, name+".s2c.gz")
		b.Run(name+"/codec", func(b *testing.B) {
			text := stream[:wholeFramesWithin(b, stream, 64<<10)]
			benchmarkUpstream(b, &still{text: text})
		})
		b.Run(name+"/copied", func(b *testing.B) { benchmarkUpstream(b, &looped{text: stream}) })
	}
}

// wholeFramesWithin returns the length of the whole frames at the beginning of stream, up to size
// bytes.
func wholeFramesWithin(tb testing.TB, stream []byte, size int) (n int) {
	tb.Helper()
	frames, err := readUpstream(bytes.NewReader(stream), codec.UpstreamLimits{})
	if err != io.EOF {
		tb.Fatal(err)
	}
	for _, f := range frames {
		if n+len(f)-2 > size {
			break
		}
		n += len(f) - 2
	}
	return n
}

func benchmarkUpstream(b *testing.B, src io.Reader) {
	r := codec.NewUpstreamReader(src, codec.UpstreamLimits{})
	var bytes int64
	b.ReportAllocs()
	for b.Loop() {
		f, err := r.Next()
		if err != nil {
			b.Fatal(err)
		}
		bytes += int64(len(f.Raw)) + f.Rest
	}
	b.SetBytes(bytes / int64(b.N))
}

// benchmarkFrames are commands of typical sizes.
var benchmarkFrames = []struct{ name, text string }{
	{"api", "api status\n\n"},
	{"bgapi", "bgapi originate sofia/gateway/acme/15551234 &park\nJob-UUID: d8c7f660-37a6-4e73-9170-1a731c442148\n\n"},
	{"sendmsg", "sendmsg 6f1ad3a4-31a2-4f50-9cf3-0a2d3c1e8f01\r\ncall-command: execute\r\nexecute-app-name: playback\r\n" +
		"execute-app-arg: /var/sounds/acme/hello.wav\r\nevent-lock: true\r\nasync: true\r\n\r\n"},
	{"body", "sendevent CUSTOM\nEvent-Subclass: a::b\nContent-Length: 1000\n\n" + string(bytes.Repeat([]byte{'x'}, 1000))},
}

func BenchmarkClient(b *testing.B) {
	for _, tt := range benchmarkFrames {
		b.Run(tt.name, func(b *testing.B) {
			r := codec.NewClientReader(&looped{text: []byte(tt.text)}, codec.Limits{})
			b.ReportAllocs()
			b.SetBytes(int64(len(tt.text)))
			for b.Loop() {
				if _, err := r.Next(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, tt := range benchmarkFrames {
		b.Run(tt.name, func(b *testing.B) {
			f, err := codec.NewClientReader(bytes.NewReader([]byte(tt.text)), codec.Limits{}).Next()
			if err != nil {
				b.Fatal(err)
			}
			var out []byte
			b.ReportAllocs()
			b.SetBytes(int64(len(tt.text)))
			for b.Loop() {
				if out, err = codec.Append(out[:0], f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestNoAllocations checks that in steady state no frame allocates memory, in either direction.
func TestNoAllocations(t *testing.T) {
	if underRace {
		t.Skip("under the race detector pools forget at random")
	}
	const runs = 2000
	check := func(name string, f func()) {
		t.Helper()
		f()
		if n := testing.AllocsPerRun(runs, f); n != 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
	for _, tt := range benchmarkFrames {
		for _, src := range []io.Reader{&looped{text: []byte(tt.text)}, &pieces{b: bytes.Repeat([]byte(tt.text), runs+10), sizes: []int{50}}} {
			r := codec.NewClientReader(src, codec.Limits{})
			var frame *codec.Frame
			check("reading "+tt.name, func() {
				var err error
				if frame, err = r.Next(); err != nil {
					t.Fatal(err)
				}
			})
			var out []byte
			check("writing "+tt.name, func() {
				var err error
				if out, err = codec.Append(out[:0], frame); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	for _, name := range []string{"events-json", "log-debug"} {
		r := codec.NewUpstreamReader(&looped{text: readGzip(t, name+".s2c.gz")}, codec.UpstreamLimits{})
		check(name, func() {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			for piece, err := r.More(); piece != nil || err != nil; piece, err = r.More() {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
