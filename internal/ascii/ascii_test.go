package ascii

import (
	"strings"
	"testing"
)

// TestIndexFold looks for words with and without a byte that has no case, at every place.
func TestIndexFold(t *testing.T) {
	texts := []string{
		"", "_", "a", "A_B", "xa_b", "xA_", "_a_b", "a_a_B", "aa_b_", "a_", "unload", "reUNLOAD mod", "unloa", "UNLOAD",
		"mod_event_socket", "mod_mod_EVENT_socket", "Mod_Event_Sockets", "mod_event_socke", "_event_socket",
	}
	for _, text := range texts {
		for _, word := range []string{"a", "a_b", "_b", "a_", "unload", "mod_event_socket"} {
			if got, want := IndexFold(text, word), strings.Index(strings.ToLower(text), word); got != want {
				t.Errorf("IndexFold(%q, %q) = %d, want %d", text, word, got, want)
			}
		}
	}
}
