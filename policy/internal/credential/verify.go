package credential

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"sync"
	"time"
)

// maxRemembered is how many successful logins are remembered.
const maxRemembered = 1024

// A Verifier checks expensive hashes, a few at a time, and remembers successes, so that a client
// that logs in for every page is cheap. It outlives the policies of a Store.
type Verifier struct {
	turns *turns
	// compute computes the hash of the password and compares. Tests put their own in its place.
	compute func(h *argonHash, password string) bool
	// key makes what is remembered useless to who reads this process's memory later, since
	// it never leaves the process.
	key [sha256.Size]byte

	mu         sync.Mutex
	remembered map[[sha256.Size]byte]string // to the hash's text
}

// NewVerifier returns a Verifier that remembers nothing.
func NewVerifier() *Verifier {
	v := &Verifier{turns: newTurns(), compute: (*argonHash).verify, remembered: make(map[[sha256.Size]byte]string)}
	rand.Read(v.key[:])
	return v
}

// check reports whether password, which came from source, is that of h, which has an Argon2id form.
// Its error is ErrBusy or the context's.
func (v *Verifier) check(ctx context.Context, source netip.Prefix, h *hash, password string) (bool, error) {
	tag := v.tag(h.Text, password)
	if v.remembers(tag) {
		return true, nil
	}
	if err := v.turns.enter(ctx, source); err != nil {
		return false, err
	}
	ok := false
	v.inTurn(func() bool {
		ok = v.compute(h.argon, password)
		return ok
	})
	if ok {
		v.remember(tag, h.Text)
	}
	return ok, nil
}

// compare is check for a hash that lets nobody in: a password that matches is not remembered, and
// is followed by a rest like a wrong one.
func (v *Verifier) compare(ctx context.Context, source netip.Prefix, h *argonHash, password string) (ok bool, err error) {
	if err := v.turns.enter(ctx, source); err != nil {
		return false, err
	}
	v.inTurn(func() bool {
		ok = v.compute(h, password)
		return false
	})
	return ok, nil
}

// inTurn calls compute, which computes a hash and returns whether it lets somebody in, and ends the
// turn, whatever happens. A password that is right is remembered, so that nobody gains by trying it
// again; a rest follows only one that is wrong.
func (v *Verifier) inTurn(compute func() bool) {
	begin := time.Now()
	ok := false
	defer func() {
		if ok {
			v.turns.leave(0)
			return
		}
		v.turns.leave(time.Since(begin))
	}()
	ok = compute()
}

// tag names a hash and a password together.
func (v *Verifier) tag(text, password string) [sha256.Size]byte {
	m := hmac.New(sha256.New, v.key[:])
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(text)))
	m.Write(size[:])
	m.Write([]byte(text))
	m.Write([]byte(password))
	return [sha256.Size]byte(m.Sum(nil))
}

func (v *Verifier) remembers(tag [sha256.Size]byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, ok := v.remembered[tag]
	return ok
}

func (v *Verifier) remember(tag [sha256.Size]byte, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.remembered) >= maxRemembered {
		for old := range v.remembered { // any will do: it costs its client one more hash
			delete(v.remembered, old)
			break
		}
	}
	v.remembered[tag] = text
}

// Retain forgets the successes of all hashes that keep does not hold.
func (v *Verifier) Retain(keep map[string]bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for tag, text := range v.remembered {
		if !keep[text] {
			delete(v.remembered, tag)
		}
	}
}
