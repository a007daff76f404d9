package trail

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"eslguard/audit"
)

// joinSegments compares each segment with the one before, and sums up their findings.
func (v *verification) joinSegments() {
	r := &v.report
	chain := v.linkedSegments()
	var prev *checkedSegment
	for i, c := range chain {
		if i+1 < len(chain) {
			v.excuseUnsynced(c, chain[i+1])
		}
		v.addSegment(c)
		v.checkEnd(c, c == v.checked[len(v.checked)-1])
		if c.first == 0 {
			continue
		}
		if c.head.err == "" && c.head.Seq > 0 {
			if prev == nil {
				v.oldest = c
			} else {
				v.checkHandOver(prev, c)
			}
			if c.head.isStart() || prev == nil {
				r.Runs++ // a run counts although its start was retired
			}
		}
		if r.First == 0 {
			r.First, r.From = c.first, printTime([]byte(c.from))
		}
		r.Last, r.To, r.LastHash = c.last, printTime([]byte(c.to)), hashText.EncodeToString(c.lastHash[:])
		prev = c
	}
	slices.SortFunc(v.gaps, func(a, b gap) int { return cmp.Compare(a.after, b.after) })
	if prev != nil && prev.end != kindStop {
		v.warn(Finding{Fault: WarnKilled, File: prev.seg.Name, Seq: prev.last, Text: "this is the last record, and it does not end a run: " +
			"the run is still under way, was killed, or was cut off here; only a checkpoint from outside the host shows which"})
	}
}

// linkedSegments returns the segments without those that could not be begun. What these declare is
// ignored, since no other head names them.
func (v *verification) linkedSegments() (list []*checkedSegment) {
	var prev *checkedSegment
	for i, c := range v.checked {
		if v.isOrphan(prev, i) {
			continue
		}
		list = append(list, c)
		if c.first > 0 {
			prev = c
		}
	}
	return list
}

// isOrphan reports whether segment i could not be begun: it contains only its head, whose sequence
// is used up, and what follows continues from the segment before it.
func (v *verification) isOrphan(prev *checkedSegment, i int) bool {
	c := v.checked[i]
	if c.lines > 1 || len(c.problems) > 0 || i+1 == len(v.checked) {
		return false
	}
	name, last := "", uint64(0)
	if prev != nil {
		name, last = prev.seg.Name, prev.last
	}
	for _, next := range v.checked[i+1:] {
		if next.lines <= 1 && next != v.checked[len(v.checked)-1] {
			continue
		}
		h := &next.head
		if next.first == 0 || h.err != "" || h.PrevSegment != name || h.PrevSeq != last {
			return false
		}
		v.warn(Finding{Fault: WarnOrphan, File: c.seg.Name, Seq: c.seg.First, Text: "the segment could not be begun, and what follows ignores it"})
		return true
	}
	return false
}

// addSegment adds the findings and figures of one segment to the report.
func (v *verification) addSegment(c *checkedSegment) {
	r := &v.report
	r.Segments++
	r.Records += c.records
	r.Bytes += c.bytes
	r.MACs += c.macs
	r.MACsChecked += c.macsChecked
	r.More += c.more
	v.problem(c.problems...)
	v.warn(c.warnings...)
	for seq, h := range c.hashes {
		v.hashes[seq] = h
	}
	for _, ret := range c.retired {
		r.Retired = max(r.Retired, ret.To)
	}
	v.warnFast(c)
}

// warnFast warns of segments that were retired because of their size sooner than is usual: someone
// may have caused that.
func (v *verification) warnFast(c *checkedSegment) {
	var records, seq uint64
	var youngest int64
	for _, ret := range c.retired {
		if ret.Age == nil || *ret.Age >= int64(audit.FastRetirement/time.Second) {
			continue
		}
		if seq == 0 || *ret.Age < youngest {
			youngest = *ret.Age
		}
		records += ret.To - ret.From + 1
		seq = ret.seq
	}
	if seq == 0 {
		return
	}
	v.report.RetiredFast += records
	v.warn(Finding{Fault: WarnFast, File: c.seg.Name, Seq: seq, Text: fmt.Sprintf(
		"%d records were retired up to here because the audit was too large, the last of them when it was only %v old, and less than %v is unusual: "+
			"someone may have caused many records to have these deleted; look for who filled the audit", records, time.Duration(youngest)*time.Second, audit.FastRetirement)})
}

// checkEnd checks what follows the last whole line of a segment.
func (v *verification) checkEnd(c *checkedSegment, last bool) {
	at := Finding{File: c.seg.Name, Line: c.lines + 1, Seq: c.last}
	switch {
	case c.unreadable:
	case c.unfinished > 0 && c.end != "":
		at.Fault, at.Text = FaultOrder, fmt.Sprintf("%d bytes follow the end of the segment, a %s", c.unfinished, c.end)
		v.problem(at)
	case c.unfinished > 0:
		at.Fault, at.Text = WarnTorn, fmt.Sprintf("%d bytes of an unfinished line follow this record", c.unfinished)
		v.warn(at)
	case c.lines == 0 && last:
		at.Fault, at.Seq, at.Text = WarnTorn, c.seg.First, "the segment has no record yet"
		v.warn(at)
	case c.lines == 0:
		at.Fault, at.Seq, at.Text = FaultSegment, c.seg.First, "the segment has no record"
		v.problem(at)
	}
}

// checkHandOver checks that c continues where prev ended.
func (v *verification) checkHandOver(prev, c *checkedSegment) {
	h := &c.head
	at := Finding{Fault: FaultSegment, File: c.seg.Name, Line: 1, Seq: h.Seq}
	missing := h.PrevSeq > prev.last
	switch {
	case missing && prev.excused && h.PrevSegment == prev.seg.Name && h.Unsynced <= prev.last+1:
		at.Fault, at.Text = WarnDeclared, RecordRange(prev.last+1, h.PrevSeq)+" are missing because a sync failed; the segment declares it"
		v.warn(at)
	case missing && h.PrevSegment != prev.seg.Name:
		at.Text = RecordRange(prev.last+1, h.PrevSeq) + " are missing: one or more whole segments"
		v.problem(at)
	case missing:
		at.Fault, at.File, at.Line, at.Seq = FaultRemoved, prev.seg.Name, prev.lines, prev.last
		at.Text = RecordRange(prev.last+1, h.PrevSeq) + " should follow it: the end of the segment was cut off"
		v.problem(at)
	case h.PrevSeq < prev.last:
		at.Fault, at.Text = FaultOrder, fmt.Sprintf("it continues from record %d, but the segment before it ends with record %d", h.PrevSeq, prev.last)
		v.problem(at)
	case h.prev != prev.lastHash:
		at.Fault, at.Text = FaultChanged, "the hash before it is not that of the last record of "+prev.seg.Name
		v.problem(at)
	case h.PrevSegment != prev.seg.Name:
		at.Fault, at.Text = FaultChanged, "the segment that it names before it is not "+prev.seg.Name
		v.problem(at)
	}
	v.checkRunEnds(prev, c)
}

// checkRunEnds checks that runs end and begin in order from prev to c.
func (v *verification) checkRunEnds(prev, c *checkedSegment) {
	at := Finding{File: c.seg.Name, Line: 1, Seq: c.head.Seq}
	switch {
	case c.head.isStart() && prev.end != kindStop:
		at.Fault, at.Text = WarnKilled, "a run begins here, and the one before it has no end: it was killed, or its disk failed"
		v.warn(at)
	case !c.head.isStart() && prev.end == kindStop:
		at.Fault, at.Text = FaultOrder, "the run that continues here has ended already"
		v.problem(at)
	case !c.head.isStart() && prev.head.err == "" && prev.head.keyed != c.head.keyed:
		at.Fault, at.Text = FaultMAC, "its run has MACs in one segment and none in the other"
		v.problem(at)
	}
	if c.from < prev.to {
		at.Fault, at.Text = WarnClock, "the clock went back, from "+printTime([]byte(prev.to))+" to "+printTime([]byte(c.from))
		v.warn(at)
	}
}

// checkTornFiles checks that the bytes that were set aside still exist.
func (v *verification) checkTornFiles() {
	want := map[string]int64{}
	for _, c := range v.checked {
		h := &c.head
		if h.err != "" || h.TornFile == "" || h.TornBytes <= 0 {
			continue
		}
		// It may be gone if it was retired with its segment.
		digits, ok := cutAffixes(h.TornFile, audit.SegmentPrefix, audit.TornSuffix)
		first, is := segmentFirst(audit.SegmentPrefix + digits + audit.SegmentSuffix)
		if !ok || !is || first < v.report.First {
			continue
		}
		want[h.TornFile] += h.TornBytes
		at := Finding{Fault: FaultRemoved, File: h.TornFile, Text: fmt.Sprintf("it should contain the %d bytes that were set aside according to record %d", want[h.TornFile], h.Seq)}
		info, err := os.Stat(filepath.Join(v.dir, h.TornFile))
		if err != nil || info.Size() < want[h.TornFile] {
			v.problem(at)
		}
	}
}

// conclude reports what could not be checked without a key. Someone who rewrites a folder would
// leave out the MACs, or encrypt the keys to another identity, so a key with which nothing at all
// can be checked is a problem. So is a public key without a checkpoint.
func (v *verification) conclude(keyed, signed bool) {
	r := &v.report
	r.Proven = v.proven()
	v.warnUnlinked()
	switch {
	case !keyed || r.Records == 0 || !r.OK():
	case r.MACs == 0:
		v.problem(Finding{Fault: FaultMAC, Text: "no record has a MAC, so the key proves nothing: if the guard had its recipient, it did not write these"})
	case r.MACsChecked == 0:
		v.problem(Finding{Fault: FaultMAC, Text: "no MAC could be checked: if the guard had the key's recipient, it did not write these"})
	case r.MACs < r.Records:
		v.warn(Finding{Fault: WarnTrust, Text: fmt.Sprintf("%d of %d records have no MAC: their runs had no recipient, or someone else wrote them", r.Records-r.MACs, r.Records)})
	case r.MACsChecked < r.MACs && len(r.Warnings) == 0:
		v.warn(Finding{Fault: WarnTrust, Text: fmt.Sprintf("only %d of %d MACs could be checked", r.MACsChecked, r.MACs)})
	}
	if signed && len(r.Checkpoints) == 0 && r.OK() {
		v.problem(Finding{Fault: FaultCheckpoint, Text: "no checkpoint is about these records, so the public key proves nothing: if the guard had its signer, its checkpoints are missing"})
	}
	for _, c := range r.Checkpoints {
		if c.Signer == "" {
			v.warn(Finding{Fault: WarnTrust, File: c.File, Text: "the signatures of the checkpoints were not checked without the public key"})
			return
		}
	}
}

// proven returns the value of Report.Proven.
func (v *verification) proven() (seq uint64) {
	r := &v.report
	if r.MACsChecked > 0 && r.MACsChecked == r.Records && !v.hasUnprovenGap() {
		return r.Last
	}
	for _, c := range r.Checkpoints {
		if c.Copied || c.Signer != "" {
			seq = max(seq, c.Seq)
		}
	}
	return seq
}
