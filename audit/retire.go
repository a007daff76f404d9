package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"eslguard/audit/internal/disk"
)

const (
	// retentionEvery is how often the age of segments and recordings is checked if no segment is
	// finished.
	retentionEvery = time.Minute
	// maxRetiredFiles is how many files one retire record names.
	maxRetiredFiles = 1000
)

// A retention compresses finished segments, and deletes segments and recordings that are not kept
// any longer. It works in a goroutine of its own, and holds the recorder's mutex only to write a
// record.
type retention struct {
	dir     *folder
	volume  disk.Volume
	options *Options
	began   time.Time     // when the run began
	wake    chan struct{} // buffered, one: a segment was finished
	stop    chan struct{} // closed: loop ends
	running sync.WaitGroup
}

func newRetention(d *folder, began time.Time) retention {
	return retention{dir: d, volume: d.volume, options: &d.options, began: began, wake: make(chan struct{}, 1), stop: make(chan struct{})}
}

// A retirement is what a retire record says: see FieldRetiredFrom, or FieldRetiredFiles if it has
// files.
type retirement struct {
	from, to uint64
	hash     string
	files    []string
	// forSize reports whether segments go because of KeepSize. age is how old the last record is
	// that goes.
	forSize bool
	age     time.Duration
}

// loop works when a segment was finished, and every retentionEvery.
func (k *retention) loop() {
	tick := time.NewTicker(retentionEvery)
	defer tick.Stop()
	for {
		select {
		case <-k.wake:
		case <-tick.C:
		case <-k.stop:
			return
		}
		if err := k.run(); err != nil {
			k.options.Trouble(fmt.Errorf("compressing or deleting what is old: %w", err))
		}
	}
}

// run compresses finished segments, and deletes what is not kept any longer.
func (k *retention) run() error {
	if !k.options.Compress && k.options.KeepFor == 0 && k.options.KeepSize == 0 {
		return nil
	}
	// An error here does not stop the deletion, which may free the space that compression lacks.
	packed := k.compressAll()
	full, err := k.retireSegments()
	fullOfRecordings, recErr := k.retireRecordings()
	if full.err == nil {
		full = fullOfRecordings
	}
	if err == nil && recErr == nil {
		k.setOverfull(full)
	}
	return errors.Join(packed, err, recErr)
}

// setOverfull sets whether the folder is overfull, after everything was deleted that may be. It
// reports when the folder becomes so.
func (k *retention) setOverfull(full overfull) {
	before := k.dir.swapOverfull(full)
	if before.err == nil && full.err != nil {
		k.options.Trouble(full.err)
	}
}

// segments lists the segments. The current one is the last, or was begun after the list was made.
func (k *retention) segments() ([]stored, error) {
	list, err := k.volume.List("")
	return segments(list), err
}

// compressAll compresses the finished segments.
func (k *retention) compressAll() error {
	if !k.options.Compress {
		return nil
	}
	segs, err := k.segments()
	if err != nil {
		return err
	}
	for i := range segs[:max(0, len(segs)-1)] {
		if err := k.compress(&segs[i]); err != nil {
			return err
		}
	}
	return nil
}

// compress compresses a segment. At every moment the segment exists whole in one form or the other.
func (k *retention) compress(s *stored) error {
	if !s.plain {
		return nil
	}
	const unfinished = ".tmp"
	packed := s.name + CompressedSuffix
	if err := k.compressInto(packed+unfinished, s); err != nil {
		return fmt.Errorf("compressing %s: %w", s.name, err)
	}
	if err := k.volume.Touch(packed+unfinished, s.changed); err != nil {
		return err
	}
	if err := k.volume.Rename(packed+unfinished, packed); err != nil {
		return err
	}
	if err := k.volume.Sync(); err != nil {
		return err
	}
	return k.volume.Remove(s.name)
}

// compressInto writes the compressed form of s to the file name, and syncs it.
func (k *retention) compressInto(name string, s *stored) error {
	in, err := k.volume.Read(s.name)
	if err != nil {
		return err
	}
	defer in.Close()
	// An earlier attempt may have left a file of that name.
	_ = k.volume.Remove(name)
	out, err := k.volume.Create(name)
	if err != nil {
		return err
	}
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	if err == nil {
		_, err = io.Copy(z, in)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = out.Sync()
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = k.volume.Remove(name)
	}
	return err
}

// retireSegments deletes the oldest segments that are not kept any longer. It returns whether what
// is too young to be deleted is too large.
func (k *retention) retireSegments() (overfull, error) {
	segs, err := k.segments()
	if err != nil {
		return overfull{}, err
	}
	e, err := k.options.expiredSegments(k.volume, segs, k.dir.rec.now())
	if err == nil && e.n > 0 {
		err = k.retire(segs, e)
	}
	return e.overfull, err
}

// retire deletes the oldest segments, after a record about that was written, synced and signed.
func (k *retention) retire(segs []stored, e expiry) error {
	kept, err := readHead(k.volume, &segs[e.n])
	if err != nil {
		return err
	}
	what := retirement{
		from: segs[0].first, to: kept.PrevSeq, hash: kept.PrevHash, forSize: e.forSize, age: max(0, k.dir.rec.now().Sub(kept.Time)),
	}
	if ok, err := k.announce(what); !ok {
		return err
	}
	if what.forSize && what.age < FastRetirement {
		k.options.Trouble(fmt.Errorf("%w: records %d to %d are deleted because the audit is too large, and the last of them is only %v old; see what "+
			"filled the audit", ErrFast, what.from, what.to, what.age.Round(time.Second)))
	}
	for i := range segs[:e.n] {
		for _, name := range [...]string{tornName(segs[i].name), segs[i].name, segs[i].name + CompressedSuffix} {
			if err := k.volume.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return errors.Join(k.volume.Sync(), k.dir.checkpoints.drop(kept.PrevSeq))
}

// retireRecordings deletes the recordings of whole sessions that are not kept any longer, after a
// record that names them was written, synced and signed. It returns whether what is too young to be
// deleted is too large.
func (k *retention) retireRecordings() (overfull, error) {
	if k.options.KeepFor == 0 && k.options.KeepSize == 0 {
		return overfull{}, nil
	}
	list, err := k.volume.List(RecordingsFolder)
	if err != nil {
		return overfull{}, err
	}
	expired, full := k.options.expiredRecordings(list, k.began, k.dir.rec.now())
	for names := range slices.Chunk(expired, maxRetiredFiles) {
		if ok, err := k.announce(retirement{files: names}); !ok {
			return full, err
		}
		for _, name := range names {
			if err := k.volume.Remove(path.Join(RecordingsFolder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return full, err
			}
		}
	}
	return full, nil
}

// announce writes a record about what will be deleted, and waits until it is synced and signed. If
// it returns false, nothing may be deleted; the error is nil then if the log was closed.
func (k *retention) announce(what retirement) (ok bool, err error) {
	c, err := k.dir.putSigned(&Record{Kind: KindRetire, Reason: k.options.keeping(), retired: what})
	if errors.Is(err, os.ErrClosed) {
		return false, nil // the next run deletes it
	}
	if err == nil {
		<-c.done
		err = c.err
	}
	if err != nil {
		return false, fmt.Errorf("nothing is deleted, since that cannot be recorded: %w", err)
	}
	return true, nil
}

// keeping returns what is kept, as the reason of a retirement.
func (o *Options) keeping() string {
	switch {
	case o.KeepSize == 0:
		return fmt.Sprintf("kept for %v", o.KeepFor)
	case o.KeepFor == 0:
		return fmt.Sprintf("kept up to %d bytes", o.KeepSize)
	default:
		return fmt.Sprintf("kept for %v, up to %d bytes", o.KeepFor, o.KeepSize)
	}
}
