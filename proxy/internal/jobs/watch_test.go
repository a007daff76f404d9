package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/codec"
	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/stream"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A far is a FreeSWITCH for tests. It is away, or answers each command with reply and then sends
// the events.
type far struct {
	attempts, lost, back atomic.Int64
	reason               atomic.Value // the error of the last loss

	mu     sync.Mutex
	here   bool
	reply  string
	events []string
	conn   net.Conn
}

func (f *far) dial(context.Context, *policy.Upstream) (upstream.Link, error) {
	f.attempts.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.here {
		return upstream.Link{}, errors.New("away")
	}
	near, end := net.Pipe()
	f.conn = end
	go f.serve(end, f.reply, f.events)
	conn := wire.New(near)
	return upstream.Link{Conn: conn, Reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}, nil
}

// serve answers commands.
func (f *far) serve(c net.Conn, reply string, events []string) {
	text := make([]byte, 1<<10)
	for {
		if _, err := c.Read(text); err != nil {
			return
		}
		answer := "Content-Type: command/reply\nReply-Text: " + reply + "\n\n"
		for _, e := range events {
			answer += fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(e), e)
		}
		if _, err := io.WriteString(c, answer); err != nil {
			return
		}
	}
}

// comes makes FreeSWITCH answer.
func (f *far) comes(reply string, events ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.here, f.reply, f.events = true, reply, events
}

// goes makes FreeSWITCH be away.
func (f *far) goes() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.here = false
	if f.conn != nil {
		f.conn.Close()
	}
}

func (f *far) log(_ string, err error) {
	if err == nil {
		f.back.Add(1)
		return
	}
	f.reason.Store(err)
	f.lost.Add(1)
}

// registry returns a Registry of the only upstream, which ends with the test. contain is deferred
// as in the proxy.
func (f *far) registry(t *testing.T, contain func()) *Registry {
	streams := &stream.Set{Dial: f.dial, Log: f.log, Contain: contain}
	s := &Set{Streams: streams, Done: func(Job, string, []byte, int64) {}, Contain: contain}
	t.Cleanup(s.Close)
	t.Cleanup(streams.Close)
	return s.Of(new(policy.Upstream))
}

const enabled = "+OK event listener enabled json"

// stopped reports whether the watch has been ended.
func (w *watch) stopped() bool { return w.member.Load() == nil }

// isReady reports whether FreeSWITCH reports the ends of jobs.
func (w *watch) isReady() bool {
	m := w.member.Load()
	if m == nil {
		return false
	}
	ready, _, _ := m.State()
	return ready
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
		j := new(far).registry(t, nil)
		j.Join()
		defer j.Leave()
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

// TestLossRenewsThePatience: after the loss of the connection, bgapis wait for it again.
func TestLossRenewsThePatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		f.comes(enabled)
		j := f.registry(t, nil)
		j.Join()
		defer j.Leave()
		if waited := j.watch.waited(); waited != 0 || !j.watch.isReady() {
			t.Errorf("a bgapi waited %v, ready %v", waited, j.watch.isReady())
		}
		time.Sleep(time.Minute)
		f.goes()
		synctest.Wait()
		if waited := j.watch.waited(); waited != watchPatience {
			t.Errorf("a bgapi waited %v after the loss, want %v", waited, watchPatience)
		}
		f.comes(enabled)
		time.Sleep(time.Minute)
		if waited := j.watch.waited(); waited != 0 || !j.watch.isReady() || f.lost.Load() != 1 || f.back.Load() != 1 {
			t.Errorf("a bgapi waited %v, ready %v, %d losses and %d returns logged", waited, j.watch.isReady(), f.lost.Load(), f.back.Load())
		}
	})
}

// TestLoginBringsTheWatchBack: after a session has logged in at an upstream that was away, bgapis
// wait for the watch, once.
func TestLoginBringsTheWatchBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		j := f.registry(t, nil)
		j.Join()
		defer j.Leave()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		before := f.attempts.Load()
		j.watch.reachable()
		if waited := j.watch.waited(); waited != watchPatience {
			t.Errorf("a bgapi after the login waited %v, want %v", waited, watchPatience)
		}
		if f.attempts.Load() == before {
			t.Error("the watch did not try to connect for a bgapi")
		}
		j.watch.reachable()
		if waited := j.watch.waited(); waited != 0 {
			t.Errorf("a bgapi after a second login waited %v: the watch is away for good", waited)
		}
	})
}

// TestWatchEndsWithLostJobs: a job whose end will not be reported does not keep the watch.
func TestWatchEndsWithLostJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(far).registry(t, nil)
		j.Join()
		if err := j.Start("lost", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		j.Leave()
		time.Sleep(2 * watchCheck)
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
	j := new(far).registry(t, nil)
	j.Join()
	start := func() {
		t.Helper()
		if err := j.Start("one", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
	}
	start()
	j.watch.known(false)
	if j.watch.stopped() {
		t.Error("the watch ended while a session uses it")
	}
	j.Leave()
	if !j.watch.stopped() || j.Count() != 0 {
		t.Errorf("the watch on an upstream that has left the policy is kept by %d jobs", j.Count())
	}
	j.Join() // the policy has it again
	j.watch.known(true)
	start()
	j.Leave()
	if j.watch.stopped() {
		t.Error("the watch on an upstream of the policy ended while a job runs")
	}
}

// TestWatchThatIsRefused: a FreeSWITCH that refuses the subscription reports no ends.
func TestWatchThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		f.comes("-ERR no keywords supplied")
		r := f.registry(t, nil)
		r.Join()
		defer r.Leave()
		synctest.Wait()
		if err, _ := f.reason.Load().(error); err == nil || !strings.Contains(err.Error(), "no keywords supplied") {
			t.Errorf("the watch was lost for %v, want what FreeSWITCH said", err)
		}
		if r.watch.isReady() {
			t.Error("the ends of jobs are taken for reported")
		}
	})
}

// TestFaultInTheWatch: after a fault while an event is handled, the next events are handled, and
// the jobs that run then count as those whose end may have been missed.
func TestFaultInTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		r := f.registry(t, func() { _ = recover() })
		r.watch.ended = func(e *event.Event) {
			if id, _ := e.Get("Job-UUID"); string(id) == "bad" {
				panic("a fault")
			}
			r.Ended(e)
		}
		for _, id := range []string{"good", "other"} {
			started := Job{Client: id, Started: time.Now(), Mark: markOf("echo", "")}
			if err := r.Start(id, started, 1); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		f.comes(enabled, jobEnd("bad", "echo", "", ""), jobEnd("good", "echo", "", ""))
		r.Join()
		defer r.Leave()
		synctest.Wait()
		if r.Count() != 1 || f.lost.Load() != 0 {
			t.Errorf("%d jobs count after the fault, and %d losses", r.Count(), f.lost.Load())
		}
		time.Sleep(LostAfter + time.Second)
		if !r.sweep() || r.Count() != 0 {
			t.Error("a job whose end may have been missed still counts")
		}
	})
}

// TestDoubtfulJobsAreGivenUp: a job counts for LostAfter at most once an end was heard that may
// have been its own.
func TestDoubtfulJobsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		f.comes(enabled)
		r := f.registry(t, nil)
		r.Join()
		defer r.Leave()
		time.Sleep(time.Second)
		for _, client := range []string{"a", "b"} {
			started := Job{Client: client, Started: time.Now(), Mark: markOf("echo", "x")}
			if err := r.Start("same", started, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Start("other", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		r.ended(t, jobEnd("same", "echo", "x", "x"))
		time.Sleep(LostAfter + time.Second)
		if !r.sweep() || r.Count() != 1 {
			t.Errorf("%d jobs count, want one whose end may still be heard", r.Count())
		}
	})
}

// TestSlowReports: reporting the result of a job delays neither the stream nor the end of another
// job.
func TestSlowReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f far
		f.comes(enabled, jobEnd("1", "echo", "", "+OK"), jobEnd("2", "echo", "", "+OK"))
		proceed, reported := make(chan struct{}), 0
		streams := &stream.Set{Dial: f.dial, Log: f.log}
		s := &Set{Streams: streams, Done: func(Job, string, []byte, int64) { <-proceed; reported++ }}
		r := s.Of(new(policy.Upstream))
		for _, id := range []string{"1", "2"} {
			started := Job{Client: "c", Started: time.Now(), Mark: markOf("echo", ""), Record: 1}
			if err := r.Start(id, started, 2); err != nil {
				t.Fatal(err)
			}
		}
		r.Join()
		synctest.Wait()
		if r.Count() != 0 {
			t.Errorf("%d jobs count while the first result is reported", r.Count())
		}
		r.Leave()
		streams.Close()
		close(proceed)
		s.Close()
		if reported != 2 {
			t.Errorf("%d results are reported, want 2", reported)
		}
	})
}
