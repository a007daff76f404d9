package policy

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// TestNotAfter: when a password expires, it lets no client log in, and logins with it are no longer
// valid.
func TestNotAfter(t *testing.T) {
	p, err := Parse("policy.json", fmt.Appendf(nil, `{"version": 1,
		"upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"clients": {"quick": {"from": ["10.0.0.0/8"], "auth": {"user": "quick@x", "password": [{"hash": %q, "not_after": "2030-01-01T00:00:00Z"}]}, "roles": []}}}`,
		HashSHA256("quick")))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2029, 12, 31, 23, 59, 59, 0, time.UTC)
	p.shared.now = func() time.Time { return now }
	c := Credentials{User: "quick", Domain: "x", Password: "quick"}
	l, err := p.Login(t.Context(), netip.MustParseAddr("10.0.0.1"), c)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	if _, err := p.Login(t.Context(), netip.MustParseAddr("10.0.0.1"), c); !errors.Is(err, ErrUnknown) {
		t.Errorf("a login after the end: %v", err)
	}
	if _, err := p.Renew(l); err == nil {
		t.Error("a session was renewed after the end")
	}
}
