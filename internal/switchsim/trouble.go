package switchsim

import (
	"bytes"
	"time"
)

// Trouble is how the switch misbehaves. The zero value is a switch in good health. What is not here
// is done with [Switch.Flood] and [Switch.Reset]: an event that breaks off is a Flood of its
// beginning and then a Reset.
type Trouble struct {
	// Delay is waited before each reply is written.
	Delay time.Duration
	// Stall stops reading and answering; it goes on when the trouble is changed.
	Stall bool
	// Mute reads on and answers nothing.
	Mute bool
	// CutAfter, if not 0, is after how many bytes the next reply breaks off, and the connection
	// with it.
	CutAfter int
	// Abrupt resets the connection where it would otherwise be closed (CutAfter), so that a TCP RST
	// is sent.
	Abrupt bool
	// Reject turns every new connection away as an access list does: a rude rejection, then close.
	Reject bool
	// Silent accepts connections and never greets them.
	Silent bool
	// WrongPassword refuses every login.
	WrongPassword bool
	// OnCommand, if not nil, is called with the line of each command of a session that is logged
	// in, before it is executed; if handled, raw is written as it is in place of an answer. It may
	// be called from several goroutines.
	OnCommand func(line string) (raw []byte, handled bool)
}

// SetTrouble changes how the switch behaves from now on; Trouble{} heals it.
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

// Flood writes raw, times over, to every session that is logged in, as fast as it takes it, and
// returns when all is written or the connections are gone. Replies and events may come between two
// repetitions.
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

// floodChunk is the size of one write of a flood.
const floodChunk = 1 << 20

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

// gate waits while the trouble says so, and returns the trouble that holds then. ok is false if the
// switch is closed.
func (s *Switch) gate(blocked func(*Trouble) bool) (t *Trouble, ok bool) {
	for {
		if t := s.trouble.Load(); !blocked(t) {
			return t, true
		}
		s.mu.Lock()
		changed, t := s.changed, s.trouble.Load()
		s.mu.Unlock()
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
