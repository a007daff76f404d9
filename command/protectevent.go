package command

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

// event looks at an event that is sent, by its headers.
func (g *guard) event(t catalog.EventType, where string, header func(name string) string) {
	switch t.String() {
	case "PHONE_FEATURE":
		for _, name := range featureHeaders {
			if value := header(name); knownLength(value) > maxFeature {
				g.refuseAt(catalog.ProtectFeatureEvent, where, value)
			}
		}
	case catalog.EventCustom.String():
		if catalog.IsSMS(header("Event-Subclass")) {
			g.sms(where, header)
		}
	case "MESSAGE":
		// A channel in a conference is answered by the protocol that the event states.
		if header("Unique-ID") != "" && ascii.EqualFold(header("proto"), chatConference) {
			g.refuseAt(catalog.ProtectChatAnswer, where, header("from"))
		}
	}
}
