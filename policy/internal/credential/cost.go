package credential

// A failureCost is how many slow hashes a failed userauth from an address computes, so that its
// time does not reveal whether the user exists. The zero cost is none.
type failureCost struct {
	// hashes is how many slow hashes the client with the most of them has.
	hashes int
	// dummy costs as much as the slowest of them and belongs to no client. It is nil if hashes is
	// 0.
	dummy *hash
}

// failureCostOf returns the failure cost of the networks together. It is zero if none of their
// clients has a slow hash.
func failureCostOf(networks []*network) (t failureCost) {
	for _, n := range networks {
		t.add(n.cost)
	}
	return t
}

func (t *failureCost) add(other failureCost) {
	t.hashes = max(t.hashes, other.hashes)
	if t.dummy == nil || other.dummy != nil && costs(other.dummy.argon) > costs(t.dummy.argon) {
		t.dummy = other.dummy
	}
}

// SetFailureCosts computes the failure cost of every network. It must be called when all clients
// have been compiled. Expired hashes also count, so that the time of a login does not change when a
// password expires.
func (ns *Networks) SetFailureCosts() {
	costs := make(map[*Identity]failureCost)
	for _, n := range ns.byPrefix {
		for _, c := range n.clients {
			t, known := costs[c]
			if !known {
				t = c.failureCost()
				costs[c] = t
			}
			n.cost.add(t)
		}
	}
}

func (id *Identity) failureCost() (t failureCost) {
	for i := range id.Secrets {
		if h := id.Secrets[i].argon; h != nil {
			t.add(failureCost{dummy: dummyOf(h)})
			t.hashes++
		}
	}
	return t
}

// dummyOf returns a hash that costs as much as h and that no known password has.
func dummyOf(h *argonHash) *hash {
	unreachable := *h
	unreachable.key = make([]byte, len(h.key))
	return &hash{argon: &unreachable}
}
