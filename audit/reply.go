package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"strings"

	"eslguard/audit/redact"
	"eslguard/command"
)

// hashBytes is how much of an HMAC-SHA-256 is kept: enough to join equal replies by.
const hashBytes = 16

// idBits is the size of an id: 8 characters of base32.
const idBits = 40

// Reply says what may be told of a reply. text is its Reply-Text, or its body's beginning: as much
// as the caller has at hand, best all or MaxHashed bytes; size is the length of all of
// it, in bytes. secret says that the command asked for something that may be one: then nothing but
// the length and a keyed hash of text's first MaxHashed bytes is told. So it is for a reply
// that does not begin +OK, -ERR or -USAGE.
func (l *Log) Reply(text []byte, size int64, secret bool) Reply {
	head := text[:min(len(text), MaxHashed)]
	if !secret && plain(head) {
		// One byte more than is told, so that clip sees whether a character is parted.
		line := firstLine(string(head[:min(len(head), MaxReply+1)]))
		r := Reply{Bytes: size}
		r.Text = l.enc.secrets.Redact(redact.Clip(line, MaxReply), redact.AsCommand, func(name string) { r.left += leftSep + name })
		return r
	}
	return Reply{Bytes: size, Hash: l.keyed(head)}
}

// Redact is the function of that name, which also knows the log's Options.SecretNames.
func (l *Log) Redact(s string) string { return l.RedactBy(nil, s) }

// RedactBy is Redact that also leaves out the places of secrets that c marks. A nil catalogue marks
// those of FreeSWITCH's own tree, as for Redact.
func (l *Log) RedactBy(c *command.Catalog, s string) string {
	k := l.enc.secrets.Marking(c)
	if k.Harmless(s) {
		return s
	}
	return k.Redact(s, redact.AsCommand, nil)
}

// LeavesOut reports whether a command of that text and with these effects has in it what looks like
// a secret: by its name, by its place or by itself. It reads all of the text, not only what a
// record has room for, and takes a word for a command wherever it stands. A nil catalogue marks the
// places of FreeSWITCH's own tree.
func (l *Log) LeavesOut(c *command.Catalog, text string, effects []command.Effect) bool {
	k := l.enc.secrets.Marking(c)
	quiet := k.Harmless(text)
	for i := 0; quiet && i < len(effects); i++ {
		f := &effects[i]
		quiet = f.Args == "" || k.Harmless(f.Args) && !k.MayTake(f)
	}
	return !quiet && l.finds(c, text, effects)
}

// finds is LeavesOut for what a quick look did not settle.
func (l *Log) finds(c *command.Catalog, text string, effects []command.Effect) bool {
	k := l.enc.secrets.Marking(c)
	if k.Redact(text, redact.AsCommand, nil) != text {
		return true
	}
	for i := range effects {
		if f := &effects[i]; f.Args != "" && k.Args(f, f.Args, nil) != f.Args {
			return true
		}
	}
	return false
}

// plain reports whether a reply begins as FreeSWITCH's own words about success and failure do.
func plain(text []byte) bool {
	s := string(text[:min(len(text), len("-USAGE"))])
	return strings.HasPrefix(s, "+OK") || strings.HasPrefix(s, "-ERR") || s == "-USAGE"
}

// keyed is the hash of b under the run's key, in hex.
func (l *Log) keyed(b []byte) string {
	h := l.hashes.Get().(hash.Hash)
	defer l.hashes.Put(h)
	h.Reset()
	h.Write(b)
	var sum [sha256.Size]byte
	return hex.EncodeToString(h.Sum(sum[:0])[:hashBytes])
}

// token stands for a secret: equal for equal ones, and of no use to who guesses, without the key.
func (l *Log) token(secret string) string {
	h := l.hashes.Get().(hash.Hash)
	defer l.hashes.Put(h)
	h.Reset()
	h.Write([]byte("redacted\n"))
	h.Write([]byte(secret))
	var sum [sha256.Size]byte
	return idEncoding.EncodeToString(h.Sum(sum[:0])[:idBits/8])
}

// newHash makes the hashes of the pool.
func newHash(key []byte) func() any {
	return func() any { return hmac.New(sha256.New, key) }
}

// NewID returns an id of 8 characters (a-z, 2-7), for a session or a denial, that no other
// call of this run returns.
func (l *Log) NewID() string {
	// An odd factor permutes the numbers of 40 bits, so counting up never meets an id again,
	// and the secret offset and factor make it unlikely to meet one of another run.
	n := (l.ids.Add(1)*(l.idFactor|1) + l.idOffset) & (1<<idBits - 1)
	b := [idBits / 8]byte{byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	return idEncoding.EncodeToString(b[:])
}

// idEncoding is base32 in lower case: easy to read out and to type.
var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")
