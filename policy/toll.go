package policy

// A toll is what a userauth that fails costs, from the networks that it is of. The zero toll is
// nothing.
type toll struct {
	// hashes is the most expensive hashes of any one client.
	hashes int
	// dummy is as expensive as the most expensive of them, and nobody's. Nil where hashes is 0.
	dummy *hash
}

// tollOf returns the toll of several networks together. It is none where no client of theirs has an
// expensive hash.
func tollOf(networks []*network) (t toll) {
	for _, n := range networks {
		t.add(n.toll)
	}
	return t
}

func (t *toll) add(other toll) {
	t.hashes = max(t.hashes, other.hashes)
	if t.dummy == nil || other.dummy != nil && costs(other.dummy.argon) > costs(t.dummy.argon) {
		t.dummy = other.dummy
	}
}

// setTolls works out the toll of every network. Hashes that have expired count, too, so that an
// expiry tells nothing.
func (ns *networks) setTolls() {
	tolls := make(map[*Client]toll)
	for _, n := range ns.byPrefix {
		for _, c := range n.clients {
			t, known := tolls[c]
			if !known {
				t = c.toll()
				tolls[c] = t
			}
			n.toll.add(t)
		}
	}
}

func (c *Client) toll() (t toll) {
	for i := range c.secrets {
		if h := c.secrets[i].argon; h != nil {
			t.add(toll{dummy: dummyOf(h)})
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
