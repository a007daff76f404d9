package catalog

import (
	"strings"
	"testing"
)

// TestIsHook checks the variables whose values FreeSWITCH runs, as found in its source, in each
// spelling, and some that it does not run.
func TestIsHook(t *testing.T) {
	for name := range strings.FieldsSeq(`
		execute_on_answer execute_on_pre_answer execute_on_media execute_on_ring execute_on_tone_detect execute_on_originate
		execute_on_post_originate execute_on_pre_originate execute_on_pre_bridge execute_on_post_bridge execute_on_blind_transfer
		execute_on_orphaned_bleg execute_on_pickup execute_on_audio_change execute_on_media_timeout execute_on_record_start
		execute_on_sip_reinvite execute_on_sip_barge execute_on_sip_h_prefix sip_execute_on_image opal_execute_on_t38
		execute_on_fax_detect execute_on_spandsp_tone_detect_busy execute_on_avmd_beep execute_on_fsk
		record_post_process_exec_app exec_after_bridge_app exec_after_bridge_arg bridge_pre_execute_app bridge_pre_execute_data
		bridge_pre_execute_aleg_app bridge_pre_execute_bleg_data group_confirm_key group_confirm_file loopback_app loopback_app_arg
		api_hangup_hook api_reporting_hook api_on_answer api_on_originate api_on_conference_create sip_api_on_image opal_api_on_t38
		api_before_bridge api_after_bridge record_post_process_exec_api api_on_startup
		system_on_fax_result system_on_fax_success system_on_fax_failure
		transfer_after_bridge hold_hangup_xfer_exten transfer_on_fail failure_causes inline_destination
		force_transfer_dialplan valet_parking_orbit_exten valet_parking_orbit_dialplan_lot valet_parking_orbit_context
		fifo_orbit_exten mutex_orbit_exten campon_fallback_exten sip_redirect_dialplan inbound_dialplan voicemail_callback_dialplan
		conference_auto_outcall_prefix hold_music temp_hold_music valet_hold_music drop_dtmf_masking_file
		video_pre_call_banner video_pre_call_banner_bleg vm_operator_extension xfer_uuids chat_proto dialplan XML
		current_application current_application_data media_reneg_after_broadcast eavesdrop_announce_id eavesdrop_announce_macro
		Execute_On_Answer_7 EXECUTE_ON_ANSWER[3] nolocal:api_hangup_hook NoLocal:nolocal:api_on_x[ _nolocal_api_hangup_hook
	`) {
		if !IsHook(name) {
			t.Errorf("%s is no hook", name)
		}
	}
	for name := range strings.FieldsSeq(`
		x execute_on api_on api_hangup_hook_2 xexecute_on_answer effective_caller_id_name origination_uuid ringback sip_route_uri
		fifo_orbit hangup_after_bridge continue_on_fail conference_auto_outcall_timeout
	`) {
		if IsHook(name) {
			t.Errorf("%s is a hook", name)
		}
	}
}

// TestHookOf checks one variable of each table, and the order in which the tables are read.
func TestHookOf(t *testing.T) {
	for name, want := range map[string]HookKind{
		"":                                HookNone,
		"api_hangup_hook":                 HookColons,
		"api_on_startup":                  HookConsole, // a name before a prefix
		"api_on_answer":                   HookAPI,
		"execute_on_answer":               HookApp,
		"execute_on_sip_h_prefix":         HookBoth,
		"record_post_process_exec_app":    HookApp,
		"record_post_process_exec_api":    HookColon,
		"system_on_x":                     HookScript,
		"fifo_orbit_exten":                HookOrbit,
		"fifo_orbit_extension":            HookOrbit,
		"fifo_orbit_dialplan":             HookOrbitRest, // an orbit before _dialplan
		"my_dialplan":                     HookDialplan,
		"Api_hangup_hook":                 HookNone, // names are given in lower case
		"disable_system_api_commands":     HookSafeguard,
		"bridge_pre_execute_bleg_data":    HookPairArgs,
		"valet_parking_orbit_context_lot": HookOrbitRest,
	} {
		if got := HookOf(name); got != want {
			t.Errorf("HookOf(%q) = %d, want %d", name, got, want)
		}
	}
	for k := HookNone; k <= HookSafeguard; k++ {
		if want := k == HookApp || k == HookBoth || k == HookAPI; k.ByElement() != want {
			t.Errorf("hook %d is run by its elements: %v", k, !want)
		}
	}
}

func TestPairedVariable(t *testing.T) {
	pairs := 0
	for name, kind := range hookNames {
		other := PairedVariable(name)
		if paired := kind == HookPair || kind == HookPairArgs; paired != (other != "") {
			t.Errorf("%s is paired with %q", name, other)
		} else if paired {
			pairs++
			if PairedVariable(other) != name || HookOf(other) == kind {
				t.Errorf("%s is paired with %s, and that with %s", name, other, PairedVariable(other))
			}
		}
	}
	if pairs != 2*len(hookPairs) {
		t.Errorf("%d variables are paired, want %d", pairs, 2*len(hookPairs))
	}
}

func TestCutOrbit(t *testing.T) {
	for name, want := range map[string][2]string{
		"fifo_orbit_exten":              {"fifo_orbit", "_exten"},
		"valet_parking_orbit_exten_lot": {"valet_parking_orbit", "_exten_lot"},
		"fifo_orbit":                    {"fifo_orbit", ""},
		"my_dialplan":                   {},
		"":                              {},
	} {
		if orbit, part := CutOrbit(name); orbit != want[0] || part != want[1] {
			t.Errorf("CutOrbit(%q) = %q, %q, want %q", name, orbit, part, want)
		}
	}
}

func TestVariableName(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "a": "a", "A": "A", "a[3]": "a", "a[": "a", "[0]": "", "nolocal:a": "a", "NoLocal:_nolocal_a[1]": "a", "_NOLOCAL_a": "a",
		"local:a": "local:a", "a_nolocal_b": "a_nolocal_b", "nolocal:": "",
	} {
		if got := VariableName(name); got != want {
			t.Errorf("VariableName(%q) = %q, want %q", name, got, want)
		}
	}
}
