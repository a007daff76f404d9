package switchsim

import (
	"bytes"
	"time"
)

// Trouble says how the switch misbehaves. The zero value is none. [Switch.Flood] and [Switch.Reset]
// cause more: for an event that breaks off, Flood its beginning and then Reset.
type Trouble struct {
	// Delay is a delay before each reply is written.
	Delay time.Duration
	// Stall stops reading and answering until the trouble is changed.
	Stall bool
	// Mute makes the switch read on and answer nothing.
	Mute bool
	// CutAfter, if not 0, is the number of bytes of the next reply after which the connection is
	// closed.
	CutAfter int
	// Abrupt makes CutAfter close the connection with a TCP RST.
	Abrupt bool
	// Reject makes the switch reject every new connection, as an access list does: it sends a rude
	// rejection and closes.
	Reject bool
	// Silent makes the switch accept connections and never greet them.
	Silent bool
	// WrongPassword makes the switch refuse every login.
	WrongPassword bool
	// OnCommand, if not nil, is called with the line of each command of a session that is logged
	// in, before it is executed. If handled is true, raw is written instead of an answer. It may be
	// called from several goroutines.
	OnCommand func(line string) (raw []byte, handled bool)
}

// SetTrouble changes how the switch behaves from now on. Trouble{} ends all trouble.
func (s *Switch) SetTrouble(t Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble.Store(&t)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Reset closes every connection with a TCP RST.
func (s *Switch) Reset() {
	s.each(func(c *session) { c.reset() })
}

// Disconnect sends every session the disconnect notice and closes it.
func (s *Switch) Disconnect() {
	s.each(func(c *session) { c.stop() })
}

// Flood writes raw as often as times says to every session that is logged in, as fast as the
// session reads it. It returns when everything is written or the connections are closed. Replies
// and events may come between two repetitions.
func (s *Switch) Flood(raw []byte, times int) {
	per := max(1, floodChunk/max(1, len(raw)))
	chunk := bytes.Repeat(raw, per)
	done := make(chan struct{})
	n := 0
	s.each(func(c *session) {
		if c.authed {
			n++
			s.wg.Go(func() {
				c.flood(raw, chunk, per, times)
				done <- struct{}{}
			})
		}
	})
	for range n {
		<-done
	}
}

// floodChunk is the size in bytes of one write of a flood.
const floodChunk = 1 << 20

// flood writes raw as often as times says. chunk is raw repeated per times.
func (c *session) flood(raw, chunk []byte, per, times int) {
	for times > 0 {
		b, n := chunk, per
		if times < per {
			b, n = raw, 1
		}
		if c.write(b) != nil {
			return
		}
		times -= n
	}
}

// gate waits while blocked returns true for the trouble, and returns the trouble after that. ok is
// false if the switch is closed.
func (s *Switch) gate(blocked func(*Trouble) bool) (t *Trouble, ok bool) {
	for {
		if t := s.trouble.Load(); !blocked(t) {
			return t, true
		}
		t, changed := s.currentTrouble()
		if !blocked(t) {
			return t, true
		}
		select {
		case <-changed:
		case <-s.done:
			return t, false
		}
	}
}

// currentTrouble returns the trouble, and a channel that is closed when it changes.
func (s *Switch) currentTrouble() (t *Trouble, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble.Load(), s.changed
}
