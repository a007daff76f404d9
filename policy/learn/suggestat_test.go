package learn_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/policy"
)

// TestSuggestedRulesLetTheCommandPass: a command with expansions is allowed by the rules that are
// suggested for its effects. If it could not be allowed, nothing is suggested for the effect that
// contains the expansion.
func TestSuggestedRulesLetTheCommandPass(t *testing.T) {
	guarded := func(allow, deny []string) string {
		return strings.Replace(withRules(allow, deny), `"unguarded":true`, `"unguarded":false`, 1)
	}
	for _, tt := range []struct {
		name, send  string
		allow, deny []string
		// a part of the reason why nothing is suggested for the effect with the expansion, or "" if
		// a rule is
		why string
	}{
		{"what rules can name", run("record_session", "/rec/${strftime(%Y%m%d)}/${uuid}.wav"), nil, nil, ""},
		{"an inline dialplan", "api originate user/1 'record_session:/rec/${strftime(%Y%m%d)}/${uuid}.wav' inline", nil, nil, ""},
		{"what is only shown", run("set", "a=${b}"), nil, nil, ""},
		{"torn by a parenthesis", "api originate user/1 &record_session(/rec/${strftime(%Y%m%d)}/${uuid}.wav)", nil, nil, "ends at the first )"},
		{"torn by a blank", "api originate user/1 &playback(/s/${strftime(%Y %m)}.wav)", nil, nil, "without quotes, at a blank"},
		{"any value", run("playback", "/s/${caller_id_number}.wav"), nil, nil, "a rule covers only ${uuid}"},
		{"a format with a colon", run("playback", "/s/${strftime(%H:%M)}.wav"), nil, nil, "a format of strftime"},
		{"one of both", run("playback", "/s/${uuid}/${x}.wav"), nil, nil, "a rule covers only ${uuid}"},
		{"a variable that the client may set", run("playback", "/s/${uuid}.wav"), []string{"var channel uuid *"}, nil, `lets the client set "uuid"`},
		{"a deny that could match", run("playback", "$${sounds}/a.wav"), nil, []string{"app playback /etc/*"}, "a deny could match"},
	} {
		p := load(t, guarded(tt.allow, tt.deny))
		suggester := p.Suggester(p.Client("acme"))
		effects := effectsOf(t, tt.send)
		rules, why := slices.Clone(tt.allow), ""
		for i := range effects {
			if p.Client("acme").DecideAt(effects, i).Action == policy.Allow {
				continue
			}
			suggested, unsuggested := suggester.RulesAt(effects, i)
			rules = append(rules, suggested...)
			if unsuggested != "" && why == "" {
				why = unsuggested
			}
			if torn := strings.Join(suggested, " "); tt.why != "" && (strings.Contains(torn, "app playback") || strings.Contains(torn, "app record_session")) {
				t.Errorf("%s: suggested %s, which does not help", tt.name, torn)
			}
		}
		if tt.why != "" {
			if !strings.Contains(why, tt.why) {
				t.Errorf("%s: the reason is %q, want %q in it", tt.name, why, tt.why)
			}
			continue
		}
		d := load(t, guarded(rules, tt.deny)).Client("acme").Decide(effects)
		if why != "" || d.Action != policy.Allow {
			t.Errorf("%s: with %q %s; %s", tt.name, rules, d.Reason, why)
		}
	}
	p := load(t, withRules(nil, nil))
	if rules, why := p.Suggester(p.Client("acme")).RulesAt(nil, 0); rules != nil || why == "" {
		t.Errorf("for no effect: %q, %q", rules, why)
	}
}

// TestSuggestWider: an effect that only runs other effects may have any arguments, and the rules
// for the other effects decide.
func TestSuggestWider(t *testing.T) {
	p := load(t, withRules(nil, nil))
	suggester := p.Suggester(p.Client("acme"))
	for send, want := range map[string]string{
		"api originate user/1 &park":   "api originate **",
		"api status":                   "",
		"api uuid_kill " + uuid:        "",
		"api conference 1 dial user/1": "",
		"api originate":                "",
	} {
		effects := effectsOf(t, send)
		if got := suggester.Wider(effects, 0); got != want {
			t.Errorf("%s: got %q, want %q", send, got, want)
		}
	}
	effects := effectsOf(t, "api originate user/1 &park")
	q := load(t, withRules([]string{"api originate **", "dial user/1", "app park"}, nil))
	if d := q.Client("acme").Decide(effects); d.Action != policy.Allow {
		t.Error(d.Reason)
	}
	if got := suggester.Wider(effects, len(effects)) + p.Suggester(nil).Wider(effects, 0); got != "" {
		t.Errorf("for nothing, and for a nil client: %q", got)
	}
}
