package watch

import "time"

const (
	// settle is how long nothing must have changed before the files are read, so that one that
	// is being written is mostly read whole. settleMost is how long after the first change they are
	// read in any case.
	settle     = 50 * time.Millisecond
	settleMost = 250 * time.Millisecond
	// retryAfter is how long after a read of half-written files they are read again, doubled for
	// each further one. It divides none of the usual intervals, so a regular writer is not met at
	// the same point again.
	retryAfter = 7 * time.Millisecond
	// maxRetries is how many such reads follow one another at most, within a fifth of a second. The
	// next change after them is treated like a first one.
	maxRetries = 5
)

// A debounce says when files that have changed are to be read: soon after the last change, and no
// later than a deadline, whatever else changes meanwhile. The zero debounce waits for a change.
type debounce struct {
	// deadline is when the files are read at the latest. Zero: nothing has changed since they were
	// last read.
	deadline time.Time
	// retries is how many reads in a row have met half-written files.
	retries int
}

// changed notes that the files have changed and returns how long to wait before they are read,
// unless they change again meanwhile.
func (d *debounce) changed(now time.Time) time.Duration {
	if d.deadline.IsZero() {
		most := settleMost
		if d.retries > 0 {
			most = retryAfter << (d.retries - 1)
		}
		d.deadline = now.Add(most)
	}
	return max(0, min(settle, d.deadline.Sub(now)))
}

// mayRetry reports whether another read may follow at once if this one meets half-written files.
func (d *debounce) mayRetry() bool { return d.retries < maxRetries }

// read notes that the files have been read. halfWritten says that they were broken and that they
// are probably being written.
func (d *debounce) read(halfWritten bool) {
	d.deadline = time.Time{}
	if halfWritten {
		d.retries++
	} else {
		d.retries = 0
	}
}
