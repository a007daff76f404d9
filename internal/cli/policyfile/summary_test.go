package policyfile

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/policy"
)

func TestWriteSummary(t *testing.T) {
	s := policy.Summary{
		Revision: "abc", Tests: 2,
		Upstreams: []policy.UpstreamSummary{
			{Name: "pbx", Address: "127.0.0.1:8021", Password: "from $PW", Events: "own", Connections: "own"},
			{Name: "pbx2", Address: "127.0.0.2:8021", Password: "from $PW", Events: "shared", Connections: "shared"},
		},
		ProtectionsOff: []policy.ProtectionOff{{Name: "expr-depth", Note: "we have\x1b the fix"}},
		Clients: []policy.ClientSummary{
			{
				Name: "crm", From: []string{"10.0.0.1/32", "10.0.0.2/32"}, User: "crm@x", Passwords: 2, Upstream: "pbx", Roles: []string{"a", "b"},
				Mode: "observe", Sessions: 3, Jobs: 4, Filters: 5, Allow: []string{"api status", "api version"}, Deny: []string{"api lua"},
				Limits: []string{"api status 5/min"}, Requires: []string{"dial b-leg: var originate a 1"},
			},
			{Name: "wallboard", From: []string{"0.0.0.0/0"}, Passwords: 1, Upstream: "pbx", Mode: "enforce", Sessions: 1, Jobs: 1, Filters: 1},
		},
		Enclosed: []policy.Enclosed{{Network: "10.0.0.1/32", Clients: []string{"crm"}, Within: "0.0.0.0/0", WithinClients: []string{"a", "b", "c", "d", "e"}}},
	}
	const want = `the policy is good: revision abc, 2 clients, 2 tests passed

upstream pbx
  address   127.0.0.1:8021
  password  from $PW

upstream pbx2
  address   127.0.0.2:8021
  password  from $PW
  shared    events: all sessions receive them from one connection to FreeSWITCH
            connections: sessions take one from a pool for their commands

protections that are off
  expr-depth       "we have\x1b the fix"

client crm
  from      10.0.0.1/32
            10.0.0.2/32
  login     userauth crm@x, 2 passwords
  upstream  pbx
  roles     a, b
  mode      observe: what the rules would deny is forwarded and recorded
  sessions  3 at most
  jobs      4 at most, all sessions together
  filters   5 at most in a session
  may       api status
            api version
  may not   api lua
  limited   api status 5/min
  requires  dial b-leg: var originate a 1

client wallboard
  from      0.0.0.0/0
  login     auth, 1 password
  upstream  pbx
  roles     
  sessions  1 at most
  jobs      1 at most, all sessions together
  filters   1 at most in a session
  may       nothing

networks within those of other clients, who may log in from there, too
  10.0.0.1/32 of crm lies within 0.0.0.0/0 of a, b, c and 2 more
`
	var b strings.Builder
	WriteSummary(&b, s)
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

func TestEnclosedAreBounded(t *testing.T) {
	var list []policy.Enclosed
	for i := range maxEnclosed + 7 {
		list = append(list, policy.Enclosed{Network: fmt.Sprintf("10.0.0.%d/32", i), Clients: []string{"a"}, Within: "10.0.0.0/8", WithinClients: []string{"b"}})
	}
	var b strings.Builder
	writeEnclosed(&b, list)
	if lines := strings.Count(b.String(), " lies within "); lines != maxEnclosed || !strings.HasSuffix(b.String(), "\n  and 7 more, which --json lists\n") {
		t.Errorf("%d networks:\n%s", lines, b.String())
	}
}
