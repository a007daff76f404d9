package admission

import "net/netip"

// sourceBits6 is how much of an IPv6 address identifies one source of connections: a host has a
// network of 64 bits.
const sourceBits6 = 64

// SourceOf returns what counts as one source of connections: an IPv4 address, or the IPv6 network
// of a host. It returns the zero Prefix for the zero Addr.
func SourceOf(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = sourceBits6
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// SourceText returns a source as records and the operator's log have it, and "" for the zero
// Prefix.
func SourceText(source netip.Prefix) string {
	switch {
	case !source.IsValid():
		return ""
	case source.IsSingleIP():
		return source.Addr().String()
	default:
		return source.String()
	}
}
