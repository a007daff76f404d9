package proxy

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
)

// longTally makes denials be counted for as long as the test takes.
func longTally(s *Server) { s.denialPeriod = time.Hour }

// denialID returns the id in a denial's reply.
func denialID(t testing.TB, reply string) string {
	t.Helper()
	_, rest, ok := strings.Cut(reply, " [")
	id, _, ends := strings.Cut(rest, "]")
	if !ok || !ends || id == "" {
		t.Fatalf("reply %q has no id", reply)
	}
	return id
}

// TestBytesOfAuditPerByteReceived: a client that is denied everything cannot cause more bytes of
// audit than it sends.
func TestBytesOfAuditPerByteReceived(t *testing.T) {
	const command, n = "event plain ALL\n\n", 5_000
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	before := fileSize(t, g.audit)
	go func() {
		_, _ = io.WriteString(c, strings.Repeat(command, n)) // a failure shows in the replies
	}()
	ids := map[string]bool{}
	for range n {
		ids[denialID(t, c.wantPrefix(commandReply+"-ERR permission denied, "))] = true
	}
	c.Close()
	await(t, "the session ends", func() bool { return len(g.records(t, "end")) == 1 })
	grown, received := fileSize(t, g.audit)-before, int64(n*len(command))
	t.Logf("%d bytes of audit for %d received: %.3f a byte", grown, received, float64(grown)/float64(received))
	if grown > received {
		t.Errorf("%d bytes received make %d of audit, want no more than there were", received, grown)
	}
	if got := g.commands(t); got != n {
		t.Errorf("%d denials are recorded, want %d", got, n)
	}
	for _, r := range g.records(t, "command") {
		delete(ids, fmt.Sprint(r["id"]))
	}
	if len(ids) > 0 {
		t.Errorf("%d ids that the client was told are in no record", len(ids))
	}
}

func fileSize(t testing.TB, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestDenialsAreCounted: equal denials are one record with a number, which comes before the next
// record of the session.
func TestDenialsAreCounted(t *testing.T) {
	const (
		ok    = "api echo x\n\n"
		no    = "api version\n\n"
		other = "api status\n\n"
		form  = "api a;;b\nconsole_execute: true\nconsole_execute: true\n\n"
		head  = "sendmsg u1\ncall-command: execute\nexecute-app-name: log\ncontent-type: text/plain\nContent-Length: 3001\n\n"
	)
	long := strings.Repeat("x", 3000)
	for _, tt := range []struct{ name, send, want string }{
		{"one", no, "deny"},
		{"two", no + no, "deny deny*1"},
		{"then another", no + no + no + other, "deny deny*2 deny"},
		{"then one that is allowed", no + no + ok + no, "deny deny*1 allow deny"},
		{"in turns", no + other + no + other, "deny deny deny deny"},
		{"refused for their form", form + form + form, "refuse refuse*2"},
		{"not known to the verb", "foo\n\nfoo\n\nbar\n\n", "refuse refuse*1 refuse"},
		{"that differ in what the record does not hold", head + long + "a" + head + long + "b" + head + long + "b", "deny deny deny*1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGuard(t, role{allow: []string{"api echo **"}}, longTally)
			c := g.loggedIn(t)
			c.send(tt.send)
			n := strings.Count(tt.want, " ") + 1
			for _, counted := range strings.Split(tt.want, "*")[1:] {
				n += int(counted[0]-'0') - 1
			}
			for range n {
				c.wantPrefix("Content-Type: ")
			}
			c.Close()
			await(t, "the session ends", func() bool { return len(g.records(t, "end")) == 1 })
			var got []string
			last := ""
			for _, r := range g.records(t, "command") {
				word := fmt.Sprint(r["decision"])
				if r["times"] != nil {
					word += fmt.Sprintf("*%d", times(r))
					if fmt.Sprint(r["id"]) != last {
						t.Errorf("a number has the id %v, the denial before it %s", r["id"], last)
					}
				}
				last = fmt.Sprint(r["id"])
				got = append(got, word)
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("recorded %s, want %s", text, tt.want)
			}
			if text, err := os.ReadFile(g.audit); err != nil || strings.LastIndex(string(text), `"kind":"end"`) < strings.LastIndex(string(text), `"kind":"command"`) {
				t.Errorf("the end is not the last that is recorded: %v", err)
			}
		})
	}
}

// TestWhatIsToldIsRecorded: at every moment the audit has the id that a client has received, even
// if the program is killed then; and the number is written without further commands.
func TestWhatIsToldIsRecorded(t *testing.T) {
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	const n = 20
	for range n {
		c.send("api version\n\n")
		id := denialID(t, c.wantPrefix(apiResponse))
		text, err := os.ReadFile(g.audit)
		if err != nil || !strings.Contains(string(text), `"id":"`+id+`"`) {
			t.Fatalf("the client was told %s, which is in no record: %v", id, err)
		}
	}
	await(t, "all are recorded while the session is quiet", func() bool { return g.commands(t) == n })
}

// TestCountedBeforeAnythingElse: while a number cannot be written, no command is forwarded; the
// number is not lost.
func TestCountedBeforeAnythingElse(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, longTally)
	c := g.loggedIn(t)
	c.send("api version\n\napi version\n\n")
	c.wantPrefix(apiResponse)
	c.wantPrefix(apiResponse)
	g.recorder.full.Store(true)
	c.send("api echo x\n\n")
	if got := c.frame(); !strings.Contains(got, auditUnavailable) || g.ran("api", "echo") > 0 {
		t.Fatalf("got %q", got)
	}
	g.recorder.full.Store(false)
	c.send("api echo x\n\n")
	c.want(apiResponse + "1\n\nx")
	if got := g.commands(t); got != 3 {
		t.Errorf("%d commands are recorded, want two that were denied, one of them counted, and one allowed", got)
	}
}

// TestDeniedEffects: the record of a denied command has the first few effects that are not allowed,
// and how many there are.
func TestDeniedEffects(t *testing.T) {
	g := newGuard(t, role{allow: []string{"subscribe HEARTBEAT", "subscribe CHANNEL_CREATE", "subscribe TALK"}}, nil)
	c := g.loggedIn(t)
	c.send("event plain CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER CHANNEL_HANGUP CHANNEL_HOLD " +
		"CHANNEL_UNHOLD CHANNEL_PARK TALK HEARTBEAT RELOADXML\n\nevent plain ALL\n\n")
	c.wantPrefix(commandReply + "-ERR permission denied, subscribe CHANNEL_DESTROY")
	c.wantPrefix(commandReply + "-ERR permission denied, ")
	records := g.records(t, "command")
	r := records[0]
	effects := r["effects"].([]any)
	first := effects[0].(map[string]any)["name"]
	if len(effects) != audit.MaxDeniedEffects || first != "CHANNEL_DESTROY" || r["effects_total"] != 12.0 || r["effects_denied"] != 9.0 {
		t.Errorf("got %v", r)
	}
	for _, e := range effects {
		if name := e.(map[string]any)["name"]; name == "CHANNEL_CREATE" || name == "TALK" || name == "HEARTBEAT" {
			t.Errorf("%v is allowed, and is listed", name)
		}
	}
	r = records[1]
	if n := len(r["effects"].([]any)); n != audit.MaxDeniedEffects || r["effects_denied"].(float64) != r["effects_total"].(float64)-3 {
		t.Errorf("got %v", r)
	}
}
