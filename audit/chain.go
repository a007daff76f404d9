package audit

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"

	"filippo.io/age"

	"eslguard/audit/redact"
)

// hashEncoding writes hashes. Strict, so that one hash has one spelling.
var hashEncoding = base64.RawStdEncoding.Strict()

// A chain ends each line with its hash, and with its MAC where there is a key. The zero chain
// is that of an empty folder.
type chain struct {
	seq  uint64         // of the last record in it
	prev [HashSize]byte // the last record's hash
	// tip is the hash of the line that link ended last, which may yet fail to be written.
	tip [HashSize]byte
	// keyed says that there is a key; key is that of the next record.
	keyed bool
	key   [HashSize]byte
	// digest is a SHA-256, kept for its memory.
	digest hash.Hash
}

// link returns line, a JSON object with its line feed, with the hash fields at its end.
func (c *chain) link(line []byte) []byte {
	if c.digest == nil {
		c.digest = sha256.New()
	}
	body := line[:len(line)-len("}\n")]
	c.digest.Reset()
	c.digest.Write(c.prev[:])
	c.digest.Write(body)
	c.digest.Sum(c.tip[:0])
	line = append(body, hashKey...)
	line = hashEncoding.AppendEncode(line, c.tip[:])
	if c.keyed {
		mac := authenticate(&c.key, &c.tip)
		line = append(line, macKey...)
		line = hashEncoding.AppendEncode(line, mac[:])
	}
	return append(append(line, hashEnd...), '\n')
}

// took takes the line that link ended last for the last one of the chain.
func (c *chain) took(seq uint64) { c.seq, c.prev = seq, c.tip }

// ratchet makes the key of the next sequence, in the old one's place.
func (c *chain) ratchet() {
	if !c.keyed {
		return
	}
	var b [len(RatchetLabel) + HashSize]byte
	copy(b[:], RatchetLabel)
	copy(b[len(RatchetLabel):], c.key[:])
	c.key = sha256.Sum256(b[:])
	clear(b[:])
}

// authenticate is HMAC-SHA-256 of a hash: the same as crypto/hmac, without its allocations, since
// every record has another key.
func authenticate(key, hash *[HashSize]byte) [HashSize]byte {
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

// newKey draws the key of a run's first record.
func (c *chain) newKey() {
	rand.Read(c.key[:])
	c.keyed = true
}

// seal returns the key of the next record, sealed to the recipient.
func (c *chain) seal(to age.Recipient) ([]byte, error) {
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

// parseRecipient reads an age recipient of those that age itself knows.
func parseRecipient(s string) (age.Recipient, error) {
	list, err := age.ParseRecipients(strings.NewReader(s))
	if err != nil {
		return nil, fmt.Errorf("%q is not an age recipient (age1…): %w", redact.Clip(s, MaxText), err)
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("%d age recipients, want one", len(list))
	}
	return list[0], nil
}

// lineHash returns the hash that a line ends with, which has no line feed. It returns false if it
// does not end as a whole line of a folder does.
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
