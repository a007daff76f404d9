package switchsim

import (
	"maps"
	"slices"
	"sync"
)

// channelName is what all channels are called: that of a silent one, which needs no endpoint.
const channelName = "null/x"

// channel is a call leg: a uuid and its variables.
type channel struct {
	uuid string

	mu   sync.Mutex
	vars map[string]string
}

// AddChannel makes a channel exist, with these variables; nil is none.
func (s *core) addChannel(uuid string, vars map[string]string) {
	ch := &channel{uuid: uuid, vars: maps.Clone(vars)}
	if ch.vars == nil {
		ch.vars = map[string]string{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[uuid] = ch
}

// RemoveChannel hangs a channel up. Nothing happens if there is none.
func (s *core) removeChannel(uuid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.channels, uuid)
}

func (s *core) channel(uuid string) *channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[uuid]
}

func (s *core) channelCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.channels)
}

// uuids are those of all channels, sorted.
func (s *core) uuids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.channels))
}

func (ch *channel) get(name string) (string, bool) {
	if ch == nil {
		return "", false
	}
	if name == "uuid" {
		return ch.uuid, true
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for n, v := range ch.vars {
		if equalFold(n, name) {
			return v, true
		}
	}
	return "", false
}

// set sets a variable; an empty value removes it.
func (ch *channel) set(name, value string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	maps.DeleteFunc(ch.vars, func(n, _ string) bool { return equalFold(n, name) })
	if value != "" {
		ch.vars[name] = value
	}
}

// restore sets the variables back to vars.
func (ch *channel) restore(vars map[string]string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.vars = vars
}

// data is the channel as a CHANNEL_DATA event, as uuid_dump and connect show it.
func (s *core) data(ch *channel, file, fn string, line int) *Event {
	headers := append(s.stamp("CHANNEL_DATA", file, fn, line), ch.headers()...)
	return &Event{Name: "CHANNEL_DATA", Headers: headers}
}

// headers are what a channel's events tell of it: a part of what FreeSWITCH's do, and all its variables.
func (ch *channel) headers() []Header {
	list := []Header{
		{Name: "Channel-State", Value: "CS_EXECUTE"}, {Name: "Channel-Call-State", Value: "ACTIVE"},
		{Name: "Channel-State-Number", Value: "4"}, {Name: "Channel-Name", Value: channelName},
		{Name: "Unique-ID", Value: ch.uuid}, {Name: "Call-Direction", Value: "outbound"},
		{Name: "Answer-State", Value: "answered"},
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(ch.vars)) {
		list = append(list, Header{Name: "variable_" + name, Value: ch.vars[name]})
	}
	return list
}
