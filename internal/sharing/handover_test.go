package sharing_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"eslguard/internal/switchsim"
)

// The channels of a test. Clients attach to the first.
const (
	mine   = "11111111-1111-4111-8111-111111111111"
	others = "22222222-2222-4222-8222-222222222222"
)

// A player plays numbered events, until it is stopped.
type player struct {
	r    *rig
	stop context.CancelFunc
	done sync.WaitGroup
	// begun is the number of the last event that may have been played.
	begun atomic.Int64
}

// numbered returns an event with a number, of a channel that depends on it: of every three events,
// two are of the channel mine.
func numbered(n int) *switchsim.Prepared {
	uuid := mine
	if n%3 == 0 {
		uuid = others
	}
	return switchsim.Prepare(made(header("Unique-ID", uuid), header("Number", fmt.Sprint(n)), header("Load", strings.Repeat("x <&> ", 10))))[0]
}

// play begins to play numbered events.
func (r *rig) play() *player { return r.playEvery(numbered) }

// playEvery begins to play the events that event makes, with the numbers from 1 on. A few events
// are ahead of what has been written.
func (r *rig) playEvery(event func(n int) *switchsim.Prepared) *player {
	ctx, cancel := context.WithCancel(r.t.Context())
	p := &player{r: r, stop: cancel}
	p.done.Go(func() {
		for ctx.Err() == nil {
			batch := make([]*switchsim.Prepared, 5)
			for i := range batch {
				batch[i] = event(int(p.begun.Load()) + 1 + i)
			}
			p.begun.Add(int64(len(batch)))
			r.Play(batch...)
			if p.begun.Load()%50 == 0 {
				r.Drain(ctx)
			}
		}
	})
	r.t.Cleanup(p.end)
	return p
}

// end stops the player.
func (p *player) end() {
	p.stop()
	p.done.Wait()
}

// number returns the number of an event, and 0 for another frame.
func number(frame string) int {
	for _, before := range []string{"\nNumber: ", `"Number":"`, "<Number>"} {
		if _, rest, ok := strings.Cut(frame, before); ok {
			n, _ := strconv.Atoi(rest[:strings.IndexAny(rest, "\n\"<")])
			return n
		}
	}
	return 0
}

// TestHandover attaches clients to a channel while events flow. None is lost or sent twice.
func TestHandover(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		r.AddChannel(mine, nil)
		for range 3 { // so that the stream is slower than a connection of its own
			c := r.client()
			c.want("event xml ALL", "+OK event listener enabled xml")
			go c.discard()
		}
		p := r.play()
		for n := range 50 * rounds {
			form := []string{"plain", "json", "xml"}[n%3]
			c := r.client()
			c.want("event "+form+[]string{" ALL", " DTMF"}[n%2], "+OK event listener enabled "+form)
			c.handOver(n)
			if t.Failed() {
				break
			}
		}
		p.end()
	}, events, both)
}

// discard reads until the connection ends.
func (c *client) discard() {
	for {
		if _, _, err := c.ReadFrame(); err != nil {
			return
		}
	}
}

// handOver reads numbered events, gives the command myevents, reads more, and checks the numbers.
func (c *client) handOver(round int) {
	c.t.Helper()
	last := 0
	next := func() int {
		f := c.frame()
		n := number(f)
		switch {
		case n == 0 && !strings.Contains(f, "+OK Events Enabled"):
			c.t.Fatalf("round %d: a frame that is not expected: %q", round, f)
		case n > 0 && n <= last:
			c.t.Errorf("round %d: event %d after %d", round, n, last)
		}
		return n
	}
	for range round % 7 {
		last = next()
	}
	if err := c.Send("myevents " + mine + "\n\n"); err != nil {
		c.t.Fatal(err)
	}
	attached := false
	for more := 40; more > 0; {
		n := next()
		if n == 0 {
			attached = true
			continue
		}
		for missing := last + 1; last > 0 && missing < n; missing++ {
			if !attached || missing%3 != 0 {
				c.t.Errorf("round %d: event %d is missing before %d, attached: %t", round, missing, n, attached)
			}
		}
		last = n
		if attached {
			more--
		}
	}
	c.Close()
}
