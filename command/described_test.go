package command_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/command"
	"eslguard/effect"
)

// described returns a catalogue with APIs of modules outside FreeSWITCH's tree.
func described(t *testing.T, mods ...catalog.Module) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Builtin().With(mods)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// audioAPIs are APIs as the policies of voice agents describe them.
var audioAPIs = []catalog.Module{
	{Name: "uuid_audio_fork", Class: effect.ClassMedia, UUID: []int{0}, Split: "space"},
	{Name: "uuid_audio_stream", Class: effect.ClassMedia, UUID: []int{0}, Split: "words 6"},
	{Name: "mine_char", Class: effect.ClassMedia, Split: "char , 3"},
	{Name: "mine_whole", Class: effect.ClassMedia},
}

// TestDescribedForwarded checks that the argument of an API which a policy describes is split as
// FreeSWITCH's own splitter does it, and is forwarded in a form that it reads as the same tokens.
func TestDescribedForwarded(t *testing.T) {
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
			`api uuid_audio_fork u1 send_text {"text":"it's fine today"}`,
			`api uuid_audio_fork u1 send_text '{"text":"it\'s fine today"}'`,
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
			t.Errorf("%s: is forwarded as %q, want %q", tt.send, got, tt.up)
		}
		again, err := command.Parse(cat, nil, frame(tt.up))
		if err != nil || len(again.Effects) != 1 || !slices.Equal(again.Effects[0].Tokens, tt.tokens) {
			t.Errorf("%s: what is forwarded is read as %+v, %v", tt.send, again, err)
		}
	}
}

// TestDescribedReadAgain sends random arguments to described APIs. What is forwarded must be read
// as the same tokens, unless the command is opaque.
func TestDescribedReadAgain(t *testing.T) {
	cat := described(t, audioAPIs...)
	r := rand.New(rand.NewPCG(5, 6))
	const special = `ab ',|^^;\"{n`
	rewritten := 0
	for range 20000 {
		b := []byte("api " + audioAPIs[r.IntN(len(audioAPIs))].Name + " ")
		for range 1 + r.IntN(14) {
			b = append(b, special[r.IntN(len(special))])
		}
		f := frame(string(b))
		c, err := command.Parse(cat, nil, f)
		if err != nil || len(whys(c)) > 0 {
			continue
		}
		again, err := command.Parse(cat, nil, frame(upstream(c)[0]))
		if err != nil {
			t.Fatalf("%q is forwarded as %q: %v", b, upstream(c), err)
		}
		if len(whys(again)) > 0 || !slices.Equal(again.Effects[0].Tokens, c.Effects[0].Tokens) ||
			!slices.Equal(upstream(again), upstream(c)) {
			t.Fatalf("%q is forwarded as %q, which is read as %q", b, upstream(c), again.Effects[0].Tokens)
		}
		if upstream(c)[0] != strings.TrimRight(string(b), " ") {
			rewritten++
		}
	}
	if rewritten < 1000 {
		t.Errorf("only %d commands are rewritten", rewritten)
	}
}

// TestDescribedNested checks texts within another text. They are forwarded unchanged, so an
// ambiguous one is opaque.
func TestDescribedNested(t *testing.T) {
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

// TestSetvarMultiForwarded checks that the list of variables is rewritten with its own separator.
func TestSetvarMultiForwarded(t *testing.T) {
	for _, tt := range []struct {
		send, up string
		vars     []string
	}{
		{"api uuid_setvar_multi u1 ^^|a=1|b=2;3", "api uuid_setvar_multi u1 a=1;'b=2;3'", []string{"var channel a 1", "var channel b 2;3"}},
		{`api uuid_setvar_multi u1 a=1\;2;b=it\'s`, `api uuid_setvar_multi u1 'a=1;2';'b=it\'s'`, []string{"var channel a 1;2", "var channel b it's"}},
		{"api uuid_setvar_multi u1 a=it's;b=2", "api uuid_setvar_multi u1 a=it's;b=2", []string{"var channel a it's", "var channel b 2"}},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		if got := effects(c.Effects)[1:]; !slices.Equal(got, tt.vars) {
			t.Errorf("%s: effects %q, want %q", tt.send, got, tt.vars)
		}
		if got := upstream(c); !slices.Equal(got, []string{tt.up}) {
			t.Errorf("%s: is forwarded as %q, want %q", tt.send, got, tt.up)
		}
	}
}

// patched describes a conference module that has further subcommands.
var patched = catalog.Module{Name: "conference", Subcommands: []catalog.Subcommand{
	{Name: "tag", Secret: []int{3}}, {Name: "gettag", Class: effect.ClassRead}, {Name: "wipe", Class: effect.ClassConfig},
}}

// TestSubcommands checks that a subcommand which a policy adds contains nothing, and that those of
// FreeSWITCH's own tree keep their meaning.
func TestSubcommands(t *testing.T) {
	cat := described(t, patched)
	for _, tt := range []struct {
		send string
		want []string
	}{
		{"api conference r tag 5 vip", []string{"api conference r tag 5 vip @originate"}},
		{"api conference r GETTAG 5", []string{"api conference r GETTAG 5 @read"}},
		{"api conference 'r 1' tag 5 'it''s'", []string{"api conference r 1 tag 5 its @originate"}},
		{"api conference r wipe ${x}", []string{"api conference r wipe ${x} @config"}},
		{"api conference r wipe ${system id}", []string{"api conference r wipe ${system id} @config", "api system id @exec"}},
		{"api conference r other", []string{"api conference r other @originate", "opaque wrapper"}},
		{"api conference tag r", []string{"api conference tag r @originate", "opaque wrapper"}},
	} {
		c, err := command.Parse(cat, nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		if got := effects(c.Effects); !slices.Equal(got, tt.want) {
			t.Errorf("%s: effects %q, want %q", tt.send, got, tt.want)
		}
		d := cat.Describe(effect.KindAPI, "conference", c.Effects[0].Args)
		if got := d.Class; got != c.Effects[0].Class {
			t.Errorf("%s: Describe says the class %s, Parse %s", tt.send, got, c.Effects[0].Class)
		}
	}
}

// TestWithRefuses checks that a description which is impossible, or which would change what is
// known, is an error.
func TestWithRefuses(t *testing.T) {
	sub := func(name string, secret ...int) catalog.Module {
		return catalog.Module{Name: "conference", Subcommands: []catalog.Subcommand{{Name: name, Secret: secret}}}
	}
	for _, tt := range []struct {
		mod  catalog.Module
		want string
	}{
		{catalog.Module{Name: "x1", UUID: []int{64}}, "uuid token 64 is not within 0 to 63"},
		{catalog.Module{Name: "x1", UUID: []int{1}}, "uuid token 1 cannot be: the argument is not split"},
		{catalog.Module{Name: "x1", Split: "words 4", Secret: []int{4}}, "secret token 4 cannot be: the argument has 4 tokens at most, 0 to 3"},
		{catalog.Module{Name: "x1", Split: "first", Secret: []int{2}}, "secret token 2 cannot be: the argument has 2 tokens at most"},
		{catalog.Module{Name: "x1", Split: "space", Secret: []int{-1}}, "secret token -1 is not within 0 to 63"},
		{catalog.Module{Name: "x1", Split: "space", Subcommands: []catalog.Subcommand{{Name: "tag"}}}, `a rule can name any that it has, as in "api x1 NAME **"`},
		{catalog.Module{Name: "sofia", Subcommands: []catalog.Subcommand{{Name: "tag"}}}, `it cannot have "subcommands"`},
		{catalog.Module{Name: "conference"}, "FreeSWITCH's own tree has it"},
		{catalog.Module{Name: "conference", Split: "space", Secret: []int{1}}, "FreeSWITCH's own tree has it"},
		{catalog.Module{Name: "conference", Class: effect.ClassStatus, Secret: []int{1}}, "FreeSWITCH's own tree has it"},
		{catalog.Module{Name: "Conference", UUID: []int{1}, Secret: []int{1}}, "FreeSWITCH's own tree has it"},
		{catalog.Module{Name: "status", Secret: []int{1}}, "secret token 1 cannot be"},
		{sub("Kick"), `subcommand "Kick": FreeSWITCH's own tree has it`},
		{sub("dial"), `subcommand "dial": FreeSWITCH's own tree has it`},
		{sub("saying"), `subcommand "saying": FreeSWITCH's own tree has it`},
		{sub("a b"), `subcommand "a b": not a plain name`},
		{sub("tag", 1), "secret token 1 cannot be: it stands before the end of the subcommand"},
		{sub("tag", 25), "secret token 25 cannot be: the argument has 25 tokens at most"},
	} {
		_, err := catalog.Builtin().With([]catalog.Module{tt.mod})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("With(%+v): %v, want %q", tt.mod, err, tt.want)
		}
	}
	for _, mods := range [][]catalog.Module{
		{{Name: "status", Secret: []int{0}}, {Name: "STATUS", Secret: []int{0}}},
		{{Name: "x1", Secret: []int{0}}, {Name: "x1", Secret: []int{0}}},
		{{Name: "conference", Subcommands: []catalog.Subcommand{{Name: "tag"}, {Name: "TAG"}}}},
	} {
		if _, err := catalog.Builtin().With(mods); err == nil || !strings.Contains(err.Error(), "described twice") {
			t.Errorf("With(%+v): %v, want that it is described twice", mods, err)
		}
	}
}

// TestSecretPlaces checks that a policy adds to the places of secrets and removes none.
func TestSecretPlaces(t *testing.T) {
	cat := described(t, patched, catalog.Module{Name: "Mine", Split: "char | 9", Secret: []int{8, 2}},
		catalog.Module{Name: "luarun", Secret: []int{0}})
	cat, err := cat.Without("expr-depth")
	if err != nil {
		t.Fatal(err)
	}
	want := []catalog.SecretPlace{
		{Name: "conference", After: "tag", Tokens: []int{1}, Last: 22, Sep: ' '},
		{Name: "mine", Tokens: []int{2, 8}, Last: 8, Sep: '|'},
		{Name: "luarun", Tokens: []int{0}},
	}
	if got := cat.OwnSecretPlaces(); !reflect.DeepEqual(got, want) {
		t.Errorf("own places %+v, want %+v", got, want)
	}
	builtin := catalog.Builtin().SecretPlaces()
	if got := cat.SecretPlaces(); !reflect.DeepEqual(got[:len(builtin)], builtin) || len(catalog.Builtin().OwnSecretPlaces()) > 0 {
		t.Errorf("the places of the tree are %+v", got)
	}
	for _, p := range builtin {
		isAPI, isApp := catalog.Builtin().HasAPI(p.Name), catalog.Builtin().HasApp(p.Name)
		if !isAPI && !isApp || len(p.Tokens) == 0 {
			t.Errorf("%+v names no API or application", p)
		}
	}
}

// TestSetvarMultiReadAgain sends random lists of variables. What is forwarded must set the same
// variables.
func TestSetvarMultiReadAgain(t *testing.T) {
	const special = `ab ';;|^^\==n`
	r := rand.New(rand.NewPCG(7, 8))
	rewritten := 0
	for range 20000 {
		b := []byte("api uuid_setvar_multi u1 x")
		for range 1 + r.IntN(14) {
			b = append(b, special[r.IntN(len(special))])
		}
		if r.IntN(3) == 0 {
			b = append([]byte("api uuid_setvar_multi u1 ^^|"), b[len("api uuid_setvar_multi u1 "):]...)
		}
		c, err := command.Parse(catalog.Builtin(), nil, frame(string(b)))
		if err != nil || len(whys(c)) > 0 {
			continue
		}
		again, err := command.Parse(catalog.Builtin(), nil, frame(upstream(c)[0]))
		if err != nil {
			t.Fatalf("%q is forwarded as %q: %v", b, upstream(c), err)
		}
		if len(whys(again)) > 0 || !slices.Equal(effects(again.Effects)[1:], effects(c.Effects)[1:]) || !slices.Equal(upstream(again), upstream(c)) {
			t.Fatalf("%q is forwarded as %q, with the effects %q, want %q", b, upstream(c), effects(again.Effects), effects(c.Effects))
		}
		if upstream(c)[0] != strings.TrimRight(string(b), " ") {
			rewritten++
		}
	}
	if rewritten < 1000 {
		t.Errorf("only %d commands are rewritten", rewritten)
	}
}

// TestUnlisted checks that an API is marked as unlisted if the catalogue does not have it.
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
		t.Error("an application is marked as unlisted, but rules can name it")
	}
}

// whys returns why the effects of c are opaque.
func whys(c *command.Command) (list []string) {
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Kind == effect.KindOpaque {
			list = append(list, e.Why)
		}
	}
	return list
}
