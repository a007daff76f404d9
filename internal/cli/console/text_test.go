package console

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestShown(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"api status", "api status"},
		{`say "hello" \ 1`, `say "hello" \ 1`},
		{"café", "café"},
		{"two\nlines", `"two\nlines"`},
		{"\x1b[31mred", `"\x1b[31mred"`},
		{"\xff", `"\xff"`},
		{"left\u202eright", `"left\u202eright"`},
	} {
		if got := Shown(c.text); got != c.want {
			t.Errorf("%q is shown as %s, want %s", c.text, got, c.want)
		}
	}
	long := string(make([]byte, 10*maxShown))
	if got := len(Bounded(long)); got > maxShown+len("…") {
		t.Errorf("%d bytes are shown, at most %d may be", got, maxShown)
	}
}

func TestBoundedCutsWholeCharacters(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{strings.Repeat("x", maxShown), strings.Repeat("x", maxShown)},
		{strings.Repeat("x", maxShown+1), strings.Repeat("x", maxShown) + "…"},
		{strings.Repeat("x", maxShown-1) + "é", strings.Repeat("x", maxShown-1) + "…"},
	} {
		if got := Bounded(c.text); got != c.want {
			t.Errorf("%d bytes become %q, want %q", len(c.text), got, c.want)
		}
	}
}

func TestCounts(t *testing.T) {
	for _, c := range []struct {
		n               int
		plural, wasWere string
	}{
		{0, "0 lines", "0 lines were"}, {1, "1 line", "1 line was"}, {2, "2 lines", "2 lines were"},
	} {
		if got := Plural(c.n, "line"); got != c.plural {
			t.Errorf("%d: %q, want %q", c.n, got, c.plural)
		}
		if got := WasWere(c.n, "line"); got != c.wasWere {
			t.Errorf("%d: %q, want %q", c.n, got, c.wasWere)
		}
	}
}

func TestIndent(t *testing.T) {
	for text, want := range map[string]string{"": "  ", "a": "  a", "a\nb": "  a\n  b", "a\n\nb": "  a\n  \n  b"} {
		if got := Indent(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestEscapeJSON(t *testing.T) {
	for _, s := range []string{"plain", "é", "a\u009bb\u202ec\U000e0001d"} {
		line, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		got := EscapeJSON(line)
		if err := json.Unmarshal(got, &back); err != nil || back != s || strings.ContainsAny(string(got), "\u009b\u202e\U000e0001") {
			t.Errorf("%q is written %q, read as %q", s, got, back)
		}
	}
}

func TestQuoteJSON(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, `a"b\`: `"a\"b\\"`, "a<b>&c": `"a<b>&c"`, "é": `"é"`, "a\x1bb\u202e": `"a\u001bb\u202e"`, "\U000e0001": `"\udb40\udc01"`,
	} {
		if got := QuoteJSON(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
