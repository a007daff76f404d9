package switchsim_test

import (
	"testing"

	"eslguard/internal/switchsim"
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
