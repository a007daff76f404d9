package switchsim

import (
	"regexp"
	"strings"
)

// subscriptions are what a session asked to be sent.
type subscriptions struct {
	events bool // LFLAG_EVENTS
	format format
	names  map[string]bool // ALL is a name of its own
	custom map[string]bool // subclasses
	filter headerList
	mine   bool // myevents
	uuid   string
	log    bool
	level  int
}

// wants says whether an event is to be sent (mod_event_socket.c, event_handler).
func (s *subscriptions) wants(e *Event) bool {
	if !s.events {
		return false
	}
	if !s.names["ALL"] {
		if !s.names[e.Name] || e.Name == "CUSTOM" && e.Subclass != "" && !s.custom[e.Subclass] {
			return false
		}
	}
	if len(s.filter.list) > 0 && !s.passes(e) {
		return false
	}
	if s.mine {
		uuid, ok := e.get("unique-id")
		owner, _ := e.get("Job-Owner-UUID")
		return ok && (s.uuid == "" || uuid == s.uuid) || s.uuid != "" && owner == s.uuid
	}
	return true
}

// passes applies the filters: one that matches lets an event through, and one with a minus holds it back.
func (s *subscriptions) passes(e *Event) bool {
	send := false
	for _, h := range s.filter.list {
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
			match = equalFold(value, want)
		}
		if match && !positive {
			return false
		}
		send = send || match
	}
	return send
}

// matchRegex is a pattern written /re/ or /re/i. FreeSWITCH has PCRE here; a pattern that Go does not know never matches.
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

// subscribe is the verb event.
func (c *session) subscribe(line string) []byte {
	_, list, ok := strings.Cut(line, " ")
	keys, custom := 0, false
	var words []string
	if ok {
		words = strings.Split(list, " ")
	}
	for i, word := range words {
		if f, ok := formatName(word); ok && i == 0 {
			c.setFormat(f)
			continue
		}
		if custom {
			if !c.user.mayCustom(word) {
				return commandReply(denied)
			}
			c.setSub(func(s *subscriptions) { s.custom[word] = true })
			c.record("subscribe", "CUSTOM", word, "")
			continue
		}
		name, ok := eventName(word)
		if !ok {
			continue
		}
		if !c.user.mayEvent(name) {
			return commandReply(denied)
		}
		keys++
		custom = custom || name == "CUSTOM"
		c.setSub(func(s *subscriptions) { s.add(name, c.user.subclasses()) })
		c.record("subscribe", name, "", "")
	}
	if keys == 0 {
		return commandReply("-ERR no keywords supplied")
	}
	c.enableEvents()
	return commandReply("+OK event listener enabled " + c.currentFormat().String())
}

// add subscribes to one name. ALL also takes the subclasses that a restricted user may have.
func (s *subscriptions) add(name string, custom map[string]bool) {
	s.names[name] = true
	if name != "ALL" {
		return
	}
	for _, n := range eventNames {
		s.names[n] = true
	}
	for sub := range custom {
		s.custom[sub] = true
	}
}

// nixevent takes names away again; what it leaves of ALL is all the others.
func (c *session) nixevent(line string) []byte {
	_, list, _ := strings.Cut(line, " ")
	keys, custom := 0, false
	for word := range strings.SplitSeq(list, " ") {
		if custom {
			c.setSub(func(s *subscriptions) { delete(s.custom, word) })
			continue
		}
		name, ok := eventName(word)
		if !ok {
			continue
		}
		keys++
		c.setSub(func(s *subscriptions) {
			switch name {
			case "CUSTOM":
				custom = true
			case "ALL":
				clear(s.names)
			default:
				delete(s.names, "ALL")
				delete(s.names, name)
			}
		})
	}
	if keys == 0 {
		return commandReply("-ERR no keywords supplied")
	}
	c.enableEvents()
	return commandReply("+OK events nixed")
}

func (c *session) noevents() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = nil
	if !c.subs.events {
		return commandReply("-ERR not listening for events")
	}
	c.sw.core.listening.Add(-1)
	c.subs.events, c.subs.names, c.subs.custom = false, nil, nil
	return commandReply("+OK no longer listening for events")
}

// filter is the verb: `filter [add] NAME VALUE`, `filter delete NAME [VALUE]`, `filter delete all`.
func (c *session) filter(line string) []byte {
	name, value, ok := strings.Cut(strings.TrimLeft(line[len("filter "):], " "), " ")
	if !ok {
		return commandReply("-ERR invalid syntax")
	}
	c.record("filter", name, value, "")
	if equalFold(name, "delete") {
		name, value, _ = strings.Cut(value, " ")
		c.setSub(func(s *subscriptions) { s.filter.drop(name, value) })
		return commandReply("+OK filter deleted. [" + name + "][" + value + "]")
	}
	if equalFold(name, "add") {
		if name, value, ok = strings.Cut(value, " "); !ok {
			return commandReply("+OK filter added. [" + name + "]=[(null)]")
		}
	}
	c.setSub(func(s *subscriptions) { s.filter.add(name, value) })
	return commandReply("+OK filter added. [" + name + "]=[" + value + "]")
}

// setSub changes the subscriptions under their lock.
func (c *session) setSub(f func(*subscriptions)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs.names == nil {
		c.subs.names, c.subs.custom = map[string]bool{}, map[string]bool{}
	}
	f(&c.subs)
}

func (c *session) setFormat(f format) { c.setSub(func(s *subscriptions) { s.format = f }) }

func (c *session) currentFormat() format {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.subs.format
}

func (c *session) enableEvents() {
	c.setSub(func(s *subscriptions) {
		if !s.events {
			s.events = true
			c.sw.core.listening.Add(1)
		}
	})
}
