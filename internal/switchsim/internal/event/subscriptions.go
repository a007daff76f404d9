package event

import (
	"regexp"
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/fstext"
)

// Subscriptions say which events and log lines a session is sent. The zero value is none.
type Subscriptions struct {
	Events bool // whether events are sent at all (LFLAG_EVENTS)
	Format Format
	Names  map[string]bool // names of events, and ALL
	Custom map[string]bool // subclasses of CUSTOM
	Filter frame.HeaderList
	Mine   bool   // myevents was given
	UUID   string // with Mine, the channel whose events are sent; "": all channels
	Log    bool   // whether log lines are sent
	Level  int    // the largest level of these
}

// Wants reports whether the session is sent an event (mod_event_socket.c, event_handler).
func (s *Subscriptions) Wants(e *Event) bool {
	if !s.Events {
		return false
	}
	if !s.Names["ALL"] {
		if !s.Names[e.Name] || e.Name == "CUSTOM" && e.Subclass != "" && !s.Custom[e.Subclass] {
			return false
		}
	}
	if len(s.Filter.Headers) > 0 && !s.passes(e) {
		return false
	}
	if s.Mine {
		uuid, ok := e.get("unique-id")
		owner, _ := e.get("Job-Owner-UUID")
		return ok && (s.UUID == "" || uuid == s.UUID) || s.UUID != "" && owner == s.UUID
	}
	return true
}

// passes reports whether the filters let an event pass. It must match one of the filters without a
// minus, and none of those with one.
func (s *Subscriptions) passes(e *Event) bool {
	send := false
	for _, h := range s.Filter.Headers {
		value, ok := e.get(h.Name)
		if !ok {
			continue
		}
		want, positive := h.Value, true
		for want != "" && strings.IndexByte("+- ", want[0]) >= 0 {
			if want[0] != ' ' {
				positive = want[0] == '+'
			}
			want = want[1:]
		}
		if send && positive {
			continue
		}
		match := false
		if strings.HasPrefix(h.Value, "/") {
			match = matchRegex(value, want)
		} else {
			match = fstext.EqualFold(value, want)
		}
		if match && !positive {
			return false
		}
		send = send || match
	}
	return send
}

// matchRegex matches a pattern written /re/ or /re/i. FreeSWITCH uses PCRE. A pattern that Go does
// not support never matches.
func matchRegex(value, pattern string) bool {
	pattern = strings.TrimPrefix(pattern, "/")
	flags := ""
	if i := strings.LastIndexByte(pattern, '/'); i >= 0 {
		if strings.Contains(pattern[i:], "i") {
			flags = "(?i)"
		}
		pattern = pattern[:i]
	}
	re, err := regexp.Compile(flags + pattern)
	return err == nil && re.MatchString(value)
}

// Add subscribes to one name. ALL also adds the subclasses in custom.
func (s *Subscriptions) Add(name string, custom map[string]bool) {
	s.Names[name] = true
	if name != "ALL" {
		return
	}
	for _, n := range Names {
		s.Names[n] = true
	}
	for sub := range custom {
		s.Custom[sub] = true
	}
}
