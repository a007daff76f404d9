package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The prefixes of hashes in a policy.
const (
	sha256Prefix = "sha256:"
	argonPrefix  = "argon2id:"
)

// The parameters of HashArgon2id: the second choice of RFC 9106, which a small host can afford.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

// The largest parameters that a policy may use: 256 MiB and some seconds for each login.
const (
	maxArgonTime    = 16
	maxArgonMemory  = 256 << 10 // KiB
	maxArgonThreads = 8
	maxArgonBytes   = 64 // of the salt, and of the key
)

// generatedBytes is the number of random bytes of a generated password.
const generatedBytes = 24

// GeneratePassword returns a new random password, made of letters, digits, - and _, and its hash
// for a policy's "password". SHA-256 is strong enough, because such a password cannot be guessed.
func GeneratePassword() (password, hash string) {
	var b [generatedBytes]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	password = base64.RawURLEncoding.EncodeToString(b[:])
	return password, HashSHA256(password)
}

// HashSHA256 returns the hash of a generated password for a policy: sha256: and 64 hexadecimal
// digits. For a password that a person chose, use HashArgon2id.
func HashSHA256(password string) string {
	sum := sha256.Sum256([]byte(password))
	return sha256Prefix + hex.EncodeToString(sum[:])
}

// HashArgon2id returns the hash of a password that a person chose, for a client with a "user":
// argon2id: and the usual $argon2id$v=19$… text, with a fresh salt. It takes about a tenth of a
// second and 64 MiB.
func HashArgon2id(password string) string {
	var salt [argonSalt]byte
	rand.Read(salt[:])
	key := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonThreads, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("%s$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argonPrefix, argon2.Version,
		argonMemory, argonTime, argonThreads, enc.EncodeToString(salt[:]), enc.EncodeToString(key))
}

// A hash is a parsed hash. It is an Argon2id hash if argon is set, and a SHA-256 hash otherwise.
type hash struct {
	Text  string // as in the policy
	sum   [sha256.Size]byte
	argon *argonHash
}

// An argonHash is the Argon2id hash of a password. memory is in KiB.
type argonHash struct {
	time, memory uint32
	threads      uint8
	salt, key    []byte
}

// parseHash parses a hash. problem is empty if it is valid; it never repeats the text, which may be
// a password.
func parseHash(text string) (h hash, problem string) {
	h.Text = text
	switch {
	case strings.HasPrefix(text, sha256Prefix):
		digits := text[len(sha256Prefix):]
		sum, err := hex.DecodeString(digits)
		if err != nil || len(sum) != sha256.Size || strings.ToLower(digits) != digits {
			return hash{}, "sha256: must be followed by 64 hexadecimal digits in lower case"
		}
		h.sum = [sha256.Size]byte(sum)
		return h, ""
	case strings.HasPrefix(text, argonPrefix):
		h.argon, problem = parseArgon(text[len(argonPrefix):])
		return h, problem
	default:
		return hash{}, "is not a hash: it must begin with sha256: or argon2id:"
	}
}

// parseArgon parses $argon2id$v=19$m=65536,t=3,p=1$SALT$KEY. It returns the problem if s is not
// valid.
func parseArgon(s string) (*argonHash, string) {
	const form = "argon2id: must be followed by $argon2id$v=19$m=…,t=…,p=…$salt$key"
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return nil, form
	}
	params := strings.Split(parts[3], ",")
	if len(params) != 3 {
		return nil, form
	}
	memory, ok1 := argonParam(params[0], "m=", maxArgonMemory)
	time, ok2 := argonParam(params[1], "t=", maxArgonTime)
	threads, ok3 := argonParam(params[2], "p=", maxArgonThreads)
	if !ok1 || !ok2 || !ok3 || memory < 8*threads {
		return nil, fmt.Sprintf("argon2id: m is from 8 times p to %d (KiB), t to %d, p to %d", maxArgonMemory, maxArgonTime, maxArgonThreads)
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > maxArgonBytes || len(key) < 16 || len(key) > maxArgonBytes {
		return nil, fmt.Sprintf("argon2id: salt and key are base64 without padding, 8 and 16 to %d bytes", maxArgonBytes)
	}
	return &argonHash{time: uint32(time), memory: uint32(memory), threads: uint8(threads), salt: salt, key: key}, ""
}

// argonParam parses a parameter such as m=65536, from 1 to most and without leading zeros.
func argonParam(s, prefix string, most uint64) (uint64, bool) {
	digits, ok := strings.CutPrefix(s, prefix)
	v, err := strconv.ParseUint(digits, 10, 32)
	return v, ok && err == nil && v >= 1 && v <= most && strconv.FormatUint(v, 10) == digits
}

// verify reports whether password has the hash h. It is slow on purpose, and uses h.memory KiB.
func (h *argonHash) verify(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

// costs returns the cost of computing h, for comparisons.
func costs(h *argonHash) uint64 { return uint64(h.time) * uint64(h.memory) }

// IsPlaceholder reports whether all bytes of the hash are the same, as in 0000…. No known password
// has such a hash.
func (h *hash) IsPlaceholder() bool {
	sum := h.sum[:]
	if h.argon != nil {
		sum = h.argon.key
	}
	return len(slices.Compact(slices.Clone(sum))) == 1
}
