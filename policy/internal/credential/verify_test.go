package credential

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"eslguard/policy/internal/document"
)

// logins is the compiled clients of a policy, and a Verifier.
type logins struct {
	networks *Networks
	verifier *Verifier
}

// loginsOf compiles clients, given as the members of "clients".
func loginsOf(t *testing.T, clients string) *logins {
	t.Helper()
	l := &logins{networks: NewNetworks(), verifier: NewVerifier()}
	var rep document.Report
	doc := document.Read([]*document.Source{{Name: "policy.json", Data: []byte(`{"version": 1, "clients": {` + clients + `}}`)}}, &rep)
	for i := range doc.Clients {
		Compile(&doc.Clients[i], l.networks, &rep)
	}
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	l.networks.SetFailureCosts()
	return l
}

func (l *logins) login(ctx context.Context, addr netip.Addr, c Credentials) (Proof, error) {
	return Find(ctx, l.verifier, l.networks, addr, c, time.Now())
}

// cheapHash returns an Argon2id hash that is quick to compute and that no known password has.
func cheapHash(t *testing.T, salt string) *hash {
	t.Helper()
	h, problem := parseHash("argon2id:$argon2id$v=19$m=8,t=1,p=1$" + salt + "$AAAAAAAAAAAAAAAAAAAAAA")
	if problem != "" {
		t.Fatal(problem)
	}
	return &h
}

// slowHash returns the hash of password with the usual parameters.
func slowHash(t *testing.T, password string) *hash {
	t.Helper()
	h, problem := parseHash(HashArgon2id(password))
	if problem != "" {
		t.Fatal(problem)
	}
	return &h
}

// canceled returns a canceled context.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestVerifierRemembersSuccesses(t *testing.T) {
	v := NewVerifier()
	h := slowHash(t, "sesame")
	if ok, err := v.check(t.Context(), netip.Prefix{}, h, "wrong"); ok || err != nil {
		t.Errorf("a wrong password: %v, %v", ok, err)
	}
	if ok, err := v.check(t.Context(), netip.Prefix{}, h, "sesame"); !ok || err != nil {
		t.Errorf("the right one: %v, %v", ok, err)
	}
	// With a canceled context, check succeeds only if the result is remembered.
	if ok, err := v.check(canceled(), netip.Prefix{}, h, "sesame"); !ok || err != nil {
		t.Errorf("the right one again: %v, %v", ok, err)
	}
	if _, err := v.check(canceled(), netip.Prefix{}, h, "wrong"); !errors.Is(err, context.Canceled) {
		t.Errorf("a failure was remembered: %v", err)
	}
	v.Retain(map[string]bool{h.Text: true})
	if ok, _ := v.check(canceled(), netip.Prefix{}, h, "sesame"); !ok {
		t.Error("forgotten though the hash is still there")
	}
	v.Retain(nil)
	if _, err := v.check(canceled(), netip.Prefix{}, h, "sesame"); err == nil {
		t.Error("remembered though the hash is gone")
	}
}

func TestVerifierIsBounded(t *testing.T) {
	v := NewVerifier()
	for i := range 2 * maxRemembered {
		text := fmt.Sprint(i)
		v.remember(v.tag(text, "x"), text)
	}
	if len(v.remembered) != maxRemembered {
		t.Errorf("%d successes are remembered", len(v.remembered))
	}
}

// slowLogins returns two users, one with a slow hash and one with a fast hash.
func slowLogins(t *testing.T) *logins {
	t.Helper()
	return loginsOf(t, fmt.Sprintf(`
		"slow": {"from": ["10.0.0.0/8"], "auth": {"user": "slow@x", "password": [%q]}, "roles": []},
		"quick": {"from": ["10.0.0.0/8"], "auth": {"user": "quick@x", "password": [{"hash": %q, "not_after": "2030-01-01T00:00:00Z"}]}, "roles": []}`,
		cheapHash(t, "c2FsdHNhbHQ").Text, HashSHA256("quick")))
}

// TestUnknownUserCostsTheSame: every failed userauth waits for a slow hash, so that the time does
// not reveal which users exist. A canceled context shows which logins wait.
func TestUnknownUserCostsTheSame(t *testing.T) {
	l := slowLogins(t)
	addr := netip.MustParseAddr("10.0.0.1")
	for user, want := range map[string]error{"slow": context.Canceled, "quick": context.Canceled, "nobody": context.Canceled, "": ErrUnknown} {
		c := Credentials{User: user, Password: "wrong"}
		if user != "" {
			c.Domain = "x"
		}
		if _, err := l.login(canceled(), addr, c); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", user, err, want)
		}
	}
	if _, err := l.login(canceled(), addr, Credentials{User: "quick", Domain: "x", Password: "quick"}); err != nil {
		t.Errorf("the right password: %v", err)
	}
}

// TestNarrowestFirst: networks are returned narrowest first, unlike cidranger does.
func TestNarrowestFirst(t *testing.T) {
	ns := NewNetworks()
	c := &Identity{Name: "c"}
	for _, s := range []string{"10.1.2.0/24", "0.0.0.0/0", "10.0.0.0/8", "::/0", "10.1.2.3/32"} {
		if err := ns.add(netip.MustParsePrefix(s), c); err != nil {
			t.Fatal(err)
		}
	}
	// A second client of the same network is added to that network.
	if err := ns.add(netip.MustParsePrefix("10.0.0.0/8"), &Identity{Name: "d"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range ns.containing(netip.MustParseAddr("::ffff:10.1.2.3")) {
		got = append(got, fmt.Sprint(n.prefix, len(n.clients)))
	}
	if want := "[10.1.2.3/32 1 10.1.2.0/24 1 10.0.0.0/8 2 0.0.0.0/0 1]"; fmt.Sprint(got) != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
}
