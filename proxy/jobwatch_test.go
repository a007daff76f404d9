package proxy

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/policy"
)

// away is an upstream that cannot be reached. It counts the attempts, and what the operator is
// told.
type away struct {
	attempts, lost, back atomic.Int64
}

func (a *away) dial(context.Context, *policy.Upstream) (link, error) {
	a.attempts.Add(1)
	return link{}, errors.New("away")
}

func (a *away) log(err error) {
	if err == nil {
		a.back.Add(1)
		return
	}
	a.lost.Add(1)
}

func (a *away) jobs() *jobs { return newJobs(a.dial, a.log, func(job, string, []byte, int64) {}) }

// stopped reports whether the watch has been ended.
func (w *jobWatch) stopped() bool {
	w.life.Lock()
	defer w.life.Unlock()
	return w.cancel == nil
}

// waited returns how long a bgapi waits for the watch.
func (w *jobWatch) waited() time.Duration {
	begun := time.Now()
	w.await(nil)
	return time.Since(begun)
}

// TestWatchThatIsAway: bgapis wait for the watch when it has just gone away, and then no more. What
// may have ended meanwhile is given up.
func TestWatchThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(away).jobs()
		j.watch.join()
		defer j.watch.close()
		defer j.watch.leave()
		if waited := j.watch.waited(); waited != watchPatience {
			t.Errorf("the first bgapi waited %v, want %v", waited, watchPatience)
		}
		for range 3 {
			if waited := j.watch.waited(); waited != 0 {
				t.Errorf("a later bgapi waited %v, want none to wait", waited)
			}
		}
		if err := j.start("one", job{client: "c", started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		if j.sweep() {
			t.Error("a job that has just begun is lost")
		}
		time.Sleep(lostJobs + time.Second)
		if !j.sweep() || j.count() != 0 {
			t.Errorf("%d jobs are left, of which nobody would hear that they end", j.count())
		}
	})
}

// TestLoginBringsTheWatchBack: after a session has logged in at an upstream that was away, the
// watch tries again at once instead of at the end of its wait, and bgapis wait for it, once.
func TestLoginBringsTheWatchBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := new(away)
		j := a.jobs()
		j.watch.join()
		defer j.watch.close()
		defer j.watch.leave()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		before := a.attempts.Load()
		j.watch.reachable()
		time.Sleep(minWatchRetry)
		synctest.Wait()
		if a.attempts.Load() == before {
			t.Error("the watch did not try to connect after a login")
		}
		if waited := j.watch.waited(); waited != watchPatience-minWatchRetry {
			t.Errorf("a bgapi after the login waited %v, want %v", waited, watchPatience-minWatchRetry)
		}
		j.watch.reachable()
		if waited := j.watch.waited(); waited != 0 {
			t.Errorf("a bgapi after a second login waited %v: the watch is away for good", waited)
		}
	})
}

// TestWatchTriesNotTooOften: however many bgapis and logins ask for the watch, it waits between
// attempts, and the operator is told once.
func TestWatchTriesNotTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := new(away)
		j := a.jobs()
		j.watch.join()
		defer j.watch.close()
		defer j.watch.leave()
		begun := time.Now()
		for range 10_000 {
			j.watch.reachable()
			j.watch.await(nil)
			time.Sleep(time.Millisecond)
		}
		if n, most := a.attempts.Load(), int64(time.Since(begun)/minWatchRetry)+1; n > most {
			t.Errorf("%d attempts, want at most %d", n, most)
		}
		if n := a.lost.Load(); n != 1 {
			t.Errorf("the operator was told %d times, want once", n)
		}
	})
}

// TestWatchEndsWithLostJobs: a job of which nobody will hear the end does not keep the watch.
func TestWatchEndsWithLostJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(away).jobs()
		j.watch.join()
		defer j.watch.close()
		if err := j.start("lost", job{client: "c", started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		j.watch.leave()
		time.Sleep(2 * watchIdle)
		if j.watch.stopped() {
			t.Error("the watch ended while the job may still end")
		}
		time.Sleep(lostJobs)
		if !j.watch.stopped() || j.count() != 0 {
			t.Errorf("the watch is kept by %d lost jobs", j.count())
		}
	})
}

// TestWatchEndsWithItsUpstream: once the policy has no such upstream and no session uses it, its
// jobs keep no watch.
func TestWatchEndsWithItsUpstream(t *testing.T) {
	j := new(away).jobs()
	j.watch.join()
	defer j.watch.close()
	if err := j.start("one", job{client: "c", started: time.Now()}, 1); err != nil {
		t.Fatal(err)
	}
	j.watch.known(false)
	if j.watch.stopped() {
		t.Error("the watch ended while a session uses it")
	}
	j.watch.leave()
	if !j.watch.stopped() || j.count() != 0 {
		t.Errorf("the watch on an upstream that has left the policy is kept by %d jobs", j.count())
	}
	j.watch.join() // the policy has it again
	j.watch.known(true)
	j.watch.leave()
	if j.watch.stopped() {
		t.Error("the watch on an upstream of the policy ended at once")
	}
}

// TestChangeOfPolicyEndsAWatch: a policy without the upstream ends the watch there.
func TestChangeOfPolicyEndsAWatch(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK")
	j := g.watched()
	await(t, "the watch is connected", j.watch.isConnected)
	other := newRawSwitch(t)
	g.policies.Store(load(t, other.addr, anything))
	g.PolicyChanged()
	await(t, "the watch ends", j.watch.stopped)
	if n := j.count(); n != 0 {
		t.Errorf("%d jobs are still counted", n)
	}
}

// isConnected is connected for tests.
func (w *jobWatch) isConnected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected()
}

// TestWatchThatIsRefused: a FreeSWITCH that does not take the subscription tells no ends, so the
// watch is not connected.
func TestWatchThatIsRefused(t *testing.T) {
	s := newRawSwitch(t)
	lost := make(chan error, 1)
	d := newDialer(time.Minute)
	j := newJobs(d.dial, func(err error) { lost <- err }, func(job, string, []byte, int64) {})
	j.watch.up.Store(load(t, s.addr, anything).Upstreams()["pbx"])
	j.watch.join()
	defer j.watch.close()
	l := <-s.links
	if got := l.command(); got != "event plain BACKGROUND_JOB\n" {
		t.Fatalf("the watch sent %q", got)
	}
	l.say(commandReply + "-ERR no keywords supplied\n\n")
	if err := <-lost; err == nil || !strings.Contains(err.Error(), "no keywords supplied") {
		t.Errorf("the watch was lost for %v, want what FreeSWITCH said", err)
	}
	if j.watch.isConnected() {
		t.Error("the watch passes for connected")
	}
}

// TestFaultInTheWatch: a fault while an event is handled costs the connection and not the program.
func TestFaultInTheWatch(t *testing.T) {
	s := newRawSwitch(t)
	lost := make(chan error, 2)
	j := newJobs(newDialer(time.Minute).dial, func(err error) { lost <- err }, func(job, string, []byte, int64) {})
	j.watch.ended = func([]byte) { panic("a fault") }
	j.watch.up.Store(load(t, s.addr, anything).Upstreams()["pbx"])
	j.watch.join()
	defer j.watch.close()
	l := <-s.links
	l.command()
	event := jobEnd("x", "echo", "", "")
	l.say(commandReply + "+OK event listener enabled plain\n\n" + plainEvent(event))
	if err := <-lost; err == nil || !strings.Contains(err.Error(), "a fault") {
		t.Errorf("the watch was lost for %v, want the fault", err)
	}
	again := <-s.links
	again.command()
	again.say(commandReply + "+OK event listener enabled plain\n\n")
	if err := <-lost; err != nil {
		t.Errorf("the operator was told %v, want that the connection is back", err)
	}
}
