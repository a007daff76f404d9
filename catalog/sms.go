package catalog

import (
	"slices"

	"eslguard/internal/ascii"
)

// SMSSubclass is the subclass, folded, of a CUSTOM event that mod_sms sends on as a message.
const SMSSubclass = "sms::send_message"

// SMSTokens returns the names of the tokens that follow the name of such an inject effect, as
// the documentation has them.
func SMSTokens() []string { return []string{"SMS::SEND_MESSAGE", "DEST_PROTO", "TO", "FROM"} }

// The headers of the event by which mod_sms takes it for the outcome of a message.
const (
	SMSFailure     = "Delivery-Failure"
	SMSNonblocking = "Nonblocking-Delivery"
)

// smsHeaders and smsMore are injectTokens and injectTargets of such an event (mod_sms.c,
// event_handler; sofia_presence.c, sofia_presence_chat_send; mod_verto.c, chat_send;
// conference_event.c, chat_send; mod_smpp_message.c, mod_smpp_message_create).
var (
	smsHeaders = []string{"Event-Subclass", "dest_proto", "to", "from"}
	smsMore    = []string{
		"proto", "from_proto", "from_full", "sip_profile", "to_sip_ip", "to_sip_port", "smpp_gateway",
		"call_id", "from_user", "from_host", "to_user", "to_host", SMSHint, SMSType, SMSFailure, SMSNonblocking,
	}
)

// Two headers of smsMore that are tokens only where isPlainSMS says that they are not plain.
const (
	SMSHint = "hint"
	SMSType = "type"
)

// smsOther are the further headers of such an event that go up. None of them leads it elsewhere or
// adds to what is sent. An event with a Unique-ID has a channel effect besides.
var smsOther = []string{"subject", "blocking", "replying", ContentType, "Unique-ID", SQLHeader}

// IsSMS reports whether mod_sms sends a CUSTOM event of that subclass on.
func IsSMS(subclass string) bool { return ascii.EqualFold(subclass, SMSSubclass) }

// IsSMSHeader reports whether a header of that name, in any case, may be in an event that mod_sms
// sends on. The others are left out: mod_sofia puts each sip_h_NAME into the message as a header,
// mod_verto repeats each from_NAME and to_NAME, and what a header of another name does in a module
// is not known.
func IsSMSHeader(name string) bool {
	same := func(known string) bool { return ascii.EqualFold(known, name) }
	for _, list := range [...][]string{smsHeaders, smsMore, smsOther} {
		if slices.ContainsFunc(list, same) {
			return true
		}
	}
	return false
}
