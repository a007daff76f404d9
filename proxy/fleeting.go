package proxy

import (
	"net/netip"
	"sync"
	"time"

	"eslguard/audit"
)

// Why connections are only counted, besides by an address that no client has.
const (
	reasonSilent  = "closed without having sent anything"
	reasonTimeout = "login timed out"
	reasonAddress = "no client may connect from this address"
)

const (
	// defaultFleetingTime is how often the number of fleeting connections is recorded.
	defaultFleetingTime = time.Minute
	// maxFleeting is how many addresses are counted one by one, each for each reason. Those of
	// further ones are counted together.
	maxFleeting = 1_024
)

// fleeting counts connections that came to nothing: the health checks of a load balancer, which
// send nothing, and those from addresses that no client has. The first from an address is recorded
// when it ends, and has no other record. Those that follow are counted, and their number is
// recorded once in a while, until none has come for so long. So whoever kills the program may hide
// how many there were in the last minute, and never that there were any. It is safe for use by
// several goroutines. It must be given write before it is used.
type fleeting struct {
	// every is how often numbers are recorded. Zero: defaultFleetingTime.
	every time.Duration
	write func(*audit.Record) error
	// contain recovers from a fault in the goroutine of tick. Nil: a fault ends the program.
	contain func()

	mu sync.Mutex
	// more are the connections since the last record of the same key.
	more   map[fleetingKey]uint64
	timer  *time.Timer // nil while more is empty
	closed bool
}

// A fleetingKey is what connections have in common that are counted together.
type fleetingKey struct {
	network  netip.Prefix // the zero Prefix stands for all beyond maxFleeting
	decision audit.Decision
	reason   string
}

// record is the record of n more connections, and of the first for 0.
func (k fleetingKey) record(n uint64) *audit.Record {
	return &audit.Record{Kind: audit.KindSession, Addr: sourceText(k.network), Decision: k.decision, Reason: k.reason, Times: n}
}

// count records a connection from addr, or counts it with those before it. One that cannot be
// recorded is counted.
func (f *fleeting) count(addr netip.Addr, decision audit.Decision, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := fleetingKey{sourceOf(addr), decision, reason}
	if _, known := f.more[key]; !known && len(f.more) >= maxFleeting {
		key.network = netip.Prefix{}
	}
	if n, known := f.more[key]; known {
		f.more[key] = n + 1
		return
	}
	n := uint64(0)
	if f.write(key.record(0)) != nil { // it tells the operator of a failure
		n = 1
	}
	if f.closed {
		return
	}
	if f.more == nil {
		f.more = make(map[fleetingKey]uint64)
	}
	f.more[key] = n
	if f.timer == nil {
		f.timer = time.AfterFunc(orDefault(f.every, defaultFleetingTime), contained(f.contain, f.tick))
	}
}

// tick records the numbers and forgets from where nobody has come since the last time. A number
// that cannot be recorded is kept.
func (f *fleeting) tick() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	for key, n := range f.more {
		switch {
		case n == 0:
			delete(f.more, key)
		case f.write(key.record(n)) == nil:
			f.more[key] = 0
		}
	}
	f.timer = nil
	if len(f.more) > 0 {
		f.timer = time.AfterFunc(orDefault(f.every, defaultFleetingTime), contained(f.contain, f.tick))
	}
}

// close records the numbers for the last time.
func (f *fleeting) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timer != nil {
		f.timer.Stop()
		f.timer = nil
	}
	for key, n := range f.more {
		if n > 0 {
			_ = f.write(key.record(n)) // a failure is told
		}
	}
	f.more, f.closed = nil, true
}

// sourceBits6 is how much of an IPv6 address tells one source of connections from another: a host
// has a network of 64 bits.
const sourceBits6 = 64

// sourceOf returns what counts as one source of connections: an IPv4 address, or the IPv6 network
// of a host. Without an address it is the zero Prefix.
func sourceOf(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = sourceBits6
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// sourceText returns a source as records and the operator's log have it, and "" for the zero
// Prefix.
func sourceText(source netip.Prefix) string {
	switch {
	case !source.IsValid():
		return ""
	case source.IsSingleIP():
		return source.Addr().String()
	default:
		return source.String()
	}
}
