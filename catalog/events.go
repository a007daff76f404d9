package catalog

import (
	"sync"

	"eslguard/fstext/ascii"
)

// eventTable has FreeSWITCH's types of events, in its order and without ALL (switch_event.c).
var eventTable = [...]string{
	"CUSTOM", "CLONE", "CHANNEL_CREATE", "CHANNEL_DESTROY", "CHANNEL_STATE", "CHANNEL_CALLSTATE",
	"CHANNEL_ANSWER", "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_EXECUTE",
	"CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HOLD", "CHANNEL_UNHOLD", "CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE",
	"CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_OUTGOING", "CHANNEL_PARK", "CHANNEL_UNPARK",
	"CHANNEL_APPLICATION", "CHANNEL_ORIGINATE", "CHANNEL_UUID", "API", "LOG", "INBOUND_CHAN",
	"OUTBOUND_CHAN", "STARTUP", "SHUTDOWN", "PUBLISH", "UNPUBLISH", "TALK", "NOTALK", "SESSION_CRASH",
	"MODULE_LOAD", "MODULE_UNLOAD", "DTMF", "MESSAGE", "PRESENCE_IN", "NOTIFY_IN", "PRESENCE_OUT",
	"PRESENCE_PROBE", "MESSAGE_WAITING", "MESSAGE_QUERY", "ROSTER", "CODEC", "BACKGROUND_JOB",
	"DETECTED_SPEECH", "DETECTED_TONE", "PRIVATE_COMMAND", "HEARTBEAT", "TRAP", "ADD_SCHEDULE",
	"DEL_SCHEDULE", "EXE_SCHEDULE", "RE_SCHEDULE", "RELOADXML", "NOTIFY", "PHONE_FEATURE",
	"PHONE_FEATURE_SUBSCRIBE", "SEND_MESSAGE", "RECV_MESSAGE", "REQUEST_PARAMS", "CHANNEL_DATA",
	"GENERAL", "COMMAND", "SESSION_HEARTBEAT", "CLIENT_DISCONNECTED", "SERVER_DISCONNECTED", "SEND_INFO",
	"RECV_INFO", "RECV_RTCP_MESSAGE", "SEND_RTCP_MESSAGE", "CALL_SECURE", "NAT", "RECORD_START",
	"RECORD_STOP", "PLAYBACK_START", "PLAYBACK_STOP", "CALL_UPDATE", "FAILURE", "SOCKET_DATA",
	"MEDIA_BUG_START", "MEDIA_BUG_STOP", "CONFERENCE_DATA_QUERY", "CONFERENCE_DATA", "CALL_SETUP_REQ",
	"CALL_SETUP_RESULT", "CALL_DETAIL", "DEVICE_STATE", "TEXT", "SHUTDOWN_REQUESTED", "CERT_RELOAD",
}

// An EventType is a type of event. The zero EventType is EventCustom.
type EventType int

// EventCustom is CUSTOM. EventAll is ALL, which means all types, including CUSTOM.
const (
	EventCustom EventType = 0
	EventAll    EventType = EventType(len(eventTable))
)

// String returns the type's name in upper case.
func (t EventType) String() string {
	if t == EventAll {
		return "ALL"
	}
	return eventTable[t]
}

var eventTypes = sync.OnceValue(func() map[string]EventType {
	m := make(map[string]EventType, len(eventTable)+1)
	for i, name := range eventTable {
		m[ascii.ToLower(name)] = EventType(i)
	}
	m["all"] = EventAll
	return m
})

// eventPrefix may precede the name of an event. FreeSWITCH accepts any 13 bytes instead of it.
const eventPrefix = "SWITCH_EVENT_"

// ParseEventName returns the type of event with that name, given in any case and with or without
// the prefix SWITCH_EVENT_. It accepts no other prefix. It returns false for an unknown name.
func ParseEventName(name string) (EventType, bool) {
	if ascii.HasPrefixFold(name, eventPrefix) {
		name = name[len(eventPrefix):]
	}
	t, ok := eventTypes()[ascii.ToLower(name)]
	return t, ok
}

// EventNames returns the names of all types of events, in upper case and in FreeSWITCH's order. It
// includes CUSTOM, but not ALL.
func EventNames() []string { return append([]string(nil), eventTable[:]...) }

// FiredEvent returns the type of the event that `sendevent NAME` fires. name is everything after
// the verb and its space, including trailing spaces. If name is empty, or no event has that name,
// FreeSWITCH fires CUSTOM (mod_event_socket.c, parse_command). It returns false if FreeSWITCH would
// fire ALL, which is not an event, or would recognise the name of an event after the first 13 bytes
// of name, whatever these are (switch_event.c, switch_name_event).
func FiredEvent(name string) (EventType, bool) {
	if t, ok := ParseEventName(name); ok {
		return t, t != EventAll
	}
	if len(name) > len(eventPrefix) {
		if _, ok := eventTypes()[ascii.ToLower(name[len(eventPrefix):])]; ok {
			return EventCustom, false
		}
	}
	return EventCustom, true
}
