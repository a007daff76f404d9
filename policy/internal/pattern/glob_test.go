package pattern

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/argument"
)

// glob returns the only glob of a token.
func glob(t *testing.T, token string) *Glob {
	t.Helper()
	p := parsed(t, token, false)
	if len(p.Globs) != 1 {
		t.Fatalf("%s has %d globs", token, len(p.Globs))
	}
	return &p.Globs[0]
}

// TestTake checks how many bytes one element takes at the start of a text, and -1 if none.
func TestTake(t *testing.T) {
	deny, fold, dial := Options{Deny: true}, Options{Fold: true}, Options{Dial: true}
	long := strings.Repeat("7", MaxDigits)
	for _, tt := range []struct {
		element, text string
		options       Options
		want          int
	}{
		{"ab", "abc", Options{}, 2},
		{"ab", "aBc", Options{}, -1},
		{"aB", "Abc", fold, 2},
		{"ä", "Ä", fold, -1}, // only ASCII letters fold
		{"ab", "a", Options{}, -1},

		{"?", "x", Options{}, 1},
		{"?", "€uro", Options{}, 3},
		{"?", "\xffx", Options{}, 1},
		{"?", "", Options{}, -1},
		{"?", "@", dial, -1},
		{"?", "@", Options{Dial: true, Deny: true}, 1},
		{"?", "@", Options{Dial: true, Broad: true}, 1},

		{"<uuid>", someUUID + "x", Options{}, UUIDLen},
		{"<uuid>", someUUID[:UUIDLen-1], Options{}, -1},
		{"<uuid>", strings.Repeat("g", UUIDLen), Options{}, -1},

		{"<5-60>", "5x", Options{}, 1},
		{"<5-60>", "60", Options{}, 2},
		{"<5-60>", "600", Options{}, -1}, // never a part of a number
		{"<5-60>", "4", Options{}, -1},
		{"<5-60>", "x", Options{}, -1},
		{"<0-60>", "0", Options{}, 1},
		{"<0-60>", "00", Options{}, -1},
		{"<0-60>", "00", deny, 2},
		{"<5-60>", "0007x", deny, 4},
		{"<5-60>", "99999999999999999999999999", deny, -1},

		{"<digits 3>", "123x", Options{}, 3},
		{"<digits 3>", "1234", Options{}, -1},
		{"<digits 3>", "1234", deny, -1},
		{"<digits 3>", "12", Options{}, -1},
		{"<digits 2-4>", "1234", Options{}, 4},
		{"<digits>", long, Options{}, MaxDigits},
		{"<digits>", long + "7", Options{}, -1},
		{"<digits>", long + "7", deny, MaxDigits + 1},
		{"<digits>", "x", Options{}, -1},
		{"<digits>", "7", Options{Work: &Meter{Left: -1}}, -1},
		{"<digits>", "777", Options{Work: &Meter{Left: 2}}, -1},
		{"<digits>", "777", Options{Work: &Meter{Left: 3}}, 3},

		{"*", "x", Options{}, -1}, // matchText handles stars itself
	} {
		el := &glob(t, tt.element).Elements[0]
		if got := el.take(tt.text, tt.options); got != tt.want {
			t.Errorf("%s takes %d bytes of %.40q with %+v, want %d", tt.element, got, tt.text, tt.options, tt.want)
		}
	}
}

// TestMatchText checks what matches, and which bytes the wildcards match.
func TestMatchText(t *testing.T) {
	for _, tt := range []struct {
		glob, text string
		want       string // the bytes of each run, with bars between them; "-" for no match
	}{
		{"abc", "abc", ""},
		{"*", "abc", "abc"},
		{"*", "", ""},
		{"a*", "abc", "bc"},
		{"*c", "abc", "ab"},
		{"a*c", "ac", ""},
		{"a?c", "abc", "b"},
		{"??", "ab", "ab"}, // adjacent wildcards are one run
		{"?*", "abc", "a|bc"},
		{"a?b?c", "a1b2c", "1|2"},
		{"*-*", "a-b-c", "a|b-c"}, // the first star takes as little as possible
		{"*-c", "a-b-c", "a-b"},   // until what follows it does not match
		{"*b?", "abbc", "ab|c"},
		{"*-<digits 3>", "a-12-123", "a-12|123"},
		{"<1-60>", "42", ""}, // numbers and uuids need no check
		{"<uuid>", someUUID, ""},
		{"a*c", "ab", "-"},
		{"?", "ab", "-"},
		{"*a*a*a*b", strings.Repeat("a", 50), "-"},
		// more than maxMatched runs
		{"?0?1?2?3?4?5?6?7?8", "a0b1c2d3e4f5g6h7i8", "a0b1c2d3e4f5g6h7i8"},
		{"?0?1?2?3?4?5?6?7", "a0b1c2d3e4f5g6h7", "a|b|c|d|e|f|g|h"},
	} {
		var m wildcardMatches
		got := "-"
		if glob(t, tt.glob).matchText(tt.text, Options{}, &m) {
			var runs []string
			for _, span := range m.spans(tt.text) {
				if span.Start < span.End {
					runs = append(runs, tt.text[span.Start:span.End])
				}
			}
			got = strings.Join(runs, "|")
		}
		if got != tt.want {
			t.Errorf("the wildcards of %s match %q in %q, want %q", tt.glob, got, tt.text, tt.want)
		}
		if without := glob(t, tt.glob).matchText(tt.text, Options{}, nil); without != (tt.want != "-") {
			t.Errorf("%s matches %q without runs: %v", tt.glob, tt.text, without)
		}
	}
}

// TestMatchDial checks that wildcards of a dial rule leave out the characters of dial strings, even
// after the star has to take more.
func TestMatchDial(t *testing.T) {
	for _, tt := range []struct {
		glob, text   string
		allow, broad bool
	}{
		{"user/*", "user/1000", true, true},
		{"user/*", "user/+1#._-Z", true, true},
		{"user/*", "user/", true, true},
		{"user/*", "user/1000@x", false, true},
		{"user/*", "user/a/b", false, true},
		{"user/*", "user/ä", false, true},
		{"*/1000", "user/1000", true, true},
		{"*/1000", "sofia/internal/1000", false, true},
		{"user/*@x", "user/1@y@x", false, true},
		{"user/*@*", "user/1@y", true, true},
		{"user/*@*", "user/1@y;z", false, true},
		{"user/1?00", "user/1,00", false, true},
	} {
		token := strings.ReplaceAll(tt.glob, "@", `\@`)
		for _, check := range []struct {
			options Options
			want    bool
		}{{Options{Dial: true}, tt.allow}, {Options{Dial: true, Deny: true}, tt.broad}, {Options{Dial: true, Broad: true}, tt.broad}} {
			if got := glob(t, token).Match(tt.text, check.options); got != check.want {
				t.Errorf("%s matches %q with %+v: %v, want %v", tt.glob, tt.text, check.options, got, check.want)
			}
		}
	}
}

func TestCountEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"":               "[0 0 0 0]",
		"/var/a.wav":     "[0 0 0 0]",
		"a..b":           "[1 0 0 0]",
		"...":            "[2 0 0 0]", // overlapping
		"http://x!y!{z}": "[0 1 2 1]",
		"{a}{b":          "[0 0 0 2]",
		":/ /":           "[0 0 0 0]",
	} {
		if got := fmt.Sprint(countEscapes(text)); got != want {
			t.Errorf("%q contains %s path escapes, want %s", text, got, want)
		}
	}
}

func TestLooksLikePath(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "abc": false, "a.wav": false, "a..b": false, "a{b": false, "/": true, "a/b": true, `a\b`: true, "{a=b}c": true, "..": true, "..x": true,
	} {
		if got := LooksLikePath(text); got != want {
			t.Errorf("%q looks like a path: %v, want %v", text, got, want)
		}
	}
}

// TestHarm checks which values a wildcard of an allow rule does not match because of the type of
// their position, and what Harm says about them.
func TestHarm(t *testing.T) {
	file, text, number := argument.SetOf(argument.TypeFile), argument.SetOf(argument.TypeText), argument.SetOf(argument.TypeNumber)
	unknown := Options{Unknown: true, Types: text}
	for _, tt := range []struct {
		pattern, token string
		options        Options
		wildcard, why  string // both "" if the pattern matches; "-" and "" if it never does
	}{
		{"/rec/*", "/rec/a.wav", Options{Types: file}, "", ""},
		{"/rec/*", "/rec/../a.wav", Options{Types: file}, "*", "it holds .."},
		{"/rec/../*", "/rec/../a.wav", Options{Types: file}, "", ""},
		{"/rec/../*", "/rec/../../a.wav", Options{Types: file}, "*", "it holds .."},
		{"/rec/*|/rec/../*", "/rec/../a.wav", Options{Types: file}, "", ""},
		{"?", "x", Options{Types: number}, "?", "it holds x, which is not plain in a number"},
		{"1*", "1x", Options{Types: number}, "*", "it holds x, which is not plain in a number"},
		{"1x", "1x", Options{Types: number}, "", ""}, // spelled
		{"*", "1x", Options{Types: number, Deny: true}, "", ""},
		{"*", "1x", Options{Types: number, Broad: true}, "", ""},
		{"*", "x1", Options{Types: number, Offset: 1}, "", ""}, // the value begins after the x
		{"x*", "x1y", Options{Types: number, Offset: 1}, "*", "it holds y, which is not plain in a number"},
		{"2*", "1x", Options{Types: number}, "-", ""},

		{"*", "a..b", unknown, "", ""}, // no path
		{"*", "/a/../b", unknown, "*", "it looks like a path and holds .."},
		{"/a/../*", "/a/../b", unknown, "", ""},
		// where two elements meet
		{"/a/.*", "/a/../b", unknown, "*", "it looks like a path and holds .."},
		{"/a/*", "/a/b!c", unknown, "*", "it looks like a path and holds !"},
		{"*", "x://y", unknown, "*", "it looks like a path and holds ://"},
		{"*", "{a=b}/c", unknown, "*", "it looks like a path and holds {"},
		{"*", "{a=b}/c", Options{Types: text}, "", ""}, // the catalogue knows that it is no path

		{"sip_*", "sip_x", Options{Acts: true}, "*", ActingName},
		{"sip_x", "sip_x", Options{Acts: true}, "", ""},
		{"a<digits>", "a1", Options{Acts: true}, "<digits>", ActingName},
	} {
		p := parsed(t, tt.pattern, tt.options.Deny)
		wildcard, why := p.Harm(tt.token, tt.options)
		matches := p.Match(tt.token, tt.options)
		if wantMatch := tt.wildcard == ""; matches != wantMatch || wildcard != strings.Trim(tt.wildcard, "-") || why != tt.why {
			t.Errorf("%s matches %q with %+v: %v, or else %q: %q; want %q: %q", tt.pattern, tt.token, tt.options, matches, wildcard, why, tt.wildcard, tt.why)
		}
	}
}

func TestHarmOf(t *testing.T) {
	number := argument.SetOf(argument.TypeNumber)
	for _, tt := range []struct {
		token  string
		spans  []argument.Span
		offset int
		harm   bool
	}{
		{"12", []argument.Span{{Start: 0, End: 2}}, 0, false},
		{"x2", []argument.Span{{Start: 0, End: 2}}, 0, true},
		{"x2", []argument.Span{{Start: 1, End: 2}}, 0, false},
		{"x2", []argument.Span{{Start: 0, End: 2}}, 1, false}, // the x is before the value
		{"x2y", []argument.Span{{Start: 0, End: 1}, {Start: 2, End: 3}}, 1, true},
		{"xyz", []argument.Span{{Start: 0, End: 2}}, 2, false}, // the span is before the value
	} {
		if got := HarmOf(number, tt.token, tt.spans, tt.offset); (got != "") != tt.harm {
			t.Errorf("%q from %d on: %q, harm: %v", tt.token, tt.offset, got, tt.harm)
		}
	}
}

func TestIsUUID(t *testing.T) {
	for text, want := range map[string]bool{
		someUUID: true, strings.ToUpper(someUUID): true, strings.Replace(someUUID, "-", "_", 1): false,
		strings.Replace(someUUID, "5", "g", 1): false, strings.Repeat("-", UUIDLen): false, strings.Repeat("0", UUIDLen): false,
	} {
		if got := IsUUID(text); got != want {
			t.Errorf("%q is a uuid: %v, want %v", text, got, want)
		}
	}
}
