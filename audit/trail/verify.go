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

// ErrPlain: the path is a plain file, which has no chain.
var ErrPlain = errors.New("trail: a plain file has no chain to verify")

// ErrEmpty: the folder has no segment.
var ErrEmpty = errors.New("trail: there is no segment of an audit in the folder")

// Options are what Verify may be given beside the folder. The zero Options check the chain, and the
// folder's own checkpoints without their signatures.
type Options struct {
	// Identities open the keys of the runs, so that the MACs are checked. Nil: they are not.
	Identities []age.Identity
	// Verifier checks the signatures of checkpoints. Nil: they are not checked.
	Verifier note.Verifier
	// Checkpoints were copied off the host, and are held against the records and the folder's own
	// checkpoints.
	Checkpoints []Checkpoint
	// Recordings is the folder with recordings of whole sessions. "": audit.RecordingsFolder in the audit's folder.
	Recordings string
	// Workers is how many segments are checked at once. Zero: as many as there are processors.
	Workers int
}

// maxAttempts is how often a folder is looked at anew, because segments were retired meanwhile.
const maxAttempts = 3

// Verify checks the folder dir, which may be written meanwhile. Its error says that it cannot be
// checked at all, or that ctx is done; what is wrong with the audit is in the report.
func Verify(ctx context.Context, dir string, o Options) (*Report, error) {
	began := time.Now()
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	} else if !info.IsDir() {
		return nil, ErrPlain
	}
	for attempt := 1; ; attempt++ {
		t, err := verify(ctx, dir, o)
		if err != nil {
			return nil, err
		}
		again := slices.ContainsFunc(t.checked, func(c *checked) bool { return c.vanished }) || t.unsigned && t.signedMeanwhile()
		if !again || attempt == maxAttempts {
			t.report.Took = time.Since(began)
			return &t.report, nil
		}
	}
}

// verify checks the folder as it is just now.
func verify(ctx context.Context, dir string, o Options) (*trail, error) {
	// Read before the segments: one that comes in meanwhile is not about a record that is not seen.
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
	t := &trail{dir: dir, o: o, pointBytes: size, hashes: map[uint64]hash{}}
	t.report.Problems, t.report.Warnings, t.report.Checkpoints = []Finding{}, []Finding{}, []Checkpoint{}
	t.points = own
	for _, c := range o.Checkpoints {
		c.Copied = true
		t.points = append(t.points, c)
	}
	for _, f := range bad {
		if f.Fault == WarnTorn {
			t.warn(f)
			continue
		}
		t.problem(f)
	}
	keys := t.prepare(segments, o.Identities)
	if err := t.checkAll(ctx, segments, keys, o.Workers); err != nil {
		return nil, err
	}
	t.join()
	t.torn()
	t.hold()
	t.retirements()
	if err := t.recordings(ctx, o.Recordings); err != nil {
		return nil, err
	}
	t.pointsHold()
	t.close(len(o.Identities) > 0, o.Verifier != nil)
	return t, nil
}

// A trail is a folder that is verified.
type trail struct {
	dir    string
	points []Checkpoint
	// pointBytes is the size of the folder's file of checkpoints when it was read.
	pointBytes int64
	checked    []*checked
	o          Options
	seqs       []uint64        // the sequences that checkpoints name, ascending
	hashes     map[uint64]hash // of the records that checkpoints name
	good       []uint64        // the sequences of the checkpoints that prove something, ascending
	gaps       []gap           // what is missing, and excused, ascending by after
	oldest     *checked        // the first segment with a head; nil: none
	gone       []*Checkpoint   // those that were copied, and whose records are not there any more
	unsigned   bool            // records were deleted by a retirement that no checkpoint covers
	report     Report
}

func (t *trail) problem(f ...Finding) { t.note(&t.report.Problems, f) }
func (t *trail) warn(f ...Finding)    { t.note(&t.report.Warnings, f) }

// note adds findings to a list of the report, as far as there is room.
func (t *trail) note(list *[]Finding, f []Finding) {
	n := min(len(f), maxReported-len(*list))
	*list = append(*list, f[:n]...)
	t.report.More += len(f) - n
}

// prepare reads the heads and opens the keys.
func (t *trail) prepare(segments []Segment, ids []age.Identity) []ratchet {
	heads := make([]head, len(segments))
	if len(ids) > 0 {
		for i, s := range segments {
			heads[i] = readHead(s)
		}
	}
	keys, f := ratchets(segments, heads, ids)
	t.problem(f.problems...)
	t.warn(f.warnings...)
	t.report.More += f.more
	return keys
}

// checkAll checks every segment by itself, several at a time.
func (t *trail) checkAll(ctx context.Context, segments []Segment, keys []ratchet, workers int) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	t.checked = make([]*checked, len(segments))
	t.seqs = t.marks()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(segments)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(segments) || ctx.Err() != nil {
					return
				}
				t.checked[i] = checkSegment(segments[i], keys[i], t.seqs)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// marks are the sequences that checkpoints name.
func (t *trail) marks() []uint64 {
	var list []uint64
	for i := range t.points {
		list = append(list, t.points[i].Seq)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
