package proxy

import (
	"context"
	"errors"
	"io"
	"time"

	"eslguard/proxy/internal/wire"
)

// checkEvery is how often a session checks whether its client is still there while it waits for
// FreeSWITCH and does not read the client.
const checkEvery = 250 * time.Millisecond

// awaitCapacity waits until fewer commands are without an answer than may be. It returns false if
// the session is over.
func (c *commands) awaitCapacity() bool {
	return c.await(func() bool { return !c.s.out.Full() }, 0)
}

// awaitAnswers waits until every command has been answered, but no longer than limit, or until the
// session is over. Zero: no limit.
func (c *commands) awaitAnswers(limit time.Duration) {
	c.await(c.s.out.Empty, limit)
}

// await waits until ok returns true, but no longer than limit; zero is no limit. The client is not
// read meanwhile, so await checks whether it is still there. It returns false if the session or the
// time is over.
func (c *commands) await(ok func() bool, limit time.Duration) bool {
	s := c.s
	if ok() {
		return !s.isOver()
	}
	begun, check, watch := time.Now(), time.NewTicker(checkEvery), clientWatch{s: s}
	defer check.Stop()
	for !s.isOver() && !ok() {
		if limit > 0 && time.Since(begun) >= limit {
			return false
		}
		select {
		case <-s.out.Answered():
		case <-s.life.ctx.Done():
		case <-check.C:
			watch.check()
		}
	}
	return !s.isOver()
}

// A clientWatch ends a session whose client leaves while it is not read.
type clientWatch struct {
	s *session
	// closed is when the client was first seen to have closed its side. Zero: it has not.
	closed time.Time
}

// check ends the session if the connection to the client is broken, or if the client closed its
// side longer than the session's halfCloseTimeout ago.
func (w *clientWatch) check() {
	err := w.s.client.Gone()
	switch {
	case err == nil:
		w.closed = time.Time{}
	case !errors.Is(err, io.EOF):
		w.s.end(ending{reason: reasonClientClosed + ": " + err.Error(), how: silent})
	case w.closed.IsZero():
		w.closed = time.Now()
	case time.Since(w.closed) >= w.s.halfCloseTimeout():
		w.s.end(ending{reason: reasonClientClosed})
	}
}

// writeUp writes to FreeSWITCH. While FreeSWITCH takes no more, it waits and checks whether the
// client is still there.
func (c *commands) writeUp(b []byte) error {
	c.s.line.sending.Lock()
	defer c.s.line.sending.Unlock()
	up := c.s.life.upstream().Conn
	n, err := up.TryWrite(b)
	if b = b[n:]; err != nil || len(b) == 0 {
		return err
	}
	watch := clientWatch{s: c.s}
	defer c.setWriteDeadlineUp(up, time.Time{})
	for {
		c.setWriteDeadlineUp(up, time.Now().Add(checkEvery))
		n, err := up.Write(b)
		b = b[n:]
		if !wire.IsTimeout(err) || c.s.isOver() {
			return err
		}
		watch.check()
	}
}

// setWriteDeadlineUp sets a deadline for writes to FreeSWITCH. It does not replace the deadline
// that the session's end has set.
func (c *commands) setWriteDeadlineUp(up *wire.Conn, t time.Time) {
	_ = up.SetWriteDeadline(t)
	if c.s.isOver() { // the end may have set its own before
		_ = up.SetWriteDeadline(wire.Past)
	}
}

// minHold is the shortest time for which a client in debt is not read, so that the session does not
// wake up for each frame.
const minHold = 10 * time.Millisecond

// reasonAllowance is why a client is not read, or is not let in.
const reasonAllowance = "the client writes more to the audit than it may, or keeps the guard busy for longer"

// awaitAllowance waits while the client has written more to the audit, or kept the guard busy for
// longer, than it may. Frames that it sends wait in its own socket. It returns false if no more may
// be read.
func (c *commands) awaitAllowance() bool {
	s := c.s
	for held := false; ; held = true {
		wait := s.srv.ledger.Debt(s.entry.Client)
		if wait == 0 {
			return true
		}
		if !held {
			s.srv.clientLog.Warn().Str("event", "held").Str("client", s.entry.Client).Str("session", s.id).Dur("wait", wait).
				Msg(reasonAllowance + "; it is not read for a while")
		}
		err := s.client.Hold(max(wait, minHold), s.life.ctx.Done())
		if s.isOver() {
			return false
		}
		if err != nil || s.life.stopping.Load() {
			c.clientEnds(err)
			return false
		}
	}
}

// awaitAllowanceAtLogin is awaitAllowance for a client that logs in, whose login is recorded next.
// It returns false if the client is not let in.
func (s *session) awaitAllowanceAtLogin(ctx context.Context) bool {
	for {
		wait := s.srv.ledger.Debt(s.entry.Client)
		if wait == 0 {
			return true
		}
		if end, ok := ctx.Deadline(); ok {
			wait = min(wait, time.Until(end))
		}
		err := s.client.Hold(max(wait, minHold), s.life.ctx.Done())
		if err != nil || s.isOver() || s.life.stopping.Load() || ctx.Err() != nil {
			return false
		}
	}
}
