package core

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBraces(t *testing.T) {
	for _, c := range []struct {
		text, inner, rest string
		open              bool
	}{
		{"a}b", "a", "b", false},
		{"}b", "", "b", false},
		{"a{b}c}d", "a{b}c", "d", false},
		{"{a}b", "{a", "b", false}, // a brace at the very beginning is not counted
		{"a", "a", "", true},
		{"a{b}", "a{b}", "", true},
		{"", "", "", true},
	} {
		inner, rest, open := braces(c.text)
		if inner != c.inner || rest != c.rest || open != c.open {
			t.Errorf("braces(%q) = %q, %q, %v", c.text, inner, rest, open)
		}
	}
}

func TestParens(t *testing.T) {
	for _, c := range []struct {
		text  string
		level int
		want  string
	}{
		{"a)b", 1, "a"},
		{"a(b)c)d", 1, "a(b)c"},
		{"a", 1, "a"},
		{"a)b", 0, "a)b"},
		{"a(b)c", 0, "a(b"},
	} {
		if got := parens(c.text, c.level); got != c.want {
			t.Errorf("parens(%q, %d) = %q, want %q", c.text, c.level, got, c.want)
		}
	}
}

func TestSlice(t *testing.T) {
	for _, c := range []struct{ cut, want string }{
		{"0", "hello"}, {"1", "ello"}, {"5", ""}, {"6", ""}, {"-2", "lo"}, {"-5", "hello"}, {"-6", "hello"},
		{"1:2", "el"}, {"-3:2", "ll"}, {"0:0", "hello"}, {"0:-1", "hello"}, {"0:9", "hello"}, {"x", "hello"}, {":2", "he"},
	} {
		if got := slice("hello", c.cut); got != c.want {
			t.Errorf("slice %q gives %q, want %q", c.cut, got, c.want)
		}
	}
}

func TestHasVariable(t *testing.T) {
	for _, c := range []struct {
		text             string
		variable, escape bool
	}{
		{"", false, false}, {"$", false, false}, {"{", false, false}, {"${", true, false}, {"$$", false, false}, {"$${a}", true, false},
		{`$\{`, true, false}, {`$\\{`, true, true}, {"$a{", false, false}, {"{$", false, false},
		{`\n`, false, true}, {`\s`, false, true}, {`\t`, false, true}, {`\'`, false, true}, {`\\`, false, true}, {`\`, false, false},
		{`\$`, false, false}, {`a\x`, false, false},
	} {
		if got := hasVariable(c.text); got != c.variable {
			t.Errorf("hasVariable(%q) = %v", c.text, got)
		}
		if got := hasEscape(c.text); got != c.escape {
			t.Errorf("hasEscape(%q) = %v", c.text, got)
		}
	}
}

func TestEscaped(t *testing.T) {
	for _, c := range []struct {
		text, want string
		last       int
	}{
		{`\$a`, "$", 1}, {`\$$a`, "$", 2}, {`\'a`, "", 1}, {`\\a`, `\`, 1},
	} {
		var b strings.Builder
		if last := escaped(&b, c.text, 0); b.String() != c.want || last != c.last {
			t.Errorf("escaped(%q) writes %q and returns %d", c.text, b.String(), last)
		}
	}
}

func TestMaskCommas(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b", "a,b"},
		{"[a=b,c=d]x,y", "[a=b\x01c=d]x,y"},
		{"[a='b,c',d=e]x", "[a='b\x02c'\x01d=e]x"},
		{`[a=b\,c]x`, `[a=b\,c]x`},
		{"[^^:a=b,c]x,y", "[^^:a=b\x02c]x,y"},
		{"[a=[b,c],d]x,y", "[a=[b\x01c]\x01d]x,y"},
		{"[a,b", "[a,b"},
		{"[a,b][c,d]", "[a\x01b][c\x01d]"},
	} {
		if got := maskCommas(c.text); got != c.want {
			t.Errorf("maskCommas(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestDirectoryNames(t *testing.T) {
	for name, want := range map[string]string{
		"1000":              "sofia/internal/sip:1000:5060",
		"1000@d":            "sofia/internal/sip:1000@d:5060",
		"internal/1000@d":   "sofia/internal/sip:1000@d:5060",
		"*/A.b-c_d+e@f":     "sofia/internal/sip:A.b-c_d+e@f:5060",
		"":                  "error/user_not_registered",
		"internal/":         "error/user_not_registered",
		"1 0":               "error/user_not_registered",
		"1,sofia/gateway/x": "sofia/internal/sip:x:5060",
		"1;a":               "error/user_not_registered",
	} {
		if got := contact(name); got != want {
			t.Errorf("contact(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestOwnText checks what the directory itself says in a dial string, and how often.
func TestOwnText(t *testing.T) {
	own := parseOwnText("{a=1,a=2,B=${x}}<c=3>sofia/gw/${dialed_user},${sofia_contact(*/${dialed_user}@${dialed_domain})}|user/x", "10", "d")
	for _, c := range []struct {
		name string
		want bool
	}{{"a", true}, {"A", true}, {"a", false}, {"b", true}, {"b", false}, {"c", false}, {"d", false}} {
		if got := own.takeVar(c.name); got != c.want {
			t.Errorf("takeVar(%q) = %v", c.name, got)
		}
	}
	for leg, want := range map[string]bool{
		"sofia/internal/sip:10@d:5060": true, "user/x": true, "user/y": false, "sofia/gw/${dialed_user}": false,
	} {
		if got := own.hasLeg(leg); got != want {
			t.Errorf("hasLeg(%q) = %v", leg, got)
		}
	}
	var none *ownText
	if none.takeVar("a") || none.hasLeg("user/x") {
		t.Error("nil has text")
	}
}

func TestVariablesInAnyCase(t *testing.T) {
	vars := map[string]string{"Abc": "1"}
	putValue(vars, "aBC", "2")
	if len(vars) != 1 || valueOf(vars, "ABC") != "2" || valueOf(vars, "ab") != "" {
		t.Errorf("the variables are %v", vars)
	}
}

func TestLegAddress(t *testing.T) {
	for _, c := range []struct {
		leg         string
		raw         bool
		address, to string
	}{
		{"sofia/internal/1@h", false, "1@h", "1@h"},
		{"sofia/internal/sip:1@h", false, "1@h", "1@h"},
		{"sofia/internal/SIPS:1@h", true, "1@h", "1@h"},
		{"sofia/internal/a b@h", false, "a%20b@h", "a%20b@h"},
		{"sofia/internal/a b@h", true, "a b@h", "a b@h"},
		{"sofia/internal/1@h^2", false, "1@h", "2@h"},
		{"sofia/internal/1@h^2@i", false, "1@h", "2@i"},
		{"sofia/internal/1^2", false, "1", "2@" + sipHost},
		{"sofia/gateway/g/a b", false, "a b@g", "a b@g"},
		{"sofia/Gateway/g/1@h", false, "1@h", "1@h"},
		{"sofia/gateway/g/1^2", false, "1@g", "2@g"},
	} {
		if address, to := legAddress(c.leg, c.raw); address != c.address || to != c.to {
			t.Errorf("legAddress(%q, %v) = %q, %q", c.leg, c.raw, address, to)
		}
	}
}

func TestWithParams(t *testing.T) {
	for _, c := range []struct {
		uri, params, user string
		bare              bool
		want              string
	}{
		{"sip:1@h", "", "", true, "sip:1@h"},
		{"sip:1@h", "", "", false, "<sip:1@h>"},
		{`"A" <sip:1@h>;x`, "", "", true, "sip:1@h"},
		{"sip:1@h", "a=b", "", true, "sip:1@h;a=b"},
		{"sip:1@h", "a=b", "c", false, "<sip:1;c@h;a=b>"},
		{"sip:1@h", "~a=b", "", false, "<sip:1@h>;a=b"},
		{"sip:1@h", "~a=b", "", true, "sip:1@h"},
		{"tel:1", "", "c", true, "tel:1"},
	} {
		if got := withParams(c.uri, c.params, c.user, c.bare); got != c.want {
			t.Errorf("withParams(%q, %q, %q, %v) = %q, want %q", c.uri, c.params, c.user, c.bare, got, c.want)
		}
	}
}

func TestDecoded(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "Ann": "Ann", "A%20b": "A b", `x"Ann"y`: "Ann", `"Ann`: "Ann", `"a"b"c"`: `a"b"c`, "%22Ann%22": "Ann", "A%00b": "A", `a"`: "",
	} {
		if got := decoded(name); got != want {
			t.Errorf("decoded(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestColumns(t *testing.T) {
	values := map[string]string{"a": "1", "b": "it's"}
	get := func(name string) string { return values[name] }
	for list, want := range map[string]string{
		"": "", "a": "a='1'", "a:b:c": "a='1',b='it''s',c=NULL", "a,b": "a,b=NULL", `a\'b`: "a''b=NULL", "^^|a|b": "a='1',b='it''s'",
	} {
		if got := columns(list, get); got != want {
			t.Errorf("columns(%q) = %q, want %q", list, got, want)
		}
	}
}

func TestRecordVars(t *testing.T) {
	for text, want := range map[string]string{
		"{sound_prefix=/tmp}":     "/tmp",
		" {Sound_Prefix=/tmp}":    "/tmp",
		"%7Bsound_prefix=/tmp%7D": "/tmp",
		"{sound_prefix=/tmp":      "",
		"sound_prefix=/tmp":       "",
		"{a=b,sound_prefix=/x}":   "/x",
	} {
		if got := recordVars(text)["sound_prefix"]; got != want {
			t.Errorf("recordVars(%q) gives %q, want %q", text, got, want)
		}
	}
}

func TestJSONFields(t *testing.T) {
	for _, c := range []struct{ object, want string }{
		{`{"a":"x"}`, "x"}, {`{"A":"x"}`, "x"}, {`{"b":"y","a":"x","a":"z"}`, "x"}, {`{"a":1}`, ""}, {`{"b":"x"}`, ""},
		{`["a"]`, ""}, {"", ""}, {`{"a"`, ""}, {`{"b":{"a":"y"},"a":"x"}`, "x"},
	} {
		if got := text([]byte(c.object), "a"); got != c.want {
			t.Errorf("%s gives %q, want %q", c.object, got, c.want)
		}
	}
	if got := string(field([]byte(`{"data":{"cmd": "x"}}`), "DATA")); got != `{"cmd": "x"}` {
		t.Errorf("the object is %s", got)
	}
}

func TestOwnUUID(t *testing.T) {
	for _, c := range []struct{ arg, uuid, rest string }{
		{"a b", "", "a b"}, {"uuid:x a b", "x", "a b"}, {"UUID:x a", "x", "a"}, {"uuid:x", "x", ""}, {"uuid: a", "", "a"}, {" uuid:x a", "", " uuid:x a"},
	} {
		if uuid, rest := ownUUID(c.arg); uuid != c.uuid || rest != c.rest {
			t.Errorf("ownUUID(%q) = %q, %q", c.arg, uuid, rest)
		}
	}
}

func TestHash7(t *testing.T) {
	if hash7("execute") != hash7("executeX") || hash7("execute") == hash7("executX") || hash7("") != 0 || hash7("a") != 'a' || hash7("ab") != 'a'*33+'b' {
		t.Error("the hash is not that of the first seven bytes")
	}
}

func TestUptime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 years, 0 days, 0 hours, 0 minutes, 0 seconds, 0 milliseconds, 0 microseconds",
		366*24*time.Hour + time.Hour + time.Minute + time.Second + time.Millisecond + time.Microsecond: "1 year, 1 day, 1 hour, 1 minute, 1 second, 1 millisecond, 1 microsecond",
		59*time.Minute + 59*time.Second + 999*time.Millisecond:                                         "0 years, 0 days, 0 hours, 59 minutes, 59 seconds, 999 milliseconds, 0 microseconds",
	} {
		if got := uptime(d); got != want {
			t.Errorf("uptime(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestShowRows(t *testing.T) {
	columns, rows := []string{"a", "b"}, [][]string{{"1", `"`}, {"2", "x"}}
	for _, c := range []struct {
		rows   [][]string
		asJSON bool
		want   string
	}{
		{nil, false, "\n0 total.\n"},
		{nil, true, "{\"row_count\": 0}\n"},
		{rows, false, "a,b\n1,\"\n2,x\n\n2 total.\n"},
		{rows, true, `{"row_count":2,"rows":[{"a":"1","b":"\""},{"a":"2","b":"x"}]}` + "\n"},
	} {
		if got := showRows(columns, c.rows, c.asJSON); got != c.want {
			t.Errorf("showRows(%q, %v) = %q, want %q", c.rows, c.asJSON, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	known := names(showAPI, []string{"Extra"})
	for _, name := range []string{"status", "uuid_kill", "extra"} {
		if !known[name] {
			t.Errorf("%s is not known", name)
		}
	}
	if known["Extra"] {
		t.Error("a name is not in lower case")
	}
	if list := recordedNames(showApplication); !slices.Contains(list, "playback") {
		t.Errorf("the applications are %q", list)
	}
}
