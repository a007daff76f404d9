package proxy

import (
	"container/list"
	"net/netip"
	"time"
)

// reasonCrowded is why a connection that has not logged in is closed for another one.
const reasonCrowded = "too many connections that have not logged in"

// places are those of the connections that have not logged in: so many for all, and so many for one
// source, which is an IPv4 address or the IPv6 /64 of a host. A new connection that finds no place
// takes that of the one that has said nothing for longest, of its own source where that has all it
// may have, or else of the source that has most. So whoever takes places and does not log in keeps
// out no other source, and its own only as long as a login takes to arrive. A connection whose
// login is being checked keeps its place; one whose login is refused and not answered yet is the
// first to lose it. Server.mu guards it.
type places struct {
	most, mostOf int
	n            int
	sources      map[netip.Prefix]*source
}

// A source is where connections come from that have not logged in.
type source struct {
	n int
	// idle are the *session of those whose login has not come, the oldest first.
	idle list.List
}

func newPlaces(most, mostOf int) places {
	return places{most: most, mostOf: min(most, mostOf), sources: make(map[netip.Prefix]*source)}
}

// take gives se a place. gone is the session that has lost its own for that, nil for none; the
// caller ends it. It returns false if there is no place.
func (p *places) take(se *session) (gone *session, ok bool) {
	src := p.sources[se.source]
	var from *source
	if src != nil && src.n >= p.mostOf {
		from = src
	} else if p.n >= p.most {
		from = p.largest()
	}
	full := p.n >= p.most || src != nil && src.n >= p.mostOf
	if full && (from == nil || from.idle.Len() == 0 || src != nil && src.n > from.n) {
		return nil, false
	}
	if full {
		gone = from.idle.Front().Value.(*session)
		p.leave(gone)
	}
	if src = p.sources[se.source]; src == nil { // it may have lost its last
		src = new(source)
		p.sources[se.source] = src
	}
	p.n++
	src.n++
	se.place = src.idle.PushBack(se)
	se.placed = true
	return gone, true
}

// largest returns the source that has most places, of those with an idle connection; of several
// that with the oldest one. It returns nil if no connection is idle.
func (p *places) largest() (best *source) {
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
func oldest(s *source) time.Time { return s.idle.Front().Value.(*session).begun }

// keep makes the place of se safe from others. It returns false if se has lost it.
func (p *places) keep(se *session) bool {
	if !se.placed {
		return false
	}
	p.unlist(se)
	return true
}

// leave makes the place of se free, if it has one.
func (p *places) leave(se *session) {
	if !se.placed {
		return
	}
	p.unlist(se)
	se.placed = false
	p.n--
	src := p.sources[se.source]
	if src.n--; src.n == 0 {
		delete(p.sources, se.source)
	}
}

// unlist takes se out of those that can lose their places.
func (p *places) unlist(se *session) {
	if se.place != nil {
		p.sources[se.source].idle.Remove(se.place)
		se.place = nil
	}
}

// yield lets others take the place of se again, before any other: its login has been refused.
func (p *places) yield(se *session) {
	if se.placed && se.place == nil {
		se.place = p.sources[se.source].idle.PushFront(se)
	}
}

// scarce reports whether more than half of the places are taken, of all or of the source of se.
func (p *places) scarce(se *session) bool {
	src := p.sources[se.source]
	return p.n > p.most/2 || src != nil && src.n > p.mostOf/2
}

// hurriedLogin is the part of the time for a login that is left where places are scarce.
const hurriedLogin = 4

// loginTime returns how long se has to log in.
func (s *Server) loginTime(se *session) time.Duration {
	limit := orDefault(s.LoginTimeout, DefaultLoginTimeout)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.places.scarce(se) {
		return limit / hurriedLogin
	}
	return limit
}

// keepPlace makes the place of se safe while its login is checked. It returns false if se has lost
// it to another connection.
func (s *Server) keepPlace(se *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places.keep(se)
}

// yieldPlace lets others take the place of se, whose login has been refused.
func (s *Server) yieldPlace(se *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places.yield(se)
}

// place counts a new connection. Without an error it has a place, for which gone, unless it is nil,
// has lost its own.
func (s *Server) place(se *session) (gone *session, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return nil, ErrServerClosed
	case len(s.sessions) >= orDefault(s.MaxSessions, DefaultMaxSessions):
		return nil, errFull
	case !s.takeDescriptors(se, SessionDescriptors):
		return nil, errDescriptors
	}
	gone, ok := s.places.take(se)
	if !ok {
		s.descriptors -= se.descriptors
		return nil, errFull
	}
	s.sessions[se] = struct{}{}
	s.wg.Add(1)
	return gone, nil
}
