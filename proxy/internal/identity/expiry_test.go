package identity

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eslguard/policy"
)

// lasting returns a policy whose only password expires at end.
func lasting(t *testing.T, end time.Time) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.json", fmt.Appendf(nil, `{
		"version": 1,
		"upstreams": {"pbx": {"address": "127.0.0.1:1", "password": {"env": "UNUSED"}}},
		"roles": {"r": {"allow": ["api echo **"]}},
		"clients": {"c": {
			"from": ["127.0.0.0/8"], "upstream": "pbx", "roles": ["r"], "mode": "enforce",
			"auth": {"password": [{"hash": "sha256:%s", "not_after": %q}]}
		}}
	}`, strings.Repeat("0", 64), end.Format(time.RFC3339)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestExpiryIsWaitedForOnce: an expiry waits for the next moment that is not past.
func TestExpiryIsWaitedForOnce(t *testing.T) {
	end := time.Now().Add(time.Hour).Truncate(time.Second)
	p := lasting(t, end)
	if next, ok := p.NextExpiry(time.Now()); !ok || !next.Equal(end) {
		t.Errorf("the next expiry is %v, %v, want %v", next, ok, end)
	}
	if next, ok := p.NextExpiry(end.Add(time.Second)); ok {
		t.Errorf("an expiry that is past is waited for: %v", next)
	}
	var e Expiry
	e.Await(p, func() { t.Error("it came too early") })
	if e.Past() || e.timer == nil {
		t.Errorf("past %v, timer %v; want one that runs", e.Past(), e.timer)
	}
	e.Close()
	if e.Await(p, func() {}); e.timer != nil {
		t.Error("a closed expiry waits again")
	}
}
