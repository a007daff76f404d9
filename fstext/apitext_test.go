package fstext

import (
	"strings"
	"testing"
)

// TestTrimBlanks puts every byte at both ends of a text.
func TestTrimBlanks(t *testing.T) {
	for c := range 256 {
		b := string([]byte{byte(c)})
		for _, s := range []string{"", b, b + b, b + "a" + b, " " + b + "a b" + b + "\t"} {
			if got, want := TrimBlanks(s), strings.Trim(s, " \t\r\n\v"); got != want {
				t.Errorf("TrimBlanks(%q) = %q, want %q", s, got, want)
			}
		}
	}
}
