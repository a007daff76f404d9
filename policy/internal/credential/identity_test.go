package credential

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestParseNetwork(t *testing.T) {
	for text, want := range map[string]string{ // what is wrong, and the hint
		"10.0.0.0/8":          "",
		"2001:db8::/32":       "",
		"0.0.0.0/0":           "",
		"10.0.0.1":            "is an address, not a network: write 10.0.0.1/32",
		"::1":                 "is an address, not a network: write ::1/128",
		"10.0.0.5/8":          "has bits set beyond its length: write 10.0.0.0/8, or the whole address",
		"::ffff:10.0.0.0/104": "is an IPv4-mapped network, which matches no address: write it as an IPv4 network",
		"2001:0db8::/32":      "has another, usual spelling: write 2001:db8::/32",
		"10.0.0.0/33":         "is not a network: such as 10.1.0.0/16 or 2001:db8::/32",
		"10.0.0.0/08":         "is not a network: such as 10.1.0.0/16 or 2001:db8::/32",
		"fe80::%eth0/64":      "is not a network: such as 10.1.0.0/16 or 2001:db8::/32",
		"":                    "is not a network: such as 10.1.0.0/16 or 2001:db8::/32",
	} {
		p, hint, problem := parseNetwork(text)
		got := problem
		if hint != "" {
			got += ": " + hint
		}
		if got != want || problem == "" && p.String() != text {
			t.Errorf("%q: %v, %q, want %q", text, p, got, want)
		}
	}
}

func TestParseHash(t *testing.T) {
	const (
		argon = "argon2id:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
		form  = "argon2id: must be followed by $argon2id$v=19$m=…,t=…,p=…$salt$key"
		costs = "argon2id: m is from 8 times p to 262144 (KiB), t to 16, p to 8"
		sizes = "argon2id: salt and key are base64 without padding, 8 and 16 to 64 bytes"
	)
	replaced := func(old, new string) string { return strings.Replace(argon, old, new, 1) }
	for text, want := range map[string]string{
		"sha256:" + strings.Repeat("0f", 32):    "",
		argon:                                   "",
		"sha256:" + strings.Repeat("0F", 32):    "sha256: must be followed by 64 hexadecimal digits in lower case",
		"sha256:" + strings.Repeat("0f", 31):    "sha256: must be followed by 64 hexadecimal digits in lower case",
		"sesame":                                "is not a hash: it must begin with sha256: or argon2id:",
		"":                                      "is not a hash: it must begin with sha256: or argon2id:",
		replaced("v=19", "v=16"):                form,
		replaced("$argon2id$", "$argon2i$"):     form,
		replaced(",p=1", ""):                    form,
		argon + "$":                             form,
		replaced("m=8", "m=7"):                  costs,
		replaced("m=8", "m=262145"):             costs,
		replaced("t=1", "t=17"):                 costs,
		replaced("t=1", "t=01"):                 costs,
		replaced("t=1", "t=0"):                  costs,
		replaced("p=1", "p=9"):                  costs,
		replaced("c2FsdHNhbHQ", "c2FsdHNhbA"):   sizes,
		replaced("c2FsdHNhbHQ", "c2FsdHNhbHQ="): sizes,
		argon[:len(argon)-2]:                    sizes,
	} {
		if _, got := parseHash(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestIsPlaceholder(t *testing.T) {
	for text, want := range map[string]bool{
		"sha256:" + strings.Repeat("0", 64): true, "sha256:" + strings.Repeat("ab", 32): true, HashSHA256("x"): false,
		"argon2id:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA": true,
	} {
		h, problem := parseHash(text)
		if problem != "" || h.IsPlaceholder() != want {
			t.Errorf("%s is a placeholder: %v %s, want %v", text, h.IsPlaceholder(), problem, want)
		}
	}
}

// TestAmbiguousAtRandom: among random clients, Ambiguous returns only pairs with overlapping
// networks and the same user, or the same hash if they have no user, and some pair if there is any.
func TestAmbiguousAtRandom(t *testing.T) {
	networks := []string{"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16", "11.0.0.0/8", "::/0", "2001:db8::/32"}
	r := rand.New(rand.NewPCG(1, 3))
	for round := range 300 {
		var ids []*Identity
		for i := range 2 + r.IntN(5) {
			id := &Identity{Name: fmt.Sprint(i)}
			for range 1 + r.IntN(3) {
				id.From = append(id.From, netip.MustParsePrefix(networks[r.IntN(len(networks))]))
			}
			if r.IntN(2) == 0 {
				id.User = []string{"a@x", "b@x"}[r.IntN(2)]
			}
			h, _ := parseHash(HashSHA256(fmt.Sprint(r.IntN(2))))
			id.Secrets = []Secret{{hash: h}}
			ids = append(ids, id)
		}
		same := func(a, b *Identity) bool {
			if a.User != b.User || a.User == "" && a.Secrets[0].Text != b.Secrets[0].Text {
				return false
			}
			return slices.ContainsFunc(a.From, func(p netip.Prefix) bool {
				return slices.ContainsFunc(b.From, p.Overlaps)
			})
		}
		found := make(map[[2]int]bool)
		for _, pair := range Ambiguous(ids) {
			if found[pair] || pair[0] >= pair[1] || !same(ids[pair[0]], ids[pair[1]]) {
				t.Fatalf("round %d: %v is there twice, or is not ambiguous", round, pair)
			}
			found[pair] = true
		}
		for i := range ids {
			for j := range ids[:i] {
				if same(ids[i], ids[j]) && len(found) == 0 {
					t.Fatalf("round %d: %d and %d are ambiguous, and nothing was found", round, j, i)
				}
			}
		}
	}
}
