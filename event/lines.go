package event

import "eslguard/catalog"

// Lines returns the commands that give a fresh connection the same subscription, format and filters
// as s. It returns nil if s is what a fresh connection has. The filters are first, so that no event
// arrives that they do not let through. myevents is not among the commands.
func (s *Subscription) Lines() []string {
	var lines []string
	for i := range s.filters {
		f := &s.filters[i]
		lines = append(lines, "filter add "+f.name+" "+f.value)
	}
	return s.eventLines(lines)
}

// eventLines appends the commands for the events and the format.
func (s *Subscription) eventLines(lines []string) []string {
	head := "event " + s.format.String()
	custom := head + " " + catalog.EventCustom.String()
	if !s.listening {
		if s.format == Plain {
			return lines
		}
		// FreeSWITCH refuses event with a format alone, so subscribe to something that brings no
		// events.
		return append(lines, custom, "noevents")
	}
	names := s.subclasses()
	if s.all {
		reserved := catalog.ReservedSubclasses()
		lines = append(lines, head+" ALL")
		lines = appendLines(lines, "nixevent CUSTOM", "nixevent CUSTOM", missing(reserved, names))
		return appendLines(lines, custom, custom, missing(names, reserved))
	}
	n := Need{Types: s.types}
	switch {
	case s.types.Has(catalog.EventCustom):
		n.Subclasses = names
	case len(names) > 0: // nixevent ALL takes CUSTOM and leaves the subclasses
		lines = append(appendLines(lines, custom, custom, names), "nixevent ALL")
	case s.types == TypeSet{}:
		lines = append(lines, custom, "nixevent ALL") // for the format
	}
	return append(lines, n.lines(head)...)
}
