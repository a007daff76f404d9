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
