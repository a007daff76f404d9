package proxy

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"
)

// A holder is a Recorder whose Redact waits, for texts that begin with held, until release is
// called. held is how many calls have begun to wait.
type holder struct {
	Recorder
	held    atomic.Int64
	release func()
	free    chan struct{}
}

func newHolder(r Recorder) *holder {
	h := &holder{Recorder: r, free: make(chan struct{})}
	h.release = sync.OnceFunc(func() { close(h.free) })
	return h
}

// holding is a command whose decision waits until the holder is released.
const holding = "bgapi echo ${held}\n\n"

func (h *holder) Redact(s string) string {
	if strings.HasPrefix(s, "held") {
		h.held.Add(1)
		<-h.free
	}
	return h.Recorder.Redact(s)
}

// heldGuard is newGuard with a holder.
func heldGuard(t *testing.T, r role) (*guard, *holder) {
	t.Helper()
	var h *holder
	g := newGuard(t, r, func(s *Server) {
		h = newHolder(s.Audit)
		s.Audit = h
	})
	t.Cleanup(h.release) // before the guard waits for its sessions
	return g, h
}

// hold logs n clients in and makes each busy with a decision that does not end.
func (h *holder) hold(t *testing.T, g *guard, n int, before string) []*client {
	t.Helper()
	clients := make([]*client, n)
	for i := range clients {
		clients[i] = g.loggedIn(t)
		clients[i].send(before)
		for range strings.Count(before, "\n\n") {
			clients[i].wantPrefix(commandReply + "+OK")
		}
		clients[i].send(holding)
	}
	await(t, "all sessions are busy", func() bool { return h.held.Load() == int64(n) })
	return clients
}

// change puts another policy into force and waits until all sessions have been rechecked, which
// busy sessions must not prevent.
func (g *guard) change(t *testing.T, r role) {
	t.Helper()
	g.policies.Store(load(t, g.sim.Addr(), r))
	var looked atomic.Bool
	go func() {
		g.PolicyChanged()
		looked.Store(true)
	}()
	await(t, "the change has reached all sessions", looked.Load)
}

// over counts the sessions that have been ended.
func (g *guard) over() (n int) {
	for _, se := range g.roster.all() {
		if se.isOver() {
			n++
		}
	}
	return n
}

// TestRevocationDoesNotWaitForBusySessions: however many sessions are in the middle of a decision,
// a change rechecks all of them, and those that it revokes are over, for the client and for
// FreeSWITCH, before any decision is made.
func TestRevocationDoesNotWaitForBusySessions(t *testing.T) {
	const busy = 2*maxRechecks + 1
	r := role{allow: []string{"api echo **", "subscribe HEARTBEAT"}}
	for _, test := range []struct {
		name   string
		after  role
		reason string
	}{
		{"the password", role{allow: r.allow, password: "another"}, "password"},
		{"what lasts", role{allow: []string{"api echo **"}}, "HEARTBEAT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, h := heldGuard(t, r)
			clients := h.hold(t, g, busy, "event plain HEARTBEAT\n\n")
			g.change(t, test.after)
			if n := g.over(); n != busy {
				t.Fatalf("%d of %d busy sessions are over after the change", n, busy)
			}
			g.sim.Heartbeat()
			for _, c := range clients {
				c.wantNotice(test.reason) // and nothing before it: neither the event nor an answer
			}
			// The session that stays is the guard's own stream of events.
			await(t, "FreeSWITCH has lost the sessions", func() bool { return g.links() <= 1 })
			h.release()
			await(t, "the sessions end", func() bool { return g.Sessions() == 0 })
			if n := g.ran("api", "echo"); n != 0 {
				t.Errorf("%d commands of revoked sessions went up", n)
			}
		})
	}
}

// TestCommandInHandIsDecidedUnderTheNewPolicy: a command that the old policy allowed is decided
// again if the policy changed before it was forwarded.
func TestCommandInHandIsDecidedUnderTheNewPolicy(t *testing.T) {
	g, h := heldGuard(t, role{allow: []string{"api echo|hostname **"}})
	c := h.hold(t, g, 1, "")[0]
	g.change(t, role{allow: []string{"api hostname"}})
	if n := g.over(); n != 0 {
		t.Fatal("a session that may stay was closed")
	}
	h.release()
	c.wantDenied(false)
	c.send("api hostname\n\n")
	c.want(apiResponse + "2\n\nvm")
	g.wantCommands(t, "api hostname")
}

// A slowLog holds up the first line that says that a session is closed.
type slowLog struct {
	first      atomic.Bool
	held, free chan struct{}
}

func (l *slowLog) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("closed: ")) && l.first.CompareAndSwap(false, true) {
		close(l.held)
		<-l.free
	}
	return len(p), nil
}

// TestSessionsAreRecheckedTogether: a session whose recheck takes long delays no other.
func TestSessionsAreRecheckedTogether(t *testing.T) {
	const sessions = 2 * maxRechecks
	log := &slowLog{held: make(chan struct{}), free: make(chan struct{})}
	release := sync.OnceFunc(func() { close(log.free) })
	g := newGuard(t, role{allow: []string{"api echo **"}}, func(s *Server) { s.Log = zerolog.New(log) })
	t.Cleanup(release)
	clients := make([]*client, sessions)
	for i := range clients {
		clients[i] = g.loggedIn(t)
	}
	g.policies.Store(load(t, g.sim.Addr(), role{password: "another"}))
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.PolicyChanged()
	}()
	<-log.held
	for _, c := range clients {
		c.wantNotice("password")
	}
	select {
	case <-done:
		t.Error("the log held up nobody: the test does not test what it should")
	default:
	}
	release()
	<-done
}

// TestOneRecheckEach: a change rechecks each session once, and never more than maxRechecks at a
// time.
func TestOneRecheckEach(t *testing.T) {
	var mu sync.Mutex
	looks := make(map[*session]int)
	var now, most int
	all := make([]*session, 1000)
	for i := range all {
		all[i] = new(session)
	}
	forEach(all, func(se *session) {
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			now += n
			most = max(most, now)
		}
		count(1)
		defer count(-1)
		mu.Lock()
		defer mu.Unlock()
		looks[se]++
	})
	if len(looks) != len(all) || most > maxRechecks {
		t.Errorf("%d of %d sessions were looked at, %d at a time; want all, and %d at most", len(looks), len(all), most, maxRechecks)
	}
	for _, n := range looks {
		if n != 1 {
			t.Fatalf("a session was looked at %d times", n)
		}
	}
}

// TestFaultOfARecheckIsContained: a fault ends the session that is rechecked, and the others are
// still rechecked.
func TestFaultOfARecheckIsContained(t *testing.T) {
	g := newGuard(t, anything, nil)
	for range 3 {
		g.loggedIn(t)
	}
	all := g.roster.all()
	looked := 0
	forEach(all[:1], func(*session) { panic("a fault that a test made") })
	forEach(all[1:], func(*session) { looked++ })
	if looked != 2 || !all[0].isOver() || all[1].isOver() {
		t.Errorf("looked at %d, over: %v, %v; want 2, the first alone", looked, all[0].isOver(), all[1].isOver())
	}
}
