package policy_test

import (
	"net/netip"
	"slices"
	"testing"

	"eslguard/policy"
)

// TestEnclosed: a client may log in from all of its networks, even if others have networks within
// them, which Enclosed lists.
func TestEnclosed(t *testing.T) {
	p := load(t, withClients(
		client("all", `"0.0.0.0/0", "::/0"`, "", sum("all")),
		client("site", `"10.0.0.0/8", "10.1.0.0/16"`, "", sum("site")),
		client("desk", `"10.1.2.0/24", "2001:db8::/32"`, "", sum("desk")),
		client("seat", `"10.1.2.0/24", "10.1.2.3/32"`, "", sum("seat")),
	))
	want := []policy.Enclosed{
		{Network: "10.0.0.0/8", Clients: []string{"site"}, Within: "0.0.0.0/0", WithinClients: []string{"all"}},
		{Network: "10.1.0.0/16", Clients: []string{"site"}, Within: "0.0.0.0/0", WithinClients: []string{"all"}},
		{Network: "10.1.2.0/24", Clients: []string{"desk", "seat"}, Within: "10.1.0.0/16", WithinClients: []string{"site"}},
		{Network: "10.1.2.3/32", Clients: []string{"seat"}, Within: "10.1.2.0/24", WithinClients: []string{"desk"}},
		{Network: "2001:db8::/32", Clients: []string{"desk"}, Within: "::/0", WithinClients: []string{"all"}},
	}
	got := p.Summary().Enclosed
	if !slices.EqualFunc(got, want, func(a, b policy.Enclosed) bool {
		return a.Network == b.Network && a.Within == b.Within &&
			slices.Equal(a.Clients, b.Clients) && slices.Equal(a.WithinClients, b.WithinClients)
	}) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, name := range []string{"all", "site", "desk", "seat"} {
		l, err := p.Login(t.Context(), netip.MustParseAddr("10.1.2.3"), policy.Credentials{Password: name})
		if err != nil || l.Client.Name != name {
			t.Errorf("%s from an address of all four clients: %v", name, err)
		}
	}
	if got := load(t, withClients(client("a", `"10.0.0.0/8", "10.1.0.0/16"`, "", sum("a")), client("b", `"11.0.0.0/8"`, "", sum("b")))).Summary().Enclosed; got != nil {
		t.Errorf("networks of one client alone: %v", got)
	}
}
