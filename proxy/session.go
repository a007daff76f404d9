package proxy

import (
	"container/list"
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/audit"
	"eslguard/audit/recording"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// A session is one connection of a client. Its goroutine, serve, owns both connections and
// reads commands; a second one, replies, reads what FreeSWITCH sends; both are joined
// before anything is closed.
type session struct {
	srv  *Server
	id   string
	addr netip.AddrPort
	// addrText is addr as every record has it.
	addrText string
	begun    time.Time
	client   *wire
	reader   *codec.ClientReader

	// source is where the client is. place is the session's in places while it has not sent its
	// login, placed that it has one. srv.mu guards both.
	source netip.Prefix
	place  *list.Element
	placed bool
	// descriptors is how many file descriptors are counted to the session. srv.mu guards it.
	descriptors int
	// counted is the client whose sessions this one counts to, "" before login. srv.mu guards it.
	counted string
	// uncounted: it counts no more. srv.mu guards it.
	uncounted bool

	// endMu guards over, why and up's being set.
	endMu sync.Mutex
	over  bool
	// hurried: what is left for the client is no longer waited for.
	hurried bool
	why     ending
	done    chan struct{} // closed when over
	up      link
	// upstreamOver says that FreeSWITCH's side of the session has ended.
	upstreamOver atomic.Bool
	// leaving says why the client goes, "" while it stays: FreeSWITCH then closes because of that.
	leaving atomic.Pointer[string]
	// stopping: read no more commands, and end once all are answered.
	stopping atomic.Bool

	// stateMu guards what a change of policy looks at. Nobody parses, decides or waits under it,
	// since a revocation would wait too. serve's goroutine alone changes state, so it reads that
	// without the lock.
	stateMu sync.Mutex
	policy  *policy.Policy
	login   policy.Login
	state   command.State
	// revoked: the policy does not let the session go on, so nothing goes up any more.
	revoked bool

	// ends is when the password of login ends, nil for one that holds for ever. It is set under
	// stateMu.
	ends atomic.Pointer[time.Time]

	// mu guards the order of what the client is sent.
	mu    sync.Mutex
	queue replyQueue
	out   outbox
	// mid: the client has been sent a part of a frame, so nothing else may be written. Set under mu.
	mid atomic.Bool
	// told: FreeSWITCH's own disconnect notice has been passed on.
	told bool
	// room is signalled when a command has been answered.
	room chan struct{}

	replying, wg sync.WaitGroup // replies; the outbox's drain

	// tally counts what is denied again and again.
	tally tally

	// recorded: the session has a record of its beginning, so it gets one of its end. It is set by
	// serve's goroutine, or the one that serve waits for.
	recorded bool
	// loginTold: the operator has heard that there is no login, and why.
	loginTold bool

	// recording is set before the login is answered. nil: the session is not recorded whole.
	recording *recording.Recording

	// Of serve's goroutine alone.
	undelivered      int64 // bytes that the client did not take before the end
	jobs             *jobs // nil before the first bgapi
	scratch          []byte
	commands, denied uint64
	// pastClient is the client whose password was sent after it had ended, "" for none. It is for
	// the operator's log alone: the record is not that client's, so it is not charged for it.
	pastClient string
	// observed is how many commands were recorded to go up that the rules would have denied.
	observed uint64
}

func newSession(srv *Server, conn net.Conn) *session {
	s := &session{
		srv: srv, addr: addrOf(conn), begun: time.Now(), client: newWire(conn),
		done: make(chan struct{}), room: make(chan struct{}, 1),
	}
	s.id, s.addrText, s.source = srv.Audit.NewID(), s.addr.String(), sourceOf(s.addr.Addr())
	s.reader = codec.NewClientReader(s.client, codec.LoginLimits)
	s.out = outbox{
		w: s.client, max: orDefault(srv.MaxHeld, DefaultMaxHeld), budget: srv.budget,
		giveUp: s.giveUp, contain: s.contain, mu: &s.mu, wg: &s.wg,
	}
	s.out.drained.L = &s.mu
	s.tally.lasts, s.tally.contain = srv.tallyTime, s.contain
	s.tally.write = func(r *audit.Record) error {
		_, err := s.srv.write(r)
		return err
	}
	return s
}

// serve runs the session from greeting to close.
func (s *session) serve() {
	// In a goroutine of its own: dialling needs a deep stack, which this one would keep.
	entered := false
	var enter sync.WaitGroup
	enter.Go(func() {
		defer s.contain()
		entered = s.enter()
	})
	enter.Wait()
	if !entered {
		s.leave()
		return
	}
	s.replying.Go(s.replies)
	s.attend()
}

// attend reads commands until the session is over, in a fresh goroutine each time that the
// client has become quiet.
func (s *session) attend() {
	if quiet := s.readCommands(); quiet {
		s.contained((*session).rest)
		go s.attend()
		return
	}
	s.leave()
}

// rest gives back what an idle session does not need.
func (s *session) rest() {
	s.scratch = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.n == 0 {
		s.queue = replyQueue{}
	}
	s.srv.tidy.rested()
}

// leave is the session's end.
func (s *session) leave() {
	defer s.srv.forget(s)
	defer s.client.Close()
	s.finish()
}

// contained returns f with contain deferred in it, for the goroutine of a timer. Without contain, a
// fault in f ends the program.
func contained(contain, f func()) func() {
	return func() {
		if contain != nil {
			defer contain()
		}
		f()
	}
}

// contained calls f, and contains a fault in it.
func (s *session) contained(f func(*session)) {
	defer s.contain()
	f(s)
}

// contain keeps a fault in eslguard to the session in which it shows: that one is closed,
// and nothing of what it was about to do is done. It is deferred in every goroutine that the
// session runs in. Locks are released by defer, since the session's end takes them.
func (s *session) contain() {
	if fault := recover(); fault != nil {
		s.srv.Log.Error().Str("event", "fault").Str("session", s.id).Stringer("addr", s.addr).
			Str("fault", fmt.Sprintf("%.200v", fault)).Bytes("stack", debug.Stack()).
			Msg("internal error: the session is closed; please report this")
		s.end(ending{reason: reasonFault, silent: true})
	}
}

// enter takes the session up to its login at FreeSWITCH, and reports whether it got there.
func (s *session) enter() bool {
	if !s.srv.Policies.Current().Knows(s.addr.Addr()) {
		s.turnAway()
		return false
	}
	s.client.onFirst = s.begin
	s.greet()
	return s.logIn()
}

// begin records the session, once its client has sent something. Until then it may be no more than
// a health check, which is only counted.
func (s *session) begin() {
	if s.recorded = s.record(&audit.Record{Kind: audit.KindSession, Addr: s.addrText}); !s.recorded {
		s.end(ending{reason: reasonUnheard, notice: "audit unavailable"})
	}
}

// turnAway says to a stranger what FreeSWITCH would.
func (s *session) turnAway() {
	s.tellTurnedAway()
	s.send(codec.AppendRudeRejection(nil))
	s.end(ending{reason: reasonAddress, silent: true})
}

func (s *session) greet() {
	s.send(codec.AppendAuthRequest(s.scratch[:0]))
}

// send writes what the proxy says before the first command, when no frame can be under way.
func (s *session) send(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.write(b)
}

// record writes a record about this session. It returns false if it is not written, and the
// operator knows.
func (s *session) record(r *audit.Record) bool {
	_, err := s.write(r)
	return err == nil
}

func (s *session) write(r *audit.Record) (uint64, error) {
	r.Session = s.id
	if err := s.tally.flush(); err != nil { // what came before is recorded first, or nothing is
		return 0, err
	}
	return s.srv.write(r)
}

// setUpstream gives the session its connection to FreeSWITCH.
func (s *session) setUpstream(l link) {
	s.endMu.Lock()
	defer s.endMu.Unlock()
	s.up = l
	if s.over {
		l.interrupt()
	}
}

// shutdown lets the commands in flight be answered, then ends the session.
func (s *session) shutdown() {
	s.stopping.Store(true)
	s.client.interrupt()
	select {
	case s.room <- struct{}{}:
	default:
	}
}

// name returns the client's name, "" before login.
func (s *session) name() string {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.login.Client == nil {
		return ""
	}
	return s.login.Client.Name
}

// dialContext ends when the session does.
func (s *session) dialContext(timeout time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	go func() {
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
