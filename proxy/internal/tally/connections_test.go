package tally

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/proxy/internal/admission"
)

// A testAudit keeps the records that are written to it, and fails on demand.
type testAudit struct {
	full    bool
	records []audit.Record
}

func (l *testAudit) write(r *audit.Record) error {
	if l.full {
		return errors.New("no space left on device")
	}
	l.records = append(l.records, *r)
	return nil
}

// said returns the records since the last call, as text.
func (l *testAudit) said() string {
	var out []string
	for i := range l.records {
		r := &l.records[i]
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %d", r.Addr, r.Decision, r.Reason, r.Times)))
	}
	l.records = nil
	return strings.Join(out, "; ")
}

func newConnections(l *testAudit) *Connections {
	return &Connections{Every: time.Hour, Write: l.write, Contain: func() {}}
}

// TestConnectionsAreCounted: the first connection from an address is recorded, further ones are
// counted until none has come for a while, and a number that cannot be written is not lost.
func TestConnectionsAreCounted(t *testing.T) {
	var l testAudit
	f := newConnections(&l)
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::ffff:10.0.0.1")
	count := func(n int, addr netip.Addr) {
		for range n {
			f.Count(admission.SourceOf(addr), 0, "x")
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"the first", func() { count(1, a) }, "10.0.0.1  x 0"},
		{"more", func() { count(3, a); count(2, b) }, ""},
		{"a minute later", f.tick, "10.0.0.1  x 5"},
		{"another reason", func() { f.Count(admission.SourceOf(a), audit.Refuse, "y") }, "10.0.0.1 refuse y 0"},
		{"still coming", func() { count(1, a); f.tick() }, "10.0.0.1  x 1"},
		{"none for a while", func() { f.tick(); count(1, a) }, "10.0.0.1  x 0"},
		{"a full disk", func() { l.full = true; count(2, a); count(1, netip.MustParseAddr("10.0.0.2")); f.tick() }, ""},
		{"room again", func() { l.full = false; f.Close() }, "10.0.0.1  x 2; 10.0.0.2  x 1"},
		{"after the end", func() { count(1, a); f.tick() }, "10.0.0.1  x 0"},
	} {
		step.do()
		parts := strings.Split(l.said(), "; ")
		if len(parts) == 2 && parts[1] < parts[0] { // in no order
			parts[0], parts[1] = parts[1], parts[0]
		}
		if got := strings.Join(parts, "; "); got != step.want {
			t.Errorf("%s: recorded %q, want %q", step.name, got, step.want)
		}
	}
	if f.timer != nil || f.more != nil {
		t.Error("something waits after the end")
	}
}

// TestConnectionsAreBounded: addresses beyond the limit are counted together, and an IPv6 host is
// one address whatever address of its network it uses.
func TestConnectionsAreBounded(t *testing.T) {
	var l testAudit
	f := newConnections(&l)
	defer f.Close()
	for i := range 3 * maxSources {
		f.Count(admission.SourceOf(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})), 0, "x")
	}
	if len(f.more) > maxSources+1 || len(l.records) != maxSources+1 {
		t.Errorf("%d addresses are kept and %d recorded, want at most %d", len(f.more), len(l.records), maxSources+1)
	}
	f.tick()
	if got := l.records[len(l.records)-1]; got.Addr != "" || got.Times != 2*maxSources-1 {
		t.Errorf("the others are recorded as %d from %q", got.Times, got.Addr)
	}
	f.Close()
	var g testAudit
	v6 := newConnections(&g)
	defer v6.Close()
	v6.Count(admission.SourceOf(netip.MustParseAddr("2001:db8::1")), 0, "x")
	v6.Count(admission.SourceOf(netip.MustParseAddr("2001:db8::ffff:1")), 0, "x")
	if got := g.said(); got != "2001:db8::/64  x 0" {
		t.Errorf("recorded %q", got)
	}
}

// TestFaultOfConnections: a fault while connections that came to nothing are recorded ends nothing
// else.
func TestFaultOfConnections(t *testing.T) {
	contained := make(chan struct{})
	f := Connections{
		Every:   time.Millisecond,
		Write:   func(r *audit.Record) error { return errors.New("not yet") },
		Contain: func() { _ = recover(); close(contained) },
	}
	source := admission.SourceOf(netip.MustParseAddr("192.0.2.1"))
	f.Count(source, 0, "x")
	f.mu.Lock()
	f.Write = func(*audit.Record) error { panic("a fault that a test made") }
	f.mu.Unlock()
	<-contained
	f.Count(source, 0, "x") // it needs the lock
}
