package command

import (
	"errors"
	"slices"
	"testing"
)

// originate reads the argument of originate.
func originate(args string) (origination, error) {
	tokens, _ := lookup(Builtin().apis, "api", "originate").split.split(args)
	return readOriginate(new(dialReader), args, tokens)
}

func TestReadOriginate(t *testing.T) {
	tests := []struct {
		name, args string
		canonical  string // "": as it is
	}{
		{"an application", "user/1000 &park()", ""},
		{"an extension", "user/1000 9 XML default", ""},
		{"runs of spaces", "user/1000   9  XML ", "user/1000 9 XML"},
		{"needless quotes", "'user/1000' '9' 'XML'", "user/1000 9 XML"},
		{"needed quotes", "{a='x y'}user/1 '&log(INFO z)'", "'{a=x y}user/1' '&log(INFO z)'"},
		{"a separator of its own", "^^|{a=x y}user/1|&log(INFO z)", "'{a=x y}user/1' '&log(INFO z)'"},
		{"what follows the parenthesis", "user/1 &park(a)b)", "user/1 &park(a)"},
		{"two colons", "user/1 &log::INFO", ""},
		{"quotes in a block", `{a=\'x,y\',b=1}user/1 9`, `'{\'a=x,y\',b=1}user/1' 9`},
		{"a block with a separator", "'{^^:a=1:b=x y}user/1' 9", "'{a=1,b=x y}user/1' 9"},
		{"an odd quote takes the rest", "user/1 'a b", `user/1 '\'a b'`},
		{"undef", "user/1 9 UNDEF undef ''", "user/1 9 UNDEF undef ''"},
		{"an escape", `user/1 a\sb\n`, `user/1 'a b\n'`},
		{"a backslash that stands for itself", `user/1 a\b`, `user/1 'a\\b'`},
		{"a quote", `user/1 a\'b`, `user/1 'a\'b'`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.canonical == "" {
				tt.canonical = tt.args
			}
			o, err := originate(tt.args)
			if err != nil || o.canonical != tt.canonical {
				t.Errorf("readOriginate(%q): %q, %v; want %q", tt.args, o.canonical, err, tt.canonical)
			}
			checkOriginate(t, tt.args)
		})
	}
}

func TestReadOriginateUnsure(t *testing.T) {
	for _, tt := range []struct {
		name, args string
		want       error
	}{
		{"nothing", "", errBroken},
		{"one token", "user/1", errBroken},
		{"eight tokens", "user/1 9 XML c n m 5 x", errBroken},
		{"no extension", "user/1 Undef", errUnsure},
		{"nobody to call", "undef 9", errUnsure},
		{"a backslash at the end", `user/1 9\`, errUnsure},
		{"an application without a name", "user/1 &)", errUnsure},
		{"a broken block", "{a=1user/1 9", errBroken},
		{"a block that cannot be told", "{a=1}{{b=2}}user/1 9", errUnsure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if o, err := originate(tt.args); !errors.Is(err, tt.want) {
				t.Errorf("readOriginate(%q): %q, %v; want %v", tt.args, o.canonical, err, tt.want)
			}
		})
	}
}

// checkOriginate fails if what is written for args is not read as args is.
func checkOriginate(t *testing.T, args string) {
	t.Helper()
	o, err := originate(args)
	if err != nil {
		return
	}
	again, err := originate(o.canonical)
	if tokens := separate(o.canonical, ' ', originateSlots); !slices.Equal(tokens, o.tokens) {
		t.Errorf("readOriginate(%q): %q has the tokens %q, want %q", args, o.canonical, tokens, o.tokens)
	}
	same := again.dial.equal(&o.dial) && again.canonical == o.canonical && again.exten == o.exten && again.app == o.app &&
		again.args == o.args && again.dialplan == o.dialplan && again.context == o.context && again.name == o.name && again.number == o.number
	if err != nil || !same {
		t.Errorf("readOriginate(%q): %q; that gives %q, %v", args, o.canonical, again.canonical, err)
	}
}

func FuzzReadOriginate(f *testing.F) {
	for _, seed := range []string{
		"user/1000 &park()", "{a='x y',b=1}[c=2]user/1,user/2|error/X '&log(INFO z)'", "^^|user/1|9|inline", "x/y a\\sb LUA ~x n m 5",
		`{^^:a=\'1\':b=2}user/1:_:user/2 'log:INFO q,park' inline`, "null/x &a::b c", "'<a=b>{c=d} x' undef",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkOriginate)
}
