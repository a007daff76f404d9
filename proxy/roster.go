package proxy

import (
	"cmp"
	"errors"
	"net"
	"sync"

	"eslguard/policy"
	"eslguard/proxy/internal/admission"
)

// SessionDescriptors is how many file descriptors a session may have: its client's connection and
// the one to FreeSWITCH. A recording takes one more.
const SessionDescriptors = 2

var (
	// errFull is the error about a new connection that no place is left for.
	errFull = errors.New("too many connections")
	// errDescriptors is the error about a new connection that too few descriptors are left for.
	errDescriptors = errors.New("too many connections for the limit of open files")
	// errNoDescriptor is the error about a recording that no descriptor is left for.
	errNoDescriptor = errors.New("no file descriptor is left for a recording: see the limit of open files")
)

// A roster has the listeners and the sessions of a Server, and limits how many sessions there are:
// in all, of one client, without a login, and by the file descriptors that they need. It must be
// initialized with init. It is safe for use by several goroutines.
type roster struct {
	maxSessions, maxDescriptors int

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	places    admission.Places // of sessions that have not logged in
	// descriptors is how many file descriptors are counted to all sessions.
	descriptors int
	byClient    map[string]int // sessions of each client
	wg          sync.WaitGroup // sessions
}

// A rosterEntry is what the roster knows of one session. The roster's mutex guards it.
type rosterEntry struct {
	place admission.Place
	// descriptors is how many file descriptors are counted to the session.
	descriptors int
	// client is the client that the session counts for, "" before login. The session's own
	// goroutine, which alone changes it, reads it without the lock.
	client string
	// uncounted is true once the session counts neither for its client nor for its place.
	uncounted bool
}

func (r *roster) init(maxSessions, maxDescriptors int, places admission.Places) {
	r.maxSessions, r.maxDescriptors, r.places = maxSessions, maxDescriptors, places
	r.listeners = make(map[net.Listener]struct{})
	r.sessions = make(map[*session]struct{})
	r.byClient = make(map[string]int)
}

// addListener returns false if the server is closing.
func (r *roster) addListener(l net.Listener) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return false
	}
	r.listeners[l] = struct{}{}
	return true
}

func (r *roster) removeListener(l net.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.listeners, l)
}

func (r *roster) isClosing() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closing
}

// close closes the listeners. No session is added any more.
func (r *roster) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closing = true
	for l := range r.listeners {
		l.Close()
	}
}

// wait waits until all sessions have ended.
func (r *roster) wait() { r.wg.Wait() }

// add adds a new session. gone is the place that another session has lost for that, nil for none.
func (r *roster) add(se *session) (gone *admission.Place, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closing:
		return nil, ErrServerClosed
	case len(r.sessions) >= r.maxSessions:
		return nil, errFull
	case !r.countDescriptors(&se.entry, SessionDescriptors):
		return nil, errDescriptors
	}
	gone, ok := r.places.Take(&se.entry.place)
	if !ok {
		r.descriptors -= se.entry.descriptors
		return nil, errFull
	}
	r.sessions[se] = struct{}{}
	r.wg.Add(1)
	return gone, nil
}

// admit counts a session for its client. It returns false if the client has as many sessions as it
// may.
func (r *roster) admit(se *session, client *policy.Client) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byClient[client.Name] >= client.Sessions {
		return false
	}
	r.byClient[client.Name]++
	r.places.Leave(&se.entry.place)
	se.entry.client = client.Name
	return true
}

// uncount frees a session's place for others. It is called before the client can see the end of its
// connection, since it may connect again at once.
func (r *roster) uncount(se *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := &se.entry
	if e.uncounted {
		return
	}
	e.uncounted = true
	if e.client == "" {
		r.places.Leave(&e.place)
	} else if r.byClient[e.client]--; r.byClient[e.client] == 0 {
		delete(r.byClient, e.client)
	}
}

// remove removes a session that has ended.
func (r *roster) remove(se *session) {
	r.uncount(se)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sessions, se)
	r.descriptors -= se.entry.descriptors
	r.wg.Done()
}

// count returns how many sessions there are.
func (r *roster) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sessions)
}

// all returns the sessions.
func (r *roster) all() []*session {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]*session, 0, len(r.sessions))
	for se := range r.sessions {
		all = append(all, se)
	}
	return all
}

// keepPlace makes the place of se safe while its login is checked. It returns false if se has lost
// it to another connection.
func (r *roster) keepPlace(se *session) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.places.Keep(&se.entry.place)
}

// yieldPlace lets others take the place of se, whose login has been refused.
func (r *roster) yieldPlace(se *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.places.Yield(&se.entry.place)
}

// scarce reports whether places for connections such as se are scarce.
func (r *roster) scarce(se *session) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.places.Scarce(se.entry.place.Source)
}

// countDescriptors counts n descriptors to a session. It returns false if fewer are left. The
// caller holds mu.
func (r *roster) countDescriptors(e *rosterEntry, n int) bool {
	if r.maxDescriptors > 0 && r.descriptors+n > r.maxDescriptors {
		return false
	}
	r.descriptors += n
	e.descriptors += n
	return true
}

// countRecording counts one more descriptor to a session that is to be recorded.
func (r *roster) countRecording(se *session) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.countDescriptors(&se.entry, 1) {
		return errNoDescriptor
	}
	return nil
}

// unknownShare is the part of all sessions that may wait without having logged in if descriptors
// are few, and the part of these that may come from one address: one in unknownShare.
const unknownShare = 4

// minUnknownOf is how many of them may always come from one address.
const minUnknownOf = 4

// SessionsWithin returns how many sessions there may be with that many file descriptors, if none of
// them is recorded whole.
func SessionsWithin(descriptors int) int { return descriptors / SessionDescriptors }

// unknownPlaces returns how many places there are for connections that have not logged in, and for
// those of one address: few enough that they leave descriptors to others.
func (s *Server) unknownPlaces() (maxAll, maxPerSource int) {
	maxAll, maxPerSource = cmp.Or(s.MaxUnknown, DefaultMaxUnknown), cmp.Or(s.MaxUnknownOf, DefaultMaxUnknownOf)
	if s.MaxDescriptors > 0 {
		maxAll = min(maxAll, max(SessionsWithin(s.MaxDescriptors)/unknownShare, 1))
		maxPerSource = min(maxPerSource, max(maxAll/unknownShare, minUnknownOf))
	}
	return maxAll, maxPerSource
}
