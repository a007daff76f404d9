package audit

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// maxRetiredFiles is how many files one retire record names.
const maxRetiredFiles = 1000

// retireRecordings deletes the recordings of whole sessions that are not to be kept, once it is written,
// synced and signed which. It returns what would have to go and is too young.
func (d *folder) retireRecordings(l *Log) (crowd, error) {
	if d.o.KeepFor == 0 && d.o.KeepSize == 0 {
		return crowd{}, nil
	}
	list, err := d.v.list(RecordingsFolder)
	if err != nil {
		return crowd{}, err
	}
	expired, young := d.expiredRecordings(list, l.now())
	for names := range slices.Chunk(expired, maxRetiredFiles) {
		if ok, err := d.announce(l, retirement{files: names}); !ok {
			return young, err
		}
		for _, name := range names {
			if err := d.v.remove(path.Join(RecordingsFolder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return young, err
			}
		}
	}
	return young, nil
}

// expiredRecordings names the complete recordings that were finished too long ago, and the oldest
// ones while all recordings together are too large. What is still written counts, and stays; so
// does what is too young to go for that, which it returns, too.
func (d *folder) expiredRecordings(list []fileInfo, now time.Time) (names []string, young crowd) {
	list = slices.DeleteFunc(list, func(f fileInfo) bool { return !recordingName(f.name) })
	slices.SortFunc(list, func(a, b fileInfo) int { return a.changed.Compare(b.changed) })
	var all int64
	for _, f := range list {
		all += f.size
	}
	for _, f := range list {
		old := d.o.KeepFor > 0 && now.Sub(f.changed) >= d.o.KeepFor
		large := d.o.KeepSize > 0 && all > d.o.KeepSize
		switch {
		case !old && !large || !d.complete(f):
		case !old && d.young(f.changed, now):
			if young.err == nil {
				young = d.crowd("recordings", all, f.changed)
			}
		default:
			names = append(names, f.name)
			all -= f.size
		}
	}
	return names, young
}

// clockGrain is by how much the times of a file system may lag behind the clock.
const clockGrain = time.Second

// complete reports whether nothing is added to a recording any more: its mode says so, or it is what an earlier
// run left, which holds the folder no longer.
func (d *folder) complete(f fileInfo) bool {
	return f.fixed || f.changed.Before(d.begun.Add(-clockGrain))
}

// recordingName reports whether a name is one that a recording's file has. What else is there is nobody's business here.
func recordingName(name string) bool {
	stem, ok := strings.CutSuffix(name, RecordingSuffix)
	return ok && stem != "" && !strings.ContainsFunc(stem, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	})
}
