package command_test

import (
	"slices"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

func TestParseEvent(t *testing.T) {
	all := make([]string, 0, 100)
	for _, name := range catalog.EventNames() {
		all = append(all, "subscribe "+name)
	}
	runParse(t, []parseTest{
		{send: "event plain HEARTBEAT", effects: []string{"subscribe HEARTBEAT"}},
		{send: "event", effects: nil},
		{send: "event json", effects: nil},
		{send: "EVENT JSON channel_create DTMF ", up: []string{"event json CHANNEL_CREATE DTMF"}, effects: []string{"subscribe CHANNEL_CREATE", "subscribe DTMF"}},
		{send: "event SWITCH_EVENT_heartbeat", up: []string{"event HEARTBEAT"}, effects: []string{"subscribe HEARTBEAT"}},
		{send: "event xxxxxxxxxxxxxHEARTBEAT ALLX API", up: []string{"event API"}, effects: []string{"subscribe API"}, dropped: []string{"xxxxxxxxxxxxxHEARTBEAT", "ALLX"}},
		{send: "event DTMF json", up: []string{"event DTMF"}, effects: []string{"subscribe DTMF"}, dropped: []string{"json"}},
		{send: "event plain ALL", effects: all},
		{send: "event plain CUSTOM", effects: []string{"subscribe CUSTOM"}},
		{send: "event plain DTMF CUSTOM a::b DTMF", effects: []string{"subscribe DTMF", "subscribe CUSTOM a::b", "subscribe CUSTOM DTMF"}},
		{send: "event ALL CUSTOM a::b", effects: append(slices.Clone(all), "subscribe CUSTOM a::b")},
		{send: "event API\nX: y\n\nbody", up: []string{"event API"}, effects: []string{"subscribe API"}, dropped: []string{"X", "body"}},
		{send: "nixevent dtmf NOSUCH CUSTOM a::b", up: []string{"nixevent DTMF CUSTOM a::b"}, dropped: []string{"NOSUCH"}},
		{send: "nixevent"},
		{send: "events json ALL", up: []string{"event json ALL"}, effects: all},
		{send: "EVENTS PLAIN ALL", up: []string{"event plain ALL"}, effects: all},
		{send: "events plain CHANNEL_CREATE CUSTOM sofia::register", up: []string{"event plain CHANNEL_CREATE CUSTOM sofia::register"}, effects: []string{"subscribe CHANNEL_CREATE", "subscribe CUSTOM sofia::register"}},
		{send: "events", up: []string{"event"}},
		{send: "NixEvents DTMF", up: []string{"nixevent DTMF"}},
		{send: "noevents"},
	})
}

// TestParseUnknownEvent checks names that no event has. FreeSWITCH fires a CUSTOM event then, whose
// subclass is in the header and not in the text after sendevent.
func TestParseUnknownEvent(t *testing.T) {
	const custom = "inject CUSTOM"
	runParse(t, []parseTest{
		{send: "sendevent rc::x\nX-A: b\nEvent-Subclass: rc::x", up: []string{"sendevent CUSTOM\nX-A: b\nEvent-Subclass: rc::x"}, effects: []string{custom + " rc::x"}, dropped: []string{"rc::x"}},
		{send: "sendevent rc::x\nX-A: b", up: []string{"sendevent CUSTOM\nX-A: b"}, effects: []string{custom}, dropped: []string{"rc::x"}},
		{send: "sendevent MY_EVENT\nX-A: c", up: []string{"sendevent CUSTOM\nX-A: c"}, effects: []string{custom}, dropped: []string{"MY_EVENT"}},
		{send: "sendevent CUSTOM rc::x", up: []string{"sendevent CUSTOM"}, effects: []string{custom}, dropped: []string{"CUSTOM rc::x"}},
		{send: "sendevent CUSTOM rc::x\nEvent-Subclass: rc::y\n\nhi", up: []string{"sendevent CUSTOM\nEvent-Subclass: rc::y\n\nhi"}, effects: []string{custom + " rc::y"}, dropped: []string{"CUSTOM rc::x"}},
		{send: "sendevent SWITCH_EVENT_MINE", up: []string{"sendevent CUSTOM"}, effects: []string{custom}, dropped: []string{"SWITCH_EVENT_MINE"}},
		{send: "sendevent TALK\nEvent-Subclass: rc::x", effects: []string{"inject TALK"}},
		// FreeSWITCH takes a space at the end as part of the name.
		{send: "sendevent CUSTOM ", up: []string{"sendevent CUSTOM"}, effects: []string{custom}},
		{send: "sendevent RELOADXML ", up: []string{"sendevent CUSTOM"}, effects: []string{custom}, dropped: []string{"RELOADXML"}},
		{send: "sendevent RELOADXML now", up: []string{"sendevent CUSTOM"}, effects: []string{custom}, dropped: []string{"RELOADXML now"}},
		// Modules read the subclass of these events, too.
		{send: "sendevent x\nEvent-Subclass: multicast::event", up: []string{"sendevent CUSTOM\nEvent-Subclass: multicast::event"}, effects: []string{custom + " multicast::event", "opaque wrapper"}, dropped: []string{"x"}},
		{send: "sendevent x\nunique-id: u1", up: []string{"sendevent CUSTOM\nunique-id: u1"}, effects: []string{custom, "channel sendevent u1"}, dropped: []string{"x"}},
	})
}

// TestDroppedLine checks that a line which FreeSWITCH does not read is recorded as dropped for
// every verb, without its content.
func TestDroppedLine(t *testing.T) {
	for _, line := range []string{"sendevent CUSTOM", "api status", "event DTMF", "filter a b", "sendmsg u1", "exit"} {
		f := &codec.Frame{Line: []byte(line), Unread: 2}
		if line == "sendmsg u1" {
			f.Headers = []codec.Header{{Name: []byte("call-command"), Value: []byte("hangup")}}
		}
		c, err := command.Parse(catalog.Builtin(), nil, f)
		if err != nil || !slices.Equal(c.Dropped, []string{"line without a colon"}) {
			t.Errorf("%q: %+v, %v", line, c, err)
		}
	}
}

func TestParseOwnSession(t *testing.T) {
	runParse(t, []parseTest{
		{send: "exit"},
		{send: "...", up: []string{"exit"}},
		{send: "nolog"},
		{send: "log", effects: []string{"log DEBUG"}},
		{send: "log ", up: []string{"log"}, effects: []string{"log DEBUG"}},
		{send: "log 7", effects: []string{"log DEBUG"}},
		{send: "log 4", effects: []string{"log WARNING"}},
		{send: "log 9", effects: []string{"log DEBUG"}},
		{send: "log err", effects: []string{"log ERR"}},
		{send: "log disable", effects: []string{"log DISABLE"}},
		{send: "log nosuchlevel", answer: "-ERR invalid log level"},
		{send: "log 64", answer: "-ERR invalid log level"},
		{send: "auth secret", answer: "-ERR command not found"},
		{send: "userauth a@b:secret", answer: "-ERR command not found"},
	})
}

func TestParseFilter(t *testing.T) {
	runParse(t, []parseTest{
		{send: "filter Event-Name HEARTBEAT"},
		{send: "filter add Caller-Name John  Smith", up: []string{"filter Caller-Name John  Smith"}},
		{send: "filter Unique-ID /^a/", effects: []string{"filter regex Unique-ID"}},
		{send: "filter Unique-ID -/^a/", effects: []string{"filter regex Unique-ID"}},
		{send: "filter Unique-ID + /^a/", effects: []string{"filter regex Unique-ID"}},
		{send: "filter add delete x"},
		{send: "filter delete Unique-ID"},
		{send: "filter delete Unique-ID /a/"},
		{send: "filter delete ALL x", up: []string{"filter delete all"}},
		{send: "filter Event-Name", answer: "-ERR invalid syntax"},
		{send: "filter delete", answer: "-ERR invalid syntax"},
		{send: "filter add x", answer: "-ERR invalid syntax"},
	})
}

func TestParseChannelVerbs(t *testing.T) {
	runParse(t, []parseTest{
		{send: "myevents u1", up: []string{"myevents u1 plain"}, effects: []string{"channel myevents u1"}},
		{send: "myevents u1 JSON", up: []string{"myevents u1 json"}, effects: []string{"channel myevents u1"}},
		{send: "myevents plain u1", up: []string{"myevents u1 plain"}, effects: []string{"channel myevents u1"}},
		{send: "myevents json u1", up: []string{"myevents u1 json"}, effects: []string{"channel myevents u1"}},
		{sent: []string{"event xml API"}, send: "myevents u1", up: []string{"myevents u1 xml"}, effects: []string{"channel myevents u1"}},
		{sent: []string{attach}, send: "myevents u1", up: []string{"myevents u1 plain"}, effects: []string{"channel myevents u1"}},
		{sent: []string{attach}, send: "myevents u2", answer: "-ERR aready enabled."},
		{send: "myevents", answer: "-ERR command not found"},

		{send: "getvar foo", answer: "-ERR command not found"},
		{send: "connect", answer: "-ERR command not found"},
		{send: "resume", answer: "-ERR command not found"},
		{send: "divert_events on", answer: "-ERR not controlling a session."},
		{send: "linger", answer: "-ERR not controlling a session"},
		{send: "nolinger", answer: "-ERR not controlling a session"},

		{sent: []string{attach}, send: "getvar foo", up: []string{"api uuid_getvar u1 foo"}, effects: []string{"api uuid_getvar u1 foo @secret"}},
		{sent: []string{attach}, send: "connect", answer: "-ERR command not found"},
		{sent: []string{attach}, send: "resume", effects: []string{"channel resume u1"}},
		{sent: []string{attach}, send: "divert_events ON", up: []string{"divert_events on"}, effects: []string{"channel divert_events u1"}},
		{sent: []string{attach}, send: "divert_events", answer: "-ERR missing value."},
		{sent: []string{attach}, send: "linger", up: []string{"linger 3600"}, effects: []string{"channel linger u1"}, dropped: []string{"linger without a time"}},
		{sent: []string{attach}, send: "LINGER\nX: y", up: []string{"linger 3600"}, effects: []string{"channel linger u1"}, dropped: []string{"X", "linger without a time"}},
		{sent: []string{attach}, send: "linger 007", up: []string{"linger 7"}, effects: []string{"channel linger u1"}},
		{sent: []string{attach}, send: "nolinger"},
	})
}

func TestParseSendmsg(t *testing.T) {
	const execute = "sendmsg u1\ncall-command: execute\nexecute-app-name: "
	runParse(t, []parseTest{
		{send: execute + "log\nexecute-app-arg: INFO a b", effects: []string{"app log INFO a b @config"}},
		{send: execute + "park\nevent-uuid: a:b c", effects: []string{"app park @call"}},
		{send: execute + "park", effects: []string{"app park @call"}},
		{
			send:    "sendmsg u1\nContent-Type: TEXT/plain\nCall-Command: execute\nExecute-App-Name: log\n\nINFO\na",
			up:      []string{"sendmsg u1\ncontent-type: TEXT/plain\ncall-command: execute\nexecute-app-name: log\n\nINFO\na"},
			effects: []string{"app log INFO\na @config"},
		},
		{
			send:    execute + "log\nexecute-app-arg: INFO a\ncontent-type: text/plain\nX-One: 1\n\nb",
			up:      []string{execute + "log\nexecute-app-arg: INFO a"},
			effects: []string{"app log INFO a @config"},
			dropped: []string{"X-One", "body"},
		},
		{send: execute + "log\n\nb", up: []string{execute + "log"}, effects: []string{"app log @config"}, dropped: []string{"body"}},
		{send: execute + "log::INFO y", up: []string{execute + "log\nexecute-app-arg: INFO y"}, effects: []string{"app log INFO y @config"}},
		{
			send:    "sendmsg\nsession-id: u1\ncall-command: execute\nexecute-app-name: park\nloops: -1\nasync: true\nevent-lock: true",
			up:      []string{execute + "park\nloops: -1\nasync: true\nevent-lock: true"},
			effects: []string{"app park @call"},
		},
		{sent: []string{attach}, send: "sendmsg\ncall-command: hangup", up: []string{"sendmsg u1\ncall-command: hangup"}, effects: []string{"channel hangup u1"}},
		{send: "sendmsg\ncall-command: hangup", answer: "-ERR invalid session id []"},
		{send: "sendmsg u1\ncall-command: hangup\nhangup-cause: USER_BUSY", effects: []string{"channel hangup u1"}},
		{send: "sendmsg u1\ncall-command: nomedia\nnomedia-uuid: u2", effects: []string{"channel nomedia u1 u2"}},
		{send: "sendmsg u1\ncall-command: unicast\nlocal-ip: 127.0.0.1\nlocal-port: 8025\ntransport: udp", effects: []string{"channel unicast u1 127.0.0.1 8026 127.0.0.1 8025 udp "}},
		{
			send:    "sendmsg u1\ncall-command: unicast\nremote-ip: 10.0.0.5\nremote-port: 04000\ntransport: TCP\nflags: native",
			up:      []string{"sendmsg u1\ncall-command: unicast\nremote-ip: 10.0.0.5\nremote-port: 4000\ntransport: TCP\nflags: native"},
			effects: []string{"channel unicast u1 10.0.0.5 4000 127.0.0.1 8025 TCP native"},
		},
		{
			send:    "sendmsg u1\ncall-command: xferext\napplication: log INFO a\napplication: park",
			effects: []string{"channel xferext u1", "app log INFO a @config", "app park @call"},
		},
		{
			send: "sendmsg u1\ncall-command: xferext\napplication: log::INFO", up: []string{"sendmsg u1\ncall-command: xferext\napplication: log INFO"},
			effects: []string{"channel xferext u1", "app log INFO @config"},
		},

		{send: execute + "log\nexecute-app-arg: INFO ${x}", effects: []string{"app log INFO ${x} @config"}},
		{send: execute + "log\nexecute-app-arg: %[a=b]INFO", effects: []string{"app log INFO @config", "var channel a b"}},
		{send: execute + "log\nexecute-app-arg: %,[a=b]INFO", effects: []string{"app log INFO @config", "var channel a b"}},
		{send: execute + "set\nexecute-app-arg: a=b", effects: []string{"app set a=b @nested", "var channel a b"}},
		{send: execute + "system\nexecute-app-arg: id", effects: []string{"app system id @exec"}},
		{send: execute + "playback\nexecute-app-arg: /a.wav", effects: []string{"app playback /a.wav @media"}},
		{send: execute + "playback\nexecute-app-arg: phrase:x", effects: []string{"app playback phrase:x @media", "opaque wrapper"}},
		{send: execute + "nosuch\nexecute-app-arg: a b", effects: []string{"app nosuch a b"}},
		{
			send:    execute + "socket\nexecute-app-arg: 127.0.0.1:9|host/path async",
			effects: []string{"app socket 127.0.0.1:9|host/path async @exec", "handover 127.0.0.1:9", "handover host:9"},
		},
		{send: execute + "socket\nexecute-app-arg: a", effects: []string{"app socket a @exec", "handover a:8084"}},
		{send: execute + "socket\nexecute-app-arg: a:b:1", effects: []string{"app socket a:b:1 @exec", "opaque unknown-syntax"}},
	})
}

func TestParseSendevent(t *testing.T) {
	runParse(t, []parseTest{
		{send: "sendevent CUSTOM\nEvent-Subclass: a::b\nX-One: 1\n\nhello", effects: []string{"inject CUSTOM a::b"}},
		{send: "sendevent", up: []string{"sendevent CUSTOM"}, effects: []string{"inject CUSTOM"}},
		{send: "sendevent ", up: []string{"sendevent CUSTOM"}, effects: []string{"inject CUSTOM"}},
		{send: "sendevent SWITCH_EVENT_custom", up: []string{"sendevent CUSTOM"}, effects: []string{"inject CUSTOM"}},
		{
			send:    "sendevent switch_event_notify\nprofile: internal\nevent-string: check-sync\nuser: 1\nhost: a.test",
			up:      []string{"sendevent NOTIFY\nprofile: internal\nevent-string: check-sync\nuser: 1\nhost: a.test"},
			effects: []string{"inject NOTIFY internal 1 a.test  check-sync"},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Name: HEARTBEAT\ncore-uuid: x\nFreeSWITCH-Hostname: y\nEvent-Date-GMT: z\nevent-calling-file: f\nX: 1",
			up:      []string{"sendevent CUSTOM\nX: 1"},
			effects: []string{"inject CUSTOM"},
			dropped: []string{"Event-Name", "core-uuid", "FreeSWITCH-Hostname", "Event-Date-GMT", "event-calling-file"},
		},
		{
			send:    "sendevent CUSTOM\n X-A: 1\nX-B: 2\n\tEvent-Subclass: a::b\nX C: 3\nX-D : 4",
			up:      []string{"sendevent CUSTOM\nX-B: 2"},
			effects: []string{"inject CUSTOM"},
			dropped: []string{" X-A", "\tEvent-Subclass", "X C", "X-D "},
		},
		{send: "sendevent MESSAGE\nunique-id: u1", effects: []string{"inject MESSAGE", "channel sendevent u1"}},
		// A header that leads the event to somebody else is a further token.
		{
			send:    "sendevent NOTIFY\nprofile: internal\nevent-string: check-sync\nuser: 1\nhost: a.test\ncall-id: c1",
			effects: []string{"inject NOTIFY internal 1 a.test  check-sync call-id=c1"},
		},
		{
			send:    "sendevent NOTIFY\nprofile: internal\ncontact-uri: sip:x\nto-uri: sip:a\nfrom-uri: sip:b\nuuid: u1",
			effects: []string{"inject NOTIFY internal   sip:a  contact-uri=sip:x uuid=u1 from-uri=sip:b"},
		},
		{send: "sendevent SEND_INFO\nprofile: p\nlocal-user: 1@a", effects: []string{"inject SEND_INFO p  local-user=1@a"}},
		{send: "sendevent SEND_MESSAGE\nuuid: u1", effects: []string{"inject SEND_MESSAGE     uuid=u1"}},
		{send: "sendevent PHONE_FEATURE\nprofile: p\ncall-id: c", effects: []string{"inject PHONE_FEATURE p   call-id=c"}},
		// Events on which modules do something.
		{
			send:    "sendevent MESSAGE\nunique-id: u1\nproto: sip\nfrom: a\nto: b\n\nlist",
			effects: []string{"inject MESSAGE", "channel sendevent u1"},
		},
		{
			send:    "sendevent MESSAGE\nunique-id: u1\nproto: API\nfrom: status\nto: b\n\nlist",
			effects: []string{"inject MESSAGE", "channel sendevent u1", "opaque wrapper"},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nto: 1000@a.test\n\nhello",
			effects: []string{"inject CUSTOM SMS::SEND_MESSAGE sip 1000@a.test "},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: api\nto: status",
			effects: []string{"inject CUSTOM SMS::SEND_MESSAGE api status ", "opaque wrapper"},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Subclass: sms::send_message\ndest_proto: sip\nproto: api\nfrom: status",
			effects: []string{"inject CUSTOM sms::send_message sip  status proto=api", "opaque wrapper"},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\ndest_proto: sip\nfrom: a\nto: internal/b@c\nsip_profile: x\nto_sip_ip: 10.0.0.1\nto_sip_port: 5070",
			effects: []string{"inject CUSTOM SMS::SEND_MESSAGE sip internal/b@c a sip_profile=x to_sip_ip=10.0.0.1 to_sip_port=5070"},
		},
		{
			send:    "sendevent CUSTOM\nEvent-Subclass: multicast::event\norig-contact: x",
			effects: []string{"inject CUSTOM multicast::event", "opaque wrapper"},
		},
		{send: "sendevent CALL_SETUP_REQ\nRequest-Target: user/1", effects: []string{"inject CALL_SETUP_REQ", "opaque wrapper"}},
	})
}

// TestParseMessageEvent checks that an event which is sent as a message keeps only known headers,
// and that each header which redirects it or adds to it is a token.
func TestParseMessageEvent(t *testing.T) {
	const event, effect = smsEvent + "dest_proto: sip\nto: internal/1@d\nfrom: b@d", "inject CUSTOM SMS::SEND_MESSAGE sip internal/1@d b@d"
	runParse(t, []parseTest{
		{send: event + "\nsubject: x\nblocking: true\nreplying: true\ntype: text/plain\nhint: the hint\nContent-Type: a b\n\nhi", effects: []string{effect}},
		{
			send:    event + "\nsip_h_Route: <sip:x;lr>\nSIP_h_X-A: 1\nskip_global_process: false\nalt_path: /x\nuuid: u1\nto_x: y\nfrom_y: z\nX-Id: 1\n_body: x\n\nhi",
			up:      []string{event + "\n\nhi"},
			effects: []string{effect},
			dropped: []string{"sip_h_Route", "SIP_h_X-A", "skip_global_process", "alt_path", "uuid", "to_x", "from_y", "X-Id", "_body"},
		},
		{
			send:    event + "\nfrom_host: h\nCall_ID: u1\nfrom_user: f\nto_user: t\nto_host: g\nhint: a/b\ntype: text/plain;x=y",
			effects: []string{effect + " call_id=u1 from_user=f from_host=h to_user=t to_host=g hint=a/b type=text/plain;x=y"},
		},
		{send: event + "\nUnique-ID: u1", effects: []string{effect, "channel sendevent u1"}},
		// Other events keep their headers.
		{send: "sendevent CUSTOM\nEvent-Subclass: SMS::DELIVERY_REPORT\nsip_h_X: 1", effects: []string{"inject CUSTOM SMS::DELIVERY_REPORT"}},
	})
}

// TestParseEventBody checks a header called _body, which FreeSWITCH reads as the body of the event.
func TestParseEventBody(t *testing.T) {
	runParse(t, []parseTest{
		{
			send: "sendevent NOTIFY\nprofile: p\n_body: x", up: []string{"sendevent NOTIFY\nprofile: p"},
			effects: []string{"inject NOTIFY p    "}, dropped: []string{"_body"},
		},
		{
			send: "sendevent NOTIFY\nprofile: p\n_Body: x\n\nhi", up: []string{"sendevent NOTIFY\nprofile: p\n\nhi"},
			effects: []string{"inject NOTIFY p     _body=hi"}, dropped: []string{"_Body"},
		},
		{send: "sendevent SEND_INFO\nprofile: p\nalert-info: a\ncall-info: b", effects: []string{"inject SEND_INFO p  call-info=b alert-info=a"}},
	})
}

// TestLoops checks that what a sendmsg repeats has repeating effects, nested ones included.
func TestLoops(t *testing.T) {
	for _, tt := range []struct {
		loops string
		want  effect.Later
	}{
		{"", effect.Now},
		{"\nloops: 0", effect.Now},
		{"\nloops: 1", effect.Now},
		{"\nloops: 2", effect.Repeating},
		{"\nloops: -1", effect.Repeating},
		{"\nloops: 01", effect.Repeating},
		{"\nLoops: 100000", effect.Repeating},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(runFrame("app bridge {a=b}user/1000")+tt.loops))
		if err != nil || len(c.Effects) != 3 {
			t.Fatalf("%q: %v, %v", tt.loops, c, err)
		}
		for i := range c.Effects {
			if e := &c.Effects[i]; e.Later != tt.want {
				t.Errorf("%q: %s: later is %d, not %d", tt.loops, e, e.Later, tt.want)
			}
		}
	}
}
