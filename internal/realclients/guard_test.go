package realclients_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"eslguard/internal/guardtest"
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
			guard := guardtest.Start(t, guardtest.Options{
				Upstream: sw.Addr(), UpstreamPassword: password, Password: guarded, Rules: rules,
			})
			compare(t, c, node.run(t, c, guard.Addr, guarded, "allowed", sw.Heartbeat), allowed)
			steps := node.run(t, c, guard.Addr, guarded, "denied", sw.Heartbeat)
			compare(t, c, steps, denied)
			explained(t, steps, guard.Audit)
			executed(t, sw, "sleep")
			before := sw.Logins()
			compare(t, c, node.run(t, c, guard.Addr, "wrong", "allowed", sw.Heartbeat), refused)
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
