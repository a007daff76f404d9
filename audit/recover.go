package audit

import (
	"bytes"
	"fmt"
	"io"
	"math"
)

// maxCheckpoint is how much of the file of checkpoints is read to see how it ends, in bytes.
const maxCheckpoint = 4 << 10

// openFolder opens the folder at path for a run. Its error says that it cannot be read, is of another format, or
// that another run holds it.
func openFolder(path string, o *Options) (*folder, error) {
	to, err := o.valid()
	if err != nil {
		return nil, err
	}
	v, err := o.volume(path)
	if err == nil {
		err = v.lock()
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	d := &folder{v: v, o: *o, recipient: to, begun: o.Now(), tidy: make(chan struct{}, 1), stopTidy: make(chan struct{})}
	d.wake, d.stop = make(chan struct{}, 1), make(chan struct{})
	return d, nil
}

// resume finds where the last run ended, and sets aside what it left unfinished. torn is how
// many bytes that was.
func (d *folder) resume() (torn int64, err error) {
	list, err := d.v.list("")
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		d.reserved = d.reserved || f.name == ReserveFile && f.size == d.o.Reserve
		if f.name == CheckpointFile {
			b, err := readEnd(d.v, &stored{name: f.name, size: f.size, plain: true}, maxCheckpoint)
			if err != nil {
				return 0, err
			}
			d.cut = len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n"))
			d.link = lastLink(b)
			d.filed.Store(d.link.number)
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

// resumeAt takes the end of a segment for the end of the chain, where it has a whole line.
func (d *folder) resumeAt(s *stored) (torn int64, err error) {
	b, err := readEnd(d.v, s, maxTail)
	if _, _, end := lastWhole(b); err == nil && end == 0 {
		b, err = readEnd(d.v, s, math.MaxInt64)
	}
	if err != nil {
		return 0, err
	}
	seq, hash, end := lastWhole(b)
	if end > 0 {
		// Before anything is changed: it may be of a later version.
		if _, err := readHead(d.v, s); err != nil {
			return 0, err
		}
	}
	if rest := b[end:]; len(rest) > 0 {
		torn = int64(len(rest))
		if err := d.setAside(s, rest); err != nil {
			return 0, fmt.Errorf("setting aside what is not whole: %w", err)
		}
	}
	if end == 0 {
		// What there was of it is set aside: its name would only stand for a hole.
		return torn, d.v.remove(s.file())
	}
	if seq < s.first || seq > math.MaxInt64 {
		seq = s.first // no run wrote that line, and what follows it must have a name of its own
	}
	d.chain.seq, d.chain.prev, d.last = seq, hash, s.name
	return torn, nil
}

// readEnd reads the last n bytes of a segment, or more.
func readEnd(v volume, s *stored, n int64) ([]byte, error) {
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

// setAside moves the last bytes of a segment, which are rest, into a file beside it. They
// are there twice if the host dies in between, and never gone.
func (d *folder) setAside(s *stored, rest []byte) error {
	name := tornName(s.name)
	f, err := d.v.extend(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writeAll(f, rest); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := d.v.sync(); err != nil {
		return err
	}
	d.tornFile = name
	if !s.plain {
		return nil // a compressed segment was whole when it was finished
	}
	seg, err := d.v.extend(s.name)
	if err != nil {
		return err
	}
	defer seg.Close()
	if err := seg.Truncate(s.size - int64(len(rest))); err != nil {
		return err
	}
	return seg.Sync()
}
