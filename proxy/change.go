package proxy

import (
	"bytes"
	"context"
	"strings"
	"time"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/event"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/feed"
	"eslguard/proxy/internal/upstream"
)

// change carries out a command that concerns the session only: exit, or a change of what it is sent
// by the shared stream. As in FreeSWITCH, it waits for the commands before it. It returns false if
// no more may be read.
func (c *commands) change(v verdict, seq uint64) bool {
	s := c.s
	p := answers.Pending{Record: seq, Secret: v.secret, Sent: time.Now()}
	s.out.Reserve(v.secret)
	if !c.await(s.out.Turn, 0) {
		return false
	}
	if v.cmd.Verb == command.VerbExit {
		s.leaveStream()
		c.settle(p, "+OK bye")
		c.awaitReturn()
		s.end(ending{reason: "exit", how: drain})
		return false
	}
	ctx, cancel := context.WithTimeout(s.life.ctx, s.srv.connectTimeout())
	defer cancel()
	if err := s.feed.Prepare(ctx, v.change); err != nil {
		if s.isOver() {
			s.records.notForwarded(v, seq, err.Error())
			return false
		}
		return c.settle(p, upstream.ReplyOf(err))
	}
	return c.settleWith(p, func() (string, bool) { return s.feed.Settle(ctx, v.change) })
}

// settle answers, in the place that is reserved for that, a command that eslguard carries out. It
// returns false if the session is over.
func (c *commands) settle(p answers.Pending, reply string) bool {
	answer := func() ([]byte, bool) { return codec.AppendCommandReply(nil, reply), false }
	return c.settleWith(p, func() (string, bool) { return reply, c.s.out.Settle(answer) })
}

// settleWith calls settle, again after each frame that is in progress, until it has answered, and
// records the answer that it returns. It returns false if the session is over.
func (c *commands) settleWith(p answers.Pending, settle func() (reply string, ok bool)) bool {
	for {
		if reply, ok := settle(); ok {
			c.s.records.reply(p, c.s.srv.Audit.Reply([]byte(reply), int64(len(reply)), p.Secret), "")
			return true
		}
		if !c.await(c.s.out.Turn, 0) {
			return false
		}
	}
}

// changesEvents reports whether a command changes what the session is sent.
func changesEvents(v command.Verb) bool {
	return v == command.VerbEvent || v == command.VerbNixevent || v == command.VerbNoevents || v == command.VerbFilter
}

// parseChange notes what a command changes in the session's subscription, if the session is served
// from the shared stream. Its error is a *codec.Refusal, for a filter that is too large together
// with those that the session has.
func (s *session) parseChange(v *verdict) error {
	if s.feed == nil || !changesEvents(v.cmd.Verb) || v.cmd.Answer != "" {
		return nil
	}
	change, err := event.ParseChange(string(v.cmd.Upstream[0].Line))
	if err == nil && v.route == byGuard {
		err = s.feed.Check(change)
	}
	if err != nil && v.route == byGuard {
		r := &codec.Refusal{Reason: command.ReasonFilterExpression, Detail: err.Error()}
		r.Reply = r.ReplyText() + ", " + err.Error()
		return r
	}
	v.change = change
	return nil
}

// handOver gives the session's own connection what the session has subscribed to, before its
// myevents is sent there, if the session has been served from the shared stream. It returns false
// if the session is over.
func (c *commands) handOver(v verdict) bool {
	s := c.s
	if s.feed == nil || s.feed.HandedOver() {
		return true
	}
	if !c.await(s.out.Empty, 0) {
		return false
	}
	ctx, cancel := context.WithTimeout(s.life.ctx, s.srv.connectTimeout())
	defer cancel()
	if err := s.feed.PrepareHandover(ctx); err != nil {
		s.feedEnds(&feed.LostError{Err: err})
		return false
	}
	s.feed.BeginHandover(attachedBy(v))
	for _, line := range s.feed.Lines() {
		if err := c.sendHidden(line); err != nil {
			s.end(ending{reason: "cannot write to FreeSWITCH: " + err.Error(), notice: noticeUpstream})
			return false
		}
	}
	return true
}

// prepareOwn prepares the shared stream for a change that is sent on the session's own connection.
// It returns false if the session is over.
func (c *commands) prepareOwn(v verdict) bool {
	s := c.s
	if s.feed == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(s.life.ctx, s.srv.connectTimeout())
	defer cancel()
	if err := s.feed.PrepareOwn(ctx, v.change); err != nil {
		s.feedEnds(&feed.LostError{Err: err})
		return false
	}
	return true
}

// sendHidden sends a command to FreeSWITCH whose answer the client is not sent. FreeSWITCH must
// accept it.
func (c *commands) sendHidden(line string) error {
	b, err := codec.Append(nil, &codec.Frame{Line: []byte(line)})
	if err != nil {
		return err
	}
	c.s.line.claim()
	c.s.out.Expect(answers.Pending{Parts: 1, Size: len(b), Hidden: true, OnReply: accepted})
	return c.writeUp(b)
}

// accepted reports whether FreeSWITCH has accepted a command.
func accepted(reply []byte) bool { return bytes.HasPrefix(reply, []byte("+OK")) }

// onReply returns what is done when FreeSWITCH answers a command that concerns events, so that the
// session's feed follows it. Nil: nothing is done.
func (c *commands) onReply(v verdict) func(reply []byte) bool {
	feed, verb := c.s.feed, v.cmd.Verb
	if feed == nil || verb != command.VerbMyevents && verb != command.VerbExit && !changesEvents(verb) {
		return nil
	}
	return func(reply []byte) bool {
		switch verb {
		case command.VerbMyevents:
			feed.Attach(attachedBy(v), accepted(reply))
		case command.VerbExit:
			feed.Close()
			c.s.out.DropHeldBack() // FreeSWITCH sends nothing more, either
		default:
			feed.Apply(v.change) // an event that is refused may change the format
		}
		return true
	}
}

// attachedBy returns the channel of a myevents.
func attachedBy(v verdict) string { return strings.Fields(string(v.cmd.Upstream[0].Line))[1] }
