package argument_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/argument"
)

func TestLegSpellings(t *testing.T) {
	for _, tt := range []struct {
		leg  string
		want []string
	}{
		{"user/1000", nil},
		{"sofia/gateway/acme/4930123", nil},
		{"sofia/gateway/acme/04930123", []string{"sofia/gateway/acme/4930123"}},
		{"sofia/internal/sip:0190@pbx;a=b", []string{"sofia/internal/190@pbx;a=b", "sofia/internal/0190@pbx;a=b"}},
		{"sofia/internal/SIPS:1@pbx", []string{"sofia/internal/1@pbx"}},
		{`sofia/internal/"Ann" <sip:019@pbx>`, []string{"sofia/internal/19@pbx>", "sofia/internal/019@pbx>"}},
		{"loopback/0190/default/XML", []string{"loopback/190/default/XML"}},
		{"LOOPBACK/0190", []string{"LOOPBACK/190"}},
		{"null", nil},
		{"user/", nil},
	} {
		if got := argument.LegSpellings(tt.leg); !slices.Equal(got, tt.want) {
			t.Errorf("LegSpellings(%q) = %q, want %q", tt.leg, got, tt.want)
		}
	}
}

func TestNumberSpellings(t *testing.T) {
	for _, tt := range []struct {
		number string
		want   []string
	}{
		{"", nil},
		{"4930123", nil},
		{"a1", nil},
		{"%30190", []string{"0190", "0190", "190"}},
		{"(0)30-12.3 4_5", []string{"03012345", "3012345"}},
		{"+49", []string{"49", "+49", "0049", "01149"}},
		{"000049", []string{"49", "+49", "0049", "01149", "049"}},
		{"*21*0190", []string{"210190", "210190", "0190", "190"}},
	} {
		if got := argument.NumberSpellings(tt.number); !slices.Equal(got, tt.want) {
			t.Errorf("NumberSpellings(%q) = %q, want %q", tt.number, got, tt.want)
		}
	}
}

func TestEscapeSpellings(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"100%", nil},
		{"%41", []string{"A"}},
		{"%2541", []string{"%41", "A"}},
	} {
		if got := argument.EscapeSpellings(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("EscapeSpellings(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	if n := len(argument.EscapeSpellings("%" + strings.Repeat("25", 100) + "41")); n > 10 {
		t.Errorf("%d spellings of a text that is escaped 100 times", n)
	}
}

// TestFileSpellings checks that the file that FreeSWITCH would open in the end is among the
// spellings of a name.
func TestFileSpellings(t *testing.T) {
	for _, tt := range []struct{ name, opens string }{
		{"/a//b", "/a/b"},
		{"/a/./b", "/a/b"},
		{"/a/../b", "/b"},
		{"../../etc/passwd", "/etc/passwd"},
		{"/proc/self/root/etc/passwd", "/etc/passwd"},
		{"{a=b}/etc/passwd", "/etc/passwd"},
		{"{a=b} /etc/passwd", "/etc/passwd"},
		{"file:///etc/passwd", "/etc/passwd"},
		{"file_string://a!/etc/passwd", "/etc/passwd"},
		{"a!b!/etc/passwd", "/etc/passwd"},
		{"/etc/passwd.file", "/etc/passwd"},
		{"x/etc/passwd.tts", "/etc/passwd"},
		{"http_cache://file:///etc/passwd", "/etc/passwd"},
		{"tone_stream://path=/etc/passwd;loops=1", "/etc/passwd"},
		{"%2fetc%2fpasswd", "/etc/passwd"},
		{"%252fetc%252fpasswd", "/etc/passwd"},
		{"/etc/passwd\x00.wav", "/etc/passwd"},
		{"'/etc/passwd'", "/etc/passwd"},
		{`/etc\/passwd`, "/etc/passwd"},
	} {
		if got := argument.FileSpellings(tt.name); !slices.Contains(got, tt.opens) {
			t.Errorf("FileSpellings(%q) = %q, without %q", tt.name, got, tt.opens)
		}
	}
	for _, name := range []string{"", "a.wav", "/a/b.wav", "a/b"} {
		if got := argument.FileSpellings(name); len(got) > 0 {
			t.Errorf("FileSpellings(%q) = %q, want none", name, got)
		}
	}
	for _, unit := range []string{"a!", "{", "{a}", "file://", ".file", "%25", "../", "'", "path=a;"} {
		if n := len(argument.FileSpellings(strings.Repeat(unit, 300) + "/etc/passwd")); n > 64 {
			t.Errorf("%d spellings of a name of many %q", n, unit)
		}
	}
}

func TestRunsProgram(t *testing.T) {
	for name, want := range map[string]bool{
		"": false, "a.wav": false, "shell_stream": false, "a.shell_stream": true, "a.httapi": true, "a.phrase": true, "a.SHELL_STREAM": false,
		"a.shell_stream.wav": false, "a.wav!b.shell_stream": true, "b.shell_stream!a.wav": true, "a.shell%5fstream": true, "'a.shell_stream'": true,
	} {
		if got := argument.RunsProgram(name); got != want {
			t.Errorf("RunsProgram(%q) = %v, want %v", name, got, want)
		}
	}
}

// TestMayBeSpelledOtherwise checks that the quick check never hides a spelling.
func TestMayBeSpelledOtherwise(t *testing.T) {
	for _, value := range []string{
		"", "a", "1", "01", "+1", "1-2", "a.b", "/a/b", "/a//b", "/a/./b", "../a", "a/..", "/proc/self/root/a", "{a=b}c", "a!b", "'a", `a\b`, "%41",
		"file://a", "a.file", "tone_stream://path=a", "a_1", "(1)", "*1", "#1", "1 2",
	} {
		spelled := len(argument.FileSpellings(value)) + len(argument.NumberSpellings(value)) + len(argument.EscapeSpellings(value))
		if spelled > 0 && !argument.MayBeSpelledOtherwise(value) {
			t.Errorf("%q has %d spellings", value, spelled)
		}
	}
	for _, value := range []string{"", "a", "1900", "a/b", "abcDEF"} {
		if argument.MayBeSpelledOtherwise(value) {
			t.Errorf("%q is not plain", value)
		}
	}
}
