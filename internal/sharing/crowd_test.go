package sharing_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/capture"
	"eslguard/proxy"
)

// TestManyListeners plays a recording to 100 clients with ALL, in all formats. The switch has one
// event connection, and every client is sent every byte.
func TestManyListeners(t *testing.T) {
	recording, err := capture.Tenants()
	if err != nil {
		t.Fatal(err)
	}
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		var reading sync.WaitGroup
		for i := range 100 {
			form := []string{"plain", "json", "xml"}[i%3]
			want := [][]string{recording.Plain, recording.JSON, recording.XML}[i%3][:200]
			c := r.client()
			c.want("event "+form+" ALL", "+OK event listener enabled "+form)
			reading.Go(func() {
				for j, w := range want {
					if e, err := c.Event(); err != nil || e.String() != w {
						t.Errorf("client %d: event %d is %.300q, %v; want %.300q", i, j, e, err, w)
						return
					}
				}
			})
		}
		r.Play(switchsim.Prepare(recording.Events[:200]...)...)
		reading.Wait()
		if n := r.PeakListeners(); n != 1 {
			t.Errorf("the switch had %d listeners at a time, want 1", n)
		}
	}, events, both)
}

// TestSlowListener has a client that does not read. It is closed when too much waits for it, and
// others are not affected.
func TestSlowListener(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRigWith(t, m, switchsim.Options{}, func(s *proxy.Server) { s.MaxHeld = 4 << 20 })
		slow, late, quick := r.client(), r.client(), r.client()
		for _, c := range []*client{slow, late, quick} {
			c.want("event plain DTMF", "+OK event listener enabled plain")
		}
		load := strings.Repeat("x", 64<<10)
		play := func(first, n int) {
			for i := range n {
				r.Play(switchsim.Prepare(made(header("Number", fmt.Sprint(first+i)), header("Load", load)))...)
				quick.events(first + i)
			}
		}
		const some, many = 30, 600
		play(1, some) // 2 MB, so none is lost
		for i := range some {
			late.events(i + 1)
		}
		var reading sync.WaitGroup
		reading.Go(func() {
			for i := range many {
				if e, err := late.Event(); err != nil || number(e.String()) != some+1+i {
					t.Errorf("event %d: %.100q, %v", some+1+i, e, err)
					return
				}
			}
		})
		play(some+1, many)
		reading.Wait()
		for last := 0; ; last++ {
			e, err := slow.Event()
			if err != nil {
				break // cut off
			}
			if n := number(e.String()); n != last+1 {
				t.Fatalf("the slow client is sent event %d after %d", n, last)
			}
		}
		late.untilSync()
	}, events, both)
}

// TestFilters refuses what RE2 cannot compile, unless the session is attached to a channel, and
// closes a session whose filters cost too much.
func TestFilters(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		r.AddChannel(mine, nil)
		attached := r.client()
		attached.want("myevents "+mine, "+OK Events Enabled")
		attached.want("filter A /(?=a)b/", "+OK filter added. [A]=[/(?=a)b/]")
		other, c := r.client(), r.client()
		other.want("event plain DTMF", "+OK event listener enabled plain")
		other.want("filter Number /^[0-9]+$/", "+OK filter added. [Number]=[/^[0-9]+$/]")
		for expression, reason := range map[string]string{
			`/(?<=a)b/`: "RE2 cannot compile the regular expression, invalid", `/(a)\1/`: "invalid escape sequence", `/(/`: "missing closing",
		} {
			got := c.command("filter A " + expression)
			if !strings.HasPrefix(got, "-ERR refused, filter-expression, ") || !strings.Contains(got, reason) {
				t.Errorf("filter A %s is answered %q, want %q", expression, got, reason)
			}
		}
		c.want("event plain DTMF", "+OK event listener enabled plain")
		c.want("filter delete all", "+OK filter deleted. [all][]")
		r.Play(numbered(1))
		c.events(1)
		other.events(1)
		for i := range 40 {
			f := fmt.Sprintf(`/x.x.x.x.x.x.z%d/`, i)
			c.want("filter Load "+f, "+OK filter added. [Load]=["+f+"]")
		}
		long := strings.Repeat("x", 1<<20)
		for n := 2; n < 40; n++ {
			r.Play(switchsim.Prepare(made(header("Number", fmt.Sprint(n)), header("Load", long)))...)
			other.events(n)
		}
		c.wantNotice("")
		r.Play(numbered(40))
		other.events(40)
	}, events, both)
}

// TestUnsharedConnections shares connections and not events: listeners keep their connections.
func TestUnsharedConnections(t *testing.T) {
	r := newRig(t, connections)
	recording, err := capture.Tenants()
	if err != nil {
		t.Fatal(err)
	}
	var clients []*client
	for range 3 {
		c := r.client()
		c.want("event json ALL", "+OK event listener enabled json")
		clients = append(clients, c)
	}
	if n := r.Listeners(); n != len(clients) {
		t.Errorf("the switch has %d listeners, want %d", n, len(clients))
	}
	r.Play(switchsim.Prepare(recording.Events...)...)
	for i, c := range clients {
		expectFrames(t, fmt.Sprint("client ", i), c, recording.JSON)
	}
}
