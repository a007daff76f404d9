package trail

import (
	"cmp"
	"fmt"
	"slices"
)

// checkRetirements checks that what is missing before the first segment was retired, and that the
// record which says so is proven, as far as Options allow that.
func (v *verification) checkRetirements() {
	if v.oldest == nil {
		v.reportGoneCopies(false)
		return
	}
	h := &v.oldest.head
	at := Finding{Fault: FaultSegment, File: v.oldest.seg.Name, Line: 1, Seq: h.Seq}
	if h.PrevSeq == 0 {
		if h.prev != (hash{}) || h.PrevSegment != "" || !h.isStart() {
			at.Fault, at.Text = FaultChanged, "it claims to begin the chain, and names a segment or a hash before it"
			v.problem(at)
		}
		v.reportGoneCopies(false)
		return
	}
	by, signed := v.findRetirement(h, at)
	switch {
	case by == 0 && h.PrevSeq == 1:
		at.Text = "record 1 is missing, and no record says that it was retired"
		v.problem(at)
	case by == 0:
		at.Text = RecordRange(1, h.PrevSeq) + " are missing, and no record says that they were retired"
		v.problem(at)
	case signed || !v.hasTrust() && len(v.options.Identities) == 0:
	case v.options.Verifier != nil:
		v.unsignedRetirement = true
		at.Text = fmt.Sprintf("what was before it is missing, and no valid checkpoint covers record %d, which says that it was retired: "+
			"a guard with a signer makes one before it deletes", by)
		v.problem(at)
	default:
		at.Fault = WarnTrust
		at.Text = fmt.Sprintf("what was before it is missing, and none of the given keys and copies proves record %d, which says that it was retired: "+
			"the public key or a later copy of a checkpoint can", by)
		v.warn(at)
	}
	v.reportGoneCopies(signed)
}

// findRetirement returns the record which says that what is before the head h was retired, 0 if
// there is none. It prefers a record that a checkpoint covers; signed reports that.
func (v *verification) findRetirement(h *head, at Finding) (by uint64, signed bool) {
	var all []retirement
	for _, c := range v.checked {
		all = append(all, c.retired...)
	}
	slices.SortFunc(all, func(a, b retirement) int { return cmp.Compare(a.To, b.To) })
	for _, r := range all {
		if h.PrevSeq < r.From || h.PrevSeq > r.To {
			continue
		}
		if h.PrevSeq == r.To && r.Hash != h.PrevHash {
			at.Fault, at.Text = FaultChanged, fmt.Sprintf("the hash before it is not the one that record %d retired", r.seq)
			v.problem(at)
			return r.seq, false
		}
		if by = r.seq; v.covered(by) {
			return by, true
		}
	}
	return by, false
}

// reportGoneCopies reports copied checkpoints whose records are gone. signed says that a checkpoint
// covers the record that retired them.
func (v *verification) reportGoneCopies(signed bool) {
	for _, c := range v.goneCopies {
		at := Finding{Fault: WarnTrust, File: c.File, Line: c.line, Seq: c.Seq}
		if signed {
			at.Text = "the checkpoint is about a record that was retired, and proves nothing about those that are left"
			v.warn(at)
			continue
		}
		at.Fault, at.Text = FaultCheckpoint, "the checkpoint is about a record that is gone, and no valid checkpoint covers a record which says that it was retired"
		if v.options.Verifier == nil {
			at.Text += ": the public key or a later copy of a checkpoint may prove it"
		}
		v.problem(at)
	}
}
