package effect

import "testing"

func TestClass(t *testing.T) {
	for c := ClassStatus; c <= ClassNested; c++ {
		if got, ok := ParseClass(c.String()); !ok || got != c {
			t.Errorf("ParseClass(%q) = %v, %v", c.String(), got, ok)
		}
	}
	for _, s := range []string{"", "Status", "@status", "any"} {
		if got, ok := ParseClass(s); ok || got != ClassNone {
			t.Errorf("ParseClass(%q) = %v, %v; want none", s, got, ok)
		}
	}
}
