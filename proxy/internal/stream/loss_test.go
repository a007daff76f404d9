package stream

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/policy"
)

// TestLoss: however the stream is lost, the members that were confirmed events are notified once,
// after all events that came before, and those that require nothing are not.
func TestLoss(t *testing.T) {
	const notice = "Content-Type: text/disconnect-notice\nContent-Length: 38\n\nkilled listener because of lost events"
	half := frame(named("API"))
	for _, test := range []struct{ name, sent, reason string }{
		{"the end", "", "EOF"},
		{"the end within a head", half[:20], "unexpected EOF"},
		{"the end after a head", half[:60], "unexpected EOF"},
		{"the end within an event", half[:len(half)-1], "unexpected EOF"},
		{"a notice", notice, `"killed listener because of lost events"`},
		{"a long notice", "Content-Type: text/disconnect-notice\nContent-Length: 100000\n\n" + strings.Repeat("x", 100000), `xxx"`},
		{"a broken head", "nonsense\n\n", "no Content-Type"},
		{"a plain event", "Content-Length: 3\nContent-Type: text/event-plain\n\na:b", "event"},
		{"a broken event", frame(`{"a":`), "event"},
		{"an event that is too large", fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n{", MaxEvent+1), "exceeds the limit"},
		{"an answer to nothing", reply("+OK"), "unexpected reply"},
		{"another frame", "Content-Type: log/data\nContent-Length: 2\n\nhi", "unexpected frame"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
				var a, idle sink
				m, mi := st.Join(&a), st.Join(&idle)
				defer mi.Leave()
				require(t, m, "ALL")
				f.send(frame(named("HEARTBEAT")) + test.sent)
				f.cut()
				losses := a.losses()
				if len(losses) != 1 || !strings.Contains(losses[0].Error(), test.reason) || len(losses[0].Error()) > 1000 {
					t.Fatalf("lost for %.2000v", losses)
				}
				if got := a.got(); got != "HEARTBEAT" {
					t.Errorf("before the loss, %q was delivered", got)
				}
				if err := m.Require(background, needs(t, "API")); !errors.Is(err, losses[0]) {
					t.Errorf("a later Require: %v", err)
				}
				m.Leave()
				if len(idle.losses()) != 0 {
					t.Error("a member that requires nothing was notified")
				}
				time.Sleep(10 * maxRetry)
				if got := f.dialled(); got != 1 {
					t.Errorf("%d connections, though nobody requires events", got)
				}
				require(t, mi, "API")
				if got := f.logged(); len(got) != 2 || !strings.HasPrefix(got[0], "pbx ") || got[1] != "pbx <nil>" {
					t.Errorf("logged: %q", got)
				}
			})
		})
	}
}

// TestLossBeforeConfirmation: a member that has not been confirmed any events misses none, so it
// waits for the next connection.
func TestLossBeforeConfirmation(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = func(string) string { return "" } })
		var a, b sink
		ma, mb := st.Join(&a), st.Join(&b)
		result := requiring(t, background, ma, "API")
		f.send(reply("+OK"))
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		growing, first := requiring(t, background, ma, "API", "DTMF"), requiring(t, background, mb, "HEARTBEAT")
		f.cut()
		if err := <-growing; err == nil || len(a.losses()) != 1 {
			t.Errorf("Require of a member that was confirmed events: %v, losses %v", err, a.losses())
		}
		if !pending(first) || len(b.losses()) != 0 {
			t.Errorf("Require of a member that was not: losses %v", b.losses())
		}
		time.Sleep(minRetry)
		f.took()
		f.send(reply("+OK"))
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}

// TestAway: the error of dialling is that of Require, and nobody dials again for it.
func TestAway(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.away = errAway })
		var a sink
		m := st.Join(&a)
		for range 2 {
			if err := m.Require(background, needs(t, "API")); err != errAway {
				t.Errorf("the error is %v", err)
			}
			time.Sleep(10 * maxRetry)
		}
		if got := f.dialled(); got != 2 {
			t.Errorf("%d attempts, want one for each call", got)
		}
		if got := f.logged(); len(got) != 1 || len(a.losses()) != 0 {
			t.Errorf("logged %q, losses %v", got, a.losses())
		}
		f.set(func() { f.away = nil })
		require(t, m, "API")
	})
}

// TestResident: a resident remains a member over a loss, and the stream is connected again for it.
func TestResident(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var a, b sink
		r, m := st.JoinResident(&a), st.Join(&b)
		defer r.Leave()
		state := func(want bool, since time.Time) {
			t.Helper()
			synctest.Wait()
			if ready, at, _ := r.State(); ready != want || !at.Equal(since) {
				t.Errorf("ready %v since %v, want %v since %v", ready, at, want, since)
			}
		}
		state(false, time.Now())
		begun := time.Now()
		time.Sleep(time.Second)
		f.set(func() { f.answer = func(string) string { return "" } })
		r.SetNeed(needs(t, "API"))
		f.want(t, "event json API")
		state(false, begun)
		_, _, changed := r.State()
		f.set(func() { f.answer = nil })
		f.send(reply("+OK"))
		<-changed
		connected := time.Now()
		state(true, connected)
		require(t, m, "DTMF")
		time.Sleep(time.Minute)
		state(true, connected)
		f.set(func() { f.away = errAway })
		f.cut()
		lost := time.Now()
		state(false, lost)
		if len(a.losses()) != 0 || len(b.losses()) != 1 {
			t.Errorf("the resident is notified of %v, the other member of %v", a.losses(), b.losses())
		}
		time.Sleep(10 * time.Minute)
		state(false, lost)
		f.set(func() { f.away = nil })
		time.Sleep(maxRetry)
		if ready, _, _ := r.State(); !ready {
			t.Error("the resident is not ready after FreeSWITCH is back")
		}
		f.want(t, "event json DTMF", "event json API")
		f.send(frame(named("API")))
		if got := a.got(); got != "API" {
			t.Errorf("the resident is given %q", got)
		}
		if got := f.logged(); len(got) != 2 {
			t.Errorf("logged: %q", got)
		}
		r.SetNeed(needs(t))
		state(false, time.Now())
	})
}

// TestRetries: the pause between attempts grows, and a login or a call of Require ends it, but not
// too early.
func TestRetries(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, s *Set, st *Stream) {
		f.set(func() { f.away = errAway })
		r := st.JoinResident(new(sink))
		defer r.Leave()
		r.SetNeed(needs(t, "API"))
		var pauses []time.Duration
		for last, n := time.Now(), f.dialled(); len(pauses) < 7; n++ {
			for f.dialled() == n {
				time.Sleep(minRetry / 2)
			}
			pauses = append(pauses, time.Since(last))
			last = time.Now()
		}
		want := []time.Duration{1, 2, 4, 8, 16, 30, 30}
		for i, p := range pauses {
			if p != want[i]*time.Second {
				t.Errorf("the pauses are %v", pauses)
				break
			}
		}
		n, begun := f.dialled(), time.Now()
		m := st.Join(new(sink))
		for range 1000 {
			s.Reachable(pbx)
			if err := m.Require(background, needs(t, "DTMF")); err != errAway {
				t.Fatal(err)
			}
		}
		if attempts, most := f.dialled()-n, int(time.Since(begun)/minRetry)+1; attempts > most || attempts < most-1 {
			t.Errorf("%d attempts in %v", attempts, time.Since(begun))
		}
		s.Reachable(&policy.Upstream{Address: "192.0.2.2:8021"})
		time.Sleep(minRetry + time.Millisecond)
		n = f.dialled()
		s.Reachable(pbx)
		if f.dialled() != n+1 {
			t.Error("a login did not end the pause")
		}
	})
}

// TestSendFails: if commands cannot be sent, what FreeSWITCH has sent is read before the stream is
// lost.
func TestSendFails(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.fails = errors.New("a broken pipe") })
		r := st.JoinResident(new(sink))
		defer r.Leave()
		r.SetNeed(needs(t, "API"))
		synctest.Wait()
		f.set(func() { f.fails, f.away = nil, errAway })
		f.send(frame(named("API")))
		if got := r.sub.(*sink).got(); got != "API" {
			t.Errorf("the member is given %q", got)
		}
		time.Sleep(sendPatience)
		if got := f.logged(); len(got) != 1 || !strings.Contains(got[0], "a broken pipe") {
			t.Errorf("logged: %q", got)
		}
	})
}

// TestRefusedResident: a FreeSWITCH that refuses what a resident requires is asked again later.
func TestRefusedResident(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = func(string) string { return "-ERR permission denied" } })
		r, m := st.JoinResident(new(sink)), st.Join(new(sink))
		defer r.Leave()
		r.SetNeed(needs(t, "API"))
		err := m.Require(background, needs(t, "API", "DTMF"))
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("Require: %v", err)
		}
		f.set(func() { f.answer = nil })
		time.Sleep(2 * firstRetry)
		if ready, _, _ := r.State(); !ready {
			t.Error("the resident is not ready")
		}
		if got := f.logged(); len(got) != 2 || !strings.Contains(got[0], "permission denied") {
			t.Errorf("logged: %q", got)
		}
	})
}

// TestIdle: the connection stays for a while after the last member.
func TestIdle(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		for range 3 { // connected once
			m := st.Join(new(sink))
			require(t, m, "API")
			m.Leave()
			time.Sleep(streamIdle - time.Second)
		}
		if got := f.dialled(); got != 1 {
			t.Errorf("%d connections", got)
		}
		time.Sleep(2 * time.Second)
		if !f.ended() {
			t.Error("an idle stream stays connected")
		}
		require(t, st.Join(new(sink)), "API")
		if got := f.dialled(); got != 2 || len(f.logged()) != 0 {
			t.Errorf("%d connections, logged %q", got, f.logged())
		}
	})
}

// ended reports whether the guard has ended the connection.
func (f *far) ended() bool {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.end.Write([]byte("x"))
	return err != nil
}

// TestIdleWithoutAnswer: commands that FreeSWITCH does not answer do not keep an idle stream.
func TestIdleWithoutAnswer(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		m := st.Join(new(sink))
		require(t, m, "API")
		f.set(func() { f.answer = func(string) string { return "" } })
		m.Leave()
		time.Sleep(2 * streamIdle)
		if !f.ended() {
			t.Error("the stream stays connected")
		}
	})
}

// TestKeep: the stream to an upstream that the policy no longer has ends with the last member that
// requires events.
func TestKeep(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, s *Set, st *Stream) {
		var a sink
		m, idle := st.Join(&a), st.Join(new(sink))
		require(t, m, "API")
		other := &policy.Upstream{Name: "other", Address: pbx.Address}
		s.Keep(map[string]*policy.Upstream{"other": other, "pbx": {Name: "pbx", Address: "192.0.2.9:1"}})
		if got := st.up.Load(); got != other {
			t.Errorf("the stream is that of %v", got)
		}
		s.Keep(map[string]*policy.Upstream{"a": other, "pbx": pbx})
		s.Keep(map[string]*policy.Upstream{"a": other, "other": other})
		if got := st.up.Load(); got != other {
			t.Errorf("the stream is that of %v", got)
		}
		s.Keep(nil)
		if f.ended() || len(a.losses()) != 0 {
			t.Fatal("the stream ended with a member")
		}
		m.Leave()
		if !f.ended() {
			t.Error("the stream stays connected")
		}
		require(t, idle, "API") // of a session that was not closed yet
		require(t, idle)
		if !f.ended() || f.dialled() != 2 {
			t.Error("the stream stays connected")
		}
		s.Keep(map[string]*policy.Upstream{"pbx": pbx})
		require(t, idle, "API")
		require(t, idle)
		if f.ended() {
			t.Error("the stream of an upstream that is back ends at once")
		}
	})
}

// TestClose: Close ends everything. Members that require events are notified.
func TestClose(t *testing.T) {
	for _, away := range []error{nil, errAway} {
		inBubble(t, func(t *testing.T, f *far, s *Set, st *Stream) {
			var a, r sink
			m := st.Join(&a)
			if require(t, m, "API"); away != nil {
				f.set(func() { f.away = away })
				f.cut()
			}
			st.JoinResident(&r).SetNeed(needs(t, "API"))
			first := requiring(t, background, st.Join(new(sink)), "DTMF")
			s.Close()
			if err := <-first; err == nil && away != nil {
				t.Error("Require succeeded")
			}
			if losses := a.losses(); len(losses) != 1 || away == nil && losses[0] != ErrClosed {
				t.Errorf("the member is notified of %v", losses)
			}
			if err := st.Join(new(sink)).Require(background, needs(t, "API")); err != ErrClosed {
				t.Errorf("Require after Close: %v", err)
			}
			if err := s.Of(&policy.Upstream{Address: "192.0.2.2:1"}).Join(new(sink)).Require(background, needs(t, "API")); err != ErrClosed {
				t.Errorf("Require of a new stream after Close: %v", err)
			}
			if away == nil && slices.ContainsFunc(f.logged(), func(s string) bool { return s != "" }) {
				t.Errorf("logged: %q", f.logged())
			}
		})
	}
}
