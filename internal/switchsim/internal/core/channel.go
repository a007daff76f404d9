package core

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// channelName is the name of all channels. It is that of a silent channel, which needs no endpoint.
const channelName = "null/x"

// A Channel is a leg of a call: a uuid and its variables. Its methods may be called from any
// goroutine. Core.AddChannel makes it.
type Channel struct {
	UUID string

	mu   sync.Mutex
	vars map[string]string
}

// AddChannel makes a channel exist, with these variables.
func (s *Core) AddChannel(uuid string, vars map[string]string) {
	ch := &Channel{UUID: uuid, vars: maps.Clone(vars)}
	if ch.vars == nil {
		ch.vars = map[string]string{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[uuid] = ch
}

// removeChannel removes a channel. It does nothing if the channel does not exist.
func (s *Core) removeChannel(uuid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.channels, uuid)
}

// Channel returns the channel with that uuid, or nil.
func (s *Core) Channel(uuid string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[uuid]
}

func (s *Core) channelCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.channels)
}

// uuids returns the uuids of all channels, sorted.
func (s *Core) uuids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.channels))
}

// Get returns a variable, by its name in any case, or the uuid. ok is false if there is no such
// variable, and for a nil channel.
func (ch *Channel) Get(name string) (value string, ok bool) {
	if ch == nil {
		return "", false
	}
	if name == "uuid" {
		return ch.UUID, true
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for n, v := range ch.vars {
		if fstext.EqualFold(n, name) {
			return v, true
		}
	}
	return "", false
}

// variable returns a variable of a channel, or else the global one, or "". ch may be nil.
func (c *Call) variable(ch *Channel, name string) string {
	value, _ := ch.Get(name)
	return cmp.Or(value, c.core.global(name))
}

// Set sets a variable, by its name in any case. An empty value removes it.
func (ch *Channel) Set(name, value string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	maps.DeleteFunc(ch.vars, func(n, _ string) bool { return fstext.EqualFold(n, name) })
	if value != "" {
		ch.vars[name] = value
	}
}

// restore replaces all variables by vars.
func (ch *Channel) restore(vars map[string]string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.vars = vars
}

// ChannelData returns a CHANNEL_DATA event with the channel, as uuid_dump and connect show it.
// file, fn and line are the place that fires it.
func (s *Core) ChannelData(ch *Channel, file, fn string, line int) *event.Event {
	headers := append(s.Stamp("CHANNEL_DATA", file, fn, line), ch.headers()...)
	return &event.Event{Name: "CHANNEL_DATA", Headers: headers}
}

// headers returns the headers of the channel's events: some of those that FreeSWITCH has, and all
// variables.
func (ch *Channel) headers() []frame.Header {
	list := []frame.Header{
		{Name: "Channel-State", Value: "CS_EXECUTE"}, {Name: "Channel-Call-State", Value: "ACTIVE"},
		{Name: "Channel-State-Number", Value: "4"}, {Name: "Channel-Name", Value: channelName},
		{Name: "Unique-ID", Value: ch.UUID}, {Name: "Call-Direction", Value: "outbound"},
		{Name: "Answer-State", Value: "answered"},
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(ch.vars)) {
		list = append(list, frame.Header{Name: "variable_" + name, Value: ch.vars[name]})
	}
	return list
}
