package proxy

import (
	"errors"
	"io"
	"time"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/upstream"
)

// auditUnavailable is the answer to every command while nothing can be recorded.
const auditUnavailable = "-ERR audit unavailable"

// reasonClientClosed is recorded if the client has closed the connection, alone or with a detail.
const reasonClientClosed = "client closed the connection"

// commands reads a session's commands from the client, and forwards or answers each of them. It
// belongs to the session's own goroutine.
type commands struct {
	s      *session
	reader *codec.ClientReader
	jobs   sessionJobs
	// scratch is a buffer for frames that is kept between commands.
	scratch []byte
}

// read reads commands until the session is over, or the client has closed its side and all its
// commands have been answered. It returns true instead if the client is idle.
func (c *commands) read() (idle bool) {
	defer c.s.contain()
	for c.awaitCapacity() && c.awaitAllowance() {
		if c.reader.Release() && c.s.client.Wait() {
			return true
		}
		f, err := c.reader.Next()
		if err == nil {
			c.s.recording.frame(f)
			if !c.command(f) {
				c.readOut()
				return false
			}
			continue
		}
		if !c.refusedFrame(err) {
			c.clientEnds(err)
			return false
		}
	}
	return false
}

// readOut reads on after a client's last command and discards what comes, as FreeSWITCH does, so
// that a client that is gone is not kept for an answer that never comes.
func (c *commands) readOut() {
	var b [512]byte
	for {
		if _, err := c.s.client.Read(b[:]); err != nil {
			c.clientEnds(err)
			return
		}
	}
}

// refusedFrame answers a frame that was refused for its form. It returns false if err is another
// error, or if it is uncertain where the next frame begins.
func (c *commands) refusedFrame(err error) bool {
	var refusal *codec.Refusal
	if !errors.As(err, &refusal) {
		return false
	}
	c.s.records.commands++
	c.refuse(refusal, nil)
	return !refusal.Fatal
}

// clientEnds handles the error that ends reading from the client.
func (c *commands) clientEnds(err error) {
	var refusal *codec.Refusal
	switch {
	case errors.As(err, &refusal):
		c.awaitAnswers(c.s.halfCloseTimeout())
		c.s.end(ending{reason: refusal.Error(), notice: noticeRefused})
	case c.s.life.stopping.Load():
		c.awaitAnswers(0)
		c.s.end(ending{reason: reasonShutdown, notice: noticeShutdown, how: drain})
	default:
		c.clientGone(err)
	}
}

// clientGone passes the end of the client's stream on: FreeSWITCH answers what it has been sent,
// then closes, as it would for the client itself. Neither eslguard nor FreeSWITCH takes a frame
// that the end cuts short for a command.
func (c *commands) clientGone(err error) {
	s := c.s
	if s.isOver() {
		return
	}
	reason := reasonClientClosed
	switch {
	case errors.Is(err, io.EOF):
	case errors.Is(err, io.ErrUnexpectedEOF):
		reason += " within a frame"
	default:
		s.end(ending{reason: reason + ": " + err.Error(), how: silent})
		return
	}
	s.life.leaving.CompareAndSwap(nil, &reason) // a client that sent exit leaves because of that
	c.awaitReturn()
	if !s.line.keep() {
		s.end(ending{reason: reason, how: drain})
		return
	}
	s.life.upstream().Conn.CloseWrite()
	t := time.NewTimer(s.halfCloseTimeout())
	defer t.Stop()
	select {
	case <-s.life.ctx.Done(): // relay ends the session when FreeSWITCH has closed
	case <-t.C:
		s.end(ending{reason: reason})
	}
}

// command decides on one command and carries the decision out. It returns false if no more may be
// read.
func (c *commands) command(f *codec.Frame) bool {
	s := c.s
	s.records.commands++
	for {
		p := s.srv.Policies.Current()
		client := s.adopt(p)
		if client == nil {
			return false // revoked; the session has been ended
		}
		v, err := c.decide(p, client, f)
		var refusal *codec.Refusal
		switch {
		case errors.As(err, &refusal):
			c.refuse(refusal, f)
			return true
		case err != nil:
			return false
		case !v.mayPass():
			c.deny(v, f)
			return true
		}
		seq, ok := s.records.forwarded(v)
		if !ok {
			v.undo()
			c.answer(v.cmd.API(), auditUnavailable)
			return true
		}
		v.sent(s.life.ctx, seq)
		if err := c.connect(v.route); err != nil {
			v.undo()
			s.records.notForwarded(v, seq, err.Error())
			if s.isOver() {
				return false // the end has interrupted the wait: the client is told of that alone
			}
			c.answer(v.cmd.API(), upstream.ReplyOf(err))
			return true
		}
		if !s.ident.Commit(v.policy, v.cmd, s.srv.inForce) {
			v.undo()
			c.disconnect(v.route)
			s.records.notForwarded(v, seq, "the policy has changed; decided again")
			continue // the policy has changed: decide again, unless the session has been revoked
		}
		return c.carryOut(v, seq)
	}
}

// decide decides on a command, and reserves what it needs if it may pass. Its error is a
// *codec.Refusal. The time that this takes is charged to the client.
func (c *commands) decide(p *policy.Policy, client *policy.Client, f *codec.Frame) (verdict, error) {
	defer c.chargeWork(c.s.srv.work.Begin(), f)
	s := c.s
	state := s.ident.State()
	state.MaxFilters, state.SharedEvents = client.Filters, s.feed != nil
	v, err := decide(p, client, state, f, s.srv.secrets)
	if err != nil {
		return v, err
	}
	v.route = s.route(v.cmd)
	if err := s.parseChange(&v); err != nil {
		return v, err
	}
	if v.mayPass() {
		c.reserve(&v, client)
	}
	return v, nil
}

// deny records and answers a command that may not pass.
func (c *commands) deny(v verdict, f *codec.Frame) {
	defer c.chargeWork(c.s.srv.work.Begin(), nil)
	c.answer(v.cmd.API(), c.s.records.deny(v, f))
}

// refuse records a frame that was refused for its form and answers it in its turn. f is nil if
// nothing of the frame is known.
func (c *commands) refuse(refusal *codec.Refusal, f *codec.Frame) {
	defer c.chargeWork(c.s.srv.work.Begin(), nil)
	c.answer(refusal.API, c.s.records.refuse(refusal, f))
}

// answer puts an answer that the proxy gives in its place among the replies.
func (c *commands) answer(api bool, text string) {
	c.s.out.Answer(appendAnswer(nil, api, text))
}

// appendAnswer appends an answer that the proxy gives, in the form that the client waits for.
func appendAnswer(dst []byte, api bool, text string) []byte {
	if api {
		return codec.AppendAPIResponse(dst, []byte(text+"\n"))
	}
	return codec.AppendCommandReply(dst, text)
}

// costPerByte is about how long it takes to read a byte of a frame and to write it on.
const costPerByte = 10 * time.Nanosecond

// chargeWork ends work and charges the session's client with it, and with the time that it took to
// read f, unless f is nil.
func (c *commands) chargeWork(w admission.Work, f *codec.Frame) {
	size := 0
	if f != nil {
		size = len(f.Line) + len(f.Body)
		for i := range f.Headers {
			size += len(f.Headers[i].Name) + len(f.Headers[i].Value)
		}
	}
	now := time.Now()
	took := c.s.srv.work.End(w, now) + time.Duration(size)*costPerByte
	c.s.srv.ledger.ChargeWork(c.s.entry.Client, took, now)
}
