package switchsim

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What the switch of the recordings calls itself.
const (
	hostname = "vm"
	ipv4     = "192.0.2.2"
	ipv6     = "fd00::2"
)

// An Event is one that the switch fires.
type Event struct {
	// Name is the event's name, such as HEARTBEAT. One that FreeSWITCH does not know is sent as CUSTOM.
	Name string
	// Subclass is that of a CUSTOM event.
	Subclass string
	// Headers follow the ones that every event has.
	Headers []Header
	// Body is the event's own body; none if empty.
	Body string
	// HasBody says that it has a body, which may be empty.
	HasBody bool
	// File, Func and Line are where it says that it was fired. Empty: switch_core.c, send_heartbeat, 95.
	File, Func string
	Line       int

	forms map[format][]byte // what it was already serialised to
}

// eventNames are FreeSWITCH's, in the order of their numbers (switch_event.c). ALL is the last.
var eventNames = strings.Fields(`CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE
	CHANNEL_ANSWER CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD
	CHANNEL_UNHOLD CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_OUTGOING CHANNEL_PARK
	CHANNEL_UNPARK CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN
	PUBLISH UNPUBLISH TALK NOTALK SESSION_CRASH MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT
	PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE PRIVATE_COMMAND
	HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY PHONE_FEATURE
	PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL COMMAND SESSION_HEARTBEAT
	CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT
	RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START MEDIA_BUG_STOP
	CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT
	SHUTDOWN_REQUESTED CERT_RELOAD ALL`)

// eventPrefix is the length after which a name is compared once more. It was made for SWITCH_EVENT_, but any
// characters serve (switch_event.c, switch_name_event).
const eventPrefix = 13

// eventName is the event that FreeSWITCH takes a word for.
func eventName(word string) (string, bool) {
	for _, name := range eventNames {
		if len(word) > eventPrefix && equalFold(word[eventPrefix:], name) || equalFold(word, name) {
			return name, true
		}
	}
	return "", false
}

func (e *Event) get(name string) (string, bool) {
	if h := find(e.Headers, name); h != nil {
		return h.Value, true
	}
	return "", false
}

// Emit fires an event: every session that subscribed to it, and whose filters let it pass, is sent it.
func (s *core) emit(e Event) {
	if s.listening.Load() == 0 {
		s.seq.Add(1)
		return
	}
	name, ok := eventName(e.Name)
	if !ok || name == "ALL" {
		name = "CUSTOM"
	}
	if e.File == "" {
		e.File, e.Func, e.Line = "switch_core.c", "send_heartbeat", 95
	}
	var headers []Header
	if e.Subclass != "" {
		headers = append(headers, Header{Name: "Event-Subclass", Value: e.Subclass})
	}
	headers = append(headers, s.stamp(name, e.File, e.Func, e.Line)...)
	headers = append(headers, e.Headers...)
	s.fire(&Event{Name: name, Subclass: e.Subclass, Headers: headers, Body: e.Body, HasBody: e.Body != ""})
}

// stamp is the headers that every event has (switch_event.c, switch_event_prep_for_delivery_detailed).
func (s *core) stamp(name, file, fn string, line int) []Header {
	now := time.Now()
	gmt := now.UTC()
	return []Header{
		{Name: "Event-Name", Value: name},
		{Name: "Core-UUID", Value: s.uuid},
		{Name: "FreeSWITCH-Hostname", Value: hostname},
		{Name: "FreeSWITCH-Switchname", Value: hostname},
		{Name: "FreeSWITCH-IPv4", Value: ipv4},
		{Name: "FreeSWITCH-IPv6", Value: ipv6},
		{Name: "Event-Date-Local", Value: now.Format("2006-01-02 15:04:05")},
		{Name: "Event-Date-GMT", Value: gmt.Format("Mon, 02 Jan 2006 15:04:05 GMT")},
		{Name: "Event-Date-Timestamp", Value: strconv.FormatInt(now.UnixMicro(), 10)},
		{Name: "Event-Calling-File", Value: file},
		{Name: "Event-Calling-Function", Value: fn},
		{Name: "Event-Calling-Line-Number", Value: strconv.Itoa(line)},
		{Name: "Event-Sequence", Value: strconv.FormatInt(s.seq.Add(1), 10)},
	}
}

// fire hands an event to the sessions that want it.
func (s *core) fire(e *Event) {
	s.opts.deliver(e)
}

// Heartbeat fires the event that a switch fires every 20 seconds by itself.
func (s *core) heartbeat() {
	s.emit(Event{Name: "HEARTBEAT", Headers: []Header{
		{Name: "Event-Info", Value: "System Ready"},
		{Name: "Up-Time", Value: uptime(time.Since(s.started))},
		{Name: "FreeSWITCH-Version", Value: versionShort},
		{Name: "Uptime-msec", Value: strconv.FormatInt(time.Since(s.started).Milliseconds(), 10)},
		{Name: "Session-Count", Value: strconv.Itoa(s.channelCount())},
	}})
}

// newUUID is a random UUID in the usual form.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// jobDone fires the BACKGROUND_JOB event of a job.
func (s *core) jobDone(e Event, id, owner, name, arg, out string) {
	e.Name, e.Body = "BACKGROUND_JOB", out
	for _, h := range []Header{
		{Name: "Job-UUID", Value: id}, {Name: "Job-Owner-UUID", Value: owner},
		{Name: "Job-Command", Value: name}, {Name: "Job-Command-Arg", Value: arg},
	} {
		if h.Value != "" {
			e.Headers = append(e.Headers, h)
		}
	}
	s.emit(e)
}
