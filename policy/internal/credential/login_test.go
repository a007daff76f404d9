package credential

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// TestFind: which client credentials belong to, by address, user and password.
func TestFind(t *testing.T) {
	// argon is a hash of sesame.
	const argon = "argon2id:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$J1HoB7wFpXnp9PYlLewzsQ"
	entry := func(name, from, user string, secrets ...string) string {
		if user != "" {
			user = fmt.Sprintf(`"user": %q, `, user)
		}
		return fmt.Sprintf(`%q: {"from": [%s], "auth": {%s"password": [%s]}, "roles": []}`, name, from, user, strings.Join(secrets, ", "))
	}
	sum := func(password string) string { return fmt.Sprintf("%q", HashSHA256(password)) }
	until := func(hash, at string) string { return fmt.Sprintf(`{"hash": %s, "not_after": %q}`, hash, at) }
	l := loginsOf(t, strings.Join([]string{
		entry("app", `"10.0.0.0/8", "2001:db8::/32"`, "", sum("app"), sum("app-next")),
		entry("site", `"10.1.0.0/16"`, "", sum("site")),
		entry("ann", `"10.0.0.0/8"`, "ann@a.example", sum("ann")),
		entry("ann2", `"10.0.0.0/8"`, "ann@b.example", sum("ann")),
		entry("slow", `"10.0.0.0/8"`, "slow@a.example", `"`+argon+`"`),
		entry("mixed", `"10.0.0.0/8"`, "mixed@a.example", `"`+argon+`"`, sum("quick")),
		entry("ends", `"10.0.0.0/8"`, "", until(sum("ends"), "2030-01-01T00:00:00Z")),
		entry("ended", `"10.0.0.0/8"`, "ended@a.example", until(`"`+argon+`"`, "2029-12-31T23:59:59Z")),
		entry("renewed", `"10.0.0.0/8"`, "", until(sum("renewed"), "2020-01-01T00:00:00Z"), sum("renewed ")),
		// A policy with these two is an error; a login must still not guess.
		entry("twin1", `"12.0.0.0/8"`, "", sum("twin")),
		entry("twin2", `"12.0.0.0/8", "12.1.0.0/16"`, "", sum("twin")),
	}, ",\n"))
	l.verifier.turns = oneTurn()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		addr, user, password string
		want                 string // the client, or the error
	}{
		{"10.2.0.1", "", "app", "app"},
		{"10.1.0.1", "", "app", "app"}, // the narrower network of site takes nothing from app
		{"::ffff:10.2.0.1", "", "app", "app"},
		{"2001:db8::1%eth0", "", "app-next", "app"},
		{"11.0.0.1", "", "app", "no such client"},
		{"10.2.0.1", "", "App", "no such client"},
		{"10.2.0.1", "", "", "no such client"},
		{"10.1.0.1", "", "site", "site"},
		{"10.2.0.1", "", "site", "no such client"},
		{"10.2.0.1", "ann@a.example", "ann", "ann"},
		{"10.2.0.1", "ann@b.example", "ann", "ann2"},
		{"10.2.0.1", "ann@A.example", "ann", "no such client"},
		{"10.2.0.1", "ann@", "ann", "no such client"},
		{"10.2.0.1", "@a.example", "ann", "no such client"},
		{"10.2.0.1", "", "ann", "no such client"}, // a client with a user needs it
		{"10.2.0.1", "app@a.example", "app", "no such client"},
		{"10.2.0.1", "slow@a.example", "sesame", "slow"},
		{"10.2.0.1", "slow@a.example", "wrong", "no such client"},
		{"10.2.0.1", "", "sesame", "no such client"},
		{"10.2.0.1", "mixed@a.example", "sesame", "mixed"},
		{"10.2.0.1", "mixed@a.example", "quick", "mixed"},
		{"10.2.0.1", "", "ends", "ends"}, // valid up to and including its not_after
		{"10.2.0.1", "ended@a.example", "sesame", "the password of the client ended has expired, on 2029-12-31T23:59:59Z"},
		{"10.2.0.1", "", "renewed", "the password of the client renewed has expired, on 2020-01-01T00:00:00Z"},
		{"10.2.0.1", "", "renewed ", "renewed"},
		{"12.1.0.1", "", "twin", "the credentials are those of more than one client"},
	} {
		c := Credentials{Password: tt.password}
		c.User, c.Domain, _ = strings.Cut(tt.user, "@")
		found, err := Find(t.Context(), l.verifier, l.networks, netip.MustParseAddr(tt.addr), c, now)
		got := ""
		switch {
		case err != nil:
			got = strings.TrimPrefix(err.Error(), "policy: ")
		default:
			got = found.Identity.Name
			if s := found.Identity.Secret(found.Hash); s == nil || !s.NotAfter.Equal(found.NotAfter) {
				t.Errorf("%s from %s: the hash %s is not one of the client, or ends at another time", tt.user, tt.addr, found.Hash)
			}
		}
		if got != tt.want || err != nil && found.Identity != nil {
			t.Errorf("%q with %q from %s: %s, want %s", tt.user, tt.password, tt.addr, got, tt.want)
		}
	}
	if _, err := Find(t.Context(), l.verifier, l.networks, netip.Addr{}, Credentials{Password: "app"}, now); !errors.Is(err, ErrUnknown) {
		t.Errorf("without an address: %v, want %v", err, ErrUnknown)
	}
}

// TestFindIsBusy: if the slow hashes cannot be computed, the error says so, and nobody is found.
func TestFindIsBusy(t *testing.T) {
	l := slowLogins(t)
	l.verifier.turns = oneTurn()
	if err := l.verifier.turns.enter(t.Context(), sourceNo(0)); err != nil {
		t.Fatal(err)
	}
	l.verifier.turns.waiting = maxVerifyWaiting
	l.verifier.turns.lines = []*line{{source: sourceNo(0), tickets: []*ticket{{}}}}
	found, err := l.login(t.Context(), netip.MustParseAddr("10.0.0.1"), Credentials{User: "slow", Domain: "x", Password: "x"})
	if !errors.Is(err, ErrBusy) || found.Identity != nil {
		t.Errorf("%v, want %v", err, ErrBusy)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.login(ctx, netip.MustParseAddr("10.0.0.1"), Credentials{User: "quick", Domain: "x", Password: "quick"}); err != nil {
		t.Errorf("a fast hash, with others waiting: %v", err)
	}
}

// TestFailureCostOf: the most hashes of one client and the most expensive dummy count, whichever
// network they are of.
func TestFailureCostOf(t *testing.T) {
	cost := func(hashes int, time, memory uint32) failureCost {
		return failureCost{hashes, &hash{argon: &argonHash{time: time, memory: memory}}}
	}
	for _, tt := range []struct {
		name   string
		costs  []failureCost
		hashes int
		cost   uint64
	}{
		{"no networks", nil, 0, 0},
		{"no slow hashes", []failureCost{{}, {}}, 0, 0},
		{"one", []failureCost{cost(1, 2, 8)}, 1, 16},
		{"beside a network without", []failureCost{{}, cost(1, 2, 8), {}}, 1, 16},
		{"not the sum", []failureCost{cost(1, 2, 8), cost(1, 2, 8)}, 1, 16},
		{"the most of each", []failureCost{cost(2, 1, 8), cost(1, 3, 64)}, 2, 192},
		{"in the other order", []failureCost{cost(1, 3, 64), cost(2, 1, 8)}, 2, 192},
		{"fewer passes over more memory", []failureCost{cost(1, 9, 8), cost(1, 1, 80)}, 1, 80},
	} {
		var networks []*network
		for _, c := range tt.costs {
			networks = append(networks, &network{cost: c})
		}
		got := failureCostOf(networks)
		var gotCost uint64
		if got.dummy != nil {
			gotCost = costs(got.dummy.argon)
		}
		if got.hashes != tt.hashes || gotCost != tt.cost {
			t.Errorf("%s: %d hashes of cost %d, want %d of %d", tt.name, got.hashes, gotCost, tt.hashes, tt.cost)
		}
	}
}

// TestCredentialsUser: only credentials with neither user nor domain are those of auth.
func TestCredentialsUser(t *testing.T) {
	for want, c := range map[string]Credentials{"": {}, "a@x": {User: "a", Domain: "x"}, "a@": {User: "a"}, "@x": {Domain: "x"}} {
		if got := c.user(); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}
