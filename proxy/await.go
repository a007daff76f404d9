package proxy

import (
	"errors"
	"io"
	"time"
)

// lookEvery is how often a session looks whether its client is still there while it waits for
// FreeSWITCH and does not read the client.
const lookEvery = 250 * time.Millisecond

// halfCloseTimeout is how long a client is still answered that has closed its side, or that sends
// what cannot be read on.
func (s *session) halfCloseTimeout() time.Duration {
	return orDefault(s.srv.HalfCloseTimeout, DefaultHalfCloseTime)
}

// awaitRoom waits until fewer commands wait than may. It returns false if the session is over.
func (s *session) awaitRoom() bool {
	return s.await(func() bool { return s.queue.n < maxPending && s.queue.bytes < maxPendingBytes }, 0)
}

// awaitAnswers waits until every command has been answered, but no longer than limit, 0 for no
// limit, or until the session is over.
func (s *session) awaitAnswers(limit time.Duration) {
	s.await(func() bool { return s.queue.n == 0 }, limit)
}

// await waits until ok, which it calls under mu, but no longer than limit, 0 for no limit. The
// client is not read meanwhile, so await looks whether it is still there. It returns false if the
// session is over or the time is.
func (s *session) await(ok func() bool, limit time.Duration) bool {
	if s.locked(ok) {
		return !s.isOver()
	}
	begun, look, watch := time.Now(), time.NewTicker(lookEvery), clientWatch{s: s}
	defer look.Stop()
	for !s.isOver() && !s.locked(ok) {
		if limit > 0 && time.Since(begun) >= limit {
			return false
		}
		select {
		case <-s.room:
		case <-s.done:
		case <-look.C:
			watch.look()
		}
	}
	return !s.isOver()
}

// locked returns what ok does under mu.
func (s *session) locked(ok func() bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok()
}

// A clientWatch ends a session whose client goes while nobody reads it.
type clientWatch struct {
	s *session
	// closed is when the client was first seen to have closed its side. Zero: it has not.
	closed time.Time
}

// look ends the session if the connection to the client is broken, or if the client closed its side
// longer than the session's halfCloseTimeout ago.
func (w *clientWatch) look() {
	err := w.s.client.gone()
	switch {
	case err == nil:
		w.closed = time.Time{}
	case !errors.Is(err, io.EOF):
		w.s.end(ending{reason: "client closed the connection: " + err.Error(), silent: true})
	case w.closed.IsZero():
		w.closed = time.Now()
	case time.Since(w.closed) >= w.s.halfCloseTimeout():
		w.s.end(ending{reason: "client closed the connection"})
	}
}

// writeUp writes to FreeSWITCH. Where that takes no more, it waits until it does, and looks
// meanwhile whether the client is still there.
func (s *session) writeUp(b []byte) error {
	n, err := s.up.w.tryWrite(b)
	if b = b[n:]; err != nil || len(b) == 0 {
		return err
	}
	watch := clientWatch{s: s}
	defer s.setWriteDeadlineUp(time.Time{})
	for {
		s.setWriteDeadlineUp(time.Now().Add(lookEvery))
		n, err := s.up.w.Write(b)
		b = b[n:]
		if !isTimeout(err) || s.isOver() {
			return err
		}
		watch.look()
	}
}

// setWriteDeadlineUp sets a deadline for writes to FreeSWITCH, which the session's end outdoes.
func (s *session) setWriteDeadlineUp(t time.Time) {
	_ = s.up.w.SetWriteDeadline(t)
	if s.isOver() { // the end may have set its own before
		_ = s.up.w.SetWriteDeadline(past)
	}
}
