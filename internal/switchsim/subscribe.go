package switchsim

import (
	"strings"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// subscribe answers the verb event.
func (c *session) subscribe(line string) []byte {
	_, list, ok := strings.Cut(line, " ")
	keys, custom := 0, false
	var words []string
	if ok {
		words = strings.Split(list, " ")
	}
	for i, word := range words {
		if f, ok := event.LookupFormat(word); ok && i == 0 {
			c.setFormat(f)
			continue
		}
		if custom {
			if !c.user.mayCustom(word) {
				return commandReply(denied)
			}
			c.setSub(func(s *event.Subscriptions) { s.Custom[word] = true })
			c.record("subscribe", "CUSTOM", word, "")
			continue
		}
		name, ok := event.Lookup(word)
		if !ok {
			continue
		}
		if !c.user.mayEvent(name) {
			return commandReply(denied)
		}
		keys++
		custom = custom || name == "CUSTOM"
		c.setSub(func(s *event.Subscriptions) { s.Add(name, c.user.subclasses()) })
		c.record("subscribe", name, "", "")
	}
	if keys == 0 {
		return commandReply("-ERR no keywords supplied")
	}
	c.enableEvents()
	return commandReply("+OK event listener enabled " + c.currentFormat().String())
}

// nixevent unsubscribes from names. A subscription to ALL becomes one to all other names.
func (c *session) nixevent(line string) []byte {
	_, list, _ := strings.Cut(line, " ")
	keys, custom := 0, false
	for word := range strings.SplitSeq(list, " ") {
		if custom {
			c.setSub(func(s *event.Subscriptions) { delete(s.Custom, word) })
			continue
		}
		name, ok := event.Lookup(word)
		if !ok {
			continue
		}
		keys++
		c.setSub(func(s *event.Subscriptions) {
			switch name {
			case "CUSTOM":
				custom = true
			case "ALL":
				clear(s.Names)
			default:
				delete(s.Names, "ALL")
				delete(s.Names, name)
			}
		})
	}
	if keys == 0 {
		return commandReply("-ERR no keywords supplied")
	}
	c.enableEvents()
	return commandReply("+OK events nixed")
}

// noevents turns events off and drops those that are queued.
func (c *session) noevents() []byte {
	defer c.sw.listening() // without mu
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = nil
	if !c.subs.Events {
		return commandReply("-ERR not listening for events")
	}
	c.sw.core.Listening.Add(-1)
	c.subs.Events, c.subs.Names, c.subs.Custom = false, nil, nil
	return commandReply("+OK no longer listening for events")
}

// filter answers `filter [add] NAME VALUE`, `filter delete NAME [VALUE]` and `filter delete all`.
func (c *session) filter(line string) []byte {
	name, value, ok := strings.Cut(strings.TrimLeft(line[len("filter "):], " "), " ")
	if !ok {
		return commandReply("-ERR invalid syntax")
	}
	c.record("filter", name, value, "")
	if fstext.EqualFold(name, "delete") {
		name, value, _ = strings.Cut(value, " ")
		c.setSub(func(s *event.Subscriptions) { s.Filter.Drop(name, value) })
		return commandReply("+OK filter deleted. [" + name + "][" + value + "]")
	}
	if fstext.EqualFold(name, "add") {
		if name, value, ok = strings.Cut(value, " "); !ok {
			return commandReply("+OK filter added. [" + name + "]=[(null)]")
		}
	}
	c.setSub(func(s *event.Subscriptions) { s.Filter.Add(name, value) })
	return commandReply("+OK filter added. [" + name + "]=[" + value + "]")
}

// setSub changes the subscriptions under their lock.
func (c *session) setSub(f func(*event.Subscriptions)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs.Names == nil {
		c.subs.Names, c.subs.Custom = map[string]bool{}, map[string]bool{}
	}
	f(&c.subs)
}

func (c *session) setFormat(f event.Format) { c.setSub(func(s *event.Subscriptions) { s.Format = f }) }

func (c *session) currentFormat() event.Format {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.subs.Format
}

func (c *session) enableEvents() {
	c.setSub(func(s *event.Subscriptions) {
		if !s.Events {
			s.Events = true
			c.sw.core.Listening.Add(1)
		}
	})
	c.sw.listening()
}
