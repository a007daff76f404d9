package sharing_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/capture"
)

// TestRecordedListeners plays recorded events to listeners that give the recorded commands through
// the guard, all at once, and compares all bytes.
func TestRecordedListeners(t *testing.T) {
	for _, c := range []struct {
		name string
		load func() (*capture.Recording, error)
		// events and listeners are how many there are, and changed is how many listeners give a
		// command that the guard refuses.
		events, listeners, changed int
	}{{"tenants", capture.Tenants, 659, 24, 1}, {"injected", capture.Injected, 167, 48, 36}} {
		r, err := c.load()
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Events) != c.events || len(r.Listeners) != c.listeners {
			t.Errorf("%s has %d events and %d listeners", c.name, len(r.Events), len(r.Listeners))
		}
		t.Run(c.name, func(t *testing.T) {
			inModes(t, func(t *testing.T, m mode) {
				if changed := replay(t, newRig(t, m), r); changed != c.changed {
					t.Errorf("%d listeners gave a command that the guard refuses, want %d", changed, c.changed)
				}
			}, events, both)
		})
	}
}

// replay plays a recording to its listeners. It returns how many gave a command that the guard
// refuses. These are compared with a listener at the switch that does not give that command, the
// others with the recording.
func replay(t *testing.T, r *rig, recording *capture.Recording) (changed int) {
	t.Helper()
	var listeners []*listener
	for i := range recording.Listeners {
		l := &listener{Listener: recording.Listeners[i], t: t, c: r.client()}
		l.begin()
		listeners = append(listeners, l)
	}
	if n := r.streams(); n != 1 {
		t.Errorf("the switch has %d event connections that are not attached to a channel, want 1", n)
	}
	for _, l := range listeners {
		if l.changed {
			changed++
			l.same = r.direct()
			for _, cmd := range l.given {
				l.same.command(cmd)
			}
		}
	}
	r.Play(switchsim.Prepare(recording.Events...)...)
	r.drain()
	for _, l := range listeners {
		if l.changed {
			l.Want = untilExit(l.same)
		}
		expectFrames(t, l.Name, l.c, l.Want)
	}
	return changed
}

// A listener is one of a recording.
type listener struct {
	capture.Listener
	t *testing.T
	c *client
	// changed is true if the guard has refused a command, and given are the others.
	changed bool
	given   []string
	// same is a client of the switch that gives the same commands.
	same *client
}

// begin gives the listener's commands.
func (l *listener) begin() {
	l.t.Helper()
	for j, cmd := range l.Commands {
		reply, err := l.c.Command(cmd)
		if err != nil {
			l.t.Fatalf("%s: %q: %v", l.Name, cmd, err)
		}
		switch {
		case reply.Head == l.Replies[j]:
		case isRefused(reply.Text()):
			l.changed = true
			continue
		case !l.changed:
			l.t.Errorf("%s: %q is answered %q, want %q", l.Name, cmd, reply.Head, l.Replies[j])
		}
		l.given = append(l.given, cmd)
	}
}

// isRefused reports whether the guard answers that to a command whose meaning is not clear, or
// which has none: a filter without a value, and myevents of a channel that does not exist.
func isRefused(text string) bool {
	return strings.HasPrefix(text, "-ERR refused, ") || text == "-ERR invalid syntax" || text == "-ERR invalid uuid"
}

// untilExit returns the events that a client of the switch is sent before it leaves.
func untilExit(c *client) (frames []string) {
	c.want("exit", "+OK bye")
	for {
		e, err := c.Event()
		if err != nil {
			return frames
		}
		frames = append(frames, e.String())
	}
}

// expectFrames reads events and compares them, and then checks that there are no more.
func expectFrames(t *testing.T, name string, c *client, want []string) {
	t.Helper()
	for i, w := range want {
		e, err := c.Event()
		if err != nil {
			t.Errorf("%s: after %d of %d events: %v", name, i, len(want), err)
			return
		}
		if got := e.String(); got != w {
			t.Errorf("%s: event %d is\n%s\nwant\n%s", name, i, got, w)
			return
		}
	}
	if r, err := c.Command("exit"); err != nil || r.Text() != "+OK bye" {
		t.Errorf("%s: exit: %q, %v", name, r, err)
		return
	}
	if e, err := c.Event(); err == nil {
		t.Errorf("%s: one more event: %s", name, e)
	}
}

// TestOlderRecordings plays the events of an older recording to three clients with ALL. Unless the
// environment says where the whole recording is, it is a part.
func TestOlderRecordings(t *testing.T) {
	var want [3][]string
	for i, form := range formats {
		var err error
		if want[i], err = switchsim.SplitEvents(readRecording(t, form)); err != nil {
			t.Fatal(err)
		}
	}
	played, err := switchsim.ParseEvents(strings.Join(want[1], ""))
	if err != nil {
		t.Fatal(err)
	}
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		var clients []*client
		for _, form := range formats {
			c := r.client()
			c.want("event "+form+" ALL", "+OK event listener enabled "+form)
			clients = append(clients, c)
		}
		r.Play(switchsim.Prepare(played...)...)
		for i, form := range formats {
			expectFrames(t, form, clients[i], want[i])
		}
		t.Logf("%d events in %d formats", len(played), len(formats))
	}, events, both)
}

// formats are the formats of events.
var formats = [3]string{"plain", "json", "xml"}

// readRecording returns an older recording in a format.
func readRecording(t *testing.T, form string) string {
	t.Helper()
	if dir := os.Getenv("ESLGUARD_SHARING_STREAMS"); dir != "" {
		b, err := os.ReadFile(filepath.Join(dir, "events-"+form+".s2c"))
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(b), "\n\n") // after the answer to event
		return text
	}
	f, err := os.Open("../../event/testdata/events-" + form + ".s2c.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
