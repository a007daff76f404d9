package argument

import (
	"strings"

	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// A rule can name an expansion if its value cannot be anything but what its kind says. These are
//
//   - ${uuid}, the uuid of the channel that runs the text. A channel gets the variable when it is
//     made (switch_core_session.c, switch_core_session_request_uuid and
//     switch_core_session_set_uuid); whoever may set the variables uuid or origination_uuid decides
//     what it says;
//   - ${strftime(FORMAT)} with a format that makes nothing but letters, digits, - and _;
//   - $${NAME}, a variable of the configuration. Where a channel expands a text, FreeSWITCH reads
//     it as ${NAME}: the channel's own variable comes before the global one (switch_channel.c,
//     switch_channel_expand_variables_check and switch_channel_get_variable_dup), so whoever may
//     set either decides what it says.

// uuidVariable is the variable that holds a channel's uuid.
const uuidVariable = "uuid"

// OriginationUUID is the variable by which an originate states the uuid of the channel that it
// makes.
const OriginationUUID = "origination_uuid"

// maxStrftime is the most bytes that a format may have. FreeSWITCH has room for 79 bytes of what it
// makes (mod_dptools.c, strftime_api_function), and none of strftimeLetters makes more than four of
// two.
const maxStrftime = 32

// strftimeLetters are the conversions that make letters and digits only.
const strftimeLetters = "abdHIjmMpSyY"

// Expansions returns where ${…} and $${…} stand in a text, in order, each with its dollar signs and
// its braces. What no brace closes reaches up to the end. It returns nil where there are none.
func Expansions(text string) (spans []Span) {
	for i := 0; i < len(text); {
		at := strings.Index(text[i:], "${")
		if at < 0 {
			break
		}
		start := i + at
		_, next, _ := fstext.EndOfExpansion(text, start+len("${"))
		if start > i && text[start-1] == '$' {
			start--
		}
		spans = append(spans, Span{start, next})
		i = next
	}
	return spans
}

// ExpansionVariable says whether a rule can name an expansion, which is given with its dollar signs
// and its braces, and which variable its value is: "" for one that is of no variable. It returns
// false if the value could be anything.
func ExpansionVariable(text string) (name string, ok bool) {
	inner, global := strings.CutPrefix(text, "$${")
	if !global {
		if inner, ok = strings.CutPrefix(text, "${"); !ok {
			return "", false
		}
	}
	if inner, ok = strings.CutSuffix(inner, "}"); !ok {
		return "", false
	}
	if format, call := strings.CutPrefix(inner, "strftime("); call && !global {
		format, closed := strings.CutSuffix(format, ")")
		return "", closed && isPlainStrftime(format)
	}
	if !global {
		return uuidVariable, inner == uuidVariable
	}
	return inner, isConfigured(inner)
}

// isPlainStrftime reports whether a format makes letters, digits, - and _ only. FreeSWITCH makes
// nothing of an empty one, but its own.
func isPlainStrftime(format string) bool {
	if format == "" || len(format) > maxStrftime {
		return false
	}
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '%':
			if i++; i >= len(format) || !containsByte(strftimeLetters, format[i]) {
				return false
			}
		case !isWordByte(c) && c != '-':
			return false
		}
	}
	return true
}

// isWordByte reports whether c is a letter of ASCII, a digit or an underscore.
func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// othersPrefixes begin the variables that FreeSWITCH sets on a channel from what the other side of
// a call sent, or reads from another channel.
var othersPrefixes = [...]string{"sip_", "rtp_", "verto_", "aleg_", "bleg_", "variable_"}

// profileFields are what FreeSWITCH reads from the caller's profile before it looks for a global
// variable (switch_caller.c, switch_caller_get_field_by_name), and uuid. In lower case.
var profileFields = [...]string{
	"dialplan", "username", "caller_id_name", "caller_id_number", "orig_caller_id_name", "orig_caller_id_number",
	"callee_id_name", "callee_id_number", "ani", "aniii", "network_addr", "rdnis", "destination_number", uuidVariable, "source",
	"transfer_source", "context", "chan_name", "profile_index", "caller_ton", "caller_numplan", "destination_number_ton",
	"destination_number_numplan", "ani_ton", "ani_numplan", "rdnis_ton", "rdnis_numplan", "screen_bit", "privacy_hide_name",
	"privacy_hide_number", "profile_created_time", "created_time", "answered_time", "progress_time", "progress_media_time",
	"hungup_time", "transferred_time",
}

// isConfigured reports whether name can be that of a variable that only the configuration sets: a
// plain one, of which no call says the value.
func isConfigured(name string) bool {
	if name == "" || len(name) > fstext.MaxPlain || ascii.ContainsEqualFold(profileFields[:], name) {
		return false
	}
	for i := range len(name) {
		if !isWordByte(name[i]) && name[i] != '-' {
			return false
		}
	}
	for _, prefix := range othersPrefixes {
		if ascii.HasPrefixFold(name, prefix) {
			return false
		}
	}
	return true
}
