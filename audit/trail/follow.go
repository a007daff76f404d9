package trail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// followEvery is how often Follow checks for new records.
const followEvery = 200 * time.Millisecond

// Follow is like Read, and then goes on with what is written afterwards, from one segment to the
// next, until ctx is done, when it returns nil. Other errors are those of Read. A plain file may be
// renamed and begun again.
func Follow(ctx context.Context, path string, f Filter, each func(*Record) error) error {
	rd := &reader{matcher: newMatcher(f), each: each}
	list, err := Segments(path)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrEmpty
	}
	list = f.inTimeRange(list, startTime)
	fl := follower{reader: rd, path: path}
	defer fl.closeCurrent()
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		more, err := fl.step(ctx, list)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if list, err = Segments(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// A follower is the position of a Follow.
type follower struct {
	*reader
	path  string
	at    Segment
	f     io.ReadCloser // nil: no segment is open
	lines *lineReader
	next  uint64 // the lowest sequence with which the next segment may begin
}

// step reads what there is, and closes the segment if nothing more is written to it. more reports
// whether there may be more to read at once.
func (f *follower) step(ctx context.Context, list []Segment) (more bool, err error) {
	if f.f == nil {
		return f.openNext(list)
	}
	// This is checked before reading, so that records written in between are not missed.
	over := f.ended(list)
	if _, err := f.reader.lines(ctx, f.lines, f.at.Name); err != nil {
		return false, err
	}
	if over {
		f.closeCurrent()
	}
	return over, nil
}

// ended reports whether nothing more is written to the open segment.
func (f *follower) ended(list []Segment) bool {
	for _, s := range list {
		if s.First > f.at.First {
			return true
		}
	}
	file, ok := f.f.(*os.File)
	if !ok {
		return false // compressed, and so finished, but perhaps the last one
	}
	if f.at.First > 0 {
		return false
	}
	open, err := file.Stat()
	named, nameErr := os.Stat(f.path)
	if err != nil || nameErr != nil {
		return false // renamed, and not begun again yet
	}
	return !os.SameFile(open, named)
}

// openNext opens the next segment.
func (f *follower) openNext(list []Segment) (more bool, err error) {
	for _, s := range list {
		if s.First < f.next {
			continue
		}
		r, err := s.open()
		if errors.Is(err, fs.ErrNotExist) {
			continue // retired or renamed since it was listed
		}
		if err != nil {
			return false, fmt.Errorf("trail: %w", err)
		}
		f.at, f.f, f.lines = s, r, newLineReader(r)
		return true, nil
	}
	return false, nil
}

// closeCurrent closes the open segment.
func (f *follower) closeCurrent() {
	if f.f == nil {
		return
	}
	// An error does not matter: the file was only read.
	_ = f.f.Close()
	f.f, f.lines = nil, nil
	if f.at.First > 0 {
		f.next = f.at.First + 1
	}
}
