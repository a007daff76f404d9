package admission

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// A crowd plays connections that take places. They are named by their address and a letter: 1a.
type crowd struct {
	t      *testing.T
	places Places
	by     map[string]*Place
	now    time.Time
}

func newCrowd(t *testing.T, most, mostOf int) *crowd {
	return &crowd{t: t, places: NewPlaces(most, mostOf), by: make(map[string]*Place), now: time.Unix(1e9, 0)}
}

// come plays a new connection and returns the name of the one that lost its place for it, "" for
// none, or "full".
func (c *crowd) come(name string) string {
	addr := netip.AddrFrom4([4]byte{10, 0, 0, name[0]})
	c.now = c.now.Add(time.Millisecond)
	pl := &Place{Source: SourceOf(addr), Since: c.now}
	gone, ok := c.places.Take(pl)
	if !ok {
		return "full"
	}
	c.by[name] = pl
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
	for _, pl := range c.by {
		if pl.taken {
			n++
			of[pl.Source]++
		}
	}
	if n != c.places.n || len(of) != len(c.places.sources) || n > c.places.max {
		c.t.Errorf("%d places of %d sources are taken, want %d of %d", c.places.n, len(c.places.sources), n, len(of))
	}
	for source, n := range of {
		if got := c.places.sources[source]; got.n != n || n > c.places.maxPerSource {
			c.t.Errorf("%v has %d places, want %d", source, got.n, n)
		}
	}
}

// TestPlaces: which connection loses its place for which.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name         string
		most, mostOf int
		// steps are: NAME comes, NAME>OTHER comes and the other loses its place, NAME! comes and
		// finds none, +NAME sends its login, ~NAME is refused, -NAME ends.
		steps string
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
					if !c.places.Keep(c.by[step[1:]]) {
						t.Errorf("%s: it has no place", step)
					}
				case step[0] == '~':
					c.places.Yield(c.by[step[1:]])
				case step[0] == '-':
					c.places.Leave(c.by[step[1:]])
					c.places.Leave(c.by[step[1:]]) // again changes nothing
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
