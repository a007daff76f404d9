package command

import (
	"bytes"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// forged are the headers by which an event would pass for the switch's own, and the one that
// replaces its body (switch_event.c, switch_event_base_add_header). They are left out.
var forged = map[string]bool{
	"event-name": true, "event-uuid": true, "event-sequence": true, "core-uuid": true, "command": true, catalog.BodyName: true,
}

// forgedPrefixes are the beginnings of further such names.
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

// isContentType reports whether s is TYPE/SUBTYPE, or empty.
func isContentType(s string) bool {
	kind, sub, slash := strings.Cut(s, "/")
	return s == "" || slash && fstext.IsPlain(kind) && fstext.IsPlain(sub)
}

// parseSendevent parses `sendevent [NAME]`. A name that no event has is left out: the event is a
// CUSTOM one, whose subclass only the header Event-Subclass says.
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
		// FreeSWITCH takes a blank for a part of the name, under which nobody looks for the header.
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
	p.an.guard.Event(t, "sendevent", header)
	e := injectEffect(t, header)
	e.Path = "sendevent"
	uuid := header("Unique-ID")
	if uuid != "" {
		e.UUIDs = []string{uuid}
	}
	// The endpoint looks for this one besides, and sends what it is told within that call.
	if other := header("uuid"); other != "" {
		e.UUIDs = append(e.UUIDs, other)
	}
	p.an.add(e)
	if uuid != "" {
		p.an.add(effect.OnChannel("sendevent", uuid, "sendevent"))
	}
	if isHeard(t, header) {
		p.an.opaque(trail{path: "sendevent"}, effect.OpaqueWrapper)
	}
}

// isHeard reports whether a module that hears the event would do what it says: call somebody, run an
// API, keep a contact that is called later.
func isHeard(t catalog.EventType, header func(name string) string) bool {
	switch t.String() {
	case "CALL_SETUP_REQ":
		return true // mod_conference calls (conference_event.c, conference_event_call_setup_handler)
	case "MESSAGE":
		// A channel in a conference is answered by the protocol that it states (conference_event.c, chat_send).
		return header("Unique-ID") != "" && !isChat(header("proto"))
	case catalog.EventCustom.String():
		switch ascii.ToLower(header("Event-Subclass")) {
		case catalog.SMSSubclass: // mod_sms.c, event_handler
			return !isChat(header("dest_proto")) || !isChat(header("proto"))
		case "multicast::event": // sofia.c, event_handler
			return true
		}
	}
	return false
}

// isChat reports whether a chat protocol of that name only sends what it is given. The others
// run it, or what a plan of the switch makes of it.
func isChat(proto string) bool {
	switch ascii.ToLower(proto) {
	case "", "sip", "verto", "conf", "smpp", "event":
		return true
	}
	return false
}

// injectEffect returns the effect of an event with these headers, without its path.
func injectEffect(t catalog.EventType, header func(name string) string) effect.Effect {
	e := effect.Effect{Kind: effect.KindInject, Name: t.String()}
	names, more := catalog.InjectHeaders(e.Name, header("Event-Subclass"))
	if t != catalog.EventCustom || header(names[0]) != "" {
		for _, name := range names {
			e.Tokens = append(e.Tokens, header(name))
		}
	}
	for _, name := range more {
		if value := header(name); value != "" && !isPlainSMS(name, value) {
			e.Tokens = append(e.Tokens, name+"="+value)
		}
	}
	if value := header(catalog.ContentType); e.Name == "NOTIFY" && !isContentType(value) {
		e.Tokens = append(e.Tokens, catalog.ContentType+"="+value)
	}
	for _, name := range catalog.XMLHeaders(e.Name) {
		if value := header(name); argument.SetOf(argument.TypeXML).Harm(value, argument.Whole(value)) != "" {
			e.Tokens = append(e.Tokens, name+"="+value)
		}
	}
	if value := header(catalog.SQLHeader); value != "" {
		e.Tokens = append(e.Tokens, catalog.SQLHeader+"="+value)
	}
	if e.Name == "NOTIFY" {
		if body := header(catalog.BodyName); body != "" {
			e.Tokens = append(e.Tokens, catalog.BodyName+"="+body)
		}
	}
	e.Args = strings.Join(e.Tokens, " ")
	return e
}

// headerValue returns the value of the first header of that name, in any case, and "" without one.
func headerValue(f *codec.Frame, name string) string {
	for i := range f.Headers {
		if ascii.EqualFold(string(f.Headers[i].Name), name) {
			return string(f.Headers[i].Value)
		}
	}
	return ""
}
