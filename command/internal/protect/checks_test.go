package protect

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/fstext"
)

// unknown is an expansion whose value only FreeSWITCH knows.
const unknown = fstext.UnknownDollar + "{x}"

// TestChecks looks at the argument of an API or application with one check, most of them at and
// beyond its bound. Tests of package command check which APIs and applications have the check, and
// that it finds nested commands.
func TestChecks(t *testing.T) {
	rep := strings.Repeat
	for _, tt := range []struct {
		run   string // "api NAME ARGS" or "app NAME ARGS"
		check Check
		want  string // the protection; "" if the argument passes
	}{
		{"api blacklist", APIArgument, "api-argument"},
		{"api blacklist x", APIArgument, ""},
		{"app system", AppArgument, "app-argument"},
		{"app system " + unknown, AppArgument, ""},
		{"api coalesce a%b", Coalesce, "coalesce-format"},
		{"api coalesce a,b", Coalesce, ""},
		{"api coalesce ^^", Separator, "lone-separator"},
		{"api coalesce ^^:", Separator, ""},
		{"api hiredis_raw p get %s", Redis, "redis-format"},
		{"api hiredis_raw p get s", Redis, ""},

		{"api cond", Cond, ""},
		{"api cond ==", Cond, "cond-operand"},
		{"api cond a <=", Cond, "cond-operand"},
		{"api cond a\t!=", Cond, "cond-operand"},
		{"api cond a==", Cond, ""}, // one operand that ends so
		{"api cond a == b", Cond, ""},
		{"api cond a =>", Cond, ""},

		{"api console_complete c=1;ab", Completion, ""},
		{"api console_complete c=3;ab", Completion, "complete-cursor"},
		{"api console_complete c=-1;ab", Completion, "complete-cursor"},
		{"api console_complete c=3", Completion, ""},
		{"api console_complete ;c=3", Completion, ""},

		{"api originate user/1", Originate, ""},
		{"api originate UNDEF 9", Originate, "originate-undef"},
		{"api originate user/1 undef", Originate, "originate-undef"},
		{"api originate user/1 undefined", Originate, ""},
		{"api originate user/1 9 undef", Originate, ""},

		{"api sofia_username_of", Username, ""},
		{"api sofia_username_of 1000", Username, ""},
		{"api sofia_username_of p/1000@d", Username, ""},
		{"api sofia_username_of p/", Username, "sofia-username"},
		{"api sofia_username_of p/@d", Username, "sofia-username"},
		{"api sofia_username_of @d", Username, "sofia-username"},
		{"api sofia_username_of a/b/@d", Username, ""}, // only the first slash ends the profile

		{"api strftime 1", Strftime, ""},
		{"api strftime 1|", Strftime, "strftime-format"},
		{"api strftime |", Strftime, "strftime-format"},
		{"api strftime 1||", Strftime, ""},

		{"api uuid_media_params u1", MediaParams, ""},
		{"api uuid_media_params u1 x", MediaParams, "media-params"},

		{"api uuid_session_heartbeat u1 Sched", Heartbeat, "heartbeat-sched"},
		{"api uuid_session_heartbeat u1 sched 1", Heartbeat, ""},
		{"api uuid_session_heartbeat sched", Heartbeat, ""},

		{"api uuid_drop_dtmf u1 on other 1", DropDTMF, "drop-dtmf-mask"},
		{"api uuid_drop_dtmf u1 on other", DropDTMF, ""},
		{"api uuid_drop_dtmf u1 on '' 1", DropDTMF, ""},
		{"api uuid_drop_dtmf u1 on Mask_Digits 1", DropDTMF, ""},

		{"api eval uuid:" + rep("x", 64) + " a", Prefix, ""},
		{"api eval uuid:" + rep("x", 65) + " a", Prefix, "uuid-prefix"},
		{"api eval uuid:" + rep("x", 64) + unknown + " a", Prefix, ""},
		{"api eval " + rep("x", 65) + " a", Prefix, ""},

		{"api expand " + rep("xml_wrap ", 15) + "echo a", Wrappers, ""},
		{"api expand " + rep("xml_wrap ", 16) + "echo a", Wrappers, "wrapper-depth"},
		{"api expand " + rep("encoded uuid:u1 xml_wrap ", 15) + "echo a", Wrappers, ""},
		{"api expand " + rep("Encoded UUID:u1 XML_wrap ", 16) + "echo a", Wrappers, "wrapper-depth"},
		{"api expand echo " + rep("expand ", 20), Wrappers, ""},

		{"api expr " + rep("1", 1000), Expr, ""},
		{"api expr " + rep("1", 1001), Expr, "expr-depth"},
		{"api expr " + rep("()+-*/^&=,", 10), Expr, ""},
		{"api expr " + rep("()+-*/^&=,", 10) + ";", Expr, "expr-depth"},
		{"api expr " + rep("()+-*/^&=,", 10) + "|", Expr, "expr-depth"},
		{"api expr " + rep("a.b_c 1", 60), Expr, ""},

		{"api json " + rep("[", 100), JSON, ""},
		{"api json " + rep(`{"a":[`, 50) + "{", JSON, "json-depth"},
		{"api json " + rep("[]{}", 101), JSON, ""},
		{`api json "` + rep("[", 101), JSON, ""},
		{`api json "\"` + rep("[", 101), JSON, ""},
		{`api json "\\"` + rep("[", 101), JSON, "json-depth"},
		{"api json " + rep("]", 9) + rep("[", 109), JSON, ""},

		{`api uuid_setvar_multi u1 a=b\`, SetvarMulti, "lone-backslash"},
		{`api uuid_setvar_multi u1 a=b\\`, SetvarMulti, ""},
		{`api uuid_setvar_multi u1 ` + rep("a;", 63) + `b\`, SetvarMulti, ""},
		{`api uuid_setvar_multi u1 ` + rep("a;", 62) + `b\`, SetvarMulti, "lone-backslash"},

		{"api alias add x x", Alias, "alias-loop"},
		{"api alias add x 'y;;y'", Alias, "alias-loop"},
		{"api alias add x 'version;;y'", Alias, "alias-loop"},
		{"api alias add x 'version;;STATUS z'", Alias, ""},
		{"api alias add 'X y' x", Alias, "alias-loop"},
		{"api alias add Version x", Alias, "alias-loop"},
		{"api alias stickyadd x y", Alias, ""},
		{"api alias del x x", Alias, ""},

		{"app detect_speech param", Speech, "detect-speech"},
		{"app detect_speech PARAM a", Speech, "detect-speech"},
		{"app detect_speech param a b", Speech, ""},
		{"app detect_speech resume", Speech, ""},

		{`app multiset a=b\`, Multiset, "lone-backslash"},
		{`app multiset ^^;a=b;c=d\`, Multiset, "lone-backslash"},
		{`app multiset a=b\\`, Multiset, ""},
		{`app x a,b\`, LoneBackslash(fstext.Char(',', 3)), "lone-backslash"},
		{`app x a,b,c\`, LoneBackslash(fstext.Char(',', 3)), ""},

		{"app read 1 100 f v", Digits(0, 1), ""},
		{"app read 101 1 f v", Digits(0, 1), "digit-count"},
		{"app read 1 ' +101x' f v", Digits(0, 1), "digit-count"},
		{"app read -101 1 f v", Digits(0, 1), ""},
		{"app read 1", Digits(0, 1), ""},

		{"app valet_park lot auto in 1 10001", Valet, ""},
		{"app valet_park lot auto in 1 10002", Valet, "valet-range"},
		{"app valet_park lot auto in 1 0", Valet, "valet-range"},
		{"app valet_park lot auto in 2147483640 2147483646", Valet, ""},
		{"app valet_park lot auto in 2147483640 2147483647", Valet, "valet-range"},
		{"app valet_park lot auto in " + unknown + " 99999", Valet, ""},
		{"app valet_park lot Ask 1 101", Valet, "digit-count"},
		{"app valet_park lot ask 101", Valet, "digit-count"},
		{"app valet_park lot ask 1 100", Valet, ""},
		{"app valet_park lot 99999 1", Valet, ""},

		{"app play_yuv f 4096 4096", Picture, ""},
		{"app play_yuv f 4097 1", Picture, "picture-size"},
		{"app play_yuv f 1 4097", Picture, "picture-size"},
		{"app play_yuv f -1", Picture, "picture-size"},

		{"app tone_detect k 1" + rep(",2", 15), Frequencies(1), ""},
		{"app tone_detect k 1" + rep(",2", 16), Frequencies(1), "tone-frequencies"},
		{"app tone_detect k", Frequencies(1), ""},

		{"api toupper " + rep("a", 64<<10), Length, ""},
		{"api toupper " + rep("a", 64<<10+1), Length, "text-length"},
	} {
		kind, rest, _ := strings.Cut(tt.run, " ")
		name, args, _ := strings.Cut(rest, " ")
		e := catalog.Builtin().API(name)
		if kind == "app" {
			e = catalog.Builtin().App(name)
		}
		tokens, _ := e.Split.Split(args)
		if got := refusedFor(func(g *Guard) { tt.check(g, args, tokens) }); got != tt.want {
			t.Errorf("%.100q is refused for %q, want %q", tt.run, got, tt.want)
		}
	}
}

func TestVariable(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"valet_ext_min", "100", ""},
		{"valet_ext_max", "101", "digit-count"},
		{"valet_ext_mid", "101", ""},
		{"hold_music", "/a.wav", ""},
		{"hold_music", "/a.file", "file-ending"},
		{"hold_music", "ARRAY::/a.wav|:/b.file", "file-ending"},
		{"hold_music", "l=-1;%(1,1,1)", ""}, // only a ringback is read as tones
		{"ringback", "l=-1;%(1,1,1)", "tone-length"},
		{"transfer_ringback", "l=-1;%(1,1,1)", "tone-length"},
		{"ringback", "silence://l=-1;", ""},
		{"ringback", "{a=b", "file-block"},
		{"note", "/a.file", ""},
	} {
		g := New(catalog.Builtin())
		g.Variable(tt.name, tt.value)
		got, where := "", ""
		if g.Refusal != nil {
			got, where = g.Refusal.Protection.Name, g.Refusal.Where
		}
		if got != tt.want || got != "" && where != "var "+tt.name {
			t.Errorf("%s=%s is refused for %q in %q, want %q", tt.name, tt.value, got, where, tt.want)
		}
	}
}

func TestEvent(t *testing.T) {
	sms := func(headers ...string) []string {
		return append([]string{"Event-Subclass", catalog.SMSSubclass}, headers...)
	}
	long := strings.Repeat("x", 257)
	for _, tt := range []struct {
		name    string
		event   catalog.EventType
		headers []string // names and values
		want    string
	}{
		{"a feature", mustEvent("PHONE_FEATURE"), []string{"device", long[:64]}, ""},
		{"a long feature", mustEvent("PHONE_FEATURE"), []string{"ringCount", long[:65]}, "feature-event"},
		{"a feature that is not known", mustEvent("PHONE_FEATURE"), []string{"device", unknown + long[:64]}, ""},
		{"other headers of a feature", mustEvent("PHONE_FEATURE"), []string{"user", long}, ""},
		{"features of another event", mustEvent("NOTIFY"), []string{"device", long}, ""},

		{"a message to a conference", mustEvent("MESSAGE"), []string{"Unique-ID", "u1", "proto", "Conf"}, "chat-answer"},
		{"a message to no channel", mustEvent("MESSAGE"), []string{"proto", "conf"}, ""},
		{"a message that is answered by SIP", mustEvent("MESSAGE"), []string{"Unique-ID", "u1", "proto", "sip"}, ""},

		{"a chat", catalog.EventCustom, sms("dest_proto", "conf", "to", long[:256]), ""},
		{"a chat with a long name", catalog.EventCustom, sms("dest_proto", "conf", "to", long), "chat-conference"},
		{"a long name in another event", catalog.EventCustom, []string{"Event-Subclass", "a::b", "dest_proto", "conf", "to", long}, ""},
		{"a chat without a receiver", catalog.EventCustom, sms("dest_proto", "conf"), "chat-receiver"},
		{"SIP without a receiver", catalog.EventCustom, sms("dest_proto", "sip"), ""},
		{"two conferences", catalog.EventCustom, sms("dest_proto", "conf", "proto", "CONF", "to", "c"), "chat-answer"},
		{"a conference to SIP", catalog.EventCustom, sms("dest_proto", "sip", "proto", "conf", "to", "c"), ""},
		{"Verto with a call", catalog.EventCustom, sms("dest_proto", "Verto", "to", "c", "call_id", "u1"), "chat-verto"},
		{"SIP with a call", catalog.EventCustom, sms("dest_proto", "sip", "to", "c", "call_id", "u1"), ""},
		{"an outcome", catalog.EventCustom, sms("dest_proto", "sip", "to", "c", catalog.SMSFailure, "x"), "chat-outcome"},
		{"the other outcome", catalog.EventCustom, sms("dest_proto", "sip", "to", "c", catalog.SMSNonblocking, "x"), "chat-outcome"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := func(name string) string {
				for i := 0; i < len(tt.headers); i += 2 {
					if strings.EqualFold(tt.headers[i], name) {
						return tt.headers[i+1]
					}
				}
				return ""
			}
			if got := refusedFor(func(g *Guard) { g.Event(tt.event, "sendevent", header) }); got != tt.want {
				t.Errorf("refused for %q, want %q", got, tt.want)
			}
		})
	}
}

// mustEvent returns the type of the event of that name.
func mustEvent(name string) catalog.EventType {
	t, ok := catalog.ParseEventName(name)
	if !ok {
		panic("no event " + name)
	}
	return t
}
