package switchsim_test

import (
	"context"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/capture"
)

// TestRecordedListeners plays recorded events to listeners that give the recorded commands, and
// compares all bytes.
func TestRecordedListeners(t *testing.T) {
	for _, c := range []struct {
		name              string
		load              func() (*capture.Recording, error)
		events, listeners int
	}{{"tenants", capture.Tenants, 659, 24}, {"injected", capture.Injected, 167, 48}} {
		t.Run(c.name, func(t *testing.T) {
			r, err := c.load()
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Events) != c.events || len(r.Listeners) != c.listeners {
				t.Errorf("%d events and %d listeners", len(r.Events), len(r.Listeners))
			}
			replay(t, r)
		})
	}
}

// replay plays a recording to its listeners.
func replay(t *testing.T, r *capture.Recording) {
	t.Helper()
	s := start(t, switchsim.Options{})
	conns := make([]*switchsim.Conn, len(r.Listeners))
	for i, l := range r.Listeners {
		conns[i] = login(t, s)
		for j, cmd := range l.Commands {
			reply, err := conns[i].Command(cmd)
			if err != nil || reply.Head != l.Replies[j] {
				t.Fatalf("%s: %q: %q, %v, want %q", l.Name, cmd, reply.Head, err, l.Replies[j])
			}
		}
	}
	s.Play(switchsim.Prepare(r.Events...)...)
	for i, l := range r.Listeners {
		expectFrames(t, l.Name, conns[i], l.Want)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if !s.Drain(ctx) {
		t.Error("not everything was written")
	}
}

// expectFrames reads events and compares them, and then checks that there are no more.
func expectFrames(t *testing.T, name string, c *switchsim.Conn, want []string) {
	t.Helper()
	for i, w := range want {
		e, err := c.Event()
		if err != nil {
			t.Fatalf("%s: after %d events: %v", name, i, err)
		}
		if got := e.String(); got != w {
			t.Fatalf("%s: event %d is\n%s\nwant\n%s", name, i, got, w)
		}
	}
	if r, err := c.Command("exit"); err != nil || r.Text() != "+OK bye" {
		t.Fatalf("%s: exit: %q, %v", name, r, err)
	}
	if e, err := c.Event(); err == nil {
		t.Errorf("%s: one more event: %s", name, e)
	}
}
