package proxy

import (
	"net"
	"sync"

	"eslguard/proxy/internal/admission"
)

// SessionDescriptors is how many file descriptors a session may have: its client's connection and
// the one to FreeSWITCH. A recording takes one more.
const SessionDescriptors = admission.SessionDescriptors

// SessionsWithin returns how many sessions there may be with that many file descriptors, if none of
// them is recorded whole.
func SessionsWithin(descriptors int) int { return descriptors / SessionDescriptors }

// A roster has the listeners and the sessions of a Server. It must be initialized with init. It is
// safe for use by several goroutines.
type roster struct {
	// admission limits how many sessions there are.
	admission *admission.Sessions

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	wg        sync.WaitGroup // sessions
}

func (r *roster) init(limits *admission.Sessions) {
	r.admission = limits
	r.listeners = make(map[net.Listener]struct{})
	r.sessions = make(map[*session]struct{})
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
// The error is ErrServerClosed, or that of the limits.
func (r *roster) add(se *session) (gone *admission.Place, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return nil, ErrServerClosed
	}
	if gone, err = r.admission.Add(&se.entry); err != nil {
		return nil, err
	}
	r.sessions[se] = struct{}{}
	r.wg.Add(1)
	return gone, nil
}

// remove removes a session that has ended.
func (r *roster) remove(se *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sessions, se)
	r.admission.Remove(&se.entry)
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
