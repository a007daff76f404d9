package pattern

import (
	"regexp/syntax"
	"testing"
)

// TestCovers checks of two patterns of a deny rule whether the first certainly matches everything
// that the second matches.
func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		deny, allow string
		want        bool
	}{
		{"abc", "abc", true}, {"abc", "abd", false}, {"a*", "abc", true}, {"a*", "a*", true}, {"a*", "ab*", true}, {"ab*", "a*", false},
		{"*", "a|b*", true}, {"*", "/x+/", true}, {"x*", "/x+/", false}, {"/x+/", "/x+/", true}, {"/x+/", "/x*/", false},
		{"a|b", "b|a", true}, {"a|b", "a|c", false}, {"a*|b", "ax*|b", true}, {"*c", "abc", true}, {"*c", "a*c", false},
		{"<1-60>", "<2-59>", true}, {"<1-60>", "<0-5>", false}, {"<1-60>", "42", true}, {"<digits>", "<digits 7>", true},
		{"<digits 2-3>", "<digits 1-3>", false}, {"<uuid>", "<uuid>", true}, {"?", "?", true}, {"?", "*", false}, {"a?*", "a?b*", true},
		{"/a|b/", "a", true}, {"/a|b/", "a*", false}, {`""`, `""`, true}, {"a", `""`, false},
	} {
		if got := parsed(t, tt.deny, true).Covers(parsed(t, tt.allow, false), Options{Deny: true}); got != tt.want {
			t.Errorf("%s covers %s: %v, want %v", tt.deny, tt.allow, got, tt.want)
		}
	}
}

// TestMayOverlap checks whether one text may match both patterns, in either order.
func TestMayOverlap(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"abc", "abc", true}, {"abc", "abd", false}, {"a*", "abc", true}, {"a*", "b*", false}, {"a*", "ab*", true}, {"*a", "*b", true},
		{"<1-60>", "<61-90>", false}, {"<1-60>", "<60-90>", true}, {"<1-60>", "7", true}, {"<1-60>", "70", false},
		{"a|b", "c|b", true}, {"a|b", "c|d", false}, {"*", "anything", true}, {"A*", "aB*", true},
	} {
		p, q := parsed(t, tt.a, true), parsed(t, tt.b, true)
		opts := Options{Deny: true}
		if got, back := p.MayOverlap(q, opts), q.MayOverlap(p, opts); got != tt.want || back != tt.want {
			t.Errorf("%s and %s may overlap: %v, %v the other way around, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

// TestMayOverlapLegs checks legs. A deny rule matches every spelling of a number, with a prefix for
// calls abroad and with separators, so legs may overlap although they begin differently.
func TestMayOverlapLegs(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		legs  bool // whether whole legs may be the same
		names bool // whether the parts before the numbers may be the same
	}{
		{"sofia/gateway/a/1900*", "sofia/gateway/a/19*", true, true},
		{"sofia/gateway/a/+1900*", "sofia/gateway/a/19*", true, true},
		{"sofia/gateway/a/00491*", "sofia/gateway/a/+49*", true, true},
		{"sofia/gateway/a/1900*", "sofia/gateway/a/2*", false, true},
		{"sofia/gateway/a/1900*", "sofia/gateway/b/1900*", false, false},
		{"sofia/gateway/*/1900*", "sofia/gateway/b/1*", true, true},
		{"user/10*", "sofia/internal/10*", false, false},
		{"*", "user/1000", true, true},
	} {
		p, q := parsed(t, tt.a, true), parsed(t, tt.b, true)
		if got := p.MayOverlapLegs(q, Options{Deny: true}); got != tt.legs {
			t.Errorf("%s and %s may overlap: %v, want %v", tt.a, tt.b, got, tt.legs)
		}
		if got := p.MayOverlapNames(q); got != tt.names {
			t.Errorf("%s and %s may overlap up to their numbers: %v, want %v", tt.a, tt.b, got, tt.names)
		}
	}
	for text, want := range map[string]string{
		"user/1000": "user/1000", "sofia/gateway/a/+4930": "sofia/gateway/a/4930", "sofia/gateway/a/004930": "sofia/gateway/a/4930",
		"sofia/gateway/a/01149": "sofia/gateway/a/49", "sofia/gateway/a/0": "sofia/gateway/a/", "sofia/gateway/a/0049 30": "sofia/gateway/a/49",
		"user/ann.smith": "user/ann.smith", "sofia/a/sip:1": "sofia/a/", "1000": "1000", "": "",
	} {
		if got := legPrefix(text); got != want {
			t.Errorf("every spelling of %s begins with %q, want %q", text, got, want)
		}
	}
}

func TestMayOverlapRegex(t *testing.T) {
	for _, tt := range []struct {
		regex, globs string
		want         bool
	}{
		{"/sofia/gateway/a/.*/", "sofia/gateway/a/1*", true},
		{"/sofia/gateway/a/.*/", "sofia/gateway/b/1*", false},
		{"/.*/", "user/1000", true},
		{"/user/1[0-9]+/", "user/2000", true}, // it compares up to the number
		{"/user/1[0-9]+/", "sofia/a|user/1", true},
	} {
		p, q := parsed(t, tt.regex, true), parsed(t, tt.globs, true)
		if got, back := p.MayOverlapRegex(q), q.MayOverlapRegex(p); got != tt.want || back != tt.want {
			t.Errorf("%s and %s may overlap: %v, %v the other way around, want %v", tt.regex, tt.globs, got, back, tt.want)
		}
	}
}

func TestMayBeginWith(t *testing.T) {
	for _, tt := range []struct {
		regex, prefix string
		want          bool
	}{
		{"abc", "a", true}, {"abc", "abc", true}, {"abc", "abcd", false}, {"abc", "b", false}, {".*", "anything", true},
		{"a|b", "b", true}, {"[a-c]x", "bx", true}, {"[a-c]x", "by", false}, {"(?i)abc", "AB", true}, {"^a", "a", true}, {"", "a", false}, {"", "", true},
	} {
		tree, err := syntax.Parse(tt.regex, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := MayBeginWith(tree, []string{"\x00", tt.prefix}); got != tt.want {
			t.Errorf("%s may begin with %q: %v, want %v", tt.regex, tt.prefix, got, tt.want)
		}
	}
	for regex, want := range map[string]string{
		"": "", "(": "", "user/1.*": "", ".*/1.*": "", "[0-9]+": "[0-9]+", `\+1.*`: `\+1.*`, "user/1|[0-9]+": "[0-9]+", `\$.*`: "",
	} {
		if got := ImpossibleBeginning(regex); got != want {
			t.Errorf("%s: %q begins like no leg, want %q", regex, got, want)
		}
	}
}
