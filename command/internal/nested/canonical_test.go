package nested

import (
	"strings"
	"testing"

	"eslguard/catalog"
)

// TestWrite checks the canonical form of arguments. The forms of whole frames are checked in
// package command.
func TestWrite(t *testing.T) {
	slots := func(n int) string { return strings.Repeat("a=b;", n) }
	for _, tt := range []struct {
		name, api, args, want string
		unsure                bool
	}{
		{"empty", "uuid_kill", "", "", false},
		{"plain", "uuid_kill", "u1 NORMAL_CLEARING", "u1 NORMAL_CLEARING", false},
		{"spaces", "uuid_setvar", "u1  a  b", "u1 a b", false},
		{"spaces in the last slot", "uuid_setvar", "u1 a b  c", "u1 a b  c", false},
		{"quotes that are not needed", "uuid_setvar", "'u1' 'a' 'b c'", "u1 a b c", false},
		{"quotes that are needed", "uuid_setvar", "'u 1' a b", "'u 1' a b", false},
		{"an empty token", "uuid_setvar", "'' a b", "'' a b", false},
		{"an empty last token", "uuid_setvar", "u1 a ''", "u1 a ''", false},
		{"a separator", "uuid_setvar", "^^:u1:a b:c", "u1 'a b' c", false},
		{"an escape", "uuid_setvar", `u1 a\sb c`, "u1 'a b' c", false},
		{"a quote in a token", "uuid_setvar", `u1 it\'s b`, `u1 'it\'s' b`, false},
		{"another separator", "hash", "insert/a b/'c'/d e", "insert/a b/c/d e", false},
		{"not split", "echo", "^^|'a'  b", "^^|'a'  b", false},
		{"split at one space", "break", "'u1'  all", "'u1'  all", false},

		{"a chat", "chat", "sip|'a'|b|text", "sip|'a'|b|text", false},
		{"a chat with a separator of its own", "chat", "^^:sip:a:b:text", "^^:sip:a:b:text", true},

		{"a subcommand", "conference", "'c' kick  1", "c kick 1", false},
		{"a text to speak", "conference", "c say it's  me", "c say it's  me", false},
		{"a quoted plain name", "conference", "'c' say 'hi'", "c say 'hi'", false},
		{"a quoted name", "conference", "'c d' say hi", "'c d' say hi", true},
		{"two spaces before the text", "conference", "c  say hi", "c  say hi", true},
		{"a quoted verb", "conference", "c 'say' hi", "c 'say' hi", true},
		{"no text", "conference", "c say", "c say", true},
		{"a verb in another case", "conference", "c SayMember 1 hi", "c SayMember 1 hi", false},

		{"variables", "uuid_setvar_multi", "u1 a=b;c=d", "u1 a=b;c=d", false},
		{"quoted variables", "uuid_setvar_multi", `u1 a=b\;c;'d=e'`, `u1 'a=b;c';d=e`, false},
		{"variables with a separator", "uuid_setvar_multi", "u1 ^^|a=b|c=d;e", "u1 a=b;'c=d;e'", false},
		{"no variables", "uuid_setvar_multi", "u1", "u1", false},
		{"all slots", "uuid_setvar_multi", "u1 ^^|" + strings.ReplaceAll(slots(63), ";", "|") + "c=d|e", "u1 " + slots(63) + "c=d|e", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := catalog.Builtin().API(tt.api)
			tokens, _ := e.Split.Split(tt.args)
			got, sure := builtinTraits().apis[e.Number].write(e.Split, tt.args, tokens)
			if got != tt.want || sure == tt.unsure {
				t.Errorf("%s %s is written %q, sure %t; want %q, %t", tt.api, tt.args, got, sure, tt.want, !tt.unsure)
			}
		})
	}
}

func TestIsPlainList(t *testing.T) {
	for _, tt := range []struct {
		args string
		sep  byte
		want bool
	}{
		{"a b c", ' ', true},
		{"a,b,c", ',', true},
		{"a  b", ' ', false},
		{"a,b c", ',', false},
		{"a 'b'", ' ', false},
		{`a\b`, ' ', false},
		{"^^:a:b", ' ', false},
		{"a^^b", ' ', true},
	} {
		if got := isPlainList(tt.args, tt.sep); got != tt.want {
			t.Errorf("isPlainList(%q, %q) = %t, want %t", tt.args, tt.sep, got, tt.want)
		}
	}
}
