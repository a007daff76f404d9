package event_test

import (
	"testing"

	"eslguard/event"
)

func TestParse(t *testing.T) {
	var e event.Event
	if err := e.Parse([]byte(`{"Event-Name":"HEARTBEAT","A":["x","y:"],"Content-Length":"2","_body":"a\n"}`)); err != nil {
		t.Fatal(err)
	}
	const want = "Content-Length: 69\nContent-Type: text/event-plain\n\n" +
		"Event-Name: HEARTBEAT\nA: ARRAY%3A%3Ax%7C%3Ay%3A\nContent-Length: 2\n\na\n"
	if got := string(e.AppendFrame(nil, event.Plain)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
