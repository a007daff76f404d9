package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/internal/ascii"
)

// isPlainSMS reports whether a header of smsMore with that value is no token. A hint is where the
// answer goes if it holds a slash (conference_event.c, chat_send), and a type is the Content-Type.
func isPlainSMS(name, value string) bool {
	switch name {
	case catalog.SMSHint:
		return strings.IndexByte(value, '/') < 0
	case catalog.SMSType:
		return isContentType(value)
	}
	return false
}

// sms looks at an event that mod_sms sends on, by its headers.
func (g *guard) sms(where string, header func(name string) string) {
	proto, to := header("dest_proto"), header("to")
	if isLongChat(proto, to) {
		g.refuseAt(catalog.ProtectChatConference, where, to)
	}
	if isChatToNobody(proto, to) {
		g.refuseAt(catalog.ProtectChatReceiver, where, proto)
	}
	// The conference TO answers the conference FROM, which answers it in turn
	// (conference_event.c:1019).
	if ascii.EqualFold(proto, chatConference) && ascii.EqualFold(header("proto"), chatConference) {
		g.refuseAt(catalog.ProtectChatAnswer, where, to)
	}
	// Verto does not look whether the call is one of its own (mod_verto.c, verto_send_chat).
	if id := header("call_id"); id != "" && ascii.EqualFold(proto, "verto") {
		g.refuseAt(catalog.ProtectChatVerto, where, id)
	}
	// FreeSWITCH appends such a header to the message that it has sent, and fires the event again
	// (switch_loadable_module.c, do_chat_send). mod_sms looks at the first of two.
	for _, name := range [...]string{catalog.SMSFailure, catalog.SMSNonblocking} {
		if header(name) != "" {
			g.refuseAt(catalog.ProtectChatOutcome, where, name)
		}
	}
}
