package pattern

import (
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// TestInspectGlob checks what the methods say about one glob.
func TestInspectGlob(t *testing.T) {
	for _, tt := range []struct {
		token                              string
		prefix, wildcard                   string
		wild, slash, at, channel, matchAll bool
	}{
		{token: "abc", prefix: "abc"},
		{token: `""`},
		{token: "a/b*", prefix: "a/b", wildcard: "*", wild: true, slash: true},
		{token: "*/b", wildcard: "*", wild: true, slash: true},
		{token: "*", wildcard: "*", wild: true, matchAll: true},
		{token: "?", wildcard: "?", wild: true},
		{token: "?*", wildcard: "?", wild: true},
		{token: `a\@b`, prefix: "a@b", at: true},
		{token: `*\@<uuid>`, wildcard: "*", wild: true, at: true},
		{token: "<uuid>", wild: true, channel: true}, // harmless, so not a wildcard that is checked
		{token: someUUID, prefix: someUUID, channel: true},
		{token: "x<uuid>", prefix: "x", wild: true},
		{token: someUUID + "x", prefix: someUUID + "x"},
		{token: "<1-60>", wild: true},
		{token: "4<digits 2>", prefix: "4", wildcard: "<digits 2>", wild: true},
	} {
		g := glob(t, tt.token)
		if got := g.Prefix(); got != tt.prefix {
			t.Errorf("%s has the prefix %q, want %q", tt.token, got, tt.prefix)
		}
		if got, literal := g.Literal(); literal != !tt.wild || literal && got != tt.prefix {
			t.Errorf("%s is the literal %q, %v", tt.token, got, literal)
		}
		if got := g.wildcard(); got != tt.wildcard {
			t.Errorf("the first wildcard of %s is %q, want %q", tt.token, got, tt.wildcard)
		}
		if got := []bool{g.IsWild(), g.HasSlash(), g.ContainsByte('@'), g.IsChannel(), parsed(t, tt.token, false).MatchesAll()}; !slices.Equal(got, []bool{tt.wild, tt.slash, tt.at, tt.channel, tt.matchAll}) {
			t.Errorf("%s: wild, with a slash, with an @, a channel, everything: %v, want %+v", tt.token, got, tt)
		}
	}
	if !(*Glob)(nil).IsWild() {
		t.Error("a name without globs does not count as a wildcard")
	}
}

// TestMatchesLiteral checks whether one pattern matches a literal alternative of another.
func TestMatchesLiteral(t *testing.T) {
	for _, tt := range []struct {
		p, q string
		want bool
	}{
		{"a*", "b|abc", true}, {"a*", "b|ab*", false}, {"a*", "b", false}, {"/a.c/", "abc", true}, {"abc", "/a.c/", false}, {`""`, `x|""`, true},
	} {
		if got := parsed(t, tt.p, true).MatchesLiteral(parsed(t, tt.q, true), Options{Deny: true}); got != tt.want {
			t.Errorf("%s matches an alternative of %s: %v, want %v", tt.p, tt.q, got, tt.want)
		}
	}
}

func TestDisjoint(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"<1-5>", "<6-9>", true}, {"<1-5>", "<5-9>", false}, {"<1-9>", "<3-4>", false}, {"x<1-5>", "x<6-9>", false}, {"<1-5>", "6", false}, {"<1-5>", "<digits 2>", false},
	} {
		a, b := glob(t, tt.a), glob(t, tt.b)
		if got, back := a.disjoint(b), b.disjoint(a); got != tt.want || back != tt.want {
			t.Errorf("%s and %s have nothing in common: %v, %v the other way around, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

// TestOverlapIsBounded checks that too many pairs count as an overlap.
func TestOverlapIsBounded(t *testing.T) {
	many := func(prefix string, n int) *Pattern {
		return &Pattern{Globs: slices.Repeat([]Glob{*glob(t, prefix+"*")}, n), Wild: true}
	}
	few, lots := many("a", 1024), many("b", 1025)
	if many("a", 100).MayOverlap(many("b", 100), Options{Deny: true}) {
		t.Error("a* and b* overlap")
	}
	if !few.MayOverlap(lots, Options{Deny: true}) || !few.MayOverlapNames(many("x/", 1025)) {
		t.Error("too many pairs to compare are no overlap")
	}
	if re := parsed(t, "/x\\/.*/", true); !re.MayOverlapRegex(many("user/", maxBeginnings+1)) || re.MayOverlapRegex(many("user/", maxBeginnings)) {
		t.Error("more than maxBeginnings prefixes count as an overlap, fewer are tried")
	}
	if a, b := parsed(t, "/a+/", true), parsed(t, "/b+/", true); !a.MayOverlapNames(b) {
		t.Error("two regular expressions are compared")
	}
}

func TestUpToNumber(t *testing.T) {
	for token, want := range map[string]string{
		"sofia/gateway/a/49*": "sofia/gateway/a/", "user/1000": "user/", "user/*": "user/", "*": "", "us*": "", "1000": "1000", "*/1000": "", "a/b/": "a/b/",
	} {
		if got := glob(t, token).upToNumber(); got != want {
			t.Errorf("%s: %q, want %q", token, got, want)
		}
	}
}

// TestMayBegin checks single prefixes, with assertions and classes.
func TestMayBegin(t *testing.T) {
	for _, tt := range []struct {
		regex, prefix string
		want          bool
	}{
		{`\bab`, "ab", true}, // an assertion counts as true
		{`a$b`, "ab", true},
		{"(?s).", "\n", true},
		{".", "\n", false},
		{"[^a]b", "xb", true},
		{"[^a]b", "ab", false},
		{"x{2,3}y", "xxx", true},
		{"x{2,3}y", "xxxx", false},
		{"(a|b)c", "bc", true},
		{"ä", "ä", true},
		{"(?:)", "a", false},
		{"[^\\x00-\\x{10FFFF}]", "a", false}, // matches nothing
	} {
		tree, err := syntax.Parse(tt.regex, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		prog, err := syntax.Compile(tree.Simplify())
		if err != nil {
			t.Fatal(err)
		}
		if got := mayBegin(prog, tt.prefix); got != tt.want {
			t.Errorf("%s may match what begins with %q: %v, want %v", tt.regex, tt.prefix, got, tt.want)
		}
	}
	for regex, want := range map[string]string{"(user/1|2)": "2", "((?:1|2))": "((?:1|2))", "()": "()", "@+|x": "@+", "(?i)U.*": ""} {
		if got := ImpossibleBeginning(regex); got != want {
			t.Errorf("%s: %q begins like no leg, want %q", regex, got, want)
		}
	}
}

// TestOverlapOfTexts checks texts with expansions. ~ is AnyWord and ^ is AnyWords.
func TestOverlapOfTexts(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"a", "", false}, {"~", "", true}, {"^", "", true}, {"abc", "abc", true}, {"abc", "abd", false}, {"a~", "abc", true}, {"~c", "abc", true},
		{"~b~", "abc", true}, {"~d~", "abc", false}, {"a~c", "ac", true}, {"a~c", "ab", false}, {"a~", "~b", true}, {"a~", "b~", false}, {"~a~b", "a^b", true},
		{"x~y", "~x", false}, {"x~", "~x", true}, {"a^c", "abbc", true}, {"~~", "abc", true}, {"ab~cd", "a~d", true}, {"ab~cd", "ac~d", false},
	} {
		expand := strings.NewReplacer("~", string(rune(AnyWord)), "^", string(rune(AnyWords)))
		a, b := []byte(expand.Replace(tt.a)), []byte(expand.Replace(tt.b))
		if got, back := overlap(a, b), overlap(b, a); got != tt.want || back != tt.want {
			t.Errorf("%s and %s overlap: %v, %v the other way around, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

func TestReplaceExpansions(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "abc": "abc", "${x}": "\x01", "$${x}": "\x02", "a${x}b$${y}": "a\x01b\x02", "${a${b}}c": "\x01c", "${open": "\x01", "$x{y}": "$x{y}", "$$${x}": "$\x02",
	} {
		if got := ReplaceExpansions(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestMeter checks who has steps left.
func TestMeter(t *testing.T) {
	var none *Meter
	if !none.Spend(1<<40) || none.Over() {
		t.Error("a nil Meter is exceeded")
	}
	if zero := (&Meter{}); !zero.Spend(0) || zero.Over() || zero.Spend(1) || !zero.Over() {
		t.Error("the zero Meter has steps left, or is exceeded before one is taken")
	}
	m := &Meter{Left: 5}
	if !m.Spend(2) || !m.Spend(3) || m.Over() || m.Spend(1) || !m.Over() || m.Spend(0) {
		t.Error("a Meter of 5 does not allow 2 and 3, and then nothing more")
	}
}

// TestMatchSpends checks how many steps a match takes, and that it fails without them.
func TestMatchSpends(t *testing.T) {
	var many []string
	for range manyGlobs {
		many = append(many, "abc*")
	}
	indexed := strings.Join(many, "|")
	for _, tt := range []struct {
		pattern, token string
		steps          int // -1: as many as the regular expression takes for each byte
	}{
		{"a*", "abcd", 4},
		{"a*|b*|c*", "abcd", 12},
		{"a*", "", 0},
		{"b<digits>", "b123", 4 + 3},
		{indexed, "abcdefg", 2 * 7},   // one look at the token, and one for the first glob found
		{indexed, "xabcdefg", 17 * 8}, // none of those found matches
		{indexed, "xyz", 3},           // none is found
		{"/a+/", "aaaa", -1},
	} {
		p := parsed(t, tt.pattern, true)
		if tt.steps < 0 {
			tt.steps = len(tt.token) * p.steps
		}
		m := &Meter{Left: 1000}
		p.Match(tt.token, Options{Deny: true, Work: m})
		if got := 1000 - m.Left; got != tt.steps {
			t.Errorf("%.20s takes %d steps for %q, want %d", tt.pattern, got, tt.token, tt.steps)
		}
		if matches := p.Match(tt.token, Options{Deny: true}); matches && tt.steps > 0 && p.Match(tt.token, Options{Deny: true, Work: &Meter{Left: tt.steps - 1}}) {
			t.Errorf("%.20s matches %q in fewer than %d steps", tt.pattern, tt.token, tt.steps)
		}
	}
}

// TestAutomatonFinds checks which globs of a list the automaton finds in a text.
func TestAutomatonFinds(t *testing.T) {
	tokens := []string{"he", "she*", "*hers", "h?s", "*", "?", "HIS", "x*longest*y"}
	for len(tokens) < manyGlobs {
		tokens = append(tokens, "unused")
	}
	var globs []Glob
	for _, token := range tokens {
		globs = append(globs, *glob(t, token))
	}
	a := newAutomaton(globs)
	for text, want := range map[string]string{
		"":              "*|?",
		"ushers":        "*|?|*hers|h?s|he|she*",
		"SHE":           "*|?|h?s|he|she*",
		"this":          "*|?|HIS|h?s",
		"the longest y": "*|?|h?s|he|x*longest*y",
		"zzz":           "*|?",
	} {
		found := make(map[string]bool)
		a.find(text, func(i int) bool { found[tokens[i]] = true; return true })
		var got []string
		for token := range found {
			got = append(got, token)
		}
		wanted := strings.Split(want, "|")
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("%q: %q, want %q", text, got, wanted)
		}
	}
	calls := 0
	a.find("ushers", func(int) bool { calls++; return calls < 3 })
	if calls != 3 {
		t.Errorf("the search went on: %d calls, want 3", calls)
	}
	if newAutomaton(globs[:manyGlobs-1]) != nil {
		t.Error("few globs have an automaton")
	}
}
