package proxy

import (
	"errors"
	"fmt"
	"io"

	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A relay reads events and replies from FreeSWITCH and passes them on to the client. It belongs to
// a goroutine of its own.
type relay struct{ s *session }

// up returns the connection to FreeSWITCH.
func (r *relay) up() upstream.Link { return r.s.life.up }

// run reads what FreeSWITCH sends until the session is over, and ends the session when FreeSWITCH
// does. It continues in a fresh goroutine each time that FreeSWITCH has become idle.
func (r *relay) run() {
	s := r.s
	defer s.contain()
	e, idle := r.read()
	if idle {
		s.relaying.Go(r.run)
		return
	}
	if why := s.life.leaving.Load(); why != nil && e.how == drain {
		e.reason = *why
	}
	s.end(e)
	s.cutOff()
}

// read reads until FreeSWITCH is idle, or the session is over and e says why.
func (r *relay) read() (e ending, idle bool) {
	up := r.up()
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
		if f.Rest == 0 && (f.Kind == codec.KindEvent || f.Kind == codec.KindLog) {
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
		if e, ok := r.frame(f); !ok {
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
		return r.forward(f, false)
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

// forward passes a frame on as it comes, piece by piece. Then it sends the proxy's own answers that
// waited for the end of the frame. answer says that the frame answers the command whose turn it is.
func (r *relay) forward(f *codec.UpstreamFrame, answer bool) (ending, bool) {
	r.s.out.BeginFrame(f, answer)
	for f.Rest > 0 {
		piece, err := r.up().Reader.More()
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

// broken returns the ending of a session in which FreeSWITCH sends something that no command asked
// for.
func (r *relay) broken(what string) ending {
	r.s.srv.clientLog.Error().Str("event", "protocol").Str("session", r.s.id).Msg("FreeSWITCH broke the protocol: " + what)
	return ending{reason: "FreeSWITCH broke the protocol: " + what, notice: noticeProtocol}
}

// upstreamEnd returns the ending of a session after FreeSWITCH's side has ended with err.
func (r *relay) upstreamEnd(err error) ending {
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
