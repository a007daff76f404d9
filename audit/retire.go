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

// A retirement is what a retire record says: see FieldRetiredFrom.
type retirement struct {
	from, to uint64
	hash     string
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
	// The current segment is the last one, or begun after the list was made.
	list, err := d.v.list()
	if err != nil {
		return err
	}
	segs := segments(list)
	if d.o.Compress {
		for i := range segs[:max(0, len(segs)-1)] {
			if err := d.pack(&segs[i]); err != nil {
				return err
			}
		}
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
	s.plain, s.packed = false, true
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
	r := &Record{Kind: KindRetire, Reason: d.keeping(), retired: retirement{segs[0].first, kept.PrevSeq, kept.PrevHash}}
	l.mu.Lock()
	_, err = l.put(r)
	l.mu.Unlock()
	if errors.Is(err, os.ErrClosed) {
		return nil // the log was closed meanwhile; what is to be deleted is left for the next run
	}
	if err == nil {
		err = d.flush(l, true)
	}
	if err != nil {
		return fmt.Errorf("nothing is deleted, since that cannot be recorded: %w", err)
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
