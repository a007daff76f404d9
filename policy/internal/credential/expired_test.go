package credential

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExpiredLooksWrong: the operator can distinguish an expired password from a wrong one, but the
// client cannot, neither by errors.Is nor by the number of slow hashes.
func TestExpiredLooksWrong(t *testing.T) {
	// its key differs from that of dummies
	slow := strings.Replace(cheapHash(t, "c2FsdHNhbHQ").Text, "$AA", "$AQ", 1)
	l := loginsOf(t, fmt.Sprintf(`
			"fast": {"from": ["10.0.0.0/8"], "auth": {"password": [
				{"hash": %q, "not_after": "2020-01-01T00:00:00Z"}, %q]}, "roles": []},
			"user": {"from": ["10.0.0.0/8"], "auth": {"user": "user@x", "password": [
				{"hash": %q, "not_after": "2020-01-02T00:00:00Z"}, %q]}, "roles": []},
			"slow": {"from": ["10.0.0.0/8"], "auth": {"user": "slow@x", "password": [
				{"hash": %q, "not_after": "2020-01-03T00:00:00Z"}, %q]}, "roles": []}`, HashSHA256("old"), HashSHA256("new"), HashSHA256("old"), HashSHA256("new"), slow, cheapHash(t, "c2FsdHNhbHU").Text))
	v := l.verifier
	v.turns = oneTurn()
	hashes := 0
	v.compute = func(h *argonHash, password string) bool {
		hashes++
		return password == "old" && string(h.salt) == "saltsalt" && !slices.Equal(h.key, make([]byte, len(h.key)))
	}
	for range 2 { // the second round shows that nothing was remembered
		for _, test := range []struct {
			user, password string
			hashes         int
			expired        string // the client and the day of the year, or "" for a wrong password
		}{
			{"", "old", 0, "fast 1"},
			{"", "wrong", 0, ""},
			{"user", "old", 2, "user 2"},
			{"user", "wrong", 2, ""},
			{"slow", "old", 2, "slow 3"},
			{"slow", "wrong", 2, ""},
			{"nobody", "old", 2, ""},
		} {
			hashes = 0
			c := Credentials{User: test.user, Password: test.password}
			if test.user != "" {
				c.Domain = "x"
			}
			got, err := l.login(t.Context(), netip.MustParseAddr("10.0.0.1"), c)
			if got.Identity != nil || !errors.Is(err, ErrUnknown) || hashes != test.hashes {
				t.Errorf("%s with %q: %v, %v, %d hashes; want ErrUnknown and %d", test.user, test.password, got.Identity, err, hashes, test.hashes)
			}
			name := ""
			var expired *ExpiredError
			if errors.As(err, &expired) {
				name = fmt.Sprint(expired.Client, " ", expired.NotAfter.YearDay())
				if want := "has expired, on " + expired.NotAfter.Format(time.RFC3339); !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %q, want %q in it", err, want)
				}
			}
			if name != test.expired {
				t.Errorf("%s with %q: the password of %q has expired, want %q", test.user, test.password, name, test.expired)
			}
		}
	}
}

// TestClientsFrom: the clients whose networks contain an address, those with the narrowest first.
func TestClientsFrom(t *testing.T) {
	l := loginsOf(t, fmt.Sprintf(`
			"wide": {"from": ["10.0.0.0/8", "10.1.0.0/24"], "auth": {"password": [%q]}, "roles": []},
			"other": {"from": ["10.0.0.0/8", "10.0.0.0/9"], "auth": {"password": [%q]}, "roles": []},
			"narrow": {"from": ["10.1.0.0/16"], "auth": {"password": [%q]}, "roles": []}`, HashSHA256("a"), HashSHA256("b"), HashSHA256("c")))
	for _, test := range []struct {
		addr   string
		most   int
		names  string
		others int
	}{
		{"10.1.2.3", 3, "narrow other wide", 0},
		{"10.1.2.3", 1, "narrow", 2},
		{"10.200.0.1", 3, "wide other", 0},
		{"11.0.0.1", 3, "", 0},
	} {
		names, others := l.networks.ClientsFrom(netip.MustParseAddr(test.addr), test.most)
		want := strings.Fields(test.names)
		if test.addr == "10.200.0.1" { // clients of one network have no order
			slices.Sort(names)
			slices.Sort(want)
		}
		if !slices.Equal(names, want) || others != test.others {
			t.Errorf("from %s: %q and %d others, want %q and %d", test.addr, names, others, want, test.others)
		}
	}
}
