package nested

import (
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// analyzeEvent reads `NAME=VALUE,…` for an event that the application fires (mod_dptools.c,
// event_function).
func analyzeEvent(a *Analyzer, at Origin, c *call) {
	name := "CHANNEL_APPLICATION"
	headers := make(map[string]string, len(c.tokens))
	for _, t := range c.tokens {
		key, value, _ := strings.Cut(t, "=")
		key = ascii.ToLower(strings.Trim(key, " "))
		value = strings.Trim(value, " ")
		if headers[key] != "" || strings.IndexByte(key, '[') >= 0 {
			a.ambiguous(at, "a header of the event occurs twice or has a [ in its name, so write each header once and without a [")
		}
		a.inHeader(at, value)
		headers[key] = value
	}
	if headers["event-subclass"] != "" {
		name = catalog.EventCustom.String()
	}
	if given := headers["event-name"]; given != "" {
		name = given
	}
	t, ok := catalog.ParseEventName(name)
	if !ok || t == catalog.EventAll {
		a.ambiguous(at, "FreeSWITCH has no event of the name in Event-Name, so correct it")
		return
	}
	header := func(name string) string { return headers[ascii.ToLower(name)] }
	a.Guard.Event(t, at.Path, header)
	e := Inject(t, header)
	e.UUIDs, e.Path, e.Later = at.UUIDs, at.Path, at.Later
	a.Add(e)
	if StartsCommands(t, header) {
		a.Opaque(at, effect.OpaqueWrapper)
	}
	if t == catalog.EventCustom && catalog.IsSMS(header("Event-Subclass")) {
		for key := range headers {
			if key != "" && key != "event-name" && key != catalog.BodyName && !catalog.IsSMSHeader(key) {
				a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueWrapper, Why: "the message has a header that modules may use in ways that are not known, so leave it out"})
				break
			}
		}
	}
}

// isContentType reports whether s is TYPE/SUBTYPE or empty.
func isContentType(s string) bool {
	kind, sub, slash := strings.Cut(s, "/")
	return s == "" || slash && fstext.IsPlain(kind) && fstext.IsPlain(sub)
}

// StartsCommands reports whether some module acts on the event: calls somebody, runs an API, or
// keeps a contact that is called later.
func StartsCommands(t catalog.EventType, header func(name string) string) bool {
	switch t.String() {
	case "CALL_SETUP_REQ":
		// mod_conference makes a call (conference_event.c, conference_event_call_setup_handler).
		return true
	case "MESSAGE":
		// A conference answers by the chat protocol that the event states (conference_event.c,
		// chat_send).
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

// isChat reports whether a chat protocol only delivers the text. Others run it, or the chatplan of
// the switch does.
func isChat(proto string) bool {
	switch ascii.ToLower(proto) {
	case "", "sip", "verto", "conf", "smpp", "event":
		return true
	}
	return false
}

// Inject returns the effect of firing an event of type t with these headers. It sets neither Path
// nor UUIDs. header returns "" for a header that the event does not have.
func Inject(t catalog.EventType, header func(name string) string) effect.Effect {
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

// isPlainSMS reports whether a header with that value needs no token. A hint is where the answer is
// sent if it has a slash (conference_event.c, chat_send). A type is used as the Content-Type.
func isPlainSMS(name, value string) bool {
	switch name {
	case catalog.SMSHint:
		return strings.IndexByte(value, '/') < 0
	case catalog.SMSType:
		return isContentType(value)
	}
	return false
}
