package crash_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

const (
	rounds   = 8
	sessions = 8
	// batch is how many commands a session sends before it reads the answers.
	batch = 8
	// longest is the maximum duration of the load in a round.
	longest = time.Second
	// tooManyJobs is the answer to a bgapi while too many earlier ones are running, as on a busy
	// machine.
	tooManyJobs = "-ERR 1000 bgapi jobs are running already"
)

// testKilled kills the program under load, again and again on the same audit, at random moments.
func testKilled(t *testing.T, binary string) {
	r := newRig(t, binary, filepath.Join(t.TempDir(), "audit"))
	count := 0
	for round := range rounds {
		// Segments are small, so that a kill can interrupt the end and the compression of one.
		g := r.start("--audit-rotate-size", "512KiB", "--audit-compress")
		after := rand.N(longest)
		g.loadUntilKilled(round, after)
		report := r.verify()
		now := len(r.executed())
		t.Logf("killed after %v: %d more executions; %d records in %d segments, %d runs", after, now-count, report.Records, report.Segments, report.Runs)
		if now == count {
			t.Errorf("round %d: nothing was executed", round)
		}
		count = now
	}
	// The switch may still read what the last guard sent. Close waits for that.
	r.sw.Close()
	r.recorded(r.executed())
	if report := r.verify(); report.Runs != rounds {
		t.Errorf("%d runs, want %d", report.Runs, rounds)
	}
}

// loadUntilKilled puts load on the guard from many sessions, and kills it that long after all have
// begun.
func (g *guard) loadUntilKilled(round int, after time.Duration) {
	var begun, running sync.WaitGroup
	for s := range sessions {
		c := g.client()
		begun.Add(1)
		running.Go(func() {
			loadFrom(g.r.t, c, fmt.Sprintf("%d-%d", round, s), s%2 == 1, begun.Done)
		})
	}
	begun.Wait()
	<-time.After(after)
	g.kill()
	running.Wait()
}

// loadFrom sends commands that no other session sends, until the connection ends. It calls begun
// when the first ones are answered.
func loadFrom(t *testing.T, c *switchsim.Conn, name string, jobs bool, begun func()) {
	begun = sync.OnceFunc(begun)
	defer begun()
	verb, answer := "api", "session-"+name
	if jobs {
		verb, answer = "bgapi", "+OK Job-UUID: "
		if _, err := c.Command("event plain BACKGROUND_JOB"); err != nil {
			t.Errorf("session %s: %v", name, err)
			return
		}
	}
	for n := 0; ; n += batch {
		var text strings.Builder
		for i := range batch {
			fmt.Fprintf(&text, "%s echo session-%s-%d\n\n", verb, name, n+i)
		}
		if c.Send(text.String()) != nil {
			return
		}
		for range batch {
			reply, err := c.Reply()
			if err != nil {
				return
			}
			if said := reply.Text(); !strings.HasPrefix(said, answer) && !strings.HasPrefix(said, tooManyJobs) {
				t.Errorf("session %s: a command was answered with %.100q", name, reply)
				return
			}
		}
		begun()
	}
}
