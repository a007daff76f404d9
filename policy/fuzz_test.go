package policy_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

// FuzzLoad: no file makes Load panic, and every problem has a position within the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(withRules([]string{"api show $premium", "api /a|b/ <1-60> **"}, []string{"dial a/*"})))
	f.Add([]byte(`{"version": 1, "a": {"b": [null, true, 1e9, "\ud800"]}}`))
	f.Add([]byte(requiring(`{"dial b-leg sofia/*": "var originate a 1|2", "api originate": ["var originate b *"]}`, "dial a-leg user/*", "var originate a|b *", "app bridge **")))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Add([]byte(`{"clients": {"a": {"from": ["::/0"], "auth": {"password": [{"hash": ""}]}}}} x`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse("policy.json", data)
		if err == nil {
			p.Summary()
			p.Warnings()
			p.RunTests()
			return
		}
		var ps policy.Problems
		if !errors.As(err, &ps) || len(ps) == 0 || p != nil {
			t.Fatalf("got %v, %v", p, err)
		}
		lines := bytes.Split(data, []byte("\n"))
		for _, pr := range ps {
			if pr.Line < 0 || pr.Line > len(lines) || pr.Text == "" {
				t.Fatalf("%+v of %d lines", pr, len(lines))
			}
			if pr.Line > 0 && (pr.Column < 1 || pr.Column > len(lines[pr.Line-1])+1) {
				t.Fatalf("%+v in a line of %d bytes", pr, len(lines[pr.Line-1]))
			}
		}
	})
}

// FuzzRule: no rule makes the compiler or the matcher panic, and an allow rule without a wildcard
// matches only what it spells.
func FuzzRule(f *testing.F) {
	for _, rule := range []string{
		"api show channels", "api user_exists a b", "api show *", `api show a\*b|c\sd`, "dial sofia/gateway/acme/1*", "api /s.*s/ **", "subscribe CHANNEL_*", "log INFO",
		"api @read", "api show <uuid>", "api show $premium", "handover a:*", "opaque script", "repeating api status",
		"dial a-leg user/1", "dial b-leg **",
	} {
		f.Add(rule, "show", "channels")
	}
	f.Fuzz(func(t *testing.T, rule, name, token string) {
		p, err := policy.Parse("policy.json", []byte(withRules([]string{rule}, nil)))
		if err != nil {
			return
		}
		c := p.Client("acme")
		plain := !strings.ContainsAny(rule, `*?|\<$/@`)
		for kind := effect.KindInvalid; kind <= effect.KindOpaque; kind++ {
			e := effect.Effect{Kind: kind, Name: name, Tokens: []string{token}}
			d := c.Decide([]effect.Effect{e})
			if d.Action != policy.Allow {
				continue
			}
			if kind == effect.KindInvalid {
				t.Fatalf("%q allowed an invalid effect", rule)
			}
			if plain && !strings.EqualFold(rule, kind.String()+" "+name+" "+token) {
				t.Fatalf("%q allowed %q", rule, e.String())
			}
		}
	})
}
