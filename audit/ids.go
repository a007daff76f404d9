package audit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
)

// hashBytes is how many bytes of an HMAC-SHA-256 are kept: enough to find equal replies.
const hashBytes = 16

// idBits is the size of an id: 8 characters of base32.
const idBits = 40

// seed draws the run's random values. crypto/rand.Read never fails: it ends the program if the
// system has no randomness.
func (l *Log) seed(key []byte) {
	var seed [16]byte
	rand.Read(seed[:])
	l.idFactor, l.idOffset = binary.NativeEndian.Uint64(seed[:8]), binary.NativeEndian.Uint64(seed[8:])
	key = slices.Clone(key)
	if len(key) == 0 {
		key = make([]byte, 32)
		rand.Read(key)
	}
	l.hashes.New = newHash(key)
}

// keyed returns the hash of b with the run's key, in hex.
func (l *Log) keyed(b []byte) string {
	h := l.hashes.Get().(hash.Hash)
	defer l.hashes.Put(h)
	h.Reset()
	h.Write(b)
	var sum [sha256.Size]byte
	return hex.EncodeToString(h.Sum(sum[:0])[:hashBytes])
}

// token returns the token that replaces a secret: the same one for equal secrets, and useless for
// guessing the secret without the key.
func (l *Log) token(secret string) string {
	h := l.hashes.Get().(hash.Hash)
	defer l.hashes.Put(h)
	h.Reset()
	h.Write([]byte("redacted\n"))
	h.Write([]byte(secret))
	var sum [sha256.Size]byte
	return idEncoding.EncodeToString(h.Sum(sum[:0])[:idBits/8])
}

// newHash returns the function that makes the hashes of the pool.
func newHash(key []byte) func() any {
	return func() any { return hmac.New(sha256.New, key) }
}

// NewID returns an id of 8 characters (a-z, 2-7) for a session or a denial, which no other call of
// this run returns.
func (l *Log) NewID() string {
	// An odd factor permutes the numbers of 40 bits, so counting up never repeats an id. The secret
	// offset and factor make it unlikely to repeat one of another run.
	n := (l.ids.Add(1)*(l.idFactor|1) + l.idOffset) & (1<<idBits - 1)
	b := [idBits / 8]byte{byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	return idEncoding.EncodeToString(b[:])
}

// idEncoding is base32 in lower case, which is easy to read out and to type.
var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")
