package trail

import (
	"cmp"
	"fmt"
	"slices"
)

// A gap is a place where records are missing, which is excused because a sync failed. after is the
// last record before the gap. No hash links it, or an earlier record, to the records behind the
// gap.
type gap struct {
	after uint64
	by    uint64 // the head that declares it
}

// excusable reports whether a failed sync explains the finding: bytes that the disk did not keep,
// or records that are missing right after such bytes. A hash that does not match is never excused.
func (f *Finding) excusable() bool {
	return f.Fault == FaultDamaged || f.Fault == FaultRemoved && f.torn
}

// excuseUnsynced turns problems at the end of c into warnings if the head of next declares that a
// sync failed and that records may be missing from there on. Records before a checkpoint are not
// excused, since they were synced before it was made.
func (v *verification) excuseUnsynced(c, next *checkedSegment) {
	h := &next.head
	if h.err != "" || h.Unsynced == 0 {
		return
	}
	missing := h.PrevSeq > c.last && h.PrevSegment == c.seg.Name && h.Unsynced <= c.last+1
	inside := func(p Finding) bool { return p.excusable() && p.after+1 >= h.Unsynced }
	if !missing && !slices.ContainsFunc(c.problems, inside) {
		return
	}
	if why := v.refuteUnsynced(c, h); why != "" {
		v.problem(Finding{Fault: FaultChanged, File: next.seg.Name, Line: 1, Seq: h.Seq,
			Text: fmt.Sprintf("it declares that records from %d on may be missing because a sync failed, and this is not true: %s", h.Unsynced, why)})
		return
	}
	c.excused = true
	g := gap{after: c.unlinked, by: h.Seq}
	if missing {
		g.after = c.last
	}
	v.gaps = append(v.gaps, g)
	kept := c.problems[:0]
	for _, p := range c.problems {
		if !inside(p) {
			kept = append(kept, p)
			continue
		}
		p.Fault = WarnDeclared
		c.warn(p)
	}
	c.problems = kept
}

// refuteUnsynced returns why no writer can have declared in the head h that a sync of c failed, and
// "" if one can.
func (v *verification) refuteUnsynced(c *checkedSegment, h *head) string {
	// The sequences before the index at are lower than the head's.
	at, _ := slices.BinarySearch(v.checkpointSeqs, h.Seq)
	switch {
	case h.isStart():
		return "a run begins here, and only the run whose sync failed declares that"
	case c.head.err != "" || c.head.Seq == 0 || h.Unsynced <= c.head.Seq:
		return "the head of the segment before it was synced"
	case at > 0 && h.Unsynced <= v.checkpointSeqs[at-1]:
		return fmt.Sprintf("a checkpoint about record %d says that all up to it were synced", v.checkpointSeqs[at-1])
	}
	return ""
}

// covered reports whether a checkpoint proves the record seq: one that matches, that was copied or
// whose signature was checked, and to which hashes link the record.
func (v *verification) covered(seq uint64) bool {
	at, _ := slices.BinarySearch(v.provenSeqs, seq)
	if at == len(v.provenSeqs) {
		return false
	}
	next, _ := slices.BinarySearchFunc(v.gaps, seq, func(g gap, seq uint64) int { return cmp.Compare(g.after, seq) })
	return next == len(v.gaps) || v.gaps[next].after >= v.provenSeqs[at]
}

// hasTrust reports whether Options contain something that tells which checkpoints can be trusted.
func (v *verification) hasTrust() bool {
	return v.options.Verifier != nil || len(v.options.Checkpoints) > 0
}

// hasUnprovenGap reports whether a gap is excused that no checkpoint proves, although Options could
// prove it. MACs do not prove what follows it either: any run can encrypt its keys to a public
// recipient.
func (v *verification) hasUnprovenGap() bool {
	return v.hasTrust() && slices.ContainsFunc(v.gaps, func(g gap) bool { return !v.covered(g.by) })
}

// warnUnlinked warns of records before a gap that only a checkpoint after the gap could prove.
func (v *verification) warnUnlinked() {
	if r := &v.report; !v.hasTrust() || r.MACsChecked == r.Records {
		return
	}
	for _, g := range v.gaps {
		at, found := slices.BinarySearch(v.provenSeqs, g.after)
		if found || g.after == 0 || at == len(v.provenSeqs) {
			continue // proven, or after Report.Proven
		}
		from := v.report.First
		if at > 0 {
			from = v.provenSeqs[at-1] + 1
		}
		v.warn(Finding{Fault: WarnTrust, Seq: g.by, Text: RecordRange(from, g.after) + " cannot be proven by a checkpoint: records are missing between them and the next one"})
	}
}
