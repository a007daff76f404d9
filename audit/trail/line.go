package trail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"

	"eslguard/audit"
)

// The beginning and the end of a record, byte by byte; see format.go of package audit. No JSON is
// parsed to verify a chain.
const (
	timeKey = `{"` + audit.FieldTime + `":"`
	seqKey  = `","` + audit.FieldSeq + `":`
	lostKey = `,"` + audit.FieldLost + `":`
	kindKey = `,"` + audit.FieldKind + `":"`
	hashKey = `,"` + audit.FieldHash + `":"`
	macKey  = `","` + audit.FieldMAC + `":"`
	hashEnd = `"}`
	// timeText is the length of a time, which is the same in all records.
	timeText = len("2006-01-02T15:04:05.000000Z")
)

// hashText is the encoding of hashes. It is strict, so that a hash has one spelling only.
var hashText = base64.RawStdEncoding.Strict()

// A hash is a chain hash, a MAC or a key.
type hash = [audit.HashSize]byte

// A line is a record of a folder, parsed as far as the chain needs it. Its slices refer to the
// record's own bytes.
type line struct {
	time, kind []byte
	seq, lost  uint64
	body       []byte // the bytes that are hashed
	hash, mac  []byte // as text; mac is nil if there is none
}

// parse parses b. It returns false if b is not a record of a folder.
func (l *line) parse(b []byte) bool {
	return l.parseStart(b) && l.parseEnd(b)
}

// parseStart parses the beginning of a record, in a folder or a plain file.
func (l *line) parseStart(b []byte) bool {
	rest, ok := bytes.CutPrefix(b, []byte(timeKey))
	if !ok || len(rest) < timeText {
		return false
	}
	l.time, rest = rest[:timeText], rest[timeText:]
	if rest, ok = bytes.CutPrefix(rest, []byte(seqKey)); !ok {
		return false
	}
	if l.seq, rest, ok = parseNumber(rest); !ok || l.seq == 0 {
		return false
	}
	l.lost = 0
	if after, has := bytes.CutPrefix(rest, []byte(lostKey)); has {
		if l.lost, rest, ok = parseNumber(after); !ok || l.lost == 0 || l.lost >= l.seq {
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

// parseEnd parses the end of a record in a folder.
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

// cutHash splits b, which ends with the text of a hash and end, before the hash.
func cutHash(b []byte, end string) (text, rest []byte, ok bool) {
	b, ok = bytes.CutSuffix(b, []byte(end))
	if !ok || len(b) < audit.HashText {
		return nil, nil, false
	}
	n := len(b) - audit.HashText
	return b[n:], b[:n], true
}

// parseNumber parses a plain decimal number without leading zeros.
func parseNumber(b []byte) (n uint64, rest []byte, ok bool) {
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

// decodeHash decodes the text of a hash in its only valid spelling.
func decodeHash(text []byte) (h hash, ok bool) {
	if len(text) != audit.HashText {
		return h, false
	}
	n, err := hashText.Decode(h[:], text)
	return h, err == nil && n == len(h)
}

// MaxLine is the maximum length of a line, in bytes: more than a record can have within the bounds
// of package audit, with every character escaped.
const MaxLine = 16 << 20

// readSize is how much is read at once, in bytes.
const readSize = 64 << 10

// errLong says that a line is longer than MaxLine.
var errLong = errors.New("the line is longer than any record")

// A lineReader splits a stream into lines.
type lineReader struct {
	r          io.Reader
	buf        []byte
	start, end int
	skipping   bool // in the rest of a line that is too long
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, readSize)}
}

// next returns the next line without its line feed. It is valid until the next call. At the end of
// the stream the error is io.EOF, and the line is what follows the last line feed. After errLong,
// next continues with the following line.
func (l *lineReader) next() ([]byte, error) {
	looked := l.start
	for {
		if n := bytes.IndexByte(l.buf[looked:l.end], '\n'); n >= 0 {
			line := l.buf[l.start : looked+n]
			l.start = looked + n + 1
			if l.skipping {
				l.skipping = false
				looked = l.start
				continue
			}
			if len(line) > MaxLine {
				return nil, errLong
			}
			return line, nil
		}
		if l.skipping {
			l.start = l.end
		}
		if l.end-l.start > MaxLine {
			l.start, l.skipping = l.end, true
			return nil, errLong
		}
		looked = l.end - l.start
		err := l.fill()
		if err != nil {
			rest := l.buf[l.start:l.end]
			if l.skipping {
				rest = nil
			}
			return rest, err
		}
		looked += l.start
	}
}

// fill reads more bytes, after those that are kept.
func (l *lineReader) fill() error {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		switch {
		case n > 0:
			return nil
		case err != nil:
			return err
		}
	}
}
