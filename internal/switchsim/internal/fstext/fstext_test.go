package fstext_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim/internal/fstext"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		a, b          string
		equal, prefix bool
	}{
		{"", "", true, true},
		{"abc", "ABC", true, true},
		{"abcd", "ABC", false, true},
		{"ab", "ABC", false, false},
		{"[", "{", false, false}, // they differ by the bit that distinguishes letters
		{"\u212a", "k", false, false},
		{"Ä", "ä", false, false},
	} {
		if got := fstext.EqualFold(c.a, c.b); got != c.equal {
			t.Errorf("EqualFold(%q, %q) = %v", c.a, c.b, got)
		}
		if got := fstext.HasPrefixFold(c.a, c.b); got != c.prefix {
			t.Errorf("HasPrefixFold(%q, %q) = %v", c.a, c.b, got)
		}
	}
	if got := fstext.Lower("AZaz\u212aÄ[@"); got != "azaz\u212aÄ[@" {
		t.Errorf("Lower gives %q", got)
	}
}

func TestAtoi(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0}, {"7", 7}, {"007", 7}, {"+7", 7}, {"-7", -7}, {" \t\r\n7", 7}, {"7x8", 7}, {"x7", 0}, {"--7", 0}, {"- 7", 0},
		{"0x10", 0}, {"1e3", 1}, {"7.9", 7},
		{"2147483647", 1<<31 - 1},
		{"2147483648", -1 << 31}, // only the low 32 bits count
		{"4294967296", 0},
		{"4294967301", 5},
		{"-4294967301", -5},
		{"9223372036854775807", -1},
		{"9223372036854775808", -1}, // more than a long is the largest long
		{strings.Repeat("9", 100), -1},
		{"-9223372036854775808", 0},
		{"-" + strings.Repeat("9", 100), 0},
	} {
		if got := fstext.Atoi(c.text); got != c.want {
			t.Errorf("Atoi(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestTruth(t *testing.T) {
	for _, c := range []struct {
		text            string
		isTrue, isFalse bool
	}{
		{"true", true, false}, {"Yes", true, false}, {"ON", true, false}, {"t", true, false}, {"enabled", true, false},
		{"active", true, false}, {"allow", true, false}, {"1", true, false}, {"-1", true, false}, {"0.5", false, true},
		{"1.5", true, false}, {"false", false, true}, {"No", false, true}, {"off", false, true}, {"disallow", false, true},
		{"0", false, true}, {"00", false, true}, {"", false, false}, {"y", false, false}, {"1x", false, false}, {"-", false, true},
	} {
		if fstext.IsTrue(c.text) != c.isTrue || fstext.IsFalse(c.text) != c.isFalse {
			t.Errorf("%q is true: %v, is false: %v", c.text, fstext.IsTrue(c.text), fstext.IsFalse(c.text))
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text, line, rest string
		more             bool
	}{
		{"", "", "", false},
		{"a", "a", "", false},
		{"a\n", "a", "", true},
		{"a\nb\nc", "a", "b\nc", true},
		{"a\r\nb", "a", "b", true},
		{"a\r\r\n\nb", "a", "b", true},
		{"a\nb\rc", "a\nb", "c", true}, // a CR anywhere is before every LF
		{"\na", "", "a", true},
	} {
		line, rest, more := fstext.CutLine(c.text)
		if line != c.line || rest != c.rest || more != c.more {
			t.Errorf("CutLine(%q) = %q, %q, %v", c.text, line, rest, more)
		}
		if got := fstext.StripCR(c.text); got != c.line {
			t.Errorf("StripCR(%q) = %q", c.text, got)
		}
	}
	for text, want := range map[string]string{"": "", "a": "a", "a\x00b": "a", "\x00": "", "a\x00b\x00": "a"} {
		if got := fstext.CString([]byte(text)); got != want {
			t.Errorf("CString(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSeparate(t *testing.T) {
	for _, c := range []struct {
		text string
		sep  byte
		n    int
		want []string
	}{
		{"", ' ', 3, nil},
		{"a", ' ', 3, []string{"a"}},
		{"a b c d", ' ', 3, []string{"a", "b", "c d"}},
		{"a b c d", ' ', 1, []string{"a b c d"}},
		{"a   b", ' ', 3, []string{"a", "b"}},
		{"  a  ", ' ', 3, []string{"a"}},
		{"a,,b", ',', 3, []string{"a", "", "b"}},
		{"a, b ,c", ',', 3, []string{"a", "b", "c"}},
		{"a,b,", ',', 3, []string{"a", "b"}},
		{"'a b' c", ' ', 3, []string{"a b", "c"}},
		{"'a,b',c", ',', 3, []string{"a,b", "c"}},
		{"it's,b", ',', 3, []string{"it's", "b"}}, // a quote that nothing closes is text
		{"it's b", ' ', 3, []string{"it's b"}},    // unless blanks separate
		{`a\,b,c`, ',', 3, []string{"a,b", "c"}},
		{`a\ b c`, ' ', 3, []string{`a\ b`, "c"}},
		{`a\sb c`, ' ', 3, []string{"a b", "c"}},
		{`a\nb\r\t\\\'\"`, ' ', 3, []string{"a\nb\r\t\\'\""}},
		{`a\xb`, ' ', 3, []string{`a\xb`}},
		{`a\`, ' ', 3, []string{`a\`}},
		{"' a '", ' ', 3, []string{" a "}},
		{"^^:a b:c", ' ', 3, []string{"a b", "c"}},
		{"^^x", ' ', 3, []string{"^^x"}}, // too short for a separator of its own
		{"a b 'c", ' ', 2, []string{"a", "b 'c"}},
		{"a b 'c d'", ' ', 2, []string{"a", "b c d"}},
	} {
		if got := fstext.Separate(c.text, c.sep, c.n); !slices.Equal(got, c.want) {
			t.Errorf("Separate(%q, %q, %d) = %q, want %q", c.text, c.sep, c.n, got, c.want)
		}
	}
	if got := fstext.Arg([]string{"a"}, 0) + fstext.Arg([]string{"a"}, 1) + fstext.Arg(nil, 0); got != "a" {
		t.Errorf("Arg gives %q", got)
	}
}

func TestCutBlock(t *testing.T) {
	for _, c := range []struct {
		text string
		vars []fstext.Var
		rest string
		ok   bool
	}{
		{"", nil, "", false},
		{"a{b=c}", nil, "a{b=c}", false},
		{"{a=b", nil, "{a=b", false},
		{"{}x", nil, "x", true},
		{"{a=b}x", []fstext.Var{{Name: "a", Value: "b"}}, "x", true},
		{"{a=b,c=d=e}{f=g}", []fstext.Var{{Name: "a", Value: "b"}, {Name: "c", Value: "d=e"}}, "{f=g}", true},
		// A variable without a name or a value is ignored.
		{"{a=b,c,=d,e=}x", []fstext.Var{{Name: "a", Value: "b"}}, "x", true},
		{"{a='b,c'}x", []fstext.Var{{Name: "a", Value: "b,c"}}, "x", true},
		{"{a={b}}x", []fstext.Var{{Name: "a", Value: "{b}"}}, "x", true},
		{"{a=[}x", []fstext.Var{{Name: "a", Value: "["}}, "x", true},
		{"{^^:a=b,c:d=e}x", []fstext.Var{{Name: "a", Value: "b,c"}, {Name: "d", Value: "e"}}, "x", true},
	} {
		vars, rest, ok := fstext.CutBlock(c.text, '{', '}', ',')
		if !slices.Equal(vars, c.vars) || rest != c.rest || ok != c.ok {
			t.Errorf("CutBlock(%q) = %q, %q, %v", c.text, vars, rest, ok)
		}
	}
}

func TestClosingBracket(t *testing.T) {
	for _, c := range []struct {
		text string
		at   int
		want int
	}{{"[]", 0, 1}, {"[a[b]c]d", 0, 6}, {"[a[b]c]d", 2, 4}, {"[a", 0, -1}, {"[[a]", 0, -1}, {"[{]", 0, 2}, {"", 0, -1}, {"]", 0, -1}} {
		if got := fstext.ClosingBracket(c.text, c.at, '[', ']'); got != c.want {
			t.Errorf("ClosingBracket(%q, %d) = %d, want %d", c.text, c.at, got, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	for _, c := range []struct {
		value    string
		elements []string
		stored   string
	}{
		{"", []string{""}, ""},
		{"a", []string{"a"}, "a"},
		{"a|:b", []string{"a|:b"}, "a|:b"},
		{"ARRAY::a", []string{"a"}, "a"},
		{"ARRAY::a|:b", []string{"a", "b"}, "ARRAY::a|:b"},
		{"ARRAY::a|:", []string{"a", ""}, "ARRAY::a|:"},
		{"ARRAY::ARRAY::a|:b", []string{"a", "b"}, "ARRAY::ARRAY::a|:b"},
		{"array::a", []string{"array::a"}, "array::a"},
		{" ARRAY::a", []string{" ARRAY::a"}, " ARRAY::a"},
	} {
		if got := fstext.Elements(c.value); !slices.Equal(got, c.elements) {
			t.Errorf("Elements(%q) = %q, want %q", c.value, got, c.elements)
		}
		if got := fstext.Unlist(c.value); got != c.stored {
			t.Errorf("Unlist(%q) = %q, want %q", c.value, got, c.stored)
		}
	}
}

func TestURLEncode(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"aZ09-_.~!*'()$,/", "aZ09-_.~!*'()$,/"},
		{"a b", "a%20b"},
		{"\r\n\t\x00", "%0D%0A%09%00"},
		{"ä\x7f", "%C3%A4%7F"},
		{`"#%&+:;<=>?@[\]^` + "`{|}", "%22%23%25%26%2B%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D"},
		{"%41%4a%4A%", "%41%254a%4A%25"}, // an escape in capitals stays
		{"%4", "%254"},
	} {
		if got := fstext.URLEncode(c.text); got != c.want {
			t.Errorf("URLEncode(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestURLDecode(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"a+b", "a+b"},
		{"%41%6a%6A", "Ajj"},
		{"%00", "\x00"},
		{"%", "%"}, {"%4", "%4"}, {"%zz", "%zz"},
		{"%4zx", "\x04x"}, // one digit is enough
		{"%0xy", "\x00y"}, // 0x is a prefix without digits
		{"%-1y", "\xffy"}, // a sign counts
		{"%+7y", "\x07y"},
		{"% 41", "A1"}, // blanks do not count, but two characters are skipped
	} {
		if got := fstext.URLDecode(c.text); got != c.want {
			t.Errorf("URLDecode(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestQuoteJSON(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `""`},
		{`a"b\c/`, `"a\"b\\c/"`},
		{"\n\r\t\b\f\x01\x1f", `"\n\r\t\b\f\u0001\u001f"`},
		{"ä\xff\x7f", "\"ä\xff\x7f\""},
	} {
		if got := fstext.QuoteJSON(c.text); got != c.want {
			t.Errorf("QuoteJSON(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

func TestAppendXML(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{`<a b="c">&'</a>`, `&lt;a b="c"&gt;&amp;'&lt;/a&gt;`},
		{"a\r\n\tb\x01", "a&#xD;\n\tb\x01"},
		{"<", "&lt;"},
		{"<&<!&\r\xff<é", "&lt;&amp;<!&\r\xff<é"},
		{"aéb", "a&#xE9;b"},
		{"€😀", "&#x20AC;&#x1F600;"},
		{"\x80\xbfa", "a"},                   // they begin no character
		{"\xc3ab", "b"},                      // the byte after an incomplete character is lost
		{"\xe2\x82<a\xacb", "&lt;b"},         // escapes do not end one
		{"\xe2\x82<\xac", "&lt;&#x20AC;"},    // nor are they part of it
		{"\xf8\x88\x80\x80\x80", "&#x8000;"}, // the last byte begins none
		{"\xc3", ""},
	} {
		if got := string(fstext.AppendXML([]byte("x"), c.text)); got != "x"+c.want {
			t.Errorf("AppendXML(%q) = %q, want %q", c.text, got[1:], c.want)
		}
	}
}

// TestAppendURL checks that no part of an escape is written over the limit.
func TestAppendURL(t *testing.T) {
	for limit, want := range []string{"", "a", "a", "a", "a%20", "a%20%", "a%20%4", "a%20%41", "a%20%41"} {
		if got := string(fstext.AppendURL([]byte("x"), "a %41", limit)); got != "x"+want {
			t.Errorf("%d bytes: %q, want %q", limit, got[1:], want)
		}
	}
}

func TestNewUUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	a, b := fstext.NewUUID(), fstext.NewUUID()
	if a == b || !form.MatchString(a) {
		t.Errorf("NewUUID gives %s and %s", a, b)
	}
}
