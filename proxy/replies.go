package proxy

import (
	"errors"
	"fmt"
	"io"
	"time"

	"eslguard/audit"
	"eslguard/codec"
)

// What the proxy holds of an answer that it has to put into another form.
const (
	// maxJoined is the most bytes of the joined answers to one console_execute.
	maxJoined = 16 << 20
	// maxGetvar is the most bytes of a variable's value.
	maxGetvar = 64 << 10
)

// replies reads what FreeSWITCH sends until the session is over, and ends it when FreeSWITCH
// does. It goes on in a fresh goroutine each time that FreeSWITCH has become quiet.
func (s *session) replies() {
	defer s.contain()
	e, quiet := s.readUpstream()
	if quiet {
		s.replying.Go(s.replies)
		return
	}
	if why := s.leaving.Load(); why != nil && e.patient {
		e.reason = *why
	}
	s.end(e)
	s.freeEvicted()
	s.cutOff()
}

// freeEvicted gives back what waits for a client whose session the budget gave up.
func (s *session) freeEvicted() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.failEvicted()
}

// readUpstream reads until FreeSWITCH is quiet, or the session is over and e says why.
func (s *session) readUpstream() (e ending, quiet bool) {
	var run []byte // whole frames, side by side in the reader's buffer, not yet written
	for {
		if !s.up.reader.Ready() {
			s.pass(run)
			run = nil
			if s.isOver() { // before a wait, which nobody would end any more
				return ending{}, false
			}
			if s.up.reader.Release() && s.up.w.wait() {
				return ending{}, true
			}
		}
		f, err := s.up.reader.Next()
		if err != nil {
			s.pass(run)
			return s.upstreamEnd(err), false
		}
		if f.Rest == 0 && (f.Kind == codec.KindEvent || f.Kind == codec.KindLog) {
			joined, ok := codec.Join(run, f.Raw)
			if !ok {
				s.pass(run)
				joined = f.Raw
			}
			run = joined
			continue
		}
		s.pass(run)
		run = nil
		if e, ok := s.frame(f); !ok {
			return e, false
		}
	}
}

// pass writes whole frames to the client.
func (s *session) pass(b []byte) {
	if len(b) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.write(b)
}

// frame handles one frame that is a reply, or an event of which not all is at hand. False:
// the session is over.
func (s *session) frame(f *codec.UpstreamFrame) (ending, bool) {
	switch f.Kind {
	case codec.KindEvent, codec.KindLog:
		return s.relay(f, false)
	case codec.KindCommandReply, codec.KindAPIResponse:
		return s.reply(f)
	case codec.KindDisconnect:
		goodbye := isGoodbye(f)
		if e, ok := s.relay(f, false); !ok || !goodbye {
			return e, ok
		}
		s.upstreamOver.Store(true)
		return ending{reason: "FreeSWITCH closed the session", silent: true, patient: true}, false
	default:
		return s.broken("a frame that has no place in a session"), false
	}
}

// isGoodbye reports whether FreeSWITCH closes the connection after f. It does not after the notice that the
// attached channel is gone and that it lingers (mod_event_socket.c, read_packet).
func isGoodbye(f *codec.UpstreamFrame) bool {
	return f.Kind == codec.KindDisconnect && string(f.Get("Content-Disposition")) != "linger"
}

// broken is how a session ends when FreeSWITCH says what nobody asked for.
func (s *session) broken(what string) ending {
	s.srv.noisy.Error().Str("event", "protocol").Str("session", s.id).Msg("FreeSWITCH broke the protocol: " + what)
	return ending{reason: "FreeSWITCH broke the protocol: " + what, notice: noticeProtocol}
}

// relay passes a frame on as it comes, piece by piece. It ends with the answers of the
// proxy's own that waited for the frame's end; before those it removes the head of the
// queue where the frame is the answer to it.
func (s *session) relay(f *codec.UpstreamFrame, pop bool) (ending, bool) {
	s.beginFrame(f, pop)
	for f.Rest > 0 {
		piece, err := s.up.reader.More()
		if err != nil {
			return s.upstreamEnd(err), false
		}
		if piece == nil {
			break
		}
		s.pass(piece)
	}
	s.endFrame(pop)
	s.signalRoom() // an event's end, too, may have let answers of the proxy's own go
	return ending{}, true
}

// beginFrame writes what is at hand of a frame that relay passes on.
func (s *session) beginFrame(f *codec.UpstreamFrame, pop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pop {
		s.hideAnswer()
		s.queue.release() // before the client can see the answer and send its next command
	}
	s.mid.Store(f.Rest > 0) // first, so that who ends the session once the client has a part knows of it
	s.out.write(f.Raw)
	s.told = s.told || isGoodbye(f)
}

// endFrame lets go what waited for the end of a frame that relay has passed on.
func (s *session) endFrame(pop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mid.Store(false)
	if pop {
		s.queue.pop()
	}
	s.answerLocals()
}

func (s *session) signalRoom() {
	select {
	case s.room <- struct{}{}:
	default:
	}
}

// reply handles the answer to the command whose turn it is.
func (s *session) reply(f *codec.UpstreamFrame) (ending, bool) {
	api := f.Kind == codec.KindAPIResponse
	head, owed := s.owed()
	switch {
	case !owed:
		return s.broken("a reply that nobody asked for"), false
	case head.api != api:
		return s.broken("a reply of the wrong kind"), false
	case head.joined:
		return s.joinReply(f, head)
	case head.getvar:
		return s.getvarReply(f, head)
	}
	told, call := s.tell(f, head.secret), ""
	if head.originates {
		call = callUUID(f.Body)
	}
	e, ok := s.relay(f, true)
	s.recordReply(head, told, call)
	return e, ok
}

// owed returns the command that the next answer from FreeSWITCH belongs to. It returns false if
// FreeSWITCH owes no answer.
func (s *session) owed() (pending, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.queue.owed(); p != nil {
		return *p, true
	}
	return pending{}, false
}

// tell says what may be recorded of an answer, from what of it is at hand.
func (s *session) tell(f *codec.UpstreamFrame, secret bool) audit.Reply {
	if f.Kind == codec.KindCommandReply {
		text := f.Get("Reply-Text")
		return s.srv.Audit.Reply(text, int64(len(text)), secret)
	}
	return s.srv.Audit.Reply(f.Body, int64(len(f.Body))+f.Rest, secret)
}

// recordReply records what became of a command; call is the call that it made, or "".
func (s *session) recordReply(p pending, told audit.Reply, call string) {
	s.record(&audit.Record{
		Kind: audit.KindReply, Client: s.name(), Of: p.record, JobUUID: p.job, CallUUID: call,
		Reply: told, Took: time.Since(p.sent),
	})
}

var errTooLong = errors.New("proxy: an answer that has to be rewritten is too long")

// wholeBody reads a body that may not be longer than n bytes.
func (s *session) wholeBody(f *codec.UpstreamFrame, n int) ([]byte, error) {
	if int64(len(f.Body))+f.Rest > int64(n) {
		return nil, errTooLong
	}
	return readBody(s.up.reader, f, n)
}

// noReply is what a plain api says where there is nothing, and FreeSWITCH's console does not.
const noReply = "-ERR no reply\n"

// joinReply gathers the answers to the parts of a console_execute; the last one sends them
// as the one api/response that FreeSWITCH would have sent.
func (s *session) joinReply(f *codec.UpstreamFrame, p pending) (ending, bool) {
	if err := s.gatherBody(f); err != nil {
		return s.rewriteFailed(err), false
	}
	if p.parts--; p.parts > 0 {
		s.setOwed(p)
		return ending{}, true
	}
	told := s.sendJoined(p.secret)
	s.signalRoom()
	s.recordReply(p, told, "")
	return ending{}, true
}

// setOwed replaces the command whose turn it is.
func (s *session) setOwed(p pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.queue.head() = p
}

// gatherBody keeps the body of f for the answer that it is a part of.
func (s *session) gatherBody(f *codec.UpstreamFrame) error {
	size := int64(len(f.Body)) + f.Rest
	if size == int64(len(noReply)) {
		body, err := readBody(s.up.reader, f, len(noReply))
		if err != nil || string(body) == noReply {
			return err
		}
		return s.gather(body, size)
	}
	if err := s.gather(f.Body, size); err != nil || f.Rest == 0 {
		return err
	}
	for {
		piece, err := s.up.reader.More()
		if err != nil || piece == nil {
			return err
		}
		if err := s.gather(piece, 0); err != nil {
			return err
		}
	}
}

// gather keeps a piece of a body, of whose size bytes none has been gathered yet; 0 where some has.
func (s *session) gather(piece []byte, size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size > 0 && s.out.gatheredBytes()+size > maxJoined {
		return errTooLong
	}
	if !s.out.gather(piece) {
		return s.out.err
	}
	return nil
}

// sendJoined answers the head of the queue with what was gathered, and returns what may be recorded
// of it.
func (s *session) sendJoined(secret bool) audit.Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hideAnswer()
	s.queue.pop()
	defer s.answerLocals()
	size := s.out.gatheredBytes()
	if size == 0 {
		s.out.write(codec.AppendAPIResponse(nil, nil))
		return s.srv.Audit.Reply(nil, 0, secret)
	}
	told := s.srv.Audit.Reply(s.out.gathered[0], size, secret)
	s.out.sendGathered(codec.AppendAPIHead(nil, size))
	return told
}

// getvarReply gives the answer to uuid_getvar in getvar's form: one line, so that no value
// can look like frames.
func (s *session) getvarReply(f *codec.UpstreamFrame, p pending) (ending, bool) {
	value, err := s.wholeBody(f, maxGetvar)
	if err != nil {
		return s.rewriteFailed(err), false
	}
	if string(value) == "_undef_" || string(value) == "-ERR No such channel!\n" {
		value = nil // FreeSWITCH's getvar answers an unset variable like an unknown command
	}
	s.replace(codec.AppendCommandReply(nil, string(value)))
	s.signalRoom()
	s.recordReply(p, s.srv.Audit.Reply(value, int64(len(value)), true), "")
	return ending{}, true
}

// replace answers the head of the queue with b, which is FreeSWITCH's answer in another form.
func (s *session) replace(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hideAnswer()
	s.queue.pop()
	s.out.write(b)
	s.answerLocals()
}

func (s *session) rewriteFailed(err error) ending {
	if errors.Is(err, errTooLong) {
		return ending{reason: err.Error(), notice: "an answer was too long"}
	}
	return s.upstreamEnd(err)
}

// upstreamEnd says how the session ends after FreeSWITCH's side has.
func (s *session) upstreamEnd(err error) ending {
	var pe *codec.ProtocolError
	s.upstreamOver.Store(!errors.As(err, &pe) && !isTimeout(err)) // a timeout is the session's own end
	switch {
	case errors.As(err, &pe):
		return s.broken(pe.Error())
	case errors.Is(err, io.EOF):
		return ending{reason: "FreeSWITCH closed the connection", notice: noticeUpstream, patient: true}
	default:
		return ending{reason: fmt.Sprintf("connection to FreeSWITCH: %v", err), notice: noticeUpstream}
	}
}
