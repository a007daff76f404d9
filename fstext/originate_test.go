package fstext

import (
	"errors"
	"slices"
	"testing"
)

// originate parses the argument of originate.
func originate(args string) (Originate, error) {
	tokens, _ := Splitter{Kind: SplitWords, Slots: originateSlots}.Split(args)
	return ReadOriginate(new(DialReader), args, tokens)
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
			if err != nil || o.Canonical != tt.canonical {
				t.Errorf("readOriginate(%q): %q, %v; want %q", tt.args, o.Canonical, err, tt.canonical)
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
		{"no extension", "user/1 Undef", ErrAmbiguous},
		{"nobody to call", "undef 9", ErrAmbiguous},
		{"a backslash at the end", `user/1 9\`, ErrAmbiguous},
		{"an application without a name", "user/1 &)", ErrAmbiguous},
		{"a broken block", "{a=1user/1 9", errBroken},
		{"a block that cannot be told", "{a=1}{{b=2}}user/1 9", ErrAmbiguous},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if o, err := originate(tt.args); !errors.Is(err, tt.want) {
				t.Errorf("readOriginate(%q): %q, %v; want %v", tt.args, o.Canonical, err, tt.want)
			}
		})
	}
}

// checkOriginate fails if the canonical form of args is not read as args is.
func checkOriginate(t *testing.T, args string) {
	t.Helper()
	o, err := originate(args)
	if err != nil {
		return
	}
	again, err := originate(o.Canonical)
	if tokens := Separate(o.Canonical, ' ', originateSlots); !slices.Equal(tokens, o.Tokens) {
		t.Errorf("readOriginate(%q): %q has the tokens %q, want %q", args, o.Canonical, tokens, o.Tokens)
	}
	same := again.Dial.equal(&o.Dial) && again.Canonical == o.Canonical && again.Exten == o.Exten && again.App == o.App &&
		again.Args == o.Args && again.Dialplan == o.Dialplan && again.Context == o.Context && again.Name == o.Name && again.Number == o.Number
	if err != nil || !same {
		t.Errorf("readOriginate(%q): %q; that gives %q, %v", args, o.Canonical, again.Canonical, err)
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
