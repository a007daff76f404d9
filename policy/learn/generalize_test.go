package learn

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
)

func TestNumberRange(t *testing.T) {
	for texts, want := range map[string]string{
		"1000 1001 999": "999-1001", "7": "7-7", "0 10": "0-10", "1000 a": "", "1000 0100": "", "1000 -1": "", "1234567 1": "", "+1 2": "",
	} {
		low, high, ok := numberRange(strings.Fields(texts))
		got := ""
		if ok {
			got = low + "-" + high
		}
		if got != want {
			t.Errorf("%s: %q, want %q", texts, got, want)
		}
	}
}

func TestDigitsOf(t *testing.T) {
	for texts, want := range map[string]string{
		"1000 1001 1002":     "100<digits 1>",
		"+4930123 +49401234": "+49<digits 5-6>",
		"+4930 4930":         "",
		"49301 49":           "4<digits 1-4>",
		"1 2":                "<digits 1>",
		"12a 12b":            "",
		"12+3 12+4":          "",
	} {
		got, ok := digitsOf(strings.Fields(texts))
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v, want %q", texts, got, ok, want)
		}
	}
}

// TestWithoutOutliers: the few texts that begin differently from all others are left out.
func TestWithoutOutliers(t *testing.T) {
	many := []string{"4930001", "4930002", "4930003", "4930004", "4930005", "4930006", "4930007", "4930008"}
	for _, tt := range []struct {
		name string
		odd  []string
		left bool
	}{
		{"none", nil, false},
		{"one", []string{"911"}, true},
		{"two", []string{"911", "912"}, true},
		{"too many for so few", []string{"911", "912", "913"}, false},
		{"one that begins almost the same", []string{"493000"}, false},
	} {
		texts := slices.Sorted(slices.Values(append(slices.Clone(many), tt.odd...)))
		want := texts
		if tt.left {
			want = many
		}
		if got := withoutOutliers(texts); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tt.name, got, want)
		}
	}
}

func TestWithoutSecrets(t *testing.T) {
	secret := string(rune('\x02'))
	for token, want := range map[string]string{
		"abc": "abc", "[redacted]": secret, "a=[redacted] b": "a=" + secret + " b", "[redacted:k3v9]": secret, "[redacted:]": "[redacted:]",
		"[redacted": "[redacted", "[redacted:a b]": "[redacted:a b]", "[redacted][redacted:x]": secret + secret,
	} {
		if got := withoutSecrets(token); got != want {
			t.Errorf("%q: %q, want %q", token, got, want)
		}
	}
}

// TestIsPureWrapper: only an effect that does nothing but run nested effects is a pure wrapper.
func TestIsPureWrapper(t *testing.T) {
	builtin := catalog.Builtin()
	for _, tt := range []struct {
		kind   effect.Kind
		name   string
		tokens []string
		wraps  bool
		want   bool
	}{
		{effect.KindAPI, "originate", []string{"user/1", "&park"}, true, true},
		{effect.KindAPI, "originate", []string{"user/1", "&park"}, false, false},
		// its subcommands do other things as well
		{effect.KindAPI, "conference", []string{"a", "bgdial", "user/1"}, true, false},
		{effect.KindAPI, "status", nil, true, false},
	} {
		e := effect.Effect{Kind: tt.kind, Name: tt.name, Tokens: tt.tokens}
		e.Class, _ = builtin.Class(tt.kind, tt.name)
		if got := isPureWrapper(&e, tt.wraps); got != tt.want {
			t.Errorf("%s, which wraps others: %v; is a pure wrapper: %v, want %v", e.String(), tt.wraps, got, tt.want)
		}
	}
}

func TestUnlearnable(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		open   bool
		want   string // in the reason; "" for an effect that is learnt
	}{
		{effect.Effect{Kind: effect.KindAPI, Name: "status"}, false, ""},
		{effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueScript}, false, "nobody can tell what it does"},
		{effect.Effect{Kind: effect.KindHandover, Name: "10.0.0.1:8040"}, false, "it hands the switch to that host"},
		{effect.Effect{}, false, "it is of no known kind"},
		{effect.Effect{Kind: effect.KindAPI, Name: "system", Class: effect.ClassExec}, false, "it runs programs or scripts"},
		{effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"a\nb"}}, false, "a rule cannot spell it"},
		{effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"a\nb"}}, true, ""},
		{effect.Effect{Kind: effect.KindAPI, Name: "a\nb"}, true, "a rule cannot spell it"},
	} {
		got := unlearnable(&tt.effect, tt.open)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.effect.String(), got, tt.want)
		}
	}
}
