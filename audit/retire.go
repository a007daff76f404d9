package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"
)

// tidyEvery is how often the age of old segments is looked at, while no segment is finished.
const tidyEvery = time.Minute

// A retirement is what a retire record says: see FieldRetiredFrom, or FieldRetiredFiles where there are files.
type retirement struct {
	from, to uint64
	hash     string
	files    []string
	// forSize: they go for the size of all, and age is how old the last record is that goes.
	forSize bool
	age     time.Duration
}

// tidyLoop compresses and retires segments.
func (d *folder) tidyLoop(l *Log) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		select {
		case <-d.tidy:
		case <-tick.C:
		case <-d.stopTidy:
			return
		}
		if err := d.tidyUp(l); err != nil {
			d.o.Trouble(fmt.Errorf("audit: tidying up: %w", err))
		}
	}
}

// tidyUp compresses what is finished, and deletes what is not to be kept any longer.
func (d *folder) tidyUp(l *Log) error {
	if !d.o.Compress && d.o.KeepFor == 0 && d.o.KeepSize == 0 {
		return nil
	}
	// What cannot be compressed, for want of room perhaps, is no reason to keep what gives room.
	packed := d.packAll()
	segments, err := d.retireSegments(l)
	recordings, recErr := d.retireRecordings(l)
	if segments.err == nil {
		segments = recordings
	}
	if err == nil && recErr == nil {
		d.setFull(l, segments)
	}
	return errors.Join(packed, err, recErr)
}

// packAll compresses what is finished.
func (d *folder) packAll() error {
	if !d.o.Compress {
		return nil
	}
	segs, err := d.stored()
	if err != nil {
		return err
	}
	for i := range segs[:max(0, len(segs)-1)] {
		if err := d.pack(&segs[i]); err != nil {
			return err
		}
	}
	return nil
}

// stored lists the segments. The current one is the last, or begun after the list was made.
func (d *folder) stored() ([]stored, error) {
	list, err := d.v.list("")
	return segments(list), err
}

// retireSegments deletes the oldest segments, as far as they are not to be kept, and returns what
// would have to go and is too young.
func (d *folder) retireSegments(l *Log) (crowd, error) {
	segs, err := d.stored()
	if err != nil {
		return crowd{}, err
	}
	e, err := d.expired(segs, l.now())
	if err == nil && e.n > 0 {
		err = d.retire(l, segs, e)
	}
	return e.crowd, err
}

// pack compresses a segment. It is there in one form, whole, at every moment.
func (d *folder) pack(s *stored) error {
	if !s.plain {
		return nil
	}
	const unfinished = ".tmp"
	packed := s.name + CompressedSuffix
	if err := d.packInto(packed+unfinished, s); err != nil {
		return fmt.Errorf("compressing %s: %w", s.name, err)
	}
	if err := d.v.touch(packed+unfinished, s.changed); err != nil {
		return err
	}
	if err := d.v.rename(packed+unfinished, packed); err != nil {
		return err
	}
	if err := d.v.sync(); err != nil {
		return err
	}
	return d.v.remove(s.name)
}

// packInto writes the compressed form of s to the file name, on disk.
func (d *folder) packInto(name string, s *stored) error {
	in, err := d.v.read(s.name)
	if err != nil {
		return err
	}
	defer in.Close()
	// What an earlier attempt left would come before this one's bytes.
	_ = d.v.remove(name)
	out, err := d.v.create(name)
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
		_ = d.v.remove(name)
	}
	return err
}

// retire deletes the oldest segments, once it is written, synced and signed that they go.
func (d *folder) retire(l *Log, segs []stored, e expiry) error {
	kept, err := readHead(d.v, &segs[e.n])
	if err != nil {
		return err
	}
	what := retirement{
		from: segs[0].first, to: kept.PrevSeq, hash: kept.PrevHash, forSize: e.forSize, age: max(0, l.now().Sub(kept.Time)),
	}
	if ok, err := d.announce(l, what); !ok {
		return err
	}
	if what.forSize && what.age < FastRetirement {
		d.o.Trouble(fmt.Errorf("audit: %w: records %d to %d go because all together are too large, and the last of them is only %v old; see what "+
			"filled the audit", ErrFast, what.from, what.to, what.age.Round(time.Second)))
	}
	for i := range segs[:e.n] {
		for _, name := range [...]string{tornName(segs[i].name), segs[i].name, segs[i].name + CompressedSuffix} {
			if err := d.v.remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return errors.Join(d.v.sync(), d.forget(kept.PrevSeq))
}

// announce records what is to be deleted, on disk and signed. Unless ok, nothing may be.
func (d *folder) announce(l *Log, what retirement) (ok bool, err error) {
	c, err := d.putSigned(l, &Record{Kind: KindRetire, Reason: d.keeping(), retired: what})
	if errors.Is(err, os.ErrClosed) {
		return false, nil // the log was closed meanwhile; what is to be deleted is left for the next run
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

// putSigned writes a record and returns the sync which brings it to the disk and signs it. Nobody
// can end the segment in between: a sync that fails there would not be told.
func (d *folder) putSigned(l *Log, r *Record) (*commit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.put(r); err != nil {
		return nil, err
	}
	return d.join(true), nil
}

// keeping says what is kept, as the reason of a retirement.
func (d *folder) keeping() string {
	switch {
	case d.o.KeepSize == 0:
		return fmt.Sprintf("kept for %v", d.o.KeepFor)
	case d.o.KeepFor == 0:
		return fmt.Sprintf("kept up to %d bytes", d.o.KeepSize)
	default:
		return fmt.Sprintf("kept for %v, up to %d bytes", d.o.KeepFor, d.o.KeepSize)
	}
}
