package proxy

import (
	"bytes"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/jobs"
	"eslguard/proxy/internal/tally"
)

// A ledger writes audit records and charges them to the clients that cause them.
type ledger struct {
	audit      Recorder
	allowances *admission.Allowances
	// log is the operator's log for trouble with the audit, limited in rate.
	log zerolog.Logger
}

// write writes a record and charges it.
func (l *ledger) write(r *audit.Record) (uint64, error) {
	seq, err := l.audit.Write(r)
	if err != nil {
		l.log.Error().Str("event", "audit").Err(err).Msg("the audit cannot be written; commands are refused")
	}
	l.allowances.Charge(r.Client, r.Size, time.Now())
	return seq, err
}

// record is like write without the sequence.
func (l *ledger) record(r *audit.Record) error {
	_, err := l.write(r)
	return err
}

// debt returns how long a client must not be read because of what it owes, 0 if it owes nothing.
func (l *ledger) debt(client string) time.Duration { return l.allowances.Debt(client, time.Now()) }

// unsureJob is recorded in place of a result if it is uncertain which job it belongs to.
const unsureJob = "several clients ran the same command under this Job-UUID: whose result is which cannot be told"

// recordJob records the result of a job.
func (l *ledger) recordJob(j jobs.Job, id string, result []byte, size int64) {
	r := &audit.Record{
		Kind: audit.KindJob, Session: j.Session, Client: j.Client, Of: j.Record, JobUUID: id, Took: time.Since(j.Started),
	}
	switch {
	case j.Unsure:
		r.Reason = unsureJob
	case j.Originates:
		r.CallUUID = callUUID(result)
		fallthrough
	default:
		r.Reply = l.audit.Reply(result, size, j.Secret)
	}
	if _, err := l.audit.Write(r); err != nil {
		l.log.Error().Str("event", "audit").Err(err).Msg("the result of a bgapi is not recorded")
	}
	l.allowances.Charge(r.Client, r.Size, time.Now())
}

// uuidLength is the length of a uuid as FreeSWITCH writes it.
const uuidLength = 36

// callUUID returns the call that an originate says it made ("+OK UUID"), and "" if it made none.
func callUUID(answer []byte) string {
	uuid, ok := bytes.CutPrefix(answer, []byte("+OK "))
	if !ok || len(uuid) < uuidLength || bytes.ContainsAny(uuid[:uuidLength], " \r\n") {
		return ""
	}
	return string(uuid[:uuidLength])
}

// reasonStrangers is why new connections are closed at once.
const reasonStrangers = "those who have not logged in write more to the audit than they may"

// strangers closes new connections while those that have not logged in have no allowance left, and
// counts the closed ones. It must be initialized with init. It is safe for use by several
// goroutines.
type strangers struct {
	ledger *ledger
	// log is the operator's log for connections beyond a limit, limited in rate.
	log zerolog.Logger
	// closed is how many connections have been closed since the server began.
	closed atomic.Uint64

	// mu is held while a closed connection is recorded: there may be several listeners.
	mu      sync.Mutex
	denials tally.Denials
}

func (s *strangers) init(l *ledger, log zerolog.Logger, period time.Duration, contain func()) {
	s.ledger, s.log = l, log
	s.denials.Period, s.denials.Write, s.denials.Contain = period, l.record, contain
}

// shutOut reports whether a new connection is to be closed at once because strangers have no
// allowance left. Such a connection is counted, in the log and in a record each second. known says
// that a client may connect from that address.
func (s *strangers) shutOut(addr netip.AddrPort, known bool) bool {
	if s.ledger.allowances.TakesStrangers(known, time.Now()) {
		return false
	}
	s.count()
	s.log.Warn().Str("event", "crowded").Stringer("addr", addr).Uint64("closed", s.closed.Add(1)).
		Msg("closed a new connection at once: " + reasonStrangers)
	return true
}

// count records that a connection is closed at once, or counts it with the one before.
func (s *strangers) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &audit.Record{Kind: audit.KindSession, Decision: audit.Refuse, Reason: reasonStrangers}
	if _, ok := s.denials.Again(tally.FrameSum{}, r); ok || s.denials.Flush() != nil {
		return
	}
	if s.ledger.record(r) == nil {
		s.denials.Begin(tally.FrameSum{}, r)
	}
}

// close records how many connections were closed since the last record.
func (s *strangers) close() {
	_ = s.denials.Close() // the ledger reports a failure
}
