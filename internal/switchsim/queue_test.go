package switchsim_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// dtmf returns n events of the kind DTMF, which have the header N with their numbers from 1.
func dtmf(n int) []*switchsim.Prepared {
	var events []switchsim.Event
	for i := range n {
		events = append(events, switchsim.Event{Headers: []switchsim.Header{
			{Name: "Event-Name", Value: "DTMF"}, {Name: "N", Value: string(rune('1' + i%9))},
		}})
	}
	return switchsim.Prepare(events...)
}

// whileRunning makes `api run` call f while it runs. Its answer has the text done.
func whileRunning(s *switchsim.Switch, f func()) {
	s.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		if line != "api run" {
			return nil, false
		}
		f()
		return []byte("Content-Type: api/response\nContent-Length: 4\n\ndone"), true
	}})
}

// frames reads n frames and returns what they contain.
func frames(t *testing.T, c *switchsim.Conn, n int) (texts []string) {
	t.Helper()
	for range n {
		head, body, err := c.ReadFrame()
		if err != nil {
			t.Fatalf("after %q: %v", texts, err)
		}
		if _, reply, ok := strings.Cut(head, "Reply-Text: "); ok {
			body = reply
		}
		texts = append(texts, body)
	}
	return texts
}

// TestEventsAreHeldBack checks that no event is written while a command runs, or while a part of
// the next one has arrived, and that commands change what is done with the events that wait.
func TestEventsAreHeldBack(t *testing.T) {
	const event, asJSON = "Event-Name: DTMF\nN: 1\n\n", `{"Event-Name":"DTMF","N":"1"}`
	for _, c := range []struct {
		name   string
		events string // a command that subscribes
		sent   string // sent while the command runs, so it waits in the socket when it is over
		later  string // sent after its answer
		want   []string
	}{
		{"no other command", "event plain DTMF", "", "", []string{"done", event}},
		{"line ends", "event plain DTMF", "\n\r\n", "", []string{"done", event}},
		{"another command", "event plain DTMF", "api echo x\n\n", "", []string{"done", "x", event}},
		{"two commands", "event plain DTMF", "api echo x\n\napi echo y\n\n", "", []string{"done", "x", "y", event}},
		{"a part of a command", "event plain DTMF", "api ec", "ho x\n\n", []string{"done", "x", event}},
		{"a body", "event plain DTMF", "api echo x\nContent-Length: 3\n\n12", "3", []string{"done", "x", event}},
		{"another form", "event plain DTMF", "event json HEARTBEAT\n\n", "",
			[]string{"done", "+OK event listener enabled json", asJSON}},
		{"a form without events", "event plain DTMF", "event json\n\n", "",
			[]string{"done", "-ERR no keywords supplied", asJSON}},
		{"less events", "event plain DTMF", "nixevent DTMF\n\n", "", []string{"done", "+OK events nixed", event}},
		{"a filter", "event plain DTMF", "filter X y\n\n", "", []string{"done", "+OK filter added. [X]=[y]", event}},
		{"no events", "event plain DTMF", "noevents\n\n", "api echo x\n\n",
			[]string{"done", "+OK no longer listening for events", "x"}},
		{"no events and then some", "event plain DTMF", "noevents\n\nevent plain DTMF\n\n", "api echo x\n\n",
			[]string{"done", "+OK no longer listening for events", "+OK event listener enabled plain", "x"}},
		{"log lines stay", "log 7", "noevents\n\n", "", []string{"done", "-ERR not listening for events", "LINE"}},
		{"no log lines", "log 7", "nolog\n\n", "api echo x\n\n", []string{"done", "+OK no longer logging", "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, switchsim.Options{})
			conn := login(t, s)
			command(t, conn, c.events)
			whileRunning(s, func() {
				s.Play(dtmf(1)...)
				s.Log(1, "x")
				_ = conn.Send(c.sent)
			})
			if err := conn.Send("api run\n\n"); err != nil {
				t.Fatal(err)
			}
			got := frames(t, conn, 1)
			if err := conn.Send(c.later); err != nil {
				t.Fatal(err)
			}
			got = append(got, frames(t, conn, len(c.want)-1)...)
			for i, text := range got {
				if strings.Contains(text, "switch_core.c:100 x\n") {
					got[i] = "LINE"
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestLogBeforeEvents checks that one log line is written before the events that wait, and the next
// one after them.
func TestLogBeforeEvents(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "event plain DTMF")
	command(t, c, "log 7")
	whileRunning(s, func() {
		s.Play(dtmf(2)...)
		s.Log(1, "1")
		s.Log(1, "2")
	})
	if err := c.Send("api run\n\n"); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(frames(t, c, 5), "")
	for i, want := range []string{"done", "c:100 1", "N: 1", "N: 2", "c:100 2"} {
		_, rest, ok := strings.Cut(got, want)
		if !ok {
			t.Fatalf("part %d, %q, is not in its place", i, want)
		}
		got = rest
	}
}

const lost = "Content-Length: 39\n\nkilled listener because of lost events\n"

// TestLostEvents checks when a session is killed whose queue is full, and what it is sent.
func TestLostEvents(t *testing.T) {
	const capacity, allowed = 10, 500
	s := start(t, switchsim.Options{Queue: capacity})
	c, other := login(t, s), login(t, s)
	command(t, c, "event plain DTMF")
	command(t, other, "event plain HEARTBEAT")
	whileRunning(s, func() { s.Play(dtmf(capacity + allowed)...) })
	for range 2 { // what was lost before an event was queued does not count
		if got := command(t, c, "api run"); got != "done" {
			t.Fatalf("%q", got)
		}
		frames(t, c, capacity)
	}
	whileRunning(s, func() { s.Play(dtmf(capacity + allowed + 1)...) })
	if err := c.Send("api run\n\n"); err != nil {
		t.Fatal(err)
	}
	var got string
	for {
		head, body, err := c.ReadFrame()
		if err != nil {
			break
		}
		if body != "done" { // the answer is written if the connection is not closed yet
			got += head + "\n\n" + body
		}
	}
	if want := "Content-Type: text/disconnect-notice\n" + lost; got != want {
		t.Errorf("the end is %q, want %q", got, want)
	}
	if got := command(t, other, "api echo x"); got != "x" {
		t.Errorf("another session: %q", got)
	}
}

func TestKillListeners(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.AddChannel(testUUID, nil)
	idle, listener, attached := login(t, s), login(t, s), login(t, s)
	command(t, listener, "event plain DTMF")
	command(t, attached, "myevents "+testUUID)
	if n := s.Listeners(); n != 2 {
		t.Errorf("%d listeners", n)
	}
	s.Play(dtmf(1)...)
	if e, err := listener.Event(); err != nil || e.Body != "Event-Name: DTMF\nN: 1\n\n" {
		t.Errorf("%v, %v", e, err)
	}
	s.KillListeners()
	for _, c := range []struct {
		conn *switchsim.Conn
		want string
	}{
		{listener, "Content-Type: text/disconnect-notice\n" + lost},
		{attached, "Content-Type: text/disconnect-notice\nControlled-Session-UUID: " + testUUID +
			"\nContent-Disposition: disconnect\n" + lost},
	} {
		head, body, err := c.conn.ReadFrame()
		if got := head + "\n\n" + body; err != nil || got != c.want {
			t.Errorf("%q, %v, want %q", got, err, c.want)
		}
		if head, _, err := c.conn.ReadFrame(); err == nil {
			t.Errorf("%q after the end", head)
		}
	}
	if got := command(t, idle, "api echo x"); got != "x" {
		t.Errorf("a session without events: %q", got)
	}
}

func TestConnections(t *testing.T) {
	s := start(t, switchsim.Options{})
	a, b := login(t, s), login(t, s)
	command(t, a, "event plain DTMF")
	command(t, a, "api echo x")
	command(t, b, "event plain ALL")
	command(t, b, "noevents")
	if now, peak := s.Listeners(), s.PeakListeners(); now != 1 || peak != 2 {
		t.Errorf("%d listeners, and %d at a time", now, peak)
	}
	command(t, b, "exit")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if !s.Await(ctx, func([]switchsim.Execution) bool { return s.Sessions() == 1 }) {
		t.Fatal("the session does not end")
	}
	got := s.Connections()
	if len(got) != 2 {
		t.Fatalf("%d connections", len(got))
	}
	for i, want := range []switchsim.Connection{
		{ID: 1, Open: true, LoggedIn: true, Listening: true, Commands: []string{"event plain DTMF\n\n", "api echo x\n\n"}},
		{ID: 2, LoggedIn: true, Commands: []string{"event plain ALL\n\n", "noevents\n\n", "exit\n\n"}},
	} {
		if g := got[i]; g.ID != want.ID || g.Open != want.Open || g.LoggedIn != want.LoggedIn ||
			g.Listening != want.Listening || !slices.Equal(g.Commands, want.Commands) {
			t.Errorf("%+v, want %+v", g, want)
		}
	}
}

// TestDrain checks that Drain waits for a session that runs a command.
func TestDrain(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "event plain DTMF")
	ended, end := context.WithCancel(t.Context())
	end()
	drained := true
	whileRunning(s, func() {
		s.Play(dtmf(1)...)
		drained = s.Drain(ended)
	})
	if got := command(t, c, "api run"); got != "done" || drained {
		t.Errorf("%q, drained: %v", got, drained)
	}
	if !s.Drain(t.Context()) {
		t.Error("not drained")
	}
	if _, err := c.Event(); err != nil {
		t.Error(err)
	}
}

// TestPlay plays events with headers of all kinds.
func TestPlay(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	large := strings.Repeat("x", 1<<20)
	command(t, c, "event json CUSTOM a::b")
	s.Play(switchsim.Prepare(
		switchsim.Event{Headers: []switchsim.Header{{Name: "Event-Subclass", Value: "a::b"}, {Name: "Event-Name", Value: "HEARTBEAT"},
			{Name: "A"}, {Name: "A", Value: large}, switchsim.List("L", "x", ""), {Name: "Event-Name", Value: "CUSTOM"}}},
		switchsim.Event{Name: "CUSTOM", Subclass: "a::b", HasBody: true},
		switchsim.Event{Name: "CUSTOM", Headers: []switchsim.Header{{Name: "N", Value: "1"}, {Name: "Event-Subclass", Value: "c"}}},
		switchsim.Event{Name: "UNKNOWN"}, switchsim.Event{Name: "CUSTOM", Subclass: "c"},
	)...)
	if got, want := string(switchsim.Prepare(switchsim.Event{Name: "X"})[0].Frame(switchsim.XML)),
		"Content-Length: 39\nContent-Type: text/event-xml\n\n<event>\n  <headers></headers>\n</event>\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, want := range []string{
		`{"Event-Subclass":"a::b","Event-Name":"HEARTBEAT","A":"","A":"` + large + `","L":["x",""],"Event-Name":"CUSTOM"}`,
		`{"Content-Length":"0","_body":""}`,
		`{"N":"1","Event-Subclass":"c"}`, // no subclass, since the header is not the first
	} {
		if e, err := c.Event(); err != nil || e.Body != want {
			t.Errorf("%.200s, %v, want %.200s", e.Body, err, want)
		}
	}
	if got := command(t, c, "api echo x"); got != "x" {
		t.Errorf("%q", got)
	}
}
