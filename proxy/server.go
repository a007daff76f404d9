package proxy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/effect"
	"eslguard/policy"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/feed"
	"eslguard/proxy/internal/identity"
	"eslguard/proxy/internal/jobs"
	"eslguard/proxy/internal/ledger"
	"eslguard/proxy/internal/pool"
	"eslguard/proxy/internal/secrets"
	"eslguard/proxy/internal/sessionlog"
	"eslguard/proxy/internal/stream"
	"eslguard/proxy/internal/tally"
	"eslguard/proxy/internal/upstream"
)

// ErrServerClosed is returned by Serve after Shutdown or Close.
var ErrServerClosed = errors.New("proxy: server closed")

// Policies returns the policy in force. *policy.Store implements it.
type Policies interface {
	// Current never returns nil.
	Current() *policy.Policy
}

// A Recorder writes the audit. *audit.Log implements it.
type Recorder interface {
	// Write writes r and returns its sequence, or an error if r is not written.
	Write(r *audit.Record) (seq uint64, err error)
	// Reply returns what may be recorded of a reply.
	Reply(text []byte, size int64, secret bool) audit.Reply
	// Redact removes from a text what looks like secrets.
	Redact(s string) string
	// RedactBy is like Redact, and also removes what c marks as secrets.
	RedactBy(c *catalog.Catalog, s string) string
	// LeavesOut reports whether a command contains what looks like a secret.
	LeavesOut(c *catalog.Catalog, text string, effects []effect.Effect) bool
	// NewID returns an id that it never returned before.
	NewID() string
}

var _ Recorder = (*audit.Log)(nil)

// The defaults of Server's fields.
const (
	DefaultLoginTimeout  = 10 * time.Second
	DefaultDialTimeout   = 5 * time.Second
	DefaultMaxHeld       = 64 << 20
	DefaultMaxHeldAll    = 256 << 20
	DefaultMaxSessions   = 20_000
	DefaultMaxUnknown    = 1_024
	DefaultMaxUnknownOf  = 256
	DefaultHalfCloseTime = 30 * time.Second
	DefaultAuditRate     = 1 << 20
	DefaultAuditBurst    = 32 << 20
	DefaultStrangerRate  = 256 << 10
	DefaultStrangerBurst = 8 << 20
)

// A Server accepts clients in front of FreeSWITCH. Policies and Audit must be set before Serve; the
// zero value of every other field is a sensible default. Fields must not be changed after Serve has
// been called.
type Server struct {
	// Policies says who may do what.
	Policies Policies
	// Audit is where everything that clients do is recorded. While it cannot be written, commands
	// are refused.
	Audit Recorder
	// Recordings is the folder for the recordings of clients that the policy wants recorded whole.
	// It is created for the first recording. Empty: such clients cannot log in.
	Recordings string
	// Log is the operator's log. The zero Logger writes nothing.
	Log zerolog.Logger

	// LoginTimeout is how long a client has to log in. Zero: DefaultLoginTimeout.
	LoginTimeout time.Duration
	// DialTimeout is how long FreeSWITCH has to accept a connection and a login. Zero:
	// DefaultDialTimeout.
	DialTimeout time.Duration
	// HalfCloseTimeout is how long a client that has closed its side is still answered. Zero:
	// DefaultHalfCloseTime.
	HalfCloseTimeout time.Duration
	// Limits bound the frames of clients. Zero: the limits of codec.
	Limits codec.Limits
	// MaxHeld is how many bytes may wait for one slow client, MaxHeldAll for all together. Zero:
	// DefaultMaxHeld and DefaultMaxHeldAll.
	MaxHeld, MaxHeldAll int64
	// MaxSessions is how many connections there may be, MaxUnknown how many of them that have not
	// logged in, and MaxUnknownOf how many of those from one address (an IPv6 /64). A new
	// connection beyond MaxSessions is closed at once; one beyond the other limits takes the place
	// of a connection that has not sent its login yet. Zero: DefaultMaxSessions, DefaultMaxUnknown
	// and DefaultMaxUnknownOf.
	MaxSessions, MaxUnknown, MaxUnknownOf int
	// MaxDescriptors is how many file descriptors all sessions may have together, two each and one
	// more for a recording. A new connection beyond that is closed at once. Zero: no limit.
	MaxDescriptors int
	// AuditRate is how many bytes of audit a second one client may cause, with all its sessions
	// together, and AuditBurst how many at once; beyond that it is not read. StrangerRate and
	// StrangerBurst are those of all connections together that have not logged in; beyond that new
	// ones are closed. Zero: DefaultAuditRate and so on.
	AuditRate, AuditBurst, StrangerRate, StrangerBurst int64

	once sync.Once
	// admission limits how many sessions there are, and roster has them.
	admission *admission.Sessions
	roster    roster
	dialer    *upstream.Dialer
	// streams read the events of each upstream once. jobs hears the ends of bgapi jobs there.
	streams stream.Set
	// pools lend connections to sessions that share them.
	pools  *pool.Set
	jobs   jobs.Set
	expiry identity.Expiry
	// filterWork limits what the filters of each client may cost the streams.
	filterWork feed.Allowances
	// budget limits the memory that waits for clients.
	budget *answers.Budget
	ledger *ledger.Ledger
	// secrets redacts texts for the operator's log and finds commands that ask for secrets.
	secrets   *secrets.Redactor
	strangers *ledger.Strangers
	// work measures how long commands keep the processors busy.
	work *admission.WorkMeter
	// connections counts connections that came to nothing.
	connections tally.Connections
	// journal writes the lines of the operator's log that clients cause.
	journal tally.Journal
	// lines is what the lines about sessions need.
	lines sessionlog.Options
	reach upstream.Reach
	// limitLog and clientLog are Log for connections beyond a limit and for what clients can cause.
	// Each is limited in rate by itself, so that none hides another.
	limitLog, clientLog zerolog.Logger

	// These are for tests. Zero: the defaults of tally.Denials, unansweredTime and jobs.LostAfter.
	denialPeriod, unansweredTime, lostJobs time.Duration

	endOnce sync.Once
	end     chan struct{} // see ended
}

func (s *Server) setUp() {
	s.once.Do(func() {
		limited := func() zerolog.Logger {
			return s.Log.Sample(&zerolog.BurstSampler{Burst: 10, Period: 10 * time.Second})
		}
		s.limitLog, s.clientLog, s.reach.Log = limited(), limited(), limited()
		s.ledger = ledger.New(s.Audit, admission.NewAllowances(
			admission.Allowance{Rate: cmp.Or(s.AuditRate, DefaultAuditRate), Burst: cmp.Or(s.AuditBurst, DefaultAuditBurst)},
			admission.Allowance{Rate: cmp.Or(s.StrangerRate, DefaultStrangerRate), Burst: cmp.Or(s.StrangerBurst, DefaultStrangerBurst)}),
			limited())
		s.secrets = secrets.New(s.Audit, s.inForce)
		s.work = admission.NewWorkMeter()
		s.dialer = upstream.NewDialer(cmp.Or(s.DialTimeout, DefaultDialTimeout))
		s.budget = answers.NewBudget(cmp.Or(s.MaxHeldAll, DefaultMaxHeldAll), s.contain)
		s.streams.Dial, s.streams.Budget, s.streams.Log, s.streams.Contain = s.dialer.Dial, s.budget, s.logStream, s.contain
		s.pools = pool.NewSet(pool.Options{Dial: s.dial, Contain: s.contain})
		s.admission = admission.NewSessions(admission.Options{
			MaxSessions: cmp.Or(s.MaxSessions, DefaultMaxSessions), MaxDescriptors: s.MaxDescriptors,
			MaxUnknown: cmp.Or(s.MaxUnknown, DefaultMaxUnknown), MaxUnknownOf: cmp.Or(s.MaxUnknownOf, DefaultMaxUnknownOf),
		})
		s.roster.init(s.admission)
		s.strangers = ledger.NewStrangers(s.ledger, s.limitLog, s.denialPeriod, s.contain)
		s.connections.Write, s.connections.Contain = s.ledger.Record, s.contain
		s.journal.Log, s.journal.Contain = s.Log, s.contain
		s.lines = sessionlog.Options{Journal: &s.journal, Shown: s.secrets.Shown, Policy: s.inForce}
		s.reach.Shown = s.secrets.Shown
		s.jobs.Streams, s.jobs.Done, s.jobs.Contain, s.jobs.LostAfter = &s.streams, s.ledger.RecordJob, s.contain, s.lostJobs
	})
}

// The limits of the pause after an Accept that failed, for example because the host has no
// descriptors or no memory left. The guard must not stop because of that.
const (
	minAcceptWait = 5 * time.Millisecond
	maxAcceptWait = time.Second
)

// Serve accepts clients on l and returns ErrServerClosed after Shutdown or Close. Any other error
// says that its owner closed l. Serve always closes l, and may be called for several listeners.
// Sessions may still run when it returns: only Shutdown and Close wait for them.
func (s *Server) Serve(l net.Listener) error {
	s.setUp()
	defer l.Close()
	if !s.roster.addListener(l) {
		return ErrServerClosed
	}
	defer s.roster.removeListener(l)
	s.awaitExpiry()
	var wait time.Duration
	for {
		conn, err := l.Accept()
		if err == nil {
			wait = 0
			s.start(conn)
			continue
		}
		if s.roster.isClosing() {
			return ErrServerClosed
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		wait = min(max(2*wait, minAcceptWait), maxAcceptWait)
		s.clientLog.Error().Str("event", "crowded").Err(err).Dur("wait", wait).Msg("cannot accept a client; trying again")
		time.Sleep(wait)
	}
}

// start begins a session for conn, or closes conn if there are too many.
func (s *Server) start(conn net.Conn) {
	begun := false
	defer func() {
		if !begun {
			conn.Close()
		}
	}()
	defer s.contain()
	se := newSession(s, conn)
	if s.strangers.ShutOut(se.addr, s.Policies.Current().Knows(se.addr.Addr())) {
		return
	}
	gone, err := s.roster.add(se)
	if err != nil {
		if err == admission.ErrFull || err == admission.ErrDescriptors {
			s.limitLog.Warn().Str("event", "crowded").Stringer("addr", se.addr).Msg(err.Error() + "; closed a new one at once")
		}
		return
	}
	if gone != nil {
		gone.Lost()
	}
	begun = true
	go se.serve()
}

// contain recovers from a fault in eslguard that belongs to no session, so that it does not end the
// program. It is deferred.
func (s *Server) contain() {
	if fault := recover(); fault != nil {
		s.Log.Error().Str("event", "fault").Str("fault", fmt.Sprintf("%.200v", fault)).Bytes("stack", debug.Stack()).
			Msg("internal error; please report this")
	}
}

// inForce returns the policy in force.
func (s *Server) inForce() *policy.Policy { return s.Policies.Current() }

// Sessions returns how many connections there are, logged in or not.
func (s *Server) Sessions() int { return s.roster.count() }

// loginTime returns how long se has to log in.
func (s *Server) loginTime(se *session) time.Duration {
	limit := cmp.Or(s.LoginTimeout, DefaultLoginTimeout)
	if s.admission.Scarce(&se.entry) {
		return limit / scarceLoginTime
	}
	return limit
}

// scarceLoginTime is what the time for a login is divided by if places are scarce.
const scarceLoginTime = 4

// addrOf returns a connection's remote address, unmapped, and the zero AddrPort if it has none.
func addrOf(c net.Conn) netip.AddrPort {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// Shutdown stops accepting, lets the commands in progress be answered, says goodbye and closes. If
// ctx ends first, it ends the remaining sessions, waits up to half a second for their clients to
// take the notice, and returns ctx's error; Close waits for the rest.
func (s *Server) Shutdown(ctx context.Context) error {
	s.setUp()
	s.stopAccepting()
	for _, se := range s.roster.all() {
		se.shutdown()
	}
	select {
	case <-s.ended():
		return nil
	case <-ctx.Done():
	}
	s.endAll()
	t := time.NewTimer(flushTime)
	defer t.Stop()
	select {
	case <-s.ended():
	case <-t.C:
	}
	return ctx.Err()
}

// closePatience is how long Close waits for sessions to end. Most need flushTime and lingerTime;
// one whose record no disk takes would need for ever.
const closePatience = 5 * time.Second

// ErrNotEnded is returned by Close if sessions have not ended in time.
var ErrNotEnded = errors.New("proxy: sessions have not ended")

// Close closes everything at once and waits for it, but no longer than 5 seconds. It returns
// ErrNotEnded if sessions are left then, most likely because the audit accepts no records.
func (s *Server) Close() error {
	s.setUp()
	s.stopAccepting()
	s.endAll()
	t := time.NewTimer(closePatience)
	defer t.Stop()
	select {
	case <-s.ended():
		return nil
	case <-t.C:
		return ErrNotEnded
	}
}

func (s *Server) stopAccepting() {
	s.expiry.Close()
	s.roster.close()
}

// endAll ends all sessions. Those that are ending already no longer wait for their clients.
func (s *Server) endAll() {
	for _, se := range s.roster.all() {
		if !se.end(ending{reason: reasonShutdown, notice: noticeShutdown}) {
			se.life.stopWaiting()
		}
	}
}

// ended returns a channel that is closed once all sessions, and all other goroutines of the server,
// have ended. The server must be closing.
func (s *Server) ended() <-chan struct{} {
	s.endOnce.Do(func() {
		s.end = make(chan struct{})
		go s.awaitEnd()
	})
	return s.end
}

func (s *Server) awaitEnd() {
	defer close(s.end)
	defer s.contain()
	s.roster.wait()
	s.streams.Close()
	s.jobs.Close()
	s.pools.Close()
	s.connections.Close()
	s.journal.Close()
	s.strangers.Close()
}
