package trail

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"eslguard/audit"
)

// maxGap is the maximum number of sequences between two records over which a key is advanced. More
// are never lost at once, and a line that claims more would keep the check busy for long.
const maxGap = 1 << 26

// A ratchet has the key of one record, from which those of all later records of the run follow. The
// zero ratchet has none.
type ratchet struct {
	known bool
	seq   uint64
	key   hash
}

// advance computes the key of the record seq. It returns false if that is an earlier record, or
// more than maxGap later.
func (r *ratchet) advance(seq uint64) bool {
	if !r.known || seq < r.seq || seq-r.seq > maxGap {
		r.known = false
		return false
	}
	var b [len(audit.RatchetLabel) + audit.HashSize]byte
	copy(b[:], audit.RatchetLabel)
	for ; r.seq < seq; r.seq++ {
		copy(b[len(audit.RatchetLabel):], r.key[:])
		r.key = sha256.Sum256(b[:])
	}
	return true
}

// The two constants of RFC 2104.
const (
	innerPad = 0x36
	outerPad = 0x5c
)

// mac returns the MAC of the current record: HMAC-SHA-256 as RFC 2104 defines it, for a key and a
// text of 32 bytes each. crypto/hmac would allocate for every record.
func (r *ratchet) mac(of *hash) hash {
	var block [sha256.BlockSize + audit.HashSize]byte
	pad := func(with byte, text *hash) hash {
		for i := range block[:sha256.BlockSize] {
			block[i] = with
		}
		for i, k := range r.key {
			block[i] ^= k
		}
		copy(block[sha256.BlockSize:], text[:])
		return sha256.Sum256(block[:])
	}
	inner := pad(innerPad, of)
	return pad(outerPad, &inner)
}

// unseal decrypts a sealed key.
func unseal(sealed []byte, ids []age.Identity) (key hash, err error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		return key, fmt.Errorf("the sealed key cannot be decrypted: %w", err)
	}
	if _, err := io.ReadFull(r, key[:]); err != nil {
		return key, errors.New("the sealed key is too short")
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return key, errors.New("the sealed key is too long")
	}
	return key, nil
}

// segmentKeys returns for each segment the ratchet of its head, if ids can decrypt the key of its
// run. What they cannot decrypt is a warning, since an identity may be that of other runs.
func segmentKeys(segments []Segment, heads []head, ids []age.Identity) ([]ratchet, findings) {
	out := make([]ratchet, len(segments))
	var f findings
	if len(ids) == 0 {
		return out, f
	}
	var r ratchet
	warned := false // for this run
	for i := range heads {
		h := &heads[i]
		if h.err != "" || h.isStart() || !h.keyed {
			r, warned = ratchet{}, false
		}
		switch {
		case h.err != "" || !h.keyed:
			continue
		case h.Sealed != "":
			r = openHeadKey(h, r, segments[i].Name, ids, &f)
		case !r.known && !warned:
			warned = true
			f.warn(Finding{
				Fault: WarnTrust, File: segments[i].Name, Line: 1, Seq: h.Seq, after: h.PrevSeq,
				Text: "the MACs from here to the end of the run cannot be checked: its sealed key does not exist, or is sealed to another identity",
			})
		}
		r.advance(h.Seq)
		out[i] = r
	}
	return out, f
}

// openHeadKey decrypts the key in a head. r is the ratchet that follows from the segments before,
// if there is one.
func openHeadKey(h *head, r ratchet, file string, ids []age.Identity, f *findings) ratchet {
	at := Finding{File: file, Line: 1, Seq: h.Seq, after: h.PrevSeq}
	sealed, err := h.sealed()
	var key hash
	if err == nil {
		key, err = unseal(sealed, ids)
	}
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		at.Fault, at.Text = WarnTrust, "the MACs from here on cannot be checked: the key is sealed to another identity"
		if !r.known {
			f.warn(at)
		}
		return r
	case err != nil:
		at.Fault, at.Text = FaultMAC, "the sealed key is not valid: "+err.Error()
		f.problem(at)
		return r
	case r.advance(h.Seq) && r.key != key:
		at.Fault, at.Text = FaultMAC, "the key sealed here is not the one that follows from the segment before"
		f.problem(at)
	}
	return ratchet{known: true, seq: h.Seq, key: key}
}
