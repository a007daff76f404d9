package nested_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/command"
	"eslguard/command/internal/nested"
	"eslguard/effect"
)

// A nestedTest is an API or application and the effects of what it contains.
type nestedTest struct {
	run  string   // "api NAME ARGS", or "app NAME ARGS" on channel u1
	want []string // without its own effect
}

// nestedAPIs has a row for each form of the argument of an API that can contain something, and for
// each text that makes it opaque.
var nestedAPIs = []nestedTest{
	{"api alias add x expand system id;;version", []string{"api expand system id", "api system id", "api version"}},
	{"api alias del x", nil},
	{"api alsa call 9", []string{"opaque wrapper"}},
	{"api bgapi uuid:j system id", []string{"api system id"}},
	{"api BGAPI UUID:j expand eval ${system id}", []string{"api expand eval ${system id}", "api system id", "api eval ${system id}", "opaque expansion"}},
	{"api bgapi uuid:j", nil},
	{"api callcenter_config agent set contact a 'loopback/app=system:id'", []string{"dial loopback/app=system:id", "app system id"}},
	{`api callcenter_config agent set contact a loopback/app=sys\\\'tem:id`, []string{"dial loopback/app=system:id", "app system id"}},
	{"api callcenter_config agent set status a Available", nil},
	{"api chat api|a|system%20id|b", []string{"api system id"}},
	{"api chat API|a|status|b", []string{"opaque expansion", "api status"}},
	{"api chat api|a|system%2|b", []string{"opaque unknown-syntax"}},
	{"api chat sip|a|b|text", nil},
	{"api chat GLOBAL_SMS|a|b|text", []string{"opaque wrapper"}},
	{"api conference c dial loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id", "app conference c"}},
	{"api conference c dial null/x 4930123 Ann", []string{"dial null/x", "var originate origination_caller_id_number 4930123",
		"var originate origination_caller_id_name Ann", "app conference c"}},
	{"api conference c bgdial null/x '' 'Ann B'", []string{"dial null/x", "var originate origination_caller_id_name Ann B", "app conference c"}},
	{"api conference c bgdial '{api_on_answer=system id}user/1'", []string{
		"var originate api_on_answer system id", "api system id", "dial user/1", "app conference c"}},
	{"api conference bridge:c:loopback/app=system:id bgdial user/1", []string{
		"dial user/1", "app conference bridge:c:loopback/app=system:id", "dial loopback/app=system:id", "app system id"}},
	{"api conference c tvmute 1", nil},
	{"api conference c vid-personal on", nil},
	{"api conference c play /a.wav", nil},
	{"api conference c say it's me, isn't it", nil},
	{"api conference c saymember 1 it's me", nil},
	{"api conference 'c' say it's me", nil},
	{"api conference 'c d' say it's me", []string{"opaque unknown-syntax"}},
	{"api conference c' 'd say it's me", []string{"opaque unknown-syntax"}},
	{"api conference 'c'd say it's me", []string{"opaque unknown-syntax"}},
	{"api conference 'c'  say it's me", []string{"opaque unknown-syntax"}},
	{"api conference 'c' 'say' it's me", []string{"opaque unknown-syntax"}},
	{"api conference c say ${system id}", []string{"api system id"}},
	{"api conference c transfer d", []string{"app conference d"}},
	{"api conference c transfer d,system:id", []string{"opaque wrapper", "app conference d,system:id"}},
	{"api conference c nosuch x", []string{"opaque wrapper"}},
	{"api conference c list", nil},
	{"api chat api|a|ARRAY::system|b", []string{"opaque unknown-syntax", "api array::system"}},
	{"api chat ARRAY::api|a|system|b", []string{"opaque wrapper"}},
	{"api enum 1 evil.test", []string{"opaque expansion"}},
	{"api enum reload", nil},
	{"api enum_auto 1", []string{"opaque expansion"}},
	{"api eval ${system id}", []string{"api system id"}},
	{"api eval uuid:u9 $${system(id)}", []string{"api system id"}},
	{"api eval ${a${system id}b}", []string{"opaque expansion"}},
	{`api event_channel_broadcast {"eventChannel":"alerts.1","data":{"command":"transfer"}}`, nil},
	{`api event_channel_broadcast {"EventChannel":"conference-mod.c@d","data":{"command":"kick","id":1}}`, []string{"opaque wrapper"}},
	{`api event_channel_broadcast {"data":{}}`, nil},
	{`api event_channel_broadcast {"eventChannel":"alerts","eventchannel":"conference-mod.c"}`, []string{"opaque unknown-syntax"}},
	{"api event_channel_broadcast", nil},
	{"api event_sink x", []string{"opaque wrapper"}},
	{"api expand system ${x}", []string{"api system ${x}", "opaque expansion"}},
	{"api expand echo ${x}", []string{"api echo ${x}"}},
	{`api expand eval \${system id}`, []string{"api eval ${system id}", "api system id"}},
	{"api expand uuid:u9 bgapi system id", []string{"api bgapi system id", "api system id"}},
	{"api group insert:sales:loopback/app=answer", []string{"dial loopback/app=answer", "app answer"}},
	{"app group insert:sales:{execute_on_answer=log}sofia/x/1", []string{"var originate execute_on_answer log", "app log", "dial sofia/x/1"}},
	{"api fifo_add_outbound f loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id"}},
	{"api fifo_member add f {execute_on_answer=answer}user/1", []string{"var originate execute_on_answer answer", "app answer", "dial user/1"}},
	{`api fifo_member add f loopback/app=sys\\\'tem:id`, []string{"dial loopback/app=system:id", "app system id"}},
	{"api fifo_member add f user/${x}", []string{"opaque expansion", "dial user/${x}"}},
	{"api fifo_member add ${system(id)} user/1", []string{"dial user/1", "api system id", "opaque wrapper"}},
	{"api fifo_member add 5900@example.com user/1", []string{"dial user/1"}},
	{"api fifo_add_outbound ${system(id)} user/1", []string{"dial user/1", "api system id", "opaque wrapper"}},
	{"api fifo_add_outbound f] user/1", []string{"dial user/1", "opaque wrapper"}},
	{"api fifo_member add f user/o'neil", []string{"dial user/o'neil", "opaque expansion", "opaque unknown-syntax"}},
	{"api fifo_member add f {a='b c'}user/1", []string{"var originate a b c", "dial user/1"}},
	{"api fifo_member del f user/1", nil},
	{"api global_setvar api_hangup_hook=system id", []string{"var global api_hangup_hook system id", "api system id"}},
	{"api group_call g@d", nil},
	{`api json {"command":"fsapi","data":{"cmd":"system","arg":"id"}}`, []string{"api system id"}},
	{`api json {"COMMAND":"FSAPI","Data":{"CMD":"bgapi","arg":"\u0073ystem id"}}`, []string{"api bgapi system id", "api system id"}},
	{`api json {"command":"execute","data":{"uuid":"u9","app":"system::id"}}`, []string{"app system id"}},
	{`api json {"command":"execute","data":{"uuid":"u9","app":"log","arg":"${system id}"}}`, []string{"app log ${system id}", "api system id"}},
	{`api json {"command":"execute","data":{"uuid":"u9","app":"ARRAY::system","arg":"id"}}`, []string{
		"opaque unknown-syntax", "app array::system id", "opaque unknown-syntax"}},
	{`api json {"command":"channelData","data":{"uuid":"u9"}}`, []string{"api uuid_dump u9"}},
	{`api json {"command":"mediaStats","data":{"uuid":"u9"}}`, []string{"api uuid_dump u9"}},
	{`api json {"command":"status","data":{}}`, []string{"api status"}},
	{`api json {"command":"status"}`, nil},
	{`api json {"command":"status","data":""}`, []string{"api status"}},
	{`api json {"command":"status","data":"x"}`, []string{"api status"}},
	{`api json {"command":"status","data":null}`, []string{"api status"}},
	{`api json {"command":"Status","DATA":7}`, []string{"api status"}},
	{`api json {"command":"sofia.status","data":true}`, []string{"api sofia status"}},
	{`api json {"command":"fsapi","data":"system id"}`, nil},
	{`api json {"command":"execute","data":""}`, nil},
	{`api json {"command":"jsjson","data":""}`, []string{"opaque script"}},
	{`api json {"command":"fsapi","data":"\u0000"}`, []string{"opaque unknown-syntax"}},
	{`api json {"command":"fsapi","data":"","DATA":{"cmd":"system"}}`, []string{"opaque unknown-syntax"}},
	{"api json", nil},
	{"api originate", nil},
	{"api originate ", nil},
	{"api originate user/1", nil},
	{"api originate {api_on_answer=system}user/1", nil},
	{"api originate 'user/1 &park", []string{"opaque unknown-syntax"}},
	{`api originate user/1\s&park`, []string{"opaque unknown-syntax"}},
	{"api originate ^^:user/1:&park", []string{"dial user/1", "app park"}},
	{`api json {"command":"sofia.status","data":{}}`, []string{"api sofia status"}},
	{`api json {"command":"callcenter_config","data":{"arguments":"agent list"}}`, []string{"api callcenter_config agent list"}},
	{`api json {"command":"jsjson","data":{}}`, []string{"opaque script"}},
	{`api json {"command":"store","data":{}}`, []string{"opaque wrapper"}},
	{`api json {"command":"fsapi","COMMAND":"status","data":{"cmd":"system"}}`, []string{"opaque unknown-syntax"}},
	{`api json {"command":"fsapi","data":{"cmd":"system","CMD":"x"}}`, []string{"opaque unknown-syntax"}},
	{`api json {"command":"fsapi","data":{"cmd":"system"}} x`, []string{"opaque unknown-syntax"}},
	{`api json {"command":"fsapi","data":["cmd"]}`, []string{"opaque unknown-syntax"}},
	{"api originate user/1 &system(id)", []string{"dial user/1", "app system id"}},
	{"api originate loopback/app=system:id 9 XML default", []string{"dial loopback/app=system:id", "app system id", "dialplan XML default 9"}},
	{"api page (page_exten=system:id,page_path=/a)user/1", []string{"var originate page_exten system:id", "app system id", "var originate page_path /a", "dial user/1"}},
	{"api page (page_exten[0]=ARRAY::system:id)user/1", []string{
		"var originate page_exten system:id", "opaque wrapper", "app system id", "dial user/1"}},
	{"api page (page_exten=9,page_dp=XML,page_context=c,page_path=/a)user/1", []string{
		"var originate page_exten 9", "dialplan XML c 9", "var originate page_dp XML", "var originate page_context c",
		"var originate page_path /a", "dial user/1"}},
	{"api page (page_data=loopback/app=system:id,page_path=/a)", []string{
		"var originate page_data loopback/app=system:id", "dial loopback/app=system:id", "app system id", "var originate page_path /a"}},
	{"api page (a", []string{"opaque unknown-syntax"}},
	{"api http_prefetch http://x/a.wav", []string{"api http_get {prefetch=true}http://x/a.wav"}},
	{"api rtmp x", []string{"opaque wrapper"}},
	{"api sched_api +1 g system id &", []string{"api system id (once)"}},
	{"api sched_api @5  bgapi system id", []string{"api bgapi system id (repeating)", "api system id (repeating)"}},
	{"api sched_api 5 g", nil},
	{"api sched_broadcast +1 u1 system::id", []string{"app system id (once)"}},
	{"api sched_transfer +1 u1 system:id inline", []string{"app system id (once)"}},
	{"api sched_transfer +1 u1", []string{"dialplan XML  service (once)"}},
	{"api sched_transfer +1 u1 -x inline:system:id", []string{"app system id (once)"}},
	{"api show status", []string{"api status"}},
	{"api show calls", nil},
	{"api single_esl u|p h 1 system id", []string{"opaque wrapper"}},
	{"api skel x", []string{"opaque wrapper"}},
	{"api tone_detect u1 k 1,2 r +5 system id 1", []string{"app system id"}},
	{"api translate 123", nil},
	{"api translate ${system}", []string{"opaque expansion"}},
	{"api uuid_broadcast u1 system!busy::id both", []string{"app system id", "app hangup busy"}},
	{"api uuid_broadcast u1 log!::x", []string{"app log x", "app hangup normal_clearing"}},
	{"api uuid_broadcast u1 set::ARRAY::execute_on_answer=system", []string{
		"app set ARRAY::execute_on_answer=system", "opaque unknown-syntax", "var channel ARRAY::execute_on_answer system"}},
	{"api uuid_broadcast u1 /a.wav", []string{"app playback /a.wav"}},
	{"api uuid_broadcast u1 log::${system(id)}", []string{"app log ${system(id)}", "api system id"}},
	{"api uuid_deflect u1 'system:id' inline", []string{"dial deflect/'system:id' inline", "app system id"}},
	{"api uuid_deflect u1 'a inline:system:id x'", []string{"dial deflect/'a inline:system:id x'", "app system id"}},
	{"api uuid_deflect u1 -x inline:system:id", []string{"dial deflect/-x inline:system:id", "app system id"}},
	{"api uuid_deflect u1 sip:a  b", []string{"dial deflect/sip:a  b", "dialplan XML b sip:a"}},
	{"api uuid_drop_dtmf u1 on mask_file system::id", []string{"app system id"}},
	{"api uuid_drop_dtmf u1 on mask_digits 1", nil},
	{"api uuid_dual_transfer u1 system:id/inline 9/XML/c", []string{"app system id", "dialplan XML c 9"}},
	{"api uuid_limit u1 hash r i 1 system:id inline", []string{"app system id"}},
	{"api uuid_limit u1 hash r i", []string{"dialplan XML  limit_exceeded"}},
	{"api uuid_limit u1 hash r i 1 !busy", []string{"app hangup busy"}},
	{"api uuid_record u1 start /a.wav 5 %7Bexecute_on_record_start=system%20id%7D", []string{"var channel execute_on_record_start system id", "app system id"}},
	{"api uuid_record u1 start /a.wav 5 {a%", []string{"opaque unknown-syntax"}},
	{"api uuid_record u1 start {spool_path=/tmp}/a.wav", []string{"opaque script"}},
	{`api uuid_record u1 start {a=b,Sp\'ool\'_Path=/tmp}/a.wav`, []string{"opaque script"}},
	{"api uuid_record u1 start {title=x}/a.wav", nil},
	{"api uuid_record u1 start /a.wav;b", []string{"opaque script"}},
	{"api uuid_record u1 start http_cache://http://h/a.wav?a&b", nil},
	{"api conference c record /a|b.wav", []string{"opaque script"}},
	{"api conference c recording start /a&b.wav", []string{"opaque script"}},
	{"api global_setvar audio_spool_path=/var/spool", []string{"var global audio_spool_path /var/spool"}},
	{"api global_setvar audio_spool_path=/tmp;b", []string{"var global audio_spool_path /tmp;b", "opaque script"}},
	{"api uuid_snapshot u1 start 5 read /a|b", []string{"opaque script"}},
	{"api uuid_redirect u1 sip:x", []string{"dial redirect/sip:x"}},
	{"api uuid_setvar u1 Execute_On_Answer[1] system id", []string{"var channel Execute_On_Answer system id", "app system id"}},
	{"api uuid_setvar u1 x ${bgapi system id}", []string{"var channel x ${bgapi system id}", "api bgapi system id", "api system id"}},
	{`api uuid_setvar u1 x \${system id}`, []string{`var channel x \${system id}`, "api system id"}},
	{"api uuid_setvar_multi u1 exec_after_bridge_app=log;exec_after_bridge_arg=x", []string{
		"var channel exec_after_bridge_app log", "app log x", "var channel exec_after_bridge_arg x"}},
	{"api uuid_record u1 start /a.wav 5 {exec_after_bridge_app=log,exec_after_bridge_arg=x}", []string{
		"var channel exec_after_bridge_app log", "app log x", "var channel exec_after_bridge_arg x"}},
	{"api uuid_setvar_multi u1 a=b;api_on_answer=system id", []string{"var channel a b", "var channel api_on_answer system id", "api system id"}},
	{"api uuid_transfer u1 -both system:id inline", []string{"app system id"}},
	{"api uuid_setvar u1 execute_on_answer set::ARRAY::api_hangup_hook=system id", []string{
		"var channel execute_on_answer set::ARRAY::api_hangup_hook=system id", "app set ARRAY::api_hangup_hook=system id",
		"opaque unknown-syntax", "var channel ARRAY::api_hangup_hook system id"}},
	{"api uuid_setvar u1 x ${X}${x}", []string{"var channel x ${X}${x}", "opaque depth"}},
	{"api uuid_setvar u1 transfer_after_bridge[1] 9", []string{"var channel transfer_after_bridge 9", "opaque wrapper", "dialplan XML  9"}},
	{"api uuid_setvar u1 x ARRAY::ARRAY::y", []string{"var channel x y"}},
	{"api uuid_setvar u1 x ARRAY::y|:z", []string{"var channel x ARRAY::y|:z"}},
	{"api uuid_transfer u1 -both", []string{"dialplan XML  service"}},
	{"api uuid_transfer u1", nil},
	{"api uuid_transfer u1 -x inline:system:id", []string{"dialplan XML  inline:system:id"}},
	{"api uuid_transfer u1 9", []string{"dialplan XML  9"}},
	{"api uuid_transfer u1 9 inline:park", []string{"app park"}},
	{"api uuid_transfer u1 9 XML,inline:park", []string{"dialplan XML  9", "app park"}},
	{"api uuid_transfer u1 9 XML,inline", []string{"dialplan XML  9", "opaque wrapper", "app 9"}},
	{"api uuid_transfer u1 log:x ' inline'", []string{"opaque wrapper", "app log x"}},
	{"api uuid_transfer u1 log:x inline:", []string{"opaque wrapper", "app log x"}},
	{"api uuid_transfer u1 9 enum c", []string{"dialplan enum c 9", "opaque expansion"}},
	{"api xml_wrap encoded system id", []string{"api system id"}},
	{"api bg_spawn id", nil},
	{"api bg_system id", nil},
	{"api basic x", []string{"opaque script"}},
	{"api curl http://x", nil},
	{"api hiredis_raw p get x", nil},
	{"api jsapi x", []string{"opaque script"}},
	{"api jsrun x", []string{"opaque script"}},
	{"api lua x", []string{"opaque script"}},
	{"api luarun x", []string{"opaque script"}},
	{"api managed x", []string{"opaque script"}},
	{"api managedlist", []string{"opaque script"}},
	{"api managedreload x", []string{"opaque script"}},
	{"api managedrun x", []string{"opaque script"}},
	{"api perl x", []string{"opaque script"}},
	{"api perlrun x", []string{"opaque script"}},
	{"api pyrun x", []string{"opaque script"}},
	{"api python x", []string{"opaque script"}},
	{"api spawn id", nil},
	{"api spawn_stream id", nil},
	{"api system id", nil},
	{"api conference c play shell_stream://id", []string{"opaque script"}},
	{"api uuid_displace u1 start phrase:x", []string{"opaque wrapper"}},
	{"api uuid_setvar u1 ringback shell_stream://id", []string{"var channel ringback shell_stream://id", "opaque script"}},
}

// nestedApps is nestedAPIs for applications.
var nestedApps = []nestedTest{
	{"app att_xfer loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id"}},
	{"app basic x", []string{"opaque script"}},
	{"app bind_digit_action r,1,exec:system,id", []string{"app system id"}},
	{"app bind_digit_action r,1,EXEC[i]:system,id", []string{"app system id"}},
	{"app bind_digit_action r,1,api:system,id", []string{"api system id"}},
	{"app bind_digit_action r,1,exec:system!busy,id", []string{"app system id", "app hangup busy"}},
	{"app bind_digit_action r,1,exec:system::x,id", []string{"app system x::id"}},
	{"app bind_digit_action r,1,exec[:]:system,id", []string{"app system id"}},
	{"app bind_digit_action r,1,exec[[i]:]:system!busy,id", []string{"app system!busy id"}},
	{"app bind_digit_action r,1,exec[i:system,id", nil},
	{"app bind_digit_action r,1,executive:x,id", nil},
	{"app bind_digit_action r,1,other,id", nil},
	{"app bind_meta_app 1 b s system::id", []string{"app system id"}},
	{"app bridge {execute_on_answer=answer}user/1", []string{"var originate execute_on_answer answer", "app answer", "dial user/1"}},
	{"app bridge <a=b>[leg_timeout=20]sofia/gateway/acme/1212:_:", []string{"var originate a b", "var originate leg_timeout 20", "dial sofia/gateway/acme/1212"}},
	{"app bridge_export nolocal:execute_on_answer=system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app broadcast system::id both", []string{"app system id"}},
	{"app callcenter q", nil},
	{"app capture execute_on_answer|system id|(.*)", []string{"opaque wrapper", "var channel execute_on_answer system id", "app system id"}},
	{"app capture x|y|z", []string{"var channel x y"}},
	{"app conference c@default", nil},
	{"app conference bridge:c:loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id"}},
	{"app conference_set_auto_outcall user/1,{a=b}user/2", []string{"dial user/1", "var originate a b", "dial user/2"}},
	{"app conference_set_auto_outcall [x,loopback/app=system:id]user/1", []string{
		"opaque unknown-syntax", "dial loopback/app=system:id]user/1", "app system id]user/1"}},
	{"app conference_set_auto_outcall 'user/1,loopback/app=system:id'", []string{
		"dial user/1", "dial loopback/app=system:id", "app system id"}},
	{"app conference_set_auto_outcall loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id"}},
	{"app deflect 'a inline:system:id x'", []string{"dial deflect/'a inline:system:id x'", "app system id"}},
	{"app deflect system:id inline", []string{"dial deflect/system:id inline", "app system id"}},
	{"app Dial loopback/app=system:id&user/1|10", []string{"dial loopback/app=system:id", "app system id", "dial user/1"}},
	{"app directory p d", []string{"opaque wrapper"}},
	{"app enum 1 e164", []string{"opaque expansion"}},
	{"app erlang p n", []string{"opaque script"}},
	{"app eval ${system id}", []string{"api system id"}},
	{"app event Event-Name=NOTIFY,profile=p,user=u", []string{"inject NOTIFY p u   "}},
	{"app event Event-Subclass=a::b", []string{"inject CUSTOM a::b"}},
	{"app event Event-Name=CALL_SETUP_REQ,Request-Target=user/1", []string{"inject CALL_SETUP_REQ", "opaque wrapper"}},
	{"app event Event-Subclass=SMS::SEND_MESSAGE,dest_proto=api,to=status", []string{"inject CUSTOM SMS::SEND_MESSAGE api status ", "opaque wrapper"}},
	{"app event Event-Subclass=SMS::SEND_MESSAGE,dest_proto=sip,to=a,from=b,_body=hi,call_id=u", []string{"inject CUSTOM SMS::SEND_MESSAGE sip a b call_id=u"}},
	{"app event Event-Subclass=SMS::SEND_MESSAGE,dest_proto=sip,to=a,from=b,sip_h_X=1", []string{"inject CUSTOM SMS::SEND_MESSAGE sip a b", "opaque wrapper"}},
	{"app event Event-Name=NOTIFY,profile=p,_body=x", []string{"inject NOTIFY p     _body=x"}},
	{"app event Event-Subclass=multicast::event", []string{"inject CUSTOM multicast::event", "opaque wrapper"}},
	{"app event Event-Subclass=ARRAY::a::b", []string{"opaque unknown-syntax", "inject CUSTOM ARRAY::a::b"}},
	{"app event Event-Subclass[0]=a::b", []string{"opaque unknown-syntax", "inject CHANNEL_APPLICATION"}},
	{"app event Event-Name=NOSUCH", []string{"opaque unknown-syntax"}},
	{"app execute_extension", nil},
	{"app execute_extension system:id inline", []string{"app system id"}},
	{"app export execute_on_answer=system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app export _NoLocal_execute_on_answer=system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"api uuid_setvar u1 _nolocal_execute_on_answer system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app fifo f in", nil},
	{"app fsk_recv", nil},
	{"app fsk_simplify", []string{"opaque wrapper"}},
	{"app Goto ctx|9", []string{"dialplan asterisk ctx 9"}},
	{"app httapi http://x", []string{"opaque script"}},
	{"app ivr main", nil},
	{"app ivr ${x}", []string{"opaque expansion", "opaque wrapper"}},
	{"app java x", []string{"opaque script"}},
	{"app javascript x.js", []string{"opaque script"}},
	{"app limit hash r i 1 system:id inline", []string{"app system id"}},
	{"app limit hash r i 1 !busy", []string{"app hangup busy"}},
	{"app limit r i 1 9", []string{"opaque unknown-syntax", "dialplan XML  limit_exceeded"}},
	{"app limit_execute hash r i 1 system id", []string{"app system id"}},
	{"app limit_execute r i 1 system id", []string{"opaque unknown-syntax", "app id"}},
	{"app limit_hash r i 1 system:id inline", []string{"app system id"}},
	{"app limit_hash_execute r i 1 system id", []string{"app system id"}},
	{"app lua x.lua", []string{"opaque script"}},
	{"app managed x", []string{"opaque script"}},
	{`app multiset a=b execute_on_answer=ans\\\\\\'wer`, []string{"opaque unknown-syntax", "var channel a b", "var channel execute_on_answer answer", "app answer"}},
	{"app multiset exec_after_bridge_app=log exec_after_bridge_arg=x", []string{
		"var channel exec_after_bridge_app log", "app log x", "var channel exec_after_bridge_arg x"}},
	{"app multiset a=b execute_on_answer=answer", []string{"var channel a b", "var channel execute_on_answer answer", "app answer"}},
	{"app multiset ^^:a=b:execute_on_answer=system id", []string{"var channel a b", "var channel execute_on_answer system id", "app system id"}},
	{"app mutex k on", nil},
	{"app osplookup x", []string{"opaque wrapper"}},
	{"app ospnext", []string{"opaque wrapper"}},
	{"app page loopback/app=system:id", []string{"dial loopback/app=system:id", "app system id"}},
	{"app page {execute_on_answer=answer}user/1", []string{"var originate execute_on_answer answer", "app answer", "dial user/1"}},
	{"app perl x.pl", []string{"opaque script"}},
	{"app phrase hello,123", nil},
	{"app phrase hello,$1", []string{"opaque wrapper"}},
	{"app play_and_get_digits 1 2 3 4 # /a /b v 1 1 'system:id inline x'", []string{"var channel v ", "var channel v_invalid ", "app system id"}},
	{"app play_and_get_digits 1 2 3 4 # /a /b execute_on_answer 1", []string{"opaque wrapper", "var channel execute_on_answer ", "var channel execute_on_answer_invalid "}},
	{`app play_and_get_digits 1 2 3 4 # /a /b v \d+`, []string{"var channel v ", "var channel v_invalid "}},
	{`app play_and_get_digits 1 2 3 4 # /a /b v \s+`, []string{"var channel v ", "var channel v_invalid ", "opaque unknown-syntax"}},
	{"app play_and_get_digits 1 2 3 4 # /a /b v 1 1 '-x inline:system:id x'", []string{"var channel v ", "var channel v_invalid ", "app system id"}},
	{"app play_and_get_digits 1 2 3 4 # phrase:x /b v 1", []string{"var channel v ", "var channel v_invalid ", "opaque wrapper"}},
	{"app playback file_string:///a.wav!shell_str'ea'm://id", []string{"opaque script"}},
	{"app playback file_string:///a.wav!'phrase':x", []string{"opaque wrapper"}},
	{"app playback /a.wav@@it's", nil},
	{"app playback ${x}", []string{"opaque expansion"}},
	{"app playback phrase:x", []string{"opaque wrapper"}},
	{"app playback shell_stream://id", []string{"opaque script"}},
	{`app push execute_on_answer=sys\\'tem id`, []string{"var channel execute_on_answer system id", "app system id"}},
	{"app push transfer_after_bridge=9", []string{"var channel transfer_after_bridge 9", "dialplan XML  9", "opaque wrapper"}},
	{"app unshift Transfer_After_Bridge,9", []string{"var channel Transfer_After_Bridge 9", "dialplan XML  9", "opaque wrapper"}},
	{"app push execute_on_answer=system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app python x", []string{"opaque script"}},
	{"app read 1 2 /a v 1000 #", []string{"var channel v "}},
	{"app read 1 2 /a execute_on_answer 1000 #", []string{"opaque wrapper", "var channel execute_on_answer "}},
	{"app record_session /a.wav {execute_on_record_start=answer}", []string{"var channel execute_on_record_start answer", "app answer"}},
	{"app record /a`b`.wav", []string{"opaque script"}},
	{"app record /a.wav 60", nil},
	{"app snapshot start 5 read /a;b", []string{"opaque script"}},
	{"app record file:///a.wav", nil},
	{"app record file:///a%3bb.wav", []string{"opaque script"}},
	{"app record file_string:///a;b.wav", []string{"opaque script"}},
	{"app record_session {spool_path=/tmp}/a.wav", []string{"opaque script"}},
	{"app record_session /a>b.wav", []string{"opaque script"}},
	{"app redirect sip:x", []string{"dial redirect/sip:x"}},
	{"app sched_broadcast +1 system::id", []string{"app system id (once)"}},
	{"app sched_transfer +1 system:id inline", []string{"app system id (once)"}},
	{"app set execute_on_answer=system id", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app set x,${system id}", []string{"api system id", "opaque expansion", "var channel x ${system id}"}},
	{`app set execute_on_answer=sys\\'tem id`, []string{"var channel execute_on_answer system id", "app system id"}},
	{`app set x=\${y}`, []string{"var channel x ${y}"}},
	{`app set x=a\${y}`, []string{"opaque expansion", "var channel x a${y}"}},
	{`app set x=\${system id}`, []string{"api system id", "opaque expansion", "var channel x ${system id}", "api system id"}},
	{"app set x=${y}", []string{"var channel x ${y}"}},
	{"app set x=a${y}", []string{"opaque expansion", "var channel x a${y}"}},
	{"app set ${y}=1", []string{"opaque expansion", "var channel ${y} 1"}},
	{"app set_global api_hangup_hook=system id", []string{"var global api_hangup_hook system id", "api system id"}},
	{"app set_profile_var dialplan=inline", []string{"var channel dialplan inline", "opaque wrapper"}},
	{"app set_profile_var caller_id_name=x", []string{"var channel caller_id_name x"}},
	{"app set_user a@b", nil},
	{"app set_user a@${b}", []string{"opaque expansion", "opaque wrapper"}},
	{"app socket 10.0.0.1:99 full", []string{"handover 10.0.0.1:99"}},
	{"app sched_transfer +1 -x inline:system:id", []string{"app system id (once)"}},
	{"app soft_hold * system::id log::x", []string{"app system id", "app log x"}},
	{"app spandsp_start_fax_detect system id", []string{"app system id"}},
	{"app spandsp_start_tone_detect x", nil},
	{"app speak flite|kal|Hello, it's me", nil},
	{"app speak flite|kal|it's Pat's", nil},
	{"app speak flite|kal|it's Pat's dog's", []string{"opaque unknown-syntax"}},
	{`app speak flite|kal|it's \d`, []string{"opaque unknown-syntax"}},
	{"app say en name_spelled pronounced it's", nil},
	{"app transfer it's inline", []string{"dialplan XML  it's inline", "opaque unknown-syntax"}},
	{"app stop ${system id}", []string{"api system id"}},
	{"app strftime execute_on_answer=answer", []string{"var channel execute_on_answer answer", "app answer"}},
	{"app system id", nil},
	{"app tone_detect k 1 r +5 system id", []string{"app system id"}},
	{"app transfer -bleg system:id inline", []string{"app system id"}},
	{"app transfer -BOTH", []string{"dialplan XML  service"}},
	{"app transfer -x inline:system:id", []string{"app system id"}},
	{"app transfer", nil},
	{"app transfer 9 XML ctx", []string{"dialplan XML ctx 9"}},
	{"app translate 1", nil},
	{"app unshift x,y", []string{"var channel x y"}},
	{"app valet_park lot 1", nil},
	{"app valet_park lot ask,park", []string{"opaque wrapper"}},
	{"app voicemail_ivr check p d i", nil},
	{"app log %[execute_on_answer='system id']x", []string{"var channel execute_on_answer system id", "app system id"}},
	{"app log %:[a=b:execute_on_answer=answer]x", []string{"var channel a b", "var channel execute_on_answer answer", "app answer"}},
	{"app log %[a", []string{"opaque unknown-syntax"}},
	{`app log \${system id}`, []string{"api system id"}},
	{"app bgsystem id", nil},
	{"app curl http://x", nil},
	{"app hiredis_raw p get x", nil},
}

func TestNested(t *testing.T) {
	when := [...]string{effect.Now: "", effect.Once: " (once)", effect.Repeating: " (repeating)"}
	for _, tt := range slices.Concat(nestedAPIs, nestedApps) {
		c := parse(t, runFrame(tt.run))
		var got []string
		for i := range c.Effects[1:] {
			e := &c.Effects[1+i]
			got = append(got, e.String()+when[e.Later])
			if !strings.HasPrefix(e.Path, c.Effects[0].Path) {
				t.Errorf("%s: %s has the path %q, want one that begins with that of the command", tt.run, e, e.Path)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: effects %q, want %q", tt.run, got, tt.want)
		}
	}
}

// TestAddedSubcommands checks that subcommands which a policy adds to the API conference change
// nothing for other commands.
func TestAddedSubcommands(t *testing.T) {
	cat, err := catalog.Builtin().With([]catalog.Module{{Name: "conference", Subcommands: []catalog.Subcommand{
		{Name: "tag", Secret: []int{3}}, {Name: "gettag", Class: effect.ClassRead}, {Name: "wipe", Class: effect.ClassConfig},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range nestedAPIs {
		want := parse(t, runFrame(tt.run))
		got, err := command.Parse(cat, nil, frame(runFrame(tt.run)))
		if err != nil {
			t.Errorf("%s: %v", tt.run, err)
			continue
		}
		if !reflect.DeepEqual(got.Effects, want.Effects) || !reflect.DeepEqual(got.Upstream, want.Upstream) {
			t.Errorf("%s: with further subcommands the command is\n%+v, want\n%+v", tt.run, got, want)
		}
	}
}

// TestNestedRows checks that the tables have a row for every API and application that can contain
// other commands.
func TestNestedRows(t *testing.T) {
	have := make(map[string]bool)
	for _, tt := range slices.Concat(nestedAPIs, nestedApps) {
		words := strings.Fields(strings.ToLower(tt.run))
		have[words[0]+" "+words[1]] = true
	}
	cat, nests := catalog.Builtin(), 0
	check := func(kind effect.Kind, names []string) {
		for _, name := range names {
			if !nested.MayContain(kind, name) {
				continue
			}
			if nests++; !have[kind.String()+" "+name] {
				t.Errorf("nestedAPIs and nestedApps have no row for %s %s", kind, name)
			}
		}
	}
	check(effect.KindAPI, cat.APINames())
	check(effect.KindApp, cat.AppNames())
	t.Logf("%d APIs and applications can contain others", nests)
	if nests < 129 {
		t.Errorf("only %d APIs and applications can contain others, want 129 at least", nests)
	}
}
