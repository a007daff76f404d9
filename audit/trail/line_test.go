package trail

import (
	"strings"
	"testing"

	"eslguard/audit"
)

func TestParseNumber(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want uint64
		rest string
		ok   bool
	}{
		{"0", 0, "", true},
		{"7,", 7, ",", true},
		{"18446744073709551615", 1<<64 - 1, "", true},
		{"18446744073709551616", 0, "", false},
		{"99999999999999999999", 0, "", false},
		{"07", 7, "", false},
		{"00", 0, "", false},
		{"", 0, "", false},
		{"-1", 0, "-1", false},
		{"+1", 0, "+1", false},
		{" 1", 0, " 1", false},
	} {
		n, rest, ok := parseNumber([]byte(tt.in))
		if ok != tt.ok || ok && (n != tt.want || string(rest) != tt.rest) {
			t.Errorf("%q: %d, %q, %v", tt.in, n, rest, ok)
		}
	}
}

func TestParseCount(t *testing.T) {
	for in, ok := range map[string]bool{
		"0": true, "1": true, "9223372036854775806": true, "9223372036854775807": false, "1 ": false, "": false, "01": false, "1x": false,
	} {
		if _, got := parseCount(in); got != ok {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestDecodeHash(t *testing.T) {
	zeros := strings.Repeat("A", audit.HashText)
	for _, tt := range []struct {
		name, in string
		ok       bool
	}{
		{"zeros", zeros, true},
		{"too short", zeros[1:], false},
		{"too long", zeros + "A", false},
		{"with padding", zeros[1:] + "=", false},
		{"another spelling of the last bits", zeros[1:] + "B", false},
		{"a line feed", zeros[2:] + "\nA", false},
		{"the alphabet of URLs", zeros[1:] + "_", false},
		{"empty", "", false},
	} {
		if _, ok := decodeHash([]byte(tt.in)); ok != tt.ok {
			t.Errorf("%s: %v", tt.name, ok)
		}
	}
}

func TestParseLine(t *testing.T) {
	const start = `{"time":"2026-03-01T12:00:00.000000Z","seq":9`
	h, m := strings.Repeat("h", audit.HashText), strings.Repeat("m", audit.HashText)
	for _, tt := range []struct {
		name, in string
		// want is the kind, what was lost and whether there is a MAC; "" if it is not a record.
		want string
	}{
		{"plain", start + `,"kind":"stop","hash":"` + h + `"}`, "stop 0"},
		{"with a MAC", start + `,"kind":"stop","hash":"` + h + `","mac":"` + m + `"}`, "stop 0 mac"},
		{"with lost", start + `,"lost":2,"kind":"stop","hash":"` + h + `"}`, "stop 2"},
		{"lost is zero", start + `,"lost":0,"kind":"stop","hash":"` + h + `"}`, ""},
		{"more lost than there were", start + `,"lost":9,"kind":"stop","hash":"` + h + `"}`, ""},
		{"sequence zero", strings.Replace(start, "9", "0", 1) + `,"kind":"stop","hash":"` + h + `"}`, ""},
		{"no kind", start + `,"kind":"","hash":"` + h + `"}`, ""},
		{"no hash", start + `,"kind":"stop"}`, ""},
		{"a MAC without a hash", start + `,"kind":"stop","mac":"` + m + `"}`, ""},
		{"a short hash", start + `,"kind":"stop","hash":"` + h[1:] + `"}`, ""},
		{"something after it", start + `,"kind":"stop","hash":"` + h + `"} `, ""},
		{"another order", `{"seq":9,"time":"2026-03-01T12:00:00.000000Z","kind":"stop","hash":"` + h + `"}`, ""},
		{"empty", "", ""},
	} {
		var l line
		got := ""
		if l.parse([]byte(tt.in)) {
			got = string(l.kind) + " " + string(rune('0'+l.lost))
			if l.mac != nil {
				got += " mac"
			}
			if want := tt.in[:strings.Index(tt.in, `,"hash"`)]; string(l.body) != want || string(l.hash) != h || l.seq != 9 {
				t.Errorf("%s: the body is %q, want %q", tt.name, l.body, want)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
