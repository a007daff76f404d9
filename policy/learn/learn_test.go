package learn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
	"eslguard/policy/learn"
)

// each returns one command for each value.
func each(format string, values ...string) (out []string) {
	for _, v := range values {
		out = append(out, fmt.Sprintf(format, v))
	}
	return out
}

// count returns values from low to high.
func count(low, high int) (out []string) {
	for i := low; i <= high; i++ {
		out = append(out, fmt.Sprint(i))
	}
	return out
}

func someUUID(i int) string { return fmt.Sprintf("5d1b9f3c-7d0a-4b5e-9d55-%012x", i) }

// TestLearn: the rules that are drafted from commands. They allow these commands.
func TestLearn(t *testing.T) {
	var uuids []string
	for i := range 20 {
		uuids = append(uuids, someUUID(i))
	}
	for _, tt := range []struct {
		name string
		sent []string
		want []string
	}{
		{"one", []string{"api show channels as json", "api show channels as json"}, []string{"api show channels as json (2 times)"}},
		{"a few are spelled", each("api show %s", "channels", "calls", "registrations"), []string{"api show calls|channels|registrations (3 times)"}},
		{"uuids", each("api uuid_kill %s", uuids...), []string{"api uuid_kill <uuid> (20 times)"}},
		{"a uuid within a token", each("api uuid_record "+uuids[0]+" start /rec/%s.wav", uuids...), []string{"api uuid_record <uuid> start /rec/<uuid>.wav (20 times)"}},
		{"numbers that recur", each("api uuid_hold %s", append(count(7, 30), count(7, 30)...)...), []string{"api uuid_hold <7-30> (48 times)"}},
		{"numbers that occur once", each("api uuid_hold %s", count(7, 30)...), []string{"api uuid_hold <0-999999> (24 times)"}},
		{"a counter", each("api conference r kick %s", count(100, 114)...), []string{"api conference r kick <0-999999> (15 times)"}},
		{"a counter, each number twice", each("api conference r kick %s", slices.Sorted(slices.Values(append(count(100, 114), count(100, 114)...)))...),
			[]string{"api conference r kick <0-999999> (30 times)"}},
		{"a counter, overlapping", each("api conference r kick %s", "100", "101", "100", "102", "101", "103", "102", "104", "103", "105", "104", "106", "105"),
			[]string{"api conference r kick <0-999999> (13 times)"}},
		{"a common prefix", each("api user_exists id 10%s x", "a", "b", "c", "d", "e"), []string{"api user_exists id 10* x (5 times)"}},
		{"a folder", each("api uuid_record "+uuids[0]+" start /rec/ab%s.wav", "a", "b", "c", "d", "e"), []string{"api uuid_record <uuid> start /rec/* (5 times)"}},
		{"anything", each("api user_exists id %s x", "a", "b", "c", "d", "e"), []string{"api user_exists id * x (5 times)"}},
		{"what the wildcard does not match is spelled", each("api uuid_record "+uuids[0]+" start /rec/%s.wav", "a", "b", "c", "d", "e", "../f"), []string{
			"api uuid_record <uuid> start /rec/* (5 times)", "api uuid_record <uuid> start /rec/../f.wav (once)"}},
		{"special characters", []string{"api user_exists id a*b|c$d<e>@f x"}, []string{`api user_exists id a\*b\|c\$d\<e\>\@f x (once)`}},
		{"status APIs", []string{"api status", "api version", "api hostname", "api status"}, []string{"api @status (4 times)"}},
		{"events", []string{"event plain CHANNEL_CREATE HEARTBEAT BACKGROUND_JOB LOG", "event plain CUSTOM sofia::register"}, []string{
			"subscribe CHANNEL_CREATE|HEARTBEAT (2 times)", "subscribe BACKGROUND_JOB|LOG (2 times)", `subscribe CUSTOM sofia::register (once)`}},
		{"all events", []string{"event plain ALL"}, []string{"subscribe * (", "subscribe API|BACKGROUND_JOB|CUSTOM|LOG (4 times)"}},
		{"the log", []string{"log ERR", "log info", "log NOTICE"}, []string{"log INFO (3 times)"}},
		{"legs", each("api originate sofia/gateway/acme/1555%s &park", count(1000, 1020)...), []string{
			"api originate ** (21 times)", "app park (21 times)", "dial a-leg sofia/gateway/acme/155510<digits 2> (21 times)"}},
		{"legs to extensions", each("api originate user/%s@x.org &park", append(count(1000, 1019), "9")...), []string{
			"api originate ** (21 times)", "app park (21 times)", `dial a-leg user/10<digits 2>\@x.org (20 times)`, `dial a-leg user/9\@x.org (once)`}},
		{"few legs", each("api originate sofia/gateway/acme/%s &park", "1", "2"), []string{
			"api originate ** (2 times)", "app park (2 times)", "dial a-leg sofia/gateway/acme/1|sofia/gateway/acme/2 (2 times)"}},
		{"legs to a host", each("api originate sofia/external/1555%s@10.0.0.1 &park", count(1, 9)...), []string{
			"api originate ** (9 times)", "app park (9 times)", `dial a-leg sofia/external/1555<digits 1>\@10.0.0.1 (9 times)`}},
		{"legs to extensions that recur", each("api originate user/%s@x.org &park", append(count(1000, 1019), count(1000, 1019)...)...), []string{
			"api originate ** (40 times)", "app park (40 times)", `dial a-leg user/<1000-1019>\@x.org (40 times)`}},
		{"variables by their names", each("api originate {origination_caller_id_name=%s,a=1}user/1 &park", "a", "b", "c", "d", "e"), []string{
			"api originate ** (5 times)", "app park (5 times)", "dial a-leg user/1 (5 times)",
			"var originate a 1 (5 times)", "var originate origination_caller_id_name * (5 times)"}},
		{"a transfer without a context", []string{"api uuid_transfer " + uuids[0] + " 9", "api uuid_transfer " + uuids[0] + " 8 XML default"}, []string{
			"api uuid_transfer ** (2 times)", `dialplan XML "" 9 (once)`, "dialplan XML default 8 (once)"}},
		{"expansions", append(each("api uuid_setvar "+uuids[0]+" execute_on_answer 'record_session /rec/%s-${uuid}.wav'", "a", "b", "c", "d", "e"),
			"api originate null/x &bridge(sofia/gateway/acme/${uuid})", "api originate null/x &playback($${sounds_dir}/x.wav)"), []string{
			"api originate ** (2 times)", "api uuid_setvar ** (5 times)", `app playback \$${sounds_dir}/x.wav (once)`, `app bridge sofia/gateway/acme/\${uuid} (once)`,
			`app record_session /rec/a-\${uuid}.wav (once)`, `app record_session /rec/b-\${uuid}.wav (once)`, `app record_session /rec/c-\${uuid}.wav (once)`,
			`app record_session /rec/d-\${uuid}.wav (once)`, `app record_session /rec/e-\${uuid}.wav (once)`, "dial a-leg null/x (2 times)",
			`dial b-leg sofia/gateway/acme/\${uuid} (once)`, `var channel execute_on_answer record_session\s/rec/* (5 times)`}},
		{"a schedule", []string{"api sched_api @10 none status", "api sched_api +10 none version"}, []string{
			"api sched_api ** (2 times)", "repeating api status (once)", "api version (once)"}},
		{"a pure wrapper may have long arguments", []string{"api originate " + strings.Repeat("user/1000,", 99) + "user/1000 &park"}, []string{
			"api originate ** (once)", "app park (once)", "dial a-leg user/1000 (100 times)"}},
		{"without nested effects, arguments are spelled", []string{"api originate user/1 &callcenter(7@default)", "api originate user/1 &conference(3000)"}, []string{
			"api originate ** (2 times)", "dial a-leg user/1 (2 times)", "app callcenter 7\\@default (once)", "app conference 3000 (once)"}},
		{"with subcommands, arguments are spelled", []string{"api conference 3000 kick 17", "api conference 3000 dial user/1", "api callcenter_config agent set contact a user/1"}, []string{
			"api conference 3000 kick 17 (once)", "api conference 3000 dial user/1 (once)", "api callcenter_config agent set contact a user/1 (once)", "app conference 3000 (once)", "dial a-leg user/1 (once)", "dial other-leg user/1 (once)"}},
		{"an outlier does not widen a pattern of numbers", each("api originate sofia/gateway/acme/%s &park", append(count(15551000, 15551009), "9001", "0044")...), []string{
			"api originate ** (12 times)", "app park (12 times)", "dial a-leg sofia/gateway/acme/1555100<digits 1> (10 times)",
			"dial a-leg sofia/gateway/acme/0044|sofia/gateway/acme/9001 (2 times)"}},
		{"an outlier does not widen a pattern of files", each("api uuid_record "+uuids[0]+" start %s", "/rec/a", "/rec/b", "/rec/c", "/rec/d", "/rec/e", "x"), []string{
			"api uuid_record <uuid> start /rec/* (5 times)", "api uuid_record <uuid> start x (once)"}},
		{"many outliers do", each("api originate user/%s &park", "155501", "155502", "155503", "155504", "155505", "900", "901"), []string{
			"api originate ** (7 times)", "app park (7 times)", "dial a-leg user/<digits 3-6> (7 times)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := learn.New(nil)
			var all []effect.Effect
			for _, text := range tt.sent {
				effects := effectsOf(t, text)
				l.Add(effects, nil)
				all = append(all, effects...)
			}
			d := l.Draft()
			var rules, got []string
			for _, r := range d.Rules {
				rules = append(rules, r.Text)
				got = append(got, r.String())
			}
			for _, want := range tt.want {
				if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
					t.Errorf("got %q\nwant %q", got, want)
				}
			}
			if len(got) != len(tt.want) || len(d.LeftOut) > 0 {
				t.Errorf("got %q, left out %v\nwant %q", got, d.LeftOut, tt.want)
			}
			c := load(t, withRules(rules, nil)).Client("acme")
			for i := range all {
				if dec := c.Decide(all[i : i+1]); dec.Action != policy.Allow {
					t.Errorf("%s is not allowed by the draft %q", all[i].String(), got)
				}
			}
		})
	}
}

// TestLearnLeavesOut: the effects for which no rule is proposed.
func TestLearnLeavesOut(t *testing.T) {
	l := learn.New(nil)
	for _, e := range []effect.Effect{
		{Kind: effect.KindOpaque, Name: "script"},
		{Kind: effect.KindOpaque, Name: "script"},
		{Kind: effect.KindHandover, Name: "10.0.0.1:8040"},
		{Kind: effect.KindAPI, Name: "system", Tokens: []string{"id"}, Class: effect.ClassExec},
		{Kind: effect.KindAPI, Name: "nobodys_own", Tokens: []string{"x"}},
		{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"a\nb"}},
		{Kind: effect.KindAPI, Name: "user_exists", Tokens: []string{"a\xff"}},
		{},
	} {
		l.Add([]effect.Effect{e}, nil)
	}
	d := l.Draft()
	var got []string
	for _, r := range d.LeftOut {
		got = append(got, r.String())
	}
	want := []string{
		`api nobodys_own x (once: there is no API "nobodys_own")`,
		`"api user_exists a\nb" (once: a rule cannot spell it)`,
		`"api user_exists a\xff" (once: a rule cannot spell it)`,
		"api system id (once: it runs programs or scripts)",
		`handover 10.0.0.1:8040 (once: it hands the switch to that host, so only a role that says "unguarded": true may allow it)`,
		"invalid  (once: it is of no known kind)",
		`opaque script (2 times: its effects are unknown, so only a role that says "unguarded": true may allow it)`,
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(d.Rules) > 0 || !slices.Equal(got, want) {
		t.Errorf("rules %v, left out %q\nwant %q", d.Rules, got, want)
	}
}

// TestLearnRedacted: what the audit left out becomes a wildcard, but a client's own text that looks
// like a redaction does not.
func TestLearnRedacted(t *testing.T) {
	for _, tt := range []struct {
		sent string
		left []string
		want string
	}{
		{"api uuid_setvar u1 sip_auth_password [redacted:k3v9]", []string{"sip_auth_password"}, "var channel sip_auth_password *"},
		{"api uuid_setvar u1 sip_auth_password [redacted]", []string{"sip_auth_password"}, "var channel sip_auth_password *"},
		{"api originate {sip_h_X=http://a:[redacted:k3v9]@b}user/1 &park", []string{"url"}, "var originate sip_h_X http://a:*\\@b"},
		{"api vm_fsdb_auth_login default acme.test 1000 [redacted:k3v9]", []string{"vm_fsdb_auth_login"}, "api vm_fsdb_auth_login default acme.test 1000 *"},
		{"api db insert/acme/my_pin/[redacted:k3v9]", []string{"my_pin"}, "api db insert acme my_pin *"},

		{"api global_getvar [redacted:k3v9]", nil, "api global_getvar [redacted:k3v9]"},
		{"api originate user/[redacted] &park", nil, "dial a-leg user/[redacted]"},
		{"api originate sofia/gateway/[redacted:k3v9]/1 &park", []string{"password"}, "dial a-leg sofia/gateway/[redacted:k3v9]/1"},
		{"api originate {sip_auth_password=[redacted:k3v9]}user/[redacted:k3v9] &park", []string{"sip_auth_password"}, "dial a-leg user/[redacted:k3v9]"},
		{"api uuid_setvar u1 password [redacted", []string{"password"}, "var channel password [redacted"},
		{"api uuid_setvar u1 password [redacted:]", []string{"password"}, "var channel password [redacted:]"},
		{"api uuid_setvar u1 password [redacted:a b]", []string{"password"}, "var channel password [redacted:a\\sb]"},
	} {
		l := learn.New(nil)
		l.Add(effectsOf(t, tt.sent), tt.left)
		d := l.Draft()
		if !slices.ContainsFunc(d.Rules, func(r learn.Rule) bool { return r.Text == tt.want }) {
			t.Errorf("%s: got %v, want %q", tt.sent, d.Rules, tt.want)
		}
	}
}

// TestLearnTruncated: no rule is drafted if the audit may have left out further arguments together
// with a secret, because that rule could deny the command itself.
func TestLearnTruncated(t *testing.T) {
	for _, tt := range []struct {
		sent, left string
		out        bool
	}{
		{"api conference 3000 play http://x.test/a?token=[redacted:k3v9]", "token", true},
		{"api conference 3000 pin [redacted:k3v9]", "pin", true},
		{"api conference 3000 play http://a:[redacted:k3v9]@x.test/a.wav", "url", false},
		{"api conference 3000 dtmf 5 [redacted:k3v9]", "dtmf", false},
		{"api uuid_send_dtmf u1 [redacted:k3v9]", "uuid_send_dtmf", false},
		{"api uuid_setvar u1 token [redacted:k3v9]", "token", false},
		{"api originate user/1 &playback(http://x.test/a?token=[redacted:k3v9]", "token", false},
	} {
		l := learn.New(nil)
		l.Add(effectsOf(t, tt.sent), []string{tt.left})
		d := l.Draft()
		out := slices.ContainsFunc(d.LeftOut, func(r learn.Rule) bool { return strings.Contains(r.Why, "further arguments") })
		if out != tt.out || !out && len(d.Rules) == 0 {
			t.Errorf("%s: left out %v, want %t; rules %v", tt.sent, d.LeftOut, tt.out, d.Rules)
		}
	}
}
