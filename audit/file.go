package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// A file is where records go. It is an interface so that tests can break it.
type file interface {
	io.Writer
	io.Closer
	// removed reports whether no name in the file system leads to the file any more.
	removed() (bool, error)
	// at reports whether path leads to this very file.
	at(path string) bool
}

// A keeper is what zerolog writes a record to: it keeps it. zerolog reports a writer's error to a global function
// and not to the caller, so nothing that can fail is done in its Write.
type keeper struct{ line []byte }

func (k *keeper) Write(p []byte) (int, error) {
	k.line = append(slices.Grow(k.line[:0], len(p)+maxEnding), p...)
	return len(p), nil
}

// A sink is a plain file.
type sink struct {
	f file
	// torn says that the file does not end with a line feed.
	torn bool
	// line is a record with a line feed before it, kept for its memory.
	line []byte
}

// write writes the record p with one call, and before it, in the same call, the line feed that a
// record written only in part lacks.
func (s *sink) write(p []byte) error {
	out, lead := p, 0
	if s.torn {
		s.line = append(append(s.line[:0], '\n'), p...)
		out, lead = s.line, 1
	}
	n, err := s.f.Write(out)
	if err == nil && n < len(out) {
		err = io.ErrShortWrite
	}
	switch {
	case err == nil:
		s.torn = false
	case n > 0:
		s.torn = n > lead
	}
	return err
}

// A tail is what is known of the end of a file that earlier runs wrote.
type tail struct {
	// seq is the highest sequence in it, 0 for none.
	seq uint64
	// torn is how many bytes stand after the last line feed.
	torn int64
	// known says that the torn line's sequence could be read, and is in seq.
	known bool
}

// maxTail is how much of an existing file is read for its tail, in bytes. It holds a record of
// the largest size that the bounds of limits.go allow, escaped as badly as can be.
const maxTail = 16 << 20

// ErrNotAFile says that the path of an audit leads to a FIFO, a device or a socket: it must be a
// folder or a regular file.
var ErrNotAFile = errors.New("neither a folder nor a regular file")

// openFile opens, or makes, the file at path, for this process alone. What is there and no regular
// file is refused before it is opened, since the open of a FIFO that nobody reads never returns.
func openFile(path string) (file, tail, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, tail{}, fmt.Errorf("%s: %w", path, ErrNotAFile)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, tail{}, err
	}
	// Another may have come in its place meanwhile.
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w", path, ErrNotAFile)
	}
	if err == nil {
		err = lock(f)
	}
	var t tail
	if err == nil {
		t, err = readTail(path)
	}
	if err != nil {
		return nil, tail{}, errors.Join(err, f.Close())
	}
	return osFile{f}, t, nil
}

// readTail reads the end of a regular file. Anything else has none.
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

// lineSeq reads a record's sequence. It stands before all text that a client has a say in, so the first
// is the right one.
func lineSeq(line []byte) (uint64, bool) {
	_, after, found := bytes.Cut(line, []byte(`"`+FieldSeq+`":`))
	digits, _, ended := bytes.Cut(after, []byte{','})
	if !found || !ended || !bytes.HasPrefix(line, []byte(`{"`+FieldTime+`":"`)) {
		return 0, false
	}
	seq, err := strconv.ParseUint(string(digits), 10, 64)
	return seq, err == nil
}

// An osFile is a file of the operating system.
type osFile struct{ *os.File }

func (f osFile) at(path string) bool {
	named, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(named, open)
}
