package trail

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"eslguard/audit"
)

// A pointCheck holds the checkpoints of a folder against each other, against copies of them, and
// against what the records say of them.
type checkpointCheck struct {
	*verification
	own            []Checkpoint      // those of the folder's file, in its order
	copied         []Checkpoint      // those that were handed in
	filedSeqs      []uint64          // the records that those of the file are about, ascending
	seqOf          map[uint64]uint64 // the record of each number
	lastNumber     uint64            // the highest number in the file
	signedBefore   bool              // a run before the one that is looked at has a signer
	warnedUnsigned bool              // it was told since that a run has none
}

// pointsHold looks for checkpoints that are missing, were changed or stand where they do not
// belong.
func (v *verification) checkCheckpoints() {
	p := &checkpointCheck{verification: v, seqOf: map[uint64]uint64{}}
	for _, c := range v.checkpoints {
		if c.Copied {
			p.copied = append(p.copied, c)
			continue
		}
		p.own = append(p.own, c)
	}
	p.noteFiled(p.own)
	p.checkOrder()
	p.checkCopies()
	// What was written while the records were read is known to them, and was not seen before.
	p.noteFiled(newerCheckpoints(v.dir, v.checkpointBytes))
	p.checkHeads()
	p.checkRuns()
}

// know takes note of checkpoints that are in the file.
func (p *checkpointCheck) noteFiled(list []Checkpoint) {
	for _, c := range list {
		p.filedSeqs = append(p.filedSeqs, c.Seq)
		p.seqOf[c.Number] = c.Seq
		p.lastNumber = max(p.lastNumber, c.Number)
	}
	slices.Sort(p.filedSeqs)
}

// newerCheckpoints reads the file of checkpoints in dir again, without checking signatures. It
// returns nil if the file still has size bytes, or cannot be read.
func newerCheckpoints(dir string, size int64) []Checkpoint {
	data, err := ReadFile(filepath.Join(dir, audit.CheckpointFile), maxCheckpoints)
	if err != nil || int64(len(data)) == size {
		return nil
	}
	list, _ := Checkpoints(audit.CheckpointFile, data, nil)
	return list
}

// hasNewerCheckpoints reports whether the file of checkpoints in dir has another size than when it
// was read.
func hasNewerCheckpoints(dir string, size int64) bool {
	info, err := os.Stat(filepath.Join(dir, audit.CheckpointFile))
	return err == nil && info.Size() != size
}

// chain checks that each checkpoint of the file follows from the one before it.
func (p *checkpointCheck) checkOrder() {
	var prev *Checkpoint
	old := 0
	for i := range p.own {
		c := &p.own[i]
		if c.Number == 0 {
			old++
		}
		switch {
		case prev == nil:
			p.checkFirst(c)
		case c.text == prev.text:
			// A write that failed just before its end is done again.
			p.warn(c.finding("the checkpoint stands there twice"))
		case c.Number == 0 && prev.Number > 0:
			p.problem(c.finding("the checkpoint has no number, though the one before it has: it was moved, or put in"))
			continue
		case c.Number == 0 && c.Seq > prev.Seq:
		case c.Number <= prev.Number:
			p.problem(c.finding(fmt.Sprintf("%s stands behind %s: it was moved, or put in, or made after that one had been dropped",
				c.name(), prev.name())))
			continue
		case c.Number > prev.Number+1:
			p.problem(c.finding(checkpointRange(prev.Number+1, c.Number-1) + " missing before it"))
		case c.prevText != prev.text || c.prevSeq != prev.Seq:
			p.problem(prev.finding(fmt.Sprintf("%s is not the one that %s was made after: it was changed", prev.name(), c.name())))
		}
		prev = c
	}
	if old > 0 {
		p.warn(Finding{Fault: WarnTrust, File: audit.CheckpointFile, Text: fmt.Sprintf(
			"%d of the checkpoints have no number, as an earlier version wrote them: if one of these were missing, it would not show", old)})
	}
}

// first checks that what came before the first checkpoint of the file was retired with its records.
func (p *checkpointCheck) checkFirst(c *Checkpoint) {
	if c.prevSeq == 0 || c.prevSeq < p.report.First {
		return
	}
	missing := "a checkpoint without a number is"
	if c.Number > 1 {
		missing = fmt.Sprintf("checkpoint %d, if not more before it, is", c.Number-1)
	}
	p.problem(c.finding(fmt.Sprintf("%s missing before it: record %d, which that one is about, is still here", missing, c.prevSeq)))
}

// copies checks that the file still has what was copied, unless its record was retired.
func (p *checkpointCheck) checkCopies() {
	has := map[hash]bool{}
	texts := map[uint64]hash{}
	for _, c := range p.own {
		has[c.text], texts[c.Number] = true, c.text
	}
	var from, to uint64 // numbers, at the end of the file
	for i := range p.copied {
		c := &p.copied[i]
		_, taken := texts[c.Number]
		switch {
		case has[c.text] || c.Seq < p.report.First:
		case c.Number == 0:
			p.problem(c.finding("the folder's own file lacks this checkpoint"))
		case taken:
			p.problem(c.finding(fmt.Sprintf("the folder's own file has another checkpoint %d: it was changed, or made anew after this one had been dropped", c.Number)))
		case c.Number > p.lastNumber && (to == 0 || c.Number > to):
			from, to = p.lastNumber+1, c.Number
		}
	}
	if to > 0 && len(p.own) == 0 {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: fmt.Sprintf("the folder has no checkpoint, though checkpoint %d was copied", to)})
	} else if to > 0 {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: checkpointRange(from, to) + " missing at the end, by the copy: dropped, " +
			"or the guard could not write there, which its log says"})
	}
}

// heads checks that the file has what the heads of the segments say was in it.
func (p *checkpointCheck) checkHeads() {
	var before, most, by uint64
	for _, s := range p.checked {
		h := &s.head
		if h.err != "" || h.Signer == "" || s.first == 0 {
			continue
		}
		at := Finding{Fault: FaultCheckpoint, File: s.seg.Name, Line: 1, Seq: h.Seq}
		if h.Checkpoint < before {
			at.Text = checkpointRange(h.Checkpoint+1, before) + " missing: they were there before this record and not any more when it was written"
			p.problem(at)
		}
		if seq, ok := p.seqOf[h.Checkpoint]; ok && h.Checkpoint > 0 && seq >= h.Seq {
			at.Text = fmt.Sprintf("checkpoint %d was there before this record, but the one in the file is about record %d: it was made anew", h.Checkpoint, seq)
			p.problem(at)
		}
		before = h.Checkpoint
		if h.Checkpoint >= most {
			most, by = h.Checkpoint, h.Seq
		}
	}
	if most > p.lastNumber {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: fmt.Sprintf("%s missing at the end: record %d says that the file had them",
			checkpointRange(p.lastNumber+1, most), by)})
	}
}

// minSigned is how many records of a run there are at most before it has a checkpoint: its start,
// and that segments or recordings are to be retired.
const minSigned = 3

// A run is what the segments of one have in common.
type run struct {
	signs       bool // its head says so
	first, last uint64
	end         string // as of the segment that last is in
	declared    bool   // a sync failed in it
	cut         bool   // its start was retired
}

// runsSigned checks that every run that signs has a checkpoint, and one of its end.
func (p *checkpointCheck) checkRuns() {
	var r *run
	for _, s := range p.checked {
		h := &s.head
		if h.err == "" && h.isStart() || r == nil {
			p.checkRun(r)
			r = nil
			if h.err == "" && s.first > 0 {
				r = &run{first: s.first, signs: h.Signer != "", cut: !h.isStart()}
			}
		}
		if r == nil {
			continue
		}
		r.declared = r.declared || h.Unsynced > 0 && !h.isStart()
		if s.last > r.last {
			r.last, r.end = s.last, s.end
		}
	}
	p.checkRun(r)
}

// runSigned checks one run, nil for none.
func (p *checkpointCheck) checkRun(r *run) {
	if r == nil {
		return
	}
	at := Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Seq: r.first}
	first, _ := slices.BinarySearch(p.filedSeqs, r.first)
	signed := first < len(p.filedSeqs) && p.filedSeqs[first] <= r.last
	_, ended := slices.BinarySearch(p.filedSeqs, r.last)
	switch {
	case !r.signs && !signed:
		// A checkpoint may be about records that are gone, and with them its run.
		if before := p.signedBefore || len(p.verification.checkpointSeqs) > 0 && p.verification.checkpointSeqs[0] < r.first; before && !p.warnedUnsigned {
			at.Fault, at.File = WarnTrust, ""
			at.Text = "a run without a signer begins here, though a run before it had one: nothing proves what it wrote or retired until one signs again"
			p.warn(at)
			p.warnedUnsigned = true
		}
		return
	case r.cut || !r.signs:
	case !signed && !r.declared && r.last >= r.first+minSigned:
		at.Text = "a run that signs its checkpoints begins here, and none of its checkpoints is there"
		p.problem(at)
	case r.end == kindStop && !ended:
		at.Fault, at.Seq = WarnTrust, r.last
		at.Text = "a run that signs its checkpoints ends here in order, and the checkpoint of its end is not there: it was dropped, or could not be written"
		p.warn(at)
	}
	p.signedBefore, p.warnedUnsigned = true, false
}

// finding is one about a checkpoint.
func (c *Checkpoint) finding(text string) Finding {
	return Finding{Fault: FaultCheckpoint, File: c.File, Line: c.line, Seq: c.Seq, Text: text}
}

// called is how a finding names a checkpoint.
func (c *Checkpoint) name() string {
	if c.Number == 0 {
		return fmt.Sprintf("the checkpoint of record %d", c.Seq)
	}
	return fmt.Sprintf("checkpoint %d", c.Number)
}

// points is "checkpoint 7 is" or "checkpoints 7 to 9 are".
func checkpointRange(from, to uint64) string {
	if from >= to {
		return fmt.Sprintf("checkpoint %d is", from)
	}
	return fmt.Sprintf("checkpoints %d to %d are", from, to)
}
