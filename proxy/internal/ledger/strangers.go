package ledger

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/proxy/internal/tally"
)

// reasonStrangers is why new connections are closed at once.
const reasonStrangers = "those who have not logged in write more to the audit than they may"

// Strangers closes new connections while those that have not logged in have no allowance left, and
// counts the closed ones. It must be made with NewStrangers. It is safe for use by several
// goroutines.
type Strangers struct {
	ledger *Ledger
	// log is the operator's log for connections beyond a limit, limited in rate.
	log zerolog.Logger
	// closed is how many connections have been closed since the server began.
	closed atomic.Uint64

	// mu is held while a closed connection is recorded: there may be several listeners.
	mu      sync.Mutex
	denials tally.Denials
}

// NewStrangers returns a Strangers that records in l. log is the operator's log for connections
// beyond a limit, limited in rate. period and contain are those of tally.Denials.
func NewStrangers(l *Ledger, log zerolog.Logger, period time.Duration, contain func()) *Strangers {
	s := &Strangers{ledger: l, log: log}
	s.denials.Period, s.denials.Write, s.denials.Contain = period, l.Record, contain
	return s
}

// ShutOut reports whether a new connection is to be closed at once because strangers have no
// allowance left. Such a connection is counted, in the log and in a record each second. known says
// that a client may connect from that address.
func (s *Strangers) ShutOut(addr netip.AddrPort, known bool) bool {
	if s.ledger.allowances.TakesStrangers(known, time.Now()) {
		return false
	}
	s.count()
	s.log.Warn().Str("event", "crowded").Stringer("addr", addr).Uint64("closed", s.closed.Add(1)).
		Msg("closed a new connection at once: " + reasonStrangers)
	return true
}

// count records that a connection is closed at once, or counts it with the one before.
func (s *Strangers) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &audit.Record{Kind: audit.KindSession, Decision: audit.Refuse, Reason: reasonStrangers}
	if _, ok := s.denials.Again(tally.FrameSum{}, r); ok || s.denials.Flush() != nil {
		return
	}
	if s.ledger.Record(r) == nil {
		s.denials.Begin(tally.FrameSum{}, r)
	}
}

// Close records how many connections were closed since the last record.
func (s *Strangers) Close() {
	_ = s.denials.Close() // the ledger reports a failure
}
