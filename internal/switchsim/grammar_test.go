package switchsim_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

const testUUID = "11111111-2222-3333-4444-555555555555"

// TestRecordedTokens checks that arguments are split as a real switch does it. uuid_setvar has
// three.
func TestRecordedTokens(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	for _, x := range recorded[struct{ Args, Reply, Tk string }](t, "tokens") {
		s.AddChannel(testUUID, nil)
		args := strings.ReplaceAll(latin1(x.Args), "@U1@", testUUID)
		reply := strings.TrimSpace(command(t, c, "api uuid_setvar "+args))
		tk, ok := s.Variable(testUUID, "tk")
		if !ok {
			tk = "_undef_"
		}
		if want := latin1(x.Tk); tk != want || strings.Fields(reply)[0] != strings.Fields(x.Reply)[0] {
			t.Errorf("uuid_setvar %q: %q, tk %q; want %q, %q", args, reply, tk, x.Reply, want)
		}
	}
}

// TestRecordedExpansion checks that expansion agrees with a real switch, through the API eval.
func TestRecordedExpansion(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	for _, x := range recorded[struct{ Eval, Out string }](t, "expansion") {
		if got := command(t, c, "api eval "+latin1(x.Eval)); got != latin1(x.Out) {
			t.Errorf("eval %q: %q, want %q", x.Eval, got, x.Out)
		}
	}
}

// TestRecordedEventNames checks that the names of events and forms agree with a real switch. A form
// stays until the next one is named. The samples were recorded in another order, so each test
// begins with the form under which the sample was recorded.
func TestRecordedEventNames(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	for _, x := range recorded[struct{ Send, Reply, Noevents string }](t, "eventnames") {
		if format, ok := strings.CutPrefix(x.Reply, "+OK event listener enabled "); ok && !namesFormat(x.Send) {
			command(t, c, "event "+format)
		}
		if got := command(t, c, x.Send); got != x.Reply {
			t.Errorf("%q: %q, want %q", x.Send, got, x.Reply)
		}
		if got := command(t, c, "noevents"); got != x.Noevents {
			t.Errorf("noevents after %q: %q, want %q", x.Send, got, x.Noevents)
		}
	}
}

// namesFormat reports whether the first word of an event command is a form.
func namesFormat(send string) bool {
	words := strings.Split(send, " ")
	return len(words) > 1 && slices.Contains([]string{"plain", "json", "xml"}, words[1])
}
