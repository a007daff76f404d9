package switchsim_test

import (
	"io"
	"testing"

	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/capture"
	"eslguard/internal/switchsim/frame"
)

// BenchmarkRoundTrip measures an api and its answer over loopback, which is the share of the
// simulator in the benchmarks of the proxy.
func BenchmarkRoundTrip(b *testing.B) {
	s := start(b, switchsim.Options{Quiet: true})
	c := login(b, s)
	b.ReportAllocs()
	for b.Loop() {
		if r, err := c.Command("api echo hello"); err != nil || r.Body != "hello" {
			b.Fatal(r, err)
		}
	}
}

// BenchmarkCut reads a stream of commands as FreeSWITCH does.
func BenchmarkCut(b *testing.B) {
	stream := []byte("api status\n\nsendmsg x\ncall-command: execute\nexecute-app-name: log\nexecute-app-arg: INFO x\n\n")
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if frames, _ := frame.Cut(stream); len(frames) != 2 {
			b.Fatal(frames)
		}
	}
}

// BenchmarkPlay measures recorded events that are sent to ten clients over loopback, in one form
// and in all three, which is the share of the simulator in the benchmarks of the proxy.
func BenchmarkPlay(b *testing.B) {
	for name, forms := range map[string][]string{"json": {"json"}, "all": {"plain", "json", "xml"}} {
		b.Run(name, func(b *testing.B) {
			r, err := capture.Tenants()
			if err != nil {
				b.Fatal(err)
			}
			s := start(b, switchsim.Options{Quiet: true})
			size := 0
			for i := range 10 {
				form := forms[i%len(forms)]
				c := login(b, s)
				command(b, c, "event "+form+" ALL")
				go func() { _, _ = io.Copy(io.Discard, c.Conn) }()
				for _, f := range map[string][]string{"plain": r.Plain, "json": r.JSON, "xml": r.XML}[form] {
					size += len(f)
				}
			}
			events := switchsim.Prepare(r.Events...)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				s.Play(events...)
				if !s.Drain(b.Context()) {
					b.Fatal("not drained")
				}
			}
		})
	}
}
