package proxy

import (
	"strings"
	"testing"
	"time"
)

// TestEvictedMemoryDoesNotWaitForTheDisk: memory that waits for a client that is given up is freed
// at once, though its session cannot end before the audit accepts a record.
func TestEvictedMemoryDoesNotWaitForTheDisk(t *testing.T) {
	needsOwnEvents(t)
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, anything, func(s *Server) { s.MaxHeld = 4 << 20 })
	c := g.loggedIn(t)
	up := <-s.links
	g.recorder.hangs.Lock()
	c.send("api echo never\n\n")
	await(t, "a record waits", func() bool { return g.recorder.waiting.Load() == 1 })
	events := strings.Repeat(anEvent, 10_000)
	for se := g.only(t); !se.isOver(); {
		_ = up.SetWriteDeadline(time.Now().Add(time.Second))
		if _, err := up.Write([]byte(events)); err != nil {
			break // the guard does not read any more: the session is over
		}
	}
	await(t, "what waited is given back", func() bool { return g.budget.Used() == 0 })
	if n := g.Sessions(); n != 1 {
		t.Errorf("%d sessions, want the one that waits for its record", n)
	}
	g.recorder.hangs.Unlock()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	if n, _ := g.records(t, "end")[0]["undelivered_bytes"].(float64); n < 1<<20 {
		t.Errorf("undelivered_bytes = %v, want what waited", n)
	}
}
