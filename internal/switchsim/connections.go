package switchsim

import (
	"cmp"
	"slices"
)

// A Connection describes a connection that a client has made.
type Connection struct {
	// ID is 1 for the first connection, 2 for the second, and so on.
	ID int
	// Open reports whether it is open, LoggedIn whether the client has logged in, and Listening
	// whether it has events on. The last is false after its end.
	Open, LoggedIn, Listening bool
	// Commands are the texts of the commands that were read after the login, as in
	// Switch.Commands.
	Commands []string
}

// Connections returns all connections, open or not, in the order in which they were made. With
// Options.Quiet, it returns only those that are open, and no commands. Forget and Clear do not
// affect it.
func (s *Switch) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.ended)
	for c := range s.sessions {
		d := c.describe()
		d.Open = true
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b Connection) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// describe describes the session. The caller has locked c.sw.mu.
func (c *session) describe() Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Connection{ID: c.id, LoggedIn: c.authed, Listening: c.subs.Events, Commands: slices.Clone(c.commands)}
}

// Listeners returns how many sessions have events on now.
func (s *Switch) Listeners() int { return int(s.core.Listening.Load()) }

// PeakListeners returns the largest number of sessions that had events on at a time.
func (s *Switch) PeakListeners() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peakListeners
}

// listening notes that a session has turned its events on or off.
func (s *Switch) listening() {
	defer s.core.Wake() // without mu, as in track
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peakListeners = max(s.peakListeners, s.Listeners())
}
