package trail

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	stdhash "hash"
	"io"
	"io/fs"
	"slices"

	"github.com/go-json-experiment/json"
)

// A retirement is what a retire record says.
type retirement struct {
	seq  uint64
	From uint64 `json:"retired_from"`
	To   uint64 `json:"retired_to"`
	Hash string `json:"retired_hash"`
	// Age is how old the last record was that is deleted, in seconds, if it is deleted because of
	// its size. Nil: it is not.
	Age *int64 `json:"retired_age_s"`
	// Files are files of recordings. If there are any, the record is about nothing else.
	Files []string `json:"retired_files"`
}

// A checkedSegment is what was found out about one segment by itself.
type checkedSegment struct {
	findings
	seg  Segment
	head head

	first, last       uint64 // sequences; 0 if there is no record
	from, to          string // the times of the first and the last record
	lastHash          hash
	end               string // the kind of its last record, seal or stop; "" if there was none
	lines             int
	records           uint64
	bytes             int64
	macs, macsChecked uint64
	unfinished        int64 // bytes after the last line feed
	retired           []retirement
	retiredFiles      []retiredFile
	recordings        []recordingFile
	wanted            []uint64        // the sequences whose hashes are needed, ascending
	hashes            map[uint64]hash // the hashes of wanted
	unreadable        bool            // the rest could not be read
	vanished          bool            // it was listed, and does not exist any more
	// unlinked is the last record whose hash could not be checked because the line before it is
	// damaged. 0: none.
	unlinked uint64
	excused  bool // the next head declares a failed sync, and excuses a finding
}

// A segmentChecker reads one segment.
type segmentChecker struct {
	*checkedSegment
	line        line
	keys        ratchet
	digest      stdhash.Hash // a SHA-256 that is reused
	sum         hash         // the last result of digest
	prev        hash         // the hash of the record before
	prevKnown   bool         // prev is valid
	assumed     uint64       // the right sequence of the record before, 0 if it has it
	afterDamage bool         // what comes right before the line cannot be read
	lastTime    []byte       // the time of the record before
}

// checkSegment checks one segment by itself. marks are the sequences whose hashes are needed.
func checkSegment(seg Segment, keys ratchet, marks []uint64) *checkedSegment {
	c := &segmentChecker{
		checkedSegment: &checkedSegment{seg: seg, wanted: marks, hashes: map[uint64]hash{}},
		keys:           keys, digest: sha256.New(),
	}
	defer func() { c.to = string(c.lastTime) }()
	f, err := seg.open()
	if err != nil {
		c.unreadable, c.vanished = true, errors.Is(err, fs.ErrNotExist)
		c.problem(Finding{Fault: FaultDamaged, File: seg.Name, Seq: seg.First, Text: "the segment cannot be read: " + err.Error()})
		return c.checkedSegment
	}
	defer f.Close()
	lines := newLineReader(f)
	for {
		b, err := lines.next()
		switch {
		case err == nil:
			c.lines++
			c.bytes += int64(len(b)) + 1
			c.record(b)
		case errors.Is(err, errLong):
			c.lines++
			c.damaged(0, err.Error())
		default:
			c.bytes += int64(len(b))
			c.unfinished = int64(len(b))
			if !errors.Is(err, io.EOF) {
				c.unreadable = true
				c.lines++
				c.report(FaultDamaged, 0, "the rest of the segment cannot be read: "+err.Error())
			}
			return c.checkedSegment
		}
	}
}

// report adds a problem at the current line.
func (c *segmentChecker) report(fault Fault, seq uint64, text string) {
	c.problem(Finding{Fault: fault, File: c.seg.Name, Line: c.lines, Seq: seq, Text: text, after: c.last, torn: c.afterDamage})
}

// damaged adds a problem with a line that is not a record.
func (c *segmentChecker) damaged(seq uint64, text string) {
	c.report(FaultDamaged, seq, text)
	c.prevKnown, c.afterDamage = false, true
}

// record checks one line.
func (c *segmentChecker) record(b []byte) {
	l := &c.line
	if !l.parse(b) {
		c.damaged(c.expected(), "the line is not a record of a chained audit")
		return
	}
	if c.lines == 1 {
		c.checkHead(b)
	}
	stated, ok := decodeHash(l.hash)
	fits := ok && c.prevKnown && c.hashFollows(&stated)
	if !fits && c.lines > 1 && bytes.IndexByte(b, 0) >= 0 {
		// No record contains such a byte: the disk lost a part of the file that includes line ends.
		c.damaged(c.expected(), "the line contains zero bytes, which no record does: the disk did not keep it")
		return
	}
	if c.last > 0 && !c.inSequence(fits) {
		return
	}
	switch {
	case !ok:
		c.report(FaultChanged, l.seq, "the hash is not written in its valid form")
	case c.prevKnown && !fits:
		c.report(FaultChanged, l.seq, "the hash does not match: this record was changed, or the one before it")
	}
	if !c.prevKnown {
		c.unlinked = l.seq
	}
	c.prev, c.prevKnown, c.afterDamage = stated, ok, false
	c.checkKind(b)
	c.checkMAC(&stated, fits)
	c.checkClock()
	if c.first == 0 {
		c.first, c.from = l.seq, string(l.time)
	}
	c.records++
	c.last, c.lastHash = l.seq, stated
	c.noteHash()
}

// hashFollows reports whether the record's hash is the one that follows from prev and its own
// bytes.
func (c *segmentChecker) hashFollows(stated *hash) bool {
	c.digest.Reset()
	c.digest.Write(c.prev[:])
	c.digest.Write(c.line.body)
	c.digest.Sum(c.sum[:0])
	return c.sum == *stated
}

// expected returns the sequence that should come next.
func (c *segmentChecker) expected() uint64 {
	if c.last == 0 {
		return c.seg.First
	}
	return c.last + 1
}

// checkHead checks the segment's first record.
func (c *segmentChecker) checkHead(b []byte) {
	c.head = parseHead(b, &c.line)
	if c.head.err != "" {
		c.report(FaultSegment, c.line.seq, "this is not the head of a segment: "+c.head.err)
		return
	}
	if c.line.seq != c.seg.First {
		c.report(FaultSegment, c.line.seq, fmt.Sprintf("the segment's name says that it begins with record %d", c.seg.First))
		c.assumed = c.seg.First
	}
	if c.line.seq != c.head.PrevSeq+1+c.line.lost {
		c.report(FaultRemoved, c.line.seq, fmt.Sprintf("%s are missing, and the head does not say that they were lost",
			RecordRange(c.head.PrevSeq+1, c.line.seq-1-min(c.line.lost, c.line.seq-1))))
	}
	c.prev, c.prevKnown = c.head.prev, true
}

// inSequence checks the sequence of a record that is not the first. It returns false if the record
// is in the wrong place and must be skipped.
func (c *segmentChecker) inSequence(fits bool) bool {
	l := &c.line
	if c.assumed > 0 && l.seq == c.assumed+1+l.lost {
		// Only the sequence of the record before was wrong.
		c.last = c.assumed
	}
	c.assumed = 0
	want := c.last + 1 + l.lost
	switch {
	case l.seq == want:
	case l.seq > want:
		c.report(FaultRemoved, l.seq, RecordRange(c.last+1, l.seq-1-l.lost)+" should come before it")
		if !fits {
			c.assumed, c.prevKnown = want, false
		}
	case l.seq > c.last:
		c.report(FaultChanged, l.seq, fmt.Sprintf("it says that %d records before it were lost, but record %d exists", l.lost, c.last))
	default:
		c.report(FaultOrder, l.seq, fmt.Sprintf("it comes after record %d: it was moved or inserted", c.last))
		return false
	}
	return true
}

// The kinds of records with a place of their own, as audit.Kind writes them.
const (
	kindStart  = "start"
	kindReopen = "reopen"
	kindSeal   = "seal"
	kindStop   = "stop"
	kindRetire = "retire"
	// kindRecording is about a file that is not itself in the chain.
	kindRecording = "recording"
)

// checkKind checks that a record of its kind may be in this place, and notes what it says.
func (c *segmentChecker) checkKind(b []byte) {
	if c.end != "" {
		c.report(FaultOrder, c.line.seq, "it comes after the end of the segment, a "+c.end)
	}
	switch string(c.line.kind) {
	case kindSeal, kindStop:
		c.end = string(c.line.kind)
	case kindStart, kindReopen:
		if c.lines > 1 {
			c.report(FaultOrder, c.line.seq, "a "+string(c.line.kind)+" can only be at the beginning of a segment")
		}
	case kindRetire:
		r := retirement{seq: c.line.seq}
		err := json.Unmarshal(b, &r)
		switch {
		case err == nil && len(r.Files) > 0 && r.To == 0:
			for _, name := range r.Files {
				c.retiredFiles = append(c.retiredFiles, retiredFile{name, r.seq})
			}
		case err != nil || r.From > r.To || r.To >= r.seq:
			c.report(FaultChanged, c.line.seq, "it does not say which records were retired")
		default:
			c.retired = append(c.retired, r)
		}
	case kindRecording:
		r := recordingFile{seq: c.line.seq, segment: c.seg.Name, line: c.lines}
		if err := json.Unmarshal(b, &r); err == nil && r.SHA256 != "" {
			c.recordings = append(c.recordings, r)
		}
	}
}

// checkMAC checks the MAC of a record with the hash stated. fits says that this is the right hash.
func (c *segmentChecker) checkMAC(stated *hash, fits bool) {
	l := &c.line
	if l.mac != nil {
		c.macs++
	}
	if c.head.err == "" && c.head.keyed != (l.mac != nil) {
		c.report(FaultMAC, l.seq, "its run has MACs and it has none, or the reverse")
		return
	}
	mac, ok := decodeHash(l.mac)
	if l.mac != nil && !ok {
		c.report(FaultMAC, l.seq, "the MAC is not written in its valid form")
	}
	keys := c.keys
	if l.mac == nil || c.more > 0 || !keys.advance(l.seq) {
		return
	}
	good := ok && mac == keys.mac(stated)
	if good || fits {
		c.keys = keys // a wrong sequence must not advance the keys beyond the next record
	}
	if ok && !good {
		c.report(FaultMAC, l.seq, "the MAC does not match: the run that it claims did not write it")
	}
	if !good {
		return
	}
	c.macsChecked++
}

// checkClock warns if a record has an earlier time than the one before. Times are compared as text,
// which gives the same order.
func (c *segmentChecker) checkClock() {
	t := c.line.time
	if bytes.Compare(t, c.lastTime) < 0 {
		c.warn(Finding{
			Fault: WarnClock, File: c.seg.Name, Line: c.lines, Seq: c.line.seq, after: c.last,
			Text: "the clock went back, from " + printTime(c.lastTime) + " to " + printTime(t),
		})
	}
	c.lastTime = append(c.lastTime[:0], t...)
}

// noteHash notes the hash of a record if it is needed.
func (c *segmentChecker) noteHash() {
	for len(c.wanted) > 0 && c.wanted[0] < c.last {
		c.wanted = c.wanted[1:]
	}
	if len(c.wanted) > 0 && c.wanted[0] == c.last {
		c.hashes[c.last] = c.lastHash
	}
}

// printTime returns the time in a record, or words for it if it is not a time.
func printTime(t []byte) string {
	if slices.ContainsFunc(t, func(b byte) bool { return bytes.IndexByte([]byte("0123456789-:.TZ"), b) < 0 }) {
		return "(not a time)"
	}
	return string(t)
}

// RecordRange returns "record 7" or "records 7 to 9". A range that ends before it begins counts as
// one record.
func RecordRange(from, to uint64) string {
	if from >= to {
		return fmt.Sprintf("record %d", from)
	}
	return fmt.Sprintf("records %d to %d", from, to)
}
