package audit

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// FastRetirement is the age below which it is unusual that a segment is deleted for the size of
// all: less than a day is left of what was done, so that somebody may have written much to have it
// deleted. The log tells it as ErrFast, and whoever verifies the folder is told, too.
const FastRetirement = 24 * time.Hour

// Errors that Options.Trouble is told, and ErrKept Write returns, too.
var (
	// ErrKept: what is too young to be deleted is larger than all that may be kept. See
	// Options.KeepAtLeast.
	ErrKept = errors.New("what is too young to be deleted fills all that may be kept")
	// ErrFast: segments were deleted for the size of all when they were younger than
	// FastRetirement.
	ErrFast = errors.New("segments were deleted unusually soon")
)

// A crowd is what is larger than all that may be kept, and too young to be deleted. The zero crowd
// is none.
type crowd struct {
	err   error
	until time.Time // when the oldest of it may go
}

// crowd returns a crowd of so many bytes of what, the oldest of which dates from then.
func (d *folder) crowd(what string, size int64, then time.Time) crowd {
	until := then.Add(d.o.KeepAtLeast)
	return crowd{until: until, err: fmt.Errorf("%w: there are %d bytes of %s where %d may be kept, and the oldest are younger than %v; "+
		"nothing is recorded, and so every command refused, until %s, or until there may be more (--audit-keep-size) or "+
		"younger ones may be deleted (--audit-keep-at-least)",
		ErrKept, size, what, d.o.KeepSize, d.o.KeepAtLeast, until.UTC().Format(time.RFC3339))}
}

// young reports whether what dates from then may not be deleted for the size of all.
func (d *folder) young(then, now time.Time) bool {
	return d.o.KeepAtLeast > 0 && now.Sub(then) < d.o.KeepAtLeast
}

// crowded is why nothing may be recorded now, nil where it may. The caller holds mu.
func (l *Log) crowded() error {
	if l.dir == nil || l.closed || l.dir.full.err == nil {
		return nil
	}
	if !l.now().Before(l.dir.full.until) {
		wake(l.dir.tidy)
	}
	return l.dir.full.err
}

// setFull says whether there is room, after what could be deleted was. It tells when there is none
// any more.
func (d *folder) setFull(l *Log, c crowd) {
	l.mu.Lock()
	was := d.full
	d.full = c
	l.mu.Unlock()
	if was.err == nil && c.err != nil {
		d.o.Trouble(fmt.Errorf("audit: %w", c.err))
	}
}

// An expiry is what of a folder's segments is not to be kept.
type expiry struct {
	n       int  // so many of the oldest
	forSize bool // some of them for the size of all
	crowd   crowd
}

// expired says how many of the oldest segments are not to be kept. The last one always is.
func (d *folder) expired(segs []stored, now time.Time) (e expiry, err error) {
	var all int64
	for i := range segs {
		all += segs[i].size
	}
	for ; e.n < len(segs)-1; e.n++ {
		tooLarge := d.o.KeepSize > 0 && all > d.o.KeepSize
		if d.o.KeepFor == 0 && !tooLarge {
			break
		}
		var last time.Time
		if d.o.KeepFor > 0 || d.o.KeepAtLeast > 0 {
			// A segment's last record is as old as the next one's first.
			h, err := readHead(d.v, &segs[e.n+1])
			if errors.Is(err, io.EOF) && e.n+2 == len(segs) {
				break // it has just been begun, and its head is yet to be written
			}
			if err != nil {
				return expiry{}, err
			}
			last = h.Time
		}
		tooOld := d.o.KeepFor > 0 && now.Sub(last) >= d.o.KeepFor
		if !tooOld && tooLarge && d.young(last, now) {
			e.crowd = d.crowd("segments", all, last)
			break
		}
		if !tooOld && !tooLarge {
			break
		}
		e.forSize = e.forSize || !tooOld
		all -= segs[e.n].size
	}
	return e, nil
}
