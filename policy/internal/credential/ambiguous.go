package credential

import (
	"net/netip"
	"slices"

	"eslguard/policy/internal/words"
)

// A clientNetwork is one network of one client.
type clientNetwork struct {
	client int // index into the list of clients
	prefix netip.Prefix
}

// Ambiguous returns pairs of clients, as indexes into ids, that the same login would match: their
// networks overlap, and they have the same user or, if they have no user, the same hash. The
// smaller index comes first, and no pair is repeated. The list need not be complete, but it is nil
// only if there are no such clients.
func Ambiguous(ids []*Identity) (pairs [][2]int) {
	groups := make(map[string][]clientNetwork)
	for i, id := range ids {
		add := func(key string) {
			for _, p := range id.From {
				groups[key] = append(groups[key], clientNetwork{i, p})
			}
		}
		if id.User != "" {
			add("user " + id.User)
			continue
		}
		for j := range id.Secrets {
			add("hash " + id.Secrets[j].Text)
		}
	}
	seen := make(map[[2]int]bool)
	for _, key := range words.Keys(groups) {
		for _, pair := range overlapping(groups[key]) {
			if !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
	}
	return pairs
}

// overlapping returns pairs of different clients with networks that overlap. It does not return all
// such pairs, but at least one if there are any.
func overlapping(ids []clientNetwork) (pairs [][2]int) {
	slices.SortFunc(ids, func(a, b clientNetwork) int {
		return comparePrefixes(a.prefix, b.prefix)
	})
	// In this order a network comes after the networks that contain it. Those are on the stack.
	var stack []clientNetwork
	for _, id := range ids {
		for len(stack) > 0 && !stack[len(stack)-1].prefix.Overlaps(id.prefix) {
			stack = stack[:len(stack)-1]
		}
		if n := len(stack); n > 0 && stack[n-1].client != id.client {
			up := stack[n-1].client
			pairs = append(pairs, [2]int{min(up, id.client), max(up, id.client)})
		}
		stack = append(stack, id)
	}
	return pairs
}
