package protect

import (
	"strings"
	"testing"

	"eslguard/fstext"
)

func TestCutDelimiter(t *testing.T) {
	for _, tt := range []struct {
		args, text string
		sep        byte
	}{
		{"a|b", "a|b", '|'},
		{"m:~a~b", "a~b", '~'},
		{"m:/a/b", "a/b", '/'},
		{"m:|a|b", "a|b", '|'},
		{"m:;a;b", "m:;a;b", '|'},
		{"m:", "m:", '|'},
		{"M:~a", "M:~a", '|'},
		{"", "", '|'},
	} {
		if text, sep := cutDelimiter(tt.args); text != tt.text || sep != tt.sep {
			t.Errorf("cutDelimiter(%q) = %q, %q; want %q, %q", tt.args, text, sep, tt.text, tt.sep)
		}
	}
}

func TestReplace(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"as it is used", "m:~a-b~-~_", ""},
		{"without a replacement", "a|b", ""},
		{"an empty replacement", "aa|a|", ""},
		{"an empty search", "aa||b", "replace-empty"},
		{"the longest result", rep("a", 1<<10) + "|a|" + rep("b", 1<<10-1), ""},
		{"a longer result", rep("a", 1<<10) + "|a|" + rep("b", 1<<10), "replace-growth"},
		{"many matches of two bytes", rep("aa", 1<<10) + "|aa|" + rep("b", 1<<10-2), ""},
		{"a long text and search", rep("c", 1<<15) + "|" + rep("d", 1<<15) + "|e", ""},
		{"a longer search", rep("c", 1<<15) + "|" + rep("d", 1<<15+1) + "|e", "replace-growth"},
		{"a lone backslash", `a|b\`, "lone-backslash"},
		{"a backslash in the last slot", `a|b|c\`, ""},
	}, func(g *Guard, args string) { Replace(g, args, nil) })
}

func TestRegex(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"as it is used", `15551234|^1(\d{3})(\d+)$|%2`, ""},
		{"only a text", rep("a", 300<<10), ""},
		{"the longest dial pattern", "a|_" + rep("N", 39), ""},
		{"a longer dial pattern", "a|_" + rep("N", 40), "regex-pattern"},
		{"a dial pattern that is not known", "a|_" + unknown + rep("N", 39), ""},
		{"a long pattern of another form", "a|" + rep("N", 400), ""},
		{"a repeated group on 100 bytes", rep("a", 100) + "|(a)+", ""},
		{"a repeated group on 101 bytes", rep("a", 101) + "|(a)+", "regex-repeats"},
		{"the most memory", rep("a", 128<<10-11) + "|(a)|%", ""},
		{"more memory", rep("a", 128<<10-10) + "|(a)|%", "regex-size"},
		{"the substitution counts", "a|(a)|" + rep("b", 128<<10-10), "regex-size"},
		{"without a substitution", rep("a", 128<<10) + "|(a)", ""},
		{"a lone backslash", `a|b\`, "lone-backslash"},
	}, func(g *Guard, args string) { Regex(g, args, nil) })
	runChecks(t, []checkTest{
		{"two tokens", "v|" + rep("a", 101), ""},
		{"a repeated group", "v|" + rep("a", 101) + "|(a)*", "regex-repeats"},
		{"a plain group", "v|" + rep("a", 101) + "|(a)", ""},
	}, func(g *Guard, args string) { Capture(g, args, fstext.Separate(args, '|', 3)) })
	runChecks(t, []checkTest{
		{"a plain filter", "/^(a|b)?$/", ""},
		{"a repeated group in a filter", "/(a|b)*/", "regex-repeats"},
	}, func(g *Guard, value string) { g.Filter(value) })
}

func TestRepeatsGroup(t *testing.T) {
	for pattern, want := range map[string]bool{
		"":              false,
		"a*b+c{2}":      false,
		"(a)":           false,
		"(a)?":          false,
		"(a)*":          true,
		"(a)+":          true,
		"(a){2}":        true,
		`(a\)*`:         false,
		`(a\\)*`:        true,
		`a\g<1>`:        true,
		`a\\g`:          false,
		"(?R)":          true,
		"(?&name)":      true,
		"(?P>name)":     true,
		"(?1)":          true,
		"(?+1)":         true,
		"(?-1)":         true,
		"(?:a)(?i)(?=)": false,
		"(?":            false,
	} {
		if got := repeatsGroup(pattern); got != want {
			t.Errorf("repeatsGroup(%q) = %t, want %t", pattern, got, want)
		}
	}
}

func TestChatChecks(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"a chat", "conf|a|c@d|hi", ""},
		{"two tokens", "conf|a", ""},
		{"the longest name", "conf|a|" + rep("c", 256) + "@d|hi", ""},
		{"a longer name", "conf|a|" + rep("c", 257) + "@d|hi", "chat-conference"},
		{"a longer name after a protocol", "x|a|conf+" + rep("c", 257) + "|hi", "chat-conference"},
		{"a longer domain", "conf|a|c@" + rep("d", 600) + "|hi", ""},
		{"a name that is not known", "conf|a|" + unknown + rep("c", 256) + "|hi", ""},
		{"a long command", "API|a|" + rep("c", 257) + "|hi", ""},
		{"no receiver", "Conf|a||hi", "chat-receiver"},
		{"no receiver and no text", "conf|a|", ""},
		{"no receiver of SIP", "sip|a||hi", ""},
	}, func(g *Guard, args string) { Chat(g, args, fstext.Separate(args, '|', 5)) })
}

func TestConferenceChecks(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"two tokens", "c vid-layer", ""},
		{"a voice of 100 bytes", "c say #" + rep("v", 100) + "#hi", ""},
		{"a voice of 101 bytes", "c Say #" + rep("v", 101) + "#hi", "conference-voice"},
		{"after blocks", "c say {a=b} {c=d}#" + rep("v", 101) + "#hi", "conference-voice"},
		{"after a block that is not closed", "c say {a=b#" + rep("v", 101) + "#hi", ""},
		{"a voice that is not closed", "c say #" + rep("v", 101), ""},
		{"a voice that is not known", "c say #" + unknown + rep("v", 100) + "#hi", ""},
		{"to a member", "c saymember 1 #" + rep("v", 101) + "#hi", "conference-voice"},
		{"a file to play", "c play a.file", "file-ending"},
		{"a file as another token", "c play a.wav b.file", ""},
		{"a file for a member", "c kick 1 a.file", "file-ending"},
		{"a file of no subcommand", "c nosuch a.file", ""},
		{"a canvas to clear", "c canvas-auto-clear 1", "conference-canvas"},
		{"a layer", "c vid-layer 1 next", "conference-canvas"},
		{"a layer without a canvas", "c vid-layer 1", ""},
	}, func(g *Guard, args string) { Conference(g, args, fstext.Separate(args, ' ', 25)) })
}
