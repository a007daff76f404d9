package learn

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
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
		{effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueScript}, false, "its effects are unknown"},
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

// TestNumbersRecur: a range is proposed only for numbers that occur again and again, not for those
// of a counter.
func TestNumbersRecur(t *testing.T) {
	for _, tt := range []struct {
		name string
		seen string
		want bool
	}{
		{"each once", "1 2 3 4 5", false},
		{"a round trip", "1 2 3 4 5 1 2 3 4 5", true},
		{"at random", "3 1 5 2 4 1 3 5 5 2", true},
		{"each several times in a row", "1 1 1 2 2 2 3 3 3", false},
		{"a counter with overlaps", "1 2 1 3 2 4 3 5 4 6 5", false},
		{"the largest comes late", "1 2 3 1 2 3 9", false},
		{"the smallest comes late", "5 6 7 5 6 7 5 1", false},
		{"half of them recur", "1 4 2 3 1 4", true},
		{"fewer than half", "1 5 2 3 4 1 1", false},
	} {
		byText := make(map[string][]*shape)
		for _, s := range shapesOf(t, strings.Fields(tt.seen)...) {
			byText[s.tokens[0]] = append(byText[s.tokens[0]], s)
		}
		texts := slices.Sorted(maps.Keys(byText))
		if got := numbersRecur(texts, byText, texts[0], texts[len(texts)-1]); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestPattern: the pattern that is proposed for texts.
func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		name      string
		telephone bool
		seen      string
		want      string
	}{
		{"nothing in common", false, "a b c d e", "*"},
		{"a prefix", false, "ab-1x ab-2x ab-3x", "ab-*"},
		{"a special prefix", false, "a*1x a*2x", `a\*` + "*"},
		{"a whole character", false, "aäx aåy", "a*"}, // ä and å have their first byte in common
		{"a folder", false, "/rec/ab1 /rec/ab2", "/rec/*"},
		{"numbers", false, "100 101 102", "<0-999999>"},
		{"numbers that recur", false, "100 101 102 100 101 102", "<100-102>"},
		{"long numbers", false, "1234567 1234568", "123456<digits 1>"},
		{"telephone numbers", true, "100 101 102", "10<digits 1>"},
		{"extensions that recur", true, "100 101 102 100 101 102", "<100-102>"},
		{"with a country code", true, "+4930123 +49401234", "+49<digits 5-6>"},
		{"an outlier", false, "/r/a /r/b /r/c /r/d /r/e x", "/r/*"},
	} {
		byText := make(map[string][]*shape)
		for _, s := range shapesOf(t, strings.Fields(tt.seen)...) {
			byText[s.tokens[0]] = append(byText[s.tokens[0]], s)
		}
		texts := slices.Sorted(maps.Keys(byText))
		if got := (&generalizer{telephone: tt.telephone}).pattern(texts, byText); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCommonPrefix(t *testing.T) {
	for texts, want := range map[string]string{"a": "a", "abc abd": "ab", "ab a abc": "a", "a b": "", "same same": "same"} {
		if got := commonPrefix(strings.Fields(texts)); got != want {
			t.Errorf("%s: %q, want %q", texts, got, want)
		}
	}
}

func TestShapeOf(t *testing.T) {
	const id, uuidShape, redactedShape = someID, string(rune(pattern.ShapeUUID)), string(rune(pattern.ShapeRedacted))
	for _, tt := range []struct {
		token  string
		hidden bool
		want   string
	}{
		{"", false, ""},
		{id, false, uuidShape},
		{"a" + id + id + "b", false, "a" + uuidShape + uuidShape + "b"},
		{id[1:], false, id[1:]},
		{"[redacted]", false, "[redacted]"},
		{"[redacted]/" + id, true, redactedShape + "/" + uuidShape},
	} {
		if got := shapeOf(tt.token, tt.hidden); got != tt.want {
			t.Errorf("%q, %v: %q, want %q", tt.token, tt.hidden, got, tt.want)
		}
	}
}

func TestSpellable(t *testing.T) {
	for token, want := range map[string]bool{
		"": true, "a b": true, "ä": true, "a\nb": false, "\xff": false, "a\u202eb": false,
		strings.Repeat("x", pattern.MaxPattern/2):   true,
		strings.Repeat("x", pattern.MaxPattern/2+1): false,
	} {
		if got := spellable(token); got != want || unspellable(token) == want {
			t.Errorf("%.20q: %v", token, got)
		}
	}
}

// TestIsRedacted: a text that looks like a redaction is one only if the record names its secret.
func TestIsRedacted(t *testing.T) {
	for _, tt := range []struct {
		tokens   string
		redacted []string
		want     bool
	}{
		{"pin [redacted:k3]", []string{"pin"}, true},
		{"PIN [redacted:k3]", []string{"Pin"}, true},
		{"pin [redacted:k3]", nil, false},
		{"pin [redacted:k3]", []string{"password"}, false},
		{"[redacted:k3] pin", []string{"pin"}, false}, // the name comes before the secret
		{"a http://u:[redacted]@x", []string{"url"}, true},
		{"a u:[redacted]@x", []string{"url"}, false},
		{"pin 1234", []string{"pin"}, false},
	} {
		e := effect.Effect{Kind: effect.KindAPI, Name: "x", Tokens: strings.Fields(tt.tokens)}
		if got := isRedacted(&e, tt.redacted); got != tt.want {
			t.Errorf("%s, %q: %v", tt.tokens, tt.redacted, got)
		}
	}
}

func TestSecretEnd(t *testing.T) {
	for text, want := range map[string]int{
		"]": 1, "]x": 1, ":k3v9]": 6, ":K]x": 3, ":]": 0, ":a b]": 0, ":abc": 0, "": 0, "x]": 0, ":": 0,
	} {
		if got := secretEnd(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestHasLearnableChild: a nested effect is recognised by its path.
func TestHasLearnableChild(t *testing.T) {
	parent := effect.Effect{Kind: effect.KindAPI, Name: "originate", Path: "api originate"}
	for _, tt := range []struct {
		name  string
		after effect.Effect
		want  bool
	}{
		{"an application within", effect.Effect{Kind: effect.KindApp, Path: "api originate > app park"}, true},
		{"a leg of the same path", effect.Effect{Kind: effect.KindDial, Path: "api originate"}, true},
		{"a variable deeper", effect.Effect{Kind: effect.KindVar, Path: "api originate > app set"}, true},
		{"the same API again", effect.Effect{Kind: effect.KindAPI, Path: "api originate"}, false},
		{"another API", effect.Effect{Kind: effect.KindAPI, Path: "api originate2 > app park"}, false},
		{"an opaque one", effect.Effect{Kind: effect.KindOpaque, Path: "api originate > app park"}, false},
	} {
		if got := hasLearnableChild([]effect.Effect{tt.after}, &parent); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if hasLearnableChild(nil, &parent) {
		t.Error("an effect without others has a child")
	}
}
