package proxy

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/stream"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A relay reads events and replies from one connection to FreeSWITCH and passes them on to the
// client. It belongs to a goroutine of its own.
type relay struct {
	s  *session
	up upstream.Link
	// borrowed says that the connection is one of the pool, so that no event may come on it.
	borrowed bool
	// viaFeed says that events are passed to the session's feed.
	viaFeed bool
	// returned is true once the connection has gone back to the pool.
	returned bool
	// unneeded is true once the line has given up and closed a borrowed connection.
	unneeded atomic.Bool
}

// run reads what FreeSWITCH sends until the session is over or the connection is not needed any
// more, and ends the session when FreeSWITCH does. It continues in a fresh goroutine each time that
// FreeSWITCH has become idle.
func (r *relay) run() {
	s := r.s
	defer s.contain()
	e, idle := r.read()
	switch {
	case idle:
		s.relaying.Go(r.run)
		return
	case r.returned, r.unneeded.Load():
		s.line.cutOff()
		return
	}
	if why := s.life.leaving.Load(); why != nil && e.how == drain {
		e.reason = *why
	}
	s.end(e)
	if s.ident.IsRevoked() {
		r.up.Conn.CloseWrite()
		s.cutOff()
	}
}

// read reads until FreeSWITCH is idle, the connection has gone back to the pool, or the session is
// over and e says why.
func (r *relay) read() (e ending, idle bool) {
	up := r.up
	var run []byte // whole frames, side by side in the reader's buffer, not yet written
	for {
		if !up.Reader.Ready() {
			r.pass(run)
			run = nil
			if r.s.isOver() { // no wait begins after the end
				return ending{}, false
			}
			if up.Reader.Release() && up.Conn.Wait() {
				return ending{}, true
			}
		}
		f, err := up.Reader.Next()
		if err != nil {
			r.pass(run)
			return r.upstreamEnd(err), false
		}
		if f.Rest == 0 && r.passes(f.Kind) {
			joined, ok := codec.Join(run, f.Raw)
			if !ok {
				r.pass(run)
				joined = f.Raw
			}
			run = joined
			continue
		}
		r.pass(run)
		run = nil
		if e, ok := r.frame(f); !ok || r.returned {
			return e, false
		}
	}
}

// pass writes whole frames, or a piece of one, to the client.
func (r *relay) pass(b []byte) {
	if len(b) > 0 {
		r.s.out.Write(b)
	}
}

// frame handles one frame that is a reply, or an event that has not been read completely. It
// returns false, and how the session ends, if the session is over.
func (r *relay) frame(f *codec.UpstreamFrame) (ending, bool) {
	switch f.Kind {
	case codec.KindEvent, codec.KindLog:
		switch {
		case r.borrowed:
			return r.broken("an event on a connection that has subscribed to none"), false
		case r.passes(f.Kind):
			return r.forward(f, false)
		}
		return r.feed(f)
	case codec.KindCommandReply, codec.KindAPIResponse:
		return r.reply(f)
	case codec.KindDisconnect:
		goodbye := answers.IsGoodbye(f)
		if e, ok := r.forward(f, false); !ok || !goodbye {
			return e, ok
		}
		r.s.life.upstreamOver.Store(true)
		return ending{reason: "FreeSWITCH closed the session", how: drain}, false
	default:
		return r.broken("a frame that has no place in a session"), false
	}
}

// passes reports whether frames of that kind are passed on as they come, since they answer nothing.
func (r *relay) passes(k codec.Kind) bool {
	return !r.borrowed && (k == codec.KindLog || k == codec.KindEvent && !r.viaFeed)
}

// forward passes a frame on as it comes, piece by piece. Then it sends the proxy's own answers that
// waited for the end of the frame. answer says that the frame answers the command whose turn it is.
func (r *relay) forward(f *codec.UpstreamFrame, answer bool) (ending, bool) {
	r.s.out.BeginFrame(f, answer)
	for f.Rest > 0 {
		piece, err := r.up.Reader.More()
		if err != nil {
			return r.upstreamEnd(err), false
		}
		if piece == nil {
			break
		}
		r.pass(piece)
	}
	r.s.out.EndFrame(answer)
	return ending{}, true
}

// feed passes an event to the session's feed, which knows whether the client has been sent it from
// the shared stream.
func (r *relay) feed(f *codec.UpstreamFrame) (ending, bool) {
	size := int64(len(f.Raw)) + f.Rest
	if size > stream.MaxEvent {
		return ending{reason: fmt.Sprintf("FreeSWITCH sent an event of %d bytes", size), notice: noticeUpstream}, false
	}
	event := r.s.srv.budget.NewShared(int(size))
	event.SetBytes(append(event.Bytes(), f.Raw...))
	for f.Rest > 0 {
		piece, err := r.up.Reader.More()
		if err != nil {
			return r.upstreamEnd(err), false
		}
		event.SetBytes(append(event.Bytes(), piece...))
	}
	complete, err := r.s.feed.FromOwn(event)
	if err != nil {
		return feedEnding(err), false
	}
	r.viaFeed = !complete
	return ending{}, true
}

// broken returns the ending of a session in which FreeSWITCH sends something that no command asked
// for.
func (r *relay) broken(what string) ending {
	r.s.srv.clientLog.Error().Str("event", "protocol").Str("session", r.s.id).Msg("FreeSWITCH broke the protocol: " + what)
	return ending{reason: "FreeSWITCH broke the protocol: " + what, notice: noticeProtocol}
}

// upstreamEnd returns the ending of a session after FreeSWITCH's side has ended with err.
func (r *relay) upstreamEnd(err error) ending {
	if r.unneeded.Load() {
		return ending{} // run ends only the relay
	}
	var pe *codec.ProtocolError
	// A timeout is the end of the session itself.
	r.s.life.upstreamOver.Store(!errors.As(err, &pe) && !wire.IsTimeout(err))
	switch {
	case errors.As(err, &pe):
		return r.broken(pe.Error())
	case errors.Is(err, io.EOF):
		return ending{reason: "FreeSWITCH closed the connection", notice: noticeUpstream, how: drain}
	default:
		return ending{reason: fmt.Sprintf("connection to FreeSWITCH: %v", err), notice: noticeUpstream}
	}
}
