package learn

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestFormsAreBounded: the work for a group in which every token varies is bounded, and no shape is
// lost.
func TestFormsAreBounded(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	var shapes []*shape
	for range maxShapes {
		tokens := make([]string, 24)
		for i := range tokens {
			tokens[i] = fmt.Sprint(rnd.IntN(6))
		}
		shapes = append(shapes, &shape{tokens: tokens, count: 1, effect: effect.Effect{Kind: effect.KindAPI, Name: "x", Tokens: tokens}})
	}
	g := new(generalizer)
	counted := 0
	for _, f := range g.forms(shapes) {
		counted += f.count
	}
	if counted != len(shapes) {
		t.Errorf("%d of %d shapes are counted", counted, len(shapes))
	}
	// When the bound is reached, the rest is spelled, which examines each token once more.
	if most := maxExamined + maxShapes*24*24; g.examined > most {
		t.Errorf("%d tokens were examined, want at most %d", g.examined, most)
	}
}

// shapesOf returns shapes with these tokens, each as often as it is listed.
func shapesOf(t *testing.T, rows ...string) []*shape {
	t.Helper()
	byText := make(map[string]*shape)
	for i, row := range rows {
		s := byText[row]
		if s == nil {
			tokens := strings.Fields(row)
			s = &shape{tokens: tokens, first: i + 1, effect: effect.Effect{Kind: effect.KindAPI, Name: "x", Tokens: tokens}}
			byText[row] = s
		}
		s.count++
		s.last = i + 1
	}
	var out []*shape
	for _, text := range slices.Sorted(maps.Keys(byText)) {
		out = append(out, byText[text])
	}
	return out
}

// showForms writes forms as "tokens = count", with a + after each wildcard.
func showForms(forms []form) string {
	var out []string
	for _, f := range forms {
		var b strings.Builder
		for i, token := range f.tokens {
			b.WriteString(token)
			if f.wild[i] {
				b.WriteByte('+')
			}
			b.WriteByte(' ')
		}
		out = append(out, fmt.Sprintf("%s= %d", &b, f.count))
	}
	return strings.Join(out, "; ")
}

// TestForms: which tokens become alternatives and which a wildcard, and that nothing unseen is
// combined.
func TestForms(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows []string
		want string
	}{
		{"one", []string{"a b"}, "a b = 1"},
		{"repeated", []string{"a b", "a b"}, "a b = 2"},
		{"alternatives", []string{"a x", "b x"}, "a|b x = 2"},
		{"alternatives in both", []string{"a x", "a y", "b x", "b y"}, "a|b x|y = 4"},
		{"one combination unseen", []string{"a x", "a y", "b x"}, "a x|y = 2; b x = 1"},
		{"four are spelled", []string{"pa x", "pb x", "pc x", "pd x"}, "pa|pb|pc|pd x = 4"},
		{"five become a pattern", []string{"pa x", "pb x", "pc x", "pd x", "pe x"}, "p*+ x = 5"},
		{"a pattern and a rarer text", []string{"pa x", "pb x", "pc x", "pd x", "pe x", "pa y"}, "p*+ x = 5; pa y = 1"},
		{"two patterns", []string{"pa qa", "pb qb", "pc qc", "pd qd", "pe qe"}, "p*+ q*+ = 5"},
		{"special characters", []string{"a*b /x/"}, `a\*b \/x/ = 1`},
		{"uuids", []string{"\x01 x"}, "<uuid> x = 1"},
	} {
		rows := slices.Clone(tt.rows)
		for i := range rows {
			rows[i] = strings.ReplaceAll(rows[i], "\x01", string(rune(pattern.ShapeUUID)))
		}
		if got := showForms(new(generalizer).forms(shapesOf(t, rows...))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestMergeForms: only spelled tokens become alternatives, as long as a pattern may be.
func TestMergeForms(t *testing.T) {
	f := func(wild bool, tokens ...string) form {
		return form{tokens: tokens, wild: []bool{wild, false}, count: 1}
	}
	long := strings.Repeat("x", pattern.MaxPattern-2)
	for _, tt := range []struct {
		name  string
		forms []form
		want  string
	}{
		{"none", nil, ""},
		{"alike", []form{f(false, "a", "x"), f(false, "b", "x")}, "a|b x = 2"},
		{"another token differs", []form{f(false, "a", "x"), f(false, "b", "y")}, "a x = 1; b y = 1"},
		{"not a wildcard", []form{f(true, "a*", "x"), f(false, "b", "x"), f(false, "c", "x")}, "a*+ x = 1; b|c x = 2"},
		{"not a regular expression", []form{f(false, "/a./", "x"), f(false, "b", "x")}, "/a./ x = 1; b x = 1"},
		{"nothing that becomes one", []form{f(false, `\/a`, "x"), f(false, "b/", "x")}, `\/a|b/ x = 2`},
		{"too long", []form{f(false, long, "x"), f(false, "bc", "x")}, long + " x = 1; bc x = 1"},
	} {
		if got := showForms(mergeForms(tt.forms, 0)); got != tt.want {
			t.Errorf("%s: %.200s, want %.200s", tt.name, got, tt.want)
		}
	}
}

// TestSplitByCount: what follows a token was seen with many different values of it, or with few.
func TestSplitByCount(t *testing.T) {
	rows := []string{"a x", "b x", "c x", "d x", "e x", "a y", "b y", "c y", "d y"}
	often, seldom := new(generalizer).splitByCount(shapesOf(t, rows...), 0)
	if len(often) != 5 || len(seldom) != 4 || slices.ContainsFunc(often, func(s *shape) bool { return s.tokens[1] != "x" }) {
		t.Errorf("%d often, %d seldom; want the 5 of x, and the 4 of y", len(often), len(seldom))
	}
	often, seldom = (&generalizer{spellsMany: true}).splitByCount(shapesOf(t, rows...), 0)
	if len(often) != 0 || len(seldom) != len(rows) {
		t.Errorf("of events, %d often", len(often))
	}
}

// TestIsKeyword: the folded tokens are counted from the effect's first token.
func TestIsKeyword(t *testing.T) {
	e := effect.Effect{Tokens: []string{"a", "b", "c"}, Fold: 1<<1 | 1<<63}
	for _, tt := range []struct {
		tokens int // of the shape, the last ones of the effect
		i      int
		want   bool
	}{
		{3, 0, false}, {3, 1, true}, {3, 2, false}, {2, 0, true}, {2, 1, false}, {3, 63, true}, {3, 64, false}, {3, 1000, false}, {4, 0, false},
	} {
		s := &shape{tokens: make([]string, tt.tokens), effect: e}
		if got := s.isKeyword(tt.i); got != tt.want {
			t.Errorf("token %d of %d: %v", tt.i, tt.tokens, got)
		}
	}
}
