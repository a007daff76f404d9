package command

import (
	"bytes"
	"strings"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// forged are the headers with which an event would look like one of the switch's own, and the one
// that replaces its body (switch_event.c, switch_event_base_add_header). They are dropped.
var forged = map[string]bool{
	"event-name": true, "event-uuid": true, "event-sequence": true, "core-uuid": true, "command": true, catalog.BodyName: true,
}

// forgedPrefixes are prefixes of further such headers.
var forgedPrefixes = [...]string{"freeswitch-", "event-date-", "event-calling-"}

func isForged(name string) bool {
	if forged[ascii.ToLower(name)] {
		return true
	}
	for _, prefix := range forgedPrefixes {
		if ascii.HasPrefixFold(name, prefix) {
			return true
		}
	}
	return false
}

// parseSendevent parses `sendevent [NAME]`. It drops a name that no event has: FreeSWITCH fires a
// CUSTOM event then, whose subclass is in the header Event-Subclass.
func (p *parser) parseSendevent() *codec.Refusal {
	if _, r := p.words(); r != nil {
		return r
	}
	t, ok := catalog.FiredEvent(p.args)
	if !ok {
		r := refuse(ReasonEventName, "neither the name of an event nor one that FreeSWITCH fires as CUSTOM:", p.args)
		r.Reply = codec.ReplyRefused + "event-name, name an event, or CUSTOM with an Event-Subclass"
		return r
	}
	name := strings.TrimRight(p.args, " ")
	if meant, known := catalog.ParseEventName(name); name != "" && (!known || meant != t) {
		p.drop(name)
	}
	frame := codec.Frame{Line: []byte("sendevent " + t.String())}
	sms := t == catalog.EventCustom && catalog.IsSMS(headerValue(p.f, "Event-Subclass"))
	for _, h := range p.f.Headers {
		// FreeSWITCH would make a blank part of the name, and no module looks for that name.
		if name := string(h.Name); isForged(name) || strings.ContainsAny(name, " \t") || sms && !catalog.IsSMSHeader(name) {
			p.drop(string(h.Name))
			continue
		}
		frame.Headers = append(frame.Headers, codec.Header{Name: bytes.Clone(h.Name), Value: bytes.Clone(h.Value)})
	}
	frame.Body = bytes.Clone(p.f.Body)
	p.injectEffects(t, &frame)
	p.cmd.Text = frameText(&frame)
	p.cmd.Upstream = append(p.cmd.Upstream, frame)
	return nil
}

func (p *parser) injectEffects(t catalog.EventType, frame *codec.Frame) {
	header := func(name string) string {
		if name == catalog.BodyName {
			return string(frame.Body)
		}
		return headerValue(frame, name)
	}
	p.analyzer.Guard.Event(t, "sendevent", header)
	e := nested.Inject(t, header)
	e.Path = "sendevent"
	uuid := header("Unique-ID")
	if uuid != "" {
		e.UUIDs = []string{uuid}
	}
	// The endpoint also looks for this header, and sends the event within that call.
	if other := header("uuid"); other != "" {
		e.UUIDs = append(e.UUIDs, other)
	}
	p.analyzer.Add(e)
	if uuid != "" {
		p.analyzer.Add(effect.OnChannel("sendevent", uuid, "sendevent"))
	}
	if nested.StartsCommands(t, header) {
		p.analyzer.Opaque(nested.Origin{Path: "sendevent"}, effect.OpaqueWrapper)
	}
}

// headerValue returns the value of the first header of that name, in any case. It returns "" if
// there is none.
func headerValue(f *codec.Frame, name string) string {
	for i := range f.Headers {
		if ascii.EqualFold(string(f.Headers[i].Name), name) {
			return string(f.Headers[i].Value)
		}
	}
	return ""
}
