package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A link is what a checkpoint says of the one before it. The zero link is that of the first
// checkpoint of a folder.
type link struct {
	number uint64         // of the checkpoint before; 0 for none, and for one that has no number
	seq    uint64         // of the record that it is about
	hash   [HashSize]byte // of its text
}

// text is what the checkpoint of a mark says, after the one that l is of.
func (l link) text(m mark) string {
	return fmt.Sprintf("%s%d\n%d\n%s\n%s\n%d\n%d\n%s\n", CheckpointHead, CheckpointVersion, m.seq,
		hashEncoding.EncodeToString(m.hash[:]), stamp(nil, m.time), l.number+1, l.seq, hashEncoding.EncodeToString(l.hash[:]))
}

// next is the link of the checkpoint that comes after the one with this text.
func (l link) next(seq uint64, text string) link {
	return link{number: l.number + 1, seq: seq, hash: sha256.Sum256([]byte(text))}
}

// lastLink finds the last whole checkpoint in b, the end of the file of checkpoints, and returns
// the link to it. It returns the zero link if there is none.
func lastLink(b []byte) link {
	for end := len(b); end > 0; {
		at := bytes.LastIndex(b[:end], []byte(CheckpointHead))
		if at < 0 {
			break
		}
		if l, ok := parseLink(b[at:end]); ok && (at == 0 || b[at-1] == '\n') {
			return l
		}
		end = at
	}
	return link{}
}

// parseLink reads the checkpoint that b begins with. It returns false if it is not a whole one.
func parseLink(b []byte) (l link, ok bool) {
	text, rest, ok := strings.Cut(string(b), "\n\n")
	if !ok {
		return l, false
	}
	text += "\n"
	signature, _, _ := strings.Cut(rest, "\n")
	if !isSignature(signature) {
		return l, false
	}
	lines := strings.Split(text, "\n")
	first := CheckpointHead + strconv.Itoa(CheckpointVersion)
	old := CheckpointHead + strconv.Itoa(unnumberedVersion)
	switch {
	case lines[0] == first && len(lines) == 8:
		l.number, ok = parseCount(lines[4])
	case lines[0] == old && len(lines) == 5:
	default:
		return l, false
	}
	seq, isSeq := parseCount(lines[1])
	l.seq, l.hash = seq, sha256.Sum256([]byte(text))
	return l, ok && isSeq
}

// parseCount reads a number that a run could have counted to.
func parseCount(s string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > 0 && n < math.MaxInt64
}

// isSignature reports whether a line has the whole form of a note's signature by Ed25519: a dash, a
// name, and SignatureSize bytes in base64.
func isSignature(line string) bool {
	rest, ok := strings.CutPrefix(line, SignaturePrefix)
	_, text, named := strings.Cut(rest, " ")
	b, err := base64.StdEncoding.DecodeString(text)
	return ok && named && err == nil && len(b) == SignatureSize
}
