package sharing_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"eslguard/internal/switchsim"
)

// A longAPI makes `api long` run until it is released.
type longAPI struct {
	started, release chan struct{}
}

// long makes `api long` run long.
func (r *rig) long() *longAPI {
	l := &longAPI{started: make(chan struct{}, 100), release: make(chan struct{})}
	r.SetTrouble(switchsim.Trouble{OnCommand: func(line string) (raw []byte, handled bool) {
		if line == "api long" {
			l.started <- struct{}{}
			<-l.release
			return []byte(apiResponse("done")), true
		}
		return answerSync(line)
	}})
	return l
}

// TestEventsFollowTheReply plays events while an api runs. They follow its reply.
func TestEventsFollowTheReply(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		long, witness, c, d := r.long(), r.client(), r.client(), r.client()
		witness.want("event json DTMF", "+OK event listener enabled json")
		c.want("event plain DTMF", "+OK event listener enabled plain")
		d.want("event plain DTMF", "+OK event listener enabled plain")
		for range 3 {
			for _, text := range []string{"api long\n\n", "api long\n\nfilter A b\n\nfilter delete all\n\nfilter A\n\napi echo sync 1\n\n"} {
				if err := c.Send(text); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.Send("api long\n\nnoevents\n\n"); err != nil {
				t.Fatal(err)
			}
			<-long.started
			<-long.started
			for n := range 10 {
				r.Play(numbered(n + 1))
			}
			for range 10 {
				witness.event()
			}
			long.release <- struct{}{}
			long.release <- struct{}{}
			<-long.started
			long.release <- struct{}{}
			// The events may come before the reply to a later command, as if that had come later.
			c.replies(apiResponse("done"))
			c.between(10, apiResponse("done"), reply("+OK filter added. [A]=[b]"), reply("+OK filter deleted. [all][]"),
				reply("-ERR invalid syntax"), apiResponse("1"))
			d.replies(apiResponse("done"))
			d.between(0, reply("+OK no longer listening for events"))
			if got := d.untilSync(); len(got) > 0 {
				t.Errorf("after noevents: %q", got)
			}
			d.want("event plain DTMF", "+OK event listener enabled plain")
		}
	}, events, both)
}

// TestNoEventAfterTheGoodbye plays events before an exit is carried out. None follows its reply.
func TestNoEventAfterTheGoodbye(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		long, witness, c := r.long(), r.client(), r.client()
		for _, c := range []*client{witness, c} {
			c.want("event plain DTMF", "+OK event listener enabled plain")
		}
		if err := c.Send("api long\n\nexit\n\n"); err != nil {
			t.Fatal(err)
		}
		<-long.started
		r.Play(numbered(1), numbered(2))
		witness.events(1, 2)
		long.release <- struct{}{}
		c.replies(apiResponse("done"))
		if _, after, ok := strings.Cut(c.rest(), reply("+OK bye")); !ok || !strings.HasPrefix(after, "Content-Type: text/disconnect-notice\n") {
			t.Errorf("after the goodbye: %q", after)
		}
	}, events, both)
}

// reply returns a command/reply.
func reply(text string) string { return "Content-Type: command/reply\nReply-Text: " + text + "\n\n" }

// replies reads frames and compares them.
func (c *client) replies(want ...string) {
	c.t.Helper()
	for _, w := range want {
		if got := c.frame(); got != w {
			c.t.Fatalf("%q, want %q", got, w)
		}
	}
}

// between reads replies and events with the numbers from 1 on, in any order to each other. It
// returns after the last reply and at least n events.
func (c *client) between(n int, replies ...string) {
	c.t.Helper()
	for last := 0; len(replies) > 0 || last < n; {
		f := c.frame()
		switch {
		case number(f) == last+1:
			last++
		case len(replies) > 0 && f == replies[0]:
			replies = replies[1:]
		default:
			c.t.Fatalf("%q after event %d, want %q", f, last, replies)
		}
	}
}

// TestJobsEndAfterTheirReply starts jobs that end at once, one by one and several together. No end
// comes before the reply that names the job, and each comes once.
func TestJobsEndAfterTheirReply(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		var clients sync.WaitGroup
		for k := range 4 {
			c := r.client()
			c.want("event plain BACKGROUND_JOB", "+OK event listener enabled plain")
			clients.Go(func() { c.runJobs(k, 50*rounds) })
		}
		clients.Wait()
	}, events, both)
}

// runJobs starts jobs until n have ended.
func (c *client) runJobs(k, n int) {
	id := func(i int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", k, i) }
	named, ended := 0, make([]int, n+10)
	for sent := 0; sent < n; {
		var text strings.Builder
		for range 1 + sent%4 {
			fmt.Fprintf(&text, "bgapi echo x\nJob-UUID: %s\n\n", id(sent))
			sent++
		}
		if err := c.Send(text.String()); err != nil {
			c.t.Error(err)
			return
		}
		for ended[sent-1] == 0 {
			head, body, err := c.ReadFrame()
			if err != nil {
				c.t.Error(err)
				return
			}
			if strings.Contains(head, "+OK Job-UUID: "+id(named)) {
				named++
				continue
			}
			for i := range sent {
				if !strings.Contains(body, "Job-UUID: "+id(i)+"\n") {
					continue
				}
				if ended[i]++; i >= named || ended[i] > 1 {
					c.t.Errorf("job %d has ended %d times, and %d are named", i, ended[i], named)
				}
			}
		}
	}
}

// TestSubscriptionMissesNothing subscribes to types of events while they happen. Nothing that
// happens after the reply is missed.
func TestSubscriptionMissesNothing(t *testing.T) {
	types := strings.Fields("DTMF HEARTBEAT TALK NOTALK CHANNEL_ANSWER CHANNEL_STATE CHANNEL_PARK API RELOADXML TRAP")
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		p := r.playEvery(func(n int) *switchsim.Prepared {
			e := made(header("Number", fmt.Sprint(n)))
			e.Name = types[n%len(types)]
			e.Headers[0].Value = e.Name
			return switchsim.Prepare(e)[0]
		})
		var clients sync.WaitGroup
		for k := range types {
			clients.Go(func() {
				for round := range 3 * rounds {
					c := login(t, r.guard.Addr, guarded)
					reply, err := c.Command([]string{"event json ", "event plain ", "event xml "}[round%3] + types[k])
					begun := int(p.begun.Load())
					if err != nil || !strings.HasPrefix(reply.Text(), "+OK") {
						t.Errorf("%v, %v", reply, err)
						return
					}
					c.expectEvery(len(types), k, begun)
					c.Close()
				}
			})
		}
		clients.Wait()
		p.end()
	}, events, both)
}

// expectEvery reads 20 numbered events, whose numbers are k modulo n, without a gap. The first one
// must have come after the subscription or be the first that had not begun then.
func (c *client) expectEvery(n, k, begun int) {
	last := 0
	for range 20 {
		e, err := c.Event()
		if err != nil {
			c.t.Error(err)
			return
		}
		got := number(e.String())
		if last == 0 && got > begun+n || last > 0 && got != last+n || got%n != k {
			c.t.Errorf("event %d after %d; %d had begun", got, last, begun)
			return
		}
		last = got
	}
}
