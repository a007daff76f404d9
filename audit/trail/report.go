package trail

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A Fault is the sort of a finding.
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

// The warnings: what the chain allows, and what someone should look at.
const (
	WarnClock    Fault = "clock"    // the clock went back
	WarnKilled   Fault = "killed"   // a run has no proper end, or the folder has none
	WarnTorn     Fault = "torn"     // an unfinished line was left
	WarnDeclared Fault = "declared" // records are missing, and a head declares that
	WarnDeleted  Fault = "deleted"  // a recording is gone
	WarnOrphan   Fault = "orphan"   // a segment that could not be begun
	WarnTrust    Fault = "trust"    // something could not be checked without a key
	WarnFast     Fault = "fast"     // retired because of size, younger than audit.FastRetirement
)

// A Finding is one thing that is wrong, or worth a warning, and its place.
type Finding struct {
	Fault Fault `json:"fault"`
	// File is the name of a segment or other file of the folder. "": the whole folder.
	File string `json:"file,omitempty"`
	// Line counts from 1. 0: the whole file.
	Line int `json:"line,omitempty"`
	// Seq is the record's sequence, as it should be or as the record says. 0: it is not about one
	// record.
	Seq uint64 `json:"seq,omitempty"`
	// Text is a sentence. It contains nothing of a record's own text.
	Text string `json:"text"`

	after uint64 // the last valid sequence before it
	torn  bool   // what comes right before it cannot be read
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

// maxFindings is how many problems, and how many warnings, are reported per segment. Further ones
// are counted.
const maxFindings = 16

// maxReported is how many problems, and how many warnings, a report contains.
const maxReported = 1000

// A Report is what Verify found. If it has no Problems, the audit is whole.
type Report struct {
	Segments int    `json:"segments"`
	Records  uint64 `json:"records"`
	// Bytes is how many bytes were hashed or read, uncompressed.
	Bytes int64 `json:"bytes"`
	// Runs is how many runs have records left.
	Runs int `json:"runs"`
	// First and Last are the sequences of the first and the last record, 0 if there is none.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	// LastHash is the hash of the last record, as text.
	LastHash string `json:"last_hash,omitempty"`
	// From and To are the times of the first and the last record, as they are written.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Proven is the last record that a key or a copy proves. It is the record of the last
	// checkpoint that was copied or whose signature was checked. If the MAC of every record was
	// checked, it is the last record of all, unless records are missing by a declaration that a
	// checkpoint could prove and does not. 0: nothing in Options proves anything. It has no meaning
	// if there are problems. Warnings name earlier records that are not proven.
	Proven uint64 `json:"proven"`
	// Retired is the last sequence that was retired, 0 for none.
	Retired uint64 `json:"retired,omitempty"`
	// RetiredFast is how many records were retired because of their size, according to the records
	// here, when the last of them were younger than audit.FastRetirement. A warning says more.
	RetiredFast uint64 `json:"retired_fast,omitempty"`
	// Recordings is how many files of recordings were checked and match their records.
	Recordings int `json:"recordings"`
	// RecordingsRetired is how many files are gone as a record says.
	RecordingsRetired int `json:"recordings_retired,omitempty"`
	// MACs is how many records have a MAC, and MACsChecked how many of these were checked and
	// match.
	MACs        uint64 `json:"macs"`
	MACsChecked uint64 `json:"macs_checked"`
	// Checkpoints are those of the folder and those from Options that match the records.
	Checkpoints []Checkpoint `json:"checkpoints"`
	Problems    []Finding    `json:"problems"`
	Warnings    []Finding    `json:"warnings"`
	// More is how many problems and warnings were left out.
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
	// A finding that may be excused later makes room for one that may not.
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
