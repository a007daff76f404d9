package learn_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy"
)

// suggestion returns the rules for an effect that acme is denied, or the reason why there are none.
func suggestion(p *policy.Policy, e *effect.Effect) (rule, why string) {
	rules, why := p.Suggester(p.Client("acme")).Rules(e)
	return strings.Join(rules, "; "), why
}

// TestSuggest: the rule that is suggested for each effect of a command, or the reason why there is
// none.
func TestSuggest(t *testing.T) {
	p := load(t, withRules([]string{"app answer"}, []string{"api shutdown **", "dial */1900*"}))
	guarded := load(t, strings.Replace(withRules(nil, nil), `"unguarded":true`, `"unguarded":false`, 1))
	for _, tt := range []struct {
		send string
		want []string // a rule for each effect, or # and a part of the reason why there is none
	}{
		{"api originate {sip_h_X-A='a b'}user/1000@d &park()", []string{
			`api originate {sip_h_X-A=a\sb}user/1000\@d &park()`, `var originate sip_h_X-A a\sb`, `dial a-leg user/1000\@d`, "app park"}},
		{"api uuid_kill " + uuid, []string{"api uuid_kill " + uuid}},
		{"api user_exists id a*b|c$d<e>/f@g?h\\\\i x", []string{`api user_exists id a\*b\|c\$d\<e\>/f\@g\?h\\i x`}},
		{"api user_exists id /a/ ''", []string{`api user_exists id \/a/ ""`}},
		{"api sched_api @60 none version", []string{`api sched_api \@60\snone\sversion`, "repeating api version"}},
		{"api lua x.lua", []string{"api lua x.lua", "opaque script"}},
		{"api uuid_setvar " + uuid + ` a 'b\nc d'`, []string{"api uuid_setvar " + uuid + ` a /b\x{a}c\x{20}d/`, `var channel a /b\x{a}c\x{20}d/`}},
		{"event plain CHANNEL_CREATE CUSTOM a::b", []string{"subscribe CHANNEL_CREATE", "subscribe CUSTOM a::b"}},
		{"event plain CUSTOM BACKGROUND_JOB", []string{"subscribe CUSTOM BACKGROUND_JOB"}},
		{"sendevent NOTIFY\nprofile: internal\nuser: 1\nevent-string: x\nfrom-uri: a@b", []string{`inject NOTIFY internal 1 "" "" x from-uri=a\@b`}},
		{"sendmsg " + uuid + "\ncall-command: hangup", []string{"channel hangup " + uuid}},
		{"filter A /x/", []string{"filter regex A"}},
		{"log 7", []string{"log DEBUG"}},
		{run("socket", "10.0.0.1:8040 async"), []string{"app socket 10.0.0.1:8040 async", "handover 10.0.0.1:8040"}},
		{run("transfer", "1000 XML default"), []string{"app transfer 1000 XML default", "dialplan XML default 1000"}},

		{"api shutdown", []string{`#a deny wins over every allow, and "api shutdown **" of the role "r" denies it`}},
		{"api originate sofia/x/1900 &answer", []string{"api originate sofia/x/1900 &answer", "#a deny wins over every allow", "app answer"}},
		{"api nobodys_own x", []string{`#there is no API "nobodys_own" (describe it in "apis"`}},
		{"api originate 1000 &answer", []string{"api originate 1000 &answer", "#what is dialled is TYPE/DATA", "app answer"}},
		{"api originate null/" + strings.Repeat("1", 300) + " &answer", []string{"api originate null/" + strings.Repeat("1", 300) + " &answer", "#a name of more than 256 bytes", "app answer"}},
		{"api user_exists id \xff x", []string{"#a rule cannot spell it"}},
		{"api echo " + strings.Repeat("x", 5000), []string{"#longer than"}},
	} {
		effects := effectsOf(t, tt.send)
		if len(effects) != len(tt.want) {
			t.Errorf("%q has %d effects, want %d", tt.send, len(effects), len(tt.want))
			continue
		}
		for i := range effects {
			rule, why := suggestion(p, &effects[i])
			want, none := strings.CutPrefix(tt.want[i], "#")
			if !none && (rule != want || why != "") || none && (rule != "" || why == "" || !strings.Contains(why, want)) {
				t.Errorf("%s: got %q, %q, want %q", effects[i].String(), rule, why, tt.want[i])
			}
		}
	}
	for _, e := range []effect.Effect{{Kind: effect.KindOpaque, Name: "script"}, {Kind: effect.KindHandover, Name: "10.0.0.1:8040"}} {
		if rule, why := suggestion(guarded, &e); rule != "" || !strings.Contains(why, `only a role that says "unguarded": true may allow `+e.String()) {
			t.Errorf("%s in a guarded role: got %q, %q", e.String(), rule, why)
		}
	}
	if rule, why := p.Suggester(nil).Rules(&effect.Effect{Kind: effect.KindAPI, Name: "status"}); rule != nil || why == "" {
		t.Errorf("for a nil client: got %q, %q", rule, why)
	}
	if rule, why := suggestion(p, &effect.Effect{}); rule != "" || why == "" {
		t.Errorf("for an effect of no kind: got %q, %q", rule, why)
	}
}

// someToken returns a text of a few characters, those among them that rules heed.
func someToken(r *rand.Rand) string {
	pieces := []string{"a", "B", "7", " ", "*", "?", "|", "$", "<", ">", "/", "@", `\`, "**", "<uuid>", "<digits 3>", "$people", "@status", "/x/", "[", "]", "(", ")", ".", "+", "^", "{2}",
		"=", ",", "'", `"`, "\n", "\t", "\x00", "é", "\u202e", "\u2028", "all", "..", "://", "\\s", "repeating", uuid, "1000"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// someEffect returns an effect of any kind, with a name that there is and any tokens.
func someEffect(r *rand.Rand) effect.Effect {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	e := effect.Effect{Kind: effect.Kind(1 + r.IntN(int(effect.KindOpaque)))}
	tokens := func(n int) {
		for range n {
			e.Tokens = append(e.Tokens, someToken(r))
		}
	}
	repeats := true
	switch e.Kind {
	case effect.KindAPI:
		e.Name = pick("user_exists", "status", "uuid_kill", "uuid_record", "system", "originate")
		tokens(r.IntN(catalog.Builtin().Slots(e.Kind, e.Name)%4 + 1))
	case effect.KindApp:
		e.Name = pick("playback", "park", "speak", "nobodys_own", "say")
		tokens(r.IntN(catalog.Builtin().Slots(e.Kind, e.Name)%4 + 1))
	case effect.KindDial:
		e.Name = pick("user/", "sofia/gateway/acme/", "null/") + someToken(r)
	case effect.KindDialplan:
		e.Name = pick("XML", "enum", "mine")
		tokens(2)
	case effect.KindVar:
		e.Name = pick("channel", "originate", "global")
		e.Tokens = []string{pick("sip_h_X-A", "spy_uuid", "a*b", "campaign"), someToken(r)}
	case effect.KindSubscribe:
		repeats = false
		if e.Name = pick("HEARTBEAT", "LOG", "CUSTOM"); e.Name == "CUSTOM" {
			e.Tokens = []string{strings.ReplaceAll(someToken(r), " ", "") + "x"}
		}
	case effect.KindInject:
		if e.Name = pick("MESSAGE", "CUSTOM", "SHUTDOWN"); e.Name == "CUSTOM" {
			tokens(1)
		}
	case effect.KindChannel:
		e.Name, e.Tokens, repeats = pick("hangup", "unicast"), []string{pick(uuid, "a@b", "x.y-z_+")}, false
		if e.Name == "unicast" {
			e.Tokens = append(e.Tokens, someToken(r), pick("4000", "8026"), "127.0.0.1", "8025", pick("udp", "tcp"), pick("", "native"))
		}
	case effect.KindFilter:
		e.Name, e.Tokens, repeats = "regex", []string{pick("A", "variable_*", "a|b", "/x/")}, false
	case effect.KindLog:
		e.Name, repeats = pick("INFO", "DEBUG"), false
	case effect.KindHandover:
		e.Name = pick("10.0.0.1:8040", "a.example:1")
	case effect.KindOpaque:
		e.Name = pick("script", "depth")
	}
	if repeats && r.IntN(4) == 0 {
		e.Later = effect.Repeating
	}
	return e
}

// TestSuggestionsAreExact: the rule that is suggested for an effect compiles, allows it, and allows
// no other.
func TestSuggestionsAreExact(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, seed))
	var effects []effect.Effect
	for range 700 {
		effects = append(effects, someEffect(r))
	}
	nothing := load(t, withRules(nil, nil))
	suggester := nothing.Suggester(nothing.Client("acme"))
	suggested := 0
	for i := range effects {
		e := &effects[i]
		rules, why := suggester.Rules(e)
		rule := strings.Join(rules, "; ")
		if rule == "" {
			t.Errorf("%q: no rule, since %s", e.String(), why)
			continue
		}
		p, err := policy.Parse("p.json", []byte(withRules([]string{rule}, nil)))
		if err != nil {
			t.Errorf("%q: %q does not compile: %v", e.String(), rule, err)
			continue
		}
		suggested++
		for j := range effects {
			o := &effects[j]
			allowed := p.Client("acme").Decide([]effect.Effect{*o}).Action == policy.Allow
			same := o.Kind == e.Kind && o.Name == e.Name && slices.Equal(o.Tokens, e.Tokens) && o.Later == e.Later
			quieter := e.Kind == effect.KindLog && o.Kind == effect.KindLog && o.Name == "INFO"
			if same && !allowed || allowed && !same && !quieter {
				t.Errorf("%q, suggested for %s, allows %s: %v", rule, describe(e), describe(o), allowed)
			}
		}
	}
	if suggested < len(effects) {
		t.Errorf("%d of %d effects have a rule", suggested, len(effects))
	}
}

func describe(e *effect.Effect) string {
	return fmt.Sprintf("%s %q %q, later %d", e.Kind, e.Name, e.Tokens, e.Later)
}
