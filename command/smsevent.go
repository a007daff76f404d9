package command

import (
	"slices"
	"strings"

	"eslguard/internal/ascii"
)

// SMSSubclass is the subclass, folded, of a CUSTOM event that mod_sms sends on as a message.
const SMSSubclass = "sms::send_message"

// SMSTokens returns the names of the tokens that follow the name of such an inject effect, as
// the documentation has them.
func SMSTokens() []string { return []string{"SMS::SEND_MESSAGE", "DEST_PROTO", "TO", "FROM"} }

// The headers of the event by which mod_sms takes it for the outcome of a message.
const (
	smsFailure     = "Delivery-Failure"
	smsNonblocking = "Nonblocking-Delivery"
)

// smsHeaders and smsMore are injectTokens and injectTargets of such an event (mod_sms.c,
// event_handler; sofia_presence.c, sofia_presence_chat_send; mod_verto.c, chat_send;
// conference_event.c, chat_send; mod_smpp_message.c, mod_smpp_message_create).
var (
	smsHeaders = []string{"Event-Subclass", "dest_proto", "to", "from"}
	smsMore    = []string{
		"proto", "from_proto", "from_full", "sip_profile", "to_sip_ip", "to_sip_port", "smpp_gateway",
		"call_id", "from_user", "from_host", "to_user", "to_host", smsHint, smsType, smsFailure, smsNonblocking,
	}
)

// Two headers of smsMore that are tokens only where isPlainSMS says that they are not plain.
const (
	smsHint = "hint"
	smsType = "type"
)

// smsOther are the further headers of such an event that go up. None of them leads it elsewhere or
// adds to what is sent. An event with a Unique-ID has a channel effect besides.
var smsOther = []string{"subject", "blocking", "replying", contentType, "Unique-ID", sqlHeader}

// isSMS reports whether mod_sms sends a CUSTOM event of that subclass on.
func isSMS(subclass string) bool { return ascii.EqualFold(subclass, SMSSubclass) }

// isSMSHeader reports whether a header of that name, in any case, may be in an event that mod_sms
// sends on. The others are left out: mod_sofia puts each sip_h_NAME into the message as a header,
// mod_verto repeats each from_NAME and to_NAME, and what a header of another name does in a module
// is not known.
func isSMSHeader(name string) bool {
	same := func(known string) bool { return ascii.EqualFold(known, name) }
	for _, list := range [...][]string{smsHeaders, smsMore, smsOther} {
		if slices.ContainsFunc(list, same) {
			return true
		}
	}
	return false
}

// isPlainSMS reports whether a header of smsMore with that value is no token. A hint is where the
// answer goes if it holds a slash (conference_event.c, chat_send), and a type is the Content-Type.
func isPlainSMS(name, value string) bool {
	switch name {
	case smsHint:
		return strings.IndexByte(value, '/') < 0
	case smsType:
		return isContentType(value)
	}
	return false
}

// message looks at an event that mod_sms sends on, by its headers.
func (g *guard) message(where string, header func(name string) string) {
	proto, to := header("dest_proto"), header("to")
	if isLongChat(proto, to) {
		g.refuseAt(protectChatConference, where, to)
	}
	if isChatToNobody(proto, to) {
		g.refuseAt(protectChatReceiver, where, proto)
	}
	// The conference TO answers the conference FROM, which answers it in turn
	// (conference_event.c:1019).
	if ascii.EqualFold(proto, chatConference) && ascii.EqualFold(header("proto"), chatConference) {
		g.refuseAt(protectChatAnswer, where, to)
	}
	// Verto does not look whether the call is one of its own (mod_verto.c, verto_send_chat).
	if id := header("call_id"); id != "" && ascii.EqualFold(proto, "verto") {
		g.refuseAt(protectChatVerto, where, id)
	}
	// FreeSWITCH appends such a header to the message that it has sent, and fires the event again
	// (switch_loadable_module.c, do_chat_send). mod_sms looks at the first of two.
	for _, name := range [...]string{smsFailure, smsNonblocking} {
		if header(name) != "" {
			g.refuseAt(protectChatOutcome, where, name)
		}
	}
}
