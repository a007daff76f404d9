package switchsim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// within returns a context for something that should happen at once.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// names returns the kinds and names of executions.
func names(all []switchsim.Execution) (out []string) {
	for _, e := range all {
		out = append(out, strings.TrimSpace(e.Kind+" "+e.Name+" "+e.Args))
	}
	return out
}

func TestSubscriptionsAndFilters(t *testing.T) {
	tests := []struct {
		name     string
		commands []string
		want     []string // X-N of the events that arrive
	}{
		{name: "all", commands: []string{"event plain ALL"}, want: []string{"1", "2", "3", "4", "5"}},
		{name: "by name", commands: []string{"event json HEARTBEAT"}, want: []string{"1", "2"}},
		{name: "by subclass", commands: []string{"event plain CUSTOM a::b"}, want: []string{"3"}},
		{name: "less one, and then not all subclasses", commands: []string{"event xml ALL", "nixevent HEARTBEAT"}, want: []string{"4", "5"}},
		{name: "a filter", commands: []string{"event plain ALL", "filter X-N 2"}, want: []string{"2"}},
		{name: "filters are ored", commands: []string{"event plain ALL", "filter X-N 2", "filter X-N 4"}, want: []string{"2", "4"}},
		{name: "without case", commands: []string{"event plain ALL", "filter event-name heartbeat"}, want: []string{"1", "2"}},
		{name: "a negative filter", commands: []string{"event plain ALL", "filter Event-Name HEARTBEAT", "filter X-N -1"}, want: []string{"2"}},
		{name: "a regex", commands: []string{"event plain ALL", "filter X-N /[34]/"}, want: []string{"3", "4"}},
		{name: "removed again", commands: []string{"event plain HEARTBEAT", "filter X-N 2", "filter delete X-N 2"}, want: []string{"1", "2"}},
		{name: "myevents", commands: []string{"myevents " + testUUID}, want: []string{"4"}},
		{name: "myevents of nobody", commands: []string{"myevents nobody"}, want: []string{"4", "5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, switchsim.Options{})
			s.AddChannel(testUUID, nil)
			c := login(t, s)
			for _, cmd := range tt.commands {
				if got := command(t, c, cmd); !strings.HasPrefix(got, "+OK") {
					t.Fatalf("%q: %q", cmd, got)
				}
			}
			for i, e := range []switchsim.Event{
				{Name: "HEARTBEAT"}, {Name: "HEARTBEAT"}, {Name: "CUSTOM", Subclass: "a::b"},
				{Name: "DTMF", Headers: []switchsim.Header{{Name: "Unique-ID", Value: testUUID}}},
				{Name: "TALK", Headers: []switchsim.Header{{Name: "Unique-ID", Value: otherUUID}}},
			} {
				e.Headers = append(e.Headers, switchsim.Header{Name: "X-N", Value: fmt.Sprint(i + 1)})
				s.Emit(e)
			}
			expectEvents(t, c, tt.want)
		})
	}
}

// expectEvents compares the numbers in the events and checks that there are no more.
func expectEvents(t *testing.T, c *switchsim.Conn, want []string) {
	t.Helper()
	var got []string
	for range want {
		e, err := c.Event()
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		i := strings.Index(e.Body, "X-N")
		if i < 0 {
			t.Fatalf("%q", e)
		}
		got = append(got, strings.Trim(e.Body[i+3:], `:> "`)[:1])
	}
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	if r, err := c.Command("exit"); err != nil || r.Text() != "+OK bye" {
		t.Fatalf("exit: %q, %v", r, err)
	}
	if e, err := c.Event(); err == nil {
		t.Errorf("one more event: %q", e)
	}
}

func TestJobs(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "event plain BACKGROUND_JOB")
	r, err := c.Command("bgapi echo a b\njob-uuid: mine")
	if err != nil || r.Header("Job-UUID") != "mine" || r.Text() != "+OK Job-UUID: mine" {
		t.Fatalf("%q, %v", r, err)
	}
	e, err := c.Event()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nJob-UUID: mine\nJob-Command: echo\nJob-Command-Arg: a%20b\nContent-Length: 3\n\na b"} {
		if !strings.HasSuffix(e.Body, want) {
			t.Errorf("%q lacks %q", e.Body, want)
		}
	}
}

// TestLongJobUUID checks that a Job-UUID that does not fit FreeSWITCH's buffer removes the blank
// line of the reply.
func TestLongJobUUID(t *testing.T) {
	s := start(t, switchsim.Options{})
	for n, want := range map[int]string{235: "a\n\n", 236: "a\n", 240: "aaaaaa"} {
		c := login(t, s)
		if err := c.Send("bgapi echo\nJob-UUID: " + strings.Repeat("a", n) + "\n\nexit\n\n"); err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for {
			b := make([]byte, 4096)
			n, err := c.Read(b)
			all.Write(b[:n])
			if err != nil {
				break
			}
		}
		first, _, _ := strings.Cut(all.String(), "Content-Type: command/reply\nReply-Text: +OK bye")
		if !strings.HasSuffix(first, want) || strings.HasSuffix(first, "\n\n\n") || n > 235 && strings.HasSuffix(first, "\n\n") {
			t.Errorf("%d: %q", n, first)
		}
	}
}

func TestChannelVerbs(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.AddChannel(testUUID, map[string]string{"lines": "a\n\nContent-Type: api/response"})
	c := login(t, s)
	for _, x := range []struct{ send, want string }{
		{"getvar lines", "-ERR command not found"},
		{"myevents " + testUUID, "+OK Events Enabled"},
		{"myevents", "-ERR aready enabled."},
		{"getvar nosuch", "-ERR command not found"},
		{"linger 5", "+OK will linger 5 seconds"},
		{"nolinger", "+OK will not linger"},
		{"divert_events on", "+OK events diverted"},
		{"resume", "+OK"},
		{"sendmsg\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b", "+OK"},
		{"getvar a", "b"},
		{"getvar lines", "a"}, // the value as it is, and what follows in it
	} {
		if got := command(t, c, x.send); got != x.want {
			t.Errorf("%q: %q, want %q", x.send, got, x.want)
		}
	}
	if r, err := c.Reply(); err != nil || r.Head != "Content-Type: api/response" {
		t.Errorf("%q, %v", r, err)
	}
}

// TestExecuteEvents checks that an application fires events before and after it. Clients wait for
// them, by the uuid that they gave.
func TestExecuteEvents(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.AddChannel(testUUID, map[string]string{"who": "me"})
	c := login(t, s)
	command(t, c, "event plain CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE")
	command(t, c, "sendmsg "+testUUID+"\ncall-command: execute\nexecute-app-name: log\nexecute-app-arg: INFO ${who}\nevent-uuid: mine")
	for _, name := range []string{"CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE"} {
		e, err := c.Event()
		if err != nil || !strings.HasPrefix(e.Body, "Event-Name: "+name+"\n") ||
			!strings.Contains(e.Body, "\nUnique-ID: "+testUUID+"\n") ||
			!strings.Contains(e.Body, "\nApplication: log\nApplication-Data: INFO%20me\n") ||
			!strings.HasSuffix(e.Body, "\nApplication-UUID: mine\n\n") {
			t.Errorf("%v: %q, %v", name, e, err)
		}
	}
	want := []string{"subscribe CHANNEL_EXECUTE", "subscribe CHANNEL_EXECUTE_COMPLETE", "sendmsg execute", "app log INFO me"}
	if got := names(s.Executed()); !slices.Equal(got, want) {
		t.Errorf("executed %q, want %q", got, want)
	}
}

// TestNesting checks that nesting which is too deep ends without running more.
func TestNesting(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	if got := command(t, c, "api "+strings.Repeat("xml_wrap ", 2000)+"hostname"); !strings.Contains(got, "INVALID COMMAND!") {
		t.Errorf("%.200q", got)
	}
	if n := len(s.Executed()); n != 1000 {
		t.Errorf("%d executed", n)
	}
}

func TestConnect(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.AddChannel(testUUID, map[string]string{"a": "b c"})
	c := login(t, s)
	command(t, c, "myevents "+testUUID)
	r, err := c.Command("connect")
	if err != nil || r.Header("Event-Name") != "CHANNEL_DATA" || r.Header("variable_a") != "b%20c" ||
		r.Header("Content-Type") != "command/reply" || r.Header("Reply-Text") != "%2BOK%0A" {
		t.Errorf("%q, %v", r, err)
	}
}

func TestAliases(t *testing.T) {
	s := start(t, switchsim.Options{Aliases: map[string]string{"status": "system id", "two words": "hostname"}})
	c := login(t, s)
	for _, send := range []string{"api status", "api status x\nconsole_execute: t", "api two words\nconsole_execute: 1"} {
		command(t, c, send)
	}
	want := []string{"api status", "api system id x", "api hostname"}
	if got := names(s.Executed()); !slices.Equal(got, want) {
		t.Errorf("executed %q, want %q", got, want)
	}
}

func TestRecord(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	done := make(chan bool)
	go func() {
		done <- s.Await(within(t), func(all []switchsim.Execution) bool { return len(all) == 4 })
	}()
	for _, cmd := range []string{"event plain ALL", "filter A b", "log 3", "sendevent HEARTBEAT"} {
		command(t, c, cmd)
	}
	if !<-done {
		t.Error("Await gave up")
	}
	if got := names(s.Executed()); !slices.Equal(got, []string{"subscribe ALL", "filter A b", "log 3 3", "event HEARTBEAT"}) {
		t.Errorf("executed %q", got)
	}
	if got := s.Commands(); len(got) != 4 || got[1] != "filter A b\n\n" {
		t.Errorf("commands %q", got)
	}
	if s.Logins() != 1 || s.Sessions() != 1 || s.Peak() != 1 || s.PeakWaiting() != 1 {
		t.Errorf("%d logins, %d sessions, peak %d, %d waiting", s.Logins(), s.Sessions(), s.Peak(), s.PeakWaiting())
	}
	c.Close()
	if !s.Await(within(t), func([]switchsim.Execution) bool { return s.Sessions() == 0 }) {
		t.Error("the session is still open")
	}
	s.Forget()
	if len(s.Executed())+len(s.Commands()) != 0 {
		t.Error("not forgotten")
	}
}

func TestEventsOfTheSwitch(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "event plain API HEARTBEAT")
	command(t, c, "api echo a b")
	s.Heartbeat()
	for _, want := range []string{"\nAPI-Command: echo\nAPI-Command-Argument: a%20b\n\n", "\nEvent-Info: System%20Ready\n"} {
		if e, err := c.Event(); err != nil || !strings.Contains(e.Body, want) {
			t.Errorf("%q, %v lacks %q", e, err, want)
		}
	}
}

// TestChannels checks that the APIs about channels agree with the channels that exist.
func TestChannels(t *testing.T) {
	s := start(t, switchsim.Options{Globals: map[string]string{"domain": "a.test"}})
	s.AddChannel(testUUID, map[string]string{"accountcode": "x"})
	c := login(t, s)
	for _, x := range []struct{ send, want string }{
		{"api uuid_exists " + testUUID, "true"},
		{"api uuid_getvar " + testUUID + " accountcode", "x"},
		{"api uuid_getvar " + testUUID + " nosuch", "_undef_"},
		{"api uuid_setvar_multi " + testUUID + " a=1;b=2", "+OK\n"},
		{"api eval uuid:" + testUUID + " ${variable_b} ${domain}", "2 a.test"},
		{"api global_getvar domain", "a.test"},
		{"api show channels count", "\n1 total.\n"},
		{"api show channels as json", `{"row_count":1,"rows":[{"uuid":"` + testUUID + `","direction":"outbound","name":"null/x",` +
			`"state":"CS_EXECUTE","hostname":"vm","accountcode":"x","callstate":"ACTIVE"}]}` + "\n"},
		{"api originate foo/1 &park", "-ERR CHAN_NOT_IMPLEMENTED\n"},
		{"api originate error/USER_BUSY &park", "-ERR USER_BUSY\n"},
		{"api originate {origination_uuid=new}null/x &park", "+OK new\n"},
		{"api uuid_kill new", "+OK\n"},
		{"api uuid_kill " + testUUID, "+OK\n"},
		{"api uuid_exists " + testUUID, "false"},
		{"api show channels", "\n0 total.\n"},
	} {
		if got := command(t, c, x.send); got != x.want {
			t.Errorf("%q: %q, want %q", x.send, got, x.want)
		}
	}
}

func TestLog(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "log WARNING")
	s.Log(7, "debug")
	s.Log(3, "an error")
	r, err := c.Event()
	if err != nil || r.Header("Log-Level") != "3" || !strings.HasSuffix(r.Body, "[ERR] switch_core.c:100 an error\n") {
		t.Errorf("%q, %v", r, err)
	}
}
