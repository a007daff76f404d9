package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"eslguard/event"
	"eslguard/proxy/internal/upstream"
)

// TestRequireSubscribes: FreeSWITCH is asked only for what it has not confirmed.
func TestRequireSubscribes(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var a, b sink
		ma, mb := st.Join(&a), st.Join(&b)
		defer ma.Leave()
		defer mb.Leave()
		if f.dialled() != 0 {
			t.Error("a member that requires nothing makes the stream connect")
		}
		require(t, ma, "HEARTBEAT", "CUSTOM x")
		f.want(t, "event json HEARTBEAT CUSTOM x")
		require(t, mb, "HEARTBEAT")
		f.want(t)
		f.send(frame(named("HEARTBEAT")) + frame(named("CUSTOM")))
		if got := a.got(); got != "HEARTBEAT CUSTOM" {
			t.Errorf("the first member was given %q", got)
		}
		if got := b.got(); got != "HEARTBEAT CUSTOM" {
			t.Errorf("the second member was given %q", got)
		}
		require(t, mb, "HEARTBEAT", "CUSTOM x", "CUSTOM y", "API")
		f.want(t, "event json API CUSTOM y")
		require(t, mb)
		f.send(frame(named("API")))
		if got := b.got(); got != "" {
			t.Errorf("a member that requires nothing was given %q", got)
		}
		if got := f.dialled(); got != 1 {
			t.Errorf("%d connections, want one", got)
		}
	})
}

// TestRequireSharesRoundTrips: calls of Require that come while commands are unanswered share the
// next ones.
func TestRequireSharesRoundTrips(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = func(string) string { return "" } })
		var results []<-chan error
		for _, name := range []string{"API", "HEARTBEAT", "DTMF", "HEARTBEAT"} {
			m := st.Join(new(sink))
			defer m.Leave()
			results = append(results, requiring(t, background, m, name))
		}
		f.want(t, "event json API")
		f.send(reply("+OK event listener enabled json"))
		f.want(t, "event json DTMF HEARTBEAT")
		for i, result := range results {
			if pending(result) != (i > 0) {
				t.Errorf("after the first answer: call %d", i)
			}
		}
		f.send(reply("+OK event listener enabled json"))
		for i, result := range results {
			if pending(result) {
				t.Errorf("call %d waits after the second answer", i)
			} else if err := <-result; err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		}
		f.want(t)
	})
}

// TestShrink: what nobody requires any more is given up after a while, without a moment in which
// FreeSWITCH does not send what somebody requires.
func TestShrink(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		ma, mb := st.Join(new(sink)), st.Join(new(sink))
		require(t, ma, "API", "HEARTBEAT", "CUSTOM x", "CUSTOM y")
		require(t, mb, "HEARTBEAT", "CUSTOM y", "CUSTOM z")
		f.took()
		time.Sleep(later)
		f.want(t)
		ma.Leave()
		time.Sleep(shrinkDelay - time.Second)
		f.want(t)
		time.Sleep(2 * time.Second)
		f.want(t, "nixevent API CUSTOM x")
		// CUSTOM itself remains, so only its subclass is subscribed to again.
		require(t, mb, "HEARTBEAT", "CUSTOM y", "CUSTOM x")
		f.want(t, "event json CUSTOM x")
		time.Sleep(later)
		f.want(t, "nixevent CUSTOM z")
		require(t, mb)
		time.Sleep(later)
		f.want(t, "nixevent ALL", "nixevent CUSTOM x y")
		require(t, mb, "HEARTBEAT")
		f.want(t, "event json HEARTBEAT")
	})
}

// TestManySubclasses: a member that requires other subclasses again and again does not let what
// FreeSWITCH is asked for grow without bound.
func TestManySubclasses(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		m := st.Join(new(sink))
		names := make([]string, 256)
		most := 0
		for round := range 100 {
			for i := range names {
				names[i] = fmt.Sprintf("CUSTOM %d::%d", round, i)
			}
			require(t, m, names...)
			most = max(most, st.subclasses())
		}
		if most > 2*maxSurplus {
			t.Errorf("FreeSWITCH was asked for %d subclasses", most)
		}
		f.took()
		time.Sleep(later)
		if got := st.subclasses(); got != len(names) {
			t.Errorf("%d subclasses are left, want %d", got, len(names))
		}
	})
}

// subclasses returns how many subclasses FreeSWITCH has confirmed.
func (st *Stream) subclasses() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.named.Subclasses)
}

// TestShrinkFromAll: everything that is required is subscribed to by its name before ALL ends.
func TestShrinkFromAll(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		ma, mb := st.Join(new(sink)), st.Join(new(sink))
		require(t, ma, "CUSTOM before")
		require(t, ma, "ALL")
		f.want(t, "event json CUSTOM before", "event json ALL")
		require(t, mb, "HEARTBEAT", "CUSTOM sofia::register", "CUSTOM own")
		f.want(t)
		ma.Leave()
		time.Sleep(later)
		got := f.took()
		if len(got) != 2 || got[0] != "event json HEARTBEAT CUSTOM own sofia::register" {
			t.Fatalf("FreeSWITCH was sent %q", got)
		}
		types, subclasses, _ := strings.Cut(got[1], " CUSTOM ")
		for words, nixed := range map[string]map[string]bool{
			types:      {"ALL": false, "HEARTBEAT": false, "API": true},
			subclasses: {"sofia::register": false, "own": false, "before": true, "conference::maintenance": true},
		} {
			for name, want := range nixed {
				if strings.Contains(" "+words+" ", " "+name+" ") != want {
					t.Errorf("that FreeSWITCH is not to send %s any more must be %v: %q", name, want, words)
				}
			}
		}
		// The reserved subclasses that FreeSWITCH has may be others than the catalogue's.
		require(t, mb, "HEARTBEAT", "CUSTOM sofia::unregister")
		f.want(t, "event json CUSTOM sofia::unregister")
	})
}

// TestRequireDuringShrink: what is required while FreeSWITCH is being asked to send less is
// subscribed to again before Require returns.
func TestRequireDuringShrink(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		ma, mb := st.Join(new(sink)), st.Join(new(sink))
		require(t, ma, "API")
		require(t, mb, "DTMF")
		ma.Leave()
		f.took()
		f.set(func() { f.answer = func(string) string { return "" } })
		time.Sleep(later)
		f.want(t, "nixevent API")
		result := requiring(t, background, mb, "API", "DTMF")
		f.want(t)
		f.send(reply("+OK events nixed"))
		f.want(t, "event json API")
		if !pending(result) {
			t.Error("Require returned before the type was subscribed to again")
		}
		f.send(reply("+OK event listener enabled json"))
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}

// TestUnknownTypesOfOthers: that a member requires types that FreeSWITCH does not know, and gives
// them up, does not concern what others require.
func TestUnknownTypesOfOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = answerOld })
		var a, b sink
		ma, mb := st.Join(&a), st.Join(&b)
		require(t, ma, "API", "CERT_RELOAD", "CUSTOM x")
		require(t, mb, "CUSTOM x")
		require(t, ma, "API")
		time.Sleep(later)
		require(t, ma)
		time.Sleep(later)
		f.want(t, "event json API CERT_RELOAD CUSTOM x", "nixevent CERT_RELOAD", "nixevent API")
		f.send(frame(named("CUSTOM")))
		if got := b.got(); got != "CUSTOM" || f.dialled() != 1 || len(b.losses()) != 0 {
			t.Errorf("the other member was given %q, losses: %v", got, b.losses())
		}
	})
}

// answerOld answers like a FreeSWITCH that has no CERT_RELOAD (mod_event_socket.c, parse_command).
func answerOld(line string) string {
	switch line {
	case "event json CERT_RELOAD", "nixevent CERT_RELOAD":
		return noKeywords
	}
	return "+OK"
}

// TestUnknownTypes: a subscription to types of which FreeSWITCH knows none fails alone.
func TestUnknownTypes(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() {
			f.answer = func(line string) string {
				if line == "event json CERT_RELOAD" {
					return noKeywords
				}
				return "+OK"
			}
		})
		var a, b sink
		ma, mb := st.Join(&a), st.Join(&b)
		for _, before := range [][]string{nil, {"API"}} {
			if before != nil {
				require(t, ma, before...)
			}
			err := mb.Require(background, needs(t, "CERT_RELOAD"))
			var up *upstream.Error
			if !errors.As(err, &up) || !strings.Contains(err.Error(), noKeywords) {
				t.Errorf("the error is %v", err)
			}
		}
		// It is not asked for again, and does not keep the member from other events.
		f.want(t, "event json CERT_RELOAD", "event json API")
		require(t, mb, "DTMF", "CERT_RELOAD")
		f.want(t, "event json DTMF")
		f.send(frame(named("API")))
		if got := a.got() + "|" + b.got(); got != "API|API" {
			t.Errorf("the members were given %q", got)
		}
		if f.dialled() != 1 || len(a.losses())+len(b.losses())+len(f.logged()) != 0 {
			t.Error("the stream was lost")
		}
	})
}

// TestRefused: a FreeSWITCH that refuses a subscription for another reason cannot be used.
func TestRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var a sink
		m := st.Join(&a)
		require(t, m, "API")
		f.set(func() { f.answer = func(string) string { return "-ERR denied" + strings.Repeat("x", 1000) } })
		if err := m.Require(background, needs(t, "DTMF")); err == nil {
			t.Error("Require succeeded")
		}
		losses := a.losses()
		if len(losses) != 1 || !strings.Contains(losses[0].Error(), "-ERR denied") || len(losses[0].Error()) > 300 {
			t.Errorf("lost for %v", losses)
		}
		other := st.Join(new(sink))
		err := other.Require(background, needs(t, "DTMF"))
		var up *upstream.Error
		if !errors.As(err, &up) || !strings.Contains(err.Error(), "-ERR denied") {
			t.Errorf("Require of another member: %v", err)
		}
	})
}

// TestRequireCancelled: a call of Require ends with its context, and what it asked for is given up.
func TestRequireCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		m := st.Join(new(sink))
		require(t, m, "API")
		f.took()
		f.set(func() { f.answer = func(string) string { return "" } })
		ctx, cancel := context.WithCancel(background)
		result := requiring(t, ctx, m, "DTMF")
		f.want(t, "event json DTMF")
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		f.set(func() { f.answer = nil })
		f.send(reply("+OK"))
		time.Sleep(later)
		f.want(t, "nixevent DTMF")
		f.send(frame(named("API")))
		if got := m.sub.(*sink).got(); got != "API" {
			t.Errorf("the member is given %q", got)
		}
	})
}

// TestRequireWaitsNoLonger: a FreeSWITCH that answers nothing delays Require for a while only.
func TestRequireWaitsNoLonger(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = func(string) string { return "" } })
		m := st.Join(new(sink))
		begun := time.Now()
		err := m.Require(background, needs(t, "API"))
		var up *upstream.Error
		if !errors.As(err, &up) || time.Since(begun) != requirePatience {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
}

// TestLongSubscription: a subscription of many subclasses is confirmed with its last line.
func TestLongSubscription(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		f.set(func() { f.answer = func(string) string { return "" } })
		var names []string
		for i := range 2 * event.MaxLine / 100 {
			names = append(names, fmt.Sprintf("CUSTOM %0100d", i))
		}
		m := st.Join(new(sink))
		result := requiring(t, background, m, names...)
		lines := len(f.took())
		if lines < 2 {
			t.Fatalf("%d lines", lines)
		}
		for range lines {
			if !pending(result) {
				t.Error("Require returned early")
			}
			f.send(reply("+OK"))
		}
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}
