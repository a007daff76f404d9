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
	return errors.Join(d.packAll(), d.retireSegments(l), d.retireRecordings(l))
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

// retireSegments deletes the oldest segments, as far as they are not to be kept.
func (d *folder) retireSegments(l *Log) error {
	segs, err := d.stored()
	if err != nil {
		return err
	}
	n, err := d.expired(segs, l.now())
	if err != nil || n == 0 {
		return err
	}
	return d.retire(l, segs, n)
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

// expired says how many of the oldest segments are not to be kept. The last one always is.
func (d *folder) expired(segs []stored, now time.Time) (int, error) {
	n := 0
	if d.o.KeepSize > 0 {
		var all int64
		for i := range segs {
			all += segs[i].size
		}
		for ; n < len(segs)-1 && all > d.o.KeepSize; n++ {
			all -= segs[n].size
		}
	}
	for d.o.KeepFor > 0 && n < len(segs)-1 {
		// A segment's last record is as old as the next one's first.
		h, err := readHead(d.v, &segs[n+1])
		if err != nil {
			return 0, err
		}
		if now.Sub(h.Time) < d.o.KeepFor {
			break
		}
		n++
	}
	return n, nil
}

// retire deletes the first n segments, once it is written, synced and signed that they go.
func (d *folder) retire(l *Log, segs []stored, n int) error {
	kept, err := readHead(d.v, &segs[n])
	if err != nil {
		return err
	}
	if ok, err := d.announce(l, retirement{from: segs[0].first, to: kept.PrevSeq, hash: kept.PrevHash}); !ok {
		return err
	}
	for i := range segs[:n] {
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
	l.mu.Lock()
	_, err = l.put(&Record{Kind: KindRetire, Reason: d.keeping(), retired: what})
	l.mu.Unlock()
	if errors.Is(err, os.ErrClosed) {
		return false, nil // the log was closed meanwhile; what is to be deleted is left for the next run
	}
	if err == nil {
		err = d.flush(l, true)
	}
	if err != nil {
		return false, fmt.Errorf("nothing is deleted, since that cannot be recorded: %w", err)
	}
	return true, nil
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
