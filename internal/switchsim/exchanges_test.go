package switchsim_test

import (
	"errors"
	"io"
	"syscall"
	"testing"

	"eslguard/internal/switchsim"
)

// An exchange is a recorded session: what was sent, and the frames that came back.
type exchange struct {
	Name     string
	Greeting string
	Steps    []struct {
		Send string
		Recv []string
	}
	Closed bool `json:"closed_by_server"`
}

// TestExchanges replays every recorded exchange with a real switch. The frames must be the recorded
// ones, apart from ids, times and counters.
func TestExchanges(t *testing.T) {
	all := recorded[exchange](t, "exchanges")
	if len(all) != 103 {
		t.Fatalf("%d exchanges", len(all))
	}
	for _, x := range all {
		t.Run(x.Name, func(t *testing.T) {
			t.Parallel()
			s := start(t, switchsim.Options{Users: users})
			c, err := switchsim.Dial(s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if g, err := c.Greeting(); err != nil || g.String() != x.Greeting {
				t.Fatalf("greeting %q, %v", g, err)
			}
			for _, step := range x.Steps {
				if err := c.Send(latin1(step.Send)); err != nil {
					t.Fatal(err)
				}
				for _, want := range step.Recv {
					head, body, err := c.ReadFrame()
					got := stable(head + "\n\n" + body)
					if err != nil || got != stable(latin1(want)) {
						t.Fatalf("%q\n gave %q, %v\n want %q", step.Send, got, err, stable(latin1(want)))
					}
				}
			}
			bye := "+OK bye"
			if x.Name == "api-with-body" {
				// The body has one byte too many, which begins the next command.
				bye = "-ERR command not found"
			}
			expectEnd(t, c, x.Closed, bye)
		})
	}
}

// expectEnd checks that the switch has closed the connection, or that it is still open and there is
// nothing more to read.
func expectEnd(t *testing.T, c *switchsim.Conn, closed bool, bye string) {
	t.Helper()
	if closed {
		if head, _, err := c.ReadFrame(); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("not closed: %q, %v", head, err)
		}
		return
	}
	if r, err := c.Command("exit"); err != nil || r.Text() != bye {
		t.Errorf("more than the recording: %q, %v", r, err)
	}
}
