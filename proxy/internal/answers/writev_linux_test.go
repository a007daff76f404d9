package answers

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/proxy/internal/wire"
)

// seqPackets returns both ends of a connection on which each system call that writes becomes one
// datagram, so that they can be counted.
func seqPackets(t *testing.T) (near, far net.Conn) {
	l, err := net.Listen("unixpacket", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far, err = net.Dial("unixpacket", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	near, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

// TestOneSystemCallForManyEvents: events that are sent together, at once or after they were held
// back, cost one system call.
func TestOneSystemCallForManyEvents(t *testing.T) {
	near, far := seqPackets(t)
	w := New(Options{
		Conn: wire.New(near), Max: testMax, Budget: newBudget(testBudget), Contain: func() {},
		GiveUp: func(err error) { t.Errorf("given up: %v", err) },
	})
	var events []*Shared
	for range 40 {
		events = append(events, share(w.out.budget, 'x', 100))
	}
	next := func() string {
		var buf [8 << 10]byte
		n, err := far.Read(buf[:])
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	w.WriteEvents(all(events...))
	if text := next(); text != strings.Repeat("x", 4000) {
		t.Errorf("the first system call wrote %d bytes, want those of all events", len(text))
	}
	w.Expect(Pending{})
	w.WriteEvents(all(events[:30]...))
	w.WriteEvents(all(events[30:]...))
	w.Replace([]byte("<reply>"))
	if reply, text := next(), next(); reply != "<reply>" || text != strings.Repeat("x", 4000) {
		t.Errorf("%q, then one system call wrote %d bytes, want those of all events", reply, len(text))
	}
	w.Abandon()
}
