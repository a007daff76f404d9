package auditcmd

import (
	"testing"

	"eslguard/audit/trail"
	"eslguard/effect"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
)

// TestATrialOfWhatARecordLacks checks that a command is not decided again if its record does not
// say what a rule needs to know of a leg.
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
		leg   trail.Effect
		known bool
		is    string
	}{
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1", Leg: "a-leg"}, true, allowed},
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1", Leg: "b-leg"}, true, denied},
		{trail.Effect{Kind: "dial", Name: "user/1", Args: "user/1"}, false, ""},
		{trail.Effect{Kind: "dial", Name: "user/4", Args: "user/4"}, true, denied},
		{trail.Effect{Kind: "dial", Name: "user/3", Args: "user/3", Leg: "a-leg"}, false, ""},
	} {
		e, ok := recorded.Rebuild(pol.Catalog(), &tt.leg)
		if !ok {
			t.Fatalf("%+v cannot be rebuilt", tt.leg)
		}
		c := change{Client: "c"}
		if known := newTrial(pol).decide(&c, []effect.Effect{e}); known != tt.known || known && c.Is != tt.is {
			t.Errorf("%+v: %v, %q; want %v, %q", tt.leg, known, c.Is, tt.known, tt.is)
		}
	}
}

// TestATrialForgetsKilledRuns checks that the sessions of a run that was killed are forgotten when
// the next run begins.
func TestATrialForgetsKilledRuns(t *testing.T) {
	tr := newTrial(nil)
	for _, r := range []trail.Record{{Kind: "start"}, {Kind: "session", Session: "a"}, {Kind: "session", Session: "b"}, {Kind: "end", Session: "b"}, {Kind: "start"}, {Kind: "session", Session: "c"}} {
		tr.record(&r, true)
	}
	if len(tr.sessions) != 1 || tr.sessions["c"] == nil {
		t.Errorf("%d sessions are followed, want the last run's one", len(tr.sessions))
	}
}
