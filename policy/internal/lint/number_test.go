package lint

import (
	"testing"
)

// TestWarningsOfNumbers tests the warnings of numbers in the notation of other systems, and the
// hints how to write them here.
func TestWarningsOfNumbers(t *testing.T) {
	const literal = "match only themselves"
	for _, tt := range []struct{ rule, want string }{
		{"dial user/100[0-9]", "write user/100<digits 1>"},
		{"dial user/100[0-4]", "write /user/100[0-4]/"},
		{"dial user/[2-9]*", "write /user/[2-9][0-9]*/"},
		{"dial sofia/gateway/acme/1NXXNXXXXXX", "write /sofia/gateway/acme/1[2-9][0-9]{2}[2-9][0-9]{6}/"},
		{"dial sofia/gateway/acme/_1NXX.", "write /sofia/gateway/acme/1[2-9][0-9]{2}[0-9]+/"},
		{"dial sofia/gateway/acme/_ZXX!", "write /sofia/gateway/acme/[1-9][0-9]{2}[0-9]*/"},
		{"dial user/1000-1099", "write user/<1000-1099>"},
		{"dial user/1XXX", "write user/1<digits 3>"},
		{"dial user/1xxx@pbx.example.org", `write user/1<digits 3>\@pbx.example.org`},
		{"dial user/XXXX", "write user/<digits 4>"},
		{"dial sofia/gateway/*/+49XXX", `write sofia/gateway/*/+49<digits 3>`},
		{"dial loopback/1XXX/default", `write loopback/1<digits 3>/default`},
		{"dial user/1.*", `the dot of "1.*" matches only a dot here (write user/1*)`},
		{"dial user/<1-3>/1XXX", literal},
		{"dialplan XML default 1XXX", "write 1<digits 3>"},
		{"dialplan XML default 100[0-9]", "write 100<digits 1>"},
		{"dialplan XML default _9X.", "write /9[0-9][0-9]+/"},
		{"dialplan XML default 1000-1099", "write <1000-1099>"},
		{"dialplan XML default 1000|[2-9]*", "write a rule of its own for it, with /[2-9][0-9]*/"},

		{"dial user/1???", `the ? of "1???" matches letters too, so more than numbers can be dialled (for digits write user/1<digits 3>)`},
		{"dial user/1?0?", "for digits write /user/1[0-9]0[0-9]/"},
		{"dial user/1?*", `the ? of "1?*" matches letters too`},

		{"dial user/x", ""},
		{"dial user/fax", ""},
		{"dial user/max", ""},
		{"dial user/XX", ""},
		{"dial user/ann-x2", ""},
		{"dial user/door?", ""},
		{"dial user/1?x", ""},
		{"dial sofia/gateway/acme/555-1234", ""},
		{"dial sofia/gateway/1000-1099/1*", ""},
		{"dial sofia/gateway/acme/1<digits 10>", ""},
		{"dial sofia/gateway/acme/<digits 3>", ""},
		{"dial sofia/gateway/acme/<digits>", "any number may be dialled"},
		{"dial sofia/gateway/acme/+<digits 7-15>", "any number may be dialled"},
		{"dialplan XML default <digits>", "any extension may be reached"},
		{"dialplan XML default <digits 4>", ""},
		{"dialplan XML default 1???", ""},
	} {
		got := warnings(t, withRules([]string{tt.rule}, nil))
		matchWarnings(t, tt.rule, got, tt.want)
	}
	for _, tt := range []struct{ rule, want string }{
		{"dial */1NXX", "write /.*/1[2-9].*/"},
		{"dial */1NXXNXXXXXX", "write /.*/1[2-9]..[2-9].*/"},
		{"dial */_1900.", "write */1900*"},
		{"dial */1900XXXXXXX", "write */1900*"},
		{"dial */1XXX", "write */1*"},
		{"dial */1X5X", "write */1?5*"},
		{"dial sofia/gateway/acme/XXXXXXX", "name how the numbers begin"},
		{"dial */<digits 7>", "name how the numbers begin"},
		{"dial */1000|*/[2-9]*", "write a rule of its own for it, with /.*/[2-9].*/"},
		{"dialplan XML default _1900.", "write 1900*"},

		{"dial */+1900*", `"+1900*" does not deny the number in plain digits; plain digits deny it however it is spelled (write */1900*)`},
		{"dial */1-900-*", "write */1900*"},
		{"dial sofia/*/sip:+1.900@*", `write sofia/*/1900\@*`},
		{"dial */(1900)555*", ""},
		{"dialplan XML default +1900*", "write 1900*"},
		{"dial */+*", ""},
		{"dial */00*", ""},

		{"dial */1900|*/1976*", `"*/1900" denies only that number`},
		{"dial */1900|user/1976*", ""},
		{"dial */1900<digits 7>", "write */1900* to deny whatever begins so"},
		{"dial */1900*", ""},
		{"dial */1???", ""},
	} {
		got := warnings(t, withRules(nil, []string{tt.rule}))
		matchWarnings(t, tt.rule, got, tt.want)
	}
}
