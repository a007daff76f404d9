package policy_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"eslguard/policy"
)

// withClients returns a policy with these clients, each of which client made.
func withClients(clients ...string) string {
	return `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"roles": {"r": {"allow": ["api status"]}}, "clients": {` + strings.Join(clients, ",\n") + `}}`
}

// client returns the entry of a client. user may be empty; every secret is the JSON of a hash or an
// object.
func client(name, from, user string, secrets ...string) string {
	auth := `"password": [` + strings.Join(secrets, ", ") + `]`
	if user != "" {
		auth += fmt.Sprintf(`, "user": %q`, user)
	}
	return fmt.Sprintf(`%q: {"from": [%s], "auth": {%s}, "roles": ["r"]}`, name, from, auth)
}

func sum(password string) string { return `"` + policy.HashSHA256(password) + `"` }

// cheap is an Argon2id hash of "sesame" that is quick to compute.
const cheap = `"argon2id:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$J1HoB7wFpXnp9PYlLewzsQ"`

func TestLogin(t *testing.T) {
	p := load(t, withClients(
		client("wide", `"10.0.0.0/8", "2001:db8::/32"`, "", sum("wide")),
		client("narrow", `"10.1.0.0/16"`, "", sum("narrow"), sum("narrow2")),
		client("other", `"10.1.0.0/16"`, "", sum("other")),
		client("ann", `"10.0.0.0/8"`, "ann@example.org", sum("ann")),
		client("old", `"10.0.0.0/8"`, "", `{"hash": `+sum("old")+`, "not_after": "2020-01-01T00:00:00Z"}`, `{"hash": `+sum("new")+`, "not_after": "2120-01-01T00:00:00Z"}`),
		client("slow", `"10.0.0.0/8"`, "slow@example.org", `"`+policy.HashArgon2id("sesame")+`"`),
	))
	ann := func(pw string) policy.Credentials {
		return policy.Credentials{User: "ann", Domain: "example.org", Password: pw}
	}
	slow := func(pw string) policy.Credentials {
		return policy.Credentials{User: "slow", Domain: "example.org", Password: pw}
	}
	for _, tt := range []struct {
		addr string
		c    policy.Credentials
		want string // the client, or "" for none
	}{
		{"10.9.9.9", policy.Credentials{Password: "wide"}, "wide"},
		{"2001:db8::1", policy.Credentials{Password: "wide"}, "wide"},
		{"::ffff:10.9.9.9", policy.Credentials{Password: "wide"}, "wide"},
		{"10.1.9.9", policy.Credentials{Password: "narrow"}, "narrow"},
		{"10.1.9.9", policy.Credentials{Password: "narrow2"}, "narrow"},
		{"10.1.9.9", policy.Credentials{Password: "other"}, "other"},
		// a narrower network of another client makes no difference
		{"10.1.9.9", policy.Credentials{Password: "wide"}, "wide"},
		{"10.9.9.9", policy.Credentials{Password: "narrow"}, ""},
		{"11.0.0.1", policy.Credentials{Password: "wide"}, ""},
		{"10.9.9.9", policy.Credentials{}, ""},
		{"10.9.9.9", ann("ann"), "ann"},
		{"10.9.9.9", ann("wrong"), ""},
		{"10.9.9.9", ann("wide"), ""},
		// a client with a user cannot log in without it
		{"10.9.9.9", policy.Credentials{Password: "ann"}, ""},
		{"10.9.9.9", policy.Credentials{User: "bob", Domain: "example.org", Password: "ann"}, ""},
		{"10.9.9.9", policy.Credentials{Password: "old"}, ""},
		{"10.9.9.9", policy.Credentials{Password: "new"}, "old"},
		{"10.9.9.9", slow("sesame"), "slow"},
		{"10.9.9.9", slow("wrong"), ""},
	} {
		l, err := p.Login(t.Context(), netip.MustParseAddr(tt.addr), tt.c)
		switch {
		case tt.want == "" && (!errors.Is(err, policy.ErrUnknown) || l.Client != nil):
			t.Errorf("%s %+v: %v, %v, want no client", tt.addr, tt.c, l.Client, err)
		case tt.want != "" && (err != nil || l.Client.Name != tt.want):
			t.Errorf("%s %+v: %v, want %s", tt.addr, tt.c, err, tt.want)
		}
	}
	if _, err := p.Login(t.Context(), netip.Addr{}, policy.Credentials{Password: "wide"}); !errors.Is(err, policy.ErrUnknown) {
		t.Errorf("no address: %v", err)
	}
	for addr, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "11.1.2.3": false, "2001:db8::9": true, "2001:db9::9": false} {
		if got := p.Knows(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Knows(%s) = %v", addr, got)
		}
	}
}

// TestLoginGivesUp: a login that cannot be checked in time returns an error and no client.
func TestLoginGivesUp(t *testing.T) {
	p := load(t, withClients(client("slow", `"10.0.0.0/8"`, "slow@example.org", cheap)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, password := range []string{"sesame", "wrong"} {
		l, err := p.Login(ctx, netip.MustParseAddr("10.0.0.1"), policy.Credentials{User: "slow", Domain: "example.org", Password: password})
		if !errors.Is(err, context.Canceled) || l.Client != nil {
			t.Errorf("%s: %v, %v", password, l.Client, err)
		}
	}
}

func TestRenew(t *testing.T) {
	before := withClients(client("a", `"10.0.0.0/8"`, "", sum("one"), sum("two")), client("b", `"10.0.0.0/8"`, "b@x", sum("b")))
	p := load(t, before)
	addr := netip.MustParseAddr("::ffff:10.1.2.3")
	l, err := p.Login(t.Context(), addr, policy.Credentials{Password: "two"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"the same", before, ""},
		{"another password beside it", withClients(client("a", `"10.0.0.0/8"`, "", sum("two"), sum("three"))), ""},
		{"another network that contains the address", withClients(client("a", `"10.1.0.0/16"`, "", sum("two"))), ""},
		{"gone", withClients(client("b", `"10.0.0.0/8"`, "", sum("two"))), "no longer in the policy"},
		{"another network", withClients(client("a", `"10.2.0.0/16"`, "", sum("two"))), "may no longer connect from 10.1.2.3"},
		{"password gone", withClients(client("a", `"10.0.0.0/8"`, "", sum("one"))), "password of the client a has been changed"},
		{"password expired", withClients(client("a", `"10.0.0.0/8"`, "", `{"hash": `+sum("two")+`, "not_after": "2020-01-01T00:00:00Z"}`)), "password of the client a has expired"},
		{"a user now", withClients(client("a", `"10.0.0.0/8"`, "a@x", sum("two"))), "has been changed"},
		{"shared events and connections", strings.Replace(before, `{"env": "X"}`, `{"env": "X"}, "events": "shared", "connections": "shared"`, 1), ""},
		{"another upstream", strings.Replace(before, "127.0.0.1:8021", "127.0.0.2:8021", 1), "another upstream"},
	} {
		q := load(t, tt.text)
		got, err := q.Renew(l)
		switch {
		case tt.want == "" && (err != nil || got.Client != q.Client("a")):
			t.Errorf("%s: %v, want the new policy's client", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || got.Client != nil):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := p.Renew(policy.Login{}); err == nil {
		t.Error("the zero Login was renewed")
	}
}

func TestHashes(t *testing.T) {
	password, hash := policy.GeneratePassword()
	again, _ := policy.GeneratePassword()
	if password == again || len(password) < 24 || hash != policy.HashSHA256(password) {
		t.Errorf("got %d characters and %s", len(password), hash)
	}
	p := load(t, withClients(client("a", `"10.0.0.0/8"`, "", `"`+hash+`"`)))
	if _, err := p.Login(t.Context(), netip.MustParseAddr("10.0.0.1"), policy.Credentials{Password: password}); err != nil {
		t.Error(err)
	}
}
