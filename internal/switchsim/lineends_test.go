package switchsim_test

import (
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestLineEnds is the table of what FreeSWITCH 1.11.3 answers to frames with mixed line ends. It
// ends a line at the first CR, so an LF before that is part of the last word; only the argument of
// an API loses it. Whatever the answer is, the next frame is answered next.
func TestLineEnds(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	for _, x := range []struct{ send, want string }{
		{"api echo a b\r\n\n", "a b"},
		{"api echo a b\n\r\n", "a b"},
		{"api echo a\r\n\n\n", "a"},
		{"event plain HEARTBEAT\r\n\n", "+OK event listener enabled plain"},
		{"event plain HEARTBEAT\n\r\n", "-ERR no keywords supplied"},
		{"nixevent HEARTBEAT\n\r\n", "-ERR no keywords supplied"},
		{"log 7\n\r\n", "-ERR invalid log level"},
		{"nolog\n\r\n", "-ERR not loging"},
		{"filter A B\r\n\n", "+OK filter added. [A]=[B]"},
		{"filter A B\n\r\n", "+OK filter added. [A]=[B"},
		{"api echo a\nX: y\r\n\r\n", "a\nX: y"},
	} {
		if _, err := c.Write([]byte(x.send + "api echo next\n\n")); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{x.want, "next"} {
			r, err := c.Reply()
			if got := strings.TrimRight(r.Text(), "\n"); err != nil || got != want {
				t.Errorf("%q: %q, %v; want %q", x.send, got, err, want)
			}
		}
	}
}

// TestLinesOfTheCommand checks that all lines before the first CR belong to the command, and none
// of them is a header.
func TestLinesOfTheCommand(t *testing.T) {
	s := start(t, switchsim.Options{})
	c, listener := login(t, s), login(t, s)
	command(t, listener, "event json CUSTOM rc::y")
	if _, err := c.Write([]byte("sendevent CUSTOM\nEvent-Subclass: rc::x\nX-A: b\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	e, err := listener.Event()
	if err != nil || !strings.Contains(e.Body, `"CUSTOM"`) || strings.Contains(e.Body, `"Event-Subclass"`) || strings.Contains(e.Body, `"X-A"`) {
		t.Errorf("got %v, %v; want a CUSTOM event without these headers", e, err)
	}
}
