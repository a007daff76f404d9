package catalog

import (
	"slices"

	"eslguard/fstext/ascii"
)

// SMSSubclass is the subclass, in lower case, of a CUSTOM event that mod_sms sends as a text
// message.
const SMSSubclass = "sms::send_message"

// SMSTokens returns a placeholder for each of the first tokens of the inject effect of an event
// with the SMSSubclass. The first token is the subclass.
func SMSTokens() []string { return []string{"SMS::SEND_MESSAGE", "DEST_PROTO", "TO", "FROM"} }

// The headers that make mod_sms treat the event as the outcome of a delivery.
const (
	SMSFailure     = "Delivery-Failure"
	SMSNonblocking = "Nonblocking-Delivery"
)

// smsHeaders and smsMore are the injectTokens and injectTargets of an event with the SMSSubclass
// (mod_sms.c, event_handler; sofia_presence.c, sofia_presence_chat_send; mod_verto.c, chat_send;
// conference_event.c, chat_send; mod_smpp_message.c, mod_smpp_message_create).
var (
	smsHeaders = []string{"Event-Subclass", "dest_proto", "to", "from"}
	smsMore    = []string{
		"proto", "from_proto", "from_full", "sip_profile", "to_sip_ip", "to_sip_port", "smpp_gateway",
		"call_id", "from_user", "from_host", "to_user", "to_host", SMSHint, SMSType, SMSFailure, SMSNonblocking,
	}
)

// Two headers of smsMore. A hint is a token only if it contains a slash, and a type only if it is
// not a plain TYPE/SUBTYPE.
const (
	SMSHint = "hint"
	SMSType = "type"
)

// smsOther are the further headers of an event with the SMSSubclass that are forwarded. None of
// them changes whom the event reaches or adds to what is sent. An event with a Unique-ID also has a
// channel effect.
var smsOther = []string{"subject", "blocking", "replying", ContentType, "Unique-ID", SQLHeader}

// IsSMS reports whether mod_sms sends a CUSTOM event with that subclass, in any case, as a text
// message.
func IsSMS(subclass string) bool { return ascii.EqualFold(subclass, SMSSubclass) }

// IsSMSHeader reports whether a header with that name, in any case, is forwarded in an event that
// mod_sms sends as a text message. Others are left out: mod_sofia adds each sip_h_NAME to the text
// message as a header, mod_verto repeats each from_NAME and to_NAME, and what modules do with other
// headers is not known.
func IsSMSHeader(name string) bool {
	same := func(known string) bool { return ascii.EqualFold(known, name) }
	for _, list := range [...][]string{smsHeaders, smsMore, smsOther} {
		if slices.ContainsFunc(list, same) {
			return true
		}
	}
	return false
}
