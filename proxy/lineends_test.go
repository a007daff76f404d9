package proxy

import (
	"slices"
	"strings"
	"testing"
)

// TestMixedLineEnds: a frame that can be read in one way only is carried out, any other is refused
// with the fix, and in both cases the frames that follow are answered in their turn.
func TestMixedLineEnds(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	const refused = commandReply + "-ERR refused, mixed-line-ends, end every line with LF or every line with CR LF ["
	c.send("api echo 1\r\n\n" + "api echo 2\n\r\n" + "api echo 3\r\n\n\n" +
		"sendevent CUSTOM\nEvent-Subclass: rc::x\nX-A: b\r\n\r\n" +
		"event plain ALL\n\r\n" +
		"event plain HEARTBEAT\r\n\n" +
		"api echo 4\n\n")
	for _, n := range []string{"1", "2", "3"} {
		c.want(apiResponse + "1\n\n" + n)
	}
	c.wantPrefix(refused)
	c.wantPrefix(refused)
	c.want(commandReply + "+OK event listener enabled plain\n\n")
	c.want(apiResponse + "1\n\n4")
	g.wantCommands(t, "api echo 1", "api echo 2", "api echo 3", "event plain HEARTBEAT", "api echo 4")

	// With a length the end of the frame is a guess.
	c.send("sendevent CUSTOM\nContent-Length: 5\r\n\r\nhelloapi echo 5\n\n")
	c.wantPrefix(refused)
	c.wantNotice("cannot tell where the next command begins")
	if got := g.sim.Commands(); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "echo 5") }) {
		t.Errorf("the switch was sent %q", got)
	}
}
