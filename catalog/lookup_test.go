package catalog_test

import (
	"slices"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// TestCatalogNames checks the names that rules can use.
func TestCatalogNames(t *testing.T) {
	c := catalog.Builtin()
	for _, tt := range []struct {
		what  string
		names []string
		has   func(string) bool
		one   string
	}{
		{"API", c.APINames(), c.HasAPI, "uuid_kill"},
		{"application", c.AppNames(), c.HasApp, "playback"},
	} {
		if len(tt.names) < 100 || !slices.IsSorted(tt.names) || !slices.Contains(tt.names, tt.one) {
			t.Errorf("%d names of %ss, sorted %t", len(tt.names), tt.what, slices.IsSorted(tt.names))
		}
		for _, name := range tt.names {
			if !tt.has(name) {
				t.Errorf("the %s %s is named and not there", tt.what, name)
			}
		}
	}
}

// TestSlots checks how many tokens an argument can have.
func TestSlots(t *testing.T) {
	c, err := catalog.Builtin().With([]catalog.Module{
		{Name: "mine_words", Split: "words 4"}, {Name: "mine_char", Split: "char , 3"}, {Name: "mine_first", Split: "first"}, {Name: "mine_whole"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind effect.Kind
		name string
		want int
	}{
		{effect.KindAPI, "mine_words", 4}, {effect.KindAPI, "MINE_CHAR", 3}, {effect.KindAPI, "mine_first", 2},
		{effect.KindAPI, "mine_whole", 1}, {effect.KindAPI, "nobody's", 1}, {effect.KindApp, "nobody's", 1},
		{effect.KindDial, "user/1000", 0},
	} {
		if got := c.Slots(tt.kind, tt.name); got != tt.want {
			t.Errorf("%s %s: %d slots, want %d", tt.kind, tt.name, got, tt.want)
		}
	}
}

// TestClass checks which class a name has, and whether some arguments have another one.
func TestClass(t *testing.T) {
	c := catalog.Builtin()
	for _, tt := range []struct {
		kind   effect.Kind
		name   string
		class  effect.Class
		always bool
	}{
		{effect.KindAPI, "status", effect.ClassStatus, true},
		{effect.KindAPI, "UUID_KILL", effect.ClassCall, true},
		{effect.KindAPI, "conference", effect.ClassOriginate, false},
		{effect.KindApp, "system", effect.ClassExec, true},
		{effect.KindAPI, "nobodys_own", effect.ClassNone, true},
		{effect.KindDial, "user/1000", effect.ClassNone, true},
	} {
		if class, always := c.Class(tt.kind, tt.name); class != tt.class || always != tt.always {
			t.Errorf("%s %s: %s, %t", tt.kind, tt.name, class, always)
		}
	}
}

// TestDescribe checks that Describe returns the effect that a frame would have.
func TestDescribe(t *testing.T) {
	c := catalog.Builtin()
	for _, tt := range []struct{ name, args string }{
		{"status", ""}, {"show", "channels as json"}, {"sofia", "status profile internal"}, {"sofia", "profile internal restart"},
		{"uuid_kill", "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11" + " USER_BUSY"},
	} {
		cmd, err := command.Parse(c, new(command.State), &codec.Frame{Line: []byte("api " + tt.name + " " + tt.args)})
		if err != nil {
			t.Fatal(err)
		}
		want := cmd.Effects[0]
		got := c.Describe(effect.KindAPI, tt.name, tt.args)
		if got.Path = want.Path; got.String() != want.String() || got.Class != want.Class || got.Fold != want.Fold || !slices.Equal(got.UUIDs, want.UUIDs) {
			t.Errorf("%s %s: %+v\nwant %+v", tt.name, tt.args, got, want)
		}
	}
	if e := c.Describe(effect.KindDial, "user/1000", "x"); e.String() != "dial user/1000" || e.Args != "x" {
		t.Errorf("%+v", e)
	}
}

// TestArguments checks what rules about an API or application should say about its argument.
func TestArguments(t *testing.T) {
	c := catalog.Builtin()
	for _, tt := range []struct {
		kind      effect.Kind
		name      string
		keyword   string // one of the keywords, "" for none
		needed    string
		separator byte
		tokens    int
	}{
		{effect.KindAPI, "uuid_kill", "", "channel", 0, 1},
		{effect.KindAPI, "hupall", "", "", ' ', 11},
		{effect.KindAPI, "fsctl", "sps", "word", ' ', 6},
		{effect.KindAPI, "system", "", "", 0, 1},
		{effect.KindAPI, "nosuch", "", "", 0, 1},
		{effect.KindApp, "playback", "", "file", 0, 1},
		{effect.KindDial, "user/1", "", "", 0, 1},
	} {
		words := catalog.Keywords(tt.kind, tt.name)
		if tt.keyword == "" && words != nil || tt.keyword != "" && !slices.Contains(words, tt.keyword) {
			t.Errorf("%s %s: the keywords %q, want %q among them", tt.kind, tt.name, words, tt.keyword)
		}
		if got := catalog.NeededArgument(tt.kind, tt.name); got != tt.needed {
			t.Errorf("%s %s: needs %q, want %q", tt.kind, tt.name, got, tt.needed)
		}
		if by, tokens := c.Separator(tt.kind, tt.name); by != tt.separator || tokens != tt.tokens {
			t.Errorf("%s %s: split at %q into %d, want %q and %d", tt.kind, tt.name, by, tokens, tt.separator, tt.tokens)
		}
	}
}

func TestDialplanName(t *testing.T) {
	for name, want := range map[string]string{
		"xml": "XML", "Inline": "inline", "lua": "LUA", "ENUM": "enum", "mine": "mine", "": "", " xml": " xml",
	} {
		if got := catalog.DialplanName(name); got != want {
			t.Errorf("DialplanName(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range catalog.Dialplans() {
		if got := catalog.DialplanName(name); got != name {
			t.Errorf("DialplanName(%q) = %q", name, got)
		}
	}
}
