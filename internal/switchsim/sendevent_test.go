package switchsim_test

import (
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestSendevent is the table of what listeners are sent of an injected event, without the headers
// that every event has.
func TestSendevent(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	command(t, c, "event json ALL")
	for _, tt := range []struct{ frame, before, after string }{
		{"sendevent DTMF\nA: 1\na: 2", `{"Command":"sendevent DTMF","A":"1","a":"2",`, "}"},
		{"sendevent CUSTOM\nA: 1\nEvent-Subclass: b\nevent-subclass: c\nB: 2",
			`{"Event-Subclass":"b","Command":"sendevent CUSTOM","A":"1","B":"2",`, "}"},
		{"sendevent DTMF\nEvent-Subclass: b", `{"Command":"sendevent DTMF","Event-Subclass":"b",`, "}"},
		{"sendevent BOGUS\nEvent-Subclass: b", `{"Command":"sendevent BOGUS","Event-Subclass":"b",`, "}"},
		{"sendevent DTMF\nEvent-Name: TALK", `{"Command":"sendevent DTMF","Event-Name":"TALK",`, "}"},
		{"sendevent DTMF\nCommand: x", `{"Command":"sendevent DTMF","Command":"x",`, "}"},
		{"sendevent DTMF\nA: ARRAY::1|:2\nB[1]: 3\nC[0]: ", `{"Command":"sendevent DTMF","A":["1","2"],"B":["3"],`, "}"},
		{"sendevent DTMF\n_body: 1", `{"Command":"sendevent DTMF","_body":"1",`, `,"Content-Length":"1","_body":"1"}`},
		{"sendevent DTMF\nContent-Length: 3\nA: 1\n\né\r", `{"Command":"sendevent DTMF","Content-Length":"3","A":"1",`,
			`,"Content-Length":"3","_body":"é\r"}`},
	} {
		if got := command(t, c, tt.frame); !strings.HasPrefix(got, "+OK ") {
			t.Fatalf("%q: %q", tt.frame, got)
		}
		e, err := c.Event()
		if err != nil {
			t.Fatal(err)
		}
		before, rest, _ := strings.Cut(e.Body, `"Event-UUID":"`)
		_, rest, _ = strings.Cut(rest, `"Event-Sequence":"`)
		_, after, _ := strings.Cut(rest, `"`)
		if before != tt.before || after != tt.after {
			t.Errorf("%q: %s and %s, want %s and %s", tt.frame, before, after, tt.before, tt.after)
		}
	}
}
