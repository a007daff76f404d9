package ascii

import (
	"strings"
	"testing"
)

// kelvin and longS are letters that Unicode folds to k and s, and FreeSWITCH does not.
const (
	kelvin = "\u212a"
	longS  = "\u017f"
)

func TestLower(t *testing.T) {
	for c := range 256 {
		want := byte(c)
		if 'A' <= c && c <= 'Z' {
			want += 'a' - 'A'
		}
		if got := Lower(byte(c)); got != want {
			t.Errorf("Lower(%q) = %q, want %q", byte(c), got, want)
		}
	}
}

func TestToLower(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"abc-1", "abc-1"},
		{"ABC", "abc"},
		{"aBcD", "abcd"},
		{"@AZ[`az{", "@az[`az{"}, // the neighbours of the letters
		{"ÄÉ", "ÄÉ"},
		{kelvin + "K" + longS, kelvin + "k" + longS},
		{"\xc1\xff", "\xc1\xff"}, // not UTF-8
	} {
		if got := ToLower(tt.text); got != tt.want {
			t.Errorf("ToLower(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	if n := testing.AllocsPerRun(10, func() { ToLower("uuid_send_dtmf") }); n != 0 {
		t.Errorf("a text in lower case costs %.0f allocations", n)
	}
}

func TestEqualFold(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"abc", "ABC", true},
		{"aBc", "AbC", true},
		{"a-1", "A-1", true},
		{"abc", "abd", false},
		{"abc", "ab", false},
		{"", "a", false},
		{"@", "`", false}, // they differ by the bit that letters of another case differ by
		{"[", "{", false},
		{"_", "\x7f", false},
		{"ä", "Ä", false},
		{"k", kelvin, false},
		{"s", longS, false},
	} {
		if EqualFold(tt.a, tt.b) != tt.want || EqualFold(tt.b, tt.a) != tt.want {
			t.Errorf("EqualFold(%q, %q) is not %v both ways", tt.a, tt.b, tt.want)
		}
		if got := EqualFold([]byte(tt.a), tt.b); got != tt.want {
			t.Errorf("EqualFold of the bytes %q and %q = %v", tt.a, tt.b, got)
		}
	}
}

func TestHasPrefixFold(t *testing.T) {
	for _, tt := range []struct {
		s, prefix string
		want      bool
	}{
		{"", "", true},
		{"abc", "", true},
		{"ABC", "ab", true},
		{"abc", "ABC", true},
		{"ab", "abc", false},
		{"xab", "ab", false},
		{kelvin, "k", false},
	} {
		if got := HasPrefixFold(tt.s, tt.prefix); got != tt.want {
			t.Errorf("HasPrefixFold(%q, %q) = %v", tt.s, tt.prefix, got)
		}
	}
}

// TestIndexFold looks for words with and without a byte that has no case, in any place and case.
// ContainsFold must agree with it.
func TestIndexFold(t *testing.T) {
	texts := []string{
		"", "_", "a", "A_B", "xa_b", "xA_", "_a_b", "a_a_B", "aa_b_", "a_", "unload", "reUNLOAD mod", "unloa", "UNLOAD",
		"mod_event_socket", "mod_mod_EVENT_socket", "Mod_Event_Sockets", "mod_event_socke", "_event_socket",
		"aab", "A-b", "API-COMMAND", "xapi-api-command", "un\x00load", "\x15\x0eload",
	}
	for _, text := range texts {
		for _, word := range []string{"a", "a_b", "_b", "a_", "unload", "mod_event_socket", "ab", "api-command", "-", "q"} {
			want := strings.Index(strings.ToLower(text), word)
			for _, w := range []string{word, strings.ToUpper(word)} {
				if got := IndexFold(text, w); got != want {
					t.Errorf("IndexFold(%q, %q) = %d, want %d", text, w, got, want)
				}
			}
			if got := ContainsFold([]byte(text), word); got != (want >= 0) {
				t.Errorf("ContainsFold(%q, %q) = %v, want %v", text, word, got, want >= 0)
			}
		}
	}
	if got := IndexFold("abc", ""); got != 0 {
		t.Errorf("the empty word is at %d", got)
	}
	if got := IndexFold("x"+kelvin, "k"); got != -1 {
		t.Errorf("k is found in the Kelvin sign, at %d", got)
	}
}

func TestContainsEqualFold(t *testing.T) {
	list := []string{"alpha", "Beta"}
	for s, want := range map[string]bool{"alpha": true, "ALPHA": true, "beta": true, "alph": false, "alphabeta": false, "": false} {
		if got := ContainsEqualFold(list, s); got != want {
			t.Errorf("ContainsEqualFold(%q, %q) = %v", list, s, got)
		}
	}
	if ContainsEqualFold(nil, "") {
		t.Error("an empty list contains the empty text")
	}
}

func TestIsAlphanumeric(t *testing.T) {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for i := range 256 {
		c := byte(i)
		digit, letter := strings.IndexByte(digits, c) >= 0, strings.IndexByte(letters, c) >= 0
		if IsDigit(c) != digit || IsAlphanumeric(c) != (digit || letter) {
			t.Errorf("%q: IsDigit %v, IsAlphanumeric %v", c, IsDigit(c), IsAlphanumeric(c))
		}
	}
}
