package trail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"
)

// ErrPlain says that the path is a plain file, which has no chain.
var ErrPlain = errors.New("trail: a plain file has no chain to verify")

// ErrEmpty says that the folder contains no segment.
var ErrEmpty = errors.New("trail: the folder contains no segment of an audit")

// Options are what Verify uses in addition to the folder. The zero Options check the chain, and the
// folder's own checkpoints without their signatures.
type Options struct {
	// Identities decrypt the keys of the runs, so that the MACs are checked. Nil: MACs are not
	// checked.
	Identities []age.Identity
	// Verifier checks the signatures of checkpoints. Nil: signatures are not checked.
	Verifier note.Verifier
	// Checkpoints are copies from outside the host. They are compared with the records and with the
	// folder's own checkpoints.
	Checkpoints []Checkpoint
	// Recordings is the folder with recordings of whole sessions. "": audit.RecordingsFolder in the
	// folder of the audit.
	Recordings string
	// Workers is how many segments are checked at once. Zero: the number of processors.
	Workers int
}

// maxAttempts is how often a folder is checked in total if segments are retired meanwhile.
const maxAttempts = 3

// Verify checks the folder dir, which may be written to meanwhile. The error says that it cannot be
// checked at all, or that ctx is done; what is wrong with the audit is in the report.
func Verify(ctx context.Context, dir string, o Options) (*Report, error) {
	began := time.Now()
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	} else if !info.IsDir() {
		return nil, ErrPlain
	}
	for attempt := 1; ; attempt++ {
		v, err := verify(ctx, dir, o)
		if err != nil {
			return nil, err
		}
		again := slices.ContainsFunc(v.checked, func(c *checkedSegment) bool { return c.vanished }) || v.unsignedRetirement && hasNewerCheckpoints(dir, v.checkpointBytes)
		if !again || attempt == maxAttempts {
			v.report.Took = time.Since(began)
			return &v.report, nil
		}
	}
}

// verify checks the folder as it is at this moment.
func verify(ctx context.Context, dir string, o Options) (*verification, error) {
	// The checkpoints are read before the segments, so that none of them is about a record that was
	// not read.
	own, bad, size, err := ownCheckpoints(dir, o.Verifier)
	if err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	}
	segments, err := Segments(dir)
	if err != nil {
		return nil, err
	}
	if len(segments) == 0 && len(o.Checkpoints)+len(own) == 0 {
		return nil, ErrEmpty
	}
	v := &verification{dir: dir, options: o, checkpointBytes: size, hashes: map[uint64]hash{}}
	v.report.Problems, v.report.Warnings, v.report.Checkpoints = []Finding{}, []Finding{}, []Checkpoint{}
	v.checkpoints = own
	for _, c := range o.Checkpoints {
		c.Copied = true
		v.checkpoints = append(v.checkpoints, c)
	}
	for _, f := range bad {
		if f.Fault == WarnTorn {
			v.warn(f)
			continue
		}
		v.problem(f)
	}
	keys := v.openKeys(segments, o.Identities)
	if err := v.checkAll(ctx, segments, keys, o.Workers); err != nil {
		return nil, err
	}
	v.joinSegments()
	v.checkTornFiles()
	v.matchCheckpoints()
	v.checkRetirements()
	if err := v.checkRecordings(ctx, o.Recordings); err != nil {
		return nil, err
	}
	v.checkCheckpoints()
	v.conclude(len(o.Identities) > 0, o.Verifier != nil)
	return v, nil
}

// A verification is the check of one folder.
type verification struct {
	dir         string
	checkpoints []Checkpoint
	// checkpointBytes is the size of the folder's file of checkpoints when it was read.
	checkpointBytes    int64
	checked            []*checkedSegment
	options            Options
	checkpointSeqs     []uint64        // the sequences that checkpoints name, ascending
	hashes             map[uint64]hash // of the records that checkpoints name
	provenSeqs         []uint64        // of checkpoints that prove something, ascending
	gaps               []gap           // excused gaps, ascending by after
	oldest             *checkedSegment // the first segment with a head; nil if there is none
	goneCopies         []*Checkpoint   // copied checkpoints whose records do not exist any more
	unsignedRetirement bool            // a retirement that no checkpoint covers deleted records
	report             Report
}

func (v *verification) problem(f ...Finding) { v.addFindings(&v.report.Problems, f) }
func (v *verification) warn(f ...Finding)    { v.addFindings(&v.report.Warnings, f) }

// addFindings adds findings to a list of the report, up to maxReported.
func (v *verification) addFindings(list *[]Finding, f []Finding) {
	n := min(len(f), maxReported-len(*list))
	*list = append(*list, f[:n]...)
	v.report.More += len(f) - n
}

// openKeys reads the heads and decrypts the keys.
func (v *verification) openKeys(segments []Segment, ids []age.Identity) []ratchet {
	heads := make([]head, len(segments))
	if len(ids) > 0 {
		for i, s := range segments {
			heads[i] = readHead(s)
		}
	}
	keys, f := segmentKeys(segments, heads, ids)
	v.problem(f.problems...)
	v.warn(f.warnings...)
	v.report.More += f.more
	return keys
}

// checkAll checks every segment by itself, several at a time.
func (v *verification) checkAll(ctx context.Context, segments []Segment, keys []ratchet, workers int) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	v.checked = make([]*checkedSegment, len(segments))
	v.checkpointSeqs = sequences(v.checkpoints)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(segments)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(segments) || ctx.Err() != nil {
					return
				}
				v.checked[i] = checkSegment(segments[i], keys[i], v.checkpointSeqs)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// sequences returns the sequences that the checkpoints name, ascending and each once.
func sequences(checkpoints []Checkpoint) []uint64 {
	var list []uint64
	for i := range checkpoints {
		list = append(list, checkpoints[i].Seq)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
