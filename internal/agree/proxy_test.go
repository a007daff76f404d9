package agree_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/internal/guardtest"
	"eslguard/internal/switchsim"
)

// The passwords of the guard's only client and of the switch.
const (
	guarded  = "a password of the guard's own"
	password = "ClueCon"
)

// rules allow everything that is neither opaque nor a handover.
var rules = []string{
	"api * **", "app * **", "dial /.*/", "dialplan /.*/ **", "var * **", "subscribe *", "subscribe CUSTOM **",
	"subscribe API|BACKGROUND_JOB|LOG", "inject * **", "channel * **", "filter regex *", "log DEBUG10",
}

// denied is the beginning of the answer to a denied command.
const denied = "-ERR permission denied, "

// jobs is the command that the proxy itself sends before the first job, to be notified of its end.
const jobs = "event json BACKGROUND_JOB"

// TestThroughProxy sends frames through a real server. Exactly what passes in this process must
// reach the switch.
func TestThroughProxy(t *testing.T) {
	sim, err := switchsim.Start(switchsim.Options{Second: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.AddChannel(chanA, nil)
	guard := guardtest.Start(t, guardtest.Options{
		Upstream: sim.Addr(), UpstreamPassword: password, Password: guarded, Rules: rules,
	})
	conn, err := switchsim.Login(guard.Addr, guarded)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tr := newTrial(start(t))
	const seeds = 400
	var want []string
	for n := range seeds {
		g := &grammar{data: seed(n)}
		wire := strings.ReplaceAll(g.frame(), "job-1", fmt.Sprint("job-", n))
		fate, c, _ := tr.judge(wire)
		if err := conn.Send(wire); err != nil {
			t.Fatalf("%q: %v", wire, err)
		}
		r, err := conn.Reply()
		if err != nil {
			t.Fatalf("%q: %v", wire, err)
		}
		switch {
		case fate != passed:
			if !strings.HasPrefix(r.Text(), "-ERR") {
				t.Errorf("%q is answered %q", wire, r.Text())
			}
		case strings.HasPrefix(r.Text(), denied):
			// A rule matches a path that leads elsewhere only if it contains that path literally.
		default:
			for i := range c.Upstream {
				want = append(want, string(c.Upstream[i].Line))
			}
			tr.st.Apply(c)
		}
	}
	got := slices.DeleteFunc(sim.Commands(), func(text string) bool { return first(text) == jobs })
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || first(got[i]) != want[i] {
			t.Fatalf("%d commands reached the switch, want %d; the first to differ is %q, want %q", len(got), len(want),
				got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
	t.Logf("of %d frames %d commands reached the switch", seeds, len(got))
}

// first returns the first line of a frame.
func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
