package policy_test

import (
	"strings"
	"testing"

	"eslguard/policy"
)

// describing returns a policy with these rules for its client, which describes these APIs.
func describing(t *testing.T, apis string, rules ...string) *policy.Policy {
	t.Helper()
	text := strings.Replace(withRules(rules, nil), `"apis":{"uuid_audio_fork":{"class":"media","split":"words 4","uuid":[0]}}`, `"apis":`+apis, 1)
	if !strings.Contains(text, apis) {
		t.Fatal("the policy of the tests describes other APIs now")
	}
	return load(t, text)
}

// TestAPIsDecided: described APIs, such as those of audio streaming modules and of a patched
// conference, are decided by their tokens.
func TestAPIsDecided(t *testing.T) {
	p := describing(t, `{
		"uuid_audio_fork": {"class": "media", "uuid": [0], "split": "space", "secret": [8]},
		"uuid_audio_stream": {"class": "media", "uuid": [0], "split": "words 6"},
		"conference": {"subcommands": {"tag": {}, "gettag": {"class": "read"}}}
	}`,
		"api uuid_audio_fork <uuid> start wss:\\/\\/agent.example.org/* mono <8000-16000> **",
		"api uuid_audio_stream <uuid> send_text **", "api conference * tag <1-999> vip", "api @read")
	const u = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"
	for _, tt := range []struct{ send, want string }{
		{`api uuid_audio_fork ^^|` + u + `|start|wss://agent.example.org/c/17|mono|8000|bug1|'{"callSid":"x"}'|true|false|`, "allow"},
		{`api uuid_audio_fork ^^|` + u + `|start|wss://other.example.org/c/17|mono|8000|bug1|'{"callSid":"x"}'|true|false|`, "deny"},
		{`api uuid_audio_stream ` + u + ` send_text {"text":"it's fine today"}`, "allow"},
		{"api conference r tag 17 vip", "allow"},
		{"api conference r tag 17 boss", "deny"},
		{"api conference r gettag 17", "allow"},
		{"api conference r kick 17", "deny"},
		{"api conference r other 17", "deny"},
	} {
		effects := effectsIn(t, p.Catalog(), tt.send)
		if got := p.Client("acme").Decide(effects); got.Action.String() != tt.want {
			t.Errorf("%s: %s (%s), want %s", tt.send, got.Action, got.Reason, tt.want)
		}
	}
}

// TestReasonsTeach: a denial says what is unknown, where, and what to do about it, in words that
// fit into a client's reply.
func TestReasonsTeach(t *testing.T) {
	p := describing(t, `{"mine": {}}`, "api @status", "api originate **")
	for _, tt := range []struct{ send, want string }{
		{"bgapi originate {origination_caller_id_name=Acme Inc}user/1 &park",
			"opaque unknown-syntax is not allowed to acme; a blank ends the argument within the { of its variables, in the value of " +
				"origination_caller_id_name, so put that value, or the whole argument, in single quotes (bgapi > api originate)"},
		{"api nosuch x", `api nosuch is not allowed to acme; no catalogue has an API of that name, so check its spelling, or describe it in "apis" of the policy`},
		{"api mine x", "api mine is not allowed to acme"},
		{"api reloadxml", "api reloadxml is not allowed to acme"},
	} {
		d := p.Client("acme").Decide(effectsIn(t, p.Catalog(), tt.send))
		if d.Action != policy.Deny || d.Reason != tt.want {
			t.Errorf("%s: %s\ngot  %q\nwant %q", tt.send, d.Action, d.Reason, tt.want)
		}
		if strings.Contains(d.Reason, ": ") || strings.Contains(d.Reason, "\n") {
			t.Errorf("%s: %q does not fit a reply", tt.send, d.Reason)
		}
	}
}
