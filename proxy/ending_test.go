package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// newLifetime returns the lifetime of a session with both its connections, and their far ends.
func newLifetime(t *testing.T) (l *lifetime, client, up net.Conn) {
	t.Helper()
	nearClient, client := loopback.Pair(t)
	nearUp, up := loopback.Pair(t)
	conn := wire.New(nearClient)
	l = new(lifetime)
	l.init(conn, answers.New(answers.Options{
		Conn: conn, Max: 1 << 20, Budget: answers.NewBudget(1<<20, func() {}), GiveUp: func(error) {}, Contain: func() {},
	}))
	l.setUpstream(upstream.Link{Conn: wire.New(nearUp)})
	return l, client, up
}

// TestFirstEndingCounts: a session ends once, and its context with it.
func TestFirstEndingCounts(t *testing.T) {
	l, _, _ := newLifetime(t)
	if l.isOver() {
		t.Fatal("over before it was ended")
	}
	if !l.end(ending{reason: "first", how: drain}) || l.end(ending{reason: "second", how: silent}) {
		t.Error("the first call must return true, and the second false")
	}
	if !l.isOver() || l.ctx.Err() == nil || l.why != (ending{reason: "first", how: drain}) {
		t.Errorf("over %v, context %v, ended by %+v", l.isOver(), l.ctx.Err(), l.why)
	}
}

// TestEndingsReachTheConnections: every ending ends the waits for input. Only one that aborts, or
// one that follows an end, ends writes to the client.
func TestEndingsReachTheConnections(t *testing.T) {
	for _, test := range []struct {
		name   string
		end    func(l *lifetime)
		writes bool
	}{
		{"goodbye", func(l *lifetime) { l.end(ending{}) }, true},
		{"drain", func(l *lifetime) { l.end(ending{how: drain}) }, true},
		{"silent", func(l *lifetime) { l.end(ending{how: silent}) }, true},
		{"abort", func(l *lifetime) { l.end(ending{how: abort}) }, false},
		{"goodbye, then goodbye", func(l *lifetime) { l.end(ending{}); l.end(ending{}) }, true},
		{"goodbye, then abort", func(l *lifetime) { l.end(ending{}); l.end(ending{how: abort}) }, false},
		{"goodbye, then no more waiting", func(l *lifetime) { l.end(ending{}); l.stopWaiting() }, false},
		{"no more waiting before the client is waited for", func(l *lifetime) { l.end(ending{}); l.stopWaiting(); l.waitForClient(time.Hour) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _, _ := newLifetime(t)
			test.end(l)
			var b [1]byte
			for name, conn := range map[string]net.Conn{"the client": l.client, "FreeSWITCH": l.up.Conn} {
				if _, err := conn.Read(b[:]); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("a read from %s returned %v, want a timeout", name, err)
				}
			}
			if _, err := l.client.Write(b[:]); (err == nil) != test.writes {
				t.Errorf("a write to the client returned %v", err)
			}
			if _, err := l.up.Conn.Write(b[:]); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("a write to FreeSWITCH returned %v, want a timeout", err)
			}
		})
	}
}

// TestUpstreamAfterTheEnd: a connection to FreeSWITCH that comes after the end is interrupted.
func TestUpstreamAfterTheEnd(t *testing.T) {
	l, _, _ := newLifetime(t)
	l.end(ending{})
	near, _ := loopback.Pair(t)
	l.setUpstream(upstream.Link{Conn: wire.New(near)})
	var b [1]byte
	if _, err := l.up.Conn.Read(b[:]); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a read returned %v, want a timeout", err)
	}
}

// TestFrameInProgressMayEnd: a session that ends within a frame reads the rest of it, but only if
// the client is sent a notice afterwards.
func TestFrameInProgressMayEnd(t *testing.T) {
	for how, reads := range map[farewell]bool{goodbye: true, drain: true, silent: false, abort: false} {
		l, _, up := newLifetime(t)
		r := codec.NewUpstreamReader(io.MultiReader(strings.NewReader(anEvent[:len(anEvent)-2]), l.up.Conn), codec.UpstreamLimits{})
		f, err := r.Next()
		if err != nil || f.Rest == 0 {
			t.Fatalf("frame %+v, %v; want a part of one", f, err)
		}
		l.out.BeginFrame(f, false)
		l.end(ending{how: how})
		if _, err := io.WriteString(up, anEvent[len(anEvent)-2:]); err != nil {
			t.Fatal(err)
		}
		if _, err := r.More(); (err == nil) != reads {
			t.Errorf("ending %d: the rest of the frame was read with %v", how, err)
		}
	}
}
