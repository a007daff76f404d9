package audit

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"eslguard/audit/internal/disk"
)

// FastRetirement is the age below which it is unusual that a segment is deleted because of
// Options.KeepSize. The records that are left then cover less than a day, so someone may have
// caused many of them to have older ones deleted. The log reports it as ErrFast, and so does
// package trail when it verifies the folder.
const FastRetirement = 24 * time.Hour

// Errors that are passed to Options.Trouble. Write returns ErrKept, too.
var (
	// ErrKept says that what is too young to be deleted is larger than Options.KeepSize. See
	// Options.KeepAtLeast.
	ErrKept = errors.New("all that may be kept is filled by what is too young to be deleted")
	// ErrFast says that segments younger than FastRetirement were deleted because of
	// Options.KeepSize.
	ErrFast = errors.New("segments were deleted unusually soon")
)

// overfull says that what is too young to be deleted is larger than all that may be kept. The zero
// value says that it is not.
type overfull struct {
	err   error
	until time.Time // when the oldest of it may be deleted
}

// newOverfull returns an overfull for size bytes of what. The oldest of what is too young is from
// the time then.
func (o *Options) newOverfull(what string, size int64, then time.Time) overfull {
	until := then.Add(o.KeepAtLeast)
	return overfull{until: until, err: fmt.Errorf("%w: there are %d bytes of %s where %d may be kept, and the oldest are younger than %v; "+
		"nothing is recorded, and every command is refused, until %s, or until there may be more (--audit-keep-size) or "+
		"younger ones may be deleted (--audit-keep-at-least)",
		ErrKept, size, what, o.KeepSize, o.KeepAtLeast, until.UTC().Format(time.RFC3339))}
}

// tooYoung reports whether what is from the time then must not be deleted because of KeepSize.
func (o *Options) tooYoung(then, now time.Time) bool {
	return o.KeepAtLeast > 0 && now.Sub(then) < o.KeepAtLeast
}

// An expiry says which segments of a folder are not kept any longer. A retention deletes them.
type expiry struct {
	n        int  // how many of the oldest ones
	forSize  bool // whether some of them go because of KeepSize
	overfull overfull
}

// expiredSegments returns how many of the oldest segments are not kept any longer. The last segment
// is always kept.
func (o *Options) expiredSegments(v disk.Volume, segs []stored, now time.Time) (e expiry, err error) {
	var all int64
	for i := range segs {
		all += segs[i].size
	}
	for ; e.n < len(segs)-1; e.n++ {
		tooLarge := o.KeepSize > 0 && all > o.KeepSize
		if o.KeepFor == 0 && !tooLarge {
			break
		}
		var last time.Time
		if o.KeepFor > 0 || o.KeepAtLeast > 0 {
			// The last record of a segment is as old as the first one of the next segment.
			h, err := readHead(v, &segs[e.n+1])
			if errors.Is(err, io.EOF) && e.n+2 == len(segs) {
				break // the next segment was just begun, and its head is not written yet
			}
			if err != nil {
				return expiry{}, err
			}
			last = h.Time
		}
		tooOld := o.KeepFor > 0 && now.Sub(last) >= o.KeepFor
		if !tooOld && tooLarge && o.tooYoung(last, now) {
			e.overfull = o.newOverfull("segments", all, last)
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

// expiredRecordings returns the names of the complete recordings that were finished more than
// KeepFor ago, and of the oldest ones while all recordings together are larger than KeepSize. Files
// that are still written count for the size and are kept, and so are those younger than
// KeepAtLeast; full says whether these are too large. began is when the run began.
func (o *Options) expiredRecordings(list []disk.Info, began, now time.Time) (names []string, full overfull) {
	list = slices.DeleteFunc(list, func(f disk.Info) bool { return !isRecordingName(f.Name) })
	slices.SortFunc(list, func(a, b disk.Info) int { return a.Changed.Compare(b.Changed) })
	var all int64
	for _, f := range list {
		all += f.Size
	}
	for _, f := range list {
		old := o.KeepFor > 0 && now.Sub(f.Changed) >= o.KeepFor
		large := o.KeepSize > 0 && all > o.KeepSize
		switch {
		case !old && !large || !isComplete(f, began):
		case !old && o.tooYoung(f.Changed, now):
			if full.err == nil {
				full = o.newOverfull("recordings", all, f.Changed)
			}
		default:
			names = append(names, f.Name)
			all -= f.Size
		}
	}
	return names, full
}

// clockGrain is how far the times of a file system may lag behind the clock.
const clockGrain = time.Second

// isComplete reports whether nothing is added to a recording any more: its mode says so, or an
// earlier run left it, which does not write any more. began is when this run began.
func isComplete(f disk.Info, began time.Time) bool {
	return f.ReadOnly || f.Changed.Before(began.Add(-clockGrain))
}

// isRecordingName reports whether a file has a name that package recording gives. Other files are
// left alone.
func isRecordingName(name string) bool {
	stem, ok := strings.CutSuffix(name, RecordingSuffix)
	return ok && stem != "" && !strings.ContainsFunc(stem, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	})
}
