package command

import (
	"bytes"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/codec"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// forged are the headers by which an event would pass for the switch's own, and the one that
// replaces its body (switch_event.c, switch_event_base_add_header). They are left out.
var forged = map[string]bool{
	"event-name": true, "event-uuid": true, "event-sequence": true, "core-uuid": true, "command": true, bodyName: true,
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

// injectTokens are the headers that say whom an event reaches and what it makes happen
// there: the tokens of its inject effect, in this order, "" where one is missing. Events that are
// not here have no tokens.
var injectTokens = map[string][]string{
	"CUSTOM":          {"Event-Subclass"},
	"NOTIFY":          {"profile", "user", "host", "to-uri", "event-string"},
	"SEND_MESSAGE":    {"profile", "user", "host", "event-string"},
	"SEND_INFO":       {"profile", "to-uri"},
	"MESSAGE_WAITING": {"MWI-Message-Account", "Sofia-Profile"},
	"PHONE_FEATURE":   {"profile", "user", "host"},
	"PRESENCE_IN":     {"proto", "from"},
	"PRESENCE_OUT":    {"proto", "from"},
	"PRESENCE_PROBE":  {"proto", "from", "to"},
}

// injectTargets are headers that make some of these events reach somebody else than those above
// say, or say that somebody else sent them, or add to what is sent: each that is there is one more
// token, NAME=VALUE.
var injectTargets = map[string][]string{
	"NOTIFY":        {"contact-uri", "call-id", "uuid", "from-uri", "extra-headers"},
	"SEND_MESSAGE":  {"uuid"},
	"SEND_INFO":     {"call-id", "local-user", "from-uri", "call-info", "alert-info"},
	"PHONE_FEATURE": {"call-id"},
	"ADD_SCHEDULE":  scheduleHeaders,
	"RE_SCHEDULE":   scheduleHeaders,
	"DEL_SCHEDULE":  scheduleHeaders,
	"EXE_SCHEDULE":  scheduleHeaders,
}

// injectHeaders returns the headers that are the tokens of an event, and those of which each that
// is there is one more. subclass is that of a CUSTOM.
func injectHeaders(event, subclass string) (tokens, more []string) {
	if event == eventCustom.String() && isSMS(subclass) {
		return smsHeaders, smsMore
	}
	return injectTokens[event], injectTargets[event]
}

// fixedTokens returns how many of the first tokens of an inject effect stand for a header each.
func fixedTokens(e *effect.Effect) int {
	subclass := ""
	if len(e.Tokens) > 0 {
		subclass = e.Tokens[0]
	}
	tokens, _ := injectHeaders(e.Name, subclass)
	return len(tokens)
}

// scheduleHeaders are put into an SQL statement (switch_core_sqldb.c, core_event_handler).
var scheduleHeaders = []string{"task-id", "task-runtime", "task-sql_manager"}

// injectXML are headers that become XML in what telephones are sent: each that is no plain XML text
// is one more token, NAME=VALUE.
var injectXML = map[string][]string{
	"PRESENCE_IN":   {"status", "force-status", "rpid"},
	"PRESENCE_OUT":  {"status", "force-status", "rpid"},
	"PHONE_FEATURE": {"device", "forward_immediate", "forward_busy", "forward_no_answer", "ringCount", "doNotDisturbOn"},
}

// bodyName stands for the body of an event, where a header's name would.
const bodyName = "_body"

// contentType is a header that is one more token only where it is no plain type.
const contentType = "content-type"

// sqlHeader is put into an SQL statement, whatever the event is (switch_core_sqldb.c,
// parse_presence_data_cols).
const sqlHeader = "presence-data-cols"

// isContentType reports whether s is TYPE/SUBTYPE, or empty.
func isContentType(s string) bool {
	kind, sub, slash := strings.Cut(s, "/")
	return s == "" || slash && fstext.IsPlain(kind) && fstext.IsPlain(sub)
}

// sendeventType returns the type of the event that `sendevent NAME` fires, where name is all that
// follows the verb and its space, a space at the end included. Without a name, and with one that no
// event has, FreeSWITCH fires CUSTOM (mod_event_socket.c, parse_command). It returns false where
// FreeSWITCH fires what no event is called, ALL, or takes the end of name for that of an event:
// it compares what follows the first 13 bytes, too (switch_event.c, switch_name_event).
func sendeventType(name string) (eventType, bool) {
	if t, ok := parseEventName(name); ok {
		return t, t != eventAll
	}
	if len(name) > len(eventPrefix) {
		if _, ok := eventTypes()[ascii.ToLower(name[len(eventPrefix):])]; ok {
			return eventCustom, false
		}
	}
	return eventCustom, true
}

// parseSendevent parses `sendevent [NAME]`. A name that no event has is left out: the event is a
// CUSTOM one, whose subclass only the header Event-Subclass says.
func (p *parser) parseSendevent() *codec.Refusal {
	if _, r := p.words(); r != nil {
		return r
	}
	t, ok := sendeventType(p.args)
	if !ok {
		r := refuse(ReasonEventName, "neither the name of an event nor one that FreeSWITCH fires as CUSTOM:", p.args)
		r.Reply = codec.ReplyRefused + "event-name, name an event, or CUSTOM with an Event-Subclass"
		return r
	}
	name := strings.TrimRight(p.args, " ")
	if meant, known := parseEventName(name); name != "" && (!known || meant != t) {
		p.drop(name)
	}
	frame := codec.Frame{Line: []byte("sendevent " + t.String())}
	sms := t == eventCustom && isSMS(headerValue(p.f, "Event-Subclass"))
	for _, h := range p.f.Headers {
		// FreeSWITCH takes a blank for a part of the name, under which nobody looks for the header.
		if name := string(h.Name); isForged(name) || strings.ContainsAny(name, " \t") || sms && !isSMSHeader(name) {
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

func (p *parser) injectEffects(t eventType, frame *codec.Frame) {
	header := func(name string) string {
		if name == bodyName {
			return string(frame.Body)
		}
		return headerValue(frame, name)
	}
	p.an.guard.event(t, "sendevent", header)
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
func isHeard(t eventType, header func(name string) string) bool {
	switch t.String() {
	case "CALL_SETUP_REQ":
		return true // mod_conference calls (conference_event.c, conference_event_call_setup_handler)
	case "MESSAGE":
		// A channel in a conference is answered by the protocol that it states (conference_event.c, chat_send).
		return header("Unique-ID") != "" && !isChat(header("proto"))
	case eventCustom.String():
		switch ascii.ToLower(header("Event-Subclass")) {
		case SMSSubclass: // mod_sms.c, event_handler
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
func injectEffect(t eventType, header func(name string) string) effect.Effect {
	e := effect.Effect{Kind: effect.KindInject, Name: t.String()}
	names, more := injectHeaders(e.Name, header("Event-Subclass"))
	if t != eventCustom || header(names[0]) != "" {
		for _, name := range names {
			e.Tokens = append(e.Tokens, header(name))
		}
	}
	for _, name := range more {
		if value := header(name); value != "" && !isPlainSMS(name, value) {
			e.Tokens = append(e.Tokens, name+"="+value)
		}
	}
	if value := header(contentType); e.Name == "NOTIFY" && !isContentType(value) {
		e.Tokens = append(e.Tokens, contentType+"="+value)
	}
	for _, name := range injectXML[e.Name] {
		if value := header(name); argument.SetOf(argument.TypeXML).Harm(value, argument.Whole(value)) != "" {
			e.Tokens = append(e.Tokens, name+"="+value)
		}
	}
	if value := header(sqlHeader); value != "" {
		e.Tokens = append(e.Tokens, sqlHeader+"="+value)
	}
	if e.Name == "NOTIFY" {
		if body := header(bodyName); body != "" {
			e.Tokens = append(e.Tokens, bodyName+"="+body)
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

// An EventForm says which tokens the inject effect of an event has.
type EventForm struct {
	// First are the headers whose values are the first tokens, all of them there. CUSTOM without a
	// subclass has none.
	First []string
	// More are the headers that have a further token, NAME=VALUE, where they are there, in the
	// order of the tokens.
	More []string
}

// InjectForm returns the form of the event of that name, in upper case, and, of CUSTOM, of that
// subclass, in any case. An unknown one has the form of those that have nothing of their own.
func InjectForm(name, subclass string) EventForm {
	first, more := injectHeaders(name, subclass)
	f := EventForm{First: slices.Clone(first), More: slices.Clone(more)}
	if name == "NOTIFY" {
		f.More = append(f.More, contentType)
	}
	f.More = append(append(f.More, injectXML[name]...), sqlHeader)
	if name == "NOTIFY" {
		f.More = append(f.More, bodyName)
	}
	return f
}
