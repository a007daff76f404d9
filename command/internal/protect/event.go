package protect

import (
	"eslguard/catalog"
	"eslguard/fstext/ascii"
)

// featureHeaders are the headers of a PHONE_FEATURE whose values FreeSWITCH writes into one text
// (mod_sofia.c:5941, write_csta_xml_chunk).
var featureHeaders = [...]string{
	"Feature-Event", "device", "doNotDisturbOn", "forward_immediate", "forward_immediate_enabled", "forward_busy",
	"forward_busy_enabled", "forward_no_answer", "forward_no_answer_enabled", "ringCount",
}

// maxFeature bounds each of these values, in bytes. The text has 1,024 bytes at first, and a
// function that gets a copy of the stream loses a later growth. At most four values are in one
// text, one of them twice, beside at most 400 bytes of its own. Devices and extensions have some
// twenty bytes.
const maxFeature = 64

// Event checks an event that is fired. where is the path of what fires it. header returns the value
// of a header, "" if the event does not have it.
func (g *Guard) Event(t catalog.EventType, where string, header func(name string) string) {
	switch t.String() {
	case "PHONE_FEATURE":
		for _, name := range featureHeaders {
			if value := header(name); knownLength(value) > maxFeature {
				g.RefuseAt(catalog.ProtectFeatureEvent, where, value)
			}
		}
	case catalog.EventCustom.String():
		if catalog.IsSMS(header("Event-Subclass")) {
			g.sms(where, header)
		}
	case "MESSAGE":
		// A conference answers by the chat protocol that the event states.
		if header("Unique-ID") != "" && ascii.EqualFold(header("proto"), chatConference) {
			g.RefuseAt(catalog.ProtectChatAnswer, where, header("from"))
		}
	}
}

// sms checks an event that mod_sms sends as a message.
func (g *Guard) sms(where string, header func(name string) string) {
	proto, to := header("dest_proto"), header("to")
	if isLongChat(proto, to) {
		g.RefuseAt(catalog.ProtectChatConference, where, to)
	}
	if hasNoReceiver(proto, to) {
		g.RefuseAt(catalog.ProtectChatReceiver, where, proto)
	}
	// Conference TO answers conference FROM, which answers that in turn (conference_event.c:1019).
	if ascii.EqualFold(proto, chatConference) && ascii.EqualFold(header("proto"), chatConference) {
		g.RefuseAt(catalog.ProtectChatAnswer, where, to)
	}
	// Verto does not check that the call is one of its own (mod_verto.c, verto_send_chat).
	if id := header("call_id"); id != "" && ascii.EqualFold(proto, "verto") {
		g.RefuseAt(catalog.ProtectChatVerto, where, id)
	}
	// FreeSWITCH appends this header to a message that it has sent and fires the event again
	// (switch_loadable_module.c, do_chat_send). mod_sms reads only the first of two.
	for _, name := range [...]string{catalog.SMSFailure, catalog.SMSNonblocking} {
		if header(name) != "" {
			g.RefuseAt(catalog.ProtectChatOutcome, where, name)
		}
	}
}
