package command

import (
	"strings"

	"eslguard/internal/ascii"
)

// # Variables
//
// Each variable that a command sets is a var effect: its scope, its name, which FreeSWITCH compares without
// case, without an index and the nolocal: or _nolocal_ of exports, and its value, empty where it is removed. Where FreeSWITCH runs the
// value, sooner or later, the effects of that stand behind it; of an array those of each element, and of the text that spells
// the array where FreeSWITCH reads it as a whole. An array of one is its element. What an application or
// an orbit takes from a second variable is known only if one command sets both: else it is opaque, wrapper. Names of
// files and URLs, and what chooses the way of a call, have no more than the var effect.

// The scopes of variables, the names of var effects.
const (
	scopeChannel   = "channel"
	scopeOriginate = "originate"
	scopeGlobal    = "global"
)

// A hookKind says what FreeSWITCH does, sooner or later, with the value of a variable, and how
// that value is written. The zero kind is nothing.
type hookKind uint8

const (
	hookNone        hookKind = iota
	hookApp                  // runs an application: `app args`, `app:args` or `app::args`
	hookBoth                 // as hookApp, and once more as hookAPI
	hookAPI                  // runs an API: `api args`
	hookColons               // runs an API: `api::args` or `api args`
	hookColon                // runs an API: `api:args`
	hookConsole              // runs console text, with ;; between its commands
	hookScript               // runs a shell command
	hookTransfer             // transfers: `exten:dialplan:context`
	hookFail                 // transfers: `causes exten dialplan context`
	hookInline               // transfers to an inline dialplan
	hookPlay                 // plays a file, or runs an application: `app::args`
	hookPair                 // runs an application, whose argument another variable holds
	hookPairArgs             // that other variable
	hookConfirm              // exec: runs an application, which another variable holds
	hookConfirmFile          // that other variable
	hookOrbit                // transfers to an extension, with dialplan and context in two other variables
	hookOrbitRest            // those two
	hookDialplan             // names the dialplan of later transfers
	hookPage                 // says what a page dials and runs
	hookParts                // becomes part of a dial string, or of another API's argument
	hookLiteral              // where it is true, arguments of applications are not expanded
	hookExten                // transfers: `exten dialplan context`
	hookBridge               // bridges: `uuid uuid`
	hookChat                 // names the chat protocol by which something is answered
	hookWords                // is said by a macro
	hookSwitch               // runs something unless it says no
	hookFolder               // goes into a shell command, or before the names of files
	hookSafeguard            // keeps programs from being run where it is true
)

// byElement reports whether each element of a list is run by itself. Other variables are read as a whole.
func (k hookKind) byElement() bool { return k == hookApp || k == hookBoth || k == hookAPI }

// hookNames are the variables that FreeSWITCH reads by their whole name, in lower case.
var hookNames = map[string]hookKind{
	"api_hangup_hook":                   hookColons,
	"api_reporting_hook":                hookColons,
	"record_post_process_exec_api":      hookColon,
	"api_on_startup":                    hookConsole,
	"transfer_after_bridge":             hookTransfer,
	"transfer_after_early_bridge":       hookTransfer,
	"hold_hangup_xfer_exten":            hookTransfer,
	"transfer_on_fail":                  hookFail,
	"failure_causes":                    hookFail,
	"inline_destination":                hookInline,
	"hold_music":                        hookPlay,
	"temp_hold_music":                   hookPlay,
	"valet_hold_music":                  hookPlay,
	"drop_dtmf_masking_file":            hookPlay,
	"video_pre_call_banner":             hookPlay,
	"video_pre_call_banner_bleg":        hookPlay,
	"group_confirm_key":                 hookConfirm,
	"group_confirm_file":                hookConfirmFile,
	"valet_parking_timeout":             hookOrbitRest,
	"vm_operator_extension":             hookExten,
	"xfer_uuids":                        hookBridge,
	"chat_proto":                        hookChat,
	"eavesdrop_announce_id":             hookWords,
	"eavesdrop_announce_macro":          hookWords,
	"media_reneg_after_broadcast":       hookSwitch,
	"dialplan":                          hookDialplan,
	"xml":                               hookDialplan, // so spelled where a parking lot looks for one
	"current_application":               hookPair,     // which a queue runs again (mod_fifo.c, fifo_function)
	"current_application_data":          hookPairArgs,
	"exec_after_bridge_app":             hookPair,
	"exec_after_bridge_arg":             hookPairArgs,
	"bridge_pre_execute_app":            hookPair,
	"bridge_pre_execute_data":           hookPairArgs,
	"bridge_pre_execute_aleg_app":       hookPair,
	"bridge_pre_execute_aleg_data":      hookPairArgs,
	"bridge_pre_execute_bleg_app":       hookPair,
	"bridge_pre_execute_bleg_data":      hookPairArgs,
	"loopback_app":                      hookPair,
	"loopback_app_arg":                  hookPairArgs,
	"page_exten":                        hookPage,
	"page_dp":                           hookPage,
	"page_context":                      hookPage,
	"page_data":                         hookPage,
	"page_path":                         hookPage,
	"conference_auto_outcall_prefix":    hookParts,
	"fifo_import_prefix":                hookParts, // of names of variables
	"conference_auto_outcall_delimiter": hookParts,
	"campon":                            hookParts, // with it, caller ids do
	"youtube_resolver":                  hookParts,
	"app_disable_expand_variables":      hookLiteral, // switch_core_session.c, switch_core_session_exec
	"audio_spool_path":                  hookFolder,
	"sound_prefix":                      hookFolder,    // begins every relative name of a file, and may begin with a stream
	"fifo_music":                        hookPlay,      // mod_fifo.c: handed to a broadcast
	"python_script_path":                hookScript,    // mod_python3.c, where it stands in a line of Python
	"spawn_system_shell":                hookScript,    // switch_core.c, the program that runs system commands
	"fsk_uri":                           hookParts,     // mod_fsk.c, of an inline dialplan
	"fsk_simplify_profile":              hookParts,     // the same
	"disable_system_api_commands":       hookSafeguard, // mod_commands.c
	"disable_system_app_commands":       hookSafeguard, // mod_dptools.c
}

// hookPairs are the variables of hookPair with theirs of hookPairArgs.
var hookPairs = [...]struct{ app, args string }{
	{"exec_after_bridge_app", "exec_after_bridge_arg"},
	{"bridge_pre_execute_app", "bridge_pre_execute_data"},
	{"bridge_pre_execute_aleg_app", "bridge_pre_execute_aleg_data"},
	{"bridge_pre_execute_bleg_app", "bridge_pre_execute_bleg_data"},
	{"loopback_app", "loopback_app_arg"},
	{"current_application", "current_application_data"},
}

// orbits are the beginnings of NAME_exten, NAME_dialplan and NAME_context.
var orbits = [...]string{"valet_parking_orbit", "fifo_orbit", "mutex_orbit", "campon_fallback"}

// hookPrefixes are the beginnings of variables that FreeSWITCH looks for by them: whatever follows.
var hookPrefixes = [...]struct {
	prefix string
	kind   hookKind
}{
	{"execute_on_", hookApp}, {"sip_execute_on_", hookApp}, {"opal_execute_on_", hookApp},
	{"record_post_process_exec_app", hookApp},
	{"api_on_", hookAPI}, {"sip_api_on_", hookAPI}, {"opal_api_on_", hookAPI},
	{"api_before_bridge", hookAPI}, {"api_after_bridge", hookAPI},
	{"system_on_", hookScript},
}

// hookOf returns what becomes of the value of a variable, given in lower case.
func hookOf(name string) hookKind {
	if kind, ok := hookNames[name]; ok {
		return kind
	}
	for i := range hookPrefixes {
		if begins(name, hookPrefixes[i].prefix) {
			// execute_on_<prefix>prefix is looked for twice (sofia_glue.c, sofia_glue_set_extra_headers).
			if kind := hookPrefixes[i].kind; kind != hookApp || !strings.Contains(name, "prefix") {
				return kind
			}
			return hookBoth
		}
	}
	for i := range orbits {
		if !begins(name, orbits[i]) || len(name) == len(orbits[i]) {
			continue
		}
		if strings.HasPrefix(name[len(orbits[i]):], "_exten") {
			return hookOrbit
		}
		return hookOrbitRest
	}
	if strings.HasSuffix(name, "_dialplan") {
		return hookDialplan
	}
	return hookNone
}

// begins is strings.HasPrefix, quick where the first byte differs, as it mostly does.
func begins(name, prefix string) bool {
	return name != "" && name[0] == prefix[0] && strings.HasPrefix(name, prefix)
}

// isHook reports whether FreeSWITCH does anything with the value of a variable of that name.
func isHook(name string) bool { return hookOf(ascii.ToLower(variableName(name))) != hookNone }

// variableName returns the name that FreeSWITCH sets: without an index, and without the nolocal: or _nolocal_ of
// exports (switch_channel.c, switch_channel_process_export).
func variableName(name string) string {
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
