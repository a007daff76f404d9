package nested_test

import (
	"slices"
	"strings"
	"testing"
)

// set returns an originate that sets the variables of a block.
func set(entry string) string { return "api originate '{" + entry + "}null/x' 9" }

// hookTests are variables in a block of originate, and the effects of running their values.
var hookTests = []effectsTest{
	{"an application", "execute_on_answer=log INFO x", []string{"app log INFO x"}},
	{"after a colon", "execute_on_answer=log:INFO x", []string{"app log INFO x"}},
	{"after two colons", "execute_on_answer=log::INFO x", []string{"app log INFO x"}},
	{"without an argument", "execute_on_answer=park", []string{"app park"}},
	{"any suffix", "execute_on_answer_7x=park", []string{"app park"}},
	{"any name with that prefix", "execute_on_whatever=park", []string{"app park"}},
	{"any case", "EXECUTE_ON_Answer=park", []string{"app park"}},
	{"an index", "execute_on_answer[3]=park", []string{"app park"}},
	{"nolocal", "nolocal:execute_on_answer=park", []string{"app park"}},
	{"a value that an array would split", "execute_on_answer[1]=log x|:park", []string{"app log x|:park", "app log x", "app park"}},
	{"an array of one", "execute_on_answer=ARRAY::park", []string{"app park"}},
	{"an array in an array", "execute_on_answer=ARRAY::ARRAY::park|:log", []string{"app park", "app log"}},
	{"an array", "execute_on_answer=ARRAY::park|:log INFO", []string{"app park", "app log INFO"}},
	{"no value", "execute_on_answer=", nil},
	{"of SIP", "sip_execute_on_image=park", []string{"app park"}},
	{"of H.323", "opal_execute_on_t38=park", []string{"app park"}},
	{"of a recording", "record_post_process_exec_app=log:INFO", []string{"app log INFO"}},
	{"for headers, run as both", "execute_on_sip_h_prefix=log x", []string{"app log x", "api log x"}},
	{"an API", "api_on_answer=echo a b", []string{"api echo a b"}},
	{"an API of SIP", "sip_api_on_image=status", []string{"api status"}},
	{"an API around a bridge", "api_after_bridge_2=status", []string{"api status"}},
	{"an API at the end", "api_hangup_hook=echo x", []string{"api echo x"}},
	{"an API at the end, with colons", "api_reporting_hook=echo::x", []string{"api echo x"}},
	{"an API after a recording", "record_post_process_exec_api=echo:x y", []string{"api echo x y"}},
	{"an API after a recording, spaces around", "record_post_process_exec_api= status ", []string{"api status"}},
	{"at the start of the switch", "api_on_startup=status;;echo x", []string{"api status", "api echo x"}},
	{"a name that only resembles one", "api_hangup_hook2=status", nil},
	{"a shell command", "system_on_fax_result=x", []string{"opaque script"}},
	{"a transfer", "transfer_after_bridge=9:XML:ctx", []string{"dialplan XML ctx 9"}},
	{"a transfer of a list", "transfer_after_bridge=ARRAY::c|:b", []string{
		"dialplan XML  c", "dialplan XML  b", "dialplan XML c| ARRAY"}},
	{"a transfer of a list of one", "transfer_after_bridge=ARRAY::9:XML:c", []string{"dialplan XML c 9"}},
	{"a transfer without more", "transfer_after_bridge=9", []string{"dialplan XML  9"}},
	{"a transfer after early media", "transfer_after_early_bridge=log\\:x:inline", []string{"app log x"}},
	{"of the other leg", "hold_hangup_xfer_exten=9:XML:c", []string{"dialplan XML c 9"}},
	{"on failure", "transfer_on_fail=486 9 XML ctx", []string{"dialplan XML ctx 9"}},
	{"on failure, by cause", "transfer_on_fail=486", []string{"dialplan XML  auto_cause"}},
	{"on other failures", "failure_causes=486", []string{"dialplan XML  auto_cause"}},
	{"inline after a REFER", "inline_destination=log:INFO", []string{"app log INFO"}},
	{"hold music", "hold_music=/a.wav", nil},
	{"hold music that is an application", "hold_music=log::INFO x", []string{"app log INFO x"}},
	{"hold music with a cause", "hold_music=log!x::INFO", []string{"app log INFO", "app hangup x"}},
	{"hold music that is unknown", "hold_music=${x}", []string{"opaque expansion"}},
	{"hold music that is expanded twice", `hold_music=log::a\\\\b`, []string{`app log a\b`, "opaque wrapper"}},
	{"hold music with no cause", "hold_music=log!::INFO", []string{"app log INFO", "app hangup normal_clearing"}},
	{"hold music with a list in it", "hold_music=log::ARRAY::INFO", []string{"app log ARRAY::INFO", "opaque unknown-syntax"}},
	{"hold music with a quote", `hold_music=a\\\'b`, []string{"opaque wrapper"}},
	{"a pair", "exec_after_bridge_app=log,exec_after_bridge_arg=INFO x", []string{"app log INFO x"}},
	{"a pair of which one may stay unset", "exec_after_bridge_app=log,exec_after_bridge_arg=$x", []string{"app log $x", "app log"}},
	{"only the application of a pair", "exec_after_bridge_app=log", []string{"app log", "opaque wrapper"}},
	{"only the argument of a pair", "bridge_pre_execute_data=x", []string{"opaque wrapper"}},
	{"a key", "group_confirm_key=1,group_confirm_file=/a.wav", nil},
	{"exec for a key", "group_confirm_file=log INFO x,group_confirm_key=Exec", []string{"app log INFO x"}},
	{"exec for a key in a list", "group_confirm_file=log INFO x,group_confirm_key=ARRAY::exec", []string{"app log INFO x"}},
	{"a file without a key", "group_confirm_file=/a.wav", nil},
	{"an application without a key", "group_confirm_file=log INFO", []string{"app log INFO"}},
	{"exec for a key alone", "group_confirm_key=exec", []string{"opaque wrapper"}},
	{"an orbit", "valet_parking_orbit_exten=9,valet_parking_orbit_context=c", []string{"dialplan XML c 9"}},
	{"an orbit with a time", "fifo_orbit_exten=9:30", []string{"dialplan XML  9"}},
	{"an orbit inline", "mutex_orbit_exten=log:x,mutex_orbit_dialplan=inline", []string{"app log x"}},
	{"an orbit's dialplan alone", "mutex_orbit_dialplan=inline", []string{"opaque wrapper"}},
	{"an orbit's context alone", "campon_fallback_context=c", []string{"opaque wrapper"}},
	{"a parking time", "valet_parking_timeout=60", nil},
	{"a parking time with an escape and a comma", `valet_parking_timeout=6\\,x`, []string{"opaque wrapper"}},
	{"the dialplan of transfers", "force_transfer_dialplan=inline", []string{"opaque wrapper"}},
	{"the usual dialplan", "force_transfer_dialplan=xml", nil},
	{"the prefix of dial strings", "conference_auto_outcall_prefix=x", []string{"opaque wrapper"}},
	{"the prefix of variables' names", "fifo_import_prefix=execute_on_", []string{"opaque wrapper"}},
	{"the separator of dial strings", "conference_auto_outcall_delimiter=x", []string{"opaque wrapper"}},
	{"caller ids in dial strings", "campon=true", []string{"opaque wrapper"}},
	{"caller ids in dial strings, in a list", "campon=ARRAY::true", []string{"opaque wrapper"}},
	{"no caller ids in dial strings", "campon=false", nil},
	{"arguments that are not expanded", "app_disable_expand_variables=true", []string{"opaque expansion"}},
	{"arguments that are expanded", "app_disable_expand_variables=false", nil},
	{"the extension of a page", "page_exten=log:INFO", []string{"app log INFO"}},
	{"the extension of a page, with its dialplan", "page_exten=9,page_dp=XML,page_context=c", []string{"dialplan XML c 9"}},
	{"the dialplan of a page alone", "page_dp=XML", []string{"opaque wrapper"}},
	{"the usual dialplan of a page", "page_dp=inline", nil},
	{"the context of a page alone", "page_context=c", []string{"opaque wrapper"}},
	{"the file of a page", "page_path=/a.wav", nil},
	{"the file of a page with more", `page_path=\'/a,log:INFO\'`, []string{"opaque wrapper"}},
	{"hold music that is written between double quotes", `hold_music=/a\"log:x`, []string{"opaque wrapper"}},
	{"the operator of a mailbox", "vm_operator_extension=9 XML ctx", []string{"dialplan XML ctx 9"}},
	{"the operator of a mailbox, inline", "vm_operator_extension=log:x inline", []string{"app log x"}},
	{"channels that are bridged after a transfer", "xfer_uuids=u1 u2", []string{"api uuid_bridge u1 u2"}},
	{"media after a broadcast", "media_reneg_after_broadcast=5", []string{"opaque wrapper"}},
	{"no media after a broadcast", "media_reneg_after_broadcast=false", nil},
	{"how a conference answers", "chat_proto=verto", nil},
	{"how a conference answers, by an API", "chat_proto=api", []string{"opaque wrapper"}},
	{"the application that a queue restores", "current_application=log,current_application_data=x", []string{"app log x"}},
	{"an announcement before listening in", "eavesdrop_announce_macro=hello", nil},
	{"an announcement that is not a plain word", "eavesdrop_announce_id=a:b", []string{"opaque wrapper"}},
	{"the channel's own dialplan", "dialplan=inline", []string{"opaque wrapper"}},
	{"the dialplan of a parking lot", "XML=inline", []string{"opaque wrapper"}},
	{"the server of videos", "youtube_resolver=http://x", []string{"opaque wrapper"}},
	{"no hook", "origination_caller_id_name=execute_on_answer", nil},
}

func TestHookEffects(t *testing.T) {
	for _, tt := range hookTests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range effectsOf(t, set(tt.send))[1:] {
				e, _, _ = strings.Cut(e, " # ")
				if !strings.HasPrefix(e, "var ") && e != "dial null/x" && e != "dialplan XML default 9" {
					got = append(got, e)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q, want %q", tt.send, got, tt.want)
			}
		})
	}
}

// TestStartIsNotExpanded checks that the commands which the switch runs when it starts are not
// expanded (switch_console.c, switch_console_execute).
func TestStartIsNotExpanded(t *testing.T) {
	const value = "echo ${echo x}"
	got := effectsOf(t, "api global_setvar api_on_startup="+value)
	if want := "api " + value + " # "; !slices.ContainsFunc(got, func(e string) bool { return strings.HasPrefix(e, want) }) {
		t.Errorf("%q has no %q", got, want)
	}
}

func TestHookPath(t *testing.T) {
	runEffects(t, []effectsTest{
		{"a hook", set("a=1,Execute_On_Answer[0]=log INFO"), []string{
			"var originate a 1", "var originate Execute_On_Answer log INFO",
			"app log INFO # var execute_on_answer > app log", "dial null/x", "dialplan XML default 9"}},
		{"a hook in a hook", execute("set", "api_hangup_hook=uuid_setvar 1 api_on_answer status"), []string{
			"var channel api_hangup_hook uuid_setvar 1 api_on_answer status # app set",
			"api uuid_setvar 1 api_on_answer status # app set > var api_hangup_hook > api uuid_setvar",
			"var channel api_on_answer status # app set > var api_hangup_hook > api uuid_setvar",
			"api status # app set > var api_hangup_hook > api uuid_setvar > var api_on_answer > api status"}},
		{"a name that is not known", execute("set", "${x}=status"), []string{
			"opaque expansion # app set", "var channel ${x} status # app set"}},
		{"a value that is not known", execute("set", "api_hangup_hook=${x}"), []string{
			"var channel api_hangup_hook ${x} # app set",
			"opaque expansion # app set > var api_hangup_hook"}},
		{"an argument that is expanded twice", execute("set", "api_hangup_hook=echo \\${x}"), []string{
			"opaque expansion # app set", "var channel api_hangup_hook echo ${x} # app set",
			"opaque expansion # app set > var api_hangup_hook"}},
		{"an argument that is not known", execute("export", "api_hangup_hook=echo \\${x}"), []string{
			"var channel api_hangup_hook echo ${x} # app export",
			"api echo ${x} # app export > var api_hangup_hook > api echo"}},
		{"a transfer inline", execute("set", "transfer_after_bridge='log:INFO':inline"), []string{
			"var channel transfer_after_bridge 'log:INFO':inline # app set",
			"app log INFO # app set > var transfer_after_bridge > dialplan inline > app log"}},
	})
}
