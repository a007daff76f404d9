package nested

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
)

func TestCutHook(t *testing.T) {
	for value, want := range map[string][2]string{
		"":         {"", ""},
		"park":     {"park", ""},
		"log a b":  {"log", "a b"},
		"log:a b":  {"log", "a b"},
		"log::a:b": {"log", "a:b"},
		"log a::b": {"log", "a::b"},
		"log:::a":  {"log", ":a"},
		" log":     {"", "log"},
	} {
		if name, args := cutHook(value); name != want[0] || args != want[1] {
			t.Errorf("cutHook(%q) = %q, %q; want %q", value, name, args, want)
		}
	}
}

func TestCutColons(t *testing.T) {
	for _, tt := range []struct {
		text, name, args string
		ok               bool
	}{
		{"log::INFO", "log", "INFO", true},
		{"log::", "log", "", true},
		{"::x", "", "x", true},
		{"log:::x", "log", ":x", true},
		{"a::b::c", "a", "b::c", true},
		{"a:b::c", "", "", false}, // as in http://h/a::b
		{"a:", "", "", false},
		{"a", "", "", false},
		{"", "", "", false},
	} {
		if name, args, ok := cutColons(tt.text); name != tt.name || args != tt.args || ok != tt.ok {
			t.Errorf("cutColons(%q) = %q, %q, %t; want %q, %q, %t", tt.text, name, args, ok, tt.name, tt.args, tt.ok)
		}
	}
}

func TestCutPair(t *testing.T) {
	for _, tt := range []struct{ text, separators, name, value string }{
		{"a=b", "=,", "a", "b"},
		{"a,b", "=,", "a", "b"},
		{"a,b=c", "=,", "a,b", "c"}, // the first separator that occurs at all
		{"a=b=c", "=,", "a", "b=c"},
		{"a,b", "=", "a,b", ""},
		{"", "=,", "", ""},
	} {
		if name, value := cutPair(tt.text, tt.separators); name != tt.name || value != tt.value {
			t.Errorf("cutPair(%q, %q) = %q, %q; want %q, %q", tt.text, tt.separators, name, value, tt.name, tt.value)
		}
	}
}

func TestIsCopy(t *testing.T) {
	const unknown = fstext.UnknownDollar
	for args, want := range map[string]bool{
		"a=" + unknown + "{b}":               true,
		"a=" + unknown + "{b_2-c.d}":         true,
		"a=":                                 false,
		"a=b":                                false,
		"a=${b}":                             false, // known to be this text
		"a=" + unknown + "{b}c":              false,
		"a=c" + unknown + "{b}":              false,
		"a=" + unknown + "{b c}":             false,
		"a=" + unknown + "{b":                false,
		unknown + "{a}=" + unknown + "{b}":   false,
		"a," + unknown + "{b}":               false,
		"a=" + unknown + "{" + unknown + "}": false,
	} {
		if got := isCopy(args); got != want {
			t.Errorf("isCopy(%q) = %t, want %t", args, got, want)
		}
	}
}

func TestIsContentType(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "text/plain": true, "application/x-a.b+c": true,
		"text": false, "/plain": false, "text/": false, "text/plain;a=b": false, "text/plain x": false, "a/b/c": false,
	} {
		if got := isContentType(s); got != want {
			t.Errorf("isContentType(%q) = %t, want %t", s, got, want)
		}
	}
}

func TestStartsCommands(t *testing.T) {
	for _, tt := range []struct {
		name, event string
		headers     map[string]string
		want        bool
	}{
		{"a call", "CALL_SETUP_REQ", nil, true},
		{"another event", "HEARTBEAT", nil, false},
		{"a message to nobody", "MESSAGE", map[string]string{"proto": "api"}, false},
		{"a message that is answered by a chat", "MESSAGE", map[string]string{"Unique-ID": "u1", "proto": "Verto"}, false},
		{"a message that is answered by the default", "MESSAGE", map[string]string{"Unique-ID": "u1"}, false},
		{"a message that is answered by an API", "MESSAGE", map[string]string{"Unique-ID": "u1", "proto": "api"}, true},
		{"a chat", "CUSTOM", map[string]string{"Event-Subclass": "sms::send_message", "dest_proto": "sip"}, false},
		{"a chat to an API", "CUSTOM", map[string]string{"Event-Subclass": "SMS::SEND_MESSAGE", "dest_proto": "api"}, true},
		{"a chat from an API", "CUSTOM", map[string]string{"Event-Subclass": "SMS::SEND_MESSAGE", "proto": "GLOBAL"}, true},
		{"multicast", "CUSTOM", map[string]string{"Event-Subclass": "Multicast::Event"}, true},
		{"a subclass", "CUSTOM", map[string]string{"Event-Subclass": "a::b", "dest_proto": "api"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			event, ok := catalog.ParseEventName(tt.event)
			if !ok {
				t.Fatalf("no event %s", tt.event)
			}
			if got := StartsCommands(event, func(name string) string { return tt.headers[name] }); got != tt.want {
				t.Errorf("StartsCommands = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestLoneQuote(t *testing.T) {
	for text, want := range map[string]int{"": -1, "a": -1, "'": 0, "a'b": 1, "'a'": -1, "'a'b'": 4} {
		if got := loneQuote(text); got != want {
			t.Errorf("loneQuote(%q) = %d, want %d", text, got, want)
		}
	}
}

// TestValueAt checks in which variable's value the X of a text is.
func TestValueAt(t *testing.T) {
	for text, want := range map[string]string{
		"{a=X}":         ", in the value of a,",
		"{a=b,c_d=eX}":  ", in the value of c_d,",
		"{a=b}[c='X]":   ", in the value of c,",
		"<a=X>":         ", in the value of a,",
		"aX":            "",
		"{${a}=X}":      "",
		"{a b=X}":       "",
		"{a=b}user/1=X": "",
		"{" + strings.Repeat("n", maxWhyName) + "=X}":   ", in the value of " + strings.Repeat("n", maxWhyName) + ",",
		"{" + strings.Repeat("n", maxWhyName+1) + "=X}": "",
	} {
		if got := valueAt(text, strings.IndexByte(text, 'X')); got != want {
			t.Errorf("valueAt(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestUnclosedBlock(t *testing.T) {
	for text, want := range map[string]byte{
		"": 0, "user/1": 0, "{a=b}user/1": 0, "{a=b": '}', "[a=b": ']', "<a=b": '>', "{a=b} [c=d": ']', "{a=b}user/1[c": 0,
	} {
		if got := unclosedBlock(text); got != want {
			t.Errorf("unclosedBlock(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestOriginPath(t *testing.T) {
	bridge := catalog.Builtin().App("bridge")
	at := Origin{Path: "sendmsg", leg: effect.LegB, block: effect.Block{Dial: 1}, unknown: true}
	in := at.into(bridge)
	if in.Path != "sendmsg > app bridge" || in.depth != 1 || in.leg != effect.LegUnknown || in.block != (effect.Block{}) || !in.unknown {
		t.Errorf("into: %+v", in)
	}
	if top := (Origin{}).into(bridge); top.Path != "app bridge" {
		t.Errorf("the path of the frame's own command is %q", top.Path)
	}
	if got := (Origin{Later: effect.Repeating}).once().Later; got != effect.Repeating {
		t.Errorf("a schedule within what repeats is %v, want that it repeats", got)
	}
	if got := (Origin{}).once().Later; got != effect.Once {
		t.Errorf("a schedule is %v, want once", got)
	}
}
