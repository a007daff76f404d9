package trail

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A Fault says what sort of thing is wrong.
type Fault string

// The faults, see the package comment.
const (
	FaultChanged    Fault = "changed"
	FaultRemoved    Fault = "removed"
	FaultOrder      Fault = "order"
	FaultSegment    Fault = "segment"
	FaultMAC        Fault = "mac"
	FaultCutOff     Fault = "cut-off"
	FaultCheckpoint Fault = "checkpoint"
	FaultDamaged    Fault = "damaged"
)

// The warnings: what the chain allows and someone should look at.
const (
	WarnClock    Fault = "clock"    // the clock went back
	WarnKilled   Fault = "killed"   // a run, or the folder, has no proper end
	WarnTorn     Fault = "torn"     // an unfinished line was left
	WarnDeclared Fault = "declared" // records are missing, and this is declared
	WarnDeleted  Fault = "deleted"  // a recording is gone
	WarnOrphan   Fault = "orphan"   // a segment that was begun in vain
	WarnTrust    Fault = "trust"    // something could not be checked for want of a key
	WarnFast     Fault = "fast"     // segments were retired for their size when they were younger than audit.FastRetirement
)

// A Finding is one thing that is wrong, or worth a warning, and where.
type Finding struct {
	Fault Fault `json:"fault"`
	// File is the name of a segment or other file of the folder. "": the folder as a whole.
	File string `json:"file,omitempty"`
	// Line counts from 1. 0: the file as a whole.
	Line int `json:"line,omitempty"`
	// Seq is the record's sequence as it should be, or as it stands there. 0: no record's.
	Seq uint64 `json:"seq,omitempty"`
	// Text is a sentence. It holds nothing of a record's own text.
	Text string `json:"text"`

	after uint64 // the last good sequence before it
	torn  bool   // what stands right before it cannot be read
}

// String returns the finding as FILE:LINE: record SEQ: TEXT.
func (f Finding) String() string {
	where := f.File
	if f.Line > 0 {
		where += ":" + strconv.Itoa(f.Line)
	}
	if where != "" {
		where += ": "
	}
	if f.Seq > 0 {
		where += fmt.Sprintf("record %d: ", f.Seq)
	}
	return where + f.Text
}

// maxFindings is how many problems, and warnings, are reported of one segment. The rest is counted.
const maxFindings = 16

// maxReported is how many problems, and warnings, a report holds.
const maxReported = 1000

// A Report is what Verify found. The folder is whole when there are no Problems.
type Report struct {
	Segments int    `json:"segments"`
	Records  uint64 `json:"records"`
	// Bytes are those that were hashed or read, uncompressed.
	Bytes int64 `json:"bytes"`
	// Runs counts those that something is left of.
	Runs int `json:"runs"`
	// First and Last are the sequences of the first and the last record. 0 without one.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	// LastHash is the hash of the last record, as text.
	LastHash string `json:"last_hash,omitempty"`
	// From and To are the times of the first and the last record, as they stand there.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Proven is the last record that a key or a copy proves. It is the record of the last
	// checkpoint that was copied or whose signature was checked, or the last record of all if the
	// MAC of every record was checked and no record is missing by a declaration that a checkpoint
	// could prove and does not. 0: nothing was handed in that proves anything. It means nothing if
	// there are problems. Warnings name records before it that are not proven all the same.
	Proven uint64 `json:"proven"`
	// Retired is the last sequence that was retired, 0 for none.
	Retired uint64 `json:"retired,omitempty"`
	// RetiredFast is how many records were retired for the size of all, as far as it is recorded
	// here, when the last of them were younger than audit.FastRetirement. A warning says more.
	RetiredFast uint64 `json:"retired_fast,omitempty"`
	// Recordings is how many files of recordings were checked, and fit.
	Recordings int `json:"recordings"`
	// RecordingsRetired is how many are gone, as a record says that they would.
	RecordingsRetired int `json:"recordings_retired,omitempty"`
	// MACs is how many records have one, MACsChecked how many of them were checked and fit.
	MACs        uint64 `json:"macs"`
	MACsChecked uint64 `json:"macs_checked"`
	// Checkpoints are those in the folder and those that were handed in, that fit.
	Checkpoints []Checkpoint `json:"checkpoints"`
	Problems    []Finding    `json:"problems"`
	Warnings    []Finding    `json:"warnings"`
	// More is how many problems and warnings are left out.
	More int           `json:"more,omitempty"`
	Took time.Duration `json:"took_ns"`
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// findings are those of one segment.
type findings struct {
	problems, warnings []Finding
	more               int
}

func (f *findings) problem(p Finding) {
	if len(f.problems) < maxFindings {
		f.problems = append(f.problems, p)
		return
	}
	f.more++
	if p.excusable() {
		return
	}
	// One that may yet be excused makes room for one that may not.
	for i := len(f.problems) - 1; i >= 0; i-- {
		if f.problems[i].excusable() {
			f.problems = append(slices.Delete(f.problems, i, i+1), p)
			return
		}
	}
}

func (f *findings) warn(p Finding) {
	if len(f.warnings) < maxFindings {
		f.warnings = append(f.warnings, p)
		return
	}
	f.more++
}
