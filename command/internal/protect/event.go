package protect

import (
	"eslguard/catalog"
	"eslguard/internal/ascii"
)

// featureHeaders are the headers of a PHONE_FEATURE whose values are written into one text
// (mod_sofia.c:5941, write_csta_xml_chunk).
var featureHeaders = [...]string{
	"Feature-Event", "device", "doNotDisturbOn", "forward_immediate", "forward_immediate_enabled", "forward_busy",
	"forward_busy_enabled", "forward_no_answer", "forward_no_answer_enabled", "ringCount",
}

// maxFeature is how many bytes each of these values may have. The text begins with 1,024, and a
// function that gets a copy of the stream loses what it grows to; what stands around the values has
// 400 at most, and of them four are in one text, one of them twice. Devices and extensions have
// some twenty bytes.
const maxFeature = 64

// Event looks at an event that is sent, by its headers.
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
		// A channel in a conference is answered by the protocol that the event states.
		if header("Unique-ID") != "" && ascii.EqualFold(header("proto"), chatConference) {
			g.RefuseAt(catalog.ProtectChatAnswer, where, header("from"))
		}
	}
}

// sms looks at an event that mod_sms sends on, by its headers.
func (g *Guard) sms(where string, header func(name string) string) {
	proto, to := header("dest_proto"), header("to")
	if isLongChat(proto, to) {
		g.RefuseAt(catalog.ProtectChatConference, where, to)
	}
	if isChatToNobody(proto, to) {
		g.RefuseAt(catalog.ProtectChatReceiver, where, proto)
	}
	// The conference TO answers the conference FROM, which answers it in turn
	// (conference_event.c:1019).
	if ascii.EqualFold(proto, chatConference) && ascii.EqualFold(header("proto"), chatConference) {
		g.RefuseAt(catalog.ProtectChatAnswer, where, to)
	}
	// Verto does not look whether the call is one of its own (mod_verto.c, verto_send_chat).
	if id := header("call_id"); id != "" && ascii.EqualFold(proto, "verto") {
		g.RefuseAt(catalog.ProtectChatVerto, where, id)
	}
	// FreeSWITCH appends such a header to the message that it has sent, and fires the event again
	// (switch_loadable_module.c, do_chat_send). mod_sms looks at the first of two.
	for _, name := range [...]string{catalog.SMSFailure, catalog.SMSNonblocking} {
		if header(name) != "" {
			g.RefuseAt(catalog.ProtectChatOutcome, where, name)
		}
	}
}
