package proxy

import "errors"

// SessionDescriptors is how many file descriptors a session may have: its client's connection and
// that to FreeSWITCH. A recording takes one more.
const SessionDescriptors = 2

// errDescriptors says that too few descriptors are left for a connection, errNoDescriptor that none
// is left for a recording.
var (
	errDescriptors  = errors.New("too many connections for the limit of open files")
	errNoDescriptor = errors.New("no file descriptor is left for a recording: see the limit of open files")
)

// unknownShare is the part of all sessions that may wait without having logged in where descriptors
// are few, and the part of these that may be of one address.
const unknownShare = 4

// minUnknownOf is how many of them one address may always have.
const minUnknownOf = 4

// SessionsWithin returns how many sessions there may be with so many descriptors, none of them
// recorded whole.
func SessionsWithin(descriptors int) int { return descriptors / SessionDescriptors }

// unknownPlaces returns how many places there are for connections that have not logged in, and for
// those of one address: few enough that they leave descriptors to others.
func (s *Server) unknownPlaces() (most, mostOf int) {
	most, mostOf = orDefault(s.MaxUnknown, DefaultMaxUnknown), orDefault(s.MaxUnknownOf, DefaultMaxUnknownOf)
	if s.MaxDescriptors > 0 {
		most = min(most, max(SessionsWithin(s.MaxDescriptors)/unknownShare, 1))
		mostOf = min(mostOf, max(most/unknownShare, minUnknownOf))
	}
	return most, mostOf
}

// takeDescriptors counts n descriptors to se. It returns false if there are not so many. The caller
// holds mu.
func (s *Server) takeDescriptors(se *session, n int) bool {
	if s.MaxDescriptors > 0 && s.descriptors+n > s.MaxDescriptors {
		return false
	}
	s.descriptors += n
	se.descriptors += n
	return true
}

// takeDescriptor counts one more descriptor to a session that there is.
func (s *Server) takeDescriptor(se *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.takeDescriptors(se, 1) {
		return errNoDescriptor
	}
	return nil
}
