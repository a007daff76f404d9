package argument_test

import (
	"strings"
	"testing"

	"eslguard/argument"
)

// spansOf returns value without its brackets ⟦ and ⟧, and the spans between these, which are what
// wildcards matched.
func spansOf(value string) (token string, spans []argument.Span) {
	if !strings.Contains(value, "⟦") {
		return value, argument.Whole(value)
	}
	for value != "" {
		before, rest, found := strings.Cut(value, "⟦")
		token += before
		if !found {
			break
		}
		inner, after, _ := strings.Cut(rest, "⟧")
		spans = append(spans, argument.Span{Start: len(token), End: len(token) + len(inner)})
		token += inner
		value = after
	}
	return token, spans
}

// TestHarm checks values that a wildcard matched as a whole or, between ⟦ and ⟧, in part. why is a
// part of the explanation, "" for a harmless value.
func TestHarm(t *testing.T) {
	for _, tt := range []struct {
		typ        argument.Type
		value, why string
	}{
		{argument.TypeText, "Hello, \"world\" ${x}!", ""},
		{argument.TypeText, "Grüße", ""},
		{argument.TypeText, "a\nb", "a line feed"},
		{argument.TypeText, "a\tb", "a tab"},
		{argument.TypeText, "a\x7fb", "a control character"},
		{argument.TypeText, "a\u0085b", "a control character"},
		{argument.TypeText, "a\x85b", "a control character"}, // in Latin-1
		{argument.TypeText, "a\u202eb", "a control character"},
		{argument.TypeText, "a\n⟦b⟧", ""}, // the rule spells the line feed
		{argument.TypeNested, "a\nb", ""},
		{argument.TypeNever, "", ""},
		{argument.TypeNever, "a", "must be spelled"},
		{argument.TypeNever, "a⟦⟧", ""},

		{argument.TypeWord, "internal-1", ""},
		{argument.TypeWord, "münchen", ""},
		{argument.TypeWord, "a→b", "no letter"},
		{argument.TypeWord, "a b", "a space"},
		{argument.TypeWord, strings.Repeat("a", 257), "longer than 256 bytes"},
		{argument.TypeWord, "a://b", "/"},
		{argument.TypeWord, "a.⟦http⟧", "opens as a stream"},
		{argument.TypeWord, "a.http⟦⟧", ""},
		{argument.TypeWords, "a://b", "://"},
		{argument.TypeWords, "a, b|c", ""},

		{argument.TypeNumber, "-4.5", ""},
		{argument.TypeNumber, "1-2", "a sign"},
		{argument.TypeNumber, "1⟦2⟧-3", ""},
		{argument.TypeNumber, "1e9", "e, which is not plain in a number"},
		{argument.TypeChannel, "5d1b9f3c-7d0a", ""},
		{argument.TypeChannel, "ALL", "the word all"},
		{argument.TypeChannel, "a⟦ll⟧", "the word all"},

		{argument.TypeURI, "⟦1000⟧@pbx.example", ""},
		{argument.TypeURI, "1000@⟦pbx⟧", "the host"},
		{argument.TypeURI, "⟦1000⟧", "the host"},
		{argument.TypeURL, "http://pbx.example/⟦a⟧", ""},
		{argument.TypeURL, "http://pbx.example⟦/a⟧", "the host must be spelled"},
		{argument.TypeURL, "http://⟦pbx⟧/a", "the host must be spelled"},
		{argument.TypeURL, "pbx/⟦a⟧", ""},
		{argument.TypeURL, "http://pbx/⟦%2e%2e⟧/x", "a percent escape"},
		{argument.TypeURL, "http://pbx/a⟦..⟧", "it holds .."},

		{argument.TypeFile, "prompts/a.wav", ""},
		{argument.TypeFile, "Grüße.wav", ""},
		{argument.TypeFile, "a", ""},
		{argument.TypeFile, "/a", "below no folder"},
		{argument.TypeFile, "/⟦a⟧", ""},
		{argument.TypeFile, "/rec/⟦a⟧.wav", ""},
		{argument.TypeFile, "⟦a⟧.http", ""}, // the rule spells the stream
		{argument.TypeFile, "a.⟦http⟧", "opens as a stream"},
		{argument.TypeFile, "a.⟦shell_stream⟧", "runs a program"},
		{argument.TypeFile, "a.⟦exe⟧", "no ending of a plain file"},
		{argument.TypeFile, "a.⟦WaV⟧", "no ending of a plain file"},
		{argument.TypeFile, "/rec/.⟦.⟧/a.wav", "it holds .."},
		{argument.TypeFile, "/rec/../⟦a⟧.wav", ""}, // the rule spells the detour
		{argument.TypeFile, "/rec/⟦⟧/a.wav", ""},
		{argument.TypeFile, "a/⟦/⟧b.wav", "it holds //"},
		{argument.TypeFile, "a@⟦@1⟧.wav", "it holds @@"},
		{argument.TypeFile, "local_stream://⟦moh⟧", ""},
		{argument.TypeFile, "local_stream://⟦a/../b⟧", "it holds .."},
		{argument.TypeFile, "http://pbx/⟦a⟧.wav", ""},
		{argument.TypeFile, "http://pbx/a.⟦shell_stream⟧", "runs a program"},
		{argument.TypeFile, "http://⟦pbx⟧/a", "the host must be spelled"},
		{argument.TypeFile, "mystream://⟦a⟧", "nothing is known of the stream"},
		{argument.TypeFile, "http://⟦file⟧://a", "the name of the stream must be spelled"},
		{argument.TypeFolder, "archive/2026", ""},
		{argument.TypeFolder, "/archive", "begins with a slash"},
		{argument.TypeFolder, "/archive/⟦2026⟧", ""},
		{argument.TypeFolder, "a/.⟦.⟧", "it holds .."},

		{argument.TypeHeader, "50% off", ""},
		{argument.TypeHeader, "a%0d%0ab", "a percent escape stands for a carriage return"},
		{argument.TypeHeader, "a%250ab", "a percent escape stands for a line feed"},
		{argument.TypeHeader, strings.Repeat("%25", 9) + "0a", "a percent escape"},
		{argument.TypeHeader, "%" + strings.Repeat("25", 9) + "41", "nested too deep"},
		{argument.TypeName, "Ann O'Neill", ""},
		{argument.TypeName, "a%22b", `a percent escape stands for "`},
		{argument.TypeTemplate, "pbx.example.org", ""},
		{argument.TypeTemplate, "a:⟦_:⟧b", "it holds :_:"},
		{argument.TypeTemplate, "a%3a_%3ab", "a percent escape stands for :_:"},
		{argument.TypeTemplate, "a%2cb", "a percent escape stands for a comma"},
		{argument.TypeXML, "a<b", "<, which"},
		{argument.TypeSQL, "a'b", "', which"},
		{argument.TypeRegex, "a.b", "., which"},
	} {
		token, spans := spansOf(tt.value)
		why := strings.ReplaceAll(tt.why, ", which", ", which")
		got := argument.SetOf(tt.typ).Harm(token, spans)
		if why == "" && got != "" || !strings.Contains(got, why) {
			t.Errorf("%s %q: got %q, want %q", tt.typ, tt.value, got, why)
		}
	}
}

// TestHarmOfSets checks that a value has to be harmless for every type of a set, and that the zero
// TypeSet is text.
func TestHarmOfSets(t *testing.T) {
	both := argument.SetOf(argument.TypeTemplate, argument.TypeXML)
	for value, harmless := range map[string]bool{"a b": true, "a,b": false, "a&b": false} {
		if got := both.Harm(value, argument.Whole(value)); (got == "") != harmless {
			t.Errorf("%q: %q", value, got)
		}
	}
	if got := argument.TypeSet(0).Harm("a\nb", argument.Whole("a\nb")); got == "" {
		t.Error("a line feed is harmless for the zero TypeSet")
	}
}

// TestHarmIsSafeToPrint checks that explanations do not repeat much of a value, and no control
// characters.
func TestHarmIsSafeToPrint(t *testing.T) {
	for _, value := range []string{
		"a." + strings.Repeat("x", 1000), strings.Repeat("x", 900) + "://a", "\x1b[31m", "a\x00", "a.\x1b[31m", strings.Repeat("\u202e", 100),
	} {
		for _, typ := range argument.Types() {
			why := argument.SetOf(typ).Harm(value, argument.Whole(value))
			if len(why) > 120 || strings.ContainsAny(why, "\x00\x1b\u202e") {
				t.Errorf("%s %.20q: %q", typ, value, why)
			}
		}
	}
}

func TestTypes(t *testing.T) {
	for _, typ := range argument.Types() {
		if got, ok := argument.ParseType(typ.String()); !ok || got != typ {
			t.Errorf("ParseType(%q) = %v, %v", typ.String(), got, ok)
		}
		if s := argument.SetOf(typ); !s.Has(typ) || len(s.Types()) != 1 || s.Types()[0] != typ {
			t.Errorf("the set of %s has the types %v", typ, s.Types())
		}
	}
	for _, name := range []string{"", "File", "files"} {
		if got, ok := argument.ParseType(name); ok || got != argument.TypeNever {
			t.Errorf("ParseType(%q) = %v, %v", name, got, ok)
		}
	}
	if unknown := argument.Type(200); unknown.String() != "never" || unknown.Harmless() != argument.TypeNever.Harmless() {
		t.Errorf("an unknown type is %s", unknown)
	}
	zero := argument.TypeSet(0)
	if !zero.Has(argument.TypeText) || zero.Has(argument.TypeFile) || len(zero.Types()) != 1 || zero.Types()[0] != argument.TypeText {
		t.Errorf("the zero TypeSet has the types %v", zero.Types())
	}
	if both := argument.SetOf(argument.TypeText, argument.TypeXML); !both.Has(argument.TypeText) || len(both.Types()) != 2 {
		t.Errorf("text and XML are the types %v", both.Types())
	}
}
