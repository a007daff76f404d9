package proxy

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = errors.New("proxy: server closed")

// errFull says that there is no place for a new connection.
var errFull = errors.New("too many connections")

// Policies tells the policy in force. *policy.Store is one.
type Policies interface {
	// Current never returns nil.
	Current() *policy.Policy
}

// A Recorder writes down what is done. *audit.Log is one.
type Recorder interface {
	// Write writes r, or says that it is not written.
	Write(r *audit.Record) (seq uint64, err error)
	// Reply says what may be told of a reply.
	Reply(text []byte, size int64, secret bool) audit.Reply
	// Redact leaves out of a text what looks like secrets.
	Redact(s string) string
	// RedactBy is Redact that also leaves out what c marks as secrets.
	RedactBy(c *command.Catalog, s string) string
	// LeavesOut reports whether a command has in it what looks like a secret.
	LeavesOut(c *command.Catalog, text string, effects []command.Effect) bool
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
)

// A Server stands in front of FreeSWITCH. Policies and Audit must be set before Serve; the
// zero of every other field is a sensible default. Nothing is changed after Serve begins.
type Server struct {
	// Policies says who may do what.
	Policies Policies
	// Audit is where all that is done is written. While it cannot be, commands are refused.
	Audit Recorder
	// Recordings is the folder for the recordings of clients that the policy wants recorded whole.
	// It is made when the first one begins. Empty: such clients cannot log in.
	Recordings string
	// Log is the operator's. The zero Logger writes nothing.
	Log zerolog.Logger

	// LoginTimeout is how long a client has to log in. Zero: DefaultLoginTimeout.
	LoginTimeout time.Duration
	// DialTimeout is how long FreeSWITCH has to take a connection and a login. Zero: DefaultDialTimeout.
	DialTimeout time.Duration
	// HalfCloseTimeout is how long a client that has closed its side is still answered.
	// Zero: DefaultHalfCloseTime.
	HalfCloseTimeout time.Duration
	// Limits bound the frames of clients. Zero: those of codec.
	Limits codec.Limits
	// MaxHeld is how many bytes may wait for one slow client, MaxHeldAll for all together.
	// Zero: DefaultMaxHeld and DefaultMaxHeldAll.
	MaxHeld, MaxHeldAll int64
	// MaxSessions is how many connections there may be, MaxUnknown how many of them that
	// have not logged in, and MaxUnknownOf how many of those from one address (an IPv6 /64). A new
	// connection beyond MaxSessions is closed at once; one beyond the others takes the place of one
	// that has not sent its login yet, see places. Zero: DefaultMaxSessions, DefaultMaxUnknown and
	// DefaultMaxUnknownOf.
	MaxSessions, MaxUnknown, MaxUnknownOf int
	// MaxDescriptors is how many file descriptors all sessions may have together, two each and one
	// more for a recording. A new connection beyond that is closed at once. Zero: no bound.
	MaxDescriptors int
	// AuditRate is how many bytes of audit a second one client may cause, all its sessions
	// together, and AuditBurst how many at once; beyond that it is not read. StrangerRate and
	// StrangerBurst are those of all connections together that have not logged in; beyond that new
	// ones are closed. Zero: DefaultAuditRate and so on.
	AuditRate, AuditBurst, StrangerRate, StrangerBurst int64

	once   sync.Once
	dialer *dialer
	budget *budget
	tidy   tidy
	// allowances are of the audit; tally counts the strangers' connections that are closed for want
	// of theirs.
	allowances      *allowances
	tally           tally
	fleeting        fleeting
	closedStrangers atomic.Uint64
	shutOuts        sync.Mutex // held while one of these is recorded: several listeners may
	// tallyTime is how long tallies last. Zero: defaultTallyTime.
	tallyTime time.Duration
	// unheardTime is for tests. Zero: the constant of that name.
	unheardTime time.Duration
	expiry      expiry
	journal     journal
	// Log for too many connections, what clients can cause, and trouble with the audit: bounded in
	// rate, each by itself, so that none hides another.
	crowded, noisy, troubled zerolog.Logger
	// reached is Log for upstreams that are lost and found, bounded alike, and reach says which
	// are.
	reached zerolog.Logger
	reach   reach

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	places    places // of sessions that have not logged in
	// descriptors is how many file descriptors the sessions may have, by what was counted to them.
	descriptors int
	byClient    map[string]int // sessions of each client
	jobs        map[string]*jobs
	wg          sync.WaitGroup // sessions

	endOnce sync.Once
	end     chan struct{} // see ended
}

// orDefault returns v, or what stands for its zero.
func orDefault[T ~int | ~int64](v, zero T) T {
	if v == 0 {
		return zero
	}
	return v
}

func (s *Server) setUp() {
	s.once.Do(func() {
		s.dialer = newDialer(orDefault(s.DialTimeout, DefaultDialTimeout))
		s.budget = newBudget(orDefault(s.MaxHeldAll, DefaultMaxHeldAll))
		s.budget.freed, s.tidy.trim = s.tidy.freed, s.budget.trim
		s.allowances = newAllowances(
			allowance{orDefault(s.AuditRate, DefaultAuditRate), orDefault(s.AuditBurst, DefaultAuditBurst)},
			allowance{orDefault(s.StrangerRate, DefaultStrangerRate), orDefault(s.StrangerBurst, DefaultStrangerBurst)})
		s.tally.lasts, s.tally.contain = s.tallyTime, s.contain
		s.tally.write = func(r *audit.Record) error {
			_, err := s.write(r)
			return err
		}
		s.fleeting.write, s.fleeting.contain = s.tally.write, s.contain
		s.journal.log, s.journal.contain, s.tidy.contain = s.Log, s.contain, s.contain
		for _, l := range []*zerolog.Logger{&s.crowded, &s.noisy, &s.troubled, &s.reached} {
			*l = s.Log.Sample(&zerolog.BurstSampler{Burst: 10, Period: 10 * time.Second})
		}
		s.places = newPlaces(s.unknownPlaces())
		s.listeners = make(map[net.Listener]struct{})
		s.sessions = make(map[*session]struct{})
		s.byClient = make(map[string]int)
		s.jobs = make(map[string]*jobs)
	})
}

// Bounds of the wait after an Accept that failed, for want of descriptors or memory: a guard that
// gave up then would be the thing that is down.
const (
	minAcceptWait = 5 * time.Millisecond
	maxAcceptWait = time.Second
)

// Serve accepts clients on l until Shutdown or Close, then returns ErrServerClosed. It
// always closes l, and may be called for several listeners. The program waits for
// Shutdown to return, not for Serve.
func (s *Server) Serve(l net.Listener) error {
	s.setUp()
	defer l.Close()
	if !s.addListener(l) {
		return ErrServerClosed
	}
	defer s.removeListener(l)
	s.awaitExpiry()
	var wait time.Duration
	for {
		conn, err := l.Accept()
		if err == nil {
			wait = 0
			s.start(conn)
			continue
		}
		if s.isClosing() {
			return ErrServerClosed
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		wait = min(max(2*wait, minAcceptWait), maxAcceptWait)
		s.noisy.Error().Str("event", "crowded").Err(err).Dur("wait", wait).Msg("cannot accept a client; trying again")
		time.Sleep(wait)
	}
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) removeListener(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// start gives conn to a session of its own, or closes it where there are too many.
func (s *Server) start(conn net.Conn) {
	begun := false
	defer func() {
		if !begun {
			conn.Close()
		}
	}()
	defer s.contain()
	se := newSession(s, conn)
	if s.shutOut(se) {
		return
	}
	gone, err := s.place(se)
	if err != nil {
		if err == errFull || err == errDescriptors {
			s.crowded.Warn().Str("event", "crowded").Stringer("addr", se.addr).Msg(err.Error() + "; closed a new one at once")
		}
		return
	}
	if gone != nil {
		s.crowded.Warn().Str("event", "crowded").Stringer("addr", gone.addr).Msg(reasonCrowded + "; closed one that has sent no login")
		gone.end(ending{reason: reasonCrowded, silent: true, drop: true})
	}
	begun = true
	go se.serve()
}

// contain keeps a fault in eslguard that belongs to no session from ending the program. It is
// deferred.
func (s *Server) contain() {
	if fault := recover(); fault != nil {
		s.Log.Error().Str("event", "fault").Str("fault", fmt.Sprintf("%.200v", fault)).Bytes("stack", debug.Stack()).
			Msg("internal error; please report this")
	}
}

// admit counts a session to its client, unless the client has as many as it may.
func (s *Server) admit(se *session, client *policy.Client) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byClient[client.Name] >= client.Sessions {
		return false
	}
	s.byClient[client.Name]++
	s.places.leave(se)
	se.counted = client.Name
	return true
}

// uncount makes the place of a session free for others. It is called before the client can
// see the end of its connection, since it may come again at once.
func (s *Server) uncount(se *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if se.uncounted {
		return
	}
	se.uncounted = true
	if se.counted == "" {
		s.places.leave(se)
	} else if s.byClient[se.counted]--; s.byClient[se.counted] == 0 {
		delete(s.byClient, se.counted)
	}
}

// forget is the last that a session does.
func (s *Server) forget(se *session) {
	s.uncount(se)
	s.mu.Lock()
	delete(s.sessions, se)
	s.descriptors -= se.descriptors
	s.mu.Unlock()
	s.wg.Done()
}

// Sessions returns how many connections there are, logged in or not.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

func (s *Server) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*session, 0, len(s.sessions))
	for se := range s.sessions {
		all = append(all, se)
	}
	return all
}

func (s *Server) stopAccepting() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	s.expiry.close()
	for l := range s.listeners {
		l.Close()
	}
}

func (s *Server) endAll() {
	for _, se := range s.all() {
		se.end(ending{reason: reasonShutdown, notice: noticeShutdown, hurry: true})
	}
}

func (s *Server) closeJobs() {
	s.mu.Lock()
	jobs := s.jobs
	s.jobs = nil
	s.mu.Unlock()
	for _, j := range jobs {
		j.watch.close()
	}
}

// addrOf returns a connection's remote address, unmapped, and the zero AddrPort where it has none.
func addrOf(c net.Conn) netip.AddrPort {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
