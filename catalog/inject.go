package catalog

import (
	"slices"

	"eslguard/effect"
)

// injectTokens are, for each event, the headers that decide whom it reaches and what it causes
// there. Their values are the first tokens of the inject effect, in this order, with "" for a
// missing header. Other events have no such tokens.
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

// injectTargets are, for some events, headers that change whom the event reaches or who seems to
// send it, or that add to what is sent. Each one that is present is a further token, NAME=VALUE.
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

// InjectHeaders returns the headers whose values are the first tokens of an event, in upper case,
// and those that are a further token each if they are present. subclass is the subclass of a
// CUSTOM, in any case. Both lists are nil if there are none; they must not be changed.
func InjectHeaders(event, subclass string) (tokens, more []string) {
	if event == EventCustom.String() && IsSMS(subclass) {
		return smsHeaders, smsMore
	}
	return injectTokens[event], injectTargets[event]
}

// fixedTokens returns how many of the first tokens of an inject effect are the value of a header.
// The tokens after these are NAME=VALUE.
func fixedTokens(e *effect.Effect) int {
	subclass := ""
	if len(e.Tokens) > 0 {
		subclass = e.Tokens[0]
	}
	tokens, _ := InjectHeaders(e.Name, subclass)
	return len(tokens)
}

// scheduleHeaders are the headers of an event of a schedule that FreeSWITCH inserts into an SQL
// statement (switch_core_sqldb.c, core_event_handler).
var scheduleHeaders = []string{"task-id", "task-runtime", "task-sql_manager"}

// injectXML are headers that FreeSWITCH inserts into XML for telephones. Each one that is not plain
// XML text is a further token, NAME=VALUE.
var injectXML = map[string][]string{
	"PRESENCE_IN":   {"status", "force-status", "rpid"},
	"PRESENCE_OUT":  {"status", "force-status", "rpid"},
	"PHONE_FEATURE": {"device", "forward_immediate", "forward_busy", "forward_no_answer", "ringCount", "doNotDisturbOn"},
}

// XMLHeaders returns the headers of an event, in upper case, that FreeSWITCH inserts into XML for
// telephones. It returns nil if there are none.
func XMLHeaders(event string) []string { return injectXML[event] }

// BodyName is used as the name of a header for the body of an event.
const BodyName = "_body"

// ContentType is the header that is a further token only if its value is not a plain TYPE/SUBTYPE.
const ContentType = "content-type"

// SQLHeader is the header that FreeSWITCH inserts into an SQL statement for every event
// (switch_core_sqldb.c, parse_presence_data_cols).
const SQLHeader = "presence-data-cols"

// An EventForm lists the tokens of the inject effect of an event.
type EventForm struct {
	// First are the headers whose values are the first tokens. All of these tokens are present,
	// except that CUSTOM without a subclass has none.
	First []string
	// More are the headers that are a further token, NAME=VALUE, if they are present, in the order
	// of the tokens.
	More []string
}

// InjectForm returns the form of an event, given its name in upper case and, for CUSTOM, its
// subclass in any case. An unknown event has the form of an event without headers of its own. The
// caller may change the lists.
func InjectForm(name, subclass string) EventForm {
	first, more := InjectHeaders(name, subclass)
	f := EventForm{First: slices.Clone(first), More: slices.Clone(more)}
	if name == "NOTIFY" {
		f.More = append(f.More, ContentType)
	}
	f.More = append(append(f.More, injectXML[name]...), SQLHeader)
	if name == "NOTIFY" {
		f.More = append(f.More, BodyName)
	}
	return f
}
