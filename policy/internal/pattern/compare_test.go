package pattern

import (
	"regexp/syntax"
	"testing"
)

// TestCovers: of two patterns of a deny, whether it is certain that the first matches all that the
// second matches.
func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		deny, allow string
		want        bool
	}{
		{"abc", "abc", true}, {"abc", "abd", false}, {"a*", "abc", true}, {"a*", "a*", true}, {"a*", "ab*", true}, {"ab*", "a*", false},
		{"*", "a|b*", true}, {"*", "/x+/", true}, {"x*", "/x+/", false}, {"/x+/", "/x+/", true}, {"/x+/", "/x*/", false},
		// not plain
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

// TestMayMeet: whether one text may match both patterns. It is the same the other way around.
func TestMayMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		// not plain
		{"abc", "abc", true}, {"abc", "abd", false}, {"a*", "abc", true}, {"a*", "b*", false}, {"a*", "ab*", true}, {"*a", "*b", true},
		{"<1-60>", "<61-90>", false}, {"<1-60>", "<60-90>", true}, {"<1-60>", "7", true}, {"<1-60>", "70", false},
		{"a|b", "c|b", true}, {"a|b", "c|d", false}, {"*", "anything", true}, {"A*", "aB*", true},
	} {
		p, q := parsed(t, tt.a, true), parsed(t, tt.b, true)
		opts := Options{Deny: true}
		if got, back := p.MayOverlap(q, opts), q.MayOverlap(p, opts); got != tt.want || back != tt.want {
			t.Errorf("%s may meet %s: %v, and %v the other way around, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

// TestMayMeetLegs: a deny looks at every spelling of a number, with a prefix for abroad and
// separators, so legs may meet that begin otherwise.
func TestMayMeetLegs(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		legs  bool // their numbers and what stands before may be the same
		names bool // what stands before may be
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
			t.Errorf("%s may meet %s: %v, want %v", tt.a, tt.b, got, tt.legs)
		}
		if got := p.MayOverlapNames(q); got != tt.names {
			t.Errorf("the names of %s may meet those of %s: %v, want %v", tt.a, tt.b, got, tt.names)
		}
	}
	for text, want := range map[string]string{
		"user/1000": "user/1000", "sofia/gateway/a/+4930": "sofia/gateway/a/4930", "sofia/gateway/a/004930": "sofia/gateway/a/4930",
		"sofia/gateway/a/01149": "sofia/gateway/a/49", "sofia/gateway/a/0": "sofia/gateway/a/", "sofia/gateway/a/0049 30": "sofia/gateway/a/49",
		"user/ann.smith": "user/ann.smith", "sofia/a/sip:1": "sofia/a/", "1000": "1000", "": "",
	} {
		if got := legPrefix(text); got != want {
			t.Errorf("%s begins with %q in every spelling, want %q", text, got, want)
		}
	}
}

func TestMayMeetRegex(t *testing.T) {
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
			t.Errorf("%s may meet %s: %v, and %v the other way around, want %v", tt.regex, tt.globs, got, back, tt.want)
		}
	}
}

func TestBeginsAsAny(t *testing.T) {
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
			t.Errorf("%s begins as no leg does: %q, want %q", regex, got, want)
		}
	}
}

// TestNumber: where the number is in what is dialled, whether it is written as elsewhere, what was
// meant, and what denies every number that begins so.
func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		glob, before, number, after string
		foreign                     bool
		spelled, prefix             string // "" for none
	}{
		{"sofia/gateway/a/1900*", "sofia/gateway/a/", "1900*", "", false, "/sofia/gateway/a/1900[0-9]*/", "sofia/gateway/a/1900*"},
		{"sofia/gateway/a/NXXNXXXXXX", "sofia/gateway/a/", "NXXNXXXXXX", "", true, "/sofia/gateway/a/[2-9][0-9]{2}[2-9][0-9]{6}/", "/sofia/gateway/a/[2-9]..[2-9].*/"},
		{"user/1XXX", "user/", "1XXX", "", true, "user/1<digits 3>", "user/1*"},
		{"user/_1XXX", "user/", "_1XXX", "", true, "user/1<digits 3>", "user/1*"},
		{"user/1[0-4]XX", "user/", "1[0-4]XX", "", true, "/user/1[0-4][0-9]{2}/", "/user/1[0-4].*/"},
		{"user/1000-1099", "user/", "1000-1099", "", true, "user/<1000-1099>", "user/<1000-1099>|user/<1000-1099>\\@*|user/<1000-1099>/*"},
		{"user/555-1234", "user/", "555-1234", "", false, "user/<555-1234>", "user/<555-1234>|user/<555-1234>\\@*|user/<555-1234>/*"},
		{"user/1.*", "user/", "1.*", "", true, "user/1*", "user/1*"},
		{"user/1000@x", "user/", "1000", "@x", false, "/user/1000@x/", "user/1000*\\@x"},
		{"loopback/1900/default", "loopback/", "1900", "/default", false, "/loopback/1900/default/", "loopback/1900*/default"},
		{"1900*", "", "1900*", "", false, "/1900[0-9]*/", "*/1900*"},
	} {
		g := parsed(t, tt.glob, false).Globs[0]
		n := g.Number(true)
		if n.Before != tt.before || NumberWildcards(n.Number) != tt.number || n.After != tt.after {
			t.Errorf("%s: %q, %q, %q; want %q, %q, %q", tt.glob, n.Before, n.Number, n.After, tt.before, tt.number, tt.after)
		}
		if got := n.IsForeign(); got != tt.foreign {
			t.Errorf("%s is written as elsewhere: %v, want %v", tt.glob, got, tt.foreign)
		}
		if got, ok := n.Translated(); got != tt.spelled || ok != (tt.spelled != "") {
			t.Errorf("%s means %s, %v; want %s", tt.glob, got, ok, tt.spelled)
		}
		if got := n.PrefixPattern(true); got != tt.prefix {
			t.Errorf("%s is denied with all that begin so by %s, want %s", tt.glob, got, tt.prefix)
		}
	}
}
