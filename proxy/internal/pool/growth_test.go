package pool

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/proxy/internal/upstream"
)

// each runs f for n clients at once, and returns when all have ended.
func each(n int, f func(client string)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(fmt.Sprint("client", i)) })
	}
	wg.Wait()
}

// TestLongCommandsGrow: commands that take a minute have a connection each within two seconds.
func TestLongCommandsGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(10 * time.Millisecond)
		begun := time.Now()
		each(DefaultMax, func(client string) { get(t, p, client) })
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%d connections after %v", DefaultMax, took)
		}
		if f.count() != DefaultMax || f.most != maxDials {
			t.Errorf("%d dials, %d at once; want %d and %d", f.count(), f.most, DefaultMax, maxDials)
		}
	})
}

// TestOneLongCommandDelaysNoOther: a second command has a connection after a few milliseconds, also
// when there are many connections.
func TestOneLongCommandDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{})
		for i := range 20 {
			begun := time.Now()
			get(t, p, fmt.Sprint("client", i))
			if took := time.Since(begun); took > checkEvery {
				t.Errorf("the command number %d waited %v", i, took)
			}
			time.Sleep(time.Second)
		}
		if s := p.Stats(); s.Dials != 20 {
			t.Errorf("%d dials for 20 commands", s.Dials)
		}
	})
}

// TestShortCommandsShare: many short commands at once need few connections.
func TestShortCommandsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(4 * time.Millisecond)
		each(1000, func(client string) {
			l := get(t, p, client)
			time.Sleep(200 * time.Microsecond)
			p.Put(client, l)
		})
		if f.count() > 8 {
			t.Errorf("%d connections for 1,000 short commands", f.count())
		}
	})
}

// TestManyCommandsGrow: when connections come back but too few, the pool grows until all are
// served in time.
func TestManyCommandsGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(4 * time.Millisecond)
		var wg sync.WaitGroup
		var last time.Duration
		for i := range 10_000 {
			wg.Go(func() {
				begun := time.Now()
				client := fmt.Sprint("client", i)
				l, err := p.Get(t.Context(), client)
				if err != nil {
					t.Errorf("the command number %d: %v", i, err)
					return
				}
				if i == 9_999 {
					last = time.Since(begun)
				}
				time.Sleep(50 * time.Millisecond)
				p.Put(client, l)
			})
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		if last > longWait {
			t.Errorf("the last command waited %v", last)
		}
		if f.count() > 150 {
			t.Errorf("%d connections where 50 are enough", f.count())
		}
	})
}

// TestNoGrowthWhileLate: while eslguard itself is late, a connection is added only for a Get that
// has waited for long.
func TestNoGrowthWhileLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{})
		p.Put("a", get(t, p, "a"))
		for i := range 10 {
			get(t, p, fmt.Sprint("client", i))
		}
		begun := time.Now()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.growth.last = time.Time{} // long ago
		p.queue.add(newAccount("b"))
		for _, test := range []struct {
			waited         time.Duration
			late, punctual int
		}{
			{0, 0, 0},
			{checkEvery, 0, 1},
			{growEvery, 0, 10},
			{longWait, 1, 10},
		} {
			now := begun.Add(test.waited)
			if n := p.addition(now, true); n != test.late {
				t.Errorf("late, after %v: %d, want %d", test.waited, n, test.late)
			}
			if n := p.addition(now, false); n != test.punctual {
				t.Errorf("after %v: %d, want %d", test.waited, n, test.punctual)
			}
		}
	})
}

// TestDialsFail: a failed dial ends all waits if no connection exists. If one does, the Gets wait
// on, few dials follow, and the error is that of the dial.
func TestDialsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		away := &upstream.Error{Reply: "-ERR FreeSWITCH is unreachable", Err: errors.New("away")}
		f.fail(away)
		f.takes(time.Second)
		begun := time.Now()
		each(100, func(client string) {
			if _, err := p.Get(t.Context(), client); err != error(away) {
				t.Errorf("%v, want the error of the dial", err)
			}
		})
		if took := time.Since(begun); took != time.Second || f.count() != 1 {
			t.Errorf("%d dials in %v, want one", f.count(), took)
		}
		want(t, p, 0, 0, 0)

		f.fail(nil)
		f.takes(0)
		l := get(t, p, "a") // it works at once
		f.fail(away)
		begun = time.Now()
		each(10, func(client string) {
			if _, err := p.Get(t.Context(), client); err != error(away) {
				t.Errorf("%v, want the error of the dial", err)
			}
		})
		if took := time.Since(begun); took != DefaultWait {
			t.Errorf("waited %v, want %v", took, DefaultWait)
		}
		if f.count() > 2+maxDials*int(DefaultWait/retryAfter+1) {
			t.Errorf("%d dials", f.count())
		}
		go func() { time.Sleep(time.Millisecond); p.Put("a", l) }()
		if again := get(t, p, "b"); again.Conn != l.Conn {
			t.Error("a Get did not wait for the connection in use")
		}
	})
}

// TestFaultInADial: a fault is contained, and those that wait get an error.
func TestFaultInADial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var contained atomic.Int64
		s := NewSet(Options{
			Dial:    nil, // a fault
			Contain: func() { contained.Add(1); _ = recover() },
		})
		defer s.Close()
		p := s.Of(anUpstream("fake"))
		if _, err := p.Get(t.Context(), "a"); err != errFault {
			t.Errorf("%v, want %v", err, errFault)
		}
		if err := p.Reach(t.Context()); err != errFault {
			t.Errorf("%v, want %v", err, errFault)
		}
		synctest.Wait()
		if s := p.Stats(); contained.Load() != 2 || s.Dialling != 0 {
			t.Errorf("%d contained, %+v", contained.Load(), s)
		}
	})
}

func TestReasons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{Max: 4})
		f.takes(time.Hour)
		reason := func(client, want string) {
			t.Helper()
			_, err := p.Get(t.Context(), client)
			var ue *upstream.Error
			if !errors.As(err, &ue) || ue.Reply != want || strings.Contains(ue.Reply, ": ") {
				t.Errorf("%v, want %q", err, want)
			}
		}
		reason("a", "-ERR FreeSWITCH is unreachable")
		f.takes(0)
		p.mu.Lock()
		p.dialling = 0 // forget the dial that hangs
		p.mu.Unlock()
		get(t, p, "a")
		get(t, p, "a")
		reason("a", "-ERR FreeSWITCH is busy, this client has 2 of 4 connections in use")
		f.takes(time.Hour)
		reason("b", "-ERR FreeSWITCH is busy")
		p.mu.Lock()
		p.dialling = 0
		p.mu.Unlock()
		f.takes(0)
		get(t, p, "b")
		get(t, p, "c")
		reason("d", "-ERR FreeSWITCH is busy, all 4 connections of eslguard are in use")
	})
}
