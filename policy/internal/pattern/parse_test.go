package pattern

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// written returns the elements of a glob, each as a rule spells it.
func written(g Glob) (out []string) {
	for _, el := range g.Elements {
		one := Glob{Elements: []Element{el}}
		out = append(out, one.Text())
	}
	return out
}

// TestParseAlternative checks the globs of one alternative, element by element.
func TestParseAlternative(t *testing.T) {
	own := map[string][]Glob{
		"two": {literal("x"), literal("y")}, "open": {literal("a*"), literal("*b")}, "empty": {literal(`""`)}, "t-1_X": {literal("z")},
	}
	for token, want := range map[string]string{
		"abc":                      "[[abc]]",
		`""`:                       "[[]]",
		`"""`:                      `[["""]]`, // only a whole token is empty
		"a*b?c":                    "[[a * b ? c]]",
		`a\*b\?\\`:                 `[[a*b?\]]`,
		`\s\|\$\<\>`:               "[[ |$<>]]",
		`\/\@`:                     "[[/@]]",
		`\$${dir}/x`:               "[[$${dir}/x]]",
		`\${uuid}`:                 "[[${uuid}]]",
		"<uuid>-<1-60>.<digits 2>": "[[<uuid> - <1-60> . <digits 2>]]",
		"$two":                     "[[x] [y]]",
		"a$two!":                   "[[ax!] [ay!]]", // adjacent literals are merged
		"$two$two":                 "[[xx] [yx] [xy] [yy]]",
		"$open$two":                "[[a * x] [* bx] [a * y] [* by]]",
		"*$open":                   "[[* a *] [* b]]", // adjacent stars are merged
		"a$empty.b":                "[[a.b]]",
		"$t-1_X.":                  "[[z.]]",
		"$two<5-6>":                "[[x <5-6>] [y <5-6>]]",
	} {
		globs, fault := ParseAlternative(token, own)
		if fault != nil {
			t.Errorf("%s: %v", token, fault)
			continue
		}
		var got []string
		for _, g := range globs {
			got = append(got, fmt.Sprint(written(g)))
		}
		slices.Sort(got)
		wanted := strings.Split(strings.TrimSuffix(strings.TrimPrefix(want, "["), "]"), "] [")
		for i := range wanted {
			wanted[i] = "[" + strings.Trim(wanted[i], "[]") + "]"
		}
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("%s: %v, want %v", token, got, wanted)
		}
	}
}

// TestFinish checks what is precomputed for matching.
func TestFinish(t *testing.T) {
	for token, want := range map[string]struct {
		wild    bool
		folded  string
		escapes string
	}{
		"AbC":          {false, "abc", "[0 0 0 0]"},
		"/A/../*":      {true, "/a/../", "[1 0 0 0]"},
		"..*..":        {true, "..", "[2 0 0 0]"},
		"x://!{<uuid>": {true, "x://!{", "[0 1 1 1]"},
		`""`:           {false, "", "[0 0 0 0]"},
	} {
		g := glob(t, token)
		folded := ""
		if len(g.Elements) > 0 {
			folded = g.Elements[0].folded
		}
		if g.Wild != want.wild || folded != want.folded || fmt.Sprint(g.escapes) != want.escapes {
			t.Errorf("%s: wild %v, folded %q, path escapes %v, want %+v", token, g.Wild, folded, g.escapes, want)
		}
	}
}

// TestParsePattern checks what a pattern knows about its alternatives.
func TestParsePattern(t *testing.T) {
	var many []string
	for i := range manyGlobs {
		many = append(many, fmt.Sprint("n", i))
	}
	for _, tt := range []struct {
		token         string
		globs         int
		wild, indexed bool
	}{
		{"a", 1, false, false},
		{"a|b", 2, false, false},
		{"a|b*", 2, true, false},
		{"$premium|x", 3, false, false},
		{"$none|x", 1, false, false},
		{"$none", 0, false, false},
		{strings.Join(many, "|"), manyGlobs, false, true},
		{strings.Join(many[1:], "|"), manyGlobs - 1, false, false},
		{"/a+/", 0, false, false},
	} {
		p := parsed(t, tt.token, false)
		if len(p.Globs) != tt.globs || p.Wild != tt.wild || (p.index != nil) != tt.indexed {
			t.Errorf("%s: %d globs, wild %v, indexed %v; want %+v", tt.token, len(p.Globs), p.Wild, p.index != nil, tt)
		}
	}
}

// TestAlternativesAreBounded checks that sets cannot multiply a token without limit.
func TestAlternativesAreBounded(t *testing.T) {
	set := make([]Glob, 150)
	for i := range set {
		set[i] = literal(fmt.Sprint(i))
	}
	own := map[string][]Glob{"s": set}
	for _, tt := range []struct{ token, want string }{
		{"$s.$s", "the sets of a token give it more than 20000 alternatives"},
		{strings.Repeat("$s|", 133) + "$s", "a token has more than 20000 alternatives"},
		{strings.Repeat("$s|", 132) + "$s", ""},
	} {
		_, fault := Parse(tt.token, own, false)
		if got := text(fault); got != tt.want {
			t.Errorf("%.20s: %q, want %q", tt.token, got, tt.want)
		}
	}
}

// text returns the text of a fault, "" for none.
func text(fault *Fault) string {
	if fault == nil {
		return ""
	}
	return fault.Error()
}

// TestEntryFaults checks what an entry of a set may not be.
func TestEntryFaults(t *testing.T) {
	for token, want := range map[string]string{
		"a|b":  "an entry of a set cannot have alternatives",
		"$x":   "an entry of a set cannot name a set",
		"a*":   "",
		`a\|b`: "",
		`a\$b`: "",
		"":     "an alternative is empty",
		`a\`:   `"\\" is not an escape`,
		`\n`:   `"\\n" is not an escape`,
		"a<":   "< is not closed",
		"a>":   "",
		"**":   "** must be a token of its own, the last one",
	} {
		_, fault := ParseAlternative(token, nil)
		if got := text(fault); got != want {
			t.Errorf("%s: %q, want %q", token, got, want)
		}
	}
}

// TestNumbersAreWhole checks where <low-high> and <digits> would match a part of a number, also
// beside a set.
func TestNumbersAreWhole(t *testing.T) {
	own := map[string][]Glob{"digit": {literal("7")}, "word": {literal("x")}, "open": {literal("x*")}, "empty": {literal(`""`)}}
	for token, want := range map[string]bool{
		"<1-2>":            true,
		"x<1-2>y":          true,
		"$word<1-2>":       true,
		"<1-2>$word":       true,
		"$empty<1-2>":      true,
		"7<1-2>":           false,
		"$digit<1-2>":      false,
		"<1-2>$digit":      false,
		"$open<1-2>":       false,
		"<1-2><1-2>":       false,
		"<uuid><1-2>":      false,
		"<1-2>?":           false,
		"7<digits 3>":      true, // the beginning of the number
		"$digit<digits 3>": true,
		"$word<digits 3>x": true,
		"<digits 3>$digit": false,
		"$open<digits 3>":  false,
		"<digits><digits>": false,
		"<digits 3><1-2>":  false,
		"<digits>*":        false,
	} {
		_, fault := Parse(token, own, false)
		if (fault == nil) != want {
			t.Errorf("%s: %q, allowed: %v", token, text(fault), want)
		}
	}
}

func TestParseBound(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "7": 7, "60": 60, "1000000000000000": 1e15,
		"": -1, "00": -1, "07": -1, "+7": -1, "-7": -1, " 7": -1, "7x": -1, "0x7": -1, "1000000000000001": -1, "18446744073709551616": -1, "٧": -1,
	} {
		got, ok := ParseBound(s)
		if ok != (want >= 0) || ok && got != uint64(want) {
			t.Errorf("%q: %d, %v, want %d", s, got, ok, want)
		}
	}
}

// TestDigitsElement checks the bounds of a <digits>, and that it is written as it was read.
func TestDigitsElement(t *testing.T) {
	for token, want := range map[string]struct {
		low, high uint64
		written   string
	}{
		"<digits>":      {1, 64, "<digits>"},
		"<digits 7>":    {7, 7, "<digits 7>"},
		"<digits 7-15>": {7, 15, "<digits 7-15>"},
		"<digits 7-7>":  {7, 7, "<digits 7>"},
		"<digits 1-64>": {1, 64, "<digits>"},
		"<digits 64>":   {64, 64, "<digits 64>"},
	} {
		el := &glob(t, token).Elements[0]
		if el.Kind != Digits || el.Low != want.low || el.High != want.high || el.Digits() != want.written {
			t.Errorf("%s: %+v, written %s, want %+v", token, *el, el.Digits(), want)
		}
	}
}

func TestIsSetName(t *testing.T) {
	for name, want := range map[string]bool{"a": true, "premium-2_X": true, "9": true, "": false, "a b": false, "a.b": false, "ä": false, "$a": false, "a/": false} {
		if got := IsSetName(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestIsRegex(t *testing.T) {
	for token, want := range map[string]bool{
		"/a/": true, "/a b/": true, `/a\\/`: false, `/a\/`: false, "//": false, "/": false, "": false, "/a": false, "a/": false, "/a/|b": false, "///": true,
	} {
		if got := IsRegex(token); got != want {
			t.Errorf("%s: %v, want %v", token, got, want)
		}
	}
}

func TestRegexFaults(t *testing.T) {
	for _, tt := range []struct{ regex, want string }{
		{"a.", ""},
		{strings.Repeat("a", maxRegex-1) + "+", ""},
		{strings.Repeat("a", maxRegex) + "+", "a regular expression is longer than 512 bytes"},
		{"a .", "<digits 7> is no part of a regular expression"},
		{"a", "/a/ would be a regular expression, but has nothing special in it"},
		{"a{1001}", "the regular expression /a{1001}/ is wrong: error parsing regexp: invalid repeat count: `{1001}`"},
		{"(a", "the regular expression /(a/ is wrong: error parsing regexp: missing closing ): `(a`"},
		{strings.Repeat("a{999}", 4), ""},
		{strings.Repeat("a{999}", 5), "the regular expression /a{999}a{999}a{999}a{999}a{999}/ is too large"},
	} {
		_, fault := parseRegex(tt.regex, false)
		if got := text(fault); got != tt.want {
			t.Errorf("%.40s: %s\nwant %s", tt.regex, got, tt.want)
		}
	}
}

// TestRegexMatchesWholeTokens checks anchors, flags and what they cannot change.
func TestRegexMatchesWholeTokens(t *testing.T) {
	for _, tt := range []struct {
		regex, token string
		deny, fold   bool
		want         bool
	}{
		{"a|b", "ab", false, false, false},
		{"a|b", "b", false, false, true},
		{"^a$", "a", false, false, true},
		{"(?m)^a$.*", "a\nb", false, false, false},
		{"a.b", "a\nb", false, false, false},
		{"a.b", "a\nb", true, false, true},
		{"a.", "A1", false, false, false},
		{"a.", "A1", false, true, true},
		{"(?-i)a.", "A1", false, true, false},
		{"s.", "\u017f1", false, true, false}, // a long s, which FreeSWITCH does not fold
		{"s.", "\u017f1", true, true, true},
		{".s", "\u212as", false, true, true}, // compared with case
		{"a+", "", false, false, false},
	} {
		p, fault := parseRegex(tt.regex, tt.deny)
		if fault != nil {
			t.Fatalf("%s: %v", tt.regex, fault)
		}
		if got := p.Match(tt.token, Options{Deny: tt.deny, Fold: tt.fold}); got != tt.want {
			t.Errorf("/%s/ matches %q, deny %v, fold %v: %v, want %v", tt.regex, tt.token, tt.deny, tt.fold, got, tt.want)
		}
	}
}
