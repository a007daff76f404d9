package proxy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// A crowd plays connections that take places. They are named by their address and a letter, as in
// 1a.
type crowd struct {
	t      *testing.T
	places places
	by     map[string]*session
	now    time.Time
}

func newCrowd(t *testing.T, most, mostOf int) *crowd {
	return &crowd{t: t, places: newPlaces(most, mostOf), by: make(map[string]*session), now: time.Unix(1e9, 0)}
}

// come lets a connection come and returns which one had to go for it, "" for none, or "full".
func (c *crowd) come(name string) string {
	addr := netip.AddrFrom4([4]byte{10, 0, 0, name[0]})
	c.now = c.now.Add(time.Millisecond)
	se := &session{source: sourceOf(addr), begun: c.now}
	gone, ok := c.places.take(se)
	if !ok {
		return "full"
	}
	c.by[name] = se
	for other, of := range c.by {
		if of == gone {
			delete(c.by, other)
			return other
		}
	}
	return ""
}

// check compares the places with the connections that are there.
func (c *crowd) check() {
	c.t.Helper()
	n, of := 0, make(map[netip.Prefix]int)
	for _, se := range c.by {
		if se.placed {
			n++
			of[se.source]++
		}
	}
	if n != c.places.n || len(of) != len(c.places.sources) || n > c.places.most {
		c.t.Errorf("%d places of %d sources are taken, want %d of %d", c.places.n, len(c.places.sources), n, len(of))
	}
	for source, n := range of {
		if got := c.places.sources[source]; got.n != n || n > c.places.mostOf {
			c.t.Errorf("%v has %d places, want %d", source, got.n, n)
		}
	}
}

// TestPlaces: who has to go for whom.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name         string
		most, mostOf int
		steps        string // NAME comes, NAME>OTHER comes and the other goes, NAME! comes and finds none, +NAME sends its login, ~NAME is refused, -NAME ends
	}{
		{"an address has all it may have", 9, 2, "1a 1b 1c>1a 1d>1b 2a 2b 2c>2a"},
		{"a login on its way is safe", 9, 2, "1a 1b +1a 1c>1b +1c 1d! 2a"},
		{"the end of another makes room", 9, 2, "1a 1b -1a 1c 1d>1b"},
		{"the largest gives a place", 4, 3, "1a 1b 1c 2a 2b>1a 3a>1b"},
		{"among equals the oldest goes", 3, 3, "1a 2a 3a 4a>1a 5a>2a"},
		{"the largest takes its own", 4, 4, "2a 1a 1b 1c 1d>1a 1e>1b"},
		{"who has most and has no idle one", 4, 4, "1a 1b 1c 2a +1a +1b +1c 1d! 3a>2a"},
		{"all are busy", 2, 2, "1a 2a +1a +2a 3a! 1b! -2a 3b"},
		{"a refused login is the first to go", 9, 2, "1a 1b +1b 1c>1a ~1b 1d>1b"},
		{"a refused login that has gone", 9, 2, "1a +1a -1a 1b"},
		{"the last of a source goes", 1, 1, "1a 2a>1a 2b>2a 1b>2b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCrowd(t, test.most, test.mostOf)
			for step := range strings.FieldsSeq(test.steps) {
				switch name, other, swap := strings.Cut(step, ">"); {
				case step[0] == '+':
					if !c.places.keep(c.by[step[1:]]) {
						t.Errorf("%s: it has no place", step)
					}
				case step[0] == '~':
					c.places.yield(c.by[step[1:]])
				case step[0] == '-':
					c.places.leave(c.by[step[1:]])
					c.places.leave(c.by[step[1:]]) // again changes nothing
					delete(c.by, step[1:])
				default:
					want := other
					if full, ok := strings.CutSuffix(name, "!"); ok && !swap {
						name, want = full, "full"
					}
					if got := c.come(name); got != want {
						t.Errorf("%s: %q had to go", step, got)
					}
				}
				c.check()
			}
		})
	}
}

// TestSilentConnectionsKeepOutNobody: neither from their own address nor from others, and they are
// told to the operator.
func TestSilentConnectionsKeepOutNobody(t *testing.T) {
	for _, test := range []struct {
		name         string
		most, mostOf int
	}{
		{"the address has all it may have", 1000, 8},
		{"all places are taken", 8, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, anything, func(s *Server) { s.MaxUnknown, s.MaxUnknownOf = test.most, test.mostOf })
			var silent []*client
			for range 20 {
				silent = append(silent, g.greeted(t))
			}
			for range 20 {
				g.loggedIn(t)
			}
			for i, c := range silent[:12] {
				if got, err := c.read(); err == nil {
					t.Errorf("silent connection %d is still there, and got %q", i, got)
				}
			}
			if !strings.Contains(g.log.String(), reasonCrowded) {
				t.Error("the operator does not hear of it")
			}
			g.Close()
			counted := 0
			for _, r := range g.records(t, "session") {
				if r["reason"] == reasonCrowded {
					counted += times(r)
				}
			}
			if counted < 12 {
				t.Errorf("%d connections are recorded as closed for others, want 12 or more", counted)
			}
		})
	}
}

// TestScarcePlacesHurryLogins: where more than half of the places are taken a login has less time.
func TestScarcePlacesHurryLogins(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.MaxUnknown, s.MaxUnknownOf, s.LoginTimeout = 8, 4, time.Minute })
	g.setUp()
	var got []time.Duration
	for i, addr := range []string{"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.2"} {
		se := &session{source: sourceOf(netip.MustParseAddr(addr)), begun: time.Unix(int64(i), 0)}
		g.mu.Lock()
		_, ok := g.places.take(se)
		g.mu.Unlock()
		if !ok {
			t.Fatalf("no place for connection %d", i)
		}
		got = append(got, g.loginTime(se))
	}
	const all, less = time.Minute, time.Minute / hurriedLogin
	if want := []time.Duration{all, all, less, all, less, less}; !slices.Equal(got, want) {
		t.Errorf("the connections have %v, want %v", got, want)
	}
}

// TestPlacesAreGivenBack: whatever becomes of connections, none keeps a place.
func TestPlacesAreGivenBack(t *testing.T) {
	g := newGuard(t, anything, nil)
	for _, text := range []string{"", "x", "exit\n\n", "auth wrong\n\n", "auth " + clientSecret + "\n\n", "x\nContent-Length: 1\nContent-Length: 2\n\n"} {
		c := g.greeted(t)
		if text != "" {
			fmt.Fprint(c, text)
			if strings.Contains(text, "\n") {
				c.frame()
			}
		}
		c.Close()
	}
	await(t, "all sessions end", func() bool { return g.Sessions() == 0 })
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.places.n != 0 || len(g.places.sources) != 0 {
		t.Errorf("%d places of %d sources are taken", g.places.n, len(g.places.sources))
	}
}
