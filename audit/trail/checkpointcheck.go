package trail

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"eslguard/audit"
)

// A checkpointCheck compares the checkpoints of a folder with each other, with copies of them, and
// with what the records say about them.
type checkpointCheck struct {
	*verification
	own            []Checkpoint      // those of the folder's file, in its order
	copied         []Checkpoint      // those from Options.Checkpoints
	filedSeqs      []uint64          // the records that those of the file are about, ascending
	seqOf          map[uint64]uint64 // the record that each number is about
	lastNumber     uint64            // the highest number in the file
	signedBefore   bool              // a run before the current one has a signer
	warnedUnsigned bool              // a run without a signer was reported since
}

// checkCheckpoints looks for checkpoints that are missing, were changed or are in the wrong place.
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
	// The records may mention checkpoints that were written after the file was read the first time.
	p.noteFiled(newerCheckpoints(v.dir, v.checkpointBytes))
	p.checkHeads()
	p.checkRuns()
}

// noteFiled notes checkpoints that are in the file.
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

// checkOrder checks that each checkpoint of the file follows from the one before it.
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
			// A write that fails just before its end is repeated.
			p.warn(c.finding("the file contains the checkpoint twice"))
		case c.Number == 0 && prev.Number > 0:
			p.problem(c.finding("the checkpoint has no number, although the one before it has: it was moved or inserted"))
			continue
		case c.Number == 0 && c.Seq > prev.Seq:
		case c.Number <= prev.Number:
			p.problem(c.finding(fmt.Sprintf("%s comes after %s: it was moved, inserted, or made after that one had been removed",
				c.name(), prev.name())))
			continue
		case c.Number > prev.Number+1:
			p.problem(c.finding(checkpointRange(prev.Number+1, c.Number-1) + " missing before it"))
		case c.prevText != prev.text || c.prevSeq != prev.Seq:
			p.problem(prev.finding(fmt.Sprintf("%s is not the one that %s names as the one before it: it was changed", prev.name(), c.name())))
		}
		prev = c
	}
	if old > 0 {
		p.warn(Finding{Fault: WarnTrust, File: audit.CheckpointFile, Text: fmt.Sprintf(
			"%d of the checkpoints have no number, as earlier versions wrote them: if one of these were missing, nothing would show it", old)})
	}
}

// checkFirst checks that the checkpoints before the first one of the file were retired with their
// records.
func (p *checkpointCheck) checkFirst(c *Checkpoint) {
	if c.prevSeq == 0 || c.prevSeq < p.report.First {
		return
	}
	missing := "a checkpoint without a number is"
	if c.Number > 1 {
		missing = fmt.Sprintf("checkpoint %d, and perhaps others before it, is", c.Number-1)
	}
	p.problem(c.finding(fmt.Sprintf("%s missing before it: record %d, which it is about, still exists", missing, c.prevSeq)))
}

// checkCopies checks that the file contains each copied checkpoint, unless its record was retired.
func (p *checkpointCheck) checkCopies() {
	has := map[hash]bool{}
	texts := map[uint64]hash{}
	for _, c := range p.own {
		has[c.text], texts[c.Number] = true, c.text
	}
	var from, to uint64 // numbers that are missing at the end of the file
	for i := range p.copied {
		c := &p.copied[i]
		_, taken := texts[c.Number]
		switch {
		case has[c.text] || c.Seq < p.report.First:
		case c.Number == 0:
			p.problem(c.finding("the folder's own file does not contain this checkpoint"))
		case taken:
			p.problem(c.finding(fmt.Sprintf("the folder's own file has another checkpoint %d: it was changed, or made again after this one had been removed", c.Number)))
		case c.Number > p.lastNumber && (to == 0 || c.Number > to):
			from, to = p.lastNumber+1, c.Number
		}
	}
	if to > 0 && len(p.own) == 0 {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: fmt.Sprintf("the folder has no checkpoint, although checkpoint %d was copied", to)})
	} else if to > 0 {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: checkpointRange(from, to) + " missing at the end, according to the copy: removed, " +
			"or the guard could not write them, which its log says then"})
	}
}

// checkHeads checks that the file contains the checkpoints that the heads of the segments say it
// had.
func (p *checkpointCheck) checkHeads() {
	var before, most, by uint64
	for _, s := range p.checked {
		h := &s.head
		if h.err != "" || h.Signer == "" || s.first == 0 {
			continue
		}
		at := Finding{Fault: FaultCheckpoint, File: s.seg.Name, Line: 1, Seq: h.Seq}
		if h.Checkpoint < before {
			at.Text = checkpointRange(h.Checkpoint+1, before) + " missing: they existed before this record, and did not any more when it was written"
			p.problem(at)
		}
		if seq, ok := p.seqOf[h.Checkpoint]; ok && h.Checkpoint > 0 && seq >= h.Seq {
			at.Text = fmt.Sprintf("checkpoint %d existed before this record, but the one in the file is about record %d: it was made again", h.Checkpoint, seq)
			p.problem(at)
		}
		before = h.Checkpoint
		if h.Checkpoint >= most {
			most, by = h.Checkpoint, h.Seq
		}
	}
	if most > p.lastNumber {
		p.problem(Finding{Fault: FaultCheckpoint, File: audit.CheckpointFile, Text: fmt.Sprintf("%s missing at the end: record %d says that the file contained them",
			checkpointRange(p.lastNumber+1, most), by)})
	}
}

// maxBeforeCheckpoint is the maximum number of records that a run writes before its first
// checkpoint: its start, and the retirements of segments and of recordings.
const maxBeforeCheckpoint = 3

// A run is what is known of a run from its segments.
type run struct {
	signs       bool // its head names a signer
	first, last uint64
	end         string // see checkedSegment.end, of its last segment
	declared    bool   // it declares a failed sync
	cut         bool   // its start was retired
}

// checkRuns checks that every run with a signer has a checkpoint, and one of its end.
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

// checkRun checks one run. It does nothing for nil.
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
		// A checkpoint may be about a record that was deleted, together with the rest of its run.
		if before := p.signedBefore || len(p.verification.checkpointSeqs) > 0 && p.verification.checkpointSeqs[0] < r.first; before && !p.warnedUnsigned {
			at.Fault, at.File = WarnTrust, ""
			at.Text = "a run without a signer begins here, although a run before it had one: nothing proves what it wrote or retired until a run signs again"
			p.warn(at)
			p.warnedUnsigned = true
		}
		return
	case r.cut || !r.signs:
	case !signed && !r.declared && r.last >= r.first+maxBeforeCheckpoint:
		at.Text = "a run with a signer begins here, and none of its checkpoints exists"
		p.problem(at)
	case r.end == kindStop && !ended:
		at.Fault, at.Seq = WarnTrust, r.last
		at.Text = "a run with a signer ends here in order, and the checkpoint of its end does not exist: it was removed, or could not be written"
		p.warn(at)
	}
	p.signedBefore, p.warnedUnsigned = true, false
}

// finding returns a finding about the checkpoint.
func (c *Checkpoint) finding(text string) Finding {
	return Finding{Fault: FaultCheckpoint, File: c.File, Line: c.line, Seq: c.Seq, Text: text}
}

// name returns how a finding names the checkpoint.
func (c *Checkpoint) name() string {
	if c.Number == 0 {
		return fmt.Sprintf("the checkpoint of record %d", c.Seq)
	}
	return fmt.Sprintf("checkpoint %d", c.Number)
}

// checkpointRange returns "checkpoint 7 is" or "checkpoints 7 to 9 are".
func checkpointRange(from, to uint64) string {
	if from >= to {
		return fmt.Sprintf("checkpoint %d is", from)
	}
	return fmt.Sprintf("checkpoints %d to %d are", from, to)
}
