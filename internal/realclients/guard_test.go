package realclients_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/policy"
	"eslguard/proxy"
)

// guarded is the password of the guard's clients, which is not the switch's.
const guarded = "a password of the guard's own"

// rules are what the clients need for the steps of allowed. They do not allow the steps of denied.
var rules = []string{
	"api uuid_exists *",
	"app sleep *",
	"subscribe HEARTBEAT|BACKGROUND_JOB|CHANNEL_EXECUTE_COMPLETE",
	"subscribe CUSTOM **", // esl-lite subscribes to it by itself
}

// TestThroughGuard runs the clients through the guard.
func TestThroughGuard(t *testing.T) {
	node := installed(t)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sw := startSwitch(t)
			addr, records := startGuard(t, sw.Addr())
			compare(t, c, node.run(t, c, addr, guarded, "allowed", sw.Heartbeat), allowed)
			told := node.run(t, c, addr, guarded, "denied", sw.Heartbeat)
			compare(t, c, told, denied)
			explained(t, told, records)
			executed(t, sw, "sleep")
			before := sw.Logins()
			compare(t, c, node.run(t, c, addr, "wrong", "allowed", sw.Heartbeat), refused)
			if after := sw.Logins(); after != before {
				t.Errorf("the switch saw %d logins for a client with a wrong password", after-before)
			}
		})
	}
}

// explained checks that the whole text of every denial reached the caller of the client, with the
// reason and the id of a record in the audit file that has the same reason.
func explained(t *testing.T, told []step, records string) {
	t.Helper()
	text, err := os.ReadFile(records)
	if err != nil {
		t.Fatal(err)
	}
	reasons := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		var r struct{ ID, Reason string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		reasons[r.ID] = r.Reason
	}
	denials := 0
	for _, s := range told {
		if s.OK {
			continue
		}
		denials++
		text, id, _ := strings.Cut(strings.TrimSuffix(s.Text, "]"), " [")
		reason := reasons[id]
		if id == "" || reason == "" || text != "-ERR permission denied, "+reason {
			t.Errorf("%s: the caller is told %q; the record %q says %q", s.Step, s.Text, id, reason)
		}
	}
	if denials == 0 {
		t.Error("nothing was denied")
	}
}

// fixed is a policy that never changes.
type fixed struct{ *policy.Policy }

func (f fixed) Current() *policy.Policy { return f.Policy }

var _ proxy.Policies = fixed{}

// startGuard starts a guard in front of the switch at upstream. It returns the guard's address and
// the file of its audit.
func startGuard(t *testing.T, upstream string) (addr, records string) {
	t.Helper()
	dir := t.TempDir()
	p, err := policy.Load(writePolicy(t, dir, upstream))
	if err != nil {
		t.Fatal(err)
	}
	records = filepath.Join(dir, "audit.jsonl")
	log, err := audit.Open(records, audit.Options{})
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
	return ln.Addr().String(), records
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
		"roles":     object{"scripts": object{"allow": rules}},
		"clients": object{"node": object{
			"from":     []string{"127.0.0.0/8"},
			"auth":     object{"password": []string{policy.HashSHA256(guarded)}},
			"upstream": "pbx",
			"roles":    []string{"scripts"},
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
