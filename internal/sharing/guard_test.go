package sharing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/internal/guardtest"
	"eslguard/internal/switchsim"
	"eslguard/proxy"
)

// The passwords of the guard's only client and of the switch.
const (
	guarded  = "a password of the guard's own"
	password = "ClueCon"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// rules allow everything that is neither opaque nor a handover.
var rules = []string{
	"api * **", "app * **", "dial /.*/", "dialplan /.*/ **", "var * **", "subscribe *", "subscribe CUSTOM **",
	"subscribe API|BACKGROUND_JOB|LOG", "inject * **", "channel * **", "filter regex *", "log DEBUG10",
}

// A mode says what the clients of an upstream share.
type mode struct {
	name                string
	events, connections bool
}

// The modes.
var (
	events      = mode{"events", true, false}
	connections = mode{"connections", false, true}
	both        = mode{"both", true, true}
)

// inModes runs a test in several modes.
func inModes(t *testing.T, f func(*testing.T, mode), modes ...mode) {
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) { f(t, m) })
	}
}

// A rig is a switch and a guard in front of it.
type rig struct {
	t *testing.T
	*switchsim.Switch
	guard guardtest.Guard
}

// newRig starts a switch and a guard.
func newRig(t *testing.T, m mode) *rig {
	t.Helper()
	return newRigWith(t, m, switchsim.Options{}, nil)
}

// newRigWith starts a switch and a guard. change, which may be nil, sets the server's fields.
func newRigWith(t *testing.T, m mode, o switchsim.Options, change func(*proxy.Server)) *rig {
	t.Helper()
	sim, err := switchsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return newRigFor(t, m, sim, change)
}

// newRigFor starts a guard in front of a switch.
func newRigFor(t *testing.T, m mode, sim *switchsim.Switch, change func(*proxy.Server)) *rig {
	t.Helper()
	sim.SetTrouble(switchsim.Trouble{OnCommand: answerSync})
	r := &rig{t: t, Switch: sim}
	r.guard = guardtest.Start(t, guardtest.Options{
		Upstream: sim.Addr(), UpstreamPassword: password, Password: guarded, Rules: rules,
		SharedEvents: m.events, SharedConnections: m.connections, Sessions: 5_000, Filters: 4_096,
		Change: func(s *proxy.Server) {
			s.Log = zerolog.New(zerolog.NewTestWriter(t))
			if change != nil {
				change(s)
			}
		},
	})
	return r
}

// client logs in at the guard.
func (r *rig) client() *client {
	r.t.Helper()
	return login(r.t, r.guard.Addr, guarded)
}

// direct logs in at the switch.
func (r *rig) direct() *client {
	r.t.Helper()
	return login(r.t, r.Addr(), password)
}

// streams returns how many connections have events on and are not a session's own, because no
// myevents was sent there.
func (r *rig) streams() (n int) {
	for _, c := range r.Connections() {
		own := slices.ContainsFunc(c.Commands, func(cmd string) bool { return strings.HasPrefix(cmd, "myevents ") })
		if c.Open && c.Listening && !own {
			n++
		}
	}
	return n
}

// await waits until ok is true of the switch.
func (r *rig) await(what string, ok func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	if !r.Await(ctx, func([]switchsim.Execution) bool { return ok() }) {
		r.t.Fatalf("waited %v in vain: %s", patience, what)
	}
}

// drain waits until the switch has written all events.
func (r *rig) drain() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	if !r.Drain(ctx) {
		r.t.Fatal("the switch did not write all events")
	}
}

// A client is a connection that is logged in.
type client struct {
	t *testing.T
	*switchsim.Conn
}

// login logs in. The connection is closed at the end of the test.
func login(t *testing.T, addr, password string) *client {
	t.Helper()
	c, err := switchsim.Login(addr, password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &client{t, c}
}

// command gives a command and returns the text of its reply.
func (c *client) command(text string) string {
	c.t.Helper()
	reply, err := c.Command(text)
	if err != nil {
		c.t.Fatalf("%.200q: %v", text, err)
	}
	return reply.Text()
}

// want gives a command, which must have that reply.
func (c *client) want(text, reply string) {
	c.t.Helper()
	if got := c.command(text); got != reply {
		c.t.Fatalf("%.200q is answered %.200q, want %.200q", text, got, reply)
	}
}

// frame reads the next frame of any kind.
func (c *client) frame() string {
	c.t.Helper()
	head, body, err := c.ReadFrame()
	if err != nil {
		c.t.Fatalf("after %.200q: %v", head+body, err)
	}
	return head + "\n\n" + body
}

// event reads the next frame, which must be an event or a log line.
func (c *client) event() switchsim.Reply {
	c.t.Helper()
	e, err := c.Event()
	if err != nil {
		c.t.Fatal(err)
	}
	return e
}

// syncCommand begins an api that the switch answers with its argument, without the event that every
// other api fires.
const syncCommand = "api echo sync "

// answerSync makes the switch answer syncCommand.
func answerSync(line string) (raw []byte, handled bool) {
	if n, ok := strings.CutPrefix(line, syncCommand); ok {
		return []byte(apiResponse(n)), true
	}
	return nil, false
}

// apiResponse returns the answer to an api.
func apiResponse(text string) string {
	return fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(text), text)
}

// syncs counts calls of untilSync.
var syncs atomic.Int64

// untilSync gives a syncCommand and returns the frames that come before its answer.
func (c *client) untilSync() (frames []string) {
	c.t.Helper()
	n := fmt.Sprint(syncs.Add(1))
	if err := c.Send(syncCommand + n + "\n\n"); err != nil {
		c.t.Fatal(err)
	}
	for {
		f := c.frame()
		if f == apiResponse(n) {
			return frames
		}
		frames = append(frames, f)
	}
}
