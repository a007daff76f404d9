package catalog

import (
	"strings"

	"eslguard/internal/ascii"
)

// The scopes of variables, the names of var effects.
const (
	ScopeChannel   = "channel"
	ScopeOriginate = "originate"
	ScopeGlobal    = "global"
)

// A HookKind says what FreeSWITCH does, sooner or later, with the value of a variable, and how
// that value is written. The zero kind is nothing.
type HookKind uint8

// The kinds of hooks. HookNone is no hook.
const (
	HookNone        HookKind = iota
	HookApp                  // runs an application: `app args`, `app:args` or `app::args`
	HookBoth                 // as HookApp, and once more as HookAPI
	HookAPI                  // runs an API: `api args`
	HookColons               // runs an API: `api::args` or `api args`
	HookColon                // runs an API: `api:args`
	HookConsole              // runs console text, with ;; between its commands
	HookScript               // runs a shell command
	HookTransfer             // transfers: `exten:dialplan:context`
	HookFail                 // transfers: `causes exten dialplan context`
	HookInline               // transfers to an inline dialplan
	HookPlay                 // plays a file, or runs an application: `app::args`
	HookPair                 // runs an application, whose argument another variable holds
	HookPairArgs             // that other variable
	HookConfirm              // exec: runs an application, which another variable holds
	HookConfirmFile          // that other variable
	// transfers to an extension, with dialplan and context in two other variables
	HookOrbit
	HookOrbitRest // those two
	HookDialplan  // names the dialplan of later transfers
	HookPage      // says what a page dials and runs
	HookParts     // becomes part of a dial string, or of another API's argument
	HookLiteral   // where it is true, arguments of applications are not expanded
	HookExten     // transfers: `exten dialplan context`
	HookBridge    // bridges: `uuid uuid`
	HookChat      // names the chat protocol by which something is answered
	HookWords     // is said by a macro
	HookSwitch    // runs something unless it says no
	HookFolder    // goes into a shell command, or before the names of files
	HookSafeguard // keeps programs from being run where it is true
)

// ByElement reports whether each element of a list is run by itself. Other variables are read as a
// whole.
func (k HookKind) ByElement() bool { return k == HookApp || k == HookBoth || k == HookAPI }

// hookNames are the variables that FreeSWITCH reads by their whole name, in lower case.
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
	// so spelled where a parking lot looks for one
	"xml": HookDialplan,
	// which a queue runs again (mod_fifo.c, fifo_function)
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
	"fifo_import_prefix":                HookParts, // of names of variables
	"conference_auto_outcall_delimiter": HookParts,
	"campon":                            HookParts, // with it, caller ids do
	"youtube_resolver":                  HookParts,
	// switch_core_session.c, switch_core_session_exec
	"app_disable_expand_variables": HookLiteral,
	"audio_spool_path":             HookFolder,
	// begins every relative name of a file, and may begin with a stream
	"sound_prefix": HookFolder,
	"fifo_music":   HookPlay, // mod_fifo.c: handed to a broadcast
	// mod_python3.c, where it stands in a line of Python
	"python_script_path": HookScript,
	// switch_core.c, the program that runs system commands
	"spawn_system_shell":          HookScript,
	"fsk_uri":                     HookParts,     // mod_fsk.c, of an inline dialplan
	"fsk_simplify_profile":        HookParts,     // the same
	"disable_system_api_commands": HookSafeguard, // mod_commands.c
	"disable_system_app_commands": HookSafeguard, // mod_dptools.c
}

// hookPairs are the variables of HookPair with theirs of HookPairArgs.
var hookPairs = [...]struct{ app, args string }{
	{"exec_after_bridge_app", "exec_after_bridge_arg"},
	{"bridge_pre_execute_app", "bridge_pre_execute_data"},
	{"bridge_pre_execute_aleg_app", "bridge_pre_execute_aleg_data"},
	{"bridge_pre_execute_bleg_app", "bridge_pre_execute_bleg_data"},
	{"loopback_app", "loopback_app_arg"},
	{"current_application", "current_application_data"},
}

// PairedVariable returns the other variable of a pair: for the name of one of HookPair that of its
// argument, and the other way round. It returns "" for any other name.
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

// orbits are the beginnings of NAME_exten, NAME_dialplan and NAME_context.
var orbits = [...]string{"valet_parking_orbit", "fifo_orbit", "mutex_orbit", "campon_fallback"}

// hookPrefixes are the beginnings of variables that FreeSWITCH looks for by them: whatever follows.
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

// HookOf returns what becomes of the value of a variable, given in lower case.
func HookOf(name string) HookKind {
	if kind, ok := hookNames[name]; ok {
		return kind
	}
	for i := range hookPrefixes {
		if begins(name, hookPrefixes[i].prefix) {
			// execute_on_<prefix>prefix is looked for twice (sofia_glue.c,
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

// CutOrbit cuts the name of a variable of HookOrbit or HookOrbitRest into the name of the orbit and
// what follows it, such as _exten. For any other name it returns nothing.
func CutOrbit(name string) (orbit, part string) {
	for _, o := range orbits {
		if rest, ok := strings.CutPrefix(name, o); ok {
			orbit, part = o, rest
		}
	}
	return orbit, part
}

// begins is strings.HasPrefix, quick where the first byte differs, as it mostly does.
func begins(name, prefix string) bool {
	return name != "" && name[0] == prefix[0] && strings.HasPrefix(name, prefix)
}

// IsHook reports whether FreeSWITCH does anything with the value of a variable of that name.
func IsHook(name string) bool { return HookOf(ascii.ToLower(VariableName(name))) != HookNone }

// VariableName returns the name that FreeSWITCH sets: without an index, and without the nolocal: or
// _nolocal_ of exports (switch_channel.c, switch_channel_process_export).
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
