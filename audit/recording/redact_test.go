package recording_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit/recording"
)

// recorded records frames to a client, each split into pieces, and returns the recorded text.
func recorded(t *testing.T, frames ...string) string {
	t.Helper()
	tells := func(api, args string) bool { return api == "uuid_getvar" || strings.Contains(args, "global_getvar") }
	r, dir, _ := start(t, func(o *recording.Options) { o.TellsSecret = tells })
	for _, f := range frames {
		if hidden, ok := strings.CutPrefix(f, "hide "); ok {
			r.HideNext()
			f = hidden
		}
		for ; len(f) > 20; f = f[20:] {
			r.FromGuard([]byte(f[:20]))
		}
		r.FromGuard([]byte(f))
	}
	r.Close()
	var all strings.Builder
	for _, l := range read(t, filepath.Join(dir, "abc-1"+recording.Suffix))[1:] {
		all.WriteString(l.Frame)
	}
	return all.String()
}

func event(form, body string) string {
	return fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-%s\n\n%s", len(body), form, body)
}

// TestSecretsOfEveryForm plants secrets where the switch reports them: each is replaced, and
// nothing else is.
func TestSecretsOfEveryForm(t *testing.T) {
	for name, frame := range map[string]string{
		"an answer":                   "hide " + reply("PLANTED") + reply("KEPT"),
		"an answer in a reply":        "hide Content-Type: command/reply\nReply-Text: PLANTED\n\nContent-Type: command/reply\nReply-Text: KEPT\n\n",
		"a variable":                  event("plain", "a: b\nvariable_pin: PLANTED%0APLANTED\nc: KEPT\n\n"),
		"an argument":                 event("plain", "Application: set\nApplication-Data: pin%3DPLANTED\nc: KEPT\n\n"),
		"an argument in braces":       event("plain", "API-Command: originate\nAPI-Command-Argument: %7Bpin%3DPLANTED%7Duser/KEPT\n\n"),
		"a variable that is set":      event("plain", "Job-Command: uuid_setvar\nJob-Command-Arg: x%20pin%20PLANTED\nc: KEPT\n\n"),
		"a url":                       event("plain", "url: http%3A//user%3APLANTED%40KEPT/\n\n"),
		"a result":                    event("plain", "Job-Command: uuid_getvar\nJob-Command-Arg: x%20y\nContent-Length: 7\n\nPLANTED") + reply("KEPT"),
		"a result of what is nested":  event("plain", "Job-Command: expand\nJob-Command-Arg: global_getvar%20x\nContent-Length: 7\n\nPLANTED") + reply("KEPT"),
		"a result that is none":       event("plain", "Job-Command: status\nContent-Length: 4\n\nKEPT"),
		"a text":                      event("plain", "a: b\nContent-Length: 21\n\npin: PLANTED\nKEPT ok"),
		"JSON":                        event("json", `{"a":"b","variable_pin":"PLANTED\"\nPLANTED","c":"KEPT"}`),
		"JSON, a number":              event("json", `{"pin":4711,"c":"KEPT"}`),
		"JSON, nested":                event("json", `{"auth":{"user":"PLANTED","x":["PLANTED",4711]},"c":"KEPT"}`),
		"JSON, a list":                event("json", `{"pin":["PLANTED","PLANTED"],"x":[{"c":"KEPT"}]}`),
		"JSON, an argument":           event("json", `{"Application":"set","Application-Data":"pin=PLANTED","c":"KEPT"}`),
		"JSON, a variable that's set": event("json", `{"API-Command":"uuid_setvar","API-Command-Argument":"x pin \"PLANTED\"","c":"KEPT"}`),
		"JSON, JSON in it":            event("json", `{"x":"{\"pin\":\"PLANTED\"}","c":"KEPT"}`),
		"JSON, a result":              event("json", `{"Job-Command":"uuid_getvar","Job-Command-Arg":"x y","_body":"PLANTED","c":"KEPT"}`),
		"JSON, cut":                   event("json", `{"c":"KEPT","pin":"PLANTED`),
		"braces that are no JSON":     reply("{pin=PLANTED,a=b}KEPT"),
		"XML":                         event("xml", "<event>\n  <headers>\n    <variable_pin>PLANTED%0APLANTED</variable_pin>\n    <c>KEPT</c>\n"),
		"XML, an argument":            event("xml", "<event>\n    <Application>set</Application>\n    <Application-Data>pin%3DPLANTED</Application-Data>\n    <c>KEPT</c>\n"),
		"XML, an attribute":           reply("<settings>\n  <param name=\"password\" value=\"PLANTED\"/>\n  <param name=\"x\" value=\"KEPT\"/>\n"),
		"XML, escaped":                event("xml", "<event>\n    <x>&lt;pin=PLANTED,a=KEPT&gt;</x>\n"),
		"XML, a result":               event("xml", "<event>\n<Job-Command>uuid_getvar</Job-Command>\n  <body>PLANTED\nPLANTED</body>\n</event>\n") + reply("KEPT"),
	} {
		got := recorded(t, frame)
		if strings.Contains(got, "PLANTED") || strings.Contains(got, "4711") || !strings.Contains(got, "KEPT") {
			t.Errorf("%s: recorded is %q", name, got)
		}
	}
}

// TestHarmlessFramesStay checks that a frame without a secret is recorded as it was sent.
func TestHarmlessFramesStay(t *testing.T) {
	for _, frame := range []string{
		reply(""), reply("a\n\nb\n"), reply("authentic\nx: y\n"), reply("{not JSON"), reply(" [1, 2.5e3, true, null, \"\\u00e9\"] "),
		reply("100% of %zz\nx: 100%"), reply("<a>\n<b c=\"d\">e</b>\n<body>f\n</body>"),
		event("plain", "Event-Name: X\nvariable_a: b%20c%0A%25\n\n"), event("plain", "a: b\nContent-Length: 5\n\n\nx\n\n"),
		event("json", `{"a":"b\/c","d":{"e":[1,"f"]}}`), event("xml", "<event>\n  <a>b%20&amp;c</a>\n</event>\n"),
		"Content-Type: command/reply\nReply-Text: +OK x\nJob-UUID: y\n\n", "Content-Type: log/data\nContent-Length: 4\nLog-Level: 7\n\nlog\n",
	} {
		if got := recorded(t, frame); got != frame {
			t.Errorf("recorded is %q\nwant        %q", got, frame)
		}
	}
}

// TestGapIsRecorded checks that after lost bytes the recording continues with a whole frame, and
// that everything that is missing is counted.
func TestGapIsRecorded(t *testing.T) {
	busy, block := make(chan struct{}), make(chan struct{})
	tells := func(string, string) bool { busy <- struct{}{}; <-block; return false }
	r, dir, files := start(t, func(o *recording.Options) { o.MaxQueue, o.TellsSecret = 1000, tells })
	first, lost := event("plain", "Job-Command: x\n\n"), reply(strings.Repeat("{", 999))
	second, third := reply("second"), reply("third")
	r.FromGuard([]byte(first))
	<-busy
	half := len(second) - 2
	r.FromGuard([]byte(lost))
	r.FromGuard([]byte(second[half:])) // like the rest of a frame
	r.FromGuard([]byte(third))
	close(block)
	r.Close()
	text, err := os.ReadFile(filepath.Join(dir, "abc-1"+recording.Suffix))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), fmt.Sprintf(`"lost":%d}`, len(lost))) {
		t.Errorf("the recording does not say what it lacks:\n%s", text)
	}
	if got := read(t, filepath.Join(dir, "abc-1"+recording.Suffix)); len(got) != 4 || got[1].Frame != first || got[3].Frame != third {
		t.Errorf("recorded is %+v", got)
	}
	if want := int64(len(lost) + 2); files()[0].Lost != want {
		t.Errorf("%d bytes are counted as lost, want %d", files()[0].Lost, want)
	}
}

// TestWhatABrokenRecordingLacksIsCounted checks that bytes are counted after the last file that a
// session may have.
func TestWhatABrokenRecordingLacksIsCounted(t *testing.T) {
	r, _, files := start(t, func(o *recording.Options) { o.MaxFile, o.MaxFiles = 1000, 1 })
	frame := reply(strings.Repeat("y", 500))
	for range 10 {
		r.FromGuard([]byte(frame))
	}
	r.Close()
	var lost int64
	kept := int64(0)
	for _, f := range files() {
		lost += f.Lost
		kept += f.Frames
	}
	if want := (10 - kept) * int64(len(frame)); lost != want || kept == 0 {
		t.Errorf("%d frames are kept, and %d bytes counted as lost, want %d", kept, lost, want)
	}
}

// FuzzFrames checks that a recording is lines of JSON whatever the switch sends, and never contains
// a hidden answer.
func FuzzFrames(f *testing.F) {
	f.Add(event("plain", "a: b%20c\nJob-Command: uuid_getvar\n\nx"))
	f.Add(event("json", `{"a":"b\"","pin":["x",1],"c":{}}`))
	f.Add(event("xml", "<event>\n<a>b</a>\n<body>x</body>\n"))
	f.Add("Content-Type: command/reply\nReply-Text: +OK\n\n")
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "PLANTED") {
			return
		}
		recorded(t, body, event("json", body), event("plain", body), event("xml", body))
		if got := recorded(t, "hide "+reply("PLANTED"+body), reply("next")); strings.Contains(got, "PLANTED") || !strings.HasSuffix(got, reply("next")) {
			t.Errorf("recorded is %q", got)
		}
	})
}

// TestSecretsByTheirPlace checks that digits that were sent are replaced in everything that the
// switch says about the command that sent them.
func TestSecretsByTheirPlace(t *testing.T) {
	for name, frame := range map[string]string{
		"an application":                  event("plain", "Application: send_dtmf\nApplication-Data: PLANTED\nc: KEPT\n\n"),
		"an application's data":           event("plain", "variable_current_application_data: PLANTED\nvariable_current_application: send_dtmf\nc: KEPT\n\n"),
		"the last application":            event("json", `{"variable_last_app":"queue_dtmf","variable_last_arg":"PLANTED","c":"KEPT"}`),
		"an API":                          event("json", `{"API-Command":"uuid_send_dtmf","API-Command-Argument":"KEPT PLANTED"}`),
		"a job":                           event("xml", "<event>\n  <Job-Command>uuid_recv_dtmf</Job-Command>\n  <Job-Command-Arg>KEPT%20PLANTED</Job-Command-Arg>\n"),
		"a digit":                         event("plain", "Event-Name: DTMF\nDTMF-Digit: PLANTED\nDTMF-Duration: KEPT\n\n"),
		"an order":                        event("plain", "execute-app-name: send_dtmf\nexecute-app-arg: PLANTED\nc: KEPT\n\n"),
		"an order, its argument first":    event("json", `{"c":"KEPT","execute-app-arg":"PLANTED","execute-app-name":"send_dtmf"}`),
		"an order, in XML":                event("xml", "<event>\n  <execute-app-arg>PLANTED</execute-app-arg>\n  <execute-app-name>queue_dtmf</execute-app-name>\n  <c>KEPT</c>\n"),
		"an order, in capitals":           event("plain", "Execute-App-Name: SEND_DTMF\nEXECUTE-APP-ARG: PLANTED\nc: KEPT\n\n"),
		"an order, another name before":   event("plain", "x: execute-app-name%3A%20playback\ny: execute-app-name\nexecute-app-arg: PLANTED\nexecute-app-name: send_dtmf\nc: KEPT\n\n"),
		"an order, its name cut off":      event("json", `{"c":"KEPT","execute-app-arg":"PLANTED"`),
		"an order, its argument the body": event("plain", "execute-app-name: send_dtmf\nc: KEPT\nContent-Length: 7\n\nPLANTED"),
		"an order, its body in JSON":      event("json", `{"execute-app-name":"send_dtmf","c":"KEPT","_body":"PLANTED"}`),
		"an order, its body in XML":       event("xml", "<event>\n  <headers>\n  <execute-app-name>send_dtmf</execute-app-name>\n  <c>KEPT</c>\n  </headers>\n  <body>PLANTED</body>\n</event>\n"),
		"an argument before its API":      event("json", `{"API-Command-Argument":"KEPT PLANTED","API-Command":"uuid_send_dtmf"}`),
		"a pair of variables":             event("plain", "variable_exec_after_bridge_app: send_dtmf\nvariable_exec_after_bridge_arg: PLANTED\nvariable_loopback_app: log\nvariable_loopback_app_arg: KEPT\n\n"),
		"half a pair of variables":        event("json", `{"variable_bridge_pre_execute_data":"PLANTED","c":"KEPT"}`),
		"what was dialed":                 event("plain", "variable_digits_dialed: PLANTED\nc: KEPT\n\n"),
		"an answer in a line of the log":  "Content-Type: log/data\nContent-Length: 31\n\nKEPT\n+OK 1 received DTMF PLANTED.\n",
		"a digit in the log":              "Content-Type: log/data\nContent-Length: 40\n\nKEPT send dtmf\ndigit=PLANTED ms=1 sam=22\n",
		"a line of the log":               "Content-Type: log/data\nContent-Length: 50\n\nKEPT EXECUTE [depth=0] sofia/a send_dtmf(PLANTED)\n",
	} {
		got := recorded(t, frame)
		if strings.Contains(got, "PLANTED") || !strings.Contains(got, "KEPT") {
			t.Errorf("%s: recorded is %q", name, got)
		}
	}
}
