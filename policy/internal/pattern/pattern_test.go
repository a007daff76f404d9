package pattern

import (
	"slices"
	"strings"
	"testing"

	"eslguard/argument"
)

// sets are the sets that the patterns of these tests may name.
var sets = map[string][]Glob{"premium": {literal("1900"), literal("1976")}, "none": {}}

// literal returns the only glob of an entry of a set.
func literal(text string) Glob {
	globs, err := ParseAlternative(text, nil)
	if err != nil {
		panic(err)
	}
	return globs[0]
}

// parsed compiles a token of an allow rule, or of a deny rule.
func parsed(t *testing.T, token string, deny bool) *Pattern {
	t.Helper()
	p, fault := Parse(token, sets, deny)
	if fault != nil {
		t.Fatalf("%s: %s (%s)", token, fault.Text, fault.Hint)
	}
	return &p
}

const someUUID = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"

func TestMatch(t *testing.T) {
	long := strings.Repeat("1", MaxDigits+1)
	for _, tt := range []struct {
		pattern     string
		allow, deny []string // matched by an allow rule; matched only by a deny rule
		neither     []string
	}{
		{"abc", []string{"abc"}, nil, []string{"ABC", "ab", "abcd", ""}},
		{`""`, []string{""}, nil, []string{`""`, " "}},
		{"a|b", []string{"a", "b"}, nil, []string{"a|b", "ab"}},
		{`a\|b`, []string{"a|b"}, nil, []string{"a", "b"}},
		{`a\sb`, []string{"a b"}, nil, []string{"ab", `a\sb`}},
		{"*", []string{"", "abc", "a b"}, nil, nil},
		{"a*c", []string{"ac", "abc", "abcbc"}, nil, []string{"ab", "bc"}},
		{"?", []string{"a", "ä", "1"}, nil, []string{"", "ab"}},
		{"<uuid>", []string{someUUID, strings.ToUpper(someUUID)}, nil, []string{someUUID[1:], someUUID + "0", strings.Replace(someUUID, "-", "0", 1)}},
		{"<1-60>", []string{"1", "60"}, []string{"01", "0060"}, []string{"0", "61", "", "1a", "-1", "+1", "6000000000000000000000"}},
		{"a<1-60>b", []string{"a1b", "a60b"}, []string{"a01b"}, []string{"ab", "a61b"}},
		{"<digits>", []string{"1", long[1:]}, []string{long}, []string{"", "+1", "1a"}},
		{"<digits 2>", []string{"12", "00"}, nil, []string{"1", "123"}},
		{"4<digits 2-3>", []string{"412", "4123"}, nil, []string{"41", "41234", "512"}},
		{"$premium", []string{"1900", "1976"}, nil, []string{"19", "$premium"}},
		{"0$premium|x", []string{"01900", "x"}, nil, []string{"1900"}},
		{"$none", nil, nil, []string{"", "none"}},
		{"/a.*b/", []string{"ab", "a b"}, []string{"a\nb"}, []string{"xab", "abx", "AB"}},
		{"/a|b/", []string{"a", "b"}, nil, []string{"ab"}},
	} {
		for _, deny := range []bool{false, true} {
			p := parsed(t, tt.pattern, deny)
			check := func(tokens []string, want bool) {
				for _, token := range tokens {
					if got := p.Match(token, Options{Deny: deny}); got != want {
						t.Errorf("%s in a deny rule: %v; matches %q: %v", tt.pattern, deny, token, got)
					}
				}
			}
			check(tt.allow, true)
			check(tt.deny, deny)
			check(tt.neither, false)
		}
	}
}

func TestMatchOptions(t *testing.T) {
	for _, tt := range []struct {
		name, pattern, token string
		options              Options
		want                 bool
	}{
		{"without case", "aBc", "AbC", Options{Fold: true}, true},
		{"a letter beyond ASCII", "/k+/", "\u212a", Options{Fold: true}, false},
		{"the same in a deny", "/k+/", "\u212a", Options{Fold: true, Deny: true}, true},
		{"dialled", "user/*", "user/1000+#._-", Options{Dial: true}, true},
		{"dialled with a host", "user/*", "user/1000@evil", Options{Dial: true}, false},
		{"the same in a deny", "user/*", "user/1000@evil", Options{Dial: true, Deny: true}, true},
		{"the same, broadly", "user/*", "user/1000@evil", Options{Dial: true, Broad: true}, true},
		{"one character dialled", "user/?", "user/@", Options{Dial: true}, false},
		{"a variable that acts", "exec*", "execute_on_answer", Options{Acts: true}, false},
		{"the same, spelled", "execute_on_answer", "execute_on_answer", Options{Acts: true}, true},
		{"no steps left", "*", "a", Options{Work: &Meter{}}, false},
		{"enough steps", "*", "a", Options{Work: &Meter{Left: 100}}, true},
	} {
		if got := parsed(t, tt.pattern, tt.options.Deny).Match(tt.token, tt.options); got != tt.want {
			t.Errorf("%s: %s matches %q: %v, want %v", tt.name, tt.pattern, tt.token, got, tt.want)
		}
	}
}

func TestParseFaults(t *testing.T) {
	for token, want := range map[string]string{
		"a||b":                            "an alternative is empty",
		"a**":                             "** must be a token of its own, the last one",
		"$":                               "$ must be followed by the name of a set",
		"$premum":                         `there is no set "premum"`,
		`\x`:                              `"\\x" is not an escape`,
		"<1-60":                           "< is not closed",
		"<60-1>":                          `"<60-1>" matches nothing`,
		"<01-60>":                         `"<01-60>" is not a pattern`,
		"<abc>":                           `"<abc>" is not a pattern`,
		"1<1-60>":                         "a <low-high> must not follow a digit or a wildcard: it would match a part of a number",
		"*<1-60>":                         "a <low-high> must not follow a digit or a wildcard: it would match a part of a number",
		"<1-60>0":                         "a <low-high> must not come before a digit or a wildcard: it would match a part of a number",
		"<digits 0>":                      `"<digits 0>" matches nothing`,
		"<digits 0-5>":                    `"<digits 0-5>" would match no digit at all`,
		"<digits 65>":                     `"<digits 65>" is for too many digits`,
		"?<digits>":                       "<digits> must not follow a wildcard: it would match a part of a number",
		"<digits 7>1":                     "<digits 7> must not come before a digit or a wildcard: it takes all the digits that there are",
		"/abc/":                           "/abc/ would be a regular expression, but has nothing special in it",
		"/a(/":                            "the regular expression /a(/ is wrong: error parsing regexp: missing closing ): `a(`",
		"/(a{1000}){1000}/":               "the regular expression /(a{1000}){1000}/ is wrong: error parsing regexp: invalid repeat count: `{1000}`",
		"/(a{100}){9}(b{99})/":            "",
		strings.Repeat("a", MaxPattern+1): "a token is longer than 1024 bytes",
	} {
		_, fault := Parse(token, sets, false)
		got := ""
		if fault != nil {
			got = fault.Text
		}
		if got != want {
			t.Errorf("%.40s: %s\nwant %s", token, got, want)
		}
	}
}

func TestSplitTokens(t *testing.T) {
	for text, want := range map[string][]string{
		"api status":           {"api", "status"},
		"dial a/<digits 7-15>": {"dial", "a/<digits 7-15>"},
		"dial <digits 7>|b c":  {"dial", "<digits 7>|b", "c"},
		`dial \<digits 7>`:     {"dial", `\<digits`, "7>"},
		`dial \\<digits 7>`:    {"dial", `\\<digits 7>`},
		"a  b":                 {"a", "", "b"},
		"<digits 7":            {"<digits", "7"},
		"<digits 7 >":          {"<digits", "7", ">"},
		"":                     {""},
	} {
		if got := SplitTokens(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSplitAlternatives(t *testing.T) {
	for token, want := range map[string][]string{
		"a": {"a"}, "a|b": {"a", "b"}, `a\|b|c`: {`a\|b`, "c"}, `a\\|b`: {`a\\`, "b"}, "|": {"", ""}, "": {""},
	} {
		if got := SplitAlternatives(token); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", token, got, want)
		}
	}
}

// TestSpell checks that the pattern that spells a text matches it, and nothing similar.
func TestSpell(t *testing.T) {
	for _, text := range []string{
		"", "abc", "a b", "a*b", "a?", "a|b", "$x", "$${x}", "<uuid>", "<1-60>", "/abc/", "//", `\`, `a\`, "@read", "a\tb", "\u202e", "**",
		"/a b/", "${x}", "€", `""`, `"""`, `"`, "\n", ".*", "[0-9]",
	} {
		token, ok := Exactly(text)
		if !ok {
			t.Errorf("%q cannot be spelled", text)
			continue
		}
		p := parsed(t, token, false)
		if !p.Match(text, Options{}) {
			t.Errorf("%q is spelled %q, which does not match it", text, token)
		}
		for _, other := range []string{text + "x", "x" + text, strings.Replace(text, "a", "b", 1) + "!"} {
			if p.Match(other, Options{}) {
				t.Errorf("%q is spelled %q, which matches %q", text, token, other)
			}
		}
	}
	if token, ok := Exactly("\xff"); ok {
		t.Errorf("text that is not UTF-8 is spelled %q", token)
	}
	for shape, want := range map[string]string{
		"a" + string(rune(ShapeUUID)) + "b": "a<uuid>b", "k=" + string(rune(ShapeRedacted)): "k=*", "a b": `a\sb`, "": `""`, "/a/": `\/a/`,
	} {
		if got := Spell(shape); got != want {
			t.Errorf("Spell(%q) = %s, want %s", shape, got, want)
		}
	}
}

func TestInspect(t *testing.T) {
	for _, tt := range []struct {
		pattern, first, text string // of the first alternative
		open, anyNumber      bool
	}{
		{"abc*", "abc", "abc*", false, false},
		{"*", "", "*", true, false},
		{"*?", "", "*?", true, false},
		{"a|*", "a", "a", true, false},
		{"a?<uuid>", "a", "a?<uuid>", false, false},
		{"<1-60>", "", "<1-60>", false, false},
		{"<digits>", "", "<digits>", false, true},
		{"<digits 6>", "", "<digits 6>", false, false},
		{"<digits 3-7>", "", "<digits 3-7>", false, true},
		{`""`, "", "", true, false},
	} {
		p := parsed(t, tt.pattern, false)
		if got := p.FirstPrefix(); got != tt.first {
			t.Errorf("%s begins with %q, want %q", tt.pattern, got, tt.first)
		}
		if got := p.Globs[0].Text(); got != tt.text {
			t.Errorf("%s is written %q, want %q", tt.pattern, got, tt.text)
		}
		if got := p.HasBareWildcards(); got != tt.open {
			t.Errorf("%s has bare wildcards: %v, want %v", tt.pattern, got, tt.open)
		}
		if got := p.IsAnyNumber(); got != tt.anyNumber {
			t.Errorf("%s is any number: %v, want %v", tt.pattern, got, tt.anyNumber)
		}
	}
}

func TestSpells(t *testing.T) {
	p := parsed(t, "show|a*|B", false)
	for text, want := range map[string]bool{"show": true, "b": true, "a*": false, "a": false, "": false} {
		if got := p.Spells(text); got != want {
			t.Errorf("spells %q: %v, want %v", text, got, want)
		}
	}
	if p.IsOnly("show") || !parsed(t, "Show", false).IsOnly("show") {
		t.Error("IsOnly is not about patterns with a single alternative")
	}
	for pattern, want := range map[string]bool{"a=b": true, "a=b|c=d": true, "a=b|c": false, "*=*": true, "/=+/": false} {
		if got := parsed(t, pattern, false).SpellsAll("="); got != want {
			t.Errorf("all alternatives of %s spell =: %v, want %v", pattern, got, want)
		}
	}
}

// TestCaseInsensitive checks the regular expression that ignores case.
func TestCaseInsensitive(t *testing.T) {
	for pattern, want := range map[string]string{
		"abc": "/(?i)abc/", `a\sb`: `/(?i)a\sb/`, "a.b*|c?": `/(?i)a\.b.*|c./`, "x<digits 2>": "/(?i)x[0-9]{2,2}/", "<uuid>": "", "<1-60>": "",
	} {
		got, ok := parsed(t, pattern, true).CaseInsensitive()
		if got != want && (ok || want != "") || ok != (want != "") {
			t.Errorf("%s: %s, %v, want %s", pattern, got, ok, want)
		}
	}
	for pattern, want := range map[string]string{"abc": "abc", "123": "", "1|b2": "b2", "/var/x": "", "*": ""} {
		if got := parsed(t, pattern, true).FirstCasedWord(); got != want {
			t.Errorf("the first word with letters of %s is %q, want %q", pattern, got, want)
		}
	}
}

func TestSpellsOut(t *testing.T) {
	const token = "a${uuid}b"
	spans := argument.Expansions(token)
	for pattern, want := range map[string]bool{
		`a\${uuid}b`: true, `*\${uuid}*`: true, "*": false, `a*b`: false, `x|a\${uuid}?`: true, `a\${uuid}`: false,
	} {
		if got := parsed(t, pattern, false).SpellsOut(token, spans, Options{}); got != want {
			t.Errorf("%s spells out the expansion in %s: %v, want %v", pattern, token, got, want)
		}
	}
}

// TestCouldMatch checks whether a deny rule could match a text in which each expansion may become
// any text.
func TestCouldMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"abc", "abc", true}, {"abc", "abd", false}, {"abc", "a${uuid}", true}, {"abc", "${uuid}", true}, {"abc", "b${uuid}", false},
		{"a*", "${x}b", true}, {"*1900*", "user/${x}", true}, {"*1900*", "user/1", false}, {"*1900*", "19${x}0", true},
		{"ABC", "a${uuid}C", true}, {"<1-60>", "abc", true}, {"a<uuid>b", "b${x}", false}, {"/x+/", "abc", true}, {"a|b", "b", true},
	} {
		if got := parsed(t, tt.pattern, true).CouldMatch(&Meter{Left: 1000}, ReplaceExpansions(tt.text)); got != tt.want {
			t.Errorf("%s could match %s: %v, want %v", tt.pattern, tt.text, got, tt.want)
		}
	}
	if !parsed(t, "abc", true).CouldMatch(&Meter{Left: 3}, "xyz") {
		t.Error("a comparison that takes too much work does not count as a match")
	}
}
