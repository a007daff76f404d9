package audit

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"

	"filippo.io/age"
)

// hashEncoding is the encoding of hashes. It is strict, so that a hash has one spelling only.
var hashEncoding = base64.RawStdEncoding.Strict()

// A chain computes the hash of each record, and its MAC if there is a key. The zero chain is that
// of an empty folder.
type chain struct {
	seq  uint64         // of the last record that is written
	prev [HashSize]byte // its hash
	// pending is the hash of the line that appendHash ended last. Its write may still fail.
	pending [HashSize]byte
	// keyed reports whether there is a key.
	keyed bool
	key   [HashSize]byte // of the next record
	// digest is a SHA-256 that is reused.
	digest hash.Hash
}

// appendHash computes the hash and the MAC of a record, and returns its line with both at the end.
// line is a JSON object with a line feed. The hash is that of the hash before it and of all bytes
// of line except its closing brace and line feed.
func (c *chain) appendHash(line []byte) []byte {
	if c.digest == nil {
		c.digest = sha256.New()
	}
	body := line[:len(line)-len("}\n")]
	c.digest.Reset()
	c.digest.Write(c.prev[:])
	c.digest.Write(body)
	c.digest.Sum(c.pending[:0])
	line = append(body, hashKey...)
	line = hashEncoding.AppendEncode(line, c.pending[:])
	if c.keyed {
		mac := computeMAC(&c.key, &c.pending)
		line = append(line, macKey...)
		line = hashEncoding.AppendEncode(line, mac[:])
	}
	return append(append(line, hashEnd...), '\n')
}

// advance makes the line that appendHash ended last the last one of the chain. Its record has the
// sequence seq.
func (c *chain) advance(seq uint64) { c.seq, c.prev = seq, c.pending }

// nextKey replaces the key by that of the next sequence. The old key cannot be computed from it.
func (c *chain) nextKey() {
	if !c.keyed {
		return
	}
	var b [len(RatchetLabel) + HashSize]byte
	copy(b[:], RatchetLabel)
	copy(b[len(RatchetLabel):], c.key[:])
	c.key = sha256.Sum256(b[:])
	clear(b[:])
}

// computeMAC returns HMAC-SHA-256 of a hash. It gives the same result as crypto/hmac without that
// package's allocations, since every record has another key.
func computeMAC(key, hash *[HashSize]byte) [HashSize]byte {
	var in, out [sha256.BlockSize + HashSize]byte
	for i := range sha256.BlockSize {
		var k byte
		if i < HashSize {
			k = key[i]
		}
		in[i], out[i] = k^0x36, k^0x5c
	}
	copy(in[sha256.BlockSize:], hash[:])
	inner := sha256.Sum256(in[:])
	copy(out[sha256.BlockSize:], inner[:])
	mac := sha256.Sum256(out[:])
	clear(in[:])
	clear(out[:])
	return mac
}

// newKey draws a random key, for the first record of a run.
func (c *chain) newKey() {
	rand.Read(c.key[:])
	c.keyed = true
}

// sealKey returns the key of the next record, encrypted to the recipient.
func (c *chain) sealKey(to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err == nil {
		_, err = w.Write(c.key[:])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("sealing the key: %w", err)
	}
	return b.Bytes(), nil
}

// lineHash returns the hash at the end of a line, which is without its line feed. It returns false
// if the line does not end as a whole line of a folder does.
func lineHash(line []byte) (hash [HashSize]byte, ok bool) {
	rest, found := bytes.CutSuffix(line, []byte(hashEnd))
	if !found || len(rest) < HashText {
		return hash, false
	}
	text, rest := rest[len(rest)-HashText:], rest[:len(rest)-HashText]
	if before, keyed := bytes.CutSuffix(rest, []byte(macKey)); keyed && len(before) >= HashText {
		text, rest = before[len(before)-HashText:], before[:len(before)-HashText]
	}
	if !bytes.HasSuffix(rest, []byte(hashKey)) {
		return hash, false
	}
	n, err := hashEncoding.Decode(hash[:], text)
	return hash, err == nil && n == HashSize
}
