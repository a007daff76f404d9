package redact

import (
	"testing"
)

func TestUnescape(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want rune
		n    int
	}{
		{"%70x", 'p', 3}, {"%7", 0, 0}, {"%zz", 0, 0}, {"%2570", 'p', 5}, {"%25252570", 'p', 9}, {"%25", '%', 3}, {"%25x", '%', 3},
		{`\u0070x`, 'p', 6}, {`\\u0070`, 'p', 7}, {`\x70`, 'p', 4}, {`\u00`, 0, 0}, {`\n`, 0, 0}, {`\/`, '/', 2}, {`\`, 0, 0},
		{"&#x70;", 'p', 6}, {"&#112;x", 'p', 6}, {"&quot;", '"', 6}, {"&apos;", '"', 6}, {"&amp;", '&', 5}, {"&lt;", 0, 0}, {"&nbsp;", 0, 0}, {"&#;", 0, 0},
		{"&#x;", 0, 0}, {"&#1a;", 0, 0}, {"&", 0, 0}, {"&#0000000000112;", 0, 0},
	} {
		c, n := unescape(tt.in)
		if n != tt.n || n > 0 && c != tt.want {
			t.Errorf("%q: %q, %d, want %q, %d", tt.in, c, n, tt.want, tt.n)
		}
	}
}

func TestDecoded(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"p%69n%3D1", "pin=1"},
		{"a%20b", "a\x02b"},
		{"a%22b", "a\x03b"},
		{"a%2Fb", "a\x04b"},
		{"a%0Ab", "a\x01b"},
		{"100%", "100%"},
		{"&lt;a&gt;", "&lt;a&gt;"},
		{"&lt;a/&gt;", "<a/>"},
		{"<&lt;a/&gt;", "<&lt;a/&gt;"},
	} {
		got, at := decoded(tt.in)
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
		if (at == nil) != !hasEscape(tt.in) || at != nil && (len(at) != len(got)+1 || int(at[len(got)]) != len(tt.in)) {
			t.Errorf("%q: the indexes are %v", tt.in, at)
		}
	}
}

func TestWordEnd(t *testing.T) {
	for _, tt := range []struct {
		in    string
		cases bool
		want  string
	}{
		{"a_b", false, "a"}, {"a-b", true, "a"}, {"a.b", false, "a"}, {"thePin", true, "the"}, {"thePin", false, "thePin"}, {"PINCode", true, "PIN"},
		{"PIN", true, "PIN"}, {"pin2", true, "pin2"}, {"", true, ""}, {"_a", true, ""},
	} {
		if got := tt.in[:wordEnd(tt.in, tt.cases)]; got != tt.want {
			t.Errorf("%q, %v: %q, want %q", tt.in, tt.cases, got, tt.want)
		}
	}
}

func TestSlashes(t *testing.T) {
	for in, want := range map[string]int{"//a": 2, `\/\/a`: 4, "\x04\x04": 2, "/": 0, "": 0, "/\x04": 0, `\//`: 0} {
		if got := slashes(in); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abc", 2, "ab"}, {"aé", 2, "a"}, {"aé", 3, "aé"}, {"€", 2, ""}, {"a😀", 4, "a"}, {"", 0, ""},
		{"\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"}, // not UTF-8: it is cut anywhere
	} {
		if got := Clip(tt.in, tt.n); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}
