package command_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"eslguard/catalog"
	"eslguard/command"
	"eslguard/effect"
)

// whys returns why the effects of c are opaque.
func whys(c *command.Command) (list []string) {
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Kind == effect.KindOpaque {
			list = append(list, e.Why)
		}
	}
	return list
}

// TestDoubts: an effect that can be read in more than one way says where, and what to do.
func TestDoubts(t *testing.T) {
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
		{"sendmsg u1\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: {a=1user/1", "the { at byte 1 is not closed"},
		{"sendmsg u1\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: a:b:c", "a host does not have the form NAME or NAME:PORT"},
		{"api originate user/1 &record_session(/rec/${strftime(%Y%m%d)}/${uuid}.wav)", "the argument of &APP() ends at the first )"},
		{"api originate user/1 &playback(/s/${strftime(%Y-%m-%d %H:%M)}.wav)", "the argument of &APP() ends at the first ) and, without quotes, at a blank"},
		{"api originate user/1 &playback(/s/${caller_id_number}.wav)", "a rule covers only ${uuid}, ${strftime(%Y%m%d)} and $${NAME} of the configuration"},
		{"sendmsg u1\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /s/${strftime(%Y-%m-%d %H:%M)}.wav", "a format of strftime in it has a blank, a colon"},
		{"api conference x foo bar", `describe it in "subcommands" of the policy`},
		{"api lua x", "it runs a script or a program"},
		{"api enum 1", "what a name server answers is expanded"},
		{"api originate user/1;2 &park", "write it with letters, digits"},
		{"api chat API|a|status|b", "a global variable of that name"},
		{"api json {\"command\":\"other\",\"data\":{}}", "it may run more than it says"},
		{"sendmsg u1\ncall-command: execute\nexecute-app-name: limit\nexecute-app-arg: x y z", "its first word is not hash, db or hiredis"},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		got := whys(c)
		if len(got) == 0 || !strings.Contains(got[0], tt.want) {
			t.Errorf("%s\ngot  %q\nwant %q", tt.send, got, tt.want)
		}
	}
}

// TestEachDoubtSays: whatever is opaque says why, but for expansions that a rule can name.
func TestEachDoubtSays(t *testing.T) {
	for _, tt := range []struct {
		send string
		want []string // parts of each why; "": none
	}{
		{execute("record_session", "/r/${strftime(%Y-%m-%d %H:%M)}.wav"), []string{"a format of strftime", "a format of strftime"}},
		{execute("record_session", "/r.wav %zz"), []string{"a percent sign that begins no escape"}},
		{execute("record_session", "/r/${uuid}.wav"), []string{""}},
		{execute("playback", "/r/${uuid}/${x}.wav"), []string{"a rule covers only"}},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Fatal(err)
		}
		got := whys(c)
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

// execute returns a sendmsg that has a channel run an application.
func execute(app, arg string) string {
	return "sendmsg u1\ncall-command: execute\nexecute-app-name: " + app + "\nexecute-app-arg: " + arg
}

// TestDoubtIsHeeded: what a doubt advises is read without one.
func TestDoubtIsHeeded(t *testing.T) {
	for _, send := range []string{
		"api originate {origination_caller_id_name='Acme Inc',a=b}user/1 &park",
		"api originate '{origination_caller_id_name=Acme Inc,a=b}user/1' &park",
		`api originate '{a=1,b=it\'s fine}user/1' &park`,
		"api originate '{a=1}{b=2}user/1' &park",
		"api expand uuid_setvar u1 a X",
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(send))
		if err != nil || len(whys(c)) > 0 {
			t.Errorf("%s: %q, %v", send, whys(c), err)
		}
	}
}

// TestUnlisted: an API that no catalogue has is marked as such.
func TestUnlisted(t *testing.T) {
	cat := described(t, catalog.Module{Name: "mine"})
	for _, tt := range []struct {
		api  string
		want bool
	}{{"status", false}, {"mine", false}, {"managed", false}, {"other", true}} {
		c, err := command.Parse(cat, nil, frame("api "+tt.api+" x"))
		if err != nil {
			t.Fatal(err)
		}
		d := cat.Describe(effect.KindAPI, tt.api, "x")
		if c.Effects[0].Unlisted != tt.want || d.Unlisted != tt.want {
			t.Errorf("%s: unlisted %t and %t, want %t", tt.api, c.Effects[0].Unlisted, d.Unlisted, tt.want)
		}
	}
	if d := cat.Describe(effect.KindApp, "other", "x"); d.Unlisted {
		t.Error("an application can be named by a rule, and is marked")
	}
}

// checkWhy fails if why is not fit to stand in a reply: one line of plain text that no client cuts.
func checkWhy(t *testing.T, e *effect.Effect) {
	t.Helper()
	if e.Why == "" {
		return
	}
	if e.Kind != effect.KindOpaque || len(e.Why) > 300 || !utf8.ValidString(e.Why) || strings.ContainsAny(e.Why, "\r\n\t\x00") || strings.Contains(e.Why, ": ") {
		t.Errorf("%s: why is %q", e, e.Why)
	}
}
