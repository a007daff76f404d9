package catalog

import (
	"strings"

	"eslguard/fstext/ascii"
)

// The scopes of variables. They are the names of var effects.
const (
	ScopeChannel   = "channel"
	ScopeOriginate = "originate"
	ScopeGlobal    = "global"
)

// A HookKind says what FreeSWITCH does with the value of a variable, at once or later, and how that
// value is written. The zero HookKind, HookNone, means nothing.
type HookKind uint8

// The kinds of hooks.
const (
	HookNone        HookKind = iota
	HookApp                  // runs an application: `app args`, `app:args` or `app::args`
	HookBoth                 // runs an application as HookApp does, and then an API as HookAPI does
	HookAPI                  // runs an API: `api args`
	HookColons               // runs an API: `api::args` or `api args`
	HookColon                // runs an API: `api:args`
	HookConsole              // runs console text, in which ;; separates commands
	HookScript               // runs a shell command
	HookTransfer             // transfers: `exten:dialplan:context`
	HookFail                 // transfers: `causes exten dialplan context`
	HookInline               // transfers to an inline dialplan
	HookPlay                 // plays a file, or runs an application: `app::args`
	HookPair                 // runs an application, whose argument is in another variable
	HookPairArgs             // the argument of a HookPair
	HookConfirm              // if it is exec, runs the application in another variable
	HookConfirmFile          // the application of a HookConfirm
	HookOrbit                // transfers to an extension; other variables have dialplan and context
	HookOrbitRest            // the dialplan or the context of a HookOrbit
	HookDialplan             // is the dialplan of later transfers
	HookPage                 // says what a page dials and runs
	HookParts                // becomes part of a dial string, or of another API's argument
	HookLiteral              // if true, the arguments of applications are not expanded
	HookExten                // transfers: `exten dialplan context`
	HookBridge               // bridges: `uuid uuid`
	HookChat                 // is the chat protocol in which something is answered
	HookWords                // is spoken by a macro
	HookSwitch               // runs something unless it is false
	HookFolder               // is inserted into a shell command, or before the names of files
	HookSafeguard            // if true, programs cannot be run
)

// ByElement reports whether FreeSWITCH runs each element of a list. It reads the values of other
// kinds as a whole.
func (k HookKind) ByElement() bool { return k == HookApp || k == HookBoth || k == HookAPI }

// hookNames are the variables that FreeSWITCH looks up by their whole name, in lower case.
var hookNames = map[string]HookKind{
	"api_hangup_hook":              HookColons,
	"api_reporting_hook":           HookColons,
	"record_post_process_exec_api": HookColon,
	"api_on_startup":               HookConsole,
	"transfer_after_bridge":        HookTransfer,
	"transfer_after_early_bridge":  HookTransfer,
	"hold_hangup_xfer_exten":       HookTransfer,
	"transfer_on_fail":             HookFail,
	"failure_causes":               HookFail,
	"inline_destination":           HookInline,
	"hold_music":                   HookPlay,
	"temp_hold_music":              HookPlay,
	"valet_hold_music":             HookPlay,
	"drop_dtmf_masking_file":       HookPlay,
	"video_pre_call_banner":        HookPlay,
	"video_pre_call_banner_bleg":   HookPlay,
	"group_confirm_key":            HookConfirm,
	"group_confirm_file":           HookConfirmFile,
	"valet_parking_timeout":        HookOrbitRest,
	"vm_operator_extension":        HookExten,
	"xfer_uuids":                   HookBridge,
	"chat_proto":                   HookChat,
	"eavesdrop_announce_id":        HookWords,
	"eavesdrop_announce_macro":     HookWords,
	"media_reneg_after_broadcast":  HookSwitch,
	"dialplan":                     HookDialplan,
	// the name under which a parking lot looks for the dialplan
	"xml": HookDialplan,
	// a queue runs these again (mod_fifo.c, fifo_function)
	"current_application":               HookPair,
	"current_application_data":          HookPairArgs,
	"exec_after_bridge_app":             HookPair,
	"exec_after_bridge_arg":             HookPairArgs,
	"bridge_pre_execute_app":            HookPair,
	"bridge_pre_execute_data":           HookPairArgs,
	"bridge_pre_execute_aleg_app":       HookPair,
	"bridge_pre_execute_aleg_data":      HookPairArgs,
	"bridge_pre_execute_bleg_app":       HookPair,
	"bridge_pre_execute_bleg_data":      HookPairArgs,
	"loopback_app":                      HookPair,
	"loopback_app_arg":                  HookPairArgs,
	"page_exten":                        HookPage,
	"page_dp":                           HookPage,
	"page_context":                      HookPage,
	"page_data":                         HookPage,
	"page_path":                         HookPage,
	"conference_auto_outcall_prefix":    HookParts,
	"fifo_import_prefix":                HookParts, // part of names of variables
	"conference_auto_outcall_delimiter": HookParts,
	"campon":                            HookParts, // if set, caller ids enter a dial string
	"youtube_resolver":                  HookParts,
	// switch_core_session.c, switch_core_session_exec
	"app_disable_expand_variables": HookLiteral,
	"audio_spool_path":             HookFolder,
	// the beginning of every relative name of a file; it may begin with a stream
	"sound_prefix": HookFolder,
	"fifo_music":   HookPlay, // mod_fifo.c: passed to a broadcast
	// mod_python3.c, which inserts it into a line of Python
	"python_script_path": HookScript,
	// switch_core.c: the program that runs system commands
	"spawn_system_shell":          HookScript,
	"fsk_uri":                     HookParts,     // mod_fsk.c: part of an inline dialplan
	"fsk_simplify_profile":        HookParts,     // likewise
	"disable_system_api_commands": HookSafeguard, // mod_commands.c
	"disable_system_app_commands": HookSafeguard, // mod_dptools.c
}

// hookPairs are the variables of HookPair, each with its variable of HookPairArgs.
var hookPairs = [...]struct{ app, args string }{
	{"exec_after_bridge_app", "exec_after_bridge_arg"},
	{"bridge_pre_execute_app", "bridge_pre_execute_data"},
	{"bridge_pre_execute_aleg_app", "bridge_pre_execute_aleg_data"},
	{"bridge_pre_execute_bleg_app", "bridge_pre_execute_bleg_data"},
	{"loopback_app", "loopback_app_arg"},
	{"current_application", "current_application_data"},
}

// PairedVariable returns the other variable of a pair: the HookPairArgs of a HookPair, and the
// other way round. The name is in lower case. It returns "" for any other name.
func PairedVariable(name string) string {
	for _, pair := range hookPairs {
		switch name {
		case pair.app:
			return pair.args
		case pair.args:
			return pair.app
		}
	}
	return ""
}

// orbits are the names of orbits. Each has the variables NAME_exten, NAME_dialplan and
// NAME_context.
var orbits = [...]string{"valet_parking_orbit", "fifo_orbit", "mutex_orbit", "campon_fallback"}

// hookPrefixes are the prefixes by which FreeSWITCH looks for variables, whatever follows them.
var hookPrefixes = [...]struct {
	prefix string
	kind   HookKind
}{
	{"execute_on_", HookApp}, {"sip_execute_on_", HookApp}, {"opal_execute_on_", HookApp},
	{"record_post_process_exec_app", HookApp},
	{"api_on_", HookAPI}, {"sip_api_on_", HookAPI}, {"opal_api_on_", HookAPI},
	{"api_before_bridge", HookAPI}, {"api_after_bridge", HookAPI},
	{"system_on_", HookScript},
}

// HookOf returns what FreeSWITCH does with the value of the variable name, given in lower case.
func HookOf(name string) HookKind {
	if kind, ok := hookNames[name]; ok {
		return kind
	}
	for i := range hookPrefixes {
		if begins(name, hookPrefixes[i].prefix) {
			// FreeSWITCH looks for execute_on_<prefix>prefix twice (sofia_glue.c,
			// sofia_glue_set_extra_headers).
			if kind := hookPrefixes[i].kind; kind != HookApp || !strings.Contains(name, "prefix") {
				return kind
			}
			return HookBoth
		}
	}
	for i := range orbits {
		if !begins(name, orbits[i]) || len(name) == len(orbits[i]) {
			continue
		}
		if strings.HasPrefix(name[len(orbits[i]):], "_exten") {
			return HookOrbit
		}
		return HookOrbitRest
	}
	if strings.HasSuffix(name, "_dialplan") {
		return HookDialplan
	}
	return HookNone
}

// CutOrbit splits the name of a variable of HookOrbit or HookOrbitRest into the name of its orbit
// and the rest, such as _exten. It returns two empty strings for any other name.
func CutOrbit(name string) (orbit, part string) {
	for _, o := range orbits {
		if rest, ok := strings.CutPrefix(name, o); ok {
			orbit, part = o, rest
		}
	}
	return orbit, part
}

// begins is like strings.HasPrefix, but faster if the first byte differs, as it usually does.
func begins(name, prefix string) bool {
	return name != "" && name[0] == prefix[0] && strings.HasPrefix(name, prefix)
}

// IsHook reports whether FreeSWITCH does anything with the value of the variable name, as a command
// writes it.
func IsHook(name string) bool { return HookOf(ascii.ToLower(VariableName(name))) != HookNone }

// VariableName returns the name of the variable that FreeSWITCH sets for name, as a command writes
// it: without an index, and without the prefixes nolocal: and _nolocal_ of exports
// (switch_channel.c, switch_channel_process_export). It keeps the case.
func VariableName(name string) string {
	for {
		switch {
		case ascii.HasPrefixFold(name, "nolocal:"):
			name = name[len("nolocal:"):]
		case ascii.HasPrefixFold(name, "_nolocal_"):
			name = name[len("_nolocal_"):]
		default:
			name, _, _ = strings.Cut(name, "[")
			return name
		}
	}
}
