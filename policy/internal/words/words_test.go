package words

import (
	"slices"
	"strings"
	"testing"
)

func TestClip(t *testing.T) {
	long := strings.Repeat("a", maxQuoted)
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{long, long},
		{long + "b", long + "…"},
		{long[1:] + "ä", long[1:] + "…"}, // whole characters only
	} {
		if got := Clip(tt.text); got != tt.want {
			t.Errorf("Clip(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	if rule := strings.Repeat("a", maxHinted); ClipRule(rule) != rule || ClipRule(rule+"b") != rule+"…" {
		t.Errorf("a rule is not clipped at %d bytes", maxHinted)
	}
}

func TestQuoteAndPrintable(t *testing.T) {
	for _, tt := range []struct{ text, quoted, printable string }{
		{"acme", `"acme"`, "acme"},
		{"a b", `"a b"`, "a b"},
		{`a"b`, `"a\"b"`, `"a\"b"`},
		{`a\b`, `"a\\b"`, `"a\\b"`},
		{"a\nb", `"a\nb"`, `"a\nb"`},
		{"ä", `"ä"`, `"ä"`},
		{"", `""`, ""},
	} {
		if got := Quote(tt.text); got != tt.quoted {
			t.Errorf("Quote(%q) = %s, want %s", tt.text, got, tt.quoted)
		}
		if got := Printable(tt.text); got != tt.printable {
			t.Errorf("Printable(%q) = %s, want %s", tt.text, got, tt.printable)
		}
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"abc-1", "abc-1"}, {"ABC", "abc"}, {"aÄ", "aÄ"}, {"\u017fK\u212a", "\u017fk\u212a"}, {"[@Z`{", "[@z`{"},
	} {
		if got := string(AppendFold([]byte("X"), tt.text)); got != "X"+tt.want {
			t.Errorf("AppendFold(X, %q) = %q, want X%s", tt.text, got, tt.want)
		}
		if !EqualFold(tt.text, tt.want) || EqualFold(tt.text+"x", tt.want) {
			t.Errorf("EqualFold(%q) is wrong for %q or for a longer text", tt.text, tt.want)
		}
	}
	// EqualFold compares as FreeSWITCH does, ContainsFold under Unicode folding.
	if EqualFold("\u212a", "k") || !ContainsFold([]string{"a", "k"}, "\u212a") || ContainsFold(nil, "") {
		t.Error("the Kelvin sign must equal k for ContainsFold only")
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "ab", 1}, {"abc", "abcd", 1}, {"abc", "axc", 1}, {"abc", "acb", 1},
		{"originate", "orignate", 1}, {"status", "statsu", 1}, {"kitten", "sitting", 3}, {"", "abc", 3},
	} {
		if got, back := Distance(tt.a, tt.b), Distance(tt.b, tt.a); got != tt.want || back != tt.want {
			t.Errorf("Distance(%q, %q) = %d, and %d the other way around, want %d", tt.a, tt.b, got, back, tt.want)
		}
	}
	if long := strings.Repeat("a", maxSpelling+1); Distance(long, long) < 1000 || Distance("a", "aaaaaaaaaa") < 1000 {
		t.Error("words that are too long or too unlike are near")
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"status", "show", "shutdown", "INFO", "a"}
	for _, tt := range []struct{ word, want string }{
		{"statsu", `did you mean "status"?`},
		{"Status", `did you mean "status"?`},
		{"info", `did you mean "INFO"?`},
		{"shwo", `did you mean "show"?`},
		{"x", ""}, // replacing its only letter is not near
		{"originate", ""},
		{"", ""},
	} {
		if got := DidYouMean(tt.word, known); got != tt.want {
			t.Errorf("DidYouMean(%q) = %s, want %s", tt.word, got, tt.want)
		}
	}
}

func TestOneEditAway(t *testing.T) {
	has := func(name string) bool { return name == "uuid_kill" || name == "md5" }
	for _, tt := range []struct{ name, want string }{
		{"uuid_kil", "uuid_kill"}, {"uuid_killl", "uuid_kill"}, {"uuid_klil", "uuid_kill"}, {"uuid-kill", "uuid_kill"},
		{"UUID_KILL", "uuid_kill"}, // differs in case only
		{"md", "md5"}, {"uuid_ki", ""}, {"", ""}, {strings.Repeat("a", maxSpelling+1), ""},
	} {
		want := ""
		if tt.want != "" {
			want = "did you mean " + Quote(tt.want) + "?"
		}
		if got := OneEditAway(tt.name, has); got != want {
			t.Errorf("OneEditAway(%q) = %s, want %s", tt.name, got, want)
		}
	}
}

func TestUnprintable(t *testing.T) {
	for text, want := range map[string]string{
		"":           "",
		"äöü €":      "",
		"a\tb":       "a control character, U+0009",
		"a\x7f":      "a control character, U+007F",
		"\u0085":     "a control character, U+0085",
		"a\u2028":    "a character that ends a line, U+2028",
		"\u202eabc":  "a character that changes the direction of what is printed, U+202E",
		"ok\u2066\n": "a character that changes the direction of what is printed, U+2066",
	} {
		if got := Unprintable(text); got != want {
			t.Errorf("Unprintable(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	if got := List([]string{"a", "b c"}); got != `"a", "b c"` {
		t.Errorf("List: %s", got)
	}
	if got := KnownAre([]string{"regex"}); got != `known is "regex"` {
		t.Errorf("KnownAre of one: %s", got)
	}
	if got := KnownAre([]string{"a", "b"}); got != `known are "a", "b"` {
		t.Errorf("KnownAre of two: %s", got)
	}
	if got := Keys(map[string]int{"b": 1, "a": 2}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Keys: %q", got)
	}
}
