package policy

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// stepsOf returns how many steps of work it takes to decide effects.
func stepsOf(c *Client, effects []effect.Effect) int {
	left := pattern.MaxWork
	for i := range effects {
		_, ok, rest := c.rights.Verdict(&effects[i], left)
		if left = rest; !ok {
			break
		}
	}
	return pattern.MaxWork - left
}

// premiumPolicy returns a client that may dial everything but 10,000 prefixes of numbers.
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

// TestDecidingTakesFewSteps: the work of a decision grows with the length of the effects, and not
// with the number of alternatives.
func TestDecidingTakesFewSteps(t *testing.T) {
	c := premiumPolicy(t)
	var legs []effect.Effect
	bytes := 0
	for i := range 128 {
		e := effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat(fmt.Sprint(i%10), 230)}
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
		if d := c.Decide([]effect.Effect{{Kind: effect.KindDial, Name: "sofia/gateway/acme/" + number}}); d.Action != Deny || d.Rule != "dial */$premium" {
			t.Errorf("%s: %s by %q", number, d.Action, d.Rule)
		}
	}
}

// TestDecideGivesUp: an effect that takes too much work is denied with that reason, and so is a
// name that is too long.
func TestDecideGivesUp(t *testing.T) {
	c := premiumPolicy(t)
	long := effect.Effect{Kind: effect.KindApp, Name: "log", Args: "x", Tokens: []string{"INFO", strings.Repeat("ax", 200_000)}}
	d := c.Decide([]effect.Effect{long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long, long})
	if d.Action != Deny || !strings.Contains(d.Reason, rule.ReasonTooMuch) {
		t.Errorf("%s: %s, want a denial for too much work", d.Action, d.Reason)
	}
	leg := effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat("5", pattern.MaxName)}
	if d := c.Decide([]effect.Effect{leg}); d.Action != Deny || !strings.Contains(d.Reason, "longer than 256 bytes") {
		t.Errorf("%s: %s, want a denial for its length", d.Action, d.Reason)
	}
}

// TestDecidingIsBounded: for any effects, Decide exceeds its bound on steps by no more than one
// pattern takes.
func TestDecidingIsBounded(t *testing.T) {
	c := premiumPolicy(t)
	var effects []effect.Effect
	for range 1024 {
		effects = append(effects, effect.Effect{Kind: effect.KindAPI, Name: "echo", Tokens: []string{strings.Repeat("abcdefg", 9000)}})
	}
	if steps := stepsOf(c, effects); steps <= pattern.MaxWork {
		t.Fatalf("%d steps are not too many", steps)
	}
	if d := c.Decide(effects); d.Action != Deny || !strings.Contains(d.Reason, rule.ReasonTooMuch) {
		t.Errorf("%s: %s", d.Action, d.Reason)
	}
}

// BenchmarkManyAlternatives decides a frame of 128 legs against 10,000 numbers.
func BenchmarkManyAlternatives(b *testing.B) {
	c := premiumPolicy(b)
	var legs []effect.Effect
	for i := range 128 {
		legs = append(legs, effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/acme/" + strings.Repeat(fmt.Sprint(i%10), 230)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if c.Decide(legs).Action != Allow {
			b.Fatal("denied")
		}
	}
}
