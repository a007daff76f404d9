package command_test

import (
	"slices"
	"testing"

	"eslguard/command"
)

// described is a catalogue that also knows some APIs of modules outside FreeSWITCH's tree.
func described(t *testing.T, mods ...command.Module) *command.Catalog {
	t.Helper()
	cat, err := command.Builtin().With(mods)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// audioAPIs are as the policies of voice agents describe them.
var audioAPIs = []command.Module{
	{Name: "uuid_audio_fork", Class: command.ClassMedia, UUID: []int{0}, Split: "space"},
	{Name: "uuid_audio_stream", Class: command.ClassMedia, UUID: []int{0}, Split: "words 6"},
	{Name: "mine_char", Class: command.ClassMedia, Split: "char , 3"},
	{Name: "mine_whole", Class: command.ClassMedia},
}

// TestDescribedGoesUp: the argument of an API that a policy describes is split as FreeSWITCH's own
// splitter does it, and goes up in a form that it reads as the same tokens.
func TestDescribedGoesUp(t *testing.T) {
	cat := described(t, audioAPIs...)
	for _, tt := range []struct {
		send, up string
		tokens   []string
	}{
		{
			`api uuid_audio_fork ^^|u1|start|wss://agent.example.org/c/17|mono|8000|bug1|'{"callSid":"x"}'|true|false|`,
			`api uuid_audio_fork u1 start wss://agent.example.org/c/17 mono 8000 bug1 {"callSid":"x"} true false`,
			[]string{"u1", "start", "wss://agent.example.org/c/17", "mono", "8000", "bug1", `{"callSid":"x"}`, "true", "false"},
		},
		{
			`api uuid_audio_fork ^^|u1|start|wss://a/|mono||{"text": "two words"}`,
			`api uuid_audio_fork u1 start wss://a/ mono '' '{"text": "two words"}'`,
			[]string{"u1", "start", "wss://a/", "mono", "", `{"text": "two words"}`},
		},
		{
			`api uuid_audio_stream u1 send_text {"text":"it's fine today"}`,
			`api uuid_audio_stream u1 send_text '{"text":"it\'s fine today"}'`,
			[]string{"u1", "send_text", `{"text":"it's fine today"}`},
		},
		{
			`api uuid_audio_stream u1 start wss://a/ mono 8k {"n": "it's one", "m": 2}`,
			`api uuid_audio_stream u1 start wss://a/ mono 8k '{"n": "it\'s one", "m": 2}'`,
			[]string{"u1", "start", "wss://a/", "mono", "8k", `{"n": "it's one", "m": 2}`},
		},
		{"api uuid_audio_stream u1 stop", "api uuid_audio_stream u1 stop", []string{"u1", "stop"}},
		{"api mine_char ^^;a;b,c", "api mine_char a,'b,c'", []string{"a", "b,c"}},
		{"api mine_whole ^^|a|'b", "api mine_whole ^^|a|'b", []string{"^^|a|'b"}},
	} {
		c, err := command.Parse(cat, nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		if len(c.Effects) != 1 || !slices.Equal(c.Effects[0].Tokens, tt.tokens) {
			t.Errorf("%s: effects %q, want one with the tokens %q", tt.send, effects(c.Effects), tt.tokens)
		}
		if got := upstream(c); !slices.Equal(got, []string{tt.up}) {
			t.Errorf("%s: goes up as %q, want %q", tt.send, got, tt.up)
		}
		again, err := command.Parse(cat, nil, frame(tt.up))
		if err != nil || len(again.Effects) != 1 || !slices.Equal(again.Effects[0].Tokens, tt.tokens) {
			t.Errorf("%s: what goes up is read as %+v, %v", tt.send, again, err)
		}
	}
}

// TestDescribedWithin: a text within another one goes up as it came, so what can be read in two
// ways there stays opaque.
func TestDescribedWithin(t *testing.T) {
	cat := described(t, audioAPIs...)
	for _, tt := range []struct {
		send   string
		opaque bool
	}{
		{"api expand uuid_audio_fork u1 start wss://a/ mono 'a b'", false},
		{"api expand uuid_audio_fork ^^|u1|start|wss://a/|mono", true},
		{"api expand uuid_audio_stream u1 send_text it's fine", true},
		{"api expand uuid_setvar_multi u1 ^^|a=1|b=2;3", true},
	} {
		c, err := command.Parse(cat, nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		got := slices.Contains(effects(c.Effects), "opaque unknown-syntax")
		if got != tt.opaque {
			t.Errorf("%s: effects %q, want opaque %t", tt.send, effects(c.Effects), tt.opaque)
		}
	}
}

// TestSetvarMultiGoesUp: the list of variables is written again with its own separator.
func TestSetvarMultiGoesUp(t *testing.T) {
	for _, tt := range []struct {
		send, up string
		vars     []string
	}{
		{"api uuid_setvar_multi u1 ^^|a=1|b=2;3", "api uuid_setvar_multi u1 a=1;'b=2;3'", []string{"var channel a 1", "var channel b 2;3"}},
		{`api uuid_setvar_multi u1 a=1\;2;b=it\'s`, `api uuid_setvar_multi u1 'a=1;2';'b=it\'s'`, []string{"var channel a 1;2", "var channel b it's"}},
		{"api uuid_setvar_multi u1 a=it's;b=2", "api uuid_setvar_multi u1 a=it's;b=2", []string{"var channel a it's", "var channel b 2"}},
	} {
		c, err := command.Parse(command.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		if got := effects(c.Effects)[1:]; !slices.Equal(got, tt.vars) {
			t.Errorf("%s: effects %q, want %q", tt.send, got, tt.vars)
		}
		if got := upstream(c); !slices.Equal(got, []string{tt.up}) {
			t.Errorf("%s: goes up as %q, want %q", tt.send, got, tt.up)
		}
	}
}
