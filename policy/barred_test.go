package policy_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

// numberHabits are patterns of numbers in the notations of other systems.
var numberHabits = []string{
	"1NXX", "1NXXNXXXXXX", "NXXXXXX", "1XXX", "1900XXXXXXX", "_1900.", "_1NXX.", "_ZXX!", "_9X.", "_011.", "_+49.", "+49XXX", "100[0-9]", "100[0-4]", "[2-9]*",
	"[13579]5XX", "1[2-9]*", "1900.*", "+1900.+", "1000-1099", "_1X5X.", "_[02-9]11.", "_1[89]XX5X.",
}

// meantNumber returns a number that matches a habit, with random digits from rnd.
func meantNumber(rnd *rand.Rand, habit string) string {
	if low, high, found := strings.Cut(habit, "-"); found && strings.Trim(low+high, "0123456789") == "" {
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(high)
		return strconv.Itoa(from + rnd.IntN(to-from+1))
	}
	digits := func(n int) (s string) {
		for range n {
			s += strconv.Itoa(rnd.IntN(10))
		}
		return s
	}
	var b strings.Builder
	for rest := strings.TrimPrefix(habit, "_"); rest != ""; rest = rest[1:] {
		switch c := rest[0]; c {
		case '[':
			class, _, _ := strings.Cut(rest, "]")
			re := regexp.MustCompile(class + "]")
			digit := ""
			for !re.MatchString(digit) {
				digit = digits(1)
			}
			b.WriteString(digit)
			rest = rest[len(class):]
		case 'X':
			b.WriteString(digits(1))
		case 'N':
			b.WriteString(strconv.Itoa(2 + rnd.IntN(8)))
		case 'Z':
			b.WriteString(strconv.Itoa(1 + rnd.IntN(9)))
		case '.': // followed by a star or a plus, as in a regular expression
			b.WriteString(digits(1 + rnd.IntN(8)))
			return b.String()
		case '*', '!':
			b.WriteString(digits(rnd.IntN(8)))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// saidOf returns the error or the warnings about the only rule of a policy.
func saidOf(t *testing.T, text, rule string) (out []policy.Problem) {
	t.Helper()
	p, err := policy.Load(write(t, text))
	var ps policy.Problems
	if errors.As(err, &ps) {
		return ps
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.Warnings() {
		if strings.HasPrefix(w.Text, strconv.Quote(rule)) {
			out = append(out, w)
		}
	}
	return out
}

// hinted returns the token that the hint about a habit says to write, or "" if there is none.
func hinted(list []policy.Problem) string {
	for _, pr := range list {
		_, text, found := strings.Cut(pr.Hint, "write ")
		if found && (strings.Contains(pr.Text, "match only themselves") || strings.Contains(pr.Text, "matches only a dot") || strings.Contains(pr.Text, "never begins as")) {
			return text
		}
	}
	return ""
}

// TestHintsOfDenies: the rule that a hint says to write instead of a habit compiles without a
// warning, and denies all numbers that the habit matches, however they are dialled.
func TestHintsOfDenies(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	places := []struct{ before, after, leg string }{
		{"", "", "sofia/gateway/carrier/%s"}, {"", "", "loopback/%s/default"}, {"", "", "user/%s"},
		{"*/", "", "sofia/gateway/carrier/%s"}, {"*/", "", "sofia/internal/%s@10.0.0.1"}, {"*/", "", "loopback/%s/default/XML"}, {"*/", "", "verto.rtc/%s"},
		{"sofia/gateway/carrier/", "", "sofia/gateway/carrier/%s"}, {"sofia/gateway/carrier/", "", "SOFIA/gateway/carrier/%s"}, {"sofia/*/", "@*", "sofia/internal/%s@10.0.0.1"},
		{"loopback/", "/default", "loopback/%s/default"}, {"user/", "", "user/%s@pbx.example.org"},
	}
	for _, habit := range numberHabits {
		for _, place := range places {
			rule := "dial " + place.before + habit + place.after
			token := hinted(saidOf(t, withRules(nil, []string{rule}), rule))
			if token == "" {
				t.Errorf("deny %q: nothing says what to write: %v", rule, saidOf(t, withRules(nil, []string{rule}), rule))
				continue
			}
			better := "dial " + token
			text := withRules([]string{"dial /(?s).*/"}, []string{better})
			if said := saidOf(t, text, better); said != nil {
				t.Errorf("deny %q, as said for %q: %v", better, rule, said)
				continue
			}
			c := load(t, text).Client("acme")
			for range 20 {
				leg := fmt.Sprintf(place.leg, meantNumber(rnd, habit))
				if c.Decide([]effect.Effect{{Kind: effect.KindDial, Name: leg, Leg: effect.LegA}}).Action != policy.Deny {
					t.Errorf("deny %q, as said for %q: allows %s", better, rule, leg)
				}
			}
		}
	}
}

// TestHintsOfDeniedExtensions: the same for the extensions of a dialplan.
func TestHintsOfDeniedExtensions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, habit := range numberHabits {
		rule := "dialplan XML * " + habit
		token := hinted(saidOf(t, withRules(nil, []string{rule}), rule))
		better := "dialplan XML * " + token
		text := withRules([]string{"dialplan XML * /(?s).*/"}, []string{better})
		if said := saidOf(t, text, better); token == "" || said != nil {
			t.Errorf("deny %q, as said for %q: %v", better, rule, said)
			continue
		}
		c := load(t, text).Client("acme")
		for range 20 {
			e := effect.Effect{Kind: effect.KindDialplan, Name: "XML", Tokens: []string{"default", meantNumber(rnd, habit)}}
			if c.Decide([]effect.Effect{e}).Action != policy.Deny {
				t.Errorf("deny %q, as said for %q: allows %q", better, rule, e.Tokens)
			}
		}
	}
}

// TestHintsOfAllows: the rule that a hint says to write in an allow compiles without a warning, and
// allows what the habit matches.
func TestHintsOfAllows(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, habit := range numberHabits {
		for _, before := range []string{"", "user/", "sofia/gateway/carrier/", "sofia/gateway/*/"} {
			rule := "dial " + before + habit
			token := hinted(saidOf(t, withRules([]string{rule}, nil), rule))
			better := "dial " + token
			text := strings.Replace(withRules([]string{better}, nil), `"unguarded":`, `"limits": {"dial": "2/s"}, "unguarded":`, 1)
			if said := saidOf(t, text, better); token == "" || said != nil {
				t.Errorf("allow %q, as said for %q: %v %v", better, rule, said, saidOf(t, withRules([]string{rule}, nil), rule))
				continue
			}
			leg := strings.Replace(before, "*", "carrier", 1)
			if before == "" {
				leg = "user/"
			}
			c := load(t, text).Client("acme")
			for range 20 {
				name := leg + meantNumber(rnd, habit)
				if d := c.Decide([]effect.Effect{{Kind: effect.KindDial, Name: name, Leg: effect.LegA}}); d.Action != policy.Allow {
					t.Errorf("allow %q, as said for %q: denies %s", better, rule, name)
				}
			}
		}
	}
}

// TestHintsOfSets: for a habit in a set, or among other alternatives, the hint leads to a rule that
// denies it as well.
func TestHintsOfSets(t *testing.T) {
	for _, tt := range []struct{ entry, rule, want string }{
		{"_1900.", "dial sofia/gateway/carrier/$premium", "change the entry of the set, so that the whole reads sofia/gateway/carrier/1900*"},
		{"1NXX", "dial sofia/gateway/carrier/$premium", "write a rule of its own for it, with /sofia/gateway/carrier/1[2-9].*/"},
		{"+1900*", "dial */$premium", "change the entry of the set, so that the whole reads */1900*"},
		{"1900*", "dial */_1900.|*/1976*", "write */1900* in its place"},
		{"1900*", "dialplan XML * 1900XXXXXXX|1976*", "write 1900* in its place"},
	} {
		text := strings.Replace(withRules(nil, []string{tt.rule}), `"1900*"`, strconv.Quote(tt.entry), 1)
		if said := saidOf(t, text, tt.rule); len(said) != 1 || !strings.Contains(said[0].Hint, tt.want) {
			t.Errorf("%q with %q: got %v, want %q", tt.rule, tt.entry, said, tt.want)
		}
	}
}
