package event_test

import (
	"reflect"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/event"
)

func TestReplies(t *testing.T) {
	var s event.Subscription
	for _, tt := range []struct{ line, want string }{
		{"noevents", "-ERR not listening for events"},
		{"event", "-ERR no keywords supplied"},
		{"event json", "-ERR no keywords supplied"}, // but the format is taken
		{"event BOGUS", "-ERR no keywords supplied"},
		{"nixevent", "-ERR no keywords supplied"},
		{"nixevent BOGUS", "-ERR no keywords supplied"},
		{"event HEARTBEAT", "+OK event listener enabled json"},
		{"event xml BOGUS CUSTOM a", "+OK event listener enabled xml"},
		{"event BOGUS plain", "-ERR no keywords supplied"}, // the format is the first word
		{"event plain ALL", "+OK event listener enabled plain"},
		{"nixevent CUSTOM", "+OK events nixed"},
		{"nixevent ALL", "+OK events nixed"},
		{"noevents", "+OK no longer listening for events"},
		{"noevents", "-ERR not listening for events"},
		{"nixevent ALL", "+OK events nixed"},
		{"noevents", "+OK no longer listening for events"},
		{"filter A b c", "+OK filter added. [A]=[b c]"},
		{"filter add add -b", "+OK filter added. [add]=[-b]"},
		{"filter A", "-ERR invalid syntax"},
		{"filter delete", "-ERR invalid syntax"},
		{"filter delete A", "+OK filter deleted. [A][]"},
		{"filter delete B b c", "+OK filter deleted. [B][b c]"},
		{"filter delete all", "+OK filter deleted. [all][]"},
	} {
		if got := apply(t, &s, tt.line); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestParseChangeRefuses(t *testing.T) {
	for _, line := range []string{
		"", "events", "eventALL", "EVENT ALL", "api status", "noevents x", "myevents u", "filter",
		"event  ALL", "event ALL ", "event ", "nixevent CUSTOM  a", "event plain  ALL",
		"filter  A b", "filter A  b", "filter A b ", "filter A ", "filter ", "filter  ", "filter add A", "filter add A ",
		"filter A[0] b", "filter _body b", "filter A ARRAY::b", "filter delete ", "filter delete  A", "filter delete A ",
		"filter delete all x", "filter delete A[ b", "filter A " + strings.Repeat("b", event.MaxFilter),
	} {
		c, err := event.ParseChange(line)
		if line == "filter " {
			// FreeSWITCH's own refusal.
			var s event.Subscription
			if reply := s.Apply(c); err != nil || reply != "-ERR invalid syntax" {
				t.Errorf("ParseChange(%q): %v, %q", line, err, reply)
			}
			continue
		}
		if err == nil {
			t.Errorf("ParseChange(%q) accepts it", line)
		}
		if !reflect.DeepEqual(c, event.Change{}) {
			t.Errorf("ParseChange(%q) returns more than an error", line)
		}
		var s event.Subscription
		if reply := s.Apply(c); reply != "-ERR command not found" || s.Lines() != nil {
			t.Errorf("ParseChange(%q): the reply is %q", line, reply)
		}
	}
	if event.MaxFilter != command.MaxFilter {
		t.Error("package command lets other filters through")
	}
}

// TestParseChangeReadsCommands checks that ParseChange reads what package command writes.
func TestParseChangeReadsCommands(t *testing.T) {
	for line, reply := range map[string]string{
		"events PLAIN heartbeat switch_event_dtmf x": "+OK event listener enabled plain",
		"event json":                       "-ERR no keywords supplied",
		"EVENT all custom A b":             "+OK event listener enabled plain",
		"nixevent custom a::b":             "+OK events nixed",
		"NOEVENTS":                         "-ERR not listening for events",
		"filter Unique-ID  ":               "",
		"Filter ADD add + -x y":            "+OK filter added. [add]=[+ -x y]",
		"filter add Unique-ID /^a.*b$/i":   "+OK filter added. [Unique-ID]=[/^a.*b$/i]",
		"filter DELETE ALL":                "+OK filter deleted. [all][]",
		"filter delete Unique-ID a b":      "+OK filter deleted. [Unique-ID][a b]",
		"filter delete Unique-ID":          "+OK filter deleted. [Unique-ID][]",
		"filter delete delete":             "+OK filter deleted. [delete][]",
		"filter add delete x":              "+OK filter added. [delete]=[x]",
		"event CUSTOM conference::x plain": "+OK event listener enabled plain",
	} {
		cmd, err := command.Parse(catalog.Builtin(), new(command.State), &codec.Frame{Line: []byte(line)})
		if err != nil {
			if reply != "" {
				t.Errorf("%s: %v", line, err)
			}
			continue
		}
		if len(cmd.Upstream) != 1 {
			t.Fatalf("%s: %d frames, answer %q", line, len(cmd.Upstream), cmd.Answer)
		}
		var s event.Subscription
		if got := apply(t, &s, string(cmd.Upstream[0].Line)); got != reply {
			t.Errorf("%s, written as %s: %q, want %q", line, cmd.Upstream[0].Line, got, reply)
		}
	}
}

// TestChangeIsReusable checks that a Change can be applied to two Subscriptions, which then do not
// share anything.
func TestChangeIsReusable(t *testing.T) {
	c, err := event.ParseChange("event CUSTOM a")
	if err != nil {
		t.Fatal(err)
	}
	var one, two event.Subscription
	one.Apply(c)
	two.Apply(c)
	apply(t, &one, "nixevent CUSTOM a")
	apply(t, &one, "event CUSTOM b")
	if got := two.Need().Subclasses; !reflect.DeepEqual(got, []string{"a"}) {
		t.Errorf("%q", got)
	}
}
