package proxy

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// The texts of disconnect notices, beyond FreeSWITCH's own goodbye.
const (
	noticeShutdown = "eslguard is shutting down"
	noticeUpstream = "FreeSWITCH closed the connection"
	noticeProtocol = "FreeSWITCH broke the protocol"
	noticeRevoked  = "the policy has changed"
	noticeRefused  = "cannot tell where the next command begins"
	noticeLogin    = "login timed out"
	noticeAudit    = "audit unavailable"
)

// Reasons that are recorded for ends of sessions, and that several endings share or tests look for.
const (
	reasonShutdown   = "shutdown" // it ends with the program
	reasonFault      = "internal error"
	reasonUnrecorded = "audit unavailable" // its beginning could not be recorded
	reasonNoPlace    = "too many connections that have not logged in"
	reasonSilent     = "closed without having sent anything"
	reasonTimeout    = "login timed out"
	reasonAddress    = "no client may connect from this address"
)

// flushTime is how long a session that ends waits for its client to take the remaining output.
const flushTime = 500 * time.Millisecond

// A farewell is how a session takes leave of its client. The zero farewell is goodbye.
type farewell uint8

const (
	goodbye farewell = iota // a disconnect notice, and flushTime to take the remaining output
	drain                   // likewise, with halfCloseTimeout instead of flushTime
	silent                  // no notice, since the client is gone or has been answered
	abort                   // no notice, and the remaining output is discarded
)

// givesNotice reports whether the client is sent a disconnect notice.
func (f farewell) givesNotice() bool { return f == goodbye || f == drain }

// An ending says why and how a session ended. The first ending of a session counts.
type ending struct {
	// reason is for the record.
	reason string
	// notice is for the client. Empty: FreeSWITCH's own goodbye.
	notice string
	how    farewell
}

// A lifetime is how a session ends: once, from any goroutine. It must be initialized with init.
type lifetime struct {
	client *wire.Conn
	out    *answers.Writer

	// ctx is cancelled when the session ends.
	ctx    context.Context
	cancel context.CancelFunc

	// mu guards notWaiting, why and up.
	mu sync.Mutex
	// notWaiting is true once the session no longer waits for its client.
	notWaiting bool
	why        ending
	// up is the connection to FreeSWITCH, the zero Link while there is none.
	up upstream.Link

	// upstreamOver is true once FreeSWITCH's side of the session has ended.
	upstreamOver atomic.Bool
	// leaving says why the client leaves, nil while it stays. When it is set, FreeSWITCH closes the
	// connection because of that.
	leaving atomic.Pointer[string]
	// stopping tells the session to read no more commands, and to end once all are answered.
	stopping atomic.Bool
}

func (l *lifetime) init(client *wire.Conn, out *answers.Writer) {
	l.client, l.out = client, out
	l.ctx, l.cancel = context.WithCancel(context.Background())
}

// isOver reports whether the session has been ended.
func (l *lifetime) isOver() bool { return l.ctx.Err() != nil }

// end ends the session: all waits on its connections end, and serve cleans up. It returns false if
// the session has been ended before; an ending that aborts then stops it from waiting for its
// client. It does not block and may be called from any goroutine.
func (l *lifetime) end(e ending) (first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isOver() {
		if e.how == abort {
			l.stopWaitingLocked()
		}
		return false
	}
	l.why = e
	l.cancel()
	l.client.Interrupt()
	if e.how == abort {
		_ = l.client.SetWriteDeadline(wire.Past)
	}
	switch {
	case l.up.Conn == nil:
	case l.out.MidFrame() && e.how.givesNotice():
		// The frame in progress may still be completed, so that a notice can follow it.
		l.up.Conn.InterruptIn(flushTime)
		_ = l.up.Conn.SetWriteDeadline(wire.Past)
	default:
		l.up.Interrupt()
	}
	return true
}

// stopWaiting makes a session that has been ended stop waiting for its client.
func (l *lifetime) stopWaiting() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopWaitingLocked()
}

// stopWaitingLocked implements stopWaiting. The caller holds mu.
func (l *lifetime) stopWaitingLocked() {
	l.notWaiting = true
	_ = l.client.SetWriteDeadline(wire.Past)
	if l.up.Conn != nil {
		l.up.Interrupt()
	}
}

// upstream returns the connection to FreeSWITCH, the zero Link if there is none.
func (l *lifetime) upstream() upstream.Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.up
}

// takeUpstream takes the connection to FreeSWITCH away from the session. intact is false if the end
// of the session may have interrupted it.
func (l *lifetime) takeUpstream() (up upstream.Link, intact bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	up, l.up = l.up, upstream.Link{}
	return up, !l.isOver()
}

// setUpstream gives the session a connection to FreeSWITCH.
func (l *lifetime) setUpstream(up upstream.Link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up = up
	if l.isOver() {
		up.Interrupt()
	}
}

// waitForClient sets how long the client has to take the remaining output.
func (l *lifetime) waitForClient(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	deadline := time.Now().Add(d)
	if l.notWaiting {
		deadline = wire.Past
	}
	_ = l.client.SetWriteDeadline(deadline)
}

// finish says goodbye, waits a moment for the client to take it, closes both connections and writes
// the session's last record. A fault in one step does not prevent the others.
func (s *session) finish() {
	gone := ending{reason: reasonClientClosed, how: drain}
	if why := s.life.leaving.Load(); why != nil {
		gone.reason = *why
	}
	s.client.OnFirst(nil) // bytes that are read from here on are discarded
	s.end(gone)
	s.relaying.Wait()
	for _, step := range []func(*session){
		func(s *session) { s.line.close() },
		(*session).leaveStream,
		func(s *session) { s.farewell(s.life.why) },
		(*session).dropUndelivered,
		func(s *session) { s.recording.stop() },
		func(s *session) { s.commands.jobs.leave() },
		(*session).linger,
		(*session).recordEnd,
	} {
		s.contained(step)
	}
}

// leaveStream leaves the shared stream.
func (s *session) leaveStream() {
	if s.feed != nil {
		s.feed.Close()
	}
}

// unansweredTime is how long a command without an answer counts in the client's limits after its
// session has ended. FreeSWITCH continues to run it, and the proxy does not learn when it is done;
// a client must not get more commands in progress by disconnecting.
const unansweredTime = time.Minute

// dropUndelivered ends a drain that is still in progress, counts what the client has not taken, and
// gives back what the commands without an answer count for in the client's limits: a while later,
// unless FreeSWITCH's side of the session has ended, and the commands with it.
func (s *session) dropUndelivered() {
	undelivered, unanswered := s.out.Abandon()
	s.undelivered = undelivered
	if len(unanswered) == 0 {
		return
	}
	release := func() {
		for _, taken := range unanswered {
			taken.Release()
		}
	}
	if s.life.upstreamOver.Load() {
		release()
		return
	}
	time.AfterFunc(cmp.Or(s.srv.unansweredTime, unansweredTime), func() {
		defer s.srv.contain()
		release()
	})
}

// recordEnd writes the session's last record, or counts a connection that came to nothing.
func (s *session) recordEnd() {
	s.records.close()
	reason, source := s.life.why.reason, s.entry.Place.Source
	switch {
	case s.records.begun:
		r := &audit.Record{
			Kind: audit.KindEnd, Client: s.ident.Name(), Addr: s.addrText, Reason: reason,
			Commands: s.records.commands, Denied: s.records.denied, Observed: s.records.observed,
			Undelivered: s.undelivered, Took: time.Since(s.entry.Place.Since),
		}
		s.records.write(r)
		s.lines.End(r)
	case reason == reasonAddress:
		s.srv.connections.Count(source, audit.Refuse, reason)
	case reason == reasonTimeout, reason == reasonShutdown, reason == reasonNoPlace, reason == reasonFault, reason == reasonUnrecorded:
		s.srv.connections.Count(source, 0, reason)
	default: // other reasons contain too much of this one connection for several to be equal
		s.srv.connections.Count(source, 0, reasonSilent)
	}
}

// farewell says goodbye and waits a moment for the client to take it, with the other output that
// waits for it. Only the first call has an effect; others wait for it. The session must have been
// ended, and nothing from FreeSWITCH may be on its way to the client.
func (s *session) farewell(why ending) {
	s.farewellOnce.Do(func() { s.sayGoodbye(why) })
}

// sayGoodbye implements farewell.
func (s *session) sayGoodbye(why ending) {
	s.srv.admission.Uncount(&s.entry)
	if why.how == abort {
		_ = s.client.SetWriteDeadline(wire.Past)
		s.out.Close(nil, nil)
		return
	}
	patience := flushTime
	if why.how == drain {
		patience = s.halfCloseTimeout()
	}
	var notice []byte
	if why.how.givesNotice() {
		notice = codec.AppendDisconnectNotice(nil, why.notice)
	}
	s.out.Close(notice, func() { s.life.waitForClient(patience) })
}

// lingerTime is how long input that the client still sends is read and discarded, and lingerBytes
// how much of it: closing with unread bytes would make the kernel reset the connection, and the
// last words would be lost.
const (
	lingerTime  = 250 * time.Millisecond
	lingerBytes = 64 << 10
)

// linger reads and discards what the client still sends, unless the session was aborted.
func (s *session) linger() {
	if s.life.why.how == abort {
		return
	}
	s.client.CloseWrite()
	_ = s.client.SetReadDeadline(time.Now().Add(lingerTime))
	var b [512]byte
	for total := 0; total < lingerBytes; {
		n, err := s.client.Read(b[:])
		if err != nil {
			return
		}
		total += n
	}
}
