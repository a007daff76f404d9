package switchsim_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestRun checks that Run runs what a frame leaves for later, and Provoke what it stores.
func TestRun(t *testing.T) {
	s := start(t, switchsim.Options{})
	for _, c := range []struct{ frame, want string }{
		{"api sched_api @60 g bgapi echo x &", "api sched_api|api bgapi|api echo"},
		{"api uuid_transfer U -both log:x,playback:y inline", "api uuid_transfer|app log|app playback"},
		{"api uuid_transfer U park XML,inline", "api uuid_transfer|dialplan XML|app answer|app park"},
		{"api uuid_dual_transfer U log:a/inline log:b/inline", "api uuid_dual_transfer|app log|app log"},
		{"api uuid_broadcast U log!X::ARRAY::x", "api uuid_broadcast|app log|app hangup"},
		{"api uuid_setvar U api_hangup_hook echo::x", "var channel|api uuid_setvar|api echo"},
		{"api uuid_setvar U note ${echo x}", "var channel|api uuid_setvar|api echo"},
		{"api conference c dial loopback/app=log:x", "api conference|dial loopback/app=log:x|app pre_answer|app log"},
		{"api conference c bgdial null/x", "api conference|dial null/x|app conference"},
		{`api json {"command":"fsapi","command":"status","data":{"CMD":"echo","cmd":"version"}}`, "api echo|api json"},
		{"api uuid_setvar U note ${note}${note}", "var channel|api uuid_setvar"},
	} {
		s.Clear()
		s.AddChannel(testUUID, nil)
		s.Run([]byte(strings.ReplaceAll(c.frame, " U ", " "+testUUID+" ") + "\n\n"))
		s.Provoke()
		var got []string
		for _, e := range s.Executed() {
			if e.Kind != "open" { // see TestFiles
				got = append(got, e.Kind+" "+e.Name)
			}
		}
		if want := strings.Split(c.want, "|"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", c.frame, got, want)
		}
	}
}
