package proxy

import (
	"time"

	"eslguard/audit"
	"eslguard/codec"
)

// What a client is told when its session ends, beyond FreeSWITCH's own goodbye.
const (
	noticeShutdown = "eslguard is shutting down"
	noticeUpstream = "FreeSWITCH closed the connection"
	noticeProtocol = "FreeSWITCH broke the protocol"
	noticeRevoked  = "the policy has changed"
	noticeExpired  = "the password has expired"
	noticeRefused  = "cannot tell where the next command begins"
	noticeLogin    = "login timed out"
)

// Reasons that are recorded of sessions, besides those that others also say.
const (
	reasonShutdown = "shutdown" // it ends with the program
	reasonFault    = "internal error"
	reasonUnheard  = "audit unavailable" // its beginning could not be recorded
)

// flushTime is how long a session that ends waits for its client to take what is left.
const flushTime = 500 * time.Millisecond

// An ending says why a session ended. The first one given counts.
type ending struct {
	// reason is for the record.
	reason string
	// notice is for the client; empty: FreeSWITCH's own goodbye.
	notice string
	// silent: nothing more can or need be said to the client.
	silent bool
	// drop: what waits for the client is not waited for.
	drop bool
	// patient: the client is given time to take all that waits for it, since nothing else ends with it.
	patient bool
	// hurry: if the session has ended already, what is left for the client is no longer waited for.
	hurry bool
}

// end ends the session: what waits on its connections wakes up, and serve cleans up. It
// does not block and may be called from any goroutine, more than once.
func (s *session) end(e ending) {
	s.endMu.Lock()
	defer s.endMu.Unlock()
	if s.over {
		if e.drop || e.hurry {
			s.hurried = true
			_ = s.client.SetWriteDeadline(past)
			if s.up.w != nil {
				s.up.interrupt()
			}
		}
		return
	}
	s.over, s.why = true, e
	close(s.done)
	s.client.interrupt()
	if e.drop {
		_ = s.client.SetWriteDeadline(past)
	}
	switch {
	case s.up.w == nil:
	case s.mid.Load() && !e.drop && !e.silent:
		// The frame under way may come to its end, after which the client can be told.
		s.up.w.interruptIn(flushTime)
		_ = s.up.w.SetWriteDeadline(past)
	default:
		s.up.interrupt()
	}
}

// isOver reports whether the session has been ended.
func (s *session) isOver() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// giveUp ends the session because its outbox failed.
func (s *session) giveUp(err error) {
	if err == errSlowClient || err == errBudget {
		s.srv.noisy.Warn().Str("event", "closed").Str("session", s.id).Stringer("addr", s.addr).Msg("closed: " + err.Error())
		s.end(ending{reason: err.Error(), drop: true})
		return
	}
	s.end(ending{reason: "cannot write to the client: " + err.Error(), silent: true, drop: true})
}

// finish says goodbye, waits a moment for the client to take it, closes both connections
// and writes the session's last record. A fault in one step keeps none of the others from being
// taken.
func (s *session) finish() {
	gone := ending{reason: "client closed the connection", patient: true}
	if why := s.leaving.Load(); why != nil {
		gone.reason = *why
	}
	s.client.onFirst = nil // what is read from here on is thrown away
	s.end(gone)
	s.replying.Wait()
	for _, step := range []func(*session){
		(*session).leaveUpstream, (*session).leaveClient, (*session).dropUndelivered,
		(*session).stopRecording, (*session).leaveJobs, (*session).linger, (*session).recordEnd,
	} {
		s.contained(step)
	}
}

// leaveUpstream closes the connection to FreeSWITCH, which does not wait for the farewell.
func (s *session) leaveUpstream() {
	if s.up.w != nil {
		s.up.w.Close()
	}
}

// leaveClient says goodbye. The session's reason does not change any more.
func (s *session) leaveClient() { s.farewell(s.why) }

// unheardTime is how long a command without an answer counts in the client's limits after its
// session has ended. FreeSWITCH goes on with it, and nobody hears when it is done; a client that
// hangs up must not get more under way by that.
const unheardTime = time.Minute

// dropUndelivered ends a drain that is still under way, counts what the client has not taken, and
// gives back what the commands without an answer hold: a while later, unless FreeSWITCH's side of
// the session has ended, and the commands with it.
func (s *session) dropUndelivered() {
	_ = s.client.SetWriteDeadline(past)
	s.wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.undelivered = s.out.discard()
	held := s.queue.abandon()
	if len(held) == 0 {
		return
	}
	release := func() {
		for _, taken := range held {
			taken.Release()
		}
	}
	if s.upstreamOver.Load() {
		release()
		return
	}
	time.AfterFunc(orDefault(s.srv.unheardTime, unheardTime), contained(s.srv.contain, release))
}

func (s *session) stopRecording() {
	if s.recording != nil {
		s.recording.Close()
	}
}

func (s *session) leaveJobs() {
	if s.jobs != nil {
		s.jobs.watch.leave()
	}
}

// recordEnd writes the session's last record.
func (s *session) recordEnd() {
	_ = s.tally.close() // a failure is told, and again with the record that follows
	reason := s.why.reason
	switch {
	case s.recorded:
		r := &audit.Record{
			Kind: audit.KindEnd, Client: s.name(), Addr: s.addrText, Reason: reason,
			Commands: s.commands, Denied: s.denied, Observed: s.observed, Undelivered: s.undelivered, Took: time.Since(s.begun),
		}
		s.record(r)
		s.tellEnd(r)
	case reason == reasonAddress:
		s.srv.fleeting.count(s.addr.Addr(), audit.Refuse, reason)
	case reason == reasonTimeout, reason == reasonShutdown, reason == reasonCrowded, reason == reasonFault, reason == reasonUnheard:
		s.srv.fleeting.count(s.addr.Addr(), 0, reason)
	default: // others say too much of this one connection for several to be equal
		s.srv.fleeting.count(s.addr.Addr(), 0, reasonSilent)
	}
}

// farewell says goodbye and waits a moment for the client to take it, with what else waits for it.
// Only the first one does. The session has been ended, and nothing of FreeSWITCH's is on its way to
// the client any more.
func (s *session) farewell(why ending) {
	s.srv.uncount(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out.sealed {
		return
	}
	if why.drop {
		_ = s.client.SetWriteDeadline(past)
	}
	if !why.silent && !why.drop && !s.mid.Load() && !s.told {
		s.out.write(codec.AppendDisconnectNotice(nil, why.notice))
	}
	s.out.sealed = true
	if !why.drop {
		s.allow(why)
		s.out.flush()
	}
}

// allow sets how long the client has to take what is left.
func (s *session) allow(why ending) {
	patience := flushTime
	if why.patient {
		patience = s.halfCloseTimeout()
	}
	s.endMu.Lock()
	defer s.endMu.Unlock()
	deadline := time.Now().Add(patience)
	if s.hurried {
		deadline = past
	}
	_ = s.client.SetWriteDeadline(deadline)
}

// lingerTime is how long what the client still sends is read and thrown away, since closing with
// unread bytes would make the kernel reset the connection and take our last words with it.
const (
	lingerTime  = 250 * time.Millisecond
	lingerBytes = 64 << 10
)

func (s *session) linger() {
	if s.why.drop {
		return
	}
	s.client.closeWrite()
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
