package command

// Attached returns the uuid of the channel that the session is attached to. It returns "" if there
// is none.
func (s *State) Attached() string { return s.attached }
