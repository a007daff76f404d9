package admission

import (
	"errors"
	"sync"
)

// SessionDescriptors is how many file descriptors a session may have: its client's connection and
// the one to FreeSWITCH. A recording takes one more.
const SessionDescriptors = 2

var (
	// ErrFull is the error about a new connection that no place is left for.
	ErrFull = errors.New("too many connections")
	// ErrDescriptors is the error about a new connection that too few descriptors are left for.
	ErrDescriptors = errors.New("too many connections for the limit of open files")
	// ErrNoDescriptor is the error about a recording that no descriptor is left for.
	ErrNoDescriptor = errors.New("no file descriptor is left for a recording: see the limit of open files")
)

// Options are the limits of Sessions.
type Options struct {
	// MaxSessions is how many sessions there may be.
	MaxSessions int
	// MaxDescriptors is how many file descriptors they may have together. Zero: no limit.
	MaxDescriptors int
	// MaxUnknown is how many of them may wait without having logged in, and MaxUnknownOf how many
	// of these may come from one source. Both are lower if descriptors are few.
	MaxUnknown, MaxUnknownOf int
}

// Sessions limits how many sessions there are: in all, of one client, without a login, and by the
// file descriptors that they need. It must be made with NewSessions. It is safe for use by several
// goroutines.
type Sessions struct {
	maxSessions, maxDescriptors int

	mu     sync.Mutex
	n      int
	places Places // of sessions that have not logged in
	// descriptors is how many file descriptors are counted to all sessions.
	descriptors int
	byClient    map[string]int // sessions of each client
}

// A Session is what Sessions knows of one session. Its mutex guards all fields but Client.
type Session struct {
	// Place is the place of a session that has not logged in.
	Place Place
	// Client is the client that the session counts for, "" before login. The session's own
	// goroutine, which alone calls Admit, reads it without the lock.
	Client string
	// descriptors is how many file descriptors are counted to the session.
	descriptors int
	// uncounted is true once the session counts neither for its client nor for its place.
	uncounted bool
}

// NewSessions returns a Sessions with these limits.
func NewSessions(o Options) *Sessions {
	return &Sessions{
		maxSessions: o.MaxSessions, maxDescriptors: o.MaxDescriptors,
		places: NewPlaces(o.unknownPlaces()), byClient: make(map[string]int),
	}
}

// unknownShare is the part of all sessions that may wait without having logged in if descriptors
// are few, and the part of these that may come from one address: one in unknownShare.
const unknownShare = 4

// minUnknownOf is how many of them may always come from one address.
const minUnknownOf = 4

// unknownPlaces returns how many places there are for connections that have not logged in, and for
// those of one address: few enough that they leave descriptors to others.
func (o *Options) unknownPlaces() (maxAll, maxPerSource int) {
	maxAll, maxPerSource = o.MaxUnknown, o.MaxUnknownOf
	if o.MaxDescriptors > 0 {
		maxAll = min(maxAll, max(o.MaxDescriptors/SessionDescriptors/unknownShare, 1))
		maxPerSource = min(maxPerSource, max(maxAll/unknownShare, minUnknownOf))
	}
	return maxAll, maxPerSource
}

// Add counts a new session. gone is the place that another session has lost for that, nil for none;
// the caller ends that session. The error is ErrFull or ErrDescriptors.
func (s *Sessions) Add(e *Session) (gone *Place, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n >= s.maxSessions {
		return nil, ErrFull
	}
	if !s.countDescriptors(e, SessionDescriptors) {
		return nil, ErrDescriptors
	}
	gone, ok := s.places.Take(&e.Place)
	if !ok {
		s.descriptors -= e.descriptors
		return nil, ErrFull
	}
	s.n++
	return gone, nil
}

// Admit counts a session for a client that may have at most that many. It returns false if the
// client has as many sessions as it may.
func (s *Sessions) Admit(e *Session, client string, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byClient[client] >= most {
		return false
	}
	s.byClient[client]++
	s.places.Leave(&e.Place)
	e.Client = client
	return true
}

// Uncount frees a session's place for others. It is called before the client can see the end of its
// connection, since it may connect again at once.
func (s *Sessions) Uncount(e *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uncount(e)
}

// uncount implements Uncount. The caller holds mu.
func (s *Sessions) uncount(e *Session) {
	if e.uncounted {
		return
	}
	e.uncounted = true
	if e.Client == "" {
		s.places.Leave(&e.Place)
	} else if s.byClient[e.Client]--; s.byClient[e.Client] == 0 {
		delete(s.byClient, e.Client)
	}
}

// Remove counts a session no longer. It must be called once after each Add without an error.
func (s *Sessions) Remove(e *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uncount(e)
	s.n--
	s.descriptors -= e.descriptors
}

// KeepPlace makes the place of e safe while its login is checked. It returns false if e has lost it
// to another connection.
func (s *Sessions) KeepPlace(e *Session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places.Keep(&e.Place)
}

// YieldPlace lets others take the place of e, whose login has been refused.
func (s *Sessions) YieldPlace(e *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places.Yield(&e.Place)
}

// Scarce reports whether places for connections from the source of e are scarce.
func (s *Sessions) Scarce(e *Session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places.Scarce(e.Place.Source)
}

// countDescriptors counts n descriptors to a session. It returns false if fewer are left. The
// caller holds mu.
func (s *Sessions) countDescriptors(e *Session, n int) bool {
	if s.maxDescriptors > 0 && s.descriptors+n > s.maxDescriptors {
		return false
	}
	s.descriptors += n
	e.descriptors += n
	return true
}

// CountRecording counts one more descriptor to a session that is to be recorded. The error is
// ErrNoDescriptor.
func (s *Sessions) CountRecording(e *Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.countDescriptors(e, 1) {
		return ErrNoDescriptor
	}
	return nil
}

// A Usage is how much of the limits is in use.
type Usage struct {
	// Sessions is how many sessions there are, and Unknown how many of them have not logged in.
	Sessions, Unknown int
	// Clients is how many clients have a session.
	Clients int
	// Descriptors is how many file descriptors are counted.
	Descriptors int
}

// Usage returns how much is in use now.
func (s *Sessions) Usage() Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Usage{Sessions: s.n, Unknown: s.places.Taken(), Clients: len(s.byClient), Descriptors: s.descriptors}
}
