package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"eslguard/command"
)

// randomGlobs makes globs of a small alphabet, so that they often match.
func randomGlobs(t *testing.T, r *rand.Rand, n int) []glob {
	t.Helper()
	var out []glob
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			switch r.IntN(6) {
			case 0:
				b.WriteByte('?')
			case 1:
				if !strings.HasSuffix(b.String(), "*") {
					b.WriteByte('*')
				}
			default:
				b.WriteByte("abAB/"[r.IntN(5)])
			}
		}
		if b.Len() == 0 {
			b.WriteByte('a')
		}
		globs, err := parseAlternative(b.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, globs...)
	}
	return out
}

// TestAutomatonFindsWhatMatches: whatever some glob matches, the automaton finds, with and without
// case.
func TestAutomatonFindsWhatMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 300 {
		p := pattern{globs: randomGlobs(t, r, manyGlobs+r.IntN(30)), wild: true}
		p.index = newAutomaton(p.globs)
		if p.index == nil {
			t.Fatal("there is no automaton")
		}
		for range 50 {
			var b strings.Builder
			for range r.IntN(8) {
				b.WriteByte("abAB/c"[r.IntN(6)])
			}
			for _, h := range []matchOptions{{deny: true}, {deny: true, fold: true}, {}, {dial: true}} {
				want := false
				for i := range p.globs {
					want = want || p.globs[i].match(b.String(), h)
				}
				if got := p.matchGlobs(b.String(), h); got != want {
					t.Fatalf("%q: %v, want %v", b.String(), got, want)
				}
				if want {
					hits++
				}
			}
		}
	}
	if hits < 1000 {
		t.Errorf("only %d texts match", hits)
	}
}

// stepsOf returns how many steps it takes to decide effects.
func stepsOf(c *Client, effects []command.Effect) int {
	left := maxDecideWork
	for i := range effects {
		_, ok, rest := c.rights.verdict(&effects[i], left)
		if left = rest; !ok {
			break
		}
	}
	return maxDecideWork - left
}

// premiumPolicy denies any leg to 10,000 numbers.
func premiumPolicy(t testing.TB) *Client {
	numbers := make([]string, 10_000)
	for i := range numbers {
		numbers[i] = fmt.Sprintf(`"%d*"`, 1_900_0000+i*7)
	}
	p, err := Parse("p.json", []byte(`{"version":1,"upstreams":{"pbx":{"address":"127.0.0.1:8021","password":{"env":"X"}}},
		"sets":{"premium":[`+strings.Join(numbers, ",")+`]},
		"roles":{"r":{"allow":["api originate **","dial **","app park","app log **","api echo /(a|b|c|d|e|f|g)*/"],"deny":["dial */$premium","app log /([a-z]+x){20}[0-9]{50}/"]}},
		"clients":{"c":{"from":["127.0.0.1/32"],"auth":{"password":["sha256:`+strings.Repeat("0", 64)+`"]},"roles":["r"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return p.Client("c")
}

// TestDecidingTakesFewSteps: what it takes to decide grows with the length of what is decided, and
// not with the number of alternatives.
func TestDecidingTakesFewSteps(t *testing.T) {
	c := premiumPolicy(t)
	var legs []command.Effect
	bytes := 0
	for i := range 128 {
		e := command.Effect{Kind: command.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat(fmt.Sprint(i%10), 230)}
		legs, bytes = append(legs, e), bytes+len(e.Name)
	}
	if d := c.Decide(legs); d.Action != Allow {
		t.Fatalf("%s: %s", d.Action, d.Reason)
	}
	const most = 40 // steps a byte
	if n := stepsOf(c, legs); n > most*bytes {
		t.Errorf("%d steps for %d bytes, want at most %d a byte", n, bytes, most)
	}
	for _, number := range []string{"19000000", "19000007555", "+19000014", "19069993"} {
		if d := c.Decide([]command.Effect{{Kind: command.KindDial, Name: "sofia/gateway/acme/" + number}}); d.Action != Deny || d.Rule != "dial */$premium" {
			t.Errorf("%s: %s by %q", number, d.Action, d.Rule)
		}
	}
}

// TestDecideGivesUp: what takes too much work is denied, and says so; so is a name that is too
// long.
func TestDecideGivesUp(t *testing.T) {
	c := premiumPolicy(t)
	long := command.Effect{Kind: command.KindApp, Name: "log", Args: "x", Tokens: []string{"INFO", strings.Repeat("ax", 200_000)}}
	d := c.Decide([]command.Effect{long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long})
	if d.Action != Deny || !strings.Contains(d.Reason, reasonTooMuch) {
		t.Errorf("%s: %s, want a denial for too much work", d.Action, d.Reason)
	}
	leg := command.Effect{Kind: command.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat("5", maxEffectName)}
	if d := c.Decide([]command.Effect{leg}); d.Action != Deny || !strings.Contains(d.Reason, "longer than 256 bytes") {
		t.Errorf("%s: %s, want a denial for its length", d.Action, d.Reason)
	}
}

// TestDecidingIsBounded: whatever the effects, Decide takes no more steps than it may, but for
// those of one more pattern.
func TestDecidingIsBounded(t *testing.T) {
	c := premiumPolicy(t)
	var effects []command.Effect
	for range 1024 {
		effects = append(effects, command.Effect{Kind: command.KindAPI, Name: "echo", Tokens: []string{strings.Repeat("abcdefg", 9000)}})
	}
	if steps := stepsOf(c, effects); steps <= maxDecideWork {
		t.Fatalf("%d steps are not too many", steps)
	}
	if d := c.Decide(effects); d.Action != Deny || !strings.Contains(d.Reason, reasonTooMuch) {
		t.Errorf("%s: %s", d.Action, d.Reason)
	}
}

// BenchmarkManyAlternatives decides a frame of 128 legs against 10,000 numbers.
func BenchmarkManyAlternatives(b *testing.B) {
	c := premiumPolicy(b)
	var legs []command.Effect
	for i := range 128 {
		legs = append(legs, command.Effect{Kind: command.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat(fmt.Sprint(i%10), 230)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if c.Decide(legs).Action != Allow {
			b.Fatal("denied")
		}
	}
}
