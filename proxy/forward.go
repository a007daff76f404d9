package proxy

import (
	"strings"
	"time"

	"eslguard/codec"
	"eslguard/command"
)

// maxScratch is the largest buffer that a session keeps between commands.
const maxScratch = 1 << 10

// forward sends a command to FreeSWITCH in its canonical form and notes what it will be
// answered with. It returns false if no more may be read.
func (s *session) forward(v verdict, seq uint64) bool {
	if v.cmd.Answer != "" {
		v.taken.Release()
		s.answerFor(v.cmd)
		return true
	}
	b, err := appendFrames(s.scratch[:0], v.cmd.Upstream)
	if err != nil {
		// Parse made a frame that cannot be written: nothing goes up that is not certain.
		s.srv.Log.Error().Str("event", "fault").Err(err).Str("session", s.id).Msg("internal error: a parsed command has no canonical form")
		s.undo(v)
		s.answer(v.cmd.API(), codec.ReplyRefused+"internal error")
		return true
	}
	if v.cmd.Verb == command.VerbExit {
		reason := "exit"
		s.leaving.Store(&reason)
	}
	s.expect(v, seq, len(b))
	if err := s.writeUp(b); err != nil {
		// All of it may have got there, or its first part, so it goes on counting in the limits.
		s.end(ending{reason: "cannot write to FreeSWITCH: " + err.Error(), notice: noticeUpstream})
		return false
	}
	if cap(b) <= maxScratch {
		s.scratch = b
	}
	return v.cmd.Verb != command.VerbExit
}

// answerFor gives FreeSWITCH's own answer to a command that need not be asked.
func (s *session) answerFor(c *command.Command) {
	if !c.AnswerAPI {
		s.answer(false, c.Answer)
		return
	}
	s.answerBytes(codec.AppendAPIResponse(nil, []byte(c.Answer)))
}

func appendFrames(dst []byte, frames []codec.Frame) ([]byte, error) {
	var err error
	for i := range frames {
		if dst, err = codec.Append(dst, &frames[i]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// expect puts a forwarded command into the reply queue.
func (s *session) expect(v verdict, seq uint64, size int) {
	c := v.cmd
	p := pending{
		api:    c.API() || c.Verb == command.VerbGetvar,
		parts:  len(c.Upstream),
		joined: len(c.Upstream) > 1,
		getvar: c.Verb == command.VerbGetvar,
		size:   size + pendingCost,
		record: seq,
		secret: v.secret,
		job:    c.JobUUID,
		sent:   time.Now(),
	}
	if c.Verb != command.VerbBgapi { // a job holds what it took until its end
		p.taken = v.taken
	}
	p.originates = p.api && originates(c.Effects)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.push(p)
}

// answerMayTell reports whether what FreeSWITCH answers to a command may hold a secret: one that
// the command asks for, or one that is in the command itself, since many answers repeat what they
// were asked (mod_commands.c, uuid_send_dtmf_function; mod_event_socket.c, filter).
func (s *Server) answerMayTell(cat *command.Catalog, c *command.Command) bool {
	return s.tellsSecrets(c.Effects) || s.Audit.LeavesOut(cat, c.Text, c.Effects)
}

// tellsSecrets reports whether a command asks something whose answer may be a secret: by what it runs, or by a variable
// that it has expanded.
func (s *Server) tellsSecrets(effects []command.Effect) bool {
	for i := range effects {
		if effects[i].Class == command.ClassSecret || s.expandsSecret(effects[i].Args) {
			return true
		}
	}
	return false
}

// expandsSecret reports whether args hold a ${NAME} whose name looks like a secret's.
func (s *Server) expandsSecret(args string) bool {
	for {
		_, rest, ok := strings.Cut(args, "${")
		if !ok {
			return false
		}
		name, _, _ := strings.Cut(rest[:min(len(rest), maxVariable)], "}")
		name = strings.TrimSpace(name) + "=x"
		if s.Audit.Redact(name) != name {
			return true
		}
		args = rest
	}
}

// maxVariable is how much of a variable's name is looked at, in bytes: longer ones are nobody's.
const maxVariable = 256

// originates reports whether a command itself makes a call, so that its answer names that.
func originates(effects []command.Effect) bool {
	return len(effects) > 0 && effects[0].Kind == command.KindAPI && effects[0].Name == "originate"
}
