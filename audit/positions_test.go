package audit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// placeLeaks are secrets that only their place reveals, and names that contain key.
var placeLeaks = []leak{
	{"digits that are sent", "api uuid_send_dtmf 8fd3 §", "uuid_send_dtmf 8fd3"},
	{"digits that are sent, in a job", "bgapi UUID_send_dtmf 8fd3 §@2000", "8fd3"},
	{"digits that are sent, with a separator", "api uuid_send_dtmf ^^|8fd3|§", "^^|8fd3|"},
	{"digits that are sent, quoted", "api uuid_send_dtmf '8fd3' '§'", "uuid_send_dtmf"},
	{"digits that are sent, nested", "api expand uuid_send_dtmf 8fd3 §", "uuid_send_dtmf 8fd3"},
	{"digits that are sent, later", "api sched_api +10 k uuid_send_dtmf 8fd3 §", "sched_api +10 k uuid_send_dtmf 8fd3"},
	{"digits that are sent, in brackets", "api eval ${uuid_send_dtmf(8fd3 §)}", "${uuid_send_dtmf(8fd3"},
	{"digits that are sent by a variable", "api originate {api_on_answer='uuid_send_dtmf 8fd3 §'}user/1 &park", "uuid_send_dtmf 8fd3"},
	{"digits that come", "api uuid_recv_dtmf 8fd3 §", "uuid_recv_dtmf 8fd3"},
	{"send_dtmf", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: send_dtmf\nexecute-app-arg: §\nasync: true", "send_dtmf\nexecute-app-arg:|async: true"},
	{"send_dtmf, its name last", "sendmsg 8fd3\ncall-command: execute\nexecute-app-arg:§\nexecute-app-name:  SEND_DTMF", "SEND_DTMF"},
	{"send_dtmf, in a body", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: send_dtmf\ncontent-type: text/plain\n\n§", "text/plain\n\n"},
	{"queue_dtmf", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: queue_dtmf\nexecute-app-arg: §", "queue_dtmf"},
	{"fsk_send", "api originate user/1 &fsk_send(§)", "&fsk_send("},
	{"&send_dtmf", "api originate user/1 &send_dtmf(§)", "user/1 &send_dtmf("},
	{"send_dtmf inline", "api originate user/1 send_dtmf:§ inline", "user/1 send_dtmf:"},
	{"send_dtmf after an answer", "api originate {execute_on_answer='send_dtmf §'}user/1 &park", "send_dtmf"},
	{"send_dtmf after an answer, ::", "api originate {execute_on_answer=send_dtmf::§}user/1 &park", "send_dtmf::"},
	{"send_dtmf by a broadcast", "api uuid_broadcast 8fd3 send_dtmf::§ aleg", "uuid_broadcast 8fd3 send_dtmf::"},
	{"send_dtmf by a broadcast, with a cause", "api uuid_broadcast 8fd3 send_dtmf!NORMAL_CLEARING::§ aleg", "send_dtmf!NORMAL_CLEARING::"},
	{"send_dtmf on a digit", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: bind_digit_action\nexecute-app-arg: r,1,exec:send_dtmf,§,self", "r,1,exec:send_dtmf,"},
	{"digits of a conference", "api conference 3000 dtmf all §", "conference 3000 dtmf all"},
	{"digits of a conference, quoted", "api conference 'room k' dtmf all §", "conference 'room k' dtmf all"},
	{"digits of a conference, with a separator", "api conference ^^|3000|dtmf|all|§", "dtmf|all|"},
	{"digits of alsa", "api alsa dtmf §", "alsa dtmf"},
	{"digits that an event tells", "sendevent DTMF\nDTMF-Digit: §\nk: k", "DTMF-Digit:|k: k"},
	{"digits in a request of JSON", `api json {"command":"fsapi","data":{"cmd":"uuid_send_dtmf","arg":"8fd3 §","k":"k"}}`, `"uuid_send_dtmf","arg":|,"k":"k"}}`},
	{"digits in a request of JSON, the argument first", `api json {"command":"execute","data":{"arg":"§","app":"send_dtmf"}}`, `"app":"send_dtmf"}}`},
	{"conference +PIN in a request of JSON", `api json {"command":"execute","data":{"app":"conference","arg":"3000@default+§"}}`, `"app":"conference"`},
	{"an application in a pair of variables", "api originate {exec_after_bridge_app=send_dtmf,exec_after_bridge_arg=§,a=k}user/1 &park", "exec_after_bridge_arg=|,a=k}"},
	{"the argument first", "api originate {exec_after_bridge_arg=§,exec_after_bridge_app=SEND_DTMF}user/1 &park", "exec_after_bridge_app=SEND_DTMF}"},
	{"a pair, quoted", "api originate {bridge_pre_execute_aleg_app='queue_dtmf',bridge_pre_execute_aleg_data='§'}user/1 &park", "bridge_pre_execute_aleg_data="},
	{"a pair of the other leg", "api originate {bridge_pre_execute_bleg_app=send_dtmf,bridge_pre_execute_bleg_data=§,a=k}user/1 &park", "a=k}"},
	{"a pair of two legs", "api originate [exec_after_bridge_app=log,exec_after_bridge_arg=INFO]user/1,[exec_after_bridge_app=send_dtmf,exec_after_bridge_arg=§]user/2 &park", "exec_after_bridge_app=log"},
	{"a pair with an expansion", "api originate {exec_after_bridge_app=${x},exec_after_bridge_arg=§}user/1 &park", "exec_after_bridge_arg="},
	{"a conference in a pair", "api originate {loopback_app=conference,loopback_app_arg=3000+§}user/1 &park", "loopback_app_arg="},
	{"half a pair", "api uuid_setvar 8fd3 exec_after_bridge_arg §", "8fd3 exec_after_bridge_arg"},
	{"half a pair of several", "api uuid_setvar_multi 8fd3 a=k;bridge_pre_execute_data=§", "a=k;bridge_pre_execute_data="},
	{"half a pair, set", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: exec_after_bridge_arg=§", "exec_after_bridge_arg="},
	{"half a pair, exported", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: export\nexecute-app-arg: nolocal:exec_after_bridge_arg=§", "nolocal:exec_after_bridge_arg="},
	{"digits that are sent by an expansion in another command", "api expand echo ${uuid_send_dtmf(8fd3 §)}", "echo ${uuid_send_dtmf(8fd3"},
	{"digits in a request of JSON, the command in a wrong place", `api json {"data":{"arg":"8fd3 §"},"command":"fsapi","cmd":"uuid_send_dtmf"}`, `"cmd":"uuid_send_dtmf"}`},
	{"what a hash is made of", "api md5 §", "api md5"},
	{"what a hash is made of, nested", "api eval ${md5(1000:acme.test:§)}", "${md5("},
	{"conference +PIN by a broadcast", "api uuid_broadcast 8fd3 conference::3000@default+§ aleg", "conference::3000@default+| aleg"},
	{"conference +PIN after an answer", "api originate {execute_on_answer='conference 3000@default+§'}user/1 &park", "3000@default+"},
	{"conference +PIN by a transfer", "api uuid_transfer 8fd3 conference:3000@default+§ inline", "3000@default+| inline"},
	{"conference +PIN of a leg", "api originate loopback/app=conference:3000@default+§ &park", "3000@default+| &park"},
	{"conference +PIN by its API", "api conference 3000@default+§ dial user/1", "3000@default+| dial user/1"},
	{"conference +PIN of a transfer within", "api conference 3000 transfer 3001+§ 7", "conference 3000 transfer"},
	{"AZURE_SUBSCRIPTION_KEY", "api originate {AZURE_SUBSCRIPTION_KEY=§,a=k}user/1 &park", "{AZURE_SUBSCRIPTION_KEY=|,a=k}"},
	{"AWS_ACCESS_KEY_ID", "api uuid_setvar 8fd3 AWS_ACCESS_KEY_ID §", "AWS_ACCESS_KEY_ID"},
	{"MY_ACCESS_KEY", "api uuid_setvar_multi 8fd3 a=k;MY_ACCESS_KEY=§", "a=k;MY_ACCESS_KEY="},
	{"subscription-key", "sendevent X\nOcp-Apim-Subscription-Key: §\nk: k", "Subscription-Key:|k: k"},
	{"speechKey2", `api json {"speechKey2":"§","k":"k"}`, `"k":"k"`},
}

// marking returns the catalogue of a policy that marks places.
func marking(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Builtin().With([]catalog.Module{
		{Name: "uuid_audio_fork", Class: effect.ClassMedia, UUID: []int{0}, Split: "space", Secret: []int{5, 8}},
		{Name: "mine_char", Split: "char . 4", Secret: []int{1}},
		{Name: "mine_whole", Secret: []int{0}},
		{Name: "conference", Subcommands: []catalog.Subcommand{{Name: "tag", Secret: []int{3}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// TestMarkedRecords checks that a record leaves out what is marked by the policy with which its
// command was parsed: in the text, in the effects and in a rule that spells it, but not in a rule
// with a wildcard.
func TestMarkedRecords(t *testing.T) {
	log, path := open(t)
	cat := marking(t)
	text := "bgapi uuid_audio_fork 8fd3 start wss://k mono 8k " + planted + " kept"
	cmd, err := command.Parse(cat, nil, &codec.Frame{Line: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	rule := "api uuid_audio_fork * start wss:\\/\\/k mono 8k "
	for _, r := range []audit.Record{
		{Rule: rule + planted + " kept", Catalog: cat},
		{Rule: rule + "* kept", Catalog: cat},
	} {
		r.Kind, r.Verb, r.Command, r.Effects, r.Decision = audit.KindCommand, "bgapi", cmd.Text, cmd.Effects, audit.Allow
		r.Reason = "api uuid_audio_fork is not allowed to k kept1 kept2 kept3"
		if _, err := log.Write(&r); err != nil {
			t.Fatal(err)
		}
	}
	all := string(file(t, path))
	if strings.Contains(all, planted) {
		t.Errorf("the secret is in %s", all)
	}
	lines := strings.Split(strings.TrimSpace(all), "\n")
	for i, want := range []string{"8k [redacted:", "8k * kept"} {
		var got struct {
			Rule, Reason, Command string
			Effects               []struct{ Args string }
			Redacted              []string
		}
		if err := json.Unmarshal([]byte(lines[1+i]), &got); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got.Rule, want) || !strings.HasSuffix(got.Reason, "kept3") || !strings.HasSuffix(got.Command, "] kept") ||
			len(got.Effects) != 1 || !strings.HasSuffix(got.Effects[0].Args, "] kept") || len(got.Redacted) != 1 || got.Redacted[0] != "uuid_audio_fork" {
			t.Errorf("record %d: %+v", i, got)
		}
	}
}
