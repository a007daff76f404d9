package catalog

import (
	"sync"

	"eslguard/internal/ascii"
)

// eventTable are the types of events that FreeSWITCH has (switch_event.c), without ALL.
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

// An EventType is an index into eventTable, or EventAll.
type EventType int

// EventCustom is CUSTOM, and EventAll stands for all types, CUSTOM among them.
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

// eventPrefix may stand before an event's name. FreeSWITCH takes any 13 bytes for it.
const eventPrefix = "SWITCH_EVENT_"

// ParseEventName resolves a name in any case. It knows no other prefix than the real one.
func ParseEventName(name string) (EventType, bool) {
	if ascii.HasPrefixFold(name, eventPrefix) {
		name = name[len(eventPrefix):]
	}
	t, ok := eventTypes()[ascii.ToLower(name)]
	return t, ok
}

// EventNames returns the names of all types of events that FreeSWITCH has, CUSTOM among
// them, in upper case and in its own order.
func EventNames() []string { return append([]string(nil), eventTable[:]...) }

// FiredEvent returns the type of the event that `sendevent NAME` fires, where name is all that
// follows the verb and its space, a space at the end included. Without a name, and with one that no
// event has, FreeSWITCH fires CUSTOM (mod_event_socket.c, parse_command). It returns false where
// FreeSWITCH fires what no event is called, ALL, or takes the end of name for that of an event:
// it compares what follows the first 13 bytes, too (switch_event.c, switch_name_event).
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
