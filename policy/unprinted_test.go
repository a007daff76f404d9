package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/learn"
)

// TestUnprintableRule: a rule or an entry of a set with a character that a terminal does not print
// as text is an error, which names the character without printing it.
func TestUnprintableRule(t *testing.T) {
	for char, want := range map[rune]string{
		'\u0001': "a control character, U+0001", '\u001b': "a control character, U+001B", '\u007f': "a control character, U+007F",
		'\u0080': "a control character, U+0080", '\u0085': "a control character, U+0085", '\u009b': "a control character, U+009B",
		'\u061c': "a character that changes the direction of what is printed, U+061C",
		'\u200f': "a character that changes the direction of what is printed, U+200F",
		'\u202e': "a character that changes the direction of what is printed, U+202E",
		'\u2066': "a character that changes the direction of what is printed, U+2066",
		'\u2028': "a character that ends a line, U+2028", '\u2029': "a character that ends a line, U+2029",
	} {
		escaped := fmt.Sprintf(`\u%04x`, char)
		for where, text := range map[string]string{
			"allow": withRules([]string{"api user_exists a" + string(char)}, nil),
			"deny":  withRules([]string{"api status"}, []string{"dial user/a" + string(char) + "*"}),
			"set":   strings.Replace(good, `"sets": {`, `"sets": { "odd": [ "a`+escaped+`b" ],`, 1),
		} {
			ps := problems(t, text)
			if len(ps) != 1 || !strings.Contains(ps[0].Text, want) || ps[0].Line == 0 || strings.ContainsRune(ps.Error(), char) {
				t.Errorf("%U in %s: %q, want one problem with %q", char, where, ps, want)
			}
		}
	}
	load(t, withRules([]string{"api user_exists ü€日"}, nil))
}

// TestLearnSpellsNoUnprinted: an effect with a character that rules may not contain is left out of
// a draft.
func TestLearnSpellsNoUnprinted(t *testing.T) {
	for _, char := range []string{"\u009b", "\u202e", "\u2028", "\u0085"} {
		l := learn.New(nil)
		l.Add([]effect.Effect{{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"id", "a" + char + "b"}}}, nil)
		d := l.Draft()
		if len(d.Rules) != 0 || len(d.LeftOut) != 1 || strings.Contains(d.LeftOut[0].String(), char) {
			t.Errorf("%q: %v, left out %v", char, d.Rules, d.LeftOut)
		}
	}
}
