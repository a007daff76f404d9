package command_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

func bytesOf(f *codec.Frame) [][]byte {
	var list [][]byte
	for _, h := range f.Headers {
		list = append(list, h.Name, h.Value)
	}
	return list
}

// An executed is an API or application that a real FreeSWITCH ran for a command.
type executed struct{ API, App, Args string }

// A recording is one line of effects.jsonl: frames, what a real FreeSWITCH ran for them, and
// whether they must be analysed without an opaque effect ("exact"), refused ("refuse"), or either.
type recording struct {
	Name, Send, Must string
	Ran              []executed
}

func recordings(t *testing.T) []recording {
	t.Helper()
	data, err := os.ReadFile("testdata/effects.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var list []recording
	for scan := bufio.NewScanner(bytes.NewReader(data)); scan.Scan(); {
		var r recording
		if err := json.Unmarshal(scan.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		uuids := strings.NewReplacer("@U1@", "u1", "@U2@", "u2")
		r.Send = uuids.Replace(r.Send)
		for i := range r.Ran {
			r.Ran[i].Args = uuids.Replace(r.Ran[i].Args)
		}
		list = append(list, r)
	}
	return list
}

// TestEffectsAsRecorded checks that everything that FreeSWITCH ran is among the effects, and that
// nothing is opaque which must be analysed exactly.
func TestEffectsAsRecorded(t *testing.T) {
	list := recordings(t)
	if len(list) != 93 {
		t.Fatalf("%d recordings, want 93", len(list))
	}
	for _, rec := range list {
		t.Run(rec.Name, func(t *testing.T) {
			got, err := parseStream(rec.Send)
			var r *codec.Refusal
			if err != nil && !errors.As(err, &r) {
				t.Fatal(err)
			}
			switch rec.Must {
			case "refuse":
				if err == nil {
					t.Errorf("%q was not refused: %q", rec.Send, effects(got))
				}
				return
			case "exact":
				if err != nil {
					t.Fatalf("%q: %v", rec.Send, err)
				}
				if isOpaque(got) {
					t.Errorf("%q is not analysed exactly: %q", rec.Send, effects(got))
				}
			}
			if err == nil && !accounted(got, rec.Ran) && !(rec.Must == "either" && isOpaque(got)) {
				t.Errorf("%q ran %+v, the effects are %q", rec.Send, rec.Ran, effects(got))
			}
		})
	}
}

func isOpaque(list []effect.Effect) bool {
	return slices.ContainsFunc(list, func(e effect.Effect) bool { return e.Kind == effect.KindOpaque })
}

// parseStream reads all frames of a session and returns their effects, or the first refusal.
func parseStream(stream string) ([]effect.Effect, error) {
	var list []effect.Effect
	st := new(command.State)
	for r := codec.NewClientReader(strings.NewReader(stream), codec.Limits{}); ; {
		f, err := r.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		c, err := command.Parse(catalog.Builtin(), st, f)
		if err != nil {
			return nil, err
		}
		st.Apply(c)
		list = append(list, c.Effects...)
	}
}

// accounted reports whether everything that ran is an effect. A dialplan effect covers what the
// extension ran. If an argument was expanded, only the name is compared.
func accounted(list []effect.Effect, ran []executed) bool {
	for _, run := range ran {
		kind, name := effect.KindAPI, run.API
		if run.App != "" {
			kind, name = effect.KindApp, run.App
		}
		switch {
		case name == "uuid_bridge" && kind == effect.KindApp:
			continue // FreeSWITCH's own event for the API uuid_bridge; there is no such application
		case name == "":
			continue // an empty name runs nothing
		}
		if !slices.ContainsFunc(list, func(e effect.Effect) bool { return covers(&e, kind, name, run.Args) }) {
			return false
		}
	}
	return true
}

func covers(e *effect.Effect, kind effect.Kind, name, args string) bool {
	switch {
	case e.Kind == effect.KindDialplan:
		return name == "answer" || name == "park"
	case strings.HasPrefix(e.Name, "loopback/app="):
		return name == "pre_answer"
	case e.Kind != kind || !strings.EqualFold(e.Name, name):
		return false
	}
	return e.Args == args || strings.Contains(e.Args, "${") || expandedAgain[e.Path] ||
		e.Name == "chat" // whose event shows the text as it was decoded in place
}

// expandedAgain are paths of APIs for which FreeSWITCH's event shows the argument of the API around
// them, which shares their memory.
var expandedAgain = map[string]bool{"api expand > api expand > api create_uuid": true}

// TestEventNamesAsRecorded compares with what a real FreeSWITCH answered to 400 event commands. A
// name that FreeSWITCH refused must be unknown here. FreeSWITCH accepts some that are dropped or
// refused here, since they only resemble a verb or an event.
func TestEventNamesAsRecorded(t *testing.T) {
	lines, strict := 0, 0
	for rec := range gzipLines(t, "testdata/eventnames.jsonl.gz") {
		lines++
		var r struct{ Send, Reply string }
		if err := json.Unmarshal(rec, &r); err != nil {
			t.Fatal(err)
		}
		accepted := strings.HasPrefix(r.Reply, "+OK")
		c, err := command.Parse(catalog.Builtin(), nil, frame(r.Send))
		known := err == nil && len(c.Effects) > 0
		if known && !accepted {
			t.Errorf("%q: FreeSWITCH answers %q, the effects are %q", r.Send, r.Reply, effects(c.Effects))
		}
		if !known && accepted {
			strict++
			if err == nil && len(c.Dropped) == 0 {
				t.Errorf("%q: FreeSWITCH answers %q, it is dropped without a record", r.Send, r.Reply)
			}
		}
	}
	if lines != 400 || strict == 0 {
		t.Errorf("%d lines, %d read more strictly than by FreeSWITCH; want 400 and some", lines, strict)
	}
	t.Logf("%d of %d are refused or left out here", strict, lines)
}

// gzipLines yields the lines of a compressed file.
func gzipLines(t *testing.T, name string) iter.Seq[[]byte] {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func([]byte) bool) {
		for scan := bufio.NewScanner(unzipped); scan.Scan() && yield(scan.Bytes()); {
		}
	}
}

// FuzzParse checks that a forwarded frame is parsed as the same command, and forwarded unchanged.
func FuzzParse(f *testing.F) {
	seeds := []string{
		"api status\n\n", "api a;;b \nconsole_execute: true\n\n", "bgapi x y\njob-uuid: a\n\n", "event json ALL CUSTOM a b\n\n",
		"nixevent DTMF\n\n", "filter a /b/\n\nfilter delete a\n\n", "log 7\n\n", "myevents json u1\n\ngetvar x\n\nlinger 5\n\nsendmsg\ncall-command: hangup\n\n",
		"sendmsg u1\ncall-command: execute\nexecute-app-name: log::x\n\n", "sendmsg u1\ncall-command: xferext\napplication: a b\napplication: c\n\n",
		"api console_complete x \n\n", "api echo \t\n\n", "myevents unload plain\n\ngetvar mod_event_socket\n\n",
		"sendmsg unload\ncall-command: execute\nexecute-app-name: mod_event_socket\n\n", "api unload mod_event_socket\n\n",
		"log DISABLE\n\n", "sendmsg u1\ncall-command: unicast\nlocal-ip: a\nlocal-port: -1\n\n", "api a\nconsole_execute: 1\n\n",
		"sendevent NOTIFY\nprofile: a\ncontent-length: 3\n\nabc", "...\n\n",
	}
	for _, tt := range slices.Concat(protectedAPIs, protectedFiles, protectedApps) {
		for _, run := range slices.Concat(tt.refused, tt.passes) {
			if len(run) < 200 {
				seeds = append(seeds, runFrame(run)+"\n\n")
			}
		}
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		st := new(command.State)
		for r := codec.NewClientReader(bytes.NewReader(stream), codec.Limits{}); ; {
			frame, err := r.Next()
			var refusal *codec.Refusal
			if errors.As(err, &refusal) && !refusal.Fatal {
				continue
			}
			if err != nil {
				return
			}
			c, err := command.Parse(catalog.Builtin(), st, frame)
			if err != nil {
				if !errors.As(err, &refusal) || refusal.Fatal || c != nil {
					t.Fatalf("Parse(%q) = %+v, %v", frame.Line, c, err)
				}
				continue
			}
			checkCommand(t, st, c)
			st.Apply(c)
		}
	})
}

// checkWhy fails if why is not fit for a reply: one line of plain text without a place where
// clients cut it.
func checkWhy(t *testing.T, e *effect.Effect) {
	t.Helper()
	if e.Why == "" {
		return
	}
	if e.Kind != effect.KindOpaque || len(e.Why) > 300 || !utf8.ValidString(e.Why) || strings.ContainsAny(e.Why, "\r\n\t\x00") || strings.Contains(e.Why, ": ") {
		t.Errorf("%s: why is %q", e, e.Why)
	}
}

// checkCommand checks that the frames of c are parsed as the same command again.
func checkCommand(t *testing.T, st *command.State, c *command.Command) {
	t.Helper()
	if (c.Answer == "") == (len(c.Upstream) == 0) {
		t.Fatalf("%q: answer %q and %d frames", c.Text, c.Answer, len(c.Upstream))
	}
	for i := range c.Effects {
		checkWhy(t, &c.Effects[i])
	}
	var again []effect.Effect
	for i := range c.Upstream {
		wire, err := codec.Append(nil, &c.Upstream[i])
		if err != nil {
			t.Fatalf("%q is parsed, but what is forwarded cannot be written: %v", c.Text, err)
		}
		f, err := codec.NewClientReader(bytes.NewReader(wire), codec.Limits{}).Next()
		if err != nil {
			t.Fatalf("%q: %v", wire, err)
		}
		second, err := command.Parse(catalog.Builtin(), st, f)
		if err != nil {
			t.Fatalf("%q is parsed, but what is forwarded, %q, is not: %v", c.Text, wire, err)
		}
		if second.Verb != c.Verb && c.Verb != command.VerbGetvar {
			t.Fatalf("%q is forwarded as %v", c.Text, second.Verb)
		}
		if got, want := upstream(second), []string{text(&c.Upstream[i])}; !slices.Equal(got, want) {
			t.Fatalf("%q is forwarded as %q, and that as %q", c.Text, want, got)
		}
		if len(second.Dropped) > 0 {
			t.Fatalf("%q drops %q", wire, second.Dropped)
		}
		again = append(again, second.Effects...)
	}
	if got, want := effects(again), effects(c.Effects); !slices.Equal(got, want) {
		t.Fatalf("%q has the effects %q, what is forwarded has %q", c.Text, want, got)
	}
}

// TestParseAllocs checks that parsing a plain command allocates only the Command, its text, its
// canonical line and the parser. Each variable and leg of an originate must not add to that.
func TestParseAllocs(t *testing.T) {
	cat, st := catalog.Builtin(), new(command.State)
	for _, tt := range []struct {
		name, send string
		most       float64
	}{
		{"a plain command", "api status", 4},
		{"a long originate", longOriginate, 14 + raceAllocs},
	} {
		f := frame(tt.send)
		if n := testing.AllocsPerRun(100, func() { _, _ = command.Parse(cat, st, f) }); n > tt.most {
			t.Errorf("%s: %v allocations, want %v at most", tt.name, n, tt.most)
		}
	}
}

// longOriginate has ten variables and three legs.
const longOriginate = "api originate {origination_caller_id_name=acme,origination_caller_id_number=15551234,ignore_early_media=true," +
	"originate_timeout=30,absolute_codec_string=PCMU,sip_h_X-Account=17,hangup_after_bridge=true,continue_on_fail=true," +
	"call_timeout=20,account=acme}[leg_timeout=10]sofia/gateway/acme/15551234,sofia/gateway/acme/15551235|user/1000 &park()"

func BenchmarkParse(b *testing.B) {
	for _, send := range []string{
		"api status", "api show channels as json", "bgapi uuid_kill 4e3a2f7c-86c8-4b44-9ac5-1bca26b3c8a3 NORMAL_CLEARING\nJob-UUID: a", "event plain ALL",
		"sendmsg u1\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a.wav",
		"bgapi expand eval ${uuid_getvar u1 state}",
		longOriginate,
	} {
		name, _, _ := strings.Cut(send, "\n")
		b.Run(name, func(b *testing.B) {
			f, cat, st := frame(send), catalog.Builtin(), new(command.State)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := command.Parse(cat, st, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
