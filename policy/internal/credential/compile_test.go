package credential

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/policy/internal/document"
)

// compileClient compiles one client's entry and returns what is wrong with it.
func compileClient(t *testing.T, entry string) (id *Identity, problems string, warnings document.Problems) {
	t.Helper()
	var rep document.Report
	doc := document.Read([]*document.Source{{Name: "f", Data: []byte(`{"version": 1, "clients": {"c": ` + entry + `}}`)}}, &rep)
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	id = Compile(&doc.Clients[0], NewNetworks(), &rep)
	if err := rep.Err(); err != nil {
		problems = err.Error()
	}
	return id, problems, rep.Warnings
}

// TestCompile: how a client is identified, and what is refused.
func TestCompile(t *testing.T) {
	sum := func(i int) string { return fmt.Sprintf("%q", HashSHA256(fmt.Sprint(i))) }
	argon := func(i int) string {
		return fmt.Sprintf(`"argon2id:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbH%c$AAAAAAAAAAAAAAAAAAAAAA"`, "QgwA"[i])
	}
	sums := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = sum(i)
		}
		return strings.Join(out, ", ")
	}
	networks := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf(`"10.%d.%d.0/24"`, i>>8, i&0xff)
		}
		return strings.Join(out, ", ")
	}
	for _, tt := range []struct {
		name, from, user, secrets string
		problem                   string // "" for none
	}{
		{"with auth", `"10.0.0.0/8"`, "", sum(1), ""},
		{"with a user", `"10.0.0.0/8"`, "a@example.org", sum(1) + ", " + argon(0), ""},
		{"16 passwords", `"10.0.0.0/8"`, "", sums(maxSecrets), ""},
		{"17 passwords", `"10.0.0.0/8"`, "", sums(maxSecrets + 1), "/clients/c/auth/password/16: a client has at most 16 passwords"},
		{"two slow hashes", `"10.0.0.0/8"`, "a@x", argon(0) + ", " + argon(1), ""},
		{"three", `"10.0.0.0/8"`, "a@x", argon(0) + ", " + argon(1) + ", " + argon(2), "password/2: a client has at most 2 argon2id hashes"},
		{"a slow hash without a user", `"10.0.0.0/8"`, "", argon(0), `argon2id needs a "user"`},
		{"a hash twice", `"10.0.0.0/8"`, "", sum(1) + ", " + sum(1), "password/1: duplicate hash"},
		{"a wrong hash", `"10.0.0.0/8"`, "", `"sesame"`, "password/0: is not a hash"},
		{"a wrong time", `"10.0.0.0/8"`, "", `{"hash": ` + sum(1) + `, "not_after": "2027-01-31"}`, `not_after: "2027-01-31" is not a time`},
		{"10,000 networks", networks(maxNetworks), "", sum(1), ""},
		{"10,001 networks", networks(maxNetworks + 1), "", sum(1), "from/10000: a client has at most 10000 networks"},
		{"a network twice", `"10.0.0.0/8", "10.0.0.0/8"`, "", sum(1), "from/1: the network 10.0.0.0/8 is listed twice"},
		{"a wrong network", `"10.0.0.1/8"`, "", sum(1), `from/0: "10.0.0.1/8" has bits set beyond its length`},
		{"no domain", `"10.0.0.0/8"`, "a", sum(1), `user: "a" is not user@domain`},
		{"an empty domain", `"10.0.0.0/8"`, "a@", sum(1), "is not user@domain"},
		{"an empty user", `"10.0.0.0/8"`, "@x", sum(1), "is not user@domain"},
		{"two domains", `"10.0.0.0/8"`, "a@x@y", sum(1), "is not user@domain"},
		// userauth separates user@domain from the password with a colon
		{"a colon", `"10.0.0.0/8"`, "a:b@x", sum(1), "is not user@domain"},
		{"a blank", `"10.0.0.0/8"`, "a@x y", sum(1), "is not user@domain"},
	} {
		user := ""
		if tt.user != "" {
			user = fmt.Sprintf(`"user": %q, `, tt.user)
		}
		id, got, _ := compileClient(t, fmt.Sprintf(`{"from": [%s], "auth": {%s"password": [%s]}, "roles": []}`, tt.from, user, tt.secrets))
		if (got == "") != (tt.problem == "") || !strings.Contains(got, tt.problem) || strings.Contains(got, "\n") {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.problem)
		}
		if id.Name != "c" || strings.Contains(got, "sesame") {
			t.Errorf("%s: identity %q, and %s", tt.name, id.Name, got)
		}
	}
	// Each login would use several cores.
	_, _, warnings := compileClient(t, fmt.Sprintf(`{"from": ["10.0.0.0/8"], "auth": {"user": "a@x", "password": [%s]}, "roles": []}`,
		strings.NewReplacer("m=8", "m=16", "p=1", "p=2").Replace(argon(0))))
	if len(warnings) != 1 || !strings.Contains(warnings[0].Text, "the hash uses 2 cores at once") {
		t.Errorf("warnings %v", warnings)
	}
}

// TestIdentity: where a client may connect from, its secrets and their ends.
func TestIdentity(t *testing.T) {
	hash := HashSHA256("x")
	id, problems, _ := compileClient(t, fmt.Sprintf(`{"from": ["10.1.0.0/16", "2001:db8::/32"], "auth": {"password":
		[%q, {"hash": %q, "not_after": "2030-01-01T01:00:00+01:00"}]}, "roles": []}`, HashSHA256("y"), hash))
	if problems != "" {
		t.Fatal(problems)
	}
	for addr, want := range map[string]bool{
		"10.1.0.0": true, "10.1.255.255": true, "10.2.0.0": false, "::ffff:10.1.0.1": true, "2001:db8::1%eth0": true, "2001:db9::": false,
	} {
		if got := id.MayConnectFrom(netip.MustParseAddr(addr)); got != want {
			t.Errorf("MayConnectFrom(%s) = %v", addr, got)
		}
	}
	if id.MayConnectFrom(netip.Addr{}) {
		t.Error("it may connect from no address")
	}
	if id.Secret("") != nil || id.Secret(HashSHA256("z")) != nil || id.Secret(hash) != &id.Secrets[1] {
		t.Error("Secret does not find the secret with a hash, or finds another")
	}
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		secret int
		now    time.Time
		want   bool
	}{
		{0, end.AddDate(100, 0, 0), false}, {1, end, false}, {1, end.Add(time.Nanosecond), true}, {1, time.Time{}, false},
	} {
		if got := id.Secrets[tt.secret].Expired(tt.now); got != tt.want {
			t.Errorf("secret %d at %v: expired is %v", tt.secret, tt.now, got)
		}
	}
}

// identities returns identities from their descriptions: networks, then a user (with @) or hashes.
func identities(t *testing.T, descriptions ...string) (ids []*Identity, ns *Networks) {
	t.Helper()
	ns = NewNetworks()
	for i, text := range descriptions {
		id := &Identity{Name: string(rune('a' + i))}
		for _, word := range strings.Fields(text) {
			switch {
			case strings.Contains(word, "@"):
				id.User = word
			case strings.Contains(word, "/"):
				p := netip.MustParsePrefix(word)
				id.From = append(id.From, p)
				if err := ns.add(p, id); err != nil {
					t.Fatal(err)
				}
			default:
				id.Secrets = append(id.Secrets, Secret{hash: hash{Text: word}})
			}
		}
		ids = append(ids, id)
	}
	return ids, ns
}

func TestAmbiguous(t *testing.T) {
	for _, tt := range []struct {
		name    string
		clients []string
		want    [][2]int
	}{
		{"none", nil, nil},
		{"other hashes", []string{"10.0.0.0/8 h1", "10.0.0.0/8 h2"}, nil},
		{"the same hash", []string{"10.0.0.0/8 h1", "10.0.0.0/8 h2 h1"}, [][2]int{{0, 1}}},
		{"the same hashes", []string{"10.0.0.0/8 h1 h2", "10.0.0.0/8 h2 h1"}, [][2]int{{0, 1}}},
		{"the same hash within a network", []string{"10.1.0.0/16 h1", "10.0.0.0/8 h1"}, [][2]int{{0, 1}}},
		{"the same hash beside a network", []string{"10.1.0.0/16 h1", "10.2.0.0/16 h1"}, nil},
		{"IPv4 and IPv6", []string{"0.0.0.0/0 h1", "::/0 h1"}, nil},
		{"one client twice", []string{"10.0.0.0/8 10.1.0.0/16 h1"}, nil},
		{"the same user, other hashes", []string{"10.0.0.0/8 u@x h1", "10.0.0.0/8 u@x h2"}, [][2]int{{0, 1}}},
		{"other users, the same hash", []string{"10.0.0.0/8 u@x h1", "10.0.0.0/8 v@x h1"}, nil},
		{"one with a user", []string{"10.0.0.0/8 u@x h1", "10.0.0.0/8 h1"}, nil},
		{"two pairs", []string{"10.0.0.0/8 h1", "10.0.0.0/8 h2", "10.0.0.0/8 h2", "10.0.0.0/8 h1"}, [][2]int{{0, 3}, {1, 2}}},
		{"behind another's network", []string{"10.0.0.0/8 h1", "10.1.0.0/16 h2", "10.1.2.0/24 h1"}, [][2]int{{0, 2}}},
	} {
		ids, _ := identities(t, tt.clients...)
		if got := Ambiguous(ids); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEnclosed(t *testing.T) {
	for _, tt := range []struct {
		name    string
		clients []string
		want    []string
	}{
		{"none", nil, nil},
		{"apart", []string{"10.1.0.0/16", "10.2.0.0/16"}, nil},
		{"one client's own", []string{"10.0.0.0/8 10.1.0.0/16"}, nil},
		{"the same network", []string{"10.0.0.0/8", "10.0.0.0/8"}, nil},
		{"within", []string{"10.1.0.0/16", "10.0.0.0/8"}, []string{"10.1.0.0/16 [a] in 10.0.0.0/8 [b]"}},
		{"within two: the narrowest", []string{"10.1.2.0/24", "10.0.0.0/8", "10.1.0.0/16"}, []string{
			"10.1.0.0/16 [c] in 10.0.0.0/8 [b]", "10.1.2.0/24 [a] in 10.1.0.0/16 [c]"}},
		{"within its own, and another's", []string{"10.1.2.0/24 10.1.0.0/16", "10.0.0.0/8"}, []string{
			"10.1.0.0/16 [a] in 10.0.0.0/8 [b]", "10.1.2.0/24 [a] in 10.0.0.0/8 [b]"}},
		{"within a shared one", []string{"10.1.0.0/16 10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8"}, []string{"10.1.0.0/16 [a] in 10.0.0.0/8 [b c]"}},
		{"two behind a sibling", []string{"10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"}, []string{
			"10.1.0.0/16 [b] in 10.0.0.0/8 [a]", "10.2.0.0/16 [c] in 10.0.0.0/8 [a]"}},
		{"not across families", []string{"0.0.0.0/0", "::/0", "2001:db8::/32"}, []string{"2001:db8::/32 [c] in ::/0 [b]"}},
	} {
		_, ns := identities(t, tt.clients...)
		var got []string
		for _, e := range ns.Enclosed() {
			got = append(got, fmt.Sprint(e.Network, " ", e.Clients, " in ", e.Within, " ", e.WithinClients))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPlainAddr(t *testing.T) {
	for addr, want := range map[string]string{
		"10.1.2.3": "10.1.2.3", "::ffff:10.1.2.3": "10.1.2.3", "::ffff:10.1.2.3%eth0": "10.1.2.3", "fe80::1%eth0": "fe80::1", "::1": "::1",
	} {
		if got := PlainAddr(netip.MustParseAddr(addr)).String(); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}
