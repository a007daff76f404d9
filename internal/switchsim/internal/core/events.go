package core

import (
	"strconv"
	"time"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/event"
)

// What the switch of the recordings calls itself.
const (
	hostname = "vm"
	ipv4     = "192.0.2.2"
	ipv6     = "fd00::2"
)

// Emit completes an event with the headers that every event has, and fires it.
func (s *Core) Emit(e event.Event) {
	if s.Listening.Load() == 0 {
		s.seq.Add(1)
		return
	}
	name, ok := event.Lookup(e.Name)
	if !ok || name == "ALL" {
		name = "CUSTOM"
	}
	if e.File == "" {
		e.File, e.Func, e.Line = "switch_core.c", "send_heartbeat", 95
	}
	var headers []frame.Header
	if e.Subclass != "" {
		headers = append(headers, frame.Header{Name: "Event-Subclass", Value: e.Subclass})
	}
	headers = append(headers, s.Stamp(name, e.File, e.Func, e.Line)...)
	headers = append(headers, e.Headers...)
	s.Fire(&event.Event{Name: name, Subclass: e.Subclass, Headers: headers, Body: e.Body, HasBody: e.HasBody || e.Body != ""})
}

// Stamp returns the headers that every event has (switch_event.c,
// switch_event_prep_for_delivery_detailed).
func (s *Core) Stamp(name, file, fn string, line int) []frame.Header {
	now := time.Now()
	gmt := now.UTC()
	return []frame.Header{
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

// Fire delivers a complete event to the sessions.
func (s *Core) Fire(e *event.Event) {
	s.opts.Deliver(event.Fire(e))
}

// Heartbeat fires the event that a switch fires every 20 seconds.
func (s *Core) Heartbeat() {
	s.Emit(event.Event{Name: "HEARTBEAT", Headers: []frame.Header{
		{Name: "Event-Info", Value: "System Ready"},
		{Name: "Up-Time", Value: uptime(time.Since(s.started))},
		{Name: "FreeSWITCH-Version", Value: versionShort},
		{Name: "Uptime-msec", Value: strconv.FormatInt(time.Since(s.started).Milliseconds(), 10)},
		{Name: "Session-Count", Value: strconv.Itoa(s.channelCount())},
	}})
}

// JobDone fires the BACKGROUND_JOB event of a job.
func (s *Core) JobDone(e event.Event, id, owner, name, arg, out string) {
	e.Name, e.Body = "BACKGROUND_JOB", out
	for _, h := range []frame.Header{
		{Name: "Job-UUID", Value: id}, {Name: "Job-Owner-UUID", Value: owner},
		{Name: "Job-Command", Value: name}, {Name: "Job-Command-Arg", Value: arg},
	} {
		if h.Value != "" {
			e.Headers = append(e.Headers, h)
		}
	}
	s.Emit(e)
}
