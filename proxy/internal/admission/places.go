package admission

import (
	"container/list"
	"net/netip"
	"time"
)

// A Place is the place of one connection among those that have not logged in. The zero Place is of
// a connection without a source.
type Place struct {
	// Source is where the connection comes from, see SourceOf.
	Source netip.Prefix
	// Since is when the connection began.
	Since time.Time
	// Lost is for the caller of Places.Take: it ends the connection that has lost its place. The
	// package does not call it.
	Lost func()

	taken bool
	// idle is the element of the source's list. Nil once the login has come.
	idle *list.Element
}

// Places limits the connections that have not logged in, all of them and those of one source. A new
// connection that finds no place takes that of the one that has sent nothing for longest: of its
// own source if that has as many as it may have, or else of the source that has most. So a client
// that takes places and does not log in keeps out no other source, and its own only as long as a
// login takes to arrive. A connection whose login is being checked keeps its place; one whose login
// is refused and not answered yet is the first to lose it. Places is not safe for concurrent use.
// It must be made with NewPlaces.
type Places struct {
	max, maxPerSource int
	n                 int
	sources           map[netip.Prefix]*source
}

// A source is an address from which connections come that have not logged in.
type source struct {
	n int
	// idle are the *Place whose login has not come, the oldest first.
	idle list.List
}

// NewPlaces returns Places for maxAll connections, maxPerSource of them from one source.
func NewPlaces(maxAll, maxPerSource int) Places {
	return Places{max: maxAll, maxPerSource: min(maxAll, maxPerSource), sources: make(map[netip.Prefix]*source)}
}

// Taken returns how many places are taken.
func (p *Places) Taken() int { return p.n }

// Take takes pl for a new connection. gone is the place that another connection has lost for that,
// nil for none; the caller ends that connection. Take returns false if there is no place.
func (p *Places) Take(pl *Place) (gone *Place, ok bool) {
	src := p.sources[pl.Source]
	var from *source
	if src != nil && src.n >= p.maxPerSource {
		from = src
	} else if p.n >= p.max {
		from = p.largest()
	}
	full := p.n >= p.max || src != nil && src.n >= p.maxPerSource
	if full && (from == nil || from.idle.Len() == 0 || src != nil && src.n > from.n) {
		return nil, false
	}
	if full {
		gone = from.idle.Front().Value.(*Place)
		p.Leave(gone)
	}
	if src = p.sources[pl.Source]; src == nil { // it may have lost its last place
		src = new(source)
		p.sources[pl.Source] = src
	}
	p.n++
	src.n++
	pl.idle = src.idle.PushBack(pl)
	pl.taken = true
	return gone, true
}

// largest returns the source that has most places, among those with an idle connection; if there
// are several, the one with the oldest idle connection. It returns nil if no connection is idle.
func (p *Places) largest() (best *source) {
	for _, src := range p.sources {
		if src.idle.Len() == 0 {
			continue
		}
		if best == nil || src.n > best.n || src.n == best.n && oldest(src).Before(oldest(best)) {
			best = src
		}
	}
	return best
}

// oldest returns when the oldest idle connection of a source began.
func oldest(s *source) time.Time { return s.idle.Front().Value.(*Place).Since }

// Keep makes pl safe from other connections while its login is checked. It returns false if pl has
// been lost.
func (p *Places) Keep(pl *Place) bool {
	if !pl.taken {
		return false
	}
	p.unlist(pl)
	return true
}

// Yield lets other connections take pl again, before any other place: its login has been refused.
func (p *Places) Yield(pl *Place) {
	if pl.taken && pl.idle == nil {
		pl.idle = p.sources[pl.Source].idle.PushFront(pl)
	}
}

// Leave frees pl, if it is taken.
func (p *Places) Leave(pl *Place) {
	if !pl.taken {
		return
	}
	p.unlist(pl)
	pl.taken = false
	p.n--
	src := p.sources[pl.Source]
	if src.n--; src.n == 0 {
		delete(p.sources, pl.Source)
	}
}

// unlist removes pl from those that can be lost.
func (p *Places) unlist(pl *Place) {
	if pl.idle != nil {
		p.sources[pl.Source].idle.Remove(pl.idle)
		pl.idle = nil
	}
}

// Scarce reports whether more than half of the places are taken, of all or of one source.
func (p *Places) Scarce(from netip.Prefix) bool {
	src := p.sources[from]
	return p.n > p.max/2 || src != nil && src.n > p.maxPerSource/2
}
