package proxy

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/feed"
	"eslguard/proxy/internal/identity"
	"eslguard/proxy/internal/sessionlog"
	"eslguard/proxy/internal/wire"
)

// A session is one connection of a client. Its goroutine, serve, owns the connections and reads
// commands; a second one, relay, reads what FreeSWITCH sends. Both are joined before anything is
// closed.
type session struct {
	srv  *Server
	id   string
	addr netip.AddrPort
	// addrText is addr as every record has it.
	addrText string
	client   *wire.Conn
	// out writes to the client.
	out *answers.Writer
	// entry is what the limits on sessions know of the session.
	entry admission.Session
	// life is how the session ends.
	life lifetime
	// ident is the client and the policy that it is decided by.
	ident identity.Identity
	// records writes the session's audit records, and lines its lines in the operator's log.
	records sessionRecords
	lines   sessionlog.Log
	// recording is set before the login is answered.
	recording wholeRecording

	// commands reads the client.
	commands commands
	// line is the session's connection to FreeSWITCH. relaying counts the goroutines that read it.
	line     line
	relaying sync.WaitGroup
	// feed serves the session from its upstream's shared stream. Nil: the session's events come on
	// its own connection. It is set before the login is answered.
	feed *feed.Feed
	// farewellOnce is done once the client has been told of the session's end.
	farewellOnce sync.Once
	// undelivered is how many bytes the client did not take before the end.
	undelivered int64
}

func newSession(srv *Server, conn net.Conn) *session {
	s := &session{srv: srv, addr: addrOf(conn), client: wire.New(conn)}
	s.id, s.addrText = srv.Audit.NewID(), s.addr.String()
	s.entry.Place = admission.Place{Source: admission.SourceOf(s.addr.Addr()), Since: time.Now(), Lost: s.losePlace}
	s.out = answers.New(answers.Options{
		Conn: s.client, Max: cmp.Or(srv.MaxHeld, DefaultMaxHeld), Budget: srv.budget,
		GiveUp: s.giveUp, Contain: s.contain,
	})
	s.life.init(s.client, s.out)
	s.lines = sessionlog.New(&srv.lines, s.id, s.addr)
	s.records.init(s)
	s.commands = commands{s: s, reader: codec.NewClientReader(s.client, codec.LoginLimits)}
	s.line.s = s
	return s
}

// serve runs the session from greeting to close.
func (s *session) serve() {
	// enter runs in a goroutine of its own: dialling needs a deep stack, which this goroutine would
	// keep.
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
	s.line.read()
	s.readCommands()
}

// readCommands reads commands until the session is over, in a fresh goroutine each time that the
// client has become idle.
func (s *session) readCommands() {
	if idle := s.commands.read(); idle {
		s.contained((*session).shrink)
		go s.readCommands()
		return
	}
	s.leave()
}

// shrink gives back what an idle session does not need.
func (s *session) shrink() {
	s.commands.scratch = nil
	s.out.Shrink()
	s.srv.budget.SessionIdle()
}

// leave ends the session. It is the last function that the session runs.
func (s *session) leave() {
	defer s.srv.roster.remove(s)
	defer s.client.Close()
	s.finish()
}

// contained calls f, and contains a fault in it.
func (s *session) contained(f func(*session)) {
	defer s.contain()
	f(s)
}

// contain limits a fault in eslguard to the session in which it occurs: the session is closed, and
// nothing of what it was about to do is done. It is deferred in every goroutine that the session
// runs in. Locks are released by defer, since the session's end takes them.
func (s *session) contain() {
	if fault := recover(); fault != nil {
		s.srv.Log.Error().Str("event", "fault").Str("session", s.id).Stringer("addr", s.addr).
			Str("fault", fmt.Sprintf("%.200v", fault)).Bytes("stack", debug.Stack()).
			Msg("internal error: the session is closed; please report this")
		s.end(ending{reason: reasonFault, how: silent})
	}
}

// enter brings the session as far as its login at FreeSWITCH, and reports whether it got there.
func (s *session) enter() bool {
	if !s.srv.Policies.Current().Knows(s.addr.Addr()) {
		s.turnAway()
		return false
	}
	s.client.OnFirst(s.begin)
	s.out.Write(codec.AppendAuthRequest(s.commands.scratch[:0]))
	return s.logIn()
}

// begin records the session, once its client has sent something. Until then it may be only a health
// check, which is counted.
func (s *session) begin() {
	if !s.records.begin() {
		s.end(ending{reason: reasonUnrecorded, notice: noticeAudit})
	}
}

// turnAway answers a connection from an address that no client has, as FreeSWITCH would, and ends
// the session.
func (s *session) turnAway() {
	s.lines.TurnedAway(reasonAddress)
	s.out.Write(codec.AppendRudeRejection(nil))
	s.end(ending{reason: reasonAddress, how: silent})
}

// losePlace ends the session because another connection needs its place.
func (s *session) losePlace() {
	s.srv.limitLog.Warn().Str("event", "crowded").Stringer("addr", s.addr).Msg(reasonNoPlace + "; closed one that has sent no login")
	s.end(ending{reason: reasonNoPlace, how: abort})
}

// shutdown lets the commands in progress be answered, then ends the session.
func (s *session) shutdown() {
	s.life.stopping.Store(true)
	s.client.Interrupt()
	s.out.Wake()
}

// halfCloseTimeout is how long a client is still answered after it has closed its side, or has sent
// a frame whose end cannot be found.
func (s *session) halfCloseTimeout() time.Duration {
	return cmp.Or(s.srv.HalfCloseTimeout, DefaultHalfCloseTime)
}

// end ends the session. It returns false if the session has been ended before.
func (s *session) end(e ending) bool { return s.life.end(e) }

// isOver reports whether the session has been ended.
func (s *session) isOver() bool { return s.life.isOver() }

// feedEnds ends the session because it cannot be served from the shared stream any more.
func (s *session) feedEnds(err error) {
	e := feedEnding(err)
	s.srv.clientLog.Warn().Str("event", "closed").Str("session", s.id).Stringer("addr", s.addr).Msg("closed: " + e.reason)
	s.end(e)
}

// feedEnding returns the ending of a session whose feed has failed. The client is told why if it is
// due to the session.
func feedEnding(err error) ending {
	e := ending{reason: err.Error(), notice: err.Error(), how: drain}
	var lost *feed.LostError
	if errors.As(err, &lost) {
		e.notice = noticeUpstream
	}
	return e
}

// giveUp ends the session because its client cannot be written to.
func (s *session) giveUp(err error) {
	if err == answers.ErrSlowClient || err == answers.ErrBudget {
		s.srv.clientLog.Warn().Str("event", "closed").Str("session", s.id).Stringer("addr", s.addr).Msg("closed: " + err.Error())
		s.end(ending{reason: err.Error(), how: abort})
		return
	}
	s.end(ending{reason: "cannot write to the client: " + err.Error(), how: abort})
}
