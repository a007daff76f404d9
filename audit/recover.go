package audit

import (
	"fmt"
	"io"
	"math"

	"eslguard/audit/internal/disk"
)

// maxCheckpoint is how much of the end of the file of checkpoints is read, in bytes.
const maxCheckpoint = 4 << 10

// resume finds where the last run ended, and moves what it left unfinished to a file beside the
// segment. torn is how many bytes that was.
func (d *folder) resume() (torn int64, err error) {
	list, err := d.volume.List("")
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		d.reserve.Held = d.reserve.Held || f.Name == ReserveFile && f.Size == d.options.Reserve
		if f.Name == CheckpointFile {
			b, err := readEnd(d.volume, &stored{name: f.Name, size: f.Size, plain: true}, maxCheckpoint)
			if err != nil {
				return 0, err
			}
			d.checkpoints.resume(b)
		}
	}
	segs := segments(list)
	for i := len(segs) - 1; i >= 0; i-- {
		n, err := d.resumeAt(&segs[i])
		if err != nil {
			return 0, fmt.Errorf("%s: %w", segs[i].file(), err)
		}
		torn += n
		if d.last != "" {
			break
		}
	}
	return torn, nil
}

// resumeAt continues the chain at the last whole line of a segment, if it has one.
func (d *folder) resumeAt(s *stored) (torn int64, err error) {
	b, err := readEnd(d.volume, s, maxTail)
	if _, _, end := lastWhole(b); err == nil && end == 0 {
		b, err = readEnd(d.volume, s, math.MaxInt64)
	}
	if err != nil {
		return 0, err
	}
	seq, hash, end := lastWhole(b)
	if end > 0 {
		// The format is checked before anything is changed: it may be that of a later version.
		if _, err := readHead(d.volume, s); err != nil {
			return 0, err
		}
	}
	if rest := b[end:]; len(rest) > 0 {
		torn = int64(len(rest))
		if d.tornFile, err = setAside(d.volume, s, rest); err != nil {
			return 0, fmt.Errorf("setting aside an unfinished line: %w", err)
		}
	}
	if end == 0 {
		// All of it was set aside, so its name would only suggest that records are missing.
		return torn, d.volume.Remove(s.file())
	}
	if seq < s.first || seq > math.MaxInt64 {
		// No run wrote that line. The next segment must not have a name that exists already.
		seq = s.first
	}
	d.chain.seq, d.chain.prev, d.last = seq, hash, s.name
	return torn, nil
}

// readEnd reads at least the last n bytes of a segment, or all of it if it is shorter.
func readEnd(v disk.Volume, s *stored, n int64) ([]byte, error) {
	f, err := openSegment(v, s)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if at, ok := f.(io.ReaderAt); ok && s.plain && s.size > n {
		return io.ReadAll(io.NewSectionReader(at, s.size-n, n))
	}
	return io.ReadAll(f)
}

// setAside moves rest, the last bytes of a segment, to a file beside it, and returns the name of
// that file. If the host fails meanwhile, the bytes exist twice, and they are never lost.
func setAside(v disk.Volume, s *stored, rest []byte) (name string, err error) {
	name = tornName(s.name)
	f, err := v.Extend(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := disk.WriteAll(f, rest); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	if err := v.Sync(); err != nil {
		return "", err
	}
	if !s.plain {
		return name, nil // a compressed segment was whole when it was finished
	}
	seg, err := v.Extend(s.name)
	if err != nil {
		return "", err
	}
	defer seg.Close()
	if err := seg.Truncate(s.size - int64(len(rest))); err != nil {
		return "", err
	}
	return name, seg.Sync()
}
