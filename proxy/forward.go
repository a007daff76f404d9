package proxy

import (
	"time"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/proxy/internal/answers"
)

// maxScratch is the largest buffer that a session keeps between commands.
const maxScratch = 1 << 10

// carryOut has a command carried out that may be. It returns false if no more may be read.
func (c *commands) carryOut(v verdict, seq uint64) bool {
	switch {
	case v.cmd.Answer != "":
		v.reserved.taken.Release()
		c.answerFor(v.cmd)
		return true
	case v.route == byGuard:
		v.reserved.taken.Release()
		return c.change(v, seq)
	case v.cmd.Verb == command.VerbMyevents && !c.handOver(v), changesEvents(v.cmd.Verb) && !c.prepareOwn(v):
		return false
	}
	return c.forward(v, seq)
}

// forward sends a command to FreeSWITCH in its canonical form and notes which answer it will get.
// It returns false if no more may be read.
func (c *commands) forward(v verdict, seq uint64) bool {
	s := c.s
	b, err := appendFrames(c.scratch[:0], v.cmd.Upstream)
	if err != nil {
		// Parse made a frame that cannot be written: nothing is forwarded that is not certain.
		s.srv.Log.Error().Str("event", "fault").Err(err).Str("session", s.id).Msg("internal error: a parsed command has no canonical form")
		v.undo()
		c.disconnect(v.route)
		c.answer(v.cmd.API(), codec.ReplyRefused+"internal error")
		return true
	}
	if v.cmd.Verb == command.VerbExit {
		reason := "exit"
		s.life.leaving.Store(&reason)
	}
	p := pendingOf(v, seq, len(b))
	p.OnReply = c.onReply(v)
	s.out.Expect(p)
	if err := c.writeUp(b); err != nil {
		// FreeSWITCH may have got all of it, or its first part, so it still counts in the limits.
		s.end(ending{reason: "cannot write to FreeSWITCH: " + err.Error(), notice: noticeUpstream})
		return false
	}
	s.line.sent()
	if cap(b) <= maxScratch {
		c.scratch = b
	}
	return v.cmd.Verb != command.VerbExit
}

// answerFor gives FreeSWITCH's own answer to a command that need not be forwarded.
func (c *commands) answerFor(cmd *command.Command) {
	if !cmd.AnswerAPI {
		c.answer(false, cmd.Answer)
		return
	}
	c.s.out.Answer(codec.AppendAPIResponse(nil, []byte(cmd.Answer)))
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

// pendingOf returns the entry of the reply queue for a command of that size whose record has that
// sequence.
func pendingOf(v verdict, seq uint64, size int) answers.Pending {
	c := v.cmd
	p := answers.Pending{
		API:    c.API() || c.Verb == command.VerbGetvar,
		Parts:  len(c.Upstream),
		Joined: len(c.Upstream) > 1,
		Getvar: c.Verb == command.VerbGetvar,
		Size:   size,
		Record: seq,
		Secret: v.secret,
		Job:    c.JobUUID,
		Sent:   time.Now(),
	}
	if c.Verb != command.VerbBgapi { // a job counts in the limits until its end
		p.Taken = v.reserved.taken
	}
	p.Originates = p.API && originates(c.Effects)
	return p
}
