package proxy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/proxy/internal/answers"
)

// wantDenied reads the answer to a command that the policy does not allow.
func (c *client) wantDenied(api bool) {
	c.t.Helper()
	if api {
		got := c.wantPrefix(apiResponse)
		if _, body, _ := strings.Cut(got, "\n\n"); !strings.HasPrefix(body, "-ERR permission denied") {
			c.t.Fatalf("got %q, want a denial", got)
		}
		return
	}
	c.wantPrefix(commandReply + "-ERR permission denied")
}

func TestDenialsKeepTheirPlace(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	c := g.loggedIn(t)
	c.send("api hostname\n\n" + // denied
		"api echo 1\n\n" +
		"api hostname\n\n" + // denied
		"sendevent CUSTOM\nEvent-Subclass: a::b\n\n" + // denied
		"api echo 2\n\n" +
		"api echo 3\nCommand: x\n\n" + // refused for its form
		"foo\n\n" + // unknown
		"bgapi hostname\n\n" + // denied
		"api echo 4\n\n")
	c.wantDenied(true)
	c.want(apiResponse + "1\n\n1")
	c.wantDenied(true)
	c.wantDenied(false)
	c.want(apiResponse + "1\n\n2")
	if got := c.wantPrefix(apiResponse); !strings.Contains(got, "-ERR refused, ") {
		t.Errorf("got %q, want a refusal", got)
	}
	c.want(commandReply + "-ERR command not found\n\n")
	c.wantDenied(false)
	c.want(apiResponse + "1\n\n4")
	if got := g.sim.Executed(); len(got) != 3 {
		t.Errorf("the switch executed %v, want the three echoes alone", got)
	}
	g.wantCommands(t, "api echo 1", "api echo 2", "api echo 4")
}

// wantCommands asserts which commands the switch was sent since the login.
func (g *guard) wantCommands(t *testing.T, want ...string) {
	t.Helper()
	// Commands that are of the guard's own stream of events, or that the guard answers.
	guards := func(c string) bool {
		verb, _, _ := strings.Cut(c, " ")
		return c == "event json BACKGROUND_JOB" || c == "exit" && shares("connections") ||
			shares("events") && slices.Contains([]string{"event", "nixevent", "noevents", "filter"}, verb)
	}
	var got []string
	for _, c := range g.sim.Commands() {
		if c = strings.TrimRight(c, "\n"); !guards(c) {
			got = append(got, c)
		}
	}
	want = slices.DeleteFunc(want, guards)
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the switch was sent %q, want %q", got, want)
	}
}

func TestDenialCarriesTheIDOfItsRecord(t *testing.T) {
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	c.send("api status\n\n")
	reply := c.wantPrefix(apiResponse)
	records := g.records(t, "command")
	if len(records) != 1 {
		t.Fatalf("%d command records, want 1", len(records))
	}
	id, _ := records[0]["id"].(string)
	if id == "" || !strings.Contains(reply, "["+id+"]") {
		t.Errorf("reply %q does not carry the record's id %q", reply, id)
	}
	if records[0]["decision"] != "deny" || records[0]["client"] != "c" {
		t.Errorf("record %v", records[0])
	}
}

// heartbeat returns an event whose header X has that value.
func heartbeat(x string) *switchsim.Prepared {
	return switchsim.Prepare(switchsim.Event{Headers: []switchsim.Header{{Name: "Event-Name", Value: "HEARTBEAT"}, {Name: "X", Value: x}}})[0]
}

// flood sends n of these events to every session that has subscribed to them in the plain form, as
// fast as it takes them. If nothing is shared, all sessions are sent them, and replies may come
// between any two.
func (g *guard) flood(x string, n int) {
	e := heartbeat(x)
	if !shares("events") && !shares("connections") {
		g.sim.Flood(e.Frame(switchsim.Plain), n)
		return
	}
	const atOnce = 1000
	for ; n > 0; n -= atOnce {
		g.sim.Play(slices.Repeat([]*switchsim.Prepared{e}, min(n, atOnce))...)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		g.sim.Drain(ctx)
		cancel()
	}
}

func TestDenialsBetweenEvents(t *testing.T) {
	r := role{allow: []string{"api echo **", "subscribe HEARTBEAT"}}
	g := newGuard(t, r, nil)
	c := g.loggedIn(t)
	c.send("event plain HEARTBEAT\n\n")
	c.wantPrefix(commandReply + "+OK event listener enabled plain")
	event := string(heartbeat("1").Frame(switchsim.Plain))
	const rounds = 300
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.flood("1", 20_000)
	}()
	for i := range rounds {
		c.send(fmt.Sprintf("api hostname\n\napi echo %d\n\n", i))
	}
	replies, events := 0, 0
	for replies < 2*rounds || events < 20_000 {
		f, err := c.read()
		if err != nil {
			t.Fatalf("after %d replies and %d events: %q, %v", replies, events, f, err)
		}
		switch {
		case f == event:
			events++
		case strings.HasPrefix(f, apiResponse):
			_, body, _ := strings.Cut(f, "\n\n")
			if replies%2 == 0 && !strings.HasPrefix(body, "-ERR permission denied") {
				t.Fatalf("reply %d is %q, want a denial", replies, f)
			}
			if replies%2 == 1 && body != fmt.Sprint(replies/2) {
				t.Fatalf("reply %d is %q, want echo %d", replies, f, replies/2)
			}
			replies++
		default:
			t.Fatalf("a frame that nobody sent: %.200q", f)
		}
	}
	<-done
}

// TestDenialWaitsForTheEndOfAFrame: while a large answer is on its way, nothing is inserted into
// it.
func TestDenialWaitsForTheEndOfAFrame(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	body := strings.Repeat("0123456789abcdef", 4<<16) // 4 MiB: comes in many pieces
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		return []byte(fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)), true
	}})
	c := g.loggedIn(t)
	for range 5 {
		c.send("api echo big\n\napi hostname\n\n")
		if got := c.frame(); got != fmt.Sprintf("%s%d\n\n%s", apiResponse, len(body), body) {
			t.Fatalf("the large answer came changed: %d bytes, %.100q", len(got), got)
		}
		c.wantDenied(true)
	}
}

func TestClientIsNotReadWhileTooManyCommandsWait(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	c := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Mute: true})
	go func() {
		// This is far more than the sockets hold: the write ends when the session does.
		_, _ = c.Write([]byte(strings.Repeat("api echo x\n\n", 20*answers.MaxPending)))
	}()
	await(t, "commands wait", func() bool { return len(g.sim.Commands()) >= answers.MaxPending })
	// A session that read on would have sent more by now.
	time.Sleep(50 * time.Millisecond)
	if n := len(g.sim.Commands()); n != answers.MaxPending {
		t.Errorf("%d commands went up unanswered, want %d", n, answers.MaxPending)
	}
}

func TestConsoleExecuteIsAnsweredAsOne(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo|hostname **"}}, nil)
	c := g.loggedIn(t)
	c.send("api echo a;;echo b;;echo c\nconsole_execute: true\n\napi echo d\n\n")
	c.want(apiResponse + "3\n\nabc")
	c.want(apiResponse + "1\n\nd")
	g.wantCommands(t, "api echo a", "api echo b", "api echo c", "api echo d")
	g.sim.Forget()
	c.send("api echo a;;status\nconsole_execute: true\n\napi echo e\n\n")
	c.wantDenied(true)
	c.want(apiResponse + "1\n\ne")
	g.wantCommands(t, "api echo e")
}

func TestGetvarCannotForgeFrames(t *testing.T) {
	const uuid = "11111111-2222-3333-4444-555555555555"
	g := newGuard(t, anything, nil)
	g.sim.AddChannel(uuid, map[string]string{
		"plain": "value", "forged": "x\n\nContent-Type: api/response\nContent-Length: 2\n\nhi",
	})
	c := g.loggedIn(t)
	c.send("getvar plain\n\n")
	c.want(commandReply + "-ERR command not found\n\n")
	c.send("myevents " + uuid + "\n\n")
	c.want(commandReply + "+OK Events Enabled\n\n")
	c.send("getvar plain\n\ngetvar unset\n\ngetvar forged\n\napi echo next\n\n")
	c.want(commandReply + "value\n\n")
	c.want(commandReply + "-ERR command not found\n\n")
	got := c.wantPrefix(commandReply + "x ")
	if strings.Count(got, "\n") != 3 {
		t.Errorf("a variable's line feeds came through: %q", got)
	}
	c.want(apiResponse + "4\n\nnext")
}

func TestObserveForwardsAndRecords(t *testing.T) {
	g := newGuard(t, role{observe: true}, nil)
	c := g.loggedIn(t)
	c.send("api echo seen\n\napi echo x\nCommand[0]: y\n\n")
	c.want(apiResponse + "4\n\nseen")
	if got := c.frame(); !strings.Contains(got, "-ERR refused, ") {
		t.Errorf("got %q: what is refused for its form is refused in observe mode too", got)
	}
	records := g.records(t, "command")
	if len(records) != 2 || records[0]["decision"] != "observe" || records[1]["decision"] != "refuse" {
		t.Errorf("records %v, want observe and refuse", records)
	}
	c.Close()
	await(t, "the end of the session is recorded", func() bool { return len(g.records(t, "end")) == 1 })
	end := g.records(t, "end")[0]
	if fmt.Sprint(end["commands"], end["denied"], end["observed"]) != "2 1 1" {
		t.Errorf("the end is %v, want 2 commands, 1 denied, 1 observed", end)
	}
	await(t, "the end is told", func() bool { return len(entries(t, g.log, "session-end")) == 1 })
	if told := entries(t, g.log, "session-end")[0]; told["observed"] != 1.0 {
		t.Errorf("the operator is told %v, want 1 observed", told)
	}
}
