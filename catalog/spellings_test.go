package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
)

// TestSpellings checks the other spellings of a leg's number, and that there are few of them for
// every number.
func TestSpellings(t *testing.T) {
	const gateway = "sofia/gateway/acme/"
	spellings := func(number string) []string {
		e := effect.Effect{Kind: effect.KindDial, Name: gateway + number}
		list := catalog.Spellings(&e, -1)
		for i := range list {
			list[i] = strings.TrimPrefix(list[i], gateway)
		}
		return list
	}
	for _, tt := range []struct {
		number string
		want   []string
	}{
		{"1900", nil},
		{"name", nil},
		{"first.name", nil},
		{"#name", nil},
		{"1900#", []string{"1900"}},
		{"1-9#0", []string{"19#0", "190", "0"}},
		{"0190", []string{"190"}},
		{"00490", []string{"490", "+490", "00490", "011490"}},
		{"0+49", []string{"049", "49", "+49", "0049", "01149"}},
		{"#31#49", []string{"3149", "3149", "49"}},
		{"01149", []string{"1149", "49", "+49", "0049", "01149"}},
	} {
		if got := spellings(tt.number); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.number, got, tt.want)
		}
	}
	for _, unit := range []string{"#", "#1", "+0", "0", "011", "*011#", "#00+11", "%230", "1"} {
		if n := len(spellings("+0" + strings.Repeat(unit, 200))); n > 100 {
			t.Errorf("%d spellings of a number of %q", n, unit)
		}
	}
}
