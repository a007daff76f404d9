package credential

import (
	"cmp"
	"net/netip"
	"slices"
)

// An Enclosed is a network of some clients that lies within a wider one of others, who may log in
// from there as well.
type Enclosed struct {
	// Network is the narrower one, Clients are those that have it, by name.
	Network string
	Clients []string
	// Within is the narrowest of those around it that a client has that is not among Clients.
	// WithinClients are those clients of it, by name.
	Within        string
	WithinClients []string
}

// Enclosed returns the networks that lie within wider ones of other clients, sorted by address.
// Each stands once, with the narrowest of the networks around it. It returns nil when there are
// none.
func (ns *Networks) Enclosed() (out []Enclosed) {
	all := make([]*network, 0, len(ns.byPrefix))
	for _, n := range ns.byPrefix {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *network) int { return comparePrefixes(a.prefix, b.prefix) })
	// In this order a network comes right after those that hold it, which the stack keeps.
	var stack []*network
	for _, n := range all {
		for len(stack) > 0 && !stack[len(stack)-1].prefix.Overlaps(n.prefix) {
			stack = stack[:len(stack)-1]
		}
		for _, wider := range slices.Backward(stack) {
			if others := without(wider.clients, n.clients); len(others) > 0 {
				out = append(out, Enclosed{
					Network: n.prefix.String(), Clients: clientNames(n.clients),
					Within: wider.prefix.String(), WithinClients: clientNames(others),
				})
				break
			}
		}
		stack = append(stack, n)
	}
	return out
}

// comparePrefixes sorts by address, a wider network before the narrower ones that begin with it.
func comparePrefixes(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// without returns the clients that are not among those.
func without(clients, those []*Identity) (out []*Identity) {
	known := make(map[*Identity]bool, len(those))
	for _, c := range those {
		known[c] = true
	}
	for _, c := range clients {
		if !known[c] {
			out = append(out, c)
		}
	}
	return out
}

func clientNames(clients []*Identity) []string {
	out := make([]string, len(clients))
	for i, c := range clients {
		out[i] = c.Name
	}
	slices.Sort(out)
	return out
}
