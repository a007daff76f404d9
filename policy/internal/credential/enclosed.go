package credential

import (
	"cmp"
	"net/netip"
	"slices"
)

// An Enclosed is a network that lies within a wider network of other clients, who may log in from
// there as well.
type Enclosed struct {
	// Network is the narrower network. Clients are the names of the clients that have it, sorted.
	Network string
	Clients []string
	// Within is the narrowest network around it that other clients have. WithinClients are the
	// names of these other clients, sorted.
	Within        string
	WithinClients []string
}

// Enclosed returns the networks that lie within wider networks of other clients, sorted by address.
// Each is listed once, with the narrowest of the networks around it. It returns nil if there are
// none.
func (ns *Networks) Enclosed() (out []Enclosed) {
	all := make([]*network, 0, len(ns.byPrefix))
	for _, n := range ns.byPrefix {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *network) int { return comparePrefixes(a.prefix, b.prefix) })
	// In this order a network comes after the networks that contain it. Those are on the stack.
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

// comparePrefixes compares by address, and then puts the wider network first.
func comparePrefixes(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// without returns the clients that are not in excluded.
func without(clients, excluded []*Identity) (out []*Identity) {
	known := make(map[*Identity]bool, len(excluded))
	for _, c := range excluded {
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
