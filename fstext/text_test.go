package fstext

import (
	"slices"
	"strings"
	"testing"
)

func TestConsoleParts(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"status", []string{"status"}},
		{" status ", []string{"status "}},
		{"status;;version", []string{"status", "version"}},
		{";; ;;\t;;a;;", []string{"a"}},
		{"a;b", []string{"a;b"}},
		{"a;;;b", []string{"a", ";b"}},
		{"alias add x a;;b", []string{"alias add x a;;b"}},
		{"ALIAS a;;b", []string{"ALIAS a;;b"}},
		{" alias a;;b", []string{"alias a", "b"}}, // FreeSWITCH looks before it strips the space
	} {
		if got := ConsoleParts(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("ConsoleParts(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestIsPlainCompletion(t *testing.T) {
	for args, want := range map[string]bool{
		"":            true,
		"stat":        true,
		"c=0;":        true,
		"c=4;stat":    true,
		"c=5;stat":    false, // outside the text
		"c=-1;stat":   false,
		"c=;stat":     false,
		"c=4stat":     false,
		"a c=1;b":     false, // FreeSWITCH finds it anywhere
		"c=1;a c=2;b": false,
	} {
		if got := IsPlainCompletion(args); got != want {
			t.Errorf("IsPlainCompletion(%q) = %v, want %v", args, got, want)
		}
	}
}

func TestCutUUID(t *testing.T) {
	for _, tt := range []struct {
		args, uuid, rest string
		ok               bool
	}{
		{"", "", "", true},
		{"x y", "", "x y", true},
		{"uuid:u1 x y", "u1", "x y", true},
		{"UUID:u1 x", "u1", "x", true},
		{"uuid: x", "", "x", true},
		{"uuid:u1", "u1", "", false},
	} {
		if uuid, rest, ok := CutUUID(tt.args); uuid != tt.uuid || rest != tt.rest || ok != tt.ok {
			t.Errorf("CutUUID(%q) = %q, %q, %v", tt.args, uuid, rest, ok)
		}
	}
}

func TestStoredValue(t *testing.T) {
	for value, want := range map[string]string{
		"":                 "",
		"a":                "a",
		"ARRAY::a":         "a",
		"ARRAY::ARRAY::a":  "a",
		"ARRAY::":          "",
		"ARRAY::a|:b":      "ARRAY::a|:b",
		"a|:b":             "a|:b",
		"array::a":         "array::a",
		"xARRAY::a":        "xARRAY::a",
		"ARRAY::a|:ARRAY:": "ARRAY::a|:ARRAY:",
	} {
		if got := StoredValue(value); got != want {
			t.Errorf("StoredValue(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestElements(t *testing.T) {
	for _, tt := range []struct {
		value              string
		elements, readings []string
	}{
		{"", []string{""}, []string{""}},
		{"a", []string{"a"}, []string{"a"}},
		{"ARRAY::a", []string{"a"}, []string{"a"}},
		{"ARRAY::a|:b", []string{"a", "b"}, []string{"a", "b", "ARRAY::a|:b"}},
		{"ARRAY::a|:ARRAY::b", []string{"a", "b"}, []string{"a", "b", "ARRAY::a|:ARRAY::b"}},
		{"ARRAY::a|:", []string{"a", ""}, []string{"a", "", "ARRAY::a|:"}},
		{"a|:b", []string{"a|:b", "a", "b"}, []string{"a|:b", "a", "b"}}, // split as an element
	} {
		if got := Elements(tt.value); !slices.Equal(got, tt.elements) {
			t.Errorf("Elements(%q) = %q, want %q", tt.value, got, tt.elements)
		}
		if got := Readings(tt.value); !slices.Equal(got, tt.readings) {
			t.Errorf("Readings(%q) = %q, want %q", tt.value, got, tt.readings)
		}
	}
}

func TestDecodeURL(t *testing.T) {
	for _, tt := range []struct {
		text, lenient, strict string
		ok                    bool
	}{
		{"", "", "", true},
		{"a+b", "a+b", "a+b", true},
		{"%41%62", "Ab", "Ab", true},
		{"%0a", "\n", "\n", true},
		{"%2541", "%41", "%41", true}, // once only
		{"%", "%", "", false},
		{"100%", "100%", "", false},
		{"%4", "%4", "", false},
		{"%zz", "%zz", "", false},
		{"%4z", "\x04", "", false}, // FreeSWITCH reads one digit as two bytes
		{"%+4", "\x04", "", false},
		{"%-1x", "\xffx", "", false},
		{"% 4", "\x04", "", false},
		{"%00", "\x00", "", false},
	} {
		if got := DecodeURL(tt.text); got != tt.lenient {
			t.Errorf("DecodeURL(%q) = %q, want %q", tt.text, got, tt.lenient)
		}
		if got, ok := DecodeURLStrict(tt.text); got != tt.strict || ok != tt.ok {
			t.Errorf("DecodeURLStrict(%q) = %q, %v, want %q, %v", tt.text, got, ok, tt.strict, tt.ok)
		}
	}
}

func TestIsPlain(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "a": true, "uuid_kill": true, "a-b.c@d+1": true, "a b": false, "a,b": false, "a/b": false, "a'": false, "ä": false,
		"a\n": false, "${a}": false, strings.Repeat("a", MaxPlain): true, strings.Repeat("a", MaxPlain+1): false,
	} {
		if got := IsPlain(s); got != want {
			t.Errorf("IsPlain(%.20q) = %v, want %v", s, got, want)
		}
	}
}

func TestSmallNumber(t *testing.T) {
	for s, want := range map[string]int{
		"0": 0, "7": 7, "007": 7, "999999999": 999999999, "": -1, "1000000000": -1, "-1": -1, "+1": -1, "1.0": -1, " 1": -1, "0x1": -1, "1a": -1,
	} {
		if got, ok := SmallNumber(s); ok != (want >= 0) || ok && got != want {
			t.Errorf("SmallNumber(%q) = %d, %v, want %d", s, got, ok, want)
		}
	}
}

func TestIsTrue(t *testing.T) {
	for _, s := range []string{"yes", "ON", "True", "t", "enabled", "active", "allow", "1", "-1", "+5", "10", "1.5"} {
		if !IsTrue(s) {
			t.Errorf("%q is not true", s)
		}
	}
	for _, s := range []string{"", "no", "false", "y", "0", "00", "-0", "0.5", "1a", " 1", "yes ", "disabled"} {
		if IsTrue(s) {
			t.Errorf("%q is true", s)
		}
	}
}

func TestIsHost(t *testing.T) {
	for _, s := range []string{"10.0.0.5", "0.0.0.0", "255.255.255.255", "pbx", "pbx.example.org", "pbx.example.org.", "1.example", "10.0.0.5x"} {
		if !IsHost(s) {
			t.Errorf("%q is not a host", s)
		}
	}
	for _, s := range []string{"", ".", "10.5", "10.0.0.256", "010.0.0.5", "10.0.0.5.", "0xa.0.0.5", "0xa000005", "167772165", "1.2.3.4.5", "a.1", "a.0X1"} {
		if IsHost(s) {
			t.Errorf("%q is a host", s)
		}
	}
}

func TestExpansionSigns(t *testing.T) {
	for _, tt := range []struct {
		text                   string
		mentions, needs, could bool
	}{
		{"", false, false, false},
		{"plain $5 {x}", false, false, true},
		{"${a}", true, true, true},
		{"$${a}", true, true, true},
		{`$\{a}`, true, true, true},
		{"$ {a}", false, false, true},
		{"{a}$", false, false, false},
		{`a\nb`, false, true, false},
		{`a\\b`, false, true, false},
		{`it\'s`, false, true, false},
		{`a\d`, false, false, false},
		{`a\`, false, false, false},
		{"$'{a}", false, false, true}, // once the quote is removed
	} {
		if got := MentionsVariable(tt.text); got != tt.mentions {
			t.Errorf("MentionsVariable(%q) = %v", tt.text, got)
		}
		if got := NeedsExpansion(tt.text); got != tt.needs {
			t.Errorf("NeedsExpansion(%q) = %v", tt.text, got)
		}
		if got := MayExpand(tt.text); got != tt.could {
			t.Errorf("MayExpand(%q) = %v", tt.text, got)
		}
	}
}

func TestEndOfExpansion(t *testing.T) {
	for _, tt := range []struct {
		text            string
		end, next, open int
	}{
		{"${a}b", 3, 4, 0},
		{"${}", 2, 3, 0},
		{"${a{b}c}d", 7, 8, 0},
		{"${a${b}}", 7, 8, 0},
		{"${a", 3, 3, 1},
		{"${a{b", 5, 5, 2},
		{"${{a}", 4, 5, 0}, // FreeSWITCH does not count a brace that begins the name
	} {
		end, next, open := EndOfExpansion(tt.text, 2)
		if end != tt.end || next != tt.next || open != tt.open {
			t.Errorf("EndOfExpansion(%q) = %d, %d, %d, want %d, %d, %d", tt.text, end, next, open, tt.end, tt.next, tt.open)
		}
	}
}

func TestSetsScopeVariables(t *testing.T) {
	for args, want := range map[string]bool{"%[a=b]x": true, "%,[a=b]x": true, "%[": true, "%": false, "%,": false, "": false, "[a=b]": false, "%,x[": false} {
		if got := SetsScopeVariables(args); got != want {
			t.Errorf("SetsScopeVariables(%q) = %v", args, got)
		}
	}
}

func TestShowDollars(t *testing.T) {
	for s, want := range map[string]string{"": "", "a$b": "a$b", UnknownDollar + "{a} " + UnknownDollar + UnknownDollar + "{b}": "${a} $${b}"} {
		if got := ShowDollars(s); got != want {
			t.Errorf("ShowDollars(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestEndsInBackslash(t *testing.T) {
	for s, want := range map[string]bool{"": false, "a": false, `\`: true, `a\`: true, `a\\`: false, `a\\\`: true, `\a`: false} {
		if got := EndsInBackslash(s); got != want {
			t.Errorf("EndsInBackslash(%q) = %v", s, got)
		}
	}
}

func TestOverreads(t *testing.T) {
	for _, tt := range []struct {
		split Splitter
		args  string
		want  bool
	}{
		{Words(3), `a b\`, true},
		{Words(3), `a b\\`, false},
		{Words(3), "a b", false},
		{Words(3), "", false},
		{Words(2), `a b\`, false}, // the last slot is not read
		{Char('|', 3), `a|b\`, true},
		{Splitter{Kind: SplitFirst}, `a b\`, false},
		{Splitter{}, `a\`, false},
	} {
		tokens, _ := tt.split.Split(tt.args)
		if got := tt.split.Overreads(tt.args, tokens); got != tt.want {
			t.Errorf("%+v of %q: %v, want %v", tt.split, tt.args, got, tt.want)
		}
	}
}

func TestIsUnambiguous(t *testing.T) {
	for _, tt := range []struct {
		args string
		sep  byte
		want bool
	}{
		{"", ' ', true},
		{"a 'b c' d", ' ', true},
		{`^\d+$`, ' ', true}, // a regular expression
		{"it's", ' ', true},
		{"it's here", ' ', false}, // the quote hides the space
		{"it's here", ',', true},
		{"a 'b' c'", ' ', false},
		{`it's \d`, ' ', false},
		{"^^:a", ' ', false},
		{`a\nb`, ' ', false},
		{`a\,b`, ' ', true},
		{`a\,b`, ',', false},
		{`a\ b`, ' ', false},
		{`a\`, ' ', false},
	} {
		if got := IsUnambiguous(tt.args, tt.sep); got != tt.want {
			t.Errorf("IsUnambiguous(%q, %q) = %v, want %v", tt.args, tt.sep, got, tt.want)
		}
	}
}

func TestReadBlock(t *testing.T) {
	for _, tt := range []struct {
		text, rest string
		want       []Variable
		err        error
	}{
		{"{}x", "x", nil, nil},
		{"{a=1,b=2}x", "x", []Variable{{"a", "1"}, {"b", "2"}}, nil},
		{"{a=}x", "x", nil, nil},
		{"{a=1", "", nil, errBroken},
		{"{^^}x", "", nil, ErrLoneSeparator},
		{`{a=1\}x`, "", nil, ErrLoneBackslash},
		{"{{a=1}}x", "", nil, ErrAmbiguous},
	} {
		vars, rest, err := ReadBlock(nil, tt.text, '{', '}', ',')
		if err != tt.err || rest != tt.rest || !slices.Equal(vars, tt.want) {
			t.Errorf("ReadBlock(%q) = %q, %q, %v", tt.text, vars, rest, err)
		}
	}
	before := []Variable{{"z", "0"}}
	if vars, _, err := ReadBlock(before, "{a=1}", '{', '}', ','); err != nil || !slices.Equal(vars, []Variable{{"z", "0"}, {"a", "1"}}) {
		t.Errorf("after another: %q, %v", vars, err)
	}
	if got := SizeOf([]Variable{{"ab", "c"}, {"d", ""}}); got != len("ab c")+len("d ") {
		t.Errorf("SizeOf = %d", got)
	}
}

func TestAsksDirectory(t *testing.T) {
	for text, want := range map[string]bool{
		"user/1000": true, "USER/1000": true, "group/sales": true, "sofia/x/user/1": false, "null": false, "error/BUSY|user/1": true,
		"sofia/a/1:_:sofia/a/2,group/b": true, "users/1": false,
	} {
		d, _, err := readDial(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got := d.AsksDirectory(); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestDialStringSize(t *testing.T) {
	d, _, err := readDial("<a=1>{bb=22}user/1,[c=3]user/2|user/3:_:user/4")
	if err != nil {
		t.Fatal(err)
	}
	if legs, vars, bytes := d.Size(); legs != 4 || vars != 3 || bytes != len("a 1")+len("bb 22")+len("c 3") {
		t.Errorf("%d legs, %d variables, %d bytes", legs, vars, bytes)
	}
}
