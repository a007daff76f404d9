package nested_test

import (
	"strings"
	"testing"
)

// TestWhy checks that an opaque effect says where a text is ambiguous and what the client can do.
func TestWhy(t *testing.T) {
	for _, tt := range []struct{ send, want string }{
		{"api originate {origination_caller_id_name=Acme Inc,a=b}user/1 &park",
			"a blank ends the argument within the { of its variables, in the value of origination_caller_id_name, so put that value, or the whole argument, in single quotes"},
		{`api originate {origination_caller_id_name="Acme Inc"}user/1 &park`,
			"in the value of origination_caller_id_name, since double quotes quote nothing, so put"},
		{"api originate [leg_name=Acme Inc]user/1 &park", "a [ is not closed, or a blank within it ends the argument, so close it"},
		{"api originate {a=1,b=it's fine}user/1 &park",
			`the quote at byte 10, in the value of b, has no partner and takes all that follows with it, so put the whole argument in single quotes and write \' for it`},
		{"api originate {a=1 user/1 &park", "the { at byte 1 is not closed, so add a }"},
		{"api originate {a=1}{{b=2}}user/1 &park", "a { stands right behind the { at byte 6"},
		{"api originate '{a=1} {b=2}user/1' &park", "a space at byte 6 parts two blocks of variables"},
		{"api originate {a=1} &park", "no leg follows the variables, so add one"},
		{"api originate 'user/1'", "it has one argument, so add the destination"},
		{"api originate user/1 9 XML default a b 30 c", "it has 8 arguments, and originate takes 7 at most"},
		{"api expand uuid_setvar ^^|u1|a|X", "it begins with ^^, which sets a separator of its own"},
		{"api expand uuid_setvar_multi u1 ^^|a=1|b=2", "it begins with ^^, which sets a separator of its own"},
		{"api expand uuid_setvar u1 name it's fine", "the quote at byte 11 has no partner, so pair it or leave it out"},
		{`api expand uuid_setvar u1 name a\sb`, "the backslash at byte 10 begins an escape, so leave it out"},
		{"api json {status", "it is not one JSON object"},
		{execute("bridge", "{a=1user/1"), "the { at byte 1 is not closed"},
		{execute("socket", "a:b:c"), "a host does not have the form NAME or NAME:PORT"},
		{"api originate user/1 &record_session(/rec/${strftime(%Y%m%d)}/${uuid}.wav)", "the argument of &APP() ends at the first )"},
		{"api originate user/1 &playback(/s/${strftime(%Y-%m-%d %H:%M)}.wav)", "the argument of &APP() ends at the first ) and, without quotes, at a blank"},
		{"api originate user/1 &playback(/s/${caller_id_number}.wav)", "a rule covers only ${uuid}, ${strftime(%Y%m%d)} and $${NAME} of the configuration"},
		{execute("playback", "/s/${strftime(%Y-%m-%d %H:%M)}.wav"), "a format of strftime in it has a blank, a colon"},
		{"api conference x foo bar", `describe it in "subcommands" of the policy`},
		{"api lua x", "it runs a script or a program"},
		{"api enum 1", "what a name server answers is expanded"},
		{"api originate user/1;2 &park", "write it with letters, digits"},
		{"api chat API|a|status|b", "a global variable of that name"},
		{"api json {\"command\":\"other\",\"data\":{}}", "it may run more than it says"},
		{execute("limit", "x y z"), "its first word is not hash, db or hiredis"},
	} {
		got := whys(parse(t, tt.send))
		if len(got) == 0 || !strings.Contains(got[0], tt.want) {
			t.Errorf("%s\ngot  %q\nwant %q", tt.send, got, tt.want)
		}
	}
}

// TestWhyOfExpansions checks that an effect which is opaque for expansions says why, unless a rule
// can name all of them.
func TestWhyOfExpansions(t *testing.T) {
	for _, tt := range []struct {
		send string
		want []string // a part of each why; "" if it is empty
	}{
		{execute("record_session", "/r/${strftime(%Y-%m-%d %H:%M)}.wav"), []string{"a format of strftime", "a format of strftime"}},
		{execute("record_session", "/r.wav %zz"), []string{"a percent sign that begins no escape"}},
		{execute("record_session", "/r/${uuid}.wav"), []string{""}},
		{execute("playback", "/r/${uuid}/${x}.wav"), []string{"a rule covers only"}},
	} {
		got := whys(parse(t, tt.send))
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %q, want %q", tt.send, got, tt.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], tt.want[i]) || tt.want[i] == "" && got[i] != "" {
				t.Errorf("%s: got %q, want %q", tt.send, got[i], tt.want[i])
			}
		}
	}
}

// TestWhyAdvice checks that a command which follows the advice of TestWhy is not opaque.
func TestWhyAdvice(t *testing.T) {
	for _, send := range []string{
		"api originate {origination_caller_id_name='Acme Inc',a=b}user/1 &park",
		"api originate '{origination_caller_id_name=Acme Inc,a=b}user/1' &park",
		`api originate '{a=1,b=it\'s fine}user/1' &park`,
		"api originate '{a=1}{b=2}user/1' &park",
		"api expand uuid_setvar u1 a X",
	} {
		if got := whys(parse(t, send)); len(got) > 0 {
			t.Errorf("%s: opaque, %q", send, got)
		}
	}
}
