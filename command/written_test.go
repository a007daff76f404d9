package command_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"eslguard/catalog"
	"eslguard/command"
)

// TestReadAgain checks that frames with all sorts of quoting are forwarded as frames which are
// parsed as the same command, with the same effects, and forwarded unchanged.
func TestReadAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	changed := 0
	for range 5000 {
		g := framer{pick: r.IntN, mark: "x"}
		f := frame(g.frame())
		c, err := command.Parse(catalog.Builtin(), nil, f)
		if err != nil {
			continue
		}
		checkCommand(t, nil, c)
		if len(c.Upstream) == 1 && string(c.Upstream[0].Line) != string(f.Line) {
			changed++
		}
	}
	if changed == 0 {
		t.Error("no frame was rewritten, so the test proves nothing")
	}
}

func TestForwarded(t *testing.T) {
	for _, tt := range []struct{ send, up string }{
		{"api uuid_kill u1 CAUSE", "api uuid_kill u1 CAUSE"},
		{"api uuid_setvar u1 name a  value", "api uuid_setvar u1 name a  value"},
		{"api uuid_setvar   u1  name  a value ", "api uuid_setvar u1 name a value"},
		{"api uuid_setvar 'u1' name 'a value'", "api uuid_setvar u1 name a value"},
		{"api uuid_setvar ^^;u1;name;a value", "api uuid_setvar u1 name a value"},
		{`api uuid_setvar u1 name it\'s`, `api uuid_setvar u1 name 'it\'s'`},
		{`api uuid_setvar u1 name a\nb`, `api uuid_setvar u1 name 'a\nb'`},
		{"api uuid_transfer u1 'log:INFO t,park' inline", "api uuid_transfer u1 'log:INFO t,park' inline"},
		{`api uuid_transfer u1 log:INFO\st,park inline`, "api uuid_transfer u1 'log:INFO t,park' inline"},
		{"api global_setvar a='b=c'", "api global_setvar a='b=c'"},
		{"api hash insert/'a'/b/c", "api hash insert/a/b/c"},
		{"api originate 'user/1' &park", "api originate user/1 &park"},
		{"api originate ^^|user/1|&park", "api originate user/1 &park"},
		{"api originate {a='b c'}user/1 &park", "api originate '{a=b c}user/1' &park"},
		{"api nosuch 'a'  b", "api nosuch 'a'  b"},
		{"api conference c say it's  me", "api conference c say it's  me"},
		{"api conference 'c' say 'hello there'", "api conference c say 'hello there'"},
		{"api conference 'sayroom' say it's me", "api conference sayroom say it's me"},
		{"bgapi conference 'c' saymember 1 it's  me", "bgapi conference c saymember 1 it's  me"},
		{"bgapi uuid_kill 'u1'", "bgapi uuid_kill 'u1'"},
		{"bgapi uuid_transfer 'u1' 9", "bgapi uuid_transfer u1 9"},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Errorf("%s: %v", tt.send, err)
			continue
		}
		if got := upstream(c); !slices.Equal(got, []string{tt.up}) {
			t.Errorf("%s: is forwarded as %q, want %q", tt.send, got, tt.up)
		}
	}
}
