package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

const (
	allow  = "allow"
	deny   = "deny"
	refuse = "refuse"
)

const uuid = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"

// withRules returns a policy with one client, acme, which has one role with these rules.
func withRules(allow, deny []string) string {
	doc := map[string]any{
		"version":   1,
		"upstreams": map[string]any{"pbx": map[string]any{"address": "127.0.0.1:8021", "password": map[string]any{"env": "X"}}},
		"sets": map[string]any{
			"premium": []string{"1900*", "1976*"}, "people": []string{"1000", "1001", "ann smith"}, "events": []string{"CHANNEL_*", "LOG"},
		},
		"apis": map[string]any{"uuid_audio_fork": map[string]any{"class": "media", "uuid": []int{0}, "split": "words 4"}},
		"roles": map[string]any{
			"r": map[string]any{"unguarded": true, "allow": append([]string{}, allow...), "deny": append([]string{}, deny...)},
		},
		"clients": map[string]any{
			"acme": map[string]any{
				"from": []string{"10.0.0.0/8"}, "auth": map[string]any{"password": []string{policy.HashSHA256("x")}}, "roles": []string{"r"},
			},
		},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// A row is a command and its expected decision: allow, deny or refuse.
type row struct{ want, command string }

// A ruleGroup is the rules of a role, and commands that they decide.
type ruleGroup struct {
	name        string
	allow, deny []string
	rows        []row
}

// ruleGroups shows the rule language by examples: for some rules, the commands that they allow and
// those that they do not.
var ruleGroups = []ruleGroup{
	{"nothing is allowed without a rule", nil, nil, []row{
		{deny, "api status"}, {deny, "event plain HEARTBEAT"}, {deny, "log INFO"},
		{allow, "noevents"}, {allow, "nolog"}, {allow, "exit"},
	}},
	{"a name alone allows no arguments", []string{"api version", "api uuid_kill"}, nil, []row{
		{allow, "api version"}, {allow, "bgapi version"}, {allow, "api VERSION"}, {deny, "api version short"}, {deny, "api uuid_kill " + uuid}, {deny, "api status"},
	}},
	{"names fold on both sides", []string{"api SHOW channels"}, nil, []row{
		{allow, "api show channels"}, {allow, "api Show channels"}, {allow, "api show CHANNELS"}, {deny, "api show calls"},
	}},
	{"arguments that FreeSWITCH compares with case do not", []string{"api global_getvar domain", "api module_exists mod_sofia"}, nil, []row{
		{allow, "api module_exists mod_sofia"}, {deny, "api module_exists MOD_SOFIA"},
	}},
	{"the number of tokens must agree", []string{"api show channels"}, nil, []row{
		{allow, "api show channels"}, {deny, "api show"}, {deny, "api show channels as json"},
	}},
	{"** matches the rest, and no rest", []string{"api show channels|calls **"}, nil, []row{
		{allow, "api show channels"}, {allow, "api show calls as json"}, {deny, "api show registrations"}, {deny, "api show"},
	}},
	{"* stays within a token", []string{"api show * as json", "api uuid_send_dtmf <uuid> 1*"}, nil, []row{
		{allow, "api show channels as json"}, {deny, "api show channels x as json"},
		{allow, "api uuid_send_dtmf " + uuid + " 12"}, {allow, "api uuid_send_dtmf " + uuid + " 1"}, {deny, "api uuid_send_dtmf " + uuid + " 2"},
	}},
	{"? is one character", []string{"api user_exists id 10?? example.org"}, nil, []row{
		{allow, "api user_exists id 1000 example.org"}, {deny, "api user_exists id 100 example.org"}, {deny, "api user_exists id 10000 example.org"},
	}},
	{"<uuid> is a uuid", []string{"api uuid_exists <uuid>", "api uuid_kill <uuid>"}, nil, []row{
		{allow, "api uuid_exists " + uuid}, {deny, "api uuid_exists all"}, {deny, "api uuid_exists " + uuid + "0"}, {deny, "api uuid_kill " + uuid[1:]},
	}},
	{"<1-60> is a plain number", []string{"api uuid_hold <1-60>"}, nil, []row{
		{allow, "api uuid_hold 1"}, {allow, "api uuid_hold 60"}, {deny, "api uuid_hold 0"}, {deny, "api uuid_hold 61"}, {deny, "api uuid_hold 600"}, {deny, "api uuid_hold 007"}, {deny, "api uuid_hold +7"},
	}},
	{"$set is any of its entries, also within a token", []string{"api user_exists id $people example.org", "api user_exists id x$premium y"}, nil, []row{
		{allow, "api user_exists id 1001 example.org"}, {deny, "api user_exists id 1002 example.org"},
		{allow, "api user_exists id 'ann smith' example.org"},
		{allow, "api user_exists id x19005 y"}, {deny, "api user_exists id 19005 y"}, {deny, "api user_exists id x1800 y"},
	}},
	{"/re2/ is for the whole token", []string{"api user_exists id /10[0-9]{2}/ example.org"}, nil, []row{
		{allow, "api user_exists id 1099 example.org"}, {deny, "api user_exists id 10999 example.org"}, {deny, "api user_exists id x1099 example.org"},
	}},
	{"escapes", []string{`api user_exists id a\*b a\|b`, `api user_exists id a\sb x`}, nil, []row{
		{allow, "api user_exists id a*b a|b"}, {deny, "api user_exists id aab a|b"}, {deny, "api user_exists id a*b a"},
		{allow, "api user_exists id 'a b' x"}, {deny, "api user_exists id ab x"},
	}},
	{`"" is a token that is empty`, []string{"api uuid_transfer **", `dialplan XML "" 1???`, `dialplan XML ""|public 9`}, nil, []row{
		{allow, "api uuid_transfer " + uuid + " 1001"}, {deny, "api uuid_transfer " + uuid + " 1001 XML default"},
		{allow, "api uuid_transfer " + uuid + " 9"}, {allow, "api uuid_transfer " + uuid + " 9 XML public"},
		{deny, "api uuid_transfer " + uuid + " 9 XML default"}, {deny, "api uuid_transfer " + uuid + ` 1001 XML '""'`},
	}},
	{"* is any context, and none", []string{"api uuid_transfer **", "dialplan XML * 1001"}, nil, []row{
		{allow, "api uuid_transfer " + uuid + " 1001"}, {allow, "api uuid_transfer " + uuid + " 1001 XML default"},
	}},
	{`a deny of an empty token`, []string{"api uuid_setvar **", "var channel campaign_id *"}, []string{`var channel|originate|global campaign_id ""`}, []row{
		{deny, "api uuid_setvar " + uuid + " campaign_id"}, {allow, "api uuid_setvar " + uuid + " campaign_id x"},
	}},
	{"@status is apart from @read, and takes any arguments", []string{"api @status"}, nil, []row{
		{allow, "api status"}, {allow, "api version short"}, {deny, "api show channels"}, {deny, "api reloadxml"},
	}},
	{"@read", []string{"api @read"}, nil, []row{
		{allow, "api show channels as json"}, {deny, "api status"}, {deny, "api uuid_kill " + uuid},
	}},
	{"classes are alternatives", []string{"api @read|@status"}, nil, []row{
		{allow, "api show channels"}, {allow, "api status"}, {deny, "api reloadxml"},
	}},
	{"a subcommand that only reads is @read", []string{"api @read"}, nil, []row{
		{allow, "api sofia status"}, {deny, "api sofia profile internal restart"},
	}},
	{"an API of a module of the operator's own", []string{"api @media"}, nil, []row{
		{allow, "api uuid_audio_fork " + uuid + " start"}, {deny, "api uuid_audio_knife " + uuid},
	}},
	{"deny beats allow, wherever it stands", []string{"api @status", "api **"}, []string{"api version **"}, []row{
		{deny, "api version"}, {deny, "api VERSION short"}, {allow, "api status"},
	}},
	{"nothing opaque is allowed with the API", []string{"api **", "app **"}, nil, []row{
		{allow, "api status"}, {deny, "api lua x.lua"}, {deny, "bgapi expand lua x.lua"}, {deny, "api originate user/1000 &lua(x.lua)"},
	}},
	{"opaque is allowed by its reason", []string{"api lua **", "opaque script"}, nil, []row{
		{allow, "api lua x.lua"}, {deny, "api luarun x.lua"},
	}},
	{"what a wrapper holds needs its own rule", []string{"api expand **", "api status"}, nil, []row{
		{allow, "api expand status"}, {deny, "api expand version"}, {deny, "bgapi expand expand expand version"},
	}},
	{"a deny reaches into wrappers", []string{"api **", "app **", "dial **", "var **"}, []string{"api system|bg_system **", "app system|bgsystem **"}, []row{
		{allow, "api expand status"}, {deny, "api expand SYSTEM id"}, {deny, "api eval ${system(id)}"}, {deny, "api originate user/1 &system(id)"},
		{deny, "api originate {execute_on_answer='system id'}user/1 &park"}, {deny, "api sched_api +1 none system id"},
	}},
	{"an originate needs all that it causes", []string{
		"api originate **", "dial sofia/gateway/acme/1*", "app park", "var originate origination_caller_id_* *",
	}, []string{"dial sofia/gateway/acme/$premium"}, []row{
		{allow, "api originate {origination_caller_id_name=Bob}sofia/gateway/acme/15551234 &park"},
		{allow, "bgapi originate sofia/gateway/acme/15551234|sofia/gateway/acme/15551235 &park()"},
		{deny, "api originate sofia/gateway/acme/15551234,sofia/gateway/acme/19005551234 &park"},
		{deny, "api originate sofia/gateway/acme/15551234,user/1000 &park"},
		{deny, "api originate sofia/gateway/acme/15551234 &playback(/x.wav)"},
		{deny, "api originate sofia/gateway/acme/15551234 1000 XML default"},
		{deny, "api originate {sip_h_X=1}sofia/gateway/acme/15551234 &park"},
		{deny, "api originate sofia/gateway/acme/1-900-555-1234 &park"},
	}},
	{"an extension is a rule of its own", []string{"api originate **", "dial user/1???", "dialplan XML default 1???"}, nil, []row{
		{allow, "api originate user/1000 1001 XML default"}, {deny, "api originate user/1000 9001 XML default"}, {deny, "api originate user/1000 1001 XML internal"},
	}},
	{"a repeating schedule is a rule of its own", []string{"api sched_api **", "api status", "repeating api version"}, nil, []row{
		{allow, "api sched_api +5 none status"}, {deny, "api sched_api @5 none status"}, {allow, "api sched_api @5 none version"},
	}},
	{"so is what a sendmsg repeats", []string{"app bridge|playback **", "dial user/1000", "repeating app playback /a.wav"}, nil, []row{
		{allow, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: user/1000\nloops: 1"},
		{deny, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: user/1000\nloops: -1"},
		{allow, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a.wav\nloops: 2"},
		{deny, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /b.wav\nloops: 2"},
	}},
	{"a path with a sneaky sequence needs it spelled", []string{"api uuid_record <uuid> start /var/rec/*", "api uuid_record <uuid> stop /var/../rec/*"}, nil, []row{
		{allow, "api uuid_record " + uuid + " start /var/rec/a.wav"},
		{deny, "api uuid_record " + uuid + " start /var/rec/../../etc/a.wav"},
		{deny, "api uuid_record " + uuid + " start /var/rec/x://y"},
		{deny, "api uuid_record " + uuid + " start /var/rec/a.wav!b.wav"},
		{allow, "api uuid_record " + uuid + " stop /var/../rec/a.wav"},
		{deny, "api uuid_record " + uuid + " stop /var/../rec/../a.wav"},
	}},
	{"a lone * is no way around that", []string{"api uuid_record <uuid> start *"}, nil, []row{
		{allow, "api uuid_record " + uuid + " start /a.wav"}, {deny, "api uuid_record " + uuid + " start /../a.wav"},
	}},
	{"** is as narrow as *, a regular expression is not", []string{"api uuid_record <uuid> start **", "api uuid_record <uuid> stop /.*x/"}, nil, []row{
		{allow, "api uuid_record " + uuid + " start /a.wav 60"}, {deny, "api uuid_record " + uuid + " start /../a.wav"},
		{allow, "api uuid_record " + uuid + " stop /../x"},
	}},
	{"in a deny they match all the same", []string{"api uuid_record **"}, []string{"api uuid_record * start /etc/*"}, []row{
		{deny, "api uuid_record " + uuid + " start /etc/../etc/a.wav"}, {allow, "api uuid_record " + uuid + " start /var/a.wav"},
	}},
	{"events by name and pattern", []string{"subscribe CHANNEL_*|HEARTBEAT"}, nil, []row{
		{allow, "event plain CHANNEL_CREATE HEARTBEAT"}, {allow, "event json channel_create"}, {deny, "event plain CHANNEL_CREATE DTMF"}, {deny, "event plain ALL"},
	}},
	{"what others do is subscribed to by its own name", []string{"subscribe *", "subscribe $events", "subscribe CUSTOM *"}, nil, []row{
		{deny, "event plain BACKGROUND_JOB"}, {deny, "event plain API"}, {deny, "event plain ALL"}, {allow, "event plain DTMF"}, {allow, "event plain CUSTOM a::b"},
	}},
	{"its own name", []string{"subscribe BACKGROUND_JOB|LOG"}, nil, []row{
		{allow, "event plain BACKGROUND_JOB"}, {allow, "event plain LOG"}, {deny, "event plain API"},
	}},
	{"what only the switch says is injected by its own name", []string{"inject **", "inject *", "inject * **", "inject /.*/ **", "inject *O*"}, nil, []row{
		{deny, "sendevent BACKGROUND_JOB\nJob-UUID: a"}, {deny, "sendevent API"}, {deny, "sendevent LOG"}, {deny, "sendevent SHUTDOWN"},
		{deny, "sendevent shutdown_requested"}, {deny, "sendevent RELOADXML"}, {deny, "sendevent TRAP"}, {deny, "sendevent CERT_RELOAD"},
		{deny, "sendevent MODULE_UNLOAD"}, {deny, "sendevent DEL_SCHEDULE"}, {deny, "sendevent SESSION_HEARTBEAT"},
		{allow, "sendevent MESSAGE"}, {allow, "sendevent CUSTOM\nEvent-Subclass: a::b"}, {allow, "sendevent DTMF"},
	}},
	{"its own name, injected", []string{"inject BACKGROUND_JOB|SHUTDOWN"}, nil, []row{
		{allow, "sendevent BACKGROUND_JOB"}, {allow, "sendevent SHUTDOWN"}, {deny, "sendevent API"},
	}},
	{"a deny is broad", []string{"inject BACKGROUND_JOB|SHUTDOWN"}, []string{"inject * **"}, []row{
		{deny, "sendevent BACKGROUND_JOB"}, {deny, "sendevent SHUTDOWN"},
	}},
	{"all of them", []string{"subscribe **", "subscribe API|BACKGROUND_JOB|LOG|CUSTOM"}, nil, []row{{allow, "event plain ALL"}}},
	{"CUSTOM as such stands for every subclass, so no wildcard matches it", []string{"subscribe **", "subscribe API|BACKGROUND_JOB|LOG"}, nil, []row{
		{deny, "event plain ALL"}, {deny, "event plain CUSTOM"}, {allow, "event plain CUSTOM a::b"},
	}},
	{"CUSTOM spelled", []string{"subscribe CHANNEL_*|CUSTOM"}, nil, []row{
		{allow, "event plain CUSTOM"}, {allow, "event plain CHANNEL_CREATE"}, {deny, "event plain CUSTOM a::b"},
	}},
	{"CUSTOM with all its subclasses", []string{"subscribe CUSTOM **"}, nil, []row{
		{allow, "event plain CUSTOM"}, {allow, "event plain CUSTOM a::b c::d"},
	}},
	{"CUSTOM denied", []string{"subscribe CUSTOM **"}, []string{"subscribe C*"}, []row{
		{deny, "event plain CUSTOM"}, {allow, "event plain CUSTOM a::b"},
	}},
	{"a deny's pattern takes them along", []string{"subscribe API|LOG"}, []string{"subscribe L*"}, []row{
		{allow, "event plain API"}, {deny, "event plain LOG"},
	}},
	{"CUSTOM with and without a subclass", []string{"subscribe CUSTOM sofia::*"}, nil, []row{
		{allow, "event plain CUSTOM sofia::register"}, {deny, "event plain CUSTOM conference::maintenance"}, {deny, "event plain CUSTOM"},
		{deny, "event plain CUSTOM sofia::register conference::maintenance"},
	}},
	{"a log level and all quieter ones", []string{"log WARNING"}, nil, []row{
		{allow, "log WARNING"}, {allow, "log err"}, {allow, "log 0"}, {deny, "log NOTICE"}, {deny, "log DEBUG"}, {deny, "log"},
	}},
	{"a log level denied and all that say more", []string{"log **"}, []string{"log INFO"}, []row{
		{allow, "log NOTICE"}, {deny, "log INFO"}, {deny, "log DEBUG"},
	}},
	{"where the audio of a channel goes", []string{"channel unicast <uuid> 10.0.0.5 <4000-4999> 127.0.0.1 * udp *"}, nil, []row{
		{allow, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5\nremote-port: 4000\ntransport: UDP"},
		{deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.6\nremote-port: 4000"},
		{deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5\nremote-port: 5000"},
		{deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5\nremote-port: 4000\nlocal-ip: 10.0.0.1"},
		{deny, "sendmsg " + uuid + "\ncall-command: unicast"},
	}},
	{"where the audio of a channel must not go", []string{"channel unicast <uuid> /[a-zA-Z0-9.]+/ * * * udp *"}, []string{"channel unicast * 10.0.0.5 **"}, []row{
		{allow, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.6"}, {deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5"},
		{refuse, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.5"}, {refuse, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 167772165"},
	}},
	{"no wildcard is the host that the audio goes to", []string{"channel **", "channel unicast <uuid> * * * * * *"}, nil, []row{
		{deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5"}, {allow, "sendmsg " + uuid + "\ncall-command: hangup"},
		{allow, "sendmsg " + uuid + "\ncall-command: nomedia\nnomedia-uuid: " + uuid},
	}},
	{"a deny of a verb or an event, with any further arguments", []string{"channel unicast <uuid> 10.0.0.5 **", "channel nomedia * *", "channel hangup *", "inject CUSTOM **", "inject CUSTOM SMS::SEND_MESSAGE sip *@a.test **"},
		[]string{"channel unicast " + uuid, "channel no* *", "inject CUSTOM SMS::*|a::b"}, []row{
			{deny, "sendmsg " + uuid + "\ncall-command: unicast\nremote-ip: 10.0.0.5"},
			{allow, "sendmsg " + uuid[1:] + "0\ncall-command: hangup"},
			{deny, "sendmsg " + uuid + "\ncall-command: nomedia\nnomedia-uuid: x"},
			{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b"},
			{deny, "sendevent CUSTOM\nEvent-Subclass: a::b\npresence-data-cols: x"}, {allow, "sendevent CUSTOM\nEvent-Subclass: a::c\npresence-data-cols: x"},
		}},
	{"whom a message reaches", []string{"inject CUSTOM SMS::SEND_MESSAGE sip *@a.test * **"}, nil, []row{
		{allow, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b"},
		{allow, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\nsip_profile: internal"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@b.test\nfrom: b"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\nto_sip_ip: 10.0.0.1"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: verto\nto: 1@a.test\nfrom: b"},
		{allow, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\nto_user: 1"},
	}},
	{"what is added to a message", []string{"inject CUSTOM SMS::SEND_MESSAGE sip *@a.test *"}, nil, []row{
		{allow, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\nsip_h_X: 1\ntype: text/plain"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\ntype: text/plain;a"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\ncall_id: u1"},
		{deny, "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1@a.test\nfrom: b\nto_user: 1"},
	}},
	{"who a conference says that calls", []string{"api conference **", "dial user/1", "app conference 3000", "var originate origination_caller_id_number 49*"}, nil, []row{
		{allow, "api conference 3000 bgdial user/1 49301"}, {deny, "api conference 3000 bgdial user/1 110"}, {deny, "api conference 3000 dial user/1 49301 Police"},
	}},
	{"channels", []string{"channel hangup <uuid>", "channel myevents *"}, nil, []row{
		{allow, "sendmsg " + uuid + "\ncall-command: hangup"}, {allow, "myevents " + uuid + " plain"},
		{deny, "sendmsg " + uuid + "\ncall-command: nomedia\nnomedia-uuid: " + uuid},
	}},
	{"applications", []string{"app playback /var/sounds/*", "app @call"}, nil, []row{
		{allow, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /var/sounds/a.wav"},
		{deny, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /etc/a.wav"},
		{deny, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /var/sounds/${system(id)}"},
		{allow, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: answer"},
		{deny, "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: system\nexecute-app-arg: id"},
	}},
	{"a filter by equality needs no rule, one by regex does", []string{"filter regex Event-Name"}, nil, []row{
		{allow, "filter Unique-ID " + uuid}, {allow, "filter Event-Name /CHANNEL/"}, {deny, "filter Caller-Name /a/"},
	}},
	{"events sent in", []string{"inject CUSTOM **"}, nil, []row{
		{deny, "sendevent NOTIFY\nprofile: internal"},
	}},
	{"what has two readings is refused, whatever the rules", []string{"api **", "subscribe **"}, nil, []row{
		{refuse, "api status\nX: 1\rY: 2"}, {refuse, "api status\nContent-Length: 1x"}, {refuse, "api status\nCommand: x"},
	}},
}

func TestRules(t *testing.T) {
	for _, group := range ruleGroups {
		t.Run(group.name, func(t *testing.T) {
			p := load(t, withRules(group.allow, group.deny))
			for _, r := range group.rows {
				if got, why := decide(t, p, "acme", r.command); got != r.want {
					t.Errorf("%q: %s, want %s (%s)", r.command, got, r.want, why)
				}
			}
		})
	}
}

// decide parses and decides one command, and returns the decision and its reason.
func decide(t testing.TB, p *policy.Policy, client, text string) (action, why string) {
	t.Helper()
	return decideBy(t, p, p.Catalog(), client, text)
}

func decideBy(t testing.TB, p *policy.Policy, cat *catalog.Catalog, client, text string) (action, why string) {
	t.Helper()
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
	if err != nil {
		return refuse, err.Error()
	}
	cmd, err := command.Parse(cat, &command.State{}, f)
	if err != nil {
		return refuse, err.Error()
	}
	d := p.Client(client).Decide(cmd.Effects)
	return d.Action.String(), d.Reason
}

// TestRulesOnEffects: rules for effects that are only nested in the effects of commands.
func TestRulesOnEffects(t *testing.T) {
	p := load(t, withRules([]string{
		"dial sofia/gateway/acme/1*", "dial user/10??", "repeating api status", "api version", "handover 10.0.0.1:*|media.example.org:8040",
		"var originate origination_caller_id_* *", "dialplan XML default 1???",
	}, []string{"dial sofia/gateway/acme/$premium"}))
	for _, tt := range []struct {
		want   policy.Action
		effect effect.Effect
	}{
		{policy.Allow, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/15551234"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/19005551234"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/1555@evil.example"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/1555;x=y"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/1555,user/1"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/1/5"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/1900;5@x"}},
		{policy.Allow, effect.Effect{Kind: effect.KindDial, Name: "user/1000"}},
		{policy.Deny, effect.Effect{Kind: effect.KindDial, Name: "user/10%0"}},
		{policy.Allow, effect.Effect{Kind: effect.KindAPI, Name: "status", Later: effect.Repeating}},
		{policy.Deny, effect.Effect{Kind: effect.KindAPI, Name: "status"}},
		{policy.Allow, effect.Effect{Kind: effect.KindAPI, Name: "version", Later: effect.Once}},
		{policy.Deny, effect.Effect{Kind: effect.KindAPI, Name: "version", Later: effect.Repeating}},
		{policy.Allow, effect.Effect{Kind: effect.KindHandover, Name: "10.0.0.1:8084"}},
		{policy.Allow, effect.Effect{Kind: effect.KindHandover, Name: "media.example.org:8040"}},
		{policy.Deny, effect.Effect{Kind: effect.KindHandover, Name: "10.0.0.10:8084"}},
		{policy.Allow, effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{"origination_caller_id_name", "Bob"}}},
		{policy.Deny, effect.Effect{Kind: effect.KindVar, Name: "global", Tokens: []string{"origination_caller_id_name", "Bob"}}},
		{policy.Allow, effect.Effect{Kind: effect.KindDialplan, Name: "xml", Tokens: []string{"default", "1000"}}},
		{policy.Deny, effect.Effect{}},
		{policy.Deny, effect.Effect{Kind: 200, Name: "status"}},
		{policy.Deny, effect.Effect{Kind: effect.KindOpaque, Name: "depth"}},
	} {
		if d := p.Client("acme").Decide([]effect.Effect{tt.effect}); d.Action != tt.want {
			t.Errorf("%s (later %d): %s, want %s", tt.effect.String(), tt.effect.Later, d.Action, tt.want)
		}
	}
}

// TestDenyIsBroad: a wildcard matches more in a deny than in an allow.
func TestDenyIsBroad(t *testing.T) {
	p := load(t, withRules([]string{"dial **", "api **", "subscribe **"}, []string{
		"dial sofia/*/1900*", "api uuid_hold <1-60>", "api user_exists /a.c/ **",
	}))
	for _, e := range []effect.Effect{
		{Kind: effect.KindDial, Name: "sofia/gateway/x@y;z/1900,5"},
		{Kind: effect.KindAPI, Name: "uuid_hold", Tokens: []string{"007"}},
		{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"a\nc"}},
	} {
		if d := p.Client("acme").Decide([]effect.Effect{e}); d.Action != policy.Deny || d.Rule == "" {
			t.Errorf("%s: %+v, want denied by a rule", e.String(), d)
		}
	}
}

// TestDialDenied: no spelling of a number gets around a deny, and no spelling is denied if there is
// no deny.
func TestDialDenied(t *testing.T) {
	p := load(t, withRules([]string{"dial **"}, []string{"dial sofia/gateway/acme/$premium", "dial loopback/*"}))
	for _, tt := range []struct{ want, leg string }{
		{deny, "sofia/gateway/acme/19005551234"},
		{deny, "SOFIA/Gateway/acme/19005551234"},
		{deny, "sofia/gateway/acme/1-900-555-1234"},
		{deny, "sofia/gateway/acme/(1)900.5551234"},
		{deny, "sofia/gateway/acme/%31900555"},
		{deny, "sofia/gateway/acme/1%2D900555"},
		{deny, "sofia/gateway/acme/1900@10.0.0.1;x=y"},
		{deny, "Loopback/1000"},
		{allow, "sofia/gateway/acme/1-800-555-1234"},
		{allow, "sofia/gateway/acme/100%"},
		{allow, "user/1000"},
	} {
		e := effect.Effect{Kind: effect.KindDial, Name: tt.leg}
		if d := p.Client("acme").Decide([]effect.Effect{e}); d.Action.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.leg, d.Action, tt.want)
		}
	}
}

// TestDecision: the fields of a decision.
func TestDecision(t *testing.T) {
	p := load(t, withRules([]string{"api @status"}, []string{"api version **"}))
	c := p.Client("acme")
	status := effect.Effect{Kind: effect.KindAPI, Name: "status", Class: effect.ClassStatus, Path: "api status"}
	version := effect.Effect{Kind: effect.KindAPI, Name: "version", Class: effect.ClassStatus, Path: "api bgapi > api version"}
	odd := effect.Effect{Kind: effect.KindApp, Name: "sys\x1btem\n" + strings.Repeat("x", 500), Path: "a > b"}
	for _, tt := range []struct {
		client  *policy.Client
		effects []effect.Effect
		want    policy.Decision
	}{
		{c, []effect.Effect{status}, policy.Decision{Action: policy.Allow, Client: "acme", Role: "r", Rule: "api @status", Reason: "allowed"}},
		{c, nil, policy.Decision{Action: policy.Allow, Client: "acme", Reason: "touches only its own session", Effect: -1}},
		{c, []effect.Effect{status, version}, policy.Decision{Client: "acme", Role: "r", Rule: "api version **", Reason: "api version is denied to acme (api bgapi > api version)", Effect: 1}},
		{nil, []effect.Effect{status}, policy.Decision{Reason: "nothing is allowed to an unknown client", Effect: -1}},
	} {
		if tt.client != nil {
			tt.want.Revision = p.Revision()
		}
		if d := tt.client.Decide(tt.effects); d != tt.want {
			t.Errorf("got %+v\nwant %+v", d, tt.want)
		}
	}
	d := c.Decide([]effect.Effect{odd})
	if d.Action != policy.Deny || len(d.Reason) > 200 || strings.ContainsAny(d.Reason, "\x1b\n") {
		t.Errorf("hostile names must be bounded and quoted: %q", d.Reason)
	}
}

// TestReasonNames: a reason contains the names that a rule would need, and no values.
func TestReasonNames(t *testing.T) {
	c := load(t, withRules([]string{"api originate|uuid_setvar|uuid_transfer **", "app park", "dial user/1"}, []string{"subscribe CUSTOM a::b"})).Client("acme")
	for _, tt := range []struct{ send, want string }{
		{"api originate {sip_h_X=secret}user/1 &park", "var originate sip_h_X is not allowed to acme"},
		{"api uuid_setvar " + uuid + " möy secret", `var channel "möy" is not allowed to acme`},
		{"api originate user/1 9664 XML default", "dialplan XML default 9664 is not allowed to acme"},
		{"api uuid_transfer " + uuid + " 9664", `dialplan XML "" 9664 is not allowed to acme`},
		{"api uuid_transfer " + uuid + " secret asterisk", "dialplan asterisk is not allowed to acme"},
		{"event plain CUSTOM a::b", "subscribe CUSTOM a::b is denied to acme"},
		{"event plain CUSTOM", "subscribe CUSTOM is not allowed to acme"},
		{"filter Caller-ANI /^9/", "filter regex Caller-ANI is not allowed to acme"},
	} {
		if d := c.Decide(effectsOf(t, tt.send)); !strings.HasPrefix(d.Reason, tt.want) || strings.Contains(d.Reason, "secret") {
			t.Errorf("%q: got %q, want %q", tt.send, d.Reason, tt.want)
		}
	}
}

// TestObserve: in observe mode, what the rules deny is forwarded, and the decision says so.
func TestObserve(t *testing.T) {
	p := load(t, strings.Replace(withRules([]string{"api status"}, nil), `"roles":["r"]`, `"roles":["r"],"mode":"observe"`, 1))
	c := p.Client("acme")
	d := c.Decide([]effect.Effect{{Kind: effect.KindAPI, Name: "version"}})
	if d.Action != policy.Observed || d.Reason != "api version is not allowed to acme" || !c.Observes() {
		t.Errorf("got %+v", d)
	}
	if d := c.Decide([]effect.Effect{{Kind: effect.KindAPI, Name: "status"}}); d.Action != policy.Allow {
		t.Errorf("got %+v", d)
	}
}
