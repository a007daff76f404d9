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
	if !s.listening {
		if s.format == Plain {
			return lines
		}
		// FreeSWITCH refuses event with a format alone, so subscribe to something that brings no
		// events.
		return append(lines, head+" CUSTOM", "noevents")
	}
	names := s.subclasses()
	if s.all {
		reserved := catalog.ReservedSubclasses()
		lines = append(lines, head+" ALL")
		lines = appendLines(lines, "nixevent CUSTOM", missing(reserved, names))
		return appendLines(lines, head+" CUSTOM", missing(names, reserved))
	}
	lines = appendLines(lines, head+" CUSTOM", names)
	if !s.types.Has(catalog.EventCustom) && (len(names) > 0 || s.types == TypeSet{}) {
		if len(names) == 0 {
			lines = append(lines, head+" CUSTOM") // for the format
		}
		lines = append(lines, "nixevent ALL") // takes CUSTOM and leaves the subclasses
	}
	n := Need{Types: s.types}
	if len(names) > 0 {
		n.Types = n.Types.minus(customType)
	}
	return append(lines, n.lines(head)...)
}
