package command

import (
	"sync"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// eventNames are the types of events that FreeSWITCH has (switch_event.c), without ALL.
var eventNames = [...]string{
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

// An eventType is an index into eventNames, or eventAll.
type eventType int

const (
	eventCustom eventType = 0
	eventAll    eventType = eventType(len(eventNames))
)

// String returns the type's name in upper case.
func (t eventType) String() string {
	if t == eventAll {
		return "ALL"
	}
	return eventNames[t]
}

var eventTypes = sync.OnceValue(func() map[string]eventType {
	m := make(map[string]eventType, len(eventNames)+1)
	for i, name := range eventNames {
		m[ascii.ToLower(name)] = eventType(i)
	}
	m["all"] = eventAll
	return m
})

// eventPrefix may stand before an event's name. FreeSWITCH takes any 13 bytes for it.
const eventPrefix = "SWITCH_EVENT_"

// parseEventName resolves a name in any case. It knows no other prefix than the real one.
func parseEventName(name string) (eventType, bool) {
	if ascii.HasPrefixFold(name, eventPrefix) {
		name = name[len(eventPrefix):]
	}
	t, ok := eventTypes()[ascii.ToLower(name)]
	return t, ok
}

// EventNames returns the names of all types of events that FreeSWITCH has, CUSTOM among
// them, in upper case and in its own order.
func EventNames() []string { return append([]string(nil), eventNames[:]...) }

// PathAllEvents is the Path of the effects of `event ALL`.
const PathAllEvents = "event ALL"

// allEvents are the effects of `event ALL`: every type, and every subclass of CUSTOM, which
// `subscribe CUSTOM` without a token stands for. Built once, since many clients ask for ALL.
var allEvents = sync.OnceValue(func() []effect.Effect {
	effects := make([]effect.Effect, 0, len(eventNames))
	for i := range eventNames {
		e := subscribe(eventType(i))
		e.Path = PathAllEvents
		effects = append(effects, e)
	}
	return effects
})

func subscribe(t eventType) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: t.String(), Path: "event"}
}

func subscribeCustom(subclass []string) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Args: subclass[0], Tokens: subclass, Path: "event"}
}
