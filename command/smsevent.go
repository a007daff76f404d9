package command

import (
	"strings"

	"eslguard/catalog"
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
