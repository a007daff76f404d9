package cli

import (
	"slices"
	"strings"
	"testing"

	"eslguard/audit/trail"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// TestRebuildTellsAllThatRulesSee: an effect made of its record is the one that it was made of.
func TestRebuildTellsAllThatRulesSee(t *testing.T) {
	seen := map[command.EffectKind]int{}
	for _, text := range []string{
		"api status", "api show channels as json", "api uuid_kill 8fd3 USER_BUSY", "api callcenter_config queue list", "api nothing a  b",
		"bgapi originate {a=b}user/1000,sofia/gateway/x/1 &park", "bgapi expand originate user/1000 &system(id)", "api sched_api +5 none status",
		"api sched_api @5 none status", "event plain CHANNEL_CREATE", "event plain CUSTOM a::b c::d", "filter A /x/", "log 7", "myevents 8fd3",
		"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a b.wav",
		"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: 10.0.0.1:8084", "sendevent HEARTBEAT",
		"sendmsg 8fd3\ncall-command: unicast\nremote-ip: 10.0.0.5", "sendmsg 8fd3\ncall-command: nomedia\nnomedia-uuid: 9a",
		"api uuid_setvar 8fd3 a b c", "api lua x.lua",
	} {
		f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
		if err != nil {
			t.Fatal(err)
		}
		cmd, err := command.Parse(command.Builtin(), nil, f)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for i := range cmd.Effects {
			want := &cmd.Effects[i]
			got, ok := rebuild(command.Builtin(), &trail.Effect{
				Kind: want.Kind.String(), Name: want.Name, Args: want.Args, Path: want.Path, Later: laterWord(want.Later), Leg: want.Leg.String(),
			})
			if !ok {
				t.Errorf("%q: %s cannot be made again", text, want)
				continue
			}
			seen[want.Kind]++
			if got.Kind != want.Kind || got.Name != want.Name || got.Args != want.Args || got.Fold != want.Fold || got.Class != want.Class ||
				got.Later != want.Later || got.Leg != want.Leg || got.Path != want.Path || !slices.Equal(got.Tokens, want.Tokens) {
				t.Errorf("%q: made again it is\n%+v, was\n%+v", text, got, *want)
			}
		}
	}
	for _, k := range effectKinds {
		if seen[k] == 0 {
			t.Errorf("no effect of the kind %s was tried", k)
		}
	}
}

func TestRebuildRefusesWhatIsNotWhole(t *testing.T) {
	for _, e := range []trail.Effect{
		{Kind: "dialplan", Name: "XML", Args: "1000"},            // without its context
		{Kind: "inject", Name: "NOTIFY", Args: "internal 1000 "}, // tokens that may hold blanks themselves
		{Kind: "channel", Name: "unicast", Args: "8fd3"},         // without its target
		{Kind: "opaque", Name: "expansion"},                      // without what it stands for
		{Kind: "invalid"}, {Kind: "other"}, {},
	} {
		if got, ok := rebuild(command.Builtin(), &e); ok {
			t.Errorf("%+v is made %+v", e, got)
		}
	}
}

// TestATrialOfWhatARecordLacks: where a record does not say what a rule wants to know of a leg, the
// command is counted apart and in no change.
func TestATrialOfWhatARecordLacks(t *testing.T) {
	const text = `{
		"version": 1,
		"upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "UNUSED" } } },
		"roles": { "r": {
			"allow": [ "dial a-leg user/1", "dial b-leg user/2", "dial user/3", "var originate a 1" ],
			"require": { "dial user/3": "var originate a 1" }
		} },
		"clients": { "c": {
			"from": [ "127.0.0.1/32" ], "roles": [ "r" ],
			"auth": { "password": [ "sha256:0000000000000000000000000000000000000000000000000000000000000000" ] }
		} }
	}`
	pol, err := policy.Parse("p.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		leg  trail.Effect
		told bool
		is   string
	}{
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1", Leg: "a-leg"}, true, allowed},
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1", Leg: "b-leg"}, true, denied},
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1"}, false, ""},
		{trail.Effect{Kind: "dial", Name: "user/4", Args: "user/4"}, true, denied},
		{trail.Effect{Kind: "dial", Name: "user/3", Args: "user/3", Leg: "a-leg"}, false, ""},
	} {
		e, ok := rebuild(pol.Catalog(), &tt.leg)
		if !ok {
			t.Fatalf("%+v cannot be made again", tt.leg)
		}
		c := change{Client: "c"}
		if told := newTrial(pol).decide(&c, []command.Effect{e}); told != tt.told || told && c.Is != tt.is {
			t.Errorf("%+v: %v, %q; want %v, %q", tt.leg, told, c.Is, tt.told, tt.is)
		}
	}
}

// TestATrialForgetsKilledRuns: the sessions of a run that has no end are over when the next one begins.
func TestATrialForgetsKilledRuns(t *testing.T) {
	tr := newTrial(nil)
	for _, r := range []trail.Record{{Kind: "start"}, {Kind: "session", Session: "a"}, {Kind: "session", Session: "b"}, {Kind: "end", Session: "b"}, {Kind: "start"}, {Kind: "session", Session: "c"}} {
		tr.record(&r, true)
	}
	if len(tr.sessions) != 1 || tr.sessions["c"] == nil {
		t.Errorf("%d sessions are followed, want the last run's one", len(tr.sessions))
	}
}
