package sharing_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/proxy"
)

// TestManyShortSessions has 1,000 clients at once that log in, ask for the status and leave. All
// are answered, and the switch has few connections.
func TestManyShortSessions(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		const clients, most = 1_000, mostConnections
		r := newRigWith(t, m, switchsim.Options{}, func(s *proxy.Server) {
			s.MaxUnknown, s.MaxUnknownOf, s.LoginTimeout = 2*clients, 2*clients, time.Minute
		})
		_, want, _ := strings.Cut(r.direct().command("api status"), "\n") // without the time
		before := r.Peak()
		var running sync.WaitGroup
		begin := make(chan struct{})
		for range clients {
			running.Go(func() {
				<-begin
				if got, err := oneCommand(r.guard.Addr, "api status"); err != nil || !strings.HasSuffix(got, "\n"+want) {
					t.Errorf("%q, %v, want %q", got, err, want)
				}
			})
		}
		close(begin)
		running.Wait()
		if n := r.Peak() - before; n > most {
			t.Errorf("the switch had %d connections of the guard, want at most %d", n, most)
		}
		if n := r.Logins() - before; n > most {
			t.Errorf("the switch had %d logins of the guard, want at most %d", n, most)
		}
	}, connections, both)
}

// oneCommand logs in, gives a command, leaves and returns the text of the reply.
func oneCommand(addr, cmd string) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(3 * patience))
	if _, err := io.WriteString(conn, "auth "+guarded+"\n\n"+cmd+"\n\nexit\n\n"); err != nil {
		return "", err
	}
	b, err := io.ReadAll(conn)
	text := string(b)
	_, body, ok := strings.Cut(text, "Content-Type: api/response\nContent-Length: ")
	if !ok {
		return text, errors.Join(err, errors.New("no answer"))
	}
	_, body, _ = strings.Cut(body, "\n\n")
	body, _, ok = strings.Cut(body, reply("+OK bye"))
	if !ok {
		return text, errors.Join(err, errors.New("no goodbye"))
	}
	return body, err
}

// TestPipelinedCommands sends commands of all kinds together. They are answered in their order.
func TestPipelinedCommands(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		r.AddChannel(mine, nil)
		var running sync.WaitGroup
		for k := range 8 {
			c, random := r.client(), rand.New(rand.NewPCG(uint64(firstSeed), uint64(k)))
			running.Go(func() {
				for round := range 20 * rounds {
					c.pipeline(random, fmt.Sprint(k, "-", round), round == 20*rounds-1)
				}
			})
		}
		running.Wait()
		r.wantUnmixed()
	}, events, connections, both)
}

// pipeline sends random commands together and checks their replies. The last time, they may include
// those that need a connection of the session's own.
func (c *client) pipeline(random *rand.Rand, id string, last bool) {
	kinds := []struct{ command, reply string }{
		{syncCommand + "ID", ""},
		{syncCommand + "ID", ""},
		{"filter A ID", "+OK filter added. [A]=[ID]"},
		{"filter delete all", "+OK filter deleted. [all][]"},
		{"filter ID", "-ERR invalid syntax"},
		{"event json TRAP", "+OK event listener enabled json"},
		{"nixevent TRAP", "+OK events nixed"},
		{"getvar ID", "-ERR command not found"},
		{"log 3", "+OK log level 3 [3]"},
		{"myevents " + others + " plain", "-ERR invalid uuid"},
	}
	if !last {
		kinds = kinds[:7]
	}
	var text, want strings.Builder
	for i := range 1 + random.IntN(30) {
		kind := kinds[random.IntN(len(kinds))]
		id := fmt.Sprint(id, "-", i)
		text.WriteString(strings.ReplaceAll(kind.command, "ID", id) + "\n\n")
		if kind.reply == "" {
			want.WriteString(apiResponse(id))
		} else {
			want.WriteString(reply(strings.ReplaceAll(kind.reply, "ID", id)))
		}
	}
	if err := c.Send(text.String()); err != nil {
		c.t.Error(err)
		return
	}
	var got strings.Builder
	for got.Len() < want.Len() {
		head, body, err := c.ReadFrame()
		if err != nil {
			c.t.Errorf("%v after %q", err, got.String())
			return
		}
		got.WriteString(head + "\n\n" + body)
	}
	if got.String() != want.String() {
		c.t.Errorf("%q is answered\n%q, want\n%q", text.String(), got.String(), want.String())
	}
}

// wantUnmixed checks that a connection which has carried a command that leaves something behind has
// not carried commands of several sessions. The sessions are in the arguments of syncCommand.
func (r *rig) wantUnmixed() {
	r.t.Helper()
	for _, conn := range r.Connections() {
		sessions := map[string]bool{}
		for _, cmd := range conn.Commands {
			if id, ok := strings.CutPrefix(cmd, syncCommand); ok {
				session, _, _ := strings.Cut(id, "-")
				sessions[session] = true
			}
		}
		lasting := slices.ContainsFunc(conn.Commands, func(cmd string) bool {
			verb, _, _ := strings.Cut(cmd, " ")
			return slices.Contains([]string{"event", "nixevent", "noevents", "filter", "log", "nolog", "myevents", "linger", "divert_events"}, verb)
		})
		if lasting && len(sessions) > 1 {
			r.t.Errorf("connection %d carried commands of %d sessions: %q", conn.ID, len(sessions), conn.Commands)
		}
	}
}

// TestNoAnswerToAnotherSession has clients that ask and leave at any moment, while the switch
// closes connections. Every answer is that to the client's own command.
func TestNoAnswerToAnotherSession(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		end := make(chan struct{})
		var running, resetting sync.WaitGroup
		resetting.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-end:
					return
				case <-time.After(10 * time.Millisecond):
					[]func(){r.Reset, r.Disconnect, r.KillListeners}[n%3]()
				}
			}
		})
		var answered, cut int
		var mu sync.Mutex
		for k := range 16 {
			running.Go(func() {
				random := rand.New(rand.NewPCG(uint64(firstSeed), uint64(k)))
				for n := range 40 * rounds {
					a, c := r.askAndLeave(random, fmt.Sprint(k, "-", n))
					mu.Lock()
					answered, cut = answered+a, cut+c
					mu.Unlock()
				}
			})
		}
		running.Wait()
		close(end)
		resetting.Wait()
		r.wantUnmixed()
		t.Logf("%d commands were answered, and %d sessions were cut off", answered, cut)
		if answered < 1_000 {
			t.Errorf("only %d commands were answered", answered)
		}
	}, connections, both)
}

// askAndLeave logs in, asks some questions and leaves somehow. It returns how many were answered,
// and 1 if the session was cut off.
func (r *rig) askAndLeave(random *rand.Rand, id string) (answered, cut int) {
	c, err := switchsim.Login(r.guard.Addr, guarded)
	if err != nil {
		return 0, 1 // the switch has just closed the connection
	}
	defer c.Close()
	sent, most := 0, 1+random.IntN(20)
	for answered < most {
		var text strings.Builder
		for range 1 + random.IntN(4) {
			fmt.Fprintf(&text, "%s%s-%d\n\n", syncCommand, id, sent)
			sent++
		}
		if c.Send(text.String()) != nil {
			return answered, 1
		}
		if random.IntN(30) == 0 {
			return answered, 0 // leaves in the middle
		}
		if random.IntN(30) == 0 {
			_ = c.Conn.(*net.TCPConn).CloseWrite()
			most = sent
		}
		for answered < sent {
			head, body, err := c.ReadFrame()
			switch want := fmt.Sprintf("%s-%d", id, answered); {
			case err != nil || strings.HasPrefix(head, "Content-Type: text/disconnect-notice"):
				return answered, 1
			case body == want || strings.HasPrefix(body, "-ERR FreeSWITCH "):
				answered++
			default:
				r.t.Errorf("%q %q, want %q", head, body, want)
				return answered, 1
			}
		}
	}
	return answered, 0
}

// TestLeaving has clients that leave in every way while a command runs, and before and after it.
func TestLeaving(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		long := r.long()
		for _, text := range []string{"", syncCommand + "1\n\n", "api long\n\n", "event plain ALL\n\n", "log 7\n\n", "api long\n\nevent plain ALL\n\n" + syncCommand + "1\n\n"} {
			runs := strings.Contains(text, "long")
			for _, leave := range []string{"exit", "half close", "close", "reset"} {
				c := r.client()
				conn := c.Conn.Conn.(*net.TCPConn)
				if leave == "exit" {
					text += "exit\n\n"
				}
				if err := c.Send(text); err != nil {
					t.Fatal(err)
				}
				switch leave {
				case "half close":
					_ = conn.CloseWrite()
				case "close":
					conn.Close()
				case "reset":
					_ = conn.SetLinger(0)
					conn.Close()
				}
				if runs {
					<-long.started
					long.release <- struct{}{}
				}
				if leave == "exit" || leave == "half close" {
					got := c.rest()
					if strings.Count(got, "Content-Type: ") != strings.Count(text, "\n\n")+1 || !strings.HasSuffix(got, "cluecon.com/\nEOF") {
						t.Errorf("%q, then %s: %q", text, leave, got)
					}
				}
				text = strings.TrimSuffix(text, "exit\n\n")
			}
		}
		r.client().untilSync()
		if m.connections {
			r.await("connections of sessions are closed", func() bool { return r.Sessions() <= 4 })
		}
		r.wantUnmixed()
	}, events, connections, both)
}

// TestSwitchIsDown compares what clients are told while the switch cannot be reached.
func TestSwitchIsDown(t *testing.T) {
	told := map[string][]string{}
	for _, m := range []mode{{name: "own"}, events, connections, both} {
		for _, trouble := range []switchsim.Trouble{{WrongPassword: true}, {Reject: true}} {
			r := newRig(t, m)
			r.SetTrouble(trouble)
			told[m.name] = append(told[m.name], loginIsTold(t, r.guard.Addr))
			if !trouble.Reject {
				continue
			}
			r.Close()
			told[m.name] = append(told[m.name], loginIsTold(t, r.guard.Addr))
		}
	}
	for name, got := range told {
		if !slices.Equal(got, told["own"]) {
			t.Errorf("%s: %q, want %q", name, got, told["own"])
		}
	}
}

// loginIsTold returns everything that a client is sent that logs in.
func loginIsTold(t *testing.T, addr string) string {
	t.Helper()
	c, err := switchsim.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send("auth " + guarded + "\n\n"); err != nil {
		t.Fatal(err)
	}
	return (&client{t, c}).rest()
}
