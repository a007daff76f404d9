package fstext

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	words := func(n int) Splitter { return Splitter{Kind: SplitWords, Slots: n} }
	char := func(c byte, n int) Splitter { return Splitter{Kind: SplitChar, Sep: c, Slots: n} }
	tests := []struct {
		name   string
		split  Splitter
		args   string
		want   []string
		unsure bool
	}{
		{"nothing", words(3), "", nil, false},
		{"one word", words(3), "a", []string{"a"}, false},
		{"runs of spaces", words(3), " a   b ", []string{"a", "b"}, false},
		{"the last slot takes the rest", words(2), "a b  c d", []string{"a", "b  c d"}, false},
		{"quotes group", words(3), "'a b' c", []string{"a b", "c"}, false},
		{"quotes inside a word", words(3), "x'a b'y c", []string{"xa by", "c"}, false},
		{"empty quotes", words(3), "'' c", []string{"", "c"}, false},
		{"an odd quote takes the rest", words(3), "a 'b c", []string{"a", "'b c"}, true},
		{"a backslash keeps the space", words(3), `a\ b c`, []string{`a\ b`, "c"}, true},
		{"escapes", words(3), `a\sb\tc \'d`, []string{"a b\tc", "'d"}, true},
		{"another separator", words(3), "^^:a:b c:d", []string{"a", "b c", "d"}, true},
		{"no text after the separator", words(3), "^^:", []string{"^^:"}, true},
		{"a character", char('|', 3), "a|b c| d |e", []string{"a", "b c", "d |e"}, false},
		{"a character quoted", char(',', 3), "'a,b',c", []string{"a,b", "c"}, false},
		{"a lone quote is a character", char(',', 3), "a',b", []string{"a'", "b"}, false},
		{"empty between characters", char('/', 4), "a//b/", []string{"a", "", "b"}, false},
		{"first", Splitter{Kind: SplitFirst}, "a  b c", []string{"a", " b c"}, false},
		{"whole", Splitter{}, "a b", []string{"a b"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, sure := tt.split.Split(tt.args)
			if !slices.Equal(got, tt.want) || sure == tt.unsure {
				t.Errorf("split(%q) = %q, %v; want %q, %v", tt.args, got, sure, tt.want, !tt.unsure)
			}
		})
	}
}

// TestSplitAsRecorded compares with what a real FreeSWITCH made of `uuid_setvar UUID NAME VALUE`
// for 1,992 arguments, given the value of the variable tk afterwards.
func TestSplitAsRecorded(t *testing.T) {
	file, err := os.Open("testdata/tokens.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, disagree, unsure := 0, 0, 0
	for scan := bufio.NewScanner(unzipped); scan.Scan(); {
		var rec struct{ Args, Reply, Tk string }
		if err := json.Unmarshal(scan.Bytes(), &rec); err != nil {
			t.Fatal(err)
		}
		lines++
		args := latin1(rec.Args)
		split := Splitter{Kind: SplitWords, Slots: 3}
		tokens, sure := split.Split(strings.Trim(args, " \t"))
		if !sure {
			unsure++
		}
		if got := recordedValue(tokens); got != latin1(rec.Tk) {
			disagree++
			if sure {
				t.Errorf("split(%q) = %q gives %q, want %q", args, tokens, got, rec.Tk)
			} else {
				t.Logf("split(%q) = %q gives %q, want %q; said to be unsure", args, tokens, got, rec.Tk)
			}
		}
	}
	t.Logf("%d lines: %d agreed, %d unsure", lines, lines-disagree, unsure)
	if lines != 1992 {
		t.Errorf("%d lines, want 1992", lines)
	}
	if disagree != 0 {
		t.Errorf("%d lines disagree, want none", disagree)
	}
}

// recordedValue returns the value of tk after a uuid_setvar with these tokens on a channel that did
// not have tk.
func recordedValue(tokens []string) string {
	const undefined = "_undef_"
	if len(tokens) != 3 || tokens[0] != "@U1@" || tokens[1] != "tk" || tokens[2] == "" {
		return undefined
	}
	return tokens[2]
}

// latin1 returns the bytes of s, in which each character stands for one byte.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func TestParseSplitter(t *testing.T) {
	for _, s := range []string{"words", "words 0", "words 1025", "words x", "char", "char ab 3", "char , 0", "spaces", "first 2", `char \ 3`, "char ' 3"} {
		if got, err := ParseSplitter(s); err == nil {
			t.Errorf("parseSplitter(%q) = %+v, want an error", s, got)
		}
	}
	for s, want := range map[string]Splitter{
		"":         {},
		"whole":    {},
		"first":    {Kind: SplitFirst},
		"space":    {Kind: SplitWords, Slots: maxSlots},
		"words 3":  {Kind: SplitWords, Slots: 3},
		"char , 4": {Kind: SplitChar, Sep: ',', Slots: 4},
	} {
		if got, err := ParseSplitter(s); err != nil || got != want {
			t.Errorf("parseSplitter(%q) = %+v, %v; want %+v", s, got, err, want)
		}
	}
}

// FuzzSplit checks that a splitter never returns more tokens than it has slots, and that it splits
// a text without quotes, backslashes and ^^ only at its separators.
func FuzzSplit(f *testing.F) {
	f.Add("a b 'c d' e", byte(' '), 3)
	f.Add("^^:a:b", byte(' '), 2)
	f.Add("a|'b|c'|d\\", byte('|'), 5)
	f.Fuzz(func(t *testing.T, args string, sep byte, slots int) {
		if slots < 1 || slots > maxSlots || sep == 0 || sep == '\'' || sep == '\\' {
			return
		}
		kind := SplitChar
		if sep == ' ' {
			kind = SplitWords
		}
		tokens, sure := Splitter{Kind: kind, Sep: sep, Slots: slots}.Split(args)
		if len(tokens) > slots {
			t.Fatalf("%q: %d tokens in %d slots", args, len(tokens), slots)
		}
		if !sure || strings.Contains(args, "'") || strings.TrimSpace(args) == "" {
			return
		}
		if kind == SplitWords {
			plain := strings.FieldsFunc(args, func(r rune) bool { return r == ' ' })
			if n := min(len(plain), slots-1); !slices.Equal(tokens[:n], plain[:n]) {
				t.Fatalf("%q: %q, want %q first", args, tokens, plain[:n])
			}
			return
		}
		plain := strings.SplitN(args, string([]byte{sep}), slots)
		for i, tok := range tokens {
			if want := strings.Trim(plain[i], " "); tok != want {
				t.Fatalf("%q: token %d is %q, want %q", args, i, tok, want)
			}
		}
	})
}
