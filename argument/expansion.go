package argument

import (
	"strings"

	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A rule can name an expansion if its value has only one possible form. These expansions are:
//
//   - ${uuid}, the uuid of the channel that runs the text. FreeSWITCH sets the variable when it
//     makes the channel (switch_core_session.c, switch_core_session_request_uuid and
//     switch_core_session_set_uuid). A client that may set the variables uuid or origination_uuid
//     can change its value;
//   - ${strftime(FORMAT)} with a format that produces only letters, digits, - and _;
//   - $${NAME}, a variable of the configuration. If a channel expands the text, FreeSWITCH reads it
//     as ${NAME} and prefers the channel's own variable to the global one (switch_channel.c,
//     switch_channel_expand_variables_check and switch_channel_get_variable_dup). A client that may
//     set either of them can change the value.

// uuidVariable is the variable that contains a channel's uuid.
const uuidVariable = "uuid"

// OriginationUUID is the variable with which an originate chooses the uuid of the new channel.
const OriginationUUID = "origination_uuid"

// maxStrftime is the maximum length of a format in bytes. FreeSWITCH's buffer for the result has 79
// bytes (mod_dptools.c, strftime_api_function), and each of strftimeLetters turns two bytes into
// four at most.
const maxStrftime = 32

// strftimeLetters are the conversions that produce only letters and digits.
const strftimeLetters = "abdHIjmMpSyY"

// Expansions returns the positions of all ${…} and $${…} in text, in order, including their dollar
// signs and braces. An expansion without a closing brace extends to the end of text. It returns nil
// if there are none.
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

// ExpansionVariable reports whether a rule can name the expansion text, given with its dollar signs
// and braces, and returns the variable that it is the value of. The name is "" for ${strftime(…)},
// which is not a variable. ok is false if the value could be anything; name then means nothing.
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

// isPlainStrftime reports whether a format produces only letters, digits, - and _. An empty format
// does not, since FreeSWITCH replaces it by its own, which contains a space.
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

// isWordByte reports whether c is an ASCII letter, a digit or an underscore.
func isWordByte(c byte) bool {
	return ascii.IsAlphanumeric(c) || c == '_'
}

// foreignPrefixes are the prefixes of variables that FreeSWITCH sets on a channel from what the
// other side of the call sent, or reads from another channel.
var foreignPrefixes = [...]string{"sip_", "rtp_", "verto_", "aleg_", "bleg_", "variable_"}

// profileFields are uuid and the names, in lower case, that FreeSWITCH looks up in the caller's
// profile before it looks for a global variable (switch_caller.c, switch_caller_get_field_by_name).
var profileFields = [...]string{
	"dialplan", "username", "caller_id_name", "caller_id_number", "orig_caller_id_name", "orig_caller_id_number",
	"callee_id_name", "callee_id_number", "ani", "aniii", "network_addr", "rdnis", "destination_number", uuidVariable, "source",
	"transfer_source", "context", "chan_name", "profile_index", "caller_ton", "caller_numplan", "destination_number_ton",
	"destination_number_numplan", "ani_ton", "ani_numplan", "rdnis_ton", "rdnis_numplan", "screen_bit", "privacy_hide_name",
	"privacy_hide_number", "profile_created_time", "created_time", "answered_time", "progress_time", "progress_media_time",
	"hungup_time", "transferred_time",
}

// isConfigured reports whether name may be a variable that only the configuration sets: a plain
// name whose value no call determines.
func isConfigured(name string) bool {
	if name == "" || len(name) > fstext.MaxPlain || ascii.ContainsEqualFold(profileFields[:], name) {
		return false
	}
	for i := range len(name) {
		if !isWordByte(name[i]) && name[i] != '-' {
			return false
		}
	}
	for _, prefix := range foreignPrefixes {
		if ascii.HasPrefixFold(name, prefix) {
			return false
		}
	}
	return true
}
