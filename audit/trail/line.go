package trail

import (
	"bytes"
	"encoding/base64"

	"eslguard/audit"
)

// What a record begins and ends with, byte by byte, see format.go of package audit. No JSON is
// parsed to verify a chain.
const (
	timeKey = `{"` + audit.FieldTime + `":"`
	seqKey  = `","` + audit.FieldSeq + `":`
	lostKey = `,"` + audit.FieldLost + `":`
	kindKey = `,"` + audit.FieldKind + `":"`
	hashKey = `,"` + audit.FieldHash + `":"`
	macKey  = `","` + audit.FieldMAC + `":"`
	hashEnd = `"}`
	// timeText is the length of a time, which never varies.
	timeText = len("2006-01-02T15:04:05.000000Z")
)

// hashText is how hashes are written. Strict, so that no second spelling passes for the same one.
var hashText = base64.RawStdEncoding.Strict()

// A hash is a chain hash, a MAC or a key.
type hash = [audit.HashSize]byte

// A line is a record of a folder, taken apart as far as the chain needs it. Its slices are the record's own bytes.
type line struct {
	time, kind []byte
	seq, lost  uint64
	body       []byte // what is hashed
	hash, mac  []byte // as text; mac is nil without one
}

// parse takes b apart. It returns false if it is not a record of a folder.
func (l *line) parse(b []byte) bool {
	return l.parseStart(b) && l.parseEnd(b)
}

// parseStart reads what every record begins with, in a folder or not.
func (l *line) parseStart(b []byte) bool {
	rest, ok := bytes.CutPrefix(b, []byte(timeKey))
	if !ok || len(rest) < timeText {
		return false
	}
	l.time, rest = rest[:timeText], rest[timeText:]
	if rest, ok = bytes.CutPrefix(rest, []byte(seqKey)); !ok {
		return false
	}
	if l.seq, rest, ok = number(rest); !ok || l.seq == 0 {
		return false
	}
	l.lost = 0
	if after, has := bytes.CutPrefix(rest, []byte(lostKey)); has {
		if l.lost, rest, ok = number(after); !ok || l.lost == 0 || l.lost >= l.seq {
			return false
		}
	}
	if rest, ok = bytes.CutPrefix(rest, []byte(kindKey)); !ok {
		return false
	}
	n := bytes.IndexByte(rest, '"')
	if n <= 0 {
		return false
	}
	l.kind = rest[:n]
	return true
}

// parseEnd reads what a record of a folder ends with.
func (l *line) parseEnd(b []byte) bool {
	l.mac = nil
	text, rest, ok := cutHash(b, hashEnd)
	if !ok {
		return false
	}
	if bytes.HasSuffix(rest, []byte(macKey)) {
		l.mac = text
		if text, rest, ok = cutHash(rest, macKey); !ok {
			return false
		}
	}
	l.hash = text
	l.body, ok = bytes.CutSuffix(rest, []byte(hashKey))
	return ok
}

// cutHash parts b, which ends with the text of a hash and end, before the hash.
func cutHash(b []byte, end string) (text, rest []byte, ok bool) {
	b, ok = bytes.CutSuffix(b, []byte(end))
	if !ok || len(b) < audit.HashText {
		return nil, nil, false
	}
	n := len(b) - audit.HashText
	return b[n:], b[:n], true
}

// number reads a plain decimal number without leading zeros.
func number(b []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		d := uint64(b[i] - '0')
		if n > (1<<64-1-d)/10 {
			return 0, nil, false
		}
		n = n*10 + d
	}
	return n, b[i:], i > 0 && (b[0] != '0' || i == 1)
}

// decodeHash reads the text of a hash, which has one spelling only.
func decodeHash(text []byte) (h hash, ok bool) {
	if len(text) != audit.HashText {
		return h, false
	}
	n, err := hashText.Decode(h[:], text)
	return h, err == nil && n == len(h)
}
