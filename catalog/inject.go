package catalog

import (
	"slices"

	"eslguard/effect"
)

// injectTokens are the headers that say whom an event reaches and what it makes happen
// there: the tokens of its inject effect, in this order, "" where one is missing. Events that are
// not here have no tokens.
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

// injectTargets are headers that make some of these events reach somebody else than those above
// say, or say that somebody else sent them, or add to what is sent: each that is there is one more
// token, NAME=VALUE.
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

// InjectHeaders returns the headers that are the tokens of an event, and those of which each that
// is there is one more. subclass is that of a CUSTOM.
func InjectHeaders(event, subclass string) (tokens, more []string) {
	if event == EventCustom.String() && IsSMS(subclass) {
		return smsHeaders, smsMore
	}
	return injectTokens[event], injectTargets[event]
}

// fixedTokens returns how many of the first tokens of an inject effect stand for a header each.
func fixedTokens(e *effect.Effect) int {
	subclass := ""
	if len(e.Tokens) > 0 {
		subclass = e.Tokens[0]
	}
	tokens, _ := InjectHeaders(e.Name, subclass)
	return len(tokens)
}

// scheduleHeaders are put into an SQL statement (switch_core_sqldb.c, core_event_handler).
var scheduleHeaders = []string{"task-id", "task-runtime", "task-sql_manager"}

// injectXML are headers that become XML in what telephones are sent: each that is no plain XML text
// is one more token, NAME=VALUE.
var injectXML = map[string][]string{
	"PRESENCE_IN":   {"status", "force-status", "rpid"},
	"PRESENCE_OUT":  {"status", "force-status", "rpid"},
	"PHONE_FEATURE": {"device", "forward_immediate", "forward_busy", "forward_no_answer", "ringCount", "doNotDisturbOn"},
}

// XMLHeaders returns the headers of an event that become XML in what telephones are sent. It
// returns nil for an event that has none.
func XMLHeaders(event string) []string { return injectXML[event] }

// BodyName stands for the body of an event, where a header's name would.
const BodyName = "_body"

// ContentType is a header that is one more token only where it is no plain type.
const ContentType = "content-type"

// SQLHeader is put into an SQL statement, whatever the event is (switch_core_sqldb.c,
// parse_presence_data_cols).
const SQLHeader = "presence-data-cols"

// An EventForm says which tokens the inject effect of an event has.
type EventForm struct {
	// First are the headers whose values are the first tokens, all of them there. CUSTOM without a
	// subclass has none.
	First []string
	// More are the headers that have a further token, NAME=VALUE, where they are there, in the
	// order of the tokens.
	More []string
}

// InjectForm returns the form of the event of that name, in upper case, and, of CUSTOM, of that
// subclass, in any case. An unknown one has the form of those that have nothing of their own.
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
