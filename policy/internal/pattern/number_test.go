package pattern

import (
	"strings"
	"testing"
)

// TestNumber checks where the number of a leg is, whether it has a foreign notation, what that
// means, and which deny matches every number with the same beginning.
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
		{"sofia/gateway/1900*", "sofia/gateway/", "1900*", "", false, "/sofia/gateway/1900[0-9]*/", "sofia/gateway/*/1900*"},
		{"LOOPBACK/1XX", "LOOPBACK/", "1XX", "", true, "LOOPBACK/1<digits 2>", "LOOPBACK/1*"},
		{"sofia/a/b/1XX;x=y", "sofia/a/b/", "1XX", ";x=y", true, "sofia/a/b/1<digits 2>;x=y", "sofia/a/b/1*;x=y"},
		{"user/+4930*", "user/", "+4930*", "", false, `/user/\+4930[0-9]*/`, "user/4930*"},
		{"user/1-900-*", "user/", "1-900-*", "", false, "/user/1-900-[0-9]*/", "user/1900*"},
		{"user/1.9*", "user/", "1.9*", "", false, `/user/1\.9[0-9]*/`, "user/19*"},
		{"user/1?5*", "user/", "1?5*", "", false, "/user/1[0-9]5[0-9]*/", "user/1?5*"},
		{"user/+1900.+", "user/", "+1900.+", "", true, "user/+1900*", "user/1900*"},
		{"user/_9X.", "user/", "_9X.", "", true, "/user/9[0-9][0-9]+/", "user/9*"},
		{"user/_9XX!", "user/", "_9XX!", "", true, "/user/9[0-9]{2}[0-9]*/", "user/9*"},
		{"user/[2-9]*", "user/", "[2-9]*", "", true, "/user/[2-9][0-9]*/", "/user/[2-9].*/"},
		{"user/[9-2]X", "user/", "[9-2]X", "", true, "", ""}, // no class of characters
		{"user/XXXX", "user/", "XXXX", "", true, "user/<digits 4>", ""},
		{"user/<1-60>", "user/", "<…>", "", false, "", ""}, // not a foreign notation
		{"*/1NXX", "*/", "1NXX", "", true, `/[0-9A-Za-z+#._-]*/1[2-9][0-9]{2}/`, "/.*/1[2-9].*/"},
		{"a\\s?/1NXX", "a ?/", "1NXX", "", true, `/a\s[0-9A-Za-z+#._-]/1[2-9][0-9]{2}/`, `/a\s./1[2-9].*/`},
	} {
		g := parsed(t, tt.glob, false).Globs[0]
		n := g.Number(true)
		if NumberWildcards(n.Before) != tt.before || NumberWildcards(n.Number) != tt.number || n.After != tt.after {
			t.Errorf("%s: %q, %q, %q; want %q, %q, %q", tt.glob, n.Before, n.Number, n.After, tt.before, tt.number, tt.after)
		}
		if got := n.IsForeign(); got != tt.foreign {
			t.Errorf("%s has a foreign notation: %v, want %v", tt.glob, got, tt.foreign)
		}
		if got, ok := n.Translated(); got != tt.spelled || ok != (tt.spelled != "") {
			t.Errorf("%s means %s, %v; want %s", tt.glob, got, ok, tt.spelled)
		}
		if got := n.PrefixPattern(true); got != tt.prefix {
			t.Errorf("%s is denied, with all numbers that begin like it, by %s, want %s", tt.glob, got, tt.prefix)
		}
	}
}

// TestExtension checks that an extension is a number as a whole.
func TestExtension(t *testing.T) {
	for _, tt := range []struct{ glob, number, prefix string }{
		{"1XXX", "1XXX", "1*"},
		{"a/b@c", "a/b@c", "a/b\\@c*"},
		{"1000-1099", "1000-1099", "<1000-1099>"},
		{"_[2-9]X.", "_[2-9]X.", "/[2-9].*/"},
	} {
		token := strings.ReplaceAll(tt.glob, "@", `\@`)
		n := glob(t, token).Number(false)
		if n != (NumberText{Number: tt.number}) {
			t.Errorf("%s: %+v", tt.glob, n)
		}
		if got := n.PrefixPattern(false); got != tt.prefix {
			t.Errorf("%s is denied, with all numbers that begin like it, by %s, want %s", tt.glob, got, tt.prefix)
		}
	}
}

// TestIsForeign checks what is taken for a foreign notation, and what only looks like one.
func TestIsForeign(t *testing.T) {
	for number, want := range map[string]bool{
		"1000": false, "": false, "x": false, "XX": false, "XXX": true, "1X": true, "fax": false, "max": false, "ann-x2": false, "_": false, "_1": true, "N": false, "NXX": true,
		"1-2": true, "2-1": false, "1000-1099": true, "1099-1000": false, "555-1234": false, "55-1234": true, "1000-999": false, "1[0-4]": true, "[a-z]": false, "[]": false,
		"1.\x11": true, "1.+": true, "1.": false, "1.x": false, "+49XX": true, "_+49.": true, "1?": false, "1X?": false,
	} {
		n := NumberText{Number: number}
		if got := n.IsForeign(); got != want {
			t.Errorf("%q has a foreign notation: %v, want %v", number, got, want)
		}
	}
}

func TestIsTrunk(t *testing.T) {
	for leg, want := range map[string]bool{
		"sofia/gateway/a/1": true, "SOFIA/x": true, "freetdm/1/a/2": true, "h323/1": true, "opal/1": true, "sofia": false, "user/1": false, "loopback/sofia/1": false, "": false,
	} {
		if got := IsTrunk(leg); got != want {
			t.Errorf("%q: %v, want %v", leg, got, want)
		}
	}
}

func TestWithContext(t *testing.T) {
	star := string(rune(NumberStar))
	n := NumberText{Before: "sofia/" + star + "/a b/", Number: "1XX", After: "@h" + string(rune(NumberOne))}
	if got, want := n.WithContext("1<digits 2>"), `sofia/*/a\sb/1<digits 2>\@h?`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
