package command_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// frame returns the frame that text spells: the line, then "Name: value" lines, then, after an
// empty line, the body.
func frame(text string) *codec.Frame {
	head, body, hasBody := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	f := &codec.Frame{Line: []byte(lines[0])}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		f.Headers = append(f.Headers, codec.Header{Name: []byte(name), Value: []byte(strings.TrimLeft(value, " "))})
	}
	if hasBody {
		f.Body = []byte(body)
	}
	return f
}

// text returns the text that frame would read as f.
func text(f *codec.Frame) string {
	var b strings.Builder
	b.Write(f.Line)
	for _, h := range f.Headers {
		b.WriteString("\n" + string(h.Name) + ": " + string(h.Value))
	}
	if f.Body != nil {
		b.WriteString("\n\n" + string(f.Body))
	}
	return b.String()
}

// after returns the state of a session that has sent these commands.
func after(t *testing.T, sent ...string) *command.State {
	t.Helper()
	st := new(command.State)
	for _, s := range sent {
		c, err := command.Parse(catalog.Builtin(), st, frame(s))
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		st.Apply(c)
	}
	return st
}

// effects returns effects as rules spell them, followed by @ and the class if they have one.
func effects(list []effect.Effect) []string {
	var out []string
	for i := range list {
		s := list[i].String()
		if c := list[i].Class; c != effect.ClassNone {
			s += " @" + c.String()
		}
		out = append(out, s)
	}
	return out
}

func upstream(c *command.Command) []string {
	var out []string
	for i := range c.Upstream {
		out = append(out, text(&c.Upstream[i]))
	}
	return out
}

// runFrame returns the text of a frame that runs "api NAME ARGS", or "app NAME ARGS" on channel u1.
// It returns any other text as it is.
func runFrame(run string) string {
	app, ok := strings.CutPrefix(run, "app ")
	if !ok {
		return run
	}
	name, args, _ := strings.Cut(app, " ")
	send := "sendmsg u1\ncall-command: execute\nexecute-app-name: " + name
	if args != "" {
		send += "\nexecute-app-arg: " + args
	}
	return send
}

const attach = "myevents u1"

// A parseTest is a command and what Parse returns for it.
type parseTest struct {
	sent    []string // sent before it
	send    string
	up      []string // forwarded frames; nil is the command as it was sent, or none with an answer
	effects []string
	dropped []string
	answer  string
}

func runParse(t *testing.T, tests []parseTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(strings.Join(append(slices.Clone(tt.sent), tt.send), " "), func(t *testing.T) {
			c, err := command.Parse(catalog.Builtin(), after(t, tt.sent...), frame(tt.send))
			if err != nil {
				t.Fatal(err)
			}
			if tt.up == nil && tt.answer == "" {
				tt.up = []string{tt.send}
			}
			if got := upstream(c); !slices.Equal(got, tt.up) {
				t.Errorf("is forwarded as %q, want %q", got, tt.up)
			}
			if got := effects(c.Effects); !slices.Equal(got, tt.effects) {
				t.Errorf("effects %q, want %q", got, tt.effects)
			}
			if !slices.Equal(c.Dropped, tt.dropped) {
				t.Errorf("dropped %q, want %q", c.Dropped, tt.dropped)
			}
			if c.Answer != tt.answer {
				t.Errorf("answered %q, want %q", c.Answer, tt.answer)
			}
			for i := range c.Effects {
				if c.Effects[i].Kind == effect.KindInvalid || c.Effects[i].Path == "" {
					t.Errorf("effect %v has no kind or no path", &c.Effects[i])
				}
			}
		})
	}
}

func TestParseAPI(t *testing.T) {
	runParse(t, []parseTest{
		{send: "api status", effects: []string{"api status @status"}},
		{send: "API STATUS", up: []string{"api STATUS"}, effects: []string{"api status @status"}},
		{send: "api status   ", up: []string{"api status"}, effects: []string{"api status @status"}},
		{send: "api echo a  b", effects: []string{"api echo a  b @status"}},
		{send: "api echo  a \t", up: []string{"api echo a"}, effects: []string{"api echo a @status"}},
		{send: "api nosuch a b", effects: []string{"api nosuch a b"}},
		{send: "api show channels as json", effects: []string{"api show channels as json @read"}},
		{send: "api sofia status", effects: []string{"api sofia status @read"}},
		{send: "api sofia profile internal restart", effects: []string{"api sofia profile internal restart @config"}},
		{send: "api lcr_admin show profiles", effects: []string{"api lcr_admin show profiles @secret"}},
		{send: "api uuid_kill u1", effects: []string{"api uuid_kill u1 @call"}},
		{send: "api uuid_exists u1", effects: []string{"api uuid_exists u1 @read"}},
		{send: "api uuid_getvar u1 state", effects: []string{"api uuid_getvar u1 state @secret"}},
		{send: "api callcenter_config queue list", effects: []string{"api callcenter_config queue list @read"}},
		{send: "api console_complete c=3;sho", effects: []string{"api console_complete c=3;sho @read"}},
		{send: "api console_complete show ", effects: []string{"api console_complete show  @read"}},
		{
			send:    "api status\nX-One: 1\nJob-UUID: a\n\nbody",
			up:      []string{"api status"},
			effects: []string{"api status @status"},
			dropped: []string{"X-One", "Job-UUID", "body"},
		},
	})
}

func TestParseOpaque(t *testing.T) {
	runParse(t, []parseTest{
		{send: "api originate user/1 &park", effects: []string{"api originate user/1 &park @originate", "dial user/1", "app park @call"}},
		{send: "api system id", effects: []string{"api system id @exec"}},
		{send: "api eval hello", effects: []string{"api eval hello @nested"}},
		{send: "api expand echo ${x}", effects: []string{"api expand echo ${x} @nested", "api echo ${x} @status"}},
		{send: "api callcenter_config queue load q", effects: []string{"api callcenter_config queue load q @originate"}},
		{send: "api show status x", effects: []string{"api show status x @read", "api status x @status"}},
		{send: "api show STATUSx", effects: []string{"api show STATUSx @read", "api statusx"}},
		{send: "api global_setvar a=b", effects: []string{"api global_setvar a b @config", "var global a b"}},
		{send: "api uuid_setvar u1 a b", effects: []string{"api uuid_setvar u1 a b @nested", "var channel a b"}},
		{send: "api uuid_record u1 start /a.wav", effects: []string{"api uuid_record u1 start /a.wav @media"}},
		{send: "api uuid_record u1 start /a.wav 5 {a=b}", effects: []string{"api uuid_record u1 start /a.wav 5 {a=b} @media", "var channel a b"}},
		{send: "api load mod_x", effects: []string{"api load mod_x @config"}},
		{send: "api load /tmp/x.so", effects: []string{"api load /tmp/x.so @config", "opaque script"}},
		{send: "api hash insert/a/b/${c}", effects: []string{"api hash insert a b ${c} @config"}},
		{send: "api hash insert/a/b/$'{'system id}", up: []string{"api hash insert/a/b/${system id}"}, effects: []string{"api hash insert a b ${system id} @config", "api system id @exec"}},
		{send: "api echo ${c}", effects: []string{"api echo ${c} @status"}},
		{send: "api console_complete x c=9", effects: []string{"api console_complete x c=9 @read", "opaque unknown-syntax"}},
		{send: "api uuid_bridge ^^:u1:u2", up: []string{"api uuid_bridge u1 u2"}, effects: []string{"api uuid_bridge u1 u2 @call"}},
		{send: `api uuid_bridge u1 u\2`, up: []string{`api uuid_bridge u1 'u\\2'`}, effects: []string{`api uuid_bridge u1 u\2 @call`}},
		{send: "api sofia 'status", up: []string{`api sofia '\'status'`}, effects: []string{"api sofia 'status @config"}},
		{send: "api bgapi uuid_bridge ^^:u1:u2", effects: []string{"api bgapi uuid_bridge ^^:u1:u2 @nested", "api uuid_bridge u1 u2 @call", "opaque unknown-syntax"}},
		{
			send: "api unload mod_event_socket",
			effects: []string{
				"api unload mod_event_socket @config", "api bgapi unload mod_event_socket @nested",
				"api unload mod_event_socket @config",
			},
		},
		{
			send:    "api bgapi RELOAD mod_event_socket",
			up:      []string{"api bgapi reload mod_event_socket"},
			effects: []string{"api bgapi reload mod_event_socket @nested", "api reload mod_event_socket @config"},
		},
	})
}

func TestParseConsoleExecute(t *testing.T) {
	const console = "\nconsole_execute: true"
	runParse(t, []parseTest{
		{send: "api status" + console, up: []string{"api status"}, effects: []string{"api status @status"}},
		{
			send:    "api version;;  hostname ;;;; echo a;b" + console,
			up:      []string{"api version", "api hostname", "api echo a;b"},
			effects: []string{"api version @status", "api hostname @status", "api echo a;b @status"},
		},
		{
			send:    "api alias add x status;;version" + console,
			up:      []string{"api alias add x status;;version"},
			effects: []string{"api alias add x status;;version @config", "api status @status", "api version @status"},
		},
		{send: "api echo a;;b\nconsole_execute: no", up: []string{"api echo a;;b"}, effects: []string{"api echo a;;b @status"}},
		{send: "api echo a;;echo b\nCONSOLE_EXECUTE: 10", up: []string{"api echo a", "api echo b"}, effects: []string{"api echo a @status", "api echo b @status"}},
		{send: "api  ;; ;;" + console, answer: "-ERR  ;; ;; Command not found!\n"},
		{
			send: "bgapi echo a;;b" + console, up: []string{"bgapi echo a;;b"},
			effects: []string{"api echo a;;b @status"}, dropped: []string{"console_execute"},
		},
	})
	c, err := command.Parse(catalog.Builtin(), nil, frame("api ;;"+console))
	if err != nil || !c.AnswerAPI {
		t.Errorf("AnswerAPI = false, %v; want the body of an api/response", err)
	}
}

func TestParseBgapi(t *testing.T) {
	runParse(t, []parseTest{
		{send: "bgapi status", effects: []string{"api status @status"}},
		{send: "bgapi status\nJob-UUID: ab-1_C", effects: []string{"api status @status"}},
		{send: "bgapi status\njob-uuid: ab", up: []string{"bgapi status\nJob-UUID: ab"}, effects: []string{"api status @status"}},
		{send: "bgapi bgapi status", effects: []string{"api bgapi status @nested", "api status @status"}},
	})

	c, err := command.Parse(catalog.Builtin(), nil, frame("bgapi status"))
	if err != nil {
		t.Fatal(err)
	}
	c.SetJobUUID("j1")
	c.SetJobUUID("j2")
	if got := text(&c.Upstream[0]); got != "bgapi status\nJob-UUID: j1" || c.JobUUID != "j1" {
		t.Errorf("after SetJobUUID: %q, JobUUID %q", got, c.JobUUID)
	}
}

func TestParseRefuses(t *testing.T) {
	const eventNameReply = "-ERR refused, event-name, name an event, or CUSTOM with an Event-Subclass"
	const jobUUIDReply = "-ERR refused, job-uuid, use 1 to 64 letters, digits, - and _"
	const execute = "sendmsg u1\ncall-command: execute\n"
	tests := []struct {
		sent   []string
		send   string
		reason codec.Reason
		reply  string // "": the usual one
	}{
		{send: "foo bar", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "exitnow", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "eventx plain ALL", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "eventsfoo plain ALL", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "eventss", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "nixeventss DTMF", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "noeventss", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "events\tplain ALL", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "sendmsgu1", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "....", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: " api status", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "api\tstatus", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "api", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "bgapi", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "filter", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},
		{send: "", reason: command.ReasonUnknownVerb, reply: "-ERR command not found"},

		{send: "api ", reason: command.ReasonBlank, reply: "-ERR  Command not found!"},
		{send: "api  status", reason: command.ReasonBlank, reply: "-ERR  Command not found!"},
		{send: "api \tstatus", reason: command.ReasonBlank},
		{send: "api status\tx", reason: command.ReasonBlank},
		{send: "api status \tx", reason: command.ReasonBlank},
		{send: "bgapi  status", reason: command.ReasonBlank},
		{send: "event  json ALL", reason: command.ReasonBlank},
		{send: "event json\tALL", reason: command.ReasonBlank},
		{send: "sendmsg  u1", reason: command.ReasonBlank},

		{send: "bgapi status\nJob-UUID: a b", reason: command.ReasonJobUUID, reply: jobUUIDReply},
		{send: "bgapi status\nJob-UUID: a.b", reason: command.ReasonJobUUID, reply: jobUUIDReply},
		{send: "bgapi status\nJob-UUID: " + strings.Repeat("a", 65), reason: command.ReasonJobUUID, reply: jobUUIDReply},
		{send: "api a" + strings.Repeat(";;a", 128) + "\nconsole_execute: true", reason: command.ReasonTooManyParts},
		{send: "bgapi unload mod_event_socket", reason: command.ReasonRewritten},
		{send: "api unload -f mod_event_socket", reason: command.ReasonRewritten},
		{send: "api echo reloadxml;mod_event_socket", reason: command.ReasonRewritten},
		{send: "api unload mod_event_socket\nconsole_execute: true", reason: command.ReasonRewritten},

		{send: "exit now", reason: command.ReasonSyntax},
		{send: "log 7 7", reason: command.ReasonSyntax},
		{send: "myevents json", reason: command.ReasonSyntax},
		{send: "myevents u1 yaml", reason: command.ReasonSyntax},
		{send: "myevents 'u1'", reason: command.ReasonSyntax},
		{sent: []string{attach}, send: "getvar a'b", reason: command.ReasonSyntax},
		{sent: []string{attach}, send: "divert_events maybe", reason: command.ReasonSyntax},
		{sent: []string{attach}, send: "divert_events on off", reason: command.ReasonSyntax},
		{sent: []string{attach}, send: "divert_events off on", reason: command.ReasonSyntax},
		{
			sent: []string{attach}, send: "linger ", reason: command.ReasonLingerTime,
			reply: "-ERR refused, linger-time, state 1 to 3600 seconds",
		},
		{
			sent: []string{attach}, send: "linger 3601", reason: command.ReasonLingerTime,
			reply: "-ERR refused, linger-time, state 1 to 3600 seconds",
		},

		{send: "filter a  b", reason: command.ReasonBlank},
		{send: "filter a b ", reason: command.ReasonBlank},
		{send: "filter a ", reason: command.ReasonSyntax},
		{send: "filter a[0] b", reason: command.ReasonFilterName},
		{send: "filter _body b", reason: command.ReasonFilterName},
		{send: "filter a ARRAY::b", reason: command.ReasonSyntax},
		{send: "filter a " + strings.Repeat("b", 256), reason: command.ReasonFilterTooLong},
		{
			sent: slices.Repeat([]string{"filter a b"}, command.DefaultFilters), send: "filter a b", reason: command.ReasonTooManyFilters,
			reply: `-ERR refused, too-many-filters, "filters" of the client in the policy allows 256 in a session`,
		},
		{
			sent: []string{"event CUSTOM" + numbered(command.MaxSubclasses)}, send: "event CUSTOM one::more",
			reason: command.ReasonTooManySubscriptions,
		},
		{
			send: "event CUSTOM " + strings.Repeat("s", 513), reason: command.ReasonTooManySubscriptions,
		},

		{send: "sendmsg u1\ncall-command: executeXYZ", reason: command.ReasonCallCommand},
		{send: "sendmsg u1\ncall-command: Execute", reason: command.ReasonCallCommand},
		{send: "sendmsg u1", reason: command.ReasonCallCommand},
		{send: "sendmsg u1\nsession-id: u2\ncall-command: hangup", reason: command.ReasonSessionID},
		{send: "sendmsg u1 u2\ncall-command: hangup", reason: command.ReasonSessionID},
		{send: "sendmsg 'u1'\ncall-command: hangup", reason: command.ReasonSessionID},
		{send: execute, reason: command.ReasonAppName},
		{send: execute + "execute-app-name: a b", reason: command.ReasonAppName},
		{send: execute + "execute-app-name: log::x\nexecute-app-arg: y", reason: command.ReasonAppName},
		{send: execute + "execute-app-name: park\nloops: many", reason: command.ReasonHeaderValue},
		{send: execute + "execute-app-name: park\nevent-uuid: ${x}", reason: command.ReasonHeaderValue},
		{send: "sendmsg u1\ncall-command: unicast\nremote-port: 70562", reason: command.ReasonHeaderValue},
		{send: "sendmsg u1\ncall-command: unicast\nremote-port: -1", reason: command.ReasonHeaderValue},
		{
			send: "sendmsg u1\ncall-command: unicast\nremote-ip: a b", reason: command.ReasonHeaderValue,
			reply: "-ERR refused, header-value, write remote-ip as a plain address such as 10.0.0.5, or as a name",
		},
		{send: "sendmsg u1\ncall-command: unicast\nremote-ip: 0.0.0.0", reason: command.ReasonHeaderValue},
		{send: "sendmsg u1\ncall-command: nomedia", reason: command.ReasonHeaderValue},
		{send: "sendmsg u1\ncall-command: xferext", reason: command.ReasonAppName},
		{send: execute + "execute-app-name: log\nexecute-app-arg: unload mod_event_socket", reason: command.ReasonRewritten},
		{sent: []string{"myevents unload"}, send: "getvar mod_event_socket", reason: command.ReasonRewritten},
		{sent: []string{"myevents unload"}, send: "sendmsg\ncall-command: hangup\nhangup-cause: mod_event_socket", reason: command.ReasonRewritten},
		{send: "sendevent ALL", reason: command.ReasonEventName, reply: eventNameReply},
		{send: "sendevent switch_event_all", reason: command.ReasonEventName, reply: eventNameReply},
		{send: "sendevent CUSTOM rc::x TALK", reason: command.ReasonEventName, reply: eventNameReply},
		{send: "sendevent CUSTOM rc::x all", reason: command.ReasonEventName, reply: eventNameReply},
		{send: "sendevent  TALK", reason: command.ReasonBlank},
		{send: "sendevent \tTALK", reason: command.ReasonBlank},
		{send: "sendevent rc::x\tTALK", reason: command.ReasonBlank},
		{send: "sendevent xxxxxxxxxxxxxHEARTBEAT", reason: command.ReasonEventName, reply: eventNameReply},
	}
	for _, tt := range tests {
		t.Run(tt.send, func(t *testing.T) {
			c, err := command.Parse(catalog.Builtin(), after(t, tt.sent...), frame(tt.send))
			var r *codec.Refusal
			if c != nil || !errors.As(err, &r) {
				t.Fatalf("Parse = %+v, %v; want a refusal", c, err)
			}
			if r.Reason != tt.reason || r.Fatal {
				t.Errorf("refused for %q, fatal %v; want %q", r.Reason, r.Fatal, tt.reason)
			}
			if r.Reply != tt.reply {
				t.Errorf("replied %q, want %q", r.Reply, tt.reply)
			}
			if isAPI := strings.HasPrefix(tt.send, "api "); r.API != isAPI {
				t.Errorf("API = %v, want %v", r.API, isAPI)
			}
			if len(r.Detail) > 256 {
				t.Errorf("detail of %d bytes", len(r.Detail))
			}
		})
	}
}

// numbered returns n different words, with a space before each.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" s::" + strings.Repeat("x", i))
	}
	return b.String()
}

// TestVerb checks the name of a verb, and which commands are answered with an api/response.
func TestVerb(t *testing.T) {
	for send, want := range map[string]command.Verb{
		"API status": command.VerbAPI, "bgapi status": command.VerbBgapi, "events ALL": command.VerbEvent, "...": command.VerbExit,
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(send))
		if err != nil || c.Verb != want || c.API() != (want == command.VerbAPI) {
			t.Errorf("%s: %+v, %v; want the verb %s", send, c, err, want)
		}
	}
	for verb, want := range map[command.Verb]string{
		0: "invalid", command.VerbDivertEvents: "divert_events", command.VerbSendevent: "sendevent", command.VerbSendevent + 1: "invalid",
	} {
		if got := verb.String(); got != want {
			t.Errorf("Verb(%d) is %q, want %q", verb, got, want)
		}
	}
}
