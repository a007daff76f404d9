package credential

import (
	"net"
	"net/netip"
	"slices"

	"github.com/yl2chen/cidranger"
)

// Networks finds the clients that may connect from an address. It must not change once it is in use
// by several goroutines: cidranger's trie has no lock.
type Networks struct {
	trie cidranger.Ranger
	// byPrefix has one entry for each network, because the trie silently replaces an equal network.
	byPrefix map[netip.Prefix]*network
}

// A network is a network of the policy and the clients that may connect from it.
type network struct {
	prefix  netip.Prefix
	clients []*Identity
	cost    failureCost
}

// Network returns the network in the form that cidranger needs.
func (n *network) Network() net.IPNet {
	bits := 128
	if n.prefix.Addr().Is4() {
		bits = 32
	}
	return net.IPNet{IP: n.prefix.Addr().AsSlice(), Mask: net.CIDRMask(n.prefix.Bits(), bits)}
}

// NewNetworks returns an empty Networks.
func NewNetworks() *Networks {
	return &Networks{trie: cidranger.NewPCTrieRanger(), byPrefix: make(map[netip.Prefix]*network)}
}

// add adds prefix to the networks of id. prefix must be masked and must not be IPv4-mapped.
func (ns *Networks) add(prefix netip.Prefix, id *Identity) error {
	n := ns.byPrefix[prefix]
	if n == nil {
		n = &network{prefix: prefix}
		if err := ns.trie.Insert(n); err != nil {
			return err
		}
		ns.byPrefix[prefix] = n
	}
	n.clients = append(n.clients, id)
	return nil
}

// PlainAddr returns addr in the form in which networks are written: an IPv4-mapped IPv6 address
// becomes an IPv4 address, and the zone, which names an interface of this host, is removed.
func PlainAddr(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// Contains reports whether any network contains addr. It returns false for the zero Addr.
func (ns *Networks) Contains(addr netip.Addr) bool {
	if !addr.IsValid() {
		return false
	}
	ok, err := ns.trie.Contains(PlainAddr(addr).AsSlice())
	return err == nil && ok
}

// containing returns the networks that contain addr, the narrowest first.
func (ns *Networks) containing(addr netip.Addr) []*network {
	if !addr.IsValid() {
		return nil
	}
	found, err := ns.trie.ContainingNetworks(PlainAddr(addr).AsSlice())
	if err != nil {
		return nil
	}
	out := make([]*network, 0, len(found))
	for _, e := range found {
		if n, ok := e.(*network); ok {
			out = append(out, n)
		}
	}
	// cidranger returns the broadest first.
	slices.Reverse(out)
	return out
}

// parseNetwork parses a network, which must be in its canonical form. problem says what is wrong,
// and is empty if nothing is; hint says what to write.
func parseNetwork(s string) (p netip.Prefix, hint, problem string) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
			addr = addr.Unmap()
			return p, "write " + netip.PrefixFrom(addr, addr.BitLen()).String(), "is an address, not a network"
		}
		return p, "such as 10.1.0.0/16 or 2001:db8::/32", "is not a network"
	}
	switch {
	case p.Addr().Is4In6():
		return p, "write it as an IPv4 network", "is an IPv4-mapped network, which matches no address"
	case p != p.Masked():
		return p, "write " + p.Masked().String() + ", or the whole address", "has bits set beyond its length"
	case p.String() != s:
		return p, "write " + p.String(), "has another, usual spelling"
	}
	return p, "", ""
}
