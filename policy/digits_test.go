package policy_test

import (
	"strings"
	"testing"
)

// digitsGroups are examples of rules with <digits>.
var digitsGroups = []ruleGroup{
	{"so many digits", []string{"api originate **", "app park", "dial sofia/gateway/acme/1<digits 10>", "dial user/<digits 4>@pbx.example.org"}, nil, []row{
		{allow, "api originate sofia/gateway/acme/12125551234 &park"}, {deny, "api originate sofia/gateway/acme/1212555CALL &park"},
		{deny, "api originate sofia/gateway/acme/1212555123 &park"}, {deny, "api originate sofia/gateway/acme/121255512345 &park"},
		{deny, "api originate sofia/gateway/acme/1-212-555-12 &park"}, {deny, "api originate sofia/gateway/acme/1212555123# &park"},
		{deny, "api originate sofia/gateway/acme/12125551234@h &park"}, {deny, "api originate sofia/gateway/acme/12125551234;x=y &park"},
		{allow, "api originate user/1000@pbx.example.org &park"}, {deny, "api originate user/10000@pbx.example.org &park"}, {deny, "api originate user/1000@h &park"},
	}},
	{"from so many to so many", []string{"api user_exists id +<digits 2-3> x", "api user_exists id <digits 2-3>|a x"}, nil, []row{
		{allow, "api user_exists id +12 x"}, {allow, "api user_exists id +123 x"}, {deny, "api user_exists id +1 x"}, {deny, "api user_exists id +1234 x"},
		{allow, "api user_exists id 012 x"}, {allow, "api user_exists id a x"}, {deny, "api user_exists id b x"}, {deny, "api user_exists id 1٢٣ x"},
	}},
	{"any number of digits", []string{"api user_exists id a<digits>b x", "api user_exists id $people.<digits> x"}, nil, []row{
		{allow, "api user_exists id a1b x"}, {allow, "api user_exists id a" + strings.Repeat("1", 64) + "b x"}, {deny, "api user_exists id ab x"},
		{deny, "api user_exists id a" + strings.Repeat("1", 65) + "b x"}, {deny, "api user_exists id a1xb x"}, {allow, "api user_exists id 1001.7 x"}, {deny, "api user_exists id 1002.7 x"},
	}},
	{"behind a wildcard and some text", []string{"api user_exists id *-<digits 3> x"}, nil, []row{
		{allow, "api user_exists id a-b-123 x"}, {allow, "api user_exists id 7-123 x"}, {deny, "api user_exists id a-1234 x"}, {deny, "api user_exists id a-123b x"},
	}},
	{"an extension", []string{"api uuid_transfer <uuid> * XML *", "dialplan XML default 9<digits 3>"}, nil, []row{
		{allow, "api uuid_transfer " + uuid + " 9123 XML default"}, {deny, "api uuid_transfer " + uuid + " 9abc XML default"}, {deny, "api uuid_transfer " + uuid + " 912 XML default"},
	}},
	{"the name of a variable that acts has to be spelled", []string{"api uuid_setvar **", "var channel campaign_<digits>|sip_h_<digits> x"}, nil, []row{
		{allow, "api uuid_setvar " + uuid + " campaign_1 x"}, {deny, "api uuid_setvar " + uuid + " campaign_a x"}, {deny, "api uuid_setvar " + uuid + " sip_h_1 x"},
	}},
}

// denyDigitsGroups are deny rules with <digits>. As other deny rules, they match every spelling of
// a number.
var denyDigitsGroups = []ruleGroup{
	{"a leg", []string{"api originate **", "app park", "dial sofia/gateway/acme/*", `dial /sofia.gateway.acme.[0-9A-Za-z%+()._-]+/`},
		[]string{"dial sofia/gateway/acme/1900<digits 7>", "dial sofia/gateway/acme/976<digits>"}, []row{
			{allow, "api originate sofia/gateway/acme/12125551234 &park"}, {deny, "api originate sofia/gateway/acme/19005551234 &park"},
			{deny, "api originate sofia/gateway/acme/1-900-555-1234 &park"}, {deny, "api originate sofia/gateway/acme/+19005551234 &park"},
			{deny, "api originate sofia/gateway/acme/0019005551234 &park"}, {deny, "api originate sofia/gateway/acme/01119005551234 &park"},
			{deny, "api originate sofia/gateway/acme/%31900.555.1234 &park"}, {deny, "api originate SOFIA/Gateway/acme/1_900_5551234 &park"},
			{deny, "api originate sofia/gateway/acme/9761 &park"}, {deny, "api originate sofia/gateway/acme/976" + strings.Repeat("1", 100) + " &park"},
		}},
	{"signs beside a number", []string{"api originate **", "app park", `dial /sofia.gateway.acme.[0-9*#+]+/`}, []string{"dial sofia/gateway/acme/1900<digits 7>"},
		append(legs(deny, "19001234567#", "19001234567+", "19001234567*", "#19001234567", "*31#19001234567", "1+9001234567", "1*900#1234567", "0+19001234567"),
			legs(allow, "12121234567#", "#31#12121234567", "1900123456#", "1900123456+", "+4919001234567")...)},
	{"an extension", []string{"api uuid_transfer <uuid> * XML *", "dialplan XML * *"}, []string{"dialplan XML default 0<digits 3>"}, []row{
		{allow, "api uuid_transfer " + uuid + " 1000 XML default"}, {deny, "api uuid_transfer " + uuid + " 0123 XML default"},
		{deny, "api uuid_transfer " + uuid + " 0-12.3 XML default"}, {deny, "api uuid_transfer " + uuid + " 0123 XML"},
	}},
}

// legs returns rows of originates to these numbers by a gateway.
func legs(want string, numbers ...string) (rows []row) {
	for _, number := range numbers {
		rows = append(rows, row{want, "api originate sofia/gateway/acme/" + number + " &park"})
	}
	return rows
}

func TestDigits(t *testing.T) {
	for _, g := range append(digitsGroups, denyDigitsGroups...) {
		t.Run(g.name, func(t *testing.T) {
			p := load(t, withRules(g.allow, g.deny))
			for _, row := range g.rows {
				if got, reason := decide(t, p, "acme", row.command); got != row.want {
					t.Errorf("%s: %s (%s), want %s", row.command, got, reason, row.want)
				}
			}
		})
	}
}

// TestDigitsHaveBounds: a text of digits only, however long, takes no more work than a decision
// may.
func TestDigitsHaveBounds(t *testing.T) {
	long := "api user_exists id " + strings.Repeat("1", 60_000) + " x"
	for _, rules := range [][]string{{"api user_exists id *1<digits>x x"}, {"api **"}} {
		p := load(t, withRules(rules, []string{"api user_exists id *1<digits>x x"}))
		if got, reason := decide(t, p, "acme", long); got != deny || !strings.Contains(reason, "it takes too much work to decide") {
			t.Errorf("%q: %s (%s), want %s for too much work", rules, got, reason, deny)
		}
	}
}

// TestWrongDigits: a misspelled <digits> is an error that says what is wrong with it.
func TestWrongDigits(t *testing.T) {
	const known = "<uuid>, <1-60>, <digits>, <digits 7> and <digits 7-15>"
	for _, tt := range []struct{ rule, want string }{
		{"dial user/<digits 5-2>", "matches nothing"},
		{"dial user/<digits 0>", "matches nothing"},
		{"dial user/<digits 0-3>", "would match no digit at all"},
		{"dial user/<digits 65>", "for too many digits"},
		{"dial user/<digits 7->", known},
		{"dial user/<digits x>", known},
		{"dial user/<digits07>", known},
		{"dial user/<digits 07>", known},
		{"dial user/<digits  7>", "a token is empty"},
		{"dial user/<digits 7", known},
		{"dial user/<digit 7>", known},
		{"dial user/<DIGITS>", known},
		{"dial user/<5-2>", "matches nothing"},
		{"dial user/*<digits 3>", "must not follow a wildcard"},
		{"dial user/<digits 3>*", "must not come before a digit or a wildcard"},
		{"dial user/<digits 3>4", "must not come before a digit or a wildcard"},
		{"dial user/$premium<digits 3>", "must not follow a wildcard"},
		{"dial user/<digits><digits>", "must not"},
		{"dial /user.<digits 3>/", "write [0-9]{7} there"},
		{`dial user/\<digits 3>`, ""},
		{"dial user/a b", "0 tokens at most"},
	} {
		ps := problems(t, withRules([]string{tt.rule}, nil))
		if got := ps[0].String(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.rule, got, tt.want)
		}
	}
}

// TestWarningsOfNumbers: a pattern of numbers in another system's notation is a warning, which says
// how to write it here.
func TestWarningsOfNumbers(t *testing.T) {
	const literal = "stand for themselves"
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
		{"dial user/1.*", `the dot of "1.*" stands for itself (write user/1*)`},
		{"dial user/<1-3>/1XXX", literal},
		{"dialplan XML default 1XXX", "write 1<digits 3>"},
		{"dialplan XML default 100[0-9]", "write 100<digits 1>"},
		{"dialplan XML default _9X.", "write /9[0-9][0-9]+/"},
		{"dialplan XML default 1000-1099", "write <1000-1099>"},
		{"dialplan XML default 1000|[2-9]*", "write a rule of its own for it, with /[2-9][0-9]*/"},

		{"dial user/1???", `the ? of "1???" matches letters, too (for digits write user/1<digits 3>)`},
		{"dial user/1?0?", "for digits write /user/1[0-9]0[0-9]/"},
		{"dial user/1?*", `the ? of "1?*" matches letters, too`},

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
		got := warningsOf(t, withRules([]string{tt.rule}, nil))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("allow %q:\ngot %q\nwant %q", tt.rule, got, tt.want)
		}
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

		{"dial */1900|*/1976*", `"*/1900" denies that number alone`},
		{"dial */1900|user/1976*", ""},
		{"dial */1900<digits 7>", "write */1900* to deny whatever begins so"},
		{"dial */1900*", ""},
		{"dial */1???", ""},
	} {
		got := warningsOf(t, withRules(nil, []string{tt.rule}))
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("deny %q:\ngot %q\nwant %q", tt.rule, got, tt.want)
		}
	}
}
