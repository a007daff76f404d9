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

// A Verifier checks passwords against Argon2id hashes, a few at a time. It remembers successes, so
// that a client that logs in again and again costs little. All policies of a Store share one.
type Verifier struct {
	turns *turns
	// compute reports whether password has the hash h. Tests replace it.
	compute func(h *argonHash, password string) bool
	// key is random and never leaves the process. Without it, the remembered tags are of no use for
	// guessing passwords.
	key [sha256.Size]byte

	mu         sync.Mutex
	remembered map[[sha256.Size]byte]string // from a tag to the text of its hash
}

// NewVerifier returns a Verifier that remembers nothing.
func NewVerifier() *Verifier {
	v := &Verifier{turns: newTurns(), compute: (*argonHash).verify, remembered: make(map[[sha256.Size]byte]string)}
	rand.Read(v.key[:])
	return v
}

// check reports whether password, which came from source, has the Argon2id hash h. Its error is
// ErrBusy or the context's error.
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

// compare is like check, for an expired hash: a password that matches is not remembered, and is
// followed by a rest as a wrong one is.
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

// inTurn calls compute, which computes a hash and reports whether the login succeeds, and then ends
// the turn, also if compute panics. A rest follows unless the login succeeds. A success needs no
// rest: it is remembered, so the same password causes no further hashes.
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

// tag returns a keyed digest of a hash's text and a password.
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
		for old := range v.remembered { // any of them: a later login computes the hash again
			delete(v.remembered, old)
			break
		}
	}
	v.remembered[tag] = text
}

// Retain forgets the successes with all hashes that are not in keep.
func (v *Verifier) Retain(keep map[string]bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for tag, text := range v.remembered {
		if !keep[text] {
			delete(v.remembered, tag)
		}
	}
}
