package learn_test

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
	"eslguard/policy/learn"
)

// FuzzLearn: a draft allows all effects that were learnt, except those that it lists as left out,
// and counts every effect once.
func FuzzLearn(f *testing.F) {
	f.Add("1000\n1001\n1002\n1003\n1004", "/var/a.wav\n/var/b.wav\n/var/../c.wav\n\n/x/")
	f.Add("a*b\na|b\n$c\n<d>\n@e\n\\f", someUUID(1)+"\n"+someUUID(2)+"x\n[redacted]\n[redacted:a]\n\x00")
	f.Add("1001\n1002\n1003\n1004", "/\n0/")
	f.Add("user/1000\nsofia/gateway/acme/1@x;y\n\nuser/1\nuser/2\nuser/3\nuser/4\nuser/5|6", "")
	f.Add("\"\"\nuser/\"\"\n\"\"x", "\"\"\n\na")
	f.Fuzz(func(t *testing.T, firsts, seconds string) {
		l := learn.New(nil)
		var all []effect.Effect
		for i, first := range strings.Split(firsts, "\n") {
			for j, second := range strings.Split(seconds, "\n") {
				if i*j > 64 {
					continue
				}
				all = append(all,
					effect.Effect{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"id", first, second}},
					effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{first, second}},
					effect.Effect{Kind: effect.KindDial, Name: first})
			}
		}
		l.Add(all, nil)
		d := l.Draft()
		var rules []string
		counted := 0
		for _, r := range d.Rules {
			rules = append(rules, r.Text)
			counted += r.Count
		}
		left := 0
		for _, r := range d.LeftOut {
			left += r.Count
		}
		if len(d.LeftOut) < 100 && counted+left != len(all) {
			t.Errorf("%d of %d effects are counted", counted+left, len(all))
		}
		p, err := policy.Parse("p.json", []byte(withRules(rules, nil)))
		if err != nil {
			t.Fatal(err)
		}
		denied := 0
		for i := range all {
			if p.Client("acme").Decide(all[i:i+1]).Action != policy.Allow {
				denied++
			}
		}
		if len(d.LeftOut) < 100 && denied > left {
			t.Errorf("%d effects are denied and %d left out, under %q", denied, left, rules)
		}
	})
}
