package codec

import "testing"

// TestPoolKeepsNoLongLists checks that one frame with very many headers does not make every later
// buffer as large.
func TestPoolKeepsNoLongLists(t *testing.T) {
	for _, tt := range []struct {
		headers int
		kept    bool
	}{{maxPooledHeaders, true}, {maxPooledHeaders + 1, false}} {
		b := takeBuffer(minBuffer)
		b.headers = make([]Header, tt.headers)
		b.names.add([]byte("a"))
		giveBuffer(b)
		if kept := cap(b.headers) > 0 && b.names.hashes != nil; kept != tt.kept || len(b.headers) > 0 {
			t.Errorf("a list of %d headers: kept %v", tt.headers, kept)
		}
	}
}

func TestBufferSizes(t *testing.T) {
	for size, want := range map[int]int{
		1: minBuffer, minBuffer: minBuffer, minBuffer + 1: 2 * minBuffer, upstreamBuffer: upstreamBuffer,
		minBuffer << (bufferClasses - 1): minBuffer << (bufferClasses - 1), minBuffer << bufferClasses: minBuffer << bufferClasses,
	} {
		b := takeBuffer(size)
		if len(b.b) != want {
			t.Errorf("takeBuffer(%d) has %d bytes, want %d", size, len(b.b), want)
		}
		giveBuffer(b)
	}
}
