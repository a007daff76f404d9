package proxy

import (
	"strings"
	"testing"
)

// A said is what a client library writes at once, the beginning of each answer to it, and the part
// of it that reaches the switch.
type said struct {
	send    string
	replies []string
	up      []string
}

const (
	ok            = commandReply + "+OK"
	refusedMixed  = commandReply + "-ERR refused, mixed-line-ends, "
	enabled       = ok + " event listener enabled "
	goChannel     = "8fd3e5a0-1a2b-4c3d-9e8f-001122334455"
	executeHead   = "sendmsg " + goChannel + "\ncall-command: execute\n"
	lingerReply   = ok + " will linger 3600 seconds"
	customEvent   = "sendevent CUSTOM\n"
	usage         = apiResponse + "125\n\n-USAGE: <call url>"
	apiEchoAnswer = apiResponse + "1\n\nx"
)

// goClients are the bytes of client libraries in Go, as their sources write them.
var goClients = map[string][]said{
	// percipia/eslgo: CR LF throughout, sorted headers, and an end of a frame after a body too.
	"eslgo": {
		{"event plain ALL\r\n\r\n", []string{enabled + "plain"}, []string{"event plain ALL"}},
		{"nixevent plain DTMF\r\n\r\n", []string{ok + " events nixed"}, []string{"nixevent DTMF"}},
		{"noevents\r\n\r\n", []string{ok}, []string{"noevents"}},
		{"api echo x\r\n\r\n", []string{apiEchoAnswer}, []string{"api echo x"}},
		{"api originate \r\n\r\n", []string{usage}, []string{"api originate"}},
		{
			"sendevent CUSTOM\r\nContent-Length: 5\r\nEvent-Subclass: rc::x\r\n\r\nhello\r\n\r\n",
			[]string{ok}, []string{customEvent + "Event-Subclass: rc::x\nContent-Length: 5"},
		},
		{ // a value with a line feed, without a body
			"sendevent CUSTOM\r\nEvent-Subclass: rc::x\r\nX-Text: a\nb\r\n\r\napi echo x\r\n\r\n",
			[]string{refusedMixed, apiEchoAnswer}, []string{"api echo x"},
		},
		{"myevents plain " + goChannel + "\r\n\r\n", []string{ok + " Events Enabled"}, []string{"myevents " + goChannel + " plain"}},
		{"linger\r\n\r\n", []string{lingerReply}, []string{"linger 3600"}},
		{
			"sendmsg " + goChannel + "\r\nCall-Command: execute\r\nExecute-App-Name: sleep\r\nExecute-App-Arg: 1\r\nLoops: 1\r\n\r\n",
			[]string{ok}, []string{executeHead + "execute-app-name: sleep\nexecute-app-arg: 1\nloops: 1"},
		},
	},
	// fiorix/go-eventsocket: the caller's text followed by CR LF CR LF, and its own sendmsg with
	// LF.
	"go-eventsocket": {
		{"events json ALL\r\n\r\n", []string{enabled + "json"}, []string{"event json ALL"}},
		{"noevents\r\n\r\n", []string{ok}, []string{"noevents"}},
		{"EVENTS PLAIN HEARTBEAT\r\n\r\n", []string{enabled + "plain"}, []string{"event plain HEARTBEAT"}},
		// The caller's text ends in a line feed.
		{"api echo x\n\r\n\r\n", []string{apiEchoAnswer}, []string{"api echo x"}},
		{
			"sendevent CUSTOM\nEvent-Subclass: rc::x\nX-A: b\r\n\r\napi echo x\r\n\r\n",
			[]string{refusedMixed, apiEchoAnswer}, []string{"api echo x"},
		},
		{
			executeHead + "execute-app-name: sleep\nexecute-app-arg: 1\n\n",
			[]string{ok}, []string{executeHead + "execute-app-name: sleep\nexecute-app-arg: 1"},
		},
	},
	// cgrates/fsock: LF, no space after Job-UUID, and the subclass in place of the event's name.
	"fsock": {
		{"filter Event-Name HEARTBEAT\n\n", []string{ok}, []string{"filter Event-Name HEARTBEAT"}},
		{"event plain HEARTBEAT BACKGROUND_JOB\n\n", []string{enabled + "plain"}, []string{"event plain HEARTBEAT BACKGROUND_JOB"}},
		{"api echo x\n\n", []string{apiEchoAnswer}, []string{"api echo x"}},
		{"bgapi echo x\nJob-UUID:bd38\n\n", []string{ok + " Job-UUID: bd38"}, []string{"bgapi echo x\nJob-UUID: bd38"}},
		{"sendevent rc::x\nX-A: b\nEvent-Subclass: rc::x\n\n", []string{ok}, []string{customEvent + "X-A: b\nEvent-Subclass: rc::x"}},
	},
	// vma/esl: LF, a length of 0, and one line feed too many after a sendmsg.
	"vma/esl": {
		{"events plain CHANNEL_CREATE CUSTOM sofia::register\n\n", []string{enabled + "plain"}, []string{"event plain CHANNEL_CREATE CUSTOM sofia::register"}},
		{"api echo x\n\n", []string{apiEchoAnswer}, []string{"api echo x"}},
		{"sendevent MY_EVENT\nX-A: c\nContent-Length: 0\n\n", []string{ok}, []string{customEvent + "X-A: c\nContent-Length: 0"}},
		{
			executeHead + "execute-app-name: sleep\nexecute-app-arg: 1\nevent-lock: false\n\n\n",
			[]string{ok}, []string{executeHead + "execute-app-name: sleep\nexecute-app-arg: 1\nevent-lock: false"},
		},
	},
}

// TestGoClients replays what the libraries write, and waits for each answer before the next
// command, as they do. Their calls take the next answer that comes, so one answer too many or too
// few would reach the wrong caller.
func TestGoClients(t *testing.T) {
	for name, session := range goClients {
		t.Run(name, func(t *testing.T) {
			g := newGuard(t, anything, nil)
			g.sim.AddChannel(goChannel, nil)
			c := g.loggedIn(t)
			var up []string
			for _, s := range session {
				c.send(s.send)
				for _, want := range s.replies {
					wantReply(c, want)
				}
				up = append(up, s.up...)
			}
			c.send("exit\n\n")
			wantReply(c, ok+" bye")
			g.wantCommands(t, append(up, "exit")...)
		})
	}
}

// wantReply reads the next frame that is no event, and fails unless it begins with prefix.
func wantReply(c *client, prefix string) {
	c.t.Helper()
	for {
		switch got := c.frame(); {
		case strings.Contains(got, "Content-Type: text/event-"):
		case !strings.HasPrefix(got, prefix):
			c.t.Fatalf("got %q, want it to begin with %q", got, prefix)
		default:
			return
		}
	}
}

// TestUnknownEventIsHeard: an event with an unknown name reaches a client that subscribed to its
// subclass.
func TestUnknownEventIsHeard(t *testing.T) {
	g := newGuard(t, role{allow: []string{"inject CUSTOM rc::x", "subscribe CUSTOM rc::x"}}, nil)
	listener, c := g.loggedIn(t), g.loggedIn(t)
	listener.send("events plain CUSTOM rc::x\n\n")
	listener.wantPrefix(enabled)
	c.send("sendevent rc::x\nX-A: b\nEvent-Subclass: rc::x\n\n")
	c.wantPrefix(ok)
	if got := listener.frame(); !strings.Contains(got, "Event-Subclass: rc%3A%3Ax\n") || !strings.Contains(got, "X-A: b\n") {
		t.Errorf("the listener gets %q", got)
	}
	for _, other := range []string{"sendevent rc::x", "sendevent CUSTOM rc::x", "sendevent rc::x\nEvent-Subclass: rc::y", "sendevent rc::x RELOADXML"} {
		c.send(other + "\n\n")
		c.wantDenied(false)
	}
}
