package policy

import (
	"net/netip"
	"slices"
)

// An clientNetwork is a client and what it logs in with, as far as that can be compared.
type clientNetwork struct {
	client int // index into document.clients
	prefix netip.Prefix
}

// checkOverlaps notes clients that one login would match: from networks that overlap, and either with
// the same user or, without users, with the same hash.
func (b *builder) checkOverlaps() {
	groups := make(map[string][]clientNetwork)
	for i := range b.doc.clients {
		c := b.clients[b.doc.clients[i].name]
		add := func(key string) {
			for _, p := range c.from {
				groups[key] = append(groups[key], clientNetwork{i, p})
			}
		}
		if c.user != "" {
			add("user " + c.user)
			continue
		}
		for j := range c.secrets {
			add("hash " + c.secrets[j].text)
		}
	}
	told := make(map[[2]int]bool)
	for _, key := range keys(groups) {
		for _, pair := range overlapping(groups[key]) {
			if told[pair] {
				continue
			}
			told[pair] = true
			one, other := &b.doc.clients[pair[0]], &b.doc.clients[pair[1]]
			b.rep.errorf(other.pos, "give them other networks, users or passwords",
				"the same address and password would match %s too", quote(one.name))
		}
	}
}

// overlapping returns pairs of different clients of which one has a network within one of the
// other's: not all such pairs, but at least one where there is any.
func overlapping(ids []clientNetwork) (pairs [][2]int) {
	slices.SortFunc(ids, func(a, b clientNetwork) int {
		return comparePrefixes(a.prefix, b.prefix)
	})
	// In this order a network comes right after those that hold it, which the stack keeps.
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
