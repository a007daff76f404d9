package catalog

import (
	"slices"
	"strings"
	"testing"

	"eslguard/argument"
	"eslguard/effect"
)

func TestTableRows(t *testing.T) {
	got := slices.Collect(tableRows("# a comment\na\tb\n#\nc\n"))
	if want := []string{"a\tb", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range tableRows("a\nb\n") {
		break // must not be given the second row
	}
}

// TestTablesHaveHeads checks that each table describes its columns, in lines that fit a terminal.
func TestTablesHaveHeads(t *testing.T) {
	for name, table := range map[string]struct {
		text    string
		columns int
	}{"apis": {apisTSV, 7}, "apps": {appsTSV, 7}, "positions": {positionsTSV, 3}, "subclasses": {subclassesTSV, 2}} {
		described := 0
		for line := range strings.Lines(table.text) {
			if line[0] != '#' {
				break
			}
			if len(line) > 100+len("\n") {
				t.Errorf("%s: a line of the head has %d bytes", name, len(line))
			}
			if len(line) > 3 && line[2] == byte('1'+described) && line[3] == '.' {
				described++
			}
		}
		if described != table.columns {
			t.Errorf("%s: the head describes %d columns, want %d", name, described, table.columns)
		}
	}
}

func TestParseFold(t *testing.T) {
	for _, tt := range []struct {
		column string
		tokens []string
		want   uint64
	}{
		{"", []string{"a"}, 0},
		{"all", []string{"a"}, ^uint64(0)},
		{"0,2", []string{"a"}, 0b101},
		{"1-", nil, ^uint64(1)},
		{"0;profile:2", []string{"status"}, 0b1},
		{"0;profile:2", []string{"Profile"}, 0b101},
		{"0;profile:2", nil, 0b1},
	} {
		r, err := parseFold(tt.column)
		if err != nil {
			t.Fatalf("%q: %v", tt.column, err)
		}
		if got := r.of(tt.tokens); got != tt.want {
			t.Errorf("%q of %q: %b, want %b", tt.column, tt.tokens, got, tt.want)
		}
	}
}

func TestParsePositionsRefuses(t *testing.T) {
	for row, want := range map[string]string{
		"api\ta":                         "2 columns",
		"apis\ta\t*:text":                "kind",
		"api\ta\t0:texts":                "type in",
		"api\ta\t0":                      "type in",
		"api\ta\t-1:text":                "token index",
		"api\ta\t64:text":                "token index",
		"api\ta\tx:text":                 "token index",
		"api\ta\tkey=b:none":             "type in",
		"api\ta\t0:text | sub=x 1:text":  "no token can lead to",
		"api\ta\t0:text\napi\ta\t0:text": "duplicate name",
		"var\ta\tfile\nvar\ta\tfile":     "duplicate name",
		"var\tA\tfile":                   "lower case",
		"var\ta\tfiles":                  "type",
		"var\ta\tfile!!":                 "type",
		"invalid\ta\t*:text":             "kind",
	} {
		if _, err := parsePositionTable(row); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", row, err, want)
		}
	}
}

// TestForms checks which form of a row fits tokens, and which type each token has in it.
func TestForms(t *testing.T) {
	p, err := parsePositions("sub=on,off 2:file key=proxy:url | sub=on sub=x* *:number | 0:channel *:word")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		tokens string
		want   string
	}{
		{"", "channel"},
		{"u1 a b", "channel word word"},
		{"ON a b c", "word word file text"},
		{"off proxy a", "word word url"}, // the word before it wins
		{"off a PROXY b", "word word file url"},
		{"on xyz 1 2", "word word number number"}, // more fixed words win
		{"off xyz 1", "word word file"},
	} {
		tokens := strings.Fields(tt.tokens)
		form := p.form(tokens)
		var got []string
		for i := range max(1, len(tokens)) {
			got = append(got, form.typeAt(tokens, i).String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q: %q, want %q", tt.tokens, got, tt.want)
		}
	}
	if (positions)(nil).form([]string{"a"}).typeAt([]string{"a"}, 0) != argument.TypeText {
		t.Error("what has no row is not text")
	}
}

func TestFormOf(t *testing.T) {
	for _, tt := range []struct {
		name   string
		e      effect.Effect
		i      int
		types  argument.TypeSet
		offset int
		acts   bool
		known  bool
	}{
		{"an unknown API", effect.Effect{Kind: effect.KindAPI, Name: "nosuch", Tokens: []string{"a"}}, 0, argument.SetOf(argument.TypeText), 0, false, false},
		{"a channel", effect.Effect{Kind: effect.KindAPI, Name: "uuid_kill", Tokens: []string{"u1"}}, 0, argument.SetOf(argument.TypeChannel), 0, false, true},
		{"no such token", effect.Effect{Kind: effect.KindAPI, Name: "uuid_kill", Tokens: []string{"u1"}}, 5, 0, 0, false, true},
		{"a negative index", effect.Effect{Kind: effect.KindAPI, Name: "uuid_kill", Tokens: []string{"u1"}}, -1, 0, 0, false, true},
		{"another kind", effect.Effect{Kind: effect.KindDial, Name: "user/1"}, 0, 0, 0, false, true},
		{"a variable's name", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"my_var", "a"}}, 0, argument.SetOf(argument.TypeVariable), 0, false, true},
		{"a variable's value", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"my_var", "a"}}, 1, argument.SetOf(argument.TypeText), 0, false, true},
		{"a hook", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"Execute_On_Answer", "a"}}, 0, argument.SetOf(argument.TypeVariable), 0, true, true},
		{"a global value", effect.Effect{Kind: effect.KindVar, Name: "global", Tokens: []string{"my_var", "a"}}, 1,
			argument.SetOf(argument.TypeText, argument.TypeXML), 0, false, true},
		{"beside a user", effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{"my_var", "a"}, Directory: true}, 1,
			argument.SetOf(argument.TypeText, argument.TypeTemplate), 0, false, true},
		{"music", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"hold_music", "a.wav"}}, 1, argument.SetOf(argument.TypeFile), 0, false, true},
		{"music by an application", effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"hold_music", "playback::a.wav"}}, 1,
			argument.SetOf(argument.TypeNested), 0, false, true},
		{"a first token of an event", effect.Effect{Kind: effect.KindInject, Name: "SEND_INFO", Tokens: []string{"internal", "sip:a@b=c"}}, 1,
			argument.SetOf(argument.TypeURI), 0, false, true},
		{"a further token of an event", effect.Effect{Kind: effect.KindInject, Name: "SEND_INFO", Tokens: []string{"internal", "sip:a@b", "presence-data-cols=x"}}, 2,
			argument.SetOf(argument.TypeSQL), len("presence-data-cols="), false, true},
		{"an unknown header", effect.Effect{Kind: effect.KindInject, Name: "SEND_INFO", Tokens: []string{"internal", "sip:a@b", "nosuch=x"}}, 2,
			argument.SetOf(argument.TypeNever), len("nosuch="), false, true},
		{"a counted file", effect.Effect{Kind: effect.KindApp, Name: "loop_playback", Tokens: []string{"+3 a.wav"}}, 0, argument.SetOf(argument.TypeFile), len("+3 "), false, true},
	} {
		f := FormOf(&tt.e)
		if got := f.Types(tt.i); got != tt.types {
			t.Errorf("%s: the types %v, want %v", tt.name, got.Types(), tt.types.Types())
		}
		if got := f.Offset(tt.i); got != tt.offset {
			t.Errorf("%s: the value begins at %d, want %d", tt.name, got, tt.offset)
		}
		if f.Acts(tt.i) != tt.acts || f.Known() != tt.known {
			t.Errorf("%s: acts %v, known %v", tt.name, f.Acts(tt.i), f.Known())
		}
	}
	var zero Form
	if zero.Types(0) != 0 || zero.Offset(0) != 0 || zero.Acts(0) {
		t.Error("the zero Form is not text")
	}
}

func TestProtections(t *testing.T) {
	list := Protections()
	for i, p := range list {
		if p.Name == "" || p.Releases == "" || !strings.HasSuffix(p.Text, ".") {
			t.Errorf("protection %d: %+v", i, p)
		}
		if i > 0 && list[i-1].Name >= p.Name {
			t.Errorf("%s comes after %s", p.Name, list[i-1].Name)
		}
		if id := ProtectionID(i + 1); id.Protection() != p {
			t.Errorf("protection %d is %+v, want %s", id, id.Protection(), p.Name)
		}
	}
	c, err := Builtin().Without("expr-depth", "json-depth")
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.Without("alias-loop"); err != nil {
		t.Fatal(err)
	}
	for id := ProtectAliasLoop; id < numProtections; id++ {
		off := id == ProtectExprDepth || id == ProtectJSONDepth || id == ProtectAliasLoop
		if c.IsOff(id) != off || Builtin().IsOff(id) {
			t.Errorf("%s: off %v, in the built-in catalogue %v", id.Protection().Name, c.IsOff(id), Builtin().IsOff(id))
		}
	}
	for _, name := range []string{"", "nosuch", "Expr-Depth"} {
		if _, err := Builtin().Without(name); err == nil {
			t.Errorf("Without(%q) has no error", name)
		}
	}
}
