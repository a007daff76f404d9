package jobs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// away is an upstream that cannot be reached. It counts the attempts and the calls of log.
type away struct {
	attempts, lost, back atomic.Int64
}

func (a *away) dial(context.Context, *policy.Upstream) (upstream.Link, error) {
	a.attempts.Add(1)
	return upstream.Link{}, errors.New("away")
}

func (a *away) log(err error) {
	if err == nil {
		a.back.Add(1)
		return
	}
	a.lost.Add(1)
}

func (a *away) registry() *Registry {
	return newRegistry(a.dial, a.log, func(Job, string, []byte, int64) {})
}

// stopped reports whether the watch has been ended.
func (w *watch) stopped() bool {
	w.life.Lock()
	defer w.life.Unlock()
	return w.cancel == nil
}

// waited returns how long a bgapi waits for the watch.
func (w *watch) waited() time.Duration {
	begun := time.Now()
	w.await(nil)
	return time.Since(begun)
}

// TestWatchThatIsAway: bgapis wait for the watch when it has just lost its connection, and then no
// more. Jobs that may have ended meanwhile are given up.
func TestWatchThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(away).registry()
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
		if err := j.Start("one", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		if j.sweep() {
			t.Error("a job that has just begun is lost")
		}
		time.Sleep(LostAfter + time.Second)
		if !j.sweep() || j.Count() != 0 {
			t.Errorf("%d jobs are left, of which nobody would hear that they end", j.Count())
		}
	})
}

// TestLoginBringsTheWatchBack: after a session has logged in at an upstream that was away, the
// watch tries again at once instead of at the end of its pause, and bgapis wait for it, once.
func TestLoginBringsTheWatchBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := new(away)
		j := a.registry()
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

// TestWatchTriesNotTooOften: however many bgapis and logins need the watch, it pauses between
// attempts, and the loss is logged once.
func TestWatchTriesNotTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := new(away)
		j := a.registry()
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

// TestWatchEndsWithLostJobs: a job whose end will not be reported does not keep the watch.
func TestWatchEndsWithLostJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(away).registry()
		j.watch.join()
		defer j.watch.close()
		if err := j.Start("lost", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		j.watch.leave()
		time.Sleep(2 * watchIdle)
		if j.watch.stopped() {
			t.Error("the watch ended while the job may still end")
		}
		time.Sleep(LostAfter)
		if !j.watch.stopped() || j.Count() != 0 {
			t.Errorf("the watch is kept by %d lost jobs", j.Count())
		}
	})
}

// TestWatchEndsWithItsUpstream: once the policy has no such upstream and no session uses it, its
// jobs do not keep the watch.
func TestWatchEndsWithItsUpstream(t *testing.T) {
	j := new(away).registry()
	j.watch.join()
	defer j.watch.close()
	if err := j.Start("one", Job{Client: "c", Started: time.Now()}, 1); err != nil {
		t.Fatal(err)
	}
	j.watch.known(false)
	if j.watch.stopped() {
		t.Error("the watch ended while a session uses it")
	}
	j.watch.leave()
	if !j.watch.stopped() || j.Count() != 0 {
		t.Errorf("the watch on an upstream that has left the policy is kept by %d jobs", j.Count())
	}
	j.watch.join() // the policy has it again
	j.watch.known(true)
	j.watch.leave()
	if j.watch.stopped() {
		t.Error("the watch on an upstream of the policy ended at once")
	}
}

// isConnected is connected, with the lock.
func (w *watch) isConnected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected()
}

// dialed returns a dial function over loopback connections, whose other ends are sent to links.
func dialed(t *testing.T, links chan<- *bufio.ReadWriter) func(context.Context, *policy.Upstream) (upstream.Link, error) {
	return func(context.Context, *policy.Upstream) (upstream.Link, error) {
		near, far := loopback.Pair(t)
		links <- bufio.NewReadWriter(bufio.NewReader(far), bufio.NewWriter(far))
		conn := wire.New(near)
		return upstream.Link{Conn: conn, Reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}, nil
	}
}

// answer reads the subscription of the watch and writes text.
func answer(t *testing.T, l *bufio.ReadWriter, text string) {
	t.Helper()
	line, err := l.ReadString('\n')
	if err != nil || line != "event plain BACKGROUND_JOB\n" {
		t.Fatalf("the watch sent %q, %v", line, err)
	}
	if _, err := l.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := l.Flush(); err != nil {
		t.Fatal(err)
	}
}

const subscribed = "Content-Type: command/reply\nReply-Text: +OK event listener enabled plain\n\n"

// TestWatchThatIsRefused: a FreeSWITCH that refuses the subscription reports no ends, so the watch
// is not connected.
func TestWatchThatIsRefused(t *testing.T) {
	lost, links := make(chan error, 1), make(chan *bufio.ReadWriter, 8)
	r := newRegistry(dialed(t, links), func(err error) { lost <- err }, func(Job, string, []byte, int64) {})
	r.Join()
	defer r.watch.close()
	answer(t, <-links, "Content-Type: command/reply\nReply-Text: -ERR no keywords supplied\n\n")
	if err := <-lost; err == nil || !strings.Contains(err.Error(), "no keywords supplied") {
		t.Errorf("the watch was lost for %v, want what FreeSWITCH said", err)
	}
	if r.watch.isConnected() {
		t.Error("the watch passes for connected")
	}
}

// TestFaultInTheWatch: a fault while an event is handled ends the connection and not the program.
func TestFaultInTheWatch(t *testing.T) {
	lost, links := make(chan error, 2), make(chan *bufio.ReadWriter, 8)
	r := newRegistry(dialed(t, links), func(err error) { lost <- err }, func(Job, string, []byte, int64) {})
	r.watch.ended = func([]byte) { panic("a fault") }
	r.Join()
	defer r.watch.close()
	event := jobEnd("x", "echo", "", "")
	answer(t, <-links, subscribed+fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(event), event))
	if err := <-lost; err == nil || !strings.Contains(err.Error(), "a fault") {
		t.Errorf("the watch was lost for %v, want the fault", err)
	}
	answer(t, <-links, subscribed)
	if err := <-lost; err != nil {
		t.Errorf("the operator was told %v, want that the connection is back", err)
	}
}
