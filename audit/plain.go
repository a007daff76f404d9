package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"eslguard/audit/internal/disk"

	"github.com/rs/zerolog"
)

// ErrNotAFile says that the path of an audit is a FIFO, a device or a socket. It must be a folder
// or a regular file.
var ErrNotAFile = disk.ErrNotAFile

// A plainFile is the output that is a single file: records and nothing else, without a chain.
type plainFile struct {
	rec  *recorder
	path string
	open func(path string) (disk.PlainFile, tail, error)

	f disk.PlainFile
	// torn reports whether the file does not end with a line feed.
	torn    bool
	scratch []byte    // buffer for a record with a line feed before it
	removed bool      // the file was removed and not yet replaced
	checked time.Time // when the file was last seen to have a name
}

// adopt makes f the file to write to. t is what it ends with.
func (p *plainFile) adopt(f disk.PlainFile, t tail) {
	c := p.rec
	p.f, p.torn = f, t.torn > 0
	c.seq = max(c.seq, t.seq)
	p.removed, p.checked = false, c.now()
	if t.torn > 0 && !t.known {
		// The sequence of the unfinished line cannot be read. It is the next one, and is used up.
		c.seq++
	}
	if t.torn > 0 {
		c.lost++
	}
}

// ready makes sure that the file has a name under which it can be read.
func (p *plainFile) ready() error {
	if p.removed {
		return p.replace("the file was removed")
	}
	now := p.rec.now()
	if since := now.Sub(p.checked); since >= 0 && since < removedEvery {
		return nil
	}
	p.checked = now
	removed, err := p.f.Removed()
	if err != nil {
		return err
	}
	p.removed = removed
	if removed {
		return ErrRemoved
	}
	return nil
}

// replace opens the path again and gives the reason in the first record of the new file. If that
// fails, the old file is kept.
func (p *plainFile) replace(reason string) error {
	f, t, err := p.open(p.path)
	if err != nil {
		return err
	}
	old := p.f
	p.adopt(f, t)
	// All records of the old file have been written; its close can report nothing about them.
	_ = old.Close()
	_, err = p.rec.emit(&Record{Kind: KindReopen, Reason: reason})
	return err
}

// write writes the record line with one call. If the file ends with an unfinished line, the same
// call writes the line feed that is missing there first.
func (p *plainFile) write(line []byte) (int, error) {
	out, lead := line, 0
	if p.torn {
		p.scratch = append(append(p.scratch[:0], '\n'), line...)
		out, lead = p.scratch, 1
	}
	n, err := p.f.Write(out)
	if err == nil && n < len(out) {
		err = io.ErrShortWrite
	}
	switch {
	case err == nil:
		p.torn = false
	case n > 0:
		p.torn = n > lead
	}
	if err != nil {
		return 0, err
	}
	return len(line), nil
}

func (p *plainFile) fields(*zerolog.Event, *Record) {}
func (p *plainFile) written(uint64)                 {}
func (p *plainFile) skipped()                       {}
func (p *plainFile) failed(error)                   {}

// A tail is what is known of the end of a file that earlier runs wrote.
type tail struct {
	// seq is the highest sequence in the file, 0 if it has no record.
	seq uint64
	// torn is the number of bytes after the last line feed.
	torn int64
	// known reports whether the sequence of the unfinished line could be read. seq includes it
	// then.
	known bool
}

// maxTail is how much of the end of an existing file is read, in bytes. It is enough for a record
// of the largest size that the bounds in record.go allow, with every character escaped.
const maxTail = 16 << 20

// openPlainFile opens or makes the file at path, for this process alone, and reads its end.
func openPlainFile(path string) (disk.PlainFile, tail, error) {
	f, err := disk.OpenPlainFile(path)
	if err != nil {
		return nil, tail{}, err
	}
	t, err := readTail(path)
	if err != nil {
		return nil, tail{}, errors.Join(err, f.Close())
	}
	return f, t, nil
}

// readTail reads the end of a regular file. It returns the zero tail for anything else.
func readTail(path string) (tail, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return tail{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return tail{}, fmt.Errorf("reading where the last run ended: %w", err)
	}
	defer f.Close()
	from := max(0, info.Size()-maxTail)
	b, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
	if err != nil {
		return tail{}, fmt.Errorf("reading where the last run ended: %w", err)
	}
	return parseTail(b), nil
}

// parseTail finds the highest sequence in b, which may begin and end within a record.
func parseTail(b []byte) tail {
	var t tail
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte{'\n'})
		b = rest
		seq, ok := lineSeq(line)
		t.seq = max(t.seq, seq)
		if !whole {
			t.torn, t.known = int64(len(line)), ok
		}
	}
	return t
}

// lineSeq parses the sequence of a record. It comes before all text that a client can influence, so
// the first match is the right one.
func lineSeq(line []byte) (uint64, bool) {
	_, after, found := bytes.Cut(line, []byte(`"`+FieldSeq+`":`))
	digits, _, ended := bytes.Cut(after, []byte{','})
	if !found || !ended || !bytes.HasPrefix(line, []byte(`{"`+FieldTime+`":"`)) {
		return 0, false
	}
	seq, err := strconv.ParseUint(string(digits), 10, 64)
	return seq, err == nil
}
