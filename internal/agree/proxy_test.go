package agree_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/internal/switchsim"
	"eslguard/policy"
	"eslguard/proxy"
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
const jobs = "event plain BACKGROUND_JOB"

// TestThroughProxy sends frames through a real server. Exactly what passes in this process must
// reach the switch.
func TestThroughProxy(t *testing.T) {
	sim, err := switchsim.Start(switchsim.Options{Second: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.AddChannel(chanA, nil)
	conn, err := switchsim.Login(startGuard(t, sim.Addr()), guarded)
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

// fixed is a policy that never changes.
type fixed struct{ *policy.Policy }

func (f fixed) Current() *policy.Policy { return f.Policy }

// startGuard starts a guard in front of the switch at upstream and returns its address.
func startGuard(t *testing.T, upstream string) (addr string) {
	t.Helper()
	dir := t.TempDir()
	p, err := policy.Load(writePolicy(t, dir, upstream))
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(filepath.Join(dir, "audit.jsonl"), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &proxy.Server{Policies: fixed{p}, Audit: log}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("shutting the guard down: %v", err)
		}
		if err := <-served; !errors.Is(err, proxy.ErrServerClosed) {
			t.Errorf("the guard: %v", err)
		}
		if err := log.Close(); err != nil {
			t.Errorf("the audit: %v", err)
		}
	})
	return ln.Addr().String()
}

// writePolicy writes a policy with one client and the switch's password, and returns its path.
func writePolicy(t *testing.T, dir, upstream string) string {
	t.Helper()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	type object map[string]any
	b, err := json.Marshal(object{
		"version":   1,
		"upstreams": object{"pbx": object{"address": upstream, "password": object{"file": secret}}},
		"roles":     object{"all": object{"allow": rules}},
		"clients": object{"test": object{
			"from":     []string{"127.0.0.0/8"},
			"auth":     object{"password": []string{policy.HashSHA256(guarded)}},
			"upstream": "pbx",
			"roles":    []string{"all"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "policy.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// first returns the first line of a frame.
func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
