package credential

// A failureCost is what a userauth that fails costs, from the networks that it is of. The zero cost
// is nothing.
type failureCost struct {
	// hashes is the most expensive hashes of any one client.
	hashes int
	// dummy is as expensive as the most expensive of them, and nobody's. Nil where hashes is 0.
	dummy *hash
}

// failureCostOf returns the failure cost of several networks together. It is none where no client
// of theirs has an expensive hash.
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

// SetFailureCosts works out the failure cost of every network. Hashes that have expired count, too,
// so that an expiry tells nothing.
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

// dummyOf returns a hash that costs what h costs, and that is nobody's: nobody knows a password of
// that key.
func dummyOf(h *argonHash) *hash {
	unreachable := *h
	unreachable.key = make([]byte, len(h.key))
	return &hash{argon: &unreachable}
}
