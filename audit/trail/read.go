package trail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Stats are the figures of a reading.
type Stats struct {
	Segments, Read int   // how many there are, and how many of them were read
	Lines          int   // whole lines
	Bad            int   // lines that are not records
	Torn           int64 // bytes of unfinished lines
}

// Read calls each with the records at path, a folder or a plain file, that f matches, in order.
// Lines that are not records are counted and skipped. It ends with the first error of each, or when
// ctx is done. The error is ErrEmpty if a folder contains no audit.
func Read(ctx context.Context, path string, f Filter, each func(*Record) error) (Stats, error) {
	rd := reader{matcher: newMatcher(f), each: each}
	list, err := Segments(path)
	if err != nil {
		return rd.Stats, err
	}
	if len(list) == 0 {
		return rd.Stats, ErrEmpty
	}
	rd.Segments = len(list)
	for _, s := range f.inTimeRange(list, startTime) {
		if err := rd.segment(ctx, s); err != nil {
			return rd.Stats, err
		}
	}
	return rd.Stats, nil
}

// startTime returns the time of a segment's first record, and false if it cannot be read.
func startTime(s Segment) (time.Time, bool) {
	f, err := s.open()
	if err != nil {
		return time.Time{}, false
	}
	defer f.Close()
	b, err := newLineReader(f).next()
	var l line
	if err != nil || !l.parseStart(b) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, string(l.time))
	return t, err == nil
}

// A reader reads segments one after the other.
type reader struct {
	Stats
	*matcher
	each func(*Record) error
}

// segment reads one segment to its end.
func (rd *reader) segment(ctx context.Context, s Segment) error {
	f, err := s.open()
	if errors.Is(err, fs.ErrNotExist) && s.First > 0 {
		return nil // retired since it was listed
	}
	if err != nil {
		return fmt.Errorf("trail: %w", err)
	}
	defer f.Close()
	rd.Read++
	rest, err := rd.lines(ctx, newLineReader(f), s.Name)
	rd.Torn += int64(rest)
	return err
}

// lines reads all whole lines. rest is how many bytes follow them.
func (rd *reader) lines(ctx context.Context, lines *lineReader, name string) (rest int, err error) {
	for {
		b, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return len(b), nil
		case errors.Is(err, errLong):
			rd.Lines++
			rd.Bad++
			continue
		case err != nil:
			return 0, fmt.Errorf("trail: %s: %w", name, err)
		}
		if rd.Lines%1024 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		rd.Lines++
		if err := rd.line(b, name); err != nil {
			return 0, err
		}
	}
}

// line passes on the record in a line if it is wanted.
func (rd *reader) line(b []byte, name string) error {
	r, err := rd.match(b)
	if err != nil {
		if len(b) > 0 {
			rd.Bad++
		}
		return nil
	}
	if r == nil {
		return nil
	}
	r.File = name
	return rd.each(r)
}
