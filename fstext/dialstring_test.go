package fstext

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// show formats a dial string for tables: its variables, then the legs with theirs.
func show(d *DialString) string {
	var b strings.Builder
	if d.enterprise {
		fmt.Fprintf(&b, "all%v ", d.Vars)
	}
	for i, part := range d.Parts {
		if i > 0 {
			b.WriteString(" :_: ")
		}
		if len(part.Vars) > 0 {
			fmt.Fprintf(&b, "%v ", part.Vars)
		}
		for j, try := range part.Tries {
			if j > 0 {
				b.WriteString(" | ")
			}
			for k, l := range try {
				if k > 0 {
					b.WriteString(" , ")
				}
				if len(l.Vars) > 0 {
					fmt.Fprintf(&b, "%v ", l.Vars)
				}
				if l.Broken {
					b.WriteString("broken ")
				}
				b.WriteString(l.Target)
			}
		}
	}
	if d.trailing {
		b.WriteString(" :_:")
	}
	return b.String()
}

func TestReadDial(t *testing.T) {
	tests := []struct {
		name, text string
		tree       string
		canonical  string // "": as it is
	}{
		{"one leg", "sofia/gateway/acme/15551234", "sofia/gateway/acme/15551234", ""},
		{"the type as written", "Sofia/x", "Sofia/x", ""},
		{"no data", "null", "null", ""},
		{"empty data", "null/", "null/", ""},
		{"spaces before", "  user/1000", "user/1000", "user/1000"},
		{"spaces after", "user/1000  ", "user/1000", "user/1000"},
		{"at once", "user/1,user/2", "user/1 , user/2", ""},
		{"one after the other", "error/USER_BUSY|user/2", "error/USER_BUSY | user/2", ""},
		{"both", "user/1,user/2|user/3", "user/1 , user/2 | user/3", ""},
		{"spaces around", "user/1 , user/2 | user/3", "user/1 , user/2 | user/3", "user/1,user/2|user/3"},
		{"nothing between", "user/1,,user/2", "user/1 ,  , user/2", `'user/1,\'\',user/2'`},
		{"nothing at the end", "user/1,", "user/1", "user/1"},
		{"quotes are gone after the bars", "'user/1,2'", "user/1 , 2", "user/1,2"},
		{"a comma quoted twice", `'\'user/1,2\''`, "user/1,2", ""},
		{"a comma escaped", `user/1\,2`, "user/1,2", `'\'user/1,2\''`},
		{"a bar quoted", "'user/1|2'", "user/1|2", ""},
		{"a lone quote", "user/o'neil", "user/o'neil", `'\'user/o\\\'neil\''`},
		{"a separator of its own", "^^:user/1:user/2", "user/1 | user/2", "user/1|user/2"},

		{"variables", "{a=1,b=2}user/1", "[{a 1} {b 2}] user/1", ""},
		{"a space in a value", "{a=x y}user/1", "[{a x y}] user/1", ""},
		{"spaces around entries", "{ a=1 , b = 2 }user/1", "[{a 1} {b 2}] user/1", "{a=1,b=2}user/1"},
		{"a quoted comma", "{a='x,y'}user/1", "[{a x,y}] user/1", "{'a=x,y'}user/1"},
		{"an escaped comma", `{a=x\,y}user/1`, "[{a x,y}] user/1", "{'a=x,y'}user/1"},
		{"more equal signs", "{a=b=c}user/1", "[{a b=c}] user/1", ""},
		{"without a value", "{a,b=,=c,d=1}user/1", "[{ c} {d 1}] user/1", `{'\'\'=c',d=1}user/1`},
		{"a value of quotes is none", "{a=''}user/1", "user/1", "user/1"},
		{"an empty value", `{'a=\'\''}user/1`, "[{a }] user/1", ""},
		{"nothing in it", "{}user/1", "user/1", "user/1"},
		{"two blocks", "{a=1}{b=2}user/1", "[{a 1} {b 2}] user/1", "{a=1,b=2}user/1"},
		{"angles and braces", "<a=1>{b=2}user/1", "[{a 1} {b 2}] user/1", "{a=1,b=2}user/1"},
		{"a brace in quotes counts", "{a='}'|user/1", "[{a '}] ' | user/1", `{'a=\'\\\'\''}'\'\\\'\''|user/1`},
		{"braces in a value", "{a={x},b=2}user/1", "[{a {x}} {b 2}] user/1", ""},
		{"a separator in a block", "{^^:a=1:b=x,y}user/1", "[{a 1} {b x,y}] user/1", "{a=1,'b=x,y'}user/1"},
		{"a separator within an entry", "{^^:b:2,a=1}user/1", "[{2,a 1}] user/1", "{'2,a=1'}user/1"},
		{"an index", "{a[0]=1}user/1", "[{a[0] 1}] user/1", ""},
		{"an array", "{a=ARRAY::x|:y}user/1", "[{a ARRAY::x|:y}] user/1", ""},

		{"of one leg", "[a=1,b=2]user/1,[c=3]user/2", "[{a 1} {b 2}] user/1 , [{c 3}] user/2", ""},
		{"of one leg, twice", "[a=1][b=2]user/1", "[{a 1} {b 2}] user/1", "[a=1,b=2]user/1"},
		{"of all and one", "{a=1}[b=2]user/1", "[{a 1}] [{b 2}] user/1", ""},
		{"a comma quoted in a leg's", "[a='x,y']user/1", "[{a x}] user/1", "[a=x]user/1"},
		{"a comma with a separator", "[^^:a=x,y:b=2]user/1", "[{a x,y} {b 2}] user/1", "[^^;a=x,y;b=2]user/1"},
		{"a bar ends it", "[a=x|y]user/1", "broken [a=x | y]user/1", ""},
		{"not closed", "user/1,[a=1", "user/1 , broken [a=1", ""},

		{"enterprise", "user/1:_:user/2", "all[] user/1 :_: user/2", ""},
		{"enterprise for all", "<a=1>{b=2}user/1:_:{c=3}user/2,user/3", "all[{a 1}] [{b 2}] user/1 :_: [{c 3}] user/2 , user/3", ""},
		{"a mark at the end", "user/1:_:", "all[] user/1 :_:", ""},
		{"a mark at the end, for all", "<a=b>[leg_timeout=20]user/1:_:", "all[{a b}] [{leg_timeout 20}] user/1 :_:", ""},
		{"enterprise in quotes", "'user/1:_:user/2'", "all[] 'user/1 :_: user/2'", `'\'\\\'user/1\'':_:'\'user/2\\\'\''`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, canonical, err := readDial(tt.text)
			if err != nil {
				parsed, perr := parseDial(tt.text)
				t.Fatalf("readDial(%q): %v (tree %s, %v; written %q)", tt.text, err, show(&parsed), perr, parsed.append(nil))
			}
			if tt.canonical == "" {
				tt.canonical = tt.text
			}
			if got := show(&d); got != tt.tree || canonical != tt.canonical {
				t.Errorf("readDial(%q) = %s, %q; want %s, %q", tt.text, got, canonical, tt.tree, tt.canonical)
			}
		})
	}
}

func TestReadDialUnsure(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"nothing", "", errBroken},
		{"only spaces", "  ", errBroken},
		{"only variables", "{a=1}", errBroken},
		{"a brace not closed", "{a=1user/1", errBroken},
		{"a brace too many", "{a={}user/1", errBroken},
		{"an angle not closed", "<a=1user/1", errBroken},
		{"braces after braces", "{a=1}{{b=2}}user/1", ErrAmbiguous},
		{"braces after braces, spaces between", "{a=1} { {b=2}}user/1", ErrAmbiguous},
		{"braces within braces at once", "{ {a=1}}user/1", ErrAmbiguous},
		{"a separator with nothing after it", "{^^}user/1", ErrAmbiguous},
		{"a backslash before the brace", `{a=1\}user/1`, ErrAmbiguous},
		{"a backslash at the end", `user/1\`, ErrAmbiguous},
		{"a comma in a square bracket elsewhere", "user/1[a,b]", ErrAmbiguous},
		{"the mark of a comma", "user/1\x02", ErrAmbiguous},
		{"a space between blocks ends them", "{a=1} {b=2}user/1", ErrAmbiguous},
		{"too many variables", "{" + strings.Repeat("a=1,", maxBlockVariables) + "}user/1", ErrAmbiguous},
		{"too many legs", strings.Repeat("user/1,", MaxLegs), ErrAmbiguous},
		{"too many alternatives", strings.Repeat("user/1|", MaxLegs), ErrAmbiguous},
		{"too many square brackets", strings.Repeat("[", maxOpen+1) + ",", ErrAmbiguous},
		{"two marks at the end", "user/1:_::_:", errBroken},
		{"a mark and a space at the end", "user/1:_: ", errBroken},
		{"a mark at the beginning", ":_:user/1", errBroken},
		{"nothing but a mark", ":_:", errBroken},
		{"too many parts", strings.Repeat("user/1:_:", MaxLegs), ErrAmbiguous},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d, canonical, err := readDial(tt.text); !errors.Is(err, tt.want) {
				t.Errorf("readDial(%.80q) = %.200s, %.80q, %v; want %v", tt.text, show(&d), canonical, err, tt.want)
			}
		})
	}
}

func parseDial(text string) (DialString, error) { return new(DialReader).parse(text) }

func readDial(text string) (DialString, string, error) { return new(DialReader).Read(text) }

// checkWritten fails if the canonical form of text is not read as text is.
func checkWritten(t *testing.T, text string) {
	t.Helper()
	d, canonical, err := readDial(text)
	if err != nil {
		return
	}
	again, twice, err := readDial(canonical)
	if err != nil || !again.equal(&d) || twice != canonical {
		t.Errorf("readDial(%q): %s, %q; that gives %s, %q, %v", text, show(&d), canonical, show(&again), twice, err)
	}
}

// TestEveryTreeIsWritten writes 5,000 random dial strings that consist of bytes with a meaning in
// dial strings, except for braces, and reads them again.
func TestEveryTreeIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, 1+r.IntN(7))
		for i := range b {
			b[i] = " ab,'|=\\^/;\n"[r.IntN(12)]
		}
		return string(b)
	}
	vars := func() []Variable {
		list := make([]Variable, r.IntN(4))
		for i := range list {
			list[i] = Variable{text(), text()}
		}
		return list
	}
	for range 5000 {
		d := DialString{enterprise: r.IntN(4) == 0}
		if d.enterprise {
			d.Vars = vars()
		}
		for range 1 + r.IntN(3) {
			part := DialPart{Vars: vars()}
			for range 1 + r.IntN(3) {
				part.Tries = append(part.Tries, []Leg{{Vars: vars(), Target: "a" + text()}, {Target: "b"}})
			}
			if d.Parts = append(d.Parts, part); !d.enterprise {
				break
			}
		}
		if d.enterprise && len(d.Parts) == 1 {
			continue // it cannot be written, and is not needed
		}
		written := string(d.append(nil))
		if again, err := parseDial(written); err != nil || !again.equal(&d) {
			t.Fatalf("%s is written %q, which gives %s, %v", show(&d), written, show(&again), err)
		}
	}
}

func FuzzReadDial(f *testing.F) {
	for _, seed := range []string{
		"user/1", "{a=1,b='x y'}[c=3]sofia/gateway/acme/1,user/2|error/X", "<a=1>user/1:_:{b=2}user/2", "<a=1>user/1:_:",
		"{^^:a=1:b=x,y}[^^|q=1]loopback/1/default/inline", `{a='it\'s'}user/'1\,2'`, "^^|a|b", "{a={b}}[x]y",
		"[a='b,c',d=e]x/y,[f", "{a=}{b}{c=''}x", "  <a=b> {c=d} x/y ",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkWritten)
}

func FuzzQuoteToken(f *testing.F) {
	f.Add("a b", byte(' '))
	f.Add(`it's \n "x"`, byte(','))
	f.Add("^^x", byte('='))
	f.Fuzz(func(t *testing.T, token string, sep byte) {
		if strings.IndexByte(token, 0) >= 0 || sep == 0 || sep == '\'' || sep == '\\' || sep == 'n' || sep == 'r' || sep == 't' {
			return
		}
		text := quoteToken(token, sep) + string([]byte{sep}) + quoteToken("x", sep)
		got := Separate(text, sep, 3)
		if len(got) != 2 || got[0] != token || got[1] != "x" {
			t.Errorf("quoteToken(%q, %q): %q is read as %q", token, sep, text, got)
		}
	})
}
