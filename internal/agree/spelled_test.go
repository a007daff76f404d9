package agree_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// recordings is the folder in which the rules of TestSpelledExpansionsHold let a client record.
const recordings = "/tmp/recordings/"

// TestSpelledExpansionsHold checks that a rule with a literal expansion lets the switch write the
// file that it means, and that nothing leads to another file.
func TestSpelledExpansionsHold(t *testing.T) {
	sim, err := switchsim.Start(switchsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	p, c := naturalPolicy(t, `app record_session `+recordings+`\${uuid}.wav`, "api uuid_setvar <uuid> **", "var channel campaign_* *", "app set **",
		"api originate **", "dial null/*", "app park", "var originate execute_on_media *", "var originate origination_uuid <uuid>")
	path := recordings + "${uuid}.wav"
	if passed, why := throughGuard(t, p, c, ready(sim), runs("record_session", path)); !passed {
		t.Errorf("%q does not pass: %s", path, why)
	}
	wrote := func(e switchsim.Execution) bool {
		return (e.Kind == "open" || e.Kind == "write") && strings.Contains(e.Args, recordings+onCall+".wav")
	}
	if !slices.ContainsFunc(sim.Executed(), wrote) {
		t.Errorf("the switch executed %+v", sim.Executed())
	}
	elsewhere := beyond(recordings + onCall)
	for _, wire := range []string{
		api("uuid_setvar "+onCall+" uuid ../../var/x") + runs("record_session", path),
		runs("set", "uuid=../../var/x") + runs("record_session", path),
		runs("set", "recordings=${uuid}/../x") + runs("record_session", path),
		runs("record_session", "%[uuid=../../var/x]"+path),
		runs("record_session", recordings+"${campaign_id}.wav"),
		runs("record_session", recordings+"${uuid:0:1}/../../var/x.wav"),
		runs("record_session", "/var/${uuid}.wav"),
		"bgapi originate {origination_uuid=../../var/x,execute_on_media='record_session " + path + "'}null/x &park\n\n",
	} {
		first, _, _ := bytes.Cut([]byte(wire), []byte("\n\n"))
		if passed, _ := throughGuard(t, p, c, ready(sim), string(first)+"\n\n"); passed {
			t.Errorf("%q passes", first)
		}
		if slices.ContainsFunc(sim.Executed(), elsewhere) {
			t.Errorf("%q: the switch executed %+v", first, sim.Executed())
		}
	}
}
