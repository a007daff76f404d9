package learn_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/learn"
)

// draftOf returns the rules that are drafted from commands, with their counts.
func draftOf(t *testing.T, sent []string) (rules []string) {
	t.Helper()
	l := learn.New(nil)
	for _, text := range sent {
		l.Add(effectsOf(t, text), nil)
	}
	d := l.Draft()
	if len(d.LeftOut) > 0 {
		t.Errorf("left out %v", d.LeftOut)
	}
	for _, r := range d.Rules {
		rules = append(rules, r.String())
	}
	return rules
}

// TestLearnCombinesNothingUnseen: the rules that are drafted if two tokens vary.
func TestLearnCombinesNothingUnseen(t *testing.T) {
	numbered := func(prefix string, n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("%s%c", prefix, 'a'+i))
		}
		return out
	}
	for _, tt := range []struct {
		name string
		sent []string
		want []string
	}{
		{"one harmful among twenty", append(each("api sofia status profile %s", numbered("p", 20)...), "api sofia xmlstatus profile pa"), []string{
			"api sofia status profile p* (20 times)", "api sofia xmlstatus profile pa (once)"}},
		{"a keyword after the names", append(each("api sofia profile %s rescan", numbered("p", 20)...), "api sofia profile pa restart"), []string{
			"api sofia profile p* rescan (20 times)", "api sofia profile pa restart (once)"}},
		{"each keyword often enough", append(each("api sofia profile %s rescan", numbered("p", 20)...), each("api sofia profile %s restart", numbered("p", 5)...)...), []string{
			"api sofia profile p* rescan|restart (25 times)"}},
		{"a keyword not often enough", append(each("api sofia profile %s rescan", numbered("p", 20)...), each("api sofia profile %s restart", numbered("p", 4)...)...), []string{
			"api sofia profile p* rescan (20 times)", "api sofia profile pa|pb|pc|pd restart (4 times)"}},
		{"many keywords beside many names", append(each("api sofia profile %s rescan", numbered("p", 9)...),
			"api sofia profile pa restart", "api sofia profile pb stop", "api sofia profile pc start", "api sofia profile pd siptrace", "api sofia profile pe capture"), []string{
			"api sofia profile p* rescan (9 times)", "api sofia profile pa restart (once)", "api sofia profile pb stop (once)",
			"api sofia profile pc start (once)", "api sofia profile pd siptrace (once)", "api sofia profile pe capture (once)"}},
		{"two and two, all seen", []string{"api user_exists id a x", "api user_exists id a y", "api user_exists id b x", "api user_exists id b y"}, []string{
			"api user_exists id a|b x|y (4 times)"}},
		{"two and two, one not", []string{"api user_exists id a x", "api user_exists id a y", "api user_exists id b x"}, []string{
			"api user_exists id a x|y (2 times)", "api user_exists id b x (once)"}},
		{"two that vary freely", each("api user_exists id 10%[1]s x%[1]s", numbered("", 9)...), []string{"api user_exists id 10* x* (9 times)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := draftOf(t, tt.sent)
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// enough is how many different values must have been seen in a wildcard's place together with a
// spelled text.
const enough = 5

// checkSeen fails if a rule allows a combination of spelled texts that no effect in seen has, or
// one that was seen with too few values of a wildcard.
func checkSeen(t *testing.T, rule string, seen [][]string) {
	t.Helper()
	tokens := strings.Split(rule, " ")[2:]
	pick := make([]string, len(tokens))
	var visit func(i int)
	visit = func(i int) {
		if i < len(tokens) {
			for alt := range strings.SplitSeq(tokens[i], "|") {
				pick[i] = alt
				visit(i + 1)
			}
			return
		}
		values := make([]map[string]bool, len(pick))
		found := false
		for _, s := range seen {
			if !slices.EqualFunc(pick, s, patternMatches) {
				continue
			}
			found = true
			for j := range pick {
				if values[j] == nil {
					values[j] = map[string]bool{}
				}
				values[j][s[j]] = true
			}
		}
		if !found {
			t.Errorf("%q allows %q, which was not seen", rule, pick)
			return
		}
		for j, p := range pick {
			if isPattern(p) && len(values[j]) < enough {
				t.Errorf("%q allows %q, of which token %d was seen with %d values only", rule, pick, j, len(values[j]))
			}
		}
	}
	visit(0)
}

func isPattern(p string) bool { return strings.ContainsAny(p, "*<") }

var numberRange = regexp.MustCompile(`^<([0-9]+)-([0-9]+)>$`)

// patternMatches reports whether p, which is a plain text, a prefix with a star or a range of
// numbers, matches s.
func patternMatches(p, s string) bool {
	if m := numberRange.FindStringSubmatch(p); m != nil {
		less := func(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }
		return !less(s, m[1]) && !less(m[2], s)
	}
	if prefix, ok := strings.CutSuffix(p, "*"); ok {
		return strings.HasPrefix(s, prefix)
	}
	return p == s
}

// TestLearnDraftsOnlyWhatWasSeen learns effects with random tokens and checks every combination of
// alternatives that the draft allows.
func TestLearnDraftsOnlyWhatWasSeen(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 11))
	rules := 0
	for range 400 {
		sizes := [3]int{1 + rnd.IntN(9), 1 + rnd.IntN(9), 1 + rnd.IntN(9)}
		fold, numbers := uint64(rnd.IntN(8)), rnd.IntN(2) == 0
		var all []effect.Effect
		var seen [][]string
		for range 1 + rnd.IntN(60) {
			tokens := make([]string, len(sizes))
			for i, n := range sizes {
				// Some values are frequent, most are rare.
				tokens[i] = fmt.Sprintf("%c%d", 'a'+i, rnd.IntN(1+rnd.IntN(n)))
				if numbers {
					tokens[i] = tokens[i][1:]
				}
			}
			seen = append(seen, tokens)
			all = append(all, effect.Effect{Kind: effect.KindAPI, Name: "user_exists", Tokens: tokens, Fold: fold})
		}
		l := learn.New(nil)
		l.Add(all, nil)
		d := l.Draft()
		counted := 0
		for _, r := range d.Rules {
			rules++
			counted += r.Count
			checkSeen(t, r.Text, seen)
		}
		if counted != len(all) || len(d.LeftOut) > 0 {
			t.Fatalf("%d of %d effects are counted, left out %v", counted, len(all), d.LeftOut)
		}
	}
	if rules < 1000 {
		t.Errorf("only %d rules were checked", rules)
	}
}
