package event

import (
	"regexp"
	"strings"
	"unicode/utf8"

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

	compiled map[string]*regexp.Regexp // the expressions of filters; nil: never matches
}

// Wants reports whether the session is sent an event (mod_event_socket.c, event_handler). It must
// not be called by several goroutines at a time.
func (s *Subscriptions) Wants(e *Fired) bool {
	if !s.Events {
		return false
	}
	if !s.Names["ALL"] {
		if !s.Names[e.name] || e.name == "CUSTOM" && e.subclass != nil && !s.Custom[*e.subclass] {
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

// passes reports whether the filters let an event pass. They are compared in order. A filter
// without a minus that matches lets the event pass. One with a minus that matches drops it and ends
// the comparison.
func (s *Subscriptions) passes(e *Fired) bool {
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
			match = s.matchRegex(value, want)
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

// matchRegex matches an expression that is written /re/ or /re/ with the flags i and s
// (switch_regex.c, switch_regex_perform). Without a slash at its end it never matches. FreeSWITCH
// uses PCRE2 without UTF, so a character is a byte. One that Go does not support never matches.
func (s *Subscriptions) matchRegex(value, expression string) bool {
	re, ok := s.compiled[expression]
	if !ok {
		re = compile(expression)
		if s.compiled == nil {
			s.compiled = map[string]*regexp.Regexp{}
		}
		s.compiled[expression] = re
	}
	if re == nil {
		return false
	}
	// The dollar of PCRE2 also matches before a line end that ends the text.
	return re.MatchString(latin1(value)) || re.MatchString(latin1(strings.TrimSuffix(value, "\n")))
}

// compile returns nil if the expression never matches.
func compile(expression string) *regexp.Regexp {
	expression = strings.TrimPrefix(expression, "/")
	end := strings.LastIndexByte(expression, '/')
	if end < 0 {
		return nil
	}
	flags := ""
	for _, flag := range "is" {
		if strings.ContainsRune(expression[end:], flag) {
			flags += "(?" + string(flag) + ")"
		}
	}
	re, err := regexp.Compile(flags + latin1(expression[:end]))
	if err != nil {
		return nil
	}
	return re
}

// latin1 returns s with a character for each of its bytes.
func latin1(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			runes := make([]rune, len(s))
			for i := range len(s) {
				runes[i] = rune(s[i])
			}
			return string(runes)
		}
	}
	return s
}

// Add subscribes to one name. ALL also adds all others, and the subclasses in custom.
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
