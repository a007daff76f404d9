package command_test

import "strings"

// A protectedTest has inputs that a protection refuses, and similar ones that pass.
type protectedTest struct {
	name    string
	refused []string // as in nestedTest, or a frame
	passes  []string
	// topOnly says that the frames are not tested within other commands.
	topOnly bool
}

var times = strings.Repeat

// smsEvent is the beginning of a frame with an event that mod_sms sends as a message.
const smsEvent = "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\n"

var protectedAPIs = []protectedTest{
	{name: "alias-loop", refused: []string{
		"api alias add a a", "api alias add a A x", "api alias stickyadd a 'status ;; a'", "api alias add a 'b ;; b'",
		"api alias add status version", "api alias add 'show x' 'show calls'",
	}, passes: []string{
		"api alias add a b", "api alias add a status", "api alias add a 'status;;show calls'", "api alias del a", "api alias add a",
	}, topOnly: true},
	{name: "api-argument", refused: []string{
		"api blacklist", "api single_esl", "api mongo_find_n", "api mongo_find_one", "api mongo_mapreduce", "api smpp_send",
	}, passes: []string{
		"api blacklist help", "api single_esl u|p 1.2.3.4", "api mongo_find_n d.c {}", "api smpp_send g|1|2|hi",
	}},
	{name: "chat-answer", refused: []string{
		smsEvent + "dest_proto: conf\nproto: CONF\nto: a\nfrom: b", "sendevent MESSAGE\nUnique-ID: u1\nproto: conf\nto: a\nfrom: b\n\nlist",
		"app event Event-Name=CUSTOM,Event-Subclass=SMS::SEND_MESSAGE,dest_proto=Conf,proto=conf,to=a,from=b",
	}, passes: []string{
		smsEvent + "dest_proto: conf\nproto: sip\nto: a\nfrom: b", smsEvent + "dest_proto: sip\nproto: conf\nto: a\nfrom: b",
		"sendevent MESSAGE\nproto: conf\nto: a\nfrom: b",
	}, topOnly: true},
	{name: "chat-conference", refused: []string{
		"api chat conf|a|" + times("x", 257) + "@b|hi", "api chat CONF|a|" + times("x", 257) + "|hi",
		"api chat global|a|b@c+" + times("x", 257) + "@b|hi", "api chat conf|a|conf+" + times("x", 257) + "|hi",
		"sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\nproto: sip\ndest_proto: conf\nto: " + times("x", 257) + "@b",
	}, passes: []string{
		"api chat conf|a|" + times("x", 256) + "@b|hi", "api chat sip|a|b@c|" + times("x", 600), "api chat api|a|status|",
		"sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\nproto: sip\ndest_proto: conf\nto: room@b",
	}},
	{name: "chat-outcome", refused: []string{
		smsEvent + "dest_proto: sip\nto: a\nfrom: b\nNonblocking-Delivery: false", smsEvent + "dest_proto: sip\nto: a\nfrom: b\ndelivery-failure: maybe",
		"app event Event-Subclass=SMS::SEND_MESSAGE,dest_proto=sip,Delivery-Failure=maybe",
	}, passes: []string{
		smsEvent + "dest_proto: sip\nto: a\nfrom: b\nblocking: true", "sendevent CUSTOM\nEvent-Subclass: SMS::DELIVERY_REPORT\nDelivery-Failure: false",
	}, topOnly: true},
	{name: "chat-receiver", refused: []string{
		"api chat conf|a||hi", "api chat CONF|a||hi|text", smsEvent + "dest_proto: conf\nfrom: b", smsEvent + "dest_proto: Conf\nto:\nfrom: b",
	}, passes: []string{
		"api chat conf|a|b|hi", "api chat sip|a||hi", "api chat conf|a|", smsEvent + "dest_proto: conf\nto: b", smsEvent + "dest_proto: sip\nfrom: b",
	}, topOnly: true},
	{name: "chat-verto", refused: []string{
		smsEvent + "dest_proto: verto\nto: a@b\nfrom: c\ncall_id: u1", smsEvent + "dest_proto: VERTO\nto: a@b\nfrom: c\nCall_ID: u1",
		"app event Event-Subclass=SMS::SEND_MESSAGE,dest_proto=verto,to=a@b,from=c,call_id=u1",
	}, passes: []string{
		smsEvent + "dest_proto: verto\nto: a@b\nfrom: c", smsEvent + "dest_proto: sip\nto: a@b\nfrom: c\ncall_id: u1", "api chat verto|a|b@c|hi",
	}, topOnly: true},
	{name: "coalesce-format", refused: []string{"api coalesce a,%d"}, passes: []string{"api coalesce a,b"}},
	{name: "complete-cursor", refused: []string{
		"api console_complete c=9;y", "api console_complete x c=1;y", "api console_complete_xml c=9;y",
	}, passes: []string{"api console_complete c=1;y", "api console_complete c=9", "api console_complete show c"}},
	{name: "cond-operand", refused: []string{"api cond a ==", "api cond 'a b' >=", "api cond a <"},
		passes: []string{"api cond a == b ? c : d", "api cond a == b ? c : d="}},
	{name: "conference-canvas", refused: []string{
		"api conference c canvas-auto-clear 1", "api conference c Canvas-Auto-Clear 1 true", "api conference c vid-layer 1 next",
	}, passes: []string{"api conference c canvas-auto-clear", "api conference c vid-layer 1", "api conference c vid-layout 1x1"}},
	{name: "conference-voice", refused: []string{
		"api conference c say #" + times("v", 101) + "#hello", "api conference c say {a=b}#" + times("v", 101) + "#hello",
		"api conference c saymember 1 #" + times("v", 101) + "#hello",
	}, passes: []string{
		"api conference c say #" + times("v", 100) + "#hello", "api conference c say hello " + times("v", 200) + " # and #",
		"api conference c saymember 1 #kal#hello", "api conference c say",
	}},
	{name: "drop-dtmf-mask", refused: []string{"api uuid_drop_dtmf u1 on mask x"},
		passes: []string{"api uuid_drop_dtmf u1 on mask_digits 1", "api uuid_drop_dtmf u1 on MASK_FILE /tmp/a.wav", "api uuid_drop_dtmf u1 on"}},
	{name: "expr-depth", refused: []string{
		"api expr 1" + times("+1", 101), "api expr " + times("(", 60) + "1" + times(")", 60), "api expr " + times("1", 1001),
		"api eval ${expr(1" + times("+1", 101) + ")}", "app set x=${expr(1" + times("+1", 101) + ")}",
	}, passes: []string{"api expr 1" + times("+1", 100), "api expr " + times("1", 1000), "api expr (1 + 2) * 3"}},
	{name: "feature-event", refused: []string{
		"sendevent PHONE_FEATURE\nprofile: internal\ndevice: " + times("x", 65), "sendevent PHONE_FEATURE\nforward_Busy: " + times("x", 65),
		"sendevent PHONE_FEATURE\nringcount: " + times("x", 65), "sendevent PHONE_FEATURE\nFeature-Event: " + times("x", 65),
		"app event Event-Name=PHONE_FEATURE,device=" + times("x", 65),
	}, passes: []string{
		"sendevent PHONE_FEATURE\nprofile: internal\ndevice: " + times("x", 64), "sendevent NOTIFY\ndevice: " + times("x", 65),
		"app event Event-Name=PHONE_FEATURE,device=1000",
	}, topOnly: true},
	{name: "heartbeat-sched", refused: []string{"api uuid_session_heartbeat u1 sched", "api uuid_session_heartbeat u1 SCHED"},
		passes: []string{"api uuid_session_heartbeat u1 sched 60", "api uuid_session_heartbeat u1 60", "api uuid_session_heartbeat u1"}},
	{name: "json-callcenter", refused: []string{`api json {"command":"callcenter_config","data":{}}`, `api json {"command":"callcenter_config","data":""}`},
		passes: []string{`api json {"command":"callcenter_config","data":{"arguments":"agent list"}}`}},
	{name: "json-depth", refused: []string{
		"api json " + times(`{"a":`, 101), `api json {"command":"status","data":` + times("[", 100), "api event_channel_broadcast " + times("[", 101),
	}, passes: []string{
		"api json " + times(`{"a":`, 100) + times("}", 100), `api json {"command":"status","data":{"a":"` + times("{", 200) + `\"["}}`,
		`api json ` + times(`[]`, 200),
	}},
	{name: "lone-backslash", refused: []string{
		`api uuid_setvar u1 a\`, `api show calls\\\`, `api coalesce a,b\`, `api replace a|b\`, `api regex a|b\`, `api user_data a@b var\`,
		`app read 1 2 x.wav v\`, `app multiset a=b c=d\`, `app multiset ^^:a=b:c=d\`, `app bridge user/1,user/2\`,
		`app bridge {a=b\}user/1`, `app transfer 9 XML\`, `app set transfer_after_bridge=9\`, `app limit_hash a b\`,
		`api uuid_transfer u1 'log:a\\' inline`, `app conference_set_auto_outcall user/1\`, `api uuid_setvar_multi u1 a=b\`,
		`app record_session /a.wav {a=b\}`, `app playback file_string://a.wav!b\`, `app play_and_get_digits 1 2 3 4 # a b v 1 5 9\s\\`, `app log %[a=b\]x`, `api originate user/1 9\`,
	}, passes: []string{
		`api uuid_setvar u1 a b\\`, `api uuid_setvar u1 a b\`, `api echo a\`, `app set a=b\`, `app multiset a=b\\\\`, `api regex a|b|c|\`, `api replace a|b|c\`, `app log INFO a\`,
		`api global_setvar a=b=c\`,
	}, topOnly: true},
	{name: "lone-separator", refused: []string{"api coalesce ^^", "app multiset ^^", "app multiunset ^^", "app bridge {^^}user/1"},
		passes: []string{"api coalesce ^^:a:b", "app multiset ^^:a=b", "app multiunset ^^:a", "app bridge {^^:}user/1"}},
	{name: "media-params", refused: []string{"api uuid_media_params u1 false"}, passes: []string{"api uuid_media_params u1"}},
	{name: "originate-undef", refused: []string{
		"api originate user/1 undef", "api originate user/1 'Undef'", "api originate undef 9", "api originate user/1 undef XML c n m 5 x",
	}, passes: []string{"api originate user/1 9", "api originate user/1 9 undef undef", "api originate undef"}},
	{name: "redis-format", refused: []string{"api hiredis_raw default echo %d"},
		passes: []string{"api hiredis_raw default get a", "app hiredis_raw default get %d"}},
	{name: "regex-pattern", refused: []string{"api regex a|_" + times("N", 40), "app capture v|a|_" + times("N", 40)},
		passes: []string{"api regex a|_" + times("N", 39), "api regex a|" + times("N", 400), "app capture v|a|_NXX"}},
	{name: "regex-repeats", refused: []string{
		"api regex m:~" + times("a", 101) + "~(a|b)*", "api regex " + times("a", 101) + "|(a){2,}", "api regex " + times("a", 101) + "|(a(?1)?b)",
		"app capture v|" + times("a", 101) + "|(?:a|b)+", "filter Event-Name /(a|b)*/", "filter add Event-Name +/(a)+/",
	}, passes: []string{
		"api regex m:~" + times("a", 100) + "~(a|b)*", "api regex m:~" + times("a", 101) + "~(a|b)?", "api regex " + times("a", 101) + `|\)*`,
		"filter Event-Name /^CHANNEL_(ANSWER|HANGUP)?$/", "api regex " + times("a", 101) + "|(?:a)(?i)b",
	}, topOnly: true},
	{name: "regex-size", refused: []string{
		"api regex " + times("a", 30000) + "|" + times("(a)", 9) + "|%1", "api regex m:~a~" + times("(", 3000) + "~" + times("b", 100),
	}, passes: []string{
		"api regex " + times("a", 30000) + "|(a)|%1", "api regex " + times("a", 30000) + "|" + times("(a)", 9), "api regex a|" + times("(a)", 99) + "|%1",
	}},
	{name: "replace-empty", refused: []string{"api replace aaa||b", "api replace aaa|''|b", "api replace m:~a~~b", "api replace ^^:a::b"},
		passes: []string{"api replace aaa|a|", "api replace aaa|b|c", "api replace aaa||"}},
	{name: "replace-growth", refused: []string{
		"api replace " + times("a", 2000) + "|a|" + times("b", 600), "api replace " + times("a", 50000) + "|" + times("a", 40000) + "b|c",
	},
		passes: []string{"api replace " + times("a", 2000) + "|a|" + times("b", 500), "api replace " + times("c", 2000) + "|a|" + times("b", 600)}},
	{name: "single-reject", refused: []string{
		"api originate {hangup_on_single_reject=true}user/1 &park", "api originate [hangup_on_single_reject=1]user/1 &park",
		"api uuid_setvar u1 HANGUP_ON_SINGLE_REJECT yes", "app bridge {hangup_on_single_reject=true}user/1", "app set hangup_on_single_reject=true",
	}, passes: []string{
		"api originate {hangup_on_single_reject=false}user/1 &park", "api originate {fail_on_single_reject=true}user/1 &park",
		"api originate {hangup_on_single_reject=true,fail_on_single_reject=USER_BUSY}user/1 &park",
	}},
	{name: "sofia-username", refused: []string{"api sofia_username_of internal/", "api sofia_username_of internal/@d", "api sofia_username_of @d"},
		passes: []string{"api sofia_username_of internal/1000@d", "api sofia_username_of 1000", "api sofia_username_of"}},
	{name: "strftime-format", refused: []string{"api strftime 123|"},
		passes: []string{"api strftime", "api strftime %Y", "api strftime 123|%Y"}},
	{name: "text-length", refused: []string{
		"api toupper " + times("a", 64<<10+1), "api tolower " + times("a", 64<<10+1), "api url_decode " + times("%41", 22000),
		"app set x=${toupper(" + times("a", 64<<10+1) + ")}",
	}, passes: []string{"api toupper " + times("a", 64<<10), "api url_decode a%20b", "api url_encode " + times("a", 100000)}},
	{name: "uuid-prefix", refused: []string{
		"api bgapi uuid:" + times("x", 65) + " status", "api eval UUID:" + times("x", 65) + " hi", "bgapi expand uuid:" + times("x", 65) + " echo hi",
		"api eval ${expand(uuid:" + times("x", 65) + " echo hi)}",
	}, passes: []string{
		"api bgapi uuid:" + times("x", 64) + " status", "api eval uuid:u1 " + times("x", 65), "api eval uuid:" + times("x", 65),
	}},
	{name: "wrapper-depth", refused: []string{
		"api " + times("expand ", 17) + "echo", "api " + times("xml_wrap encoded ", 17) + "echo", "api " + times("expand ", 9000) + "echo",
		"bgapi " + times("expand uuid:u1 xml_wrap ", 9) + "echo",
	}, passes: []string{"api " + times("expand ", 16) + "echo a", "api " + times("bgapi ", 30) + "status", "api expand xml_wrap echo expand expand"}},
}
